"""A clock set back by a year, and files with the wrong times: no stamp goes back, and no edit is missed."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from deckwright.apkg.read import read_package
from faulty import ONE, TWO, differing, fresh, mostly_slow, posix, seen
from support import deckwright

if TYPE_CHECKING:
    from pathlib import Path

YEAR = 365 * 86_400
EDITS = (("media/swan.svg", b"black", b"brown"), ("cards.yaml", b"Guess", b"Guest"))
BACK = str(int(ONE) - YEAR)


def run(folder: Path, *words: str, at: str = BACK) -> str:
    done = deckwright(*words, cwd=folder, SOURCE_DATE_EPOCH=at)
    assert done.code == 0, done.err
    return done.err


def stamps(folder: Path) -> dict[str, int]:
    return {note.guid: note.modified for note in read_package(folder / "build" / "zoo.apkg").notes}


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "cards.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8", newline="\n")


def test_a_year_back_no_stamp_goes_back_and_every_edit_arrives(zoo: Path, tmp_path: Path) -> None:
    folder = fresh(zoo, tmp_path / "zoo")
    old = stamps(folder)
    run(folder, "build")
    for words, before, after in (
        (["build"], "Guess", "Guest"),
        (["publish"], "Guest", "Gust"),
        (["merge", "theirs.apkg"], "mnemonic: Swam", "mnemonic: Swum"),
        (["build"], "Lie on", "Lion's"),
    ):
        edit(folder, before, after)
        run(folder, *words)
        new = stamps(folder)
        assert all(new[guid] >= old[guid] for guid in old.keys() & new.keys())
        assert new != old or words[0] == "merge"
        old = new
    assert max(old.values()) < int(ONE) + 10, "one second more a build is enough"


def test_the_computers_own_clock_a_year_behind_is_told_and_every_edit_arrives(
    zoo: Path, tmp_path: Path
) -> None:
    folder, ahead = fresh(zoo, tmp_path / "zoo"), int(time.time()) + YEAR
    lock = folder / "cards.lock"
    lock.write_text(lock.read_text("utf-8").replace(ONE, str(ahead)), "utf-8", newline="\n")
    assert "warning[clock]" in run(folder, "build", at="")
    first = stamps(folder)
    edit(folder, "Guess", "Guest")
    assert "warning[clock]" in run(folder, "build", at="")
    assert max(first.values()) == ahead + 1
    assert max(stamps(folder).values()) == ahead + 2


@pytest.mark.parametrize("shift", mostly_slow([-YEAR, YEAR], [-YEAR]))
def test_files_with_the_times_of_another_clock_are_read_all_the_same(
    shift: int, zoo: Path, tmp_path: Path
) -> None:
    made = []
    for name in ("here", "there"):
        folder = fresh(zoo, tmp_path / name)
        run(folder, "build", at=ONE)
        edit(folder, "Guess", "Guest")
        black = folder / "media" / "swan.svg"
        black.write_bytes(black.read_bytes().replace(b"black", b"brown"))
        for path in folder.rglob("*") if name == "there" else ():
            told = path.stat()
            os.utime(path, (told.st_atime + shift, told.st_mtime + shift))
        run(folder, "build", at=TWO)
        made.append(seen(folder))
    assert differing(*made) == []


@posix
@pytest.mark.parametrize(
    ("name", "old", "new"), [("media/swan.svg", b"black", b"brown"), ("cards.yaml", b"Guess", b"Guest")]
)
def test_an_edit_that_keeps_size_and_time_is_noticed(
    name: str, old: bytes, new: bytes, zoo: Path, tmp_path: Path
) -> None:
    """An editor that writes in place, twice within a tick of the clock, or a clock set back in between."""
    folder = fresh(zoo, tmp_path / "zoo")
    run(folder, "build", at=ONE)
    run(folder, "build", at=ONE)
    before, path = stamps(folder), folder / name
    told = path.stat()
    path.write_bytes(path.read_bytes().replace(old, new))
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))
    assert path.stat().st_size == told.st_size
    run(folder, "build", at=TWO)
    after = stamps(folder)
    assert {after[guid] for guid in after if after[guid] != before[guid]} == {int(TWO)}
