"""`deckwright stats`: how much there is to learn, section by section."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deckwright.deck import model
from deckwright.deck.history import OWN_TYPE
from deckwright.source.diagnostics import columns, escaped_json, printable
from deckwright.tally import shape, size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from deckwright.cards.media import MediaFile
    from deckwright.cards.render import Rendered
    from deckwright.project import Compiled, CompiledDeck

LONGEST = 5  # facts that are shown
_ALL = "In all"


@dataclass(frozen=True, slots=True)
class Count:
    """What a part of a project holds: *cards* by shape, *words* of all texts, *bytes* of picture files."""

    deck: str
    section: str
    notes: int
    cards: Mapping[str, int]
    words: int
    pictures: int
    bytes: int


@dataclass(frozen=True, slots=True)
class LongFact:
    """A fact, and how long it is in words and in characters."""

    deck: str
    section: str
    fact: str
    words: int
    characters: int


@dataclass(frozen=True, slots=True)
class Stats:
    """What a project holds by section, in source order, and in all; and its longest facts, longest first."""

    sections: tuple[Count, ...]
    all: Count
    longest: tuple[LongFact, ...]


@dataclass(slots=True)
class _Sum:
    """What is being counted; a picture file counts once, however many notes show it."""

    notes: int = 0
    cards: Counter[str] = field(default_factory=Counter)
    words: int = 0
    files: set[MediaFile] = field(default_factory=set)

    def count(self, deck: str, section: str) -> Count:
        """Return what was counted of a section, the shapes of cards in their usual order."""
        order: dict[str, int] = {name: place for place, name in enumerate(model.SHAPES)}
        names = sorted(self.cards, key=lambda name: (order.get(name, len(order)), name))
        cards = {name: self.cards[name] for name in names}
        sizes = sum(file.path.stat().st_size for file in self.files)
        return Count(deck, section, self.notes, cards, self.words, len(self.files), sizes)


def stats(compiled: Compiled) -> Stats:
    """Count what a compiled project holds.

    What belongs to no section, as the card of the whole scene, stands under a section without a name.
    """
    sums: dict[tuple[str, str], _Sum] = {}
    whole = _Sum()
    facts = []
    for deck in compiled.decks:
        name = deck.deck.deck.deck
        rendered = {note.note.guid: note for note in deck.notes}
        for index, note in enumerate(deck.deck.notes):
            section, fact = note.placed.section, note.placed.note.fact
            for one in (sums.setdefault((name, section), _Sum()), whole):
                _add(one, rendered[note.guid], _files(deck, index))
            if note.kind == OWN_TYPE:
                facts.append(LongFact(name, section, fact, len(fact.split()), len(fact)))
    longest = sorted(facts, key=lambda fact: -fact.characters)[:LONGEST]
    parts = tuple(one.count(*key) for key, one in sums.items())
    return Stats(parts, whole.count("", ""), tuple(longest))


def as_json(found: Stats) -> str:
    """Print the numbers as JSON."""
    data = {
        "sections": [_entry(part) for part in found.sections],
        "all": {key: value for key, value in _entry(found.all).items() if key not in ("deck", "section")},
        "longest": [
            {name: getattr(fact, name) for name in ("deck", "section", "fact", "words", "characters")}
            for fact in found.longest
        ],
    }
    return escaped_json(data)


def as_text(found: Stats) -> str:
    """Print the numbers as a table, and the longest facts under it."""
    shapes = list(found.all.cards)
    several = len({part.deck for part in found.sections}) > 1
    head = ["", "notes", "cards", *(shapes if len(shapes) > 1 else []), "words", "pictures", "size"]
    rows = [head]
    rows += [_row(_name(part, several=several), part, head) for part in found.sections]
    rows += [_row(_ALL, found.all, head)] if len(found.sections) != 1 else []
    lines = list(_aligned(rows))
    if found.longest:
        lines += ["", "Longest facts, in characters:"]
        width = len(str(found.longest[0].characters))
        lines += [f"  {fact.characters:>{width}}  {fact.fact}" for fact in found.longest]
    return "\n".join(printable(line) for line in lines)


def _add(one: _Sum, note: Rendered, files: Iterable[MediaFile]) -> None:
    one.cards.update(shape(note, ordinal) for ordinal in note.cards)
    one.files.update(files)
    if note.note.kind == OWN_TYPE:
        one.notes += 1
        one.words += sum(len(getattr(note.note.placed.note, key).split()) for key in model.TEXTS)


def _files(deck: CompiledDeck, index: int) -> Iterator[MediaFile]:
    plan = deck.plans.get(index)
    yield from (picture.media for picture, _ in plan.asked) if plan else ()


def _entry(part: Count) -> dict[str, object]:
    names = ("deck", "section", "notes", "words", "pictures", "bytes")
    return {**{name: getattr(part, name) for name in names}, "cards": dict(part.cards)}


def _name(part: Count, *, several: bool) -> str:
    names = [part.deck] if several else []
    names += [part.section] if part.section else []
    return printable(" › ".join(names)) or "(no section)"


def _row(name: str, part: Count, head: Sequence[str]) -> list[str]:
    known = {"notes": part.notes, "cards": sum(part.cards.values()), "words": part.words}
    numbers = {**part.cards, **known, "pictures": part.pictures}
    cells = (size(part.bytes) if key == "size" else _cell(numbers.get(key, 0)) for key in head[1:])
    return [name, *cells]


def _cell(number: int) -> str:
    return f"{number:,}" if number else "-"


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the rows with the first column to the left and the others to the right."""
    widths = [max(columns(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        first, *others = (
            (cell + " " * (width - columns(cell)), " " * (width - columns(cell)) + cell)
            for cell, width in zip(row, widths, strict=True)
        )
        yield "  ".join([first[0], *(right for _, right in others)]).rstrip()
