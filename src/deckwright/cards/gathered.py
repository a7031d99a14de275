"""The fields of notes made of others: a whole scene, a section at once, a text with gaps, hidden parts.

Lists are plain HTML without classes: their look is the templates' and the style sheet's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.cards import markup, occlusion
from deckwright.cards.bridge import bridge
from deckwright.cards.pieces import paragraphs, retired
from deckwright.cards.plan import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deckwright.cards.labels import Labels
    from deckwright.deck.identity import Identified, IdentifiedDeck
    from deckwright.deck.model import Region

_NOTHING = Shown()
_EDGE = 4  # percent of the picture by which the middle of a pin stays away from its rim


@dataclass(frozen=True, slots=True)
class Row:
    """A note that is gathered: its number, its texts as HTML, and what of it is shown.

    *place* is where it lies on the picture of all; None when it is not on it.
    """

    number: int
    fact: str
    mnemonic: str
    shown: Shown
    place: Region | None

    @property
    def cue(self) -> str:
        """What reminds of the row without telling its fact: its own picture, else its mnemonic."""
        if self.shown.symbol:
            return markup.image(self.shown.symbol, self.shown.symbol_alt)
        if self.place:
            return ""
        if self.shown.picture and not self.shown.region:
            return markup.image(self.shown.picture, self.shown.alt)
        return f"<span>{self.mnemonic or '?'}</span>"

    @property
    def answer(self) -> str:
        """The mnemonic and the fact."""
        name = f"<i>{self.mnemonic}</i> " if self.mnemonic else ""
        return f"{name}<strong>{self.fact}</strong>"


def made_fields(
    deck: IdentifiedDeck, note: Identified, labels: Labels, pictures: Mapping[int, Shown]
) -> dict[str, str]:
    """Return the fields of a made note by name, beside those that all kinds have; *pictures* are by index."""
    if note.kind == "scene":
        authored = note.placed.note
        return {"Ask": markup.line(authored.ask), "Summary": paragraphs(authored.explanation)}
    members = {"Members": " ".join(note.rows)}
    if note.kind == "cloze":
        return members | _cloze(deck.notes[note.members[0]], labels, pictures.get(note.members[0], _NOTHING))
    rows = [_row(deck, note, index, pictures.get(index, _NOTHING)) for index in note.members]
    rows.sort(key=lambda row: row.number)
    if note.kind == "sweep":
        name = note.placed.section or deck.deck.topic
        return members | {"Task": markup.literal(labels.sweep(name, len(rows)))} | _sweep(rows)
    return members | _occlusion(rows, len(note.rows), labels)


def _row(deck: IdentifiedDeck, note: Identified, index: int, shown: Shown) -> Row:
    own = deck.notes[index]
    text, scene = own.placed.note, own.placed.scene
    on_it = scene is not None and note.placed.scene is not None and scene.file == note.placed.scene.file
    return Row(
        note.rows.index(own.guid) + 1,
        markup.line(text.fact),
        markup.line(text.mnemonic),
        shown,
        shown.region if on_it else None,
    )


def _cloze(own: Identified, labels: Labels, shown: Shown) -> dict[str, str]:
    note = own.placed.note
    mark = retired(labels.retired) if note.retired else ""
    return {
        "Text": mark + markup.cloze(note.explanation, shown.inline),
        "Fact": markup.line(note.fact),
        "Bridge": bridge(note.mnemonic, note.fact),
    }


def _sweep(rows: Sequence[Row]) -> dict[str, str]:
    asked = (
        f"<details><summary><b>{row.number}</b>{row.cue}</summary>{row.answer}</details>" for row in rows
    )
    answered = (f"<li><b>{row.number}</b>{row.cue}<div>{row.answer}</div></li>" for row in rows)
    lit = [(row, row.place) for row in rows if row.place]
    return {
        "Rows": "".join(asked),
        "Answers": f"<ol>{''.join(answered)}</ol>",
        "Symbols": "".join(_symbol(row, place) for row, place in lit) + "".join(_pin(*one) for one in lit),
        "Holes": "".join(_hole(place) for row, place in lit if not row.shown.symbol),
    }


def _symbol(row: Row, place: Region) -> str:
    """Write a cut-out at its place; the row below it says what it is."""
    if not row.shown.symbol:
        return ""
    style = f"left:{place.x:g}%;top:{place.y:g}%;width:{place.width:g}%"
    return f'<img src="{row.shown.symbol}" alt="" style="{style}">'


def _pin(row: Row, place: Region) -> str:
    left, top = (
        f"{min(max(number, _EDGE), 100 - _EDGE):g}" for number in (place.x + place.width / 2, place.y)
    )
    return f'<b style="left:{left}%;top:{top}%">{row.number}</b>'


def _hole(place: Region) -> str:
    return f"M{place.x:g} {place.y:g}h{place.width:g}v{place.height:g}h-{place.width:g}z"


def _occlusion(rows: Sequence[Row], count: int, labels: Labels) -> dict[str, str]:
    """Hide each row's part; a number that is gone keeps its card, with nothing hidden."""
    places = {row.number: row.place for row in rows}
    masks = [occlusion.Mask(number, places.get(number)) for number in range(1, count + 1)]
    told = (f'<li value="{row.number}">{row.answer}</li>' for row in rows)
    return {
        "Occlusion": occlusion.write(masks),
        "Header": markup.literal(labels.occlusion_header),
        "Back Extra": f"<ol>{''.join(told)}</ol>",
    }
