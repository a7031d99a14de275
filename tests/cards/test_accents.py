"""A section's accent: fitting where the heading is known, the same for ever where it is not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckwright.cards.accents import ACCENTS, NEUTRAL, accent
from deckwright.cards.notetypes import notetype

KEYS = (*ACCENTS, NEUTRAL)


@pytest.mark.parametrize(
    ("section", "key"),
    [
        ("Mechanism", "blue"),
        ("Wirkmechanismus", "blue"),
        ("Mécanisme d’action", "blue"),
        ("Indications", "green"),
        ("Behandlung", "green"),
        ("Side Effects", "rust"),
        ("side  effects ", "rust"),
        ("Adverse effects", "rust"),
        ("Unerwünschte Wirkungen", "rust"),
        ("Síntomas", "rust"),
        ("Contraindications", "red"),
        ("Considerations", "plum"),
        ("VORSICHTSMASSNAHMEN", "plum"),
        ("Interactions", "teal"),
        ("Dosing", "gold"),
        ("Pharmacocinétique", "rose"),
        ("Anatomy", "olive"),
        ("", NEUTRAL),
        (" \t", NEUTRAL),
    ],
)
def test_known_headings_have_an_accent_that_fits(section: str, key: str) -> None:
    assert accent(section) == key


def test_other_headings_keep_theirs_for_ever() -> None:
    # A released deck must not change its colours: what is here was so when the palette was frozen.
    found = {name: accent(name) for name in ("Torts", "Kanji", "Chapter 1", "Chapter 2", "القلب", "心臓")}
    assert found == {
        "Torts": "teal",
        "Kanji": "olive",
        "Chapter 1": "olive",
        "Chapter 2": "green",
        "القلب": "rose",
        "心臓": "teal",
    }


@given(st.text())
def test_any_heading_has_one_and_its_form_does_not_matter(section: str) -> None:
    assert accent(section) in KEYS
    assert accent(f" {section} ") == accent(section)


def test_decomposed_letters_and_full_width_ones_are_the_same() -> None:
    assert accent("Me\u0301canisme") == accent("Mécanisme") == accent("Ｍécanisme") == "blue"


def test_every_accent_has_colours_for_day_and_night_and_a_glyph_of_its_own() -> None:
    rules = dict(
        re.findall(r"^\.dw-a-([a-z]+) \{(.*?)\}", notetype("mnemonic").css, re.MULTILINE | re.DOTALL)
    )
    assert sorted(rules) == sorted(ACCENTS)
    for variable in ("day", "night", "wash", "dusk", "glyph"):
        values = [re.findall(rf"--dw-{variable}: (.*?);", rule) for rule in rules.values()]
        assert all(len(found) == 1 for found in values)
        assert len({found[0] for found in values}) == len(ACCENTS), variable
