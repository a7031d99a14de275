"""Rules for questions: they ask for something, and do not tell it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckwright.deck.advice.words import SPACELESS, shown, words
from deckwright.source.diagnostics import Diagnostic, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckwright.deck.advice.lesson import Lesson, Read

_SHORTEST = 2  # letters of an answer in a script without blanks
_LONGEST_ABBREVIATION = 4
_NEAR = 100  # characters before an answer in which the word for a choice is looked for

_FIRST = re.compile(r"\W*([^\W\d_]+)(-?)")
_OPENERS = {
    "en": frozenset({
        "is", "are", "was", "were", "am", "do", "does", "did", "can", "could", "has", "have", "had", "may",
        "might", "must", "should", "shall", "will", "would", "isn", "aren", "wasn", "weren", "don", "doesn",
        "didn", "couldn", "hasn", "haven", "hadn", "shouldn", "won", "wouldn",
    }),
    "de": frozenset({
        "ist", "sind", "war", "waren", "hat", "haben", "hatte", "kann", "können", "könnte", "wird", "werden",
        "darf", "dürfen", "muss", "müssen", "soll", "sollen", "sollte", "gibt", "hilft", "wirkt", "führt",
    }),
    "fr": frozenset({
        "est", "sont", "était", "peut", "peuvent", "doit", "doivent", "faut", "existe",
    }),
    "es": frozenset({
        "es", "son", "era", "está", "están", "hay", "puede", "pueden", "debe", "deben", "tiene", "tienen",
        "ha", "han", "existe",
    }),
}  # fmt: skip
_OR = {
    "en": "or", "de": "oder", "fr": "ou", "es": "[ou]", "it": "o|oppure", "pt": "ou", "nl": "of",
}  # fmt: skip
_BEFORE = {language: re.compile(rf"\b(?:{word})\W+(?:\w+\W+){{0,2}}$") for language, word in _OR.items()}
_AFTER = {language: re.compile(rf"\W{{0,9}}(?:,.{{0,200}})?\b(?:{word})\b") for language, word in _OR.items()}
_TURNS = frozenset("←↑→↓↔↗↘⇐⇑⇒⇓⇔<>=≤≥")  # which way it goes is what is asked
# What makes a question out of them that wants more than a yes.
_OPEN = {
    "en": re.compile(
        r"\b(?:or|which|what|who|whom|whose|how|why|where)\b|^\W*(?:can|could|will|would) you\b"
    ),
    "de": re.compile(r"\b(?:oder|welch\w*|was|wer|wen|wem|wie|warum|wo\w*)\b"),
    "fr": re.compile(r"\b(?:ou|où|quel\w*|lequel|laquelle|lesquel\w*|qui|quoi|comment|pourquoi|combien)\b"),
    "es": re.compile(r"\b(?:o|u|qué|cuál\w*|quién\w*|cómo|dónde|cuánt\w*)\b"),
}


def ask_leaks_answer(lesson: Lesson) -> Iterator[Diagnostic]:
    """A question that holds its answer asks for nothing.

    The reader copies the word from the front of the card, and Anki counts it as known. The card feels easy
    and teaches nothing.

    Told where the question holds the fact, or all of its words but the small ones (`the`, `of`). Ask from
    the other side: for what it does, where it is, how it shows. `Where in the spinal cord …?` can ask for the
    `Dorsal horn`, not for the `Spinal cord`.

    A choice (`Is it Sydney or Canberra?`) is told too: it is guessed right every second time. A fact that
    says which way something goes (`Preload ↑ → stroke volume ↑`) may be asked for in its own words.
    """
    for read, wanted in zip(lesson.reads, lesson.wanted, strict=True):
        fact, ask = read.lower.fact, read.lower.ask
        if ask and fact and _leaks(read, wanted):
            span = read.note.span("ask")
            if (at := read.note.ask.lower().find(fact)) >= 0:
                span = lesson.span(read.note, "ask", at, at + len(fact))
            advice = "ask for what it does, where it is or how it shows, without its name"
            message = f"the question holds its answer `{shown(read.plain.fact)}`"
            if _is_choice(lesson.language, fact, ask):
                message = "the question offers its answer as a choice"
                advice = "ask it openly: for the answer, with nothing to choose from"
            yield warning("ask-leaks-answer", message, span, advice=advice)


def ask_is_yes_no(lesson: Lesson) -> Iterator[Diagnostic]:
    """A question that yes or no can answer is guessed right every second time.

    What is remembered is what you had to find. `Is baclofen stopped slowly?` finds nothing; `How must
    baclofen be stopped?` makes the reader say it.

    Told, in English, German, French and Spanish, where a question begins with its verb and gives no choice
    (`… or …`). Begin with the word for what you want to hear: *which, what, where, why, how*.
    """
    openers, open_ = _OPENERS.get(lesson.language), _OPEN.get(lesson.language)
    if openers is None or open_ is None:
        return
    for read in lesson.reads:
        ask = read.lower.ask
        first = _FIRST.match(ask) if ask.rstrip("\"'”»)").endswith("?") else None
        if first is None or first[1] not in openers or (first[2] and lesson.language != "fr"):
            continue
        if not open_.search(ask):
            advice = "begin with `Which`, `What`, `Where`, `Why` or `How`"
            if lesson.language != "en":
                advice = "begin with the word for what is asked"
            message = "yes or no answers this question"
            yield warning("ask-is-yes-no", message, read.note.span("ask"), advice=advice)


def _is_choice(language: str, fact: str, ask: str) -> bool:
    """Tell whether the fact stands beside the word for a choice, or before a comma and that word."""
    if language not in _OR or (at := ask.find(fact)) < 0:
        return False
    behind = _AFTER[language].match(ask, at + len(fact))
    return behind is not None or _BEFORE[language].search(ask, max(at - _NEAR, 0), at) is not None


def _leaks(read: Read, wanted: list[str]) -> bool:
    fact, ask = read.lower.fact, read.lower.ask
    if (wanted and wanted[0] not in ask) or not _TURNS.intersection(fact).issubset(ask):
        return False
    if SPACELESS.search(fact):
        return len(fact) >= _SHORTEST and fact in ask
    if len(fact) <= _LONGEST_ABBREVIATION and read.plain.fact.isupper():
        return read.plain.fact in words(read.plain.ask)  # `NO` is no `no`
    return bool(wanted) and set(words(ask)).issuperset(wanted)
