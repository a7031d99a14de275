"""Tree → model: the places of faults, and the short forms."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from deckwright.deck.model import Deck, place
from deckwright.deck.rules import RULES
from deckwright.deck.schema import bind
from deckwright.source.diagnostics import Report
from deckwright.source.syntax import compose
from deckwright.source.text import SourceFile

NOTE = "notes:\n  - fact: Goose\n    mnemonic: Honk\n"


def bound(text: str) -> tuple[Deck | None, Report]:
    report = Report(SourceFile("cards.yaml", text))
    return bind(compose(report.source, report), report), report


def deck(text: str) -> Deck:
    """Bind a deck without faults."""
    made, report = bound(text)
    assert [found.message for found in report] == []
    assert made is not None
    return made


def told(text: str) -> list[tuple[str, str, str]]:
    """Say code, what stands at the place, and the advice, of each finding."""
    _, report = bound(text)
    return [(found.code, text[found.span.start : found.span.end], found.advice) for found in report]


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("front", "ask"),
        ("question", "ask"),
        ("back", "fact"),
        ("answer", "fact"),
        ("hint", "mnemonic"),
        ("picture", "image"),
        ("why", "explanation"),
        ("Mnemonic", "mnemonic"),
        ("mnemonik", "mnemonic"),
        ("explaination", "explanation"),
        ("tag", "tags"),
        ("Fact", "fact"),
    ],
)
def test_an_unknown_key_of_a_note_is_told_with_the_one_that_was_meant(key: str, meant: str) -> None:
    text = f"deck: D\nnotes:\n  - x: y\n    {key}: z\n    id: a-b\n"
    codes = told(text)
    assert ("unknown-key", key, f"did you mean `{meant}`?") in codes
    # What is missing only because it is misspelt is told once.
    assert ("missing-key" in {code for code, *_ in codes}) == (meant != "fact")


@pytest.mark.parametrize(
    ("text", "key", "advice"),
    [
        ("name: D\n", "name", "did you mean `deck`?"),
        ("deck: D\nlicence: x\n", "licence", "did you mean `license`?"),
        ("deck: D\nscene: {fil: x}\n", "fil", "did you mean `file`?"),
        ("deck: D\nsections: {A: {note: []}}\n", "note", "did you mean `notes`?"),
        ("deck: D\ncards: {reversed: true}\n", "reversed", "did you mean `reverse`?"),
        ("deck: D\ncards: [reversed]\n", "reversed", "did you mean `reverse`?"),
        ("deck: D\nsections: {A: {x: []}}\n", "x", "known are `scene`, `tags`, `cards`, `notes`"),
    ],
)
def test_an_unknown_key_is_told_in_the_words_of_its_part(text: str, key: str, advice: str) -> None:
    assert told(text + "" if "sections" in text else text + NOTE) == [("unknown-key", key, advice)]


@pytest.mark.parametrize(
    "name", ["region", "scene", "cards", "sections", "notes", "deck", "tags", "1", "node"]
)
def test_a_section_may_have_any_name(name: str) -> None:
    text = f"deck: D\nsections:\n  {name}:\n    - {{fact: Goose, mnemonik: x, region: y}}\n"
    assert told(text) == [
        ("unknown-key", "mnemonik", "did you mean `mnemonic`?"),
        ("bad-region", "y", "write `[x, y, width, height]` in % of the scene"),
    ]
    made = deck(f"deck: D\nsections:\n  {name}:\n    - Goose ~ Honk\n")
    assert [(placed.section, placed.note.fact) for placed in place(made)] == [(name, "Goose")]


@pytest.mark.parametrize(
    ("line", "code", "at"),
    [
        ("deck: []", "not-text", "[]"),
        ("title: {a: b}", "not-text", "{a: b}"),
        ("tags: {a: b}", "not-a-list", "{a: b}"),
        ("tags: [[a]]", "not-text", "[a]"),
        ("authors: ['']", "empty-text", "''"),
        ("scene: [a]", "not-a-mapping", "[a]"),
        ("scene: {file: [a]}", "not-text", "[a]"),
        ("scene: {alt: a}", "missing-key", "alt"),
        ("scene: {}", "missing-key", "{}"),
        ("cards: {ask: maybe}", "not-true-or-false", "maybe"),
        ("cards: {ask: [a]}", "not-true-or-false", "[a]"),
        ("sections: text", "not-a-mapping", "text"),
        ("sections: [a, b]", "not-a-mapping", "[a, b]"),
        ("sections: {A: text}", "not-a-mapping", "text"),
        ("sections: {A: {notes: text}}", "not-a-list", "text"),
        ("sections: {A: [[a]]}", "not-a-mapping", "[a]"),
        ("sections: {A: [text]}", "short-note", "text"),
        ("id: Ab", "bad-id", "Ab"),
        ("id: ab", "bad-id", "ab"),
        ("language: english", "bad-language", "english"),
    ],
)
def test_a_fault_of_the_deck_is_told_where_it_stands(line: str, code: str, at: str) -> None:
    text = (line if line.startswith("deck") else f"deck: D\n{line}") + "\n"
    assert [finding[:2] for finding in told(text)] == [(code, at)]


@pytest.mark.parametrize(
    ("line", "code", "at"),
    [
        ("fact: ''", "empty-text", "''"),
        ("fact: [Na+]", "not-text", "[Na+]"),
        ("mnemonic: {x}", "not-text", "{x}"),
        ("id: two words", "bad-id", "two words"),
        ("id: '@scene'", "bad-id", "'@scene'"),
        ("tags: a: b", "unquoted-text", ":"),
        ("region: [1, 2, 3]", "bad-region", "[1, 2, 3]"),
        ("region: {x: 1}", "bad-region", "{x: 1}"),
        ("region: [1, 2, 3, .inf]", "bad-region", "[1, 2, 3, .inf]"),
        ("retired: perhaps", "not-true-or-false", "perhaps"),
        ("withdrawn: sweep", "unknown-value", "sweep"),
        ("withdrawn: [ask, [x]]", "unknown-value", "[x]"),
        ("cards: [[ask]]", "unknown-key", "[ask]"),
        ("cards: text", "unknown-key", "text"),
        ("scene: {file: ''}", "empty-text", "''"),
        ("symbol: [a]", "not-text", "[a]"),
    ],
)
def test_a_fault_of_a_note_is_told_where_it_stands(line: str, code: str, at: str) -> None:
    fact = "" if line.startswith("fact") else "    fact: Goose\n"
    text = f"deck: D\nnotes:\n  - ask: x\n{fact}    {line}\n  - Swan ~ Hiss\n"
    assert [finding[:2] for finding in told(text)] == [(code, at)]
    made, _ = bound(text)
    assert made is not None
    assert made.notes[-1].fact == "Swan"  # one fault hides no other note


def test_what_is_wrong_is_left_out_and_the_rest_stays() -> None:
    made, report = bound(
        "deck: D\ntags: [a, [b]]\ntitle: [x]\n"
        "notes:\n  - {fact: Goose, ask: x, region: 5, tags: [c, {d: e}], image: x.png}\n"
    )
    assert made is not None
    (note,) = made.notes
    assert (made.tags, made.title, note.tags, note.region, note.image) == (("a",), "", ("c",), None, "x.png")
    assert report.count("error") == 4


@pytest.mark.parametrize("text", ["", "# x\n", "text\n", "- a ~ b\n", "---\n"])
def test_what_is_no_mapping_is_no_deck(text: str) -> None:
    made, report = bound(text)
    assert (made, [found.code for found in report]) == (None, ["no-deck"])


def test_what_stopped_the_reading_is_told_alone() -> None:
    made, report = bound("deck: D\nnotes:\n  - a: b\n   c: d\n")
    assert made is None
    assert [found.code for found in report] == ["yaml-syntax"]


def test_the_short_forms_are_the_long_ones() -> None:
    short = deck(
        "deck: D\nscene: x.svg\ntags: a\nauthors: Ann\ncards: picture\n"
        "sections:\n  A: [Goose ~ Honk]\n  B:\n    notes:\n      - Swan ~ Hiss\n"
    )
    long = deck(
        "deck: D\nscene: {file: x.svg}\ntags: [a]\nauthors: [Ann]\n"
        "cards: {scene: false, picture: true, ask: false, reverse: false, sweep: false, cloze: false,"
        " occlusion: no}\n"
        "sections:\n  A:\n    notes:\n      - {fact: Goose, mnemonic: Honk}\n"
        "  B:\n    - fact: Swan\n      mnemonic: Hiss\n"
    )
    assert short.model_dump(exclude={"node"}) == long.model_dump(exclude={"node"})


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("Goose ~ Honk", ("Goose", "Honk")),
        ("'Goose: x ~ Honk'", ("Goose: x", "Honk")),
        ("Goose   ~\n      Honk", ("Goose", "Honk")),
        ("a~b ~ c~d", ("a~b", "c~d")),
        ("NO ~ Noel", ("NO", "Noel")),
        ("1:30 ~ Half past", ("1:30", "Half past")),
    ],
)
def test_a_note_on_one_line(line: str, parts: tuple[str, str]) -> None:
    text = f"deck: D\nnotes:\n  - {line}\n"
    (note,) = deck(text).notes
    assert (note.fact, note.mnemonic) == parts
    assert [text[note.span(key).start : note.span(key).end] for key in ("fact", "mnemonic")] == list(parts)


@pytest.mark.parametrize("typed", ["NO", "1:30", "0x1F", "2024-01-01", "~", "null", "yes", "010", "1e3"])
def test_texts_are_what_was_typed(typed: str) -> None:
    made = deck(
        f"deck: {typed}\ntitle: {typed}\ntags: [{typed}]\nnotes:\n  - fact: {typed}\n    ask: {typed}\n"
    )
    assert (made.deck, made.title, made.tags) == (typed, typed, (typed,))
    assert (made.notes[0].fact, made.notes[0].ask) == (typed, typed)


def test_texts_lose_the_space_around_them_and_nothing_else() -> None:
    made = deck(
        "deck: ' D '\nnotes:\n  - fact: |\n      Goose\n    ask: ' x  y '\n"
        "    explanation: |\n      a\n\n      b\n"
    )
    assert (made.deck, made.notes[0].fact, made.notes[0].ask) == ("D", "Goose", "x  y")
    assert made.notes[0].explanation == "a\n\nb"


@pytest.mark.parametrize(
    ("typed", "value"), [("true", True), ("yes", True), ("on", True), ("no", False), ("NO", False)]
)
def test_switches_know_the_words_of_yaml(typed: str, value: bool) -> None:  # noqa: FBT001 - a parameter of the test
    made = deck(f"deck: D\ncards: {{ask: {typed}}}\nnotes:\n  - {{fact: Goose, ask: x, retired: {typed}}}\n")
    assert made.cards is not None
    assert (made.cards.ask, made.notes[0].retired) == (value, value)


KEYS = ["deck", "fact", "mnemonic", "ask", "notes", "sections", "scene", "cards", "tags", "region", "image"]
KEYS += ["file", "picture", "withdrawn", "retired", "id", "extra", "style", "language", "authors", "x", "X y"]
VALUES = st.recursive(
    st.sampled_from(["", "x", "a ~ b", "true", "none", "5", "1:2"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=25,
)


@settings(max_examples=500, deadline=None)
@given(VALUES)
def test_no_tree_breaks_the_binder_or_the_rules(value: object) -> None:
    text = yaml.safe_dump(
        {"deck": "D", "notes": value, "sections": {"A": value}, "scene": value, "tags": value}
    )
    for source in (text, yaml.safe_dump(value)):
        made, report = bound(source)
        assert made is not None or report.has_errors
        if made is not None:
            findings = [*report, *(found for rule in RULES for found in rule(made))]
            assert all(0 <= found.span.start <= found.span.end <= len(source) for found in findings)
