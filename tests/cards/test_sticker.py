"""A cut-out has an even white rim, lies exactly where the symbol lies, and stays on its canvas."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from deckwright.cards.images import cutout, draw, whole
from pictures import GREEN, near, opened, scene

if TYPE_CHECKING:
    from pathlib import Path

    from deckwright.cards.images import Drawn
    from deckwright.cards.media import MediaFile

RIM = 9  # pixels, on a canvas of 2000
GROUND = (90, 40, 120)


def laid(file: MediaFile, symbol: str, width: int = 2000) -> tuple[Image.Image, Drawn]:
    """Lay the cut-out of a symbol upon an empty ground, where its box says."""
    backdrop, picture = whole(file, width), cutout(file, symbol, width)
    drawn = draw([backdrop, picture])
    ground = Image.new("RGBA", drawn[backdrop.name].size, (*GROUND, 255))
    one = drawn[picture.name]
    place = (round(one.box.x * ground.width / 100), round(one.box.y * ground.height / 100))
    ground.alpha_composite(opened(one).convert("RGBA"), place)
    return ground, one


def is_white(ground: Image.Image, place: tuple[int, int]) -> bool:
    return near(ground.getpixel(place), (255, 255, 255, 255), 3)


def test_the_rim_is_white_and_equally_wide_all_around(tmp_path: Path) -> None:
    ground, _ = laid(scene(tmp_path, '<g id="a"><circle cx="200" cy="100" r="40" fill="green"/></g>'), "a")
    for degrees in range(0, 360, 15):
        across, down = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        at = {
            radius: ground.getpixel((round(1000 + radius * across), round(500 + radius * down)))
            for radius in (190, 200 + RIM // 2, 200 + 3 * RIM)
        }
        assert near(at[190], (*GREEN, 255), 12)
        assert near(at[200 + RIM // 2], (255, 255, 255, 255), 3)
        assert near(at[200 + 3 * RIM], (*GROUND, 255), 3)


@pytest.mark.parametrize(
    "shape",
    [
        '<path d="M50 100h100" stroke="green" stroke-width=".4"/>',
        '<circle cx="100" cy="100" r=".5" fill="green"/>',
        '<path d="M80 80L120 120" stroke="green"/>',
    ],
    ids=["hairline", "dot", "slanted line"],
)
def test_a_fine_shape_has_the_rim_too(tmp_path: Path, shape: str) -> None:
    ground, _ = laid(scene(tmp_path, f'<g id="a">{shape}</g>'), "a")
    if "L120" in shape:
        assert is_white(ground, (500 + 5, 500 - 5))
        assert is_white(ground, (500 - 5, 500 + 5))
    else:
        assert is_white(ground, (500, 500 - 6))
        assert is_white(ground, (500, 500 + 6))


def test_the_rim_has_soft_edges_and_a_hair_of_shade(tmp_path: Path) -> None:
    file = scene(tmp_path, '<g id="a"><rect x="100" y="50" width="100" height="50" fill="green"/></g>')
    picture = cutout(file, "a")
    one = opened(draw([picture])[picture.name])
    middle = one.height // 2
    row = [one.getpixel((across, middle)) for across in range(one.width // 2)]
    alphas = [pixel[3] for pixel in row if isinstance(pixel, tuple)]
    assert alphas == sorted(alphas)
    assert len({alpha for alpha in alphas if 0 < alpha < 255}) > 5
    outermost = row[1]
    assert isinstance(outermost, tuple)
    assert max(outermost[:3]) < 80, "dark, so that it is seen on white paper"
    assert outermost[3] < 60


def test_the_box_is_where_the_cutout_lies_to_a_pixel(tmp_path: Path) -> None:
    body = '<rect width="400" height="200" fill="#fc9"/><g id="a" fill="green">{}</g>'
    file = scene(
        tmp_path, body.format('<path d="M33.3 21.7h50.1v31.9h-20z"/><circle cx="301" cy="99" r="7"/>')
    )
    ground, one = laid(file, "a")
    picture = opened(draw([whole(file)])[whole(file).name]).convert("RGB")
    for place in ((400, 150), (300, 130), (1505, 495), (1480, 480)):
        assert near(ground.getpixel(place), (*GREEN, 255), 12)
        pixel = picture.getpixel(place)
        assert near(pixel, GREEN, 12)
    wide, high = one.size
    assert one.box.width == round(100 * wide / 2000, 2)
    assert one.box.height == round(100 * high / 1000, 2)
    assert one.box.x == pytest.approx(100 * (33.3 * 5 - RIM) / 2000, abs=0.6)


def test_a_symbol_at_the_edge_stays_on_the_canvas(tmp_path: Path) -> None:
    file = scene(tmp_path, '<g id="a"><rect x="-20" y="-20" width="520" height="120" fill="green"/></g>')
    ground, one = laid(file, "a")
    assert (one.box.x, one.box.y, one.box.width) == (0, 0, 100)
    assert 50 < one.box.height < 55
    assert near(ground.getpixel((0, 0)), (*GREEN, 255), 12)
    assert near(ground.getpixel((1999, 400)), (*GREEN, 255), 12)
    assert is_white(ground, (1000, 500 + RIM // 2))


def test_what_is_faint_gets_no_white_plate(tmp_path: Path) -> None:
    file = scene(tmp_path, '<g id="a"><ellipse cx="200" cy="100" rx="50" ry="20" opacity=".15"/></g>')
    ground, one = laid(file, "a")
    shaded = tuple(round(part * 0.85) for part in GROUND)
    assert near(ground.getpixel((1000, 500)), (*shaded, 255), 4)
    assert one.size == (500, 200)


@pytest.mark.parametrize("width", [400, 4000])
def test_the_rim_is_as_wide_on_a_canvas_of_any_width(tmp_path: Path, width: int) -> None:
    file = scene(tmp_path, '<g id="a"><rect x="100" y="50" width="100" height="50" fill="green"/></g>')
    _, small = laid(file, "a", width)
    _, usual = laid(file, "a")
    assert small.box == pytest.approx(usual.box, abs=0.5)
    ground, _ = laid(file, "a", width)
    middle = round((50 - 0.4 * RIM / 5) / 200 * ground.height)
    assert is_white(ground, (round(150 / 400 * width), middle))
