"""Pictures, sounds and films that fields of other tools name: they travel as they are, under these names.

A tag or mark counts only where it can do nothing but show or play a file of the reader's own collection.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from deckwright.cards import markdown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_VALUE = r"""(?:"[^"<>]*"|'[^'<>]*')"""
_IMAGE = re.compile(
    rf"<img(?:\s+(?:src=(?P<src>{_VALUE})|(?:alt|title|width|height|style|class)={_VALUE}))+\s*/?>",
    re.IGNORECASE,
)
_STYLE = re.compile(rf"\sstyle=(?P<style>{_VALUE})", re.IGNORECASE)
_PLAIN_STYLE = re.compile(r"[\w\s:;.%#-]*", re.ASCII)
_SOUND = re.compile(r"\[sound:(?P<sound>[^\[\]<>&\"]{1,200})\]")
_ATTACHED = re.compile(f"{_IMAGE.pattern}|{_SOUND.pattern}", re.IGNORECASE)
_NAME = re.compile(r"[^/\\:<>\"|?*\x00-\x1f\x7f-\x9f]{1,200}")
_SHOWN = frozenset(["png", "jpg", "jpeg", "webp", "gif", "avif", "bmp", "ico"])
_PLAYED = frozenset(
    [
        "mp3",
        "ogg",
        "oga",
        "opus",
        "wav",
        "flac",
        "m4a",
        "aac",
        "spx",
        "3gp",
        "mp4",
        "webm",
        "mkv",
        "mov",
        "avi",
        "mpg",
        "mpeg",
        "ogv",
        "m4v",
    ]
)


def attached(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start and end of what shows or plays a file, with the file's name."""
    for found in _ATTACHED.finditer(text):
        name = html.unescape((found["src"] or f'"{found["sound"] or ""}"')[1:-1])
        suffixes = _SHOWN if found["src"] else _PLAYED
        style = _STYLE.search(found[0])
        harmless = style is None or _PLAIN_STYLE.fullmatch(style["style"][1:-1])
        live = "{{" in found[0] or "\\" in found[0]
        if harmless and not live and _NAME.fullmatch(name) and name.rpartition(".")[2].casefold() in suffixes:
            yield found.start(), found.end(), name


def detached(text: str) -> tuple[str, Sequence[str], re.Pattern[str]]:
    """Return the text with a mark in place of each such piece, the pieces, and what finds the marks.

    The number in a mark is its piece's.
    """
    mark = markdown.unused(text)
    spans = [(start, end) for start, end, _ in attached(text)]
    marks = {span: f"{mark}{number}{mark}" for number, span in enumerate(spans)}
    pieces = [text[start:end] for start, end in spans]
    return markdown.masked(text, marks), pieces, re.compile(f"{mark}(\\d+){mark}")


def blanked(text: str) -> str:
    """Return the text with blanks in place of such pieces, of the same length."""
    return markdown.masked(text, {(start, end): " " * (end - start) for start, end, _ in attached(text)})
