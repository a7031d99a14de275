"""What the decks of a project take over from its project file."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from deckwright.deck.model import NODE, SHAPES, Cards, Deck, Scene, Style
from deckwright.source.syntax import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from deckwright.source.text import Span

_Part = TypeVar("_Part", Scene, Style, Cards)
_DEFAULTS = ("language", "authors", "license", "source", "credit", "report")


def inherit(deck: Deck, above: Deck) -> Deck:
    """Return *deck* with what it leaves out taken from the project file *above*; tags add up.

    What was taken over stands, for findings, where the deck is named: a place in another file means nothing
    here, and what is wrong with it has been told there.
    """
    taken = {
        name: getattr(above, name)
        for name in _DEFAULTS
        if name in above.model_fields_set and name not in deck.model_fields_set
    }
    span = deck.span("deck")
    taken |= {
        "tags": tuple(dict.fromkeys((*above.tags, *deck.tags))),
        "scene": deck.scene or _at(above.scene, span),
        "style": deck.style or _at(above.style, span),
        "cards": _merged(above.cards, deck.cards, span),
    }
    return deck.model_copy(update=taken)


def _at(part: _Part | None, span: Span) -> _Part | None:
    return part.model_copy(update={"node": _moved(part.node, span)}) if part else None


def _moved(node: Node, span: Span) -> Node:
    """Return the node with everything in it at *span*."""
    if isinstance(node, Scalar):
        return Scalar(node.text, span)
    if isinstance(node, Sequence):
        return Sequence(tuple(_moved(item, span) for item in node.items), span)
    return Mapping(tuple((Scalar(key.text, span), _moved(value, span)) for key, value in node.pairs), span)


def _merged(above: Cards | None, own: Cards | None, span: Span) -> Cards | None:
    """Let each switch of *own* that is set count, and the others be those of *above*."""
    if above is None or own is None:
        return own or _at(above, span)
    switches = {name: getattr(above if getattr(own, name) is None else own, name) for name in SHAPES}
    return Cards.model_validate({**switches, NODE: Mapping((), span)})
