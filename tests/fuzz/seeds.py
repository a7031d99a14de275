"""What the fuzzing starts from: the tests' own decks, packages, pages, tables and pictures."""

from __future__ import annotations

import io
import shutil
import zipfile
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import pillow_heif
import yaml
from fpdf import FPDF
from PIL import Image

from anki_packages import Note, RawPackage
from apkg import test_read as oldest
from apkg import test_read_newest as newest
from deckwright.build import Options, build
from deckwright.project import Terms, compile_project
from deckwright.workspace import SOURCE_NAME, Project
from support import ROOT
from tables.books import write_book

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from tables.books import Value

TESTS = ROOT / "tests"
_LARGEST_MEDIA = 2000  # bytes of a file in a package that is a seed; its content is not looked into
_DECKS = (*sorted(TESTS.glob("decks/*/cards.yaml")), ROOT / SOURCE_NAME)
_MEDIA = (TESTS / "bad" / "media", TESTS / "decks" / "everything" / "media", ROOT / "media")

Members = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class Built:
    """A deck with its lock and its package."""

    source: bytes
    lock: bytes
    package: bytes


@cache
def decks() -> tuple[bytes, ...]:
    """Return sources of decks, good ones and bad ones."""
    small = [*sorted(TESTS.glob("bad/*.yaml")), *sorted(TESTS.glob("good/*.yaml"))]
    return tuple(path.read_bytes() for path in (*_DECKS, *small))


@cache
def deck_trees() -> tuple[Any, ...]:
    """Return decks as trees, their scalars as texts; those that are no YAML are left out."""
    return tuple(tree for data in decks() if (tree := _tree(data)))


def _tree(data: bytes) -> Any:
    try:
        return yaml.load(data, yaml.BaseLoader)  # noqa: S506 - it makes texts, lists and mappings alone
    except (yaml.YAMLError, UnicodeDecodeError):
        return None


def furnish(project: Project) -> None:
    """Give a project all pictures that seeds name, drawn once, so that most cases draw none."""
    for folder in _MEDIA:
        shutil.copytree(folder, project.media, dirs_exist_ok=True)
    for data in decks():
        project.source.write_bytes(data)
        compile_project(project, Terms("unnamed", keep=True, bridges=False))


def built(project: Project) -> tuple[Built, ...]:
    """Build the good decks in a furnished project, and leave nothing there."""
    return tuple(_built(project, path) for path in _DECKS)


def _built(project: Project, path: Path) -> Built:
    source = path.read_bytes()
    project.source.write_bytes(source)
    made = build(project, Options())
    (package,) = made.packages
    found = Built(source, project.lock.read_bytes(), package.path.read_bytes())
    for written in (project.lock, package.path):
        written.unlink()
    package.path.parent.rmdir()
    return found


def packages(folder: Path, own: Iterable[Built]) -> tuple[Members, ...]:
    """Return packages of both formats as their members: ours, other tools', and such as Anki writes."""
    notes = tuple(Note(f"guid-{number}", ("Front", "<b>Back</b>"), tags="a b") for number in range(3))
    RawPackage(notes, media={"goose.png": b"goose"}).write(folder / "raw.apkg")
    made = [
        *(_members(io.BytesIO(one.package)) for one in own),
        *(_members(path) for path in sorted((TESTS / "packages").glob("*.apkg"))),
        _members(folder / "raw.apkg"),
        tuple(oldest.members(folder, oldest.Parts())),
        tuple(newest.members(folder, newest.Parts()).items()),
    ]
    (folder / "raw.apkg").unlink()
    return tuple(made)


def _members(file: Path | io.BytesIO) -> Members:
    with zipfile.ZipFile(file) as package:
        return tuple((name, _shortened(name, package.read(name))) for name in package.namelist())


def _shortened(name: str, data: bytes) -> bytes:
    return data[:_LARGEST_MEDIA] if name.isdigit() else data


@cache
def pages() -> tuple[bytes, ...]:
    """Return study pages as text."""
    return tuple(path.read_bytes() for path in sorted((TESTS / "pages").glob("*.txt")))


@cache
def tables() -> tuple[tuple[str, bytes], ...]:
    """Return tables with their suffixes."""
    found = sorted((TESTS / "tables" / "decks").iterdir())
    return tuple(
        (path.suffix, path.read_bytes()) for path in found if path.suffix in (".csv", ".tsv", ".txt")
    )


@cache
def pdfs() -> tuple[bytes, ...]:
    """Return PDFs: with text, as it is packed or bare, with none, and locked."""
    return tuple(_pdf(packed=packed, lines=lines) for packed in (True, False) for lines in (0, 40))


def _pdf(*, packed: bool, lines: int) -> bytes:
    document = FPDF()
    document.set_compression(packed)
    for sheet in range(2):
        document.add_page()
        document.set_font("helvetica", size=12)
        for line in range(lines):
            document.cell(text=f"Spinal cord {sheet}.{line}", new_x="LMARGIN", new_y="NEXT")
    return bytes(document.output())


def workbooks(folder: Path) -> tuple[Members, ...]:
    """Return workbooks as their members."""
    rows: list[list[Value]] = [
        ["Fact", "Mnemonic", "Date"],
        ["Spinal cord", "Spina Cord", 1.5],
        ["GABA", None, True],
    ]
    path = write_book(folder / "book.xlsx", *rows, sheets=("Words", "More"))
    found = _members(path)
    path.unlink()
    return (found,)


@cache
def pictures() -> tuple[tuple[str, bytes], ...]:
    """Return pictures of every kind that is taken, with their suffixes."""
    pillow_heif.register_heif_opener()
    small = Image.frombytes("RGB", (24, 16), bytes(i * i % 251 for i in range(24 * 16 * 3)))
    made: Mapping[str, tuple[Image.Image, str, dict[str, Any]]] = {
        ".png": (small.convert("RGBA"), "PNG", {}),
        ".PNG": (small.convert("P"), "PNG", {"bits": 4}),
        ".jpg": (small, "JPEG", {"exif": _turned(), "icc_profile": b"bad"}),
        ".jpeg": (small.convert("CMYK"), "JPEG", {"progressive": True}),
        ".webp": (small, "WEBP", {"lossless": True}),
        ".heic": (small, "HEIF", {}),
    }
    return tuple((suffix, _encoded(*how)) for suffix, how in made.items())


def _turned() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned by a quarter
    return exif


def _encoded(picture: Image.Image, kind: str, options: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


@cache
def drawings() -> tuple[bytes, ...]:
    """Return SVG scenes."""
    found = [path for folder in _MEDIA for path in sorted(folder.rglob("*.svg"))]
    return tuple(path.read_bytes() for path in found)
