"""The collection inside a package: an SQLite file opened with nothing trusted, and values checked by type."""

from __future__ import annotations

import itertools
import re
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from deckwright.apkg.values import NoRoomError, UnreadablePackage, damaged, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_COLLECTION_BYTES = 2 << 30
MAX_TEXT_BYTES = 16 << 20  # one value: all fields of a note, or all note types
MAX_SQL_STEPS = 2_000_000_000  # a row read takes some 20; a loop in a forged file has no end of its own

# Anki: rslib/src/storage/schema11.sql, of the old package format, and upgrades/, of the newest
OLD_SCHEMA = 11
NEWEST_SCHEMA = 18
_TABLES = {
    OLD_SCHEMA: ("col", "notes", "cards", "revlog"),
    NEWEST_SCHEMA: ("col", "notes", "cards", "revlog", "notetypes", "fields", "templates", "decks"),
}
_STEPS_BETWEEN_LOOKS = 1_000_000
_PRAGMAS = (
    "PRAGMA trusted_schema = off",
    "PRAGMA cell_size_check = on",
    "PRAGMA query_only = on",
    "PRAGMA mmap_size = 0",
)
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: MAX_TEXT_BYTES,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 100,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
}
_CREATED = re.compile(r"CREATE\s+(?:UNIQUE\s+)?(?P<kind>TABLE|INDEX)\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Collection:
    """An open collection with Anki's tables in it, and the size of its file in bytes."""

    _db: sqlite3.Connection
    _size: int

    def rows(self, sql: str, bound: int, *, most_bytes: int | None = None) -> Iterator[tuple[object, ...]]:
        """Yield what a query finds, at most *bound* rows holding no more text than the file can.

        Where *most_bytes* is given, they hold no more than that, bytes and characters taken together.
        """
        spent = 0
        for count, row in enumerate(self._db.execute(sql), 1):
            if count > bound:
                raise UnreadablePackage(
                    "too-large",
                    f"the collection has more than {bound} rows in a table",
                    advice="split the deck",
                )
            # In a forged file thousands of rows can share one text; an honest one holds each by itself.
            spent += sum(len(value) for value in row if isinstance(value, str | bytes))
            if spent > self._size:
                raise damaged("the collection repeats the same pages")
            if most_bytes is not None and spent > most_bytes:
                raise damaged(f"a table of the collection holds more than {most_bytes} bytes")
            yield row


@contextmanager
def open_collection(chunks: Iterable[bytes], schema: int) -> Iterator[Collection]:
    """Open *chunks* as a read-only SQLite file of a known schema, which is gone from the disk afterwards.

    Raises `UnreadablePackage`: `damaged-collection`, `unknown-schema` or `too-large`; and `NoRoomError`.
    """
    try:
        with TemporaryDirectory(prefix="deckwright-") as folder:
            path = Path(folder) / "collection.sqlite"
            with path.open("xb") as file:
                size = sum(file.write(chunk) for chunk in chunks)
            with closing(_connect(path)) as db:
                _check_tables(db, schema)
                yield Collection(db, size)
    except UnicodeDecodeError as failure:  # also when SQLite's own message quotes such a name
        raise damaged("the collection holds text that is not UTF-8") from failure
    except sqlite3.Error as failure:
        raise damaged(f"the collection cannot be read: {shown(str(failure))}") from failure
    except OSError as failure:
        raise NoRoomError(
            "cannot-unpack",
            f"the collection cannot be unpacked: {failure.strerror or failure}",
            advice="make room in the folder for temporary files",
        ) from failure


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    for limit, value in _LIMITS.items():
        db.setlimit(limit, value)
    for pragma in _PRAGMAS:
        db.execute(pragma)
    looks = itertools.count(1)
    db.set_progress_handler(lambda: next(looks) * _STEPS_BETWEEN_LOOKS > MAX_SQL_STEPS, _STEPS_BETWEEN_LOOKS)
    return db


def _check_tables(db: sqlite3.Connection, schema: int) -> None:
    """Hold the schema to plain tables and indexes, so that a query runs no code of the package."""
    tables = []
    for kind, name, root, sql in db.execute("SELECT type, name, rootpage, sql FROM sqlite_master"):
        if not (isinstance(root, int) and root > 0 and _is_stored(kind, sql)):
            raise damaged(
                "the collection holds a view, a trigger or a virtual table, which Anki never writes"
            )
        if kind == "table":
            tables.append(name)
    for table in _TABLES[schema]:
        if tables.count(table) != 1:
            raise damaged(f"the collection has no table `{table}`")
        if any(hidden for *_column, hidden in db.execute(f"PRAGMA table_xinfo({table})")):
            raise damaged(f"table `{table}` of the collection holds computed columns")
    versions = db.execute("SELECT ver FROM col LIMIT 2").fetchall()
    if len(versions) != 1:
        raise damaged("table `col` of the collection should have one row")
    if versions != [(schema,)]:
        raise UnreadablePackage(
            "unknown-schema",
            "the collection is of a version that this format does not allow",
            advice='export it from a current Anki with "Support older Anki versions" ticked',
        )


def _is_stored(kind: object, sql: object) -> bool:
    # SQLite runs the text whatever `type` says, so the text is what counts; its own indexes have none.
    if sql is None:
        return kind == "index"
    created = _CREATED.match(sql) if isinstance(sql, str) else None
    return created is not None and created["kind"].lower() == kind
