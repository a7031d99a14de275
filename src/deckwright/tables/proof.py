"""A draft read as the deck that it becomes, and what is wrong with it told where it stands in the table."""

from __future__ import annotations

import dataclasses
from bisect import bisect_right
from typing import TYPE_CHECKING

from deckwright.cards import findings
from deckwright.deck.keys import note_keys
from deckwright.deck.model import TEXTS, place
from deckwright.source.diagnostics import Related
from deckwright.source.draft import format_draft
from deckwright.source.syntax import Mapping, Sequence
from deckwright.source.text import SourceFile, Span
from deckwright.workspace import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckwright.source.diagnostics import Diagnostic
    from deckwright.tables.entries import Entry
    from deckwright.tables.layout import Laid


def proofread(laid: Laid) -> Iterator[Diagnostic]:
    """Yield the errors that `check` would find in the draft, each at the cell that it comes from.

    Those of pictures are not looked for: what is named in a draft was found.
    """
    source = SourceFile("cards.yaml", format_draft(laid.draft))
    report, deck = read_text(source)
    for placed in () if deck is None else place(deck):
        report.extend(findings.text_problems(placed.note, (*TEXTS, "source"), report))
        report.extend(findings.invisible(placed.note, report))
    if deck is not None:
        list(note_keys(place(deck), report))
    places = _Places(() if deck is None else tuple(_notes(deck.node)), laid.entries)
    for found in report.errors:
        related = found.related and Related(found.related.label, places.of(found.related.span))
        yield dataclasses.replace(found, span=places.of(found.span), related=related, fix=None)


@dataclasses.dataclass(frozen=True, slots=True)
class _Places:
    """The notes of a draft in its order, and the rows they come from."""

    notes: tuple[Mapping, ...]
    entries: tuple[Entry, ...]

    def of(self, span: Span) -> Span:
        """Return the place in the table of what stands at *span* in the draft, or its start."""
        index = bisect_right(self.notes, span.start, key=lambda note: note.span.start) - 1
        if not 0 <= index < len(self.entries):
            return Span(0, 0)
        inner = (key.text for key, value in self.notes[index].pairs if span.start < value.span.end)
        return self.entries[index].span(next(inner, "fact"))


def _notes(tree: Mapping) -> Iterator[Mapping]:
    """Yield the notes of a draft, as it lists them."""
    sections = tree.get("sections")
    lists = [tree.get("notes")]
    lists += [value for _, value in sections.pairs] if isinstance(sections, Mapping) else []
    for listed in lists:
        items = listed.items if isinstance(listed, Sequence) else ()
        yield from (item for item in items if isinstance(item, Mapping))
