"""Packages unpacked and built again: real Anki finds nothing new in them, and takes edits in place."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import genanki
import pytest

from anki_packages import imported, log
from deckwright.unpack import unpack
from support import ROOT, deckwright

if TYPE_CHECKING:
    from pathlib import Path

    from anki_backend import Anki

pytestmark = pytest.mark.anki

STAMP = 1_700_000_000.0
NOTES: tuple[tuple[str, list[str], str], ...] = (
    ("Basic", ["Where does baclofen work?", "In the <b>spinal cord</b>"], "Drugs::Baclofen"),
    ("Basic", ["Receptor?", "<div>GABA-B,</div><div>a G protein&nbsp;coupled one</div>"], "Drugs::Baclofen"),
    ("Basic (and reversed card)", ["Goose", "Goes"], "Birds"),
    ("Cloze", ["{{c1::GABA}} and {{c3::ACh::which}}", "Both are transmitters."], "Drugs::Baclofen"),
)


def genanki_package(path: Path) -> Path:
    """Write a package as a plain script with genanki does."""
    basic = genanki.Model(
        1_607_392_321,
        "Simple Model",
        fields=[{"name": name} for name in ("Question", "Answer", "Extra", "Number")],
        templates=[{"name": "Card 1", "qfmt": "{{Question}}", "afmt": "{{Answer}}<br>{{Extra}}"}],
    )
    cloze = genanki.Model(
        1_607_392_322,
        "Gaps",
        fields=[{"name": "Text"}, {"name": "Back Extra"}],
        templates=[{"name": "Cloze", "qfmt": "{{cloze:Text}}", "afmt": "{{cloze:Text}}{{Back Extra}}"}],
        model_type=1,
    )
    deck = genanki.Deck(2_059_400_111, "Geo::Capitals")
    for model, fields in (
        (basic, ["Capital of France?", "Paris", "It lies on the <b>Seine</b>.", "1"]),
        (basic, ["Capital of Spain?", "Madrid", "<ul><li>large</li><li>high up</li></ul>", "2"]),
        (basic, ["Which town lies high?", "Madrid", "", "3"]),
        (cloze, ["{{c1::Lima}} is the capital of {{c2::Peru}}", ""]),
        (cloze, ["{{c2::Quito}} lies in {{c1::Ecuador::where}}", "It is high up."]),
    ):
        deck.add_note(genanki.Note(model, fields, tags=["towns"]))
    genanki.Package(deck).write_to_file(path, timestamp=STAMP)
    return path


def unpacked(package: Path, folder: Path) -> Path:
    found = unpack(package, folder)
    assert found.takeover.lock is not None
    assert deckwright("check", folder).code == 0
    return folder


def built(folder: Path, name: str) -> Path:
    done = deckwright("build", folder, "-o", folder / name)
    assert done.code == 0, done.err
    return folder / name


def state(anki: Anki) -> Any:
    return anki.steps(("cards", {}), ("revlog", {}), ("notes", {}))


def test_a_genanki_package_comes_back_as_the_same_notes(anki: Anki, tmp_path: Path) -> None:
    old = genanki_package(tmp_path / "old.apkg")
    assert anki.steps(imported(old), ("study", {"seed": 1}))[0] == log(new=5)
    before = state(anki)

    folder = unpacked(old, tmp_path / "deck")
    assert anki.step("import_package", package=str(built(folder, "same.apkg"))) == log(duplicate=5)
    assert state(anki) == before

    source = folder / "cards.yaml"
    source.write_text(source.read_text("utf-8").replace("the **Seine**", "the river **Seine**"), "utf-8")
    told = anki.step("import_package", package=str(built(folder, "edited.apkg")))
    assert told == log(updated=1, duplicate=4)
    assert {*state(anki)[0]} == {*before[0]}
    assert state(anki)[1] == before[1]


@pytest.mark.parametrize("legacy", [True, False])
def test_what_anki_exported_comes_back_as_the_same_notes(anki: Anki, tmp_path: Path, *, legacy: bool) -> None:
    anki.steps(
        *(
            ("add_note", {"notetype": notetype, "fields": fields, "deck": deck, "tags": ["zwei", "a::b"]})
            for notetype, fields, deck in NOTES
        ),
        ("study", {"seed": 3}),
        ("export", {"package": str(tmp_path / "old.apkg"), "legacy": legacy, "scheduling": True}),
    )
    before = state(anki)

    folder = unpacked(tmp_path / "old.apkg", tmp_path / "deck")
    assert {path.name for path in (folder / "decks").iterdir()} == {"birds.yaml", "drugs-baclofen.yaml"}
    told = anki.step("import_package", package=str(built(folder, "same.apkg")))
    assert told == log(duplicate=len(NOTES))
    assert state(anki) == before


def test_our_own_package_comes_back_as_the_same_notes(anki: Anki, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tests" / "decks" / "everything", tmp_path / "first")
    old = built(tmp_path / "first", "old.apkg")
    count = len(anki.steps(imported(old), ("study", {"seed": 2}), ("notes", {}))[2])
    before = state(anki)

    folder = unpacked(old, tmp_path / "deck")
    told = anki.step("import_package", package=str(built(folder, "same.apkg")))
    assert told == log(duplicate=count)
    assert state(anki) == before
