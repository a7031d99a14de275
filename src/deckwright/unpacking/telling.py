"""What is said of a package that was made a project."""

from __future__ import annotations

import shlex
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from deckwright.source.diagnostics import printable
from deckwright.unpacking.undone import near
from deckwright.workspace import SOURCE_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckwright.unpack import Unpacked

_MOST = 10  # names of one kind


def as_text(unpacked: Unpacked) -> str:
    """Say what was made, what became of each note type, what was left out, and what to do next."""
    return "\n".join(
        map(printable, (*_made(unpacked), *_types(unpacked), *_left(unpacked), *_next(unpacked)))
    )


def _made(unpacked: Unpacked) -> Iterator[str]:
    here = unpacked.root == Path.cwd()
    where = "this folder your project" if here else f"{near(unpacked.root)}/"
    notes = sum(len(book.stories) for book in unpacked.books)
    files = len(unpacked.media.names)
    parts = [_count(notes, "note")] + ([f"{_count(files, 'file')} in media/"] if files else [])
    decks = f" in {_count(len(unpacked.books), 'deck')}" if len(unpacked.books) > 1 else ""
    yield f"Made {where}: {SOURCE_NAME} with {parts[0]}{decks}{''.join(f', {part}' for part in parts[1:])}."
    kept = len(
        unpacked.takeover.kept & {story.kin.note.guid for book in unpacked.books for story in book.stories}
    )
    yield f"cards.lock knows them: {kept} stay as readers have them" + (
        f", {notes - kept} will be updated by the next build." if kept < notes else "."
    )


def _types(unpacked: Unpacked) -> Iterator[str]:
    counts = Counter(story.kin.type.id for book in unpacked.books for story in book.stories)
    types = {one.type.id: one.type for one in unpacked.kin if not one.ours}
    for id_, notetype in types.items():
        slots = (
            (part.name, " + ".join(slot))
            for part, slot in zip(notetype.fields, unpacked.slots[id_], strict=True)
        )
        places = ", ".join(f"{name} = {slot or 'extra'}" for name, slot in slots)
        yield f"Note type {notetype.name} ({_count(counts[id_], 'note')}) stays as it is: {places}"


def _left(unpacked: Unpacked) -> Iterator[str]:
    told = {story.kin.note.guid for book in unpacked.books for story in book.stories}
    empty = sum(one.note.guid not in told and not one.is_made for one in unpacked.kin)
    doubles = len(unpacked.package.notes) - len(unpacked.kin)
    if empty:
        yield f"Left out: {_count(empty, 'note')} with a card, or all, that would show nothing here"
    if doubles:
        yield f"Left out: {_count(doubles, 'note')} without an identity, or with that of another"
    for what, count in sorted(unpacked.losses.items()):
        yield f"Left out: {what} ({_count(count, 'note')}), for which a text has no place"
    for name, reason in unpacked.media.left[:_MOST]:
        yield f"Left out: `{name}`: {reason}"
    if len(unpacked.media.left) > _MOST:
        yield f"  and {len(unpacked.media.left) - _MOST} more files"
    if unpacked.package.revlog or any(card.studied for note in unpacked.package.notes for card in note.cards):
        yield "Left out: whose cards are due when; your reviews are in Anki, and stay there"


def _next(unpacked: Unpacked) -> Iterator[str]:
    if unpacked.root != Path.cwd():
        yield f"  cd {shlex.quote(near(unpacked.root))}"
    yield "  deckwright check       what could be better"
    yield "  deckwright build       make the file for Anki; importing it updates the notes in place"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
