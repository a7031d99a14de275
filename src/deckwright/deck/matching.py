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
    ids = [placed.note.id or "" for placed in notes]
    facts = [_by_fact(placed.section, placed.note.fact) for placed in notes]
    steps: tuple[tuple[Sequence[str], Callable[[LockedNote], str]], ...] = (
        (ids, lambda line: line.key),
        (ids, lambda line: line.born),
        (keys, lambda line: line.key),
        (facts, lambda line: _by_fact(line.section, line.fact)),
    )
    matched: dict[int, LockedNote] = {}
    for wanted, name in steps:
        by_name: dict[str, LockedNote] = {}
        for line in free.values():
            by_name.setdefault(name(line), line)
        for index, wish in enumerate(wanted):
            if wish and index not in matched and wish in by_name:
                matched[index] = by_name.pop(wish)
                del free[matched[index].guid]
    return matched


def natural_key(section: str, fact: str) -> str:
    """Return the key of a note that has no id."""
    return f"{slug(section)}/{slug(fact)}" if section else slug(fact)


def _by_fact(section: str, fact: str) -> str:
    """Return the natural key, or nothing for a fact that is all signs: it would equal any other such."""
    return natural_key(section, fact) if slug(fact) else ""
