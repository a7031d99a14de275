"""What the `#` lines at the head of Anki's text export say about the table below them.

Anki: rslib/src/import_export/text/csv/metadata.rs. Lines are read until the first that does not begin with
`#`; a name is known in any case; what is unknown is passed over; numbers of columns count from 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "space": " ", "pipe": "|", "colon": ":"}
_COLUMNS = frozenset({"notetype column", "deck column", "tags column", "guid column"})
_NAMES = _COLUMNS | {"separator", "html", "tags", "columns", "notetype", "deck", "if matches", "match scope"}
_TRUTH = {"true": True, "false": False}
_LINE = re.compile(r"#(?P<name>[^:\r\n]*)(?::(?P<value>[^\r\n]*))?(?:\r\n|\n|\r|\Z)")
_FIRST_WORD = re.compile(r".[A-Za-z0-9]*", re.DOTALL)
_COLUMN = re.compile(r" *0*([1-9][0-9]{0,3}) *")


@dataclass(frozen=True, slots=True)
class Directives:
    """What the head of an export says: *start* is where its rows begin, *columns* those of no field.

    Where *is_html* is None, cells are what they look like.
    """

    start: int
    separator: str = ""
    is_html: bool | None = None
    deck: str = ""
    tags: tuple[str, ...] = ()
    labels: str = ""  # of all columns, with the separator between them
    columns: Mapping[str, int] = field(default_factory=dict)  # by `guid`, `notetype`, `deck`, `tags`, from 0


def is_export(head: str) -> bool:
    """Whether a text begins as Anki's export does."""
    first = _LINE.match(head.removeprefix("\ufeff"))
    return first is not None and first["value"] is not None and _name(first) in _NAMES


def read_directives(text: str) -> Directives:
    """Read the head of an export; where a thing is said twice, the last word counts, as for Anki."""
    said: dict[str, str] = {}
    at = 0
    while at < len(text) and (line := _LINE.match(text, at)):
        said[_name(line)] = line["value"] or ""
        at = line.end()
    numbers = {name: _COLUMN.fullmatch(_first_word(value)) for name, value in said.items()}
    return Directives(
        at,
        _separator(said.get("separator", "")),
        _TRUTH.get(_first_word(said.get("html", "")).lower()),
        said.get("deck", "").strip(),
        tuple(said.get("tags", "").split()),
        said.get("columns", ""),
        {
            name.removesuffix(" column"): int(number[1]) - 1
            for name, number in numbers.items()
            if number and name in _COLUMNS
        },
    )


def _name(line: re.Match[str]) -> str:
    return line["name"].strip().lower()


def _separator(value: str) -> str:
    if value[:1] in _SEPARATORS.values():
        return value[:1]
    return _SEPARATORS.get(_first_word(value).strip().lower(), "")


def _first_word(value: str) -> str:
    """Return a value without the separators that follow it where the line was exported as a row."""
    word = _FIRST_WORD.match(value)
    return word[0] if word else ""
