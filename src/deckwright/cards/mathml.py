"""Formulas of a card as MathML, for browsers that show cards without Anki's MathJax."""

from __future__ import annotations

import html
from functools import lru_cache
from typing import TYPE_CHECKING
from xml.etree.ElementTree import tostring

from latex2mathml.converter import convert_to_element

from deckwright.cards.markup import TAG
from deckwright.cards.maths import formulas

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_DELIMITER = 2  # characters of `\(` and its like
# What only looks, and leads nowhere.
_LOOKS = frozenset(
    {
        "xmlns",
        "display",
        "displaystyle",
        "scriptlevel",
        "mathvariant",
        "mathcolor",
        "mathbackground",
        "accent",
    }
    | {
        "accentunder",
        "stretchy",
        "fence",
        "separator",
        "form",
        "largeop",
        "movablelimits",
        "minsize",
        "maxsize",
    }
    | {"lspace", "rspace", "linethickness", "columnalign", "rowspacing", "columnspacing", "columnlines"}
    | {"rowlines", "rowalign", "frame", "width", "height", "depth", "notation"}
)


def with_mathml(text: str) -> str:
    r"""Return HTML in which each formula of a text, `\( … \)` or `\[ … \]`, is MathML.

    One that uses what the converter does not know stays as its author typed it. What stands in a tag is no
    text, and stays too, as with MathJax.
    """
    return "".join(part if part.startswith("<") else _of_text(part) for part in TAG.split(text))


def _of_text(text: str) -> str:
    parts, at = [], 0
    for start, end in formulas(text):
        parts += [text[at:start], _formula(text[start:end])]
        at = end
    return "".join([*parts, text[at:]])


@lru_cache(maxsize=1000)
def _formula(written: str) -> str:
    inner = html.unescape(written[_DELIMITER:-_DELIMITER])
    try:
        formula = convert_to_element(inner, display="block" if written.startswith("\\[") else "inline")
    except Exception:  # noqa: BLE001 - the converter raises what it happens to stumble on
        return f"<code>{written}</code>"
    for part in formula.iter():
        if (part.text or "").startswith("\\"):  # a command that it does not know
            return f"<code>{written}</code>"
        _tame(part)
    return tostring(formula, encoding="unicode")


def _tame(part: Element) -> None:
    """Leave a part its looks alone, and its text as what it stands for."""
    part.text = html.unescape(part.text) if part.text else part.text
    for name in part.attrib.keys() - _LOOKS:
        del part.attrib[name]
