"""What begins a project."""

from __future__ import annotations

from pathlib import Path

import click

from deckwright.commands.parts import quietly
from deckwright.console import say


@click.command()
@click.argument("folder", metavar="DIR")
@click.option("--example", is_flag=True, help="With notes that show every kind of card and picture.")
@click.option("--git", is_flag=True, help="With a git repository that checks and builds the deck.")
@quietly
def new(folder: str, *, example: bool, git: bool, quiet: bool) -> None:
    """Start a deck in DIR that builds at once; nothing that is there is touched.

    With --git, every commit runs `check`; on GitHub, pull requests show what would change for readers, the
    main branch builds and keeps cards.lock, and a tag such as v1.0.0 hands the package out.

    \b
    Examples:
      deckwright new baclofen
      deckwright new atlas --example
      deckwright new pharmacology --git
    """
    from deckwright import new as verb
    from deckwright.usage import UsageProblem

    if not folder.strip():  # a shell's variable that holds nothing
        raise UsageProblem("name a folder for the project, as in `deckwright new baclofen`")
    started = verb.new(Path(folder), example=example, git=git)
    if not quiet:
        say(verb.as_text(started), to_stderr=True)
