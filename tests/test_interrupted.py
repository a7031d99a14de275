"""A build that is killed or meets another: each file is the old or the new one, and nothing is lost."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import filelock
import pytest

from deckwright import build as building
from deckwright.apkg.lock import read_lock
from deckwright.usage import UsageProblem
from deckwright.workspace import find_project
from support import TOOL, deckwright, write_project

if TYPE_CHECKING:
    from collections.abc import Iterator

ONE, TWO, THREE = "1767225600", "1767312000", "1767398400"
HEAD = "deck: Course\nid: course-k3x9\ndecks: decks/*.yaml\npackage: each\n"
BIRDS = "deck: Course::Birds\nnotes:\n  - Goose ~ Goes\n  - Swan ~ Swam\n"
TREES = "deck: Course::Trees\nnotes:\n  - Oak ~ Oke\n  - {fact: Dot, image: dot.png}\n"
WRITTEN = ("cards.lock", "build/birds.apkg", "build/trees.apkg")  # in this order
POINTS = 20

# Builds, and kills itself when it reaches for a file of the project for the nth time; prints at the end what
# it reached for. A profile sees the calls that audit events tell nothing of.
CHILD = """
import json, os, signal, sys

folder, last, reached = os.path.realpath(os.getcwd()), int(sys.argv.pop()), []

def reach(what, name):
    reached.append(f"{what} {name}")
    if len(reached) == last:
        os.kill(os.getpid(), signal.SIGKILL)

def audit(event, arguments):
    if event == "open" or event.startswith("os."):
        path = arguments[0] if arguments else None
        if isinstance(path, (str, os.PathLike)) and os.path.abspath(path).startswith(folder):
            reach(event, os.path.relpath(path, folder))

def profile(frame, event, function):
    if event == "c_call" and function.__name__ in ("write", "flush", "fsync", "flock"):
        name = str(getattr(function.__self__, "name", ""))
        if name.endswith(".partial") or function.__name__ in ("fsync", "flock"):
            reach(function.__name__, name)

from deckwright.cli import main

sys.argv = ["deckwright", "build", "-q"]
sys.addaudithook(audit)
sys.setprofile(profile)
try:
    main()
finally:
    sys.setprofile(None)
    print(json.dumps(reached))
"""

State = dict[str, bytes]
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")


@dataclass(frozen=True)
class Course:
    """A project about to be built at TWO; what it writes then or at THREE, and what it reaches for."""

    folder: Path
    old: State
    new: State
    later: State
    reached: list[str]

    @property
    def points(self) -> list[int]:
        """Return twenty moments: random ones in each part of the build, between the renames, and the last."""
        between = [index + 1 for index in self.renames[:-1]]
        parts = POINTS - 1 - len(between)
        size = len(self.reached) / parts
        found = [
            random.Random(part).randint(int(part * size) + 1, int((part + 1) * size) - 1)  # noqa: S311 - no secret
            for part in range(parts)
        ]
        return [*found, *between, len(self.reached)]

    @property
    def renames(self) -> list[int]:
        """Return the moments at which a file takes its place."""
        return [index for index, name in enumerate(self.reached, 1) if name.startswith("os.rename")]


def write(folder: Path, birds: str, trees: str) -> None:
    (folder / "decks").mkdir(exist_ok=True)
    (folder / "decks" / "birds.yaml").write_text(birds, "utf-8")
    (folder / "decks" / "trees.yaml").write_text(trees, "utf-8")


def state(folder: Path) -> State:
    """Return lock and packages, as far as they are there."""
    return {name: (folder / name).read_bytes() for name in WRITTEN if (folder / name).exists()}


def partial(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.partial")}


def run(folder: Path, *, last: int = 0, now: str = TWO) -> subprocess.CompletedProcess[str]:
    """Build in *folder*, up to the moment *last* if there is one."""
    return subprocess.run(
        [sys.executable, "-c", CHILD, str(last)],
        cwd=folder,
        env={**os.environ, "SOURCE_DATE_EPOCH": now},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def prepared(folder: Path, dot_png: bytes, *, first: bool) -> Course:
    """Make a project whose next build is its *first*, or changes a note of each deck and adds one."""
    start = write_project(folder / "start", HEAD, dot_png=dot_png)
    write(start, BIRDS, TREES)
    if not first:
        done = deckwright("build", cwd=start, SOURCE_DATE_EPOCH=ONE)
        assert done.code == 0, done.err
        more = (
            BIRDS.replace("Swam", "Swum") + "  - Duck ~ Duct\n",
            TREES.replace("Oke", "Ow k") + "  - Ash ~ A\n",
        )
        write(start, *more)
    made = {}
    for now in (TWO, THREE):
        whole = shutil.copytree(start, folder / now)
        ended = run(whole, now=now)
        assert ended.returncode == 0, ended.stderr
        made[now] = state(whole)
        if now == TWO:
            reached = json.loads(ended.stdout)
    assert made[TWO].keys() == made[THREE].keys() == set(WRITTEN)
    return Course(start, state(start), made[TWO], made[THREE], reached)


@pytest.fixture(scope="module")
def later_build(tmp_path_factory: pytest.TempPathFactory, dot_png: bytes) -> Course:
    return prepared(tmp_path_factory.mktemp("later"), dot_png, first=False)


@pytest.fixture(scope="module")
def first_build(tmp_path_factory: pytest.TempPathFactory, dot_png: bytes) -> Course:
    return prepared(tmp_path_factory.mktemp("first"), dot_png, first=True)


def killed_and_built_again(course: Course, last: int, folder: Path) -> None:
    """Kill a build at a moment, look at what it left, and build again."""
    shutil.copytree(course.folder, folder)
    assert run(folder, last=last).returncode == -signal.SIGKILL
    left = state(folder)
    for name in WRITTEN:
        assert left.get(name) in (course.old.get(name), course.new[name]), name
    replaced = [left.get(name) == course.new[name] for name in WRITTEN]
    assert replaced == sorted(replaced, reverse=True), "the lock comes before the packages"
    places = map(Path, WRITTEN)
    assert partial(folder) <= {place.with_name(f".{place.name}.partial").as_posix() for place in places}
    again = deckwright("build", cwd=folder, SOURCE_DATE_EPOCH=THREE)
    assert again.code == 0, again.err
    assert state(folder) == (course.new if replaced[0] else course.later), "the stamps of the lock hold"
    assert partial(folder) == set()


@posix
def test_the_moments_lie_all_over_the_build(later_build: Course) -> None:
    renames = later_build.renames
    assert [later_build.reached[index - 1] for index in renames] == [
        "os.rename .cards.lock.partial",
        "os.rename build/.birds.apkg.partial",
        "os.rename build/.trees.apkg.partial",
    ]
    done = {sum(index < point for index in renames) for point in later_build.points}
    assert done == {0, 1, 2, 3}, "before the lock, after it, after a package, and after all"
    assert len(set(later_build.points)) == POINTS


@posix
@pytest.mark.parametrize("part", range(POINTS))
def test_a_killed_build_leaves_each_file_old_or_new_and_the_next_finishes(
    part: int, later_build: Course, tmp_path: Path
) -> None:
    killed_and_built_again(later_build, later_build.points[part], tmp_path / "killed")


@posix
@pytest.mark.parametrize("part", range(5, POINTS, 4))
def test_a_killed_first_build_is_begun_again(part: int, first_build: Course, tmp_path: Path) -> None:
    killed_and_built_again(first_build, first_build.points[part], tmp_path / "killed")


@posix
def test_a_build_killed_again_and_again_leaves_no_more_than_one_that_was_killed_once(
    later_build: Course, tmp_path: Path
) -> None:
    folder = shutil.copytree(later_build.folder, tmp_path / "killed")
    last = 1 + next(i for i, name in enumerate(later_build.reached, 1) if name == "open .cards.lock.partial")
    for _ in range(3):
        assert run(folder, last=last).returncode == -signal.SIGKILL
        assert partial(folder) == {".cards.lock.partial"}
        assert state(folder) == later_build.old


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project that was built, and edited since."""
    write_project(tmp_path, "deck: Birds\nid: birds-k3x9\nnotes:\n  - Goose ~ Goes\n  - Swan ~ Swam\n")
    done = deckwright("build", cwd=tmp_path, SOURCE_DATE_EPOCH=ONE)
    assert done.code == 0, done.err
    write_project(tmp_path, "deck: Birds\nid: birds-k3x9\nnotes:\n  - Goose ~ Goes\n  - Swan ~ Swum\n")
    return tmp_path


def test_a_build_waits_for_the_one_that_is_running(project: Path) -> None:
    before = (project / "cards.lock").read_bytes()
    with filelock.FileLock(project / ".deckwright" / "build.lock"):
        waiting = subprocess.Popen([TOOL, "build"], cwd=project, stderr=subprocess.PIPE)
        assert deckwright("check", cwd=project).code == 0, "who only reads waits for nobody"
        assert deckwright("build", "--dry-run", cwd=project).code == 0
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(timeout=2)
        assert (project / "cards.lock").read_bytes() == before
    _, err = waiting.communicate(timeout=60)
    assert waiting.returncode == 0, err.decode()
    assert (project / "cards.lock").read_bytes() != before


def test_a_build_that_waited_in_vain_says_so(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (project / "cards.lock").read_bytes()
    monkeypatch.setattr(building, "_WAIT_SECONDS", 0.1)
    with (
        filelock.FileLock(project / ".deckwright" / "build.lock"),
        pytest.raises(UsageProblem, match=r"another build has been running in `.*`; wait for it"),
    ):
        building.build(find_project(project), building.Options())
    assert (project / "cards.lock").read_bytes() == before


def test_builds_at_once_never_tear_the_lock(project: Path) -> None:
    """Whoever reads meanwhile reads a whole lock: the one before, or that of a build."""
    old = (project / "cards.lock").read_bytes()
    builds = [
        subprocess.Popen(
            [TOOL, "build", *options],
            cwd=project,
            stderr=subprocess.PIPE,
            env={**os.environ, "SOURCE_DATE_EPOCH": at},
        )
        for options, at in (((), TWO), (("--refresh",), THREE), ((), THREE))
    ]
    seen = set(read_until_done(project / "cards.lock", builds))
    for process in builds:
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0, err.decode()
    for number, text in enumerate({*seen, (project / "cards.lock").read_bytes()} - {old}):
        (project / f"{number}.lock").write_bytes(text)
        lock, report = read_lock(project / f"{number}.lock")
        assert (list(report), len(lock.notes)) == ([], 2)
    assert deckwright("build", "--locked", cwd=project).code == 0
    assert partial(project) == set()


def read_until_done(path: Path, processes: list[subprocess.Popen[bytes]]) -> Iterator[bytes]:
    while any(process.poll() is None for process in processes):
        yield path.read_bytes()
