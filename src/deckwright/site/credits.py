"""Whose pictures a deck shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckwright.deck.model import place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckwright.deck.model import Deck


def credits_of(deck: Deck) -> Iterator[tuple[str, str]]:
    """Yield each picture that has a credit of its own, by its file, with the credit; then the deck's."""
    for placed in place(deck):
        scene, note = placed.scene, placed.note
        if scene and scene.credit:
            yield scene.file, scene.credit
        if note.credit and note.image:
            yield note.image, note.credit
        elif note.credit:
            yield note.fact, note.credit
    if deck.credit:
        yield "Pictures", deck.credit
