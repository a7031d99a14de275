"""What is fuzzed: cases, and what is done with each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright import explain
from deckwright.source import diagnostics

if TYPE_CHECKING:
    from pathlib import Path

    from hypothesis.strategies import SearchStrategy

    from deckwright.source.diagnostics import Report

Case = Mapping[str, bytes]  # files by their names
SOUND = "sound"  # stands among the codes of a case that came through as a whole
Run = Callable[["Path"], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Target:
    """*run* is given a project's folder with the case's files in it, and returns the codes of what it found.

    Whatever it raises is a failure.
    """

    name: str
    cases: SearchStrategy[Case]
    run: Run


def refused(problem: Exception) -> set[str]:
    """Return the code of a refusal, once it has been held to its promises: it says what to do, and why."""
    assert not isinstance(problem.__cause__, MemoryError), problem
    said = [str(problem), *(getattr(problem, name, "-") for name in ("message", "advice", "code"))]
    assert all(said), said
    return {getattr(problem, "code", "usage")}


def printed(reports: Iterable[Report]) -> set[str]:
    """Print findings in all three ways, as `check` does, and return their codes."""
    reports = tuple(reports)
    texts = [diagnostics.as_json(reports)]
    for report in reports:
        texts += [diagnostics.full(report, colour=True), diagnostics.concise(report)]
    advice = [report.advice for report in reports]
    texts += diagnostics.grouped(advice, lambda code: explain.pages()[code].summary)
    for text in texts:
        text.encode()
    for report in reports:
        for found in report:
            _sound(report, found)
    return {found.code for report in reports for found in report}


def _sound(report: Report, found: diagnostics.Diagnostic) -> None:
    """Hold a finding to its promises: a place in the file, a page that explains it, and one line of words."""
    length = len(report.source.text)
    assert 0 <= found.span.start <= found.span.end <= max(length, found.span.start + 1), found
    assert found.span.start <= length, found
    assert explain.page(found.code), found
    assert found.message, found
    assert not found.message.endswith("."), found
    if found.related:
        assert 0 <= found.related.span.start <= length, found
