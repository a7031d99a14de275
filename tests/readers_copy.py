"""A reader's copy of a package, as an old-format export of Anki would be: notes edited, and notes added."""

from __future__ import annotations

import json
import sqlite3
import tempfile
import zipfile
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class ReadersCopy:
    """The notes of a package under a reader's hands; written with `save`."""

    package: Path
    edits: dict[str, dict[str, str]] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    added: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    clock: int = 1_767_300_000  # of whoever added notes

    def edit(self, fact: str, **fields: str) -> ReadersCopy:
        """Give a note other fields; `_` stands for a blank in their names."""
        self.edits.setdefault(fact, {}).update(
            {name.replace("_", " "): text for name, text in fields.items()}
        )
        return self

    def tag(self, fact: str, tags: str) -> ReadersCopy:
        """Give a note these tags and no others."""
        self.tags[fact] = tags
        return self

    def add(self, guid: str, tags: str = "", **fields: str) -> ReadersCopy:
        """Add a note of the deck's own type."""
        self.added.append((guid, fields, tags))
        return self

    def save(self, target: Path) -> Path:
        """Write the copy."""
        with zipfile.ZipFile(self.package) as old, zipfile.ZipFile(target, "w") as new:
            for member in old.infolist():
                data = old.read(member)
                new.writestr(member, self._edited(data) if member.filename == "collection.anki2" else data)
        return target

    def _edited(self, collection: bytes) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "collection"
            path.write_bytes(collection)
            with closing(sqlite3.connect(path)) as db:
                self._edit(db)
                db.commit()
            return path.read_bytes()

    def _edit(self, db: sqlite3.Connection) -> None:
        models = json.loads(db.execute("select models from col").fetchone()[0])
        names = {int(id_): [part["name"] for part in model["flds"]] for id_, model in models.items()}
        notes = db.execute("select id, mid, flds from notes").fetchall()
        for note, mid, flds in notes:
            fields = dict(zip(names[mid], flds.split("\x1f"), strict=True))
            fact = fields["Fact"] if "Explanation" in fields else ""
            if fact in self.edits:
                assert self.edits[fact].keys() <= fields.keys()
                text = "\x1f".join((fields | self.edits[fact]).values())
                db.execute("update notes set flds = ?, mod = mod + 1000 where id = ?", (text, note))
            if fact in self.tags:
                db.execute("update notes set tags = ? where id = ?", (f" {self.tags[fact]} ", note))
        own = next(mid for mid, found in names.items() if "Mnemonic" in found and "Fact" in found)
        card = db.execute("select * from cards").fetchone()
        for number, (guid, fields, tags) in enumerate(self.added):
            text = "\x1f".join(fields.get(name, "") for name in names[own])
            row = (9_000 + number, guid, own, self.clock, -1, f" {tags} ", text, "", 0, 0, "")
            db.execute("insert into notes values (?,?,?,?,?,?,?,?,?,?,?)", row)
            marks = ",".join("?" * len(card))
            values = (9_000 + number, 9_000 + number, *card[2:])
            db.execute(f"insert into cards values ({marks})", values)  # noqa: S608
