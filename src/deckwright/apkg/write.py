"""Stamped notes → a package that Anki imports, the same bytes for the same contents.

genanki gives the vocabulary and the tables; ids, stamps, card lists and bytes are ours. It lives only here.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import dataclass
from operator import attrgetter
from typing import IO, TYPE_CHECKING, Any

import genanki
from genanki.apkg_col import APKG_COL
from genanki.apkg_schema import APKG_SCHEMA

from deckwright.apkg.atomic import Write, replace_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from deckwright.apkg.stamp import Stamped
    from deckwright.cards.images import Source
    from deckwright.cards.notetypes import Field, Notetype

_DATE = (1980, 1, 1, 0, 0, 0)
_FIELD_SEPARATOR = "\x1f"
_PAGE = 4096
_FILE_HEADER = 100  # bytes, before the first page's own header
_BTREE_HEADERS = {2: 12, 5: 12, 10: 8, 13: 8}  # bytes of a page's header, by the type of the page
_TABLES, _, _INDICES = APKG_SCHEMA.partition("CREATE INDEX")
_ROW = "INSERT INTO {} VALUES ({})"


@dataclass(frozen=True, slots=True)
class DeckContents:
    """A deck of a package: its notes stand in the order to learn them."""

    name: str
    id: int
    description: str
    notes: tuple[Stamped, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """All that goes into a package: decks, and what has the bytes of their pictures, by name."""

    decks: tuple[DeckContents, ...]
    media: Mapping[str, Source]


def write_package(path: Path, contents: Contents) -> None:
    """Write *contents* to *path*; the package that was there stays until the new one is whole.

    Raises:
        OSError: the folder or the disk does not take it.
        Refused: a picture is not what it was when the deck was read.

    """
    replace_file(path, package_writer(contents))


def package_writer(contents: Contents) -> Write:
    """Return what writes a package to an open file; no picture is ever in memory as a whole."""
    return lambda file: _write_zip(file, contents)


def _write_zip(file: IO[bytes], contents: Contents) -> None:
    names = sorted(contents.media)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_member("collection.anki2"), _collection(contents))
        archive.writestr(_member("media"), _json({str(index): name for index, name in enumerate(names)}))
        for index, name in enumerate(names):
            with archive.open(_member(str(index)), "w") as member:
                for chunk in contents.media[name].chunks():
                    member.write(chunk)


def _member(name: str) -> zipfile.ZipInfo:
    """Name a member without date or origin; stored, since deflate's bytes depend on the zlib build."""
    info = zipfile.ZipInfo(name, _DATE)
    info.create_system = 3
    info.external_attr = 0o644 << 16
    return info


def _collection(contents: Contents) -> bytearray:
    with closing(sqlite3.connect(":memory:")) as database:
        for pragma in (f"page_size = {_PAGE}", "auto_vacuum = 0", "secure_delete = 1"):
            database.execute(f"PRAGMA {pragma}")
        _Package(contents).write_to_db(database.cursor(), 0, iter(()))
        database.commit()
        database.execute("VACUUM")
        serialized = database.serialize()
    data = bytearray(serialized)
    del serialized  # a third copy of all notes would lie there
    # The change counter's echo and SQLite's own version number; nobody reads them, and they differ.
    data[92:100] = bytes(8)
    _wipe_gaps(data)
    return data


def _wipe_gaps(data: bytearray) -> None:
    """Fill with zeros what no cell of a page uses; some builds of SQLite leave old bytes there.

    Source: sqlite.org/fileformat2.html, "B-tree Pages". An overflow page starts with a page number, whose
    first byte is no page type in a file below 128 GiB.
    """
    for start in range(0, len(data), _PAGE):
        head = start or _FILE_HEADER
        if data[head] in _BTREE_HEADERS:
            cells = int.from_bytes(data[head + 3 : head + 5], "big")
            gap = head + _BTREE_HEADERS[data[head]] + 2 * cells
            content = start + int.from_bytes(data[head + 5 : head + 7], "big")
            data[gap:content] = bytes(content - gap)


class _Package(genanki.Package):  # type: ignore[misc]  # genanki has no types
    """Decks, with a collection row that depends on nothing but their contents."""

    def __init__(self, contents: Contents) -> None:
        super().__init__([_Deck(deck) for deck in contents.decks])
        self.newest = max((note.modified for deck in contents.decks for note in deck.notes), default=0)

    def write_to_db(self, cursor: sqlite3.Cursor, timestamp: float, id_gen: Iterable[int]) -> None:
        """Write all tables; *timestamp* and *id_gen* are genanki's, and decide nothing here."""
        cursor.executescript(_TABLES)
        cursor.executescript(APKG_COL)
        for deck in self.decks:
            deck.write_to_db(cursor, timestamp, id_gen)
        cursor.executescript(f"CREATE INDEX{_INDICES}")  # after the rows, which is much faster
        types = (model for deck in self.decks for model in deck.models.values())
        models = {str(model.model_id): model.to_json(0, 0) for model in types}
        (known,) = cursor.execute("SELECT decks FROM col").fetchone()
        decks = {**json.loads(known), **{str(deck.deck_id): deck.to_json() for deck in self.decks}}
        cursor.execute("UPDATE col SET decks = ?, models = ?", (_json(decks), _json(models)))
        # Only Default, which every collection has and keeps; without it Anki refuses a reader who imports
        # presets too.
        cursor.execute("UPDATE col SET mod = ?", (self.newest * 1000,))


class _Deck(genanki.Deck):  # type: ignore[misc]
    """A deck with its notes, rows written in the order of their ids."""

    def __init__(self, contents: DeckContents) -> None:
        super().__init__(contents.id, contents.name, contents.description)
        types = {note.rendered.notetype.id: note.rendered.notetype for note in contents.notes}
        for notetype in types.values():
            self.add_model(_Model(notetype))
        for position, stamped in enumerate(contents.notes, 1):
            self.add_note(_Note(self.models[stamped.rendered.notetype.id], stamped, position))

    def write_to_db(self, cursor: sqlite3.Cursor, timestamp: float, id_gen: Iterable[int]) -> None:  # noqa: ARG002
        """Write the rows of its notes and cards."""
        notes = sorted(self.notes, key=attrgetter("nid"))
        rows = (note.row() for note in notes)
        cards = (row for note in notes for row in note.card_rows(self.deck_id))
        cursor.executemany(_ROW.format("notes", ",".join("?" * 11)), rows)
        cursor.executemany(_ROW.format("cards", ",".join("?" * 18)), cards)


class _Model(genanki.Model):  # type: ignore[misc]
    """A note type with an id on every field and template, by which Anki knows a renamed slot."""

    def __init__(self, notetype: Notetype) -> None:
        super().__init__(
            notetype.id,
            notetype.name,
            fields=[_field(field) for field in notetype.fields],
            templates=[
                {"name": template.name, "id": template.id, "qfmt": template.front, "afmt": template.back}
                for template in notetype.templates
            ],
            css=notetype.css,
            sort_field_index=notetype.sort_field,
            model_type=genanki.Model.CLOZE if notetype.cloze else genanki.Model.FRONT_BACK,
        )
        self.modified = notetype.modified
        self.stock = notetype.stock
        self.original = notetype.original
        self.sort_field = notetype.sort_field

    @property
    def _req(self) -> list[Any]:
        """Return none: only clients older than Anki 2.1.28 read them, and genanki's own are often wrong."""
        return []

    def to_json(self, timestamp: float, deck_id: int) -> dict[str, Any]:  # noqa: ARG002
        """Write the type as schema 11 has it, under its own stamp, tied to no deck; others as they were."""
        if self.original:
            return {**json.loads(self.original), "did": None, "usn": -1}
        written: dict[str, Any] = super().to_json(self.modified, None)
        return {**written, **({"originalStockKind": self.stock} if self.stock else {})}


class _Note(genanki.Note):  # type: ignore[misc]
    """A note whose id, guid, stamp and cards are the lock's."""

    def __init__(self, model: _Model, stamped: Stamped, position: int) -> None:
        rendered = stamped.rendered
        identified = rendered.note
        super().__init__(model, list(rendered.fields), None, identified.tags, identified.guid, position)
        self.nid = identified.nid
        self.modified = stamped.modified
        self.ordinals = rendered.cards

    def row(self) -> tuple[object, ...]:
        """Return the note's row; its checksum is the one by which Anki looks for duplicates."""
        first = _words(self.fields[0])
        sort = _words(self.fields[self.model.sort_field]) if self.model.sort_field else first
        checksum = int(hashlib.sha1(first.encode(), usedforsecurity=False).hexdigest()[:8], 16)
        flds = _FIELD_SEPARATOR.join(self.fields)
        mid = self.model.model_id
        return (
            self.nid,
            self.guid,
            mid,
            self.modified,
            -1,
            self._format_tags(),
            flds,
            sort,
            checksum,
            0,
            "",
        )

    def card_rows(self, deck: int) -> Iterable[tuple[object, ...]]:
        """Yield the rows of its cards: new ones, all at the note's position."""
        for ordinal in self.ordinals:
            state = (0, 0, self.due, 0, 0, 0, 0, 0, 0, 0, 0, "")
            yield (self.nid + ordinal, self.nid, deck, ordinal, self.modified, -1, *state)


def _words(rendered: str) -> str:
    """Return the words of a field, as Anki sorts and compares it."""
    if "<" not in rendered and "&" not in rendered:
        return rendered
    return html.unescape(re.sub(r"<[^>]*>", "", rendered))


def _field(field: Field) -> dict[str, object]:
    """Write a slot as schema 11 has it; by its tag Anki's image-occlusion editor finds it."""
    slot: dict[str, object] = {
        "name": field.name,
        "id": field.id,
        "description": field.description,
        "collapsed": field.collapsed,
    }
    return slot | ({"tag": field.tag, "preventDeletion": field.kept} if field.tag is not None else {})


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
