"""A workbook → the cells of its first sheet, read in a child process with limits."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING, Any

from deckwright.apkg.archive import open_archive
from deckwright.apkg.values import UnreadablePackage
from deckwright.cards.child import ask_child
from deckwright.source.diagnostics import Report, error, warning
from deckwright.source.text import SourceFile, Span
from deckwright.tables.grid import MAX_BYTES, MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Cell, Grid, Row, too_large

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from deckwright.source.diagnostics import Diagnostic

_SECONDS = 60
_MOST_MEMBERS = 10_000
_MOST_UNPACKED = 256 << 20
_MOST_ANSWERED = 256 << 20
_BETWEEN = " | "  # the cells of a row, where a finding shows it
_BLANKS = re.compile(r"[ \t\r\n]+")
_SAVE_AGAIN = "open it in a spreadsheet, and save it as `.xlsx` or as `CSV UTF-8`"
_CHILD = "deckwright.tables.sheets"


def read_workbook(path: Path) -> tuple[Grid, Report]:
    """Read the first sheet that is shown, and say which others there are; on errors the grid is empty.

    Formulas count by the values that were last saved with them. The grid's source shows row 7 of the sheet
    on its line 7, under the names of file and sheet.

    Raises:
        OSError: the file cannot be read.

    """
    refusal = _refusal(path)
    answer = _asked(path) if refusal is None else {}
    if refusal is None and "failed" in answer:
        refusal = _failure(str(answer["failed"]), str(answer["why"]))
    if refusal is not None:
        source = SourceFile(path.name, "")
        report = Report(source)
        report.add(refusal)
        return Grid(source, ()), report
    grid = _grid(f"{path.name}, sheet `{answer['sheet']}`", answer["first"], answer["rows"])
    report = Report(grid.source)
    if answer["others"]:
        names = ", ".join(f"`{name}`" for name in answer["others"])
        message = f"only the first sheet is taken; there is also {names}"
        advice = "move a sheet to the front, or save it as a file of its own, to import it too"
        report.add(warning("other-sheets", message, None, advice=advice))
    return grid, report


def _refusal(path: Path) -> Diagnostic | None:
    """Hold what the file says of itself against the bounds, before anything of it is unpacked."""
    if path.stat().st_size > MAX_BYTES:
        return too_large(f"more than {MAX_BYTES >> 20} MiB", None)
    try:
        with open_archive(path) as archive:
            sizes = [member.file_size for member in archive.members.values()]
            if len(sizes) > _MOST_MEMBERS or sum(sizes) > _MOST_UNPACKED:
                return too_large(f"more than {_MOST_UNPACKED >> 20} MiB when it is unpacked", None)
            return None if "xl/workbook.xml" in archive.members else _unreadable("it holds no workbook")
    except UnreadablePackage as problem:
        reasons = {"not-a-package": "it is another kind of file", "too-large": "it unpacks out of proportion"}
        return _unreadable(reasons.get(problem.code, "its parts are damaged or forged"))


def _asked(path: Path) -> dict[str, Any]:
    """Have a child read the file; its answer is held to its form, for it read hostile bytes."""
    try:
        answer = ask_child(_CHILD, path.read_bytes(), seconds=_SECONDS)
        return _checked(json.loads(answer[:_MOST_ANSWERED]))
    except (subprocess.SubprocessError, ValueError, TypeError, LookupError, RecursionError):
        return {"failed": "broken", "why": "it takes more time or memory than a table gets"}


def _checked(answer: dict[str, Any]) -> dict[str, Any]:
    if "failed" in answer:
        return answer
    rows, first = answer["rows"], answer["first"]
    texts = [answer["sheet"], *answer["others"], *(text for row in rows for text in row)]
    if not all(isinstance(text, str) for text in texts) or not 0 <= first <= 1 << 20:
        raise TypeError(first)
    if len(rows) > MAX_ROWS or len(texts) > MAX_CELLS + MAX_COLUMNS:
        raise ValueError(len(rows))
    return answer


def _failure(what: str, why: str) -> Diagnostic:
    if what == "large":
        return too_large(f"{why}, more than {MAX_ROWS:,} rows or {MAX_COLUMNS} columns", None)
    if what == "locked":
        return error(
            "unreadable-table", "the workbook has a password", None, advice="save it again without one"
        )
    return _unreadable("it has no sheet with cells that is shown" if what == "empty" else why)


def _unreadable(why: str) -> Diagnostic:
    return error("unreadable-table", f"the workbook cannot be read: {why}", None, advice=_SAVE_AGAIN)


def _grid(name: str, first: int, texts: Sequence[Sequence[str]]) -> Grid:
    """Lay rows out as lines under their own numbers, each cell where it stands in its line."""
    lines, rows = [""] * first, []
    at = first
    for number, cells in enumerate(texts, first + 1):
        flat = [_BLANKS.sub(" ", text).strip(" ") for text in cells]
        placed = []
        start = at
        for text, line in zip(cells, flat, strict=True):
            placed.append(Cell(text.replace("\r\n", "\n").replace("\r", "\n"), Span(at, at + len(line))))
            at += len(line) + len(_BETWEEN)
        lines.append(_BETWEEN.join(flat))
        rows.append(Row(number, tuple(placed)))
        at = start + len(lines[-1]) + 1
    return Grid(SourceFile(name, "\n".join(lines)), tuple(rows))
