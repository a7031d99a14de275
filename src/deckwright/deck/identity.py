"""Which note is which, over all rewordings: what the lock remembers, and what is new.

Pure: the lock and the pictures' recipes come as arguments.
"""

from __future__ import annotations

import base64
import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deckwright.deck.content import content, digest, note_tags, short_hash
from deckwright.deck.history import Lock, LockedDeck, LockedNote
from deckwright.deck.keys import note_keys
from deckwright.deck.matching import Trace, match, match_moved
from deckwright.deck.model import place
from deckwright.source.diagnostics import Diagnostic, error

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from deckwright.deck.model import Deck, Note, Placed
    from deckwright.source.diagnostics import Report

# Note ids look like the millisecond dates Anki uses, from 2008 to 2023; card ids lie in the gaps.
CARDS_A_NOTE = 1024
_FIRST_ID = 1_200_000_000_000
_IDS = 500_000_000
OWN_TYPE = "mnemonic"


@dataclass(frozen=True, slots=True)
class Bound:
    """A deck as its file holds it, inherited values included, ready to be known again.

    *locked* is its line for the lock; *recipes* maps a note's index in source order to the recipe of its
    picture, which belongs to its content. Findings go to *report*.
    """

    deck: Deck
    locked: LockedDeck
    recipes: Mapping[int, str]
    report: Report


@dataclass(frozen=True, slots=True)
class Identified:
    """A note whose history is known; *locked* is its line in the lock, None for a new one."""

    placed: Placed
    key: str
    born: str
    guid: str
    nid: int
    tags: tuple[str, ...]
    content: str
    locked: LockedNote | None
    home: str = ""

    @property
    def type(self) -> str:
        """The note type as the lock names it."""
        return self.locked.type if self.locked else OWN_TYPE

    def line(self, deck: str, cards: Iterable[int], modified: int) -> LockedNote:
        """Write this note's line for the lock; cards once shipped stay in it."""
        note = self.placed.note
        shipped = self.locked.cards if self.locked else ()
        return LockedNote(
            guid=self.guid,
            deck=deck,
            key=self.key,
            born=self.born,
            nid=self.nid,
            type=self.type,
            cards=tuple(sorted({*shipped, *cards})),
            section=self.placed.section,
            fact=note.fact,
            mnemonic=short_hash(note.mnemonic),
            explanation=short_hash(note.explanation),
            ask=short_hash(note.ask),
            content=self.content,
            modified=modified,
            home=self.home,
        )


@dataclass(frozen=True, slots=True)
class IdentifiedDeck:
    """A deck whose notes all know their history; *vanished* are live lines without a note."""

    deck: Deck
    locked: LockedDeck
    notes: tuple[Identified, ...]
    vanished: tuple[LockedNote, ...] = ()


def identify(decks: Sequence[Bound], lock: Lock) -> tuple[IdentifiedDeck, ...]:
    """Give every note of a project its key and history; what is ambiguous goes to its deck's report.

    A note that moved from one deck to another keeps its history.
    """
    lines: defaultdict[str, list[LockedNote]] = defaultdict(list)
    for line in lock.notes:
        lines[line.deck].append(line)
    uses = {str(notetype.id): _used(notetype.slots) for notetype in lock.notetypes}
    searches = [_Search(bound, lines[bound.locked.id], uses) for bound in decks]
    _follow_moves(searches, lock)
    ids = _NoteIds(line.nid for line in lock.notes)
    taken = {line.guid for line in lock.notes}
    found = {line.guid for search in searches for line in search.found.values()}
    return tuple(search.identified(ids, taken, found) for search in searches)


def guid(project: str, born: str) -> str:
    """Make the guid of a note: 72 bits in 12 characters, the same wherever it is made."""
    return base64.urlsafe_b64encode(digest(f"{project}\0{born}")[:9]).decode()


def deck_id(project: str) -> int:
    """Make the id of the deck in the package; Anki matches decks by name, so any stable number does."""
    return _FIRST_ID + int.from_bytes(digest(project)[:8]) % (_IDS * CARDS_A_NOTE)


class _Search:
    """One deck's notes and the lines found for them."""

    def __init__(self, bound: Bound, lines: Sequence[LockedNote], uses: Mapping[str, frozenset[str]]) -> None:
        self.bound = bound
        self.uses = uses
        self.placed = tuple(place(bound.deck))
        self.keys = tuple(note_keys(self.placed, bound.report))
        self.traces = [trace(note, key) for note, key in zip(self.placed, self.keys, strict=True)]
        self.lines = lines
        matches = match(self.traces, lines)
        self.found = dict(matches.lines)
        self.doubts = matches.doubts

    @property
    def free(self) -> Iterator[int]:
        """The notes without a line, by index."""
        return (index for index in range(len(self.placed)) if index not in self.found)

    def identified(self, ids: _NoteIds, taken: set[str], found: set[str]) -> IdentifiedDeck:
        """Make the identified deck, with guids and note ids for what is new; *found* has a note somewhere."""
        report, deck = self.bound.report, self.bound.deck
        report.extend(
            _ambiguous(self.placed[index].note, self.doubts[index])
            for index in self.free
            if index in self.doubts
        )
        report.extend(_retired_ids((self.placed[i].note, line) for i, line in self.found.items()))
        notes = tuple(self._note(index, ids, taken) for index in range(len(self.placed)))
        vanished = (line for line in self.lines if line.guid not in found and not line.retired)
        return IdentifiedDeck(deck, self.bound.locked, notes, tuple(vanished))

    def _note(self, index: int, ids: _NoteIds, taken: set[str]) -> Identified:
        bound, placed, key = self.bound, self.placed[index], self.keys[index]
        project = bound.locked.id
        line = self.found.get(index)
        born = line.born if line else _born(project, key, taken)
        made = line.guid if line else guid(project, born)
        taken.add(made)
        tags = note_tags(placed, bound.locked.root)
        uses = self.uses.get(line.type) if line else None
        home = (line.home or line.deck) if line else project
        return Identified(
            placed=placed,
            key=key,
            born=born,
            guid=made,
            nid=(line.nid if line else 0) or ids.make(home, born),
            tags=tags,
            content=content(bound.deck, placed, tags, bound.recipes.get(index), uses),
            locked=line,
            home="" if home == project else home,
        )


def _follow_moves(searches: Sequence[_Search], lock: Lock) -> None:
    """Find the notes that stand in another deck than the lock has them in."""
    found = {line.guid for search in searches for line in search.found.values()}
    lines = [line for line in lock.notes if line.guid not in found]
    places = [(search, index) for search in searches for index in search.free]
    if not lines or not places:
        return
    for position, line in match_moved([search.traces[i] for search, i in places], lines).items():
        search, index = places[position]
        search.found[index] = line


def _used(slots: Iterable[str]) -> frozenset[str]:
    """Return what the fields of another tool's type hold, by the names in its slots."""
    names = {name.strip() for slot in slots for name in slot.split("+")}
    return frozenset(names | ({"topic", "section", "fact"} if "name" in names else set()))


@dataclass
class _NoteIds:
    """Makes note ids, each once."""

    taken: Iterable[int]
    _used: set[int] = field(init=False)

    def __post_init__(self) -> None:
        self._used = set(self.taken)

    def make(self, project: str, born: str) -> int:
        """Return the id that follows from the note's name, or the next free one."""
        slot = int.from_bytes(digest(f"{project}\0{born}\0nid")[:8]) % _IDS
        while _FIRST_ID + slot * CARDS_A_NOTE in self._used:
            slot = (slot + 1) % _IDS
        made = _FIRST_ID + slot * CARDS_A_NOTE
        self._used.add(made)
        return made


def trace(placed: Placed, key: str) -> Trace:
    """Return what a note can be known by."""
    note = placed.note
    return Trace(
        id=note.id or "",
        key=key,
        section=placed.section,
        fact=note.fact,
        mnemonic=short_hash(note.mnemonic),
        explanation=short_hash(note.explanation),
        ask=short_hash(note.ask),
    )


def _ambiguous(note: Note, doubt: Sequence[LockedNote]) -> Diagnostic:
    known = " or ".join(f"`{line.fact}`" for line in doubt)
    ids = " or ".join(f"`id: {line.key}`" for line in doubt)
    message = f"this note may be {known} of the last build, reworded"
    advice = f"to keep that one's history add {ids}; for a new note, an id of its own"
    return error("ambiguous-note", message, note.span("fact"), advice=advice)


def _retired_ids(found: Iterable[tuple[Note, LockedNote]]) -> Iterator[Diagnostic]:
    """Yield a finding for each id that belonged to a note that is gone, and has nothing in common with it."""
    for note, line in found:
        texts = (
            (short_hash(note.mnemonic), line.mnemonic),
            (short_hash(note.explanation), line.explanation),
            (short_hash(note.ask), line.ask),
            (note.fact, line.fact),
        )
        if line.retired and note.id and not any(one == other for one, other in texts if one):
            message = (
                f"`id: {note.id}` belonged to the note `{line.fact}`, which is gone; its readers have it"
            )
            advice = "give the new note another id"
            yield error("retired-id", message, note.span("id"), advice=advice)


def _born(project: str, key: str, taken: set[str]) -> str:
    """Return the name under which a new note gets a guid that none of *taken* has."""
    names = (key if count == 1 else f"{key}~{count}" for count in itertools.count(1))
    return next(name for name in names if guid(project, name) not in taken)
