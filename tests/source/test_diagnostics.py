"""The printed forms of findings, to the last column."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckwright.source.diagnostics import (
    Diagnostic,
    Related,
    Report,
    as_json,
    concise,
    error,
    full,
    printable,
    warning,
)
from deckwright.source.text import SourceFile, Span

HOSTILE = "\x00\x07\x1b[31m\x7f\x85\x9b\u061c\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069"


def report(text: str, *found: Diagnostic, name: str = "cards.yaml") -> Report:
    made = Report(SourceFile(name, text))
    made.extend(found)
    return made


def at(text: str, part: str) -> Span:
    start = text.index(part)
    return Span(start, start + len(part))


def test_the_full_form_is_the_one_of_the_design() -> None:
    text = "deck: D\n" * 41 + "      - mnemonik: A cat with a stethoscope\n"
    found = error(
        "unknown-key",
        "unknown key `mnemonik` in note",
        at(text, "mnemonik"),
        advice="did you mean `mnemonic`?",
    )
    assert full(report(text, found)) == (
        "error[unknown-key]: unknown key `mnemonik` in note\n"
        "  --> cards.yaml:42:9\n"
        "   |\n"
        "42 |       - mnemonik: A cat with a stethoscope\n"
        "   |         ^^^^^^^^ did you mean `mnemonic`?"
    )


def test_a_second_place_and_a_warning_without_advice() -> None:
    text = "deck: D\ndeck: E\n"
    found = warning("odd", "twice", Span(8, 12), related=Related("first", Span(0, 4)))
    assert full(report(text, found)) == (
        "warning[odd]: twice\n --> cards.yaml:2:1   (first: cards.yaml:1:1)\n  |\n2 | deck: E\n  | ^^^^"
    )


def carets(text: str, part: str) -> tuple[str, str]:
    """Print a finding about *part* of the first line; return the line and the carets as printed."""
    lines = full(report(text, error("odd", "odd", at(text, part)))).splitlines()
    return lines[3].removeprefix("1 | "), lines[4].removeprefix("  | ")


@pytest.mark.parametrize(
    ("text", "part", "shown", "marks"),
    [
        ("a b c", "b", "a b c", "  ^"),
        ("鹅 b", "b", "鹅 b", "   ^"),  # two columns, and a space
        ("a 鹅子 c", "鹅子", "a 鹅子 c", "  ^^^^"),
        ("🪿 b", "b", "🪿 b", "   ^"),
        ("e\u0301 b", "b", "e\u0301 b", "  ^"),
        ("ด\u0e34 b", "b", "ด\u0e34 b", "  ^"),  # a vowel sign that is no combining class
        ("❤\ufe0f b", "b", "❤\ufe0f b", "  ^"),
        ("a\u200bb", "b", "a\u200bb", " ^"),
        ("a\u0301", "\u0301", "a\u0301", " ^"),  # something has to be seen
        ("a\tb", "b", "a b", "  ^"),
        ("\t\tb", "b", "  b", "  ^"),
        ("a\x1b[0m b", "b", "a�[0m b", "      ^"),
        ("a\u202eb", "b", "a�b", "  ^"),
        ("ab\n", "\n", "ab", "  ^"),
        ("ab\r\ncd", "b\r\nc", "ab", " ^"),
    ],
)
def test_carets_stand_under_their_place(text: str, part: str, shown: str, marks: str) -> None:
    assert carets(text, part) == (shown, marks)


def test_a_span_of_nothing_at_the_end_has_a_caret() -> None:
    text = "deck: D\n"
    printed = full(report(text, error("odd", "odd", Span(8, 8), advice="go on")))
    assert printed == "error[odd]: odd\n --> cards.yaml:2:1\n  |\n2 | \n  | ^ go on"
    assert full(report("", error("odd", "odd", None))).splitlines()[1] == " --> cards.yaml:1:1"


def test_a_long_line_is_cut_to_a_window_around_the_place() -> None:
    text = "x" * 500 + "HERE" + "y" * 500
    shown, marks = carets(text, "HERE")
    assert shown == "…" + "x" * 50 + "HERE" + "y" * 46 + "…"
    assert marks == " " * 51 + "^^^^"
    shown, marks = carets("HERE" + "y" * 500, "HERE")
    assert (shown, marks) == ("HERE" + "y" * 96 + "…", "^^^^")
    shown, marks = carets("x" * 500 + "HERE", "HERE")
    assert (shown, marks) == ("…" + "x" * 50 + "HERE", " " * 51 + "^^^^")


def test_a_long_span_is_marked_as_far_as_the_window() -> None:
    shown, marks = carets("x" * 1000, "x" * 1000)
    assert (shown, marks) == ("x" * 100 + "…", "^" * 100)


def test_a_window_over_wide_characters_keeps_the_carets_right() -> None:
    shown, marks = carets("鹅" * 200 + "b" + "鹅" * 200, "b")
    assert shown == "…" + "鹅" * 50 + "b" + "鹅" * 49 + "…"
    assert marks == " " * 101 + "^"


def test_colour_is_for_the_head_alone() -> None:
    found = report("ab", error("odd", "red", Span(0, 1)), warning("odd", "yellow", Span(1, 2)))
    coloured = full(found, colour=True)
    assert coloured.splitlines()[0] == "\x1b[1;31merror[odd]\x1b[0m: red"
    assert "\x1b[1;33mwarning[odd]\x1b[0m: yellow" in coloured
    assert coloured.count("\x1b") == 4
    assert coloured.replace("\x1b[1;31m", "").replace("\x1b[1;33m", "").replace("\x1b[0m", "") == full(found)
    assert "\x1b" not in full(found)


def test_the_concise_form_is_a_line_each() -> None:
    text = "one\ntwo\n"
    found = report(
        text,
        warning("later", "second `two`", Span(4, 7)),
        error("odd", "first", Span(0, 3), advice="do this"),
    )
    assert concise(found) == (
        "cards.yaml:1:1: error[odd]: first (do this)\ncards.yaml:2:1: warning[later]: second `two`"
    )


def test_the_json_form_is_the_same_as_data() -> None:
    text = "é\n鹅b\n"
    found = error("odd", "Ω", Span(2, 4), advice="do this", related=Related("first", Span(0, 1)))
    assert json.loads(as_json([report(text, found), report("", name="cards.lock")])) == [
        {
            "code": "odd",
            "severity": "error",
            "message": "Ω",
            "help": "do this",
            "file": "cards.yaml",
            "line": 2,
            "column": 1,
            "end_line": 2,
            "end_column": 3,
            "related": {"label": "first", "line": 1, "column": 1},
        }
    ]
    assert as_json([report("")]) == "[]"


def test_nothing_that_drives_a_terminal_is_printed_raw() -> None:
    hostile = report(
        HOSTILE,
        error("odd", HOSTILE, Span(0, 1), advice=HOSTILE, related=Related("first", Span(0, 1))),
        name=f"a{HOSTILE}.yaml",
    )
    for printed in (full(hostile), concise(hostile), as_json([hostile])):
        assert not set(printed) & (set(HOSTILE) - set("[31m")), ascii(printed)
        assert all(char == "\n" or char.isprintable() for char in printed), ascii(printed)
    (entry,) = json.loads(as_json([hostile]))
    assert (entry["message"], entry["help"]) == (HOSTILE, HOSTILE)  # data is not lost for being safe
    assert len(concise(hostile).splitlines()) == 1


def test_half_a_character_can_be_printed() -> None:
    found = report("a", error("odd", "key \ud800", Span(0, 1), advice="\udfff"))
    for printed in (full(found), concise(found), as_json([found])):
        assert printed.encode()
    assert json.loads(as_json([found]))[0]["message"] == "key \ud800"


@given(st.text())
def test_printable_keeps_length_and_good_characters(text: str) -> None:
    shown = printable(text)
    assert len(shown) == len(text)
    assert all(new in (old, "�") for old, new in zip(text, shown, strict=True))
    assert printable(shown) == shown


@given(st.text(max_size=300), st.integers(0, 300), st.integers(0, 300))
def test_any_span_of_any_text_can_be_printed(text: str, start: int, length: int) -> None:
    start = min(start, len(text))
    found = report(text, error("odd", text, Span(start, min(start + length, len(text)))))
    assert full(found).rstrip("^").endswith((" ", "^")) or "^" in full(found)
    json.loads(as_json([found]))
    assert len(concise(found).splitlines()) == 1


def test_findings_come_once_each_and_in_the_order_of_their_places() -> None:
    first, second = error("b", "x", Span(1, 2)), error("a", "x", Span(5, 6))
    found = report("abcdefgh", second, first, second, warning("a", "x", Span(1, 2)))
    assert [finding.code for finding in found] == ["a", "b", "a"]
    assert (found.count("error"), found.count("warning")) == (2, 1)
    assert found.has_errors
    assert not report("a", warning("a", "x", None)).has_errors
