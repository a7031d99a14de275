"""What a whole process costs: its time from start to end, what the processor worked, and its peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from threading import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).parent.parent
TOOL = Path(sys.executable).with_name("deckwright")
MINUTES = 5  # that a command may take
_KIBIBYTES = 2**10 if sys.platform == "darwin" else 1  # in one unit of `ru_maxrss`


@dataclass(frozen=True, slots=True)
class Cost:
    """What one or, as medians, several runs took: seconds on the clock and of work, mebibytes at the peak."""

    wall: float
    work: float
    peak: float


@dataclass(frozen=True, slots=True)
class Run:
    """A command to measure: *prepare* runs before it and is not timed; *cwd* is where it runs."""

    command: tuple[str | Path, ...]
    prepare: Callable[[], None] = lambda: None
    cwd: Path | None = None


class Failed(Exception):  # noqa: N818 - it says what a command did
    """A measured command did not end well; the text is what it said."""


def alternating(runs: Mapping[str, Run], rounds: int, *, warm: bool = True) -> dict[str, Cost]:
    """Run all of *runs* in turn, *rounds* times over, and return the medians by name.

    Whatever else the machine does meanwhile falls on all of them alike. With *warm*, a round that does not
    count comes first, so that the files are in memory.

    Raises:
        Failed: a command did not exit with 0.

    """
    taken: dict[str, list[Cost]] = {name: [] for name in runs}
    for number in range(rounds + warm):
        for name, run in runs.items():
            run.prepare()
            cost = measured(run.command, run.cwd)
            if number >= warm:
                taken[name].append(cost)
    return {name: middle(costs) for name, costs in taken.items()}


def measured(command: Sequence[str | Path], cwd: Path | None = None) -> Cost:
    """Run *command* to its end, and return what it took.

    The peak is that of its largest process, which Linux never puts below the size of the one that started
    it: whoever measures stays small.

    Raises:
        Failed: it did not exit with 0, or not in time.

    """
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - what is measured
            command, cwd=cwd, env=environment(), stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )
        timer = Timer(MINUTES * 60, process.kill)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise Failed(said.read().decode(errors="replace") or f"not done within {MINUTES} minutes")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / _KIBIBYTES / 2**10)


def prepared(*command: str | Path, **variables: str | Path) -> str:
    """Run what a measurement needs to its end, with these environment *variables*; return what it said.

    Raises:
        Failed: it did not exit with 0.

    """
    done = subprocess.run(  # noqa: S603 - commands of the measurements' own
        command,
        cwd=ROOT,
        env={**environment(), **{name: str(value) for name, value in variables.items()}},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failed(done.stderr)
    return done.stderr


def environment() -> dict[str, str]:
    """Return the environment of everything measured: that of here, where Python keeps what it compiled."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def middle(costs: Sequence[Cost]) -> Cost:
    """Return the medians of *costs*, each figure's own."""
    return Cost(
        median(cost.wall for cost in costs),
        median(cost.work for cost in costs),
        median(cost.peak for cost in costs),
    )
