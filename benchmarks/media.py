"""Media that travel as they are, from `media/` into the package, next to `cat` of the same files."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.goals import Row
from benchmarks.measure import TOOL, Run, alternating, prepared

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Load:
    """A deck of *number* files of *size* bytes; copying them may take *goal* times what `cat` does."""

    what: str
    number: int
    size: int
    goal: float


LOADS = (
    Load("1,000 files of 50 kB", 1_000, 50_000, 2.2),
    Load("200 files of 2 MB", 200, 2_000_000, 2.0),
)


def measure(room: Path, rounds: int) -> Iterator[Row]:
    """Yield the rows about media."""
    for load in LOADS:
        yield from _measured(room / f"media-{load.number}", load, rounds)


def _measured(room: Path, load: Load, rounds: int) -> Iterator[Row]:
    """Yield what the files add to a first build, and to one that changes nothing.

    What they add is what the deck takes with them, less what it takes when its notes name none.
    """
    room.mkdir()
    prepared(sys.executable, "-m", "benchmarks.media_deck", str(load.number), str(load.size), room)
    full, bare = room / "full", room / "bare"
    runs = {
        "cat": Run(("sh", "-c", 'cat full/media/* > "$0"', "together"), cwd=room),
        "full": Run((TOOL, "build", full), lambda: _forget(full)),
        "bare": Run((TOOL, "build", bare), lambda: _forget(bare)),
        "again": Run((TOOL, "build", full)),
    }
    costs = alternating(runs, rounds)
    cat, copied = costs["cat"], costs["full"].wall - costs["bare"].wall
    work = costs["full"].work - costs["bare"].work
    seen = f"{copied * 1000:.0f} ms of {costs['full'].wall:.2f} s to {cat.wall * 1000:.0f} ms"
    yield Row(f"first build, {load.what}", copied / cat.wall, load.goal, work / cat.work, seen)
    again = costs["again"].wall
    yield Row(f"build again, {load.what}", again / cat.wall, seen=f"{again:.2f} s to {cat.wall:.2f} s")
    more = costs["full"].peak - costs["bare"].peak
    seen = f"{costs['full'].peak:.0f} MiB to {costs['bare'].peak:.0f} MiB"
    yield Row(f"peak memory, above that without them, {load.what}", more, seen=seen, unit="MiB")
    shutil.rmtree(room)


def _forget(folder: Path) -> None:
    """Take away the package and what earlier builds remember of files; the lock holds the note type."""
    for name in ("build", ".deckwright"):
        shutil.rmtree(folder / name, ignore_errors=True)
