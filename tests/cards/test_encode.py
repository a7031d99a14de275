"""Of two ways to encode a picture the smaller one is taken, where both look the same."""

from __future__ import annotations

import io
import random

import pytest
from PIL import Image, ImageChops, ImageDraw

from deckwright.cards.encode import webp


def is_lossless(data: bytes) -> bool:
    return b"VP8L" in data[:40]


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data), formats=["WEBP"])
    picture.load()
    return picture


def flat() -> Image.Image:
    """Return large shapes in few colours, which are small without loss."""
    picture = Image.new("RGB", (800, 600), (250, 240, 220))
    pen = ImageDraw.Draw(picture)
    for step in range(9):
        pen.rectangle(
            (step * 80, step * 60, step * 80 + 200, step * 60 + 90), (step * 25, 90, 200), "black", 4
        )
    return picture


def soft() -> Image.Image:
    """Return soft shades under a little grain: a drawing with airbrush, small only with loss."""
    dice = random.Random(1)  # noqa: S311 - no secret
    picture = Image.linear_gradient("L").resize((800, 600), Image.Resampling.BICUBIC)
    grain = Image.frombytes("L", (800, 600), bytes(dice.choice((0, 5)) for _ in range(480_000)))
    grey = ImageChops.add(picture, grain)
    return Image.merge("RGB", (grey, grey, grey))


def lettered() -> Image.Image:
    """Return soft shades with some lines in red on blue: colours are stored at half the resolution."""
    picture = soft()
    pen = ImageDraw.Draw(picture)
    for line in range(0, 60, 12):
        pen.rectangle((0, line, 800, line + 12), "#0000ff")
        pen.text((4, line), "The quick brown fox jumps over the lazy dog. " * 4, "#ff0000")
    return picture


def photograph() -> Image.Image:
    dice = random.Random(1)  # noqa: S311 - no secret
    return Image.frombytes("RGB", (400, 300), dice.randbytes(360_000))


def test_a_drawing_of_few_colours_keeps_every_pixel() -> None:
    data = webp(flat())
    assert is_lossless(data)
    assert not ImageChops.difference(opened(data), flat()).getbbox()


def test_soft_shades_are_smaller_with_a_loss_that_is_not_seen() -> None:
    data = webp(soft())
    assert not is_lossless(data)
    differs = ImageChops.difference(opened(data), soft()).convert("L")
    assert max(level for level, count in enumerate(differs.histogram()) if count) <= 32


def test_a_loss_that_is_seen_is_not_taken_for_its_size() -> None:
    out = io.BytesIO()
    lettered().save(out, "WEBP", quality=85, method=4)
    data = webp(lettered())
    assert len(out.getvalue()) < len(data), "it would have been smaller"
    assert is_lossless(data)
    assert not ImageChops.difference(opened(data), lettered()).getbbox()


def test_a_photograph_is_encoded_with_loss() -> None:
    data = webp(photograph())
    assert not is_lossless(data)
    assert opened(data).size == (400, 300)


@pytest.mark.parametrize("picture", [flat(), soft(), photograph()], ids=["flat", "soft", "photograph"])
def test_alpha_is_kept_to_the_level_or_left_out_where_it_says_nothing(picture: Image.Image) -> None:
    alpha = Image.linear_gradient("L").resize(picture.size)
    picture.putalpha(alpha)
    assert opened(webp(picture)).getchannel("A").tobytes() == alpha.tobytes()
    picture.putalpha(255)
    assert opened(webp(picture)).mode == "RGB"


def test_the_same_picture_gives_the_same_bytes() -> None:
    assert webp(flat()) == webp(flat())
    assert webp(photograph()) == webp(photograph())


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1)])
def test_tiny_pictures_are_encoded(size: tuple[int, int]) -> None:
    assert opened(webp(Image.new("RGB", size, "red"))).size == size
    assert opened(webp(Image.new("RGBA", size))).size == size
