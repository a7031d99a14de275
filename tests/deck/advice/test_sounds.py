"""What sounds like what, over mnemonics as students make them."""

from __future__ import annotations

import pytest

from deck.advice.desk import told
from deck.advice.sound_table import ECHOES, SILENT
from deckwright.deck.advice.echo import Ear, phonetic_key
from deckwright.deck.advice.sounds import mnemonic_without_echo, sound_alikes_in_one_topic


@pytest.mark.parametrize(("fact", "mnemonic"), ECHOES)
def test_an_echo_is_heard(fact: str, mnemonic: str) -> None:
    assert Ear().echoes(fact, mnemonic)
    assert Ear().echoes(mnemonic, fact)


@pytest.mark.parametrize(("fact", "mnemonic"), SILENT)
def test_where_there_is_none_it_is_told(fact: str, mnemonic: str) -> None:
    assert not Ear().echoes(fact, mnemonic)
    assert not Ear().echoes(mnemonic, fact)


@pytest.mark.parametrize(
    ("fact", "mnemonic"),
    [("心臓", "Heart"), ("Heart", "心臓"), ("Сердце", "Сердечко"), ("5", "6"), ("The", "Heart"), ("+", "x")],
)
def test_nothing_is_said_about_sounds_that_cannot_be_told(fact: str, mnemonic: str) -> None:
    assert Ear().echoes(fact, mnemonic)


@pytest.mark.parametrize(
    ("language", "places"), [("en", ["Dom"]), ("en-GB", ["Dom"]), ("fr", ["Dom"]), ("pl", []), ("zh", [])]
)
def test_only_where_spelling_is_sound(language: str, places: list[str]) -> None:
    text = f"deck: D\nlanguage: {language}\nnotes: [Kiwi ~ Dom]\n"
    assert told(mnemonic_without_echo, text) == places


@pytest.mark.parametrize(
    ("fact", "mnemonic", "is_told"),
    [
        ("Kiwi 119", "Hundertneunzehn", False),
        ("Kiwi 8", "Acht", False),
        ("Kiwi 60", "Soixante", False),
        ("Kiwi 22", "Veintidos", False),
        ("Kiwi 1", "Un dom", False),
        ("Kiwi 22", "Dom", True),
        ("Kiwi", "Hundert", True),
        ("Kiwi 1", "Undo", True),
        ("§ 4 Dom", "Kiwi", False),
    ],
)
def test_numbers_in_words_answer_numbers(fact: str, mnemonic: str, is_told: bool) -> None:  # noqa: FBT001
    text = f"deck: D\nnotes:\n  - {{fact: '{fact}', mnemonic: {mnemonic}}}\n"
    assert told(mnemonic_without_echo, text) == ([mnemonic] if is_told else [])


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Spina Cord", "Spiny cord"),
        ("Calcium", "Colosseum"),
        ("Pine", "pine!"),
        ("Sea", "See"),
        ("Kat", "Cat"),
        ("鹅", "鹅"),
        ("A mean old drone", "A mean, old **drone**"),
    ],
)
def test_the_same_sounds_are_told(one: str, two: str) -> None:
    text = f"deck: D\nnotes:\n  - {{fact: a, mnemonic: '{one}'}}\n  - {{fact: b, mnemonic: '{two}'}}\n"
    assert told(sound_alikes_in_one_topic, text) == [f"'{two}'"]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Spina Cord", "Spinal Cord Injured"),
        ("Bee", "Bay"),
        ("Pin", "Pen"),
        ("Pine", "Pin"),
        ("Goose 1", "Goose 2"),
        ("鹅", "鸭"),
        ("Cat", "Kate"),
        ("+", "-"),
    ],
)
def test_other_sounds_are_not(one: str, two: str) -> None:
    text = f"deck: D\nnotes:\n  - {{fact: a, mnemonic: '{one}'}}\n  - {{fact: b, mnemonic: '{two}'}}\n"
    assert told(sound_alikes_in_one_topic, text) == []


def test_one_fact_with_one_mnemonic_twice_is_told_as_such_alone() -> None:
    text = "deck: D\nsections: {A: [Goose ~ Honk], B: [goose ~ Honk]}\n"
    assert told(sound_alikes_in_one_topic, text) == []


def test_a_key_is_the_same_whatever_the_case() -> None:
    assert phonetic_key("SPINA cord") == phonetic_key("spina CORD")
