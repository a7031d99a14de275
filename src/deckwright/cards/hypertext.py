"""The HTML of fields as a tree: what any tool wrote, rid of all that is live, in bounded depth.

Pictures, and gaps where they are meant, stand in the texts as marks: Markdown has its own signs for them.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING

from deckwright.cards import cleaner, markdown, maths

if TYPE_CHECKING:
    from collections.abc import Sequence

BLOCKS = frozenset(
    {"p", "div", "ul", "ol", "li", "blockquote", "pre", "hr", "h1", "h2", "h3", "h4", "h5", "h6"}
    | {"table", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd"}
)
BREAK = ""  # within a text: two parts of it that no formula may join
_VOID = frozenset({"br", "hr"})
_DEEPEST = 60  # elements within one another; what is deeper counts as text of the last
_MOST_OPEN = 500  # the cleaner takes time that grows by the square of what is open at once
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ANY_TAG = re.compile(r"<[^<>]*>?")
_IMAGE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(src|alt)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_GAP = re.compile(r"\{\{c(\d{1,5})::|\}\}|::")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture within a text."""

    name: str
    alt: str


@dataclass(frozen=True, slots=True)
class GapSign:
    """A sign of a gap: what opens or closes it, or stands before its hint."""

    text: str


@dataclass(slots=True)
class Element:
    """An element with what it holds, in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    inner: list[Inner] = field(default_factory=list)

    @property
    def is_block(self) -> bool:
        """Whether it stands on lines of its own."""
        return self.tag in BLOCKS


Piece = Picture | GapSign
Inner = Element | str | Piece


def parse(source: str, *, gaps: bool = False) -> list[Inner]:
    """Return what a field shows, safe and no deeper than a few dozen elements; with *gaps*, open ones too.

    Scripts and styles are gone, unknown elements leave their words.
    """
    pieces: list[Piece] = []
    mark = markdown.unused(source)
    if gaps:
        source = _without_gaps(source, mark, pieces)

    def picture(match: re.Match[str]) -> str:
        values = {
            one[1].lower(): html.unescape(one[2] or one[3] or one[4] or "")
            for one in _ATTRIBUTE.finditer(match[0])
        }
        pieces.append(Picture(values.get("src", ""), values.get("alt", "")))
        return f"{mark}{len(pieces) - 1}{mark}"

    marked = _IMAGE.sub(picture, source)
    safe = _ANY_TAG.sub(" ", marked) if _is_overgrown(marked) else marked
    grown = _Grower(re.compile(f"{mark}(\\d+){mark}"), pieces)
    grown.feed(cleaner.clean(safe, cleaner.HYPERTEXT))
    grown.close()
    return grown.root.inner


def _is_overgrown(source: str) -> bool:
    opened = 0
    for match in _TAG.finditer(source):
        opened += 0 if match[2].lower() in _VOID else -1 if match[1] else 1
        if opened > _MOST_OPEN:
            return True
    return False


def _without_gaps(source: str, mark: str, pieces: list[Piece]) -> str:
    """Put marks in place of the signs of every gap; what is no sign of one stays."""
    parts, at, opened, hinted = [], 0, False, False
    for sign in _GAP.finditer(source):
        opens = sign[1] is not None
        if opens == opened or (sign[0] == "::" and hinted):
            continue
        parts += [source[at : sign.start()], f"{mark}{len(pieces)}{mark}"]
        at = sign.end()
        pieces.append(GapSign(sign[0]))
        hinted = sign[0] == "::"
        opened = opens or hinted
    return "".join([*parts, source[at:]])


class _Grower(HTMLParser):
    """Builds the tree from what the cleaner wrote, where every element is closed."""

    def __init__(self, marked: re.Pattern[str], pieces: Sequence[Piece]) -> None:
        super().__init__()
        self.root = Element("")
        self._open = [self.root]
        self._above = 0
        self._marked = marked
        self._pieces = pieces

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element, unless it lies deeper than any author nests them; then only its text counts."""
        if tag in _VOID:
            self._open[-1].inner.append(Element(tag))
        elif len(self._open) > _DEEPEST:
            self._above += 1
        else:
            kept = {name: self._marked.sub("", value or "") for name, value in attrs if name != "rel"}
            element = Element(tag, kept)
            self._open[-1].inner.append(element)
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element."""
        if tag in _VOID:
            return
        if self._above:
            self._above -= 1
            return
        element = self._open.pop()
        # An empty `span` breaks what would be the sign of a formula.
        if element.tag == "span" or (element.tag == "a" and not element.attributes):
            self._open[-1].inner[-1:] = element.inner or [BREAK]

    def handle_data(self, data: str) -> None:
        """Take text, with pictures and gaps where their marks stand."""
        for number, part in enumerate(self._marked.split(data)):
            if number % 2:
                self._open[-1].inner.append(self._pieces[int(part)])
            elif part:
                self._open[-1].inner.append(part)


def serial(tree: Sequence[Inner], *, formulas: bool = False) -> str:
    """Write a tree as HTML; with *formulas*, those of a text as they are typed, not as HTML has them."""
    return "".join(_serial(node, formulas=formulas) for node in tree)


def words(tree: Sequence[Inner]) -> str:
    """Return all text of a tree as it stands."""
    return "".join(
        words(node.inner) if isinstance(node, Element) else node if isinstance(node, str) else ""
        for node in tree
    )


def _serial(node: Inner, *, formulas: bool) -> str:
    if isinstance(node, str):
        return _escaped(node, formulas=formulas)
    if isinstance(node, GapSign):
        return node.text
    if isinstance(node, Picture):
        return f'<img src="{html.escape(node.name)}" alt="{html.escape(node.alt)}">'
    values = "".join(f' {name}="{html.escape(value)}"' for name, value in sorted(node.attributes.items()))
    end = "" if node.tag in _VOID else f"{serial(node.inner, formulas=formulas)}</{node.tag}>"
    return f"<{node.tag}{values}>{end}"


def _escaped(text: str, *, formulas: bool) -> str:
    if not formulas:
        return html.escape(text, quote=False).replace("\u00a0", "&nbsp;") if text else "<span></span>"
    spans = [0, *(at for span in maths.formulas(text) for at in span), len(text)]
    parts = [text[start:end] for start, end in pairwise(spans)]
    return "".join(part if number % 2 else _dead(part) for number, part in enumerate(parts))


def _dead(text: str) -> str:
    """Write words as HTML in which Markdown and formulas see no sign."""
    plain = html.escape(text, quote=False).replace("\u00a0", "&nbsp;").replace("\\", "&#92;")
    return plain.replace("{{", "{&#123;").replace("\u0338", "&#824;")
