"""The words of a page, and what each of them has around it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from deckwright.pages.words import Lexicon

LONGEST = 40  # letters of a word that is looked at
OFTEN = 1_000_000  # in the counts of the list, a word of every day
VERY_OFTEN = 100_000_000
SELDOM = 100_000
REPEATED = 2  # times a word stands on the page before it vouches for itself

_ENGLISH = 0.6  # of the words of a page; in English it is 0.9, in other languages 0.1 to 0.45

_WORD = re.compile(r"[^\W\d_]+")
# What stands alone in medical texts, and no list of words has: units, abbreviations, beginnings of words.
ALONE = frozenset({
    "ac", "ad", "al", "anti", "auto", "bd", "bi", "bid", "bio", "bp", "cardio", "cf", "cm", "co", "di",
    "dl", "ecg", "eg", "ekg", "et", "etc", "ex", "extra", "fig", "gi", "gtt", "hemi", "hr", "hs", "hyper",
    "hypo", "ie", "im", "inter", "intra", "iso", "iu", "iv", "kg", "lb", "lib", "macro", "mcg", "mega",
    "meq", "meta", "mg", "micro", "mid", "min", "mini", "ml", "mm", "mmhg", "mmol", "mono", "multi", "neo",
    "neuro", "ng", "nm", "nmol", "non", "od", "os", "oz", "para", "pc", "peri", "ph", "pka", "pm", "po",
    "poly", "post", "pre", "prn", "pro", "pseudo", "psycho", "qd", "qds", "qid", "sc", "se", "sec", "semi",
    "situ", "sl", "sub", "supra", "tds", "tid", "trans", "tri", "ultra", "un", "uni", "vitro", "vivo",
    "viz", "vs",
})  # fmt: skip


class Token(NamedTuple):
    """A word of the page and where it stands."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Reading:
    """The words of a page but for those of its mnemonics, which only vouch."""

    text: str
    tokens: tuple[Token, ...]
    vouching: frozenset[str]
    lexicon: Lexicon

    @classmethod
    def of(cls, text: str, mnemonics: str, lexicon: Lexicon) -> Reading:
        """Read *text*, in which the mnemonics are blotted out."""
        tokens = tuple(Token(found[0], *found.span()) for found in _WORD.finditer(text))
        return cls(text, tokens, frozenset(word.lower() for word in _WORD.findall(mnemonics)), lexicon)

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each word stands on the page, in lower case."""
        return Counter(token.text.lower() for token in self.tokens)

    @cached_property
    def pairs(self) -> Counter[tuple[str, str]]:
        """How often two words stand side by side, in lower case."""
        return Counter(
            (a.text.lower(), b.text.lower()) for a, b in pairwise(self.tokens) if self.beside(a, b)
        )

    @cached_property
    def followers(self) -> dict[tuple[str, int], list[str]]:
        """Which words stand before (-1) and after (1) each word of the page, those twice or more in a row."""
        found: dict[tuple[str, int], list[str]] = {}
        for (a, b), count in self.pairs.items():
            if count >= REPEATED:
                found.setdefault((b, -1), []).append(a)
                found.setdefault((a, 1), []).append(b)
        return found

    def beside(self, a: Token, b: Token) -> bool:
        """Whether nothing but blanks and a line's end stands between two words."""
        between = self.text[a.end : b.start]
        return len(between) < LONGEST and between.isspace() and between.count("\n") < 2  # noqa: PLR2004

    @cached_property
    def is_english(self) -> bool:
        """Whether the lists know most of its words, as they do even of an English page in tatters."""
        known = sum(count for word, count in self.counts.items() if self.lexicon.knows(word))
        return known >= _ENGLISH * len(self.tokens)

    def is_word(self, word: str) -> bool:
        """Whether *word*, in lower case, is known, or vouched for by the page."""
        return self.lexicon.knows(word) or self.vouches(word)

    def is_sound(self, word: str) -> bool:
        """Whether *word* is known or a mnemonic's, whatever the page repeats."""
        return self.lexicon.knows(word) or word in self.vouching or word in ALONE

    def vouches(self, word: str) -> bool:
        """Whether the page itself says that *word* is one."""
        return word in self.vouching or self.counts[word] >= REPEATED

    def stands_free(self, token: Token) -> bool:
        """Whether no digit, hyphen or other sign of a name hangs on a word."""
        before, after = self.text[max(token.start - 1, 0) : token.start], self.text[token.end : token.end + 1]
        if before == "-" and not self.text[max(token.start - 2, 0) : token.start - 1].isalnum():
            return False  # the end of other words, as in `-olol`
        return not (
            before.isdigit()
            or after.isdigit()
            or (before and before in "_@/\\.&'’*")
            or (after and after in "_@/\\&*")
        )

    def begins(self, token: Token) -> bool:
        """Whether a word begins a sentence, so that its capital tells nothing."""
        return self.text[max(token.start - LONGEST, 0) : token.start].rstrip()[-1:] in ("", *".!?\x01")
