"""Any package, old or new, becomes a `Package`; everything in it is hostile until checked.

The old format is what every Anki reads: a zip with `collection.anki2` (or `collection.anki21`, beside
which `collection.anki2` is a stub that says "please update") as SQLite of schema 11, a JSON object
`media` from member name to file name, and the media as members `0`, `1`, …

The newest has a member `meta` that says version 3, and each other member packed with zstandard:
`collection.anki21b` as SQLite of schema 18, a protobuf list `media`, and the media. It holds the stub too.
(Anki: rslib/src/import_export/package/meta.rs and colpkg/export.rs.)
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.apkg import schema11, schema18
from deckwright.apkg.archive import not_a_package, open_archive
from deckwright.apkg.collection import MAX_COLLECTION_BYTES, NEWEST_SCHEMA, OLD_SCHEMA, open_collection
from deckwright.apkg.media import read_newest_media, read_old_media, take_media
from deckwright.apkg.package import (
    Package,
    PackageCard,
    PackageDeck,
    PackageField,
    PackageMedia,
    PackageNote,
    PackageNotetype,
    PackageTemplate,
)
from deckwright.apkg.protobuf import read_message, unsigned
from deckwright.apkg.values import AGAIN, UnreadablePackage, as_integer, as_text, damaged, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping
    from pathlib import Path
    from typing import TypeVar

    from deckwright.apkg.archive import Archive
    from deckwright.apkg.collection import Collection
    from deckwright.apkg.media import Put
    from deckwright.apkg.protobuf import Fields

    _Found = TypeVar("_Found")

__all__ = [
    "Package",
    "PackageCard",
    "PackageDeck",
    "PackageField",
    "PackageMedia",
    "PackageNote",
    "PackageNotetype",
    "PackageTemplate",
    "UnreadablePackage",
    "read_package",
    "take_out",
]

MAX_NOTES = 2_000_000
MAX_CARDS = 10_000_000
MAX_REVIEWS = 50_000_000
MAX_TAGS = 10_000  # on one note

# NOT INDEXED: a forged index can hide rows that the table has.
_CARDS = """
    SELECT id, nid, did, ord, due, odid, odue, type, reps, lapses, ivl FROM cards NOT INDEXED
"""
_NOTES = "SELECT id, mid, mod, guid, tags, flds FROM notes NOT INDEXED"
_REVIEWS = "SELECT 1 FROM revlog NOT INDEXED"
_CLOZE_ORDINALS = 500  # Anki: rslib/src/notetype/cardgen.rs
_TAG_SPACE = re.compile("[ \u3000]+")
_META = "meta"
_META_BYTES = 64
_META_FIELDS: Fields = {1: ("version", unsigned, 0)}


@dataclass(frozen=True, slots=True)
class _Format:
    """A package format: where its collection is, and whether it is the newest."""

    member: str
    newest: bool


_FORMATS = {
    1: _Format("collection.anki2", newest=False),
    2: _Format("collection.anki21", newest=False),
    3: _Format("collection.anki21b", newest=True),
}


def read_package(path: Path) -> Package:
    """Read a package whole, or say why it cannot be read or trusted.

    Raises `UnreadablePackage`, which knows the path, and nothing else; nothing stays on the disk.
    """
    return _reading(path, _read_archive)


def take_out(path: Path, wanted: Container[str], put: Put) -> None:
    """Hand the bytes of each *wanted* media file of a package to *put*, by its name and piece by piece.

    Where *put* writes them is its own affair: a name is the package's, and whoever takes it for a file's must
    have looked at it before. Raises as `read_package`.
    """
    _reading(path, lambda archive, form: take_media(archive, wanted, put, newest=form.newest))


def _reading(path: Path, read: Callable[[Archive, _Format], _Found]) -> _Found:
    try:
        with open_archive(path) as archive:
            return read(archive, _format(archive))
    except MemoryError as failure:
        message, advice = "the package does not fit into memory", "close other programs, or split the deck"
        problem = UnreadablePackage("too-large", message, advice=advice)
        problem.path = path
        raise problem from failure
    except UnreadablePackage as problem:
        problem.path = path
        raise


def _format(archive: Archive) -> _Format:
    """Tell the format as Anki does, so that what is read here is what Anki imports."""
    members = archive.members
    if _META in members:
        meta = read_message(archive.read(_META, _META_BYTES), _META_FIELDS, "the member `meta`")
        found = _FORMATS.get(as_integer(meta["version"], "the version of the package"))
    else:
        found = _FORMATS[2 if _FORMATS[2].member in members else 1]
        if _FORMATS[3].member in members:
            raise UnreadablePackage(
                "damaged-package",
                "the package lacks its member `meta`, without which Anki reads none of its notes",
                advice=AGAIN,
            )
    if found is None:
        raise UnreadablePackage(
            "unknown-format",
            "this package is in a format that is newer than this Deckwright",
            advice='export it again, with "Support older Anki versions" ticked in Anki\'s export dialog',
        )
    if found.member not in members:
        raise not_a_package()
    return found


def _read_archive(archive: Archive, form: _Format) -> Package:
    if form.newest:
        chunks, schema = archive.unpacked(form.member, MAX_COLLECTION_BYTES), NEWEST_SCHEMA
    else:
        chunks, schema = archive.chunks(form.member, MAX_COLLECTION_BYTES), OLD_SCHEMA
    with open_collection(chunks, schema) as collection:
        return _read_collection(collection, archive, form)


def _read_collection(collection: Collection, archive: Archive, form: _Format) -> Package:
    read_types = (schema18 if form.newest else schema11).read_decks_and_notetypes
    decks, notetypes = read_types(collection)
    cards = _read_cards(collection, decks)
    notes = _read_notes(collection, notetypes, cards)
    if cards:
        orphan = min(card.id for left in cards.values() for card in left)
        raise damaged(f"card {orphan} belongs to no note")
    return Package(
        decks=tuple(sorted(decks.values(), key=lambda deck: (deck.name, deck.id))),
        notetypes=tuple(sorted(notetypes.values(), key=lambda notetype: (notetype.name, notetype.id))),
        notes=tuple(sorted(notes, key=lambda note: (notetypes[note.notetype].name, note.guid, note.id))),
        media=(read_newest_media if form.newest else read_old_media)(archive),
        revlog=sum(1 for _review in collection.rows(_REVIEWS, MAX_REVIEWS)),
    )


def _read_cards(collection: Collection, decks: Mapping[int, PackageDeck]) -> dict[int, list[PackageCard]]:
    """Read all cards, by the id of their note."""
    cards = defaultdict(list)
    seen = set()
    for row in collection.rows(_CARDS, MAX_CARDS):
        values = [as_integer(value, "a number of a card") for value in row]
        card_id, note, deck, ordinal, due, home, home_due, *state = values
        if card_id in seen:
            raise damaged(f"two cards have the id {card_id}")
        seen.add(card_id)
        if home:
            deck, due = home, home_due
        if deck not in decks:
            raise damaged(f"card {card_id} lies in deck {deck}, which the package lacks")
        cards[note].append(PackageCard(card_id, deck, ordinal, due, studied=any(state)))
    return cards


def _read_notes(
    collection: Collection, notetypes: Mapping[int, PackageNotetype], cards: dict[int, list[PackageCard]]
) -> list[PackageNote]:
    """Read all notes, taking their cards out of *cards*."""
    notes = []
    seen = set()
    for row in collection.rows(_NOTES, MAX_NOTES):
        note = _note(row, notetypes, cards)
        if note.id in seen:
            raise damaged(f"two notes have the id {note.id}")
        seen.add(note.id)
        notes.append(note)
    return notes


def _note(
    row: tuple[object, ...], notetypes: Mapping[int, PackageNotetype], cards: dict[int, list[PackageCard]]
) -> PackageNote:
    note_id, notetype_id, modified = (as_integer(value, "a number of a note") for value in row[:3])
    guid, tags, fields = (as_text(value, f"a text of note {note_id}") for value in row[3:])
    notetype = notetypes.get(notetype_id)
    if notetype is None:
        raise damaged(f"note {note_id} is of type {notetype_id}, which the package lacks")
    if fields.count("\x1f") + 1 != len(notetype.fields):
        raise damaged(f"note {note_id} has more or fewer fields than its type {shown(notetype.name)}")
    if tags.count(" ") > MAX_TAGS:
        raise damaged(f"note {note_id} has more than {MAX_TAGS} tags")
    own = sorted(cards.pop(note_id, ()), key=lambda card: (card.ordinal, card.id))
    ordinals = _CLOZE_ORDINALS if notetype.kind == "cloze" else len(notetype.templates)
    if any(not 0 <= card.ordinal < ordinals for card in own):
        raise damaged(f"note {note_id} has a card without a template")
    return PackageNote(
        id=note_id,
        guid=guid,
        notetype=notetype_id,
        modified=modified,
        tags=tuple(sorted(set(_TAG_SPACE.split(tags)) - {""})),
        fields=tuple(fields.split("\x1f")),
        cards=tuple(own),
    )
