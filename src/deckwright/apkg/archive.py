"""The outer shell of a package: zip members, bounded in number, names, kinds and bytes.

A zip's own figures are claims. They are held against bounds before anything is read, and what is
read is counted and held against the claims. Zstandard, in which the newest format wraps each member
once more, claims nothing that is believed: what it unpacks to is counted as it comes.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import zstandard

from deckwright.apkg.values import AGAIN, DISTRUST, UnreadablePackage, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

MAX_MEMBERS = 100_000
MAX_DIRECTORY_BYTES = 16 << 20  # the zip's table of contents: 160 bytes a member, Anki's take about 80
MAX_TOTAL_BYTES = 16 << 30
MAX_RATIO = 200  # what Anki writes unpacks to some 15 times its size, a deflate bomb to 1000 times
MAX_BYTES_AT_ANY_RATIO = 64 << 20
MAX_WINDOW_BYTES = 128 << 20  # the memory that Anki's own decoder takes at most, and zstd's default
CHUNK_BYTES = 1 << 16

_SLICE_BYTES = 512  # four bytes of zstd can unpack to 128 KiB, so this much to 16 MiB at a time
_ENCRYPTED = 0x1 | 0x40 | 0x2000  # any of the three ways a member or the directory is enciphered
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # what Anki and genanki write
_UNSAFE_NAME = re.compile(r"[\\\0]|^/|^[A-Za-z]:|(?:^|/)\.\.(?:/|$)")
# What zipfile is known to raise on bytes that are no zip, besides its own error.
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    IndexError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


@dataclass(slots=True)
class _Allowance:
    """How much a package may unpack to, all in all, in proportion to its own size."""

    package_bytes: int
    _spent: int = 0

    def spend(self, count: int) -> None:
        """Take *count* bytes more, or raise `UnreadablePackage` with `too-large`."""
        self._spent += count
        bound = min(MAX_TOTAL_BYTES, max(MAX_BYTES_AT_ANY_RATIO, MAX_RATIO * self.package_bytes))
        if self._spent > bound:
            raise _too_large(
                f"{self.package_bytes} bytes of package unpack to over {bound}, out of all proportion"
            )


@dataclass(frozen=True, slots=True)
class Archive:
    """An open package whose members' names, kinds and claimed sizes have been checked."""

    members: Mapping[str, zipfile.ZipInfo]
    _zip: zipfile.ZipFile
    _allowance: _Allowance

    def chunks(self, name: str, bound: int) -> Iterator[bytes]:
        """Yield the bytes of one member, at most *bound* and exactly as many as the zip claims.

        Raises `UnreadablePackage` with `too-large` or `damaged-package`, and KeyError without such a member.
        """
        info = self.members[name]
        if info.file_size > bound:
            raise _too_large(f"{shown(name)} unpacks to {info.file_size} bytes, more than {bound}")
        try:
            yield from self._counted(info)
        except _BROKEN_ZIP as failure:
            raise _damaged(f"{shown(name)} in the package is damaged") from failure

    def read(self, name: str, bound: int) -> bytes:
        """Return the bytes of one member, under the promises of `chunks`."""
        return b"".join(self.chunks(name, bound))

    def unpacked(self, name: str, bound: int) -> Iterator[bytes]:
        """Yield what one member holds under zstandard, at most *bound* bytes; the rest is as for `chunks`."""
        count = 0
        try:
            for piece in _decompressed(self.chunks(name, bound)):
                count += len(piece)
                if count > bound:
                    raise _too_large(f"{shown(name)} unpacks to more than {bound} bytes")
                self._allowance.spend(len(piece))
                yield piece
        except zstandard.ZstdError as failure:
            raise _damaged(f"{shown(name)} in the package is cut short or damaged") from failure

    def _counted(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        count = 0
        with self._zip.open(info) as member:
            while chunk := member.read(CHUNK_BYTES):
                count += len(chunk)
                yield chunk
        # zipfile stops at the size that is claimed, and is content with less.
        if count != info.file_size:
            raise zipfile.BadZipFile


def _decompressed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack one frame after another, as Anki does; raises ZstdError unless the last one is whole."""
    maker = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW_BYTES)
    frame = maker.decompressobj()
    for chunk in chunks:
        for start in range(0, len(chunk), _SLICE_BYTES):
            rest = chunk[start : start + _SLICE_BYTES]
            while rest:
                if frame.eof:
                    frame = maker.decompressobj()
                yield frame.decompress(rest)
                rest = frame.unused_data
    if not frame.eof:
        raise zstandard.ZstdError


class _BoundedFile(io.FileIO):
    """A file whose zip directory, which zipfile reads in one piece, is bounded."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read, unless it is more at once than any directory Anki writes."""
        if size is not None and size > MAX_DIRECTORY_BYTES:
            raise _too_large(f"the package's table of contents takes more than {MAX_DIRECTORY_BYTES} bytes")
        return super().read(size) or b""


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open the package at *path* for reading, with every member checked.

    Raises `UnreadablePackage`: `cannot-open`, `not-a-package`, `damaged-package`, `encrypted-package`,
    `unsafe-member` or `too-large`.
    """
    with _open_file(path) as file:
        starts_like_zip = file.read(2) == b"PK"
        file.seek(0)
        try:
            archive = zipfile.ZipFile(file)
        except _BROKEN_ZIP as failure:
            if starts_like_zip:
                raise _damaged("the package is cut short or damaged") from failure
            raise not_a_package() from failure
        with archive:
            size = path.stat().st_size
            yield Archive(_checked(archive.infolist(), _Allowance(size)), archive, _Allowance(size))


def not_a_package() -> UnreadablePackage:
    """Make the finding about a file that is something else altogether."""
    return UnreadablePackage(
        "not-a-package",
        "this file is not an Anki package",
        advice="give a file that Anki exported or `deckwright build` made, ending in `.apkg`",
    )


def _open_file(path: Path) -> _BoundedFile:
    try:
        # A pipe or a device would be waited on for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnreadablePackage("cannot-open", "this is not a file", advice="give the path of an `.apkg`")
        return _BoundedFile(path)
    except (OSError, ValueError) as failure:
        reason = failure.strerror if isinstance(failure, OSError) and failure.strerror else str(failure)
        raise UnreadablePackage(
            "cannot-open", f"the package cannot be opened: {reason}", advice="check the path"
        ) from failure


def _checked(infos: Iterable[zipfile.ZipInfo], allowance: _Allowance) -> dict[str, zipfile.ZipInfo]:
    members: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        _check_member(info)
        if info.filename in members:
            raise _unsafe(f"two members of the package are called {shown(info.filename)}")
        members[info.filename] = info
        allowance.spend(info.file_size)
        if len(members) > MAX_MEMBERS:
            raise _too_large(f"the package has more than {MAX_MEMBERS} members")
    return members


def _check_member(info: zipfile.ZipInfo) -> None:
    # orig_filename: zipfile cuts `filename` at a NUL and, on Windows, turns backslashes round.
    name = info.orig_filename
    if not name or _UNSAFE_NAME.search(name):
        raise _unsafe(f"the package has a member {shown(name)}, which points outside it")
    if stat.S_IFMT(info.external_attr >> 16) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise _unsafe(f"{shown(name)} in the package is a link or a device, not a file")
    if info.flag_bits & _ENCRYPTED:
        raise UnreadablePackage(
            "encrypted-package",
            f"{shown(name)} in the package is encrypted",
            advice="ask its author for an export without a password",
        )
    if info.compress_type not in _METHODS:
        raise _damaged(f"{shown(name)} is compressed in a way that Anki does not read")


def _too_large(message: str) -> UnreadablePackage:
    return UnreadablePackage("too-large", message, advice=DISTRUST)


def _unsafe(message: str) -> UnreadablePackage:
    return UnreadablePackage("unsafe-member", message, advice=DISTRUST)


def _damaged(message: str) -> UnreadablePackage:
    return UnreadablePackage("damaged-package", message, advice=AGAIN)
