"""What the lock remembers of a project: its decks, and every note it ever had."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LockedNote:
    """What the lock remembers of one note; *modified* is its stamp in whole seconds."""

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


@dataclass(frozen=True, slots=True)
class LockedDeck:
    """What the lock remembers of one deck: *root* is the tag under which its sections stand."""

    id: str
    name: str
    root: str


@dataclass(frozen=True, slots=True)
class Lock:
    """The memory of a project: its decks, and every note it ever had."""

    decks: tuple[LockedDeck, ...] = ()
    notes: tuple[LockedNote, ...] = ()

    @property
    def newest(self) -> int:
        """The largest stamp, 0 in an empty lock."""
        return max((note.modified for note in self.notes), default=0)
