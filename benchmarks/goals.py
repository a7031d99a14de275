"""What was to be reached, and what was: the rows of the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: *goal* is the most that *figure* may be, or with *least* the least.

    Both are ratios, or counts where they are integers, unless *unit* says otherwise; None where there is no
    goal or no figure. *work* is the same ratio of the processor's time, which other programs disturb less.
    *seen* tells what the figure was made of.
    """

    what: str
    figure: float | None
    goal: float | None = None
    work: float | None = None
    seen: str = ""
    unit: str = ""
    least: bool = False

    @property
    def verdict(self) -> str:
        """Whether the goal was held; empty where there is none."""
        if self.goal is None or self.figure is None:
            return ""
        held = self.figure >= self.goal if self.least else self.figure <= self.goal
        return "held" if held else "MISSED"

    @property
    def cells(self) -> tuple[str, ...]:
        """The line's texts, under `HEADINGS`."""
        goal = "" if self.goal is None else f"{'≥' if self.least else '≤'} {self._number(self.goal)}"
        figure = "–" if self.figure is None else self._number(self.figure)
        work = "" if self.work is None else f"{self.work:.2f}"
        return (self.what, goal, figure, self.verdict, work, self.seen)

    def _number(self, number: float) -> str:
        if self.unit:
            return f"{number:.0f} {self.unit}"
        return str(number) if isinstance(number, int) else f"{number:.2f}"


HEADINGS = ("What", "Goal", "Measured", "", "Processor", "In this run")


def as_markdown(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the lines of a table for a page."""
    for cells in (HEADINGS, ("---",) * len(HEADINGS), *(row.cells for row in rows)):
        yield f"| {' | '.join(cells)} |"
