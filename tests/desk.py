"""An author's desk: a project on disk, perhaps under git, built week by week."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING
from unittest.mock import patch

from deckwright.build import Options, build
from deckwright.workspace import find_project
from support import deckwright, write_project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deckwright.build import Built
    from patched_tool import Patched
    from support import Ran

EPOCH = 1_767_225_600
WEEK = 604_800
_GIT = ("git", "-c", "user.name=Author", "-c", "user.email=author@example.org")


def at(week: float) -> int:
    """Return the time at which a week of the story begins."""
    return int(EPOCH + week * WEEK)


def build_now(folder: Path, when: int, options: Options) -> Built:
    """Build at a time of the story, without a process of its own."""
    with patch.dict(os.environ, {"SOURCE_DATE_EPOCH": str(when)}):
        return build(find_project(folder), options)


def errors(built: Built) -> set[str]:
    """Return the codes of what stopped a build."""
    found = (finding for report in built.reports for finding in report)
    return {finding.code for finding in found if finding.severity == "error"}


@dataclass
class Desk:
    """A project in *folder*."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=count)

    @property
    def source(self) -> str:
        """The text of `cards.yaml`."""
        return (self.folder / "cards.yaml").read_text("utf-8")

    def write(self, source: str, **media: bytes) -> Desk:
        """Write the source anew."""
        write_project(self.folder, source, **media)
        return self

    def edit(self, *edits: tuple[str, str]) -> None:
        """Replace texts in the source that stand there once."""
        source = self.source
        for old, new in edits:
            assert source.count(old) == 1, f"{source.count(old)} times {old!r}"
            source = source.replace(old, new)
        self.write(source)

    def build(self, week: float, *options: str, tool: Patched | None = None) -> Ran:
        """Run a build in the middle of a *week*."""
        environment = tool.environment if tool else {}
        return deckwright("build", *options, cwd=self.folder, SOURCE_DATE_EPOCH=str(at(week)), **environment)

    def release(self, week: float, *options: str, tool: Patched | None = None) -> Path:
        """Build, and put a copy of the package aside for readers; within this process where it can be."""
        if tool:
            built = self.build(week, *options, tool=tool)
            assert built.code == 0, built.err
        else:
            chosen = Options(replace="--replace" in options, refresh="--refresh" in options)
            found = errors(build_now(self.folder, at(week), chosen))
            assert not found, found
        (package,) = (self.folder / "build").glob("*.apkg")
        copy = self.folder / f"release-{next(self._numbers)}.apkg"
        shutil.copy(package, copy)
        return copy

    def git(self, *command: str) -> bool:
        """Run git with no settings but these, and tell whether it succeeded."""
        alone = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        done = subprocess.run((*_GIT, *command), cwd=self.folder, env=alone, capture_output=True, check=False)
        return done.returncode == 0

    def commit(self) -> None:
        """Commit everything but what the build makes."""
        if not (self.folder / ".git").exists():
            assert self.git("init", "--quiet", "--initial-branch=main")
            (self.folder / ".gitignore").write_text("/build/\n/.deckwright/\n/*.apkg\n", "utf-8")
        assert self.git("add", "--all")
        assert self.git("commit", "--quiet", "--message", "A commit")

    def clone(self, folder: Path) -> Desk:
        """Copy what is committed to another desk."""
        assert self.git("clone", "--quiet", str(self.folder), str(folder))
        return Desk(folder)
