"""The command line: signatures, and the one place that exits."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from deckwright import __version__
from deckwright.commands import editors, everyday, updates
from deckwright.console import own_up, say, was_interrupted
from deckwright.source.diagnostics import printable
from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from types import FrameType

    from deckwright.apkg.read import UnreadablePackage

_FINDINGS, _USAGE, _BUG = 1, 2, 3
_COMMANDS = (
    *(everyday.check, everyday.build),
    *(updates.diff, updates.rehearse, updates.adopt, updates.release),
    *(editors.schema, editors.dump),
)


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


for _command in _COMMANDS:
    cli.add_command(_command)


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
        from deckwright.apkg.archive import UnreadablePackage

        if isinstance(problem, UnreadablePackage):
            _refuse(problem)
        own_up(problem)
        sys.exit(_BUG)
    sys.exit(0)


def _terminate(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of handlers
    """Leave by the front door, so that half-written files are cleared away."""
    sys.exit(128 + number)
