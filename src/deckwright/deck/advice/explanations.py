"""Rules for explanations: there is one, it is short, and it speaks of the fact."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckwright.deck.advice.lesson import is_one_line
from deckwright.deck.advice.words import SPACELESS, content_words, shown, words
from deckwright.source.diagnostics import Diagnostic, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckwright.deck.advice.lesson import Lesson, Read

MOST_WORDS = 80
A_LIST = 4  # notes of one line, from which they are a deck's way of writing
FEWEST_WORDS = 12  # of an explanation that has room to name its fact
_STEM = 4  # letters that the forms of a word share
_SHORT = 3  # up to so many letters, a word is looked for as a whole

# A number with its unit (`135–145 mmol/l`, `18 years`), and what is looked up by number.
_MEASURE = re.compile(r"\d[\d.,–-]*\s*%?(?:\s*[^\W\d_]+(?:/[^\W\d_]+)*)?")
_CITATION = re.compile(r"^\s*(?:§|(?i:art|abs|sec|cl|para)\.?\s*\d)|\bvs?\.?\s+[A-Z]")


def explanation_missing(lesson: Lesson) -> Iterator[Diagnostic]:
    """A fact that makes sense stays; one that only rhymes with a picture goes again.

    The mnemonic brings the word back. The explanation says why it is so, and ties the fact to what the reader
    knows already: that is what is still there in a year.

    Told for each note that is written out and has no `explanation:`. Two or three sentences do: what happens,
    and why it matters. Notes of one line, `FACT ~ MNEMONIC`, have no room for one: of them it is told once
    for the whole deck, where there are four of them or more and they are most of its notes.

    Where there is nothing to explain (a name, a date), write `# deckwright: ignore explanation-missing` on
    the note, or list the code under `ignore:` at the top.
    """
    lines = [placed.note for _, placed in lesson.live if is_one_line(placed.note)]
    if len(lines) >= A_LIST and len(lines) > len(lesson.live) / 2:
        key = "`ignore: [explanation-missing]`"
        advice = f"where one is worth it, write the note out; if none is meant: {key}"
        message = f"{len(lines)} notes of one line have no explanation"
        yield warning("explanation-missing", message, lines[0].span("fact"), advice=advice)
    for _, placed in lesson.live:
        if not placed.note.explanation and not is_one_line(placed.note):
            advice = "say in two sentences why it is so, under `explanation:`"
            message = "this note has no explanation"
            yield warning("explanation-missing", message, placed.note.span("fact"), advice=advice)


def explanation_too_long(lesson: Lesson) -> Iterator[Diagnostic]:
    """An explanation is read again at every review, so it is short or it is not read at all.

    Eighty words take half a minute. Whoever has two hundred cards to go skips anything longer, and with it
    the one sentence that mattered.

    Told above 80 words; signs and Markdown do not count. Keep what the fact needs to be understood. Whatever
    could be asked for by itself is a fact: give it a note of its own.
    """
    for read in lesson.reads:
        text = read.plain.explanation
        if text.count(" ") + text.count("\n") < MOST_WORDS:
            continue
        count = sum(any(map(str.isalnum, word)) for word in text.split())
        if count > MOST_WORDS:
            advice = (
                f"keep what explains the fact, up to {MOST_WORDS} words; other facts get notes of their own"
            )
            message = f"the explanation has {count} words"
            span = read.note.key_span("explanation")
            yield warning("explanation-too-long", message, span, advice=advice)


def explanation_off_topic(lesson: Lesson) -> Iterator[Diagnostic]:
    """An explanation that speaks of nothing on its card was often pasted under the wrong fact.

    The reader learns why something is so that is not asked here, and the fact itself stays a bare word.

    Told for an explanation of 12 words or more that shares no word, in any form, with the fact, its mnemonic
    and its question, nor holds the fact's abbreviation or what that stands for. Nothing is said of facts that
    are numbers with their units, abbreviations or places in laws and reports: one explains them in other
    words. If it stands under the right fact, name the fact in it once, best in bold.
    """
    for read, wanted in zip(lesson.reads, lesson.wanted, strict=True):
        text = read.lower.explanation
        if not text or _has_stem(text, wanted) or len(text.split()) < FEWEST_WORDS:
            continue
        if _has_name(read, wanted) and not _named(lesson, read, wanted):
            advice = "is it the explanation of another fact? else name the fact in it once"
            message = f"the explanation never names `{shown(read.plain.fact)}`"
            span = read.note.key_span("explanation")
            yield warning("explanation-off-topic", message, span, advice=advice)


def _has_stem(text: str, wanted: list[str]) -> bool:
    return any(len(word) > _SHORT and word[:_STEM] in text for word in wanted)


def _has_name(read: Read, wanted: list[str]) -> bool:
    """Tell whether a fact has a word to call it by, besides numbers, units, abbreviations and citations."""
    fact = read.plain.fact
    if _CITATION.search(fact) or SPACELESS.search(fact):
        return False
    named = {word.lower() for word in words(_MEASURE.sub(" ", fact)) if not word.isupper()}
    return any(len(word) > _SHORT and word.isalpha() and word in named for word in wanted)


def _named(lesson: Lesson, read: Read, wanted: list[str]) -> bool:
    """Look for the words around the fact, short words, other spellings and abbreviations."""
    around = f"{read.lower.mnemonic} {read.lower.ask}"
    wanted_too = [*wanted, *content_words(around, lesson.language)]
    there = words(read.lower.explanation)
    short = {word for word in wanted if len(word) <= _SHORT or word.isdigit()}
    initials = {_initials(wanted), _initials(words(read.lower.fact))}
    if not {*there}.isdisjoint(short | {letters for letters in initials if len(letters) > 1}):
        return True
    text = _respelled(read.lower.explanation)
    if _has_stem(text, [_respelled(word) for word in wanted_too]):
        return True
    parts = [part.lower() for part in words(read.plain.fact) if part.isupper() and len(part) > 1]
    return bool(parts) and any(part in _initials(there) for part in parts)


def _initials(found: list[str]) -> str:
    return "".join([word[0] for word in found])


def _respelled(text: str) -> str:
    """Return British and American spelling as one."""
    return text.replace("ae", "e").replace("oe", "e")
