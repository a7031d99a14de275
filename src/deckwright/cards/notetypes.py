"""The note types that Deckwright ships: their slots, texts and ids, constants of the tool.

Anki forks a note type whose fields or templates are added, removed or reordered, and then blocks every
update of the notes that have it. So slots are frozen: order and ids never change, and spares stand ready to
be renamed. Texts may change, with `modified` raised in the same commit.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import cache
from hashlib import sha256
from importlib.resources import files
from string import Template as Text
from types import MappingProxyType
from typing import TYPE_CHECKING

from deckwright.cards.labels import LABELS
from deckwright.deck.history import KINDS, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

# Never reuse an id: Anki tells a renamed slot from a new one by it (23.10 and later).
_FIRST = 1_726_000_000_000
_FIRST_STYLED = 1_500_000_000_000
_STYLED_BLOCKS = 20_000_000
_BLOCK = 10_000  # one a label language, and one a look in a label language; room for fifty kinds
_OF_A_KIND = 200
_TEMPLATES = 101  # where a kind's template ids begin
_IMAGE_OCCLUSION = 6  # Anki's `OriginalStockKind`, by which its editor and its script know such notes


@dataclass(frozen=True, slots=True)
class Field:
    """A slot for content; *description* is what Anki's editor shows while it is empty.

    The *id* is None only in types of other tools. By its *tag* Anki's image-occlusion editor finds a field
    whatever its name, and one that is *kept* cannot be deleted.
    """

    name: str
    id: int | None
    description: str = ""
    collapsed: bool = False
    tag: int | None = None
    kept: bool = False


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

    *kind* is which of ours it is, and *labels* the language of its words. One of another tool has no kind and
    is written as it was, its *original* being all of it in JSON; it may be of the sort that makes a card of
    each gap, and sort by another field than the first. *stock* is Anki's number of the type that it descends
    from, 0 for none.
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
    kind: Kind | None = None
    labels: str = "en"
    stock: int = 0

    @property
    def fronts(self) -> tuple[str, ...]:
        """The front of each template, in order."""
        return tuple(template.front for template in self.templates)


@dataclass(frozen=True, slots=True)
class _Slots:
    """What is frozen of a kind, and the stamp of its texts."""

    name: str
    fields: tuple[str, ...]
    templates: tuple[tuple[str, str], ...]  # each with the name of its files, a spare with none
    answer: str  # the field on a spare's back
    modified: int
    cloze: bool = False
    stock: int = 0
    kept: int = 0  # how many of the first fields Anki itself asks for
    sort_field: int = 0


_SPARES = ("Spare 1", "Spare 2", "Spare 3", "Spare 4")
_REGION = ("Left", "Top", "Width", "Height")
_SLOTS: Mapping[Kind, _Slots] = {
    "mnemonic": _Slots(
        name="Deckwright Mnemonic",
        fields=(
            *("Name", "Fact", "Mnemonic", "Bridge", "Explanation", "Open", "Ask", "Forward", "Reverse"),
            *("Picture", "Ratio", "Symbol", *_REGION, "Section", "Accent", "Topic", "Source"),
            *("Language", "Direction", "ID", *_SPARES),
        ),
        templates=(
            ("Picture → Fact", "picture"),
            ("Question → Fact", "question"),
            ("Fact → Mnemonic", "reverse"),
            ("Spare 1", ""),
            ("Spare 2", ""),
        ),
        answer="Fact",
        modified=1_795_420_800,
    ),
    "scene": _Slots(
        name="Deckwright Scene",
        fields=(
            *("Name", "Ask", "Topic", "Summary", "Picture", "Ratio", "Source"),
            *("Language", "Direction", "ID", *_SPARES),
        ),
        templates=(("Scene → Topic", "scene"), ("Spare 1", "")),
        answer="Topic",
        modified=1_795_420_800,
    ),
    "sweep": _Slots(
        name="Deckwright Sweep",
        fields=(
            *("Name", "Task", "Rows", "Answers", "Picture", "Ratio", "Symbols", "Holes"),
            *("Section", "Accent", "Topic", "Language", "Direction", "Members", "ID", *_SPARES),
        ),
        templates=(("Section sweep", "sweep"), ("Spare 1", "")),
        answer="Answers",
        modified=1_795_420_800,
    ),
    "cloze": _Slots(
        name="Deckwright Cloze",
        fields=(
            *("Name", "Text", "Fact", "Bridge", "Picture", "Ratio", "Symbol", *_REGION),
            *("Section", "Accent", "Topic", "Source", "Language", "Direction", "Members"),
            *("ID", *_SPARES),
        ),
        templates=(("Cloze", "cloze"),),
        answer="Fact",
        modified=1_795_420_800,
        cloze=True,
    ),
    "occlusion": _Slots(
        name="Deckwright Image Occlusion",
        fields=(
            *("Occlusion", "Image", "Header", "Back Extra", "Comments", "Name"),
            *("Language", "Direction", "Members", "ID", "Spare 1", "Spare 2"),
        ),
        templates=(("Image Occlusion", "occlusion"),),
        answer="Image",
        modified=1_795_420_800,
        cloze=True,
        stock=_IMAGE_OCCLUSION,
        kept=5,
        sort_field=5,
    ),
}
_MACHINE = "Written by Deckwright; edits are replaced by the next update"
_DESCRIBED = {
    "Name": "Unique: topic › section › fact",
    "Fact": "What to know",
    "Mnemonic": "The sound-alike",
    "Bridge": "Sound-alike and fact, with the sounds they share",
    "Explanation": "Why it sticks",
    "Ask": "A question whose answer is the fact",
    "Picture": "The scene, or a picture of the note's own",
    "Symbol": "The part of the scene that stands for the fact",
    "Section": "The heading the note stands under",
    "Topic": "What the deck is about",
    "Source": "Where the fact can be checked",
    "Summary": "What the topic is, in short",
    "Task": "What to name",
    "Rows": "What the front shows: one row a fact, folded",
    "Answers": "What the back shows: one row a fact, open",
    "Text": "The explanation, with gaps",
    "Occlusion": "The masks; Anki's image editor draws them",
    "Image": "The picture with its masks off",
    "Header": "What stands above the picture",
    "Back Extra": "What the back shows below the picture",
    "Comments": "Not shown on cards",
}
SHAPES: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        "mnemonic": ("picture", "ask", "reverse"),
        "scene": ("scene",),
        "sweep": ("sweep",),
        "cloze": ("cloze",),
        "occlusion": ("occlusion",),
    }
)


@cache
def notetype(kind: Kind, labels: str = "en") -> Notetype:
    """Return the note type of a kind with the words of a label set, a key of `LABELS`."""
    block = _FIRST + _BLOCK * list(LABELS).index(labels)
    return _notetype(kind, labels, block, _suffix(labels))


def styled(kind: Kind, labels: str, look: str, css: str, modified: int) -> Notetype:
    """Return the type of a deck with a look of its own, under a name and ids that are the look's alone.

    Its slots are those of `notetype`: what was measured of that type holds for it too.
    """
    suffix = f" · {look}{_suffix(labels)}"
    number = int.from_bytes(sha256(suffix.encode()).digest()[:8]) % _STYLED_BLOCKS
    made = _notetype(kind, labels, _FIRST_STYLED + _BLOCK * number, suffix)
    return replace(made, css=css, modified=modified)


def texts_hash(css: str) -> str:
    """Return a short hash of all texts of the types with *css*, in all languages, to see if they changed."""
    types = [notetype(kind, labels) for kind in KINDS for labels in LABELS]
    sides = [side for made in types for card in made.templates for side in (card.front, card.back)]
    return sha256("\0".join([*sides, css]).encode()).hexdigest()[:12]


def _suffix(labels: str) -> str:
    return "" if labels == "en" else f" ({labels})"


def _notetype(kind: Kind, labels: str, block: int, suffix: str) -> Notetype:
    slots, first = _SLOTS[kind], block + _OF_A_KIND * KINDS.index(kind)
    return Notetype(
        name=slots.name + suffix,
        id=first,
        modified=slots.modified,
        fields=tuple(_field(slots, first, ordinal) for ordinal in range(len(slots.fields))),
        templates=tuple(
            Template(name, first + _TEMPLATES + ordinal, *_sides(name, file, slots.answer, labels))
            for ordinal, (name, file) in enumerate(slots.templates)
        ),
        css=_files("templates", "style.css").read_text("utf-8"),
        cloze=slots.cloze,
        sort_field=slots.sort_field,
        kind=kind,
        labels=labels,
        stock=slots.stock,
    )


def _field(slots: _Slots, first: int, ordinal: int) -> Field:
    name, kept = slots.fields[ordinal], ordinal < slots.kept
    described = _DESCRIBED.get(name, "")
    return Field(
        name,
        first + 1 + ordinal,
        described or _MACHINE,
        collapsed=not described,
        tag=ordinal if kept else None,
        kept=kept,
    )


def _sides(name: str, file: str, answer: str, labels: str) -> tuple[str, str]:
    if not file:  # Anki 23.10 breaks sections on fields whose names hold a space, so the front stays plain
        return f"{{{{{name}}}}}", f"{{{{{answer}}}}}"
    words = {key: word for key, word in asdict(LABELS[labels]).items() if isinstance(word, str)}
    parts = {
        part.name.removesuffix(".html"): Text(part.read_text("utf-8").rstrip("\n")).safe_substitute(words)
        for part in _files("templates", "parts").iterdir()
    }
    front, back = (
        _files("templates", f"{file}.{side}.html").read_text("utf-8") for side in ("front", "back")
    )
    for _ in range(2):  # a part may hold others
        front, back = (Text(side).substitute(words | parts) for side in (front, back))
    return front, back


def _files(*parts: str) -> Traversable:
    return files("deckwright.cards").joinpath(*parts)
