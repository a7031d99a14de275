"""What several commands have in common."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from deckwright.build import Built

FOUND = 1  # the exit of a command that found errors, or the difference it was asked for

DRAWING, MAKING = "Drawing pictures", "Making cards"

FILE = click.Path(path_type=Path)

at_path = click.argument("path", type=FILE, default=Path(), metavar="[PATH]", required=False)
text_or_json = click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="How to print."
)
quietly = click.option("-q", "--quiet", is_flag=True, help="Print errors only.")


def meant_to_go(built: Built) -> bool:
    """Ask whether many notes are gone on purpose, where that is all that stops the build."""
    return built.asks and somebody_is_there() and click.confirm("Are they meant to go?", err=True)


def somebody_is_there() -> bool:
    """Whether questions can be asked: there is an input, and it is a terminal."""
    return sys.stdin is not None and sys.stdin.isatty()
