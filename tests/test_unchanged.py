"""A build without anything to do is quick, says what a whole one would, and overlooks no change."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deckwright.apkg.read import read_package
from support import deckwright, write_project

if TYPE_CHECKING:
    from collections.abc import Callable

POND = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20"/></svg>"""
HEAD = "deck: Birds\nid: birds-k3x9\nlicense: private\n"
ONE = HEAD + "notes:\n  - {fact: Goose, mnemonic: Honk, image: pond.svg}\n"
MANY = HEAD + "decks: decks/**/*.yaml\n"
PACKAGE = "build/birds.apkg"
# Ends with 0 where a whole build was made: it alone reads YAML.
WATCHED = """
import sys
from deckwright.cli import main
sys.argv = ["deckwright", "build", *sys.argv[1:]]
try:
    main()
except SystemExit as ended:
    sys.exit(ended.code or 10 * ("yaml" not in sys.modules))
"""


def built_whole(folder: Path, *arguments: str) -> bool:
    """Build, and tell whether it went its whole way."""
    command = [sys.executable, "-P", "-c", WATCHED, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=120)
    assert done.returncode in (0, 10), done.stderr.decode()
    return done.returncode == 0


def settled(folder: Path) -> Path:
    """Return the project after a build that nothing has changed since, its pictures being old."""
    time.sleep(2.1)
    assert built_whole(folder)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return settled(write_project(tmp_path, ONE, pond_svg=POND))


def test_a_build_with_nothing_to_do_reads_no_yaml_and_writes_nothing(project: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in project.rglob("*")}
    assert not built_whole(project)
    assert {path: path.stat().st_mtime_ns for path in project.rglob("*")} == before


@pytest.mark.parametrize("arguments", [(), ("-q",), ("-o", "elsewhere.apkg")], ids=" ".join)
def test_it_says_what_a_whole_build_says(arguments: tuple[str, ...], project: Path) -> None:
    deckwright("build", *arguments, cwd=project)
    quick = deckwright("build", *arguments, cwd=project)
    (project / ".deckwright" / "built.json").unlink()
    assert deckwright("build", *arguments, cwd=project) == quick
    assert quick.code == 0


def append(name: str, text: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        with (folder / name).open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)

    return change


def same_length(folder: Path) -> None:
    """Change a letter, and set the file's time back."""
    path = folder / "cards.yaml"
    before = path.stat()
    path.write_text(path.read_text("utf-8").replace("Honk", "Bonk"), "utf-8", newline="\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


CHANGES: dict[str, Callable[[Path], object]] = {
    "a note more": append("cards.yaml", "  - Bee ~ Buzz\n"),
    "a letter, the time set back": same_length,
    "the lock lost": lambda folder: (folder / "cards.lock").unlink(),
    "the lock edited": append("cards.lock", "\n"),
    "the package gone": lambda folder: (folder / PACKAGE).unlink(),
    "another package": lambda folder: (folder / PACKAGE).write_bytes(b"no package"),
    "a picture changed": append("media/pond.svg", " "),
    "a picture more": lambda folder: (folder / "media" / "new.svg").write_bytes(POND),
    "a release more": lambda folder: deckwright("release", cwd=folder),
    "a project above": lambda folder: (folder.parent / "cards.yaml").write_text(MANY, "utf-8"),
    "the stamp gone": lambda folder: (folder / ".deckwright" / "built.json").unlink(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_changes_is_built(change: Callable[[Path], object], project: Path) -> None:
    change(project)
    try:
        assert built_whole(project)
    finally:
        (project.parent / "cards.yaml").unlink(missing_ok=True)
    assert read_package(project / PACKAGE).notes


@pytest.mark.parametrize("option", ["--refresh", "--locked", "--dry-run", "--draft", "--replace", "--yes"])
def test_whoever_asks_for_more_gets_a_whole_build(option: str, project: Path) -> None:
    assert built_whole(project, option)


def test_a_time_of_its_own_and_an_earlier_clock_take_a_whole_build(project: Path) -> None:
    stamp = project / ".deckwright" / "built.json"
    kept = stamp.read_bytes()
    assert deckwright("build", cwd=project, SOURCE_DATE_EPOCH="1").code == 2
    assert stamp.read_bytes() == kept


def test_a_deck_more_of_several_is_built(tmp_path: Path) -> None:
    write_project(tmp_path, MANY)
    for name in ("one", "two"):
        (tmp_path / "decks").mkdir(exist_ok=True)
        (tmp_path / "decks" / f"{name}.yaml").write_text(
            f"deck: Birds::{name}\nid: {name}-k3x9\nnotes:\n  - {name} ~ {name}\n", "utf-8"
        )
    settled(tmp_path)
    assert not built_whole(tmp_path)
    (tmp_path / "decks" / "three.yaml").write_text(
        "deck: Birds::three\nid: three-k3x9\nnotes:\n  - three ~ thread\n", "utf-8"
    )
    assert built_whole(tmp_path)
    assert len(read_package(tmp_path / PACKAGE).notes) == 3


def test_pictures_that_are_new_are_not_trusted_by_their_times(tmp_path: Path) -> None:
    write_project(tmp_path, ONE, pond_svg=POND)
    assert built_whole(tmp_path)
    assert built_whole(tmp_path)


def test_a_stamp_with_any_byte_changed_counts_for_nothing(project: Path) -> None:
    stamp = project / ".deckwright" / "built.json"
    whole = stamp.read_bytes()
    for place in range(0, len(whole), 97):
        stamp.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert deckwright("build", cwd=project).code == 0
        assert len(read_package(project / PACKAGE).notes) == 1
    for place in (0, 1, len(whole) // 2, len(whole) - 1):
        stamp.write_bytes(whole[:place])
        assert built_whole(project)


def test_a_project_that_was_moved_is_built(project: Path, tmp_path: Path) -> None:
    moved = Path(shutil.copytree(project, tmp_path / "elsewhere"))
    assert built_whole(moved)
