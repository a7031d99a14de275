"""`cards.lock`: JSON lines beside the source, committed with it, and the stamps kept there.

Lines are sorted by kind, then id: the order of hashes keeps two branches apart, and no line changes with
every build.
"""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from deckwright.deck.history import Lock, LockedDeck, LockedNote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from deckwright.cards.render import Rendered
    from deckwright.deck.identity import IdentifiedDeck

FORMAT = 1
_KINDS: dict[str, type[LockedDeck | LockedNote]] = {"deck": LockedDeck, "note": LockedNote}
_TYPES: dict[str, type] = {"str": str, "int": int, "bool": bool, "tuple[int, ...]": tuple}
_NEEDED = frozenset(
    {"id", "name", "root", "guid", "deck", "key", "born", "nid", "type", "content", "modified"}
)
_LARGEST = 2**53  # of a whole number that every reader of JSON keeps
_LATEST = 2**40  # of a stamp in seconds, which has room for later ones


class BadLock(ValueError):  # noqa: N818 - reads as what it is
    """A lock that cannot be read: *line* counts from 1, *message* is one headline."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


@dataclasses.dataclass(frozen=True, slots=True)
class Stamped:
    """A rendered note with its stamp, in whole seconds."""

    rendered: Rendered
    modified: int


def parse_lock(text: str) -> Lock:
    """Read a lock; an empty text is the lock of a project never built.

    Raises:
        BadLock: a line is not one that `format_lock` writes.

    """
    decks: list[LockedDeck] = []
    notes: list[LockedNote] = []
    first: dict[tuple[str, str | int], int] = {}
    # Not splitlines: U+2028 and its like end no line of ours.
    for number, line in enumerate(text.removesuffix("\n").split("\n") if text else (), 1):
        entry = _entry(line, number)
        if isinstance(entry, LockedDeck):
            names: tuple[tuple[str, str | int], ...] = (("id", entry.id),)
            decks.append(entry)
        elif entry is not None:
            names = (("guid", entry.guid), ("nid", entry.nid))
            notes.append(entry)
        else:
            continue
        for name in names:
            if name in first:
                raise BadLock(number, f"line {first[name]} has the same {name[0]}")
            first[name] = number
    _check_whole(decks, notes, {name[1]: number for name, number in first.items()})
    return Lock(tuple(decks), tuple(notes))


def _check_whole(decks: list[LockedDeck], notes: list[LockedNote], lines: dict[str | int, int]) -> None:
    """Refuse a lock that lost the line of a deck, or in which two notes would share a card id."""
    known = {deck.id for deck in decks}
    cards: set[int] = set()
    for note in notes:
        if note.deck not in known:
            raise BadLock(lines[note.guid], f"the line of its deck `{note.deck}` is missing")
        own = {note.nid + ordinal for ordinal in note.cards}
        if own & cards:
            raise BadLock(lines[note.guid], "its note id is too near to that of another note")
        cards |= own


def format_lock(lock: Lock) -> str:
    """Write a lock as text; equal locks give equal texts."""
    lines: list[dict[str, Any]] = [{"kind": "format", "version": FORMAT}]
    lines += [{"kind": "deck", **_filled(deck)} for deck in sorted(lock.decks, key=lambda deck: deck.id)]
    lines += [{"kind": "note", **_filled(note)} for note in sorted(lock.notes, key=lambda note: note.guid)]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def stamp(
    deck: IdentifiedDeck, notes: Iterable[Rendered], lock: Lock, now: int
) -> tuple[tuple[Stamped, ...], Lock]:
    """Give every note its stamp and write them into the lock.

    A note whose content is the lock's keeps its stamp, since Anki replaces the reader's own edits on every
    note whose stamp is newer. The others share one, later than any before, since Anki ignores an edit whose
    stamp is not. *now* is in seconds.
    """
    fresh = max(now, lock.newest + 1)
    stamped = tuple(Stamped(note, _modified(note, fresh)) for note in notes)
    lines = [
        note.rendered.note.line(deck.locked.id, "mnemonic", note.rendered.cards, note.modified)
        for note in stamped
    ]
    known = {line.guid for line in lines}
    gone = {line.guid for line in deck.vanished}
    rest = (
        dataclasses.replace(line, retired=True) if line.guid in gone else line
        for line in lock.notes
        if line.guid not in known
    )
    decks = [line for line in lock.decks if line.id != deck.locked.id]
    return stamped, Lock((*decks, deck.locked), (*lines, *rest))


def read_lock(path: Path) -> Lock:
    """Read the lock at *path*; none there means a project never built.

    Raises:
        BadLock: it is not one of ours.
        OSError: it cannot be read.

    """
    try:
        return parse_lock(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        return Lock()
    except UnicodeDecodeError as problem:
        line = 1 + problem.object.count(b"\n", 0, problem.start)
        raise BadLock(line, "this line is not UTF-8 text") from problem


def _modified(note: Rendered, fresh: int) -> int:
    locked = note.note.locked
    if locked is not None and locked.content == note.note.content:
        return locked.modified
    return fresh


def _filled(entry: LockedDeck | LockedNote) -> dict[str, Any]:
    """Leave out what is empty or false, so that a line tells what there is."""
    values = {field.name: getattr(entry, field.name) for field in dataclasses.fields(entry)}
    return {name: value for name, value in values.items() if value not in ("", False)}


def _entry(line: str, number: int) -> LockedDeck | LockedNote | None:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as problem:
        raise BadLock(number, "this line is not one that Deckwright writes") from problem
    kind = data.pop("kind", None) if isinstance(data, dict) else None
    if kind == "format":
        if data.get("version") != FORMAT:
            raise BadLock(number, "a newer Deckwright wrote this lock; update Deckwright")
        return None
    if not isinstance(kind, str) or kind not in _KINDS:
        raise BadLock(number, "this line is not one that Deckwright writes")
    return _KINDS[kind](**dict(_values(_KINDS[kind], data, number)))


def _values(
    kind: type[LockedDeck | LockedNote], data: dict[str, Any], number: int
) -> Iterator[tuple[str, Any]]:
    """Check each value of a line against the type of its field; what is left out is empty."""
    fields = {field.name: _TYPES[str(field.type)] for field in dataclasses.fields(kind)}
    if unknown := sorted(data.keys() - fields.keys()):
        raise BadLock(number, f"unknown key `{unknown[0]}`")
    for name, type_ in fields.items():
        value = data.get(name, type_())
        if type_ is tuple and isinstance(value, list) and all(type(item) is int for item in value):
            value = tuple(value)
        if type(value) is not type_ or not _is_sound(value):
            raise BadLock(number, f"`{name}` has a value of the wrong kind")
        if name == "modified" and isinstance(value, int) and value > _LATEST:
            raise BadLock(number, "`modified` is a time that never comes")
        if not value and name in _NEEDED:
            raise BadLock(number, f"`{name}` is missing")
        yield name, value


def _is_sound(value: Any) -> bool:
    """Whether a package can hold *value*: half a character or a huge number cannot be written."""
    if isinstance(value, str):
        return not any("\ud800" <= char <= "\udfff" for char in value)
    return all(0 <= number < _LARGEST for number in (value if isinstance(value, tuple) else (value,)))
