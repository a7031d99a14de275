"""What the lock remembers of a project: its decks, every note it ever had, and note types made elsewhere."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

Kind = Literal["mnemonic", "scene", "sweep", "cloze", "occlusion"]
KINDS: tuple[Kind, ...] = get_args(Kind)
OWN_TYPE: Kind = "mnemonic"
NO_ROW = "-"  # at a number that meant two notes once, and means none
ADOPTED = "adopted"  # a content that no note has, so that the next build sends it


@dataclass(frozen=True, slots=True)
class LockedNote:
    """What the lock remembers of one note; *modified* is its stamp in whole seconds.

    *type* is a kind of ours, with the language of its labels where that is not English (`mnemonic-de`), or
    the id of a note type of the lock as digits. *home* is the deck under whose id the note was born, where it
    has moved to another since. A *nid* of 0 is to be made anew. *rows* are the guids of the notes that a made
    note gathers, each at its number for ever, those that are gone too.
    """

    guid: str
    deck: str
    key: str
    born: str
    nid: int
    type: str
    cards: tuple[int, ...]
    section: str
    fact: str
    mnemonic: str
    explanation: str
    ask: str
    content: str
    modified: int
    retired: bool = False
    home: str = ""
    rows: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind | None:
        """The kind of note of ours; None under another tool's type."""
        return kind_of(self.type)

    @property
    def is_made(self) -> bool:
        """Whether the note is one that a deck makes of others."""
        return self.kind not in (None, OWN_TYPE)


@dataclass(frozen=True, slots=True)
class LockedDeck:
    """What the lock remembers of one deck: *root* is the tag under which its sections stand.

    *project* is the id of a project of many decks. *look* is the id after which its own note type is named,
    for ever; *styled* is the stamp of that type, 0 for a deck that has none, and *style* a short hash of its
    texts. The rest are short hashes of what all its notes share, to tell which of it changed.
    """

    id: str
    name: str
    root: str
    tags: str = ""
    topic: str = ""
    source: str = ""
    language: str = ""
    cards: str = ""
    project: str = ""
    look: str = ""
    style: str = ""
    styled: int = 0


@dataclass(frozen=True, slots=True)
class LockedNotetype:
    """A note type that another tool made and readers have, kept verbatim.

    *original* is the type as Anki's package has it (JSON); *slots* say of each field which texts of a note go
    into it, as in `fact + explanation`, empty for none.
    """

    id: int
    name: str
    original: str
    slots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lock:
    """The memory of a project: its decks, every note it ever had, and foreign note types."""

    decks: tuple[LockedDeck, ...] = ()
    notes: tuple[LockedNote, ...] = ()
    notetypes: tuple[LockedNotetype, ...] = ()

    @property
    def newest(self) -> int:
        """The largest stamp, 0 in an empty lock."""
        return max((note.modified for note in self.notes), default=0)

    def renamed(self, old: str, new: str) -> Lock:
        """Return the lock with deck *old* under the id *new*; its notes remember where they were born."""
        decks = (dataclasses.replace(deck, id=new) if deck.id == old else deck for deck in self.decks)
        notes = (
            dataclasses.replace(note, deck=new, home=note.home or old) if note.deck == old else note
            for note in self.notes
        )
        return dataclasses.replace(self, decks=tuple(decks), notes=tuple(notes))


def type_name(kind: Kind, labels: str) -> str:
    """Return the name under which the lock knows our type of a kind, with labels in a language."""
    return kind if labels in ("", "en") else f"{kind}-{labels}"


@cache
def kind_of(type_: str) -> Kind | None:
    """Return the kind of ours that a type's name in the lock says; None for another tool's."""
    name = type_.partition("-")[0]
    return next((kind for kind in KINDS if kind == name), None)


def labels_of(type_: str) -> str:
    """Return the language of the labels that a type's name in the lock says."""
    return type_.partition("-")[2] or "en"
