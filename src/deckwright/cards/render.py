"""Notes → the HTML of their fields. Pure: texts and picture names in, fields out.

Fields hold content only; structure and look live in the templates, which go on serving the fields of every
earlier release.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.cards import markup
from deckwright.cards.foreign import foreign_cards
from deckwright.cards.notetypes import CARD_SHAPES
from deckwright.cards.template import card_ordinals
from deckwright.source.diagnostics import Diagnostic, Report, error, warning
from deckwright.source.syntax import Mapping as MappingNode
from deckwright.source.syntax import Scalar, within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from deckwright.cards.foreign import Foreign
    from deckwright.cards.notetypes import Notetype
    from deckwright.deck.identity import Identified, IdentifiedDeck
    from deckwright.deck.model import Located, Note, Placed, Region
    from deckwright.source.text import Span

# Raised whenever the HTML of any field changes, so that a release tells under which one it was made.
RENDER = 1
RETIRED = '<p class="dw-retired">This note is retired: it is no longer taught as it stands here.</p>'


@dataclass(frozen=True, slots=True)
class Shown:
    """What a note shows: a picture, and the part of it that counts.

    *symbol* is the cut-out's file name, empty when only a region is marked; *region* is None for a picture
    of the note's own.
    """

    picture: str
    alt: str = ""
    symbol: str = ""
    region: Region | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """A note as Anki will have it, but for its stamp: field HTML in the note type's order, card ordinals."""

    note: Identified
    notetype: Notetype
    fields: tuple[str, ...]
    cards: tuple[int, ...]


_NONE: Mapping[str, Foreign] = {}


def render(
    deck: IdentifiedDeck,
    notetype: Notetype,
    pictures: Mapping[int, Shown],
    report: Report,
    *,
    foreign: Mapping[str, Foreign] = _NONE,
) -> tuple[Rendered, ...]:
    """Render every note; *pictures* maps a note's index to what it shows. Findings go to *report*.

    *notetype* is the type of all notes but those of a *foreign* one, by its name in the lock.
    """
    names = list(_names(deck))
    report.extend(_problems(deck.deck, ("source",), report))
    rendered = []
    for index, identified in enumerate(deck.notes):
        note = identified.placed.note
        report.extend(_problems(note, ("fact", "mnemonic", "ask", "source", "explanation"), report))
        shown = pictures.get(index)
        values = {"Name": names[index], "ID": f"{identified.home or deck.locked.id}/{identified.born}"}
        values |= _texts(deck, identified.placed) | _picture(shown)
        other = foreign.get(identified.type)
        made = _foreign(identified, other, values) if other else _own(identified, notetype, values)
        report.extend(_invisible(note, report))
        report.extend(_extra_problems(note, other, report))
        report.extend(_placeless(note, other) if other else ())
        if not _has_failed_picture(note, shown) and not report.has_error_within(note.node.span):
            report.extend(_lost_cards(made, other) if made.cards else (_no_cards(note, other),))
        rendered.append(made)
    return tuple(rendered)


def _own(identified: Identified, notetype: Notetype, values: dict[str, str]) -> Rendered:
    values |= _switches(identified.placed, values)
    fields = {field.name: values.get(field.name, "") for field in notetype.fields}
    return Rendered(identified, notetype, tuple(fields.values()), card_ordinals(notetype.fronts, fields))


def _foreign(identified: Identified, foreign: Foreign, values: Mapping[str, str]) -> Rendered:
    """Render a note under another tool's type, whose cards are that type's and no shapes of ours."""
    note = identified.placed.note
    texts = {name.lower(): text for name, text in values.items()}
    texts |= {"ask": markup.line(note.ask) or texts["ask"], "id": markup.literal(identified.key)}
    extra = {name: markup.hypertext(text) for name, text in note.extra.items()}
    fields = foreign.fields(texts, extra)
    cards = foreign_cards(foreign.notetype, fields, identified.tags)
    return Rendered(identified, foreign.notetype, fields, cards)


def _placeless(note: Note, foreign: Foreign) -> Iterator[Diagnostic]:
    """Yield a finding for each text of a note that no field of another tool's type holds."""
    placed = {name for names in foreign.slots for name in names}
    for key in ("mnemonic", "explanation", "ask"):
        if getattr(note, key) and key not in placed:
            message = f"no field of the note type `{foreign.notetype.name}` holds `{key}`; nobody gets it"
            advice = f'run `deckwright adopt` again, with `--map "FIELD={key}"`, or take it out'
            yield warning("text-without-field", message, note.span(key), advice=advice)


def _texts(deck: IdentifiedDeck, placed: Placed) -> dict[str, str]:
    note = placed.note
    source = note.source or deck.deck.source
    return {
        "Fact": markup.line(note.fact),
        "Mnemonic": markup.line(note.mnemonic),
        "Explanation": (RETIRED if note.retired else "") + markup.block(note.explanation),
        "Ask": _ask(placed),
        "Section": markup.literal(placed.section),
        "Topic": markup.literal(deck.deck.topic),
        "Source": markup.line(source),
    }


def _switches(placed: Placed, fields: Mapping[str, str]) -> dict[str, str]:
    """Switch on the cards whose front has a cue, since the topic alone is none, and the withdrawn ones."""
    cues = {"picture": fields["Mnemonic"] or "Picture" in fields, "reverse": fields["Mnemonic"]}
    on = {shape for shape in placed.shapes if cues.get(shape)} | set(placed.note.withdrawn)
    return {"Forward": "1" if "picture" in on else "", "Reverse": "1" if "reverse" in on else ""}


def _ask(placed: Placed) -> str:
    """Return the question's HTML; one that was shipped and withdrawn keeps a front that can be answered."""
    note = placed.note
    if note.ask and "ask" in placed.shapes:
        return markup.line(note.ask)
    if "ask" in note.withdrawn:
        cue = markup.line(note.mnemonic) or markup.literal(placed.section)
        return f"This question was withdrawn. Which fact belongs to “{cue}”?"
    return ""


def _picture(shown: Shown | None) -> dict[str, str]:
    if shown is None:
        return {}
    values = {"Picture": _image(shown.picture, shown.alt)}
    if shown.symbol:
        values["Symbol"] = _image(shown.symbol, "")
    if shown.region:
        numbers = (f"{number:g}" for number in shown.region)
        values |= dict(zip(("Left", "Top", "Width", "Height"), numbers, strict=True))
    return values


def _image(name: str, alt: str) -> str:
    """Write a picture as Anki finds it on import: `<img src="…">` with double quotes."""
    return f'<img src="{name}" alt="{markup.attribute(alt)}">'


def _names(deck: IdentifiedDeck) -> Iterator[str]:
    """Yield each note's first field: readable in Anki's browser, and unique in the deck."""
    used: set[str] = set()
    for identified in deck.notes:
        placed = identified.placed
        fact = markup.plain(markup.line(placed.note.fact))
        parts = (deck.deck.topic, placed.section, fact)
        name = " › ".join(part for part in parts if part)
        while name in used:
            name = f"{name} · {identified.key}"
        used.add(name)
        yield markup.literal(name)


def _invisible(note: Note, report: Report) -> Iterator[Diagnostic]:
    """Yield a finding for each text that is written but shows nothing."""
    for key in ("fact", "mnemonic", "ask"):
        text: str = getattr(note, key)
        if text and not markup.is_visible(markup.line(text)) and not report.has_error_within(note.span(key)):
            advice = "write words; a sign such as `<` is shown by `\\<`"
            yield error("invisible-text", f"`{key}` shows nothing on the card", note.span(key), advice=advice)


def _lost_cards(rendered: Rendered, foreign: Foreign | None) -> Iterator[Diagnostic]:
    """Yield a finding for each card that was shipped and would lose its front."""
    note, locked = rendered.note.placed.note, rendered.note.locked
    for ordinal in sorted({*(locked.cards if locked else ())} - {*rendered.cards}):
        shape = foreign.card_name(ordinal) if foreign else CARD_SHAPES[ordinal]
        message = f"readers have the `{shape}` card of this note, and it would lose its front"
        advice = f"put it back, or add `withdrawn: {shape}`, which keeps a front that can be answered"
        if foreign:
            advice = "put its text back, under its key or the field's name under `extra:`"
        yield error("card-withdrawn", message, note.span("fact"), advice=advice)


def _has_failed_picture(note: Note, shown: Shown | None) -> bool:
    """Tell whether a picture was named that cannot be shown, which is told where it is named."""
    return shown is None and bool(note.symbol or note.region or note.image not in (None, "none"))


def _no_cards(note: Note, foreign: Foreign | None) -> Diagnostic:
    advice = "give it a `mnemonic:`, a picture or an `ask:`, or switch a card shape on"
    if foreign:
        advice = f"fill a field that stands on a front of the note type `{foreign.notetype.name}`"
    return error("no-cards", "this note makes no card", note.span("fact"), advice=advice)


def _problems(part: Located, keys: tuple[str, ...], report: Report) -> Iterator[Diagnostic]:
    for key in keys:
        text: str = getattr(part, key)
        found = markup.problems(text, within_line=key != "explanation")
        yield from _told(found, text, part.scalar(key) or part.span(key), report)


def _extra_problems(note: Note, foreign: Foreign | None, report: Report) -> Iterator[Diagnostic]:
    """Yield a finding for what stands under `extra` and cannot be in the field of that name."""
    node = note.node.get("extra")
    names = [field.name for field in foreign.notetype.fields] if foreign else []
    for name, text in note.extra.items():
        key = node.key(name) if isinstance(node, MappingNode) else None
        span = key.span if key else note.span("extra")
        if not foreign:
            message = "`extra` fills fields of another tool's note type, and this note is of Deckwright's own"
            advice = "take it out; or first adopt the package that has the note: `deckwright adopt OLD.apkg`"
            yield error("unknown-field", message, span, advice=advice)
        elif name not in names:
            message = f"the note type `{foreign.notetype.name}` has no field `{name}`"
            advice = f"it has {', '.join(f'`{known}`' for known in names)}"
            yield error("unknown-field", message, span, advice=advice)
        value = node.get(name) if isinstance(node, MappingNode) else None
        where = value if isinstance(value, Scalar) else span
        yield from _told(markup.hypertext_problems(text), text, where, report)


def _told(
    problems: Iterable[markup.Problem], text: str, where: Scalar | Span, report: Report
) -> Iterator[Diagnostic]:
    """Tell problems of a text at their places in its scalar, or where there is none all at one."""
    for found in problems:
        if isinstance(where, Scalar):
            lead = where.text.find(text)
            span = within(report.source, where, lead + found.start, lead + found.end)
        else:
            span = where
        yield error(found.code, found.message, span, advice=found.advice)
