"""What an SVG may not hold, one element at a time."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

from deckwright.cards.media import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LARGEST_BITMAP = 5 * 2**20  # bytes
# Settings of filters that cost time, and the widest filter region, in sizes of the shape or in units.
_LIMITS = {"stdDeviation": 200.0, "numOctaves": 8.0, "radius": 50.0, "order": 10.0}
_WIDEST = {"objectBoundingBox": 10.0, "userSpaceOnUse": 100_000.0}

_INERT = "a picture cannot run or load anything: delete it"
_PATHS = "fonts differ from machine to machine: turn text into paths (Inkscape: Path > Object to Path)"
_INSIDE = "a picture may use only what is in the file: delete it, or embed the picture as PNG"
_FORBIDDEN = {
    "script": _INERT,
    "foreignobject": "what is in it is not drawn: delete it, or draw it with shapes",
    **dict.fromkeys(("text", "tspan", "tref", "textpath", "flowroot"), _PATHS),
}
_UNDRAWN = {
    **dict.fromkeys(
        ("animate", "animateColor", "animateMotion", "animateTransform", "set"),
        "a picture does not move: delete it, and draw what is to be seen",
    ),
    **dict.fromkeys(
        ("hatch", "mesh", "meshgradient", "solidcolor"),
        "it would be left out: use a linear or radial gradient, or a `pattern`",
    ),
}
# Possessive, so that a long row of digits is read once.
NUMBER = re.compile(r"[+-]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)?")
_URL = re.compile(r"url\(\s*+(['\"]?)#([^'\"()\s]++)\1\s*+\)", re.IGNORECASE)
_EFFECT = re.compile(
    r"(?:blur|brightness|contrast|drop-shadow|grayscale|hue-rotate|invert|saturate|sepia)\(", re.IGNORECASE
)
_BITMAP = re.compile(r"\s*data:image/(png|jpe?g|webp);base64,", re.IGNORECASE)
_MAGIC = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "jpeg": re.compile(rb"\xff\xd8\xff"),
    "jpg": re.compile(rb"\xff\xd8\xff"),
    "webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
}


def unsafe(what: str, line: int, advice: str) -> Refused:
    """Make the refusal of something that could do harm."""
    return Refused("unsafe-svg", f"{what} in line {line} of the SVG", advice)


def unsupported(what: str, line: int, advice: str) -> Refused:
    """Make the refusal of something that would be left out, or drawn otherwise than the author sees it."""
    return Refused("unsupported-svg", f"{what} in line {line} of the SVG", advice)


def check_drawn(tag: str, line: int) -> None:
    """Refuse an element of SVG that no still picture shows; raises `Refused`."""
    if tag in _UNDRAWN:
        raise unsupported(f"`{tag}`", line, _UNDRAWN[tag])


def urls(text: str) -> Iterator[str]:
    """Yield the ids in every `url(#id)` of an attribute or a rule."""
    return (found[2] for found in _URL.finditer(text))


def check_element(tag: str, attributes: Mapping[str, str], line: int) -> None:
    """Refuse an element that could run, load or last; raises `Refused`.

    *tag* comes without its namespace, *attributes* as `namespace}name`, or
    `name` for those without one.
    """
    if tag.lower() in _FORBIDDEN:
        raise unsafe(f"`{tag}`", line, _FORBIDDEN[tag.lower()])
    for name, value in attributes.items():
        local = name.rpartition("}")[2].lower()
        if name.lower().startswith("on"):
            raise unsafe(f"the event handler `{name}`", line, _INERT)
        if local in {"href", "src"}:
            _check_link(tag, value, line)
        elif local == "style":
            check_css(value, line)
        else:
            _check_urls(value, line)
    if tag.startswith("fe"):
        _check_effect(attributes, line)
    if tag == "filter":
        _check_region(attributes, line)


def check_css(css: str, line: int) -> None:
    """Refuse CSS that loads something, or may hide that it does; raises `Refused`."""
    if "@import" in css.lower():
        raise unsafe("`@import`", line, _INSIDE)
    if "\\" in css:
        raise unsafe("a `\\` in a style", line, "write the style without escapes")
    _check_urls(css, line)


def effects(text: str) -> int:
    """Count the filter functions that a style calls."""
    return len(_EFFECT.findall(text))


def _check_urls(text: str, line: int) -> None:
    if text.lower().count("url(") != sum(1 for _ in urls(text)):
        raise unsafe("a `url(…)` out of the file", line, _INSIDE)


def _check_link(tag: str, link: str, line: int) -> None:
    if tag == "feImage":
        raise unsafe("a picture inside a filter", line, _INSIDE)
    if re.fullmatch(r"\s*+#\S++\s*+", link):
        return
    kind = _BITMAP.match(link)
    if not kind:
        raise unsafe("a reference out of the file", line, _INSIDE)
    text = "".join(link[kind.end() :].split())
    if len(text) * 3 // 4 > _LARGEST_BITMAP:
        raise unsafe(f"an embedded picture over {_LARGEST_BITMAP // 2**20} MiB", line, "embed a smaller one")
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError:
        content = b""
    if not _MAGIC[kind[1].lower()].match(content):
        raise unsafe(f"an embedded picture that is no {kind[1].upper()}", line, "embed it again")


def _check_effect(attributes: Mapping[str, str], line: int) -> None:
    for name, limit in _LIMITS.items():
        if _beyond(attributes.get(name, ""), limit):
            raise unsafe(f"`{name}` over {limit:g}", line, "take a smaller number: it would draw for ever")


def _check_region(attributes: Mapping[str, str], line: int) -> None:
    widest = _WIDEST.get(attributes.get("filterUnits", ""), _WIDEST["objectBoundingBox"])
    for name in ("x", "y", "width", "height"):
        value = attributes.get(name, "")
        if _beyond(value, 100 * _WIDEST["objectBoundingBox"] if "%" in value else widest):
            raise unsafe(f"a filter with a huge `{name}`", line, "keep the filter near its shape")


def _beyond(value: str, limit: float) -> bool:
    return any(abs(float(number)) > limit for number in NUMBER.findall(value))
