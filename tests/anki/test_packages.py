"""Packages that two more tools made: real Anki finds in what is built of them the notes that it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from anki_packages import imported, log
from deckwright.apkg.read import read_package
from deckwright.unpack import unpack
from support import ROOT, deckwright

if TYPE_CHECKING:
    from pathlib import Path

    from anki_backend import Anki

pytestmark = pytest.mark.anki

PACKAGES = ROOT / "tests" / "packages"
TOOLS = ("anki-apkg-export", "ankdown")
NOTES = 3
# What its reader corrects in each.
EDITS = {"anki-apkg-export": ("*other* nests", "others' nests"), "ankdown": ("black & white", "black, white")}


def state(anki: Anki) -> Any:
    return anki.steps(("cards", {}), ("revlog", {}), ("notes", {}))


@pytest.mark.parametrize("tool", TOOLS)
def test_what_another_tool_made_comes_back_as_the_same_notes(tool: str, anki: Anki, tmp_path: Path) -> None:
    old, new, folder = PACKAGES / f"{tool}.apkg", tmp_path / "new.apkg", tmp_path / "deck"
    assert anki.steps(imported(old), ("study", {"seed": 1}))[0] == log(new=NOTES)
    before = state(anki)

    found = unpack(old, folder)
    assert found.takeover.lock is not None
    assert found.losses == {}
    assert deckwright("check", folder).code == 0
    done = deckwright("build", folder, "-o", new)
    assert done.code == 0, done.err
    assert {file.name: file.sha256 for file in read_package(old).media}.items() <= {
        file.name: file.sha256 for file in read_package(new).media
    }.items()
    assert anki.step("import_package", package=str(new)) == log(duplicate=NOTES)
    assert state(anki) == before

    source = folder / "cards.yaml"
    text = source.read_text("utf-8")
    assert EDITS[tool][0] in text
    source.write_text(text.replace(*EDITS[tool]), "utf-8")
    done = deckwright("build", folder, "-o", new)
    assert done.code == 0, done.err
    assert anki.step("import_package", package=str(new)) == log(updated=1, duplicate=NOTES - 1)
    cards, reviews, notes = state(anki)
    assert ({*cards}, reviews, {*notes}) == ({*before[0]}, before[1], {*before[2]})


@pytest.mark.parametrize("tool", TOOLS)
def test_a_source_takes_over_what_another_tool_made(tool: str, anki: Anki, tmp_path: Path) -> None:
    """The notes are written by hand here, as one who lost the source would."""
    old, new, folder = PACKAGES / f"{tool}.apkg", tmp_path / "new.apkg", tmp_path / "deck"
    answer = {
        "anki-apkg-export": "a bird that migrates: 春 → 秋 & back",
        "ankdown": "la mésange charbonnière 🐦",
    }
    ask = {
        "anki-apkg-export": "What does “Zugvogel” mean?",
        "ankdown": "Wie heißt die Kohlmeise auf Französisch?",
    }
    folder.mkdir()
    deck = "Vögel" if tool == "anki-apkg-export" else "Birds"
    text = f"deck: {deck}\nnotes:\n  - fact: {answer[tool]!r}\n    ask: {ask[tool]!r}\n"
    (folder / "cards.yaml").write_text(text, "utf-8")
    anki.steps(imported(old), ("study", {"seed": 1}))
    before = state(anki)
    done = deckwright("adopt", old, folder, "--map", "Tags=" if tool == "ankdown" else "Back=fact")
    assert done.code == 0, done.err
    assert deckwright("build", folder, "-o", new).code == 0
    told = anki.step("import_package", package=str(new))
    assert (told["new"], told["found"]) == (0, 1)
    cards, reviews, notes = state(anki)
    assert ({*cards}, reviews, {*notes}) == ({*before[0]}, before[1], {*before[2]})
