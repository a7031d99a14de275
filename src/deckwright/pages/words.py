"""Which words there are: those of English by their frequency, those of medicine, and the names of drugs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import symspellpy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# Pairs of what British and American spelling write otherwise.
_BRITISH = (
    ("ae", "e"), ("oe", "e"), ("our", "or"), ("isation", "ization"), ("ise", "ize"), ("isi", "izi"),
    ("yse", "yze"), ("ll", "l"), ("sulph", "sulf"), ("tre", "ter"), ("ogue", "og"),
)  # fmt: skip
_PREFIXES = (
    "anti", "cardio", "extra", "hyper", "hypo", "infra", "inter", "intra", "micro", "mono", "neuro", "non",
    "para", "peri", "poly", "post", "pre", "re", "sub", "supra", "trans", "un",
)  # fmt: skip
_ENDINGS = (("s", ""), ("es", ""), ("ies", "y"), ("ly", ""))
_OF_VERBS = (("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"))  # of words that no general list has
_STEM = 4  # letters of a word that takes an ending
_BASE = 5  # letters of a word that takes a prefix
_LONGEST = 60  # letters; nothing longer is looked up


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words of English with how often they are written, pairs of them alike, and our own words and names."""

    counts: Mapping[str, int]
    pairs: Mapping[str, int]
    medical: frozenset[str]
    drugs: frozenset[str]

    def count(self, word: str) -> int:
        """How often English texts hold *word*, in lower case; 0 where no general list has it."""
        return self.counts.get(word, 0)

    def pair(self, first: str, second: str) -> int:
        """How often English texts hold the two words in a row; 0 where that is seldom."""
        return self.pairs.get(f"{first} {second}", 0)

    def lists(self, word: str) -> bool:
        """Whether *word*, in lower case, stands in one of the lists as it is."""
        return word in self.counts or word in self.medical or word in self.drugs

    def knows(self, word: str) -> bool:
        """Whether *word*, in lower case, is a form of one in the lists, in either spelling of English."""
        return len(word) <= _LONGEST and (
            any(map(self.lists, _forms(word)))
            or any(stem in self.medical for stem in _stems(word, _OF_VERBS))
        )


@cache
def lexicon() -> Lexicon:
    """Return the words, which are loaded once."""
    words, pairs = "frequency_dictionary_en_82_765.txt", "frequency_bigramdictionary_en_243_342.txt"
    return Lexicon(_counted(words), _counted(pairs), _ours("medical.txt"), _ours("drugs.txt"))


def _counted(name: str) -> dict[str, int]:
    """Read a list of the package: on each line a word or a pair, a blank, and how often it is written."""
    lines = (files(symspellpy) / name).read_text("utf-8-sig").splitlines()
    return {words: int(count) for words, _, count in (line.rpartition(" ") for line in lines)}


def _ours(name: str) -> frozenset[str]:
    lines = (files("deckwright") / "pages" / name).read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def _forms(word: str) -> Iterator[str]:
    """Yield what may stand in a list for *word*: itself, its stem, and both in American spelling."""
    for form in _stems(word, _ENDINGS):
        yield form
        for british, american in _BRITISH:
            if british in form:
                yield form.replace(british, american)
                if british in ("ae", "oe"):
                    yield form.replace(british, american).replace("is", "iz")
    for prefix in _PREFIXES:
        rest = word.removeprefix(prefix)
        if rest != word and len(rest) >= _BASE:
            yield from _stems(rest, _ENDINGS)


def _stems(word: str, endings: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield word
    for ending, instead in endings:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM:
            yield word.removesuffix(ending) + instead
