"""A package as data: what `read.py` finds in it and `compare.py` sets side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class PackageField:
    """A field of a note type; *id* is what makes renaming it safe, where the type has one."""

    name: str
    id: int | None


@dataclass(frozen=True, slots=True)
class PackageTemplate:
    """A card template: its HTML for both sides."""

    name: str
    id: int | None
    front: str
    back: str


@dataclass(frozen=True, slots=True)
class PackageNotetype:
    """A note type; *sort_field* is an index into *fields*, *modified* is in seconds.

    *original* is all of it as Anki's schema 11 has it, so that it can be written on unchanged: a JSON
    object with sorted keys and no spaces. It holds what the other attributes hold and everything else
    that its maker wrote (fonts, LaTeX, unknown keys), but not `did`, `req`, `tags`, `usn` and `vers`, which
    are about its collection; of these Anki asks for `did` (null) and `usn` (-1) where it reads the type.
    """

    id: int
    name: str
    kind: Literal["normal", "cloze"]
    sort_field: int
    modified: int
    css: str
    fields: tuple[PackageField, ...]
    templates: tuple[PackageTemplate, ...]
    original: str


@dataclass(frozen=True, slots=True)
class PackageDeck:
    """A deck; *name* holds its parents' names, parted by `::`."""

    id: int
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class PackageCard:
    """A card; *deck* and *due* are those it has outside of any filtered deck.

    *ordinal* is an index into the templates of a normal type, and the cloze number less one otherwise.
    *studied* says whether it carries anyone's review state.
    """

    id: int
    deck: int
    ordinal: int
    due: int
    studied: bool


@dataclass(frozen=True, slots=True)
class PackageNote:
    """A note with as many fields as its type has; tags are sorted, cards stand by ordinal."""

    id: int
    guid: str
    notetype: int
    modified: int
    tags: tuple[str, ...]
    fields: tuple[str, ...]
    cards: tuple[PackageCard, ...]


@dataclass(frozen=True, slots=True)
class PackageMedia:
    """A media file under the name that fields call it by; *size* in bytes."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Package:
    """What a package holds, in an order that its writer has no part in.

    Decks and media stand by name, note types by name and id, notes by their type's name, guid and id.
    Every note's type, every card's deck and every card's template is there. *revlog* counts reviews.
    """

    decks: tuple[PackageDeck, ...]
    notetypes: tuple[PackageNotetype, ...]
    notes: tuple[PackageNote, ...]
    media: tuple[PackageMedia, ...]
    revlog: int
