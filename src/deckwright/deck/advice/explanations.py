"""Rules for explanations: there is one, it is short, and it speaks of the fact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckwright.deck.advice.words import SPACELESS, shown, words
from deckwright.source.diagnostics import Diagnostic, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckwright.deck.advice.lesson import Lesson, Read

MOST_WORDS = 80
_STEM = 5  # letters that the forms of a word share
_SHORT = 3  # up to so many letters, a word is looked for as a whole


def explanation_missing(lesson: Lesson) -> Iterator[Diagnostic]:
    """A fact that makes sense stays; one that only rhymes with a picture goes again.

    The mnemonic brings the word back. The explanation says why it is so, and ties the fact to what the reader
    knows already: that is what is still there in a year.

    Told for each note without an `explanation:`. Two or three sentences do: what happens, and why it matters.
    Where there is nothing to explain (a name, a date), write `# deckwright: ignore explanation-missing` on
    the note, or list the code under `ignore:` at the top.
    """
    for _, placed in lesson.live:
        if not placed.note.explanation:
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
    """An explanation that never names its fact explains something else, or leaves the reader to guess.

    On the back of the card it is read next to the answer. Seeing the word at work in a sentence is half of
    learning it; and often an explanation was pasted under the wrong fact, which is how this rule finds it.

    Told where none of the fact's words stands in the explanation, in any form, nor its abbreviation or what
    that stands for. Use the word once, best in bold.
    """
    for read, wanted in zip(lesson.reads, lesson.wanted, strict=True):
        text = read.lower.explanation
        if not text or not wanted or _has_stem(text, wanted) or SPACELESS.search(read.lower.fact):
            continue
        if not _named(read, wanted):
            advice = "use the word once, best in bold"
            message = f"the explanation never names `{shown(read.plain.fact)}`"
            span = read.note.key_span("explanation")
            yield warning("explanation-off-topic", message, span, advice=advice)


def _has_stem(text: str, wanted: list[str]) -> bool:
    return any(len(word) > _SHORT and word[:_STEM] in text for word in wanted)


def _named(read: Read, wanted: list[str]) -> bool:
    """Look for short words, other spellings and abbreviations."""
    there = words(read.lower.explanation)
    short = {word for word in wanted if len(word) <= _SHORT or word.isdigit()}
    initials = {_initials(wanted), _initials(words(read.lower.fact))}
    if not {*there}.isdisjoint(short | {letters for letters in initials if len(letters) > 1}):
        return True
    text = _respelled(read.lower.explanation)
    if _has_stem(text, [_respelled(word) for word in wanted]):
        return True
    parts = [part.lower() for part in words(read.plain.fact) if part.isupper() and len(part) > 1]
    return bool(parts) and any(part in _initials(there) for part in parts)


def _initials(found: list[str]) -> str:
    return "".join([word[0] for word in found])


def _respelled(text: str) -> str:
    """Return British and American spelling as one."""
    return text.replace("ae", "e").replace("oe", "e")
