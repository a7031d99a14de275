"""What in a text is no prose: the targets of links and pictures, addresses, code and maths."""

from __future__ import annotations

import re

_SIGN = "\x01"  # no letter, blank or sign that a text can hold
# Each with what a text must hold to have it; code goes first, as nothing in it means anything.
_KINDS = (
    ("```", re.compile(r"^[ \t>]*(`{3,})[^`\n\0]*\n(?:(?![ \t>]*\1)[^\n\0]*\n)*[^\n\0]*", re.MULTILINE)),
    ("~~~", re.compile(r"^[ \t>]*(~{3,})[^\n\0]*\n(?:(?![ \t>]*\1)[^\n\0]*\n)*[^\n\0]*", re.MULTILINE)),
    ("`", re.compile(r"(?<!`)(`{1,20})(?!`)[^\0]{1,500}?(?<!`)\1(?!`)")),
    ("\\(", re.compile(r"\\\([^\\\0]*(?:\\(?![()])[^\\\0]*)*\\\)")),
    ("\\[", re.compile(r"\\\[[^\\\0]*(?:\\(?![\[\]])[^\\\0]*)*\\\]")),
    ("](", re.compile(r"\]\([^()\n\0]{0,1000}(?:\([^()\n\0]{0,200}\)[^()\n\0]{0,200})?\)")),
    ("://", re.compile(r"https?://[^\s\0<>]+")),
)


def shielded(text: str) -> str:
    """Return *text* in its length, with one sign in place of all that is no prose."""
    for part, kind in _KINDS:
        if part in text:
            text = kind.sub(lambda found: _SIGN * len(found[0]), text)
    return text
