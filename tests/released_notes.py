"""Notes as releases have them, and what an author makes of them later."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from deckwright.apkg.editions import ReleasedNote, ReleasedType
from deckwright.cards import notetypes
from one_deck import AT

DAY = 86_400
BIRTH = 1_767_225_600  # 2026-01-01
TYPE = ReleasedType(notetypes.notetype("mnemonic").id, "Deckwright Mnemonic", BIRTH, "slots")
NOTE = ReleasedNote(
    guid="goose", deck="birds", key="water/goose", type="mnemonic", modified=BIRTH, content="c0",
    section="Water", fact="Goose", mnemonic="Goes", explanation="Taper over 1–2 weeks.", ask="", source="",
    tags=("Birds::Water",), fields=("f",) * len(AT),
)  # fmt: skip
SWAN = replace(NOTE, guid="swan", key="water/swan", fact="Swan", mnemonic="Swarm")
FISH = replace(NOTE, guid="fish", deck="fish", key="cod", fact="Cod", section="", tags=())


def edited(note: ReleasedNote, day: int, **values: Any) -> ReleasedNote:
    """Return the note as its author changed it some days after its birth."""
    return replace(note, modified=BIRTH + day * DAY, content=f"c{day}", **values)
