"""A picture that changes or vanishes after it was looked at: what is shown is the old one or the new one.

The change is a real one on disk, made at the very moment the tool reaches for the file for the nth time.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from faulty import COMMANDS, alone, fresh, mostly_slow, posix, seen, told

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = posix
PICTURE = "media/swan.svg"
# Runs a command, and does something to a file right before that is opened for the nth time; prints how many
# times that was.
CHILD = """
import os, sys

_, what, name, nth, *words = sys.argv
path, other, opened, busy = os.path.abspath(name), os.path.abspath("other.svg"), 0, False

def change():
    if what == "rewritten":
        with open(path, "wb") as file, open(other, "rb") as new:
            file.write(new.read())
    elif what == "replaced":
        os.replace(other, path)
    elif what == "cut":
        os.truncate(path, os.path.getsize(path) // 2)
    else:
        os.unlink(path)
        if what == "a pipe":
            os.mkfifo(path)
        elif what == "a folder":
            os.mkdir(path)

def audit(event, arguments):
    global opened, busy
    named = event == "open" and isinstance(arguments[0], (str, os.PathLike))
    if named and os.path.abspath(arguments[0]) == path and not busy:
        opened += 1
        if opened == int(nth):
            busy = True
            change()
            busy = False

from deckwright.cli import main

sys.argv = ["deckwright", *words]
sys.addaudithook(audit)
try:
    main()
finally:
    print(opened)
"""
CHANGES = ("rewritten", "replaced", "cut", "gone", "a pipe", "a folder")
BOTH = [(command, what) for command in ("build", "publish") for what in CHANGES]
ALWAYS = {("build", "rewritten"), ("publish", "replaced")}


def changed(folder: Path, command: str, what: str, nth: int) -> tuple[int, str, int]:
    """Run a command in a folder of which a picture changes; say how it ended, and how often it was opened."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, what, PICTURE, str(nth), *COMMANDS[command].words],
        cwd=folder,
        env=alone(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stderr.decode(), int(done.stdout.split()[-1])


@pytest.fixture(scope="module")
def two_swans(zoo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a zoo with another picture to exchange for the swan's."""
    folder = fresh(zoo, tmp_path_factory.mktemp("zoo"))
    (folder / "other.svg").write_bytes((folder / PICTURE).read_bytes().replace(b"black", b"silver"))
    return folder


@pytest.fixture(scope="module")
def made(two_swans: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, bytes]]]:
    """Return what each command makes of the old picture, and of the new one."""
    found: dict[str, list[dict[str, bytes]]] = {}
    for command in ("build", "publish"):
        for picture in (PICTURE, "other.svg"):
            folder = fresh(two_swans, tmp_path_factory.mktemp("made"))
            (folder / PICTURE).write_bytes((two_swans / picture).read_bytes())
            assert COMMANDS[command].run(folder).code == 0
            found.setdefault(command, []).append(outcome(folder))
    return found


def outcome(folder: Path) -> dict[str, bytes]:
    """Return what was made: all but the picture itself, which others change."""
    return {name: data for name, data in seen(folder).items() if name not in (PICTURE, "other.svg")}


@pytest.mark.parametrize(("command", "what"), mostly_slow(BOTH, ALWAYS))
def test_a_picture_that_changes_meanwhile_is_shown_whole_or_told(
    command: str, what: str, two_swans: Path, made: dict[str, list[dict[str, bytes]]], tmp_path: Path
) -> None:
    before, refused = outcome(two_swans), 0
    _, _, moments = changed(fresh(two_swans, tmp_path / "whole"), command, what, 0)
    for nth in range(1, moments + 1):
        folder = fresh(two_swans, tmp_path / f"{nth}")
        code, words, _ = changed(folder, command, what, nth)
        assert code in (0, 1), words
        assert "Traceback" not in words
        assert code == 0 or "swan.svg" in words, words
        assert outcome(folder) in (made[command] if code == 0 else [before]), (nth, words)
        refused += code
    assert refused, "at some moment it cannot be used"
    told(f"Picture changed or gone during `{command}`", moments, "each time that the file is opened")


def test_a_picture_that_changes_all_the_time_is_never_shown_torn(
    two_swans: Path, made: dict[str, list[dict[str, bytes]]], tmp_path: Path
) -> None:
    folder, before = fresh(two_swans, tmp_path / "zoo"), outcome(two_swans)
    texts = [(two_swans / name).read_bytes() for name in (PICTURE, "other.svg")]
    done = threading.Event()

    def rewrite() -> None:
        while not done.is_set():
            for text in texts:
                (folder / PICTURE).write_bytes(text)

    writer = threading.Thread(target=rewrite)
    writer.start()
    try:
        ended = COMMANDS["build"].run(folder)
    finally:
        done.set()
        writer.join()
    assert ended.code in (0, 1), ended.err
    assert outcome(folder) in (made["build"] if ended.code == 0 else [before]), ended.err
