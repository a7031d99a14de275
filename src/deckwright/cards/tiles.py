"""Stretches of sounds that two texts share.

The longest are taken first, one to one, as long as there are any: greedy string tiling (Wise, 1993).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from deckwright.cards.sounds import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deckwright.cards.sounds import Sound, Word

Pair = tuple[int, int]

# Sounds of either side that are looked at: more than any sound-alike has, few enough to compare all.
_MOST = 100
# Sounds that are worth showing; at the start of words in both texts one less is.
_FEWEST = 3


@dataclass(frozen=True, slots=True)
class Side:
    """One text as its sounds in a row, each with the number of its word."""

    text: str
    words: tuple[Word, ...]
    sounds: tuple[tuple[int, Sound], ...]
    taken: set[int]  # indices of sounds
    letters: set[tuple[int, int]]  # that are shared, by word and index in it
    joints: set[int]  # words that are joined with the one before

    @classmethod
    def of(cls, text: str) -> Side:
        """Read a text, which is NFC."""
        found = tuple(words(text))
        sounds = ((number, sound) for number, word in enumerate(found) for sound in word.sounds)
        return cls(text, found, tuple(sounds)[:_MOST], set(), set(), set())

    def word(self, at: int) -> int:
        """Return the number of the word that a sound is in; none beyond the ends."""
        return self.sounds[at][0] if 0 <= at < len(self.sounds) else -1

    def starts(self, at: int) -> bool:
        """Whether a sound is the first of its word."""
        return self.word(at - 1) != self.word(at)

    def ends(self, at: int) -> bool:
        """Whether a sound is the last of its word."""
        return self.word(at) != self.word(at + 1)

    def echoes(self, at: int) -> bool:
        """Whether a consonant is heard as one with the same at the end of the word before."""
        (_, last), (_, sound) = self.sounds[at - 1 : at + 1]
        return self.starts(at) and sound.kinds == last.kinds and not sound.is_vowel

    def takers(self, word: int, letter: int) -> Iterator[int]:
        """Yield the indices of the sounds that a letter makes; a silent one makes none."""
        for at, (number, sound) in enumerate(self.sounds):
            if number == word and sound.first <= letter <= sound.last:
                yield at

    def base(self, word: int, letter: int) -> str:
        """Return a letter of a word without case and marks; nothing beyond its ends."""
        letters = self.words[word].letters
        return letters[letter].base if 0 <= letter < len(letters) else ""

    def places(self) -> set[int]:
        """Return the places in the text of all that is shared."""
        found = {self.words[word].letters[0].start - 1 for word in self.joints}
        for word, index in self.letters:
            letters = self.words[word].letters
            # An apostrophe between two of them belongs to them.
            end = letters[index + 1].start if (word, index + 1) in self.letters else letters[index].end
            found.update(range(letters[index].start, end))
        return found


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
    while found := [tile for run in _runs(left, right) for tile in _trimmed(run, left, right)]:
        best = max(found, key=lambda tile: _worth(tile, left, right, tiles))
        _take(best, left, right)
        tiles.append(best)
    return [*tiles, *_between(left, right, tiles)]


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
            sounds = left.sounds[at][1], right.sounds[other][1]
            touches = _touches(left, at, mine) and _touches(right, other, yours)
            if touches and not sounds[0].kinds.isdisjoint(sounds[1].kinds) and not sounds[0].is_vowel:
                yield Tile(((at, other),))
                break


def _touches(side: Side, at: int, before: int) -> bool:
    """Tell whether a sound is of one word with the stretch beside it, or no single letter."""
    sound = side.sounds[at][1]
    return sound.last > sound.first or side.word(at) == side.word(before if at == before + 1 else at + 1)


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
            length = len(left.words[left.word(at)].sounds)
            yield Tile(tuple((at + step, last + step) for step in range(length)))


def _spellings(side: Side) -> dict[str, list[int]]:
    """Return by the spelling of each word where its sounds begin."""
    found: dict[str, list[int]] = {}
    for at in range(len(side.sounds)):
        word = side.words[side.word(at)]
        if side.starts(at) and at + len(word.sounds) <= len(side.sounds):
            found.setdefault(word.spelling, []).append(at)
    return found


def _is_telling(side: Side, at: int) -> bool:
    """Tell whether a word is more than a stray letter: `B` and `5` are, not `a`, nor `A` as the first."""
    word = side.words[side.word(at)]
    is_article = side.text[word.letters[0].start].islower() or (at == 0 and word.sounds[0].is_vowel)
    return len(word.letters) > 1 or not is_article


def _runs(left: Side, right: Side) -> Iterator[list[Pair]]:
    """Yield the stretches of sounds that both sides have, each as long as it goes."""
    lengths: dict[Pair, int] = {}
    before: dict[Pair, Pair] = {}
    echoes = [{at for at in range(1, len(side.sounds)) if side.echoes(at)} for side in (left, right)]
    for at, (_, sound) in enumerate(left.sounds):
        for other, (_, candidate) in enumerate(right.sounds):
            if at in left.taken or other in right.taken or sound.kinds.isdisjoint(candidate.kinds):
                continue
            steps = [(at - 1, other - 1)]
            steps += [(at - 1, other)] * (at in echoes[0]) + [(at, other - 1)] * (other in echoes[1])
            best = max(steps, key=lambda step: lengths.get(step, 0))
            lengths[at, other] = lengths.get(best, 0) + 1
            if best in lengths:
                before[at, other] = best
    inner = set(before.values())
    for end in lengths:
        if end not in inner:
            run = [end]
            while run[-1] in before:
                run.append(before[run[-1]])
            yield run[::-1]


def _trimmed(run: list[Pair], left: Side, right: Side) -> Iterator[Tile]:
    """Yield a stretch without single sounds of further words at its ends, if enough is left."""
    start, end = 0, len(run)
    while start < end and (
        _is_weak(*run[end - 1], left, right) or _is_stray(run[start:end][::-1], left, right)
    ):
        end -= 1
    while start < end and _is_stray(run[start:end], left, right):
        start += 1
    if start < end and _is_worth_showing(run[start:end], left, right):
        yield Tile(tuple(run[start:end]))


def _is_weak(at: int, other: int, left: Side, right: Side) -> bool:
    """Tell whether a sound is a vowel that both spell their own way, and that no word ends with."""
    spelled = {
        side.words[side.word(place)].letters[side.sounds[place][1].first].base
        for side, place in ((left, at), (right, other))
    }
    return len(spelled) > 1 and left.sounds[at][1].is_vowel and not (left.ends(at) or right.ends(other))


def _is_stray(pairs: Sequence[Pair], left: Side, right: Side) -> bool:
    """Tell whether a stretch goes on from one word to another, with no more than one letter of the first."""
    return _begins_alone([at for at, _ in pairs], left) or _begins_alone([at for _, at in pairs], right)


def _begins_alone(stretch: Sequence[int], side: Side) -> bool:
    word = side.word(stretch[0])
    of_word = set(takewhile(lambda at: side.word(at) == word, stretch))
    letters = {side.sounds[at][1].first for at in of_word}
    return (
        len(letters) == 1 and side.word(stretch[-1]) != word and len(of_word) < len(side.words[word].sounds)
    )


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
    return [left.sounds[at][1] for at in once.values()]
