"""Files of a project being made: nothing that is there is touched, and nothing stays if one of them fails."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType


def refuse_what_is_there(root: Path, wanted: Iterable[Path]) -> None:
    """Refuse to make a project where one of the *wanted* files lies, or where there is no folder.

    Raises:
        UsageProblem: with what lies there.

    """
    if root.exists() and not root.is_dir():
        raise UsageProblem(f"`{near(root)}` is a file; name a folder for the project")
    there = [f"`{os.path.relpath(path, root)}`" for path in wanted if os.path.lexists(path)]
    if there:
        names = " and ".join(filter(None, (", ".join(there[:-1]), there[-1])))
        raise UsageProblem(
            f"`{near(root)}` holds {names} already, and nothing is replaced;"
            f" name another folder, or move {'it' if len(there) == 1 else 'them'} away"
        )


def refuse_links(root: Path, wanted: Iterable[Path]) -> None:
    """Refuse to write where a link within the folder leads out of it.

    Raises:
        UsageProblem: with the link.

    """
    folders = {parent for path in wanted for parent in path.parents if parent.is_relative_to(root)} - {root}
    links = sorted(folder for folder in folders if folder.is_symlink())
    if links:
        raise UsageProblem(f"`{near(links[0])}` is a link; name another folder, or move the link away")


def near(path: Path) -> str:
    """Return the path as the user would write it."""
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else str(path)


@dataclass
class Undone:
    """Files and folders being made, which are all taken away again if one of them fails."""

    _made: list[Path] = field(default_factory=list)

    def folder(self, path: Path) -> None:
        """Make a folder and those it lies in, where they are missing."""
        if not path.is_dir():
            self.folder(path.parent)
            path.mkdir()
            self._made.append(path)

    def file(self, path: Path, data: bytes) -> None:
        """Write a new file; one that is there in spite of all is left alone."""
        self.stream(path, (data,))

    def stream(self, path: Path, chunks: Iterable[bytes]) -> None:
        """Write a new file piece by piece; one that is there in spite of all is left alone."""
        self.folder(path.parent)
        with path.open("xb") as file:
            self._made.append(path)
            try:
                file.writelines(chunks)
                file.flush()
            except OSError as problem:
                problem.filename = problem.filename or str(path)  # a full disk names no file
                raise

    def later(self, path: Path) -> None:
        """Take away on failure what others will make at *path*."""
        self._made.append(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        for path in reversed(self._made) if kind else ():
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)
