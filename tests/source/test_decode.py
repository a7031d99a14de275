"""Bytes become text, whatever bytes they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckwright.source import decode as module
from deckwright.source.decode import decode, without_controls
from deckwright.source.diagnostics import Report
from deckwright.source.text import SourceFile, Span


def test_utf_8_is_read_with_and_without_a_byte_order_mark() -> None:
    for data in ("Ω ~ 鹅\r\n".encode(), "\ufeffΩ ~ 鹅\r\n".encode()):
        source, found = decode("cards.yaml", data)
        assert (source, found) == (SourceFile("cards.yaml", "Ω ~ 鹅\r\n"), ())


@pytest.mark.parametrize(
    ("data", "span", "message", "text"),
    [
        (b"caf\xe9 au lait", Span(3, 4), "byte 0xe9 is not UTF-8", "caf� au lait"),
        ("é鹅".encode() + b"\xff", Span(2, 3), "byte 0xff is not UTF-8", "é鹅�"),
        (b"\xef\xbb\xbfa\x80", Span(1, 2), "byte 0x80 is not UTF-8", "a�"),
        (b"a\xed\xa0\x80", Span(1, 2), "byte 0xed is not UTF-8", "a���"),
        (b"a\xc0\xaf", Span(1, 2), "byte 0xc0 is not UTF-8", "a��"),
    ],
)
def test_the_first_undecodable_byte_is_told_and_reading_goes_on(
    data: bytes, span: Span, message: str, text: str
) -> None:
    source, (found,) = decode("cards.yaml", data)
    assert (found.code, found.span, found.message, source.text) == ("undecodable", span, message, text)
    assert source.text[span.start : span.end] == "�"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_is_named(encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    source, (found,) = decode("cards.yaml", mark + "deck: D".encode(encoding))
    assert (source.text, found.code, found.message) == ("", "undecodable", "the file is UTF-16")


def test_a_file_over_the_bound_is_not_even_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 2**20)
    assert decode("cards.yaml", b"\xff" * 2**20)[0].text == "�" * 2**20
    source, (found,) = decode("cards.yaml", b"\xff" * (2**20 + 1))
    assert (source.text, found.code, found.message) == ("", "too-large", "the file is larger than 1 MiB")


@given(st.binary(max_size=200))
def test_any_bytes_become_a_text_that_can_be_written_again(data: bytes) -> None:
    source, found = decode("cards.yaml", data)
    source.text.encode()
    assert len(found) <= 1
    assert all(finding.span.end <= len(source.text) or not source.text for finding in found)


def controlled(text: str) -> tuple[str, list[tuple[int, int, str]]]:
    report = Report(SourceFile("cards.yaml", text))
    return without_controls(report.source, report), [
        (found.span.start, found.span.end, found.message) for found in report
    ]


def test_control_characters_are_blanked_and_told_once_a_line() -> None:
    text, found = controlled("a\x00b\x07\nc\x1bd\n\x7f")
    assert text == "a b \nc d\n "
    assert found == [
        (1, 2, "invisible control character U+0000"),
        (6, 7, "invisible control character U+001B"),
        (9, 10, "invisible control character U+007F"),
    ]


@pytest.mark.parametrize("char", ["\x85", "\u2028", "\u2029", "\ufeff", "\ufffe", "\x9b", "\x0c"])
def test_what_the_parsers_or_no_editor_take_for_a_line_end_is_blanked(char: str) -> None:
    text, found = controlled(f"a{char}b")
    assert text == "a b"
    assert found == [(1, 2, f"invisible control character U+{ord(char):04X}")]


@pytest.mark.parametrize("char", ["\t", "\n", "\r", "\xa0", "\u200d", "\u202e", "é", "鹅", "🪿", "\ue000"])
def test_what_yaml_takes_is_left_alone(char: str) -> None:
    assert controlled(f"a{char}b") == (f"a{char}b", [])
