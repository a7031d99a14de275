"""Five gigabytes of films: built, and built again, in the memory of a few; real Anki opens the package."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from anki_backend import VERSIONS, Anki
from anki_packages import Note, RawPackage, log
from deckwright.apkg.read import read_package
from support import deckwright
from watched import watched

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.anki,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process holds"),
]

FILMS = 52
SMALL, LARGE = 1_000, 100 * 2**20  # bytes of each
MORE = 16 * 2**20  # bytes that the large ones may take over the small ones
BEYOND_32_BITS = 2**32
# The last three records of a zip64 archive: its end, where that is, and the end that a zip has always had.
ZIP64_END, ZIP64_END_BYTES = b"PK\x06\x06", 56 + 20 + 22


def filmed(folder: Path, size: int) -> Path:
    """Make a project of another tool's notes, each with a film of *size* bytes, mostly a hole in its file."""
    names = [f"film{number}.mp4" for number in range(FILMS)]
    notes = tuple(Note(f"film-{name}", (f"Watch {name}", f"[sound:{name}]")) for name in names)
    folder.mkdir()
    old = folder / "old.apkg"
    RawPackage(notes, media={name: name.encode() for name in names}).write(old)
    done = deckwright("unpack", old, folder / "deck")
    assert done.code == 0, done.err
    for name in names:
        with (folder / "deck" / "media" / name).open("r+b") as film:
            film.truncate(size)
    return folder / "deck"


def held(folder: Path) -> int:
    """Build, and return how many bytes the tool held at most."""
    done = watched(folder)
    assert done.code == 0, done.said
    return done.held


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@pytest.fixture
def passing(tmp_path: Path) -> Iterator[Path]:
    """Give a folder that goes with the test, for what nobody wants to keep."""
    with tempfile.TemporaryDirectory(dir=tmp_path) as name:
        yield Path(name)


def test_five_gigabytes_are_built_in_the_memory_of_a_few_and_anki_opens_them(passing: Path) -> None:
    small, large = filmed(passing / "small", SMALL), filmed(passing / "large", LARGE)
    first, taken = held(small), held(large)
    (package,) = (large / "build").glob("*.apkg")
    size = package.stat().st_size
    print(f"{size / 1e9:.2f} GB in {taken / 1e6:.0f} MB, without the films {first / 1e6:.0f} MB")  # noqa: T201
    assert size > BEYOND_32_BITS
    with package.open("rb") as file:
        file.seek(-ZIP64_END_BYTES, os.SEEK_END)
        assert file.read().startswith(ZIP64_END)
    assert taken < first + MORE
    films = {film.name: digest(film) for film in (large / "media").iterdir()}
    assert len(films) == FILMS
    for version in VERSIONS:
        with tempfile.TemporaryDirectory(dir=passing) as name:
            anki = Anki(version, Path(name) / "collection.anki2")
            assert anki.step("import_package", package=str(package)) == log(new=FILMS)
            assert {film.name: digest(film) for film in anki.media.iterdir()} == films


def test_one_note_is_changed_beside_five_gigabytes_in_the_same_memory(passing: Path) -> None:
    small, large = filmed(passing / "small", SMALL), filmed(passing / "large", LARGE)
    for folder in (small, large):
        held(folder)
        source = folder / "cards.yaml"
        text = source.read_text("utf-8")
        assert "[sound:film7.mp4]" in text
        source.write_text(text.replace("[sound:film7.mp4]", "Here: [sound:film7.mp4]"), "utf-8")
    assert held(large) < held(small) + MORE
    notes = {note.guid: note.fields[1] for note in read_package(next((large / "build").glob("*.apkg"))).notes}
    assert notes["film-film7.mp4"] == "Here: [sound:film7.mp4]"
