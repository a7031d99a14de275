"""Words as the sounds they are read by, roughly: what sounds alike in most tongues has a sound in common.

Rough on purpose: `Chlamydia` and `Clam idea` have to meet, whoever reads them. Latin letters go by a few
rules of spelling; letters of other scripts stand for themselves.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# What a run of letters may sound like: one string of alternatives a sound. The first rule that fits counts;
# a letter without a rule sounds like itself, one with an empty rule is silent.
_SPELLINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"^(?:k(?=n)|[gm](?=n)|p(?=[nst])|w(?=r))", ()),
    (r"(?<=m)b$", ()),
    (r"(?:(?<=[aeiouy][^aeiou\W])|(?<=[aeiouy][^aeiou\W]{2})|(?<=[aeiouy][^aeiou\W]{3}))e$", ()),
    (r"gh(?=t|$)", ()),
    (r"t(?=ch)", ()),
    (r"c+h", ("kCS",)),
    (r"sh", ("S",)),
    (r"ti(?=on)", ("S",)),
    (r"ph+", ("f",)),
    (r"h", ()),
    (r"s?c(?=[eiy])", ("s",)),
    (r"c+k*|k+|q", ("k",)),
    (r"(?<=q)u", ("w",)),
    (r"^x", ("s",)),
    (r"x+", ("k", "s")),
    (r"d(?=g[ei])", ()),
    (r"g+(?=[eiy])", ("gj",)),
    (r"gu(?=[ei])", ("g",)),
    (r"[sz]+", ("s",)),
    (r"^y(?=[aeou])", ("ij",)),
    (r"ee+|ey$|ie|ii+", ("i",)),
    (r"e(?=a$)(?<=[a-z]{2}.)", ("ie",)),
    (r"ea|ei|ey", ("iea",)),
    (r"eu|ew", ("ue",)),
    (r"[eiu](?=r)", ("ieua",)),
    (r"e|i", ("ie",)),
    (r"y", ("ie",)),
    (r"oo+", ("uo",)),
    (r"ou", ("uoa",)),
    (r"o[aw]", ("o",)),
    (r"oe", ("oie",)),
    (r"u[ei]?", ("u",)),
    (r"a[uw]", ("ao",)),
    (r"a[eiy]", ("aei",)),
    (r"([a-z])\1*", ()),
)
_RULES = tuple((re.compile(spelling), sounds) for spelling, sounds in _SPELLINGS[:-1])
_LETTER_RUN = re.compile(_SPELLINGS[-1][0])
_VOWELS = frozenset("aeiou")
# Within words and within numbers; whatever else is no letter parts them.
_APOSTROPHES = "'’"
_POINTS = ".,:"
_ASCII_WORD = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)*|[0-9]+(?:(?:[.,:]|\.,:?|,:)[0-9]+)*")
# Unseen within words: soft hyphens, and what tells the letters of some scripts how to join.
_JOINERS = "\u00ad\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter with its marks, or a digit: its place in the word, and what it is without case and marks."""

    start: int
    end: int
    base: str


@dataclass(frozen=True, slots=True)
class Sound:
    """One sound: the letters that make it, from *first* to *last* of its word, and what it may be."""

    first: int
    last: int
    kinds: frozenset[str]
    is_vowel: bool  # and nothing else
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Reading:
    """How a word is read; its *spelling* is without case and marks, yet `1.0` keeps its point."""

    letters: tuple[Letter, ...]
    sounds: tuple[Sound, ...]
    spelling: str


@dataclass(frozen=True, slots=True)
class Word:
    """Letters that are read together, and where in the text they start."""

    start: int
    reading: Reading


def words(text: str) -> Iterator[Word]:
    """Yield the words of a text, which is NFC; hyphens, brackets and all other signs part them."""
    spans = (match.span() for match in _ASCII_WORD.finditer(text)) if text.isascii() else _spans(text)
    return (Word(start, _read(text[start:end])) for start, end in spans)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where words start and end."""
    first = last = None
    for letter in _letters(text):
        if first and last and not _belongs(text, last, letter):
            yield first.start, last.end
            first = None
        first, last = first or letter, letter
    if first and last:
        yield first.start, last.end


@lru_cache(maxsize=20_000)  # the words of a subject come again and again
def _read(word: str) -> Reading:
    """Read a word; one without sounds, as `H`, is spelled."""
    letters = tuple(_letters(word))
    sounds = tuple(_sounds(letters)) or tuple(
        _sound(index, index, frozenset({letter.base})) for index, letter in enumerate(letters)
    )
    return Reading(letters, sounds, _spelling(letters))


def _sound(first: int, last: int, kinds: frozenset[str], weight: int = 1) -> Sound:
    return Sound(first, last, kinds, kinds <= _VOWELS, weight)


def _letters(text: str) -> Iterator[Letter]:
    starts = [at for at, char in enumerate(text) if not _is_part(char)]
    for start, end in pairwise([*starts, len(text)]):
        if text[start].isalnum():
            yield Letter(start, end, _base(text[start:end]))


def _is_part(char: str) -> bool:
    """Tell whether a character belongs to the letter before it."""
    return char in _JOINERS or unicodedata.category(char).startswith("M")


def _base(cluster: str) -> str:
    """Return a letter without case, and without the marks that only colour it; vowel signs stay.

    A sign that is a whole syllable is one sound, never its parts: `한` is not half of `할`.
    """
    if unicodedata.east_asian_width(cluster[0]) == "W":
        return cluster
    parts = unicodedata.normalize("NFKD", cluster.casefold())
    return (
        "".join(part for part in parts if not unicodedata.combining(part) and part not in _JOINERS) or cluster
    )


def _spelling(letters: Sequence[Letter]) -> str:
    parts = [
        ("." if letter.base.isdigit() and before.end < letter.start else "") + letter.base
        for before, letter in pairwise(letters)
    ]
    return "".join([letters[0].base, *parts])


def _belongs(text: str, before: Letter, letter: Letter) -> bool:
    """Tell whether a letter goes on with the word of the one *before*; numbers are words of their own."""
    between = text[before.end : letter.start]
    is_number = letter.base.isdigit()
    if between and between not in (_POINTS if is_number else _APOSTROPHES):
        return False
    return before.base.isdigit() == is_number


def _sounds(letters: Sequence[Letter]) -> Iterator[Sound]:
    if letters[0].base.isdigit():
        yield _sound(0, len(letters) - 1, frozenset({f"number {_spelling(letters)}"}))
        return
    # One letter may have a base of two, as `ß` has, so places in the spelling are looked up.
    owners = [index for index, letter in enumerate(letters) for _ in letter.base]
    spelling = "".join(letter.base for letter in letters)
    at = 0
    while at < len(spelling):
        end, kinds = _reading(spelling, at)
        weight = 2 if unicodedata.east_asian_width(spelling[at]) in "WF" else 1  # a whole syllable
        for kind in kinds:
            yield _sound(owners[at], owners[end - 1], kind, weight)
        at = end


def _reading(spelling: str, at: int) -> tuple[int, tuple[frozenset[str], ...]]:
    for rule, sounds in _RULES:
        match = rule.match(spelling, at)
        if match:
            return match.end(), tuple(map(frozenset, sounds))
    match = _LETTER_RUN.match(spelling, at)
    if match:
        return match.end(), (frozenset(spelling[at]),)
    return at + 1, (frozenset({spelling[at]}),)
