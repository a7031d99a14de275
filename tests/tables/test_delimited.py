"""Text → cells, held against Python's own reader, and with each cell at its place."""

from __future__ import annotations

import csv
import io
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckwright.source.diagnostics import Report
from deckwright.source.text import SourceFile
from deckwright.tables.delimited import DELIMITERS, delimiter_of, is_tabbed, read_delimited

TEXTS = st.text(st.sampled_from('ab \t;,|"\né'), max_size=6)
QUOTING: tuple[Literal[0, 1], ...] = (csv.QUOTE_MINIMAL, csv.QUOTE_ALL)
ROWS = st.lists(st.lists(TEXTS, min_size=2, max_size=4), min_size=1, max_size=5)


def read(text: str, delimiter: str, *, skip_comments: bool = False) -> tuple[list[list[str]], list[str]]:
    """Return the cells of a text, and the codes of what is wrong with them."""
    report = Report(SourceFile("t.csv", text))
    grid = read_delimited(report.source, report, start=0, delimiter=delimiter, skip_comments=skip_comments)
    for row in grid.rows:
        for cell in row.cells:
            written = text[cell.span.start : cell.span.end]
            assert cell.text == written or cell.text in written.strip(" ").replace('""', '"').replace(
                "\r\n", "\n"
            ).replace("\r", "\n")
    return [[cell.text for cell in row.cells] for row in grid.rows], [found.code for found in report]


@given(ROWS, st.sampled_from(DELIMITERS), st.sampled_from(["\n", "\r\n"]), st.sampled_from(QUOTING))
def test_what_python_writes_is_read_as_it_was(
    rows: list[list[str]], delimiter: str, line_end: str, quoting: Literal[0, 1]
) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(rows)
    assert read(out.getvalue(), delimiter) == (rows, [])


@given(st.text(st.sampled_from('a;"\r\n #'), max_size=40), st.booleans())
def test_any_text_is_read_and_no_letter_of_it_lost(text: str, skip_comments: bool) -> None:  # noqa: FBT001
    rows, _ = read(text, ";", skip_comments=skip_comments)
    kept = "".join(cell for row in rows for cell in row).count("a")
    assert skip_comments or kept == text.count("a")


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), min_size=1, max_size=30))
@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_the_sign_between_the_cells_is_told(delimiter: str, rows: list[tuple[str, str]]) -> None:
    text = "".join(f"{one}{delimiter}{other}\n" for one, other in rows)
    assert delimiter_of(text, 0) == delimiter


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("Front;Back\nA, B, C;D\nE, F;G\n", ";"),
        ("Front,Back\nA; B,C\n", ","),
        ("Front\tBack\nA, B\tC, D\n", "\t"),
        ('Front,Back\n"A; B; C",D\n', ","),
        ("One column\nof words, and more\n", "\t"),
        ("", "\t"),
    ],
)
def test_signs_within_texts_do_not_mislead(text: str, delimiter: str) -> None:
    assert delimiter_of(text, 0) == delimiter


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ('"Aspirin" is a name,b\n', [['"Aspirin" is a name', "b"]]),
        ('a, "b, c"\n', [["a", "b, c"]]),
        ('5" wide,b\n', [['5" wide', "b"]]),
        ('"a ""b"" c",d', [['a "b" c', "d"]]),
        ("a,\n,b\n", [["a", ""], ["", "b"]]),
        ("a,b\n\nc,d\n", [["a", "b"], [""], ["c", "d"]]),
    ],
)
def test_quotes_are_read_as_they_were_meant(text: str, cells: list[list[str]]) -> None:
    assert read(text, ",") == (cells, [])


@pytest.mark.parametrize("text", ['"a,b\nc,d\n', 'x,"a\ny,"b"\n', '"a""b,c\n'])
def test_a_quote_without_its_other_is_told(text: str) -> None:
    assert read(text, ",")[1] == ["open-quote"]


def test_lines_of_comment_hold_no_cells() -> None:
    assert read('#a\nb\tc\n#d\n"#e"\tf\n', "\t", skip_comments=True)[0] == [["b", "c"], ["#e", "f"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nausea\tNow see ya\n\nRash\tTrash\n", True),
        ("a\tb\tc\r\nd\te\tf", True),
        ("Nausea\tNow see ya\n", False),
        ("Nausea\nNow see ya\n", False),
        ("Title\n\nNausea\tNow see ya\n", False),
        ("\tNausea\n\tNow see ya\n", False),
        ("Fact:\tNausea\nMnemonic:\tNow see ya\n", False),
        ("", False),
    ],
)
def test_a_table_is_known_by_its_tabs(text: str, *, expected: bool) -> None:
    assert is_tabbed(text) == expected
