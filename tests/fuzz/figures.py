"""What a run amounts to, while it goes on and as it is kept."""

from __future__ import annotations

import datetime as dt
import os
import platform
import time
from collections import Counter
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from deckwright import __version__
from fuzz.target import SOUND

TITLES = {
    "check": "`check`: decks as bytes, as YAML trees, and damaged, with and without a lock",
    "read": "`read`, `unpack`: packages of both formats, damaged outside, inside and in their values",
    "import": "`import`: pages as text and PDF, tables as CSV, TSV, Anki's text and XLSX",
    "lock": "`cards.lock`: damaged, merged, and with values exchanged",
    "pictures": "pictures: SVG, PNG, JPEG, WebP and HEIC",
}


@dataclass
class Sum:
    """The figures of one target; *codes* tell in how many cases each was found."""

    cases: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    memory: int = 0
    failures: int = 0
    codes: Counter[str] = field(default_factory=Counter)

    def add(self, answer: dict[str, Any]) -> None:
        """Count what came of a batch."""
        self.cases += answer["cases"]
        self.seconds += answer["seconds"]
        self.slowest = max(self.slowest, answer["slowest"])
        self.memory = max(self.memory, answer["memory"])
        self.failures += bool(answer["failure"])
        self.codes.update(answer["codes"])


@dataclass
class Figures:
    """The figures of a run by target; *asked* is how many cases there are to be, *seed* is the first."""

    asked: int
    seed: int
    started: float = field(default_factory=time.monotonic)
    sums: dict[str, Sum] = field(default_factory=dict)

    def add(self, answer: dict[str, Any]) -> None:
        """Count what came of a batch."""
        self.sums.setdefault(answer["target"], Sum()).add(answer)

    def progress(self) -> str:
        """Say in a line how far it is."""
        counts = ", ".join(f"{name} {one.cases:,}" for name, one in sorted(self.sums.items()))
        failures = sum(one.failures for one in self.sums.values())
        return f"{time.monotonic() - self.started:.0f} s: {counts}; {failures} failures"


def document(figures: Figures) -> dict[str, Any]:
    """Return all figures as they are kept."""
    return {
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "asked": figures.asked,
        "seed": figures.seed,
        "minutes": round((time.monotonic() - figures.started) / 60, 1),
        "versions": {
            "Deckwright": __version__,
            "Python": platform.python_version(),
            "Hypothesis": version("hypothesis"),
        },
        "system": f"{platform.system()} {platform.machine()} with {os.cpu_count()} cores",
        "targets": [_target(name, figures.sums[name]) for name in TITLES if name in figures.sums],
    }


def _target(name: str, one: Sum) -> dict[str, Any]:
    codes = one.codes.copy()
    sound = codes.pop(SOUND, 0)
    return {
        "name": name,
        "title": TITLES[name],
        "cases": one.cases,
        "sound": sound,
        "failures": one.failures,
        "slowest": round(one.slowest, 2),
        "memory": one.memory >> 20,
        "codes": sorted(codes),
    }
