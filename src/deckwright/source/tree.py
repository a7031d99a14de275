"""The tree of a YAML text: mappings, sequences and scalars, each with its span."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.source.diagnostics import Diagnostic, Related, error
from deckwright.source.text import SourceFile, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

_CONTROL = re.compile("[\x00-\x1f\x7f]")
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)+")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as typed; *style* is its quote or block mark, empty for plain text."""

    text: str
    span: Span
    style: str = ""


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes in source order."""

    items: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and their nodes in source order, each key once."""

    pairs: tuple[tuple[Scalar, Node], ...]
    span: Span

    def get(self, key: str) -> Node | None:
        """Return the node under *key*, if there is one."""
        return next((value for name, value in self.pairs if name.text == key), None)

    def key(self, key: str) -> Scalar | None:
        """Return the scalar that spells *key*, if it is there."""
        return next((name for name, _ in self.pairs if name.text == key), None)


Node = Scalar | Sequence | Mapping


def unique_pairs(
    nodes: Iterable[Node],
) -> tuple[tuple[tuple[Scalar, Node], ...], tuple[Diagnostic, ...]]:
    """Pair keys with their values, each key once and a text of one line; the others are told."""
    pairs: dict[str, tuple[Scalar, Node]] = {}
    findings = []
    flat = iter(nodes)
    for key, value in zip(flat, flat, strict=True):
        if not isinstance(key, Scalar) or (not key.text.isprintable() and _CONTROL.search(key.text)):
            advice = "put quotes around the whole text"
            findings.append(error("key-not-text", "this key is not text", key.span, advice=advice))
        elif key.text in pairs:
            related = Related("first", pairs[key.text][0].span)
            message, advice = f"`{key.text}` stands here twice", "keep one of them"
            findings.append(error("duplicate-key", message, key.span, advice=advice, related=related))
        else:
            pairs[key.text] = (key, value)
    return tuple(pairs.values()), tuple(findings)


def own_span(text: str, around: Span, *, has_properties: bool) -> Span:
    """Where a scalar's own text stands, without its anchor and tag and the lines after it."""
    end = around.start + len(text[around.start : around.end].rstrip())
    properties = _PROPERTIES.match(text, around.start, end)
    if not has_properties:
        return Span(around.start, end)
    return Span(properties.end() if properties else end, end)


def within(source: SourceFile, scalar: Scalar, start: int, end: int) -> Span:
    """Find where code points *start* to *end* of a scalar's text stand in the source.

    Exact for plain and literal text; where YAML folded or unescaped, the nearest place.
    """
    places = _places(source.text, scalar)
    first = places[min(start, len(places) - 1)]
    return Span(first, max(places[min(max(end - 1, start), len(places) - 1)] + 1, first + 1))


def _places(text: str, scalar: Scalar) -> list[int]:
    """Return for each code point of the scalar's text its offset in the source."""
    at, stop = scalar.span.start, scalar.span.end
    if scalar.style in ("|", ">"):
        at = text.find("\n", at) + 1 or at
    elif scalar.style:
        at += 1
    places = []
    for char in scalar.text:
        # A line end and its indentation stand for any white space; escapes are searched past.
        found = at if char.isspace() else text.find(char, at, stop)
        at = max(found, at)
        places.append(min(at, stop - 1))
        if text[at : at + 1] == char or text[at : at + 1].isspace():
            at += 1
    return places or [scalar.span.start]
