"""Words split in two, run together, or short of a letter.

An unknown word is no damage. What is proposed needs a word that is known, or that the page itself writes
elsewhere, where there stands now what nobody writes.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from deckwright.pages.letters import by_context, with_letter
from deckwright.pages.reading import ALONE, LONGEST, OFTEN
from deckwright.pages.together import taken_apart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckwright.pages.reading import Reading, Token

_BLANK = re.compile(r"[ \t]{1,3}")
_SYLLABLES = frozenset({"con", "de", "dis", "ex", "re"})  # which begin words, and hardly ever are one
_LAST = ("s", "y")  # letters that a blank cuts off a word
_WHOLE = 4  # letters of a word that is put together
_PAIR = 2


class Change(NamedTuple):
    """What should stand from *start* to *end*, and why."""

    start: int
    end: int
    new: str
    message: str


def misspelt(reading: Reading) -> Iterator[Change]:
    """Yield what to change in the words of a page, by places, in no order; some may overlap."""
    tokens = reading.tokens
    for at, token in enumerate(tokens):
        if len(token.text) > LONGEST or not reading.stands_free(token):
            continue
        if whole := _put_together(reading, at):
            yield whole
        elif pair := taken_apart(reading, at):
            yield Change(token.start, token.end, pair, f"`{token.text}` is two words")
        elif word := by_context(reading, at) or with_letter(reading, at):
            yield Change(token.start, token.end, word, f"`{token.text}` should be `{word}`")


def _put_together(reading: Reading, at: int) -> Change | None:
    """Find a word of three parts, or of two, that begins with the token."""
    for count in (3, 2):
        parts = reading.tokens[at : at + count]
        if len(parts) < count or any(not _blank(reading, a, b) for a, b in pairwise(parts)):
            continue
        whole = "".join(part.text for part in parts)
        if len(whole) <= LONGEST and _is_split(reading, parts, whole.lower()):
            message = f"`{' '.join(part.text for part in parts)}` is one word"
            return Change(parts[0].start, parts[-1].end, whole, message)
    return None


def _blank(reading: Reading, a: Token, b: Token) -> bool:
    return bool(_BLANK.fullmatch(reading.text, a.end, b.start)) and b.text.islower()


def _is_split(reading: Reading, parts: tuple[Token, ...], whole: str) -> bool:
    """Whether *parts* are no words by themselves and one together."""
    first, last = parts[0], parts[-1]
    before, after = reading.text[max(first.start - 1, 0) : first.start], reading.text[last.end : last.end + 1]
    if before in ("-", "’", "'") or after in ("-", "’", "'") or len(whole) < _WHOLE:
        return False
    if not (reading.is_word(whole)):
        return False
    fragments = [_is_fragment(reading, part, parts) for part in parts]
    if len(first.text) == 1 and first.text not in "aAI":
        return all(fragments)
    if len(parts) > _PAIR:
        return sum(fragments) > 1
    if first.text.lower() in _SYLLABLES and reading.lexicon.count(whole) > OFTEN:
        return not reading.lexicon.pair(first.text.lower(), last.text)
    return any(fragments) and (len(last.text) > 1 or last.text in _LAST)


def _is_fragment(reading: Reading, part: Token, parts: tuple[Token, ...]) -> bool:
    """Whether a part is no word: nobody knows it, and it stands nowhere but beside the other parts."""
    word = part.text.lower()
    if word in ALONE or part.text in ("a", "A", "I") or (len(word) > 1 and word in reading.vouching):
        return False
    pair = (parts[0].text.lower(), parts[1].text.lower())
    return not reading.lexicon.knows(word) and reading.counts[word] <= reading.pairs[pair]
