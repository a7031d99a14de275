"""What real Anki exports, in the old format and in the newest, is read to one and the same package."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from anki_backend import Anki
from deckwright.apkg.changes import compare
from deckwright.apkg.compare import dump
from deckwright.apkg.read import Package, read_package
from forged import write_zip

if TYPE_CHECKING:
    from pathlib import Path

    from deckwright.apkg.package import PackageNotetype

pytestmark = pytest.mark.anki

ALTERED: dict[str, Any] = {
    "name": "Basic (type in the answer)",
    "fields": [
        {
            "name": "Vorne, neu",
            "rtl": True,
            "font": "Noto Serif",
            "size": 33,
            "mine": {"a": [1, 2.5, "ü", None]},
        },
        {
            "sticky": True,
            "description": "Was?",
            "plainText": True,
            "collapsed": True,
            "excludeFromSearch": True,
        },
    ],
    "templates": [
        {"bqfmt": "browser {{Front}}", "bafmt": "{{Back}}", "bfont": "Noto Sans", "bsize": 14, "did": 1},
        {"name": "Zweite", "qfmt": "{{Back}}", "afmt": "{{FrontSide}} {{Front}}"},
    ],
    "sortf": 1,
    "css": ".card { color: #123 }\n/* ü */",
    "latexPre": "\\documentclass{article}",
    "latexPost": "\\end{document} ",
    "latexsvg": True,
    "custom": {"deep": [{"x": True}]},
}
MASK = "{{c1::image-occlusion:rect:left=.1:top=.1:width=.2:height=.2}}"
NOTES: tuple[tuple[str, list[str], str], ...] = (
    ("Basic", ['Spinal cord<br><img src="bild ü.png">', "Spina Cord [sound:leer.mp3]"], "Birds::Water::Deep"),
    ("Basic (and reversed card)", ["Goose", "Goes <img src='_bild.png'>"], "Zwei"),
    ("Cloze", ["{{c1::GABA}} and {{c3::ACh}}", ""], "Default"),
    ("Basic (type in the answer)", ["Ente", "Duck"], "Birds"),
    ("Image Occlusion", [MASK, '<img src="bild ü.png">', "", "Back", ""], "Zwei"),
)


@pytest.fixture
def collection(anki: Anki) -> Anki:
    """Fill a collection with stock and altered types, decks of every kind, media and reviews."""
    anki.media.mkdir()
    for name, data in {"bild ü.png": b"\x89PNG" * 999, "_bild.png": b"\x89PNG", "leer.mp3": b""}.items():
        (anki.media / name).write_bytes(data)
    anki.steps(
        ("change_notetype", ALTERED),
        *(
            ("add_note", {"notetype": notetype, "fields": fields, "deck": deck, "tags": ["zwei", "a::b"]})
            for notetype, fields, deck in NOTES
        ),
        ("describe_deck", {"deck": "Zwei", "description": "Eins\n<b>zwei</b>"}),
        ("study", {"seed": 3}),
        ("filter_deck", {"deck": "Cram", "search": "deck:Zwei"}),
    )
    return anki


def exported(anki: Anki, folder: Path, *, scheduling: bool) -> tuple[Package, Package]:
    """Export in the old format and the newest, and read both."""
    paths = {legacy: folder / f"{legacy}.apkg" for legacy in (True, False)}
    anki.steps(
        *(
            ("export", {"package": str(path), "legacy": legacy, "scheduling": scheduling})
            for legacy, path in paths.items()
        )
    )
    for legacy, path in paths.items():
        with zipfile.ZipFile(path) as package:
            assert ("collection.anki21b" in package.namelist()) is not legacy
    return read_package(paths[True]), read_package(paths[False])


def originals(package: Package) -> dict[str, dict[str, Any]]:
    return {notetype.name: json.loads(notetype.original) for notetype in package.notetypes}


@pytest.mark.parametrize("scheduling", [True, False])
def test_both_formats_hold_the_same(collection: Anki, tmp_path: Path, *, scheduling: bool) -> None:
    old, newest = exported(collection, tmp_path, scheduling=scheduling)
    assert newest == old
    assert dump(newest) == dump(old)
    assert not compare(old, newest).any

    assert {deck.name for deck in newest.decks} >= {"Birds::Water::Deep", "Birds::Water", "Birds", "Cram"}
    assert len(newest.notes) == len(NOTES)
    assert {note.tags for note in newest.notes} == {("a::b", "zwei")}
    assert sorted(file.size for file in newest.media) == [0, 4, 3996]
    assert any(card.studied for note in newest.notes for card in note.cards) is scheduling
    assert (newest.revlog > 0) is scheduling


def test_everything_about_a_note_type_is_kept(collection: Anki, tmp_path: Path) -> None:
    _, newest = exported(collection, tmp_path, scheduling=False)
    found = originals(newest)
    altered = found["Basic (type in the answer)"]
    for key, value in ALTERED.items():
        if key not in {"name", "fields", "templates"}:
            assert altered[key] == value, key
    for slots, changes in ((altered["flds"], ALTERED["fields"]), (altered["tmpls"], ALTERED["templates"])):
        for slot, change in zip(slots, changes, strict=True):
            texts = {"qfmt", "afmt", "bqfmt", "bafmt"}  # in which Anki renames the field
            assert change.items() <= {**slot, **{key: change[key] for key in texts & change.keys()}}.items()
    assert altered["tmpls"][1]["afmt"] == "{{FrontSide}} {{Vorne, neu}}"
    occlusion = found["Image Occlusion"]
    assert (occlusion["originalStockKind"], occlusion["type"]) == (6, 1)
    assert [field["tag"] for field in occlusion["flds"]] == [0, 1, 2, 3, 4]


def written_on(path: Path, old: Path, notetypes: tuple[PackageNotetype, ...]) -> Path:
    """Copy an old package, with its note types replaced by originals and what Anki must have besides."""
    models = {
        str(notetype.id): json.loads(notetype.original) | {"usn": -1, "did": None} for notetype in notetypes
    }
    with zipfile.ZipFile(old) as package:
        entries = {name: package.read(name) for name in package.namelist()}
    database = path.with_suffix(".sqlite")
    database.write_bytes(entries["collection.anki21"])
    with closing(sqlite3.connect(database)) as db:
        db.execute("UPDATE col SET models = ?", (json.dumps(models),))
        db.commit()
    return write_zip(path, [*(entries | {"collection.anki21": database.read_bytes()}).items()])


def test_a_note_type_written_on_is_the_one_that_was_read(collection: Anki, tmp_path: Path) -> None:
    _, newest = exported(collection, tmp_path, scheduling=False)
    package = written_on(tmp_path / "written.apkg", tmp_path / "True.apkg", newest.notetypes)
    reader = Anki(collection.version, tmp_path / "reader" / "collection.anki2")
    reader.collection.parent.mkdir()
    log = reader.step("import_package", package=str(package))
    assert (log["new"], log["found"]) == (len(NOTES), len(NOTES))

    again = exported(reader, tmp_path / "reader", scheduling=False)
    assert again[0] == again[1]
    sent, arrived = originals(newest), originals(again[1])
    assert len(arrived) == len(sent)
    for name, notetype in arrived.items():
        # Beside a stock type of the same name Anki adds a plus, and a stamp; it notes whence the type came.
        known = sent[name.rstrip("+")]
        changes = {"name": name, "mod": notetype["mod"]} if name.endswith("+") else {}
        assert notetype == known | changes | {"originalId": known["id"]}
