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
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")
_LARGEST = 64 << 20  # bytes of a list of checksums


@dataclass
class Shelf:
    """A site's folder, to which files are laid; *sums* are their checksums by name, in the order laid."""

    folder: Path
    before: dict[str, str]
    sums: dict[str, str] = field(default_factory=dict)

    def lay(self, name: str, data: bytes) -> None:
        """Put a file there; one that holds the same stays as it is.

        Raises:
            OSError: the folder or the disk does not take it.

        """
        self.sums[name] = hashlib.sha256(data).hexdigest()
        path = self.folder / name
        if path.is_symlink() or not path.is_file() or _sum(path) != self.sums[name]:
            replace_file(path, lambda file: file.write(data))

    def lay_made(self, name: str, make: Callable[[Path], None]) -> File:
        """Put a file there that *make* writes at a path of its own, and say what it is.

        Raises:
            OSError: the folder or the disk does not take it.

        """
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f".{path.name}.new")
        try:
            make(made)
            self.sums[name] = _sum(made)
            if path.is_symlink() or not path.is_file() or _sum(path) != self.sums[name]:
                made.replace(path)
        finally:
            made.unlink(missing_ok=True)
        return File(name, path.stat().st_size, self.sums[name])

    def close(self) -> None:
        """Take away what was laid there before and is no part of the site any more; list all checksums.

        Raises:
            OSError: the folder or the disk does not take it.

        """
        for name in self.before.keys() - self.sums.keys():
            self._take_away(name)
        listed = "".join(f"{sum_}  {name}\n" for name, sum_ in sorted(self.sums.items()))
        _write_if_new(self.folder / SUMS, listed.encode())

    def _take_away(self, name: str) -> None:
        path = self.folder / name
        if path.is_symlink() or not path.is_file() or _sum(path) != self.before[name]:
            return  # somebody else's by now
        path.unlink()
        with suppress(OSError):  # it holds other files
            path.parent.rmdir()


def open_shelf(folder: Path) -> Shelf:
    """Return the shelf in *folder*; nothing is written yet.

    Raises:
        UsageProblem: something lies there that is no site of ours.
        OSError: it cannot be read.

    """
    if folder.exists() and not folder.is_dir():
        raise UsageProblem(f"`{folder}` is no folder; name another by `-o`")
    sums = folder / SUMS
    if sums.is_file() and not sums.is_symlink():
        return Shelf(folder, dict(_listed(sums)))
    if folder.is_dir() and any(not path.name.startswith(".") for path in folder.iterdir()):
        raise UsageProblem(
            f"`{folder}` holds other files, and no site that Deckwright made; name another folder by `-o`,"
            " or empty it"
        )
    return Shelf(folder, {})


def begin(shelf: Shelf) -> None:
    """Mark the folder as a site's, so that one that was interrupted is known for what it is."""
    shelf.folder.mkdir(parents=True, exist_ok=True)
    if not (shelf.folder / SUMS).exists():
        (shelf.folder / SUMS).touch()


def _listed(sums: Path) -> dict[str, str]:
    """Read a list of checksums; what leads out of the folder is none of ours."""
    with sums.open("rb") as file:
        text = file.read(_LARGEST).decode("utf-8", "replace")
    found = (_LINE.fullmatch(line) for line in text.split("\n"))
    return {line[2]: line[1] for line in found if line and _is_within(line[2])}


def _is_within(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and ":" not in name


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_if_new(path: Path, data: bytes) -> None:
    if not path.is_file() or path.read_bytes() != data:
        replace_file(path, lambda file: file.write(data))
