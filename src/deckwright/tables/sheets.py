"""The child process in which a workbook is read: what is hostile is decoded here, and nowhere else."""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
from typing import TYPE_CHECKING, Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from deckwright.cards.child import limit
from deckwright.tables.grid import MAX_CELLS, MAX_COLUMNS, MAX_ROWS

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_MEMORY = 1 << 30  # bytes of the address space
_DIGITS = 15  # of a number, as spreadsheets show it

Value = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


def serve(seconds: int) -> None:
    """Read a workbook from stdin, and answer on stdout with a line of JSON: the whole life of the child.

    The answer is `{"failed": what, "why": text}`, where *what* is `locked`, `empty`, `large` or `broken`; or
    the first sheet that is shown: `{"sheet": name, "others": [name, …], "first": row, "rows": [[text, …],
    …]}`, from the first row and column with a cell on; rows count from 0.
    """
    limit(seconds, _MEMORY)
    sys.stdout.buffer.write(json.dumps(_answer(sys.stdin.buffer.read())).encode())


def shown(value: Value) -> str:
    """Return a cell's value as people see it: `2`, `0.3`, `TRUE`, `2026-03-01 08:30`."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float | int):
        return f"{value:.{_DIGITS}g}" if abs(value) < 10**_DIGITS else f"{value:.0f}"
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else f"{value.date().isoformat()} {shown(value.time())}"
    if isinstance(value, dt.time):
        return value.isoformat("seconds").removesuffix(":00")
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}".removesuffix(":00")
    return value.isoformat() if isinstance(value, dt.date) else value


def _answer(data: bytes) -> dict[str, Any]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            names = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
            ]
            if not names:
                return {"failed": "empty", "why": ""}
            sheet = book.get_sheet_by_name(names[0])
            return {"sheet": names[0], "others": names[1:], **_rows(sheet)}
    except PasswordError as problem:
        return {"failed": "locked", "why": str(problem)}
    except (CalamineError, ValueError, OSError, MemoryError) as problem:
        return {"failed": "broken", "why": str(problem)}


def _rows(sheet: CalamineSheet) -> dict[str, Any]:
    if sheet.start is None:
        return {"first": 0, "rows": []}
    if sheet.height > MAX_ROWS or sheet.width > MAX_COLUMNS or sheet.height * sheet.width > MAX_CELLS:
        why = f"{sheet.height:,} rows and {sheet.width:,} columns"
        return {"failed": "large", "why": why}
    # Its own iterator would begin with a million empty rows, where the first cell stands below them.
    return {"first": sheet.start[0], "rows": [[shown(value) for value in row] for row in sheet.to_python()]}
