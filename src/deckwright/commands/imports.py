"""What others wrote becomes a draft: study pages and tables."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deckwright.commands.parts import FILE, FOUND, quietly, somebody_is_there
from deckwright.console import print_findings, say
from deckwright.source.diagnostics import printable
from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deckwright.paste import Accept, Proposal
    from deckwright.source.diagnostics import Report
    from deckwright.source.draft import Draft, Remark, Value

_TABLES = (".csv", ".tsv", ".xlsx")
_PACKAGES = (".apkg", ".colpkg")
_ANSWERS = click.Choice(list("ynaq"), case_sensitive=False)
_MODELINE = "# yaml-language-server: $schema=.deckwright/schema.json\n"
_STDIN = "-"
_LOOKED_AT = 1 << 16  # bytes of a text that may be a table


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
        raise UsageProblem(_there_already(out))
    if str(path) != _STDIN and not path.is_file():
        what = "is not a file" if path.exists() else "does not exist"
        raise UsageProblem(f"`{path}` {what}; name a page or a table, as in `deckwright import page.txt`")
    is_table = _is_table(path)
    if maps and not is_table:
        raise UsageProblem(
            "`--map` says what the columns of a table become, and this is a page; the name of a table ends"
            " in `.csv`, `.tsv` or `.xlsx`"
        )
    draft = _table(path, maps, yes=yes, quiet=quiet) if is_table else _page(path, title, yes=yes, quiet=quiet)
    _write(draft, out, title if is_table else "", quiet=quiet)


def _package(path: Path) -> str:
    return (
        "this is an Anki package: `unpack` starts a project from it, `merge` brings a classmate's edits home,"
        f" `adopt` takes over its history; to start with: `deckwright unpack {path} {path.stem or 'deck'}`"
    )


def _there_already(out: Path) -> str:
    """Say that nothing is replaced, and which name beside *out* no file has."""
    if out.is_dir():
        return f"`{out}` is a folder; name a file in it, as in `-o {out / 'cards.yaml'}`"
    names = (out.with_name(f"{out.stem}-{number}{out.suffix}") for number in range(2, 100))
    free = next((name for name in names if not os.path.lexists(name)), None)
    example = f", as in `-o {free}`" if free else ""
    return f"`{out}` is there already, and nothing is replaced; name another file{example}"


def _is_table(path: Path) -> bool:
    """Whether a file is a table: by its suffix, or as a text with the head of Anki's or with tabs."""
    if path.suffix.lower() in _TABLES:
        return True
    if path.suffix.lower() != ".txt":
        return False
    from deckwright.tables.ankitext import is_export
    from deckwright.tables.delimited import is_tabbed

    with path.open("rb") as file:
        head = file.read(_LOOKED_AT)
    is_utf_16 = head[:2] in (b"\xff\xfe", b"\xfe\xff")
    text = head.decode("utf-16" if is_utf_16 else "utf-8-sig", "replace")
    return is_export(text) or is_tabbed(text if len(head) < _LOOKED_AT else text.rpartition("\n")[0])


def _table(path: Path, maps: tuple[str, ...], *, yes: bool, quiet: bool) -> Draft:
    from deckwright import tabulate

    made = tabulate.import_table(path, maps)
    if made.report:
        print_findings(_Found((made.report,)), "full", to_stderr=True, errors_only=quiet)
    if made.columns and (made.guessed or not quiet):
        say("\n".join(_column(header, key) for header, key in made.columns), to_stderr=True)
    if made.draft is None:
        sys.exit(FOUND)
    for hint in made.hints if not quiet else ():
        say(printable(hint), to_stderr=True)
    if made.guessed and not yes:
        if not somebody_is_there():
            raise UsageProblem(
                "what the columns are was guessed; repeat it with `--yes` if that is right, or say what they"
                " are: `--map fact=Front,explanation=Back`"
            )
        if not click.confirm("Are the columns right?", default=True, err=True):
            raise UsageProblem("say what the columns are: `--map fact=Front,explanation=Back`")
    return made.draft


def _column(header: str, key: str) -> str:
    return f"  {printable(header)} → {key or 'a remark at each note'}"


def _page(path: Path, title: str, *, yes: bool, quiet: bool) -> Draft:
    from deckwright import paste

    is_stdin = str(path) == _STDIN
    name, data = ("stdin", _from_stdin()) if is_stdin else (path.name, _from_file(path))
    asks = somebody_is_there() and not is_stdin
    accept = (lambda _: True) if yes else _ask() if asks else None
    made = paste.import_page(name, data, accept, title=title)
    print_findings(made, "full", to_stderr=True, errors_only=quiet)
    if made.draft is None:
        sys.exit(FOUND)
    if made.changes and yes and not quiet:
        _show(made.changes.split("\n"))
    if not quiet:
        say(paste.as_text(made), to_stderr=True)
    return made.draft


def _from_stdin() -> bytes:
    from deckwright import paste
    from deckwright.tables.delimited import is_tabbed

    if somebody_is_there():
        say(
            "Paste the page; Ctrl-D on a line of its own ends it (on Windows Ctrl-Z, Return).",
            to_stderr=True,
        )
    data = sys.stdin.buffer.read(paste.MAX_PDF + 1) if sys.stdin else b""
    if is_tabbed(data[:_LOOKED_AT].decode("utf-8-sig", "replace").rpartition("\n")[0]):
        raise UsageProblem("this is a table and no page; save it as `words.tsv`, and import that")
    return data


def _from_file(path: Path) -> bytes:
    from deckwright import paste

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
        _show(lines)
        question = f"{printable(proposal.repair.message)}: yes, no, all, quit"
        answer = click.prompt(question, "y", err=True, type=_ANSWERS)
        answers.update({answer} & {"a", "q"})
        return answer in ("y", "a")

    first = [True]
    return accept


def _show(lines: Iterable[str]) -> None:
    """Print lines of a difference; a tab is a few blanks, as it would be no sign that is printed."""
    say("\n".join(printable(line.replace("\t", "    ")) for line in lines), to_stderr=True)


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
