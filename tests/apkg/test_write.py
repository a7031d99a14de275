"""A package is the same bytes for the same contents, and says to Anki what was meant."""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from deckwright.apkg.read import read_package
from deckwright.apkg.stamp import Stamped
from deckwright.apkg.write import Contents, DeckContents, write_package
from deckwright.cards.images import InMemory
from deckwright.cards.plan import Shown
from deckwright.cards.render import render
from one_deck import LOOKS, MNEMONIC, identified

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = r"""
deck: Pharmacology::Baclofen
sections:
  Side effects:
    - fact: Nausea
      mnemonic: Now sea
      ask: What then?
      tags: [b, A::ü]
      image: x.png
    - fact: "[sound:x] <b>bold</b> & \\\\(esc\\\\) {{x}} \\(a < b\\) naïve 'q' \"q\""
      mnemonic: M
    - fact: 𝔸 日本
      ask: Q
      cards: {reverse: true}
      mnemonic: K
"""
MEDIA = {"_b-0.webp": b"bee", "_a-0.webp": b"ant" * 1000, "_scene-0.webp": b""}


@pytest.fixture(scope="module")
def contents() -> Contents:
    deck, report = identified(SOURCE, project="project")
    rendered = render(deck, LOOKS, {0: Shown("_a-0.webp", "alt")}, report)
    assert not report.has_errors
    stamped = tuple(Stamped(note, 1_790_000_000 + index) for index, note in enumerate(rendered))
    only = DeckContents("Pharmacology::Baclofen", 1_234_567_890_123, "What & why", stamped)
    return Contents((only,), {name: InMemory(data) for name, data in MEDIA.items()})


def with_notes(contents: Contents, *notes: Stamped) -> Contents:
    return replace(contents, decks=(replace(contents.decks[0], notes=notes),))


@pytest.fixture(scope="module")
def package(contents: Contents, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("package") / "x.apkg"
    write_package(path, contents)
    return path


@pytest.fixture(scope="module")
def collection(package: Path) -> bytes:
    with zipfile.ZipFile(package) as archive:
        return archive.read("collection.anki2")


def rows(collection: bytes, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(collection)
        return database.execute(query).fetchall()


def test_what_went_in_comes_out(package: Path, contents: Contents) -> None:
    read = read_package(package)
    notes = {note.guid: note for note in read.notes}
    assert len(notes) == 3
    for position, stamped in enumerate(contents.decks[0].notes, 1):
        rendered = stamped.rendered
        note = notes[rendered.note.guid]
        assert (note.id, note.modified, note.fields) == (rendered.note.nid, stamped.modified, rendered.fields)
        assert note.tags == tuple(sorted(rendered.note.tags))
        assert note.notetype == MNEMONIC.id
        assert [card.ordinal for card in note.cards] == list(rendered.cards)
        assert [card.id for card in note.cards] == [note.id + ordinal for ordinal in rendered.cards]
        assert {(card.deck, card.due, card.studied) for card in note.cards} == {
            (contents.decks[0].id, position, False)
        }
    assert [(deck.id, deck.name, deck.description) for deck in read.decks] == [
        (1, "Default", ""),
        (contents.decks[0].id, "Pharmacology::Baclofen", "What & why"),
    ]
    assert {file.name: file.sha256 for file in read.media} == {
        name: hashlib.sha256(data).hexdigest() for name, data in MEDIA.items()
    }
    assert read.revlog == 0


def test_the_note_type_is_written_with_ids_and_stamp(package: Path, collection: bytes) -> None:
    (written,) = read_package(package).notetypes
    wanted = MNEMONIC
    assert (written.id, written.name, written.kind, written.sort_field, written.modified, written.css) == (
        wanted.id, wanted.name, "normal", 0, wanted.modified, wanted.css,
    )  # fmt: skip
    assert [(slot.name, slot.id) for slot in written.fields] == [
        (slot.name, slot.id) for slot in wanted.fields
    ]
    assert [(slot.name, slot.id, slot.front, slot.back) for slot in written.templates] == [
        (slot.name, slot.id, slot.front, slot.back) for slot in wanted.templates
    ]
    ((text,),) = rows(collection, "SELECT models FROM col")
    model = json.loads(text)[str(wanted.id)]
    assert [field["ord"] for field in model["flds"]] == list(range(len(wanted.fields)))
    assert [(field["description"], field["collapsed"]) for field in model["flds"]] == [
        (field.description, field.collapsed) for field in wanted.fields
    ]
    assert [template["ord"] for template in model["tmpls"]] == list(range(len(wanted.templates)))
    assert model["did"] is None
    assert model["req"] == []


def test_two_writes_give_equal_bytes(package: Path, contents: Contents, tmp_path: Path) -> None:
    write_package(tmp_path / "y.apkg", contents)
    assert (tmp_path / "y.apkg").read_bytes() == package.read_bytes()
    # The order in which pictures were drawn has no part in it.
    backwards = dict(reversed(list(contents.media.items())))
    write_package(tmp_path / "y.apkg", replace(contents, media=backwards))
    assert (tmp_path / "y.apkg").read_bytes() == package.read_bytes()


def test_one_change_changes_one_row(package: Path, contents: Contents, tmp_path: Path) -> None:
    first, *rest = contents.decks[0].notes
    write_package(tmp_path / "y.apkg", with_notes(contents, replace(first, modified=1_800_000_000), *rest))
    before, after = (read_package(path).notes for path in (package, tmp_path / "y.apkg"))
    assert [a.guid for a, b in zip(after, before, strict=True) if a != b] == [first.rendered.note.guid]


def test_members_tell_nothing_of_where_and_when(package: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        infos = archive.infolist()
        assert [info.filename for info in infos] == ["collection.anki2", "media", "0", "1", "2"]
        for info in infos:
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert (info.create_system, info.external_attr) == (3, 0o644 << 16)
            assert info.compress_type == zipfile.ZIP_STORED
            assert (info.extra, info.comment, info.flag_bits) == (b"", b"", 0)
        assert archive.comment == b""
        assert archive.read("media") == b'{"0":"_a-0.webp","1":"_b-0.webp","2":"_scene-0.webp"}'
        assert [archive.read(name) for name in "012"] == [MEDIA[name] for name in sorted(MEDIA)]


def test_the_database_file_depends_on_no_build_of_sqlite(collection: bytes) -> None:
    assert collection[:16] == b"SQLite format 3\0"
    assert int.from_bytes(collection[16:18], "big") == 4096
    assert collection[18:20] == b"\x01\x01"  # rollback journal: no second file is looked for
    assert int.from_bytes(collection[28:32], "big") * 4096 == len(collection)
    assert int.from_bytes(collection[36:40], "big") == 0  # no free pages, so no leftovers
    assert int.from_bytes(collection[52:56], "big") == 0  # no auto-vacuum
    assert collection[92:100] == bytes(8)
    assert rows(collection, "PRAGMA integrity_check") == [("ok",)]


def test_rows_lie_in_the_order_of_their_ids(collection: bytes) -> None:
    for table in ("notes", "cards"):
        ids = [row[0] for row in rows(collection, f"SELECT id FROM {table} ORDER BY rowid")]  # noqa: S608
        assert ids == sorted(set(ids))


def test_nothing_of_a_readers_own_is_in_it(collection: bytes) -> None:
    ((conf, models, decks, dconf, tags),) = rows(
        collection, "SELECT conf, models, decks, dconf, tags FROM col"
    )
    assert (set(json.loads(dconf)), json.loads(tags)) == ({"1"}, {})
    assert set(json.loads(decks)) == {"1", "1234567890123"}
    assert set(json.loads(models)) == {str(MNEMONIC.id)}
    assert json.loads(conf)
    assert rows(collection, "SELECT * FROM revlog") == []
    assert rows(collection, "SELECT * FROM graves") == []
    for text in (models, decks):
        assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def test_the_collection_is_as_old_as_its_newest_note(collection: bytes) -> None:
    ((version, modified),) = rows(collection, "SELECT ver, mod FROM col")
    assert (version, modified) == (11, 1_790_000_002_000)


def test_sort_field_and_checksum_are_ankis(collection: bytes) -> None:
    # Anki: rslib/src/notes/mod.rs, field_checksum of strip_html_preserving_media_filenames.
    for fields, sort, checksum in rows(collection, "SELECT flds, sfld, csum FROM notes"):
        first = html.unescape(re.sub("<[^>]*>", "", fields.split("\x1f")[0]))
        assert sort == first
        assert checksum == int(hashlib.sha1(first.encode(), usedforsecurity=False).hexdigest()[:8], 16)
    assert "Baclofen › Side effects › Nausea" in [
        row[0] for row in rows(collection, "SELECT sfld FROM notes")
    ]


def test_cards_are_new_and_carry_their_notes_stamp(collection: bytes) -> None:
    query = "SELECT c.type, c.queue, c.ivl, c.factor, c.reps, c.odue, c.odid, c.flags, c.usn, c.mod = n.mod"
    for row in rows(collection, query + " FROM cards c JOIN notes n ON n.id = c.nid"):
        assert row == (0, 0, 0, 0, 0, 0, 0, 0, -1, 1)
    assert rows(collection, "SELECT count(*) FROM cards") == [(6,)]


def test_tags_stand_as_anki_finds_them(collection: bytes) -> None:
    tags = [row[0] for row in rows(collection, "SELECT tags FROM notes")]
    assert " A::ü Pharmacology::Baclofen::Side_effects b " in tags
    assert all(text.startswith(" ") and text.endswith(" ") for text in tags)


def test_an_old_package_stays_when_the_new_one_fails(
    package: Path, contents: Contents, tmp_path: Path
) -> None:
    path = tmp_path / "x.apkg"
    path.write_bytes(package.read_bytes())
    first, *rest = contents.decks[0].notes
    twice = with_notes(contents, first, first, *rest)
    with pytest.raises(sqlite3.IntegrityError):
        write_package(path, twice)
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.apkg"]
    assert path.read_bytes() == package.read_bytes()


def test_a_deck_without_pictures_has_an_empty_map(contents: Contents, tmp_path: Path) -> None:
    write_package(tmp_path / "x.apkg", replace(contents, media={}))
    with zipfile.ZipFile(io.BytesIO((tmp_path / "x.apkg").read_bytes())) as archive:
        assert archive.read("media") == b"{}"
        assert archive.testzip() is None
