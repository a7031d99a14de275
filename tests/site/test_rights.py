"""Whether a deck may be handed on: its licence, whose pictures it shows, and what says it is another's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from anki_packages import Note, RawPackage
from deckwright.apkg.read import read_package
from deckwright.project import Compiled, Terms, compile_project
from deckwright.site.rights import pictures_used, rights
from deckwright.workspace import Project
from support import deckwright, write_project

if TYPE_CHECKING:
    from pathlib import Path

POND = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20" fill="#cde"/>'
    b'<g id="sym-goose"><rect x="4" y="4" width="8" height="8"/></g></svg>'
)
FREE = "license: CC-BY-SA-4.0\n"
HEAD = f"deck: Birds\nid: birds-k3x9\n{FREE}"
NOTE = "notes:\n  - fact: Goose\n    mnemonic: Honk\n"
PLAIN = HEAD + NOTE

Finding = tuple[str, str, str, int]


def compiled(folder: Path, *without: str) -> Compiled:
    one = compile_project(Project(folder / "cards.yaml"), Terms("unnamed", without=frozenset(without)))
    assert not one.has_errors, [found for report in one.reports for found in report]
    return one


def told(folder: Path, *without: str) -> list[Finding]:
    """Return severity, code, file and line of what is found when the project is handed on."""
    return [
        (found.severity, found.code, report.source.name, report.source.place(found.span.start).line)
        for report, found in rights(compiled(folder, *without))
    ]


def codes(folder: Path, source: str, **media: bytes) -> list[str]:
    return [code for _, code, *_ in told(write_project(folder, source, **media))]


def advice(folder: Path, source: str, **media: bytes) -> list[str]:
    return [found.advice for _, found in rights(compiled(write_project(folder, source, **media)))]


def marked(folder: Path, source: str, **media: bytes) -> list[str]:
    """Return the words that are told as someone else's."""
    found = rights(compiled(write_project(folder, source, **media)))
    return [
        report.source.text[one.span.start : one.span.end]
        for report, one in found
        if one.code == "others-material"
    ]


def test_a_deck_of_words_under_a_licence_is_free_to_go(tmp_path: Path) -> None:
    assert codes(tmp_path, PLAIN) == []


def test_a_deck_without_a_licence_stays(tmp_path: Path) -> None:
    write_project(tmp_path, PLAIN.replace(FREE, ""))
    assert told(tmp_path) == [("error", "license-missing", "cards.yaml", 1)]


def test_the_licence_is_not_missed_twice(tmp_path: Path) -> None:
    one = compiled(write_project(tmp_path, PLAIN.replace(FREE, "")))
    assert "no-license" in {found.code for report in one.reports for found in report}
    list(rights(one))
    assert "no-license" not in {found.code for report in one.reports for found in report}


@pytest.mark.parametrize(
    "text",
    [
        *("private", "CC0-1.0", "cc-by-4.0", "CC-BY-NC-ND-4.0", "MIT", "GFDL-1.3-or-later", "ODbL-1.0"),
        *("LicenseRef-Our-Class", "AGPL-3.0-or-later", "MIT OR Apache-2.0", "(CC-BY-4.0 AND MIT)"),
    ],
)
def test_what_stands_in_the_list_of_licences_is_known(text: str, tmp_path: Path) -> None:
    assert codes(tmp_path, PLAIN.replace("CC-BY-SA-4.0", text)) == []


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("CC BY-SA 4.0", "CC-BY-SA-4.0"),
        ("CC BY", "CC-BY-4.0"),
        ("cc_by_nc", "CC-BY-NC-4.0"),
        ("Creative Commons Attribution-ShareAlike 4.0", "CC-BY-SA-4.0"),
        ("CC0", "CC0-1.0"),
        ("GFDL", "GFDL-1.3-or-later"),
        ("privat", "private"),
    ],
)
def test_the_licence_that_was_meant_is_named(text: str, meant: str, tmp_path: Path) -> None:
    source = PLAIN.replace("CC-BY-SA-4.0", text)
    assert told(write_project(tmp_path, source)) == [("warning", "unknown-license", "cards.yaml", 3)]
    assert advice(tmp_path, source) == [f"did you mean `{meant}`?"]


def test_a_licence_like_no_other_gets_an_example(tmp_path: Path) -> None:
    assert "such as `CC-BY-SA-4.0`" in advice(tmp_path, PLAIN.replace("CC-BY-SA-4.0", "qqq"))[0]


IMAGE = "    image: goose.png\n"
INLINE = "    explanation: 'Look: ![a goose](goose.png)'\n"
SYMBOL = "    symbol: goose\n"


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (PLAIN + IMAGE, 7),
        (PLAIN.replace("Goose", "Bird") + INLINE, 7),
        (PLAIN, 5),  # found by its name
        (f"scene: pond.svg\n{PLAIN}{SYMBOL}", 1),
        (f"scene:\n  alt: A pond\n  file: pond.svg\n{PLAIN}", 3),
        (f"{PLAIN}    scene: pond.svg\n    region: [1, 1, 50, 50]\n", 7),
    ],
)
def test_a_picture_without_origin_is_told_where_it_is_named(
    source: str, line: int, tmp_path: Path, dot_png: bytes
) -> None:
    write_project(tmp_path, source, pond_svg=POND)
    if "pond" not in source:
        (tmp_path / "media" / "goose.png").write_bytes(dot_png)
    assert told(tmp_path) == [("error", "picture-without-origin", "cards.yaml", line)]


def test_each_file_is_told_once_at_its_first_place(tmp_path: Path, dot_png: bytes) -> None:
    again = "  - {fact: Swan, mnemonic: Swoon, image: ./goose.png}\n"
    again += "  - {fact: Gull, mnemonic: Dull, symbol: goose}\n"
    write_project(tmp_path, f"{PLAIN}{IMAGE}{again}scene: pond.svg\n", goose_png=dot_png, pond_svg=POND)
    assert told(tmp_path) == [
        ("error", "picture-without-origin", "cards.yaml", 7),
        ("error", "picture-without-origin", "cards.yaml", 10),
    ]


@pytest.mark.parametrize(
    "source",
    [
        f"credit: Own drawings\nscene: pond.svg\n{PLAIN}{IMAGE}",
        f"{PLAIN}{IMAGE}    credit: Own drawing\n",
        f"{PLAIN}{INLINE}    credit: Own drawing\n",
        f"scene: {{file: pond.svg, credit: Own drawing}}\n{PLAIN}{SYMBOL}",
        f"{PLAIN}    scene: pond.svg\n    credit: Own drawing\n{SYMBOL}",
        f"{PLAIN}{IMAGE}  - {{fact: Swan, mnemonic: Swoon, image: goose.png, credit: Own drawing}}\n",
    ],
)
def test_a_credit_of_picture_note_or_deck_is_an_origin(source: str, tmp_path: Path, dot_png: bytes) -> None:
    media = {"pond_svg": POND} if SYMBOL in source else {"pond_svg": POND, "goose_png": dot_png}
    assert codes(tmp_path, source, **media) == []


def test_a_note_speaks_for_its_own_picture_and_not_for_the_scene(tmp_path: Path) -> None:
    source = f"scene: pond.svg\n{PLAIN}{SYMBOL}    credit: Own drawing\n"
    assert codes(tmp_path, source, pond_svg=POND) == ["picture-without-origin"]


def test_a_picture_that_no_card_shows_needs_no_origin(tmp_path: Path, dot_png: bytes) -> None:
    source = f"scene: pond.svg\ncards: {{scene: false}}\n{PLAIN}    image: none\n"
    assert codes(tmp_path, source, pond_svg=POND, goose_png=dot_png) == []


def test_a_picture_that_is_left_out_needs_no_origin(tmp_path: Path, dot_png: bytes) -> None:
    source = f"{PLAIN}{IMAGE}    credit: © Sketchy\n"
    write_project(tmp_path, f"scene: pond.svg\n{source}", goose_png=dot_png, pond_svg=POND)
    assert {code for _, code, *_ in told(tmp_path)} == {"picture-without-origin", "others-material"}
    assert told(tmp_path, "goose.png", "pond.svg") == []


def test_among_classmates_it_is_advice(tmp_path: Path, dot_png: bytes) -> None:
    source = PLAIN.replace("CC-BY-SA-4.0", "private") + IMAGE
    write_project(tmp_path, source, goose_png=dot_png)
    assert told(tmp_path) == [("warning", "picture-without-origin", "cards.yaml", 7)]


@pytest.mark.parametrize("name", ["pond.svg", "my pond, 2.svg"])
def test_the_line_that_it_says_to_write_is_one_that_works(name: str, tmp_path: Path) -> None:
    source = f"scene: '{name}'\n{PLAIN}"
    write_project(tmp_path, source)
    (tmp_path / "media" / name).write_bytes(POND)
    line = advice(tmp_path, source)[0].split("`")[1]
    assert codes(tmp_path, source.replace(f"scene: '{name}'", line)) == []


def test_a_file_of_another_tools_note_needs_an_origin_too(tmp_path: Path, dot_png: bytes) -> None:
    old = tmp_path / "old.apkg"
    RawPackage((Note("a1", ("Which bird?", "A goose")),), deck="Birds").write(old)
    source = HEAD + "notes:\n  - fact: A goose\n    ask: Which bird?\n"
    write_project(tmp_path, source, dot_png=dot_png)
    assert deckwright("adopt", old, tmp_path).code == 0
    named = source + "    extra: {Back: 'A goose <img src=\"dot.png\">'}\n"
    assert told(write_project(tmp_path, named)) == [("error", "picture-without-origin", "cards.yaml", 7)]
    assert codes(tmp_path, named + "    credit: Own drawing\n") == []


@pytest.mark.parametrize(
    ("credit", "word"),
    [
        ("© 2024 Elsevier", "©"),
        ("(c) 2019 Somebody", "(c)"),
        ("Copyright Somebody", "Copyright"),
        ("From the web, all rights reserved", "all rights reserved"),
        ("Used with kind permission of the publisher, CC BY 4.0", "Used with kind permission"),
        ("Prof. Muster, mit freundlicher Genehmigung", "mit freundlicher Genehmigung"),
        ("Screenshot from Sketchy", "Sketchy"),
        ("SketchyMicro", "SketchyMicro"),
        ("picmonic.com", "picmonic"),
        ("AMBOSS, 2024", "AMBOSS"),
        ("UWorld", "UWorld"),
        ("Osmosis video on shock", "Osmosis"),
        ("Lecturio", "Lecturio"),
        ("Netter's Atlas, plate 12", "Netter"),
        ("First Aid for the USMLE Step 1", "First Aid for the USMLE"),
        ("Boards & Beyond", "Boards & Beyond"),
        ("Pathoma, chapter 3", "Pathoma"),
    ],
)
def test_a_credit_that_names_its_owner_is_told_at_the_word(
    credit: str, word: str, tmp_path: Path, dot_png: bytes
) -> None:
    source = f'{PLAIN}{IMAGE}    credit: "{credit}"\n'
    assert marked(tmp_path, source, goose_png=dot_png) == [word]
    assert marked(tmp_path, f'credit: "{credit}"\n{PLAIN}') == [word]
    scene = f'scene: {{file: pond.svg, credit: "{credit}"}}\n{PLAIN}    image: none\n'
    assert marked(tmp_path, scene, pond_svg=POND) == [word]


@pytest.mark.parametrize(
    "credit",
    [
        "Own drawing",
        "© Jane Doe, CC BY-SA 4.0, Wikimedia Commons",
        "Osmosis, CC BY-SA 4.0",
        "© Anna Netter",  # the deck's author
        "A sketchy drawing of osmosis, by me",
        "Sketchy drawing by Tim",
        "Zeichnung: Hammer, Amboss, Steigbügel",
        "Copyright-free, from Openclipart",
        "No copyright: a work of the US government",
    ],
)
def test_a_credit_of_what_is_free_or_the_authors_own_is_not_told(
    credit: str, tmp_path: Path, dot_png: bytes
) -> None:
    source = f'authors: Anna Netter\n{PLAIN}{IMAGE}    credit: "{credit}"\n'
    assert codes(tmp_path, source, goose_png=dot_png) == []


@pytest.mark.parametrize(
    "source", ["AMBOSS, 2024", "© 2021 Guyton and Hall", "First Aid for the USMLE, 2023"]
)
def test_a_book_may_be_cited(source: str, tmp_path: Path) -> None:
    assert codes(tmp_path, f'source: "{source}"\n{PLAIN}    source: "{source}"\n') == []


def test_a_source_that_forbids_to_copy_is_told(tmp_path: Path) -> None:
    source = f"source: Lecture notes, do not distribute\n{PLAIN}    source: Slides, for personal use only\n"
    assert marked(tmp_path, source) == ["do not distribute", "for personal use only"]


@pytest.mark.parametrize("key", ["title", "summary"])
def test_a_deck_that_says_whose_it_is_is_told(key: str, tmp_path: Path) -> None:
    assert marked(tmp_path, f"{key}: Birds © Elsevier\n{PLAIN}") == ["©"]
    assert marked(tmp_path, f"{key}: Birds from AMBOSS\n{PLAIN}") == []


def test_a_licence_that_keeps_all_rights_is_told_as_that_alone(tmp_path: Path) -> None:
    assert codes(tmp_path, PLAIN.replace("CC-BY-SA-4.0", "All rights reserved")) == ["others-material"]


HEADS = "deck: Fauna\nid: fauna-k3x9\ndecks: decks/*.yaml\n"


def course(folder: Path, head: str, deck: str = NOTE) -> Path:
    """Write a project of two decks."""
    write_project(folder, head, pond_svg=POND)
    (folder / "decks").mkdir(exist_ok=True)
    for name in ("birds", "fish"):
        (folder / "decks" / f"{name}.yaml").write_text(
            f"deck: Fauna::{name}\nid: {name}-k3x9\n{deck}", "utf-8"
        )
    return folder


def test_what_decks_inherit_is_told_once_where_it_is_written(tmp_path: Path) -> None:
    course(tmp_path, f"{HEADS}license: CC BY\nscene: pond.svg\nsource: all rights reserved\n")
    assert told(tmp_path) == [
        ("warning", "unknown-license", "cards.yaml", 4),
        ("error", "picture-without-origin", "cards.yaml", 5),
        ("warning", "others-material", "cards.yaml", 6),
    ]


def test_decks_inherit_licence_and_credit(tmp_path: Path) -> None:
    course(tmp_path, f"{HEADS}{FREE}credit: Own drawings\nscene: pond.svg\n")
    assert told(tmp_path) == []
    assert {deck.deck.deck.credit for deck in compiled(tmp_path).decks} == {"Own drawings"}


def test_each_deck_without_a_licence_is_told(tmp_path: Path) -> None:
    course(tmp_path, HEADS)
    assert [(code, file) for _, code, file, _ in told(tmp_path)] == [
        ("license-missing", "decks/birds.yaml"),
        ("license-missing", "decks/fish.yaml"),
    ]


def test_the_pictures_used_are_those_that_travel(tmp_path: Path, dot_png: bytes) -> None:
    source = f"scene: pond.svg\n{PLAIN}{SYMBOL}{INLINE}"
    write_project(tmp_path, source, goose_png=dot_png, pond_svg=POND, spare_png=dot_png)
    assert pictures_used(compiled(tmp_path)) == {"goose.png", "pond.svg"}
    assert pictures_used(compiled(tmp_path, "pond.svg")) == {"goose.png"}


def test_check_asks_for_none_of_this(tmp_path: Path, dot_png: bytes) -> None:
    write_project(tmp_path, PLAIN + IMAGE + "    credit: © Sketchy\n", goose_png=dot_png)
    done = deckwright("check", "--format", "concise", cwd=tmp_path)
    assert done.code == 0
    assert "others-material" not in done.out


def test_the_deck_in_anki_names_every_credit_once(tmp_path: Path, dot_png: bytes) -> None:
    source = (
        "credit: By Ann & Bob\nscene: {file: pond.svg, credit: By Eve}\nreport: a@b.org\n"
        f"{PLAIN}{IMAGE}    credit: By Tim\n  - {{fact: Swan, mnemonic: Swoon, credit: By Tim}}\n"
    )
    write_project(tmp_path, source, goose_png=dot_png, pond_svg=POND)
    assert deckwright("build", "-o", "a.apkg", cwd=tmp_path).code == 0
    (deck,) = (deck for deck in read_package(tmp_path / "a.apkg").decks if deck.name == "Birds")
    told_ = "CC-BY-SA-4.0<br><br>By Ann &amp; Bob<br><br>By Eve<br><br>By Tim<br><br>a@b.org"
    assert told_ in deck.description


def test_a_credit_sends_no_note_to_anyone(tmp_path: Path, dot_png: bytes) -> None:
    before = [note.note.content for note in compiled(write_project(tmp_path, PLAIN, goose_png=dot_png)).notes]
    write_project(tmp_path, f"credit: Own drawings\n{PLAIN}    credit: By Tim\n")
    assert [note.note.content for note in compiled(tmp_path).notes] == before
