"""Findings about a source file, and the three ways to print them."""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect_left, insort
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from deckwright.source.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from deckwright.source.text import Edit, SourceFile

Severity = Literal["error", "warning"]

SHOWN = 3  # places of one piece of advice
WINDOW = 100  # columns of a source line shown around the place
_COLOURS = {"error": "31", "warning": "33"}
# Control characters drive terminals; bidirectional ones reorder what a reader sees; half a character, which
# JSON can hold, is no text in any encoding.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that explains a finding, and what stands there."""

    label: str
    span: Span


@dataclass(frozen=True, slots=True)
class Fix:
    """How to mend a finding in its source; one that changes an author's words *asks* first."""

    edits: tuple[Edit, ...]
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: what is wrong, where, and what to write instead."""

    code: str
    message: str
    span: Span
    advice: str = ""
    related: Related | None = None
    severity: Severity = "error"
    fix: Fix | None = None

    def mended_by(self, *edits: Edit, asks: bool = False) -> Diagnostic:
        """Return this finding with the edits that mend it, if there are any."""
        return replace(self, fix=Fix(edits, asks)) if edits else self


def error(
    code: str, message: str, span: Span | None, *, advice: str = "", related: Related | None = None
) -> Diagnostic:
    """Make a finding that stops the build; without a *span* it stands at the file's start."""
    return Diagnostic(code, message, span or Span(0, 0), advice, related)


def warning(
    code: str, message: str, span: Span | None, *, advice: str = "", related: Related | None = None
) -> Diagnostic:
    """Make a piece of advice, which stops nothing."""
    return Diagnostic(code, message, span or Span(0, 0), advice, related, "warning")


@dataclass
class Report:
    """The findings about one source file; reading goes on past each of them."""

    source: SourceFile
    _found: list[Diagnostic] = field(default_factory=list)
    _silenced: dict[str, list[tuple[int, int]]] = field(default_factory=dict)  # where, in order
    _unwanted: set[str] = field(default_factory=set)
    _faulty: list[tuple[int, int]] = field(default_factory=list)  # where errors stand, in order

    def silence(self, code: str, span: Span | None = None) -> None:
        """Leave out all advice of this code, or what is given within *span*, now and later.

        The spans of one code are the same or lie apart, as notes do.
        """
        if span is None:
            self._unwanted.add(code)
        else:
            insort(self._silenced.setdefault(code, []), (span.start, span.end))

    def add(self, finding: Diagnostic) -> None:
        """Keep one finding."""
        self._found.append(finding)
        if finding.severity == "error":
            insort(self._faulty, (finding.span.start, finding.span.end))

    def extend(self, findings: Iterable[Diagnostic]) -> None:
        """Keep many findings."""
        for finding in findings:
            self.add(finding)

    @property
    def has_errors(self) -> bool:
        """Whether anything found stops the build."""
        return bool(self._faulty)

    def has_error_within(self, span: Span) -> bool:
        """Whether an error was found inside *span*, which may explain what is missing there."""
        first = bisect_left(self._faulty, (span.start, 0))
        last = bisect_left(self._faulty, (span.end + 1, 0))
        return any(end <= span.end for _, end in self._faulty[first:last])

    @property
    def errors(self) -> Report:
        """A report of the errors alone."""
        return self._of("error")

    @property
    def advice(self) -> Report:
        """A report of the advice alone."""
        return self._of("warning")

    def _of(self, severity: Severity) -> Report:
        part = Report(self.source)
        part.extend(finding for finding in self if finding.severity == severity)
        return part

    def count(self, severity: Severity) -> int:
        """How many findings of one severity there are."""
        return sum(finding.severity == severity for finding in self)

    def __iter__(self) -> Iterator[Diagnostic]:
        """Yield the findings, each once, in the order of their places."""
        told = (finding for finding in self._found if not self._is_silenced(finding))
        key = {finding: (finding.span.start, finding.span.end, finding.code) for finding in told}
        return iter(sorted(key, key=key.__getitem__))

    def _is_silenced(self, found: Diagnostic) -> bool:
        if found.severity == "error":
            return False
        spans = self._silenced.get(found.code, [])
        last = bisect_left(spans, (found.span.start + 1, 0)) - 1
        return found.code in self._unwanted or (last >= 0 and found.span.end <= spans[last][1])


def printable(text: str) -> str:
    """Return *text* with every character that could drive a terminal shown as `�`."""
    return _UNPRINTABLE.sub("�", text)


def concise(report: Report) -> str:
    """Print each finding on a line: `file:line:column: error[code]: message`."""
    return "\n".join(
        f"{_position(report.source, found.span)}: {found.severity}[{found.code}]: {printable(found.message)}"
        + (f" ({printable(found.advice)})" if found.advice else "")
        for found in report
    )


def as_json(reports: Iterable[Report]) -> str:
    """Print the findings as a JSON list; lines and columns count from 1, ends are exclusive."""
    entries = [_json_entry(report.source, found) for report in reports for found in report]
    return escaped_json(entries)


def escaped_json(data: object) -> str:
    """Print *data* as JSON in which what could drive a terminal is escaped."""
    text = json.dumps(data, ensure_ascii=False, indent=2)
    return _UNPRINTABLE.sub(lambda match: match[0] if match[0] == "\n" else f"\\u{ord(match[0]):04x}", text)


def full(report: Report, *, colour: bool = False) -> str:
    """Print each finding with its source line, a caret under the place, and the way out."""
    return "\n\n".join(_full_entry(report.source, found, colour=colour) for found in report)


def grouped(
    reports: Iterable[Report], reason: Callable[[str], str], *, colour: bool = False
) -> Iterator[str]:
    """Yield findings by code: some places in full, how many more there are, and the *reason* of the code."""
    groups: dict[str, list[tuple[SourceFile, Diagnostic]]] = {}
    for report in reports:
        for found in report:
            groups.setdefault(found.code, []).append((report.source, found))
    for code, members in groups.items():
        entries = [_full_entry(*member, colour=colour) for member in members[:SHOWN]]
        more = len(members) - SHOWN
        lines = [f"... and {more:,} more `{code}`"] if more > 0 else []
        lines += [f"why: {reason(code)}"] if reason(code) else []
        yield "\n\n".join(entries) + "".join(f"\n  {line}" for line in lines)


def _position(source: SourceFile, span: Span) -> str:
    place = source.place(span.start)
    return f"{printable(source.name)}:{place.line}:{place.column}"


def _json_entry(source: SourceFile, found: Diagnostic) -> dict[str, object]:
    start, end = source.place(found.span.start), source.place(found.span.end)
    entry: dict[str, object] = {
        "code": found.code,
        "severity": found.severity,
        "message": found.message,
        "help": found.advice,
        "file": source.name,
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
    }
    if found.related:
        place = source.place(found.related.span.start)
        entry["related"] = {"label": found.related.label, "line": place.line, "column": place.column}
    return entry


def _full_entry(source: SourceFile, found: Diagnostic, *, colour: bool) -> str:
    place = source.place(found.span.start)
    head = f"{found.severity}[{found.code}]"
    if colour:
        head = f"\x1b[1;{_COLOURS[found.severity]}m{head}\x1b[0m"
    second = ""
    if found.related:
        second = f"   ({found.related.label}: {_position(source, found.related.span)})"
    number = str(place.line)
    gutter = " " * len(number)
    shown, caret = _window(source.line(place.line), place.column - 1, found.span.end - found.span.start)
    return "\n".join(
        [
            f"{head}: {printable(found.message)}",
            f"{gutter}--> {_position(source, found.span)}{second}",
            f"{gutter} |",
            f"{number} | {shown}",
            f"{gutter} | {caret} {printable(found.advice)}".rstrip(),
        ]
    )


def _window(line: str, column: int, length: int) -> tuple[str, str]:
    """Cut *line* to the part around *column*; return it and the carets under the place."""
    first = max(0, column - WINDOW // 2) if len(line) > WINDOW else 0
    cut = printable(line[first : first + WINDOW].replace("\t", " "))
    before, marked = cut[: column - first], cut[column - first : column - first + max(length, 1)]
    lead, tail = "…" if first else "", "…" if first + WINDOW < len(line) else ""
    return lead + cut + tail, " " * (columns(before) + len(lead)) + "^" * max(columns(marked), 1)


def columns(text: str) -> int:
    """Return how many terminal columns *text* takes: two a wide character, none an invisible one."""
    return sum(
        0
        if unicodedata.category(char) in ("Mn", "Me", "Cf")
        else 2
        if unicodedata.east_asian_width(char) in "WF"
        else 1
        for char in text
    )
