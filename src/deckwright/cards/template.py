"""Anki's template rules: which cards a note has.

The rules are those of Anki's `rslib/src/template.rs`, `cloze.rs` and `notetype/cardgen.rs`: a card exists
when its front shows at least one field that is not empty; the template's own text does not count. A note of a
cloze type has a card for each number of its gaps.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_TAG = re.compile(r"<!--.*?-->|\{\{(.*?)\}\}", re.DOTALL)
# What a template from long ago may begin with; its tags are then of another kind.
_OTHER_MARKS = "{{=<% %>=}}"
_OTHER_TAG = re.compile(r"<!--.*?-->|<%(.*?)%>", re.DOTALL)
_GAP = re.compile(r"\{\{c([0-9,]+)::|\}\}")
_NUMBER = re.compile(r"(?<![0-9])0*([0-9]{1,5})(?![0-9])")
_LARGEST_GAP = 2**16 - 1
_GAP_CARDS = 500
_DEEPEST_GAP = 10
_EMPTY = re.compile(r"(?:\s|</?(?:br|div) ?/?>)*", re.IGNORECASE | re.ASCII)


class TemplateError(ValueError):
    """A template that Anki would refuse."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A field that a template shows, whatever its filters."""

    field: str


@dataclass(frozen=True, slots=True)
class Branch:
    """A part of a template shown only when *field* is filled, or with *negated* only when it is empty."""

    field: str
    negated: bool
    parts: tuple[Shown | Branch, ...]


def is_empty(value: str) -> bool:
    """Whether Anki takes a field's HTML for empty."""
    return _EMPTY.fullmatch(value) is not None


def card_ordinals(fronts: Sequence[str], fields: Mapping[str, str]) -> tuple[int, ...]:
    """Return the ordinals of the cards that Anki generates from the *fronts* of a note type's templates.

    *fields* maps the note's field names to their HTML.

    Raises:
        TemplateError: a front does not parse.

    """
    filled = frozenset(name for name, value in fields.items() if not is_empty(value))
    return tuple(ordinal for ordinal, front in enumerate(fronts) if _renders(parse(front), filled))


def cloze_ordinals(fields: Iterable[str]) -> tuple[int, ...]:
    """Return the ordinals of the cards that Anki generates for a note of a cloze type with these *fields*.

    Several numbers in one gap (`{{c1,2::…}}`) make several cards since Anki 25.9.
    """
    numbers = {number for field in fields for number in _gap_numbers(field)}
    return tuple(sorted({min(number, _GAP_CARDS) - 1 for number in numbers if number}))


def _gap_numbers(field: str) -> set[int]:
    """Return the numbers of the gaps of a field; one that is not closed hides those within it."""
    found: set[int] = set()
    opened: list[set[int]] = []
    for mark in _GAP.finditer(field):
        if mark[1]:
            numbers = {number for number in map(int, _NUMBER.findall(mark[1])) if number <= _LARGEST_GAP}
            if numbers and len(opened) < _DEEPEST_GAP:
                opened.append(numbers)
        elif opened:
            closed = opened.pop()
            (opened[-1] if opened else found).update(closed)
    return found


@lru_cache(maxsize=64)
def parse(template: str) -> tuple[Shown | Branch, ...]:
    """Return the fields and branches of a template, in order.

    Raises:
        TemplateError: a branch is not closed, or closed twice.

    """
    pattern, lead = _TAG, template.lstrip()
    if lead.startswith(_OTHER_MARKS):
        pattern, template = _OTHER_TAG, lead.removeprefix(_OTHER_MARKS)
    tags = (match[1].lstrip("{").strip() for match in pattern.finditer(template) if match[1] is not None)
    return _parts(tags, None)


def _parts(tags: Iterator[str], opened: str | None) -> tuple[Shown | Branch, ...]:
    parts: list[Shown | Branch] = []
    for tag in tags:
        mark, name = tag[:1], tag[1:].lstrip()
        if len(tag) == 1:  # `{{#}}` shows a field of that name, as Anki reads it
            parts.append(Shown(tag))
        elif mark in ("#", "^"):
            parts.append(Branch(name, mark == "^", _parts(tags, name)))
        elif mark == "/" and name == opened:
            return tuple(parts)
        elif mark == "/":
            raise TemplateError(f"`{{{{/{name}}}}}` closes nothing")
        else:
            parts.append(Shown(tag.rsplit(":", 1)[-1]))
    if opened is not None:
        raise TemplateError(f"`{{{{#{opened}}}}}` is not closed")
    return tuple(parts)


def _renders(parts: tuple[Shown | Branch, ...], filled: frozenset[str]) -> bool:
    return any(
        part.field in filled
        if isinstance(part, Shown)
        else (part.field in filled) != part.negated and _renders(part.parts, filled)
        for part in parts
    )
