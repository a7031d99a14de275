"""How many of what, in the words that several commands use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckwright.cards.notetypes import SHAPES
from deckwright.deck.history import OWN_TYPE
from deckwright.source.diagnostics import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deckwright.cards.render import Rendered
    from deckwright.fix import Mended
    from deckwright.project import Compiled

_THOUSAND = 1000
_KNOW_BETTER = (
    "Advice you know better than: `# deckwright: ignore CODE` on the note, or `ignore:` at the top."
)


def of_check(compiled: Compiled) -> str:
    """Say what the deck holds and how many findings there are."""
    errors = sum(report.count("error") for report in compiled.reports)
    warnings = sum(report.count("warning") for report in compiled.reports)
    found = ", ".join(
        counted(count, word) for count, word in ((errors, "error"), (warnings, "warning")) if count
    )
    told = f"{counts(compiled.notes)}: {found or 'nothing to mend'}"
    return f"{told}\n{_KNOW_BETTER}" if warnings else told


def of_mended(mended: Mended) -> str:
    """Say what was changed in the author's files."""
    done = f"{counted(mended.count, 'finding')} mended" if mended.count else "Nothing to mend by itself"
    if mended.declined:
        done += f", {counted(mended.declined, 'proposal')} left as they were (`--yes` accepts all)"
    lines = [line for text in mended.differences.values() for line in text.splitlines()]
    return "\n".join(map(printable, [*lines, f"{done}."]))


def counts(notes: Iterable[Rendered]) -> str:
    """Say how many authored notes and how many cards there are."""
    notes = tuple(notes)
    authored = sum(note.note.kind == OWN_TYPE for note in notes)
    return f"{counted(authored, 'note')}, {counted(sum(len(note.cards) for note in notes), 'card')}"


def counted(count: int, word: str) -> str:
    """Write a number of things: `1 note`, `2,000 notes`."""
    return f"{count:,} {word}" + ("" if count == 1 else "s")


def shape(note: Rendered, ordinal: int) -> str:
    """Return the shape of a card; those of another tool's type go by the type's name."""
    kind = note.notetype.kind
    if kind is None:
        return note.notetype.name
    return kind if note.notetype.cloze else SHAPES[kind][ordinal]


def size(count: int) -> str:
    """Write a number of bytes as people do."""
    for unit in ("bytes", "kB", "MB"):
        if count < _THOUSAND:
            return f"{count:.0f} {unit}"
        count //= _THOUSAND
    return f"{count} GB"
