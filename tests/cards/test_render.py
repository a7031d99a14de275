"""Fields by name for every kind of note, and findings at their places in the source."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from deckwright.cards.plan import Shown
from deckwright.cards.render import Rendered, render
from deckwright.deck.model import Region
from one_deck import LOOKS, identified

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckwright.source.diagnostics import Report


def compiled(source: str, pictures: Mapping[int, Shown] | None = None) -> tuple[tuple[Rendered, ...], Report]:
    deck, report = identified(textwrap.dedent(source), project="project")
    return render(deck, LOOKS, pictures or {}, report), report


def fields(note: Rendered) -> dict[str, str]:
    """Return the filled fields by name."""
    names = (field.name for field in note.notetype.fields)
    return {name: value for name, value in zip(names, note.fields, strict=True) if value}


def only(source: str, shown: Shown | None = None) -> Rendered:
    """Render the one note of a deck without faults."""
    (note,), report = compiled(source, {0: shown} if shown else {})
    assert list(report) == []
    return note


def test_every_text_has_its_field() -> None:
    note = only(r"""
        deck: Pharmacology::Baclofen
        title: Baclofen & *co*
        source: The label
        sections:
          Side < Effects:
            - fact: Nausea *often*
              mnemonic: Now, sea
              ask: What about \(x < y\)?
              explanation: |
                - one
                - two
    """)
    assert fields(note) == {
        "Name": "Baclofen &amp; *co* › Side &lt; Effects › Nausea often",
        "Fact": "Nausea <em>often</em>",
        "Mnemonic": "Now, sea",
        "Bridge": "<b>Now</b>, <b>sea</b> <i>≈</i> <b>Nausea</b> <em>often</em>",
        "Ask": r"What about \(x &lt; y\)?",
        "Explanation": "<ul>\n<li>one</li>\n<li>two</li>\n</ul>",
        "Open": "1",
        "Forward": "1",
        "Accent": "teal",
        "Language": "en",
        "Direction": "ltr",
        "Section": "Side &lt; Effects",
        "Topic": "Baclofen &amp; *co*",
        "Source": "The label",
        "ID": "project/side-effects/nausea-often",
    }
    assert note.cards == (0, 1)


NOTE = "deck: D\nnotes:\n  - fact: F\n"


@pytest.mark.parametrize(
    ("rest", "cards"),
    [
        ("    mnemonic: M", (0,)),
        ("    ask: Q", (1,)),
        ("    mnemonic: M\n    ask: Q", (0, 1)),
        ("    mnemonic: M\n    ask: Q\n    cards: {reverse: true}", (0, 1, 2)),
        ("    mnemonic: M\n    ask: Q\n    cards: [reverse]", (2,)),
        ("    mnemonic: M\n    ask: Q\n    cards: {picture: false}", (1,)),
        ("    mnemonic: M\n    ask: Q\n    cards: {ask: false}", (0,)),
        ("    ask: Q\n    cards: {reverse: true}", (1,)),  # without a mnemonic there is nothing to recall
        ("    mnemonic: M\n    cards: [ask]\n    withdrawn: ask", (1,)),
        ("    mnemonic: M\n    withdrawn: [ask, reverse]", (0, 1, 2)),
        ("    mnemonic: M\n    cards: [ask]\n    withdrawn: picture", (0,)),
        ("    ask: Q\n    withdrawn: [picture, reverse]", (0, 1, 2)),
    ],
)
def test_switches_make_cards(rest: str, cards: tuple[int, ...]) -> None:
    assert only(NOTE + rest).cards == cards


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "    explanation: E",
        "    mnemonic: M\n    cards: [ask]",
        "    ask: Q\n    cards: [picture]",
        "    cards: [reverse]",
    ],
)
def test_a_note_without_cards_is_told(rest: str) -> None:
    _, report = compiled(NOTE + rest)
    assert [(found.code, report.source.text[found.span.start : found.span.end]) for found in report] == [
        ("no-cards", "F")
    ]


def test_a_picture_alone_makes_a_card() -> None:
    assert only(NOTE, Shown("_p.webp")).cards == (0,)


def test_a_withdrawn_question_keeps_a_front_that_can_be_answered() -> None:
    note = only(NOTE + "    mnemonic: M *m*\n    withdrawn: ask")
    assert fields(note)["Ask"] == "This question was withdrawn. Which fact belongs to “M <em>m</em>”?"
    note = only("deck: D\nsections:\n  S & T:\n  - fact: F\n    withdrawn: ask")
    assert "“S &amp; T”" in fields(note)["Ask"]
    assert note.cards == (1,)


def test_a_question_that_is_back_is_asked() -> None:
    assert fields(only(NOTE + "    ask: Q\n    withdrawn: ask"))["Ask"] == "Q"


def test_a_retired_note_says_so_before_its_explanation() -> None:
    note = only(NOTE + "    mnemonic: M\n    explanation: E\n    retired: true")
    assert fields(note)["Explanation"].startswith('<p class="dw-retired">')
    assert fields(note)["Explanation"].endswith("</p><p>E</p>")


def test_a_notes_own_source_comes_first() -> None:
    assert fields(only("source: D\n" + NOTE + "    mnemonic: M\n    source: own"))["Source"] == "own"


def test_names_are_unique_whatever_the_facts() -> None:
    notes, report = compiled(r"""
        deck: D
        notes:
          - {fact: X · k, mnemonic: m, id: a}
          - {fact: X, mnemonic: m, id: b}
          - {fact: "*X*", mnemonic: m, id: k}
          - {fact: X · k · k, mnemonic: m, id: c}
          - {fact: "&nbsp;X ", mnemonic: m, id: d}
    """)
    names = [note.fields[0] for note in notes]
    assert list(report) == []
    assert len(set(names)) == 5
    assert names[:2] == ["D › X · k", "D › X"]


def test_a_region_has_its_numbers_each_in_its_place() -> None:
    note = only(NOTE, Shown("_scene.webp", "A *scene*", region=Region(12.5, 0, 33.33, 100)))
    assert fields(note) == fields(note) | {
        "Picture": '<img src="_scene.webp" alt="A *scene*">',
        "Left": "12.5",
        "Top": "0",
        "Width": "33.33",
        "Height": "100",
    }
    assert "Symbol" not in fields(note)


def test_a_symbol_stands_beside_its_scene() -> None:
    note = only(NOTE, Shown("_scene.webp", symbol="_goose.webp", region=Region(1, 2, 3, 4)))
    assert fields(note)["Symbol"] == '<img src="_goose.webp" alt="">'


@pytest.mark.parametrize(
    "alt", ['a " onerror="alert(1)', "[sound:x]", "{{c1::x}}", "a\x1fb", "<b>", "a & 'b'"]
)
def test_what_a_picture_shows_stays_within_its_quotes(alt: str) -> None:
    picture = fields(only(NOTE, Shown("_p.webp", alt)))["Picture"]
    assert picture.count('"') == 4
    assert picture.startswith('<img src="_p.webp" alt="')
    for live in ("[sound:", "{{", "\x1f", "<b>"):
        assert live not in picture


@pytest.mark.parametrize(
    "name",
    [
        "[sound:x.mp3]",
        "{{c1::x}}",
        r"\(\href{javascript:x}{y}\)",
        "<script>x</script>",
        r"a\x1fb",
        "[$]x[/$]",
    ],
)
def test_names_of_decks_and_sections_are_never_live(name: str) -> None:
    typed = name if r"\x1f" in name else name.replace("\\", "\\\\")
    notes, _ = compiled(f"deck: D\ntitle: \"{typed}\"\nsections:\n  '{name}':\n    - F ~ M")
    for field in (fields(notes[0])[key] for key in ("Name", "Topic", "Section")):
        for live in ("[sound:", "{{", "\\(", "<script", "\x1f", "[$]"):
            assert live not in field


def test_no_text_can_part_the_fields() -> None:
    notes, _ = compiled(
        'deck: D\nsource: "a\\x1fb&#31;"\nnotes:\n  - fact: "F&#31;f\\x1f"\n    mnemonic: "&#x1f;"\n'
        '    ask: "\\x1fq"\n    explanation: "`\\x1f` &#031;"'
    )
    assert "\x1f" not in "".join(notes[0].fields)


def places(source: str) -> list[tuple[str, str]]:
    """Return code and marked source text of each finding."""
    _, report = compiled(source)
    return [(found.code, report.source.text[found.span.start : found.span.end]) for found in report]


@pytest.mark.parametrize(
    "explanation",
    [
        "plain <u onx>bad</u> text",
        "|\n      ä\n\n      - 𝔸 <u onx>bad</u>\n",
        "|2-\n      ä\n        x <u onx>bad</u>",
        ">\n      ä\n      folded <u onx>bad</u>\n      on",
        '"quoted \\u00e4 \\"ö\\" <u onx>bad</u>"',
        "'it''s <u onx>bad</u>'",
        '"over\n      lines <u onx>bad</u>"',
        "over\n      plain lines <u onx>bad</u>",
    ],
)
def test_a_finding_stands_where_the_author_typed_it(explanation: str) -> None:
    assert places(NOTE + "    mnemonic: M\n    explanation: " + explanation) == [("unsafe-html", "onx")]


@pytest.mark.parametrize("key", ["fact", "mnemonic", "ask", "source"])
def test_every_text_is_looked_at(key: str) -> None:
    texts = {"fact": "F", "mnemonic": "M", key: "'x  <div>'"}
    note = "".join(f"    {name}: {text}\n" for name, text in texts.items())
    assert places(f"deck: D\nnotes:\n  -\n{note}") == [("unsafe-html", "<div>")]


def test_the_decks_own_source_is_looked_at_once() -> None:
    source = "deck: D\nsource: see <div>\nnotes:\n  - F ~ M\n  - G ~ N"
    assert places(source) == [("unsafe-html", "<div>")]


def test_a_note_of_one_line_has_places_too() -> None:
    assert places('deck: D\nnotes:\n  - "Ä <div> ~ M <p>"') == [
        ("unsafe-html", "<div>"),
        ("unsafe-html", "<p>"),
    ]
