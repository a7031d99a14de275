"""Texts of a deck for files that people paste elsewhere: on one line, nothing unseen, nothing live."""

from __future__ import annotations

import re

from deckwright.cards.markup import flat
from deckwright.source.diagnostics import printable

_SIGNS = re.compile(r"[\\`*_\[\]{}<~$#@^]|&(?=#?\w+;)|:(?=//)|(?<=www)\.", re.IGNORECASE)
_LEAD = re.compile(r"^(\d*)([-+=>|.)])")  # of a list, a quotation, a table, or a rule under a heading


def line(text: str) -> str:
    """Return a text on one line, with no character that drives a terminal or reorders what is read."""
    return printable(flat(text))


def clipped(text: str, most: int) -> str:
    """Return a text on one line of at most *most* characters; a longer one is cut after a word, with `…`."""
    text = line(text)
    if len(text) <= most:
        return text
    head = text[: most - 1]
    return f"{head.rpartition(' ')[0].rstrip() or head}…"


def markdown(text: str) -> str:
    """Write a text on one line of Markdown, where every character of it is only itself."""
    return _LEAD.sub(r"\1\\\2", _SIGNS.sub(r"\\\g<0>", line(text)))
