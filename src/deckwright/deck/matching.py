"""Which note of a deck goes with which line of the lock, over any rewording, without guessing between two."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from deckwright.deck.names import slug

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from deckwright.deck.history import LockedNote

# How alike two facts of one section are when one is the other reworded: typing mistakes and added words lie
# above (`Spina cord`, `Spinal cord` 0.95; `Taper slowly`, `Taper very slowly` 0.83), different facts of one
# kind mostly below (`Low sodium`, `High sodium` 0.67). Where no other text stayed the same either, only a
# slip of the pen counts.
ALIKE = 0.8
ALIKE_ALONE = 0.9
# `Beta-1` and `Beta-2` are nearly the same letters, and so are these; they are never the same fact.
_TELLING = re.compile(
    r"\b\w*\d\w*\b|\b\w\b|hyper|hypo|tachy|brady|antagonist|agonist|inhibit|activat|increas|decreas"
    r"|\bhigh|\blow|\bleft|\bright|\bnot?\b"
)
_TEXTS = ("mnemonic", "explanation", "ask")


@dataclass(frozen=True, slots=True)
class Trace:
    """What a note can be known by; texts but the fact are the lock's short hashes, empty for no text."""

    id: str
    key: str
    section: str
    fact: str
    mnemonic: str
    explanation: str
    ask: str


@dataclass(frozen=True, slots=True)
class Matches:
    """Lines by the notes' index; *doubts* are the lines between which a note could not be told."""

    lines: Mapping[int, LockedNote]
    doubts: Mapping[int, tuple[LockedNote, ...]]


def match(notes: Sequence[Trace], lines: Iterable[LockedNote]) -> Matches:
    """Find each note's line, one for one; live lines come before retired ones.

    First by explicit id and by key, unless the note's texts are another line's, as when two notes swapped
    their facts; then by the key that a note had before it got its id, lost or changed it; then by a mnemonic
    or explanation that stayed; then by the same fact in another section; last by facts that are alike within
    a section. All but ids and keys are unique both ways: where they are not, and no later step decides, the
    note is in doubt. One with an id is not: an id that no line has says that the note is new.
    """
    search = _Search(dict(enumerate(notes)), _in_order(lines))
    search.by_name(lambda note: note.id, lambda line: line.key)
    elsewhere = _elsewhere(search.notes, search.lines.values())
    search.by_name(lambda note: "" if note in elsewhere else note.key, lambda line: line.key)
    search.by_name(lambda note: note.id, lambda line: line.born)
    search.by_group(
        lambda note: "" if note in elsewhere else _natural(note.section, note.fact),
        lambda line: _natural(line.section, line.fact),
    )
    search.by_group(lambda note: note.mnemonic, lambda line: line.mnemonic)
    search.by_group(lambda note: note.explanation, lambda line: line.explanation)
    search.by_group(lambda note: slug(note.fact), lambda line: slug(line.fact), _is_moved)
    search.by_group(lambda note: slug(note.section) or "-", lambda line: slug(line.section) or "-", _is_alike)
    unnamed = {index for index, note in search.notes.items() if not note.id}
    return Matches(
        search.found, {index: tuple(search.doubts[index]) for index in unnamed & search.doubts.keys()}
    )


def match_moved(notes: Sequence[Trace], lines: Iterable[LockedNote]) -> Mapping[int, LockedNote]:
    """Find the lines of notes that moved here from another deck: the same id or fact, and one text the same.

    Facts and ids alone say nothing across decks: every drug has its `Nausea`, perhaps as `id: nausea`. Notes
    that could be either of two are left as new.
    """
    search = _Search(dict(enumerate(notes)), _in_order(lines))
    search.by_group(lambda note: note.id, lambda line: line.key, _is_akin)
    for text in _TEXTS:
        search.by_group(_with_fact(text), _with_fact(text))
    return search.found


def _with_fact(name: str) -> Callable[[Trace | LockedNote], str]:
    def named(note: Trace | LockedNote) -> str:
        text: str = getattr(note, name)
        return f"{slug(note.fact)}\0{text}" if text else ""

    return named


def natural_key(section: str, fact: str) -> str:
    """Return the key of a note that has no id."""
    return f"{slug(section)}/{slug(fact)}" if section else slug(fact)


@dataclass
class _Search:
    """The notes and lines that are still free, and what was found so far; lines by guid, live ones first."""

    notes: dict[int, Trace]
    lines: dict[str, LockedNote]
    found: dict[int, LockedNote] = field(default_factory=dict)
    doubts: dict[int, list[LockedNote]] = field(default_factory=dict)

    def by_name(self, of_note: Callable[[Trace], str], of_line: Callable[[LockedNote], str]) -> None:
        """Match by a name that means one note; of several lines with it the live, then the newest counts."""
        named: dict[str, LockedNote] = {}
        for line in self.lines.values():
            named.setdefault(of_line(line), line)
        wanted = [(index, name) for index, note in self.notes.items() if (name := of_note(note))]
        for index, name in wanted:
            if name in named:
                self._take(index, named.pop(name))

    def by_group(
        self,
        of_note: Callable[[Trace], str],
        of_line: Callable[[LockedNote], str],
        fits: Callable[[Trace, LockedNote], bool] | None = None,
    ) -> None:
        """Match the notes and lines of one group that fit each other and nothing else in it.

        Without *fits* all of a group fit. Retired lines count where no live one does, but never by *fits*,
        which only says that two are alike.
        """
        groups: defaultdict[str, list[LockedNote]] = defaultdict(list)
        for line in self.lines.values():
            if not (fits and line.retired):
                groups[of_line(line)].append(line)
        wishes = {}
        for index, note in self.notes.items():
            group = groups.get(of_note(note), []) if of_note(note) else []
            fitting = [line for line in group if fits is None or fits(note, line)]
            wishes[index] = [line for line in fitting if not line.retired] or fitting
        self._decide({index: lines for index, lines in wishes.items() if lines})

    def _decide(self, wishes: dict[int, list[LockedNote]]) -> None:
        """Take the pairs in which either has no other choice; the rest is in doubt."""
        rivals: defaultdict[str, list[int]] = defaultdict(list)
        for index, lines in wishes.items():
            for line in lines:
                rivals[line.guid].append(index)
        for index, lines in wishes.items():
            if len(lines) == 1 and rivals[lines[0].guid] == [index]:
                self._take(index, lines[0])
            else:
                known = self.doubts.setdefault(index, [])
                known += [line for line in lines if line not in known]

    def _take(self, index: int, line: LockedNote) -> None:
        self.found[index] = line
        del self.lines[line.guid]
        del self.notes[index]


def _in_order(lines: Iterable[LockedNote]) -> dict[str, LockedNote]:
    ordered = sorted(lines, key=lambda line: (line.retired, -line.modified))
    return {line.guid: line for line in ordered}


def _elsewhere(notes: Mapping[int, Trace], lines: Iterable[LockedNote]) -> set[Trace]:
    """Return the notes whose two texts both stand in a live line of another key, and in none of their own.

    A line counts unless a note with its key still has its two texts: then they were copied, not moved.
    """
    here = {(note.key, note.mnemonic, note.explanation) for note in notes.values()}
    there = {(line.key, line.mnemonic, line.explanation): line for line in lines}
    left = {key[1:] for key, line in there.items() if all(key) and not line.retired and key not in here}
    return {
        note
        for note in notes.values()
        if (note.mnemonic, note.explanation) in left
        and (note.key, note.mnemonic, note.explanation) not in there
    }


def _natural(section: str, fact: str) -> str:
    """Return the natural key, or nothing for a fact that is all signs: it would equal any other such."""
    return natural_key(section, fact) if slug(fact) else ""


def _is_akin(note: Trace, line: LockedNote) -> bool:
    """Tell whether fact or another text of both is the same."""
    return slug(note.fact) == slug(line.fact) or any(one == other for one, other in _texts(note, line))


def _is_moved(note: Trace, line: LockedNote) -> bool:
    return not _contradicts(note, line)


def _is_alike(note: Trace, line: LockedNote) -> bool:
    one, other = note.fact.casefold(), line.fact.casefold()
    if _TELLING.findall(one) != _TELLING.findall(other):
        return False
    enough = ALIKE_ALONE if _contradicts(note, line) else ALIKE
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    quick = matcher.real_quick_ratio() >= enough and matcher.quick_ratio() >= enough
    return quick and matcher.ratio() >= enough


def _contradicts(note: Trace, line: LockedNote) -> bool:
    """Tell whether each text that both have differs."""
    both = [one == other for one, other in _texts(note, line)]
    return bool(both) and not any(both)


def _texts(note: Trace, line: LockedNote) -> Iterator[tuple[str, str]]:
    """Yield the texts that both have, besides their facts."""
    for name in _TEXTS:
        one, other = getattr(note, name), getattr(line, name)
        if one and other:
            yield one, other
