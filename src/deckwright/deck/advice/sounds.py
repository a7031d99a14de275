"""Rules for mnemonics: each sounds like its fact, and like no other's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckwright.deck.advice.echo import Ear, phonetic_key
from deckwright.deck.advice.numbers import says_a_number
from deckwright.deck.advice.words import shown
from deckwright.source.diagnostics import Diagnostic, Related, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckwright.deck.advice.lesson import Lesson, Read

_SPELLED = frozenset({"en", "de", "fr", "es", "it", "pt", "nl", "la"})  # what is written much as it sounds
_HEAD = 3  # letters by which most sound-alikes are known at once


def mnemonic_without_echo(lesson: Lesson) -> Iterator[Diagnostic]:
    """A mnemonic works by its sound: hearing it has to bring back the fact.

    `Spina Cord` calls up the spinal cord by itself. A picture that only fits in meaning has to be learnt on
    top of the fact, and is forgotten with it.

    Told where a mnemonic shares nothing with its fact: no beginning, no syllable, no rhyme, no number, no
    letter of an abbreviation. A number in words answers every fact with a number, and anything one that
    begins with `§`. Say the fact aloud, slowly, and write down what else you hear: `Spast-tick`,
    `Tri-gem Nerve-algae`. If the link is one of meaning and you want it so, ignore this code on the note.
    """
    if lesson.language not in _SPELLED:
        return
    ear = Ear()
    for read in lesson.reads:
        head = read.lower.mnemonic[:_HEAD]
        if not head or (len(head) == _HEAD and head in read.lower.fact and head.isalpha()):
            continue
        if any(word[:_HEAD] in read.lower.fact for word in read.lower.mnemonic.split() if len(word) > _HEAD):
            continue
        if read.plain.fact.startswith("§") or says_a_number(read.plain.fact, read.lower.mnemonic):
            continue
        if not ear.echoes(read.plain.fact, read.plain.mnemonic):
            message = f"`{shown(read.plain.mnemonic)}` shares no sound with `{shown(read.plain.fact)}`"
            advice = (
                "say the fact aloud: let the mnemonic begin like it, rhyme with it or hold a syllable of it"
            )
            yield warning("mnemonic-without-echo", message, read.note.span("mnemonic"), advice=advice)


def sound_alikes_in_one_topic(lesson: Lesson) -> Iterator[Diagnostic]:
    """Two mnemonics that sound the same lead to two facts, and you will take the wrong turning.

    The mnemonic is the only way back to its fact. If `Calcium` and `Colosseum` both stand in one topic, half
    of the reviews end at the other card, and each mistake makes the confusion stronger.

    Told for two mnemonics of a deck with the same sounds, however they are written. Change the weaker one:
    another picture, or a second word that sets it apart.
    """
    first: dict[str, Read] = {}
    for read in lesson.reads:
        mnemonic = read.plain.mnemonic
        key = phonetic_key(mnemonic) if mnemonic else ""
        other = first.setdefault(key, read) if key else read
        if other is read or other.lower.fact == read.lower.fact:
            continue
        message = f"`{shown(mnemonic)}` sounds like `{shown(other.plain.mnemonic)}`, of another fact"
        advice = "change the weaker one, or add a word that sets it apart"
        related = Related("first", other.note.span("mnemonic"))
        span = read.note.span("mnemonic")
        yield warning("sound-alikes-in-one-topic", message, span, advice=advice, related=related)
