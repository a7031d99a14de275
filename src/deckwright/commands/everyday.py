"""What an author does every day."""

from __future__ import annotations

import dataclasses
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deckwright.commands.parts import DRAWING, FOUND, MAKING, at_path, meant_to_go, quietly, somebody_is_there
from deckwright.console import print_build, print_findings, say, watching
from deckwright.source.diagnostics import printable
from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from deckwright.workspace import Project

_FORMATS = ("full", "concise", "json")


@click.command()
@at_path
@click.option("--fix", is_flag=True, help="Mend what needs no judgement, in the source.")
@click.option("--fix-text", is_flag=True, help="Propose, one by one, what a scan left in the texts.")
@click.option("--yes", is_flag=True, help="Accept every proposal.")
@click.option("--strict", is_flag=True, help="Exit 1 on advice, too.")
@click.option("--format", "format_", type=click.Choice(_FORMATS), default="full", help="How to print.")
@quietly
def check(path: Path, format_: str, *, strict: bool, quiet: bool, **mending: bool) -> None:
    """Find mistakes, and what could be better about the cards; write nothing but with --fix.

    Advice is left out where its code stands under `ignore:`, or behind `# deckwright: ignore CODE` on a note.

    \b
    Examples:
      deckwright check
      deckwright check --fix
      deckwright check --format concise pharmacology/
    """
    from deckwright import project, tally, workspace

    found = workspace.find_project(path)
    if mending["yes"] and not mending["fix_text"]:
        raise UsageProblem("`--yes` accepts proposals, and only `--fix-text` makes some")
    if mending["fix"] or mending["fix_text"]:
        _mend(found, texts=mending["fix_text"], yes=mending["yes"], quiet=quiet)
    compiled = project.check(found, watching(DRAWING))
    print_findings(compiled, format_, to_stderr=False, errors_only=quiet)
    if not quiet:
        say(tally.of_check(compiled), to_stderr=True)
    advised = strict and any(report.count("warning") for report in compiled.reports)
    sys.exit(FOUND if compiled.has_errors or advised else 0)


def _mend(project: Project, *, texts: bool, yes: bool, quiet: bool) -> None:
    """Mend the source, and say what was changed."""
    from deckwright import fix, tally

    answers: set[str] = {"a"} if yes else set()

    def accept(proposal: fix.Proposal) -> bool:
        if answers:
            return "a" in answers
        lines = (proposal.finding.message, *proposal.difference.splitlines())
        say("\n".join(map(printable, lines)), to_stderr=True)
        if not somebody_is_there():
            return False
        answer = click.prompt("Change it: yes, no, all, quit", "y", err=True, type=click.Choice(list("ynaq")))
        answers.update({answer} & {"a", "q"})
        return answer in ("y", "a")

    mended = fix.fix(project, accept if texts else None)
    if not quiet:
        say(tally.of_mended(mended), to_stderr=True)


@click.command()
@at_path
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="Where the package goes.")
@click.option("--open", "open_", is_flag=True, help="Hand the package to Anki.")
@click.option("--draft", is_flag=True, help="Leave cards.lock as it is; to look at, not to share.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and write nothing.")
@click.option("--locked", is_flag=True, help="Fail if cards.lock would change; for CI.")
@click.option("--refresh", is_flag=True, help="Send every note anew; replaces readers' own edits on all.")
@click.option("--replace", is_flag=True, help="Really the same deck, under another id or name.")
@click.option("--yes", is_flag=True, help="Go on although many notes are gone.")
@quietly
def build(path: Path, out: Path | None, *, open_: bool, quiet: bool, **options: Any) -> None:
    """Make the file for Anki, build/<deck>.apkg.

    \b
    Examples:
      deckwright build
      deckwright build pharmacology/ -o ~/Desktop/pharmacology.apkg
    """
    from deckwright import unchanged

    started = time.time_ns()
    again = None if any(options.values()) else unchanged.recall(path, out)
    if again:
        if not quiet:
            say(again.said, to_stderr=True)
        for package in again.packages if open_ else ():
            click.launch(str(package))
        return
    from deckwright import build as verb
    from deckwright import editor, summary, workspace

    project = workspace.find_project(path)
    given = verb.Options(out, **options, watch=watching(DRAWING), watch_notes=watching(MAKING))
    built = verb.build(project, given)
    print_build(built)
    if meant_to_go(built):
        built = verb.build(project, dataclasses.replace(given, yes=True))
        print_build(built)
    if not built.packages:
        sys.exit(FOUND)
    if not given.dry_run:
        compiled = built.compiled
        editor.renew_schema(project, [deck.deck.deck for deck in compiled.decks], compiled.sources)
        if not any(options.values()) and project.only is None:
            unchanged.remember(project, built, summary.of_unchanged(built), started=started)
    if not quiet:
        say(summary.of_build(built), to_stderr=True)
    for made in built.packages if open_ and not built.options.dry_run else ():
        click.launch(str(made.path))
