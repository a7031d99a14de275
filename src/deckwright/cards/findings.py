"""What is wrong with the texts of notes, and with the cards that they make, told at their places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckwright.cards import markup, refusals
from deckwright.cards.notetypes import SHAPES
from deckwright.source.diagnostics import Diagnostic, Report, error, warning
from deckwright.source.syntax import Mapping as MappingNode
from deckwright.source.syntax import Scalar, within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from deckwright.cards.foreign import Foreign
    from deckwright.cards.plan import Shown
    from deckwright.deck.identity import Identified
    from deckwright.deck.model import Located, Note
    from deckwright.source.text import Span


def text_problems(part: Located, keys: tuple[str, ...], report: Report) -> Iterator[Diagnostic]:
    """Yield what the texts of a part under *keys* hold and must not; only explanations have several lines."""
    for key in keys:
        text: str = getattr(part, key)
        if refusals.is_plain(text):
            continue
        within_line = key != "explanation"
        found = refusals.line_problems(text) if within_line else refusals.block_problems(text)
        yield from _told(found, text, part.scalar(key) or part.span(key), report)


def invisible(note: Note, report: Report) -> Iterator[Diagnostic]:
    """Yield a finding for each text that is written but shows nothing."""
    for key in ("fact", "mnemonic", "ask"):
        text: str = getattr(note, key)
        if text and not markup.is_visible(markup.line(text)) and not report.has_error_within(note.span(key)):
            advice = "write words; a sign such as `<` is shown by `\\<`"
            yield error("invisible-text", f"`{key}` shows nothing on the card", note.span(key), advice=advice)


def lost_cards(note: Identified, cards: Iterable[int], foreign: Foreign | None) -> Iterator[Diagnostic]:
    """Yield a finding for each card that was shipped and would lose its front; *cards* are today's."""
    authored = note.placed.note
    for ordinal in sorted({*(note.locked.cards if note.locked else ())} - {*cards}):
        shape = foreign.card_name(ordinal) if foreign else SHAPES["mnemonic"][ordinal]
        advice = f"put it back, or add `withdrawn: {shape}`, which keeps a front that can be answered"
        if foreign:
            advice = "put its text back, under its key or the field's name under `extra:`"
        message = f"readers have the `{shape}` card of this note, and it would lose its front"
        yield error("card-withdrawn", message, authored.span("fact"), advice=advice)


def lost_gaps(note: Identified, cards: Iterable[int]) -> Iterator[Diagnostic]:
    """Yield a finding for each gap that was shipped and is no longer there; *cards* are today's."""
    for ordinal in sorted({*(note.locked.cards if note.locked else ())} - {*cards}):
        sign = f"{{{{c{ordinal + 1}::…}}}}"
        message = f"readers have the card of the gap `{sign}`, and it would lose its front"
        advice = "keep a gap of that number: around any other words will do"
        yield error("card-withdrawn", message, note.placed.note.span("explanation"), advice=advice)


def has_failed_picture(note: Note, shown: Shown | None) -> bool:
    """Tell whether a picture was named that cannot be shown, which is told where it is named."""
    missing = shown is None or not shown.picture
    return missing and bool(note.symbol or note.region or note.image not in (None, "none"))


def no_cards(note: Note, foreign: Foreign | None, *, gathered: bool) -> Diagnostic:
    """Tell that a note makes no card; a *gathered* one is to be part of another's."""
    advice = "give it a `mnemonic:`, a picture or an `ask:`, or switch a card shape on"
    if gathered:
        advice = "a sweep, gaps and masks are made of notes with a card of their own: add `picture` or `ask`"
    if foreign:
        advice = f"fill a field that stands on a front of the note type `{foreign.notetype.name}`"
    return error("no-cards", "this note makes no card", note.span("fact"), advice=advice)


def placeless(note: Note, foreign: Foreign) -> Iterator[Diagnostic]:
    """Yield a finding for each text of a note that no field of another tool's type holds."""
    placed = {name for names in foreign.slots for name in names}
    for key in ("mnemonic", "explanation", "ask"):
        if getattr(note, key) and key not in placed:
            message = f"no field of the note type `{foreign.notetype.name}` holds `{key}`; nobody gets it"
            advice = f'run `deckwright adopt` again, with `--map "FIELD={key}"`, or take it out'
            yield warning("text-without-field", message, note.span(key), advice=advice)


def extra_problems(note: Note, foreign: Foreign | None, report: Report) -> Iterator[Diagnostic]:
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
        yield from _told(refusals.hypertext_problems(text), text, where, report)


def _told(
    problems: Iterable[refusals.Problem], text: str, where: Scalar | Span, report: Report
) -> Iterator[Diagnostic]:
    """Tell problems of a text at their places in its scalar, or where there is none all at one."""
    for found in problems:
        if isinstance(where, Scalar):
            lead = where.text.find(text)
            span = within(report.source, where, lead + found.start, lead + found.end)
        else:
            span = where
        yield error(found.code, found.message, span, advice=found.advice)
