"""Pictures as tests make them, draw them and look at them."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from pillow_heif import register_heif_opener

from deckwright.cards.images import Drawn, Picture, draw
from deckwright.cards.media import MediaFile, MediaFolder, Refused

if TYPE_CHECKING:
    from pathlib import Path

GREEN = (0, 128, 0)

register_heif_opener()


def media(folder: Path, name: str, content: bytes) -> MediaFile:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return MediaFolder(folder).open(name)


def scene(folder: Path, body: str, root: str = 'viewBox="0 0 400 200"') -> MediaFile:
    text = f'<svg xmlns="http://www.w3.org/2000/svg" {root}>\n{body}\n</svg>'
    return media(folder, "scene.svg", text.encode())


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def one(picture: Picture) -> Image.Image:
    drawn = draw([picture])
    assert list(drawn) == [picture.name]
    return opened(drawn[picture.name])


def opened(drawn: Drawn) -> Image.Image:
    """Open a drawn picture, which has no metadata."""
    assert not any(chunk in drawn.data for chunk in (b"EXIF", b"ICCP", b"XMP "))
    picture = Image.open(io.BytesIO(drawn.data), formats=["WEBP"])
    picture.load()
    return picture


def near(pixel: object, colour: tuple[int, ...], tolerance: int = 6) -> bool:
    assert isinstance(pixel, tuple)
    return len(pixel) == len(colour) and all(
        abs(a - b) <= tolerance for a, b in zip(pixel, colour, strict=True)
    )


def refusal(picture: Picture) -> Refused:
    with pytest.raises(Refused) as caught:
        draw([picture])
    assert caught.value.advice
    return caught.value


def noise(kind: str) -> bytes:
    picture = Image.frombytes("RGB", (64, 64), bytes(i * i % 251 for i in range(64 * 64 * 3)))
    return encoded(picture, kind, quality=90)


def png_chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def bomb(width: int, height: int) -> bytes:
    """Make a small PNG whose header promises that many pixels."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = png_chunk(b"IDAT", zlib.compress(bytes(1000))) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + header + body
