"""Which deck of the lock is which file's, and when a lock belongs to another project altogether."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.deck.content import lock_deck, tag_root
from deckwright.deck.history import kind_of, labels_of
from deckwright.deck.matching import natural_key
from deckwright.deck.model import place
from deckwright.deck.names import ascii_slug
from deckwright.source.diagnostics import Diagnostic, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from deckwright.deck.history import Lock, LockedDeck
    from deckwright.deck.identity import IdentifiedDeck
    from deckwright.deck.model import Deck

_LONGEST = 60  # signs of an id
_LONGEST_TAIL = 30
_COUNT = len("-999-")  # what an id has room for between its stem and its tail


@dataclass(frozen=True, slots=True)
class Claim:
    """A deck's line for the lock; *rival* is the line of another id that it seems to be, if there is one."""

    locked: LockedDeck
    rival: LockedDeck | None = None


def claim(decks: Sequence[Deck], lock: Lock, tail: str) -> tuple[Claim, ...]:
    """Find the line of each deck: by its id, its name, or its notes, or because there is but one of both.

    A deck without one gets a new id, which ends in *tail*.
    """
    found, free = _find(decks, lock)
    alone = len(decks) == len(free) == 1
    used = {line.id for line in lock.decks} | {deck.id for deck in decks if deck.id}
    claims = []
    for index, deck in enumerate(decks):
        line = found.get(index) or (free[0] if alone else None)
        if line is not None and deck.id not in (None, line.id):
            fresh = lock_deck(deck, str(deck.id), line.root)
            claims.append(Claim(fresh, line))
            continue
        id_ = line.id if line else deck.id or _fresh(deck, tail, used)
        used.add(id_)
        claims.append(Claim(lock_deck(deck, id_, line.root if line else tag_root(deck.deck))))
    return tuple(claims)


def style_frozen(deck: Deck, locked: LockedDeck, lock: Lock) -> Iterator[Diagnostic]:
    """Yield a finding if the deck got a note type of its own, or lost it, though readers have its notes.

    Anki takes a note of another type for another note, and would update none of those that readers have.
    """
    before = next((line for line in lock.decks if line.id == locked.id), None)
    live = any(note.deck == locked.id and not note.retired for note in lock.notes)
    if before is not None and live and bool(before.styled) != bool(locked.styled):
        what = "gets a note type of its own" if locked.styled else "gives up its own note type"
        message = f"by `style` the deck {what}; Anki would update none of the notes that readers have"
        advice = "take the change back; if nobody has the deck yet: `build --replace`"
        yield error("style-frozen", message, deck.key_span("style"), advice=advice)


def other_look(deck: IdentifiedDeck, lock: Lock) -> Iterator[Diagnostic]:
    """Yield a finding for each note from a deck of another look: readers have it under that one's type."""
    looks = {line.id: line.look if line.styled else "" for line in lock.decks}
    own = deck.locked.look if deck.locked.styled else ""
    for note in deck.notes:
        before = note.locked.deck if note.locked else deck.locked.id
        moved = before != deck.locked.id and kind_of(note.type) is not None
        if moved and looks.get(before, own) != own:
            message = "this note came from a deck of another look; Anki would not update it for its readers"
            advice = "put it back there; with an `id:` of its own it is a new note here"
            yield error("style-frozen", message, note.placed.note.span("fact"), advice=advice)


def other_labels(deck: IdentifiedDeck, labels: str) -> Iterator[Diagnostic]:
    """Yield a finding if readers have cards of the deck with labels in another language than *labels*.

    The labels belong to the note type, and Anki takes a note of another type for another note.
    """
    kept = {labels_of(note.type) for note in deck.notes if kind_of(note.type)} - {labels}
    if kept:
        message = (
            f"the labels on cards that were built before stay those of `{min(kept)}`; new notes get others"
        )
        advice = "only if nobody has the deck yet: delete `cards.lock` and build again"
        yield warning("labels-kept", message, deck.deck.span("language"), advice=advice)


def another_deck(deck: Deck, rival: LockedDeck) -> Diagnostic:
    """Tell that the lock is another deck's: its id is not the one that the source gives."""
    message = f"`cards.lock` belongs to `{rival.id}`; building would change your classmates' cards of it"
    advice = f"copied folder: delete `cards.lock`; same deck: write `id: {rival.id}`, or `build --replace`"
    return error("another-deck", message, deck.span("id"), advice=advice)


def another_project(head: Deck, id_: str, lock: Lock) -> Iterator[Diagnostic]:
    """Yield a finding if the lock is that of a project of many decks under another id than *id_*."""
    rival = next((line.project for line in lock.decks if id_ and line.project not in ("", id_)), "")
    if rival:
        message = f"`cards.lock` belongs to `{rival}`; building would change your classmates' cards of it"
        advice = (
            f"copied folder: delete `cards.lock`; same project: write `id: {rival}`, or `build --replace`"
        )
        yield error("another-deck", message, head.span("id"), advice=advice)


def copied(deck: IdentifiedDeck, lock: Lock) -> Iterable[Diagnostic]:
    """Yield a finding if this looks like another deck in a copied folder: a new name, and most notes gone."""
    before = next((line for line in lock.decks if line.id == deck.locked.id), None)
    if before is None or before.name == deck.deck.deck:
        return
    live = sum(line.deck == before.id and not line.retired and not line.is_made for line in lock.notes)
    if sum(not line.is_made for line in deck.vanished) * 2 > live:
        message = f"`cards.lock` belongs to `{before.name}`; building would retire most of its notes"
        advice = (
            "copied folder: delete `cards.lock` and change `id:`; really the same deck: `build --replace`"
        )
        yield error("another-deck", message, deck.deck.span("deck"), advice=advice)


def same_deck_twice(decks: Iterable[tuple[str, Deck]]) -> Iterator[tuple[int, Diagnostic]]:
    """Yield a finding for each deck, by index, whose name or id another one before it has.

    Each deck comes with the name of its file. Anki knows no two decks by names that differ in case alone.
    """
    first: dict[tuple[str, str], str] = {}
    for index, (file, deck) in enumerate(decks):
        for key, value in (("deck", _folded(deck.deck)), ("id", deck.id)):
            if value and (other := first.setdefault((key, value), file)) != file:
                message = f"`{other}` has this `{key}` already"
                advice = "put the notes into one file" if key == "deck" else "give one of them another id"
                yield index, error("same-deck-twice", message, deck.span(key), advice=advice)


def _find(decks: Sequence[Deck], lock: Lock) -> tuple[dict[int, LockedDeck], list[LockedDeck]]:
    """Return the lines of decks by their index, and the lines that are nobody's."""
    free = {line.id: line for line in lock.decks}
    found = {index: free.pop(deck.id) for index, deck in enumerate(decks) if deck.id in free}
    named = {_folded(line.name): line for line in reversed(free.values())}
    for index, deck in enumerate(decks):
        line = named.pop(_folded(deck.deck), None) if index not in found else None
        if line is not None:
            found[index] = free.pop(line.id)
    live = _live_keys(lock)
    for index, deck in enumerate(decks):
        fitting = (line for line in free.values() if _by_notes(live, deck, line))
        line = next(fitting, None) if index not in found else None
        if line is not None:
            found[index] = free.pop(line.id)
    return found, list(free.values())


def _by_notes(live: Mapping[str, set[str]], deck: Deck, line: LockedDeck) -> bool:
    """Tell whether *deck* holds more than half of the notes of *line*, under the keys they have there."""
    keys = {placed.note.id or natural_key(placed.section, placed.note.fact) for placed in place(deck)}
    return len(keys & live[line.id]) * 2 > len(live[line.id])


def _live_keys(lock: Lock) -> Mapping[str, set[str]]:
    """Return the keys of the notes of each deck that are not retired."""
    keys = defaultdict[str, set[str]](set)
    for note in lock.notes:
        if not note.retired and not note.is_made:
            keys[note.deck].add(note.key)
    return keys


def _folded(name: str) -> str:
    """Return a deck's name as Anki compares it."""
    parts = (part.strip() for part in unicodedata.normalize("NFC", name).split("::"))
    return "::".join(parts).casefold()


def _fresh(deck: Deck, tail: str, used: set[str]) -> str:
    tail = tail[-_LONGEST_TAIL:].strip("-")
    stem = ascii_slug(deck.deck.split("::")[-1], "deck")[: _LONGEST - _COUNT - len(tail)].strip("-")
    made = f"{stem}-{tail}"
    count = 2
    while made in used:
        made, count = f"{stem}-{count}-{tail}", count + 1
    return made
