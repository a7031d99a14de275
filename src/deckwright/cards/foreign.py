"""Note types that other tools made: kept as readers have them, their fields filled from our texts.

A slot says which texts of a note go into a field, as in `fact + explanation`. Pure: what is read here was
checked with the lock.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deckwright.cards.notetypes import Field, Notetype, Template
from deckwright.cards.template import TemplateError, card_ordinals, cloze_ordinals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deckwright.deck.history import LockedNotetype

SLOTS = (
    "fact",
    "mnemonic",
    "explanation",
    "ask",
    "picture",
    "symbol",
    "section",
    "topic",
    "source",
    "name",
    "id",
)
BETWEEN = "<br><br>"  # the texts of one field
# What every card can show, whatever the note; Anki counts them as filled (26.9.3; earlier ones do not).
_OF_THE_CARD = ("Card", "CardFlag", "CardID", "Deck", "Subdeck", "Type")
_QUIET_GAP = re.compile(r"\{&#123;(?=c[0-9,]+::)")
_SCRIPT = re.compile(r"<script|<iframe|<object|<embed|\bon[a-z]+\s*=|javascript:", re.IGNORECASE)
_REMOTE = re.compile(
    r"""(?:src|href|poster|data)\s*=\s*["']?\s*(?:https?:)?//|url\(\s*["']?\s*(?:https?:)?//|@import""",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Foreign:
    """A note type of another tool, and for each of its fields the texts that go into it."""

    notetype: Notetype
    slots: tuple[tuple[str, ...], ...]

    def fields(self, texts: Mapping[str, str], extra: Mapping[str, str]) -> tuple[str, ...]:
        """Fill the fields: what *extra* has for one by its name, else the texts of its slot.

        Both are HTML. On a cloze type `{{c1::…}}` makes a gap, which it never does on ours.
        """
        filled = []
        for field, names in zip(self.notetype.fields, self.slots, strict=True):
            parts = [texts[name] for name in names if texts.get(name)]
            filled.append(extra.get(field.name, BETWEEN.join(parts)))
        return tuple(_QUIET_GAP.sub("{{", text) if self.notetype.cloze else text for text in filled)

    def card_name(self, ordinal: int) -> str:
        """Return what Anki calls a card."""
        names = [template.name for template in self.notetype.templates]
        return f"{names[0]} {ordinal + 1}" if self.notetype.cloze or ordinal >= len(names) else names[ordinal]


def read_foreign(locked: LockedNotetype) -> Foreign:
    """Read a note type of the lock."""
    return Foreign(as_notetype(locked.original), tuple(map(parse_slot, locked.slots)))


def as_notetype(original: str) -> Notetype:
    """Read a note type as Anki's packages have it, one that was checked before."""
    data: dict[str, Any] = json.loads(original)
    return Notetype(
        name=data["name"],
        id=data["id"],
        modified=data["mod"],
        fields=tuple(Field(field["name"], field.get("id")) for field in data["flds"]),
        templates=tuple(
            Template(part["name"], part.get("id"), part["qfmt"], part.get("afmt", ""))
            for part in data["tmpls"]
        ),
        css=data.get("css", ""),
        original=original,
        cloze=bool(data["type"]),
        sort_field=data["sortf"],
    )


def parse_slot(slot: str) -> tuple[str, ...]:
    """Return the names in a slot such as `fact + explanation`, none in an empty one.

    Raises:
        ValueError: a name is not one of `SLOTS`; the text is that name.

    """
    names = tuple(name.strip() for name in slot.split("+")) if slot.strip() else ()
    for name in names:
        if name not in SLOTS:
            raise ValueError(name)
    return names


def foreign_cards(notetype: Notetype, fields: Sequence[str], tags: Sequence[str]) -> tuple[int, ...]:
    """Return the ordinals of the cards that Anki generates for a note of *notetype* with these *fields*."""
    if notetype.cloze:
        return cloze_ordinals(fields)
    values = dict.fromkeys(_OF_THE_CARD, "1") | {"Tags": "1" if tags else ""}
    values |= {field.name: value for field, value in zip(notetype.fields, fields, strict=True)}
    return tuple(ordinal for ordinal, front in enumerate(notetype.fronts) if _renders(front, values))


def dangers(notetype: Notetype) -> tuple[str, ...]:
    """Say what the texts of a type do beyond showing its fields."""
    texts = [notetype.css, *(side for part in notetype.templates for side in (part.front, part.back))]
    told = ((_SCRIPT, "runs scripts"), (_REMOTE, "loads files from the web"))
    return tuple(what for pattern, what in told if any(pattern.search(text) for text in texts))


def _renders(front: str, values: Mapping[str, str]) -> bool:
    """Tell whether a front shows anything; one that Anki cannot read makes no card."""
    try:
        return bool(card_ordinals([front], values))
    except (TemplateError, RecursionError):
        return False
