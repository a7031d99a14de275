"""What must not happen by accident: packages over other files, notes gone unasked, identities lost."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from deckwright.cards.notetypes import mnemonic
from deckwright.source.diagnostics import Diagnostic, error, warning
from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deckwright.apkg.package import Package
    from deckwright.deck.history import Lock
    from deckwright.deck.identity import IdentifiedDeck

LOCK_NAME = "cards.lock"
PACKAGE_SUFFIX = ".apkg"
_DAY = 86_400


def check_out(out: Path | None) -> None:
    """Refuse to put the package in the place of anything but a package.

    Raises:
        UsageProblem: *out* has another ending, or is no file.

    """
    if out is None:
        return
    if out.suffix.lower() != PACKAGE_SUFFIX:
        raise UsageProblem(
            f"the package cannot go to `{out}`; give it a name that ends in `{PACKAGE_SUFFIX}`"
        )
    if out.exists() and not out.is_file():
        raise UsageProblem(f"no package goes to `{out}`: something that is no file lies there")


def guards(deck: IdentifiedDeck, lock: Lock, replaced: Package | None, *, yes: bool) -> Iterator[Diagnostic]:
    """Yield what an author should know, or must confirm, before classmates' cards are touched."""
    span = deck.deck.key_span("deck")
    if not lock.notes and _is_ours(replaced, deck):
        message = f"`{LOCK_NAME}` is missing, though this deck was built before; its notes would be new ones"
        advice = f"take `{LOCK_NAME}` back from a copy; to start anew, delete the package in `build/`"
        yield error("lock-missing", message, span, advice=advice)
    live = sum(line.deck == deck.locked.id and not line.retired for line in lock.notes)
    if len(deck.vanished) * 5 > live > 1 and not yes:
        message = f"{len(deck.vanished)} of {live} notes are gone since the last build"
        advice = "if they are meant to go, run `deckwright build --yes`; classmates keep theirs"
        yield error("many-notes-gone", message, span, advice=advice)
    before = next((line.name for line in lock.decks if line.id == deck.locked.id), deck.deck.deck)
    if before != deck.deck.deck:
        message = (
            f"the deck was `{before}`; cards that classmates have stay there, new ones go to the new one"
        )
        yield warning(
            "deck-renamed", message, deck.deck.span("deck"), advice="tell them to move or rename it"
        )
    if lock.newest > time.time() + _DAY:
        yield _clock(deck)


def _is_ours(package: Package | None, deck: IdentifiedDeck) -> bool:
    """Tell whether a package holds this deck, as far as its names tell."""
    if package is None:
        return False
    types = {notetype.id for notetype in package.notetypes if notetype.id == mnemonic().id}
    named = any(other.name == deck.deck.deck for other in package.decks)
    return named and any(note.notetype in types for note in package.notes)


def _clock(deck: IdentifiedDeck) -> Diagnostic:
    message = "the lock holds a stamp that is more than a day ahead of the clock"
    return warning("clock", message, deck.deck.key_span("deck"), advice="set the computer's clock")
