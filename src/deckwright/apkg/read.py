"""Any package in Anki's old format becomes a `Package`; everything in it is hostile until checked.

The old format is what every Anki reads: a zip with `collection.anki2` (or `collection.anki21`, beside
which `collection.anki2` is a stub that says "please update") as SQLite of schema 11, a JSON object
`media` from member name to file name, and the media as members `0`, `1`, …
(Anki: rslib/src/import_export/package/meta.rs and media.rs, rslib/src/notetype/schema11.rs).
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

from deckwright.apkg.archive import AGAIN, DISTRUST, UnreadablePackage, not_a_package, open_archive, shown
from deckwright.apkg.collection import (
    MAX_JSON_BYTES,
    as_id,
    as_integer,
    as_list,
    as_object,
    as_text,
    damaged,
    open_collection,
    parse_json,
)
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

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from deckwright.apkg.archive import Archive
    from deckwright.apkg.collection import Collection

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
]

MAX_MEDIA_BYTES = 500 << 20
MAX_NOTES = 2_000_000
MAX_CARDS = 10_000_000
MAX_REVIEWS = 50_000_000
MAX_TAGS = 10_000  # on one note

_COL = "SELECT models, decks FROM col NOT INDEXED"
# NOT INDEXED: a forged index can hide rows that the table has.
_CARDS = """
    SELECT id, nid, did, ord, due, odid, odue, type, reps, lapses, ivl FROM cards NOT INDEXED
"""
_NOTES = "SELECT id, mid, mod, guid, tags, flds FROM notes NOT INDEXED"
_REVIEWS = "SELECT 1 FROM revlog NOT INDEXED"
_META_BYTES = 64
# The protobuf message `version: N`; without the member it is 1 or 2, as the collection's name says.
_OLD_FORMATS = {b"\x08\x01": "collection.anki2", b"\x08\x02": "collection.anki21"}
_MEMBER_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)
_UNSAFE_MEDIA_NAME = re.compile(r"[/\\\0]|^[A-Za-z]:|^\.{0,2}$")
_CLOZE_ORDINALS = 500  # Anki: rslib/src/notetype/cardgen.rs
_TAG_SPACE = re.compile("[ \u3000]+")

_Owned = TypeVar("_Owned", "PackageDeck", "PackageNotetype")


def read_package(path: Path) -> Package:
    """Read a package whole, or say why it cannot be read or trusted.

    Raises `UnreadablePackage` and nothing else; nothing stays on the disk.
    """
    try:
        with open_archive(path) as archive:
            member = _collection_member(archive)
            with open_collection(archive, member) as collection:
                return _read_collection(collection, archive)
    except MemoryError as failure:
        raise UnreadablePackage(
            "too-large",
            "the package does not fit into memory",
            advice="close other programs, or split the deck",
        ) from failure


def _collection_member(archive: Archive) -> str:
    members = archive.members
    newest = "collection.anki21b" in members
    member = "collection.anki21" if "collection.anki21" in members else "collection.anki2"
    if not newest and "meta" in members:
        # Anki goes by `meta` alone where it is there; so what is read here is what Anki imports.
        claimed = _OLD_FORMATS.get(archive.read("meta", _META_BYTES))
        newest, member = claimed is None, claimed or member
    if newest:
        raise UnreadablePackage(
            "new-package-format",
            "this package is in Anki's newest format, which cannot be read yet",
            advice='export it again, with "Support older Anki versions" ticked in Anki\'s export dialog',
        )
    if member not in members:
        raise not_a_package()
    return member


def _read_collection(collection: Collection, archive: Archive) -> Package:
    ((models, decks_json),) = collection.rows(_COL, 1)
    notetypes = _by_id(parse_json(models, "the note types"), "note type", _notetype)
    decks = _by_id(parse_json(decks_json, "the decks"), "deck", _deck)
    cards = _read_cards(collection, decks)
    notes = _read_notes(collection, notetypes, cards)
    if cards:
        orphan = min(card.id for left in cards.values() for card in left)
        raise damaged(f"card {orphan} belongs to no note")
    return Package(
        decks=tuple(sorted(decks.values(), key=lambda deck: (deck.name, deck.id))),
        notetypes=tuple(sorted(notetypes.values(), key=lambda notetype: (notetype.name, notetype.id))),
        notes=tuple(sorted(notes, key=lambda note: (notetypes[note.notetype].name, note.guid, note.id))),
        media=_read_media(archive),
        revlog=sum(1 for _review in collection.rows(_REVIEWS, MAX_REVIEWS)),
    )


def _by_id(value: object, what: str, make: Callable[[dict[str, object]], _Owned]) -> dict[int, _Owned]:
    found = {}
    for key, entry in as_object(value, f"the {what}s").items():
        item = make(as_object(entry, f"a {what}"))
        if str(item.id) != key:
            raise damaged(f"{what} {item.id} stands under another id, {shown(key)}")
        found[item.id] = item
    return found


def _deck(entry: dict[str, object]) -> PackageDeck:
    return PackageDeck(
        id=as_id(entry.get("id"), "`id` of a deck"),
        name=as_text(entry.get("name"), "`name` of a deck"),
        description=as_text(entry.get("desc", ""), "`desc` of a deck"),
    )


def _notetype(entry: dict[str, object]) -> PackageNotetype:
    name = as_text(entry.get("name"), "`name` of a note type")
    where = f"note type {shown(name)}"
    kind = as_integer(entry.get("type"), f"`type` of {where}")
    fields = as_list(entry.get("flds"), f"`flds` of {where}")
    templates = as_list(entry.get("tmpls"), f"`tmpls` of {where}")
    sort_field = as_integer(entry.get("sortf"), f"`sortf` of {where}")
    if kind not in {0, 1} or not templates or not 0 <= sort_field < len(fields):
        raise damaged(f"{where} has a kind, templates or a sort field that Anki does not allow")
    return PackageNotetype(
        id=as_id(entry.get("id"), f"`id` of {where}"),
        name=name,
        kind="cloze" if kind else "normal",
        sort_field=sort_field,
        modified=as_integer(entry.get("mod"), f"`mod` of {where}"),
        css=as_text(entry.get("css", ""), f"`css` of {where}"),
        fields=tuple(_field(as_object(field, f"a field of {where}"), where) for field in fields),
        templates=tuple(
            _template(as_object(template, f"a template of {where}"), where) for template in templates
        ),
    )


def _field(entry: dict[str, object], where: str) -> PackageField:
    name = as_text(entry.get("name"), f"the name of a field of {where}")
    return PackageField(name, _stable_id(entry, f"field {shown(name)} of {where}"))


def _template(entry: dict[str, object], where: str) -> PackageTemplate:
    name = as_text(entry.get("name"), f"the name of a template of {where}")
    where = f"template {shown(name)} of {where}"
    return PackageTemplate(
        name=name,
        id=_stable_id(entry, where),
        front=as_text(entry.get("qfmt"), f"`qfmt` of {where}"),
        back=as_text(entry.get("afmt", ""), f"`afmt` of {where}"),
    )


def _stable_id(entry: dict[str, object], where: str) -> int | None:
    value = entry.get("id")
    return None if value is None else as_integer(value, f"`id` of {where}")


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


def _read_media(archive: Archive) -> tuple[PackageMedia, ...]:
    """Hash every file of the media map; a package without a map has no media, as for Anki."""
    if "media" not in archive.members:
        return ()
    try:
        text = archive.read("media", MAX_JSON_BYTES).decode("utf-8")
    except UnicodeDecodeError as failure:
        raise damaged("the media map is not UTF-8") from failure
    media: dict[str, PackageMedia] = {}
    for member, value in as_object(parse_json(text, "the media map"), "the media map").items():
        name = as_text(value, f"the name of media file {shown(member)}")
        if name in media:
            raise damaged(f"two media files are called {shown(name)}")
        media[name] = _media_file(archive, member, name)
    return tuple(sorted(media.values(), key=lambda file: file.name))


def _media_file(archive: Archive, member: str, name: str) -> PackageMedia:
    if _UNSAFE_MEDIA_NAME.search(name):
        raise UnreadablePackage(
            "unsafe-media-name",
            f"the media file {shown(name)} would land outside its folder",
            advice=DISTRUST,
        )
    if not _MEMBER_NUMBER.fullmatch(member) or member not in archive.members:
        raise UnreadablePackage(
            "missing-media", f"the media file {shown(name)} is not in the package", advice=AGAIN
        )
    size, digest = 0, hashlib.sha256()
    for chunk in archive.chunks(member, MAX_MEDIA_BYTES):
        size += len(chunk)
        digest.update(chunk)
    return PackageMedia(name, size, digest.hexdigest())
