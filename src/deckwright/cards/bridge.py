"""The bridge from a mnemonic to its fact: both in one line, the letters that sound alike standing out."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from itertools import pairwise
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
    return " <i>≈</i> ".join(map(_highlighted, sides, hear(*map(_heard, sides)))) if sides else ""


def heard(mnemonic: str, fact: str) -> tuple[str, str] | None:
    """Return both texts as they are heard; None where either shows nothing, and there is no bridge."""
    sides = _sides(mnemonic, fact)
    return (_heard(sides[0]), _heard(sides[1])) if sides else None


def _sides(mnemonic: str, fact: str) -> tuple[str, str] | None:
    """Return both texts as HTML; None where either shows nothing."""
    left, right = markup.line(mnemonic), markup.line(fact)
    return (left, right) if markup.is_visible(left) and markup.is_visible(right) else None


def _heard(rendered: str) -> str:
    return rendered if _is_plain(rendered) else "".join(seen for _, seen in _pieces(rendered))


def _is_plain(rendered: str) -> bool:
    """Whether all of it is seen as it is written."""
    return "<" not in rendered and "&" not in rendered and "\\" not in rendered


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


def _highlighted(rendered: str, shared: Sequence[int]) -> str:
    """Put the characters that stand in *shared* stretches in `<b>`, in one for as many as stand together."""
    if _is_plain(rendered):
        parts = [rendered[start:end] for start, end in pairwise((0, *shared, len(rendered)))]
        return "".join(f"<b>{part}</b>" if at % 2 else part for at, part in enumerate(parts))
    places = {at for start, end in zip(shared[::2], shared[1::2], strict=True) for at in range(start, end)}
    written: list[str] = []
    at, is_open = 0, False
    for piece, seen in _pieces(rendered):
        is_shared = bool(seen) and at in places
        if is_shared != is_open:
            written.append("<b>" if is_shared else "</b>")
            is_open = is_shared
        written.append(piece)
        at += len(seen)
    return "".join([*written, "</b>" * is_open])
