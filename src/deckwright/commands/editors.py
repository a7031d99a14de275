"""What editors and CI ask for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from deckwright.commands.parts import FILE
from deckwright.console import say

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
def schema() -> None:
    """Print the JSON Schema of cards.yaml, for editors."""
    from deckwright.deck.schema import json_schema

    say(json.dumps(json_schema(), indent=2, ensure_ascii=False))


@click.command()
@click.argument("package", type=FILE, metavar="X.apkg")
def dump(package: Path) -> None:
    """Show what is in a package, as sorted text that can be compared."""
    from deckwright.apkg import compare, read

    say(compare.dump(read.read_package(package)).rstrip("\n"))
