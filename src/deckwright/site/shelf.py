"""The folder of a site: written so that what is the same stays untouched, and nobody else's file is lost."""

from __future__ import annotations

import hashlib
import re
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from deckwright.apkg.atomic import replace_file
from deckwright.site.about import File
from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
    _waiting: dict[str, Path] = field(default_factory=dict)  # new files beside their places, by name

    @contextmanager
    def laying(self, owner: str) -> Iterator[None]:
        """Make the folder the site of *owner* that is laid meanwhile; on any failure it stays as it was.

        Raises:
            UsageProblem: somebody else's file or link is in the way.
            OSError: the folder or the disk does not take it.

        """
        try:
            self._begin(owner)
            yield
            self._close()
        except BaseException:
            self._abandon()
            raise

    def _begin(self, owner: str) -> None:
        """Mark the folder, and sweep away what a killed run left unfinished."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in self.folder.rglob(".*"):
            if _UNFINISHED.fullmatch(path.name) and path.is_file() and self._is_ours(path.parent):
                path.unlink()
        mark = self.folder / MARK
        if not mark.is_file():
            replace_file(mark, lambda file: file.write(f"{_HEAD}{owner}\n".encode()))

    def lay(self, name: str, data: bytes) -> None:
        """Have a file there in the end; one that holds the same stays as it is.

        Raises:
            UsageProblem: somebody else's file or link is in the way.
            OSError: the folder or the disk does not take it.

        """
        path, sum_ = self._place(name), hashlib.sha256(data).hexdigest()
        if _wants(path, sum_):
            self._check(path, name)
            self._waiting[name] = _beside(path)
            with _naming(path):
                replace_file(_beside(path), lambda file: file.write(data))
        self.sums[name] = sum_

    def lay_made(self, name: str, make: Callable[[Path], None]) -> File:
        """Have a file there in the end that *make* writes at a path of its own, and say what it is.

        Raises:
            UsageProblem: somebody else's file or link is in the way.
            OSError: the folder or the disk does not take it.

        """
        path = self._place(name)
        made = self._waiting[name] = _beside(path)
        with _naming(path):
            make(made)
        said = File(name, made.stat().st_size, _sum(made))
        if _wants(path, said.sha256):
            self._check(path, name)
        else:
            self._waiting.pop(name).unlink()
        self.sums[name] = said.sha256
        return said

    def _close(self) -> None:
        """Put all that waits in its place, take away what is no part of the site any more, list checksums."""
        mark = self.folder / MARK
        known = (
            f"{self.sums[name]}  {name}\n"
            for name in self._waiting
            if self.sums[name] not in self.before.get(name, ())
        )
        text = mark.read_bytes() + "".join(known).encode()
        _write_if_new(mark, text)
        for name, made in list(self._waiting.items()):
            made.replace(self.folder / name)
            del self._waiting[name]
        for name in sorted(self.before.keys() - self.sums.keys()):
            self._take_away(name)
        listed = "".join(f"{sum_}  {name}\n" for name, sum_ in sorted(self.sums.items()))
        _write_if_new(self.folder / SUMS, listed.encode())
        _write_if_new(mark, text.split(b"\n")[0] + b"\n")

    def _abandon(self) -> None:
        """Take away what waits; a folder that was no site before is none."""
        for made in self._waiting.values():
            with suppress(OSError):
                made.unlink(missing_ok=True)
            self._prune(made)
        if not self.owner:
            with suppress(OSError):
                if [path.name for path in self.folder.iterdir()] == [MARK]:
                    (self.folder / MARK).unlink()

    def _place(self, name: str) -> Path:
        """Return where a file goes, which is in the folder itself and behind no link."""
        path = self.folder / name
        if not self._is_ours(path.parent):
            raise UsageProblem(f"`{path.parent}` leads out of the site's folder; take the link away")
        return path

    def _is_ours(self, folder: Path) -> bool:
        return folder.resolve() == self.folder.resolve() / folder.relative_to(self.folder)

    def _check(self, path: Path, name: str) -> None:
        """Refuse to replace what was not laid here."""
        if path.is_file() and not path.is_symlink() and name not in self.before and name not in self.sums:
            raise UsageProblem(f"`{path}` is no file of this site; move it away")

    def _take_away(self, name: str) -> None:
        path = self.folder / name
        if path.is_symlink() or not path.is_file() or not self._is_ours(path.parent):
            return
        if _sum(path) in self.before[name]:  # else it is somebody else's by now
            path.unlink()
            self._prune(path)

    def _prune(self, path: Path) -> None:
        """Take away the folders that a file was alone in."""
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


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")


def _wants(path: Path, sum_: str) -> bool:
    """Tell whether a file has to be written."""
    return path.is_symlink() or not path.is_file() or _sum(path) != sum_


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Let a failure tell of *path*, not of the file beside it."""
    try:
        yield
    except OSError as problem:
        if problem.filename == str(_beside(path)):
            problem.filename = str(path)
        raise


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_if_new(path: Path, data: bytes) -> None:
    if not path.is_file() or path.read_bytes() != data:
        replace_file(path, lambda file: file.write(data))
