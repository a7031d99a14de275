"""A card's two sides as Anki shows them: its templates filled with the note's fields.

The rules are those of Anki's `rslib/src/template.rs`, `template_filters.rs` and `notetype/render.rs`. Two
things are other than there, since no script runs where we show cards: a `hint` unfolds by itself, and what
Anki would speak or play is left out.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.cards import clozes
from deckwright.cards.template import Branch, Shown, TemplateError, filled, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from deckwright.cards.render import Rendered
    from deckwright.cards.template import Part

_RUBY = re.compile(r" ?([^ >\[]+)\[(?!sound:)([^\]\n]+)\]")


@dataclass(frozen=True, slots=True)
class Sides:
    """The HTML of a card's two sides, without the note type's CSS."""

    front: str
    back: str


@dataclass(frozen=True, slots=True)
class _Side:
    """What a template is filled with on one side of a card."""

    fields: Mapping[str, str]
    names: frozenset[str]
    number: int
    front: str | None = None  # none yet on the front itself


def sides(note: Rendered, ordinal: int, deck: str = "") -> Sides:
    """Return both sides of a note's card; a template that Anki would refuse shows what is wrong with it.

    *deck* is the name of the deck the card lies in, for templates of other tools that show it.
    """
    templates = note.notetype.templates
    template = templates[0 if note.notetype.cloze else ordinal]
    named = dict(zip((field.name for field in note.notetype.fields), note.fields, strict=True))
    special = {
        "Tags": " ".join(note.note.tags),
        "Type": note.notetype.name,
        "Deck": deck,
        "Subdeck": deck.rpartition("::")[2],
        "Card": template.name,
        "CardFlag": "flag0",
        "CardID": "",
        f"c{ordinal + 1}": "1",
    }
    fields = special | named
    try:
        side = _Side(fields, filled(fields), ordinal + 1)
        front = "".join(_filled(parse(template.front), side))
        side = _Side(fields, side.names, side.number, front)
        return Sides(front, "".join(_filled(parse(template.back), side)))
    except TemplateError as problem:
        message = html.escape(str(problem))
        return Sides(message, message)


def _filled(parts: tuple[Part, ...], side: _Side) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield part
        elif isinstance(part, Branch):
            if (part.field in side.names) != part.negated:
                yield from _filled(part.parts, side)
        elif part.field == "FrontSide":
            yield side.front or ""
        elif part.field in side.fields:
            yield _filtered(part, side)
        elif part.field:
            raise TemplateError(f"`{{{{{part.field}}}}}` is no field of this note type")


def _filtered(shown: Shown, side: _Side) -> str:
    text = side.fields[shown.field]
    if shown.filters[-1:] == ("type",):
        return f"[[{':'.join(('type', *reversed(shown.filters[:-1]), shown.field))}]]"
    for name in shown.filters:
        if name in ("cloze", "cloze-only"):
            text = clozes.reveal(text, side.number, question=side.front is None)
        elif name == "hint":
            text = _hint(shown.field, text)
        elif name.startswith("tts "):
            text = ""
        else:
            text = _FILTERS.get(name, str)(text)  # Anki leaves a text alone whose filter it does not know
    return text


def _hint(field: str, text: str) -> str:
    return f"<details class=hint><summary>{field}</summary>{text}</details>" if text.strip() else text


def _text(value: str) -> str:
    return html.unescape(clozes.HTML.sub("", value)).replace("\xa0", " ")


def _ruby(form: str) -> Callable[[str], str]:
    """Return what writes `kanji[kana]` in another *form*."""
    return lambda text: _RUBY.sub(form, text.replace("&nbsp;", " "))


_FILTERS: Mapping[str, Callable[[str], str]] = {
    "text": _text,
    "furigana": _ruby(r"<ruby><rb>\1</rb><rt>\2</rt></ruby>"),
    "kanji": _ruby(r"\1"),
    "kana": _ruby(r"\2"),
}
