"""The long run: `make fuzz`, or `python -m fuzz.long` with `tests` on the path.

`DECKWRIGHT_FUZZ_CASES` is how many cases to run in all, `DECKWRIGHT_FUZZ_SEED` the first seed; a run with the
same seed has the same cases. `--again FOLDER` runs one case that was kept. A run of all cases writes
`docs/reliability.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

import write_reliability
from fuzz.figures import Figures, document
from support import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

# How many of all cases each target gets.
SHARES = {"check": 40, "read": 30, "import": 30, "lock": 25, "pictures": 25}
CASES = 210_000
BATCH = 500
KEPT = ROOT / ".reliability"
_WORKERS = 2

Job = dict[str, Any]


@dataclass
class Run:
    """A run on its way: what is left to do, and what came of the rest."""

    jobs: SimpleQueue[Job]
    figures: Figures
    failures: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> Job | None:
        """Return the next job, None after the last."""
        try:
            return self.jobs.get_nowait()
        except Empty:
            return None

    def note(self, answer: dict[str, Any]) -> None:
        """Keep what came of a job, and tell how far it is."""
        with self.lock:
            self.figures.add(answer)
            if answer["failure"]:
                self.failures.append(f"{answer['failure']}\nkept in {answer.get('kept', 'nothing')}")
                _tell(f"\n{self.failures[-1]}\n{_again(answer)}")
            _tell(f"\r{self.figures.progress()}", end="")


def jobs(cases: int, seed: int) -> list[Job]:
    """Return what there is to do: batches of all targets, mixed, each with a seed of its own."""
    whole = sum(SHARES.values())
    listed: list[tuple[float, Job]] = []
    for target, share in SHARES.items():
        left = -(-cases * share // whole)
        batches = range(-(-left // BATCH))
        for index in batches:
            count = min(BATCH, left - index * BATCH)
            listed.append((index / len(batches), {"target": target, "seed": seed + index, "count": count}))
    return [job for _, job in sorted(listed, key=lambda pair: pair[0])]


def work(run: Run, folder: Path) -> None:
    """Have one worker after the other do jobs until none is left; one that dies fails its job."""
    number = 0
    job = run.take()
    while job is not None:
        number += 1
        place = folder / str(number)
        with _worker(place) as process:
            while job is not None and (answer := _asked(process, job)) is not None:
                run.note(answer)
                job = run.take()
        if job is not None:
            run.note(_died(job, process.returncode, place))
            job = run.take()


def _worker(place: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "fuzz.worker", str(place), str(KEPT / "failures")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tests")}
    # Unbuffered, so that nothing is left to be sent to one that died.
    return subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    )


def _asked(process: subprocess.Popen[bytes], job: Job) -> dict[str, Any] | None:
    """Return a worker's answer; None where it died over the job."""
    assert process.stdin
    assert process.stdout
    with suppress(BrokenPipeError):
        process.stdin.write(json.dumps(job).encode() + b"\n")
    line = process.stdout.readline()
    found: dict[str, Any] | None = json.loads(line) if line else None
    return found


def _died(job: Job, code: int, place: Path) -> dict[str, Any]:
    """Say of a job that its worker ended, and keep the case that it ended over."""
    kept = KEPT / "failures" / f"{job['target']}-{job['seed']}"
    kept.mkdir(parents=True, exist_ok=True)
    for path in (place / "project").glob("*.*"):
        if path.is_file():
            path.replace(kept / path.name)
    failure = f"the process ended with {code} (its own stderr says more)"
    counts = {"cases": 0, "codes": {}, "seconds": 0.0, "slowest": 0.0, "memory": 0}
    return {**job, **counts, "failure": failure, "kept": str(kept)}


def _again(answer: dict[str, Any]) -> str:
    return f"again: PYTHONPATH=tests {sys.executable} -m fuzz.long --again {answer.get('kept', '')}"


def _tell(text: str, end: str = "\n") -> None:
    sys.stderr.write(text + end)
    sys.stderr.flush()


def again(kept: Path) -> int:
    """Run one case that was kept, and say what came of it."""
    job = {"target": kept.resolve().name.rsplit("-", 1)[0], "case": str(kept.resolve())}
    with tempfile.TemporaryDirectory() as folder, _worker(Path(folder) / "1") as process:
        answer = _asked(process, job)
    if answer is None:
        _tell("the process ended over it")
        return 1
    _tell(answer["failure"] or f"it holds: {Counter(answer['codes'])}")
    return 1 if answer["failure"] else 0


def run_all(cases: int, seed: int) -> Run:
    """Run so many cases on two processes."""
    queue: SimpleQueue[Job] = SimpleQueue()
    for job in jobs(cases, seed):
        queue.put(job)
    run = Run(queue, Figures(cases, seed))
    with tempfile.TemporaryDirectory(prefix="deckwright-fuzz-") as folder:
        workers = [
            threading.Thread(target=work, args=(run, Path(folder) / str(number)))
            for number in range(_WORKERS)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    return run


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all cases, and write the figures; 1 where one failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--again", type=Path, metavar="FOLDER")
    asked = parser.parse_args(arguments)
    if asked.again:
        return again(asked.again)
    cases = int(os.environ.get("DECKWRIGHT_FUZZ_CASES", CASES))
    seed = int(os.environ.get("DECKWRIGHT_FUZZ_SEED", time.time_ns() // 10**9))
    _tell(f"{cases:,} cases, DECKWRIGHT_FUZZ_SEED={seed}")
    run = run_all(cases, seed)
    _tell(f"\n{json.dumps(figures := document(run.figures), indent=2)}\n{len(run.failures)} failures")
    if cases >= CASES:  # fewer are no figures to tell anyone
        KEPT.mkdir(exist_ok=True)
        (KEPT / "fuzz.json").write_text(json.dumps(figures, indent=2), "utf-8")
        write_reliability.main()
    return 1 if run.failures else 0


if __name__ == "__main__":
    sys.exit(main())
