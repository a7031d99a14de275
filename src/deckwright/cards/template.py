"""Anki's template rules: which cards a note has, and what a template shows of it.

The rules are those of Anki's `rslib/src/template.rs` and `notetype/cardgen.rs`: a card exists when its front
shows at least one field that is not empty; the template's own text does not count. A note of a cloze type has
a card for each number of its gaps.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from deckwright.cards import clozes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_TAG = re.compile(r"(<!--.*?-->)|\{\{(.*?)\}\}", re.DOTALL)
# What a template from long ago may begin with; its tags are then of another kind.
_OTHER_MARKS = "{{=<% %>=}}"
_OTHER_TAG = re.compile(r"(<!--.*?-->)|<%(.*?)%>", re.DOTALL)
_GAP_CARDS = 500
_EMPTY = re.compile(r"(?:\s|</?(?:br|div) ?/?>)*", re.IGNORECASE | re.ASCII)
_BLANK = " \t\n\r\f\v<"  # what it may begin with


class TemplateError(ValueError):
    """A template that Anki would refuse."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A field that a template shows through *filters*, the one to be applied first standing first."""

    field: str
    filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """A part of a template shown only when *field* is filled, or with *negated* only when it is empty."""

    field: str
    negated: bool
    parts: tuple[Part, ...]


Part = str | Shown | Branch


def is_empty(value: str) -> bool:
    """Whether Anki takes a field's HTML for empty."""
    return value[:1] in _BLANK and _EMPTY.fullmatch(value) is not None


def filled(fields: Mapping[str, str]) -> frozenset[str]:
    """Return the names of the fields that Anki takes for filled."""
    return frozenset([name for name, value in fields.items() if value and not is_empty(value)])


def card_ordinals(fronts: Sequence[str], fields: Mapping[str, str]) -> tuple[int, ...]:
    """Return the ordinals of the cards that Anki generates from the *fronts* of a note type's templates.

    *fields* maps the note's field names to their HTML.

    Raises:
        TemplateError: a front does not parse.

    """
    return _rendered(tuple(fronts), filled(fields))


@lru_cache(maxsize=1024)  # the notes of a deck fill their fields in few ways
def _rendered(fronts: tuple[str, ...], names: frozenset[str]) -> tuple[int, ...]:
    return tuple(ordinal for ordinal, front in enumerate(fronts) if _renders(parse(front), names))


def cloze_ordinals(fields: Iterable[str]) -> tuple[int, ...]:
    """Return the ordinals of the cards that Anki generates for a note of a cloze type with these *fields*.

    Several numbers in one gap (`{{c1,2::…}}`) make several cards since Anki 25.9.
    """
    numbers = {number for field in fields for number in clozes.numbers_of(clozes.parse(field))}
    return tuple(sorted({min(number, _GAP_CARDS) - 1 for number in numbers if number}))


@lru_cache(maxsize=64)
def parse(template: str) -> tuple[Part, ...]:
    """Return the texts, fields and branches of a template, in order.

    Raises:
        TemplateError: a branch is not closed, or closed twice.

    """
    pattern, lead = _TAG, template.lstrip()
    if lead.startswith(_OTHER_MARKS):
        pattern, template = _OTHER_TAG, lead.removeprefix(_OTHER_MARKS)
    return _parts(_tokens(pattern, template), None)


def _tokens(pattern: re.Pattern[str], template: str) -> Iterator[tuple[str, str]]:
    """Yield texts, each with an empty tag, and tags, each with an empty text."""
    at = 0
    for found in pattern.finditer(template):
        text = template[at : found.start()] + (found[1] or "")
        at = found.end()
        if text:
            yield text, ""
        if found[1] is None:
            yield "", found[2].lstrip("{").strip()
    if template[at:]:
        yield template[at:], ""


def _parts(tokens: Iterator[tuple[str, str]], opened: str | None) -> tuple[Part, ...]:
    parts: list[Part] = []
    for text, tag in tokens:
        mark, name = tag[:1], tag[1:].lstrip()
        if text:
            parts.append(text)
        elif len(tag) <= 1:  # `{{#}}` shows a field of that name, as Anki reads it
            parts.append(Shown(tag))
        elif mark in ("#", "^"):
            parts.append(Branch(name, mark == "^", _parts(tokens, name)))
        elif mark == "/" and name == opened:
            return tuple(parts)
        elif mark == "/":
            raise TemplateError(f"`{{{{/{name}}}}}` closes nothing")
        else:
            *filters, field = tag.split(":")
            parts.append(Shown(field, tuple(reversed(filters))))
    if opened is not None:
        raise TemplateError(f"`{{{{#{opened}}}}}` is not closed")
    return tuple(parts)


def _renders(parts: tuple[Part, ...], names: frozenset[str]) -> bool:
    return any(
        part.field in names
        if isinstance(part, Shown)
        else (part.field in names) != part.negated and _renders(part.parts, names)
        for part in parts
        if not isinstance(part, str)
    )
