"""The real Anki, each version in an environment of its own."""

from __future__ import annotations

import atexit
import json
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from threading import Timer
from typing import IO, TYPE_CHECKING, Any

import pytest

from support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

VERSIONS = ("23.10.1", "24.11", "25.2.7", "26.9.3")
_LONGEST = 300  # seconds that a sitting may take


@dataclass(frozen=True)
class Anki:
    """One collection of one Anki version."""

    version: str
    collection: Path

    @property
    def media(self) -> Path:
        """The collection's media folder."""
        return self.collection.with_suffix(".media")

    @property
    def release(self) -> tuple[int, ...]:
        """The version as numbers, to compare with others."""
        return tuple(map(int, self.version.split(".")))

    def steps(self, *steps: tuple[str, dict[str, Any]]) -> list[Any]:
        """Take steps of `driver.py` in one sitting, and return what came of each."""
        answer = _driver(self.version).answer({"collection": str(self.collection), "steps": steps})
        assert "failure" not in answer, answer["failure"]
        results: list[Any] = answer["results"]
        return results

    def step(self, name: str, **arguments: Any) -> Any:
        """Take one step."""
        return self.steps((name, arguments))[0]


@dataclass(frozen=True)
class _Driver:
    """A running `driver.py`: Anki takes most of a second to start, a collection a tenth of it."""

    process: subprocess.Popen[str]
    complaints: IO[str]

    def answer(self, sitting: dict[str, Any]) -> dict[str, Any]:
        """Send one sitting and wait for what came of it."""
        assert self.process.stdin
        assert self.process.stdout
        timer = Timer(_LONGEST, self.process.kill)
        timer.start()
        try:
            print(json.dumps(sitting), file=self.process.stdin, flush=True)
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            timer.cancel()
        if not line:
            _driver.cache_clear()
            self.complaints.seek(0)
            pytest.fail(f"Anki ended, or took over {_LONGEST} seconds:\n{self.complaints.read()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """End it, as the end of its input does."""
        with self.process, self.complaints:
            self.process.communicate()


@cache
def _driver(version: str) -> _Driver:
    python = ROOT / ".anki" / version / "bin" / "python"
    if not python.exists():
        pytest.fail(f"Anki {version} is not set up; run `make test`", pytrace=False)
    complaints = tempfile.TemporaryFile("w+")  # noqa: SIM115 - lives as long as the process
    process = subprocess.Popen(
        [python, ROOT / "tests" / "anki" / "driver.py"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        text=True,
        encoding="utf-8",
    )
    driver = _Driver(process, complaints)
    atexit.register(driver.close)
    return driver
