"""The order in which a deck's notes are learned."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deckwright.adoption.kin import Kin


def in_order(kin: Iterable[Kin]) -> list[Kin]:
    """Return notes as new cards come up; where cards were studied, in the order the notes were written."""
    notes = list(kin)
    studied = any(card.studied for one in notes for card in one.note.cards)

    def turn(one: Kin) -> tuple[int, int]:
        due = min((card.due for card in one.note.cards), default=0)
        return (0 if studied else due), one.note.id

    return sorted(notes, key=turn)
