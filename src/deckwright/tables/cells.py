"""The text of a cell, plain or HTML, as Markdown; and the files that it names."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from deckwright.cards import gaps, unrender
from deckwright.deck.names import tag_part

_TAGS = "br|div|p|b|i|u|em|strong|span|font|ul|ol|li|sub|sup|img|table|tr|td|th|h[1-6]|a|hr"
_HTML = re.compile(rf"</?(?:{_TAGS})\b[^<>]*>|&(?:nbsp|lt|gt|amp|quot|#\d{{1,7}});", re.IGNORECASE)
_IMAGE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_SOURCE = re.compile(r"""\bsrc\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)'|([^\s"'<>]+))""", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t]+")
_SOUND = re.compile(r"\[sound:([^\[\]\r\n]{1,200})\]")
# What makes a line an item, a heading or a quote, and what breaks it at its end.
_MARK = re.compile(r"(?:[-*+>]|#{1,6}|\d{1,3}[.)])[ \t]+")
_BREAK = re.compile(r"(?:\\|[ \t]+)$")
# A line end in a cell was meant for one; between two lines of Markdown it would be a blank.
_MEANT_END = re.compile(r"(?<=[^\n])\n(?=[^\n\s\-*+>|#\d])")
_BULLET = re.compile(r"^[ \t]*•[ \t]*", re.MULTILINE)
_PARTS_OF_A_LIST = re.compile(r"[,;\n]")


@dataclass(frozen=True, slots=True)
class Written:
    """What was written in a cell; *is_html* where it is the HTML of a field."""

    text: str
    is_html: bool

    def line(self) -> str:
        """Return it as Markdown that stays within a line."""
        return " ".join((unrender.line(self.text) if self.is_html else self.text).split())

    def block(self) -> str:
        """Return it as Markdown of any length; lines of a plain text become paragraphs, bullets a list."""
        if self.is_html:
            return unrender.block(self.text).strip()
        return _MEANT_END.sub("\n\n", _BULLET.sub("- ", self.text.strip()))

    def fact(self) -> tuple[str, str]:
        """Return its first line, and the others, without what made the first an item or a heading."""
        whole = self.block()
        first, _, rest = whole.partition("\n")
        if not rest.strip():
            return self.line(), ""
        return _BREAK.sub("", _MARK.sub("", first.strip(), count=1)).strip(), rest.strip("\n")

    def gapped(self) -> tuple[str, str, str] | None:
        """Return a question, its answer and the text of a cell of the cloze kind; None where it has no gap.

        In the question each gap shows its hint or `[…]`; the text keeps its gaps.
        """
        if "{{c" not in self.text:
            return None
        text = unrender.cloze(self.text).strip() if self.is_html else self.text.strip()
        found, _ = gaps.find(text)
        if not found:
            return None
        parts, at = [], 0
        for gap in found:
            parts += [text[at : gap.start], f"[{gap.hint or '…'}]"]
            at = gap.end
        question = "".join([*parts, text[at:]])
        answers = dict.fromkeys(text[gap.first : gap.last].strip() for gap in found)
        return " ".join(question.split()), " ".join("; ".join(answers).split()), text


def looks_like_html(text: str) -> bool:
    """Whether a plain cell holds signs of HTML that people do not type: `<br>`, `&nbsp;`."""
    return _HTML.search(text) is not None


def without_files(text: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return a field's HTML without pictures and sounds, and the names of both."""
    pictures = tuple(name for tag in _IMAGE.findall(text) if (name := picture_name(tag)))
    sounds = tuple(html.unescape(name) for name in _SOUND.findall(text))
    if not (pictures or sounds):
        return text, (), ()
    return _BLANKS.sub(" ", _SOUND.sub(" ", _IMAGE.sub(" ", text))).strip(), pictures, sounds


def picture_name(text: str) -> str:
    """Return the file that a cell names: in a picture's HTML, or as it stands."""
    if not _IMAGE.search(text):
        return text.strip()
    found = _SOURCE.search(text)
    return html.unescape(next(filter(None, found.groups()), "")).strip() if found else ""


def tags_of(text: str, *, in_anki: bool) -> tuple[str, ...]:
    """Return the tags in a cell: parted by commas, semicolons or lines where it has any, else by blanks."""
    parts = text.split() if in_anki or not _PARTS_OF_A_LIST.search(text) else _PARTS_OF_A_LIST.split(text)
    named = ("::".join(tag_part(name) for name in part.split("::") if name.strip()) for part in parts)
    return tuple(dict.fromkeys(filter(None, named)))
