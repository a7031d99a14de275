"""The command line: signatures, and the one place that exits."""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from deckwright import __version__
from deckwright.commands import editors, everyday, imports, merge, preview, project, publish, unpack, updates
from deckwright.console import own_up, say, was_interrupted
from deckwright.source.diagnostics import printable
from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from types import FrameType

    from deckwright.apkg.values import UnreadablePackage
    from deckwright.cards.filetypes import Refused

_FINDINGS, _USAGE, _BUG = 1, 2, 3
_INTERRUPTED = 128 + signal.SIGINT
_NO_ROOM = "make room on that disk"
_NOT_OURS = "see that you may write there, or copy the project to a folder of your own"
_WAYS_OUT = {
    errno.ENOSPC: _NO_ROOM,
    errno.EFBIG: _NO_ROOM,
    errno.EROFS: _NOT_OURS,
    errno.EACCES: _NOT_OURS,
    errno.EPERM: _NOT_OURS,
    **({errno.EDQUOT: _NO_ROOM} if hasattr(errno, "EDQUOT") else {}),  # Windows has no quotas
}
_SELDOM = (
    200_000,
    50,
    50,
)  # made objects before a search for garbage; then such searches before a deeper one
_GROUPS = {
    "Every day": (project.new, preview.preview, everyday.check, everyday.build, publish.publish),
    "From others": (imports.import_, unpack.unpack, merge.merge),
    "Safe updates": (updates.diff, updates.rehearse, updates.adopt, updates.release),
    "Editors and CI": (editors.schema, editors.explain, editors.stats, editors.dump),
}


class _Grouped(click.Group):
    """Lists the commands by what they are for, and takes Ctrl-C for what it is."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            _leave()

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        for heading, commands in _GROUPS.items():
            with formatter.section(heading):
                rows = [(command.name or "", command.get_short_help_str(200)) for command in commands]
                formatter.write_dl(rows)


@click.group(
    cls=_Grouped, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, message="deckwright %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Turn study notes written in YAML into a deck that Anki imports.

    PATH is a cards.yaml, or the folder that holds one; left out, it is the folder you are in. Without a
    command you are told how your deck stands and what to do next.

    Tab completion, for bash (zsh and fish alike): put into ~/.bashrc
    eval "$(_DECKWRIGHT_COMPLETE=bash_source deckwright)"
    """
    if context.invoked_subcommand is None:
        from deckwright import status

        say(status.of_folder(Path()))


for _commands in _GROUPS.values():
    for _command in _commands:
        cli.add_command(_command)


def _refuse(problem: UnreadablePackage | Refused, path: Path | None = None) -> NoReturn:
    where = f"\n  --> {printable(str(path))}" if path else ""
    say(f"error[{problem.code}]: {problem.message}{where}\n  {problem.advice}", to_stderr=True)
    sys.exit(_FINDINGS)


def _refuse_by_the_system(problem: OSError) -> NoReturn:
    name = f"`{printable(str(problem.filename))}`: " if problem.filename else ""
    way_out = _WAYS_OUT.get(problem.errno or 0, "see to the file or folder")
    say(f"error: {name}{problem.strerror or problem}", to_stderr=True)
    say(f"  nothing was lost; {way_out}, and run it again", to_stderr=True)
    sys.exit(_FINDINGS)


def _leave() -> NoReturn:
    say("\nStopped, and nothing was lost; the next run does it all.", to_stderr=True)
    sys.exit(_INTERRUPTED)


def main() -> NoReturn:
    """Run the tool: exit 0 when all is well, 1 on findings, 2 on wrong usage, 3 on a bug of ours.

    Told to stop, it ends with 128 and the signal's number: 130 after Ctrl-C.
    """
    try:
        _run()
    except KeyboardInterrupt:  # before the first command begins, or after the last word
        _leave()


def _run() -> NoReturn:
    signal.signal(signal.SIGTERM, _terminate)
    _make_haste()
    try:
        cli.main(prog_name="deckwright", standalone_mode=True)
    except OSError as problem:
        _refuse_by_the_system(problem)
    except UsageProblem as problem:
        say(f"error: {printable(str(problem))}", to_stderr=True)
        sys.exit(_USAGE)
    except Exception as problem:  # noqa: BLE001 - the last resort
        if was_interrupted(problem):
            _leave()
        from deckwright.apkg.values import UnreadablePackage
        from deckwright.cards.filetypes import Refused

        if isinstance(problem, UnreadablePackage):
            _refuse(problem, problem.path)
        if isinstance(problem, Refused):
            _refuse(problem)
        own_up(problem)
        sys.exit(_BUG)
    sys.exit(0)


def _make_haste() -> None:
    """Spare what costs a large deck a third of its time, and a small one half of it."""
    # A deck is a tree that lives to the end: there is little garbage to look for in it.
    gc.set_threshold(*_SELDOM)
    # Nor is there a plugin for its model, which pydantic would look for in all that is installed.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


def _terminate(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of handlers
    """Leave by the front door, so that half-written files are cleared away."""
    sys.exit(128 + number)
