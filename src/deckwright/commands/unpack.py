"""What makes a project of a package."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from deckwright.commands.parts import FILE, FOUND, quietly
from deckwright.console import print_findings, say, watching


@click.command()
@click.argument("package", type=FILE, metavar="DECK.apkg")
@click.argument("folder", metavar="DIR")
@click.option(
    "--map", "maps", multiple=True, metavar="FIELD=TEXTS", help="Where a field of another tool's notes goes."
)
@quietly
def unpack(package: Path, folder: str, *, maps: tuple[str, ...], quiet: bool) -> None:
    """Make a project in DIR of a package, ours or another tool's; nothing that is there is touched.

    Notes become cards.yaml, pictures and sounds go to media/, and cards.lock remembers whose is which: what
    you build from it updates the notes that readers have, and no review is lost. Note types of other tools
    stay as they are. TEXTS are the texts of a note that go into a FIELD of theirs, as in `explanation`; a
    field without any stands under `extra:` as it is.

    \b
    Examples:
      deckwright unpack baclofen.apkg baclofen
      deckwright unpack shared.apkg shared --map Front=ask --map Back=fact
    """
    run(package, folder, maps, quiet=quiet)


def run(package: Path, folder: str, maps: tuple[str, ...] = (), *, quiet: bool) -> None:
    """Unpack, and say what came of it; exit 1 where nothing did."""
    from deckwright import unpack as verb
    from deckwright.unpacking.telling import as_text
    from deckwright.usage import UsageProblem

    if not folder.strip():  # a shell's variable that holds nothing
        raise UsageProblem("name a folder for the project, as in `deckwright unpack deck.apkg deck`")
    unpacked = verb.unpack(package, Path(folder), maps, watching("Taking notes over"))
    print_findings(unpacked.takeover.compiled, "full", to_stderr=True)
    if unpacked.takeover.lock is None:
        say("This makes no project that builds; nothing was written.", to_stderr=True)
        sys.exit(FOUND)
    if not quiet:
        say(as_text(unpacked), to_stderr=True)
