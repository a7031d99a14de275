"""Pieces of HTML that several kinds of notes hold."""

from __future__ import annotations

import re

from deckwright.cards import markup

_BLANK_LINE = re.compile(r"\n\s*\n")


def retired(sentence: str) -> str:
    """Write the mark of a note that is no longer taught."""
    return f'<p class="dw-retired">{markup.literal(sentence)}</p>'


def paragraphs(text: str) -> str:
    """Write a text of several lines, in which nothing is markup."""
    parts = (markup.flat(part) for part in _BLANK_LINE.split(text))
    return "".join(f"<p>{markup.literal(part)}</p>" for part in parts if part)
