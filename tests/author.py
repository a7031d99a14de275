"""The truth of an author: a note stays itself whatever is written on it, and what a build owes it follows.

This is the contract told again without the tool's code. A note is an object here; the tool, which sees only
texts, has to come to the same result, or to say that it cannot tell.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DECKS = ("Course::One", "Course::Two")
_LETTERS = "abdefghiklmnoprstuvz"
_STEM = 10  # letters of a fact that a slip of the pen never touches
_FIFTH = 5


@dataclass(frozen=True)
class Texts:
    """What stands in the source for one note; *deck* is the number of its deck."""

    deck: int
    section: str
    fact: str
    mnemonic: str
    explanation: str = ""
    ask: str = ""
    id: str = ""
    tags: frozenset[str] = frozenset()
    retired: bool = False
    reverse: bool = False
    withdrawn: frozenset[str] = frozenset()

    @property
    def cards(self) -> frozenset[int]:
        """The ordinals of the cards that it makes."""
        on = {0: True, 1: self.ask or "ask" in self.withdrawn, 2: self.reverse or "reverse" in self.withdrawn}
        return frozenset(ordinal for ordinal, made in on.items() if made)

    @property
    def name(self) -> tuple[int, str, str]:
        """What names a note that has no id."""
        return self.deck, self.section, self.fact

    @property
    def pair(self) -> tuple[str, str]:
        """The two texts by which a note is known under another name."""
        return self.mnemonic, self.explanation

    def with_tags(self, deck_tags: frozenset[str]) -> Texts:
        """Return what a reader gets: all tags that it has in Anki, but no id, the author's own business."""
        marks = {f"{DECKS[self.deck]}::{self.section}"} | ({"deckwright::retired"} if self.retired else set())
        return replace(self, id="", tags=self.tags | deck_tags | marks)

    def yaml(self, mark: str) -> str:
        """Write the note; its `source`, by which no note is known again, holds *mark*."""
        values: dict[str, object] = {"fact": self.fact, "mnemonic": self.mnemonic, "source": mark}
        values |= {name: text for name in ("explanation", "ask", "id") if (text := getattr(self, name))}
        values |= {name: sorted(them) for name in ("tags", "withdrawn") if (them := getattr(self, name))}
        values |= {"retired": True} if self.retired else {}
        values |= {"cards": {"reverse": True}} if self.reverse else {}
        return json.dumps(values)


@dataclass(eq=False)
class Note:
    """One note for ever: its guid once it is known, its stamp, every card that was ever shipped."""

    number: int
    guid: str = ""
    stamp: int = 0
    shipped: frozenset[int] = frozenset()
    content: Texts | None = None

    @property
    def mark(self) -> str:
        """What stands in the note's `source`."""
        return f"note {self.number}"

    def __repr__(self) -> str:
        return self.mark


@dataclass
class Source:
    """The notes in source order with their texts, and each deck's own tags."""

    notes: dict[Note, Texts] = field(default_factory=dict)
    tags: tuple[frozenset[str], ...] = (frozenset(), frozenset())

    def copy(self) -> Source:
        """Return a copy that can be edited by itself."""
        return Source(dict(self.notes), self.tags)

    def shown(self, note: Note) -> Texts:
        """Return what a reader gets of a note."""
        texts = self.notes[note]
        return texts.with_tags(self.tags[texts.deck])

    def yaml(self, deck: int) -> str:
        """Write one deck."""
        tags = json.dumps(sorted(self.tags[deck]))
        lines = [f"deck: {DECKS[deck]}", f"id: deck-number-{deck}", f"tags: {tags}", "sections:"]
        sections: dict[str, list[str]] = {}
        for note, texts in self.notes.items():
            if texts.deck == deck:
                sections.setdefault(texts.section, []).append(f"    - {texts.yaml(note.mark)}")
        for name, notes in sections.items():
            lines += [f"  {name}:", *notes]
        return "\n".join([*lines, ""])


@dataclass
class Author:
    """A source under way, and what the last build made of it; *gone* are notes that left, as they were."""

    source: Source = field(default_factory=Source)
    built: Source = field(default_factory=Source)
    gone: dict[Note, Texts] = field(default_factory=dict)
    releases: list[Source] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)
    _words: Iterator[int] = field(default_factory=count)

    def word(self) -> str:
        """Return a word that is like no other."""
        digest = hashlib.sha256(str(next(self._words)).encode()).digest()
        return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:14])

    def add(self, texts: Texts) -> Note:
        """Write a new note."""
        note = Note(next(self._numbers))
        self.source.notes[note] = texts
        return note

    def rewrite(self, note: Note, **texts: object) -> None:
        """Change a note's texts, unless nothing that it can be known by would stay."""
        changed = replace(self.source.notes[note], **texts)  # type: ignore[arg-type]
        before = self.lines.get(note)
        if before is None or _keeps(changed, before, live=note in self.built.notes):
            self.source.notes[note] = changed

    def revert(self, number: int) -> None:
        """Make the source again what it was in an earlier release, unless a note would not be known by it."""
        old, lines = self.releases[number % len(self.releases)], self.lines
        if all(
            _keeps(texts, lines[note], live=note in self.built.notes) for note, texts in old.notes.items()
        ):
            self.source = old.copy()

    def take_back(self) -> None:
        """Make the source again what it was at the last build."""
        self.source = self.built.copy()

    @property
    def lines(self) -> Mapping[Note, Texts]:
        """Every note that was ever built, as it last was."""
        return {**self.gone, **self.built.notes}

    def is_open(self) -> bool:
        """Whether a note could be taken for another, going by its texts."""
        lines, notes = self.lines, self.source.notes
        named = {note for note, texts in notes.items() if note in lines and _is_named(texts, lines[note])}
        same = {note for note in named if notes[note].pair == lines[note].pair}
        # With both texts that another note had, one may as well be that one under a new name.
        left = {
            texts.pair for note, texts in self.built.notes.items() if note not in same and texts.explanation
        }
        named = {note for note in named if note in same or notes[note].pair not in left}
        free = [(note, line) for note, line in lines.items() if note not in named]
        kin = any(
            _is_kin(texts, line)
            for note, texts in notes.items()
            if note not in named
            for other, line in free
            if other is not note
        )
        names = [texts.name for texts in notes.values()]
        return kin or len(names) > len(set(names))

    def refusals(self) -> set[str]:
        """Return the errors that a build has to end in, if all notes are told apart."""
        notes, found = self.source.notes, set()
        names = [texts.name for texts in notes.values() if not texts.id]
        if len(names) > len(set(names)):
            found.add("same-note-twice")
        if any(note.shipped - texts.cards for note, texts in notes.items()):
            found.add("card-withdrawn")
        ids = {line.id for line in self.gone.values() if line.id}
        if any(texts.id in ids for note, texts in notes.items() if note not in self.gone):
            found.add("retired-id")
        live = len(self.built.notes)
        if not found and len(self.built.notes.keys() - notes.keys()) * _FIFTH > live > 1:
            found.add("many-notes-gone")
        return found

    def publish(self, now: int) -> dict[Note, int]:
        """Stamp what changed since the last build, and return the stamps of all notes."""
        stamp = max(now, max((note.stamp for note in self.lines), default=0) + 1)
        for note, texts in self.source.notes.items():
            if note.content != self.source.shown(note):
                note.content, note.stamp = self.source.shown(note), stamp
            note.shipped |= texts.cards
        self.gone |= self.built.notes
        for note in self.source.notes:
            self.gone.pop(note, None)
        self.built = self.source.copy()
        self.releases.append(self.source.copy())
        return {note: note.stamp for note in self.source.notes}


def is_slip(one: str, other: str) -> bool:
    """Whether two facts differ by a slip of the pen at most."""
    return one[:_STEM] == other[:_STEM]


def _is_named(texts: Texts, line: Texts) -> bool:
    return texts.name == line.name or (texts.deck == line.deck and bool(texts.id) and texts.id == line.id)


def _keeps(texts: Texts, line: Texts, *, live: bool) -> bool:
    """Whether enough stayed of a note to know it by, whatever became of the rest."""
    same = {
        name
        for name in ("id", "fact", "mnemonic", "explanation", "ask")
        if getattr(texts, name) and getattr(texts, name) == getattr(line, name)
    }
    if texts.deck != line.deck:
        return live and bool(same & {"id", "fact"}) and len(same) > 1
    if _is_named(texts, line) or same & {"mnemonic", "explanation"}:
        return True
    slip = texts.section == line.section and is_slip(texts.fact, line.fact)
    return live and (slip or same >= {"fact", "ask"})


def _is_kin(texts: Texts, line: Texts) -> bool:
    """Whether a note has a text of another one, by which it could be taken for that."""
    if is_slip(texts.fact, line.fact):
        return True
    shared = texts.mnemonic == line.mnemonic or (texts.explanation and texts.explanation == line.explanation)
    return texts.deck == line.deck and bool(shared)
