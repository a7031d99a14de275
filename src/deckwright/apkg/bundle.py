"""The source of a deck as one zip: what a co-author needs, and the author whose computer is lost."""

from __future__ import annotations

import zipfile
from errno import EBUSY
from pathlib import Path
from typing import IO, TYPE_CHECKING

from deckwright.apkg.atomic import replace_file
from deckwright.cards.media import MediaFile, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DATE = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1 << 16

Member = Path | MediaFile | str  # a file, one that was looked at before, or a text


def write_bundle(path: Path, members: Mapping[str, Member]) -> None:
    """Write a zip of files by their names in it, the same bytes for the same files; none is held in memory.

    Raises:
        OSError: a file cannot be read or has changed, or the folder or the disk does not take the zip.

    """
    replace_file(path, lambda file: _write(file, members))


def _write(file: IO[bytes], members: Mapping[str, Member]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, _DATE)
            info.create_system = 3
            info.external_attr = 0o644 << 16
            with archive.open(info, "w") as target:
                target.writelines(_chunks(name, members[name]))


def _chunks(name: str, member: Member) -> Iterator[bytes]:
    if isinstance(member, str):
        yield member.encode()
    elif isinstance(member, MediaFile):
        try:
            yield from member.chunks()
        except Refused as problem:
            raise OSError(EBUSY, "it changed while it was being copied", name) from problem
    else:
        with member.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
