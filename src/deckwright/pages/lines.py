"""The lines of a page's text, with what stands between them, and what a printer adds to every sheet."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LINE_ENDS = "\n\r\x0b\x0c\x85\u2028\u2029"

_LINE = re.compile(f"[^{LINE_ENDS}]+")
_BREAKS = re.compile(f"\r\n|[{LINE_ENDS}]")
PAGE_NUMBER = re.compile(r"(?:[-–—]\s*\d{1,4}\s*[-–—]|[Pp]age\s+\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|\d{1,4})")
_NAMED_NUMBER = re.compile(r"[Pp]age\s+\d{1,4}\s*(?:of|/)\s*\d{1,4}")
_WIDE = re.compile(r"\S {3,99}\S")
_DIGITS = re.compile(r"\d+")
_SURE = 3  # sheets on which a line repeats before it is the sheet's and not the text's


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not empty, without the blanks around it, and where it stands in the page's text.

    *gap* tells that an empty line stands before it, *sheet* on which printed page it is, from 0, and
    *furniture* that it is no part of the text: a running head or a page's number.
    """

    text: str
    start: int
    end: int
    gap: bool
    sheet: int
    furniture: bool = False


def read_lines(text: str) -> tuple[Line, ...]:
    """Return the lines of a page in order, those that a printer added marked as such."""
    lines, end, sheet = [], 0, 0
    for found in _LINE.finditer(text):
        written = found[0].strip()
        if not written:
            continue
        start = found.start() + len(found[0]) - len(found[0].lstrip())
        between = text[end:start]
        sheet += between.count("\f")
        lines.append(Line(written, start, start + len(written), len(_BREAKS.findall(between)) > 1, sheet))
        end = start + len(written)
    return _without_furniture(lines)


def side_by_side(lines: Sequence[Line]) -> int:
    """Count the lines that hold two texts, as columns do that were copied together; 0 where few do."""
    found = sum(_WIDE.search(line.text) is not None for line in lines)
    return found if found >= _SURE and 2 * found >= len(lines) else 0


def _without_furniture(lines: Sequence[Line]) -> tuple[Line, ...]:
    edges = _edges(lines)
    told = Counter(_DIGITS.sub("0", lines[at].text) for at in edges)
    numbers = {at for at in edges if PAGE_NUMBER.fullmatch(lines[at].text)}
    numbers = numbers if len(numbers) > 1 else set()
    return tuple(
        replace(line, furniture=True)
        if at in numbers
        or _NAMED_NUMBER.fullmatch(line.text)
        or (at in edges and told[_DIGITS.sub("0", line.text)] >= _SURE)
        else line
        for at, line in enumerate(lines)
    )


def _edges(lines: Sequence[Line]) -> frozenset[int]:
    """Return the first and the last line of each sheet, where there is more than one sheet."""
    return frozenset(_first_and_last(lines)) if lines and lines[-1].sheet else frozenset()


def _first_and_last(lines: Sequence[Line]) -> Iterator[int]:
    for at, line in enumerate(lines):
        if at == 0 or lines[at - 1].sheet != line.sheet:
            yield at
        if at + 1 == len(lines) or lines[at + 1].sheet != line.sheet:
            yield at
