"""Advice that an author does not want: `ignore:` in the deck, or a comment on a note."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from deckwright.deck.advice.catalogue import ADVICE
from deckwright.deck.model import notes_of
from deckwright.source import layout
from deckwright.source.diagnostics import Diagnostic, Report, warning
from deckwright.source.syntax import Mapping, Node, Scalar, Sequence
from deckwright.source.text import SourceFile, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from deckwright.deck.model import Deck, Note

# Advice that is given elsewhere than by the rules on how cards are written.
_ELSEWHERE = frozenset(
    {"empty-section", "folded-list", "low-contrast", "no-effect", "several-pictures", "several-symbols"}
    | {
        "sweep-too-long",
        "labels-kept",
        "text-without-field",
        "unknown-advice",
        "unknown-license",
        "others-material",
    }
)
ADVICE_CODES = frozenset(rule.__name__.replace("_", "-") for rule in ADVICE) | _ELSEWHERE

_REMARK = re.compile(
    r"(?:^|(?<=[ \t]))#[ \t]*deckwright:[ \t]*ignore\b(?!-)[ \t]*:?[ \t]*([^\r\n]*)",
    re.MULTILINE | re.IGNORECASE,
)
_ENDLESS = float("inf")
_NEAR = 0.75  # likeness from which one code may be meant by another
_CODE = re.compile(r"[^\s,]+")


def silence(deck: Deck, report: Report) -> None:
    """Leave out of *report* what the deck's author does not want to be told; odd codes are told."""
    for index, code in enumerate(deck.ignore):
        leave_out(code, report)
        report.extend(_unknown(code, deck.span("ignore", index)))
    if "deckwright:" not in report.source.text.lower():
        return
    notes = sorted(notes_of(deck), key=lambda note: note.node.span.start)
    lines = list(_lines(notes, report.source))
    firsts = [first for first, _ in lines]
    texts = sorted(_texts(deck.node, report.source))
    for remark in _REMARK.finditer(report.source.text):
        around = bisect_right(texts, (remark.start(), _ENDLESS)) - 1
        if around >= 0 and remark.start() < texts[around][1]:
            continue
        line = report.source.place(remark.start()).line
        at = bisect_right(firsts, line) - 1
        if at >= 0 and line <= lines[at][1]:
            _leave_out_at(notes[at], remark, report)
        else:
            report.add(_on_no_note(Span(*remark.span())))


def _leave_out_at(note: Note, remark: re.Match[str], report: Report) -> None:
    """Leave the advice that a comment names out at its note."""
    codes = list(_CODE.finditer(remark[1]))
    for found in codes:
        code = found[0].lower()
        report.silence(code, note.node.span)
        place = Span(remark.start(1) + found.start(), remark.start(1) + found.end())
        report.extend(_unknown(code, place))
    if not codes:
        span = Span(remark.start(), remark.start() + len(remark[0].rstrip()))
        advice = "write one, as in `# deckwright: ignore fact-too-long`"
        report.add(warning("unknown-advice", "no code is named here", span, advice=advice))


def leave_out(code: str, report: Report) -> None:
    """Leave all advice of *code* out of *report*."""
    report.silence(code)


def _unknown(code: str, span: Span) -> Iterator[Diagnostic]:
    if code in ADVICE_CODES:
        return
    near = difflib.get_close_matches(code, sorted(ADVICE_CODES), 1, _NEAR)
    advice = "only advice can be left out; `deckwright explain` lists it"
    if near:
        advice = f"did you mean `{near[0]}`?"
    yield warning("unknown-advice", f"`{code}` is no advice that can be left out", span, advice=advice)


def _texts(node: Node, source: SourceFile) -> Iterator[tuple[int, int]]:
    """Yield where texts stand in which a `#` is no comment; behind the mark of a block there may be one."""
    if isinstance(node, Scalar) and node.style:
        start = layout.end_of_line(source, node.span.start) if node.style in ("|", ">") else node.span.start
        yield start, node.span.end
    inner = node.items if isinstance(node, Sequence) else ()
    pairs = node.pairs if isinstance(node, Mapping) else ()
    for child in (*inner, *(part for pair in pairs for part in pair)):
        yield from _texts(child, source)


def _lines(notes: Iterable[Note], source: SourceFile) -> Iterator[tuple[int, int]]:
    """Yield the first and the last line of each note, with the comments right above it."""
    last = 0
    for note in notes:
        first = source.place(note.node.span.start).line
        while first - 1 > last and source.line(first - 1).strip(" \t-")[:1] in ("", "#"):
            first -= 1
        last = source.place(note.node.span.end).line
        yield first, last


def _on_no_note(span: Span) -> Diagnostic:
    message = "this comment stands at no note, and leaves nothing out"
    advice = "put it right above a note or on one of its lines; for the whole deck write `ignore:` at the top"
    return warning("no-effect", message, span, advice=advice)
