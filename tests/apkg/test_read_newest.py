"""Packages in Anki's newest format, made by hand; `tests/anki/test_exports.py` reads Anki's own."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import struct
import tempfile
import zipfile
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import zstandard

from deckwright.apkg import archive, media, read, schema18, values
from deckwright.apkg.compare import dump
from deckwright.apkg.read import PackageDeck, PackageMedia, read_package
from forged import read_or_refuse, refused, scrambled, write_zip

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TABLES = """
CREATE TABLE col (id integer PRIMARY KEY, ver integer, models text, decks text);
CREATE TABLE notes (id integer PRIMARY KEY, guid text, mid integer, mod integer, tags text, flds text);
CREATE TABLE cards (id integer PRIMARY KEY, nid integer, did integer, ord integer, type integer, due integer,
    ivl integer, reps integer, lapses integer, odue integer, odid integer);
CREATE TABLE revlog (id integer PRIMARY KEY);
CREATE TABLE notetypes (id integer NOT NULL PRIMARY KEY, name text NOT NULL COLLATE unicase,
    mtime_secs integer NOT NULL, usn integer NOT NULL, config blob NOT NULL);
CREATE TABLE fields (ntid integer NOT NULL, ord integer NOT NULL, name text NOT NULL COLLATE unicase,
    config blob NOT NULL, PRIMARY KEY (ntid, ord)) WITHOUT ROWID;
CREATE TABLE templates (ntid integer NOT NULL, ord integer NOT NULL, name text NOT NULL COLLATE unicase,
    mtime_secs integer NOT NULL, usn integer NOT NULL, config blob NOT NULL, PRIMARY KEY (ntid, ord))
    WITHOUT ROWID;
CREATE TABLE decks (id integer PRIMARY KEY NOT NULL, name text NOT NULL COLLATE unicase,
    mtime_secs integer NOT NULL, usn integer NOT NULL, common blob NOT NULL, kind blob NOT NULL);
CREATE TABLE tags (tag text NOT NULL PRIMARY KEY COLLATE unicase, usn integer NOT NULL) WITHOUT ROWID;
CREATE UNIQUE INDEX idx_notetypes_name ON notetypes (name);
CREATE UNIQUE INDEX idx_fields_name_ntid ON fields (name, ntid);
CREATE INDEX idx_cards_odid ON cards (odid) WHERE odid != 0;
INSERT INTO col VALUES (1, 18, '', '');
INSERT INTO notes VALUES (11, 'guid-b', 1, 100, ' two one ', 'Spinal cord' || char(31) || 'Spina Cord'),
    (13, 'guid-c', 2, 102, 'x', '{{c3::GABA}}');
INSERT INTO cards VALUES (21, 11, 5, 1, 0, 7, 0, 0, 0, 0, 0), (22, 11, 9, 0, 2, 8, 30, 4, 1, 3, 5),
    (23, 13, 5, 2, 0, 9, 0, 0, 0, 0, 0);
INSERT INTO revlog VALUES (31), (32);
"""


def varint(number: int) -> bytes:
    number &= 2**64 - 1
    found = bytearray()
    while number >> 7:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])


def message(*fields: tuple[int, int | str | bytes]) -> bytes:
    """Write protobuf: numbers as varints, texts and messages with their length."""
    found = b""
    for number, value in fields:
        data = value.encode() if isinstance(value, str) else value
        found += (
            varint(number << 3) + varint(data)
            if isinstance(data, int)
            else varint(number << 3 | 2) + varint(len(data)) + data
        )
    return found


def other(**keys: object) -> tuple[int, bytes]:
    return 255, json.dumps(keys).encode()


PAIR = message(
    (2, 1), (3, ".card {}"), (8, b"\x08\x01"), (10, -9), other(mine=[1.5], usn=7, originalStockKind=1)
)
GAP = message((1, 1), (4, 5), (5, "pre"), (6, "post"), (7, 1), (9, 5))
FACT = message((1, 1), (2, 1), (3, "Arial"), (4, 65_536 + 20), (5, "What"), (9, 71), (10, 0))
MNEMONIC = message((6, 1), (7, 1), (8, 1), (11, 1), other(media=[], name="not this"))
FORTH = message((1, "{{Fact}}"), (2, "{{Mnemonic}}"), (5, -1), (8, -72))
BACK = message((1, "{{Mnemonic}}"), (3, "bq"), (4, "ba"), (5, 12), (6, "Serif"), (7, 256 + 14), other(x=None))
CLOZE = message((1, "{{cloze:Text}}"))
NORMAL_DECK = message((1, message((1, 1), (4, "Seen\nonce"), (5, 1))))
FILTERED_DECK = message((2, message((1, 1), (2, message((1, "is:due"))))))
GOOSE, BEE = "_goose-0123456789abcdef.webp", "bee.png"
FILES = {GOOSE: b"goose", BEE: b"bee" * 1000}


def listed(files: Mapping[str, bytes], **claims: Any) -> bytes:
    """Write a media map; *claims* replace what it truly says."""
    return b"".join(
        message(
            (
                1,
                message(
                    (1, claims.get("name", name)),
                    (2, claims.get("size", len(data))),
                    (3, claims.get("sha1", hashlib.sha1(data, usedforsecurity=False).digest())),
                ),
            )
        )
        for name, data in files.items()
    )


@dataclass(frozen=True)
class Parts:
    """What a test package is made of; each hostile case replaces one part."""

    sql: str = ""
    pair: object = PAIR
    fact: object = FACT
    forth: object = FORTH
    deck: object = NORMAL_DECK
    media: bytes = listed(FILES)
    packed: tuple[tuple[str, bytes], ...] = ()
    extra: tuple[tuple[str, bytes], ...] = ()


def collection_bytes(path: Path, parts: Parts) -> bytes:
    with closing(sqlite3.connect(path)) as db:
        db.create_collation("unicase", lambda a, b: (a.lower() > b.lower()) - (a.lower() < b.lower()))
        db.executescript(TABLES)
        db.executemany(
            "INSERT INTO notetypes VALUES (?, ?, ?, 0, ?)", [(1, "Pair", 50, parts.pair), (2, "Gap", 51, GAP)]
        )
        fields = [(1, 0, "Fact", parts.fact), (1, 1, "Mnemonic", MNEMONIC), (2, 0, "Text", b"")]
        db.executemany("INSERT INTO fields VALUES (?, ?, ?, ?)", [*fields, (99, 3, "Orphan", b"")])
        templates = [(1, 0, "Forth", parts.forth), (1, 1, "Back", BACK), (2, 0, "Cloze", CLOZE)]
        db.executemany("INSERT INTO templates VALUES (?, ?, ?, 0, 0, ?)", templates)
        decks = [(5, "Pharmacology\x1fBaclofen", parts.deck), (9, "Cram", FILTERED_DECK)]
        db.executemany("INSERT INTO decks VALUES (?, ?, 0, 0, x'', ?)", decks)
        db.commit()
        db.executescript(parts.sql)
    found = path.read_bytes()
    path.unlink()
    return found


def members(tmp_path: Path, parts: Parts) -> dict[str, bytes]:
    return {
        "meta": b"\x08\x03",
        "collection.anki21b": zstandard.compress(collection_bytes(tmp_path / "collection.sqlite", parts)),
        "collection.anki2": b"a stub",
        "media": zstandard.compress(parts.media),
        **{str(index): zstandard.compress(data) for index, data in enumerate(FILES.values())},
        **dict(parts.packed),
        **dict(parts.extra),
    }


def build(tmp_path: Path, parts: Parts) -> Path:
    return write_zip(tmp_path / "x.apkg", [*members(tmp_path, parts).items()], zipfile.ZIP_STORED)


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
    assert (gap.kind, gap.css, gap.modified, gap.templates[0].back) == ("cloze", "", 51, "")
    assert (pair.id, pair.name, pair.kind, pair.sort_field, pair.modified) == (1, "Pair", "normal", 1, 50)
    assert [(field.name, field.id) for field in pair.fields] == [("Fact", 71), ("Mnemonic", None)]
    assert [(side.name, side.id, side.front, side.back) for side in pair.templates] == [
        ("Forth", -72, "{{Fact}}", "{{Mnemonic}}"),
        ("Back", None, "{{Mnemonic}}", ""),
    ]
    assert [(note.guid, note.tags, note.fields) for note in package.notes] == [
        ("guid-c", ("x",), ("{{c3::GABA}}",)),
        ("guid-b", ("one", "two"), ("Spinal cord", "Spina Cord")),
    ]
    assert [(card.id, card.deck, card.due, card.studied) for card in package.notes[1].cards] == [
        (22, 5, 3, True),
        (21, 5, 7, False),
    ]
    assert package.media == tuple(
        PackageMedia(name, len(data), hashlib.sha256(data).hexdigest()) for name, data in FILES.items()
    )
    assert package.revlog == 2
    assert dump(package).startswith("package: 2 decks, 2 note types, 2 notes, 3 cards, 2 media files, 2 rev")


def test_the_original_is_what_anki_writes_in_the_old_format(tmp_path: Path) -> None:
    gap, pair = read_package(build(tmp_path, Parts())).notetypes
    plain: dict[str, Any] = {
        "sticky": False, "rtl": False, "font": "", "size": 0, "description": "", "plainText": False,
        "collapsed": False, "excludeFromSearch": False, "id": None, "tag": None, "preventDeletion": False,
    }  # fmt: skip
    bare: dict[str, Any] = {
        "qfmt": "", "afmt": "", "bqfmt": "", "bafmt": "", "did": None, "bfont": "", "bsize": 0, "id": None,
    }  # fmt: skip
    assert json.loads(pair.original) == {
        "id": 1, "name": "Pair", "type": 0, "mod": 50, "sortf": 1, "css": ".card {}", "latexPre": "",
        "latexPost": "", "latexsvg": False, "originalId": -9, "mine": [1.5],
        "flds": [
            plain | {"name": "Fact", "ord": 0, "sticky": True, "rtl": True, "font": "Arial", "size": 20,
                     "description": "What", "id": 71, "tag": 0},
            plain | {"name": "Mnemonic", "ord": 1, "plainText": True, "collapsed": True,
                     "excludeFromSearch": True, "preventDeletion": True, "media": []},
        ],
        "tmpls": [
            bare | {"name": "Forth", "ord": 0, "qfmt": "{{Fact}}", "afmt": "{{Mnemonic}}", "id": -72},
            bare | {"name": "Back", "ord": 1, "qfmt": "{{Mnemonic}}", "bqfmt": "bq", "bafmt": "ba", "did": 12,
                    "bfont": "Serif", "bsize": 14, "x": None},
        ],
    }  # fmt: skip
    assert json.loads(gap.original) == {
        "id": 2, "name": "Gap", "type": 1, "mod": 51, "sortf": 0, "css": "", "latexPre": "pre",
        "latexPost": "post", "latexsvg": True, "originalStockKind": 5,
        "flds": [plain | {"name": "Text", "ord": 0}],
        "tmpls": [bare | {"name": "Cloze", "ord": 0, "qfmt": "{{cloze:Text}}"}],
    }  # fmt: skip
    assert pair.original == json.dumps(json.loads(pair.original), sort_keys=True, separators=(",", ":"))


UNKNOWN = message((77, 5), (78, b"later"), (2**29 - 1, 1)) + b"\xf5\x04abcd" + b"\xf9\x04abcdefgh"


@pytest.mark.parametrize("part", ["pair", "fact", "forth", "deck", "media"])
def test_fields_that_only_a_later_anki_knows_are_skipped(tmp_path: Path, part: str) -> None:
    known = read_package(build(tmp_path, Parts()))
    whole = getattr(Parts(), part)
    assert read_package(build(tmp_path, Parts(**{part: UNKNOWN + whole + UNKNOWN}))) == known


def test_several_zstd_frames_in_a_row_are_one_file(tmp_path: Path) -> None:
    skipped = b"\x50\x2a\x4d\x18\x04\0\0\0abcd"
    goose = zstandard.compress(b"go") + skipped + zstandard.compress(b"ose")
    package = read_package(build(tmp_path, Parts(packed=(("0", goose),))))
    assert package.media[0].sha256 == hashlib.sha256(b"goose").hexdigest()


def test_empty_files_and_an_empty_map_are_read(tmp_path: Path) -> None:
    empty = (("0", zstandard.compress(b"")),)
    package = read_package(build(tmp_path, Parts(media=listed({"a": b""}), packed=empty)))
    assert [(file.name, file.size) for file in package.media] == [("a", 0)]
    assert read_package(build(tmp_path, Parts(media=b""))).media == ()


def test_nothing_stays_in_the_temporary_folder(tmp_path: Path, private_temporary_folder: Path) -> None:
    read_package(build(tmp_path, Parts()))
    refused(build(tmp_path, Parts(sql="DROP TABLE notes")))
    refused(build(tmp_path, Parts(pair=b"\xff")))
    assert list(private_temporary_folder.iterdir()) == []


TOO_LONG = b"\x80" * 10 + b"\x01"
BROKEN = {
    "a varint without end": b"\x08\xff",
    "a varint of eleven bytes": b"\x08" + TOO_LONG,
    "a varint beyond 64 bits": b"\x08" + b"\xff" * 9 + b"\x02",
    "a length beyond the end": b"\xf2\x01\x05abc",
    "a length without end": b"\xf2\x01" + b"\xff" * 9 + b"\x01",
    "a fixed number cut short": b"\xf5\x01abc",
    "the field number nought": b"\x00\x01",
    "a field number beyond all": varint((2**29) << 3) + b"\x01",
    "a group": b"\xf3\x01\xf4\x01",
    "the end of a group": b"\xf4\x01",
    "a wire type that there is not": b"\xf7\x01",
}


@pytest.mark.parametrize("part", ["pair", "fact", "forth", "deck", "media"])
@pytest.mark.parametrize("case", BROKEN)
def test_what_is_no_protobuf_is_refused(tmp_path: Path, part: str, case: str) -> None:
    whole = getattr(Parts(), part)
    found = refused(build(tmp_path, Parts(**{part: whole + BROKEN[case]})))
    assert (found.code, "not written as Anki" in found.message) == ("damaged-collection", True)


HOSTILE_PARTS = {
    # wire types and values
    "css is a number": (Parts(pair=message((3, 5))), "note type `Pair` is not written"),
    "css is not UTF-8": (Parts(pair=message((3, b"\xff"))), "note type `Pair` is not written"),
    "css is a surrogate": (Parts(pair=message((3, b"\xed\xa0\x80"))), "note type `Pair` is not written"),
    "css comes twice": (Parts(pair=message((3, "a"), (3, "b"))), "note type `Pair` is not written"),
    "kind is text": (Parts(pair=message((1, "x"))), "note type `Pair` is not written"),
    "kind is of fixed width": (Parts(pair=b"\x0dabcd"), "note type `Pair` is not written"),
    "css is of fixed width": (Parts(pair=b"\x1dabcd"), "note type `Pair` is not written"),
    "id is of fixed width": (Parts(fact=b"\x49abcdefgh"), "`Fact` of note type 1 is not written"),
    "front is a number": (Parts(forth=message((1, 1))), "`Forth` of note type 1 is not written"),
    "a kind that there is not": (Parts(pair=message((1, 2))), "`Pair` has a kind"),
    "a negative kind": (Parts(pair=message((1, -1))), "`Pair` has a kind"),
    "sort field beyond": (Parts(pair=message((2, 2))), "sort field"),
    "config is text": (Parts(pair="x"), "should be a blob"),
    "field config is text": (Parts(fact="x"), "should be a blob"),
    "deck is a number": (Parts(deck=5), "should be a blob"),
    "deck of no kind": (Parts(deck=b""), "either a normal or a filtered"),
    "deck of both kinds": (Parts(deck=message((1, b""), (2, b""))), "either a normal or a filtered"),
    "deck with a broken inside": (Parts(deck=message((1, b"\xff"))), "is not written"),
    # JSON within protobuf
    "other is not UTF-8": (Parts(pair=message((255, b"\xff"))), "UTF-8"),
    "other is not JSON": (Parts(pair=message((255, b"{"))), "are not JSON"),
    "other is a list": (Parts(fact=message((255, b"[]"))), "should be an object"),
    "other is nested deep": (Parts(forth=message((255, b'{"a":' * 5000 + b"1" + b"}" * 5000))), "nested"),
    "other holds a lone surrogate": (Parts(pair=message((255, rb'{"\ud800": 1}'))), "note type `Pair`"),
    "other holds an endless number": (Parts(pair=message((255, b'{"a": 1e999}'))), "too large"),
    # tables
    "no note types": (Parts(sql="DROP TABLE notetypes"), "no table `notetypes`"),
    "no fields": (Parts(sql="DROP TABLE fields"), "no table `fields`"),
    "no templates": (Parts(sql="DROP TABLE templates"), "no table `templates`"),
    "no decks": (Parts(sql="DROP TABLE decks"), "no table `decks`"),
    "no notes": (Parts(sql="DROP TABLE notes"), "no table `notes`"),
    "fields are a view": (
        Parts(sql="ALTER TABLE fields RENAME TO f; CREATE VIEW fields AS SELECT * FROM f"),
        "a view",
    ),
    "computed names": (
        Parts(sql="ALTER TABLE decks ADD COLUMN more text AS (hex(zeroblob(9)))"),
        "computed columns",
    ),
    "no column": (Parts(sql="ALTER TABLE fields RENAME COLUMN config TO c"), "no such column"),
    # rows
    "a field is missing": (Parts(sql="DELETE FROM fields WHERE ord = 0 AND ntid = 1"), "is missing"),
    "a field has a negative place": (Parts(sql="UPDATE fields SET ord = -1 WHERE ord = 1"), "is missing"),
    "all fields are missing": (Parts(sql="DELETE FROM fields"), "sort field"),
    "all templates are missing": (Parts(sql="DELETE FROM templates"), "templates"),
    "two fields in one place": (
        Parts(
            sql="CREATE TABLE f AS SELECT * FROM fields; DROP TABLE fields; ALTER TABLE f RENAME TO fields; "
            "INSERT INTO fields SELECT * FROM fields"
        ),
        "shares its place",
    ),
    "one note type twice": (
        Parts(
            sql="CREATE TABLE f AS SELECT * FROM notetypes; DROP TABLE notetypes; "
            "ALTER TABLE f RENAME TO notetypes; INSERT INTO notetypes SELECT * FROM notetypes"
        ),
        "two note types have the id",
    ),
    "one deck twice": (
        Parts(
            sql="CREATE TABLE f AS SELECT * FROM decks; DROP TABLE decks; "
            "ALTER TABLE f RENAME TO decks; INSERT INTO decks SELECT * FROM decks"
        ),
        "two decks have the id",
    ),
    "type's name is a blob": (Parts(sql="UPDATE notetypes SET name = x'00' WHERE id = 1"), "`name`"),
    "field's name is a blob": (Parts(sql="UPDATE fields SET name = x'00' WHERE ord = 1"), "the name"),
    "deck's name is not UTF-8": (Parts(sql="UPDATE decks SET name = CAST(x'ff' AS text)"), "UTF-8"),
    "stamp is text": (Parts(sql="UPDATE notetypes SET mtime_secs = 'soon'"), "`mod` of note type"),
    "place is text": (Parts(sql="UPDATE fields SET ord = 'x' WHERE ord = 1"), "`ord`"),
    "unknown type": (Parts(sql="UPDATE notes SET mid = 99"), "type 99"),
    "unknown deck": (Parts(sql="UPDATE cards SET did = 99 WHERE id = 23"), "deck 99"),
    # media
    "no media map": (Parts(), "no media map"),
    "a media entry is a number": (Parts(media=message((1, 5))), "the media map is not written"),
    "a media name is a number": (Parts(media=message((1, message((1, 5))))), "entry 0 of the media map"),
    "a media name is not UTF-8": (Parts(media=listed({"a": b""}, name=b"\xff")), "entry 0 of the media map"),
    "one media name twice": (Parts(media=listed({BEE: b"goose"}) * 2), "two media files are called"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE_PARTS)
def test_a_collection_that_anki_would_not_write_is_refused(tmp_path: Path, case: str) -> None:
    parts, said = HOSTILE_PARTS[case]
    entries = members(tmp_path, parts)
    if case == "no media map":
        del entries["media"]
    found = refused(write_zip(tmp_path / "x.apkg", [*entries.items()]))
    assert (found.code, said in found.message) == ("damaged-collection", True), found.message


@pytest.mark.parametrize("version", [11, 17, 19])
def test_a_schema_of_another_version_is_refused(tmp_path: Path, version: int) -> None:
    sql = f"UPDATE col SET ver = {version}"  # noqa: S608  # the numbers stand above
    assert refused(build(tmp_path, Parts(sql=sql))).code == "unknown-schema"


@pytest.mark.parametrize(
    "name", ["../x.png", "a/b.png", "/etc/x", "..", ".", "", "a\\b", "C:x", "x\0.png", "\x1b[2J/x"]
)
def test_media_names_stay_within_their_folder(tmp_path: Path, name: str) -> None:
    assert refused(build(tmp_path, Parts(media=listed({name: b"goose"})))).code == "unsafe-media-name"


def test_a_listed_picture_that_is_not_there_is_named(tmp_path: Path) -> None:
    found = refused(build(tmp_path, Parts(media=listed({**FILES, "cow\x1b.png": b""}))))
    assert (found.code, "`cow�.png`" in found.message) == ("missing-media", True)


def test_a_list_without_end_stops_at_the_first_that_is_not_there(tmp_path: Path) -> None:
    names = {**FILES, **{str(number): b"" for number in range(20_000)}}
    assert "`0`" in refused(build(tmp_path, Parts(media=listed(names)))).message


CLAIMS = [{"size": 4}, {"size": 6}, {"size": 0}, {"sha1": b""}, {"sha1": b"\0" * 20}, {"size": 2**32 + 5 + 1}]


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_file_that_is_not_as_claimed_is_refused(tmp_path: Path, claim: dict[str, Any]) -> None:
    found = refused(build(tmp_path, Parts(media=listed({GOOSE: b"goose"}, **claim))))
    assert (found.code, "not the one that the package lists" in found.message) == ("damaged-package", True)


FRAME = zstandard.compress(b"bee" * 1000)
NO_ZSTD = {
    "empty": b"",
    "plain": b"bee" * 1000,
    "cut short by a byte": FRAME[:-1],
    "only its head": FRAME[:9],
    "rubbish behind it": FRAME + b"rubbish",
    "a second one cut short": FRAME + FRAME[:-1],
    "a dictionary that we lack": b"\x28\xb5\x2f\xfd\x01\x00\x07" + FRAME[5:],
}


@pytest.mark.parametrize("case", NO_ZSTD)
@pytest.mark.parametrize("member", ["collection.anki21b", "media", "1"])
def test_what_is_no_zstd_is_refused(tmp_path: Path, member: str, case: str) -> None:
    found = refused(build(tmp_path, Parts(packed=((member, NO_ZSTD[case]),))))
    assert (found.code, f"`{member}`" in found.message) == ("damaged-package", True)


def frame(blocks: bytes, window: int = 0x58) -> bytes:
    """Write a zstd frame of unknown length by hand; the window is 2 MiB unless told."""
    return b"\x28\xb5\x2f\xfd\x00" + bytes([window]) + blocks


def repeated(count: int) -> bytes:
    """Write *count* blocks of 128 KiB of nothing, in four bytes each."""
    block = (1 << 17) << 3 | 1 << 1
    return b"".join(struct.pack("<I", block | (left == 1))[:3] + b"\0" for left in range(count, 0, -1))


@pytest.mark.parametrize(("member", "code"), [("media", "too-large"), ("1", "damaged-package")])
def test_a_zstd_bomb_is_refused_while_it_unpacks(tmp_path: Path, member: str, code: str) -> None:
    bomb = frame(repeated(100_000))  # 13 gigabytes
    assert refused(build(tmp_path, Parts(packed=((member, bomb),)))).code == code


def test_a_bomb_that_claims_its_size_is_refused_out_of_proportion(tmp_path: Path) -> None:
    bomb = frame(repeated(archive.MAX_BYTES_AT_ANY_RATIO // (1 << 17) + 1))
    found = refused(build(tmp_path, Parts(packed=(("collection.anki21b", bomb),))))
    assert (found.code, "out of all proportion" in found.message) == ("too-large", True)


def test_many_small_bombs_count_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = frame(repeated(16))
    files = {f"{number}.bin": bytes(16 << 17) for number in range(8)}
    parts = Parts(media=listed(files), packed=tuple((str(number), bomb) for number in range(8)))
    assert len(read_package(build(tmp_path, parts)).media) == 8
    monkeypatch.setattr(archive, "MAX_BYTES_AT_ANY_RATIO", 8 << 20)
    found = refused(build(tmp_path, parts))
    assert (found.code, "out of all proportion" in found.message) == ("too-large", True)


def test_a_window_beyond_anki_s_is_refused(tmp_path: Path) -> None:
    content = b"bee" * 1000
    block = struct.pack("<I", len(content) << 3 | 1)[:3] + content
    files = (("1", frame(block, window=17 << 3)),)
    assert read_package(build(tmp_path, Parts(packed=files))).media[1].size == 3000
    files = (("1", frame(block, window=18 << 3)),)
    assert refused(build(tmp_path, Parts(packed=files))).code == "damaged-package"


BOUNDS = {
    "collection": (read, "MAX_COLLECTION_BYTES", 8192, "too-large", "`collection.anki21b`"),
    "media file": (media, "MAX_MEDIA_BYTES", 2999, "too-large", "`1`"),
    "media map": (media, "MAX_JSON_BYTES", 100, "too-large", "`media`"),
    "rows": (schema18, "MAX_ROWS", 1, "too-large", "1 rows"),
    "bytes of types": (schema18, "MAX_JSON_BYTES", 100, "damaged-collection", "more than 100 bytes"),
    "JSON": (values, "MAX_JSON_BYTES", 10, "damaged-collection", "are longer"),
    "notes": (read, "MAX_NOTES", 1, "too-large", "1 rows"),
    "window": (archive, "MAX_WINDOW_BYTES", 1024, "damaged-package", "`collection.anki21b`"),
}


@pytest.mark.parametrize("case", BOUNDS)
def test_every_bound_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    module, name, bound, code, said = BOUNDS[case]
    path = build(tmp_path, Parts())
    read_package(path)
    monkeypatch.setattr(module, name, bound)
    found = refused(path)
    assert (found.code, said in found.message) == (code, True), found.message


def test_meta_decides_which_collection_is_read(tmp_path: Path) -> None:
    entries = members(tmp_path, Parts(extra=(("collection.anki21", b"another stub"),)))
    assert len(read_package(write_zip(tmp_path / "x.apkg", [*entries.items()])).notes) == 2
    without = write_zip(tmp_path / "y.apkg", [entry for entry in entries.items() if entry[0] != "meta"])
    assert (refused(without).code, "`meta`" in refused(without).message) == ("damaged-package", True)
    del entries["collection.anki21b"]
    assert refused(write_zip(tmp_path / "z.apkg", [*entries.items()])).code == "not-a-package"


def test_scrambled_packages_are_read_or_refused(tmp_path: Path) -> None:
    path = build(tmp_path, Parts())
    whole = path.read_bytes()
    outcomes = set()
    for seed in range(300):
        path.write_bytes(scrambled(whole, seed))
        outcomes.add(read_or_refuse(path))
    assert False in outcomes


def test_scrambled_contents_are_read_or_refused(tmp_path: Path, private_temporary_folder: Path) -> None:
    """Scramble what lies under zstd, which would itself refuse nearly every change."""
    entries = members(tmp_path, Parts())
    unpacked = {name: zstandard.decompress(entries[name]) for name in ("collection.anki21b", "media")}
    outcomes = set()
    for seed in range(300):
        packed = {name: zstandard.compress(scrambled(data, seed)) for name, data in unpacked.items()}
        if seed % 2:
            packed["media"] = entries["media"]
        path = write_zip(tmp_path / "x.apkg", [*(entries | packed).items()])
        outcomes.add(read_or_refuse(path))
    assert outcomes == {True, False}
    assert list(private_temporary_folder.iterdir()) == []


@pytest.mark.parametrize("part", ["pair", "fact", "forth", "deck"])
def test_scrambled_messages_are_read_or_refused(tmp_path: Path, part: str) -> None:
    whole: dict[str, Any] = {part: getattr(Parts(), part)}
    assert read_or_refuse(build(tmp_path, Parts(**whole)))
    forged: list[dict[str, Any]] = [{part: scrambled(whole[part], seed)} for seed in range(60)]
    assert False in {read_or_refuse(build(tmp_path, Parts(**parts))) for parts in forged}
