"""A table's cells, each with the place that findings about it show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.source.diagnostics import error

if TYPE_CHECKING:
    from deckwright.source.diagnostics import Diagnostic
    from deckwright.source.text import SourceFile, Span

MAX_BYTES = 32 << 20
MAX_ROWS = 20_000
MAX_COLUMNS = 250
MAX_CELLS = 1_000_000

SMALLER = "split the table"


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, and where."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Row:
    """A row under the number that spreadsheets give it; its cells may be fewer than the table's columns."""

    number: int
    cells: tuple[Cell, ...]

    def text(self, column: int) -> str:
        """Return what stands in a column, without the blanks around it; nothing where the row is shorter."""
        return self.cells[column].text.strip() if column < len(self.cells) else ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return not any(cell.text.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as it stands: *source* is its text, or one that shows a workbook's rows, a line each."""

    source: SourceFile
    rows: tuple[Row, ...]


def too_large(what: str, span: Span | None) -> Diagnostic:
    """Make the finding about a table beyond the bounds."""
    return error("too-large", f"the table has {what}", span, advice=SMALLER)
