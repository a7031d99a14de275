"""Bytes are equal on the machine's own SQLite and on another build of SQLite."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import apsw
import pytest
from click.testing import CliRunner

from deckwright.apkg import write
from deckwright.cli import cli
from support import ROOT, write_project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

EPOCH = "1767225600"
CHANGES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


@dataclass
class Cursor:
    """An apsw cursor that opens and closes transactions where Python's own does: they leave marks."""

    connection: apsw.Connection
    cursor: apsw.Cursor = field(init=False)

    def __post_init__(self) -> None:
        self.cursor = self.connection.cursor()

    def execute(self, statement: str, values: tuple[Any, ...] = ()) -> Cursor:
        self._begin(statement)
        self.cursor.execute(statement, values)
        return self

    def executemany(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        self._begin(statement)
        self.cursor.executemany(statement, rows)

    def executescript(self, script: str) -> None:
        self.commit()
        self.cursor.execute(script)

    def fetchone(self) -> Any:
        return self.cursor.fetchone()

    def commit(self) -> None:
        if self.connection.in_transaction:
            self.cursor.execute("COMMIT")

    def _begin(self, statement: str) -> None:
        if statement.lstrip().upper().startswith(CHANGES) and not self.connection.in_transaction:
            self.cursor.execute("BEGIN")


@dataclass
class Connection:
    """A database in apsw's SQLite, with as much of Python's interface as our writer needs."""

    inner: apsw.Connection

    def cursor(self) -> Cursor:
        return Cursor(self.inner)

    def execute(self, statement: str) -> Cursor:
        return self.cursor().execute(statement)

    def commit(self) -> None:
        self.cursor().commit()

    def serialize(self) -> bytes:
        return self.inner.serialize("main")

    def close(self) -> None:
        self.inner.close()


def own_deck(folder: Path) -> None:
    for name in ("cards.yaml", "cards.lock"):
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "media", folder / "media")


def long_deck(folder: Path) -> None:
    """Make a deck of six hundred notes: from none to thousands of letters each, so that pages split."""
    lengths = ((number, number % 97, number * 7 % 1500) for number in range(600))
    notes = "".join(
        f"  - {{fact: Fact {number}, mnemonic: M{'é' * short}, ask: What?, explanation: x{'y z' * long}}}\n"
        for number, short, long in lengths
    )
    write_project(folder, f"deck: Long\nid: long\nnotes:\n{notes}")


@pytest.mark.parametrize("make", [own_deck, long_deck])
def test_the_same_package_on_another_sqlite(
    make: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = apsw.sqlite_lib_version()
    if other == sqlite3.sqlite_version:
        pytest.fail(f"both are SQLite {other}: nothing is compared; take another release of apsw")
    make(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    build("here.apkg")
    opened: list[Connection] = []

    def connect(name: str) -> Connection:
        opened.append(Connection(apsw.Connection(name)))
        return opened[-1]

    monkeypatch.setattr(write, "sqlite3", SimpleNamespace(connect=connect))
    build("there.apkg", "--locked")
    assert len(opened) == 1
    here, there = ((tmp_path / name).read_bytes() for name in ("here.apkg", "there.apkg"))
    assert here == there


def build(*arguments: str) -> None:
    done = CliRunner().invoke(cli, ["build", "-o", *arguments])
    assert done.exit_code == 0, done.output
