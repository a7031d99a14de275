"""Pictures that a package is made without: gone from every card, and said there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from anki_packages import Note, RawPackage
from deckwright.build import Options, build
from deckwright.project import Compiled, Terms, compile_project
from deckwright.workspace import Project
from support import deckwright, write_project

if TYPE_CHECKING:
    from pathlib import Path

    from deckwright.cards.render import Rendered

POND = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">
<rect width="40" height="20" fill="#cde"/>
<g id="sym-goose"><rect x="4" y="4" width="8" height="8"/></g>
<g id="sym-bee"><rect x="24" y="4" width="8" height="8"/></g></svg>"""
HEAD = "deck: Birds\nid: birds-k3x9\nlicense: private\n"
OWN = HEAD + "notes:\n  - {fact: Goose, mnemonic: Honk, image: goose.png}\n  - {fact: Bee, mnemonic: Buzz}\n"
SCENE = HEAD + (
    "scene: pond.svg\nnotes:\n  - {fact: Goose, mnemonic: Honk, symbol: goose}\n"
    "  - {fact: Bee, mnemonic: Buzz, region: [60, 20, 20, 40]}\n  - {fact: Reed, mnemonic: Read}\n"
)
REMARK = '<span class="dw-left-out">Left out of this package: {}</span>'
GONE = REMARK.format("goose.png")


def compiled(folder: Path, *without: str) -> Compiled:
    return compile_project(Project(folder / "cards.yaml"), Terms("unnamed", without=frozenset(without)))


def codes(one: Compiled) -> set[str]:
    return {found.code for report in one.reports for found in report if found.severity == "error"}


def notes(folder: Path, *without: str) -> dict[str, Rendered]:
    """Compile, and return the notes by their keys."""
    one = compiled(folder, *without)
    assert not one.has_errors, codes(one)
    return {note.note.key: note for note in one.notes}


def field(note: Rendered, name: str) -> str:
    return note.fields[[one.name for one in note.notetype.fields].index(name)]


def birds(folder: Path, source: str, picture: bytes) -> Path:
    return write_project(folder, source, goose_png=picture, pond_svg=POND)


def test_a_note_without_its_picture_keeps_its_cards_and_says_so(tmp_path: Path, dot_png: bytes) -> None:
    before = notes(birds(tmp_path, OWN, dot_png))
    after = notes(tmp_path, "goose.png")
    assert field(after["goose"], "Picture") == ""
    assert field(after["goose"], "Source") == GONE
    assert after["goose"].cards == before["goose"].cards
    assert after["goose"].note.content != before["goose"].note.content
    assert after["bee"] == before["bee"]


def test_a_picture_found_by_its_name_is_left_out_too(tmp_path: Path, dot_png: bytes) -> None:
    birds(tmp_path, HEAD + "notes: [Goose ~ Honk]\n", dot_png)
    assert field(notes(tmp_path, "goose.png")["goose"], "Source") == GONE


def test_the_remark_stands_before_the_source(tmp_path: Path, dot_png: bytes) -> None:
    birds(tmp_path, OWN.replace("Honk,", "Honk, source: Brehm,"), dot_png)
    assert field(notes(tmp_path, "goose.png")["goose"], "Source") == f"{GONE}<br>Brehm"


@pytest.mark.parametrize(
    ("language", "remark"),
    [
        ("de-AT", "In diesem Paket weggelassen: goose.png"),
        ("fr", "Non inclus dans ce paquet : goose.png"),
        ("es", "No incluido en este paquete: goose.png"),
        ("pt", "Left out of this package: goose.png"),
    ],
)
def test_it_speaks_the_language_of_the_deck(
    language: str, remark: str, tmp_path: Path, dot_png: bytes
) -> None:
    birds(tmp_path, f"language: {language}\n{OWN}", dot_png)
    assert remark in field(notes(tmp_path, "goose.png")["goose"], "Source")


@pytest.mark.parametrize("name", ["goose.png", "./goose.png", ".//goose.png"])
def test_a_file_goes_by_every_spelling_of_its_name(name: str, tmp_path: Path, dot_png: bytes) -> None:
    birds(tmp_path, OWN.replace("image: goose.png", "image: ./goose.png"), dot_png)
    assert field(notes(tmp_path, name)["goose"], "Picture") == ""
    assert compiled(tmp_path, name).left_out == {name}


def test_with_a_scene_go_its_card_its_symbols_and_its_regions(tmp_path: Path, dot_png: bytes) -> None:
    source = SCENE.replace("notes:", "cards: {sweep: true, occlusion: true}\nnotes:")
    before = notes(birds(tmp_path, source, dot_png))
    assert {"@scene", "@sweep", "@masks/pond.svg"} < before.keys()
    one = compiled(tmp_path, "pond.svg")
    after = {note.note.key: note for note in one.notes}
    assert before.keys() - after.keys() == {"@scene", "@masks/pond.svg"}
    for name in ("goose", "bee"):
        parts = [field(after[name], part) for part in ("Picture", "Symbol", "Left", "Ratio")]
        assert parts == ["", "", "", ""]
        assert field(after[name], "Source") == REMARK.format("pond.svg")
        assert after[name].note.content != before[name].note.content
    assert field(after["reed"], "Source") == ""
    assert after["reed"].note.content == before["reed"].note.content
    sweep = after["@sweep"]
    assert field(sweep, "Answers").endswith(f'<div class="dw-source">{REMARK.format("pond.svg")}</div>')
    assert "<img" not in "".join(sweep.fields)
    assert sweep.note.content != before["@sweep"].note.content
    assert one.drawn == {}
    assert one.left_out == {"pond.svg"}


def test_a_sweep_of_regions_alone_is_sent_anew_as_well(tmp_path: Path, dot_png: bytes) -> None:
    marked = SCENE.replace("symbol: goose", "region: [10, 20, 20, 40]").replace(
        "notes:", "cards: {sweep: true, picture: true}\nnotes:"
    )
    before = notes(birds(tmp_path, marked, dot_png))["@sweep"]
    assert notes(tmp_path, "pond.svg")["@sweep"].note.content != before.note.content


def test_the_scene_of_a_section_goes_alone(tmp_path: Path, dot_png: bytes) -> None:
    source = HEAD + (
        "scene: goose.png\nsections:\n  Water:\n    scene: pond.svg\n    notes:\n"
        "      - {fact: Goose, mnemonic: Honk, symbol: goose}\n  Air:\n"
        "    - {fact: Bee, mnemonic: Buzz, region: [10, 10, 50, 50]}\n"
    )
    before = notes(birds(tmp_path, source, dot_png))
    after = notes(tmp_path, "pond.svg")
    assert after["@scene"] == before["@scene"]
    assert after["air/bee"] == before["air/bee"]
    assert field(after["water/goose"], "Picture") == ""


def test_pictures_in_an_explanation_leave_the_remark_alone(tmp_path: Path, dot_png: bytes) -> None:
    source = HEAD + (
        "notes:\n  - fact: Bee\n    mnemonic: Buzz\n    explanation: |\n      Look:\n\n"
        "      ![a goose](goose.png)\n      ![a pond](pond.svg)\n"
    )
    birds(tmp_path, source, dot_png)
    after = notes(tmp_path, "goose.png")["bee"]
    assert field(after, "Explanation").count("<img") == 1
    assert "goose" not in field(after, "Explanation")
    assert field(after, "Source") == GONE


def test_an_explanation_that_was_a_picture_does_not_unfold_on_nothing(tmp_path: Path, dot_png: bytes) -> None:
    birds(tmp_path, OWN.replace("image: goose.png", "explanation: '![a goose](goose.png)'"), dot_png)
    after = notes(tmp_path, "goose.png")["goose"]
    assert (field(after, "Explanation"), field(after, "Open")) == ("", "")


def test_gaps_lose_their_picture_and_keep_their_cards(tmp_path: Path, dot_png: bytes) -> None:
    source = OWN.replace(
        "image: goose.png", "cards: {cloze: true}, explanation: 'It {{c1::honks}} ![so](goose.png)'"
    )
    before = notes(birds(tmp_path, source, dot_png))["@cloze/goose"]
    after = notes(tmp_path, "goose.png")["@cloze/goose"]
    assert "<img" in field(before, "Text")
    assert "<img" not in field(after, "Text")
    assert field(after, "Source") == GONE
    assert after.cards == before.cards
    assert after.note.content != before.note.content


def test_a_note_that_is_left_without_a_card_is_told(tmp_path: Path, dot_png: bytes) -> None:
    birds(tmp_path, OWN.replace("mnemonic: Honk, ", ""), dot_png)
    assert codes(compiled(tmp_path)) == set()
    assert codes(compiled(tmp_path, "goose.png")) == {"no-cards"}


def test_a_card_that_readers_have_is_not_taken_from_them(tmp_path: Path, dot_png: bytes) -> None:
    birds(tmp_path, OWN.replace("mnemonic: Honk, ", "ask: Which bird?, "), dot_png)
    assert deckwright("build", cwd=tmp_path).code == 0
    assert codes(compiled(tmp_path, "goose.png")) == {"card-withdrawn"}


def test_what_is_left_out_travels_in_no_package_and_comes_back_later(tmp_path: Path, dot_png: bytes) -> None:
    project = Project(birds(tmp_path, OWN, dot_png) / "cards.yaml")
    stamps = []
    for without in ((), ("goose.png",), ("goose.png",), ()):
        (made,) = build(project, Options(without=frozenset(without))).packages
        stamps.append({note.rendered.note.key: note.modified for note in made.notes})
        listed = deckwright("dump", made.path).out
        assert ("_goose-" in listed) == (not without)
    goose, bee = ([stamp[key] for stamp in stamps] for key in ("goose", "bee"))
    assert goose[0] < goose[1] == goose[2] < goose[3]
    assert len(set(bee)) == 1


def test_only_names_that_something_shows_are_said_to_be_left_out(tmp_path: Path, dot_png: bytes) -> None:
    birds(tmp_path, OWN, dot_png)
    assert compiled(tmp_path, "goose.png", "swan.png").left_out == {"goose.png"}
    assert compiled(tmp_path).left_out == frozenset()


def test_a_scene_that_is_only_a_card_of_its_own_counts(tmp_path: Path, dot_png: bytes) -> None:
    birds(tmp_path, HEAD + "scene: pond.svg\nnotes: [Reed ~ Read]\n", dot_png)
    one = compiled(tmp_path, "pond.svg")
    assert one.left_out == {"pond.svg"}
    assert [note.note.key for note in one.notes] == ["reed"]


def test_the_name_of_a_file_is_text_on_the_card(tmp_path: Path, dot_png: bytes) -> None:
    name = "<b>{{c1::x}} [sound:a].png"
    birds(tmp_path, HEAD + f"notes: [{{fact: Goose, mnemonic: Honk, image: '{name}'}}]\n", dot_png)
    (tmp_path / "media" / name).write_bytes(dot_png)
    shown = field(notes(tmp_path, name)["goose"], "Source")
    assert "&lt;b&gt;" in shown
    assert "{" not in shown
    assert "[sound:" not in shown


FOREIGN = HEAD + (
    "notes:\n  - fact: A goose\n    ask: Which bird?\n    explanation: It honks.\n"
    "    extra: {Back: 'A goose <img src=\"goose.png\"> honks'}\n"
)


def test_notes_of_other_tools_lose_the_file_where_it_stands(tmp_path: Path, dot_png: bytes) -> None:
    old = tmp_path / "old.apkg"
    RawPackage((Note("a1", ("Which bird?", "A goose")),), deck="Birds").write(old)
    birds(tmp_path, FOREIGN.split("    extra")[0], dot_png)
    assert deckwright("adopt", old, tmp_path).code == 0
    birds(tmp_path, FOREIGN, dot_png)
    before, after = (next(iter(notes(tmp_path, *names).values())) for names in ((), ("goose.png",)))
    assert before.fields == ("Which bird?", 'A goose <img src="goose.png"> honks')
    assert after.fields == ("Which bird?", "A goose  honks")
    assert after.note.content != before.note.content


def test_notes_of_other_tools_say_so_in_the_field_of_the_explanation(tmp_path: Path, dot_png: bytes) -> None:
    old = tmp_path / "old.apkg"
    RawPackage((Note("a1", ("Which bird?", "A goose")),), deck="Birds").write(old)
    birds(tmp_path, FOREIGN.split("    extra")[0] + "    image: goose.png\n", dot_png)
    assert deckwright("adopt", old, tmp_path, "--map", "Back=fact + explanation").code == 0
    after = next(iter(notes(tmp_path, "goose.png").values()))
    assert after.fields[1] == f"A goose<br><br><p>It honks.</p><p>{GONE}</p>"
