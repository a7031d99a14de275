"""Pictures dropped on the page: checked, named, and put into `media/` without replacing any."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from deckwright.cards.media import LARGEST, MediaFolder, Refused
from deckwright.cards.svg import read_drawing
from deckwright.deck.names import file_stem
from deckwright.emend import Unfit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckwright.workspace import Project

_SUFFIXES = (".png", ".jpg", ".webp", ".heic", ".svg")
_HEAD = 2**16  # bytes that tell what a file is
_LONGEST = 60
_MOST = 10_000


@contextmanager
def kept_picture(project: Project, name: str, data: bytes) -> Iterator[str]:
    """Put a picture into `media/` under a name made from *name*, and give that one; on any failure it goes.

    Its first bytes decide on its extension. What lies there stays; the very same picture is used again.

    Raises:
        Unfit: it is no picture that a deck can have, or `media/` is not in the project.

    """
    if len(data) > LARGEST:
        raise Unfit(f"the picture is larger than {LARGEST // 2**20} MiB; save it smaller")
    suffix = _suffix(data[:_HEAD])
    if suffix == ".svg":
        _check_drawing(data)
    folder = project.media
    folder.mkdir(exist_ok=True)
    if not folder.resolve().is_relative_to(project.root.resolve()):
        raise Unfit("`media/` is a link to a place outside the project; put the picture there yourself")
    stem = PurePosixPath(PureWindowsPath(name).name).stem
    slug = file_stem(stem, "picture", _LONGEST)
    for count in range(1, _MOST):
        path = folder / (f"{slug}{suffix}" if count == 1 else f"{slug}-{count}{suffix}")
        if _is(path, data):
            yield path.name
            return
        if _made(path, data):
            try:
                yield path.name
            except BaseException:
                path.unlink(missing_ok=True)
                raise
            return
    raise Unfit(f"`media/` holds too many pictures called `{slug}`; rename the one you drop")


def _check_drawing(data: bytes) -> None:
    """Raise Unfit for an SVG that no card could show; what scripts and links it has is not even kept."""
    try:
        read_drawing(data)
    except Refused as problem:
        raise Unfit(f"{problem.message}; {problem.advice}") from problem


def _suffix(head: bytes) -> str:
    """Return the extension that fits what the first bytes say."""
    if not head:
        raise Unfit("the picture is empty; save or copy it again")
    told: Refused | None = None
    with tempfile.TemporaryDirectory() as name:
        for suffix in _SUFFIXES:
            (Path(name) / f"picture{suffix}").write_bytes(head)
            try:
                MediaFolder(Path(name)).open(f"picture{suffix}")
            except Refused as problem:
                told = told or problem
            else:
                return suffix
    what = told.message.removeprefix("`picture.png` is ").partition(",")[0] if told else "something else"
    raise Unfit(f"this is {what}; a deck takes PNG, JPEG, WebP, HEIC and SVG")


def _is(path: Path, data: bytes) -> bool:
    return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data


def _made(path: Path, data: bytes) -> bool:
    """Write a new file; one that is there, be it a link to nothing, stays as it is."""
    try:
        with path.open("xb") as file:
            try:
                file.write(data)
            except BaseException:
                with suppress(OSError):
                    path.unlink()
                raise
    except FileExistsError:
        return False
    return True
