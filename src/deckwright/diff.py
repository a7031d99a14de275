"""`deckwright diff`: what a reader would see change between two packages."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from deckwright.apkg.changes import Changes, NoteChange, compare, reworded
from deckwright.apkg.read import read_package
from deckwright.build import draft
from deckwright.source.diagnostics import escaped_json, printable
from deckwright.workspace import find_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckwright.project import Compiled

_INDENT = "    "


class FaultyDeck(Exception):  # noqa: N818 - the deck is at fault, not the comparison
    """The deck to compare with has errors; *compiled* holds them."""

    def __init__(self, compiled: Compiled) -> None:
        super().__init__("the deck has errors")
        self.compiled = compiled


def diff(old: Path, new: Path) -> Changes:
    """Compare the package *old* with *new*: a package, or a project as it would be built now.

    Raises:
        UnreadablePackage: a package cannot be read.
        UsageProblem: *new* is neither a package nor a project.
        FaultyDeck: the project cannot be built as it stands.

    """
    before = read_package(old)
    if new.suffix == ".apkg":
        return compare(before, read_package(new))
    with tempfile.TemporaryDirectory() as folder:
        built = draft(find_project(new), Path(folder) / "new.apkg")
        if not built.packages:
            raise FaultyDeck(built.compiled)
        return compare(before, read_package(built.packages[0].path))


def as_text(changes: Changes) -> str:
    """Tell the changes as people read them, words old and new, with the counts at the end."""
    return "\n".join(printable(line) for line in _lines(changes))


def as_json(changes: Changes) -> str:
    """Tell the changes as JSON, with the whole HTML of every field that differs."""
    return escaped_json(dataclasses.asdict(changes))


def _lines(changes: Changes) -> Iterator[str]:
    for _, name in changes.new:
        yield f"+ {name}: new"
    for note in changes.changed:
        yield from _note(note)
    for _, name in changes.gone:
        yield f"- {name}: gone; it stays in the collections that have it"
    for notetype in changes.notetypes:
        yield f"note type {notetype.name}: {'; '.join(notetype.what)} changed"
        if notetype.forks:
            yield f"{_INDENT}Anki makes a second type of it, and updates none of the notes that readers have"
    for sign, names in (
        ("+", changes.media_added),
        ("-", changes.media_removed),
        ("~", changes.media_changed),
    ):
        yield from (f"{sign} {name}: media" for name in names)
    yield (
        f"{len(changes.new)} new, {len(changes.changed)} changed, {len(changes.gone)} gone,"
        f" {changes.unchanged} unchanged"
    )


def _note(note: NoteChange) -> Iterator[str]:
    renamed = note.old_name != note.name
    yield f"> {note.name}: renamed from {note.old_name}" if renamed else f"~ {note.name}"
    for change in note.fields:
        for run in reworded(change.old, change.new) or ("its markup changed",):
            yield f"{_INDENT}{change.field}: {run}"
    if note.deck:
        yield f"{_INDENT}deck: {note.deck[0]} → {note.deck[1]}"
    if note.notetype:
        yield f"{_INDENT}note type: {note.notetype[0]} → {note.notetype[1]}"
    for what, added, removed in (
        ("tags", note.tags_added, note.tags_removed),
        ("cards", note.cards_added, note.cards_removed),
    ):
        signed = [*(f"+{name}" for name in added), *(f"-{name}" for name in removed)]
        if signed:
            yield f"{_INDENT}{what}: {', '.join(signed)}"
    if note.older:
        yield f"{_INDENT}its stamp is older: Anki will not apply this"
