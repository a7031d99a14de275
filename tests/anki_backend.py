"""The real Anki, each version in an environment of its own."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

VERSIONS = ("23.10.1", "26.9.3")


@dataclass(frozen=True)
class Anki:
    """One collection of one Anki version."""

    version: str
    collection: Path

    @property
    def media(self) -> Path:
        """The collection's media folder."""
        return self.collection.with_suffix(".media")

    def steps(self, *steps: tuple[str, dict[str, Any]]) -> list[Any]:
        """Take steps of `driver.py` in one sitting, and return what came of each."""
        python = ROOT / ".anki" / self.version / "bin" / "python"
        if not python.exists():
            pytest.fail(f"Anki {self.version} is not set up; run `make test`", pytrace=False)
        done = subprocess.run(
            [python, ROOT / "tests" / "anki" / "driver.py", self.collection],
            input=json.dumps(steps),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        results: list[Any] = json.loads(done.stdout.splitlines()[-1])
        return results

    def step(self, name: str, **arguments: Any) -> Any:
        """Take one step."""
        return self.steps((name, arguments))[0]
