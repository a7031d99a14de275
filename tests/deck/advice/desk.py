"""A deck's text, laid before the rules as the pipeline does it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from deckwright.cards.gallery import gallery as gather
from deckwright.cards.gaps import find
from deckwright.cards.illustrate import Album, illustrate
from deckwright.cards.media import MediaFolder
from deckwright.deck.advice.catalogue import ADVICE
from deckwright.deck.advice.lesson import Gallery, Lesson
from deckwright.deck.model import place
from deckwright.deck.schema import bind
from deckwright.source.diagnostics import Report
from deckwright.source.syntax import compose
from deckwright.source.text import SourceFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from deckwright.source.diagnostics import Diagnostic

    Rule = Callable[[Lesson], Iterator[Diagnostic]]

NO_PICTURES = Gallery()


def lesson(text: str, gallery: Gallery = NO_PICTURES) -> Lesson:
    """Compose and bind a deck, and read it."""
    report = Report(SourceFile("cards.yaml", text))
    deck = bind(compose(report.source, report), report)
    assert deck is not None
    notes = tuple(place(deck))
    gaps = {at: _numbers(placed.note.explanation) for at, placed in enumerate(notes)}
    return Lesson(deck, notes, report.source, gallery, {at: count for at, count in gaps.items() if count})


def told(rule: Rule, text: str, gallery: Gallery = NO_PICTURES) -> list[str]:
    """Say what stands at the place of each finding of one rule."""
    return [text[found.span.start : found.span.end] for found in rule(lesson(text, gallery))]


def codes(text: str, gallery: Gallery = NO_PICTURES) -> list[str]:
    """Say the codes of all that is told about a deck."""
    return [found.code for found in advice(lesson(text, gallery))]


def advice(read: Lesson) -> Iterable[Diagnostic]:
    """Follow every rule."""
    for rule in ADVICE:
        yield from rule(read)


def gallery(text: str, media: Path, *, spare: bool) -> Gallery:
    """Gather what the picture files tell about a deck; with *spare*, also which of them lie there unused."""
    read = lesson(text)
    report = Report(read.source)
    album = Album(MediaFolder(media), report)
    found = gather(illustrate(read.notes, album), album.opened)
    assert not list(report)
    return replace(found, names=album.folder.names()) if spare else found


def _numbers(explanation: str) -> int:
    """How many cards the gaps of a text make: one a number."""
    return len({gap.number for gap in find(explanation)[0]})
