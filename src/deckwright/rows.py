"""What became of each note since the last build: a row for each that has any news."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.apkg.changes import reworded
from deckwright.apkg.news import retold
from deckwright.deck.content import short_hash
from deckwright.deck.history import ADOPTED, OWN_TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deckwright.apkg.editions import ReleasedNote
    from deckwright.apkg.package import Package
    from deckwright.apkg.stamp import Stamped
    from deckwright.cards.render import Rendered
    from deckwright.deck.history import LockedNote
    from deckwright.packages import Made

STAYS = "gone: it stays in the collections that have it"
_HASHED = ("mnemonic", "explanation", "ask")  # texts of which the lock keeps a hash


def rows_of(
    made: Made, names: Mapping[str, str], released: Mapping[str, ReleasedNote]
) -> Iterator[tuple[str, str, str]]:
    """Yield sign, fact and news of each note that has any; *names* are the decks' by id, as they were."""
    fields = _old_fields(made.replaced)
    decks = {note.note.guid: deck.deck.locked for deck in made.decks for note in deck.notes}
    for note in made.notes:
        if is_new(note):
            yield "+", _fact(note), "new"
    for note in made.notes:
        locked, guid = note.rendered.note.locked, note.rendered.note.guid
        if locked and locked.retired:
            yield "+", _fact(note), "back, history kept"
        elif locked and not is_updated(note) and locked.key != note.rendered.note.key:
            yield ">", _fact(note), f'known by "{note.rendered.note.key}" from now on, history kept'
        elif locked and is_updated(note):
            moved = () if locked.deck == decks[guid].id else (names[locked.deck], decks[guid].name)
            before = _Before(fields.get(guid, {}), released.get(guid))
            yield _change(note.rendered, locked, before, moved)
    for deck in made.decks:
        yield from (("-", line.fact, STAYS) for line in deck.deck.vanished)


def is_new(note: Stamped) -> bool:
    """Whether no build knew the note before."""
    return note.rendered.note.locked is None


def is_updated(note: Stamped) -> bool:
    """Whether readers who have the note get it anew."""
    locked = note.rendered.note.locked
    return locked is not None and locked.modified != note.modified


def _fact(note: Stamped) -> str:
    return note.rendered.note.placed.note.fact


@dataclass(frozen=True, slots=True)
class _Before:
    """A note as readers have it: fields by name from the package replaced, or else as it was released."""

    fields: Mapping[str, str]
    released: ReleasedNote | None

    def runs(self, name: str, note: Rendered) -> tuple[str, ...]:
        """Tell the words of the text *name* that differ; none where the old ones are not known."""
        if self.fields and not note.notetype.original:
            fields = {field.name: text for field, text in zip(note.notetype.fields, note.fields, strict=True)}
            return reworded(self.fields.get(name.capitalize(), ""), fields.get(name.capitalize(), ""))
        if self.released:
            return retold(getattr(self.released, name), getattr(note.note.placed.note, name))
        return ()


def _old_fields(package: Package | None) -> dict[str, dict[str, str]]:
    """Map the guids of a package's notes to their fields by name."""
    if package is None:
        return {}
    names = {notetype.id: [field.name for field in notetype.fields] for notetype in package.notetypes}
    return {note.guid: dict(zip(names[note.notetype], note.fields, strict=True)) for note in package.notes}


def _change(
    note: Rendered, locked: LockedNote, before: _Before, moved: tuple[str, ...]
) -> tuple[str, str, str]:
    """Say what became of a note that readers have, with its words where *before* holds the old ones."""
    fact = note.note.placed.note.fact
    told = ['moved from "{}" to "{}"'.format(*moved)] if moved else []
    told += _told(note, locked, before)
    if locked.fact != fact:
        return ">", fact, "; ".join([f'renamed from "{locked.fact}", history kept', *told])
    if locked.content == note.note.content:
        told = ["the same as before, sent anew"]
    if locked.content == ADOPTED:
        told = told or ["differs from what was adopted"]
    otherwise = "its picture, tags, source or settings changed"
    if note.note.kind != OWN_TYPE:
        otherwise = "what it is made of changed"
    return "~", fact, "; ".join(told) or otherwise


def _told(note: Rendered, locked: LockedNote, before: _Before) -> Iterator[str]:
    placed = note.note.placed
    if locked.section != placed.section:
        yield f'moved from "{locked.section}" to "{placed.section}"'
    for name in _HASHED if note.note.kind == OWN_TYPE else ():
        if getattr(locked, name) != short_hash(getattr(placed.note, name)):
            runs = before.runs(name, note)
            yield f"{name}: {', '.join(runs)}" if runs else f"{name} changed"
