"""Short forms of the source format → their long forms, each keeping its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckwright.deck.model import SHAPES, Cards, Deck, Note, Scene, Section, Style
from deckwright.source.scalars import BETWEEN
from deckwright.source.syntax import Mapping, Node, Scalar, Sequence, within

if TYPE_CHECKING:
    from collections.abc import Callable

    from deckwright.source.text import SourceFile

_LISTS = frozenset({"tags", "authors", "withdrawn", "decks", "ignore"})
_REQUIRED = frozenset({"deck", "fact"})
_KNOWN = frozenset(
    name for model in (Deck, Section, Note, Scene, Cards, Style) for name in model.model_fields
)


def desugar(tree: Mapping, source: SourceFile) -> Mapping:
    """Return the deck's tree with every short form written out; *source* is the file it stands in."""
    long = _Long(source)
    return long.mapping(tree, {"sections": long.sections, "notes": long.notes})


class _Long:
    """Writes nodes out; a node of the wrong kind is left for validation to name."""

    def __init__(self, source: SourceFile) -> None:
        self.source = source

    def mapping(self, node: Node, inner: dict[str, Callable[[Node], Node]]) -> Mapping:
        """Write out the values of a mapping; known keys with nothing after them count as left out.

        An unknown one may be the rest of a text that a comma cut off.
        """
        if not isinstance(node, Mapping):
            raise TypeError(node)
        rules = {"scene": self.file, "style": self.file, "cards": self.cards, **inner}
        pairs = (
            (key, rules[key.text](value) if key.text in rules else self.value(key.text, value))
            for key, value in node.pairs
            if key.text in _REQUIRED or key.text not in _KNOWN or not _is_nothing(value)
        )
        return Mapping(tuple(pairs), node.span)

    def value(self, key: str, node: Node) -> Node:
        """Make a list of one from a scalar where a list is meant."""
        return Sequence((node,), node.span) if key in _LISTS and isinstance(node, Scalar) else node

    def file(self, node: Node) -> Node:
        """`scene: x.svg` → `scene: {file: x.svg}`."""
        return _one("file", node) if isinstance(node, Scalar) else node

    def cards(self, node: Node) -> Node:
        """`cards: [picture, ask]` → exactly these on, all others off."""
        if isinstance(node, Scalar):
            node = Sequence((node,), node.span)
        if not isinstance(node, Sequence):
            return node
        named = [item if isinstance(item, Scalar) else Scalar("", item.span) for item in node.items]
        on = [(name, Scalar("true", name.span)) for name in named]
        texts = {name.text for name in named}
        off = [(Scalar(name, node.span), Scalar("false", node.span)) for name in SHAPES if name not in texts]
        return Mapping((*on, *off), node.span)

    def sections(self, node: Node) -> Node:
        """`Mechanism: [notes]` → `Mechanism: {notes: [notes]}`, for every section."""
        if not isinstance(node, Mapping):
            return node
        return Mapping(tuple((name, self.section(value)) for name, value in node.pairs), node.span)

    def section(self, node: Node) -> Node:
        """Write one section out."""
        if isinstance(node, Sequence):
            node = _one("notes", node)
        if _is_nothing(node):
            return Mapping((), node.span)
        return self.mapping(node, {"notes": self.notes}) if isinstance(node, Mapping) else node

    def notes(self, node: Node) -> Node:
        """Write a list of notes out."""
        if not isinstance(node, Sequence):
            return node
        return Sequence(tuple(self.note(item) for item in node.items), node.span)

    def note(self, node: Node) -> Node:
        """`FACT ~ MNEMONIC` → its two keys."""
        if isinstance(node, Scalar):
            return self.line(node)
        return self.mapping(node, {}) if isinstance(node, Mapping) else node

    def line(self, scalar: Scalar) -> Node:
        """Split a note of one line."""
        marks = list(BETWEEN.finditer(scalar.text))
        if len(marks) != 1:
            return scalar
        start, end = marks[0].span()
        parts = {"fact": (0, start), "mnemonic": (end, len(scalar.text))}
        pairs = tuple((Scalar(key, scalar.span), self.part(scalar, *ends)) for key, ends in parts.items())
        return Mapping(pairs, scalar.span)

    def part(self, scalar: Scalar, start: int, end: int) -> Scalar:
        """Cut a piece out of a scalar."""
        return Scalar(scalar.text[start:end], within(self.source, scalar, start, end), scalar.style)


def _one(key: str, node: Node) -> Mapping:
    return Mapping(((Scalar(key, node.span), node),), node.span)


def _is_nothing(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.style and node.text == ""
