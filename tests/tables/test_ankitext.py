"""The head of Anki's text export, as Anki itself reads it."""

from __future__ import annotations

import pytest

from deckwright.tables.ankitext import Directives, is_export, read_directives


@pytest.mark.parametrize(
    "head", ["#separator:tab\n", "\ufeff#html:true\n", "# Tags Column : 3\r\n", "#deck:A"]
)
def test_an_export_is_known_by_its_first_line(head: str) -> None:
    assert is_export(head)


@pytest.mark.parametrize(
    "head", ["", "#,Front,Back\n", "# my words: all\n", "separator:tab\n", "\n#html:true\n", "#"]
)
def test_other_tables_are_not_taken_for_one(head: str) -> None:
    assert not is_export(head)


def test_all_that_a_head_says_is_known() -> None:
    head = (
        "#separator:Semicolon\r\n#HTML:true\n#a comment\n#tags: one  two\n#columns:Front;Back\n#deck:A::B\n"
        "#guid column:1\n#notetype column: 2\n#deck column:03\n#tags column:6;;\n#notetype:Basic\n"
    )
    assert read_directives(head + "x;y\n#z\n") == Directives(
        len(head), ";", is_html=True, deck="A::B", tags=("one", "two"), labels="Front;Back",
        columns={"guid": 0, "notetype": 1, "deck": 2, "tags": 5},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("#separator:,", Directives(12, ",")),
        ("#separator:\t", Directives(12, "\t")),
        ("#separator:tab\t\t", Directives(16, "\t")),
        ("#separator:moon", Directives(15)),
        ("#html:false", Directives(11, is_html=False)),
        ("#html:perhaps", Directives(13)),
        ("#tags column:0", Directives(14)),
        ("#tags column:x", Directives(14)),
        ("#fields column:2", Directives(16)),
        ("#tags column:99999999999999999999", Directives(33)),
    ],
)
def test_a_value_is_read_as_anki_reads_it(line: str, expected: Directives) -> None:
    assert read_directives(line) == expected
