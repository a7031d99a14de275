"""Which note is which, over all rewordings: what the lock remembers, and what is new.

Pure: the lock and the pictures' recipes come as arguments.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING

from deckwright.deck.content import NO_ART, Art, content, made_content, note_tags, short_hash
from deckwright.deck.history import OWN_TYPE, Kind, Lock, LockedDeck, LockedNote, type_name
from deckwright.deck.ids import Minted
from deckwright.deck.keys import note_keys
from deckwright.deck.made import (
    Gathering,
    Made,
    as_born,
    make_notes,
    match_made,
    too_many_at_once,
    without_effect,
)
from deckwright.deck.matching import Matches, Trace, match, match_moved
from deckwright.deck.model import place
from deckwright.source.diagnostics import Diagnostic, error

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from deckwright.deck.model import Deck, Note, Placed
    from deckwright.source.diagnostics import Report


@dataclass(frozen=True, slots=True)
class Bound:
    """A deck as its file holds it, inherited values included, ready to be known again.

    *locked* is its line for the lock; *art* maps a note's index in source order to what of its pictures
    belongs to its content; *labels* is the language of the labels on the cards of new notes; *gapped* are the
    notes with a gap in their explanation. Findings go to *report*.
    """

    deck: Deck
    locked: LockedDeck
    art: Mapping[int, Art]
    report: Report
    labels: str = "en"
    gapped: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Identified:
    """A note whose history is known; *locked* is its line in the lock, None for a new one.

    *type* is the name of its note type in the lock. A made note has a *kind* other than `mnemonic`; it
    gathers the *members*, by index in the deck's notes, and remembers in *rows* the guid of every note that
    it ever gathered, each at its number for ever.
    """

    placed: Placed
    key: str
    born: str
    guid: str
    nid: int
    tags: tuple[str, ...]
    content: str
    locked: LockedNote | None
    type: str = OWN_TYPE
    home: str = ""
    kind: Kind = OWN_TYPE
    members: tuple[int, ...] = ()
    rows: tuple[str, ...] = ()

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
            rows=self.rows,
        )


@dataclass(frozen=True, slots=True)
class IdentifiedDeck:
    """A deck whose notes all know their history; *vanished* are live lines without a note.

    The authored notes come first, in source order; the made ones follow.
    """

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
        if not line.is_made:
            lines[line.deck].append(line)
    uses = {str(notetype.id): _used(notetype.slots) for notetype in lock.notetypes}
    searches = [_Search(bound, lines[bound.locked.id], uses) for bound in decks]
    _follow_moves(searches, lock)
    minted = Minted({line.guid for line in lock.notes}, {line.nid for line in lock.notes})
    authored = [search.authored(minted) for search in searches]
    gathered = [search.gather(own) for search, own in zip(searches, authored, strict=True)]
    gatherings = [one for made in gathered for one in made]
    found = match_made(gatherings, (line for line in lock.notes if line.is_made))
    lines_of_made = iter([found.get(index) for index in range(len(gatherings))])
    notes = [
        (*own, *(search.made(one.made, next(lines_of_made), own, minted) for one in made))
        for search, own, made in zip(searches, authored, gathered, strict=True)
    ]
    known = {note.guid for own in notes for note in own}
    gone = [line for line in lock.notes if line.guid not in known and not line.retired]
    return tuple(
        IdentifiedDeck(
            search.bound.deck,
            search.bound.locked,
            own,
            tuple(line for line in gone if line.deck == search.bound.locked.id),
        )
        for search, own in zip(searches, notes, strict=True)
    )


class _Search:
    """One deck's notes and the lines found for them."""

    def __init__(self, bound: Bound, lines: Sequence[LockedNote], uses: Mapping[str, frozenset[str]]) -> None:
        self.bound = bound
        self.uses = uses
        self.placed = tuple(place(bound.deck))
        self.keys = tuple(note_keys(self.placed, bound.report))
        matches = match(self.traces, lines) if lines else Matches({}, {})
        self.found = dict(matches.lines)
        self.doubts = matches.doubts

    @cached_property
    def traces(self) -> list[Trace]:
        """What each note can be known by."""
        return [trace(note, key) for note, key in zip(self.placed, self.keys, strict=True)]

    @property
    def free(self) -> Iterator[int]:
        """The notes without a line, by index."""
        return (index for index in range(len(self.placed)) if index not in self.found)

    def authored(self, minted: Minted) -> tuple[Identified, ...]:
        """Make the authored notes, with guids and note ids for what is new; tell what is in doubt."""
        report = self.bound.report
        doubtful = [index for index in self.free if index in self.doubts]
        report.extend(_ambiguous(self.placed[index].note, self.doubts[index]) for index in doubtful)
        back = ((self.placed[i].note, line) for i, line in self.found.items() if line.retired)
        report.extend(_retired_ids(back))
        return tuple(self._note(index, minted) for index in range(len(self.placed)))

    def gather(self, notes: Sequence[Identified]) -> tuple[Gathering, ...]:
        """Return what the deck makes of its *notes*, and tell what it was asked for and does not make."""
        bound = self.bound
        lit = {index for index, one in bound.art.items() if one.lit}
        made = make_notes(bound.deck, self.placed, self.keys, lit=lit, gapped=bound.gapped)
        bound.report.extend(without_effect(bound.deck, self.placed, made, bound.gapped))
        bound.report.extend(too_many_at_once(made))
        return tuple(
            Gathering(bound.locked.id, one, tuple(notes[member].guid for member in one.members))
            for one in made
        )

    def made(
        self, made: Made, line: LockedNote | None, notes: Sequence[Identified], minted: Minted
    ) -> Identified:
        """Make a note of those of *notes* that it gathers; *line* is what the lock has of it."""
        made = as_born(made, line.born) if line else made
        tags = note_tags(made.placed, self.bound.locked.root)
        members = [notes[member] for member in made.members]
        before = line.rows if line else ()
        rows = (*before, *(note.guid for note in members if note.guid not in before))
        gathered = sorted(
            (
                (rows.index(note.guid) + 1, note.placed, self.bound.art.get(index, NO_ART))
                for index, note in zip(made.members, members, strict=True)
            ),
            key=itemgetter(0),
        )
        return self._known(made, line, minted, made_content(self.bound.deck, made, tags, gathered), rows)

    def _note(self, index: int, minted: Minted) -> Identified:
        bound, placed = self.bound, self.placed[index]
        line = self.found.get(index)
        tags = note_tags(placed, bound.locked.root)
        uses = self.uses.get(line.type) if line else None
        hashed = content(bound.deck, placed, tags, bound.art.get(index), uses)
        return self._known(Made(OWN_TYPE, self.keys[index], placed), line, minted, hashed)

    def _known(
        self, made: Made, line: LockedNote | None, minted: Minted, hashed: str, rows: tuple[str, ...] = ()
    ) -> Identified:
        """Return a note with its history; *hashed* is its content."""
        bound = self.bound
        project = bound.locked.id
        home = (line.home or line.deck) if line else project
        born, guid = (line.born, line.guid) if line else minted.born(project, made.key)
        return Identified(
            placed=made.placed,
            key=made.key,
            born=born,
            guid=guid,
            nid=(line.nid if line else 0) or minted.nid(home, born),
            tags=note_tags(made.placed, bound.locked.root),
            content=hashed,
            locked=line,
            type=line.type if line else type_name(made.kind, bound.labels),
            home="" if home == project else home,
            kind=made.kind,
            members=made.members,
            rows=rows,
        )


def _follow_moves(searches: Sequence[_Search], lock: Lock) -> None:
    """Find the notes that stand in another deck than the lock has them in."""
    found = {line.guid for search in searches for line in search.found.values()}
    lines = [line for line in lock.notes if line.guid not in found and not line.is_made]
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
        if note.id and not any(one == other for one, other in texts if one):
            message = (
                f"`id: {note.id}` belonged to the note `{line.fact}`, which is gone; its readers have it"
            )
            advice = "give the new note another id"
            yield error("retired-id", message, note.span("id"), advice=advice)
