"""`cards.lock`: JSON lines beside the source, committed with it.

Lines are sorted by kind, then id: the order of hashes keeps two branches apart, and no line changes with
every build. Where two were merged all the same, both sides are kept.
"""

from __future__ import annotations

import dataclasses
import json
import re
from errno import EINVAL
from typing import TYPE_CHECKING

from deckwright.apkg import schema11
from deckwright.apkg.lines import LATEST, BadLineError, checked, read_line, write_line
from deckwright.apkg.values import UnreadablePackage, as_object, parse_json
from deckwright.cards.foreign import parse_slot
from deckwright.cards.labels import LABELS
from deckwright.deck.history import (
    ADOPTED,
    KINDS,
    NO_ROW,
    Lock,
    LockedDeck,
    LockedNote,
    LockedNotetype,
    type_name,
)
from deckwright.deck.ids import CARDS_A_NOTE
from deckwright.source.decode import MAX_BYTES, decode
from deckwright.source.diagnostics import Diagnostic, Related, Report, error, warning
from deckwright.source.text import SourceFile, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

LOCK_NAME = "cards.lock"
FORMAT = 1
Entry = LockedDeck | LockedNote | LockedNotetype
_KINDS: dict[str, type[Entry]] = {"deck": LockedDeck, "note": LockedNote, "notetype": LockedNotetype}
_NEEDED = frozenset(
    {"id", "name", "root", "guid", "deck", "key", "born", "type", "content", "modified", "original"}
)
_NOTE_LINE = b'{"kind": "note",'
_LARGEST_NID = 2**53  # with room for the ids of its cards
_MARKER = re.compile(r"<{7}( |$)|={7}$|>{7}( |$)|\|{7}( |$)")
_RESTORE = "take the file back from your last commit or copy; without it, classmates get new cards"


@dataclasses.dataclass(frozen=True, slots=True)
class _Line:
    """An entry of the lock, and where it stands."""

    entry: Entry
    span: Span


def read_lock(path: Path) -> tuple[Lock, Report]:
    """Read the lock at *path*; none there means a project never built. Findings are in the report.

    Raises:
        OSError: it cannot be read.

    """
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise OSError(EINVAL, "this is no file", str(path))
        with path.open("rb") as file:
            source, undecodable = decode(path.name, file.read(MAX_BYTES + 1))
    except FileNotFoundError:
        source, undecodable = SourceFile(path.name, ""), ()
    report = Report(source)
    report.extend(_bad_lock(found.message, found.span) for found in undecodable)
    return Lock() if undecodable else parse_lock(source, report), report


def has_notes(path: Path) -> bool:
    """Tell whether there is a lock at *path* with notes in it, without reading it all.

    Raises:
        OSError: it cannot be read.

    """
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return any(line.startswith(_NOTE_LINE) for line in file)


def parse_lock(source: SourceFile, report: Report) -> Lock:
    """Read a lock; an empty text is the lock of a project never built. Every fault goes to *report*.

    Merge markers are read through, and of two lines about one note the one stamped later counts.
    """
    lines = list(_lines(source, report))
    decks = _merged((line for line in lines if isinstance(line.entry, LockedDeck)), report)
    notetypes = _merged((line for line in lines if isinstance(line.entry, LockedNotetype)), report)
    notes = _merged((line for line in lines if isinstance(line.entry, LockedNote)), report)
    report.extend(_homeless(notes, {line.entry.id for line in decks if isinstance(line.entry, LockedDeck)}))
    ours = {type_name(kind, labels) for kind in KINDS for labels in LABELS}
    report.extend(_typeless(notes, {_name(line.entry) for line in notetypes} | ours))
    report.extend(_conflicts(notes))
    return Lock(
        tuple(line.entry for line in decks if isinstance(line.entry, LockedDeck)),
        tuple(_with_own_ids(line.entry for line in notes if isinstance(line.entry, LockedNote))),
        tuple(line.entry for line in notetypes if isinstance(line.entry, LockedNotetype)),
    )


def format_lock(lock: Lock) -> str:
    """Write a lock as text; equal locks give equal texts."""
    kinds: dict[str, Iterable[Entry]] = {"deck": lock.decks, "note": lock.notes, "notetype": lock.notetypes}
    lines = [write_line(kind, entry) for kind in kinds for entry in sorted(kinds[kind], key=_name)]
    return "".join([json.dumps({"kind": "format", "version": FORMAT}) + "\n", *lines])


def _lines(source: SourceFile, report: Report) -> Iterator[_Line]:
    merged = False
    base = False
    start = 0
    # Not splitlines: U+2028 and its like end no line of ours.
    for text in source.text.split("\n"):
        span = Span(start, start + max(len(text), 1))
        start += len(text) + 1
        line = text.removesuffix("\r")
        if marker := _MARKER.match(line):
            merged, base = True, marker[0].startswith("|")
        elif line and not base:
            yield from _read_line(line, span, report)
    if merged:
        message = "the file holds two sides of a merge; both are kept"
        advice = "see that `cards.yaml` is merged as you want it, then build and commit the lock"
        report.add(warning("lock-merged", message, None, advice=advice))


def _read_line(line: str, span: Span, report: Report) -> Iterator[_Line]:
    try:
        entry = _entry(line)
    except BadLineError as problem:
        report.add(_bad_lock(str(problem), span))
        return
    if entry is not None:
        yield _Line(entry, span)


def _bad_lock(message: str, span: Span) -> Diagnostic:
    return error("bad-lock", message, Span(span.start, span.start + 1), advice=_RESTORE)


def _entry(line: str) -> Entry | None:
    kind, data = read_line(line)
    if kind == "format":
        if data.get("version") != FORMAT:
            raise BadLineError("a newer Deckwright wrote this lock; update Deckwright")
        return None
    if kind not in _KINDS:
        raise BadLineError("this line is not one that Deckwright writes")
    entry = _KINDS[kind](**checked(_KINDS[kind], data, _NEEDED))
    if isinstance(entry, LockedNote) and entry.modified > LATEST:
        raise BadLineError("`modified` is a time that never comes")
    if isinstance(entry, LockedNote) and (entry.nid % CARDS_A_NOTE or entry.nid > _LARGEST_NID):
        raise BadLineError("`nid` is not a note id that Deckwright makes")
    if (
        isinstance(entry, LockedNote)
        and entry.kind == "occlusion"
        and max(entry.cards, default=-1) >= len(entry.rows)
    ):
        raise BadLineError("`rows` are fewer than its cards")
    if isinstance(entry, LockedNotetype):
        _check_notetype(entry)
    return entry


def _check_notetype(entry: LockedNotetype) -> None:
    """See that another tool's note type is one that was read from a package."""
    try:
        data = as_object(parse_json(entry.original, "the texts of the note type"), "the note type")
        found = schema11.notetype(data)
    except UnreadablePackage as problem:
        raise BadLineError(f"`original` is no note type of Anki's: {problem.message}") from problem
    if (found.id, found.name, found.original) != (entry.id, entry.name, entry.original):
        raise BadLineError("`original` is another note type than its line says")
    if len(entry.slots) != len(found.fields):
        raise BadLineError("`slots` are more or fewer than the note type's fields")
    try:
        for slot in entry.slots:
            parse_slot(slot)
    except ValueError as problem:
        raise BadLineError(f"`slots` name `{problem}`, which is no text of a note") from problem


def _merged(lines: Iterable[_Line], report: Report) -> list[_Line]:
    """Keep one line of each name; of two about one note, what the one stamped later says."""
    kept: dict[str, _Line] = {}
    for line in lines:
        name = _name(line.entry)
        other = kept.setdefault(name, line)
        if other is line or other.entry == line.entry:
            continue
        kept[name] = _later(other, line)
        related = Related("the other", other.span)
        message = f"two lines are about `{name}`; the one stamped later counts"
        advice = "build, and commit the lock"
        report.add(warning("lock-merged", message, line.span, advice=advice, related=related))
    return list(kept.values())


def _later(one: _Line, other: _Line) -> _Line:
    """Return the line of two that counts, with the cards and rows of both.

    Two sides that changed the note in one second leave readers with two versions of it: neither is that of
    the next build, which so reaches both.
    """
    if not isinstance(one.entry, LockedNote) or not isinstance(other.entry, LockedNote):
        return one
    ours, theirs = one.entry, other.entry
    later, span = (theirs, other.span) if theirs.modified > ours.modified else (ours, one.span)
    tied = ours.modified == theirs.modified and ours.content != theirs.content
    cards = tuple(sorted({*ours.cards, *theirs.cards}))
    rows = _united(ours.rows, theirs.rows)
    content = ADOPTED if tied or rows != later.rows else later.content
    return _Line(dataclasses.replace(later, cards=cards, rows=rows, content=content), span)


def _united(ours: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
    """Return the rows of both sides; a number that means two notes means none from now on."""
    both = zip(ours, theirs, strict=False)
    rows = [one if one == other else NO_ROW for one, other in both]
    longer = max(ours, theirs, key=len)
    rows += longer[len(rows) :]
    return (*rows, *(guid for guid in dict.fromkeys((*ours, *theirs)) if guid not in rows))


def _name(entry: Entry) -> str:
    return entry.guid if isinstance(entry, LockedNote) else str(entry.id)


def _homeless(notes: Iterable[_Line], decks: set[str]) -> Iterator[Diagnostic]:
    """Yield a finding for each note whose deck has lost its line."""
    for line in notes:
        if isinstance(line.entry, LockedNote) and line.entry.deck not in decks:
            yield _bad_lock(f"the line of its deck `{line.entry.deck}` is missing", line.span)


def _typeless(notes: Iterable[_Line], types: set[str]) -> Iterator[Diagnostic]:
    """Yield a finding for each note whose type has lost its line."""
    for line in notes:
        if isinstance(line.entry, LockedNote) and line.entry.type not in types:
            yield _bad_lock(f"the line of its note type `{line.entry.type}` is missing", line.span)


def _conflicts(notes: Iterable[_Line]) -> Iterator[Diagnostic]:
    """Yield a finding for each key that two live notes have."""
    first: dict[tuple[str, str], _Line] = {}
    for line in notes:
        note = line.entry
        if isinstance(note, LockedNote) and not note.retired:
            other = first.setdefault((note.deck, note.key), line)
            if other is not line:
                message = f"two notes are known as `{note.key}`"
                advice = 'add `"retired": true` to the one that readers have had for less long'
                related = Related("the other", other.span)
                yield error("lock-conflict", message, line.span, advice=advice, related=related)


def _with_own_ids(notes: Iterable[LockedNote]) -> Iterator[LockedNote]:
    """Yield the notes, each with an Anki id of its own; of two with the same the later key gets a new one."""
    used: set[int] = set()
    for note in sorted(notes, key=lambda note: (note.key, note.guid)):
        yield dataclasses.replace(note, nid=0) if note.nid in used else note
        used.add(note.nid)
