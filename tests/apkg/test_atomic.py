"""A file is the old one or the new one, whatever happens on the way."""

from __future__ import annotations

import errno
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pytest

from deckwright.apkg.atomic import replace_file

if TYPE_CHECKING:
    from collections.abc import Callable

# Writes half a file, says so, and waits to be killed; leaves by the front door as the tool does.
CHILD = """
import pathlib, signal, sys, time
from deckwright.apkg.atomic import replace_file

def write(file):
    file.write(b"half")
    file.flush()
    print("half", flush=True)
    time.sleep(60)

signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))
replace_file(pathlib.Path(sys.argv[1]), write)
"""


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def writer(data: bytes) -> Callable[[IO[bytes]], object]:
    return lambda file: file.write(data)


def fail_after(data: bytes, failure: BaseException) -> Callable[[IO[bytes]], object]:
    def write(file: IO[bytes]) -> None:
        file.write(data)
        raise failure

    return write


def test_a_file_is_made_with_the_folders_above_it(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "x"
    replace_file(path, writer(b"new"))
    assert path.read_bytes() == b"new"
    assert names(path.parent) == ["x"]


def test_a_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"a longer old one")
    replace_file(path, writer(b"new"))
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["x"]


@pytest.mark.parametrize(
    "failure",
    [OSError(errno.ENOSPC, "No space left"), ValueError(), KeyboardInterrupt(), SystemExit(1), MemoryError()],
)
def test_a_failure_in_the_middle_leaves_the_old_file_alone(failure: BaseException, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")
    with pytest.raises(type(failure)):
        replace_file(path, fail_after(b"half", failure))
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["x"]


def test_a_failure_leaves_no_file_where_there_was_none(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no"):
        replace_file(tmp_path / "x", fail_after(b"half", ValueError("no")))
    assert names(tmp_path) == []


def test_what_a_killed_process_left_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / ".x.partial").write_bytes(b"a long leftover")
    replace_file(tmp_path / "x", writer(b"new"))
    assert (tmp_path / "x").read_bytes() == b"new"
    assert names(tmp_path) == ["x"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_in_the_way_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"precious")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / ".x.partial").symlink_to(elsewhere)
    (folder / "x").symlink_to(elsewhere)
    replace_file(folder / "x", writer(b"new"))
    assert elsewhere.read_bytes() == b"precious"
    assert (folder / "x").read_bytes() == b"new"
    assert not (folder / "x").is_symlink()


@pytest.mark.parametrize("name", ["x", ".x.partial"])
def test_a_folder_in_the_way_is_an_error(name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(OSError, match=r"."):
        replace_file(tmp_path / "x", writer(b"new"))
    assert names(tmp_path) == [name]


def test_a_file_for_a_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "build").write_bytes(b"file")
    with pytest.raises(OSError, match=r"."):
        replace_file(tmp_path / "build" / "x", writer(b"new"))
    assert names(tmp_path) == ["build"]


@pytest.mark.skipif(sys.platform != "linux", reason="needs a place that takes no files, even from root")
def test_a_place_that_takes_no_files_is_an_error() -> None:
    with pytest.raises(OSError, match=r"."):
        replace_file(Path("/proc/self/x"), writer(b"new"))


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")
@pytest.mark.parametrize(
    ("kill", "left"), [(signal.SIGTERM, ["x"]), (signal.SIGKILL, [".x.partial", "x"])], ids=["TERM", "KILL"]
)
def test_a_process_killed_in_the_middle_leaves_the_old_file(
    kill: signal.Signals, left: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")
    with subprocess.Popen([sys.executable, "-c", CHILD, path], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"half\n"
        child.send_signal(kill)
        assert child.wait(30) != 0
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == left
    replace_file(path, writer(b"new"))
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["x"]
