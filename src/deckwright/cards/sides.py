"""A text as its sounds in a row, and what of it another text shares."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.cards.sounds import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckwright.cards.sounds import Reading, Sound, Word

# Sounds of either side that are looked at: more than any sound-alike has, few enough to compare all.
_MOST = 100


@dataclass(frozen=True, slots=True)
class Side:
    """One text as its sounds in a row; *numbers* are those of their words, with none behind the last."""

    text: str
    words: tuple[Word, ...]
    sounds: tuple[Sound, ...]
    numbers: tuple[int, ...]
    echoes: frozenset[int]  # sounds that are heard as one with the end of the word before
    taken: set[int]  # indices of sounds
    letters: set[tuple[int, int]]  # that are shared, by word and index in it
    joints: set[int]  # words that are joined with the one before

    @classmethod
    def of(cls, text: str) -> Side:
        """Read a text, which is NFC."""
        found = tuple(words(text))
        sounds = tuple(sound for word in found for sound in word.reading.sounds)[:_MOST]
        numbers = tuple(number for number, word in enumerate(found) for _ in word.reading.sounds)[:_MOST]
        echoes = (
            at
            for at in range(1, len(sounds))
            if numbers[at] != numbers[at - 1]
            and sounds[at].kinds == sounds[at - 1].kinds
            and not sounds[at].is_vowel
        )
        return cls(text, found, sounds, (*numbers, -1), frozenset(echoes), set(), set(), set())

    def starts(self, at: int) -> bool:
        """Whether a sound is the first of its word."""
        return self.numbers[at - 1] != self.numbers[at]

    def ends(self, at: int) -> bool:
        """Whether a sound is the last of its word."""
        return self.numbers[at] != self.numbers[at + 1]

    def word(self, at: int) -> Reading:
        """Return the word that a sound is in."""
        return self.words[self.numbers[at]].reading

    def takers(self, word: int, letter: int) -> Iterator[int]:
        """Yield the indices of the sounds that a letter makes; a silent one makes none."""
        first = bisect_left(self.numbers, word, 0, len(self.sounds))
        for at, sound in enumerate(self.sounds[first : first + len(self.words[word].reading.sounds)], first):
            if sound.first <= letter <= sound.last:
                yield at

    def base(self, word: int, letter: int) -> str:
        """Return a letter of a word without case and marks; nothing beyond its ends."""
        letters = self.words[word].reading.letters
        return letters[letter].base if 0 <= letter < len(letters) else ""

    def places(self) -> set[int]:
        """Return the places in the text of all that is shared."""
        found = {self.words[word].start - 1 for word in self.joints}
        for number, index in self.letters:
            word = self.words[number]
            letters = word.reading.letters
            # An apostrophe between two of them belongs to them.
            end = letters[index + 1].start if (number, index + 1) in self.letters else letters[index].end
            found.update(range(word.start + letters[index].start, word.start + end))
        return found
