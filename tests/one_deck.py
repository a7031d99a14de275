"""One deck's text, walked down the line as far as its identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckwright.deck.content import lock_deck, tag_root
from deckwright.deck.history import Lock
from deckwright.deck.identity import Bound, IdentifiedDeck, identify
from deckwright.deck.schema import bind
from deckwright.source.diagnostics import Report
from deckwright.source.syntax import compose
from deckwright.source.text import SourceFile

if TYPE_CHECKING:
    from collections.abc import Mapping

EMPTY = Lock()


def bound(text: str, lock: Lock = EMPTY, *, project: str, recipes: Mapping[int, str] | None = None) -> Bound:
    """Bind a deck, under the line that *lock* has of it."""
    report = Report(SourceFile("cards.yaml", text))
    deck = bind(compose(report.source, report), report)
    assert deck is not None
    root = next((line.root for line in lock.decks if line.id == project), tag_root(deck.deck))
    return Bound(deck, lock_deck(deck, project, root), recipes or {}, report)


def identified(
    text: str, lock: Lock = EMPTY, *, project: str, recipes: Mapping[int, str] | None = None
) -> tuple[IdentifiedDeck, Report]:
    """Identify the notes of one deck."""
    part = bound(text, lock, project=project, recipes=recipes)
    (deck,) = identify([part], lock)
    return deck, part.report
