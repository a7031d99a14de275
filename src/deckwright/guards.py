"""What must not happen by accident: packages over other files, notes gone unasked, identities lost."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.apkg.lines import LATEST
from deckwright.deck.content import SHARED
from deckwright.deck.identity import trace
from deckwright.source.diagnostics import Diagnostic, error, warning
from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from deckwright.apkg.stamp import Stamped
    from deckwright.deck.history import Lock
    from deckwright.deck.identity import Identified
    from deckwright.deck.model import Deck
    from deckwright.project import Compiled, CompiledDeck
    from deckwright.source.diagnostics import Report

PACKAGE_SUFFIX = ".apkg"
_DAY = 86_400
_IN_MILLISECONDS = 2**40  # a stamp that another tool counted so


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


def guards(compiled: Compiled, *, recovered: str = "", yes: bool = False) -> Iterator[Diagnostic]:
    """Yield what an author should know, or must confirm, before classmates' cards are touched.

    *recovered* says whence a lost lock was taken back.
    """
    lock, head = compiled.lock, compiled.head.deck
    if head is None:
        return
    span = head.key_span("deck")
    if recovered:
        advice = "keep the new one beside `cards.yaml`, and commit it"
        yield warning("lock-recovered", f"`cards.lock` was missing; {recovered}", span, advice=advice)
    if not lock.notes and compiled.releases.last:
        message = "`cards.lock` is missing, though this deck was released; its notes would be new ones"
        advice = (
            "take it back from your last commit, or run `deckwright adopt` with a package that readers have"
        )
        yield error("lock-missing", message, span, advice=advice)
    asked = {deck.deck.locked.id for deck in compiled.decks} | {line.deck for line in compiled.orphans}
    live = sum(line.deck in asked and not line.retired for line in lock.notes)
    gone = len(compiled.vanished)
    if gone * 5 > live > 1 and not yes:
        message = f"{gone} of {live} notes are gone since the last build"
        advice = "if they are meant to go, say so by `--yes`; classmates keep theirs"
        yield error("many-notes-gone", message, span, advice=advice)
    if lock.newest > LATEST // 2:
        message = "the lock holds a stamp so late that no later one can follow"
        yield error("clock", message, span, advice="take the lock back from your last commit or copy")
    elif time.time() + _DAY < lock.newest < _IN_MILLISECONDS:
        message = "the lock holds a stamp that is more than a day ahead of the clock"
        yield warning("clock", message, span, advice="set the computer's clock")


def touched(compiled: Compiled, notes: Mapping[str, Stamped]) -> Iterator[tuple[Report, Diagnostic]]:
    """Yield what one line of the source does to many notes, each with the report of its file.

    *notes* are all by guid. What changed for several decks at once stands in the project's own file.
    """
    touches = [touch for deck in compiled.decks if (touch := _touch(deck, notes, compiled.lock))]
    often = Counter(key for touch in touches for key in touch.keys)
    common = [key for key, count in often.items() if count > 1 and key not in ("deck", "title")]
    affected = [touch for touch in touches if set(common) & set(touch.keys)]
    if affected and compiled.head.deck:
        count, known = sum(touch.count for touch in affected), sum(touch.known for touch in affected)
        yield compiled.head.report, _touches_many(compiled.head.deck, common, count, known)
    for touch in touches:
        own = [key for key in touch.keys if key not in common]
        if own:
            yield touch.deck.report, _touches_many(touch.deck.deck.deck, own, touch.count, touch.known)


def renamed(compiled: Compiled) -> Iterator[tuple[Report, Diagnostic]]:
    """Yield a finding for each deck that has another name than at the last build."""
    before = {line.id: line.name for line in compiled.lock.decks}
    for deck in compiled.decks:
        source, name = deck.deck.deck, before.get(deck.deck.locked.id)
        if name not in (None, source.deck):
            message = (
                f"the deck was `{name}`; cards that classmates have stay there, new ones go to the new one"
            )
            advice = "tell them to move or rename it"
            yield deck.report, warning("deck-renamed", message, source.span("deck"), advice=advice)


@dataclass(frozen=True, slots=True)
class _Touch:
    """What changed for all notes of a deck by its *keys*: *count* of the *known* notes are updated by it."""

    deck: CompiledDeck
    keys: tuple[str, ...]
    count: int
    known: int


def _touch(deck: CompiledDeck, notes: Mapping[str, Stamped], lock: Lock) -> _Touch | None:
    before = next((line for line in lock.decks if line.id == deck.deck.locked.id), None)
    if before is None:
        return None
    known = [notes[note.note.guid] for note in deck.notes if note.note.locked]
    count = sum(_is_touched_from_above(note) for note in known)
    title = "title" if deck.deck.deck.title else "deck"
    changed = (name for name in SHARED if getattr(before, name) != getattr(deck.deck.locked, name))
    keys = tuple(title if name == "topic" else name for name in changed)
    return _Touch(deck, keys, count, len(known)) if keys and count > 1 and count * 5 > len(known) else None


def _touches_many(source: Deck, keys: Sequence[str], count: int, known: int) -> Diagnostic:
    named = " and ".join(f"`{key}`" for key in keys)
    touch = "touches" if len(keys) == 1 else "touch"
    message = f"{named} {touch} {count} of {known} notes; classmates' own edits and tags on them are replaced"
    advice = "take it back if that is not worth it"
    return warning("touches-many", message, source.key_span(keys[0]), advice=advice)


def _is_touched_from_above(note: Stamped) -> bool:
    """Whether a note is updated though its own texts are those of the last build."""
    identified = note.rendered.note
    locked = identified.locked
    return (
        locked is not None
        and locked.modified != note.modified
        and _texts(identified)
        == (locked.fact, locked.mnemonic, locked.explanation, locked.ask, locked.section)
    )


def _texts(identified: Identified) -> tuple[str, ...]:
    found = trace(identified.placed, identified.key)
    return found.fact, found.mnemonic, found.explanation, found.ask, found.section
