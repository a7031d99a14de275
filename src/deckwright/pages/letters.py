"""Words that lost a letter, or in which two changed places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckwright.pages.reading import OFTEN, SELDOM, VERY_OFTEN

if TYPE_CHECKING:
    from deckwright.pages.reading import Reading

_LATIN = ("a", "ae", "e", "i", "is", "um", "us")  # ends of words that are whole, whatever may follow them
_SPELLINGS = (("ae", "e"), ("oe", "e"), ("ou", "o"))
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_FAR_AHEAD = 20  # times as often as the next candidate
_RARE = 30_000
_SURE = 3  # times the page writes two words, before it overrules a word that is known
_SHORT = 4  # letters up to which a word needs its neighbours to be known
_LONG = 6  # letters from which on a seldom word will do
_NAME = 8  # letters up to which a word with a capital may be a name
_PART, _HALF = 4, 5


def by_context(reading: Reading, at: int) -> str:
    """Return the word that the page writes elsewhere beside the same neighbour, with a letter more."""
    token = reading.tokens[at]
    word = token.text.lower()
    if len(word) < _PART or reading.lexicon.count(word) or token.text.isupper():
        return ""
    for step in (1, -1):
        if not 0 <= at + step < len(reading.tokens):
            continue
        other = reading.tokens[at + step]
        if not reading.beside(*((token, other) if step > 0 else (other, token))):
            continue
        for near in reading.followers.get((other.text.lower(), -step), ()):
            pair = (near, other.text.lower()) if step > 0 else (other.text.lower(), near)
            is_sure = reading.pairs[pair] >= _SURE or not reading.lexicon.knows(word)
            if is_sure and near in _longer(word) and near[-1] != "s" and not _is_variant(word, near):
                return _like(token.text, near)
    return ""


def with_letter(reading: Reading, at: int) -> str:
    """Return the word that lost a letter; empty where it may be another, or none."""
    token = reading.tokens[at]
    word = token.text.lower()
    if len(word) < _SHORT - 1 or not word.isascii() or reading.is_sound(word) or reading.vouches(word):
        return ""
    if not token.text.islower():
        on_page = [
            near
            for near in _longer(word)
            if reading.counts[near] and not _may_be_meant(reading, at, word, near)
        ]
        if len(word) > _HALF and token.text[1:].islower() and len(on_page) == 1:
            return _like(token.text, on_page[0])
        if len(word) < _NAME or not token.text[1:].islower() or not reading.begins(token):
            return ""
    near_ones = [near for near in _near(reading, word) if not _may_be_meant(reading, at, word, near)]
    found = sorted(((_vote(reading, at, near), near) for near in near_ones), reverse=True)
    if not found or found[0][0] < _RARE:
        return ""
    if len(found) > 1 and found[0][0] < _FAR_AHEAD * found[1][0]:
        return ""
    return _like(token.text, found[0][1])


def _near(reading: Reading, word: str) -> set[str]:
    """Return the known words from which *word* came by losing a letter, or by two changing places."""
    lexicon, counts = reading.lexicon, reading.counts
    found = {near for near in _longer(word) if lexicon.lists(near)}
    if len(word) > _HALF:
        swapped = (word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1))
        doubled = (word[:i] + word[i + 1 :] for i in range(len(word) - 1) if word[i] == word[i + 1])
        found |= {near for near in (*swapped, *doubled) if lexicon.count(near) > OFTEN or counts[near]}
    return {near for near in found if near != word and (near not in lexicon.drugs or counts[near])}


def _longer(word: str) -> set[str]:
    """Return *word* with any letter put in anywhere."""
    return {word[:at] + letter + word[at:] for at in range(len(word) + 1) for letter in _LETTERS}


def _may_be_meant(reading: Reading, at: int, word: str, near: str) -> bool:
    """Whether *word* may be right though *near* is too: in another spelling, in Latin, or in another form.

    A letter lost at either end leaves what may be a word of its own; the neighbours must speak for it.
    """
    if _is_variant(word, near):
        return True
    if near.startswith(word):
        return near[-1] in "sde" or word.endswith(_LATIN) or not _beside(reading, at, near)
    return near.endswith(word) and not _beside(reading, at, near)


def _is_variant(word: str, near: str) -> bool:
    """Whether two words are one in American and British spelling."""
    is_double = word == near.replace("ll", "l") and not near.endswith("lly")  # `traveller`
    return is_double or word in (near.replace(british, american) for british, american in _SPELLINGS)


def _vote(reading: Reading, at: int, near: str) -> float:
    """How much speaks for a word at a place: how often it is written, here and elsewhere."""
    lexicon, beside = reading.lexicon, _beside(reading, at, near)
    often = float(lexicon.count(near) or SELDOM)
    enough = SELDOM if len(near) > _LONG else OFTEN
    if often < enough and not beside and near not in lexicon.medical:
        return 0.0
    if len(reading.tokens[at].text) <= _SHORT:
        return beside if often > VERY_OFTEN / 10 else 0.0
    return often + beside


def _beside(reading: Reading, at: int, near: str) -> float:
    """How often English texts, or this page, hold a word beside the neighbours of a place."""
    found = 10.0 * VERY_OFTEN if reading.counts[near] else 0.0
    if at:
        found += reading.lexicon.pair(reading.tokens[at - 1].text.lower(), near)
    if at + 1 < len(reading.tokens):
        found += reading.lexicon.pair(near, reading.tokens[at + 1].text.lower())
    return found


def _like(pattern: str, word: str) -> str:
    return word.capitalize() if pattern[:1].isupper() else word
