"""Places: what a person's editor calls line and column."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckwright.source.text import Place, SourceFile


def source(text: str) -> SourceFile:
    return SourceFile("cards.yaml", text)


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [
        ("", 0, (1, 1)),
        ("abc", 0, (1, 1)),
        ("abc", 3, (1, 4)),
        ("a\nb", 1, (1, 2)),
        ("a\nb", 2, (2, 1)),
        ("a\n", 2, (2, 1)),
        ("a\r\nb", 1, (1, 2)),
        ("a\r\nb", 3, (2, 1)),
        ("a\rb", 2, (2, 1)),
        ("a\r\rb", 3, (3, 1)),
        ("a\n\rb", 3, (3, 1)),
        ("鹅🪿é\nb", 3, (1, 4)),
        ("鹅🪿é\nb", 4, (2, 1)),
        ("a\x85b\u2028c", 4, (1, 5)),  # line ends to YAML 1.1, to no editor
        ("a\x0bb\x0cc", 4, (1, 5)),
    ],
)
def test_a_place_counts_code_points_in_lines(text: str, offset: int, place: tuple[int, int]) -> None:
    assert source(text).place(offset) == Place(*place)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_come_without_their_ends(end: str) -> None:
    file = source(f"one{end}{end}three{end}")
    assert [file.line(number) for number in (1, 2, 3, 4)] == ["one", "", "three", ""]
    assert [file.offset(number) for number in (1, 2, 3)] == [0, 3 + len(end), 3 + 2 * len(end)]


@given(st.text(alphabet="ab\r\n\u2028鹅"))
def test_every_offset_is_found_back_by_its_place(text: str) -> None:
    file = source(text)
    for offset in range(len(text) + 1):
        place = file.place(offset)
        assert file.offset(place.line) + place.column - 1 == offset
        assert place.column <= len(file.line(place.line)) + 3  # a place may be within the line end
