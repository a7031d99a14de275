"""The command line: signatures, and the one place that exits."""

from __future__ import annotations

import dataclasses
import json
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from deckwright import __version__
from deckwright.console import own_up, print_build, print_findings, say, was_interrupted, watch_drawing
from deckwright.source.diagnostics import printable
from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from types import FrameType

    from deckwright.apkg.read import UnreadablePackage
    from deckwright.build import Built

_FINDINGS, _USAGE, _BUG = 1, 2, 3
_FORMATS = ("full", "concise", "json")

_file = click.Path(path_type=Path)
_path = click.argument("path", type=_file, default=Path(), metavar="[PATH]", required=False)
_text_or_json = click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="How to print."
)
_quiet = click.option("-q", "--quiet", is_flag=True, help="Print errors only.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="deckwright %(version)s")
def cli() -> None:
    """Turn study notes written in YAML into a deck that Anki imports.

    PATH is a cards.yaml, or the folder that holds one; left out, it is the folder you are in.

    \b
    Every day:
      deckwright check            find mistakes, write nothing
      deckwright build            make the file for Anki
      deckwright build --open     and hand it to Anki
    Safe updates:
      deckwright diff OLD.apkg    show what readers would see change
      deckwright rehearse X.apkg  import it into a throw-away Anki first
      deckwright adopt OLD.apkg   take over the notes of a published package
      deckwright release          build, and keep in releases/ what is new
    Editors and CI:
      deckwright dump X.apkg      show what is in a package
      deckwright schema           the JSON Schema of cards.yaml

    Tab completion, for bash (zsh and fish alike): put into ~/.bashrc
    eval "$(_DECKWRIGHT_COMPLETE=bash_source deckwright)"
    """


@cli.command()
@_path
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="Where the package goes.")
@click.option("--open", "open_", is_flag=True, help="Hand the package to Anki.")
@click.option("--draft", is_flag=True, help="Leave cards.lock as it is; to look at, not to share.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and write nothing.")
@click.option("--locked", is_flag=True, help="Fail if cards.lock would change; for CI.")
@click.option("--refresh", is_flag=True, help="Send every note anew; replaces readers' own edits on all.")
@click.option("--replace", is_flag=True, help="Really the same deck, under another id or name.")
@click.option("--yes", is_flag=True, help="Go on although many notes are gone.")
@_quiet
def build(path: Path, out: Path | None, *, open_: bool, quiet: bool, **options: bool) -> None:
    """Make the file for Anki, build/<deck>.apkg.

    \b
    Examples:
      deckwright build
      deckwright build pharmacology/ -o ~/Desktop/pharmacology.apkg
    """
    from deckwright import build as verb  # noqa: PLC0415 - the other commands start faster without
    from deckwright import summary, workspace  # noqa: PLC0415

    project = workspace.find_project(path)
    given = verb.Options(out, **options, watch=watch_drawing())
    built = verb.build(project, given)
    print_build(built)
    if _meant_to_go(built):
        built = verb.build(project, dataclasses.replace(given, yes=True))
        print_build(built)
    if not built.packages:
        sys.exit(_FINDINGS)
    if not quiet:
        say(summary.of_build(built), to_stderr=True)
    for made in built.packages if open_ and not built.options.dry_run else ():
        click.launch(str(made.path))


@cli.command()
@_path
@click.option(
    "--format",
    "format_",
    type=click.Choice(_FORMATS),
    default="full",
    help="How to print.",
)
@_quiet
def check(path: Path, format_: str, *, quiet: bool) -> None:
    """Find mistakes; write nothing.

    \b
    Examples:
      deckwright check
      deckwright check --format concise pharmacology/
    """
    from deckwright import project, summary, workspace  # noqa: PLC0415

    compiled = project.check(workspace.find_project(path), watch_drawing())
    print_findings(compiled, format_, to_stderr=False)
    if not quiet:
        say(summary.of_check(compiled), to_stderr=True)
    sys.exit(_FINDINGS if compiled.has_errors else 0)


@cli.command()
@click.argument("package", type=_file, metavar="X.apkg")
def dump(package: Path) -> None:
    """Show what is in a package, as sorted text that can be compared."""
    from deckwright.apkg import compare, read  # noqa: PLC0415

    say(compare.dump(read.read_package(package)).rstrip("\n"))


@cli.command()
@click.argument("old", type=_file, metavar="OLD.apkg|VERSION")
@click.argument("new", type=_file, default=Path(), metavar="[NEW.apkg|VERSION|PATH]")
@_text_or_json
def diff(old: Path, new: Path, format_: str) -> None:
    """Show what readers of OLD.apkg, or of a release, would see change; exit 1 if anything does.

    \b
    Examples:
      deckwright diff build/baclofen.apkg          against the deck as it stands here
      deckwright diff last-week.apkg today.apkg
      deckwright diff 1.0.0                        what is new since that release
      deckwright diff 1.0.0 1.1.0
    """
    from deckwright import diff as verb  # noqa: PLC0415

    try:
        changes = verb.diff(old, new)
    except verb.FaultyDeck as fault:
        print_findings(fault, "full", to_stderr=True)
        sys.exit(_FINDINGS)
    say(verb.as_json(changes) if format_ == "json" else verb.as_text(changes))
    sys.exit(_FINDINGS if changes.any else 0)


@cli.command()
@click.argument("version", required=False, metavar="[VERSION]")
@click.option(
    "-C", "--project", "path", type=_file, default=Path(), metavar="PATH", help="The project's folder."
)
@click.option("--dry-run", is_flag=True, help="Say what would be new, and write nothing.")
@click.option("--yes", is_flag=True, help="Go on although many notes are gone.")
@_quiet
def release(version: str | None, path: Path, *, dry_run: bool, yes: bool, quiet: bool) -> None:
    """Build, and keep in releases/ what is new since the last release.

    Without VERSION the number is the next: 1.0.0 at first, then 1.0.1 for corrections, 1.1.0 for new notes.

    \b
    Examples:
      deckwright release --dry-run
      deckwright release
      deckwright release 2.0.0 -C pharmacology/
    """
    from deckwright import release as verb  # noqa: PLC0415
    from deckwright import summary, workspace  # noqa: PLC0415

    project = workspace.find_project(path)
    released = verb.release(project, version, yes=yes, dry_run=dry_run)
    print_build(released.built)
    if _meant_to_go(released.built):
        released = verb.release(project, version, yes=True, dry_run=dry_run)
        print_build(released.built)
    if not released.built.packages:
        sys.exit(_FINDINGS)
    if not quiet:
        say(summary.of_release(released), to_stderr=True)


@cli.command()
@click.argument("new", type=_file, metavar="NEW.apkg")
@click.option("--from", "old", type=_file, metavar="OLD.apkg", help="What readers have until now.")
@click.option(
    "--collection", type=_file, metavar="COLLECTION.anki2", help="Try it on a copy of your own collection."
)
@_text_or_json
def rehearse(new: Path, old: Path | None, collection: Path | None, format_: str) -> None:
    """Import into a throw-away Anki collection full of reviews; exit 1 if anything is lost.

    Needs Anki itself: pip install 'deckwright[anki]'. Without --from and --collection, NEW.apkg is
    imported twice.

    \b
    Examples:
      deckwright rehearse today.apkg --from last-week.apkg
      deckwright rehearse today.apkg --collection ~/.local/share/Anki2/User\\ 1/collection.anki2
    """
    from deckwright import rehearse as verb  # noqa: PLC0415

    rehearsal = verb.rehearse(new, old, collection)
    say(verb.as_json(rehearsal) if format_ == "json" else verb.as_text(rehearsal))
    sys.exit(_FINDINGS if rehearsal.lost else 0)


@cli.command()
@click.argument("files", type=_file, nargs=-1, required=True, metavar="OLD.apkg... [PATH]")
@click.option("--map", "maps", multiple=True, metavar="FIELD=TEXTS", help="What stands in a field.")
@click.option("--replace", is_flag=True, help="Although cards.lock knows notes already; it keeps the rest.")
@click.option("--dry-run", is_flag=True, help="Say what was found, and write nothing.")
@_quiet
def adopt(files: tuple[Path, ...], *, quiet: bool, **options: Any) -> None:
    """Take over the notes of a published package, so that the next build updates them in place.

    The package may be an earlier one of yours whose cards.lock is lost, or another tool's. Notes are known by
    guid, by id, or by their texts; a note type of another tool stays as it is, its fields filled from ours.

    \b
    Examples:
      deckwright adopt published.apkg --dry-run
      deckwright adopt published.apkg --map Front=ask --map "Back=fact + explanation"
    """
    from deckwright import adopt as verb  # noqa: PLC0415
    from deckwright import workspace  # noqa: PLC0415

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
    sys.exit(0 if takeover.lock else _FINDINGS)


@cli.command()
def schema() -> None:
    """Print the JSON Schema of cards.yaml, for editors."""
    from deckwright.deck.schema import json_schema  # noqa: PLC0415

    say(json.dumps(json_schema(), indent=2, ensure_ascii=False))


def _meant_to_go(built: Built) -> bool:
    """Ask whether many notes are gone on purpose, where that is all that stops the build."""
    return built.asks and sys.stdin.isatty() and click.confirm("Are they meant to go?", err=True)


def _refuse(problem: UnreadablePackage) -> NoReturn:
    where = f"\n  --> {printable(str(problem.path))}" if problem.path else ""
    say(f"error[{problem.code}]: {problem.message}{where}\n  {problem.advice}", to_stderr=True)
    sys.exit(_FINDINGS)


def main() -> NoReturn:
    """Run the tool: exit 0 when all is well, 1 on findings, 2 on wrong usage, 3 on a bug of ours."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        cli.main(prog_name="deckwright", standalone_mode=True)
    except OSError as problem:
        name = f"`{printable(str(problem.filename))}`: " if problem.filename else ""
        say(f"error: {name}{problem.strerror or problem}", to_stderr=True)
        say("  nothing was lost; see to the file or folder, and run it again", to_stderr=True)
        sys.exit(_FINDINGS)
    except UsageProblem as problem:
        say(f"error: {printable(str(problem))}", to_stderr=True)
        sys.exit(_USAGE)
    except Exception as problem:  # noqa: BLE001 - the last resort
        if was_interrupted(problem):
            sys.exit(_FINDINGS)
        from deckwright.apkg.archive import UnreadablePackage  # noqa: PLC0415 - only now is it needed

        if isinstance(problem, UnreadablePackage):
            _refuse(problem)
        own_up(problem)
        sys.exit(_BUG)
    sys.exit(0)


def _terminate(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of handlers
    """Leave by the front door, so that half-written files are cleared away."""
    sys.exit(128 + number)
