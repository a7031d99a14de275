"""A symbol as a sticker: cut out of its scene, with an even white rim."""

from __future__ import annotations

import math

from PIL import Image, ImageChops, ImageFilter

_RIM = 0.0045  # of the canvas's width
_SOFTNESS = 0.25  # of the shade's edge, in widths of the rim
_SHADE = (24, 16, 40)
_DARKNESS = 0.5
_REACH = 1.8  # of rim and shade together, in widths of the rim
# What is faint has no rim: a shadow or the end of a glow would get a milky plate.
_SOLID = [max(0, min(255, round(1.5 * value - 64))) for value in range(256)]


def sticker(
    canvas: Image.Image, box: tuple[int, int, int, int]
) -> tuple[Image.Image, tuple[int, int, int, int]]:
    """Cut what is drawn within *box* out of an RGBA canvas, in a white rim; return it, and its own box.

    The rim is 0.45 % of the canvas's width all around, with round corners and
    soft edges, and a hair of shade by which it is seen on white paper. Where
    it would leave the canvas it is cut off.
    """
    radius = _RIM * canvas.width
    reach = math.ceil(_REACH * radius)
    left, top = max(0, box[0] - reach), max(0, box[1] - reach)
    right, bottom = min(canvas.width, box[2] + reach), min(canvas.height, box[3] + reach)
    symbol = canvas.crop((left, top, right, bottom))
    rim = _spread(symbol.getchannel("A").point(_SOLID), radius)
    shade = _weighed(rim.filter(ImageFilter.GaussianBlur(_SOFTNESS * radius)), _DARKNESS)
    whole = Image.alpha_composite(_filled(_SHADE, shade), _filled((255, 255, 255), rim))
    whole = Image.alpha_composite(whole, symbol)
    inner = whole.getbbox() or (0, 0, *whole.size)
    return whole.crop(inner), (left + inner[0], top + inner[1], left + inner[2], top + inner[3])


def _filled(colour: tuple[int, int, int], alpha: Image.Image) -> Image.Image:
    filled = Image.new("RGBA", alpha.size, colour)
    filled.putalpha(alpha)
    return filled


def _spread(alpha: Image.Image, radius: float) -> Image.Image:
    """Return the alpha of a shape that a disc of that radius was drawn along.

    The disc's rows are laid over each other from the shortest to the longest,
    then the pixels that its edge only touches, by how much of them it covers.
    """
    rows, edge = _disc(radius)
    found = row = alpha
    half = 0
    for step in sorted(rows, key=lambda step: rows[step]):
        while half < rows[step]:
            half += 1
            row = ImageChops.lighter(row, ImageChops.lighter(_moved(alpha, half, 0), _moved(alpha, -half, 0)))
        found = ImageChops.lighter(found, _moved(row, 0, step))
    for covered, places in edge.items():
        part = _weighed(alpha, covered)
        for across, down in places:
            found = ImageChops.lighter(found, _moved(part, across, down))
    return found


def _disc(radius: float) -> tuple[dict[int, int], dict[float, list[tuple[int, int]]]]:
    """Return half the width of each of a disc's rows, and its edge's pixels by how much it covers of them."""
    rows: dict[int, int] = {}
    edge: dict[float, list[tuple[int, int]]] = {}
    span = range(-math.ceil(radius), math.ceil(radius) + 1)
    for down in span:
        for across in span:
            covered = radius + 0.5 - math.hypot(across, down)
            if covered >= 1:
                rows[down] = max(rows.get(down, 0), across)
            elif covered > 0:
                edge.setdefault(covered, []).append((across, down))
    return rows, edge


def _moved(alpha: Image.Image, across: int, down: int) -> Image.Image:
    moved = Image.new("L", alpha.size)
    moved.paste(alpha, (across, down))
    return moved


def _weighed(alpha: Image.Image, weight: float) -> Image.Image:
    return alpha.point([round(value * weight) for value in range(256)])
