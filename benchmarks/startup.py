"""How soon the tool is there, and what it loads to check a deck with pictures."""

from __future__ import annotations

import re
import shutil
import sys
from typing import TYPE_CHECKING

from benchmarks.goals import Row
from benchmarks.measure import ROOT, TOOL, Run, alternating, prepared

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MOST = 60  # milliseconds
_TIMES_MORE = 4  # as many rounds as for what takes seconds
_IMPORTED = re.compile(r"^import time: [^|]+\|[^|]+\| *(\S+)$", re.MULTILINE)
_NEEDLESS = (
    *("PIL", "pillow_heif", "resvg_py", "pypdfium2", "imagesize"),
    *("starlette", "uvicorn", "anyio", "h11", "watchfiles"),
    *("asyncio", "http", "socketserver", "ssl", "urllib.request", "urllib3", "requests"),
)


def measure(room: Path, rounds: int) -> Iterator[Row]:
    """Yield the rows about starting."""
    nothing, version = "python -c pass", "deckwright --version"
    runs = {nothing: Run((sys.executable, "-c", "pass")), version: Run((TOOL, "--version"))}
    costs = alternating(runs, rounds * _TIMES_MORE)
    more = (costs[version].wall - costs[nothing].wall) * 1000
    seen = f"{costs[version].wall * 1000:.0f} ms to {costs[nothing].wall * 1000:.0f} ms"
    yield Row(f"`{version}`, above `{nothing}`", more, _MOST, seen=seen, unit="ms")
    modules = imported(_baclofen(room))
    needless = sorted({name for name in modules for one in _NEEDLESS if f"{name}.".startswith(f"{one}.")})
    seen = f"{len(modules)} modules in all; {', '.join(needless[:4]) or 'none of these'}"
    what = "image, server, network modules `check` loads"
    yield Row(what, len(needless), 0, seen=seen)


def imported(project: Path) -> frozenset[str]:
    """Return the names of all modules that `check` of a project loads."""
    told = prepared(sys.executable, "-X", "importtime", TOOL, "check", project)
    return frozenset(_IMPORTED.findall(told))


def _baclofen(room: Path) -> Path:
    """Copy the deck that comes with the tool, without what earlier builds left beside it."""
    folder = room / "baclofen"
    folder.mkdir()
    for name in ("cards.yaml", "cards.lock"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "media", folder / "media")
    return folder
