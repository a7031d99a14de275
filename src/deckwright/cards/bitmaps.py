"""Photographs and other bitmaps, decoded: upright, in sRGB and 8 bits. Only a child process may load this."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import TYPE_CHECKING

from PIL import Image, ImageCms, ImageOps, PngImagePlugin

from deckwright.cards.media import Refused

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

_MOST_PIXELS = 64_000_000
_LARGEST_PROFILE = 4 * 2**20  # bytes; those of printing presses have about two million
_FORMATS = {"png": "PNG", "jpeg": "JPEG", "jpg": "JPEG", "webp": "WEBP", "heic": "HEIF"}
_LONGEST_TEXT = 32 * 2**20  # bytes; some drawing programs keep their whole file in the PNG
_BLACK_POINT = ImageCms.Flags.BLACKPOINTCOMPENSATION
_SPACES = {"RGB": "RGB", "RGBA": "RGB", "L": "GRAY", "CMYK": "CMYK"}


def read_bitmap(data: bytes, kind: str, name: str, width: int | None = None) -> Image.Image:
    """Decode a bitmap as RGB or RGBA, made smaller so that neither side has more than *width* pixels.

    It is turned upright once, by what the file says, and its colours are
    converted to sRGB by the profile that the file has; a profile that is
    broken or of another kind of colours counts as none. Of several pictures
    in a photograph's file only the first, or what HEIC calls the primary one.

    Raises:
        Refused: `broken-picture`, `picture-too-large` or `animated-picture`; *name* stands in the message.

    """
    Image.MAX_IMAGE_PIXELS = None  # our own bound is stricter, and says so in its own words
    PngImagePlugin.MAX_TEXT_CHUNK = _LONGEST_TEXT
    try:
        with _opened(data, kind) as source:
            _check_header(source, name)
            profile = source.info.get("icc_profile")
            return _in_srgb(ImageOps.exif_transpose(_reduced(source, width or max(source.size))), profile)
    except (Refused, MemoryError):
        raise
    except Exception as error:  # hostile bytes make Pillow raise nearly anything
        advice = "open it in a picture editor and save it again"
        raise Refused("broken-picture", f"{name} is damaged or cut short", advice) from error


def _opened(data: bytes, kind: str) -> ImageFile:
    if kind == "heic":
        import pillow_heif  # noqa: PLC0415 - few pictures need it

        pillow_heif.register_heif_opener(thumbnails=False)
    return Image.open(io.BytesIO(data), formats=[_FORMATS[kind.lower()]])


def _check_header(picture: ImageFile, name: str) -> None:
    """Refuse what is too large to decode, or moves; the further pictures in a camera's file are fine."""
    if picture.width * picture.height > _MOST_PIXELS:
        message = f"{name} has {picture.width} × {picture.height} pixels"
        raise Refused("picture-too-large", message, "save it smaller: 2000 pixels in width are enough")
    if picture.format in {"PNG", "WEBP"} and getattr(picture, "is_animated", False):
        raise Refused("animated-picture", f"{name} is animated", "save one of its frames as a picture")


def _reduced(source: ImageFile, width: int) -> Image.Image:
    """Decode, and make smaller; of a JPEG no more is decoded than the smaller picture needs."""
    if source.format in {"JPEG", "MPO"}:
        scale = min(1, width / max(source.size))
        source.draft(None, (round(source.width * scale), round(source.height * scale)))
    source.load()
    picture = _mixable(source)
    picture.thumbnail((width, width), Image.Resampling.LANCZOS)
    return picture


def _mixable(picture: Image.Image) -> Image.Image:
    """Return the picture in 8 bits, and in a mode in which neighbouring pixels can be mixed."""
    if picture.mode.startswith("I"):  # 16 bits of grey, which a conversion alone would cut off at white
        picture = picture.convert("I").point(lambda value: value * (1 / 257)).convert("L")
        picture.info.pop("transparency", None)  # a shade in 16 bits, of which there is no other use
    if picture.has_transparency_data:
        return picture if picture.mode == "RGBA" else picture.convert("RGBA")
    if picture.mode in _SPACES:
        return picture
    return picture.convert("L" if picture.mode == "1" else "RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture as RGB or RGBA, its colours as a screen without colour management needs them."""
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    if profile and len(profile) <= _LARGEST_PROFILE:
        with suppress(ImageCms.PyCMSError, OSError, ValueError):
            found = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if found.profile.xcolor_space.strip() == _SPACES[picture.mode]:
                return _converted(picture, found, mode)
    return picture if picture.mode == mode else picture.convert(mode)


def _converted(picture: Image.Image, profile: ImageCms.ImageCmsProfile, mode: str) -> Image.Image:
    alpha = picture.getchannel("A") if mode == "RGBA" else None
    colours = picture.convert("RGB") if alpha else picture
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    converted = ImageCms.profileToProfile(
        colours, profile, srgb, ImageCms.Intent.RELATIVE_COLORIMETRIC, "RGB", flags=_BLACK_POINT
    )
    assert converted is not None  # noqa: S101 - it is, unless the picture itself is to be changed
    if alpha:
        converted.putalpha(alpha)
    return converted
