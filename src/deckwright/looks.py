"""Which note types a deck has: those of all decks, or its own where it has a look of its own."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import TYPE_CHECKING

from deckwright.cards.notetypes import Notetype, notetype, styled, texts_hash
from deckwright.deck.history import OWN_TYPE, kind_of, labels_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from deckwright.deck.history import Lock
    from deckwright.deck.identity import Bound, IdentifiedDeck
    from deckwright.deck.model import Deck
    from deckwright.workspace import Written


def with_look(bound: Bound, written: Written, lock: Lock, project: str, now: int) -> Bound:
    """Stamp the deck's own note type, if it has one, anew where its texts changed.

    Decks that inherit their look share its type, so that a note may move from one to another.
    """
    if bound.deck.style is None:
        return bound
    before = next((line for line in lock.decks if line.id == bound.locked.id), bound.locked)
    inherited = bound.deck.node.get("style") is None
    look = before.look or (project if inherited and project else bound.locked.id)
    texts = texts_hash(_css(bound.deck, written))
    known = [line for line in lock.decks if line.look == look]
    newest = max(known, key=lambda line: line.styled, default=bound.locked)
    stamp = newest.styled if newest.style == texts else 0
    fresh = max(now, newest.styled + 1)
    locked = dataclasses.replace(bound.locked, look=look, style=texts, styled=stamp or fresh)
    return dataclasses.replace(bound, locked=locked)


def types_of(deck: IdentifiedDeck, written: Written) -> Callable[[str], Notetype]:
    """Return our note types for a deck, by their names in the lock: those of all decks, or its own."""
    locked, css = deck.locked, _css(deck.deck, written)

    @cache
    def named(type_: str) -> Notetype:
        kind, labels = kind_of(type_) or OWN_TYPE, labels_of(type_)
        if not locked.styled:
            return notetype(kind, labels)
        return styled(kind, labels, locked.look, css, locked.styled)

    return named


def _css(deck: Deck, written: Written) -> str:
    base, own = notetype(OWN_TYPE).css, written.css.source.text if written.css else ""
    if deck.style is None:
        return base
    from deckwright.cards.style import styled_css  # noqa: PLC0415 - few decks have a style

    return styled_css(base, deck.style, own)
