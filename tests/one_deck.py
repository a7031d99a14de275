"""One deck's text, walked down the line as far as its identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckwright.cards.gaps import find
from deckwright.cards.notetypes import Notetype, notetype
from deckwright.cards.render import Looks
from deckwright.deck.content import Art, lock_deck, tag_root
from deckwright.deck.history import OWN_TYPE, Lock, kind_of, labels_of
from deckwright.deck.identity import Bound, IdentifiedDeck, identify
from deckwright.deck.model import place
from deckwright.deck.schema import bind
from deckwright.source.diagnostics import Report
from deckwright.source.syntax import compose
from deckwright.source.text import SourceFile

if TYPE_CHECKING:
    from collections.abc import Mapping

EMPTY = Lock()
MNEMONIC = notetype("mnemonic")
AT = {field.name: place for place, field in enumerate(MNEMONIC.fields)}  # where a note has which field


def own_type(name: str) -> Notetype:
    """Return our note type of a name in the lock."""
    return notetype(kind_of(name) or OWN_TYPE, labels_of(name))


LOOKS = Looks(own_type, {})


def bound(text: str, lock: Lock = EMPTY, *, project: str, recipes: Mapping[int, str] | None = None) -> Bound:
    """Bind a deck, under the line that *lock* has of it; *recipes* are those of parts of a scene."""
    report = Report(SourceFile("cards.yaml", text))
    deck = bind(compose(report.source, report), report)
    assert deck is not None
    root = next((line.root for line in lock.decks if line.id == project), tag_root(deck.deck))
    art = {index: Art(recipe, lit=True) for index, recipe in (recipes or {}).items()}
    gapped = tuple(index for index, one in enumerate(place(deck)) if find(one.note.explanation)[0])
    return Bound(deck, lock_deck(deck, project, root), art, report, gapped=gapped)


def identified(
    text: str, lock: Lock = EMPTY, *, project: str, recipes: Mapping[int, str] | None = None
) -> tuple[IdentifiedDeck, Report]:
    """Identify the notes of one deck."""
    part = bound(text, lock, project=project, recipes=recipes)
    (deck,) = identify([part], lock)
    return deck, part.report
