"""The page for classmates."""

from __future__ import annotations

import dataclasses
import sys
from typing import TYPE_CHECKING, Any

import click

from deckwright.commands.parts import DRAWING, FILE, FOUND, MAKING, at_path, meant_to_go, quietly
from deckwright.console import print_advice, print_build, say, watching

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@at_path
@click.option("-o", "--out", type=FILE, metavar="DIR", help="The site's folder; site/ if left out.")
@click.option("--version", metavar="X.Y.Z", help="The release's number; the next one if left out.")
@click.option(
    "--without-images", "without", multiple=True, metavar="NAME", help="Leave a picture of media/ out."
)
@click.option("--with-images", "within", multiple=True, metavar="NAME", help="Bring it back.")
@click.option("--dry-run", is_flag=True, help="Say what would be new, and write nothing.")
@click.option("--yes", is_flag=True, help="Go on although many notes are gone.")
@quietly
def publish(path: Path, *, quiet: bool, **options: Any) -> None:
    """Release the deck, and write a site to study it on and download it from.

    Any host of plain files serves the folder, and it opens from disk: a page with all notes and cards, what
    is new since each earlier release, the package, the source, and a message for the class chat. Where
    nothing is new, the site of the last release is written again.

    \b
    Examples:
      deckwright publish
      deckwright publish --version 2.0.0 -o public/
      deckwright publish --without-images textbook-figure.png
    """
    from deckwright import publish as verb
    from deckwright import summary, workspace

    project = workspace.find_project(path)
    chosen = verb.Options(
        **options,
        watch=watching("Writing pages"),
        watch_pictures=watching(DRAWING),
        watch_notes=watching(MAKING),
    )
    published = verb.publish(project, chosen)
    print_build(published.built)
    if meant_to_go(published.built):
        published = verb.publish(project, dataclasses.replace(chosen, yes=True))
        print_build(published.built)
    if not quiet:
        print_advice(published.built, verb.SPEAKS)
    if published.built.packages and not quiet:
        say(summary.of_published(published), to_stderr=True)
    if published.site is not None and not quiet:
        say(published.site.message)
    if published.stopped:
        sys.exit(FOUND)
