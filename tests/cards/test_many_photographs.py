"""A deck of photographs is built in bounded memory, on all cores, and its rebuild draws nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from photographs import photographs
from support import TOOL

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 600 * 10**6  # bytes, of the tool and all its children at any time

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process holds")


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


def project(folder: Path, number: int) -> None:
    (folder / "media").mkdir()
    notes = "".join(f"  - {{fact: Fact {index}, image: p{index}.jpg}}\n" for index in range(number))
    (folder / "cards.yaml").write_text(f"deck: Photographs\nid: photographs\nnotes:\n{notes}", "utf-8")
    for index, photograph in enumerate(photographs(number)):
        (folder / "media" / f"p{index}.jpg").write_bytes(photograph)


@pytest.mark.parametrize("number", [24, pytest.param(200, marks=pytest.mark.slow)])
def test_a_deck_of_photographs_is_built_in_bounded_memory_and_once(number: int, tmp_path: Path) -> None:
    project(tmp_path, number)
    first = watched(tmp_path)
    assert first.code == 0, first.said
    size = (tmp_path / "build" / "photographs.apkg").stat().st_size
    print(f"{number} photographs: {first.figures}, a package of {size / 1e6:.0f} MB")  # noqa: T201
    assert 0 < first.held < MOST
    assert 1 <= first.most_children <= 3
    again = watched(tmp_path)
    assert again.code == 0, again.said
    assert again.most_children == 0, "a rebuild draws nothing"
