"""The bridge from a mnemonic to its fact: both in one line, the letters that sound alike standing out."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from deckwright.cards import markup
from deckwright.cards.alike import alike
from deckwright.cards.maths import formulas

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_CHARACTER = re.compile(r"&#?\w+;|.", re.DOTALL)
# `<b>` and `<i>` have a meaning of their own in a bridge; the author's are written as their kin.
_KIN = {"<b>": "<strong>", "</b>": "</strong>", "<i>": "<em>", "</i>": "</em>", "<br>": " "}


@lru_cache(maxsize=10_000)  # a page that follows an author's saves asks for the same ones again and again
def bridge(mnemonic: str, fact: str) -> str:
    """Return both texts in one line of HTML, `Spiny cord <i>≈</i> Spinal cord`, what sounds alike in `<b>`.

    Both are texts as typed, with Markdown within a line, and come out as safe as `markup.line` makes them.
    A formula sounds like nothing. Empty where either text shows nothing.
    """
    rendered = [markup.line(text) for text in (mnemonic, fact)]
    if not all(map(markup.is_visible, rendered)):
        return ""
    sides = [list(_pieces(text)) for text in rendered]
    shared = alike(*("".join(seen for _, seen in pieces) for pieces in sides))
    return " <i>≈</i> ".join(map(_highlighted, sides, shared))


def _pieces(rendered: str) -> Iterator[tuple[str, str]]:
    """Yield tags, formulas and single characters of HTML, each with what of it can be heard or seen."""
    for part in markup.TAG.split(rendered):
        if part.startswith("<"):
            yield (" ", " ") if part == "<br>" else (_KIN.get(part, part), "")
            continue
        at = 0
        for start, end in [*formulas(part), (len(part), len(part))]:
            yield from ((char[0], html.unescape(char[0])) for char in _CHARACTER.finditer(part, at, start))
            if start < end:
                yield part[start:end], "\ufffc"
            at = end


def _highlighted(pieces: list[tuple[str, str]], shared: Collection[int]) -> str:
    """Put the shared characters in `<b>`, in one for as many as stand together."""
    written: list[str] = []
    at, is_open = 0, False
    for piece, seen in pieces:
        is_shared = bool(seen) and at in shared
        if is_shared != is_open:
            written.append("<b>" if is_shared else "</b>")
            is_open = is_shared
        written.append(piece)
        at += len(seen)
    return "".join([*written, "</b>" * is_open])
