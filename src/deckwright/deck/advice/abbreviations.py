"""The rule for abbreviations: each is spelled out once in the deck."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from deckwright.deck.advice.words import NONE, STOP_WORDS, words
from deckwright.deck.model import TEXTS
from deckwright.source.diagnostics import Diagnostic, warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from deckwright.deck.advice.lesson import Lesson, Spot
    from deckwright.source.text import Span

_ANYWHERE = 3  # letters from which words spell an abbreviation out wherever they stand; of two, by chance
_FEW = 60  # abbreviations that are looked for one by one
_MOST = 500  # abbreviations that are looked up in one run
_FAR = 5000  # characters of a text in which words are looked for
_LONG_TEXT = 20_000  # characters of a text in which no place is looked for
_NEAR = 60  # characters before an abbreviation in which its words are looked for
_LONG = 8  # letters of a word that an abbreviation may be made of by itself, as EEG is

# `IL-6` and `5-HT` are names with a number; `GABA-B` and `HIV-positive` hold an abbreviation.
_ABBREVIATION = re.compile(r"(?<![^\W_])(?<![0-9]-)[A-Z]{2,6}(?=s?(?![^\W_]|-[0-9]|['’][a-rt-zA-Z]))")
_SPELLED_AFTER = re.compile(
    r"s?\s*(?:\(|=|:|,? short for|,? stands? for|,? that is)\s*[^\W\d_]{2}[^\s)]*[a-z]"
)
_SPELLED_BEFORE = re.compile(r"[^\W\d_]{2,}['’s]*\s*[(\[]$|[(\[][^()\[\]]*[^\W\d_A-Z]{2},\s*$")
# Laws and reports, as in `§ 119 I BGB`, `1 QB 256` and `(1875) LR 10`: who cites them knows them.
_CITED = re.compile(
    r"\d\s$|(?:§|\b[Aa]rt\.?)\s*\d+\w?(?:\s(?:[IVX\d]+|Abs\.|S\.|Nr\.))*\s$|[(\[]\d{4}[)\]]\s(?:[A-Z][\w.]*\s)*$"
)
_LOUD_BEFORE = re.compile(r"(?<![^\W_])[A-Z]{2,} $")
_LOUD_AFTER = re.compile(r" [A-Z]{2,}(?![^\W_])")
_CLOSED = re.compile(r"s?[)\],;]")
_ROMAN = re.compile(r"[IVX]+")
_FORMULA = re.compile(r"\\\([^\0]{0,300}?\\\)|`[^`\0\n]{0,300}`")
_INITIAL = re.compile(r"\b[^\W\d_]")

# What every student knows, units and what is only written large.
_KNOWN = frozenset({
    "ACE", "AD", "ADHD", "ADP", "AIDS", "ALL", "AM", "AMP", "AND", "ATP", "BC", "BGB", "BMI", "BP", "CD",
    "CDC", "CN", "CNS", "CO", "COPD", "CPR", "CRP", "CT", "DNA", "DO", "ECG", "EEG", "EKG", "ELISA", "EMA",
    "EMG", "EU", "FAD", "FDA", "GABA", "GDP", "GFR", "GG", "GI", "GMP", "GTP", "HDL", "HIV", "HLA", "HPV",
    "HR", "ICU", "ID", "IM", "INR", "IQ", "IU", "IV", "LDL", "LSD", "MD", "MRI", "NAD", "NADH", "NADPH",
    "NB", "NEVER", "NHS", "NICE", "NO", "NOT", "NOTE", "NSAID", "OH", "OK", "ONLY", "OP", "OR", "PCR",
    "PET", "PM", "PNS", "PO", "QRS", "QT", "RBC", "RNA", "SC", "SI", "SSRI", "TB", "TSH", "TV", "UK", "US",
    "USA", "UTI", "UV", "WBC", "WHO",
})  # fmt: skip


def abbreviation_unexplained(lesson: Lesson) -> Iterator[Diagnostic]:
    """An abbreviation is clear to the one who wrote it, until next year.

    `MS` is multiple sclerosis, mitral stenosis or morphine sulphate. A reader who takes it for the wrong one
    learns something false, and does not notice.

    Told once for each abbreviation of 2 to 6 capital letters in a fact, question or explanation, when no text
    of the deck spells it out: `multiple sclerosis (MS)`, `MS (multiple sclerosis)`, or the words themselves.
    Those that every student knows (`DNA`, `MRI`, `HIV` and the like) need no words, nor do those of laws and
    reports (`§ 119 BGB`, `1 QB 256`) and words that are shouted in a row (`DO NOT STOP`).
    """
    here = {
        name
        for name in _ABBREVIATION.findall(lesson.gist)
        if name not in _KNOWN and not _ROMAN.fullmatch(name)
    }
    here -= {word.upper() for word in lesson.words if word.islower()} if here else here
    if not here:
        return
    first, spelled = _occurrences(lesson, here)
    bare = islice(((name, spot) for name, spot in first.items() if name not in spelled), _MOST)
    open_ = {name: spot for name, spot in bare if not _own_words(lesson, spot, name)}
    anywhere = _spelled_anywhere(lesson, open_)
    for name, spot in open_.items():
        span = None if name in anywhere else _place(lesson, spot, name)
        if span is not None:
            advice = f"spell it out once, as in `the words ({name})`"
            message = f"nothing says what `{name}` stands for"
            yield warning("abbreviation-unexplained", message, span, advice=advice)


def _occurrences(lesson: Lesson, wanted: set[str]) -> tuple[dict[str, Spot], set[str]]:
    """Return where each first stands on a card but for mnemonics, and which are spelled out beside them."""
    first: dict[str, Spot] = {}
    spelled: set[str] = set()
    text = lesson.plain
    for found in _found(text, wanted):
        name = found[0]
        if name not in wanted or name in spelled:
            continue
        if _is_spelled(text, *found.span()):
            spelled.add(name)
        elif name not in first and not _is_no_name(text, *found.span()):
            spot = lesson.plain_spot(found.start())
            if spot.key != "mnemonic":
                first[name] = spot
    return first, spelled


def _found(text: str, wanted: set[str]) -> Iterator[re.Match[str]]:
    """Yield where the abbreviations stand: a few are looked for one by one, which is much faster."""
    if len(wanted) > _FEW:
        yield from _ABBREVIATION.finditer(text)
        return
    for name in sorted(wanted):
        at = text.find(name)
        while at >= 0:
            found = _ABBREVIATION.match(text, at)
            if found and found[0] == name:
                yield found
            at = text.find(name, at + len(name))


def _is_spelled(text: str, start: int, end: int) -> bool:
    """Tell whether words stand beside an abbreviation, as in `words (ABC)` and `ABC (words)`."""
    if _SPELLED_AFTER.match(text, end):
        return True
    before = text[max(start - _NEAR, 0) : start]
    return _CLOSED.match(text, end) is not None and _SPELLED_BEFORE.search(before) is not None


def _is_no_name(text: str, start: int, end: int) -> bool:
    """Tell whether capitals belong to a citation, or to several words in capitals."""
    before = text[max(start - _NEAR, 0) : start]
    is_loud = _LOUD_BEFORE.search(before) or _LOUD_AFTER.match(text, end)
    return bool(is_loud or _CITED.search(before))


def _own_words(lesson: Lesson, spot: Spot, name: str) -> bool:
    """Tell whether words of the note itself, or the deck's heading ones, have the abbreviation's letters."""
    deck, letters = lesson.deck, name.lower()
    small = STOP_WORDS.get(lesson.language, NONE)
    own = [getattr(spot.note, key) for key in TEXTS]
    for text in (*own, deck.deck, deck.title, deck.summary, " ".join(deck.sections)):
        found = [word for word in words(text[:_FAR].lower()) if not word.isdigit()]
        if letters in _initials(found) or letters in _initials(word for word in found if word not in small):
            return True
        if any(len(word) >= _LONG and _is_made_of(word, letters) for word in found):
            return True
    return False


def _initials(found: Iterable[str]) -> str:
    return "".join(word[0] for word in found)


def _is_made_of(word: str, letters: str) -> bool:
    """Tell whether a word begins with the first of *letters* and has the others in this order."""
    rest = iter(word)
    return word[0] == letters[0] and len(letters) >= _ANYWHERE and all(letter in rest for letter in letters)


def _spelled_anywhere(lesson: Lesson, names: Iterable[str]) -> set[str]:
    """Return which of the abbreviations are the initials of words in a row, anywhere in the deck."""
    wanted = {name.lower(): name for name in names if len(name) >= _ANYWHERE}
    if not wanted:
        return set()
    initials = "".join(_INITIAL.findall(lesson.plain)).lower()
    return {name for letters, name in wanted.items() if letters in initials}


def _place(lesson: Lesson, spot: Spot, name: str) -> Span | None:
    """Find an abbreviation in a text as it was typed; None where it stands only in formulas and code."""
    typed = getattr(spot.note, spot.key)
    if len(typed) > _LONG_TEXT:
        return spot.note.span(spot.key)
    text = _FORMULA.sub(lambda found: " " * len(found[0]), typed)
    starts = (found.start() for found in _ABBREVIATION.finditer(text) if found[0] == name)
    start = next((start for start in starts if not _is_no_name(text, start, start + len(name))), None)
    return None if start is None else lesson.span(spot.note, spot.key, start, start + len(name))
