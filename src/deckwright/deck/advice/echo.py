"""How words sound, roughly, in an English mouth: enough to tell an echo from none."""

from __future__ import annotations

import re
from typing import NamedTuple

from jellyfish import metaphone

from deckwright.deck.advice.words import STOP_WORDS

_LONGEST = 300  # characters of a text that are listened to
_FEW = 8  # words that are gone through one by one
_LONGEST_ABBREVIATION = 6
_SHORT_CODE = 3  # up to so many consonants, the vowels tell words apart
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_PIECE = re.compile(r"[^\W\d_]+|\d+")
_APART = re.compile(r"[\d\u0250-\U0010ffff]+")  # what the code has no sounds for
_VOWELS = re.compile("[aeiouy]+")
_RIME = re.compile(r"[aeiouy]+[^aeiouy]*(?:(?<=[^aeiouy])e)?$")
_SMALL = STOP_WORDS["en"]
_NOTHING = frozenset[str]()

_TO_SOUNDS = str.maketrans({"B": "P", "J": "X", "0": "T"})  # near enough: bill and pill, chin and gin
_VOWEL_SOUNDS = (
    *(("ee", "i"), ("ea", "i"), ("ie", "i"), ("ey", "i"), ("y", "i"), ("oo", "u"), ("ou", "u"), ("ew", "u")),
    *(("ue", "u"), ("ai", "e"), ("ei", "e"), ("ae", "e"), ("oa", "o"), ("ow", "o"), ("au", "o"), ("aw", "o")),
)
_LETTERS = {
    "a": "ay", "b": "bee", "c": "see", "d": "dee", "e": "ee", "f": "eff", "g": "jee",
    "h": "aitch", "i": "eye", "j": "jay", "k": "kay", "l": "ell", "m": "em", "n": "en",
    "o": "oh", "p": "pee", "q": "cue", "r": "ar", "s": "ess", "t": "tee", "u": "you",
    "v": "vee", "w": "double", "x": "eks", "y": "why", "z": "zee",
}  # fmt: skip
_NUMBERS = {
    "": "zero", "1": "one", "2": "two", "3": "three", "4": "four", "5": "five", "6": "six", "7": "seven",
    "8": "eight", "9": "nine", "10": "ten", "11": "eleven", "12": "twelve", "20": "twenty", "100": "hundred",
    "II": "two", "III": "three", "IV": "four", "VI": "six", "VII": "seven", "VIII": "eight", "IX": "nine",
    "XI": "eleven", "XII": "twelve",
}  # fmt: skip


class _Heard(NamedTuple):
    """What is heard of a word: what it *gives* to an echo, and what it answers to (*takes*).

    Both hold how it begins, rhymes and runs. A word of one consonant also gives that, and every word takes
    all of its consonants: `Bee` is in `albuterol`, though nothing else of it is.
    """

    gives: frozenset[str]
    takes: frozenset[str]


class Ear(dict[str, _Heard]):
    """Listens to texts; every word is sounded out but once."""

    def __missing__(self, piece: str) -> _Heard:
        """Sound a word out."""
        heard = self[piece] = _sound_out(piece)
        return heard

    def echoes(self, fact: str, mnemonic: str) -> bool:
        """Tell whether two texts share a beginning, syllable, rhyme, number or letter of an abbreviation.

        Also true where either has no Latin letter or nothing but small words, as nothing can be said then.
        """
        fact, mnemonic = fact[:_LONGEST], mnemonic[:_LONGEST]
        one = [self[piece] for piece in _PIECE.findall(fact)]
        two = [self[piece] for piece in _PIECE.findall(mnemonic)]
        if len(one) > _FEW:
            one = [_together(one)]
        for gives, takes in one:
            for given, taken in two:
                if not (gives.isdisjoint(taken) and takes.isdisjoint(given)):
                    return True
        if not (any(word.gives for word in one) and any(word.gives for word in two)):
            return True
        return not (_LATIN.search(fact) and _LATIN.search(mnemonic))


def _together(heard: list[_Heard]) -> _Heard:
    gives, takes = zip(*heard, strict=True)
    return _Heard(_NOTHING.union(*gives), _NOTHING.union(*takes))


def phonetic_key(text: str) -> str:
    """Return what two texts have in common if they sound the same; empty for one without sounds.

    Numbers, and letters that are not Latin, stand for themselves. Where few consonants tell words apart, the
    vowels count too.
    """
    text = text[:_LONGEST]
    code = metaphone(text).replace(" ", "")
    if len(code) <= _SHORT_CODE:
        code += f" {''.join(_VOWELS.findall(_vowels(text.lower())))}" if code else ""
    is_plain = text.isascii() and text.replace(" ", "").isalpha()
    apart = "" if is_plain else " ".join(_APART.findall(text.lower()))
    return f"{code} {apart}".strip()


def _sound_out(piece: str) -> _Heard:
    if piece.isdigit() and piece.lstrip("0") not in _NUMBERS:
        return _Heard(number := frozenset({piece}), number)
    if piece.lower() in _SMALL and not piece.isupper():
        return _Heard(_NOTHING, _NOTHING)
    word = (_NUMBERS.get(piece.lstrip("0")) or piece).lower()
    code = metaphone(word).replace(" ", "")
    soft = code.translate(_TO_SOUNDS)
    full = {f"^{word[0]}", f"^{code[:1]}", *_rime(word)}
    full.update(soft[at : at + 2] for at in range(len(soft) - 1))
    full.update(f".{word[at : at + 3]}" for at in range(len(word) - 2))
    if piece.isupper() and len(piece) <= _LONGEST_ABBREVIATION:
        full.update(f"^{letter}" for letter in word)
        full.update(f"^{metaphone(_LETTERS.get(letter, letter))[:1]}" for letter in word)
    consonants = {f"~{one}" for one in soft if one not in "AEIOU"}
    return _Heard(frozenset(full | consonants if len(soft) == 1 else full), frozenset(full | consonants))


def _rime(word: str) -> set[str]:
    """Return how a word ends from its last vowel on; a long word's bare vowel is no rhyme."""
    found = _RIME.search(word)
    if not found:
        return set()
    rime = _vowels(found[0])
    rime = re.sub(r"(.)\1+", r"\1", rime[:-1] if len(rime) > 1 and rime.endswith("e") else rime)
    is_short = len(_VOWELS.findall(word)) == 1
    return {f"{rime}$"} if is_short or len(rime) > 1 else set()


def _vowels(text: str) -> str:
    for written, sound in _VOWEL_SOUNDS:
        text = text.replace(written, sound)
    return text
