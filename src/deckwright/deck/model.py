"""The model of a deck: what an author may write, checked, frozen, and knowing its place in the source.

Descriptions here are the ones editors show: the JSON Schema is made from these classes.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SkipValidation,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.json_schema import SkipJsonSchema

from deckwright.source.syntax import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import GetJsonSchemaHandler
    from pydantic_core import CoreSchema

    from deckwright.source.text import Span

NODE = "\0"  # the key under which each mapping's own tree node travels through validation

Shape = Literal["scene", "picture", "ask", "reverse", "sweep", "cloze", "occlusion"]
SHAPES: tuple[Shape, ...] = get_args(Shape)
TEXTS = ("fact", "mnemonic", "ask", "explanation")  # of a note, in its author's own words
NoteShape = Literal["picture", "ask", "reverse"]

# A scalar in YAML may look like a number or a truth value; here it is the text that was typed. Said plainly,
# `boolean` would make editors propose `true` and `false` for every text.
_TRUTH: dict[str, Any] = {"not": {"not": {"type": "boolean"}}, "description": "The text that was typed"}
_SCALAR_SCHEMA: dict[str, Any] = {"anyOf": [{"type": ["string", "number"]}, _TRUTH]}
_WORDS_SCHEMA: dict[str, Any] = {"anyOf": [{"type": ["string", "number"], "pattern": r"\S"}, _TRUTH]}
Text = Annotated[str, StringConstraints(strip_whitespace=True), WithJsonSchema(_SCALAR_SCHEMA)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), WithJsonSchema(_WORDS_SCHEMA)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{3,60}$")]
NoteIdentifier = Annotated[str, StringConstraints(pattern=r"^[\w/.-]+$", max_length=1000)]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]


@dataclass(frozen=True, slots=True, eq=False)
class Short:
    """Marks a type that may also be written shorter, or mostly takes some values, for the JSON Schema."""

    schema: dict[str, Any]

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [self.schema, handler(core)]}


Texts = Annotated[tuple[Words, ...], Short(_WORDS_SCHEMA)]
Licence = Annotated[Text, Short({"enum": ["private", "CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0"]})]


class Region(NamedTuple):
    """A box on a picture, in percent of its width and height."""

    x: float
    y: float
    width: float
    height: float


class Located(BaseModel):
    """A part of the deck that knows where it was written."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    node: SkipJsonSchema[SkipValidation[Mapping]] = Field(alias=NODE, exclude=True, repr=False)

    def span(self, key: str = "", index: int | None = None) -> Span:
        """Where the value of *key* stands (or its item *index*); without one, where this part begins."""
        value: Node | None = self.node.get(key)
        if value is None:
            return self.node.pairs[0][0].span if self.node.pairs else self.node.span
        if index is not None and isinstance(value, Sequence):
            return value.items[index].span
        return value.span

    def key_span(self, key: str) -> Span:
        """Where *key* itself is spelled."""
        name = self.node.key(key)
        return name.span if name else self.span()

    def scalar(self, key: str) -> Scalar | None:
        """Return the scalar written under *key*, to find places within it."""
        value = self.node.get(key)
        return value if isinstance(value, Scalar) else None


class Scene(Located):
    """A picture with room for many symbols."""

    file: Words = Field(description="A picture in media/: SVG, PNG, JPEG, WebP or HEIC")
    alt: Text = Field("", description="What the picture shows, for those who cannot see it; no answers")
    credit: Text = Field("", description="Who made the picture, from where, under which licence")
    ask: Text = Field("", description="The question on the card that shows the whole scene")
    width: int | None = Field(
        None, ge=400, le=4000, description="Pixels in width to draw it with; 2000 if left out"
    )


class Cards(Located):
    """Which card shapes to make; what is left out keeps the value from above."""

    scene: bool | None = Field(None, description="Scene → topic, one a deck")
    picture: bool | None = Field(None, description="Picture or mnemonic → fact (on)")
    ask: bool | None = Field(None, description="Question → fact, where there is an `ask:` (on)")
    reverse: bool | None = Field(None, description="Fact → mnemonic (off)")
    sweep: bool | None = Field(None, description="All facts of a section at once (off)")
    cloze: bool | None = Field(None, description="Gaps in the explanation (off)")
    occlusion: bool | None = Field(None, description="Hidden parts of the scene (off)")


class Colours(Located):
    """Colours of the cards, each a CSS colour; what is left out keeps the theme's."""

    page: Text = Field("", description="Behind everything")
    sheet: Text = Field("", description="The paper that the answer stands on")
    well: Text = Field("", description="Behind a picture, and under quiet parts")
    line: Text = Field("", description="Rules and borders")
    ink: Text = Field("", description="The text")
    soft: Text = Field("", description="Text that steps back")
    accent: Text = Field("", description="Labels, links, and what is to be noticed")
    tint: Text = Field("", description="The ground of labels")


class Style(Colours):
    """A deck's own look; it gives the deck note types of its own."""

    night: Colours | None = Field(None, description="The colours in night mode")
    file: Text = Field("", description="A CSS file beside this one, which comes after the theme's")


def _named(value: Any) -> Any:
    """Take a mapping of free names for what it is: no part of the deck with a place of its own."""
    return {name: text for name, text in value.items() if name != NODE} if isinstance(value, dict) else value


Extra = Annotated[MappingType[str, Text], BeforeValidator(_named, json_schema_input_type=dict[str, Text])]
StyleOrFile = Annotated[Style, Short({"type": "string"})]
_SHAPE = {"enum": list(SHAPES)}
CardsOrList = Annotated[Cards, Short({"anyOf": [{"type": "array", "items": _SHAPE}, _SHAPE]})]
SceneOrFile = Annotated[Scene, Short({"type": "string"})]


class Note(Located):
    """One fact, and what makes it stick."""

    fact: Words = Field(description="What to know, on one line", examples=["Spinal cord"])
    mnemonic: Text = Field(
        "", description="The sound-alike of the fact, on one line", examples=["Spina Cord"]
    )
    explanation: Text = Field(
        "",
        description="Why, in Markdown; maths stands in \\( … \\)",
        examples=["In the **spinal cord**, sensory fibres meet the reflex arcs."],
    )
    ask: Text = Field(
        "",
        description="A question whose answer is the fact, on one line",
        examples=["Where does baclofen mainly work?"],
    )
    source: Text = Field("", description="Where the fact can be checked")
    credit: Text = Field("", description="Who made the note's own pictures, from where, under which licence")
    id: NoteIdentifier | None = Field(None, description="The note's name for ever; keep it when you reword")
    tags: Texts = Field((), description="Anki tags, added to those from above; no spaces")
    scene: SceneOrFile | None = Field(None, description="A scene of this note's own")
    cards: CardsOrList | None = Field(None, description="Which card shapes this note makes")
    symbol: Words | None = Field(None, description="A named group of the SVG scene", examples=["goose"])
    region: Region | None = Field(
        None, description="[x, y, width, height] in % of the scene", examples=[[12.5, 40, 20, 25]]
    )
    image: Words | None = Field(None, description="A picture of its own in media/, or `none`")
    extra: Extra = Field(
        default_factory=dict,
        description="On a note adopted from another tool: HTML by the name of the field it goes into",
    )
    retired: bool = Field(default=False, description="Kept and marked as no longer valid")
    withdrawn: Annotated[tuple[NoteShape, ...], Short({"enum": list(get_args(NoteShape))})] = Field(
        (), description="Card shapes that were shipped once and lost their front"
    )


_LINE = {
    "type": "string",
    "description": "FACT ~ MNEMONIC",
    "pattern": r"^(?![\s\S]*\s~\s[\s\S]*\s~\s)[\s\S]*\S\s+~\s+\S",
    "patternErrorMessage": "A note on one line is FACT ~ MNEMONIC",
}
NoteOrLine = Annotated[Note, Short(_LINE)]
Notes = tuple[NoteOrLine, ...]


class Section(Located):
    """Notes that belong together under one heading."""

    scene: SceneOrFile | None = Field(None, description="The scene of this section")
    tags: Texts = Field((), description="Anki tags for every note of this section")
    cards: CardsOrList | None = Field(None, description="Which card shapes its notes make")
    notes: Notes = Field((), description="The notes, in the order to learn them")


SectionOrNotes = Annotated[
    Section, BeforeValidator(lambda value: value, json_schema_input_type=Section | Notes)
]


class Deck(Located):
    """A deck as its author wrote it."""

    deck: Words = Field(
        description="The deck's name in Anki; `::` makes subdecks", examples=["Pharmacology::Baclofen"]
    )
    id: Identifier | None = Field(
        None, description="The project's name for ever, unlike anyone else's", examples=["baclofen-k3x9"]
    )
    title: Text = Field("", description="The topic shown on cards; the last part of `deck` if left out")
    summary: Text = Field("", description="What the deck is about, shown under its name in Anki")
    language: Language = Field("en", description="Language of the cards, as in `en`, `de` or `pt-BR`")
    authors: Texts = Field((), description="Who wrote the deck")
    license: Licence = Field("", description="An SPDX id such as CC-BY-SA-4.0, or `private`")
    source: Text = Field("", description="Where the deck's facts can be checked")
    credit: Text = Field("", description="Who made the deck's pictures, from where, under which licence")
    report: Text = Field("", description="Mail address or URL for mistakes; may hold {id}")
    tags: Texts = Field((), description="Anki tags for every note")
    scene: SceneOrFile | None = Field(None, description="The scene of the whole deck")
    cards: CardsOrList | None = Field(None, description="Which card shapes the notes make")
    style: StyleOrFile | None = Field(None, description="Colours of its own, or a CSS file")
    ignore: Texts = Field((), description="Codes of advice that `check` leaves out, as in `no-license`")
    decks: Texts | None = Field(
        None, description="In a project of many decks: their files", examples=[["decks/**/*.yaml"]]
    )
    package: Literal["one", "each"] | None = Field(
        None, description="In a project of many decks: one package of all (the default), or one of each"
    )
    sections: MappingType[str, SectionOrNotes] = Field(
        default_factory=dict, description="Section names, each with its notes"
    )
    notes: Notes = Field((), description="The notes of a deck without sections")

    @property
    def topic(self) -> str:
        """What the cards call the deck."""
        return self.title or self.deck.split("::")[-1].strip()


def notes_of(deck: Deck) -> Iterator[Note]:
    """Yield the deck's notes in source order."""
    return chain(deck.notes, *(section.notes for section in deck.sections.values()))


@dataclass(frozen=True, slots=True)
class Placed:
    """A note with all that it inherits; *section* is empty in a deck without sections."""

    note: Note
    section: str
    scene: Scene | None
    tags: tuple[str, ...]
    shapes: frozenset[str]


def place(deck: Deck) -> Iterator[Placed]:
    """Yield the deck's notes in source order, each with the nearest scene, all tags and its card shapes."""
    defaults = _switched(frozenset({"picture", "ask"}), deck.cards)
    tags = tuple(dict.fromkeys(deck.tags))
    for note in deck.notes:
        yield _placed(note, Placed(note, "", deck.scene, tags, defaults))
    for name, section in deck.sections.items():
        shapes = _switched(defaults, section.cards)
        tags = tuple(dict.fromkeys((*deck.tags, *section.tags)))
        for note in section.notes:
            yield _placed(note, Placed(note, name, section.scene or deck.scene, tags, shapes))


def _placed(note: Note, above: Placed) -> Placed:
    tags = tuple(dict.fromkeys((*above.tags, *note.tags))) if note.tags else above.tags
    return Placed(note, above.section, note.scene or above.scene, tags, _switched(above.shapes, note.cards))


def _switched(shapes: frozenset[str], cards: Cards | None) -> frozenset[str]:
    if cards is None:
        return shapes
    wanted = {name: getattr(cards, name) for name in SHAPES}
    on = {name for name, switch in wanted.items() if switch}
    off = {name for name, switch in wanted.items() if switch is False}
    return shapes - off | on
