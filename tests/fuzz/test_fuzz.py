"""The tool survives what is thrown at it; `make fuzz` throws more."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from fuzz.long import SHARES
from support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

CASES = 60
# A suite that fails on its own accord helps nobody who changes something else: the long run has new seeds.
SEED = 8

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the bounds are Linux's")


def answers(folder: Path, *jobs: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a worker says to the jobs."""
    done = subprocess.run(
        [sys.executable, "-m", "fuzz.worker", folder / "ground", folder / "kept"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests")},
        input="".join(json.dumps(job) + "\n" for job in jobs),
        encoding="utf-8",
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_whatever_comes_in_becomes_a_finding_or_a_deck(tmp_path: Path) -> None:
    jobs = ({"target": target, "seed": SEED, "count": CASES} for target in SHARES)
    for answer in answers(tmp_path, *jobs):
        assert not answer["failure"], answer["failure"]
        assert answer["cases"] >= CASES
        assert 0 < answer["codes"].get("sound", 0) < CASES
