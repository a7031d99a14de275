"""What a note inherits, and what the model remembers of its source."""

from __future__ import annotations

import pytest

from deckwright.deck.model import Deck, Placed, place
from deckwright.deck.schema import bind
from deckwright.source.diagnostics import Report
from deckwright.source.syntax import compose
from deckwright.source.text import SourceFile

SOURCE = """\
deck: Medicine::Birds
title: Fowl
scene: {file: pond.svg, alt: A pond}
tags: [a, b]
cards: {reverse: true}
notes:
  - Teal ~ Tale
sections:
  Water:
    scene: lake.svg
    tags: [b, c]
    cards: {reverse: false, picture: false}
    notes:
      - fact: Goose
        ask: Which bird?
        tags: [a, d]
      - fact: Swan
        ask: Which bird?
        scene: {file: swan.svg, credit: Ann}
        cards: {picture: true}
      - fact: Duck
        ask: Which bird?
        cards: [reverse]
  Land:
    - Hen ~ Then
"""


def deck(text: str) -> Deck:
    report = Report(SourceFile("cards.yaml", text))
    made = bind(compose(report.source, report), report)
    assert made is not None
    assert not report.has_errors
    return made


@pytest.fixture(scope="module")
def placed() -> dict[str, Placed]:
    return {placed.note.fact: placed for placed in place(deck(SOURCE))}


def test_notes_come_in_the_order_of_the_source(placed: dict[str, Placed]) -> None:
    assert list(placed) == ["Teal", "Goose", "Swan", "Duck", "Hen"]
    assert [note.section for note in placed.values()] == ["", "Water", "Water", "Water", "Land"]


def test_tags_add_up_downwards_each_once(placed: dict[str, Placed]) -> None:
    assert [note.tags for note in placed.values()] == [
        ("a", "b"),
        ("a", "b", "c", "d"),
        ("a", "b", "c"),
        ("a", "b", "c"),
        ("a", "b"),
    ]


def test_the_nearest_scene_counts_as_a_whole(placed: dict[str, Placed]) -> None:
    scenes = [note.scene for note in placed.values()]
    assert [(scene.file, scene.alt, scene.credit) for scene in scenes if scene] == [
        ("pond.svg", "A pond", ""),
        ("lake.svg", "", ""),
        ("swan.svg", "", "Ann"),
        ("lake.svg", "", ""),
        ("pond.svg", "A pond", ""),
    ]


def test_switches_change_what_is_above_and_lists_replace_it(placed: dict[str, Placed]) -> None:
    assert [sorted(note.shapes) for note in placed.values()] == [
        ["ask", "picture", "reverse"],
        ["ask"],
        ["ask", "picture"],
        ["reverse"],
        ["ask", "picture", "reverse"],
    ]


@pytest.mark.parametrize(
    ("cards", "shapes"),
    [
        ("{}", ["ask", "picture"]),
        ("[]", []),
        ("ask", ["ask"]),
        ("[ask, reverse, ask]", ["ask", "reverse"]),
        ("{picture: false}", ["ask"]),
        ("{reverse: true, ask: false}", ["picture", "reverse"]),
    ],
)
def test_the_forms_of_cards(cards: str, shapes: list[str]) -> None:
    (only,) = place(deck(f"deck: D\ncards: {cards}\nnotes: [a ~ b]\n"))
    assert sorted(only.shapes) == shapes


def test_the_topic_is_the_title_or_the_last_part_of_the_name() -> None:
    assert deck(SOURCE).topic == "Fowl"
    assert deck("deck: 'A::B:: C '\nnotes: [a ~ b]\n").topic == "C"


def test_everything_knows_where_it_was_written() -> None:
    made = deck(SOURCE)
    note = made.sections["Water"].notes[0]

    def at(start: int, end: int) -> str:
        return SOURCE[start:end]

    assert at(made.span("deck").start, made.span("deck").end) == "Medicine::Birds"
    assert at(made.key_span("tags").start, made.key_span("tags").end) == "tags"
    assert at(note.span("tags", 1).start, note.span("tags", 1).end) == "d"
    assert at(note.span().start, note.span().end) == "fact"
    assert note.key_span("image") == note.span("image") == note.span()  # not written: where the note begins
    scalar = note.scalar("ask")
    assert scalar is not None
    assert scalar.text == "Which bird?"
    assert note.scalar("tags") is None
    short = made.notes[0]
    assert at(short.span("mnemonic").start, short.span("mnemonic").end) == "Tale"
    scene = made.sections["Water"].scene
    assert scene is not None
    assert at(scene.span("file").start, scene.span("file").end) == "lake.svg"


def test_the_model_is_frozen() -> None:
    made = deck(SOURCE)
    with pytest.raises(ValueError, match="frozen"):
        made.deck = "Other"  # type: ignore[misc]
