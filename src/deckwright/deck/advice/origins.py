"""Rules for what readers may rely on, and what they may do with a deck."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckwright.source.diagnostics import Diagnostic, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckwright.deck.advice.lesson import Lesson

# An amount by volume, as in `5 g/dL`, is a laboratory's and no dose.
_DOSE = re.compile(
    r"[0-9](?:[0-9.,]{0,12}[0-9])?[ \u00a0\u202f]?(?:mg|mcg|µg|μg|ug|g|IU|units)"
    r"(?:/(?!d?[lL]\b|m[lL]\b|[0-9])\w{1,12})*(?![\w/]|[ ]?per[ ](?:deci|milli)?lit)"
)
_UNIT = re.compile(r"(?:^|[0-9 \u00a0\u202f])(?:mg|mcg|µg|μg|ug|g|IU|units)(?!\w)")


def dose_without_source(lesson: Lesson) -> Iterator[Diagnostic]:
    """A dose from memory, or from a lecture five years old, can hurt someone.

    Classmates take what stands on a card to the ward. Numbers change with guidelines, routes and countries,
    and a slip of a zero looks like any other number.

    Told for an amount such as `5 mg`, `0.5 mg/kg` or `10 mcg` in a note where neither the note nor the deck
    has a `source:`. Write down where you looked it up, with its year; the card then shows it.
    """
    if lesson.deck.source or not _UNIT.search(lesson.gist):
        return
    told = None
    for dose in _DOSE.finditer(lesson.typed):
        spot = lesson.spot(dose.start())
        if spot.note.source or spot.note is told:
            continue
        told = spot.note
        span = lesson.span(spot.note, spot.key, spot.start, spot.start + len(dose[0]))
        advice = "add `source:` to the note or the deck: where it can be checked, and of which year"
        message = f"the dose `{dose[0]}` has no source"
        yield warning("dose-without-source", message, span, advice=advice)


def no_license(lesson: Lesson) -> Iterator[Diagnostic]:
    """Without a licence nobody may pass a deck on, whatever its author would have liked.

    That is how copyright works: what is not allowed is forbidden. Classmates who want to share, correct or
    translate the deck have to ask first, and in two years you are hard to find.

    Told where the deck has no `license:`. `CC-BY-SA-4.0` lets everyone use and better it as long as they name
    you and share alike; `CC0-1.0` asks for nothing; `private` says that it stays among you.
    """
    if not lesson.deck.license and lesson.notes:
        advice = "write `license: CC-BY-SA-4.0`, or `license: private`"
        message = "the deck has no licence, so nobody may pass it on"
        yield warning("no-license", message, lesson.deck.key_span("deck"), advice=advice)
