"""The note types that Deckwright ships: their slots, texts and ids, constants of the tool.

Anki forks a note type whose fields or templates are added, removed or reordered, and then blocks every
update of the notes that have it. So slots are frozen: order and ids never change, and spares stand ready to
be renamed. Texts may change, with `modified` raised in the same commit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from importlib.resources import files

# Never reuse an id: Anki tells a renamed slot from a new one by it (23.10 and later).
_ID = 1_726_000_000_000
_FIRST_STYLED = 1_500_000_000_000
_STYLED_IDS = 100_000_000


@dataclass(frozen=True, slots=True)
class Field:
    """A slot for content; *description* is what Anki's editor shows while it is empty.

    The *id* is None only in types of other tools.
    """

    name: str
    id: int | None
    description: str = ""
    collapsed: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """A card shape: the HTML of its two sides."""

    name: str
    id: int | None
    front: str
    back: str


@dataclass(frozen=True, slots=True)
class Notetype:
    """A note type as Anki has it; *modified* is its stamp in whole seconds.

    One of another tool is written as it was, its *original* being all of it in JSON (empty for ours); it may
    be of the kind that makes a card of each gap, and sort by another field than the first.
    """

    name: str
    id: int
    modified: int
    fields: tuple[Field, ...]
    templates: tuple[Template, ...]
    css: str
    original: str = ""
    cloze: bool = False
    sort_field: int = 0

    @property
    def fronts(self) -> tuple[str, ...]:
        """The front of each template, in order."""
        return tuple(template.front for template in self.templates)


CARD_SHAPES = ("picture", "ask", "reverse")  # by the ordinal of the template that makes them
_MACHINE = "Written by Deckwright; edits are replaced by the next update"
_FIELDS = (
    Field("Name", _ID + 1, "Unique: topic › section › fact"),
    Field("Fact", _ID + 2, "What to know"),
    Field("Mnemonic", _ID + 3, "The sound-alike"),
    Field("Explanation", _ID + 4, "Why it sticks"),
    Field("Ask", _ID + 5, "A question whose answer is the fact"),
    Field("Forward", _ID + 6, _MACHINE, collapsed=True),
    Field("Reverse", _ID + 7, _MACHINE, collapsed=True),
    Field("Picture", _ID + 8, "The scene, or a picture of the note's own"),
    Field("Symbol", _ID + 9, "The part of the scene that stands for the fact"),
    Field("Left", _ID + 10, _MACHINE, collapsed=True),
    Field("Top", _ID + 11, _MACHINE, collapsed=True),
    Field("Width", _ID + 12, _MACHINE, collapsed=True),
    Field("Height", _ID + 13, _MACHINE, collapsed=True),
    Field("Section", _ID + 14, "The heading the note stands under"),
    Field("Topic", _ID + 15, "What the deck is about"),
    Field("Source", _ID + 16, "Where the fact can be checked"),
    Field("ID", _ID + 17, _MACHINE, collapsed=True),
    Field("Spare 1", _ID + 18, _MACHINE, collapsed=True),
    Field("Spare 2", _ID + 19, _MACHINE, collapsed=True),
    Field("Spare 3", _ID + 20, _MACHINE, collapsed=True),
    Field("Spare 4", _ID + 21, _MACHINE, collapsed=True),
)


@cache
def mnemonic() -> Notetype:
    """Return the note type of a fact and its sound-alike."""
    return Notetype(
        name="Deckwright Mnemonic",
        id=_ID,
        modified=1_795_392_000,
        fields=_FIELDS,
        templates=(
            Template("Picture → Fact", _ID + 101, _text("picture.front.html"), _text("picture.back.html")),
            Template("Question → Fact", _ID + 102, _text("question.front.html"), _text("question.back.html")),
            Template("Fact → Mnemonic", _ID + 103, _text("reverse.front.html"), _text("reverse.back.html")),
            # Anki 23.10 breaks sections on fields whose names hold a space, so the fronts stay plain.
            Template("Spare 1", _ID + 104, "{{Spare 1}}", "{{Fact}}"),
            Template("Spare 2", _ID + 105, "{{Spare 2}}", "{{Fact}}"),
        ),
        css=_text("style.css"),
    )


def styled(deck: str, css: str, modified: int) -> Notetype:
    """Return the type of a deck with a look of its own, under a name and an id that are the deck's alone.

    Its slots are those of `mnemonic`: what was measured of that type holds for it too.
    """
    base = mnemonic()
    number = int.from_bytes(sha256(deck.encode()).digest()[:8]) % _STYLED_IDS
    return replace(
        base, name=f"{base.name} · {deck}", id=_FIRST_STYLED + number * 1000, css=css, modified=modified
    )


def texts_hash(css: str) -> str:
    """Return a short hash of all texts of a type like `mnemonic` with *css*, to see whether they changed."""
    sides = [side for template in mnemonic().templates for side in (template.front, template.back)]
    return sha256("\0".join([*sides, css]).encode()).hexdigest()[:12]


def _text(name: str) -> str:
    return (files("deckwright.cards") / "templates" / name).read_text("utf-8")
