"""The media of a package: a map from members to names, and files that are counted and hashed.

The old format's map is a JSON object from member name to file name. The newest's is protobuf
`MediaEntries`, whose n-th entry is about the member `n`, with the size and SHA-1 of what it holds.
(Anki: rslib/src/import_export/package/media.rs and proto/anki/import_export.proto.)
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from deckwright.apkg.package import PackageMedia
from deckwright.apkg.protobuf import raw, read_message, read_repeated, text, unsigned
from deckwright.apkg.values import (
    AGAIN,
    DISTRUST,
    MAX_JSON_BYTES,
    UnreadablePackage,
    as_integer,
    as_object,
    as_text,
    damaged,
    parse_json,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator

    from deckwright.apkg.archive import Archive
    from deckwright.apkg.protobuf import Fields

    Put = Callable[[str, Iterator[bytes]], object]

MAX_MEDIA_BYTES = 500 << 20

_MAP = "media"
_ENTRIES = 1
_ENTRY: Fields = {
    1: ("name", text, ""),
    2: ("size", partial(unsigned, bits=32), 0),
    3: ("sha1", raw, b""),
}
_MEMBER_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)
_UNSAFE_NAME = re.compile(r"[/\\\0]|^[A-Za-z]:|^\.{0,2}$")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of a map; *claim* is the size and SHA-1 that the newest format states."""

    member: str
    name: str
    claim: tuple[int, object] | None


def read_old_media(archive: Archive) -> tuple[PackageMedia, ...]:
    """Hash every file of a JSON map; a package without a map has no media, as for Anki."""
    return _read_files(archive, _old_entries(archive))


def read_newest_media(archive: Archive) -> tuple[PackageMedia, ...]:
    """Hash every file of a protobuf map, and hold it against what the map claims."""
    return _read_files(archive, _newest_entries(archive))


def take_media(archive: Archive, wanted: Container[str], put: Put, *, newest: bool) -> None:
    """Hand the bytes of each *wanted* file to *put*, piece by piece, under the bounds of reading."""
    for entry in _newest_entries(archive) if newest else _old_entries(archive):
        if entry.name in wanted:
            _check(archive, entry)
            read = archive.unpacked if entry.claim else archive.chunks
            put(entry.name, read(entry.member, MAX_MEDIA_BYTES))


def _old_entries(archive: Archive) -> Iterator[_Entry]:
    if _MAP not in archive.members:
        return
    try:
        written = archive.read(_MAP, MAX_JSON_BYTES).decode("utf-8")
    except UnicodeDecodeError as failure:
        raise damaged("the media map is not UTF-8") from failure
    names = as_object(parse_json(written, "the media map"), "the media map")
    for member, name in names.items():
        yield _Entry(member, as_text(name, f"the name of media file {shown(member)}"), None)


def _newest_entries(archive: Archive) -> Iterator[_Entry]:
    if _MAP not in archive.members:
        raise damaged("the package has no media map")
    written = b"".join(archive.unpacked(_MAP, MAX_JSON_BYTES))
    for index, message in enumerate(read_repeated(written, _ENTRIES, "the media map")):
        where = f"entry {index} of the media map"
        entry = read_message(message, _ENTRY, where)
        size = as_integer(entry["size"], where)
        yield _Entry(str(index), as_text(entry["name"], where), (size, entry["sha1"]))


def _read_files(archive: Archive, entries: Iterable[_Entry]) -> tuple[PackageMedia, ...]:
    media: dict[str, PackageMedia] = {}
    for entry in entries:
        if entry.name in media:
            raise damaged(f"two media files are called {shown(entry.name)}")
        _check(archive, entry)
        media[entry.name] = _read_file(archive, entry)
    return tuple(sorted(media.values(), key=lambda file: file.name))


def _check(archive: Archive, entry: _Entry) -> None:
    if _UNSAFE_NAME.search(entry.name):
        raise UnreadablePackage(
            "unsafe-media-name",
            f"the media file {shown(entry.name)} would land outside its folder",
            advice=DISTRUST,
        )
    if not _MEMBER_NUMBER.fullmatch(entry.member) or entry.member not in archive.members:
        raise UnreadablePackage(
            "missing-media", f"the media file {shown(entry.name)} is not in the package", advice=AGAIN
        )


def _read_file(archive: Archive, entry: _Entry) -> PackageMedia:
    read = archive.unpacked if entry.claim else archive.chunks
    size, digest, sha1 = 0, hashlib.sha256(), hashlib.sha1(usedforsecurity=False)
    for chunk in read(entry.member, MAX_MEDIA_BYTES):
        size += len(chunk)
        if entry.claim and size > entry.claim[0]:
            raise _unlike_claim(entry.name)
        digest.update(chunk)
        sha1.update(chunk)
    if entry.claim and entry.claim != (size, sha1.digest()):
        raise _unlike_claim(entry.name)
    return PackageMedia(entry.name, size, digest.hexdigest())


def _unlike_claim(name: str) -> UnreadablePackage:
    return UnreadablePackage(
        "damaged-package",
        f"the media file {shown(name)} is not the one that the package lists",
        advice=AGAIN,
    )
