"""The changes that the page made, each of which can be taken back.

A file is written only while it still is what the page was made from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deckwright import manuscript
from deckwright.emend import Unfit
from deckwright.manuscript import ChangedMeanwhile

if TYPE_CHECKING:
    from pathlib import Path

    from deckwright.source.text import SourceFile

_MOST_STEPS = 50  # whole copies of a file


class Stale(Exception):  # noqa: N818 - it says why a change is not made
    """What is on disk is not what the page shows; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a file, which can be taken back while the file is as it left it."""

    path: Path
    before: bytes
    after: bytes
    what: str


@dataclass
class History:
    """The steps that were made, and those that were taken back."""

    root: Path
    done: list[Step] = field(default_factory=list)
    undone: list[Step] = field(default_factory=list)

    def write(self, path: Path, before: SourceFile, text: str, what: str) -> None:
        """Put *text* where *before* was read from; raises Stale when it holds anything else by now."""
        self._check_place(path)
        try:
            old, new = manuscript.rewrite(path, before, text)
        except ChangedMeanwhile as problem:
            raise Stale(str(problem)) from problem
        self.done = [*self.done, Step(path, old, new, what)][-_MOST_STEPS:]
        self.undone = []

    def undo(self) -> str:
        """Take back the last step, and say what it was."""
        if not self.done:
            raise Unfit("there is nothing to undo")
        step = self.done[-1]
        self._swap(step, step.after, step.before)
        self.undone.append(self.done.pop())
        return step.what

    def redo(self) -> str:
        """Make the step again that was taken back last, and say what it was."""
        if not self.undone:
            raise Unfit("there is nothing to redo")
        step = self.undone[-1]
        self._swap(step, step.before, step.after)
        self.done.append(self.undone.pop())
        return step.what

    def _swap(self, step: Step, old: bytes, new: bytes) -> None:
        self._check_place(step.path)
        if manuscript.read(step.path) != old:
            raise Stale(f"`{step.path.name}` has changed since, so this step stays; use your editor's undo")
        manuscript.put(step.path, new)

    def _check_place(self, path: Path) -> None:
        if not path.resolve().is_relative_to(self.root.resolve()):
            raise Unfit(f"`{path.name}` is a link to a place outside the project; edit it there")
