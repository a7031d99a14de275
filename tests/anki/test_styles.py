"""Decks with a look of their own, in one collection of the real Anki."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from deckwright.apkg.read import read_package
from support import Ran, deckwright, write_project

if TYPE_CHECKING:
    from pathlib import Path

    from anki_backend import Anki

pytestmark = pytest.mark.anki

ONE, TWO = "1767225600", "1767312000"
BIRDS = "deck: Birds\nid: birds-k3x9\nnotes: [Goose ~ Goes, Swan ~ Swam]\n"
TREES = "deck: Trees\nid: trees-k3x9\nnotes: [Oak ~ Oke]\n"


def build(folder: Path, source: str, *arguments: str, css: str = "", now: str = ONE) -> Ran:
    write_project(folder, source)
    if css:
        (folder / "look.css").write_text(css, "utf-8")
    return deckwright("build", "-o", "deck.apkg", *arguments, cwd=folder, SOURCE_DATE_EPOCH=now)


def built(folder: Path, source: str, *arguments: str, css: str = "", now: str = ONE) -> dict[str, Any]:
    done = build(folder, source, *arguments, css=css, now=now)
    assert done.code == 0, done.err
    return {"package": str(folder / "deck.apkg")}


def test_two_decks_with_own_styles_share_a_collection_and_change_their_looks(
    anki: Anki, tmp_path: Path
) -> None:
    birds, trees = tmp_path / "birds", tmp_path / "trees"
    anki.steps(
        ("import_package", built(birds, BIRDS + "style: {accent: '#c00'}\n")),
        ("import_package", built(trees, TREES + "style: look.css\n", css=".dw { margin: 1px; }\n")),
        ("study", {"seed": 1}),
    )
    cards, reviews, types = anki.steps(("cards", {}), ("revlog", {}), ("notetypes", {}))
    assert sorted(types) == ["Deckwright Mnemonic · birds-k3x9", "Deckwright Mnemonic · trees-k3x9"]
    first, second = anki.steps(
        ("import_package", built(birds, BIRDS + "style: {accent: '#0c0'}\n", now=TWO)),
        ("import_package", built(trees, TREES + "style: look.css\n", css=".dw { margin: 2px; }\n", now=TWO)),
    )
    nothing = {"new": 0, "updated": 0, "conflicting": 0}
    assert first == {**nothing, "duplicate": 2, "found": 2}
    assert second == {**nothing, "duplicate": 1, "found": 1}
    after = anki.steps(("cards", {}), ("revlog", {}), ("notetypes", {}))
    assert after[:2] == [cards, reviews]
    looks = {name: notetype["css"] for name, notetype in after[2].items()}
    assert sorted(looks) == sorted(types)
    assert "--dw-accent: #0c0;" in looks["Deckwright Mnemonic · birds-k3x9"]
    assert ".dw { margin: 2px; }" in looks["Deckwright Mnemonic · trees-k3x9"]


def test_a_look_that_did_not_change_keeps_its_stamp(tmp_path: Path) -> None:
    styled = BIRDS + "style: {accent: '#c00'}\n"
    built(tmp_path, styled)
    before = read_package(tmp_path / "deck.apkg").notetypes
    built(tmp_path, styled.replace("Goes", "Ghost"), now=TWO)
    assert read_package(tmp_path / "deck.apkg").notetypes == before
    assert [notetype.modified for notetype in before] == [int(ONE)]


def test_whether_a_deck_has_a_look_of_its_own_is_frozen_once_it_is_built(tmp_path: Path) -> None:
    built(tmp_path, BIRDS)
    refused = build(tmp_path, BIRDS + "style: {accent: '#c00'}\n", now=TWO)
    assert refused.code == 1
    assert "error[style-frozen]: by `style` the deck gets a note type of its own" in refused.err
    assert "--> cards.yaml:4:1" in refused.err
    built(tmp_path, BIRDS + "style: {accent: '#c00'}\n", "--replace", now=TWO)
    assert "error[style-frozen]" in build(tmp_path, BIRDS, now=TWO).err


def test_another_id_keeps_the_type(tmp_path: Path) -> None:
    styled = BIRDS + "style: {accent: '#c00'}\n"
    built(tmp_path, styled)
    before = read_package(tmp_path / "deck.apkg").notetypes
    built(tmp_path, styled.replace("birds-k3x9", "fowl-k3x9"), "--replace", now=TWO)
    assert read_package(tmp_path / "deck.apkg").notetypes == before
    built(tmp_path, styled.replace("birds-k3x9", "fowl-k3x9"), now=TWO)
    assert read_package(tmp_path / "deck.apkg").notetypes == before


@pytest.mark.parametrize(
    ("style", "css", "finding"),
    [
        ("{ink: blu}", "", "cards.yaml:4:14: error[bad-colour]"),
        ("look.css", "", "cards.yaml:4:8: error[missing-style]"),
        ("../look.css", "", "cards.yaml:4:8: error[bad-style]"),
        ("look.txt", "", "cards.yaml:4:8: error[bad-style]"),
        ("look.css", ".dw { background: url(x) }", "look.css:1:19: error[unsafe-css]"),
        ("{colour: red}", "", "cards.yaml:4:9: error[unknown-key]"),
    ],
)
def test_a_style_that_cannot_be_is_told(style: str, css: str, finding: str, tmp_path: Path) -> None:
    done = build(tmp_path, BIRDS + f"style: {style}\n", css=css)
    assert done.code == 1
    told = deckwright("check", "--format", "concise", "-q", cwd=tmp_path).out
    assert told.startswith(finding), told


HEAD = "deck: Course\nid: course-k3x9\ndecks: decks/*.yaml\nstyle: {accent: '#c00'}\n"


def course(folder: Path, head: str, **decks: str) -> Path:
    (folder / "decks").mkdir(parents=True, exist_ok=True)
    for name, text in decks.items():
        (folder / "decks" / f"{name}.yaml").write_text(text, "utf-8")
    write_project(folder, head)
    return folder


def test_a_look_that_decks_inherit_lets_notes_move_between_them(anki: Anki, tmp_path: Path) -> None:
    one, two = (
        "deck: Course::One\nnotes: [Goose ~ Goes, Swan ~ Swam]\n",
        "deck: Course::Two\nnotes: [Oak ~ Oke]\n",
    )
    course(tmp_path, HEAD, one=one, two=two)
    first = built(tmp_path, HEAD)
    anki.steps(("import_package", first), ("study", {"seed": 1}))
    assert len(read_package(tmp_path / "deck.apkg").notetypes) == 1
    course(tmp_path, HEAD, one=one.replace(", Swan ~ Swam", ""), two=two.replace("Oak", "Swan ~ Swam, Oak"))
    before = anki.steps(("cards", {}), ("revlog", {}))
    log = anki.step("import_package", **built(tmp_path, HEAD, now=TWO))
    assert log == {"new": 0, "updated": 1, "duplicate": 2, "conflicting": 0, "found": 3}
    assert anki.steps(("cards", {}), ("revlog", {})) == before


def test_a_note_does_not_move_into_a_deck_of_another_look(tmp_path: Path) -> None:
    head = HEAD.replace("style: {accent: '#c00'}\n", "")
    one = "deck: Course::One\nstyle: {accent: '#c00'}\nnotes: [Goose ~ Goes, Swan ~ Swam]\n"
    two = "deck: Course::Two\nnotes: [Oak ~ Oke]\n"
    course(tmp_path, head, one=one, two=two)
    built(tmp_path, head)
    course(tmp_path, head, one=one.replace(", Swan ~ Swam", ""), two=two.replace("Oak", "Swan ~ Swam, Oak"))
    refused = build(tmp_path, head, now=TWO)
    assert refused.code == 1
    assert "error[style-frozen]: this note came from a deck of another look" in refused.err
    assert "--> decks/two.yaml:2:9" in refused.err


def test_a_look_given_to_all_decks_too_late_is_told_where_it_stands(tmp_path: Path) -> None:
    head = HEAD.replace("style: {accent: '#c00'}\n", "")
    course(tmp_path, head, one="deck: Course::One\nnotes: [Goose ~ Goes]\n")
    built(tmp_path, head)
    refused = build(tmp_path, HEAD, now=TWO)
    assert refused.err.count("error[style-frozen]") == 1
    assert "--> cards.yaml:4:1" in refused.err
