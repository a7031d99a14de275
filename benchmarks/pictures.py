"""Photographs that have to be scaled and encoded: on all cores, on one, and not again."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

from benchmarks.goals import Row
from benchmarks.measure import ROOT, TOOL, Run, alternating, prepared

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NUMBER = 50
_AT_LEAST = 1.7
_ON_ONE_CORE = """\
import os, sys
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
os.execv(sys.argv[1], sys.argv[1:])"""


def measure(room: Path, rounds: int) -> Iterator[Row]:
    """Yield the rows about pictures; on one core where the system lets one be chosen."""
    folder = room / "photographs"
    script = (sys.executable, "-m", "benchmarks.photograph_deck", str(_NUMBER), folder)
    prepared(*script, PYTHONPATH=ROOT / "tests")
    build = (TOOL, "build", folder)
    runs = {
        "all": Run(build, lambda: _forget(folder)),
        "again": Run(build, lambda: _reword(folder)),
    }
    if hasattr(os, "sched_setaffinity"):
        runs["one"] = Run((sys.executable, "-c", _ON_ONE_CORE, *build), lambda: _forget(folder))
    costs = alternating(runs, rounds, warm=False)
    wide = costs["all"].wall
    if one := costs.get("one"):
        seen = f"{one.wall:.1f} s to {wide:.1f} s"
        yield Row(
            f"{_NUMBER} photographs, one core to all", one.wall / wide, _AT_LEAST, seen=seen, least=True
        )
    again = costs["again"].wall
    seen = f"{again:.2f} s to {wide:.1f} s"
    yield Row(f"{_NUMBER} photographs, build after one note was edited to the first", again / wide, seen=seen)
    shutil.rmtree(folder)


def _forget(folder: Path) -> None:
    for name in ("build", ".deckwright"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "cards.lock").unlink(missing_ok=True)


def _reword(folder: Path) -> None:
    """Edit a text, so that the build has something to do, though nothing to draw."""
    source = folder / "cards.yaml"
    source.write_text(source.read_text("utf-8").replace("Fact 0", "Fact 0 again"), "utf-8", newline="\n")
