"""A deck's own look: what is taken, what is refused, and what becomes of the theme."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckwright.cards.notetypes import styled, texts_hash
from deckwright.cards.style import COLOURS, check_colours, check_css, styled_css
from deckwright.deck.schema import bind
from deckwright.source.diagnostics import Report
from deckwright.source.syntax import compose
from deckwright.source.text import SourceFile
from one_deck import MNEMONIC

if TYPE_CHECKING:
    from deckwright.deck.model import Style


def style(text: str) -> tuple[Style, Report]:
    report = Report(SourceFile("cards.yaml", f"deck: D\nnotes: [a ~ b]\nstyle: {text}\n"))
    deck = bind(compose(report.source, report), report)
    assert deck is not None
    assert deck.style is not None
    return deck.style, report


def css_findings(text: str) -> list[tuple[str, int, int]]:
    source = SourceFile("look.css", text)
    report = Report(source)
    check_css(source, report)
    places = ((found.code, source.place(found.span.start)) for found in report)
    return [(code, place.line, place.column) for code, place in places]


def test_colours_come_after_the_theme_and_the_file_after_them() -> None:
    given, report = style("{accent: '#c00', ink: navy, night: {accent: pink}, file: look.css}")
    check_colours(given, report)
    assert list(report) == []
    css = styled_css("theme {}\n", given, ".dw-fact { font-weight: 900; }\n")
    assert css == (
        "theme {}\n"
        ".card { --dw-ink: navy; --dw-accent: #c00; }\n"
        ".card.nightMode, .card.night_mode, .nightMode .card, .night_mode .card { --dw-accent: pink; }\n"
        ".dw-fact { font-weight: 900; }\n"
    )


def test_every_colour_is_one_of_the_theme() -> None:
    for name in COLOURS:
        assert f"--dw-{name}:" in MNEMONIC.css
        assert re.search(rf"var\(--dw-{name}[,)]", MNEMONIC.css)


@pytest.mark.parametrize("value", ["blu", "'red; } body { display: none'", "url(x)", "var(--x)", "'#12'"])
def test_what_is_no_colour_is_told_at_its_place(value: str) -> None:
    given, report = style(f"{{ink: {value}, night: {{page: {value}}}}}")
    check_colours(given, report)
    assert [found.code for found in report] == ["bad-colour", "bad-colour"]


@pytest.mark.parametrize(
    ("css", "found"),
    [
        (".dw { color: red }", []),
        ("@media (min-width: 30em) { .dw { margin: calc(1em + 2px) } }", []),
        (".dw::before { content: '\\201c'; background: linear-gradient(red, blue) }", []),
        ("/* a url(x) in a comment */ .dw {}", []),
        ("@import 'x.css';", [("unsafe-css", 1, 1)]),
        ("\n@IMPORT url(x.css);", [("unsafe-css", 2, 1), ("unsafe-css", 2, 9)]),
        ("@\\69mport 'x';", [("unsafe-css", 1, 1)]),
        (".dw { background: url(http://x) }", [("unsafe-css", 1, 19)]),
        (".dw { background: URL('x') }", [("unsafe-css", 1, 19)]),
        (".dw { background: u\\72l('x') }", [("unsafe-css", 1, 19)]),
        ("@media print { .dw { background: image-set('x' 1x) } }", [("unsafe-css", 1, 34)]),
        ("@font-face { src: url(x) }", [("unsafe-css", 1, 19)]),
        (".dw { background: -webkit-image-set(url(x) 1x) }", [("unsafe-css", 1, 19), ("unsafe-css", 1, 37)]),
        (".dw { background: url(x", [("bad-css", 1, 19), ("unsafe-css", 1, 19)]),
        (".dw { content: '</style><script>' }", [("unsafe-css", 1, 17)]),
        ("<!-- .dw {} -->", [("unsafe-css", 1, 1)]),
        (".dw { content: 'x\n' }", [("bad-css", 1, 16), ("bad-css", 2, 1)]),
        (".dw } x", [("bad-css", 1, 5)]),
    ],
)
def test_css_that_loads_or_breaks_out_is_told(css: str, found: list[tuple[str, int, int]]) -> None:
    assert css_findings(css) == found


@given(st.text())
def test_no_css_breaks_the_checker(text: str) -> None:
    css_findings(text)


def test_a_type_of_its_own_has_the_slots_and_nothing_else_of_the_first() -> None:
    base, own = MNEMONIC, styled("mnemonic", "en", "birds-k3x9", "css", 5)
    assert (own.name, own.css, own.modified) == ("Deckwright Mnemonic · birds-k3x9", "css", 5)
    assert [field.name for field in own.fields] == [field.name for field in base.fields]
    assert [(card.front, card.back) for card in own.templates] == [
        (card.front, card.back) for card in base.templates
    ]
    assert own.id == 1_515_026_440_000, "readers' notes hang on it; it is the same for ever"
    assert styled("mnemonic", "en", "other", "css", 5).id != own.id
    assert texts_hash("a") != texts_hash("b")
