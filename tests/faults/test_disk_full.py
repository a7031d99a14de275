"""A disk that is full, or has no room for one more file, at any byte of what is written.

It is a real one: a few megabytes of memory, mounted and filled. Where nobody may mount, a bound on the size
of files stands in for it, which is met in the middle of every larger file.
"""

from __future__ import annotations

import random
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from faulty import (
    COMMANDS,
    Disk,
    alone,
    differing,
    emptied,
    fresh,
    linux,
    mostly_slow,
    posix,
    seen,
    small_disk,
    told,
)
from support import TOOL, Ran

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PAGE = 4096  # bytes, in which a disk in memory is given out
# How much room each command needs at most, about.
PAGES = {
    "build": 50,
    "release": 50,
    "publish": 100,
    "merge": 3,
    "unpack": 25,
    "import": 1,
    "new": 24,
    "fix": 1,
}
NAMES = {"build": 2, "release": 3, "publish": 15, "merge": 2, "unpack": 10, "import": 1, "new": 8, "fix": 1}
# Bytes of a file that are less than the largest one of each command.
BOUNDS = {
    "build": 2000,
    "release": 2000,
    "publish": 99_000,
    "merge": 500,
    "unpack": 5000,
    "new": 5000,
    "fix": 9,
}
FAILED = "no failure was met"


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disk]:
    with small_disk(tmp_path_factory.mktemp("mounted") / "disk") as made:
        yield made


def amounts(most: dict[str, int], *always: str) -> list[Any]:
    """Return, for each command, all amounts of room that are too little; *always* one for some of them."""
    cases = ((command, left) for command, end in most.items() for left in range(end))
    return mostly_slow(cases, {(one, random.Random(one).randrange(most[one])) for one in always})  # noqa: S311


def nothing_happened(done: Ran, before: dict[str, bytes], after: dict[str, bytes]) -> None:
    """Hold that a command failed, said why and what to do, and left everything as it was."""
    assert done.code == 1, FAILED
    assert "make room" in done.err, done.err
    assert "Traceback" not in done.err
    assert differing(before, after) == []


def again(command: str, folder: Path) -> None:
    done = COMMANDS[command].run(folder)
    assert done.code == 0, done.err


def went_well(command: str, disk: Disk, zoo: Path, fill: Callable[[], object]) -> bool:
    """Run a command where *fill* left little room: it goes well, or nothing happens until there is room."""
    emptied(disk.folder)
    before = seen(fresh(zoo, disk.folder))
    fill()
    done = COMMANDS[command].run(disk.folder)
    disk.relieve()
    if done.code == 0:
        return True
    nothing_happened(done, before, seen(disk.folder))
    again(command, disk.folder)
    return False


@linux
@pytest.mark.parametrize(("command", "left"), amounts(PAGES, "build", "publish", "merge", "import"))
def test_a_full_disk_changes_nothing_and_with_room_all_goes_well(
    command: str, left: int, disk: Disk, zoo: Path
) -> None:
    if went_well(command, disk, zoo, lambda: disk.leave_bytes(left * PAGE)):
        assert left > 0
    else:
        told(
            f"Disk full during `{command}`",
            1,
            "a disk in memory, with each amount of room that is too little",
        )


@linux
@pytest.mark.parametrize(("command", "left"), amounts(NAMES, "publish", "unpack", "fix"))
def test_a_disk_without_room_for_one_more_file_changes_nothing(
    command: str, left: int, disk: Disk, zoo: Path
) -> None:
    if went_well(command, disk, zoo, lambda: disk.leave_names(left)):
        assert left > 0
    else:
        told(f"No room for one more file during `{command}`", 1, "a disk in memory, out of inodes")


@linux
@pytest.mark.parametrize("command", mostly_slow(["build", "merge", "unpack", "publish"], ["build"]))
def test_a_full_disk_for_temporary_files_changes_nothing(
    command: str, disk: Disk, zoo: Path, tmp_path: Path
) -> None:
    """What readers have is read through it; not to know that could stamp a note behind them."""
    folder = fresh(zoo, tmp_path / "zoo")
    before = seen(folder)
    emptied(disk.folder)
    disk.leave_bytes(PAGE)
    done = COMMANDS[command].run(folder, TMPDIR=str(disk.folder))
    disk.relieve()
    nothing_happened(done, before, seen(folder))
    again(command, folder)


@linux
def test_a_cache_that_takes_nothing_stops_no_build(disk: Disk, zoo: Path, tmp_path: Path) -> None:
    folder = fresh(zoo, tmp_path / "zoo")
    whole = fresh(zoo, tmp_path / "whole")
    emptied(disk.folder)
    (folder / ".deckwright" / "cache").rename(folder / ".deckwright" / "old")
    (folder / ".deckwright" / "cache").symlink_to(disk.folder)
    disk.leave_bytes(0)
    again("build", folder)
    again("build", whole)
    assert differing(seen(folder), seen(whole)) == []
    disk.relieve()
    assert [path for path in disk.folder.rglob("*") if path.is_file()] == []


@posix
@pytest.mark.parametrize("command", mostly_slow(BOUNDS, ["release", "new"]))
def test_a_file_that_may_grow_no_further_changes_nothing(command: str, zoo: Path, tmp_path: Path) -> None:
    """A quota on one file, which binds everyone everywhere."""
    resource: Any = pytest.importorskip("resource", reason="Windows has no such limits")
    folder = fresh(zoo, tmp_path / "zoo")
    before, bound = seen(folder), BOUNDS[command]
    ended = subprocess.run(
        [TOOL, *COMMANDS[command].words],
        cwd=folder,
        env=alone(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (bound, bound)),
    )
    done = Ran(ended.returncode, ended.stdout.decode(), ended.stderr.decode())
    nothing_happened(done, before, seen(folder))
    again(command, folder)
