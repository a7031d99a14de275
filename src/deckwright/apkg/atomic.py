"""Files that are the old one or the new one, never a half."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

Write = Callable[[IO[bytes]], object]
_LONGEST_NAME = 240  # bytes, so that there is room for what is put round it


def replace_file(path: Path, write: Write) -> None:
    """Put at *path* what *write* writes, at once and on disk; on any failure the old file stays.

    Raises:
        OSError: as of `replace_files`.

    """
    replace_files({path: write})


def replace_files(files: Mapping[Path, Write]) -> None:
    """Put at each path what its function writes, in this order and on disk; on any failure all old ones stay.

    All new files grow beside their targets before the first is replaced, each under one fixed name, so that
    what a killed process left behind is replaced by the next; a link under that name is not followed. Only a
    kill, or something odd in the place of a target, can leave the first ones new and the others old. The
    caller sees to it that no two write the same target.

    Raises:
        OSError: a folder or the disk does not take it; it says for which of the paths.

    """
    partials = {path: _beside(path) for path in files}
    try:
        for path, partial in partials.items():
            _grow(path, partial, files[path])
        for path, partial in partials.items():
            with _naming(path, partial):
                partial.replace(path)
            _sync_folder(path.parent)
    except BaseException:
        for partial in partials.values():
            with suppress(OSError):  # what went wrong first is told
                partial.unlink(missing_ok=True)
        raise


def _grow(path: Path, partial: Path, write: Write) -> None:
    with _naming(path, partial):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        with partial.open("xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())


@contextmanager
def _naming(path: Path, partial: Path) -> Iterator[None]:
    """Let a failure tell of *path*: a full disk names no file, and nobody knows the other one."""
    try:
        yield
    except OSError as problem:
        if problem.filename in (None, str(partial)):
            problem.filename = str(path)
        raise


def _beside(path: Path) -> Path:
    name = path.name
    if len(os.fsencode(name)) > _LONGEST_NAME:
        name = hashlib.sha256(os.fsencode(name)).hexdigest()
    return path.with_name(f".{name}.partial")


def _sync_folder(folder: Path) -> None:
    """Put the new name on disk too, so that of two files replaced in turn the first is never the lost one."""
    with suppress(OSError):  # Windows opens no folders, and some file systems sync none
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
