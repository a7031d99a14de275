"""Stretches of sounds that two texts share.

The longest are taken first, one to one, as long as there are any: greedy string tiling (Wise, 1993).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from deckwright.cards.sides import Side
    from deckwright.cards.sounds import Sound

Pair = tuple[int, int]

# Sounds that are worth showing; at the start of words in both texts one less is.
_FEWEST = 3


@dataclass(frozen=True, slots=True)
class Tile:
    """A stretch of sounds that both sides have: pairs of indices, in order.

    A sound that ends one word and begins the next may be but one of the other side.
    """

    pairs: tuple[Pair, ...]

    @property
    def first(self) -> Pair:
        """The indices of its first sound."""
        return self.pairs[0]

    @property
    def last(self) -> Pair:
        """The indices of its last sound."""
        return self.pairs[-1]


def tiles_of(left: Side, right: Side) -> list[Tile]:
    """Return what both sides share, one to one: equal words, then the longest stretch each time."""
    tiles: list[Tile] = []
    for tile in _equal_words(left, right):
        _take(tile, left, right)
        tiles.append(tile)
    pairs = list(_pairs(left, right))
    known: dict[tuple[Pair, ...], Tile | None] = {}
    while found := list(_candidates(pairs, left, right, known)):
        best = max(found, key=lambda tile: _worth(tile, left, right, tiles))
        _take(best, left, right)
        tiles.append(best)
        pairs = [pair for pair in pairs if pair[0] not in left.taken and pair[1] not in right.taken]
    return [*tiles, *_between(left, right, tiles)]


def _pairs(left: Side, right: Side) -> Iterator[Pair]:
    """Yield the sounds that may be the same, but for those that are taken, in order."""
    theirs = [(other, sound.kinds) for other, sound in enumerate(right.sounds) if other not in right.taken]
    found: dict[frozenset[str], list[int]] = {}  # most sounds come more than once
    for at, sound in enumerate(left.sounds):
        if at not in left.taken:
            if sound.kinds not in found:
                found[sound.kinds] = [other for other, kinds in theirs if not sound.kinds.isdisjoint(kinds)]
            yield from [(at, other) for other in found[sound.kinds]]


def _candidates(
    pairs: Sequence[Pair], left: Side, right: Side, known: dict[tuple[Pair, ...], Tile | None]
) -> Iterator[Tile]:
    """Yield the stretches of *pairs* that are worth showing; *known* are those that were looked at before."""
    for run in _runs(pairs, left.echoes, right.echoes):
        if run not in known:
            known[run] = _trimmed(run, left, right)
        if tile := known[run]:
            yield tile


def _between(left: Side, right: Side, tiles: Sequence[Tile]) -> Iterator[Tile]:
    """Yield the consonants between two stretches that touch one of them in either text.

    So the l of `sclerosis` sounds in `Skull-roses`, although it stands beside other vowels there.
    """
    for before, after in pairwise(sorted(tiles, key=lambda tile: tile.first)):
        (mine, yours), (my_end, your_end) = before.last, after.first
        pairs = [
            (at, other)
            for at in sorted({mine + 1, my_end - 1} - left.taken)
            for other in sorted({yours + 1, your_end - 1} - right.taken)
            if mine < at < my_end and yours < other < your_end
        ]
        for at, other in pairs:
            sounds = left.sounds[at], right.sounds[other]
            touches = _touches(left, at, mine) and _touches(right, other, yours)
            if touches and not sounds[0].kinds.isdisjoint(sounds[1].kinds) and not sounds[0].is_vowel:
                yield Tile(((at, other),))
                break


def _touches(side: Side, at: int, before: int) -> bool:
    """Tell whether a sound is of one word with the stretch beside it, or no single letter."""
    sound = side.sounds[at]
    beside = before if at == before + 1 else at + 1
    return sound.last > sound.first or side.numbers[at] == side.numbers[beside]


def _take(tile: Tile, left: Side, right: Side) -> None:
    for at, other in tile.pairs:
        left.taken.add(at)
        right.taken.add(other)


def _equal_words(left: Side, right: Side) -> Iterator[Tile]:
    """Yield the words that both sides have, in their order as far as they are in order."""
    theirs = _spellings(right)
    last = -1
    for spelling, places in _spellings(left).items():
        for at in places:
            equal = theirs.get(spelling)
            if not equal or not _is_telling(left, at):
                break
            last = next((other for other in equal if other > last), equal[0])
            equal.remove(last)
            length = len(left.word(at).sounds)
            yield Tile(tuple((at + step, last + step) for step in range(length)))


def _spellings(side: Side) -> dict[str, list[int]]:
    """Return by the spelling of each word where its sounds begin."""
    found: dict[str, list[int]] = {}
    for at in range(len(side.sounds)):
        word = side.word(at)
        if side.starts(at) and at + len(word.sounds) <= len(side.sounds):
            found.setdefault(word.spelling, []).append(at)
    return found


def _is_telling(side: Side, at: int) -> bool:
    """Tell whether a word is more than a stray letter: `B` and `5` are, not `a`, nor `A` as the first."""
    word = side.word(at)
    is_article = side.text[side.words[side.numbers[at]].start].islower() or (
        at == 0 and word.sounds[0].is_vowel
    )
    return len(word.letters) > 1 or not is_article


def _runs(pairs: Iterable[Pair], mine: frozenset[int], yours: frozenset[int]) -> Iterator[tuple[Pair, ...]]:
    """Yield the stretches of *pairs*, each as long as it goes; a single sound is none.

    Sounds among *mine* and *yours* may go on with one that the other side has but once.
    """
    lengths: dict[Pair, int] = {}
    before: dict[Pair, Pair] = {}
    for pair in pairs:
        at, other = pair
        best = (at - 1, other - 1)
        length = lengths.get(best, 0)
        if at in mine and lengths.get((at - 1, other), 0) > length:
            best, length = (at - 1, other), lengths[at - 1, other]
        if other in yours and lengths.get((at, other - 1), 0) > length:
            best, length = (at, other - 1), lengths[at, other - 1]
        lengths[pair] = length + 1
        if length:
            before[pair] = best
    inner = set(before.values())
    for end in before:
        if end not in inner:
            run = [end]
            while run[-1] in before:
                run.append(before[run[-1]])
            yield tuple(run[::-1])


def _trimmed(run: tuple[Pair, ...], left: Side, right: Side) -> Tile | None:
    """Return a stretch without single sounds of further words at its ends, if enough is left."""
    start, end = 0, len(run)
    while start < end and (
        _is_weak(*run[end - 1], left, right) or _is_stray(run[start:end][::-1], left, right)
    ):
        end -= 1
    while start < end and _is_stray(run[start:end], left, right):
        start += 1
    return Tile(run[start:end]) if start < end and _is_worth_showing(run[start:end], left, right) else None


def _is_weak(at: int, other: int, left: Side, right: Side) -> bool:
    """Tell whether a sound is a vowel that both spell their own way, and that no word ends with."""
    if not left.sounds[at].is_vowel or left.ends(at) or right.ends(other):
        return False
    mine = left.word(at).letters[left.sounds[at].first]
    return mine.base != right.word(other).letters[right.sounds[other].first].base


def _is_stray(pairs: Sequence[Pair], left: Side, right: Side) -> bool:
    """Tell whether a stretch goes on from one word to another, with no more than one letter of the first."""
    return _begins_alone([at for at, _ in pairs], left) or _begins_alone([at for _, at in pairs], right)


def _begins_alone(stretch: Sequence[int], side: Side) -> bool:
    number = side.numbers[stretch[0]]
    if side.numbers[stretch[-1]] == number:
        return False
    of_word = set(takewhile(lambda at: side.numbers[at] == number, stretch))
    letters = {side.sounds[at].first for at in of_word}
    return len(letters) == 1 and len(of_word) < len(side.words[number].reading.sounds)


def _is_worth_showing(pairs: Sequence[Pair], left: Side, right: Side) -> bool:
    """Tell whether a stretch says more than chance: enough sounds, no vowels alone, not amid both words."""
    (mine, yours), (my_last, your_last) = pairs[0], pairs[-1]
    sounds = _heard(pairs, left)
    weight = sum(sound.weight for sound in sounds)
    at_start = left.starts(mine) and right.starts(yours)
    at_edge = left.starts(mine) or right.starts(yours) or left.ends(my_last) or right.ends(your_last)
    enough = len(sounds) > 1 and weight >= _FEWEST + (not at_edge) - at_start
    return enough and not all(sound.is_vowel for sound in sounds)


def _worth(tile: Tile, left: Side, right: Side, tiles: Sequence[Tile]) -> tuple[float, float]:
    """Rate a stretch: long, at the edges of words, in the order of what is taken already."""
    (mine, yours), (last, other) = tile.first, tile.last
    edges = left.starts(mine) + right.starts(yours) + (left.ends(last) + right.ends(other)) / 2
    crossed = any((mine < taken.first[0]) != (yours < taken.first[1]) for taken in tiles)
    apart = abs(mine / len(left.sounds) - yours / len(right.sounds))
    return len(_heard(tile.pairs, left)) + edges / 2 - crossed, -apart


def _heard(pairs: Sequence[Pair], left: Side) -> list[Sound]:
    """Return the sounds of a stretch, those that are two on one side once."""
    once = {other: at for at, other in dict(pairs).items()}
    return [left.sounds[at] for at in once.values()]
