"""Runs cases behind the fence, a batch at a time: `python -m fuzz.worker FOLDER` answers a line for a line.

It is asked `{"target": …, "seed": …, "count": …}`, or `{"target": …, "case": folder}` for one case that was
kept, and answers with what came of it.
"""

from __future__ import annotations

import faulthandler
import json
import os
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity, given, settings

from deckwright.workspace import SOURCE_NAME, Project
from fuzz import archives, decks, drafts, intake, locks, seeds
from fuzz.children import fork_children
from fuzz.fence import Fence, largest_memory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fuzz.seeds import Built
    from fuzz.target import Case, Target

EPOCH = "1767225600"
_STUCK = 180  # seconds by the clock, after which a process that takes no time of the processor is given up
_KEPT = (".deckwright", "media")  # of the folder, from one case to the next
_SETTINGS = settings(
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
    verbosity=Verbosity.quiet,
)


@dataclass
class Batch:
    """What came of a batch; *failure* says how a case failed, and *case* is the smallest that does."""

    target: str
    seed: int
    cases: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    slowest: float = 0.0
    slowest_case: Case = field(default_factory=dict)
    failure: str = ""
    case: Case = field(default_factory=dict)


@dataclass(frozen=True)
class Ground:
    """Where cases run: a project's folder, and beside it one for temporary files."""

    folder: Path
    fence: Fence

    @property
    def project(self) -> Path:
        """The folder of the project."""
        return self.folder / "project"

    @property
    def scratch(self) -> Path:
        """The folder for temporary files, in which none may stay."""
        return self.folder / "tmp"

    def run(self, target: Target, case: Case, batch: Batch) -> None:
        """Run one case, and leave nothing of it."""
        self._clear()
        for name, data in case.items():
            (self.project / name).write_bytes(data)
        batch.cases += 1
        batch.case = case
        started = time.process_time()
        faulthandler.dump_traceback_later(_STUCK, exit=True)
        try:
            with self.fence.case():
                batch.codes.update({*target.run(self.project)})
        finally:
            faulthandler.cancel_dump_traceback_later()
        spent = time.process_time() - started + self.fence.children
        if spent > batch.slowest:
            batch.slowest, batch.slowest_case = spent, case
        assert not (left := [*self.scratch.iterdir()]), f"left behind: {left}"

    def _clear(self) -> None:
        for path in (*self.project.iterdir(), *self.scratch.iterdir()):
            if path.name in _KEPT:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


def run_batch(ground: Ground, target: Target, seed: int, count: int) -> Batch:
    """Run so many cases, those that *seed* gives, up to the first that fails."""
    batch = Batch(target.name, seed)

    @hypothesis.seed(seed)
    @settings(_SETTINGS, max_examples=count)
    @given(target.cases)
    def every_case_holds(case: Case) -> None:
        ground.run(target, case, batch)

    started = time.process_time()
    try:
        every_case_holds()
    except Exception:  # noqa: BLE001 - that is what is looked for
        batch.failure = traceback.format_exc()
    batch.seconds = time.process_time() - started
    return batch


def run_kept(ground: Ground, target: Target, folder: Path) -> Batch:
    """Run one case that was kept."""
    batch = Batch(target.name, 0)
    case = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "failure.txt"}
    try:
        ground.run(target, case, batch)
    except Exception:  # noqa: BLE001
        batch.failure = traceback.format_exc()
    return batch


def prepare(folder: Path) -> tuple[Ground, dict[str, Target]]:
    """Make the ground in *folder*, gather the seeds, and put up the fence."""
    os.environ["SOURCE_DATE_EPOCH"] = EPOCH
    ground = Ground(folder.resolve(), Fence(folder.resolve()))
    ground.project.mkdir(parents=True)
    ground.scratch.mkdir()
    tempfile.tempdir = str(ground.scratch)
    fork_children(ground.fence)
    project = Project(ground.project / SOURCE_NAME)
    seeds.furnish(project)
    targets = {target.name: target for target in _targets(ground.scratch, seeds.built(project))}
    warnings.simplefilter("ignore")  # Pillow's about what it reads, zipfile's about what is forged here
    ground.fence.raise_it()
    return ground, targets


def _targets(scratch: Path, own: Sequence[Built]) -> Iterator[Target]:
    yield decks.target(own)
    yield archives.target(seeds.packages(scratch, own))
    yield drafts.target(seeds.workbooks(scratch))
    yield locks.target(own)
    yield intake.target()


def _answer(batch: Batch, kept: Path) -> dict[str, Any]:
    """Say what came of a batch; cases that someone may want to look at are written to *kept*."""
    answer: dict[str, Any] = {
        "target": batch.target,
        "seed": batch.seed,
        "cases": batch.cases,
        "codes": batch.codes,
        "seconds": batch.seconds,
        "slowest": batch.slowest,
        "memory": largest_memory(),
        "failure": batch.failure,
    }
    if batch.failure:
        answer["kept"] = str(_keep(kept / f"{batch.target}-{batch.seed}", batch.case, batch.failure))
    return answer


def _keep(folder: Path, case: Case, failure: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in case.items():
        (folder / name).write_bytes(data)
    (folder / "failure.txt").write_text(failure, "utf-8")
    return folder


def main() -> None:
    """Serve until there is nothing more to do."""
    faulthandler.enable()
    folder, kept = map(Path, sys.argv[1:])
    ground, targets = prepare(folder)
    for line in sys.stdin:
        asked = json.loads(line)
        target = targets[asked["target"]]
        if "case" in asked:
            batch = run_kept(ground, target, Path(asked["case"]))
        else:
            batch = run_batch(ground, target, asked["seed"], asked["count"])
        print(json.dumps(_answer(batch, kept.resolve())), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
