"""What begins a project."""

from __future__ import annotations

from pathlib import Path

import click

from deckwright.commands.parts import FILE, quietly
from deckwright.console import say


@click.command()
@click.argument("folder", metavar="DIR")
@click.option("--example", is_flag=True, help="With notes that show every kind of card and picture.")
@click.option("--git", is_flag=True, help="With a git repository that checks and builds the deck.")
@click.option(
    "--from", "source", type=FILE, metavar="FILE", help="Of a package, or of a published source zip."
)
@quietly
def new(folder: str, *, example: bool, git: bool, source: Path | None, quiet: bool) -> None:
    """Start a deck in DIR that builds at once; nothing that is there is touched.

    With --git, every commit runs `check`; on GitHub, pull requests show what would change for readers, the
    main branch builds and keeps cards.lock, and a tag such as v1.0.0 hands the package out.

    \b
    Examples:
      deckwright new baclofen
      deckwright new atlas --example
      deckwright new pharmacology --git
      deckwright new baclofen --from baclofen-1.2.0-source.zip
    """
    from deckwright import new as verb
    from deckwright.usage import UsageProblem

    if not folder.strip():  # a shell's variable that holds nothing
        raise UsageProblem("name a folder for the project, as in `deckwright new baclofen`")
    if source is not None:
        if example or git:
            raise UsageProblem("`--from` brings its own notes: leave out `--example` and `--git`")
        _from(source, folder, quiet=quiet)
        return
    started = verb.new(Path(folder), example=example, git=git)
    if not quiet:
        say(verb.as_text(started), to_stderr=True)


def _from(source: Path, folder: str, *, quiet: bool) -> None:
    from deckwright.commands import unpack
    from deckwright.unpacking import published

    if published.is_package(source):
        unpack.run(source, folder, quiet=quiet)
        return
    made = published.extract(source, Path(folder))
    if not quiet:
        say(published.as_text(made), to_stderr=True)
