"""The page in the browser."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from deckwright.commands.parts import at_path
from deckwright.console import say
from deckwright.preview.editors import EDITORS, usual_editor

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@at_path
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Where to serve; a free one is taken if left out."
)
@click.option("--no-open", is_flag=True, help="Open no browser; the address is printed anyway.")
@click.option(
    "--editor", type=click.Choice(list(EDITORS)), help="What opens a line; your usual editor if left out."
)
def preview(path: Path, port: int | None, editor: str | None, *, no_open: bool) -> None:
    """Write and look: your cards in the browser, new with every save.

    Place pictures with the mouse, edit texts, add notes; each goes into cards.yaml, where comments and all
    else stay as they are. Only this computer can reach the page. Ctrl-C ends it.

    \b
    Examples:
      deckwright preview
      deckwright preview pharmacology/ --port 8123 --no-open
    """
    from deckwright import serve, workspace

    def ready(address: str) -> None:
        say(f"Your cards: {address}  (Ctrl-C ends this)", to_stderr=True)
        if not no_open:
            click.launch(address)

    serve.serve(
        workspace.find_project(path), port=port, editor=editor or usual_editor(os.environ), ready=ready
    )
