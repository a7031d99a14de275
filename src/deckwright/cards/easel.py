"""The child process in which pictures are drawn: what is hostile is decoded here, and nowhere else."""

from __future__ import annotations

import base64
import io
import json
import re
import sys
from dataclasses import dataclass

from PIL import Image

from deckwright.cards import svg
from deckwright.cards.bitmaps import read_bitmap
from deckwright.cards.child import limit
from deckwright.cards.encode import webp
from deckwright.cards.media import Refused
from deckwright.cards.sticker import sticker

_MEMORY = 2 * 2**30  # bytes of the address space
_DPI = 96  # of CSS, by which a `mm` is 3.78 units of a drawing
_HIGHEST = 16_383  # pixels: a WebP holds no more
_WHOLE = (0.0, 0.0, 100.0, 100.0)
_EMBEDDED = re.compile(r' href="\s*data:image/(png|jpe?g|webp);base64,([^"]*)"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Painted:
    """A WebP, its width and height in pixels, and where it lies on its canvas in percent."""

    data: bytes
    size: tuple[int, int]
    box: tuple[float, float, float, float] = _WHOLE


def serve(seconds: int) -> None:
    """Answer one request on stdin with one on stdout: the whole life of the child process.

    Both are a line of JSON and bytes after it. The request has the file's
    `name` and `kind` and, as `wanted`, pairs of a symbol ("" for the whole)
    and the canvas's width in pixels; then comes the file. The answer is either
    `{"refused": [code, message, advice]}` or `{"drawn": [[length, size,
    box], …]}`, and the pictures one after another.
    """
    limit(seconds, _MEMORY)
    request = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    paint = _paint_scene if request["kind"] == "svg" else _paint_bitmap
    drawn: list[_Painted] = []
    try:
        drawn = [paint(data, request, symbol, width) for symbol, width in request["wanted"]]
        answer: object = {"drawn": [[len(one.data), one.size, one.box] for one in drawn]}
    except Refused as refused:
        answer = {"refused": [refused.code, refused.message, refused.advice]}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + b"".join(one.data for one in drawn))


def _paint_bitmap(data: bytes, request: dict[str, str], _symbol: str, width: int) -> _Painted:
    picture = read_bitmap(data, request["kind"], f"`{request['name']}`", width)
    return _Painted(webp(picture), picture.size)


def _paint_scene(data: bytes, request: dict[str, str], symbol: str, width: int) -> _Painted:
    """Draw an SVG, or one symbol of it, which is cut out in a white rim."""
    name = request["name"]
    canvas = _rendered(svg.only(data, symbol).decode(), name, width)
    box = canvas.getchannel("A").getbbox()
    if box is None:
        code, what = ("empty-symbol", symbol) if symbol else ("empty-picture", name)
        raise Refused(code, f"`{what}` draws nothing", "is it hidden, transparent or outside the canvas?")
    if not symbol:
        return _Painted(webp(canvas), canvas.size)
    cut, (left, top, right, bottom) = sticker(canvas, box)
    wide, high = canvas.size
    parts = (left / wide, top / high, (right - left) / wide, (bottom - top) / high)
    left_, top_, width_, height_ = (round(100 * part, 2) for part in parts)
    return _Painted(webp(cut), cut.size, (left_, top_, width_, height_))


def _rendered(text: str, name: str, width: int) -> Image.Image:
    import resvg_py  # noqa: PLC0415 - a child that draws bitmaps needs none of its memory

    text = _EMBEDDED.sub(lambda found: _embedded(found[1], found[2], name), text)
    try:
        png = resvg_py.svg_to_bytes(
            svg_string=text, width=width, skip_system_fonts=True, dpi=_DPI, languages=["en"]
        )
    except ValueError as error:
        message = f"`{name}` could not be drawn: {error}"
        raise Refused("drawing-failed", message, "save it again as plain SVG") from error
    canvas = Image.open(io.BytesIO(png), formats=["PNG"])
    if canvas.height > _HIGHEST:
        message = f"`{name}` would be {canvas.height} pixels high where it is {width} wide"
        raise Refused("picture-too-large", message, "set a smaller `width`")
    return canvas.convert("RGBA")


def _embedded(kind: str, bitmap: str, name: str) -> str:
    """Write a bitmap inside an SVG anew, for the renderer leaves out what it cannot read, and turns none."""
    picture = read_bitmap(base64.b64decode(bitmap), kind, f"a picture inside `{name}`")
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=1)
    return f' href="data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"'
