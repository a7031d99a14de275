"""Words that ran into their neighbours: where one that nobody knows comes apart into two."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckwright.deck.advice.words import STOP_WORDS
from deckwright.pages.reading import OFTEN, REPEATED, SELDOM, VERY_OFTEN

if TYPE_CHECKING:
    from deckwright.pages.reading import Reading

_SMALL = STOP_WORDS["en"]
_ARTICLES = frozenset({"a", "an", "the"})
# Words that run into the one before them, beyond the small ones.
_TAILS = frozenset({
    "include", "includes", "including", "involve", "involves", "involving", "cause", "causes", "causing",
    "treat", "treats", "like", "reduces", "increases", "decreases", "occurs", "lowers", "raises", "appears",
    "develops", "improves", "inhibits", "blocks", "binds", "leads", "acts", "works", "helps", "prevents",
    "requires", "produces", "results", "depends", "remains", "becomes", "affects",
})  # fmt: skip
# Small words with which sound compounds begin or end: `overdose`, `inpatient`, `washout`.
_FUSING = frozenset({
    "a", "after", "all", "an", "as", "at", "be", "before", "by", "do", "down", "he", "her", "his", "i", "if",
    "in", "it", "me", "my", "no", "off", "on", "one", "or", "our", "out", "over", "so", "to", "under", "up",
    "us", "we",
})  # fmt: skip
# Ends of words before which an `a` may well mean `not`, or is no article at all.
_NO_NOUN = re.compile(r"(?:ed|ic|al|ar|ous|ive|ent|ant|ing|(?<![su])s)\Z")
_ADJECTIVE = ("al", "ar", "ill")  # before `is` the Latin of anatomy: `dorsalis`
_INFLECTED = re.compile(r"(?:(?<!s)s|ed|ing|ion|ment|ity|ness|ous|ive|ant|ent|al|ly|ic)\Z")
_WHOLE, _PART, _HALF = 4, 4, 5  # letters of words that come apart, and of what they come apart into


def taken_apart(reading: Reading, at: int) -> str:
    """Return the two words that ran together in one that nobody knows; empty where that is in doubt."""
    token, word = reading.tokens[at], reading.tokens[at].text.lower()
    after = reading.tokens[at + 1].text.lower() if at + 1 < len(reading.tokens) else ""
    if len(word) < _WHOLE or token.text[1:] != word[1:] or not word.isascii() or reading.is_sound(word):
        return ""
    found = [
        (_weight(reading, word[:cut], word[cut:]), cut)
        for cut in range(1, len(word))
        if _may_part(reading, word[:cut], word[cut:], after)
    ]
    if not found:
        return ""
    cut = max(found)[1]
    if (
        token.text[0].isupper()
        and word[:cut] not in _SMALL
        and not reading.counts[word[:cut]]
        and cut <= _HALF
    ):
        return ""
    repeated = reading.counts[word] >= REPEATED
    if repeated and word[:cut] not in _ARTICLES and word[cut:] not in _SMALL | _TAILS:
        return ""
    return f"{token.text[:cut]} {token.text[cut:]}"


def _weight(reading: Reading, left: str, right: str) -> float:
    lexicon = reading.lexicon
    common = min(lexicon.count(left) or SELDOM, lexicon.count(right) or SELDOM)
    return lexicon.pair(left, right) * 10.0 + common


def _may_part(reading: Reading, left: str, right: str, after: str) -> bool:
    """Whether two words may have run together here."""
    pair = reading.lexicon.pair(left, right)
    if left in _SMALL:
        return pair >= VERY_OFTEN if right in _SMALL else _after_small(reading, left, right, pair)
    if len(left) < _PART or not _is_left(reading, left):
        return False
    if right in _SMALL:
        return _before_small(reading, left, right, after)
    is_right = len(right) >= _PART and reading.lexicon.lists(right)
    return is_right and (right in _TAILS or _two_of_a_kind(reading, left, right, pair))


def _is_left(reading: Reading, left: str) -> bool:
    """Whether a word may stand before another: a form of a known one must be long to count."""
    lexicon = reading.lexicon
    return lexicon.lists(left) or reading.vouches(left) or (len(left) > _HALF and lexicon.knows(left))


def _after_small(reading: Reading, left: str, right: str, pair: int) -> bool:
    """Whether a word may have run into the small one before it: `asubtype`, `ofspasticity`."""
    if len(right) < _PART or not (reading.lexicon.lists(right) or reading.counts[right] >= REPEATED):
        return False
    often = reading.lexicon.count(right)
    if left in ("a", "an"):
        vowel = right[0] in "aeiou"
        known = often >= OFTEN or pair > 0 or reading.counts[right] > 0
        return vowel == (left == "an") and known and not _NO_NOUN.search(right)
    if left in _FUSING:
        return pair > 0 and often >= OFTEN
    return pair > 0 or often >= (SELDOM if len(right) > _PART else OFTEN) or reading.counts[right] > 0


def _before_small(reading: Reading, left: str, right: str, after: str) -> bool:
    """Whether a small word may have run into the one before it: `supervisionis`, `treatmentof`."""
    if right in ("a", "i") or (right == "is" and left.endswith(_ADJECTIVE)):
        return False
    pair = reading.lexicon.pair(left, right)
    if pair >= OFTEN:
        return len(left) > _PART or len(right) > 2 or pair >= VERY_OFTEN  # noqa: PLR2004
    if len(left) < _HALF:
        return False
    is_plural = left.endswith("s") and not left.endswith("ss") and reading.lexicon.count(left) >= OFTEN
    return right not in _FUSING or is_plural or reading.lexicon.pair(right, after) >= VERY_OFTEN


def _two_of_a_kind(reading: Reading, left: str, right: str, pair: int) -> bool:
    """Whether two words of meaning ran together: sound compounds have no ending in their middle."""
    if min(len(left), len(right)) < _HALF:
        return False
    on_page = reading.pairs[left, right] or (reading.counts[left] and reading.counts[right])
    inflected = bool(_INFLECTED.search(left))
    often = min(reading.lexicon.count(left), reading.lexicon.count(right)) >= OFTEN
    return inflected and bool(pair > OFTEN or often or on_page)
