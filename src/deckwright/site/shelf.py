"""The folder of a site: written so that what is the same stays untouched, and nobody else's file is lost."""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from deckwright.apkg.atomic import replace_file
from deckwright.site.about import File
from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable

SUMS = "SHA256SUMS"
MARK = ".deckwright-site"  # says whose site a folder is, and what an unfinished run meant to lay there
_HEAD = "site of "
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")
_LARGEST = 64 << 20  # bytes of a list of checksums
_HARMLESS = frozenset({".git", ".gitignore", ".gitkeep", ".nojekyll", ".DS_Store"})  # in an empty folder
_UNFINISHED = re.compile(r"\..*\.(?:new|partial)")


@dataclass
class Shelf:
    """A site's folder, to which files are laid.

    *owner* is the id of the project whose site it is, empty for a folder without one. *before* are the files
    that were laid there, by name, with every checksum they may have; *sums* those laid by now, in order.
    """

    folder: Path
    owner: str
    before: dict[str, frozenset[str]]
    sums: dict[str, str] = field(default_factory=dict)

    def begin(self, owner: str) -> None:
        """Mark the folder as the site of *owner*, and sweep away what a killed run left unfinished.

        Raises:
            OSError: the folder does not take it.

        """
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in self.folder.rglob(".*"):
            if _UNFINISHED.fullmatch(path.name) and path.is_file() and self._is_ours(path.parent):
                path.unlink()
        mark = self.folder / MARK
        if not mark.is_file():
            mark.write_text(f"{_HEAD}{owner}\n", "utf-8", newline="\n")

    def lay(self, name: str, data: bytes) -> None:
        """Put a file there; one that holds the same stays as it is.

        Raises:
            UsageProblem: somebody else's file or link is in the way.
            OSError: the folder or the disk does not take it.

        """
        path, sum_ = self._place(name), hashlib.sha256(data).hexdigest()
        if self._wants(path, name, sum_):
            replace_file(path, lambda file: file.write(data))
        self.sums[name] = sum_

    def lay_made(self, name: str, make: Callable[[Path], None]) -> File:
        """Put a file there that *make* writes at a path of its own, and say what it is.

        Raises:
            UsageProblem: somebody else's file or link is in the way.
            OSError: the folder or the disk does not take it.

        """
        path = self._place(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f".{path.name}.new")
        try:
            make(made)
            sum_ = _sum(made)
            if self._wants(path, name, sum_):
                made.replace(path)
        finally:
            made.unlink(missing_ok=True)
        self.sums[name] = sum_
        return File(name, path.stat().st_size, sum_)

    def close(self) -> None:
        """Take away what was laid there before and is no part of the site any more; list all checksums.

        Raises:
            OSError: the folder or the disk does not take it.

        """
        for name in sorted(self.before.keys() - self.sums.keys()):
            self._take_away(name)
        listed = "".join(f"{sum_}  {name}\n" for name, sum_ in sorted(self.sums.items()))
        _write_if_new(self.folder / SUMS, listed.encode())
        mark = self.folder / MARK
        _write_if_new(mark, mark.read_bytes().split(b"\n")[0] + b"\n")

    def _place(self, name: str) -> Path:
        """Return where a file goes, which is in the folder itself and behind no link."""
        path = self.folder / name
        if not self._is_ours(path.parent):
            raise UsageProblem(f"`{path.parent}` leads out of the site's folder; take the link away")
        return path

    def _is_ours(self, folder: Path) -> bool:
        return folder.resolve() == self.folder.resolve() / folder.relative_to(self.folder)

    def _wants(self, path: Path, name: str, sum_: str) -> bool:
        """Tell whether a file has to be written, after noting that it is ours."""
        if path.is_file() and not path.is_symlink():
            if _sum(path) == sum_:
                return False
            if name not in self.before and name not in self.sums:
                raise UsageProblem(f"`{path}` is no file of this site; move it away")
        if sum_ not in self.before.get(name, ()):
            with (self.folder / MARK).open("a", encoding="utf-8", newline="\n") as mark:
                mark.write(f"{sum_}  {name}\n")
        return True

    def _take_away(self, name: str) -> None:
        path = self.folder / name
        if path.is_symlink() or not path.is_file() or not self._is_ours(path.parent):
            return
        if _sum(path) in self.before[name]:  # else it is somebody else's by now
            path.unlink()
            with suppress(OSError):  # one of them holds other files
                for folder in path.relative_to(self.folder).parents[:-1]:
                    (self.folder / folder).rmdir()


def open_shelf(folder: Path) -> Shelf:
    """Return the shelf in *folder*; nothing is written yet.

    Raises:
        UsageProblem: something lies there that is no site of ours.
        OSError: it cannot be read.

    """
    if folder.exists() and not folder.is_dir():
        raise UsageProblem(f"`{folder}` is no folder; name another by `-o`")
    mark = folder / MARK
    if mark.is_file() and not mark.is_symlink():
        text = _text(mark)
        owner = text.split("\n")[0].removeprefix(_HEAD).strip()
        return Shelf(folder, owner, _listed(f"{text}\n{_text(folder / SUMS)}"))
    if folder.is_dir() and any(path.name not in _HARMLESS for path in folder.iterdir()):
        raise UsageProblem(
            f"`{folder}` holds other files, and no site that Deckwright made; name another folder by `-o`,"
            " or empty it"
        )
    return Shelf(folder, "", {})


def _text(path: Path) -> str:
    if path.is_symlink() or not path.is_file():
        return ""
    with path.open("rb") as file:
        return file.read(_LARGEST).decode("utf-8", "replace")


def _listed(text: str) -> dict[str, frozenset[str]]:
    """Read checksums by name; what leads out of the folder is none of ours."""
    found: dict[str, frozenset[str]] = {}
    for line in map(_LINE.fullmatch, text.split("\n")):
        if line and _is_within(line[2]):
            found[line[2]] = found.get(line[2], frozenset()) | {line[1]}
    return found


def _is_within(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and ":" not in name


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_if_new(path: Path, data: bytes) -> None:
    if not path.is_file() or path.read_bytes() != data:
        replace_file(path, lambda file: file.write(data))
