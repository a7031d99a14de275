"""One import, before and after: what a collection held, what of it was lost, and what was meant to change.

Pure: packages and collections are read elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.apkg.changes import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deckwright.apkg.package import PackageNote

# Every column of a card that an import must leave alone, as people call it (Anki: cards/mod.rs).
SCHEDULE = {
    "did": "deck",
    "type": "stage",
    "queue": "queue",
    "due": "due date",
    "ivl": "interval",
    "factor": "ease",
    "reps": "number of reviews",
    "lapses": "lapses",
    "left": "steps left",
    "odue": "due date outside its filtered deck",
    "odid": "deck outside its filtered deck",
    "flags": "flag",
    "data": "memory state",
}
_DRAWN = re.compile(r"(\[_[a-z0-9-]+)-[0-9a-f]{16}\.webp(?=\])")  # a picture's name, but for its recipe
HARMLESS = {"edit-replaced", "stays", "look-alike"}


@dataclass(frozen=True, slots=True)
class HeldNote:
    """A note in a collection; *name* is what Anki's browser lists it by, *modified* is in seconds."""

    guid: str
    name: str
    notetype: int
    modified: int
    fields: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeldCard:
    """A card in a collection; *schedule* holds the columns of `SCHEDULE`."""

    note: int
    ordinal: int
    schedule: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Holdings:
    """All that a collection holds and an import could harm, by Anki's ids.

    *reviews* are the rows of each card's history. *blank* are the cards whose front is empty: Anki offers
    to delete those, and their reviews with them.
    """

    notes: Mapping[int, HeldNote]
    cards: Mapping[int, HeldCard]
    reviews: Mapping[int, frozenset[str]]
    notetypes: Mapping[int, str]
    blank: frozenset[int]


@dataclass(frozen=True, slots=True)
class Imported:
    """What Anki says it did: ids of notes in the collection, but for *conflicting* ids in the package."""

    new: frozenset[int] = frozenset()
    updated: frozenset[int] = frozenset()
    conflicting: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Trial:
    """One import: the collection before and after it, what Anki said, and both packages' notes by guid.

    *old* is None where nobody knows what the collection was given, and so is *edited*, the ids of the
    notes that the learner changed. *notetypes* are the ids that the new package has for its types.
    """

    before: Holdings
    after: Holdings
    imported: Imported
    old: Mapping[str, PackageNote] | None
    new: Mapping[str, PackageNote]
    notetypes: frozenset[int]
    edited: frozenset[int] | None

    def changed(self, guid: str) -> bool:
        """Whether the author changed a note between the packages."""
        if self.old is None or guid not in self.old or guid not in self.new:
            return False
        return texts(self.old[guid]) != texts(self.new[guid])

    def reworded(self, guid: str) -> bool:
        """Whether a note that the author changed has other words or pictures, or is stamped as changed.

        A scene of ours that was drawn anew is no other picture: who has the old one keeps it.
        """
        old, new = (self.old or {})[guid], self.new[guid]
        return new.modified > old.modified or [*map(_told, old.fields)] != [*map(_told, new.fields)]

    def touched(self, note: int) -> bool:
        """Whether a note that was there is gone or has other texts."""
        after = self.after.notes.get(note)
        return after is None or texts(after) != texts(self.before.notes[note])

    def left_as_is(self) -> Iterator[tuple[int, HeldNote]]:
        """Yield the notes that Anki did not update although the package has other texts."""
        for note_id, note in self.after.notes.items():
            incoming = self.new.get(note.guid)
            if incoming is None or note_id in self.imported.updated or note_id in self.imported.new:
                continue
            if incoming.id not in self.imported.conflicting and texts(incoming) != texts(note):
                yield note_id, note


@dataclass(frozen=True, slots=True)
class Finding:
    """What happened to one note or note type; *kind* is a stable kebab-case code."""

    kind: str
    name: str
    what: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What an import did, counted in notes but for the reviews.

    *own* says whether it was to a copy of the user's collection. *first* is how many notes came when there
    was no earlier package to have: then the same one came twice. Own edits are None where nobody can tell
    them from older texts. *conflicts* are notes of another type than the collection has them in, and note
    types that Anki had to make a second time.
    """

    own: bool
    first: int | None
    updated: int
    new: int
    reviews_lost: int
    edits_kept: int | None
    edits_replaced: int | None
    conflicts: int
    findings: tuple[Finding, ...]

    @property
    def lost(self) -> bool:
        """Whether anything of the learner's was lost, or anything of the author's did not arrive."""
        return any(finding.kind not in HARMLESS for finding in self.findings)


def judge(trial: Trial, *, own: bool, first: int | None) -> Rehearsal:
    """Tell what the import did; findings stand in the order of `CHECKS`."""
    findings = tuple(finding for check in CHECKS for finding in check(trial))
    kinds = Counter(finding.kind for finding in findings)
    edited = trial.edited
    return Rehearsal(
        own=own,
        first=first,
        updated=len(trial.imported.updated),
        new=len(trial.imported.new),
        reviews_lost=sum(len(rows) for _card, rows in _lost_reviews(trial)),
        edits_kept=None if edited is None else sum(not trial.touched(note) for note in edited),
        edits_replaced=None if edited is None else kinds["edit-replaced"],
        conflicts=kinds["conflict"] + kinds["notetype-forked"],
        findings=findings,
    )


def texts(note: HeldNote | PackageNote) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return what an import replaces: fields in Anki's Unicode form, tags without regard to case."""
    fields = tuple(unicodedata.normalize("NFC", field) for field in note.fields)
    return fields, frozenset(unicodedata.normalize("NFC", tag).casefold() for tag in note.tags)


def _told(field: str) -> str:
    return _DRAWN.sub(r"\1", words(field))


def counted(count: int, one: str, many: str) -> str:
    """Say how many of something there are."""
    return f"{count:,} {one if count == 1 else many}"


def _lost_reviews(trial: Trial) -> Iterator[tuple[int, frozenset[str]]]:
    """Yield the reviews that are gone or altered, by card."""
    for card, rows in trial.before.reviews.items():
        if lost := rows - trial.after.reviews.get(card, frozenset()):
            yield card, lost


def _name(trial: Trial, card: int) -> str:
    """Name a card by its note; a history can outlive its card."""
    held = trial.before.cards.get(card)
    return trial.before.notes[held.note].name if held else f"card {card}"


def _reviews(trial: Trial) -> Iterator[Finding]:
    for card, rows in _lost_reviews(trial):
        yield Finding("reviews-lost", _name(trial, card), f"{counted(len(rows), 'review', 'reviews')} lost")


def _notes(trial: Trial) -> Iterator[Finding]:
    for note_id, note in trial.before.notes.items():
        if note_id not in trial.after.notes:
            yield Finding("note-gone", note.name, "the note is gone")


def _cards(trial: Trial) -> Iterator[Finding]:
    blank = trial.after.blank - trial.before.blank
    for card_id, before in trial.before.cards.items():
        after = trial.after.cards.get(card_id)
        if after == before and card_id not in blank:
            continue
        name, card = _name(trial, card_id), f"card {before.ordinal + 1}"
        if after is None:
            yield Finding("card-gone", name, f"{card} is gone")
        elif after != before:
            both = zip(SCHEDULE.values(), before.schedule, after.schedule, strict=True)
            altered = [word for word, old, new in both if old != new] or ["place in its note"]
            yield Finding("card-altered", name, f"{card} has another {', '.join(altered)}")
        if card_id in blank:
            yield Finding("card-blank", name, f"{card} has an empty front now; Anki offers to delete it")


def _edits(trial: Trial) -> Iterator[Finding]:
    for note_id in sorted(trial.edited or ()):
        note = trial.before.notes[note_id]
        if note_id not in trial.after.notes or not trial.touched(note_id):
            continue
        if trial.changed(note.guid):
            yield Finding("edit-replaced", note.name, "the correction replaces what the learner wrote")
        else:
            what = "what the learner wrote is gone although the author changed nothing (its stamp is newer)"
            yield Finding("edit-lost", note.name, what)


def _conflicts(trial: Trial) -> Iterator[Finding]:
    names = {note.guid: note.name for note in trial.before.notes.values()}
    for note in trial.new.values():
        if note.id in trial.imported.conflicting:
            what = "not updated: its note type is another one in the collection"
            yield Finding("conflict", names.get(note.guid, note.guid), what)


def _forks(trial: Trial) -> Iterator[Finding]:
    for notetype, name in trial.after.notetypes.items():
        # A type that comes for the first time keeps the id it has in the package.
        if notetype not in trial.before.notetypes and notetype not in trial.notetypes:
            what = "made a second time, its slots having changed; no note of the first is updated any more"
            yield Finding("notetype-forked", f"note type {name}", what)


def _not_applied(trial: Trial) -> Iterator[Finding]:
    for note_id, note in trial.left_as_is():
        if trial.old is None:
            yield Finding("stays", note.name, "differs, and stays: it is as new in the collection, or newer")
        elif not trial.changed(note.guid):
            continue
        elif not trial.reworded(note.guid):
            yield Finding(
                "stays", note.name, "differs in its tags, markup or scene alone, and stays as it is"
            )
        elif (
            note_id in (trial.edited or ()) and trial.new[note.guid].modified > trial.old[note.guid].modified
        ):
            what = "what you wrote is newer than the correction, and stays instead of it"
            yield Finding("stays", note.name, what)
        else:
            what = "the correction did not arrive: its stamp is no newer than the note; build it again"
            yield Finding("not-applied", note.name, what)


def _look_alikes(trial: Trial) -> Iterator[Finding]:
    held = {(note.notetype, note.fields[0]) for note in trial.before.notes.values()}
    for note_id in sorted(trial.imported.new):
        note = trial.after.notes[note_id]
        if (note.notetype, note.fields[0]) in held:
            yield Finding("look-alike", note.name, "new, beside an old note that begins with the same field")


CHECKS = (_reviews, _notes, _cards, _edits, _conflicts, _forks, _not_applied, _look_alikes)
