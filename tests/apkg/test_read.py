from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import struct
import tempfile
import zipfile
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import genanki
import pytest

from deckwright.apkg import archive, collection, media, read, schema11, values
from deckwright.apkg.read import PackageCard, PackageDeck, PackageMedia, read_package
from forged import read_or_refuse, refused, scrambled, write_zip

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

TABLES = """
CREATE TABLE col (id integer PRIMARY KEY, ver integer, models text, decks text);
CREATE TABLE notes (id integer PRIMARY KEY, guid text, mid integer, mod integer, tags text, flds text);
CREATE TABLE cards (id integer PRIMARY KEY, nid integer, did integer, ord integer, type integer, due integer,
    ivl integer, reps integer, lapses integer, odue integer, odid integer);
CREATE TABLE revlog (id integer PRIMARY KEY);
CREATE TABLE graves (oid integer UNIQUE);
CREATE INDEX ix_cards_nid ON cards (nid);
INSERT INTO notes VALUES (11, 'guid-b', 1, 100, ' two one ', 'Spinal cord' || char(31) || 'Spina Cord'),
    (12, 'guid-a', 1, 101, '', char(31)), (13, 'guid-c', 2, 102, 'x', '{{c3::GABA}}');
INSERT INTO cards VALUES (21, 11, 5, 1, 0, 7, 0, 0, 0, 0, 0), (22, 11, 9, 0, 2, 8, 30, 4, 1, 3, 5),
    (23, 13, 5, 2, 0, 9, 0, 0, 0, 0, 0);
INSERT INTO revlog VALUES (31), (32);
"""
MODELS: dict[str, Any] = {
    "1": {
        "id": "1",
        "name": "Pair",
        "type": 0,
        "mod": 50,
        "sortf": 1,
        "css": ".card {}",
        "flds": [{"name": "Fact", "id": 71, "ord": 0}, {"name": "Mnemonic", "ord": 1}],
        "tmpls": [
            {"name": "Forth", "id": None, "qfmt": "{{Fact}}", "afmt": "{{Mnemonic}}"},
            {"name": "Back", "id": -72, "qfmt": "{{Mnemonic}}"},
        ],
    },
    "2": {
        "id": 2,
        "name": "Gap",
        "type": 1,
        "mod": 51,
        "sortf": 0,
        "flds": [{"name": "Text"}],
        "tmpls": [{"name": "Cloze", "qfmt": "{{cloze:Text}}"}],
    },
}
DECKS: dict[str, Any] = {
    "5": {"id": 5, "name": "Pharmacology::Baclofen", "desc": "Seen\nonce"},
    "9": {"id": "9", "name": "Cram"},
}
MEDIA = {"0": "_goose-0123456789abcdef.webp", "1": "bee.png"}


@dataclass(frozen=True)
class Parts:
    """What a test package is made of; each hostile case replaces one part."""

    sql: str = ""
    models: object = None
    decks: object = None
    media: object = None
    version: object = 11
    member: str = "collection.anki2"
    extra: tuple[tuple[str, bytes], ...] = ()


def as_json(value: object) -> object:
    return value if isinstance(value, str | bytes | int) else json.dumps(value)


def collection_bytes(path: Path, parts: Parts) -> bytes:
    models, decks = as_json(parts.models or MODELS), as_json(parts.decks or DECKS)
    with closing(sqlite3.connect(path)) as db:
        db.executescript(TABLES)
        db.execute("INSERT INTO col VALUES (1, ?, ?, ?)", (parts.version, models, decks))
        db.commit()
        db.executescript(parts.sql)
    found = path.read_bytes()
    path.unlink()
    return found


def members(tmp_path: Path, parts: Parts) -> list[tuple[str, bytes]]:
    media = as_json(MEDIA if parts.media is None else parts.media)
    assert isinstance(media, str | bytes)
    return [
        (parts.member, collection_bytes(tmp_path / "collection.sqlite", parts)),
        ("media", media.encode() if isinstance(media, str) else media),
        ("0", b"goose"),
        ("1", b"bee"),
        *parts.extra,
    ]


def build(tmp_path: Path, parts: Parts) -> Path:
    return write_zip(tmp_path / "x.apkg", members(tmp_path, parts))


@pytest.fixture(autouse=True)
def private_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_a_package_is_read_whole(tmp_path: Path) -> None:
    package = read_package(build(tmp_path, Parts()))

    assert package.decks == (
        PackageDeck(9, "Cram", ""),
        PackageDeck(5, "Pharmacology::Baclofen", "Seen\nonce"),
    )
    gap, pair = package.notetypes
    assert (gap.kind, gap.css, gap.templates[0].back) == ("cloze", "", "")
    assert (pair.id, pair.name, pair.kind, pair.sort_field, pair.modified) == (1, "Pair", "normal", 1, 50)
    assert [(field.name, field.id) for field in pair.fields] == [("Fact", 71), ("Mnemonic", None)]
    assert [(side.name, side.id, side.front, side.back) for side in pair.templates] == [
        ("Forth", None, "{{Fact}}", "{{Mnemonic}}"),
        ("Back", -72, "{{Mnemonic}}", ""),
    ]
    assert [note.guid for note in package.notes] == ["guid-c", "guid-a", "guid-b"]
    note = package.notes[2]
    assert (note.id, note.notetype, note.modified) == (11, 1, 100)
    assert (note.tags, note.fields) == (("one", "two"), ("Spinal cord", "Spina Cord"))
    assert (package.notes[1].tags, package.notes[1].fields, package.notes[1].cards) == ((), ("", ""), ())
    assert package.revlog == 2


def test_a_card_in_a_filtered_deck_is_read_as_lying_at_home(tmp_path: Path) -> None:
    note = read_package(build(tmp_path, Parts())).notes[2]
    assert note.cards == (
        PackageCard(id=22, deck=5, ordinal=0, due=3, studied=True),
        PackageCard(id=21, deck=5, ordinal=1, due=7, studied=False),
    )


@pytest.mark.parametrize("column", ["type", "reps", "lapses", "ivl"])
def test_any_review_state_makes_a_card_studied(tmp_path: Path, column: str) -> None:
    sql = f"UPDATE cards SET {column} = 1 WHERE id = 21"  # noqa: S608  # the columns stand above
    note = read_package(build(tmp_path, Parts(sql=sql))).notes[2]
    assert note.cards[1].studied


def test_media_are_hashed(tmp_path: Path) -> None:
    assert read_package(build(tmp_path, Parts())).media == (
        PackageMedia("_goose-0123456789abcdef.webp", 5, hashlib.sha256(b"goose").hexdigest()),
        PackageMedia("bee.png", 3, hashlib.sha256(b"bee").hexdigest()),
    )


def test_control_characters_in_media_names_do_not_matter(tmp_path: Path) -> None:
    (media,) = read_package(build(tmp_path, Parts(media={"0": "\x1b[31m.png"}))).media
    assert media.name == "\x1b[31m.png"


def test_a_package_without_a_media_map_has_no_media(tmp_path: Path) -> None:
    entries = [entry for entry in members(tmp_path, Parts()) if entry[0] != "media"]
    assert read_package(write_zip(tmp_path / "x.apkg", entries)).media == ()


STUB = "UPDATE notes SET flds = 'Please update to the latest Anki version' || char(31) WHERE id = 11"


@pytest.mark.parametrize("meta", [(), (("meta", b"\x08\x02"),)])
def test_beside_anki21_anki2_is_a_stub(tmp_path: Path, meta: tuple[tuple[str, bytes], ...]) -> None:
    stub = collection_bytes(tmp_path / "stub", Parts(sql=STUB))
    parts = Parts(member="collection.anki21", extra=(("collection.anki2", stub), *meta))
    assert read_package(build(tmp_path, parts)).notes[2].fields[0] == "Spinal cord"


def test_meta_outweighs_member_names_as_in_anki(tmp_path: Path) -> None:
    other = collection_bytes(tmp_path / "other", Parts(sql=STUB))
    parts = Parts(extra=(("collection.anki21", other), ("meta", b"\x08\x01")))
    assert read_package(build(tmp_path, parts)).notes[2].fields[0] == "Spinal cord"


@pytest.mark.parametrize("meta", [b"\x08\x09", b"\x08\x00", b"", b"\x10\x02"])
def test_a_format_of_the_future_names_the_way_out(tmp_path: Path, meta: bytes) -> None:
    found = refused(build(tmp_path, Parts(extra=(("meta", meta),))))
    assert found.code == "unknown-format"
    assert '"Support older Anki versions"' in found.advice


@pytest.mark.parametrize("meta", [b"\x08", b"\x0a\x01\x02", b"\x08\x02\x08\x02", b"\x0b", b"\xff" * 20])
def test_a_format_that_is_no_protobuf_is_refused(tmp_path: Path, meta: bytes) -> None:
    found = refused(build(tmp_path, Parts(extra=(("meta", meta),))))
    assert (found.code, "`meta`" in found.message) == ("damaged-collection", True)


def test_meta_may_hold_more_than_the_version(tmp_path: Path) -> None:
    meta = b"\x1a\x02hi\x08\x01\x25abcd\x29abcdefgh"
    assert len(read_package(build(tmp_path, Parts(extra=(("meta", meta),)))).notes) == 3


def test_a_note_type_keeps_all_that_its_maker_wrote(tmp_path: Path) -> None:
    models = edited(
        MODELS,
        lambda m: m["2"].update(
            usn=-1, did=7, req=[[0, "any", [0]]], vers=[], tags=[], latexsvg=True, zeta={"b": [1.5], "a": "ü"}
        ),
    )
    gap, _pair = read_package(build(tmp_path, Parts(models=models))).notetypes
    assert gap.original == (
        '{"flds":[{"name":"Text"}],"id":2,"latexsvg":true,"mod":51,"name":"Gap","sortf":0,'
        '"tmpls":[{"name":"Cloze","qfmt":"{{cloze:Text}}"}],"type":1,"zeta":{"a":"ü","b":[1.5]}}'
    )


def test_what_genanki_writes_is_read(tmp_path: Path) -> None:
    notetype = genanki.Model(
        1607392319,
        "Basic",
        fields=[{"name": "Front"}, {"name": "Back"}],
        templates=[{"name": "Card 1", "qfmt": "{{Front}}", "afmt": "{{Back}}"}],
    )
    deck = genanki.Deck(2059400110, "Countries", "All of them")
    deck.add_note(genanki.Note(notetype, ["Capital", "<b>Zürich?</b>"], guid="g", tags=["b", "a"]))
    picture = tmp_path / "flag.png"
    picture.write_bytes(b"png")
    genanki.Package(deck, [str(picture)]).write_to_file(tmp_path / "x.apkg", timestamp=1_700_000_000)

    package = read_package(tmp_path / "x.apkg")
    assert [deck.name for deck in package.decks] == ["Countries", "Default"]
    assert [(kind.id, kind.name, kind.modified) for kind in package.notetypes] == [
        (1607392319, "Basic", 1_700_000_000)
    ]
    (note,) = package.notes
    assert (note.guid, note.modified, note.tags) == ("g", 1_700_000_000, ("a", "b"))
    assert note.fields == ("Capital", "<b>Zürich?</b>")
    assert [(card.deck, card.ordinal, card.studied) for card in note.cards] == [(2059400110, 0, False)]
    assert [file.name for file in package.media] == ["flag.png"]


def test_nothing_stays_in_the_temporary_folder(tmp_path: Path, private_temporary_folder: Path) -> None:
    read_package(build(tmp_path, Parts()))
    refused(build(tmp_path, Parts(sql="DROP TABLE notes")))
    refused(build(tmp_path, Parts(models="{")))
    assert list(private_temporary_folder.iterdir()) == []


def edited(models: Mapping[str, Any], change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(models))
    change(copy)
    return copy


DEEP = '{"a":' * 5000 + "1" + "}" * 5000
HOSTILE_PARTS = {
    # tables
    "view as notes": (
        Parts(sql="ALTER TABLE notes RENAME TO n; CREATE VIEW notes AS SELECT * FROM n"),
        "a view",
    ),
    "view called something": (Parts(sql="CREATE VIEW v AS SELECT randomblob(9)"), "a view"),
    "trigger": (Parts(sql="CREATE TRIGGER t INSERT ON col BEGIN DELETE FROM notes; END"), "a trigger"),
    "virtual table": (Parts(sql="DROP TABLE revlog; CREATE VIRTUAL TABLE revlog USING fts5(id)"), "virtual"),
    "view that calls itself an index": (
        Parts(
            sql="PRAGMA writable_schema = on; INSERT INTO sqlite_master "
            "VALUES ('index', 'v', 'v', 2, 'CREATE VIEW v AS SELECT 1')"
        ),
        "malformed",
    ),
    "computed column": (
        Parts(sql="ALTER TABLE notes ADD COLUMN more text AS (hex(zeroblob(9)))"),
        "computed columns",
    ),
    "no notes": (Parts(sql="DROP TABLE notes"), "no table `notes`"),
    "no cards": (Parts(sql="DROP TABLE cards"), "no table `cards`"),
    "no revlog": (Parts(sql="DROP TABLE revlog"), "no table `revlog`"),
    "no column": (Parts(sql="ALTER TABLE notes RENAME COLUMN guid TO uid"), "no such column"),
    "no col row": (Parts(sql="DELETE FROM col"), "one row"),
    "two col rows": (Parts(sql="INSERT INTO col SELECT 2, ver, models, decks FROM col"), "one row"),
    # values
    "guid is a blob": (Parts(sql="UPDATE notes SET guid = x'00'"), "a text of note 11"),
    "guid is null": (Parts(sql="UPDATE notes SET guid = NULL"), "a text of note 11"),
    "guid is not UTF-8": (Parts(sql="UPDATE notes SET guid = CAST(x'ff' AS text)"), "UTF-8"),
    "guid is a number": (
        Parts(sql="ALTER TABLE notes DROP COLUMN guid; ALTER TABLE notes ADD COLUMN guid integer DEFAULT 5"),
        "a text of note 11",
    ),
    "stamp is text": (Parts(sql="UPDATE notes SET mod = 'soon'"), "a number of a note"),
    "stamp is a fraction": (Parts(sql="UPDATE notes SET mod = 1.5"), "a number of a note"),
    "due is text": (Parts(sql="UPDATE cards SET due = 'x'"), "a number of a card"),
    "models are a blob": (Parts(models=b"{}"), "the note types"),
    "models are a number": (Parts(models=5), "the note types"),
    # references
    "too few fields": (Parts(sql="UPDATE notes SET flds = 'x' WHERE id = 12"), "note 12"),
    "too many fields": (
        Parts(sql="UPDATE notes SET flds = flds || char(31) WHERE id = 12"),
        "note 12 has more or fewer",
    ),
    "unknown type": (Parts(sql="UPDATE notes SET mid = 99 WHERE id = 12"), "type 99"),
    "unknown deck": (Parts(sql="UPDATE cards SET did = 99 WHERE id = 23"), "deck 99"),
    "card without a note": (Parts(sql="UPDATE cards SET nid = 99 WHERE id = 23"), "card 23"),
    "cards without notes": (Parts(sql="UPDATE cards SET nid = nid + 90"), "card 21 belongs to no note"),
    "card without a template": (Parts(sql="UPDATE cards SET ord = 2 WHERE id = 21"), "without a template"),
    "negative ordinal": (Parts(sql="UPDATE cards SET ord = -1 WHERE id = 23"), "without a template"),
    "cloze number beyond Anki's": (
        Parts(sql="UPDATE cards SET ord = 500 WHERE id = 23"),
        "without a template",
    ),
    "one note id twice": (
        Parts(
            sql="ALTER TABLE notes RENAME TO n; CREATE TABLE notes AS SELECT * FROM n; "
            "INSERT INTO notes SELECT * FROM n; DROP TABLE n"
        ),
        "two notes have the id",
    ),
    "one card id twice": (
        Parts(
            sql="ALTER TABLE cards RENAME TO c; CREATE TABLE cards AS SELECT * FROM c; "
            "INSERT INTO cards SELECT * FROM c; DROP TABLE c"
        ),
        "two cards have the id",
    ),
    "tags without end": (
        Parts(sql=f"UPDATE notes SET tags = '{'a ' * 10_001}' WHERE id = 12"),  # noqa: S608  # our own text
        "more than 10000 tags",
    ),
    # JSON
    "models cut short": (Parts(models='{"1":'), "the note types are not JSON"),
    "models nested deep": (Parts(models=DEEP), "nested"),
    "models nested deeper than the bound": (Parts(models='{"a":' * 101 + "1" + "}" * 101), "nested"),
    "models as a list": (Parts(models=[[]]), "should be an object"),
    "a model as a list": (Parts(models={"1": []}), "should be an object"),
    "one key twice": (Parts(decks='{"5": {}, "5": {}}'), "not JSON"),
    "not a number": (Parts(decks='{"5": NaN}'), "not JSON"),
    "number of 5000 digits": (Parts(decks=f'{{"5": {"9" * 5000}}}'), "not JSON"),
    "lone surrogate": (Parts(decks=r'{"5": {"id": 5, "name": "\ud800"}}'), "`name` of a deck"),
    "deck without a name": (Parts(decks={"5": {"id": 5}}), "`name` of a deck"),
    "deck id too large": (Parts(decks={str(2**63): {"id": 2**63, "name": "x"}}), "`id` of a deck"),
    "deck under another id": (Parts(decks={"6": DECKS["5"]}), "another id"),
    "type id is true": (Parts(models=edited(MODELS, lambda m: m["2"].update(id=True))), "`id` of note type"),
    "type of an unknown kind": (Parts(models=edited(MODELS, lambda m: m["2"].update(type=2))), "`Gap`"),
    "fields are missing": (Parts(models=edited(MODELS, lambda m: m["2"].pop("flds"))), "`flds`"),
    "no fields": (Parts(models=edited(MODELS, lambda m: m["2"].update(flds=[]))), "`Gap`"),
    "no templates": (Parts(models=edited(MODELS, lambda m: m["2"].update(tmpls=[]))), "`Gap`"),
    "a field is text": (Parts(models=edited(MODELS, lambda m: m["2"].update(flds=["x"]))), "a field of"),
    "sort field beyond": (Parts(models=edited(MODELS, lambda m: m["2"].update(sortf=1))), "sort field"),
    "css is a list": (Parts(models=edited(MODELS, lambda m: m["2"].update(css=[]))), "`css`"),
    "endless number": (
        Parts(models=json.dumps(MODELS).replace('"sortf": 0', '"sortf": 0, "more": 1e999')),
        "a number that is too large",
    ),
    "lone surrogate in an unknown key": (
        Parts(models=edited(MODELS, lambda m: m["2"].update({"\ud800": 1}))),
        "note type `Gap`",
    ),
    "front is null": (
        Parts(models=edited(MODELS, lambda m: m["2"]["tmpls"][0].update(qfmt=None))),
        "`qfmt` of template `Cloze`",
    ),
    "field id is text": (
        Parts(models=edited(MODELS, lambda m: m["2"]["flds"][0].update(id="7"))),
        "`id` of field `Text`",
    ),
    "media map is a list": (Parts(media=["x"]), "the media map"),
    "media map is not UTF-8": (Parts(media=b'{"0": "\xff"}'), "UTF-8"),
    "media map is empty": (Parts(media=""), "the media map"),
    "media name is a number": (Parts(media={"0": 5}), "the name of media file `0`"),
    "one media name twice": (Parts(media={"0": "a.png", "1": "a.png"}), "two media files"),
}


@pytest.mark.parametrize("case", HOSTILE_PARTS)
def test_a_collection_that_anki_would_not_write_is_refused(tmp_path: Path, case: str) -> None:
    parts, said = HOSTILE_PARTS[case]
    found = refused(build(tmp_path, parts))
    assert found.code == "damaged-collection"
    assert said in found.message


@pytest.mark.parametrize("version", [10, 18, None, "x"])
def test_a_schema_of_another_version_is_refused(tmp_path: Path, version: object) -> None:
    assert refused(build(tmp_path, Parts(version=version))).code == "unknown-schema"


@pytest.mark.parametrize(
    "name", ["../x.png", "a/b.png", "/etc/x", "..", ".", "", "a\\b", "C:x", "x\0.png", "\x1b[2J/x"]
)
def test_media_names_stay_within_their_folder(tmp_path: Path, name: str) -> None:
    assert refused(build(tmp_path, Parts(media={"0": name}))).code == "unsafe-media-name"


@pytest.mark.parametrize("member", ["7", "00", "-1", "media", "٣", "", "collection.anki2"])
def test_a_listed_picture_that_is_not_there_is_named(tmp_path: Path, member: str) -> None:
    found = refused(build(tmp_path, Parts(media={member: "bee\x1b.png"})))
    assert found.code == "missing-media"
    assert "`bee�.png`" in found.message


@pytest.mark.parametrize(
    "name", ["../x", "a/../../x", "/etc/passwd", "a\\b", "C:/x", "..", "\x1b[31m/../x", "nul\0byte"]
)
def test_member_names_stay_within_the_package(tmp_path: Path, name: str) -> None:
    path = build(tmp_path, Parts(extra=(("N" * len(name.encode()), b""),)))
    path.write_bytes(path.read_bytes().replace(b"N" * len(name.encode()), name.encode()))
    assert refused(path).code == "unsafe-member"


def with_entry(path: Path, info: zipfile.ZipInfo) -> Path:
    with zipfile.ZipFile(path, "a") as package:
        package.writestr(info, b"/etc/passwd")
    return path


@pytest.mark.parametrize("mode", [0o120777, 0o060600, 0o020600, 0o010600, 0o140777])
def test_links_and_devices_are_refused(tmp_path: Path, mode: int) -> None:
    info = zipfile.ZipInfo("2")
    info.external_attr = mode << 16
    assert refused(with_entry(build(tmp_path, Parts()), info)).code == "unsafe-member"


def test_a_member_named_twice_is_refused(tmp_path: Path) -> None:
    path = build(tmp_path, Parts(extra=(("mediA", b"{}"),)))
    path.write_bytes(path.read_bytes().replace(b"mediA", b"media"))
    assert refused(path).code == "unsafe-member"


def directory_entry(package: bytes, name: bytes) -> int:
    """Find where the central directory speaks of a member."""
    return package.rindex(name, 0, package.rindex(b"PK\x05\x06")) - 46


def patched(path: Path, name: bytes, fields: Mapping[int, bytes]) -> Path:
    """Overwrite header fields of one member in the central directory, by their offset."""
    package = bytearray(path.read_bytes())
    entry = directory_entry(bytes(package), name)
    assert package[entry : entry + 4] == b"PK\x01\x02"
    for offset, value in fields.items():
        package[entry + offset : entry + offset + len(value)] = value
    path.write_bytes(package)
    return path


@pytest.mark.parametrize("flags", [0x1, 0x41, 0x2000])
def test_encrypted_members_are_refused(tmp_path: Path, flags: int) -> None:
    path = patched(build(tmp_path, Parts()), b"media", {8: struct.pack("<H", flags)})
    assert refused(path).code == "encrypted-package"


@pytest.mark.parametrize("method", [12, 14, 93, 99])
def test_compression_that_anki_lacks_is_refused(tmp_path: Path, method: int) -> None:
    path = patched(build(tmp_path, Parts()), b"media", {10: struct.pack("<H", method)})
    assert refused(path).code == "damaged-package"


@pytest.mark.parametrize("size", [1, 10_000])
def test_a_size_that_is_not_true_is_refused(tmp_path: Path, size: int) -> None:
    path = patched(build(tmp_path, Parts()), b"media", {24: struct.pack("<I", size)})
    assert refused(path).code == "damaged-package"


def test_a_short_member_with_a_true_checksum_is_refused(tmp_path: Path) -> None:
    """Zipfile itself only compares the checksum of what there is."""
    path = build(tmp_path, Parts())
    with zipfile.ZipFile(path) as package:
        size = package.getinfo("media").file_size
    assert refused(patched(path, b"media", {24: struct.pack("<I", size + 1)})).code == "damaged-package"


def test_a_wrong_checksum_is_refused(tmp_path: Path) -> None:
    path = patched(build(tmp_path, Parts()), b"media", {16: b"\0\0\0\0"})
    assert refused(path).code == "damaged-package"


def test_a_deflate_bomb_is_refused_by_its_claim(tmp_path: Path) -> None:
    path = build(tmp_path, Parts(extra=(("2", bytes(archive.MAX_BYTES_AT_ANY_RATIO)),)))
    found = refused(path)
    assert (found.code, "out of all proportion" in found.message) == ("too-large", True)


BOUNDS = {
    "members": (archive, "MAX_MEMBERS", 4, Parts(extra=(("2", b""),)), "members"),
    "directory": (archive, "MAX_DIRECTORY_BYTES", 100, Parts(), "table of contents"),
    "total": (archive, "MAX_TOTAL_BYTES", 20_000, Parts(), "out of all proportion"),
    "collection": (read, "MAX_COLLECTION_BYTES", 4096, Parts(), "`collection.anki2`"),
    "media file": (media, "MAX_MEDIA_BYTES", 4, Parts(), "`0`"),
    "media map": (media, "MAX_JSON_BYTES", 10, Parts(), "`media`"),
    "meta": (read, "_META_BYTES", 1, Parts(extra=(("meta", b"\x08\x02"),)), "`meta`"),
    "notes": (read, "MAX_NOTES", 2, Parts(), "2 rows"),
    "cards": (read, "MAX_CARDS", 2, Parts(), "2 rows"),
    "reviews": (read, "MAX_REVIEWS", 1, Parts(), "1 rows"),
}


@pytest.mark.parametrize("case", BOUNDS)
def test_every_bound_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    module, name, bound, parts, said = BOUNDS[case]
    path = build(tmp_path, parts)
    if case != "meta":
        read_package(path)
    monkeypatch.setattr(module, name, bound)
    found = refused(path)
    assert (found.code, said in found.message) == ("too-large", True), found.message


def test_a_value_longer_than_the_bound_is_refused(tmp_path: Path) -> None:
    sql = f"UPDATE notes SET flds = hex(zeroblob({collection.MAX_TEXT_BYTES // 2 + 1})) WHERE id = 13"  # noqa: S608
    entries = members(tmp_path, Parts(sql=sql))
    with zipfile.ZipFile(tmp_path / "x.apkg", "w") as package:
        for name, content in entries:
            package.writestr(name, content)
    found = refused(tmp_path / "x.apkg")
    assert (found.code, "too big" in found.message) == ("damaged-collection", True)


def test_json_longer_than_the_bound_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "MAX_JSON_BYTES", 100)
    assert "the decks are longer" in refused(build(tmp_path, Parts())).message


def test_a_note_type_longer_than_the_bound_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema11, "MAX_JSON_BYTES", 100)
    assert "note type `Pair` is longer" in refused(build(tmp_path, Parts())).message


def test_a_query_without_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection, "MAX_SQL_STEPS", 0)
    monkeypatch.setattr(collection, "_STEPS_BETWEEN_LOOKS", 1)
    assert "interrupted" in refused(build(tmp_path, Parts())).message


PAGE = 4096


def overflow(found: bytes, start: bytes) -> int:
    """Find where a row that begins with *start* points at the first page of its rest."""
    place = re.search(start + b"+(?=\0)", found)
    assert place
    return place.end()


def share_overflow(found: bytes) -> bytes:
    """Let the rows g1 and g2 go on with the pages of g0, and cut away their own, the file's last."""
    pointers = [overflow(found, start) for start in (b"g0a", b"g1b", b"g2c")]
    first, second, third = (found[place : place + 4] for place in pointers)
    assert first < second < third
    forged = bytearray(found[: (int.from_bytes(second) - 1) * PAGE])
    for place in pointers[1:]:
        forged[place : place + 4] = first
    forged[28:32] = (len(forged) // PAGE).to_bytes(4)
    return bytes(forged)


def test_text_shared_by_many_rows_counts_each_time(tmp_path: Path) -> None:
    rows = (f"({40 + n}, 'g{n}', 1, 1, '', '{'abc'[n] * 300_000}' || char(31))" for n in range(3))
    sql = f"PRAGMA page_size = {PAGE}; INSERT INTO notes VALUES {', '.join(rows)}"  # noqa: S608  # our own rows
    found = collection_bytes(tmp_path / "collection.sqlite", Parts(sql=sql))
    for content, said in ((found, None), (share_overflow(found), "repeats the same pages")):
        path = write_zip(tmp_path / "x.apkg", [("collection.anki2", content)])
        if said:
            assert said in refused(path).message
        else:
            assert len(read_package(path).notes) == 6


def test_a_wal_file_is_read_without_its_journal(tmp_path: Path) -> None:
    assert len(read_package(build(tmp_path, Parts(sql="PRAGMA journal_mode = wal"))).notes) == 3


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not-a-package"),
        (b"deck: Baclofen\n" * 50, "not-a-package"),
        (b"PK\x05\x06" + bytes(18), "not-a-package"),
        (b"PK\x03\x04", "damaged-package"),
        (b"PK\x05\x06" + b"\xff" * 18, "damaged-package"),
    ],
)
def test_what_is_no_zip_is_told_from_a_broken_one(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "x.apkg"
    path.write_bytes(content)
    assert refused(path).code == code


def test_another_zip_is_not_a_package(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "x.docx", [("word/document.xml", b"<x/>"), ("media", b"{}")])
    assert refused(path).code == "not-a-package"


def test_a_package_without_the_collection_it_claims_is_none(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "x.apkg", [("meta", b"\x08\x02"), ("collection.anki2", b"")])
    assert refused(path).code == "not-a-package"


@pytest.mark.parametrize("content", [b"", b"x" * 5000, b"SQLite format 3\0" + bytes(4096)])
def test_a_collection_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = write_zip(tmp_path / "x.apkg", [("collection.anki2", content), ("media", b"{}")])
    assert refused(path).code == "damaged-collection"


def test_what_cannot_be_opened_says_so(tmp_path: Path) -> None:
    assert "No such file" in refused(tmp_path / "none.apkg").message
    assert refused(tmp_path).code == "cannot-open"
    assert refused(tmp_path / "a\0b").code == "cannot-open"


def test_a_full_disk_is_not_the_package_s_fault(
    tmp_path: Path, private_temporary_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = build(tmp_path, Parts())
    monkeypatch.setattr(tempfile, "tempdir", str(private_temporary_folder / "gone"))
    assert refused(path).code == "cannot-unpack"


def test_a_package_beyond_memory_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_arguments: object) -> None:
        raise MemoryError

    monkeypatch.setattr(read, "read_old_media", exhausted)
    assert "memory" in refused(build(tmp_path, Parts())).message


def test_messages_cut_long_names(tmp_path: Path) -> None:
    assert len(refused(build(tmp_path, Parts(media={"7": "x" * 5000}))).message) < 200


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.99])
def test_a_package_cut_short_is_damaged(tmp_path: Path, share: float) -> None:
    path = build(tmp_path, Parts())
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    assert refused(path).code == "damaged-package"


def test_scrambled_packages_are_read_or_refused(tmp_path: Path) -> None:
    path = build(tmp_path, Parts())
    whole = path.read_bytes()
    directory = directory_entry(whole, b"collection.anki2")
    outcomes = set()
    for seed in range(300):
        path.write_bytes(whole[:directory] + scrambled(whole[directory:], seed))
        outcomes.add(read_or_refuse(path))
    assert False in outcomes


def test_scrambled_collections_are_read_or_refused(tmp_path: Path, private_temporary_folder: Path) -> None:
    whole = collection_bytes(tmp_path / "collection.sqlite", Parts())
    outcomes = set()
    for seed in range(300):
        path = write_zip(tmp_path / "x.apkg", [("collection.anki2", scrambled(whole, seed))])
        outcomes.add(read_or_refuse(path))
    assert outcomes == {True, False}
    assert list(private_temporary_folder.iterdir()) == []
