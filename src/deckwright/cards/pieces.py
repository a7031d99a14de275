"""Pieces of HTML that several kinds of notes hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckwright.cards import markup
from deckwright.cards.attached import attached

if TYPE_CHECKING:
    from collections.abc import Container

_BLANK_LINE = re.compile(r"\n\s*\n")


def retired(sentence: str) -> str:
    """Write the mark of a note that is no longer taught."""
    return f'<p class="dw-retired">{markup.literal(sentence)}</p>'


def left_out(remark: str) -> str:
    """Write the remark on what a package is made without; a file's name makes no gap, whatever it holds."""
    return f'<span class="dw-left-out">{markup.literal(remark).replace("{", "&#123;")}</span>'


def without_files(text: str, names: Container[str]) -> str:
    """Cut what shows or plays one of the files *names* out of another tool's HTML."""
    for start, end, name in reversed(list(attached(text))):
        text = text[:start] + text[end:] if name in names else text
    return text


def paragraphs(text: str) -> str:
    """Write a text of several lines, in which nothing is markup."""
    parts = (markup.flat(part) for part in _BLANK_LINE.split(text))
    return "".join(f"<p>{markup.literal(part)}</p>" for part in parts if part)
