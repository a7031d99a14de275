"""What many tests need: a project on disk, and the tool run on it as a person would."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def at_a_terminal(answers: str, *arguments: str | Path, cwd: Path | None = None) -> Ran:
    """Run the tool as somebody at a terminal, who types *answers*."""
    ours, theirs = os.openpty()
    command: list[str | Path] = [TOOL, *arguments]
    with subprocess.Popen(
        command, cwd=cwd, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        os.close(theirs)
        os.write(ours, answers.encode())
        out, err = process.communicate(timeout=120)
    os.close(ours)
    return Ran(process.returncode, out.decode("utf-8"), err.decode("utf-8"))


def write_project(folder: Path, source: str, **media: bytes) -> Path:
    """Make a project: `cards.yaml` with *source*, and media files by name (`goose_png` is `goose.png`)."""
    (folder / "media").mkdir(parents=True, exist_ok=True)
    (folder / "cards.yaml").write_text(source, "utf-8", newline="\n")
    for name, data in media.items():
        (folder / "media" / ".".join(name.rsplit("_", 1))).write_bytes(data)
    return folder


@contextmanager
def open_folder() -> Iterator[Path]:
    """Give a new folder that every user can enter; pytest's own are for their owner alone."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@contextmanager
def without_privileges() -> Iterator[None]:
    """Act as someone whom permissions bind, also where the tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
