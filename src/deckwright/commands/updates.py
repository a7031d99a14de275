"""What keeps the reviews of those who have the deck."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import Any

import click

from deckwright.commands.parts import DRAWING, FILE, FOUND, MAKING, meant_to_go, quietly, text_or_json
from deckwright.console import print_build, print_findings, say, say_json, watching
from deckwright.usage import UsageProblem


@click.command()
@click.argument("old", type=FILE, metavar="OLD.apkg|VERSION")
@click.argument("new", type=FILE, default=Path(), metavar="[NEW.apkg|VERSION|PATH]")
@text_or_json
def diff(old: Path, new: Path, format_: str) -> None:
    """Show what readers of OLD.apkg, or of a release, would see change; exit 1 if anything does.

    \b
    Examples:
      deckwright diff build/baclofen.apkg          against the deck as it stands here
      deckwright diff last-week.apkg today.apkg
      deckwright diff 1.0.0                        what is new since that release
      deckwright diff 1.0.0 1.1.0
    """
    from deckwright import diff as verb

    try:
        changes = verb.diff(old, new)
    except verb.FaultyDeck as fault:
        print_findings(fault, "full", to_stderr=True)
        sys.exit(FOUND)
    if format_ == "json":
        say_json(verb.as_json(changes))
    else:
        say(verb.as_text(changes))
    sys.exit(FOUND if changes.any else 0)


@click.command()
@click.argument("new", type=FILE, metavar="NEW.apkg")
@click.option("--from", "old", type=FILE, metavar="OLD.apkg", help="What readers have until now.")
@click.option(
    "--collection", type=FILE, metavar="COLLECTION.anki2", help="Try it on a copy of your own collection."
)
@text_or_json
def rehearse(new: Path, old: Path | None, collection: Path | None, format_: str) -> None:
    """Import into a throw-away Anki collection full of reviews; exit 1 if anything is lost.

    Needs Anki itself: pip install 'deckwright[anki]'. Without --from and --collection, NEW.apkg is
    imported twice.

    \b
    Examples:
      deckwright rehearse today.apkg --from last-week.apkg
      deckwright rehearse today.apkg --collection ~/.local/share/Anki2/User\\ 1/collection.anki2
    """
    from deckwright import rehearse as verb

    rehearsal = verb.rehearse(new, old, collection)
    if format_ == "json":
        say_json(verb.as_json(rehearsal))
    else:
        say(verb.as_text(rehearsal))
    sys.exit(FOUND if rehearsal.lost else 0)


@click.command()
@click.argument("files", type=FILE, nargs=-1, required=True, metavar="OLD.apkg... [PATH]")
@click.option("--map", "maps", multiple=True, metavar="FIELD=TEXTS", help="What stands in a field.")
@click.option("--replace", is_flag=True, help="Although cards.lock knows notes already; it keeps the rest.")
@click.option("--dry-run", is_flag=True, help="Say what was found, and write nothing.")
@quietly
def adopt(files: tuple[Path, ...], *, quiet: bool, **options: Any) -> None:
    """Take over the notes of a published package, so that the next build updates them in place.

    The package may be an earlier one of yours whose cards.lock is lost, or another tool's. Notes are known by
    guid, by id, or by their texts; a note type of another tool stays as it is, its fields filled from ours.

    \b
    Examples:
      deckwright adopt published.apkg --dry-run
      deckwright adopt published.apkg --map Front=ask --map "Back=fact + explanation"
    """
    from deckwright import adopt as verb
    from deckwright import workspace

    *packages, last = files
    path = Path() if last.suffix.lower() == ".apkg" else last
    packages += [last] if path is not last else []
    if not packages:
        raise UsageProblem(f"`{last}` is no package; name one, as in `deckwright adopt published.apkg`")
    chosen = verb.Options(**options)
    takeover = verb.adopt(workspace.find_project(path), packages, chosen)
    print_findings(takeover.compiled, "full", to_stderr=True)
    if not quiet and (text := verb.as_text(takeover, chosen)):
        say(text, to_stderr=True)
    sys.exit(0 if takeover.lock else FOUND)


@click.command()
@click.argument("version", required=False, metavar="[VERSION]")
@click.option(
    "-C", "--project", "path", type=FILE, default=Path(), metavar="PATH", help="The project's folder."
)
@click.option("--dry-run", is_flag=True, help="Say what would be new, and write nothing.")
@click.option("--yes", is_flag=True, help="Go on although many notes are gone.")
@quietly
def release(version: str | None, path: Path, *, dry_run: bool, yes: bool, quiet: bool) -> None:
    """Build, and keep in releases/ what is new since the last release.

    Without VERSION the number is the next: 1.0.0 at first, then 1.0.1 for corrections, 1.1.0 for new notes.

    \b
    Examples:
      deckwright release --dry-run
      deckwright release
      deckwright release 2.0.0 -C pharmacology/
    """
    from deckwright import release as verb
    from deckwright import summary, workspace
    from deckwright.build import Options

    project = workspace.find_project(path)
    options = Options(yes=yes, dry_run=dry_run, watch=watching(DRAWING), watch_notes=watching(MAKING))
    released = verb.release(project, version, options)
    print_build(released.built)
    if meant_to_go(released.built):
        released = verb.release(project, version, dataclasses.replace(options, yes=True))
        print_build(released.built)
    if not released.built.packages:
        sys.exit(FOUND)
    if not quiet:
        say(summary.of_release(released), to_stderr=True)
