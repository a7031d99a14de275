"""A deck written for an author to go on with, laid out as one would by hand.

It reads back as exactly the texts it was made from, but for blanks around them and what YAML cannot hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.source import scalars
from deckwright.source.decode import FORBIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Value = str | bool | float | tuple["Value", ...] | Mapping[str, "Value"]
Pairs = tuple[tuple[str, Value], ...]

_STEP = "  "
_LINES = re.compile(r"\r\n?|[\n\x0b\x0c\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment of any number of lines that stands at this place; *text* is without `#`."""

    text: str


@dataclass(frozen=True, slots=True)
class DraftNote:
    """A note: its keys in the order to write them; a key without a text is left out."""

    pairs: Pairs


@dataclass(frozen=True, slots=True)
class DraftSection:
    """A section with what it says of itself and its notes; `""` is the name of a deck's own `notes:`."""

    name: str
    notes: tuple[DraftNote | Remark, ...]
    pairs: Pairs = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A deck: what it says of itself, then its sections, which may stand among remarks."""

    head: tuple[tuple[str, Value] | Remark, ...]
    sections: tuple[DraftSection | Remark, ...]


def format_draft(draft: Draft) -> str:
    """Write a deck as YAML, texts of several lines as `|` blocks and quotes only where they are needed."""
    lines = [line for part in draft.head for line in _part(part, "")]
    notes = [part for part in draft.sections if isinstance(part, DraftSection) and not part.name]
    for section in notes:
        lines += ["", *_section(DraftSection("notes", section.notes, section.pairs), "")]
    if len(notes) < len(draft.sections):
        lines += ["", "sections:"]
        for number, part in enumerate(one for one in draft.sections if one not in notes):
            lines += [""] if number else []
            lines += _part(part, _STEP) if isinstance(part, Remark) else _section(part, _STEP)
    return "\n".join(lines) + "\n"


def _section(section: DraftSection, indent: str) -> Iterator[str]:
    inner = indent + _STEP
    yield f"{indent}{scalars.scalar(_cleaned(section.name))}:"
    yield from _pairs(section.pairs, inner)
    if section.pairs:
        yield f"{inner}notes:"
        inner += _STEP
    for number, note in enumerate(section.notes):
        if number and not (isinstance(section.notes[number - 1], Remark) and isinstance(note, DraftNote)):
            yield ""
        yield from _remark(note, inner) if isinstance(note, Remark) else _item(note, inner)


def _item(note: DraftNote, indent: str) -> Iterator[str]:
    """Write a note as an item of a list, its first key behind the dash."""
    first, *rest = _pairs(note.pairs, indent + _STEP)
    yield f"{indent}- {first.lstrip()}"
    yield from rest


def _part(part: tuple[str, Value] | Remark, indent: str) -> Iterator[str]:
    return _remark(part, indent) if isinstance(part, Remark) else _pairs((part,), indent)


def _pairs(pairs: Iterable[tuple[str, Value]], indent: str, *, whole: bool = False) -> Iterator[str]:
    """Write keys and values, a line each or a block; what is empty is left out, unless they are *whole*."""
    for key, value in pairs:
        name = scalars.scalar(_cleaned(key))
        text = _cleaned(value) if isinstance(value, str) else ""
        if isinstance(value, Mapping) and value:
            yield f"{indent}{name}:"
            yield from _pairs(value.items(), indent + _STEP, whole=key == "extra")
        elif "\n" in text:
            lines = scalars.block(text, len(indent + _STEP), "\n")
            yield from f"{indent}{name}: |{lines}".split("\n")
        elif text or whole or isinstance(value, bool | float | int) or (isinstance(value, tuple) and value):
            yield f"{indent}{name}: {_inline(value)}"


def _inline(value: Value, *, in_flow: bool = False) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float | int):
        return f"{value:g}"
    if isinstance(value, str):
        return scalars.scalar(_cleaned(value), in_flow=in_flow)
    listed = value.values() if isinstance(value, Mapping) else value
    return f"[{', '.join(_inline(one, in_flow=True) for one in listed)}]"


def _cleaned(text: str) -> str:
    return scalars.cleaned(FORBIDDEN.sub("", text))


def _remark(remark: Remark, indent: str) -> Iterator[str]:
    """Write a comment; what no YAML file can hold is left out of it."""
    for line in _LINES.split(remark.text):
        yield f"{indent}# {FORBIDDEN.sub('', line)}".rstrip()
