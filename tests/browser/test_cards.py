"""What a reader sees: every card shape in a real browser, on phones and desks, by day and night."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from browser_shell import weak_places
from deckwright.cards.accents import ACCENTS, NEUTRAL
from deckwright.cards.notetypes import SHAPES
from deckwright.deck.history import KINDS

if TYPE_CHECKING:
    from browser_cards import Card, Cards
    from browser_shell import Browser

pytestmark = pytest.mark.anki

OURS = "deckwright-baclofen"
PHONE, DESK, SMALL, LYING, WIDE = (360, 740), (1280, 800), (320, 640), (740, 360), (1920, 1000)
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
EVERY = [shape for kind in KINDS for shape in SHAPES[kind]]


def one_of_each_look(cards: list[Card]) -> list[Card]:
    """Return a card of each deck, kind of picture and length of texts; the others differ in words alone."""
    shown = ("Symbol", "Width", "Picture", "Holes")
    return list(
        {
            (card.deck, len(card.front) > 3000, *(bool(card.fields.get(name)) for name in shown)): card
            for card in cards
        }.values()
    )


def told(card: Card, *more: object) -> str:
    return f"{card.deck} {card.shape} {more}: {card.fields.get('Name')}"


def numbers(boxes: list[dict[str, float]]) -> list[float]:
    return [number for box in boxes for number in box.values()]


def test_every_shape_is_looked_at(cards: Cards) -> None:
    assert {card.shape for card in cards.all} == {*EVERY}
    for shape in ("picture", "ask", "reverse"):
        kinds = {
            (bool(card.fields["Picture"]), bool(card.fields["Width"]), bool(card.fields["Symbol"]))
            for card in cards.of_shape(shape)
        }
        wanted = {(True, True, True), (True, True, False), (True, False, False), (False, False, False)}
        assert kinds == wanted, shape
    assert {bool(card.fields["Holes"]) for card in cards.of_shape("sweep")} == {True, False}


def test_the_oldest_anki_shows_the_same(cards: Cards, oldest: Cards) -> None:
    assert len(oldest.all) == len(cards.all)
    new, old = (
        {(card.front, card.back, card.css) for card in shown.all if card.shape != "occlusion"}
        for shown in (cards, oldest)
    )
    assert new == old


def test_the_back_of_a_mask_tells_its_fact_alone(cards: Cards, oldest: Cards, chromium: Browser) -> None:
    rows = "[...document.querySelectorAll('.dw-told li')]"
    for shown in (cards, oldest):
        told_by = set()
        masked = shown.of_shape("occlusion", OURS)
        for card in masked:
            _, back = card.sides(*PHONE)
            chromium.show(back, shown.media)
            assert chromium.run(f"{rows}.length") == len(masked)
            (row,) = chromium.run(f"{rows}.filter(one => one.checkVisibility()).map(one => one.innerText)")
            told_by.add(row)
        assert len(told_by) == len(masked) == len(BOXES)


@pytest.mark.parametrize("shape", EVERY)
def test_nothing_overflows_overlaps_or_is_hard_to_tap(shape: str, cards: Cards, chromium: Browser) -> None:
    for card in one_of_each_look(cards.of_shape(shape)):
        for face, side in zip(("front", "back"), card.sides(*PHONE), strict=True):
            chromium.show(side, cards.media)
            for state in ("folded", "unfolded"):
                for size in (SMALL, PHONE, LYING, DESK, WIDE):
                    chromium.resize(size)
                    assert chromium.layout()["wrong"] == [], told(card, face, state, size)
                chromium.unfold()


@pytest.mark.parametrize("night", [False, True], ids=["day", "night"])
@pytest.mark.parametrize("shape", EVERY)
def test_all_text_can_be_read(shape: str, *, night: bool, cards: Cards, chromium: Browser) -> None:
    for card in one_of_each_look(cards.of_shape(shape)):
        for face, side in zip(("front", "back"), card.sides(*PHONE, night=night), strict=True):
            chromium.show(side, cards.media, scale=2)
            assert chromium.layout()["lines"] > 0
            assert face == "back" or chromium.weak_texts() == [], told(card, face)
            chromium.unfold()
            assert chromium.weak_texts() == [], told(card, face, "unfolded")


@pytest.mark.parametrize("night", [False, True], ids=["day", "night"])
@pytest.mark.parametrize("shape", EVERY)
def test_all_text_can_be_read_on_a_desk(shape: str, *, night: bool, cards: Cards, chromium: Browser) -> None:
    card = cards.of_shape(shape, OURS)[0]
    for face, side in zip(("front", "back"), card.sides(*DESK, night=night), strict=True):
        chromium.show(side, cards.media, scale=2)
        chromium.unfold()
        assert chromium.weak_texts() == [], told(card, face)


@pytest.mark.parametrize("night", [False, True], ids=["day", "night"])
@pytest.mark.parametrize("accent", [NEUTRAL, *ACCENTS])
def test_the_colours_of_every_section_can_be_read(
    accent: str, *, night: bool, cards: Cards, chromium: Browser
) -> None:
    for shape in ("cloze", "sweep"):
        card = cards.of_shape(shape, OURS)[0]
        for side in card.sides(*PHONE, night=night):
            body = re.sub(r"\bdw-a-[a-z]+", f"dw-a-{accent}", side.body)
            chromium.show(replace(side, body=body), cards.media, scale=2)
            assert chromium.weak_texts() == [], told(card, accent)


@pytest.mark.parametrize(
    "spoiled",
    [
        ".dw-fact { color: #8d84a0 }",
        ".dw-bridge b { color: #c4a040 }",
        ".dw-more summary { color: #999 }",
        ".dw-chip { background: #6b8fc4 }",
        ".dw-source { opacity: .6 }",
    ],
)
def test_a_colour_too_weak_is_noticed(spoiled: str, cards: Cards, chromium: Browser) -> None:
    card = cards.of_shape("picture", OURS)[0]
    _, back = card.sides(*PHONE)
    chromium.show(replace(back, extra=spoiled), cards.media, scale=2)
    assert chromium.weak_texts()


@pytest.mark.parametrize(("grey", "weak"), [(118, False), (119, True)])
def test_contrast_is_measured_as_wcag_has_it(grey: int, *, weak: bool) -> None:
    ground = Image.new("RGB", (40, 40), "white")
    written = ground.copy()
    written.paste((grey, grey, grey), (10, 10, 14, 30))
    assert bool(weak_places(written, ground)) == weak


@pytest.mark.parametrize(
    ("spoiled", "said"),
    [
        (".dw-answer { width: 500px }", "scrolls sideways"),
        (".dw-fact { white-space: nowrap }", "is too narrow"),
        (".dw-words, .dw-fact { height: 8px }", "does not hold"),
        (".dw-more summary { min-height: 20px }", "is hard to tap"),
        (".dw-bridge { margin-top: -60px }", "lies on"),
    ],
)
def test_a_layout_gone_wrong_is_noticed(spoiled: str, said: str, cards: Cards, chromium: Browser) -> None:
    card = next(card for card in cards.of_shape("picture") if "Neuropsychiatric" in card.fields["Fact"])
    _, back = card.sides(*SMALL)
    chromium.show(replace(back, extra=spoiled), cards.media)
    assert said in " ".join(chromium.layout()["wrong"])


STILL = (".dw-grid > .dw-scene", ".dw-symbol", ".dw-veil path + path", ".dw-pins img", ".dw-pins b")
QUESTIONS = {
    "picture": ".dw-solo .dw-big",
    "sweep": ".dw-solo .dw-big",
    "ask": ".dw-big",
    "cloze": ".dw-sheet",
}


@pytest.mark.parametrize("shape", ["picture", "scene", "sweep", "ask", "cloze"])
def test_what_was_there_stays_when_the_card_is_turned(shape: str, cards: Cards, chromium: Browser) -> None:
    for card in cards.of_shape(shape):
        if len(card.fields["Topic"] + card.fields.get("Section", "")) > 99:
            continue  # these fill a phone by themselves, and Anki scrolls past them to the answer
        seen: list[list[float]] = []
        for side in card.sides(*PHONE):
            chromium.show(side, cards.media)
            seen.append([])
            for size in (SMALL, PHONE, LYING, DESK, WIDE):
                chromium.resize(size)
                found = chromium.layout()["places"]
                seen[-1] += [box[axis] for box in found.get(QUESTIONS.get(shape), ()) for axis in ("x", "y")]
                seen[-1] += [number for name in STILL for number in numbers(found[name])]
        assert seen[0] == pytest.approx(seen[1], abs=0.2), told(card)
        assert len(seen[0]) > 4


@pytest.mark.parametrize("shape", ["picture", "scene", "sweep"])
def test_anki_does_not_scroll_the_scene_away(shape: str, cards: Cards, chromium: Browser) -> None:
    for card in cards.of_shape(shape, OURS):
        _, back = card.sides(*PHONE)
        for size in (SMALL, PHONE, DESK):
            chromium.show(replace(back, width=size[0], height=size[1]), cards.media)
            assert chromium.layout()["scrolled"] == 0, told(card, size)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=str)
@pytest.mark.parametrize("shape", ["picture", "ask", "scene", "sweep"])
def test_pictures_that_come_late_move_nothing(
    shape: str, size: tuple[int, int], cards: Cards, chromium: Browser
) -> None:
    names = (".dw-grid > .dw-scene", ".dw-veil path + path", ".dw-cue", "summary")
    for card in one_of_each_look(cards.of_shape(shape)):
        for side in card.sides(*size):
            chromium.show(side, cards.media)
            there = chromium.layout()["places"]
            chromium.show(replace(side, body=re.sub(r'src="[^"]*"', "", side.body)), cards.media)
            before = chromium.layout()["places"]
            for name in names:
                assert numbers(there[name]) == pytest.approx(numbers(before[name]), abs=1), told(card, name)


@pytest.mark.parametrize("size", [SMALL, PHONE, LYING, DESK], ids=str)
def test_the_lit_symbol_lies_where_it_was_drawn(
    size: tuple[int, int], cards: Cards, chromium: Browser
) -> None:
    pictured = {card.fields["Fact"]: card for card in cards.of_shape("picture", OURS)}
    assert pictured.keys() == BOXES.keys()
    for fact, card in pictured.items():
        front, _ = card.sides(*size)
        chromium.show(front, cards.media)
        found = chromium.layout()["places"]
        (scene,), (symbol,) = found[".dw-scene > img"], found[".dw-symbol"]
        left, top, width, height = BOXES[fact]
        across = (symbol["x"] + symbol["width"] / 2 - scene["x"]) / scene["width"]
        down = (symbol["y"] + symbol["height"] / 2 - scene["y"]) / scene["height"]
        assert across * 100 == pytest.approx(left + width / 2, abs=1), fact
        assert down * 100 == pytest.approx(top + height / 2, abs=1), fact
        assert scene["width"] / scene["height"] == pytest.approx(1600 / 1200, rel=0.01)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=str)
def test_a_region_is_framed_where_it_says_and_shown_close_up(
    size: tuple[int, int], cards: Cards, chromium: Browser
) -> None:
    flat = [card for card in cards.of_shape("picture", "browser-flat") if card.fields["Width"]]
    assert len(flat) == 3
    for card in flat:
        front, _ = card.sides(*size)
        chromium.show(front, cards.media)
        found = chromium.layout()["places"]
        (scene,), (frame,) = found[".dw-grid > .dw-scene"], found[".dw-veil path + path"]
        left, top, width, height = (float(card.fields[name]) for name in ("Left", "Top", "Width", "Height"))
        assert frame["x"] - scene["x"] == pytest.approx(scene["width"] * left / 100, abs=4)
        assert frame["y"] - scene["y"] == pytest.approx(scene["height"] * top / 100, abs=4)
        assert frame["width"] == pytest.approx(scene["width"] * width / 100, abs=8)
        assert frame["height"] == pytest.approx(scene["height"] * height / 100, abs=8)
        if size == DESK:
            assert found[".dw-cue"] == []
            continue
        (cut,), (whole,) = found[".dw-cue"], found[".dw-cue > img"]
        assert whole["width"] * width / 100 == pytest.approx(cut["width"], abs=1)
        assert whole["height"] * height / 100 == pytest.approx(cut["height"], abs=1)
        assert cut["x"] - whole["x"] == pytest.approx(whole["width"] * left / 100, abs=1)
        assert cut["y"] - whole["y"] == pytest.approx(whole["height"] * top / 100, abs=1)


def test_the_veil_is_dark_and_its_hole_is_not(cards: Cards, chromium: Browser) -> None:
    card = next(
        card for card in cards.of_shape("picture", "browser-flat") if card.fields["Fact"] == "Spinal cord"
    )
    front, _ = card.sides(*DESK)
    chromium.show(front, cards.media)
    lit = chromium.screenshot()
    (scene,) = chromium.layout()["places"][".dw-grid > .dw-scene"]
    chromium.show(replace(front, extra=".dw-veil { display: none }"), cards.media)
    bare = chromium.screenshot()
    inside, outside = (
        (round(scene["x"] + scene["width"] * x / 100), round(scene["y"] + scene["height"] * y / 100))
        for x, y in ((60, 30), (30, 8))
    )
    assert lit.getpixel(inside) == bare.getpixel(inside)
    assert luma(lit, outside) < luma(bare, outside) / 1.5


def luma(picture: Image.Image, place: tuple[int, int]) -> int:
    found = picture.convert("L").getpixel(place)
    assert isinstance(found, int)
    return found


def test_the_front_gives_nothing_away_until_it_is_tapped(cards: Cards, chromium: Browser) -> None:
    for shape, hidden in (("picture", ".dw-name"), ("ask", ".dw-peek img"), ("sweep", ".dw-rows strong")):
        for card in cards.of_shape(shape, OURS):
            front, _ = card.sides(*PHONE)
            visible = f"[...document.querySelectorAll('{hidden}')].map(one => one.checkVisibility())"
            chromium.show(front, cards.media)
            folded = chromium.run(visible)
            assert folded, told(card)
            assert not any(folded), told(card)
            chromium.unfold()
            assert all(chromium.run(visible)), told(card)


def test_the_explanation_is_open_where_it_is_short(cards: Cards, chromium: Browser) -> None:
    open_ = set()
    for card in cards.of_shape("picture"):
        if not card.fields["Explanation"]:
            continue
        _, back = card.sides(*PHONE)
        chromium.show(back, cards.media)
        shown = chromium.run("document.querySelector('.dw-more .dw-text').checkVisibility()")
        assert shown == bool(card.fields["Open"]), told(card)
        open_.add(shown)
    assert open_ == {True, False}


def test_an_arabic_card_runs_from_right_to_left_with_labels_that_do_not(
    cards: Cards, chromium: Browser
) -> None:
    card = cards.of_shape("picture", "browser-arabic")[0]
    front, _ = card.sides(*DESK)
    chromium.show(front, cards.media)
    styles = "getComputedStyle(document.querySelector('.dw')).direction"
    assert chromium.run(styles) == "rtl"
    label = "(({lang, dir}) => [lang, dir])(document.querySelector('.dw-task bdi'))"
    assert chromium.run(label)[0] == "en"
    (scene,) = chromium.layout()["places"][".dw-grid > .dw-scene"]
    assert scene["x"] > 400, "the scene stands where reading begins"


def test_the_fonts_come_with_the_package_and_are_used(cards: Cards, chromium: Browser) -> None:
    card = cards.of_shape("picture", OURS)[0]
    _, back = card.sides(*PHONE)
    chromium.show(back, cards.media)
    assert {name.strip('"') for name in chromium.layout()["fonts"]} == {"Deckwright Text", "Deckwright Fun"}


def test_nothing_moves_for_who_prefers_that(cards: Cards, chromium: Browser) -> None:
    front, _ = cards.of_shape("picture", OURS)[0].sides(*PHONE)
    name = "getComputedStyle(document.querySelector('.dw-symbol')).animationName"
    try:
        for preference, animation in (("no-preference", "dw-pop"), ("reduce", "none")):
            chromium.prefer(prefers_reduced_motion=preference)
            chromium.show(front, cards.media)
            assert chromium.run(name) == animation
    finally:
        chromium.prefer()


def test_an_authors_accent_goes_before_those_of_sections(cards: Cards, chromium: Browser) -> None:
    _, back = cards.of_shape("picture", OURS)[0].sides(*PHONE)
    colour = "getComputedStyle(document.querySelector('.dw-fact')).color"
    by_day = ".card { --dw-accent: #00695c }"
    own = by_day + ".card.nightMode, .card.night_mode { --dw-accent: #80cbc4 }"
    for night, rgb in ((False, "rgb(0, 105, 92)"), (True, "rgb(128, 203, 196)")):
        chromium.show(replace(back, extra=own, night=night), cards.media)
        assert chromium.run(colour) == rgb
    chromium.show(replace(back, extra=by_day, night=True), cards.media)
    assert chromium.run(colour) == "rgb(156, 195, 255)", "by night the section's own again"
    chromium.show(replace(back, extra=own + ".dw-a-blue { --dw-accent: #123456 }"), cards.media)
    assert chromium.run(colour) == "rgb(18, 52, 86)", "the deck's own CSS has the last word"
