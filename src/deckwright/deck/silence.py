"""Advice that an author does not want: `ignore:` in the deck, or a comment on a note."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from deckwright.deck.advice.catalogue import ADVICE
from deckwright.source.diagnostics import Diagnostic, Report, warning
from deckwright.source.syntax import Scalar
from deckwright.source.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deckwright.deck.model import Deck, Note

# Advice that is given elsewhere than by the rules on how cards are written.
_ELSEWHERE = frozenset(
    {"empty-section", "folded-list", "low-contrast", "no-effect", "several-pictures", "several-symbols"}
    | {"sweep-too-long", "labels-kept", "text-without-field", "unknown-advice"}
)
ADVICE_CODES = frozenset(rule.__name__.replace("_", "-") for rule in ADVICE) | _ELSEWHERE

_REMARK = re.compile(r"(?:^|(?<=[ \t]))#[ \t]*deckwright:[ \t]*ignore\b[ \t]*([^\r\n]*)", re.MULTILINE)
_CODE = re.compile(r"[^\s,]+")


def silence(deck: Deck, report: Report) -> None:
    """Leave out of *report* what the deck's author does not want to be told; odd codes are told."""
    for index, code in enumerate(deck.ignore):
        leave_out(code, report)
        report.extend(_unknown(code, deck.span("ignore", index)))
    if "deckwright:" not in report.source.text:
        return
    notes = sorted(_notes(deck), key=lambda note: note.node.span.start)
    starts = [note.node.span.start for note in notes]
    for remark in _REMARK.finditer(report.source.text):
        before = bisect_right(starts, remark.start()) - 1
        if before >= 0 and _is_text(notes[before], remark.start(), report):
            continue
        note = _note_at(notes, before, remark.start(), report)
        if note is None:
            report.add(_on_no_note(Span(*remark.span())))
            continue
        for found in _CODE.finditer(remark[1]):
            report.silence(found[0], note.node.span)
            place = Span(remark.start(1) + found.start(), remark.start(1) + found.end())
            report.extend(_unknown(found[0], place))


def _notes(deck: Deck) -> Iterator[Note]:
    yield from deck.notes
    for section in deck.sections.values():
        yield from section.notes


def leave_out(code: str, report: Report) -> None:
    """Leave all advice of *code* out of *report*."""
    report.silence(code, Span(0, len(report.source.text)))


def _unknown(code: str, span: Span) -> Iterator[Diagnostic]:
    if code in ADVICE_CODES:
        return
    near = difflib.get_close_matches(code, sorted(ADVICE_CODES), 1)
    advice = f"did you mean `{near[0]}`?" if near else "`deckwright explain` lists all advice"
    yield warning("unknown-advice", f"`{code}` is no advice that can be left out", span, advice=advice)


def _is_text(note: Note, offset: int, report: Report) -> bool:
    """Whether *offset* is in one of the note's texts; a comment may stand behind the mark of a block."""
    for _, value in note.node.pairs:
        if isinstance(value, Scalar) and value.style and value.span.start < offset < value.span.end:
            first = report.source.place(value.span.start).line
            return value.style not in ("|", ">") or report.source.place(offset).line > first
    return False


def _note_at(notes: Sequence[Note], before: int, offset: int, report: Report) -> Note | None:
    """Find the note on whose lines a comment stands, or the one right below it."""
    line = report.source.place(offset).line
    if before >= 0 and line <= report.source.place(notes[before].node.span.end).line:
        return notes[before]
    between = notes[before + 1].node.span.start if before + 1 < len(notes) else offset
    rows = report.source.text[offset:between].splitlines()[1:]
    above = all(row.strip(" \t-") == "" or row.lstrip().startswith("#") for row in rows)
    return notes[before + 1] if before + 1 < len(notes) and above else None


def _on_no_note(span: Span) -> Diagnostic:
    message = "this comment stands at no note, and leaves nothing out"
    advice = "put it right above a note or on one of its lines; for the whole deck write `ignore:` at the top"
    return warning("no-effect", message, span, advice=advice)
