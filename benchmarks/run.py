"""Measures what Deckwright costs: all of it for `make bench`, a part with `--only`.

python -m benchmarks.run --only builds --sizes 1000
"""

from __future__ import annotations

import argparse
import compileall
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import builds, media, page, peers, pictures, preview, startup
from benchmarks.goals import HEADINGS
from benchmarks.measure import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.goals import Row

ROUNDS = 5  # of which the median is taken
_WIDTHS = (48, 8, 10, 7, 9, 0)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is asked for, and print each row as soon as it is known; a whole run is written down."""
    asked = _parser().parse_args(arguments)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    compileall.compile_dir(ROOT / "src", quiet=1)
    rows: dict[str, list[Row]] = {}
    _say(HEADINGS)
    with tempfile.TemporaryDirectory(prefix="bench-") as room:
        parts = _parts(Path(room), asked)
        for name in asked.only or parts:
            rows[name] = []
            for row in parts[name]():
                _say(row.cells)
                rows[name].append(row)
    if not asked.only and set(asked.sizes) >= set(builds.SIZES) and asked.rounds >= ROUNDS:
        page.write(rows, asked.rounds)


def _parts(room: Path, asked: argparse.Namespace) -> dict[str, Callable[[], Iterator[Row]]]:
    rounds = asked.rounds
    return {
        "builds": lambda: builds.measure(room, asked.sizes, rounds),
        "startup": lambda: startup.measure(room, rounds),
        "media": lambda: media.measure(room, rounds),
        "pictures": lambda: pictures.measure(room, rounds),
        "preview": lambda: preview.measure(room, rounds),
        "peers": lambda: peers.measure(room, rounds),
    }


def _say(cells: Sequence[str]) -> None:
    line = "  ".join(cell.ljust(width) for cell, width in zip(cells, _WIDTHS, strict=True))
    sys.stdout.write(line.rstrip() + "\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    names = ("builds", "startup", "media", "pictures", "preview", "peers")
    parser.add_argument("--only", nargs="+", choices=names, help="these parts alone")
    sizes = [builds.SMALLEST, *builds.SIZES]
    parser.add_argument("--sizes", type=int, nargs="+", default=sizes, help="notes of the decks to build")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="runs of each, of which the median counts")
    return parser


if __name__ == "__main__":
    main()
