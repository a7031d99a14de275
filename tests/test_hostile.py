"""Files made to harm, each given to the commands that read its kind: refused with a word, and nothing left.

They run as processes with a gibibyte of address space and twenty seconds of computing, so that what is not
bounded dies of it. What each stage refuses is tested beside that stage.
"""

from __future__ import annotations

import io
import os
import re
import stat
import struct
import subprocess
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from anki_packages import Note, RawPackage
from apkg import test_read as old
from apkg import test_read_newest as newest
from forged import write_zip
from support import TOOL, write_project
from tables.books import forge_book, forge_part, write_book

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Builder = Callable[[Path], None]

resource: Any = pytest.importorskip("resource", reason="Windows has no such limits")
DECK = "deck: D\nid: dee-k3x9\nnotes:\n  - A goose ~ Honk\n"
MEMORY = 1 << 30  # bytes
SECONDS = 20
HUGE = 100 << 20  # bytes: more than any small file may unpack to

DRIVING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]")  # a terminal
UNPACK = ("unpack", "FILE", "out")
IMPORT = ("import", "--yes", "FILE", "-o", "out.yaml")
# They read packages through the same door as `unpack`.
OTHERS = (
    ("dump", "FILE"),
    ("diff", "FILE", "project"),
    ("adopt", "FILE", "project", "--dry-run"),
    ("merge", "FILE", "project", "--dry-run"),
    ("new", "out", "--from", "FILE"),
)


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def everything(folder: Path) -> dict[str, tuple[int, int]]:
    """List what lies below a folder, links as links, with sizes and times."""
    found = {}
    for path in sorted(folder.rglob("*")):
        told = path.lstat()
        found[path.relative_to(folder).as_posix()] = (
            told.st_size if stat.S_ISREG(told.st_mode) else 0,
            told.st_mtime_ns if stat.S_ISREG(told.st_mode) else 0,
        )
    return found


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[bytes]:
    """Run the tool within its limits, in the folder `here`."""
    here = folder / "here"
    return subprocess.run(
        [TOOL, *command],
        cwd=here,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "HOME": str(here), "TMPDIR": str(folder / "tmp")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=300,
        check=False,
        preexec_fn=limited,
    )


def refused(folder: Path, name: str, *command: str) -> None:
    """Run the tool on a file, and hold what it says and does to what is promised."""
    before = everything(folder)
    done = run(folder, *(name if word == "FILE" else word for word in command))
    said = done.stderr.decode()
    assert done.returncode in (1, 2), (done.returncode, said[-2000:])
    assert name in said, said[-2000:]
    assert "Traceback" not in said
    assert "bug in Deckwright" not in said
    assert not DRIVING.search(said)
    assert not done.stdout
    assert everything(folder) == before


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a place to work in, `here`, and one for temporary files."""
    (tmp_path / "here").mkdir()
    (tmp_path / "tmp").mkdir()
    write_project(tmp_path / "here" / "project", DECK)
    return tmp_path


# -- packages


def parts(**changes: object) -> Builder:
    """Return what writes a package in the old format, one part of it forged."""
    return lambda path: keep(old.build(path.parent, old.Parts(**changes)), path)  # type: ignore[arg-type]


def new_parts(**changes: object) -> Builder:
    """Return what writes a package in the newest format, one part of it forged."""
    return lambda path: keep(newest.build(path.parent, newest.Parts(**changes)), path)  # type: ignore[arg-type]


def keep(made: Path, path: Path) -> None:
    made.replace(path)


def patched(member: bytes, fields: dict[int, bytes]) -> Builder:
    """Return what writes a package whose directory lies about one member, by the offsets of its fields."""

    def build(path: Path) -> None:
        parts()(path)
        old.patched(path, member, fields)

    return build


def linked(kind: int) -> Builder:
    def build(path: Path) -> None:
        parts()(path)
        info = zipfile.ZipInfo("2")
        info.external_attr = kind << 16
        old.with_entry(path, info)

    return build


def renamed(name: bytes) -> Builder:
    """Return what writes a package with a member of any name, which zipfile would not write."""

    def build(path: Path) -> None:
        parts(extra=(("N" * len(name), b"evil"),))(path)
        path.write_bytes(path.read_bytes().replace(b"N" * len(name), name))

    return build


def overlapping(path: Path) -> None:
    """Write a directory of many members that all lie in one place."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("0000", bytes(20 << 20))
    data = whole.getvalue()
    start = data.index(b"PK\x01\x02")
    entry, end = data[start : data.index(b"PK\x05\x06")], data[data.index(b"PK\x05\x06") :]
    entries = b"".join(entry.replace(b"0000", b"%04d" % number) for number in range(1000))
    counts = struct.pack("<HHII", 1000, 1000, len(entries), start)
    path.write_bytes(data[:start] + entries + end[:8] + counts + end[20:])


def deflate_bomb(path: Path) -> None:
    parts(extra=(("2", bytes(HUGE)),))(path)


def twice(path: Path) -> None:
    parts(extra=(("mediA", b"{}"),))(path)
    path.write_bytes(path.read_bytes().replace(b"mediA", b"media"))


def many_members(path: Path) -> None:
    write_zip(path, [(str(number), b"") for number in range(100_001)], zipfile.ZIP_STORED)


def cut(share: float) -> Builder:
    def build(path: Path) -> None:
        parts()(path)
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * share)])

    return build


def database(change: Callable[[bytes], bytes]) -> Builder:
    """Return what writes a package whose database was changed by hand."""

    def build(path: Path) -> None:
        members = old.members(path.parent, old.Parts())
        write_zip(path, [(name, change(data) if name.startswith("coll") else data) for name, data in members])

    return build


def looped(data: bytes) -> bytes:
    """Make the first page of the tables' list point at itself, as an inner page of a tree."""
    page = bytearray(data)
    page[100] = 0x05  # an inner page
    page[100 + 8 : 100 + 12] = struct.pack(">I", 1)  # whose right-most child is itself
    page[100 + 3 : 100 + 5] = struct.pack(">H", 0)
    return bytes(page)


def with_bytes(content: bytes | Callable[[], bytes]) -> Builder:
    """Return what writes these bytes; what is large is made when it is needed."""
    return lambda path: void(path.write_bytes(content if isinstance(content, bytes) else content()))


def void(_: object) -> None:
    """Let a builder return nothing."""


ENDLESS = (
    "ALTER TABLE notes RENAME TO n; CREATE VIEW notes AS WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x"
    " FROM r) SELECT x AS id, x AS mid, x AS mod, 'g' AS guid, '' AS tags, 'f' AS flds FROM r"
)
DEEP = '{"a":' * 100_000
PACKAGES: dict[str, Builder] = {
    "a name that climbs": renamed(b"../../evil.txt"),
    "an absolute name": renamed(b"/opt/evil.txt"),
    "a name with backslashes": renamed(rb"..\..\evil.txt"),
    "a name with a drive": renamed(b"C:evil.txt"),
    "a name with a NUL": renamed(b"good.png\0/../../evil.txt"),
    "a name that drives terminals": renamed(b"../\x1b[2J\x1b]0;evil\x07"),
    "a member that is a link": linked(0o120777),
    "a member that is a pipe": linked(0o010644),
    "a member twice": twice,
    "members without end": many_members,
    "members in one place": overlapping,
    "a deflate bomb": deflate_bomb,
    "a size that is too small": patched(b"media", {24: struct.pack("<I", 1)}),
    "a size that is too large": patched(b"media", {24: struct.pack("<I", 0xFFFFFFF0)}),
    "a wrong checksum": patched(b"media", {16: b"\0\1\2\3"}),
    "an enciphered member": patched(b"media", {8: b"\1\0"}),
    "a method that nobody has": patched(b"media", {10: struct.pack("<H", 99)}),
    "a place beyond the end": patched(b"media", {42: struct.pack("<I", 0x7FFFFFFF)}),
    "the first half": cut(0.5),
    "all but the end": cut(0.95),
    "no zip": with_bytes(b"not a package"),
    "nothing": with_bytes(b""),
    "only a zip's end": with_bytes(b"PK\x05\x06" + b"\xff" * 18),
    "another zip": lambda path: keep(write_zip(path, [("a.txt", b"a")]), path),
    "a version of the future": parts(extra=(("meta", b"\x08\x63"),)),
    "a zstd bomb": new_parts(packed=(("collection.anki21b", newest.frame(newest.repeated(100_000))),)),
    "a zstd bomb of names": new_parts(packed=(("media", newest.frame(newest.repeated(100_000))),)),
    "protobuf of a huge length": new_parts(media=b"\x0a\xff\xff\xff\xff\x7fx"),
    "protobuf that names a place": new_parts(media=newest.listed({"../evil": b"goose"})),
    "a picture with a path": parts(media={"0": "../evil.png"}),
    "a picture with a drive": parts(media={"0": "C:evil.png"}),
    "a picture without a name": parts(media={"0": ""}),
    "a picture with a NUL": parts(media={"0": "a\0.png"}),
    "a picture that is not there": parts(media={"7": "\x1b[2J.png"}),
    "two pictures of one name": parts(media={"0": "a.png", "1": "a.png"}),
    "names nested deep": parts(media=DEEP),
    "names of huge numbers": parts(media='{"0": ' + "9" * 1_000_000 + "}"),
    "a database of its first page": database(lambda data: data[:4096]),
    "a database cut within a page": database(lambda data: data[:-5000]),
    "a database of a wrong page size": database(lambda data: data[:16] + b"\x02\x00" + data[18:]),
    "a database that is none": database(lambda data: b"X" + data[1:]),
    "a database in a loop": database(looped),
    "notes without end": parts(sql=ENDLESS),
    "a trigger": parts(sql="CREATE TRIGGER t INSERT ON col BEGIN DELETE FROM notes; END"),
    "a computed column": parts(sql="ALTER TABLE notes ADD COLUMN m text AS (hex(zeroblob(99999999)))"),
    "a huge value": parts(sql="UPDATE notes SET flds = zeroblob(20000000)"),
    "no notes": parts(sql="DROP TABLE notes"),
    "more fields than the type": parts(sql="UPDATE notes SET flds = flds || char(31)"),
    "a negative note type": parts(sql="UPDATE notes SET mid = -1"),
    "note types nested deep": parts(models=DEEP),
    "a deck of two names": parts(decks='{"5": {"id": 5, "name": "a"}, "5": {"id": 5, "name": "b"}}'),
}


@pytest.mark.parametrize("case", PACKAGES)
def test_a_hostile_package_is_refused(folder: Path, case: str) -> None:
    PACKAGES[case](folder / "here" / "evil.apkg")
    refused(folder, "evil.apkg", *UNPACK)


@pytest.mark.parametrize("command", OTHERS, ids=lambda command: command[0])
@pytest.mark.parametrize(
    "case", ["a name that climbs", "a zstd bomb", "a picture with a path", "notes without end"]
)
def test_every_command_refuses_what_is_hostile(folder: Path, case: str, command: tuple[str, ...]) -> None:
    PACKAGES[case](folder / "here" / "evil.apkg")
    if command[0] == "merge":  # which needs a deck that was handed on
        assert run(folder, "build", "project").returncode == 0
    refused(folder, "evil.apkg", *command)


def test_what_is_odd_in_a_package_that_can_be_read_comes_out_tame(folder: Path) -> None:
    script = "<script>alert(1)</script><img src=x onerror=alert(2)><style>*{}</style>"
    names = [
        "a\x1b[2J.png",
        "b\u202egnp.exe",
        "CON.png",
        ".git",
        "cards.yaml",
        "evil.html",
        "evil.js",
        "A.png",
        "a.png",
    ]
    RawPackage(
        (Note("g", (f"Who? {script}", "She")), Note("../g", ("<img src='../../etc/passwd'>?", "\x1b[2J"))),
        media=dict.fromkeys(names, b"\x89PNG\r\n\x1a\n"),
        deck="../../A\x1b",
    ).write(folder / "here" / "evil.apkg")
    before = everything(folder)
    done = run(folder, "unpack", "evil.apkg", "out")
    assert done.returncode == 0, done.stderr
    made = everything(folder).keys() - before.keys()
    assert all(name == "here/out" or name.startswith("here/out/") for name in made)
    assert {name.removeprefix("here/out/media/") for name in made if "/media/" in name} == {"A.png"}
    assert not DRIVING.search(done.stderr.decode())
    source = (folder / "here" / "out" / "cards.yaml").read_text("utf-8")
    assert "alert" not in source
    assert "\x1b" not in source


# -- source zips


def source_zip(*files: tuple[str, bytes]) -> Builder:
    return lambda path: keep(write_zip(path, [("cards.yaml", DECK.encode()), *files]), path)


def source_bomb(path: Path) -> None:
    source_zip(("media/a.png", bytes(HUGE)))(path)


def linked_source(path: Path) -> None:
    source_zip()(path)
    info = zipfile.ZipInfo("media/goose.png")
    info.external_attr = 0o120777 << 16
    old.with_entry(path, info)


def damaged_source(path: Path) -> None:
    """Write a zip whose last file is broken, so that it is found out when the others are on the disk."""
    source_zip(("media/a.png", b"a"), ("media/b.png", b"b"))(path)
    old.patched(path, b"media/b.png", {16: b"\0\1\2\3"})


SOURCES: dict[str, Builder] = {
    "a name that climbs": source_zip(("media/../../../evil.txt", b"evil")),
    "an absolute name": source_zip(("/opt/evil.txt", b"evil")),
    "a file that is a link": linked_source,
    "a file that is broken": damaged_source,
    "a bomb": source_bomb,
    "a name that Windows keeps": source_zip(("media/CON.png", b"evil")),
    "names of one file on some disks": source_zip(("media/a.png", b"a"), ("media/A.PNG", b"b")),
    "a file and a folder of one name": source_zip(("media/a.png", b"a"), ("media/a.png/b.png", b"b")),
    "a name that drives terminals": source_zip(("media/\x1b[2J.png", b"a")),
    "a name of a thousand folders": source_zip(("a/" * 5000 + "b.yaml", b"a")),
    "no deck": lambda path: keep(write_zip(path, [("a.yaml", b"")]), path),
}


@pytest.mark.parametrize("case", SOURCES)
def test_a_hostile_source_zip_is_refused(folder: Path, case: str) -> None:
    SOURCES[case](folder / "here" / "evil.zip")
    refused(folder, "evil.zip", "new", "out", "--from", "FILE")


def test_what_would_run_is_left_out_of_a_source_zip(folder: Path) -> None:
    hooks = [".git/hooks/post-checkout", ".git/config", "a/.GIT/config", ".deckwright/x", "build/x.apkg"]
    source_zip(*((name, b"evil") for name in hooks))(folder / "here" / "evil.zip")
    done = run(folder, "new", "out", "--from", "evil.zip")
    assert done.returncode == 0, done.stderr
    made = [path for path in (folder / "here" / "out").rglob("*") if path.is_file()]
    assert {path.name for path in made} == {"cards.yaml", "schema.json"}


# -- tables


def lying_book(path: Path) -> None:
    """Write a workbook whose sheet is larger than the zip says, up to a checksum that fits the lie."""
    forge_book(path, '<row r="1"><c r="A1"><v>1</v></c></row>' + " " * HUGE)
    with zipfile.ZipFile(path) as book:
        claimed = book.read("xl/worksheets/sheet1.xml")[:100]
    old.patched(
        path,
        b"xl/worksheets/sheet1.xml",
        {16: struct.pack("<I", zlib.crc32(claimed)), 24: struct.pack("<I", len(claimed))},
    )


def book(data: str, *, doctype: str = "") -> Builder:
    return lambda path: keep(forge_book(path, data, doctype=doctype), path)


def book_bomb(path: Path) -> None:
    forge_book(path, " " * HUGE)


def part(name: str, content: bytes) -> Builder:
    return lambda path: keep(forge_part(path, name, content), path)


def book_with(info: zipfile.ZipInfo) -> Builder:
    def build(path: Path) -> None:
        write_book(path, ["ask", "fact"], ["Who?", "She"])
        old.with_entry(path, info)

    return build


def a_link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("xl/worksheets/sheet9.xml")
    info.external_attr = 0o120777 << 16
    return info


LAUGHS = "<!DOCTYPE l [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {new} '{f'&{one};' * 100}'>" for one, new in zip("abcdef", "bcdefg", strict=True)
)
CELL = '<row r="1"><c r="A1" t="inlineStr"><is><t>{}</t></is></c></row>'
TABLES: dict[str, tuple[str, Builder]] = {
    "a quote never closed": ("evil.csv", with_bytes(b'ask,fact\n"' + b"a,b\n" * 100_000)),
    "a million columns": ("evil.csv", with_bytes(b"a," * 1_000_000)),
    "a million rows": ("evil.csv", with_bytes(b"a,b\n" * 1_000_000)),
    "a million quotes": ("evil.csv", with_bytes(b"ask,fact\n" + b'"' * 1_000_001)),
    "more than a table holds": ("evil.csv", with_bytes(lambda: b"a,b\n" + b" " * (40 << 20))),
    "NULs": ("evil.csv", with_bytes(b"ask,fact\n" + b"\0" * 1_000_000)),
    "no Unicode": ("evil.csv", with_bytes(bytes(range(1, 256)) * 1000)),
    "UTF-16 cut short": ("evil.csv", with_bytes(b"\xff\xfea\0b")),
    "signs that drive terminals": ("evil.csv", with_bytes(b"ask,fact\n\x1b[2J,\x1b]0;evil\x07\n")),
    "an export of scripts": ("evil.tsv", with_bytes(b"ask\tfact\n<script>x</script>\t<img onerror=x>\n")),
    "a workbook that is a bomb": ("evil.xlsx", book_bomb),
    "a workbook that lies": ("evil.xlsx", lying_book),
    "a sheet of a trillion cells": (
        "evil.xlsx",
        book('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    ),
    "a sheet of many rows": (
        "evil.xlsx",
        book("".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 50_000))),
    ),
    "a billion laughs": ("evil.xlsx", book(CELL.format("&g;"), doctype=LAUGHS + "]>")),
    "an outer entity": (
        "evil.xlsx",
        book(CELL.format("&x;"), doctype='<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    ),
    "texts nested deep": ("evil.xlsx", book("<row>" * 1_000_000)),
    "a workbook without sheets": ("evil.xlsx", part("xl/workbook.xml", b"<workbook/>")),
    "a workbook that is broken": ("evil.xlsx", part("xl/workbook.xml", b"<")),
    "a workbook that climbs": ("evil.xlsx", part("../../evil.xml", b"")),
    "a workbook with a link": ("evil.xlsx", book_with(a_link())),
    "a workbook that is text": ("evil.xlsx", with_bytes(b"ask,fact\n")),
    "a workbook that is a package": ("evil.xlsx", parts()),
    "a workbook of old": ("evil.xlsx", with_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096))),
    "a pipe": ("evil.csv", os.mkfifo),
    "a link to a device": ("evil.csv", lambda path: path.symlink_to("/dev/zero")),
    "a link to itself": ("evil.csv", lambda path: path.symlink_to("evil.csv")),
}


@pytest.mark.parametrize("case", TABLES)
def test_a_hostile_table_is_refused(folder: Path, case: str) -> None:
    name, build = TABLES[case]
    build(folder / "here" / name)
    refused(folder, name, *IMPORT)


# -- pages


def pdf(*objects: bytes) -> bytes:
    """Write a PDF of these objects, numbered from 1; the first is its root."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    return bytes(out) + head + table + end


def one_page(content: bytes) -> bytes:
    """Write a PDF of one page with this content stream, dictionary and all."""
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R"
        b" /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        content,
    )


def deflated(data: bytes) -> bytes:
    packed = zlib.compress(data, 9)
    return b"<< /Length %d /Filter /FlateDecode >> stream\n%s\nendstream" % (len(packed), packed)


SHOWN = b"BT /F 9 Tf 9 9 Td (word) Tj ET\n"
ROOT = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGES: dict[str, tuple[str, Builder]] = {
    "NULs": ("evil.txt", with_bytes(bytes(1_000_000))),
    "more than a page holds": ("evil.txt", with_bytes(lambda: b"word " * (13 << 20))),
    "one line of megabytes": ("evil.txt", with_bytes(lambda: b"a" * (8 << 20))),
    "a hundred thousand brackets": ("evil.txt", with_bytes(b"[<![CDATA[(" * 100_000)),
    "no Unicode": ("evil.txt", with_bytes(bytes(range(1, 256)) * 1000)),
    "UTF-16": ("evil.txt", with_bytes("Fact\nMnemonic\n".encode("utf-16"))),
    "signs that drive terminals": ("evil.txt", with_bytes(b"\x1b[2J\x1b]0;evil\x07\n")),
    "a head and no PDF": ("evil.pdf", with_bytes(b"%PDF-1.7\n")),
    "text as a PDF": ("evil.pdf", with_bytes(b"Fact\nMnemonic\n")),
    "a PDF of noise": ("evil.pdf", with_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 4000)),
    "a PDF without words": ("evil.pdf", with_bytes(one_page(deflated(b"0 0 9 9 re f\n")))),
    "a PDF that is a bomb": ("evil.pdf", with_bytes(lambda: one_page(deflated(SHOWN * 3_000_000)))),
    "a PDF of pages in a loop": (
        "evil.pdf",
        with_bytes(pdf(ROOT, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000 >>")),
    ),
    "a PDF nested deep": ("evil.pdf", with_bytes(pdf(ROOT, b"[" * 1_000_000))),
    "a PDF of a million pages": (
        "evil.pdf",
        with_bytes(pdf(ROOT, b"<< /Type /Pages /Kids [" + b"3 0 R " * 1_000_000 + b"] /Count 1000000 >>")),
    ),
    "an enciphered PDF": (
        "evil.pdf",
        with_bytes(
            one_page(deflated(SHOWN)).replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt << /Filter /No >>")
        ),
    ),
    "a pipe": ("evil.txt", os.mkfifo),
    "a link to a device": ("evil.pdf", lambda path: path.symlink_to("/dev/zero")),
    "a package as a page": ("evil.apkg", parts()),
}


@pytest.mark.parametrize("case", PAGES)
def test_a_hostile_page_is_refused(folder: Path, case: str) -> None:
    name, build = PAGES[case]
    build(folder / "here" / name)
    refused(folder, name, *IMPORT)
