"""Rules for notes and sections as a whole: one thing a note, few notes a section, few cards a note."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckwright.deck.advice.lesson import is_one_line
from deckwright.deck.advice.words import shown
from deckwright.deck.matching import natural_key
from deckwright.source.diagnostics import Diagnostic, Related, warning
from deckwright.source.syntax import Mapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from deckwright.deck.advice.lesson import Lesson, Read
    from deckwright.deck.model import Note, Scene
    from deckwright.source.text import Span

MOST_WORDS = 8
MOST_CHARACTERS = 60
MOST_NOTES = 7
MOST_LINES = 20  # notes of a list of words
MOST_CARDS = 3
A_LIST = 3  # so many things in a row are one

_AND = {"en": "and", "de": "und", "fr": "et", "es": "[ye]"}
_ONLY_COMMAS = re.compile(r"[;,]\s+")
_JOINTS = {
    language: re.compile(rf"[;,]\s+(?:{word}\s+)?|\s+(?:{word}|&)\s+", re.IGNORECASE)
    for language, word in _AND.items()
}
# Signs between words say nothing; between digits, and where they compare, they do.
_SIGNS = re.compile(r"(?<!\d)[^\w<>=+±≤≥%]+|[^\w<>=+±≤≥%]+(?!\d)")


def fact_too_long(lesson: Lesson) -> Iterator[Diagnostic]:
    """A fact is one thing that you can say in one breath.

    On the card it is the answer. You either know it or you do not: of a long answer you know a part, press
    "Good" with a bad conscience, and never learn the rest. Lists are the hardest of all to remember.

    Told for more than 8 words or 60 characters, and for three or more things in a row (`a, b and c`). Split
    it into several notes, each with its own mnemonic, or move the detail into `explanation:`. A section with
    `cards: {sweep: true}` asks for all its facts together.
    """
    joints = _JOINTS.get(lesson.language, _ONLY_COMMAS)
    for read in lesson.reads:
        fact = read.plain.fact
        count = len(fact.split()) if fact.count(" ") >= MOST_WORDS else 0
        if count > MOST_WORDS:
            message = f"the fact has {count} words"
        elif len(fact) > MOST_CHARACTERS:
            message = f"the fact has {len(fact)} characters"
        elif fact.count(" ") >= A_LIST - 1 and (things := len(joints.findall(fact)) + 1) >= A_LIST:
            message = f"the fact lists {things} things"
        else:
            continue
        advice = "make it one thing: several notes, or the rest in `explanation:`"
        yield warning("fact-too-long", message, read.note.span("fact"), advice=advice)


def section_too_long(lesson: Lesson) -> Iterator[Diagnostic]:
    """A section of up to 7 notes can be seen at a glance, and walked through in the mind.

    People hold about seven things together. A scene of seven symbols is a story; one of twenty is a crowd,
    and its symbols are found by searching instead of by remembering.

    Told for each section of more than 7 notes, and for as many without any section. Part it by what belongs
    together (`Side effects: nerves`, `Side effects: gut`), best with a scene each. Retired notes do not
    count. A list of words, with no scene and mostly notes of one line, may have 20.
    """
    deck = lesson.deck
    advice = f"part it into sections of up to {MOST_NOTES}, each with a name that says what they share"
    if count := _too_many(deck.notes, deck.scene):
        message = f"{count} notes stand here without sections"
        yield warning("section-too-long", message, deck.key_span("notes"), advice=advice)
    if all(len(section.notes) <= MOST_NOTES for section in deck.sections.values()):
        return
    node = deck.node.get("sections")
    names = {key.text: key.span for key, _ in node.pairs} if isinstance(node, Mapping) else {}
    for name, section in deck.sections.items():
        if count := _too_many(section.notes, section.scene or deck.scene):
            message = f"the section `{shown(name)}` has {count} notes"
            yield warning("section-too-long", message, names.get(name), advice=advice)


def _too_many(notes: Iterable[Note], scene: Scene | None) -> int:
    """Count the notes that are learnt; 0 if they are not too many for a section with this *scene*."""
    live = [note for note in notes if not note.retired]
    is_list = scene is None and sum(map(is_one_line, live)) > len(live) / 2
    return len(live) if len(live) > (MOST_LINES if is_list else MOST_NOTES) else 0


def same_fact_twice(lesson: Lesson) -> Iterator[Diagnostic]:
    """A fact that stands in a deck twice is learnt twice, and its two mnemonics get in each other's way.

    Told where a fact returns in another section, or in another wording that differs by no more than case,
    hyphens, other marks or Markdown (`GABA-B`, `GABA B`, **`gabaB`**).

    Keep the better of the two. If both are meant, say in the fact what sets them apart: `Nausea at first`,
    `Nausea on withdrawal`. Within one section, a note with an `id:` of its own is taken as meant.
    """
    first: dict[str, Read] = {}
    known: dict[str, set[str]] = {}
    for read in lesson.reads:
        fact = read.lower.fact.replace(" ", "")
        if not fact.isalpha():
            fact = _SIGNS.sub("", read.lower.fact)
        other = first.setdefault(fact, read)
        if other is read or not fact:
            continue
        keys = known.setdefault(fact, {_key(other)})
        key = _key(read)
        if key not in keys:  # else an error, unless an `id:` tells them apart
            keys.add(key)
            advice = "keep the better one, or say in the facts what sets them apart"
            related = Related("first", other.note.span("fact"))
            message = f"the fact `{shown(read.plain.fact)}` has a note already"
            yield warning("same-fact-twice", message, read.note.span("fact"), advice=advice, related=related)


def too_many_cards(lesson: Lesson) -> Iterator[Diagnostic]:
    """More than three cards from one note ask for the same thing again and again.

    Each card comes back for years. Three good ones (the picture, a question, a gap) fix a fact from three
    sides; every further one costs the reader time and adds little, and where one card shows what another one
    asks, the answer is not even remembered.

    Told with all cards of the note counted: picture, question, reverse and gaps. Take out gaps, let several
    gaps share a number (`{{c1::…}}`), or switch shapes off under `cards:`. Rows of masks and sweeps do not
    count.
    """
    for index, gaps in lesson.gaps.items():
        placed = lesson.notes[index]
        note, shapes = placed.note, placed.shapes
        if note.retired or "cloze" not in shapes:
            continue
        own = ("picture" in shapes, bool(note.ask) and "ask" in shapes, "reverse" in shapes)
        count = sum(own) + gaps
        if count > MOST_CARDS:
            advice = "keep the three that ask best: fewer gaps, or one number for several of them"
            span = _first_gap(lesson, placed.note.explanation, index)
            yield warning("too-many-cards", f"this note makes {count} cards", span, advice=advice)


def _first_gap(lesson: Lesson, explanation: str, index: int) -> Span:
    start = max(explanation.find("{{"), 0)
    return lesson.span(lesson.notes[index].note, "explanation", start, start + 2)


def _key(read: Read) -> str:
    return natural_key(read.placed.section, read.note.fact)
