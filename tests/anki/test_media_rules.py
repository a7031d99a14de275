"""What Anki does to pictures on import, and that ours arrive under names that survive it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from anki_packages import LATER, Note, Shelf, imported, log
from deckwright.apkg.read import read_package
from deckwright.cards.typefaces import fonts

if TYPE_CHECKING:
    from anki_backend import Anki
    from anki_releases import Releases

pytestmark = pytest.mark.anki

OUR_NAME = re.compile(r"_[a-z0-9-]{1,80}-[0-9a-f]{16}\.[a-z]{3,4}")
NOTE = Note("g", ('<img src="a.png"><img src="_a.png">', ""))
EDITED = replace(NOTE, fields=(NOTE.fields[0], "edited"), mod=LATER)
OLD, NEW = ({"a.png": data, "_a.png": data, "_unused.png": data} for data in (b"old", b"new"))
RENAMED = "a-c2a6b03f190dfb2b4aa91f8af8d477a9bc3401dc.png"  # the SHA-1 of its bytes
MEDIA: tuple[str, dict[str, Any]] = ("media", {})
NOTES: tuple[str, dict[str, Any]] = ("notes", {})


def test_a_picture_with_new_bytes_is_ignored_while_its_note_stays(anki: Anki, packages: Shelf) -> None:
    _, again, media, checked = anki.steps(
        imported(packages(NOTE, media=OLD)),
        imported(packages(NOTE, media=NEW)),
        MEDIA,
        ("check_media", {}),
    )
    assert again == log(duplicate=1)
    assert media == {"a.png": "old", "_a.png": "old", "_unused.png": "old"}
    assert checked == {"missing": [], "unused": []}, "names with an underscore are never listed"


def test_a_picture_with_new_bytes_is_renamed_with_its_note_but_an_underscore_is_never_replaced(
    anki: Anki, packages: Shelf
) -> None:
    _, updated, media, notes = anki.steps(
        imported(packages(NOTE, media=OLD)), imported(packages(EDITED, media=NEW)), MEDIA, NOTES
    )
    assert updated == log(updated=1)
    assert media == {"a.png": "old", RENAMED: "new", "_a.png": "old", "_unused.png": "old"}
    assert notes["g"]["fields"]["Front"] == f'<img src="{RENAMED}"><img src="_a.png">'


def test_our_redrawn_picture_arrives_beside_the_old_one(anki: Anki, releases: Releases) -> None:
    _, first, _, second, notes, checked = anki.steps(
        imported(releases.first), MEDIA, imported(releases.second), MEDIA, NOTES, ("check_media", {})
    )
    (added,) = second.keys() - first.keys()
    assert first.items() < second.items()
    (drawn,) = (note for note in notes.values() if note["fields"]["Fact"] == "Drawn")
    assert f'src="{added}"' in drawn["fields"]["Picture"]
    assert checked == {"missing": [], "unused": []}


@pytest.mark.parametrize(
    ("field", "arrives"),
    [
        ('<img src="a.png">', True),
        ("<img src='a.png'>", True),
        ("<img src=a.png>", True),
        ('<object data="a.png"></object>', True),
        ('<img srcset="a.png 2x">', False),
        ("<div style=\"background: url('a.png')\"></div>", False),
        ('<svg><image href="a.png"/></svg>', False),
        ('<svg><image xlink:href="a.png"/></svg>', False),
        ('<a href="a.png">a</a>', False),
    ],
)
def test_a_picture_arrives_where_anki_sees_it(
    anki: Anki, packages: Shelf, field: str, *, arrives: bool
) -> None:
    _, media = anki.steps(imported(packages(Note("g", (field, "")), media={"a.png": b"a"})), MEDIA)
    assert media == ({"a.png": "a"} if arrives else {})


@pytest.mark.parametrize(
    ("name", "becomes"),
    [
        pytest.param("x" * 116 + ".png", "x" * 116 + ".png", id="120 bytes"),
        pytest.param("x" * 117 + ".png", "x" * 115 + ".png", id="121 bytes"),
        pytest.param("ä" * 60 + ".png", "ä" * 57 + ".png", id="124 bytes"),
        pytest.param("e\u0301.png", "\u00e9.png", id="not NFC"),
        pytest.param('a[]<>:"?*^\\|b.png', "ab.png", id="bad characters"),
        pytest.param("a\tb.png", "ab.png", id="tab"),
        pytest.param("nul.png", "nul_.png", id="a device"),
        pytest.param("a.", "a._", id="ends in a dot"),
        pytest.param("A b.PNG", "A b.PNG", id="upper case and space"),
    ],
)
def test_a_name_that_some_disk_cannot_hold_is_changed(
    anki: Anki, packages: Shelf, name: str, becomes: str
) -> None:
    note = Note("g", (f"<img src='{name}'>", ""))
    _, media, notes = anki.steps(imported(packages(note, media={name: b"a"})), MEDIA, NOTES)
    assert media == {becomes: "a"}
    assert notes["g"]["fields"]["Front"] == f"<img src='{becomes}'>"


@pytest.mark.parametrize("name", ["a/b.png", "../b.png", ".."])
def test_a_name_with_a_folder_stops_the_import(anki: Anki, packages: Shelf, name: str) -> None:
    refusal, notes = anki.steps(("refused_import", {"package": packages(NOTE, media={name: b"a"})}), NOTES)
    assert refusal == "BackendError"
    assert notes == {}


def test_our_pictures_have_such_names_and_places_as_anki_keeps(releases: Releases) -> None:
    package = read_package(releases.second)
    names = {file.name for file in package.media}
    assert names
    assert all(OUR_NAME.fullmatch(name) and len(name) <= 120 for name in names - set(fonts()))
    assert all(name.startswith("_") for name in names)
    text = "".join(field for note in package.notes for field in note.fields)
    assert set(re.findall('<img src="([^"]*)"', text)) | set(fonts()) == names
    assert text.count("<img") == text.count('<img src="_')
