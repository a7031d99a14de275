"""What two texts have in common by ear: the letters of either that sound alike."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from deckwright.cards.sides import Side
from deckwright.cards.tiles import tiles_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deckwright.cards.tiles import Tile

Stretches = tuple[tuple[int, ...], tuple[int, ...]]

# What may stand between two words that are one stretch in the other text.
_JOINT = re.compile(r"[ \-‐‑'’·]")


@lru_cache(maxsize=10_000)  # a page that follows an author's saves asks for the same ones again and again
def stretches(left: str, right: str) -> Stretches:
    """Return for either text where each stretch starts and ends that `alike` finds, all in a row."""
    mine, yours = alike(left, right)
    return tuple(_stretches(sorted(mine))), tuple(_stretches(sorted(yours)))


def _stretches(places: Sequence[int]) -> Iterator[int]:
    for at, place in enumerate(places):
        if not at or place > places[at - 1] + 1:
            yield place
        if at + 1 == len(places) or places[at + 1] > place + 1:
            yield place + 1


def alike(left: str, right: str) -> tuple[set[int], set[int]]:
    """Return the places in either text (NFC, code points) of what both share by their sounds.

    Nothing beyond the first 100 sounds of a text is looked at.
    """
    sides = Side.of(left), Side.of(right)
    tiles = tiles_of(*sides)
    for tile in tiles:
        _share(tile, *sides)
    for tile in tiles:
        _widen(tile, *sides)
    return sides[0].places(), sides[1].places()


def _share(tile: Tile, left: Side, right: Side) -> None:
    """Mark the letters of a stretch on both sides, silent ones between its sounds too."""
    for pair in tile.pairs:
        for side, at, other, there in ((left, *pair, right), (right, *pair[::-1], left)):
            word, sound = side.numbers[at], side.sounds[at]
            first = sound.first
            if pair != tile.first:
                first = min(first, side.sounds[at - 1].last + 1)
                if side.starts(at):
                    _join(side, at, is_one_word=not there.starts(other))
                    first = 0
            side.letters.update((word, index) for index in range(first, sound.last + 1))
    _halve(left, right, *tile.last)
    _halve(right, left, *tile.last[::-1])


def _halve(side: Side, there: Side, at: int, other: int) -> None:
    """Leave the second of two equal letters to the next syllable if the other text has one: `gradual-ly`."""
    word, sound = side.numbers[at], side.sounds[at]
    theirs = there.sounds[other]
    is_double = sound.last > sound.first and side.base(word, sound.first) == side.base(word, sound.last)
    if is_double and theirs.first == theirs.last and not side.ends(at):
        side.letters.difference_update((word, index) for index in range(sound.first + 1, sound.last + 1))


def _join(side: Side, at: int, *, is_one_word: bool) -> None:
    """Close the gap before a word in the middle of a stretch, which has none in the other text."""
    word = side.numbers[at]
    before = side.words[word - 1]
    letters = before.reading.letters
    between = side.text[before.start + letters[-1].end : side.words[word].start]
    side.letters.update((word - 1, index) for index in range(side.sounds[at - 1].last + 1, len(letters)))
    if is_one_word and _JOINT.fullmatch(between):
        side.joints.add(word)


def _widen(tile: Tile, left: Side, right: Side) -> None:
    """Mark the letters beside a stretch that are the same in both texts, or silent."""
    for step, (at, other) in ((-1, tile.first), (1, tile.last)):
        edges = [_edge(left, at, step), _edge(right, other, step)]
        while grown := _grown(left, right, edges):
            for number, side in grown:
                word, letter = edges[number]
                side.letters.add((word, letter))
                edges[number] = word, letter + step
    for one, two, at, other in ((left, right, *tile.last), (right, left, *tile.last[::-1])):
        _close(one, two, at, other)


def _grown(left: Side, right: Side, edges: Sequence[tuple[int, int]]) -> list[tuple[int, Side]]:
    """Return the sides, by number, on which a stretch goes on by the letter at its edge."""
    sides = [(number, side) for number, side in enumerate((left, right)) if side.base(*edges[number])]
    silent = [(number, side) for number, side in sides if not list(side.takers(*edges[number]))]
    is_same = left.base(*edges[0]) == right.base(*edges[1])
    is_free = all(side.taken.isdisjoint(side.takers(*edges[number])) for number, side in sides)
    return sides if silent and is_same and is_free else silent


def _edge(side: Side, at: int, step: int) -> tuple[int, int]:
    """Return word and index of the letter before or after a sound."""
    sound = side.sounds[at]
    return side.numbers[at], (sound.first if step < 0 else sound.last) + step


def _close(side: Side, there: Side, at: int, other: int) -> None:
    """Mark a last vowel that flows into the one before: `neuralgia` ends as `algae` does."""
    flows = side.sounds[at].is_vowel and there.sounds[other].is_vowel and there.ends(other)
    if flows and not side.ends(at) and side.ends(at + 1) and side.sounds[at + 1].is_vowel:
        word, sound = side.numbers[at + 1], side.sounds[at + 1]
        side.letters.update((word, index) for index in range(sound.first, sound.last + 1))
