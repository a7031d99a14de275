"""What scanning, copying and converting leave behind in texts, and what was there before.

No list of words is loaded: a word counts as one when the deck writes it elsewhere, or when it is among the
few that head every other page.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from deckwright.deck.advice.shield import shielded
from deckwright.deck.advice.words import NONE, STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckwright.deck.advice.lesson import Lesson

MOST = 1000  # residues of one kind told in one run

_BREAK = re.compile(r"<br\s{0,9}/?>", re.IGNORECASE)
_ODD = re.compile(
    "[\ufb00-\ufb06]|\u00ad"
    "|[ÂÃÎÏ][\u00a1-\u00aa\u00ac-\u00ba\u00bc-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ•˜™š›œžŸ]"
    "|â[€†‡ˆ‰‚„…][\u00a0-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ•˜™š›œžŸ‘’“”–—]"
)
_SPLIT = re.compile(r"[A-Z](?<![\w.'’&/+-][A-Z]) ([a-z]{3,})(?![\w'’-])")
_HYPHEN = re.compile(r"-(?<=[a-z]{2}-)(?:[ \t]?\n[ \t]{0,9}| )([a-z]{2,40})(?![\w-])")
_LINE = 500  # characters of a line that are looked back at
_OPEN_END = re.compile(r"[a-z]{2}- ")
_HEAD = re.compile(r"[a-z]{2,40}\Z")
_BEFORE = re.compile(r"(\w+) \Z")
_TOGETHER = re.compile(r"(?<![^\W_])[a-z]{5,40}(?![^\W_])")
_PRONOUNS = frozenset("AIO")
_CAPITALS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")

# Two consonants with which an English word begins; `dv` of `A dverse` is none of them.
_STARTS = frozenset({
    "bl", "br", "ch", "ck", "cl", "cn", "cr", "ct", "cz", "dh", "dj", "dr", "dw", "fl", "fr", "gh", "gl",
    "gn", "gr", "kh", "kl", "kn", "kr", "ll", "mc", "mn", "ng", "pf", "ph", "pl", "pn", "pr", "ps", "pt",
    "rh", "sc", "sh", "sk", "sl", "sm", "sn", "sp", "sq", "st", "sv", "sw", "th", "tr", "ts", "tw", "vl",
    "vr", "wh", "wr", "zl", "zw",
})  # fmt: skip
_NO_START = re.compile(rf"(?!{'|'.join(sorted(_STARTS))})[b-df-hj-np-tv-xz]{{2}}[a-z]{{2}}")
_UNITS = frozenset({"mmol", "mmhg", "mcg", "mrna", "trna", "hcg", "gtt", "bpm", "nmol", "xth"})
# A letter that follows one of these is a name: `vitamin D`, `group B`, `hepatitis C`.
_NAMED = frozenset({
    "vitamin", "vitamins", "hepatitis", "factor", "group", "type", "class", "grade", "stage", "phase",
    "protein", "complex", "coenzyme", "figure", "panel", "table", "plan", "appendix", "area", "layer",
    "lead", "part", "point", "level", "immunoglobulin", "influenza", "botulinum", "cytochrome",
    "haemophilia", "hemophilia", "troponin", "penicillin", "amphotericin",
})  # fmt: skip
_COMMON = frozenset({
    "mechanism", "mechanisms", "treatment", "treatments", "patient", "patients", "pharmacology",
    "indication", "indications", "side", "effect", "effects", "definition", "diagnosis", "diagnostic",
    "symptom", "symptoms", "clinical", "feature", "features", "complication", "complications", "management",
    "disease", "diseases", "syndrome", "cause", "causes", "caused", "risk", "blood", "pressure", "heart",
    "muscle", "muscles", "receptor", "receptors", "increase", "increases", "increased", "decrease",
    "decreases", "decreased", "reduce", "reduces", "reduced", "inhibit", "inhibits", "inhibitor",
    "inhibitors", "inhibition", "deficiency", "dysfunction", "function", "fatigue", "headache", "dizziness",
    "drowsiness", "nausea", "vomiting", "diarrhoea", "diarrhea", "constipation", "fever", "therapy",
    "toxicity", "metabolism", "excretion", "absorption", "dosage", "chronic", "severe", "system", "nervous",
    "central", "peripheral", "cardiac", "renal", "hepatic", "pulmonary", "gastric", "brain", "spinal",
    "bone", "nerve", "nerves", "neurons", "tissue", "infection", "infections", "bacteria", "virus",
    "viruses", "drug", "drugs", "monitoring", "withdrawal", "pregnancy", "contraindication",
    "contraindications", "prognosis", "prevention", "pathology", "pathophysiology", "physiology", "anatomy",
    "biochemistry", "history", "examination", "overview", "summary", "introduction", "classification",
    "epidemiology",
})  # fmt: skip

# Words that run into their neighbours, and hardly ever are the end or the beginning of another one.
_TAILS = ("includes", "include", "including", "involving", "involves", "with", "of", "the", "are")
_LONG_TAIL = 7  # letters from which a tail may follow any word of the deck
_GLUED = frozenset({
    "ofthe", "inthe", "tothe", "onthe", "bythe", "forthe", "andthe", "withthe", "fromthe", "isthe",
    "arethe",
})  # fmt: skip
_LONGEST = 40  # letters of a word that is looked at
_WHOLE = frozenset({"thereof", "whereof", "forthwith", "therewith", "wherewith"})
_ENDING = re.compile(r"(?:s|ed|ing|ion|ment|ity|ness|ous|ive|ant)$")
_HALF = 6  # letters of each of two words that ran together
_LEFT = 5  # letters of the word before a short tail
_LEFT_OF_LONG = 3

_LIGATURES = {
    "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st",
    "\ufb06": "st",
}  # fmt: skip


class Residue(NamedTuple):
    """What is left over from code point *start* to *end*, and what is to stand there instead."""

    start: int
    end: int
    message: str
    advice: str
    new: str


class Scan:
    """The texts of a lesson, looked at for what no author types; addresses, code and maths are left alone."""

    def __init__(self, lesson: Lesson) -> None:
        self.lesson = lesson
        self.text = shielded(lesson.typed)
        self.small = STOP_WORDS.get(lesson.language, NONE)

    def residues(self) -> Iterator[Residue]:
        """Yield what is found, by places in `Lesson.typed`, in no order; of each kind, the first ones."""
        for kind in (self._breaks, self._oddities, self._split, self._hyphens, self._together):
            yield from islice(kind(), MOST)

    @cached_property
    def _counts(self) -> Counter[str]:
        """How often each word of the plain texts stands there, in lower case."""
        return Counter(re.findall(r"[^\W\d_]+", self.lesson.plain.lower()))

    @cached_property
    def _known(self) -> frozenset[str]:
        """The words of the deck in lower case."""
        return frozenset(word.lower() for word in self.lesson.words if not word.isupper())

    def _breaks(self) -> Iterator[Residue]:
        text = self.text
        for found in _BREAK.finditer(text) if "<" in text else ():
            start = text.rfind("\n", max(found.start() - _LINE, 0), found.start()) + 1
            line = text[start : found.start()] if start else ""
            if line.lstrip().startswith("|"):  # a table has no other way to break a line
                continue
            around = text[max(found.start() - 1, 0) : found.start()], text[found.end() : found.end() + 1]
            new = " " if all(char and not char.isspace() for char in around) else ""
            yield Residue(*found.span(), "a `<br>` is left over in this text", "take it out", new)

    def _oddities(self) -> Iterator[Residue]:
        for found in () if self.text.isascii() else _ODD.finditer(self.text):
            if residue := _odd(found):
                yield residue

    def _split(self) -> Iterator[Residue]:
        if not self._may_be_split():
            return
        found = list(_SPLIT.finditer(self.text))
        after = Counter(match[1] for match in found)
        for match in found:
            letter, rest = match[0][0], match[1]
            if rest in self.small or rest in _UNITS or not self._is_split(letter, rest, after[rest]):
                continue
            before = _BEFORE.search(self.text, max(match.start() - 40, 0), match.start())
            if before is None or before[1].lower() not in _NAMED:
                whole = letter + rest
                yield Residue(*match.span(), f"`{match[0]}` is one word", f"write `{whole}`", whole)

    def _may_be_split(self) -> bool:
        """Tell whether a letter stands alone that is no word, or a word begins as none does."""
        alone = _CAPITALS & self.lesson.tokens
        return bool(alone - _PRONOUNS) or (bool(alone) and any(map(_NO_START.match, self.lesson.words)))

    def _is_split(self, letter: str, rest: str, count: int) -> bool:
        """Tell whether *rest*, which stands so *count* times after a letter, is no word without it."""
        if self.lesson.language == "en" and _NO_START.match(rest):
            return True
        whole = letter.lower() + rest
        if letter in _PRONOUNS or not (
            whole in self._known or (self.lesson.language == "en" and whole in _COMMON)
        ):
            return False
        return self._counts[rest] == count

    def _hyphens(self) -> Iterator[Residue]:
        for found in _HYPHEN.finditer(self.text) if _OPEN_END.search(self.lesson.gist) else ():
            head = _HEAD.search(self.text, max(found.start() - 40, 0), found.start())
            whole = head[0] + found[1] if head else ""
            if whole in self._known or (self.lesson.language == "en" and whole in _COMMON):
                start = found.start() - len(whole) + len(found[1])
                yield Residue(start, found.end(), "a line end splits this word", f"write `{whole}`", whole)

    def _glued(self) -> Iterator[tuple[str, str]]:
        """Yield each word that is two, and the two."""
        for word in self.lesson.words:
            if len(word) >= 2 * _HALF or word.endswith(_TAILS):
                pair = next(self._halves(word), None) if word.islower() and word.isascii() else None
                if pair:
                    yield word, " ".join(pair)

    def _halves(self, word: str) -> Iterator[tuple[str, str]]:
        known = self._known
        if word in _GLUED:
            yield word.removesuffix("the"), "the"
        for tail in _TAILS:
            left = word.removesuffix(tail)
            least = _LEFT if len(tail) < _LONG_TAIL else _LEFT_OF_LONG
            if (
                left != word
                and len(left) >= least
                and (left in known or left in _COMMON)
                and word not in _WHOLE
            ):
                yield left, tail
        for at in range(_HALF, min(len(word), _LONGEST) - _HALF + 1):
            if word[:at] in known and word[at:] in known and _ENDING.search(word[:at]):
                yield word[:at], word[at:]

    def _together(self) -> Iterator[Residue]:
        glued = dict(self._glued()) if self.lesson.language == "en" else {}
        for found in _TOGETHER.finditer(self.text) if glued else ():
            if pair := glued.get(found[0]):
                yield Residue(*found.span(), f"`{found[0]}` is two words", f"write `{pair}`", pair)


def _odd(found: re.Match[str]) -> Residue | None:
    """Tell a sign that no keyboard has; None for letters that may well stand side by side."""
    sign = found[0]
    if sign == "\u00ad":
        return Residue(*found.span(), "an invisible hyphen stands here", "take it out", "")
    if letters := _LIGATURES.get(sign):
        message = f"`{sign}` is one sign that looks like `{letters}`; no search finds it"
        return Residue(*found.span(), message, f"write `{letters}`", letters)
    try:
        meant = sign.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None
    message = f"`{sign}` was `{meant}` before it was read in another encoding"
    return Residue(*found.span(), message, f"write `{meant}`", meant)
