"""What a long run does, and what it tells of itself."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

import write_reliability
from fuzz.figures import Figures, document
from fuzz.long import BATCH, CASES, jobs
from fuzz.target import SOUND

FAULTS = {"what": "Killed while it builds", "tried": 12, "held": 12, "note": "SIGKILL"}


def answer(target: str, **changes: Any) -> dict[str, Any]:
    """Return what a worker says of a batch."""
    codes = {SOUND: 3, "no-deck": 4}
    said = {"cases": 500, "codes": codes, "seconds": 2.0, "slowest": 0.25, "memory": 200 << 20, "failure": ""}
    return {"target": target, **said, **changes}


def figures(*answers: dict[str, Any]) -> dict[str, Any]:
    found = Figures(1000, 7)
    for one in answers:
        found.add(one)
    return document(found)


@pytest.mark.parametrize("cases", [1, 499, 7000, CASES])
def test_a_run_has_the_cases_that_were_asked_for_and_no_batch_twice(cases: int) -> None:
    listed = jobs(cases, 100)
    counts = Counter(job["target"] for job in listed)
    assert cases <= sum(job["count"] for job in listed) < cases + 5
    assert max(job["count"] for job in listed) <= BATCH
    assert len({(job["target"], job["seed"]) for job in listed}) == len(listed)
    assert set(counts) == {"check", "read", "import", "lock", "pictures"}


def test_the_whole_run_has_over_two_hundred_thousand_cases() -> None:
    assert CASES >= 200_000


def test_the_page_tells_cases_time_memory_and_findings() -> None:
    text = write_reliability.page("", {"fuzz": figures(answer("lock"), answer("lock", slowest=1.5))})
    assert "1,000 cases in 0 minutes, and **every one held**" in text
    assert "| 1,000 | 6 | 1 | 1.5 s | 200 MiB | 0 |" in text
    assert "Met in lock: `no-deck`" in text
    assert "DECKWRIGHT_FUZZ_SEED=7" in text
    assert "## Faults" not in text


def test_the_page_tells_of_failures() -> None:
    text = write_reliability.page("", {"fuzz": figures(answer("lock", failure="Traceback"), answer("check"))})
    assert "**1 failed**" in text


def test_a_part_without_new_figures_stays() -> None:
    first = write_reliability.page("", {"fuzz": figures(answer("lock")), "faults-kill": FAULTS})
    assert "| Killed while it builds | 12 | 12 | SIGKILL |" in first
    assert write_reliability.page(first, {}) == first
    second = write_reliability.page(first, {"faults-kill": {**FAULTS, "tried": 99}})
    assert second == first.replace("| 12 | 12 |", "| 99 | 12 |")
