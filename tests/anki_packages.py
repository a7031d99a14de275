"""Packages made by hand, one table row at a time: nothing in them but what a test says."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from genanki.apkg_col import APKG_COL
from genanki.apkg_schema import APKG_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

STAMP = 1_700_000_000
LATER = STAMP + 1_000
# What Anki's schema 11 needs on every field and template.
_FIELD = {"sticky": False, "rtl": False, "font": "Arial", "size": 20}
_TEMPLATE = {"bqfmt": "", "bafmt": "", "did": None}
_TYPE: dict[str, Any] = {"usn": -1, "did": None, "req": [], "latexPre": "", "latexPost": ""}


@dataclass(frozen=True, slots=True)
class Note:
    """A note by its guid, with a card for each ordinal."""

    guid: str
    fields: tuple[str, ...]
    mod: int = STAMP
    tags: str = ""
    cards: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True)
class Notetype:
    """A note type: fields as names with their stable ids, templates as (name, id, front, back)."""

    fields: tuple[tuple[str, int | None], ...] = (("Front", 11), ("Back", 12))
    templates: tuple[tuple[str, int | None, str, str], ...] = (("Card 1", 21, "{{Front}}", "{{Back}}"),)
    mod: int = STAMP
    css: str = ".card {}"
    id: int = 1_600_000_000_000
    tags: tuple[int, ...] = ()  # of the fields, by which image occlusion knows them
    prevent_deletion: bool = False
    more: Mapping[str, object] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the type as Anki's schema 11 has it."""
        kept = self.prevent_deletion
        fields = [
            {**_FIELD, "name": name, "id": stable, "ord": ord_, "tag": tag, "preventDeletion": kept}
            for ord_, ((name, stable), tag) in enumerate(zip_longest(self.fields, self.tags))
        ]
        templates = [
            {**_TEMPLATE, "name": name, "id": stable, "ord": ord_, "qfmt": front, "afmt": back}
            for ord_, (name, stable, front, back) in enumerate(self.templates)
        ]
        head = {"id": self.id, "name": "Rule", "mod": self.mod, "css": self.css, "type": 0, "sortf": 0}
        return {**_TYPE, **head, "flds": fields, "tmpls": templates, **self.more}


@dataclass(frozen=True, slots=True)
class RawPackage:
    """What a package is made of."""

    notes: tuple[Note, ...]
    notetype: Notetype = Notetype()
    deck: str = "Rules"
    media: Mapping[str, bytes] = field(default_factory=dict)

    def write(self, path: Path) -> str:
        """Write the package in the old format, and return its path as a step takes it."""
        with closing(sqlite3.connect(":memory:")) as database:
            database.executescript(APKG_SCHEMA + APKG_COL)
            decks = json.loads(database.execute("SELECT decks FROM col").fetchone()[0])
            decks["7"] = {**decks["1"], "id": 7, "name": self.deck}
            models = {str(self.notetype.id): self.notetype.as_json()}
            database.execute("UPDATE col SET models = ?, decks = ?", (json.dumps(models), json.dumps(decks)))
            for nid, note in enumerate(self.notes, 1):
                self._add(database, nid * 100, note)
            database.commit()
            collection = database.serialize()
        names = {str(number): name for number, name in enumerate(self.media)}
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("collection.anki2", collection)
            archive.writestr("media", json.dumps(names))
            for number, name in names.items():
                archive.writestr(number, self.media[name])
        return str(path)

    def _add(self, database: sqlite3.Connection, nid: int, note: Note) -> None:
        row = (nid, note.guid, self.notetype.id, note.mod, -1, f" {note.tags} ", "\x1f".join(note.fields))
        database.execute("INSERT INTO notes VALUES (?, ?, ?, ?, ?, ?, ?, '', 0, 0, '')", row)
        cards = [(nid + ordinal, nid, ordinal, note.mod) for ordinal in note.cards]
        rest = ", ".join("0" * 11)
        database.executemany(f"INSERT INTO cards VALUES (?, ?, 7, ?, ?, -1, {rest}, '')", cards)  # noqa: S608


@dataclass(frozen=True, slots=True)
class Shelf:
    """Writes packages into one folder, each under a name of its own."""

    folder: Path

    def __call__(self, *notes: Note, **parts: Any) -> str:
        """Write a package with these notes, and return its path."""
        return RawPackage(notes, **parts).write(self.folder / f"{len(list(self.folder.iterdir()))}.apkg")

    def patched(self, package: Path, change: Callable[[dict[str, Any]], None]) -> str:
        """Write a copy of *package* with its one note type changed by *change*, and return its path."""
        return _patched(package, self.folder / f"{len(list(self.folder.iterdir()))}.apkg", change)


def imported(package: str | Path, **options: object) -> tuple[str, dict[str, Any]]:
    """Say as a step that a package is imported."""
    return "import_package", {"package": str(package), **options}


def log(*, new: int = 0, updated: int = 0, duplicate: int = 0, conflicting: int = 0) -> dict[str, int]:
    """Return the log of an import in which so many notes went each way."""
    counts = {"new": new, "updated": updated, "duplicate": duplicate, "conflicting": conflicting}
    return counts | {"found": sum(counts.values())}


def _patched(package: Path, target: Path, change: Callable[[dict[str, Any]], None]) -> str:
    with zipfile.ZipFile(package) as archive, zipfile.ZipFile(target, "w") as out:
        for name in archive.namelist():
            data = archive.read(name)
            out.writestr(name, _with_notetype(data, change) if name == "collection.anki2" else data)
    return str(target)


def _with_notetype(collection: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(collection)
        models = json.loads(database.execute("SELECT models FROM col").fetchone()[0])
        (notetype,) = models.values()
        change(notetype)
        database.execute("UPDATE col SET models = ?", (json.dumps(models),))
        database.commit()
        return database.serialize()
