"""`read` and `unpack` on packages of both formats, damaged outside, inside, and in their values."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
import zlib
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import zstandard
from hypothesis import strategies as st

from deckwright.apkg.compare import dump
from deckwright.apkg.read import read_package, take_out
from deckwright.apkg.values import UnreadablePackage
from deckwright.unpack import unpack
from deckwright.usage import UsageProblem
from fuzz import tokens
from fuzz.mutations import changed, changes, mutated
from fuzz.target import SOUND, Target, printed, refused
from fuzz.trees import all_exchanged, exchanges

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from hypothesis.strategies import SearchStrategy

    from fuzz.mutations import Change
    from fuzz.seeds import Members
    from fuzz.target import Case

NAME = "deck.apkg"
_ZSTD = b"\x28\xb5\x2f\xfd"
_PACKED = zstandard.ZstdCompressor(level=1)


def target(known: Sequence[Members]) -> Target:
    """Fuzz the reader of packages, and what `unpack` makes of those that read."""
    return Target("read", _cases(known), run)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A value of a table to be changed: which table, row and column, and how."""

    table: int
    row: int
    column: int
    value: Any
    changes: Sequence[Change]
    exchanges: Any


_cells = st.builds(
    _Cell,
    st.integers(0, 30),
    st.integers(0, 60),
    st.integers(0, 30),
    st.sampled_from(tokens.CELLS) | st.none(),
    changes(),
    st.none() | exchanges,
)
_statements = st.sampled_from(tokens.STATEMENTS)


def _cases(known: Sequence[Members]) -> SearchStrategy[Case]:
    whole = tuple(_zipped(members) for members in known)
    of_values = st.builds(
        _revalued, st.sampled_from(known), st.lists(_cells, max_size=4), st.lists(_statements, max_size=1)
    )
    packages = st.one_of(
        of_values,
        of_values,
        st.builds(_remade, st.sampled_from(known), st.integers(0, 30), changes()),
        st.builds(_renamed, st.sampled_from(known), st.integers(0, 30), st.sampled_from(tokens.TEXTS)),
        mutated(whole, tokens.PACKAGE),
    )
    return st.builds(lambda data: {NAME: data}, packages)


def _zipped(members: Iterable[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, data in members:
            package.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


def _remade(members: Members, index: int, made: Sequence[Change]) -> bytes:
    """Damage one member, below the zip's check sum and, where it is packed, below that packing."""
    name = members[index % len(members)][0]
    return _zipped((other, _damaged(data, made) if other == name else data) for other, data in members)


def _damaged(data: bytes, made: Sequence[Change]) -> bytes:
    if data.startswith(_ZSTD) and len(made) % 2:
        return _PACKED.compress(changed(zstandard.decompress(data), made, tokens.PACKAGE))
    return changed(data, made, tokens.PACKAGE)


def _renamed(members: Members, index: int, name: str) -> bytes:
    """Call a member, or a file in the list of media, by another name."""
    at = index % len(members)
    kept = [
        (name.replace("\0", "_") if number == at else old, data) for number, (old, data) in enumerate(members)
    ]
    for number, (old, data) in enumerate(kept):
        if old == "media" and data.startswith(b"{"):
            names = json.loads(data)
            kept[number] = (old, json.dumps(dict.fromkeys(names, name) | {"0": "a.png"}).encode())
    return _zipped(kept)


def _revalued(members: Members, cells: Sequence[_Cell], statements: Sequence[str]) -> bytes:
    """Change values in the tables of the collection that is read."""
    names = ("collection.anki21b", "collection.anki21", "collection.anki2")
    name = next(name for name in names if name in dict(members))
    return _zipped(
        (other, _database(data, cells, statements) if other == name else data) for other, data in members
    )


def _database(data: bytes, cells: Sequence[_Cell], statements: Sequence[str]) -> bytes:
    is_packed = data.startswith(_ZSTD)
    with closing(sqlite3.connect(":memory:")) as db:
        db.create_collation("unicase", lambda a, b: (a > b) - (a < b))
        db.deserialize(zstandard.decompress(data) if is_packed else data)
        for cell in cells:
            _change(db, cell)
        for statement in statements:
            with suppress(sqlite3.Error):
                db.execute(statement)
        db.commit()
        made = db.serialize()
    return _PACKED.compress(made) if is_packed else made


def _change(db: sqlite3.Connection, cell: _Cell) -> None:
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    table = tables[cell.table % len(tables)]
    columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    column = columns[cell.column % len(columns)]
    rows = db.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - a table of our own seed
    if not rows:
        return
    row = rows[cell.row % len(rows)]
    old = row[columns.index(column)]
    where = " AND ".join(f"{name} IS ?" for name in columns)
    with suppress(sqlite3.Error):
        db.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (_new(old, cell), *row))  # noqa: S608


def _new(old: Any, cell: _Cell) -> Any:
    """Return another value: of JSON another part, of bytes and texts damaged ones, else any."""
    if isinstance(old, str) and old.startswith("{") and cell.exchanges:
        return json.dumps(all_exchanged(json.loads(old), cell.exchanges))
    if isinstance(old, bytes) and cell.changes:
        return changed(old, cell.changes, tokens.PACKAGE)
    if isinstance(old, str) and old and cell.changes:
        return changed(old.encode(), cell.changes, tokens.PACKAGE).decode("utf-8", "replace")
    return cell.value


def run(folder: Path) -> Iterable[str]:
    """Read the package; of those that can be read, print all, take the media out, and unpack some."""
    path = folder / NAME
    try:
        package = read_package(path)
        assert not any(ord(sign) < 32 and sign != "\n" for sign in dump(package))
        taken = dict.fromkeys(file.name for file in package.media)
        take_out(path, taken, lambda _, chunks: [*chunks])
        return {SOUND} | (_unpacked(path) if zlib.crc32(path.read_bytes()) % 4 == 0 else set())
    except UnreadablePackage as problem:
        return refused(problem)


def _unpacked(path: Path) -> set[str]:
    """Make a project of the package; it is whole, or not there at all."""
    root = path.parent / "out"
    try:
        made = unpack(path, root)
    except UsageProblem as problem:
        assert not root.exists()
        return refused(problem)
    assert (root / "cards.yaml").exists() == (made.takeover.lock is not None)
    return printed(made.takeover.compiled.reports)
