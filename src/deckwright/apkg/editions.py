"""Releases as data: what each sent to readers, and what its packages hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from deckwright.apkg.stamp import Released, tags_hash

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["new", "changed", "rendered", "retired"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_VERSION = re.compile(r"(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})")


class Version(NamedTuple):
    """The number of a release, as in Semantic Versioning."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


@dataclass(frozen=True, slots=True)
class ReleasedNote:
    """A note as a release has it: texts as typed, and short hashes of its fields' HTML, by their order.

    *modified* is its stamp in seconds; *type* is its note type, *deck* its deck, both as the lock has them.
    """

    guid: str
    deck: str
    key: str
    type: str
    modified: int
    content: str
    section: str
    fact: str
    mnemonic: str
    explanation: str
    ask: str
    source: str
    tags: tuple[str, ...]
    fields: tuple[str, ...]

    @property
    def name(self) -> str:
        """What to call the note by."""
        return f"{self.section} › {self.fact}" if self.section else self.fact


@dataclass(frozen=True, slots=True)
class ReleasedType:
    """A note type that a release uses: its stamp in seconds, and a hash of its slots.

    With other slots Anki takes it for another type, and updates no note of it unless told to merge them.
    """

    id: int
    name: str
    modified: int
    slots: str


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a note; one that is *rendered* otherwise has its old stamp, so only new readers see it.

    A retired note is as it was last.
    """

    kind: Kind
    note: ReleasedNote


@dataclass(frozen=True, slots=True)
class Release:
    """A release: *newest* is the largest stamp of the lock in seconds, *render* the number of the field HTML.

    *notes* counts all that its packages hold. Files of `media/` that it went *without* stay out of later
    builds.
    """

    version: Version
    newest: int
    render: int
    notes: int
    notetypes: tuple[ReleasedType, ...]
    changes: tuple[Change, ...]
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edition:
    """What the packages of a release hold: notes by guid, and their types."""

    notes: Mapping[str, ReleasedNote]
    notetypes: tuple[ReleasedType, ...]


@dataclass(frozen=True, slots=True)
class Releases:
    """All releases of a project, oldest first."""

    all: tuple[Release, ...] = ()

    @property
    def last(self) -> Release | None:
        """The one with the largest number."""
        return self.all[-1] if self.all else None

    def find(self, version: Version) -> Release | None:
        """Return the release of that number."""
        return next((release for release in self.all if release.version == version), None)

    def edition(self, version: Version | None = None) -> Edition:
        """Return what a release holds, the last by default."""
        notes: dict[str, ReleasedNote] = {}
        notetypes: tuple[ReleasedType, ...] = ()
        for release in self.all:
            if version is None or release.version <= version:
                notetypes = release.notetypes
                for change in release.changes:
                    notes[change.note.guid] = change.note
                    if change.kind == "retired":
                        del notes[change.note.guid]
        return Edition(notes, notetypes)

    @property
    def shipped(self) -> dict[str, Released]:
        """What readers have of every note ever released, by guid, as far as releases tell."""
        shipped: dict[str, Released] = {}
        for note in (change.note for release in self.all for change in release.changes):
            if note.guid not in shipped or note.modified >= shipped[note.guid].modified:
                shipped[note.guid] = Released(note.modified, note.fields, tags_hash(note.tags))
        return shipped


def parse_version(text: str) -> Version | None:
    """Return the number that *text* writes as X.Y.Z."""
    found = _VERSION.fullmatch(text)
    return Version(*map(int, found.groups())) if found else None
