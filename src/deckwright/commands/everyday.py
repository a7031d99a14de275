"""What an author does every day."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import click

from deckwright.commands.parts import FOUND, at_path, meant_to_go, quietly
from deckwright.console import print_build, print_findings, say, watch_drawing

_FORMATS = ("full", "concise", "json")


@click.command()
@at_path
@click.option(
    "--format",
    "format_",
    type=click.Choice(_FORMATS),
    default="full",
    help="How to print.",
)
@quietly
def check(path: Path, format_: str, *, quiet: bool) -> None:
    """Find mistakes; write nothing.

    \b
    Examples:
      deckwright check
      deckwright check --format concise pharmacology/
    """
    from deckwright import project, summary, workspace

    compiled = project.check(workspace.find_project(path), watch_drawing())
    print_findings(compiled, format_, to_stderr=False)
    if not quiet:
        say(summary.of_check(compiled), to_stderr=True)
    sys.exit(FOUND if compiled.has_errors else 0)


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
def build(path: Path, out: Path | None, *, open_: bool, quiet: bool, **options: bool) -> None:
    """Make the file for Anki, build/<deck>.apkg.

    \b
    Examples:
      deckwright build
      deckwright build pharmacology/ -o ~/Desktop/pharmacology.apkg
    """
    from deckwright import build as verb
    from deckwright import summary, workspace

    project = workspace.find_project(path)
    given = verb.Options(out, **options, watch=watch_drawing())
    built = verb.build(project, given)
    print_build(built)
    if meant_to_go(built):
        built = verb.build(project, dataclasses.replace(given, yes=True))
        print_build(built)
    if not built.packages:
        sys.exit(FOUND)
    if not quiet:
        say(summary.of_build(built), to_stderr=True)
    for made in built.packages if open_ and not built.options.dry_run else ():
        click.launch(str(made.path))
