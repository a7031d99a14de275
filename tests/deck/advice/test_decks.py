"""Each piece of advice in a whole deck: told exactly where it stands, and not in its neighbour."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from deck.advice.desk import advice, gallery, lesson
from deckwright.deck.advice.catalogue import ADVICE
from deckwright.deck.advice.lesson import Gallery
from support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

MEDIA = ROOT / "tests" / "bad" / "media"
EXPECTED = re.compile(r"^# warning: (\d+):(\d+) \[([a-z-]+)\]$", re.MULTILINE)
CODES = {rule.__name__.replace("_", "-") for rule in ADVICE}
QUIET = ("README.md", "LICENSE", "LICENCE.txt", ".hidden.png", "notes/_credits.svg", "sub/.DS_Store", "a.txt")


def decks(kind: str) -> list[Path]:
    return [
        path
        for path in sorted((ROOT / "tests" / kind).glob("*.yaml"))
        if re.sub(r"-\d+$", "", path.stem) in CODES
    ]


def found(text: str, pictures: Gallery) -> list[tuple[int, int, str]]:
    read = lesson(text, pictures)
    places = [(read.source.place(finding.span.start), finding.code) for finding in advice(read)]
    return sorted((place.line, place.column, code) for place, code in places)


@pytest.mark.parametrize("path", decks("bad"), ids=lambda path: path.stem)
def test_a_bad_deck_is_told_exactly_what_stands_in_it(path: Path) -> None:
    text = path.read_text("utf-8")
    expected = [(int(line), int(column), code) for line, column, code in EXPECTED.findall(text)]
    pictures = gallery(text, MEDIA, spare=path.stem == "unused-media")
    assert found(text, pictures) == expected
    assert {code for *_, code in expected} == {re.sub(r"-\d+$", "", path.stem)}


@pytest.mark.parametrize("path", decks("good"), ids=lambda path: path.stem)
def test_a_good_deck_is_left_in_peace(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "# warning" not in text
    pictures = gallery(text, MEDIA, spare=False)
    shown = Gallery(
        (*sorted(pictures.used), *QUIET), pictures.used, pictures.sizes, pictures.symbols, pictures.scenes
    )
    assert found(text, shown) == []


@pytest.mark.parametrize("kind", ["bad", "good"])
def test_every_code_has_both_decks(kind: str) -> None:
    assert {re.sub(r"-\d+$", "", path.stem) for path in decks(kind)} == CODES


def test_the_deck_that_ships_is_left_in_peace() -> None:
    text = (ROOT / "cards.yaml").read_text("utf-8")
    assert found(text, gallery(text, ROOT / "media", spare=True)) == []


def test_every_rule_has_a_page_that_teaches() -> None:
    for rule in ADVICE:
        first, *rest = (rule.__doc__ or "").strip().split("\n")
        assert first.endswith("."), rule
        assert rest[0] == "", rule
        assert sum(bool(line.strip()) for line in rest) >= 4, rule


def test_every_rule_has_its_own_code() -> None:
    for rule in ADVICE:
        code = rule.__name__.replace("_", "-")
        text = (ROOT / "tests" / "bad" / f"{code}.yaml").read_text("utf-8")
        read = lesson(text, gallery(text, MEDIA, spare=True))
        assert {finding.code for finding in rule(read)} == {code}


def test_all_findings_are_advice() -> None:
    for path in decks("bad"):
        for finding in advice(lesson(path.read_text("utf-8"))):
            assert finding.severity == "warning"
            assert finding.advice
            assert not finding.message.endswith(".")
