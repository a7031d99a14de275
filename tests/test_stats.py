"""`deckwright stats`: what there is to learn, section by section."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from deckwright import project
from deckwright.stats import Stats, as_json, as_text, stats
from deckwright.workspace import find_project
from support import ROOT, deckwright, write_project

if TYPE_CHECKING:
    from pathlib import Path

DECK = """\
deck: Birds
sections:
  Loud:
    cards: {sweep: true}
    notes:
      - fact: Goose
        mnemonic: Goose the juice
        ask: Which one honks?
        explanation: It honks all day.
        image: dot.png
      - fact: Duck
        mnemonic: Duct
        image: dot.png
  Mute:
    - fact: A bird that says nothing at all
      mnemonic: Swan
      cards: {reverse: true}
"""


def counted(folder: Path) -> Stats:
    return stats(project.check(find_project(folder)))


@pytest.fixture
def folder(tmp_path: Path, dot_png: bytes) -> Path:
    return write_project(tmp_path, DECK, dot_png=dot_png)


def test_each_section_is_counted_and_all(folder: Path, dot_png: bytes) -> None:
    found = counted(folder)
    loud, mute = found.sections
    assert (loud.deck, loud.section, loud.notes, loud.words) == ("Birds", "Loud", 2, 13)
    assert loud.cards == {"picture": 2, "ask": 1, "sweep": 1}
    assert (loud.pictures, loud.bytes) == (1, len(dot_png))
    assert (mute.section, mute.notes, mute.words, mute.pictures, mute.bytes) == ("Mute", 1, 8, 0, 0)
    assert mute.cards == {"picture": 1, "reverse": 1}
    assert (found.all.notes, found.all.words, found.all.pictures) == (3, 21, 1)
    assert found.all.cards == {"picture": 3, "ask": 1, "reverse": 1, "sweep": 1}


def test_the_longest_facts_come_longest_first(folder: Path) -> None:
    facts = [(fact.fact, fact.characters, fact.words) for fact in counted(folder).longest]
    assert facts == [("A bird that says nothing at all", 31, 7), ("Goose", 5, 1), ("Duck", 4, 1)]


def test_no_more_than_five_facts_are_named(tmp_path: Path) -> None:
    notes = "".join(f"  - {'x' * length} ~ y\n" for length in range(1, 9))
    found = counted(write_project(tmp_path, f"deck: D\nnotes:\n{notes}"))
    assert [fact.characters for fact in found.longest] == [8, 7, 6, 5, 4]


def test_the_table_is_aligned(folder: Path, dot_png: bytes) -> None:
    assert as_text(counted(folder)).splitlines() == [
        "        notes  cards  picture  ask  reverse  sweep  words  pictures      size",
        f"Loud        2      4        2    1        -      1     13         1  {len(dot_png)} bytes",
        "Mute        1      2        1    -        1      -      8         -   0 bytes",
        f"In all      3      6        3    1        1      1     21         1  {len(dot_png)} bytes",
        "",
        "Longest facts, in characters:",
        "  31  A bird that says nothing at all",
        "   5  Goose",
        "   4  Duck",
    ]


def test_wide_signs_count_two_and_none_drives_the_terminal(tmp_path: Path) -> None:
    source = 'deck: D\nsections:\n  解剖学: [a ~ b]\n  "x\\u202Ey": [c ~ d]\n'
    lines = as_text(counted(write_project(tmp_path, source))).splitlines()
    assert lines[1].startswith("解剖学      1")
    assert lines[2].startswith("x�y         1")


def test_the_shipped_deck_is_counted_as_build_counts_it() -> None:
    found = counted(ROOT)
    assert (found.all.notes, sum(found.all.cards.values())) == (8, 17)
    assert found.all.cards == {"scene": 1, "picture": 8, "ask": 8}
    assert found.all.bytes == (ROOT / "media" / "baclofen-scene.svg").stat().st_size
    assert [part.section for part in found.sections] == [
        "Mechanism",
        "Indications",
        "Side Effects",
        "Considerations",
        "",
    ]
    assert "(no section)" in as_text(found)


def test_several_decks_stand_under_their_names(tmp_path: Path) -> None:
    write_project(tmp_path, "deck: Birds\nid: birds-k3x9\ndecks: decks/*.yaml\n")
    for name in ("Air", "Water"):
        path = tmp_path / "decks" / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"deck: Birds::{name}\nsections: {{Loud: [{name} ~ Honk]}}\n", "utf-8")
    lines = as_text(counted(tmp_path)).splitlines()
    assert [line.split("  ")[0] for line in lines[1:4]] == [
        "Birds::Air › Loud",
        "Birds::Water › Loud",
        "In all",
    ]


def test_a_deck_without_sections_is_one_row(tmp_path: Path) -> None:
    lines = as_text(counted(write_project(tmp_path, "deck: D\nnotes: [a ~ b]\n"))).splitlines()
    assert [line.split()[0] for line in lines[:2]] == ["notes", "(no"]
    assert lines[2] == ""


def test_as_json_it_is_the_same(folder: Path) -> None:
    data = json.loads(as_json(counted(folder)))
    assert [part["section"] for part in data["sections"]] == ["Loud", "Mute"]
    assert data["sections"][0]["cards"] == {"picture": 2, "ask": 1, "sweep": 1}
    assert data["all"]["words"] == 21
    assert data["longest"][0] == {
        "deck": "Birds",
        "section": "Mute",
        "fact": "A bird that says nothing at all",
        "words": 7,
        "characters": 31,
    }


def test_the_command_prints_both_and_fails_on_a_broken_deck(folder: Path) -> None:
    assert deckwright("stats", cwd=folder).out == as_text(counted(folder)) + "\n"
    assert json.loads(deckwright("stats", "--format", "json", cwd=folder).out)["all"]["notes"] == 3
    write_project(folder, "deck: D\nnotes: [{fakt: x}]\n")
    failed = deckwright("stats", cwd=folder)
    assert (failed.code, failed.out) == (1, "")
    assert "did you mean `fact`" in failed.err
