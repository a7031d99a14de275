"""Faults made for real, and the zoo that they befall: a course that was published, and was edited since."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import filelock
import pytest

from deckwright.deck.names import ascii_slug
from readers_copy import ReadersCopy
from support import TOOL, deckwright, write_project

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from support import Ran

ONE, TWO, THREE = "1767225600", "1768225600", "1769225600"
LINUX_ROOT = sys.platform == "linux" and os.geteuid() == 0
linux = pytest.mark.skipif(sys.platform != "linux", reason="mounts a file system to fail on")
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals and limits")

_SOURCE = """\
deck: Zoo
id: zoo-x7k2
license: private
scene: {file: meadow.svg, credit: mine}
sections:
  Birds:
    - Goose ~ Gus
    - {fact: Swan, mnemonic: Swam, image: swan.svg}
    - Lion ~ Line
"""
_MEADOW = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 40"><title>A meadow</title>'
    b'<rect width="60" height="40" fill="green"/><g id="sym-goose"><rect width="9" height="9"/></g></svg>'
)
_SWAN = _MEADOW.replace(b"green", b"white")
_BLACK_SWAN = _MEADOW.replace(b"green", b"black")
_PAGE = "Spinal cord\nSpina Cord\nSlows the reflex arc.\n\nGABA\nGabby\nIt is a receptor.\n"
_OFF_STAGE = (".deckwright", "ballast")  # what can be made again, and what fills a disk
_GUARD = ".deckwright/build.lock"  # lies in every project that was ever built


def mostly_slow(cases: Iterable[Any], always: Container[Any]) -> list[Any]:
    """Return the cases of a test, of which those in *always* belong to every run."""
    slow = pytest.mark.slow
    return [
        pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=() if case in always else slow)
        for case in cases
    ]


@dataclass(frozen=True)
class Command:
    """A command that writes, as it is given within the zoo's folder."""

    words: tuple[str, ...]

    def run(self, folder: Path, *options: str, **environment: str) -> Ran:
        """Run it at TWO, unless the environment says otherwise."""
        return deckwright(*self.words, *options, cwd=folder, **{"SOURCE_DATE_EPOCH": TWO, **environment})


COMMANDS = {
    "build": Command(("build",)),
    "release": Command(("release",)),
    "publish": Command(("publish",)),
    "merge": Command(("merge", "theirs.apkg")),
    "unpack": Command(("unpack", "theirs.apkg", "again")),
    "import": Command(("import", "--yes", "page.txt", "-o", "draft.yaml")),
    "new": Command(("new", "fresh", "--example")),
    "fix": Command(("check", "--fix", "mending")),
    "adopt": Command(("adopt", "theirs.apkg", "adopting")),
}


def make_zoo(folder: Path) -> Path:
    """Make a project that was published at ONE and edited since, and beside it what other commands take."""
    write_project(folder, _SOURCE, meadow_svg=_MEADOW, swan_svg=_SWAN)
    done = deckwright("publish", "-q", cwd=folder, SOURCE_DATE_EPOCH=ONE)
    assert done.code == 0, done.err
    copy = ReadersCopy(folder / "build" / "zoo.apkg").edit("Lion", Mnemonic="Lie on")
    copy.add("anna-1", Fact="Tiger", Mnemonic="Tie her", Section="Birds").save(folder / "theirs.apkg")
    write_project(folder, _SOURCE.replace("Gus", "Guess"), swan_svg=_BLACK_SWAN)
    (folder / "page.txt").write_text(_PAGE, "utf-8")
    write_project(folder / "mending", "deck: D\nnotes:\n  - {fact: A goose, mnemonik: Gus}\n")
    write_project(folder / "adopting", "deck: Zoo\nsections:\n  Birds:\n    - Goose ~ Guess\n")
    return folder


def seen(folder: Path) -> dict[str, bytes]:
    """Return all files that the project's owner sees, and half-written ones, with what they hold."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.relative_to(folder).parts[0] not in _OFF_STAGE
        and not path.as_posix().endswith(_GUARD)
    }


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """Return the names of the files that are not the same in both."""
    return [name for name in sorted(one | other) if one.get(name) != other.get(name)]


def fresh(zoo: Path, folder: Path) -> Path:
    """Put a copy of the zoo into an empty folder, which may be a disk of its own."""
    return shutil.copytree(zoo, folder, dirs_exist_ok=True)


def emptied(folder: Path) -> None:
    """Take everything out of a folder."""
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def alone(at: str = TWO) -> dict[str, str]:
    """Return an environment in which nothing but the tool itself writes at its end, as coverage would."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    return {**kept, "SOURCE_DATE_EPOCH": at}


def started(folder: Path, command: str) -> subprocess.Popen[bytes]:
    """Start a command as the leader of its own group of processes."""
    return subprocess.Popen(
        [TOOL, *COMMANDS[command].words],
        cwd=folder,
        env=alone(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[Path]:
    """Mount a folder in a way of its own; who is not root is spared, on any other Linux it has to work."""
    done = subprocess.run(["mount", *options, folder], capture_output=True, check=False)
    if done.returncode and not LINUX_ROOT:
        pytest.skip(f"only root can mount here: {done.stderr.decode().strip()}")
    assert done.returncode == 0, done.stderr.decode()
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


@dataclass(frozen=True)
class Disk:
    """A small disk of its own, in memory, for a few megabytes and a few hundred files."""

    folder: Path

    def leave_bytes(self, left: int) -> None:
        """Fill it until it takes *left* more bytes."""
        self.relieve()
        (self.folder / "ballast").mkdir()
        told = os.statvfs(self.folder)
        with (self.folder / "ballast" / "bytes").open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, told.f_bavail * told.f_frsize - left))

    def leave_names(self, left: int) -> None:
        """Fill it until it takes *left* more files."""
        self.relieve()
        (self.folder / "ballast").mkdir()
        for number in range(os.statvfs(self.folder).f_favail - left):
            (self.folder / "ballast" / f"{number}").touch()

    def relieve(self) -> None:
        """Make room again."""
        shutil.rmtree(self.folder / "ballast", ignore_errors=True)


@contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """Give a disk of four megabytes and 300 files."""
    folder.mkdir()
    with mounted(folder, "-t", "tmpfs", "-o", "size=4m,nr_inodes=300", "tmpfs"):
        yield Disk(folder)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Let nobody write into a folder, not even root."""
    with mounted(folder, "--bind", str(folder)):
        subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
        yield


def told(what: str, tried: int, note: str) -> None:
    """Add to the figures of a fault, where they are wanted; whoever gets here has seen each one held.

    A run that is to be told of starts with an empty folder.
    """
    place = os.environ.get("DECKWRIGHT_RELIABILITY")
    if place is None:
        return
    Path(place).mkdir(parents=True, exist_ok=True)
    path = Path(place) / f"faults-{ascii_slug(what, 'fault')}.json"
    with filelock.FileLock(f"{path}.lock"):  # the tests run on several cores
        before = json.loads(path.read_text("utf-8"))["tried"] if path.exists() else 0
        count = before + tried
        text = json.dumps({"what": what, "tried": count, "held": count, "note": note}, ensure_ascii=False)
        path.write_text(text + "\n", "utf-8", newline="\n")
