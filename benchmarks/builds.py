"""`build` and `check` of 100 to 50,000 notes, next to the script one would write without them."""

from __future__ import annotations

import itertools
import math
import re
import shutil
import string
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.goals import Row
from benchmarks.measure import ROOT, TOOL, Cost, Run, alternating, prepared

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

SIZES = (1_000, 10_000, 50_000)
SMALLEST = 100
SLOPE = 1.05
YARDSTICK = "genanki script"
COLD = "build, cold"
# Ratios to the yardstick, at `SIZES`.
_TIMES: dict[str, tuple[float, float, float]] = {
    COLD: (1.1, 0.55, 0.45),
    "build, one note edited": (1.0, 0.45, 0.35),
    "build, nothing changed": (0.6, 0.12, 0.05),
    "check": (0.9, 0.4, 0.35),
}
_MEMORY = (1.3, 1.0, 1.0)
_MNEMONIC = re.compile(rb"      mnemonic: (\w{4})")
_STRETCH = 2**16  # bytes in which there are notes


@dataclass(slots=True)
class Written:
    """A project of *size* notes in *folder*, which is built and edited again and again."""

    folder: Path
    size: int
    _words: Iterator[str] = field(default_factory=lambda: map("".join, _four_letters()))

    def write(self) -> None:
        """Write its `cards.yaml`, in a process of its own: this one stays small."""
        self.folder.mkdir(parents=True)
        source = self.folder / "cards.yaml"
        prepared(sys.executable, "-m", "benchmarks.decks", str(self.size), source)

    def forget(self) -> None:
        """Make the next build the first one ever."""
        for name in ("build", ".deckwright"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        (self.folder / "cards.lock").unlink(missing_ok=True)

    def edit(self) -> None:
        """Change the mnemonic of a note in the middle of the file."""
        with (self.folder / "cards.yaml").open("rb+") as file:
            start = max(0, file.seek(0, 2) // 2 - _STRETCH // 2)
            file.seek(start)
            found = _MNEMONIC.search(file.read(_STRETCH))
            if found is None:
                raise ValueError("no mnemonic in the middle of the file")
            file.seek(start + found.start(1))
            file.write(next(self._words).encode())

    def runs(self) -> dict[str, Run]:
        """Return what is measured of it, in an order in which each finds what it needs."""
        build = (TOOL, "build", self.folder)
        script = (sys.executable, ROOT / "benchmarks" / "yardstick.py", self.folder / "cards.yaml")
        return {
            YARDSTICK: Run((*script, self.folder / "yardstick.apkg")),
            COLD: Run(build, self.forget),
            "build, nothing changed": Run(build),
            "build, one note edited": Run(build, self.edit),
            "check": Run((TOOL, "check", self.folder)),
        }


def _four_letters() -> Iterator[tuple[str, ...]]:
    return itertools.product(string.ascii_uppercase, repeat=4)


def measure(room: Path, sizes: Iterable[int], rounds: int) -> Iterator[Row]:
    """Yield the rows of each size as soon as they are known, at last those on how the cost grows."""
    colds: dict[int, Cost] = {}
    for size in sorted(sizes):
        project = Written(room / f"notes-{size}", size)
        project.write()
        runs = project.runs() if size > SMALLEST else {COLD: project.runs()[COLD]}
        costs = alternating(runs, rounds)
        colds[size] = costs[COLD]
        if YARDSTICK in costs:
            yield from _rows(size, costs)
        shutil.rmtree(project.folder)
    yield from _growth(colds)


def _rows(size: int, costs: Mapping[str, Cost]) -> Iterator[Row]:
    bare = costs[YARDSTICK]
    for what, goals in _TIMES.items():
        cost = costs[what]
        yield Row(
            what=f"{what}, {size:,} notes",
            figure=cost.wall / bare.wall,
            goal=_goal(goals, size),
            work=cost.work / bare.work,
            seen=f"{cost.wall:.2f} s to {bare.wall:.2f} s",
        )
    peak = costs[COLD].peak
    seen = f"{peak:.0f} MiB to {bare.peak:.0f} MiB"
    yield Row(f"peak memory, {size:,} notes", peak / bare.peak, _goal(_MEMORY, size), seen=seen)


def _goal(goals: tuple[float, ...], size: int) -> float | None:
    return dict(zip(SIZES, goals, strict=True)).get(size)


def _growth(colds: Mapping[int, Cost]) -> Iterator[Row]:
    """Yield how steeply the cost of a cold build rises with the notes: 1 is in proportion."""
    for (few, less), (many, more) in itertools.pairwise(sorted(colds.items())):
        slope = math.log(more.wall / less.wall) / math.log(many / few)
        seen = f"{less.wall:.2f} s to {more.wall:.2f} s"
        yield Row(f"log-log slope, {few:,} to {many:,} notes", slope, SLOPE, seen=seen)
