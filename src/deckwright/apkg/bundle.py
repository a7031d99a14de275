"""The source of a deck as one zip: what a co-author needs, and the author whose computer is lost."""

from __future__ import annotations

import shutil
import zipfile
from typing import IO, TYPE_CHECKING

from deckwright.apkg.atomic import replace_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_DATE = (1980, 1, 1, 0, 0, 0)


def write_bundle(path: Path, members: Mapping[str, Path]) -> None:
    """Write a zip of files by their names in it, the same bytes for the same files; none is held in memory.

    Raises:
        OSError: a file cannot be read, or the folder or the disk does not take the zip.

    """
    replace_file(path, lambda file: _write(file, members))


def _write(file: IO[bytes], members: Mapping[str, Path]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, _DATE)
            info.create_system = 3
            info.external_attr = 0o644 << 16
            # Large ones need to say so before they are written.
            info.file_size = members[name].stat().st_size
            with members[name].open("rb") as source, archive.open(info, "w") as target:
                shutil.copyfileobj(source, target)
