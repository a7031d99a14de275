"""The names by which notes are known within their deck, and what is wrong with them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from deckwright.deck.matching import natural_key
from deckwright.deck.names import slug
from deckwright.source.diagnostics import Diagnostic, Related, Report, error

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from deckwright.deck.model import Placed


def note_keys(notes: Iterable[Placed], report: Report) -> Iterator[str]:
    """Yield each note's key, its `id:` or one made from section and fact; doubles and blanks are reported."""
    first: dict[str, Placed] = {}
    counts: defaultdict[str, int] = defaultdict(int)
    for placed in notes:
        note = placed.note
        key = note.id or natural_key(placed.section, note.fact)
        counts[key] += 1
        if not note.id and (nameless := _nameless(placed)):
            message = f"no letter or digit in {nameless} to make the note's name from"
            advice = "add an `id:` to the note"
            report.add(error("empty-name", message, note.span("fact"), advice=advice))
        elif key in first:
            report.add(_twice(placed, first[key], counts[key]))
        first.setdefault(key, placed)
        yield key if counts[key] == 1 else f"{key}#{counts[key]}"


def _nameless(placed: Placed) -> str:
    """Say which text cannot be part of a key; empty when all can."""
    if not slug(placed.note.fact):
        return "the fact"
    named = not placed.section.strip() or slug(placed.section)  # one without any name is a fault of its own
    return "" if named else f"the section's name `{placed.section}`"


def _twice(placed: Placed, other: Placed, count: int) -> Diagnostic:
    note = placed.note
    if note.id or other.note.id:
        named = note if note.id else other.note
        related = Related("first", other.note.span("id" if other.note.id else "fact"))
        message = f"two notes have the id `{named.id}`"
        if not (note.id and other.note.id):
            message = f"the id `{named.id}` is the name of another note, made from its fact"
        place = note.span("id" if note.id else "fact")
        return error("duplicate-id", message, place, advice="change the id", related=related)
    related = Related("first", other.note.span("fact"))
    where = f" in `{placed.section}`" if placed.section else ""
    name = slug(note.fact)[:50]
    message = f"two notes{where} have the fact `{note.fact}`"
    advice = f"word it more exactly, or add `id: {name}-{count}`"
    if note.fact.casefold() != other.note.fact.casefold():
        message = f"`{other.note.fact}` and `{note.fact}` would both go by the name `{name}`{where}"
        advice = f"signs are no part of a name: add `id: {name}-{count}`"
    return error("same-note-twice", message, note.span("fact"), advice=advice, related=related)
