"""What classmates changed comes home."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from deckwright.commands.parts import DRAWING, FILE, FOUND, at_path, quietly, somebody_is_there
from deckwright.console import print_findings, say, watching
from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from pathlib import Path

    from deckwright.merging.settling import Side
    from deckwright.merging.threeway import Change
    from deckwright.merging.visit import Edited


@click.command()
@click.argument("theirs", type=FILE, metavar="THEIRS.apkg")
@at_path
@click.option("--base", type=FILE, metavar="OLD.apkg", help="What you sent them, where releases/ is empty.")
@click.option("--ours", is_flag=True, help="Where both changed a text, keep yours.")
@click.option("--theirs", "theirs_", is_flag=True, help="Where both changed a text, take theirs.")
@click.option("--dry-run", is_flag=True, help="Show what would change in the files, and write nothing.")
@quietly
def merge(theirs: Path, path: Path, base: Path | None, *, dry_run: bool, quiet: bool, **sides: bool) -> None:
    """Bring home what a classmate changed inside Anki: texts, tags, pictures, and notes they added.

    They export the deck from Anki and send you the file. What you released tells an edit from an old copy;
    what both of you changed is shown, and left to you (exit 1). Nobody's reviews are read.

    \b
    Examples:
      deckwright merge from-anna.apkg --dry-run
      deckwright merge from-anna.apkg
      deckwright merge from-anna.apkg --theirs
    """
    from deckwright import merge as verb
    from deckwright import workspace
    from deckwright.merging import telling

    if sides["ours"] and sides["theirs_"]:
        raise UsageProblem("`--ours` and `--theirs` exclude each other")
    side: Side = "ours" if sides["ours"] else "theirs" if sides["theirs_"] else ""
    ask = _ask if somebody_is_there() and not dry_run else None
    options = verb.Options(side, base, ask, dry_run, watch=watching(DRAWING))
    merged = verb.merge(workspace.find_project(path), theirs, options)
    if merged.compiled.has_errors:
        print_findings(merged.compiled, "full", to_stderr=True, errors_only=True)
        say("Mend these first; nothing was written.", to_stderr=True)
        sys.exit(FOUND)
    for difference in merged.differences.values() if dry_run else ():
        say(difference)
    if not quiet:
        say(telling.as_text(merged, dry_run=dry_run), to_stderr=True)
    sys.exit(FOUND if merged.undecided else 0)


def _ask(edited: Edited, change: Change) -> bool:
    from deckwright.merging.telling import as_question

    say(as_question(edited.own.note.fact, change), to_stderr=True)
    return click.confirm("Take theirs?", err=True)
