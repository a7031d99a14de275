"""Whether a change of a source does what is meant and nothing else: it is read again before it is written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deckwright.deck.keys import note_keys
from deckwright.deck.model import place
from deckwright.workspace import read_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckwright.source.text import SourceFile

Texts = dict[str, Any]  # what a note says, by its keys, and the section that it stands in


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says: its notes in order, what it says of the deck, and how often it has which error."""

    notes: tuple[Texts, ...]
    deck: Texts
    errors: Counter[str]

    def fresh_errors(self, before: Reading) -> tuple[str, ...]:
        """Return the errors that were not there *before*."""
        return tuple(self.errors - before.errors)

    def changes(self, before: Reading) -> tuple[tuple[int, str], ...]:
        """Return number and key of each text of a note that is another than *before*, of as many notes."""
        pairs = enumerate(zip(before.notes, self.notes, strict=True))
        return tuple(
            (at, key) for at, (old, new) in pairs if old != new for key in new if old[key] != new[key]
        )


def read_back(source: SourceFile) -> Reading:
    """Read a file's text as a build would, as far as it goes without pictures."""
    report, deck = read_text(source)
    placed = tuple(place(deck)) if deck else ()
    for _ in note_keys(placed, report):
        pass  # for what it reports of names
    errors = Counter(f"{one.code}: {one.message}" for one in report.errors)
    if deck is None:
        return Reading((), {}, errors)
    notes = tuple({**one.note.model_dump(), "section": one.section} for one in placed)
    return Reading(notes, deck.model_dump(exclude={"sections", "notes"}), errors)


def shared_with(reading: Reading, changed: Mapping[int, object], before: Reading) -> str:
    """Return the fact of a note that would change along although it is none of *changed*; empty for none."""
    others = (at for at, _ in reading.changes(before) if at not in changed)
    return next((str(before.notes[at]["fact"]) for at in others), "")
