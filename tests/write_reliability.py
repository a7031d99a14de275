"""Writes `docs/reliability.md` from the figures that runs leave in `.reliability/`: `make fuzz` does.

A part of which no run has left figures stays as the page has it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from support import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

PAGE = ROOT / "docs" / "reliability.md"
FIGURES = ROOT / ".reliability"
_TITLES = ("Fuzzing", "Faults")
_WORDS = ("How",)  # heads of columns that hold no numbers
_HEAD = """\
# Hard to break

What was done to make Deckwright fall over, how often, and what came of it. The runs write this page
themselves."""
_PROMISE = """\
A case holds if it ends in a deck or in a finding that has a place, an explanation and something to do about
it. It fails on a traceback, after five seconds of the processor, beyond one GiB of address space in any
process, when Python hears it write outside its own folder, start a program or open a connection, and when it
leaves a temporary file behind."""
_MORE = """\
More is asked of a share of what holds: checking twice finds the same; `--fix` mends it; a deck without errors
builds, and its package and its lock can be read; a lock that reads without a finding is written as it was;
the draft of an import is a deck; `unpack` makes a whole project or none; a drawing that was cleaned is left
as it is when cleaned again."""
_HOW = """\
Cases start from the decks, packages, pages, tables and pictures of the tests. They are cut, spliced, flipped
and repeated, get lengths and signs that like to go wrong, or another value at one place of their tree or
table; others are made up from nothing. [Hypothesis](https://hypothesis.works) draws them and, where one
fails, looks for the smallest that does. What machine code decodes, it decodes in child processes as it does
for users, but forked from the fuzzer, within the same bounds: one that breaks down or finds no more memory is
a finding, too, and no failure. The memory includes the fuzzer's own."""

Figures = dict[str, Any]


def page(old: str, figures: Mapping[str, Figures]) -> str:
    """Return the page: its parts from *figures*, by the names of their files, or else as *old* has them."""
    parts = {"Fuzzing": _fuzzing(figures), "Faults": _faults(figures)}
    kept = dict(re.findall(r"^## (\w+)\n\n(.*?)\n*(?=^## |\Z)", old, re.DOTALL | re.MULTILINE))
    texts = {title: "\n\n".join(parts[title]) or kept.get(title, "") for title in _TITLES}
    return "\n\n".join([_HEAD, *(f"## {title}\n\n{text}" for title, text in texts.items() if text)]) + "\n"


def _fuzzing(figures: Mapping[str, Figures]) -> Iterator[str]:
    found = figures.get("fuzz")
    if found is None:
        return
    targets = found["targets"]
    cases, failures = (sum(one[key] for one in targets) for key in ("cases", "failures"))
    outcome = "every one held" if not failures else f"{failures:,} failed"
    yield f"{cases:,} cases in {found['minutes']:g} minutes, and **{outcome}**."
    yield _PROMISE
    head = ("What", "Cases", "Free of errors", "Kinds of findings", "Slowest", "Most memory", "Failed")
    yield _table(head, map(_row, targets))
    yield _MORE
    yield _HOW
    yield "\n".join(f"- Met in {one['name']}: {_codes(one['codes'])}" for one in targets)
    versions = ", ".join(f"{name} {version}" for name, version in found["versions"].items())
    yield (
        f"Run on {found['date']} with {versions}, on {found['system']}. The same cases again:"
        f" `make fuzz DECKWRIGHT_FUZZ_SEED={found['seed']} DECKWRIGHT_FUZZ_CASES={found['asked']}`."
    )


def _row(one: Figures) -> tuple[str, ...]:
    return (
        one["title"],
        f"{one['cases']:,}",
        f"{one['sound']:,}",
        str(len(one["codes"])),
        f"{one['slowest']:.1f} s",
        f"{one['memory']} MiB",
        str(one["failures"]),
    )


def _codes(codes: Iterable[str]) -> str:
    return ", ".join(f"`{code}`" for code in codes)


def _faults(figures: Mapping[str, Figures]) -> Iterator[str]:
    found = [one for name, one in sorted(figures.items()) if name.startswith("faults-")]
    if not found:
        return
    yield "Each brought about for real: no disk, clock or signal was imitated."
    rows = ((one["what"], f"{one['tried']:,}", f"{one['held']:,}", one["note"]) for one in found)
    yield _table(("What", "Tried", "Held", "How"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---", *("---" if name in _WORDS else "---:" for name in head[1:])), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def gathered(folder: Path) -> dict[str, Figures]:
    """Return the figures that runs have left, by the names of their files."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))}


def main() -> None:
    """Write the page."""
    old = PAGE.read_text("utf-8") if PAGE.exists() else ""
    PAGE.write_text(page(old, gathered(FIGURES)), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
