"""`deckwright check --fix`: mends what can be mended without a doubt, in the author's own file.

The source is spliced: every comment, quote and blank line elsewhere stays byte for byte. What would change
words is only proposed, and made where it is accepted.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deckwright.manuscript import rewrite
from deckwright.project import check
from deckwright.source import layout
from deckwright.source.text import Edit, SourceFile, Span, apply_edits
from deckwright.workspace import read_decks, read_source, read_text

if TYPE_CHECKING:
    from pathlib import Path

    from deckwright.project import Compiled
    from deckwright.source.diagnostics import Diagnostic
    from deckwright.workspace import Project

_ROUNDS = 200  # what stops the parser hides what comes after it


@dataclass(frozen=True, slots=True)
class Proposal:
    """A finding whose fix changes words; *difference* shows the lines as they are and as they would be."""

    finding: Diagnostic
    difference: str


Accept = Callable[[Proposal], bool]


@dataclass
class Mended:
    """What was done: how many findings were mended and declined, and what became of each file by its name."""

    count: int = 0
    declined: int = 0
    differences: dict[str, str] = field(default_factory=dict)


def fix(project: Project, accept: Accept | None) -> Mended:
    """Mend the project's files; *accept* is asked of each proposal, and without it none is made.

    Raises:
        ChangedMeanwhile: somebody saved a file in between; what was written before stays.
        OSError: a file cannot be read or replaced.

    """
    mended, paths = Mended(), _paths(project)
    before = {path: read_source(path, project.root) for path in paths}
    for path in paths:
        _mend(path, project, mended)
    compiled = check(project)
    _write_ids(compiled, mended)
    if accept:
        _propose(check(project), accept, mended)
    for path, old in before.items():
        new = read_source(path, project.root)
        if new.text != old.text:
            mended.differences[old.name] = difference(old.text, new.text, old.name)
    return mended


def difference(old: str, new: str, name: str) -> str:
    """Show the lines that differ between two texts of the file *name*."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), name, name, lineterm="", n=0)
    return "\n".join(lines)


def _paths(project: Project) -> list[Path]:
    head, written = read_decks(project)
    return list(dict.fromkeys(one.path for one in (head, *written)))


def _mend(path: Path, project: Project, mended: Mended) -> None:
    """Mend what needs no asking, round by round: what stops the parser hides what comes after it."""
    source = first = read_source(path, project.root)
    for _ in range(_ROUNDS):
        better, count = _better(source, _sure(source))
        if not count:
            break
        source, mended.count = better, mended.count + count
    if source.text != first.text:
        rewrite(path, first, source.text)


def _sure(source: SourceFile) -> list[tuple[Edit, ...]]:
    """Return how to mend each finding about a text that needs no asking."""
    report, _ = read_text(source)
    return [found.fix.edits for found in report if found.fix and not found.fix.asks]


def _better(source: SourceFile, fixes: list[tuple[Edit, ...]]) -> tuple[SourceFile, int]:
    """Make all *fixes* at once if that leaves fewer to make, else the first that does; say how many."""
    for chosen in (fixes, *([one] for one in fixes)):
        try:
            text = apply_edits(source.text, [edit for edits in chosen for edit in edits])
        except ValueError:  # two want the same place
            continue
        made = SourceFile(source.name, text)
        if chosen and len(_sure(made)) < len(fixes):
            return made, len(chosen)
    return source, 0


def _write_ids(compiled: Compiled, mended: Mended) -> None:
    """Write the id that the lock remembers into each deck that has none of its own."""
    known = {line.id for line in compiled.lock.decks}
    for deck in compiled.decks:
        model, id_ = deck.deck.deck, deck.deck.locked.id
        if model.node.get("id") is None and id_ in known:
            source = deck.report.source
            end = layout.end_of_line(source, model.span("deck").end)
            lead = layout.line_end(source) + " " * layout.column(source, model.key_span("deck").start)
            rewrite(deck.path, source, apply_edits(source.text, [Edit(Span(end, end), f"{lead}id: {id_}")]))
            mended.count += 1


def _propose(compiled: Compiled, accept: Accept, mended: Mended) -> None:
    """Ask of each finding whose fix changes words, and make those fixes that are accepted."""
    for deck in compiled.decks:
        source = deck.report.source
        edits: list[Edit] = []
        for found in deck.report:
            if found.fix is None or not found.fix.asks:
                continue
            text = apply_edits(source.text, found.fix.edits)
            if accept(Proposal(found, difference(source.text, text, source.name))):
                edits += found.fix.edits
                mended.count += 1
            else:
                mended.declined += 1
        if edits:
            rewrite(deck.path, source, apply_edits(source.text, dict.fromkeys(edits)))
