"""What headers, places and Anki say about columns."""

from __future__ import annotations

import pytest

from deckwright.source.text import Span
from deckwright.tables.ankitext import Directives
from deckwright.tables.columns import Columns, choose
from deckwright.tables.grid import Cell, Row


def chosen(header: str, *rows: str, maps: tuple[str, ...] = (), labels: str = "") -> Columns:
    """Choose the columns of a table whose cells are parted by `|`; *labels* are those of an export."""
    lines = [
        Row(number, tuple(Cell(text, Span(0, 0)) for text in row.split("|")))
        for number, row in enumerate([header, *rows], 1)
    ]
    said = Directives(0) if labels else None
    return choose("t.csv", lines, maps, said, tuple(labels.split("|")) if labels else ())


@pytest.mark.parametrize(
    ("header", "keys"),
    [
        ("Front|Back", "ask fact"),
        ("QUESTION|answer|Why|tags", "ask fact explanation tags"),
        ("Fact|Hint|Picture|Notes|Chapter|ID", "fact mnemonic image explanation section id"),
        ("Term|Definition", "ask fact"),
        ("Term|Mnemonic|Definition", "fact mnemonic explanation"),
        ("Term|Fact", "ask fact"),
        ("Mnemonic|Word|Meaning|Explanation", "mnemonic ask fact explanation"),
        ("Vorderseite|Rückseite|Schlagwörter", "ask fact tags"),
        ("Begriff|Eselsbrücke|Erklärung", "fact mnemonic explanation"),
        ("Recto|Verso|Thème", "ask fact section"),
        ("Pregunta|Respuesta|Explicación|Categoría", "ask fact explanation section"),
        ("Fakt|Merkspruch|Seite|Extra", "fact mnemonic  explanation"),
        ("Q|A", "ask fact"),
        ("Comment|Explanation|fact|ask", " explanation fact ask"),
    ],
)
def test_headers_are_known(header: str, keys: str) -> None:
    columns = chosen(header, "a|b|c|d|e|f")
    assert columns.keys == tuple(keys.split(" "))
    assert columns.first == 1


def test_our_own_words_are_no_guess() -> None:
    assert not chosen("Fact|mnemonic|Page", "a|b|c").guessed
    assert chosen("Fact|Hint", "a|b").guessed
    assert not chosen("Fact|Hint", "a|b", maps=("mnemonic=Hint",)).guessed


@pytest.mark.parametrize("first", ["Spinal cord|Spina Cord|It works there", "Nausea|Now see ya", "1|2|3"])
def test_a_table_without_headers_goes_by_place(first: str) -> None:
    columns = chosen(first)
    assert columns.first == 0
    assert columns.guessed
    assert columns.names == ("1", "2", "3")[: len(columns.keys)]
    assert columns.keys == ("fact", "mnemonic", "explanation")[: len(columns.keys)]


def test_an_export_begins_with_its_front_and_its_back() -> None:
    said = Directives(0, columns={"guid": 0, "tags": 3})
    row = Row(1, tuple(Cell(text, Span(0, 0)) for text in ("x", "Front", "Back", "", "More")))
    columns = choose("t.txt", [row], (), said, ())
    assert columns == Columns(
        ("guid", "2", "3", "tags", "5"), ("id", "ask", "fact", "tags", "explanation"), 0, guessed=True
    )


def test_the_headers_that_an_export_states_count() -> None:
    columns = chosen("a|b|c", labels="Mnemonic|Fact|Sound")
    assert columns == Columns(("Mnemonic", "Fact", "Sound"), ("mnemonic", "fact", ""), 0, guessed=False)


def test_a_map_makes_the_first_row_one_of_headers() -> None:
    columns = chosen("Droge|Merke", "a|b", maps=("fact=droge,mnemonic=Merke",))
    assert columns == Columns(("Droge", "Merke"), ("fact", "mnemonic"), 1, guessed=False)


def test_a_map_by_numbers_leaves_the_first_row_to_its_words() -> None:
    assert chosen("a|b", maps=("fact=2", "ask=1")).first == 0
    assert chosen("Front|Back", "a|b", maps=("fact=1", "ask=2")) == Columns(
        ("Front", "Back"), ("fact", "ask"), 1, guessed=False
    )


def test_a_title_may_stand_above_the_headers() -> None:
    table = ("Betablockers, group 3||", "Fact|Hint|Page", "a|b|c")
    assert chosen(*table) == Columns(("Fact", "Hint", "Page"), ("fact", "mnemonic", ""), 2, guessed=True)
    maps = ("fact=Droge", "mnemonic=Spruch")
    assert chosen("Gruppe 3|", "|Stand 2026", "Droge|Spruch", "a|b", maps=maps).first == 3
    assert chosen("Only one column|", "a|b", "Fact|Hint").first == 0


def test_two_known_words_make_a_header_of_many() -> None:
    assert chosen("Frage|Antwort|Anteil|Preis|Datum", "a|b|c|d|e").first == 1
    assert chosen("Question|what is meant|by this|in that", "a|b|c|d").first == 0


def test_an_empty_column_has_no_place() -> None:
    assert chosen("|Nausea|Now see ya", "|Rash|Trash").keys == ("", "fact", "mnemonic")
    assert chosen("|Nausea|Now see ya", "x|Rash|Trash").keys == ("fact", "mnemonic", "explanation")
