"""Holds a case to its folder, its time and its memory: what goes beyond fails the case.

Python tells an audit hook of every file that is opened, moved or removed, and of every process and
connection; what machine code does by itself stays unseen here, and is bounded by the child's own limits.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 5.0  # of the processor, for a case and the children it starts
MEMORY = 1 << 30  # bytes of the address space of each process
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_HARMLESS = frozenset({os.devnull})
# Which arguments of an event are paths, and behind them the folder they are relative to, if any.
_CHANGES: dict[str, tuple[tuple[int, int | None], ...]] = {
    "os.chmod": ((0, 2),),
    "os.chown": ((0, 3),),
    "os.link": ((0, 2), (1, 3)),
    "os.mkdir": ((0, 2),),
    "os.remove": ((0, 1),),
    "os.rename": ((0, 2), (1, 3)),
    "os.rmdir": ((0, 1),),
    "os.symlink": ((1, 2),),
    "os.truncate": ((0, None),),
    "os.utime": ((0, 3),),
}
_NEVER = ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "urllib.Request")
_PROCESSES = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "pty.spawn")


class Broken(BaseException):
    """A bound was crossed; no `except Exception` of the tool may swallow it."""


@dataclass
class Fence:
    """Where a case may write; *broken* says what it did elsewhere, also where that was swallowed."""

    folder: Path
    is_up: bool = False
    broken: list[str] = field(default_factory=list)
    children: float = 0.0  # seconds of the processor that the case's children took

    def raise_it(self) -> None:
        """Put the fence up in this process, for as long as it lives."""
        sys.dont_write_bytecode = True
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.signal(signal.SIGPROF, self._rung)
        sys.addaudithook(self._heard)

    @contextmanager
    def case(self) -> Iterator[None]:
        """Run one case within the bounds.

        Raises:
            AssertionError: it crossed one.

        """
        self.broken.clear()
        self.children, started = 0.0, time.process_time()
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        self.is_up = True
        try:
            yield
        except Broken as problem:
            raise AssertionError(str(problem)) from problem
        finally:
            self.is_up = False
            signal.setitimer(signal.ITIMER_PROF, 0)
        assert not self.broken, self.broken
        spent = time.process_time() - started + self.children
        assert spent < SECONDS, f"took {spent:.1f} seconds of the processor, children included"

    def _heard(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.is_up:
            return
        if event == "open":
            path, _, flags = arguments
            if isinstance(flags, int) and flags & _WRITES:
                self._written(event, path)
        elif event in _CHANGES:
            for at, folder in _CHANGES[event]:
                self._written(event, arguments[at], arguments[folder] if folder is not None else -1)
        elif event == "sqlite3.connect":
            self._database(str(arguments[0]))
        elif event in _NEVER or (event in _PROCESSES and arguments[0] != sys.executable):
            self._break(f"{event}: {arguments!r:.200}")

    def _rung(self, _signal: int, _frame: object) -> None:
        self._break(f"took more than {SECONDS:g} seconds of the processor")

    def _database(self, name: str) -> None:
        is_address = name.startswith("file:")
        path, _, options = name.removeprefix("file://").partition("?") if is_address else (name, "", "")
        if name != ":memory:" and "mode=ro" not in options.split("&"):
            self._written("sqlite3.connect", unquote(path))

    def _written(self, event: str, path: object, folder: object = -1) -> None:
        """See that *path*, relative to the open *folder*, lies in the case's own."""
        if not isinstance(path, str | bytes | os.PathLike):  # a file that is open already
            return
        name = os.fsdecode(path)
        if isinstance(folder, int) and folder >= 0:
            name = os.path.join(os.readlink(f"/proc/self/fd/{folder}"), name)  # noqa: PTH115, PTH118
        whole = Path(os.path.abspath(name))  # noqa: PTH100 - a link is what lies there, not where it leads
        if not whole.is_relative_to(self.folder) and str(whole) not in _HARMLESS:
            self._break(f"{event}: {whole}")

    def _break(self, what: str) -> None:
        self.broken.append(what)
        raise Broken(what)


def largest_memory() -> int:
    """Return the most memory that this process or one of its children ever held, in bytes."""
    kibibytes = max(
        resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return kibibytes << 10
