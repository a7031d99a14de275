"""What a reader sees: the cards of the repository's deck, from real Anki, in a real browser."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from anki_backend import VERSIONS, Anki
from browser_shell import Side, measure
from support import ROOT, deckwright

pytestmark = pytest.mark.anki

SIZES = ((320, 640), (360, 740), (1280, 800))
# The boxes of the scene's symbols in percent, measured on the drawing by itself.
BOXES = {
    "GABA-B receptor agonist": (3.4, 11.0, 45.4, 37.7),
    "Spinal cord": (51.2, 9.3, 17.1, 40.0),
    "Spinal cord injuries": (73.5, 11.5, 22.2, 37.4),
    "Spasticity": (2.0, 48.9, 24.8, 20.7),
    "Multiple sclerosis": (32.0, 50.6, 30.9, 24.0),
    "Trigeminal neuralgia": (70.4, 50.7, 24.0, 24.1),
    "Neuropsychiatric symptoms": (4.4, 69.9, 29.4, 29.0),
    "Taper gradually": (39.0, 75.9, 57.1, 21.5),
}


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Anki, dict[str, Any], dict[str, Any]]:
    """Import the repository's deck; return Anki, its notes by guid and its rendered cards."""
    folder = tmp_path_factory.mktemp("browser")
    for name in ("cards.yaml", "cards.lock"):
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "media", folder / "media")
    assert deckwright("build", "-o", "deck.apkg", cwd=folder).code == 0
    anki = Anki(VERSIONS[-1], folder / "collection.anki2")
    package = str(folder / "deck.apkg")
    _, notes, cards = anki.steps(("import_package", {"package": package}), ("notes", {}), ("render", {}))
    return anki, notes, cards


def test_every_side_shows_its_pictures_and_scrolls_only_downwards(
    imported: tuple[Anki, dict[str, Any], dict[str, Any]],
) -> None:
    anki, _, cards = imported
    assert len(cards) == 16
    sides = [
        Side(card[side], card["css"], *size, night=night)
        for card in cards.values()
        for side in ("front", "back")
        for size, night in zip(SIZES, (False, True, False), strict=True)
    ]
    for side, shown in zip(sides, measure(sides, anki.media), strict=True):
        assert shown["images"] > 0
        assert shown["broken"] == []
        assert shown["scroll"] <= side.width, side.body[:300]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_lit_symbol_lies_on_its_region_and_the_scene_stays_when_turned(
    size: tuple[int, int], imported: tuple[Anki, dict[str, Any], dict[str, Any]]
) -> None:
    anki, notes, cards = imported
    facts = {guid: note["fields"]["Fact"] for guid, note in notes.items()}
    pictured = {facts[key.split("/")[0]]: card for key, card in cards.items() if key.endswith("/0")}
    assert pictured.keys() == BOXES.keys()
    sides = [Side(card[side], card["css"], *size) for card in pictured.values() for side in ("front", "back")]
    measured = measure(sides, anki.media, ".dw-scene", ".dw-scene > img", ".dw-symbol")
    for fact, front, back in zip(pictured, measured[::2], measured[1::2], strict=True):
        assert front["found"][".dw-scene"] == back["found"][".dw-scene"], f"{fact}: the scene moved"
        (scene,), (symbol,) = front["found"][".dw-scene > img"], front["found"][".dw-symbol"]
        left, top, width, height = BOXES[fact]
        across = (symbol["x"] + symbol["width"] / 2 - scene["x"]) / scene["width"]
        down = (symbol["y"] + symbol["height"] / 2 - scene["y"]) / scene["height"]
        assert across * 100 == pytest.approx(left + width / 2, abs=1)
        assert down * 100 == pytest.approx(top + height / 2, abs=1)
        assert scene["width"] / scene["height"] == pytest.approx(1600 / 1200, rel=0.01)


def test_the_front_does_not_give_the_name_away_until_it_is_tapped(
    imported: tuple[Anki, dict[str, Any], dict[str, Any]],
) -> None:
    anki, notes, cards = imported
    guids = [key.split("/")[0] for key in cards if key.endswith("/0")]
    sides = [Side(cards[f"{guid}/0"]["front"], cards[f"{guid}/0"]["css"], 360, 740) for guid in guids]
    for guid, shown in zip(guids, measure(sides, anki.media, ".dw-name", "summary"), strict=True):
        (name,) = shown["found"][".dw-name"]
        (tap,) = shown["found"]["summary"]
        assert not name["visible"], "the name is folded away"
        assert tap["visible"]
        assert tap["height"] >= 44
        front = cards[f"{guid}/0"]["front"]
        assert notes[guid]["fields"]["Explanation"] not in front
