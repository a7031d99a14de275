"""Photographs as a telephone takes them: 12 megapixels, soft shapes under grain, no two alike."""

from __future__ import annotations

import io
import random
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE = (4000, 3000)
_GRAIN = 14  # percent
_QUALITY = 88


def photographs(number: int) -> Iterator[bytes]:
    """Yield that many JPEGs of three to four megabytes; the same at every call."""
    dice = random.Random(5)  # noqa: S311 - no secret
    wide, high = SIZE
    grain = [
        Image.frombytes("L", (wide + 99, high + 99), dice.randbytes((wide + 99) * (high + 99)))
        for _ in range(3)
    ]
    for _ in range(number):
        soft = Image.new("RGB", (80, 60), tuple(dice.randrange(60, 200) for _ in range(3)))
        pen = ImageDraw.Draw(soft)
        for _ in range(25):
            left, top, size = dice.randrange(80), dice.randrange(60), dice.randrange(4, 30)
            pen.ellipse((left, top, left + size, top + size), tuple(dice.randrange(256) for _ in range(3)))
        across, down = dice.randrange(99), dice.randrange(99)
        place = (across, down, across + wide, down + high)
        noise = Image.merge("RGB", [band.crop(place) for band in grain])
        out = io.BytesIO()
        Image.blend(soft.resize(SIZE, Image.Resampling.BICUBIC), noise, _GRAIN / 100).save(
            out, "JPEG", quality=_QUALITY
        )
        yield out.getvalue()
