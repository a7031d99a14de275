"""The bridge from a mnemonic to its fact: both in one line, the letters that sound alike standing out."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from deckwright.cards import markup
from deckwright.cards.alike import Stretches, stretches
from deckwright.cards.maths import formulas

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Hear = Callable[[str, str], Stretches]

_CHARACTER = re.compile(r"&#?\w+;|.", re.DOTALL)
# `<b>` and `<i>` have a meaning of their own in a bridge; the author's are written as their kin.
_KIN = {"<b>": "<strong>", "</b>": "</strong>", "<i>": "<em>", "</i>": "</em>", "<br>": " "}


def bridge(mnemonic: str, fact: str, hear: Hear = stretches) -> str:
    """Return both texts in one line of HTML, `Spiny cord <i>≈</i> Spinal cord`, what sounds alike in `<b>`.

    Both are texts as typed, with Markdown within a line, and come out as safe as `markup.line` makes them.
    A formula sounds like nothing. Empty where either text shows nothing. *hear* tells what of two texts, as
    they are heard, is alike.
    """
    sides = _sides(mnemonic, fact)
    if not sides:
        return ""
    shared = hear(*("".join(seen for _, seen in pieces) for pieces in sides))
    return " <i>≈</i> ".join(map(_highlighted, sides, shared))


def heard(mnemonic: str, fact: str) -> tuple[str, str] | None:
    """Return both texts as they are heard; None where either shows nothing, and there is no bridge."""
    left, right = (markup.line(text) for text in (mnemonic, fact))
    return (_heard(left), _heard(right)) if markup.is_visible(left) and markup.is_visible(right) else None


def _heard(rendered: str) -> str:
    marked = "<" in rendered or "&" in rendered or "\\" in rendered
    return "".join(seen for _, seen in _pieces(rendered)) if marked else rendered


def _sides(mnemonic: str, fact: str) -> list[list[tuple[str, str]]]:
    rendered = [markup.line(text) for text in (mnemonic, fact)]
    return [list(_pieces(text)) for text in rendered] if all(map(markup.is_visible, rendered)) else []


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


def _highlighted(pieces: Sequence[tuple[str, str]], shared: Sequence[int]) -> str:
    """Put the characters that stand in *shared* stretches in `<b>`, in one for as many as stand together."""
    places = {at for start, end in zip(shared[::2], shared[1::2], strict=True) for at in range(start, end)}
    written: list[str] = []
    at, is_open = 0, False
    for piece, seen in pieces:
        is_shared = bool(seen) and at in places
        if is_shared != is_open:
            written.append("<b>" if is_shared else "</b>")
            is_open = is_shared
        written.append(piece)
        at += len(seen)
    return "".join([*written, "</b>" * is_open])
