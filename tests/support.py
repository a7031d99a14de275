"""What many tests need: a project on disk, and the tool run on it as a person would."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
TOOL = Path(sys.executable).with_name("deckwright")


@dataclass(frozen=True)
class Ran:
    """How a run of the tool ended."""

    code: int
    out: str
    err: str


def deckwright(*arguments: str | Path, cwd: Path | None = None, **environment: str) -> Ran:
    """Run the installed tool as a process of its own."""
    done = subprocess.run(
        [TOOL, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=300,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def write_project(folder: Path, source: str, **media: bytes) -> Path:
    """Make a project: `cards.yaml` with *source*, and media files by name (`goose_png` is `goose.png`)."""
    (folder / "media").mkdir(parents=True, exist_ok=True)
    (folder / "cards.yaml").write_text(source, "utf-8", newline="\n")
    for name, data in media.items():
        (folder / "media" / ".".join(name.rsplit("_", 1))).write_bytes(data)
    return folder
