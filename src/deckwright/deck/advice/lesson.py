"""A deck as the rules look at it: its notes in order, and their texts without Markdown's signs, made once."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from deckwright.deck.advice.words import content_words
from deckwright.deck.model import TEXTS
from deckwright.source.tree import within

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deckwright.deck.model import Deck, Note, Placed
    from deckwright.source.text import SourceFile, Span

SEAM = "\n\0\n"  # between two texts; no source holds a NUL

_WORD = re.compile(r"[^\W\d_]+")
_LINK = re.compile(r"\[([^\[\]\0]{0,300})\]\([^()\0]{0,300}\)")
_TAG = re.compile(r"<(?:(?P<line>br\b)|/?[a-z])[^<>\0]{0,200}>", re.IGNORECASE)
_GAP = re.compile(r"\{\{c\d{1,5}::|(?:::[^{}\0]{0,300})?\}\}")


@dataclass(frozen=True, slots=True)
class Gallery:
    """What the files of the pictures tell.

    *names* are all files of the media folder, sorted; *used* those that a note or a scene shows. *sizes* are
    the pixels of bitmap scenes by file. By the index of a note in source order, *symbols* has the symbol that
    it shows, and *scenes* the file of the scene on which it lies.
    """

    names: tuple[str, ...] = ()
    used: frozenset[str] = frozenset()
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    symbols: Mapping[int, str] = field(default_factory=dict)
    scenes: Mapping[int, str] = field(default_factory=dict)


class Texts(NamedTuple):
    """The texts of a note, each one empty where there is none."""

    fact: str
    mnemonic: str
    ask: str
    explanation: str


class Read(NamedTuple):
    """A note that is learnt, and its texts without Markdown's signs: as they are, and in lower case.

    *at* is its index in `Lesson.notes`.
    """

    at: int
    placed: Placed
    note: Note
    plain: Texts
    lower: Texts


class Spot(NamedTuple):
    """A place in a text as it was typed: that under *key* of a note, from code point *start* on."""

    note: Note
    key: str
    start: int


@dataclass(frozen=True)
class Lesson:
    """A deck as the rules look at it.

    *notes* are all of the deck in source order; *gaps* says by their index how many cards the gaps of an
    explanation make. A retired note is nobody's lesson any more, so that no rule speaks of it.
    """

    deck: Deck
    notes: tuple[Placed, ...]
    source: SourceFile
    gallery: Gallery = field(default_factory=Gallery)
    gaps: Mapping[int, int] = field(default_factory=dict)

    @property
    def language(self) -> str:
        """The deck's language without its region: `de` of `de-AT`."""
        return self.deck.language.split("-")[0].lower()

    @cached_property
    def live(self) -> tuple[tuple[int, Placed], ...]:
        """The notes that are learnt, each with its index."""
        return tuple((at, placed) for at, placed in enumerate(self.notes) if not placed.note.retired)

    @cached_property
    def _typed(self) -> list[str]:
        """All texts as they were typed, those of a note one after the other."""
        texts: list[str] = []
        for _, placed in self.live:
            note = placed.note
            texts += (note.fact, note.mnemonic, note.ask, note.explanation)
        return texts

    @cached_property
    def typed(self) -> str:
        """All texts as they were typed, in one."""
        return SEAM.join(self._typed)

    @cached_property
    def plain(self) -> str:
        """All texts without Markdown's signs, in one."""
        return plain(self.typed)

    @cached_property
    def _texts(self) -> list[str]:
        return self.plain.split(SEAM)

    @cached_property
    def reads(self) -> tuple[Read, ...]:
        """The notes that are learnt, with their texts to judge by."""
        if not self.live:
            return ()
        texts = iter(map(Texts, *[iter(self._texts)] * len(TEXTS)))
        lower = iter(map(Texts, *[iter(self.plain.lower().split(SEAM))] * len(TEXTS)))
        return tuple(
            Read(index, placed, placed.note, text, low)
            for (index, placed), text, low in zip(self.live, texts, lower, strict=True)
        )

    @cached_property
    def tokens(self) -> frozenset[str]:
        """What stands between blanks in the plain texts, each once."""
        found: set[str] = set()
        for text in self._texts:
            found.update(text.split())
        return frozenset(found)

    @cached_property
    def gist(self) -> str:
        """The tokens in one text, in no order: what is not in it is in no text, and it is much shorter."""
        return f"{' '.join(self.tokens)} "

    @cached_property
    def words(self) -> frozenset[str]:
        """All words of the plain texts, as they are written, each once."""
        return frozenset(_WORD.findall(self.gist))

    @cached_property
    def wanted(self) -> list[list[str]]:
        """The words that carry the meaning of each fact of `reads`, in lower case."""
        return [content_words(read.lower.fact, self.language) for read in self.reads]

    @cached_property
    def _starts(self) -> list[int]:
        """Where each text begins in `typed`."""
        return _starts(self._typed)

    @cached_property
    def _plain_starts(self) -> list[int]:
        """Where each text begins in `plain`."""
        return _starts(self._texts)

    def spot(self, offset: int) -> Spot:
        """Say which text stands at an offset of `typed`, and where in it."""
        return self._spot(self._starts, offset)

    def plain_spot(self, offset: int) -> Spot:
        """Say which text stands at an offset of `plain`, and where in it without its signs."""
        return self._spot(self._plain_starts, offset)

    def _spot(self, starts: list[int], offset: int) -> Spot:
        number = bisect_right(starts, offset) - 1
        at, key = divmod(number, len(TEXTS))
        return Spot(self.live[at][1].note, TEXTS[key], offset - starts[number])

    def span(self, note: Note, key: str, start: int, end: int) -> Span:
        """Find where code points *start* to *end* of a note's text stand in the source."""
        scalar = note.scalar(key)
        if scalar is None:
            return note.span(key)
        lead = max(scalar.text.find(getattr(note, key)), 0)
        return within(self.source, scalar, lead + start, lead + end)


def is_one_line(note: Note) -> bool:
    """Tell whether a note was written as `FACT ~ MNEMONIC`, a form without room for more."""
    pairs = note.node.pairs
    return bool(pairs) and pairs[0][0].span == note.node.span


def _starts(texts: Iterable[str]) -> list[int]:
    return [0, *accumulate(len(text) + len(SEAM) for text in texts)]


def plain(text: str) -> str:
    """Return *text* without the signs of Markdown, gaps and HTML; the words stay."""
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    if "{{" in text:
        text = _GAP.sub("", text)
    if "<" in text:
        text = _TAG.sub(lambda tag: " " if tag["line"] else "", text)
    for sign in "*_`\\":
        if sign in text:
            text = text.replace(sign, "")
    return text
