"""A build, watched from outside: what it and its children hold, and how many cores they keep busy."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from support import TOOL

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Watched:
    """What a run of the tool took: `held` and `most_children` at their highest, times in seconds."""

    code: int
    said: str
    held: int
    most_children: int
    busy: float
    lasted: float

    @property
    def figures(self) -> str:
        """Say it to whoever asks; time is never a condition."""
        return (
            f"{self.held / 1e6:.0f} MB held at most, {self.most_children} children at once, "
            f"{self.busy:.1f} s of CPU time in {self.lasted:.1f} s ({self.busy / self.lasted:.2f} cores busy)"
        )


def watched(folder: Path) -> Watched:
    """Build a project, and look every few milliseconds at what the tool and its children hold."""
    started = time.monotonic()
    held = most_children = 0
    with (folder / "said").open("wb") as said:
        running = subprocess.Popen(
            [TOOL, "build", folder], stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )
    while True:
        pid, status, usage = os.wait4(running.pid, os.WNOHANG)
        if pid:
            break
        processes = list(family(running.pid))
        held = max(held, sum(map(memory, processes)))
        most_children = max(most_children, len(processes) - 1)
        time.sleep(0.02)
    running.returncode = os.waitstatus_to_exitcode(status)
    lasted = time.monotonic() - started
    busy = usage.ru_utime + usage.ru_stime
    return Watched(
        running.returncode, (folder / "said").read_text("utf-8"), held, most_children, busy, lasted
    )


def family(pid: int) -> Iterator[int]:
    """Yield a process and all that it started."""
    yield pid
    with suppress(OSError):  # it may end meanwhile
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):
                for child in (thread / "children").read_text().split():
                    yield from family(int(child))


def memory(pid: int) -> int:
    """Say how many bytes a process holds, its part of what it shares included."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
