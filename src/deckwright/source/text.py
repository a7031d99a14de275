"""A source file, and ranges in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of code points in one source file."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Edit:
    """What is to stand at *span* instead; an empty span is where *text* goes in between."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where an editor shows a code point: line and column, both from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class SourceFile:
    """A file's text under the name that diagnostics print, without a byte-order mark."""

    name: str
    text: str

    @cached_property
    def _starts(self) -> list[int]:
        if "\r" in self.text:
            return [0, *(end.end() for end in _LINE_END.finditer(self.text))]
        lines = self.text.split("\n")
        return [0, *accumulate(len(line) + 1 for line in lines[:-1])]

    def place(self, offset: int) -> Place:
        """Line and column of the code point at *offset*; the end of the text has a place too."""
        line = bisect_right(self._starts, offset)
        return Place(line, offset - self._starts[line - 1] + 1)

    def offset(self, line: int) -> int:
        """Return the offset at which line number *line* starts."""
        return self._starts[line - 1]

    def line(self, number: int) -> str:
        """Return the text of line *number*, counted from 1, without its line end."""
        end = self._starts[number] if number < len(self._starts) else len(self.text)
        return self.text[self._starts[number - 1] : end].rstrip("\r\n")


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return *text* with all *edits* made, whose spans are those of *text*; all else stays as it is.

    Edits at one empty span go in one after the other, as given.

    Raises:
        ValueError: two edits overlap.

    """
    parts, at = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):
        if edit.span.start < at:
            raise ValueError(edit)
        parts += [text[at : edit.span.start], edit.text]
        at = edit.span.end
    return "".join([*parts, text[at:]])
