"""`deckwright rehearse`: what importing a package does to reviews and own edits, in the real Anki."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import time
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from deckwright.apkg.read import read_package
from deckwright.source.diagnostics import escaped_json, printable
from deckwright.trial import HARMLESS, Rehearsal, Trial, counted, judge, texts
from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from deckwright.apkg.package import Package, PackageNote
    from deckwright.trial import Holdings

    Notes = Mapping[str, PackageNote]  # by guid

_EVERY = 3  # of each sort of notes, the learner edits the first and then every third
_TOLD = {  # the kinds of findings that the counts name only where there are any
    "note-gone": ("note gone", "notes gone"),
    "card-gone": ("card gone", "cards gone"),
    "card-altered": ("card rescheduled", "cards rescheduled"),
    "card-blank": ("card left without a front", "cards left without a front"),
    "edit-lost": ("own edit lost", "own edits lost"),
    "not-applied": ("correction not applied", "corrections not applied"),
    "stays": ("other note differs and stays", "other notes differ and stay"),
    "look-alike": ("new one looks like an old one", "new ones look like old ones"),
}


def rehearse(new: Path, old: Path | None = None, collection: Path | None = None) -> Rehearsal:
    """Import *new* where a pretended learner has *old*, or into a copy of the user's own *collection*.

    Without *old*, the pretended learner has *new* already, and it is imported a second time. An own
    collection is taken as it is; there *old* only tells what its owner wrote from what the author did.

    Raises:
        UnreadablePackage: a package cannot be read, or Anki does not import it.
        UsageProblem: the extra is missing, or *collection* cannot be copied or opened.

    """
    try:
        from deckwright import learner  # noqa: PLC0415 - all that needs the extra
    except ImportError as problem:
        raise UsageProblem(
            f"rehearsing needs Anki itself: run `pip install 'deckwright[anki]'` ({problem})"
        ) from None
    package = read_package(new)
    notes = _by_guid(package)
    known = _by_guid(read_package(old)) if old else None
    first, edited = None, None
    # Anki 24.11 and 25.02 print a stack trace to stdout wherever a step takes a fifth of a second.
    with contextlib.redirect_stdout(io.StringIO()), learner.open_collection(collection) as opened:
        if collection is None:
            arrived = learner.import_package(opened, old or new)
            if known is None:
                first, known = len(arrived.new), notes
            learner.study(opened)
            stamps = _stamps(learner.holdings(opened), known, notes)
            learner.edit(opened, stamps)
            edited = frozenset(stamps)
        before = learner.holdings(opened)
        imported = learner.import_package(opened, new)
        after = learner.holdings(opened)
    if known is not None and edited is None:
        edited = frozenset(_own_edits(before, known))
    types = frozenset(notetype.id for notetype in package.notetypes)
    trial = Trial(before, after, imported, known, notes, types, edited)
    return judge(trial, own=collection is not None, first=first)


def as_text(rehearsal: Rehearsal) -> str:
    """Tell the counts on the first line, then each finding by name: losses first, marked `!`."""
    lines = [_counts(rehearsal)]
    for finding in sorted(rehearsal.findings, key=lambda finding: finding.kind in HARMLESS):
        sign = "~" if finding.kind in HARMLESS else "!"
        lines.append(f"{sign} {finding.name}: {finding.what}")
    return "\n".join(printable(line) for line in lines)


def as_json(rehearsal: Rehearsal) -> str:
    """Tell the same as JSON."""
    return escaped_json({"lost": rehearsal.lost, **dataclasses.asdict(rehearsal)})


def _by_guid(package: Package) -> dict[str, PackageNote]:
    return {note.guid: note for note in package.notes}


def _stamps(held: Holdings, old: Notes, new: Notes) -> dict[int, int]:
    """Choose the notes that the learner edits, some of every sort, and when (seconds since 1970).

    That is after *old* was stamped and before *new* was, but never in the future.
    """
    now = int(time.time())
    sorts = defaultdict(list)
    stamps = {}
    for note_id, note in held.notes.items():
        before, after = old[note.guid], new.get(note.guid, old[note.guid])
        stamps[note_id] = min(now, max(before.modified, after.modified - 1))
        sorts[texts(before) != texts(after), after.modified > before.modified].append(note_id)
    return {note_id: stamps[note_id] for sort in sorts.values() for note_id in sort[::_EVERY]}


def _own_edits(held: Holdings, known: Notes) -> Iterator[int]:
    """Yield the notes that their owner changed after the package *known* brought them.

    A note with an older stamp than the package's has not had it yet.
    """
    for note_id, note in held.notes.items():
        brought = known.get(note.guid)
        if brought and note.modified >= brought.modified and texts(note) != texts(brought):
            yield note_id


def _counts(rehearsal: Rehearsal) -> str:
    parts = [
        f"{rehearsal.updated:,} updated",
        f"{rehearsal.new:,} new",
        f"{counted(rehearsal.reviews_lost, 'review', 'reviews')} lost",
    ]
    if rehearsal.edits_kept is not None and rehearsal.edits_replaced is not None:
        whose = "your own edits" if rehearsal.own else "your classmates' own edits"
        why = ("", " (its note changed)", " (their notes changed)")[min(rehearsal.edits_replaced, 2)]
        parts += [f"{rehearsal.edits_kept:,} of {whose} kept", f"{rehearsal.edits_replaced:,} replaced{why}"]
    parts.append(counted(rehearsal.conflicts, "conflict", "conflicts"))
    kinds = Counter(finding.kind for finding in rehearsal.findings)
    parts += [counted(kinds[kind], *words) for kind, words in _TOLD.items() if kinds[kind]]
    again = "" if rehearsal.first is None else f"{rehearsal.first:,} new; imported again: "
    return again + ", ".join(parts)
