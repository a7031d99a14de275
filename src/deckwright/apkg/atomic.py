"""Files that are the old one or the new one, never a half."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def replace_file(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Put at *path* what *write* writes, at once and on disk; on any failure the old file stays.

    The new file grows beside the target under one fixed name, so that what a killed process left behind is
    replaced by the next; a link under that name is not followed. The caller sees to it that no two write the
    same target.

    Raises:
        OSError: the folder or the disk does not take it.

    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        with partial.open("xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        _sync_folder(path.parent)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    """Put the new name on disk too, so that of two files replaced in turn the first is never the lost one."""
    with suppress(OSError):  # Windows opens no folders, and some file systems sync none
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
