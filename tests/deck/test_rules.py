"""Rules beyond the form, each with what it must find and what it must leave in peace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deckwright.deck import rules
from deckwright.deck.schema import bind
from deckwright.source.diagnostics import Report
from deckwright.source.syntax import compose
from deckwright.source.text import SourceFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from deckwright.deck.model import Deck
    from deckwright.source.diagnostics import Diagnostic

REST = "notes: [a ~ b]\n"


def told(rule: Callable[[Deck], Iterable[Diagnostic]], text: str) -> list[str]:
    """Say what stands at the place of each finding of one rule."""
    report = Report(SourceFile("cards.yaml", text))
    made = bind(compose(report.source, report), report)
    assert made is not None
    return [text[found.span.start : found.span.end] for found in rule(made)]


@pytest.mark.parametrize("name", ["Default", "default", "DEFAULT::x", "' default '", "'Default ::x'"])
def test_ankis_own_deck_is_refused(name: str) -> None:
    assert told(rules.deck_named_default, f"deck: {name}\n{REST}") == [name]


@pytest.mark.parametrize("name", ["Defaults", "x::Default", "My default"])
def test_other_names_are_fine(name: str) -> None:
    assert told(rules.deck_named_default, f"deck: {name}\n{REST}") == []


@pytest.mark.parametrize("name", ["'a::'", "'::a'", "a::::b", "'a:: ::b'", "'::'"])
def test_each_part_of_the_name_needs_a_name(name: str) -> None:
    assert told(rules.empty_deck_part, f"deck: {name}\n{REST}") == [name]


@pytest.mark.parametrize("name", ["a", "a::b", "a:b", "'a :: b'", "5"])
def test_whole_names_are_fine(name: str) -> None:
    assert told(rules.empty_deck_part, f"deck: {name}\n{REST}") == []


@pytest.mark.parametrize(
    "tag", ["two words", "'a\"b'", "'::a'", "'a::'", "a::::b", '"a\\tb"', '"a\\u3000b"', "'a\xa0b'"]
)
def test_tags_that_anki_would_change_are_told(tag: str) -> None:
    assert told(rules.bad_tag, f"deck: D\ntags: [{tag}]\n{REST}") == [tag]
    assert told(rules.bad_tag, f"deck: D\nsections: {{A: {{tags: {tag}, notes: [a ~ b]}}}}\n") == [tag]
    assert told(rules.bad_tag, f"deck: D\nnotes:\n  - {{fact: a, ask: b, tags: [x, {tag}]}}\n") == [tag]


@pytest.mark.parametrize("tag", ["a", "a::b", "a:b", "ä-鹅_5", "#x", "'a,b'"])
def test_other_tags_are_fine(tag: str) -> None:
    assert told(rules.bad_tag, f"deck: D\ntags: ['{tag.strip(chr(39))}']\n{REST}") == []


@pytest.mark.parametrize(
    ("region", "inside"),
    [
        ("[0, 0, 100, 100]", True),
        ("[99.5, 99.5, 0.5, 0.5]", True),
        ("[0, 0, 100.01, 100]", False),
        ("[-0.1, 0, 5, 5]", False),
        ("[0, -0.1, 5, 5]", False),
        ("[50, 0, 51, 5]", False),
        ("[0, 50, 5, 51]", False),
        ("[0, 0, 0, 5]", False),
        ("[0, 0, 5, 0]", False),
        ("[10, 10, -5, 5]", False),
    ],
)
def test_a_region_lies_on_its_picture(region: str, inside: bool) -> None:  # noqa: FBT001 - a parameter of the test
    text = f"deck: D\nnotes:\n  - {{fact: a, ask: b, region: {region}}}\n"
    assert told(rules.region_off_canvas, text) == ([] if inside else [region])


@pytest.mark.parametrize("key", ["deck", "title"])
def test_names_are_one_line(key: str) -> None:
    other = "" if key == "deck" else "deck: D\n"
    assert told(rules.several_lines, f"{other}{key}: |\n  a\n  b\n{REST}") == ["|\n  a\n  b"]
    assert told(rules.several_lines, f"{other}{key}: |\n  a\n{REST}") == []


@pytest.mark.parametrize("key", ["fact", "mnemonic", "ask"])
def test_what_stands_on_a_line_of_a_card_is_one_line(key: str) -> None:
    other = "" if key == "fact" else "    fact: x\n"
    head = f"deck: D\nnotes:\n  - source: s\n{other}    {key}: "
    assert told(rules.several_lines, head + "|\n      a\n      b\n") == ["|\n      a\n      b"]
    assert told(rules.several_lines, head + '"a\\nb"\n') == ['"a\\nb"']
    assert told(rules.several_lines, head + "a\n\n      b\n") == ["a\n\n      b"]  # an empty line parts lines
    for one in (">\n      a\n      b\n", "a\n      b\n", "|\n      a\n\n", '"a\n      b"\n'):
        assert told(rules.several_lines, head + one) == []


def test_an_explanation_may_have_lines() -> None:
    text = "deck: D\nsummary: |\n  a\n  b\nnotes:\n  - fact: a\n    explanation: |\n      a\n      b\n"
    assert told(rules.several_lines, text) == []


def test_a_section_has_a_name() -> None:
    text = "deck: D\nsections:\n  '': [a ~ b]\n  ' ': {notes: [a ~ b]}\n  x: [a ~ b]\n"
    assert told(rules.section_without_name, text) == ["[a ~ b]", "notes"]


@pytest.mark.parametrize(
    "text", ["", "notes: []\n", "notes:\n", "sections: {}\n", "sections:\n", "sections: {A: , B: []}\n"]
)
def test_a_deck_has_notes(text: str) -> None:
    assert told(rules.no_notes, "deck: D\n" + text) == ["deck"]


@pytest.mark.parametrize(
    "text",
    [
        "notes: [a]\n",
        "notes: text\n",
        "notes: [{mnemonic: x}]\n",
        "sections: {A: text}\n",
        "sections: [a]\n",
        "sections: {A: [a]}\n",
        "sections: {A: {notes: text}}\n",
        "sections: {A: [a ~ b]}\n",
    ],
)
def test_notes_that_cannot_be_read_are_notes(text: str) -> None:
    assert told(rules.no_notes, "deck: D\n" + text) == []


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("package: each\nnotes: [a ~ b]\n", ["package"]),
        ("decks: x.yaml\nnotes: [a ~ b]\n", ["notes"]),
        ("decks: x.yaml\nsections: {A: [a ~ b]}\n", ["sections"]),
        ("decks: x.yaml\npackage: each\n", []),
        ("notes: [a ~ b]\n", []),
    ],
)
def test_a_projects_own_file_holds_no_notes(text: str, places: list[str]) -> None:
    assert told(rules.misplaced_key, "deck: D\n" + text) == places


def test_a_projects_own_file_needs_no_notes() -> None:
    assert told(rules.no_notes, "deck: D\ndecks: x.yaml\n") == []


def test_a_section_without_notes_is_advice() -> None:
    text = "deck: D\nsections:\n  A: []\n  B: {tags: x}\n  C: {notes: text}\n  D: [a]\n  E: [a ~ b]\n"
    assert told(rules.empty_section, text) == ["[]", "tags"]


def test_every_rule_has_words_to_explain_it_and_runs() -> None:
    functions = [
        value for name, value in vars(rules).items()
        if callable(value) and getattr(value, "__module__", "") == rules.__name__ and not name.startswith("_")
    ]  # fmt: skip
    assert list(rules.RULES) == functions
    assert all(rule.__doc__ for rule in rules.RULES)
