"""What others wrote becomes a draft: study pages and tables."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deckwright.commands.parts import FILE, FOUND, quietly
from deckwright.console import print_findings, say
from deckwright.source.diagnostics import printable
from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from deckwright.paste import Accept, Proposal
    from deckwright.source.diagnostics import Report
    from deckwright.source.draft import Draft, Remark, Value

_TABLES = (".csv", ".tsv", ".xlsx")
_PACKAGES = (".apkg", ".colpkg")
_MODELINE = "# yaml-language-server: $schema=.deckwright/schema.json\n"
_STDIN = "-"


@dataclass(frozen=True, slots=True)
class _Found:
    """Findings as they are printed."""

    reports: tuple[Report, ...]


@click.command("import")
@click.argument("path", type=click.Path(path_type=Path, allow_dash=True), metavar="PAGE|TABLE|-")
@click.option("-o", "--out", type=FILE, metavar="FILE", help="Where the draft goes, such as cards.yaml.")
@click.option("--deck", "--title", "title", default="", metavar="NAME", help="What the deck is called.")
@click.option("--map", "maps", multiple=True, metavar="KEY=COLUMN", help="What a table's column becomes.")
@click.option("--yes", is_flag=True, help="Take every repair, and the columns as they were guessed.")
@quietly
def import_(
    path: Path, out: Path | None, title: str, maps: tuple[str, ...], *, yes: bool, quiet: bool
) -> None:
    """Make the draft of a deck from a study page (text or PDF), or from a table.

    A page has facts, each with its mnemonic on the next line and the explanation below. What cannot be
    placed stands in the draft as a remark. What a scan did to the words is shown, and mended only where you
    say so. A table is CSV, TSV, XLSX, or what Anki exports as text. Without -o, the draft is printed.

    \b
    Examples:
      deckwright import baclofen.txt -o cards.yaml
      deckwright import handout.pdf --yes -o cards.yaml
      deckwright import words.csv --map fact=Front,explanation=Back
    """
    if path.suffix.lower() in _PACKAGES:
        raise UsageProblem(_package(path))
    if out is not None and os.path.lexists(out):
        raise UsageProblem(
            f"`{out}` is there already, and nothing is replaced; name another file{_free(out)}"
        )
    if _is_table(path):
        draft = _table(path, maps, yes=yes, quiet=quiet)
    elif maps:
        raise UsageProblem("`--map` says what the columns of a table become, and this is a page")
    else:
        draft = _page(path, title, yes=yes, quiet=quiet)
    _write(draft, out, title if _is_table(path) else "", quiet=quiet)


def _package(path: Path) -> str:
    return (
        "this is an Anki package: `unpack` starts a project from it, `merge` brings a classmate's edits home,"
        f" `adopt` takes over its history; to start with: `deckwright unpack {path} {path.stem or 'deck'}`"
    )


def _free(out: Path) -> str:
    """Suggest a name beside *out* that no file has."""
    names = (out.with_name(f"{out.stem}-{number}{out.suffix}") for number in range(2, 100))
    free = next((name for name in names if not os.path.lexists(name)), None)
    return f", as in `-o {free}`" if free else ""


def _is_table(path: Path) -> bool:
    """Whether a file is a table: by its suffix, or as a text that Anki exported."""
    if path.suffix.lower() in _TABLES:
        return True
    if path.suffix.lower() != ".txt" or not path.is_file():
        return False
    from deckwright.tables.ankitext import is_export

    with path.open("rb") as file:
        return is_export(file.read(1000).decode("utf-8-sig", "replace"))


def _table(path: Path, maps: tuple[str, ...], *, yes: bool, quiet: bool) -> Draft:
    from deckwright import tabulate

    made = tabulate.import_table(path, maps)
    if made.report:
        print_findings(_Found((made.report,)), "full", to_stderr=True, errors_only=quiet)
    if made.columns and (made.guessed or not quiet):
        say("\n".join(_column(header, key) for header, key in made.columns), to_stderr=True)
    if made.draft is None:
        sys.exit(FOUND)
    if made.guessed and not yes:
        if not sys.stdin.isatty():
            raise UsageProblem(
                "the columns were guessed from their headers; repeat it with `--yes` if they are right,"
                " or say what they are: `--map fact=Front,explanation=Back`"
            )
        if not click.confirm("Are the columns right?", default=True, err=True):
            raise UsageProblem("say what the columns are: `--map fact=Front,explanation=Back`")
    for hint in () if quiet else made.hints:
        say(printable(hint), to_stderr=True)
    return made.draft


def _column(header: str, key: str) -> str:
    return f"  {printable(header)} → {key or 'a remark at each note'}"


def _page(path: Path, title: str, *, yes: bool, quiet: bool) -> Draft:
    from deckwright import paste

    is_stdin = str(path) == _STDIN
    name, data = ("stdin", _from_stdin()) if is_stdin else (path.name, _from_file(path))
    asks = sys.stdin.isatty() and not is_stdin
    accept = (lambda _: True) if yes else _ask() if asks else None
    made = paste.import_page(name, data, accept, title=title)
    print_findings(made, "full", to_stderr=True, errors_only=quiet)
    if made.draft is None:
        sys.exit(FOUND)
    if made.changes and yes and not quiet:
        say("\n".join(map(printable, made.changes.split("\n"))), to_stderr=True)
    if not quiet:
        say(paste.as_text(made), to_stderr=True)
    return made.draft


def _from_stdin() -> bytes:
    from deckwright import paste

    return sys.stdin.buffer.read(paste.MAX_PDF + 1)


def _from_file(path: Path) -> bytes:
    from deckwright import paste

    if not path.is_file():
        what = "is not a file" if path.exists() else "does not exist"
        raise UsageProblem(f"`{path}` {what}; name a page, as in `deckwright import baclofen.txt`")
    with path.open("rb") as file:
        return file.read(paste.MAX_PDF + 1)


def _ask() -> Accept:
    """Return what shows each repair and asks for it, until all are taken or declined."""
    answers: set[str] = set()

    def accept(proposal: Proposal) -> bool:
        if answers:
            return "a" in answers
        lines = proposal.difference.splitlines()[0 if first.pop() else 2 :]
        first.append(False)
        say("\n".join(map(printable, lines)), to_stderr=True)
        question = f"{printable(proposal.repair.message)}: yes, no, all, quit"
        answer = click.prompt(question, "y", err=True, type=click.Choice(list("ynaq")))
        answers.update({answer} & {"a", "q"})
        return answer in ("y", "a")

    first = [True]
    return accept


def _write(draft: Draft, out: Path | None, title: str, *, quiet: bool) -> None:
    """Write the draft, whole or not at all, and say what to do next."""
    from deckwright.apkg.atomic import replace_file
    from deckwright.source.draft import Draft, format_draft

    text = format_draft(Draft(_head(draft, title), draft.sections))
    if out is None:
        say(text.removesuffix("\n"))
    else:
        replace_file(out, lambda file: file.write((_MODELINE + text).encode()))
    if not quiet:
        say(_next(out), to_stderr=True)


def _head(draft: Draft, title: str) -> tuple[tuple[str, Value] | Remark, ...]:
    """Return what a draft says of its deck, called *title* if there is one, with an id of its own."""
    from deckwright.new import deck_id
    from deckwright.source.draft import Remark

    said = {part[0]: part[1] for part in draft.head if not isinstance(part, Remark)}
    name = title or str(said["deck"])
    own = {"deck": name, "id": said.get("id") or deck_id(name)}
    rest = (part for part in draft.head if isinstance(part, Remark) or part[0] not in own)
    return (*own.items(), *rest)


def _next(out: Path | None) -> str:
    if out is None:
        return "This is a draft. `-o cards.yaml` writes it to a file; `deckwright preview` shows its cards."
    return f"Wrote {printable(str(out))}. Read it through, then:\n  deckwright preview {printable(str(out))}"
