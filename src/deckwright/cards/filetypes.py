"""What a picture file is, by its name and by its first bytes, and what is wrong with one that is refused."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Literal

Kind = Literal["svg", "png", "jpeg", "webp", "heic"]

_KINDS: dict[str, Kind] = {
    ".svg": "svg",
    ".png": "png",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".webp": "webp",
    ".heic": "heic",
    ".heif": "heic",
}
# What the first bytes say, and how a person calls it; the first that matches counts.
_MAGIC: tuple[tuple[re.Pattern[bytes], str, str], ...] = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "png", "a PNG picture"),
    (re.compile(rb"\xff\xd8\xff"), "jpeg", "a JPEG picture"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "webp", "a WebP picture"),
    (re.compile(rb"GIF8[79]a"), "", "a GIF picture"),
    (re.compile(rb"BM.{4}\0{4}", re.DOTALL), "", "a BMP picture"),
    (re.compile(rb"II\*\0|MM\0\*"), "", "a TIFF picture"),
    (re.compile(rb".{4}ftyp(?:hei|hev|mif1|msf1)", re.DOTALL), "heic", "a HEIC photo"),
    (re.compile(rb".{4}ftypavi", re.DOTALL), "", "an AVIF picture"),
    (re.compile(rb"%PDF"), "", "a PDF document"),
    (re.compile(rb"\x1f\x8b"), "", "a compressed file (perhaps `.svgz`)"),
    (re.compile(rb"PK\x03\x04"), "", "a ZIP archive"),
    (re.compile(rb"\xff\xfe|\xfe\xff"), "", "text in UTF-16, where an SVG must be in UTF-8"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<!doctype html|<html)", re.IGNORECASE), "", "a web page"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*<"), "svg", "an SVG drawing or another XML file"),
)


class Refused(Exception):  # noqa: N818 - it says what happened to the picture
    """One defect of one media file, in the words of a diagnostic.

    `code` is its stable kebab-case name, `message` a headline without a full
    stop, `advice` what the author can do.
    """

    def __init__(self, code: str, message: str, advice: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.advice = advice


def kind_of(name: str) -> Kind:
    """Return what a picture file is to hold by its extension; raises `Refused` for any other."""
    suffix = PurePosixPath(name).suffix
    if suffix.lower() not in _KINDS:
        message = f"`{name}` ends in `{suffix}`, which is no picture type I know"
        if not suffix:
            message = f"`{name}` has no extension such as `.png`"
        raise Refused("unknown-picture-type", message, f"what works: {', '.join(_KINDS)}")
    return _KINDS[suffix.lower()]


def check_head(head: bytes, name: str, kind: Kind) -> None:
    """See that a file's first bytes are those of its *kind*; raises `Refused` with what they are."""
    found, what = next(
        ((kind, what) for magic, kind, what in _MAGIC if magic.match(head)), ("", "something else")
    )
    if found != kind:
        message = f"`{name}` is {what}, whatever its extension says"
        raise Refused("wrong-picture-type", message, _remedy(found, kind))


def _remedy(found: str, kind: Kind) -> str:
    fitting = next((suffix for suffix, of in _KINDS.items() if of == found), "")
    return (
        f"rename it to end in `{fitting}`"
        if fitting
        else f"open it in a picture editor and save it as {kind.upper()}"
    )
