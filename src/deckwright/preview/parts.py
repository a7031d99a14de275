"""The files that the page is made of, and how the browser is to take what it gets."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import PurePath

FRONT = "page.html"
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".js": "text/javascript; charset=utf-8",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}


def front(token: str) -> bytes:
    """Return the page itself; with *token* it may ask for changes."""
    return _parts()[FRONT].replace(b"TOKEN", token.encode())


def part(name: str) -> bytes | None:
    """Return a style sheet or script of the page; None for any other name."""
    return _parts().get(name) if name != FRONT else None


def media_type(name: str) -> str:
    """Return the type to send a file of that name with."""
    return _TYPES.get(PurePath(name).suffix, "application/octet-stream")


@cache
def _parts() -> dict[str, bytes]:
    folder = files("deckwright.preview") / "page"
    return {file.name: file.read_bytes() for file in folder.iterdir() if PurePath(file.name).suffix in _TYPES}
