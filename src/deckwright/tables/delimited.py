"""Text → cells: comma, semicolon, tab or pipe between them, quotes around those that hold such a sign."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from deckwright.source.diagnostics import error
from deckwright.source.text import Span
from deckwright.tables.grid import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Cell, Grid, Row, too_large

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckwright.source.diagnostics import Report
    from deckwright.source.text import SourceFile

DELIMITERS = "\t;,|"  # where two fit a table alike, the first counts

_LOOKED_AT = 20  # rows from which the delimiter is told
_LINE_END = re.compile(r"\r\n|\n|\r")
_COMMENT = re.compile(r"#[^\r\n]*(?:\r\n|\n|\r|\Z)")


def delimiter_of(text: str, start: int) -> str:
    """Tell the sign between the cells of a text from *start* on: it parts the most rows into as many cells.

    Without any such sign it is a tab, and the table has one column.
    """

    def fit(delimiter: str) -> tuple[int, int]:
        rows = islice(_records(text, start, delimiter, skip_comments=False), _LOOKED_AT)
        widths = [len(cells) for cells in rows if len(cells) > 1 or cells[0].text]
        first = widths[0] if widths else 0
        return (sum(width == first for width in widths), first) if first > 1 else (0, 0)

    return max(DELIMITERS, key=fit)


def is_tabbed(text: str) -> bool:
    """Whether a text is a table, whatever its name: all lines have the same number of tabs within them.

    A page on which tabs stand behind labels, `Fact:` and such, is none.
    """
    rows = [line.strip().split("\t") for line in _LINE_END.split(text) if line.strip()]
    widths = {len(row) for row in rows}
    is_even = len(rows) > 1 and len(widths) == 1 and widths != {1}
    return is_even and not all(row[0].rstrip().endswith(":") for row in rows)


def read_delimited(
    source: SourceFile, report: Report, *, start: int, delimiter: str, skip_comments: bool = False
) -> Grid:
    """Read the cells of a text from *start* on; what is wrong with them goes to *report*.

    A cell is quoted as in RFC 4180. One that begins with a quote and goes on behind the second, on the same
    line, is the text that was typed. With *skip_comments*, lines that begin with `#` hold no cells. Beyond
    the bounds the grid is empty.
    """
    rows: list[Row] = []
    count = 0
    for number, cells in enumerate(_records(source.text, start, delimiter, skip_comments=skip_comments), 1):
        count += len(cells)
        if number > MAX_ROWS or count > MAX_CELLS or len(cells) > MAX_COLUMNS:
            bounds = f"{MAX_ROWS:,} rows, {MAX_COLUMNS} columns or {MAX_CELLS:,} cells"
            report.add(too_large(f"more than {bounds}", cells[0].span))
            return Grid(source, ())
        _tell_open_quotes(source.text, cells, report)
        rows.append(Row(number, cells))
    return Grid(source, tuple(rows))


def _tell_open_quotes(text: str, cells: tuple[Cell, ...], report: Report) -> None:
    """Tell each cell that begins with a quote, was no quoted one, and lacks the other quote."""
    for cell in cells:
        written = text[cell.span.start : cell.span.end]
        if written == cell.text and written.lstrip(" ").startswith('"') and written.count('"') % 2:
            at = cell.span.start + written.index('"')
            message = "this quote is never closed"
            advice = 'close it with `"`; a quote within quotes is written twice'
            report.add(error("open-quote", message, Span(at, at + 1), advice=advice))


def _records(text: str, start: int, delimiter: str, *, skip_comments: bool) -> Iterator[tuple[Cell, ...]]:
    """Yield the cells of one row after the other; a line without any character is a row of one empty cell."""
    cell, at = _cell(delimiter), start
    cells: list[Cell] = []
    while at < len(text):
        if skip_comments and not cells and (comment := _COMMENT.match(text, at)):
            at = comment.end()
            continue
        found = cell.match(text, at)
        if found is None:  # every text has a cell in front of it, be it empty
            raise AssertionError(at)
        quoted = found["quoted"]
        written = found["plain"] if quoted is None else quoted.replace('""', '"')
        cells.append(Cell(_with_one_line_end(written), Span(at, found.end())))
        at = found.end()
        if text[at : at + 1] == delimiter and len(cells) <= MAX_COLUMNS:
            at += 1
            if at < len(text):
                continue
            cells.append(Cell("", Span(at, at)))
        end = _LINE_END.match(text, at)
        at = end.end() if end else at if len(cells) > MAX_COLUMNS else len(text)
        yield tuple(cells)
        cells = []


@cache
def _cell(delimiter: str) -> re.Pattern[str]:
    sign = re.escape(delimiter)
    # Possessive, so that a quote without an end is given up at once.
    quoted = rf'[ ]*+"(?P<quoted>[^"]*+(?:""[^"]*+)*+)"[ ]*+(?={sign}|[\r\n]|\Z)'
    return re.compile(rf"{quoted}|(?P<plain>[^{sign}\r\n]*+)")


def _with_one_line_end(text: str) -> str:
    return _LINE_END.sub("\n", text) if "\r" in text else text
