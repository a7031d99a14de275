"""Package ↔ package → what a reader would see change on import."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deckwright.apkg.package import (
        Package,
        PackageField,
        PackageNote,
        PackageNotetype,
        PackageTemplate,
    )

MOST_WORDS = 5000  # compared word by word; longer texts are told whole
LONGEST = 60  # characters of a run of words that is shown whole
_BREAK = re.compile(r"</?(?:br|p|div|ul|ol|li|details|summary|h[1-6]|tr|td|th)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_SOURCE = re.compile(r'^<img\b.*?\ssrc="([^"]*)"', re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field whose HTML differs; a field that one side lacks counts as empty there."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class NoteChange:
    """A note that both packages hold under one guid, and everything in which they differ.

    *deck* and *notetype* are (old, new) names where they differ; *cards* lists template names.
    """

    guid: str
    old_name: str
    name: str
    fields: tuple[FieldChange, ...] = ()
    tags_added: tuple[str, ...] = ()
    tags_removed: tuple[str, ...] = ()
    cards_added: tuple[str, ...] = ()
    cards_removed: tuple[str, ...] = ()
    deck: tuple[str, str] | None = None
    notetype: tuple[str, str] | None = None
    older: bool = False

    @property
    def differs(self) -> bool:
        """Whether there is any difference at all."""
        return bool(
            self.fields
            or self.tags_added
            or self.tags_removed
            or self.cards_added
            or self.cards_removed
            or self.deck
            or self.notetype
        )


@dataclass(frozen=True, slots=True)
class NotetypeChange:
    """A note type in which the packages differ; *forks* when Anki would make a second type of it."""

    name: str
    what: tuple[str, ...]
    forks: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """All that differs between two packages; notes are told by (guid, name)."""

    new: tuple[tuple[str, str], ...]
    gone: tuple[tuple[str, str], ...]
    changed: tuple[NoteChange, ...]
    unchanged: int
    notetypes: tuple[NotetypeChange, ...]
    media_added: tuple[str, ...]
    media_removed: tuple[str, ...]
    media_changed: tuple[str, ...]

    @property
    def any(self) -> bool:
        """Whether the packages differ for a reader."""
        return bool(
            self.new
            or self.gone
            or self.changed
            or self.notetypes
            or self.media_added
            or self.media_removed
            or self.media_changed
        )


def compare(old: Package, new: Package) -> Changes:
    """Set two packages side by side; notes are the same when their guids are."""
    before, after = _View(old), _View(new)
    both = [guid for guid in after.notes if guid in before.notes]
    changes = [_note_change(before, after, guid) for guid in both]
    changed = tuple(change for change in changes if change.differs)
    old_media = {file.name: file.sha256 for file in old.media}
    new_media = {file.name: file.sha256 for file in new.media}
    return Changes(
        new=tuple((guid, after.name(guid)) for guid in after.notes if guid not in before.notes),
        gone=tuple((guid, before.name(guid)) for guid in before.notes if guid not in after.notes),
        changed=changed,
        unchanged=len(both) - len(changed),
        notetypes=tuple(_notetype_changes(old, new)),
        media_added=tuple(sorted(new_media.keys() - old_media.keys())),
        media_removed=tuple(sorted(old_media.keys() - new_media.keys())),
        media_changed=tuple(
            sorted(name for name in old_media.keys() & new_media if old_media[name] != new_media[name])
        ),
    )


def words(field: str) -> str:
    """Return the words of a field's HTML as a person reads them, pictures by their names."""
    return " ".join(html.unescape(_TAG.sub(_tag_words, field)).split())


def _tag_words(tag: re.Match[str]) -> str:
    if source := _SOURCE.match(tag[0]):
        return f" [{source[1]}] "
    return " " if _BREAK.match(tag[0]) else ""


def word_changes(old: str, new: str) -> tuple[tuple[str, str], ...]:
    """Return the runs of words that differ, as (old, new); either may be empty."""
    before, after = words(old).split(" "), words(new).split(" ")
    if len(before) + len(after) > MOST_WORDS:
        return ((" ".join(before), " ".join(after)),) if before != after else ()
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return tuple(
        (" ".join(before[a:b]), " ".join(after[c:d]))
        for kind, a, b, c, d in matcher.get_opcodes()
        if kind != "equal"
    )


def reworded(old: str, new: str) -> tuple[str, ...]:
    """Tell each run of words that differs as `"old" → "new"`, long ones cut in their middle."""
    return tuple(f"{_quoted(before)} → {_quoted(after)}" for before, after in word_changes(old, new))


def _quoted(text: str) -> str:
    if len(text) > LONGEST:
        half = LONGEST // 2
        text = f"{text[:half].rstrip()} … {text[-half:].lstrip()}"
    return f'"{text}"' if text else "nothing"


class _View:
    """A package by guid, with names for its ids."""

    def __init__(self, package: Package) -> None:
        self.notetypes = {notetype.id: notetype for notetype in package.notetypes}
        self.decks = {deck.id: deck.name for deck in package.decks}
        self.notes: Mapping[str, PackageNote] = {note.guid: note for note in package.notes}

    def type(self, guid: str) -> PackageNotetype:
        """Return the type of a note."""
        return self.notetypes[self.notes[guid].notetype]

    def name(self, guid: str) -> str:
        """Return what Anki's browser lists a note by."""
        note = self.notes[guid]
        return words(note.fields[self.type(guid).sort_field]) or words(note.fields[0]) or guid

    def fields(self, guid: str) -> dict[str, str]:
        """Map the names of a note's fields to their HTML."""
        names = (field.name for field in self.type(guid).fields)
        return dict(zip(names, self.notes[guid].fields, strict=True))

    def cards(self, guid: str) -> dict[str, str]:
        """Map the name of each card to its deck; a cloze card is named by its number."""
        notetype = self.type(guid)
        names = [template.name for template in notetype.templates]
        return {
            names[card.ordinal]
            if notetype.kind == "normal"
            else f"{names[0]} {card.ordinal + 1}": self.decks[card.deck]
            for card in self.notes[guid].cards
        }


def _note_change(before: _View, after: _View, guid: str) -> NoteChange:
    old, new = before.notes[guid], after.notes[guid]
    old_fields, new_fields = before.fields(guid), after.fields(guid)
    old_cards, new_cards = before.cards(guid), after.cards(guid)
    old_type, new_type = before.type(guid).name, after.type(guid).name
    return NoteChange(
        guid=guid,
        old_name=before.name(guid),
        name=after.name(guid),
        fields=tuple(
            FieldChange(name, old_fields.get(name, ""), new_fields.get(name, ""))
            for name in dict.fromkeys((*new_fields, *old_fields))
            if old_fields.get(name, "") != new_fields.get(name, "")
        ),
        tags_added=tuple(sorted({*new.tags} - {*old.tags})),
        tags_removed=tuple(sorted({*old.tags} - {*new.tags})),
        cards_added=tuple(name for name in new_cards if name not in old_cards),
        cards_removed=tuple(name for name in old_cards if name not in new_cards),
        deck=_differing(min(old_cards.values(), default=""), min(new_cards.values(), default="")),
        notetype=_differing(old_type, new_type),
        older=new.modified < old.modified,
    )


def _differing(old: str, new: str) -> tuple[str, str] | None:
    return (old, new) if old != new and old and new else None


def _notetype_changes(old: Package, new: Package) -> Iterator[NotetypeChange]:
    known = {notetype.id: notetype for notetype in old.notetypes}
    for notetype in new.notetypes:
        if notetype.id in known:
            what = tuple(_type_differences(known[notetype.id], notetype))
            if what:
                yield NotetypeChange(notetype.name, what, forks=_forks(known[notetype.id], notetype))


def _type_differences(old: PackageNotetype, new: PackageNotetype) -> Iterator[str]:
    if old.name != new.name:
        yield f"renamed from {old.name}"
    for kind, before, after in (
        ("fields", [field.name for field in old.fields], [field.name for field in new.fields]),
        ("templates", [template.name for template in old.templates], [t.name for t in new.templates]),
    ):
        if before != after:
            yield f"{kind}: {', '.join(before)} → {', '.join(after)}"
    if [(t.front, t.back) for t in old.templates] != [(t.front, t.back) for t in new.templates]:
        yield "the text of its templates"
    if old.css != new.css:
        yield "its CSS"
    if old.kind != new.kind:
        yield "its kind"


def _forks(old: PackageNotetype, new: PackageNotetype) -> bool:
    """Tell whether Anki takes the types for different ones: their slots do not pair off.

    Slots pair by id where both sides have one, else by name, each at its place (Anki's `equal_schema`).
    """
    if old.kind != new.kind or len(old.fields) != len(new.fields) or len(old.templates) != len(new.templates):
        return True
    fields = zip(old.fields, new.fields, strict=True)
    templates = zip(old.templates, new.templates, strict=True)
    return not (all(_pairs(*slots) for slots in fields) and all(_pairs(*slots) for slots in templates))


def _pairs(one: PackageField | PackageTemplate, other: PackageField | PackageTemplate) -> bool:
    if one.id is not None and other.id is not None:
        return one.id == other.id
    return one.name == other.name
