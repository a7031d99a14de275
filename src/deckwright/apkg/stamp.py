"""Stamps: when each note last changed, by which Anki decides what an import may touch."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from deckwright.deck.content import short_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from deckwright.apkg.package import Package, PackageNote
    from deckwright.cards.render import Rendered
    from deckwright.deck.history import Lock, LockedDeck
    from deckwright.deck.identity import IdentifiedDeck

_UNLIKELY = 2**41  # a stamp that no clock gives; the lock takes it and many later ones


class Shipped(Protocol):
    """A note as readers may have it."""

    @property
    def modified(self) -> int:
        """Its stamp in seconds."""

    def shows(self, note: Rendered) -> bool:
        """Tell whether readers see what *note* would show them."""


@dataclass(frozen=True, slots=True)
class Released:
    """A note as a release tells of it: its stamp, and short hashes of its fields and of its tags."""

    modified: int
    fields: tuple[str, ...]
    tags: str

    def shows(self, note: Rendered) -> bool:
        """Tell whether readers see what *note* would show them."""
        return (self.fields, self.tags) == (field_hashes(note.fields), tags_hash(note.note.tags))


@dataclass(frozen=True, slots=True)
class Packed:
    """A note as a package holds it."""

    note: PackageNote

    @property
    def modified(self) -> int:
        """Its stamp in seconds."""
        return self.note.modified

    def shows(self, note: Rendered) -> bool:
        """Tell whether readers see what *note* would show them."""
        return (self.note.fields, self.note.tags) == (note.fields, tuple(sorted(note.note.tags)))


@dataclass(frozen=True, slots=True)
class Stamped:
    """A rendered note with its stamp in seconds; *set_right* where the lock's was older than readers'."""

    rendered: Rendered
    modified: int
    set_right: bool = False


def field_hashes(fields: Iterable[str]) -> tuple[str, ...]:
    """Return a short hash of each field's HTML, empty for an empty one."""
    return tuple(short_hash(field) for field in fields)


def tags_hash(tags: Iterable[str]) -> str:
    """Return a short hash of a note's tags, whatever their order."""
    return short_hash(" ".join(sorted(tags)))


def shipped_in(package: Package | None) -> dict[str, Shipped]:
    """Return the notes of a package by guid; none for no package."""
    return {note.guid: Packed(note) for note in package.notes} if package else {}


def stamp(
    notes: Iterable[Rendered], lock: Lock, shipped: Mapping[str, Shipped], now: int, *, refresh: bool = False
) -> tuple[Stamped, ...]:
    """Give every note its stamp.

    A note whose content is the lock's keeps its stamp, since Anki replaces the reader's own edits on every
    note whose stamp is newer; with *refresh* none does. The others share one, later than any before, since
    Anki ignores an edit whose stamp is not. Where *shipped* holds a note with a newer stamp than the lock
    (someone took the lock back), the note takes that stamp over, or with other texts a new one. Of *shipped*
    count the project's own notes alone, with stamps that a build makes. *now* is in seconds.
    """
    notes = tuple(notes)
    own = {line.guid for line in lock.notes} | {note.note.guid for note in notes}
    known = {guid: note for guid, note in shipped.items() if guid in own and note.modified < _UNLIKELY}
    newest = max((note.modified for note in known.values()), default=0)
    fresh = max(now, lock.newest + 1, newest + 1)
    return tuple(_stamped(note, known.get(note.note.guid), fresh, refresh=refresh) for note in notes)


def update_lock(
    lock: Lock, decks: Iterable[tuple[IdentifiedDeck, Sequence[Stamped]]], *, gone: Iterable[str] = ()
) -> Lock:
    """Return the lock after a build of *decks*; the lines with the guids of *gone* are retired too."""
    lines = {line.guid: line for line in lock.notes}
    headers: dict[str, LockedDeck] = {line.id: line for line in lock.decks}
    retired = set(gone)
    for deck, notes in decks:
        headers[deck.locked.id] = deck.locked
        retired |= {line.guid for line in deck.vanished}
        for note in notes:
            line = note.rendered.note.line(deck.locked.id, note.rendered.cards, note.modified)
            lines[line.guid] = line
    kept = (
        dataclasses.replace(line, retired=True) if line.guid in retired else line for line in lines.values()
    )
    return dataclasses.replace(lock, decks=tuple(headers.values()), notes=tuple(kept))


def _stamped(note: Rendered, shipped: Shipped | None, fresh: int, *, refresh: bool) -> Stamped:
    locked = note.note.locked
    if refresh or locked is None or locked.content != note.note.content:
        return Stamped(note, fresh)
    if shipped is None or shipped.modified <= locked.modified:
        return Stamped(note, locked.modified)
    return Stamped(note, shipped.modified if shipped.shows(note) else fresh, set_right=True)
