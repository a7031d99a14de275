"""`deckwright check --fix`: mends what can be mended without a doubt, in the author's own file.

The source is spliced: every comment, quote and blank line elsewhere stays byte for byte. What would change
words is only proposed, and made where it is accepted.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deckwright.deck.silence import leave_out
from deckwright.manuscript import rewrite
from deckwright.project import check
from deckwright.readback import Reading, read_back
from deckwright.source.splice import CannotSplice, put
from deckwright.source.text import Edit, SourceFile, apply_edits
from deckwright.workspace import read_decks, read_source, read_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from deckwright.project import Compiled
    from deckwright.source.diagnostics import Diagnostic, Report
    from deckwright.workspace import Project

_ROUNDS = 200  # what stops the parser hides what comes after it
_TRIES = 40  # parts of a round that are tried; each reads the whole file


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
    mended, (paths, ignored) = Mended(), _paths(project)
    before = {path: read_source(path, project.root) for path in paths}
    for path in paths:
        _mend(path, project, ignored, mended)
    if project.lock.exists() and any(one.deck and one.deck.id is None for one in read_decks(project)[1]):
        _write_ids(check(project), mended)
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


def _paths(project: Project) -> tuple[list[Path], tuple[str, ...]]:
    """Return the files that can be written back, those of text, and the advice that none of them wants."""
    head, written = read_decks(project)
    whole = [one for one in (head, *written) if _is_text(one.report)]
    return list(dict.fromkeys(one.path for one in whole)), head.deck.ignore if head.deck else ()


def _is_text(report: Report) -> bool:
    """Whether a file can be written back: odd bytes of one that is no text would be lost."""
    return all(found.code != "undecodable" for found in report)


def _mend(path: Path, project: Project, ignored: tuple[str, ...], mended: Mended) -> None:
    """Mend what needs no asking, round by round: what stops the parser hides what comes after it."""
    source = first = read_source(path, project.root)
    for _ in range(_ROUNDS):
        better, count = _better(source, ignored)
        if not count:
            break
        source, mended.count = better, mended.count + count
    if source.text != first.text:
        rewrite(path, first, source.text)


def _sure(source: SourceFile, ignored: Iterable[str]) -> tuple[list[tuple[Edit, ...]], set[str]]:
    """Return how to mend each finding that needs no asking, in order, and the codes of all errors."""
    report, _ = read_text(source)
    for code in ignored:
        leave_out(code, report)
    fixes = [found.fix.edits for found in report if found.fix and not found.fix.asks]
    return fixes, {found.code for found in report.errors}


def _better(source: SourceFile, ignored: tuple[str, ...]) -> tuple[SourceFile, int]:
    """Make as many fixes at once as can be, and say how many.

    What is made mends its own places, up to the last of them, and brings in no new sort of error.
    """
    fixes, errors = _sure(source, ignored)
    waiting, tries = [fixes], 0
    while waiting and tries < _TRIES:
        chosen, tries = waiting.pop(0), tries + 1
        if made := _made(source, chosen):
            end = max(edit.span.end for edits in chosen for edit in edits)
            new_end = end + len(made.text) - len(source.text)
            left, new_errors = _sure(made, ignored)
            if new_errors <= errors and _before(left, new_end) < _before(fixes, end):
                return made, len(chosen)
        if len(chosen) > 1:
            half = len(chosen) // 2
            waiting += [chosen[:half], chosen[half:]]
    return source, 0


def _made(source: SourceFile, fixes: list[tuple[Edit, ...]]) -> SourceFile | None:
    """Make all *fixes*; None where there are none, or two want the same place."""
    try:
        text = apply_edits(source.text, dict.fromkeys(edit for edits in fixes for edit in edits))
    except ValueError:
        return None
    return SourceFile(source.name, text) if fixes else None


def _before(fixes: Iterable[tuple[Edit, ...]], end: int) -> int:
    return sum(edits[0].span.start <= end for edits in fixes)


def _write_ids(compiled: Compiled, mended: Mended) -> None:
    """Write the id that the lock remembers into each deck that has none of its own."""
    known = {line.id for line in compiled.lock.decks}
    for deck in compiled.decks:
        model, id_ = deck.deck.deck, deck.deck.locked.id
        if model.id is not None or id_ not in known or not _is_text(deck.report):
            continue
        source = deck.report.source
        try:
            made = SourceFile(source.name, apply_edits(source.text, put(source, model.node, "id", id_)))
        except CannotSplice:
            continue
        before, after = read_back(source), read_back(made)
        if after.notes == before.notes and after.deck == {**before.deck, "id": id_} and not after.errors:
            rewrite(deck.path, source, made.text)
            mended.count += 1


def _propose(compiled: Compiled, accept: Accept, mended: Mended) -> None:
    """Ask of each finding whose fix changes words, and make those fixes that are accepted."""
    for deck in compiled.decks:
        if not _is_text(deck.report):
            continue
        source = deck.report.source
        before = read_back(source)
        edits: list[Edit] = []
        for found in deck.report:
            if found.fix is None or not found.fix.asks:
                continue
            if not _does_what_it_says(source, before, found.fix.edits):
                continue
            text = apply_edits(source.text, found.fix.edits)
            if accept(Proposal(found, difference(source.text, text, source.name))):
                edits += found.fix.edits
                mended.count += 1
            else:
                mended.declined += 1
        if edits:
            rewrite(deck.path, source, apply_edits(source.text, dict.fromkeys(edits)))


def _does_what_it_says(source: SourceFile, before: Reading, edits: tuple[Edit, ...]) -> bool:
    """Whether edits change one text of one note, there where they stand, and nothing else in the deck.

    Raw words in YAML can be the end of a text, or the beginning of something else.
    """
    after = read_back(SourceFile(source.name, apply_edits(source.text, edits)))
    if after.fresh_errors(before) or after.deck != before.deck or len(after.notes) != len(before.notes):
        return False
    changes = after.changes(before)
    if len(changes) != 1 or len(edits) != 1:
        return False
    ((at, key),), (edit,) = changes, edits
    old, new = str(before.notes[at][key]), str(after.notes[at][key])
    written = source.text[edit.span.start : edit.span.end]
    return "".join(new.split()) in _without_blanks(old, written, edit.text)


def _without_blanks(text: str, old: str, new: str) -> set[str]:
    """Return what *text* can be once one *old* in it is *new*, without blanks, which YAML may fold."""
    text, old, new = ("".join(one.split()) for one in (text, old, new))
    places = (at for at in range(len(text) - len(old) + 1) if text.startswith(old, at))
    return {text[:at] + new + text[at + len(old) :] for at in places}
