"""A folder that nobody may write to: it is mounted so, for permissions do not bind root."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faulty import COMMANDS, differing, fresh, linux, mostly_slow, read_only, seen, told
from support import deckwright

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = linux
WAY_OUT = "see that you may write there, or copy the project to a folder of your own"
PLACES = [
    *(("build", name) for name in (".", "build", ".deckwright")),
    *(("release", name) for name in ("releases", "build")),
    *(("publish", name) for name in ("site", "releases", "site/media")),
    *(("merge", name) for name in (".", ".deckwright")),
    *(("unpack", "."), ("new", "."), ("import", "."), ("fix", "mending"), ("adopt", "adopting")),
]
ALWAYS = (("build", "build"), ("release", "releases"), ("publish", "site"), ("merge", "."), ("import", "."))


@pytest.mark.parametrize(("command", "place"), mostly_slow(PLACES, ALWAYS))
def test_a_folder_that_takes_nothing_is_named_and_nothing_else_is_changed(
    command: str, place: str, zoo: Path, tmp_path: Path
) -> None:
    folder = fresh(zoo, tmp_path / "zoo")
    before = seen(folder)
    with read_only(folder / place):
        done = COMMANDS[command].run(folder)
    assert done.code == 1, done.err
    assert "Read-only file system" in done.err
    assert WAY_OUT in done.err
    assert "Traceback" not in done.err
    assert differing(before, seen(folder)) == []
    told("Folder mounted read-only", 1, "the project and each of its folders, for each command that writes")


def test_who_only_looks_needs_no_room(zoo: Path, tmp_path: Path) -> None:
    folder = fresh(zoo, tmp_path / "zoo")
    with read_only(folder):
        for words in (["check"], ["build", "--dry-run"], ["dump", "build/zoo.apkg"], []):
            assert deckwright(*words, cwd=folder).code == 0, words


def test_a_cache_that_takes_nothing_stops_no_build(zoo: Path, tmp_path: Path) -> None:
    folder, whole = fresh(zoo, tmp_path / "zoo"), fresh(zoo, tmp_path / "whole")
    with read_only(folder / ".deckwright" / "cache"):
        assert COMMANDS["build"].run(folder).code == 0
    assert COMMANDS["build"].run(whole).code == 0
    assert differing(seen(folder), seen(whole)) == []
