"""Which note of a deck goes with which line of the lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckwright.deck.names import slug

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from deckwright.deck.history import LockedNote
    from deckwright.deck.model import Placed


def match(keys: Sequence[str], notes: Sequence[Placed], lines: Iterable[LockedNote]) -> dict[int, LockedNote]:
    """Find for each note, by index, its line: by explicit id, by key, then by section and fact.

    The last step keeps the history of a note that gets an `id:`, loses it or changes it. Live lines come
    before retired ones.
    """
    free = {line.guid: line for line in sorted(lines, key=lambda line: line.retired)}
    matched: dict[int, LockedNote] = {}
    steps: tuple[tuple[Sequence[str | None], Callable[[LockedNote], tuple[str, ...]]], ...] = (
        ([placed.note.id for placed in notes], lambda line: (line.key, line.born)),
        (keys, lambda line: (line.key,)),
        ([natural_key(placed.section, placed.note.fact) for placed in notes], _natural_of_line),
    )
    for wanted, names in steps:
        by_name: dict[str, LockedNote] = {}
        for line in free.values():
            for name in names(line):
                by_name.setdefault(name, line)
        for index, wish in enumerate(wanted):
            found = by_name.get(wish or "")
            if index not in matched and found is not None and found.guid in free:
                matched[index] = free.pop(found.guid)
    return matched


def natural_key(section: str, fact: str) -> str:
    """Return the key of a note that has no id."""
    return f"{slug(section)}/{slug(fact)}" if section else slug(fact)


def _natural_of_line(line: LockedNote) -> tuple[str, ...]:
    return (natural_key(line.section, line.fact),)
