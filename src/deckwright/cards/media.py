"""Picture files in a project's `media/` folder, hostile until checked."""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import stat
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["svg", "png", "jpeg", "webp", "heic"]

LARGEST = 100 * 2**20  # bytes of a media file
_CHUNK = 2**16
_KINDS: dict[str, Kind] = {
    ".svg": "svg",
    ".png": "png",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".webp": "webp",
    ".heic": "heic",
    ".heif": "heic",
}
# What the first bytes say, and how a person calls it; the first that matches counts.
_MAGIC: tuple[tuple[re.Pattern[bytes], str, str], ...] = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "png", "a PNG picture"),
    (re.compile(rb"\xff\xd8\xff"), "jpeg", "a JPEG picture"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "webp", "a WebP picture"),
    (re.compile(rb"GIF8[79]a"), "", "a GIF picture"),
    (re.compile(rb"BM.{4}\0{4}", re.DOTALL), "", "a BMP picture"),
    (re.compile(rb"II\*\0|MM\0\*"), "", "a TIFF picture"),
    (re.compile(rb".{4}ftyp(?:hei|hev|mif1|msf1)", re.DOTALL), "heic", "a HEIC photo"),
    (re.compile(rb".{4}ftypavi", re.DOTALL), "", "an AVIF picture"),
    (re.compile(rb"%PDF"), "", "a PDF document"),
    (re.compile(rb"\x1f\x8b"), "", "a compressed file (perhaps `.svgz`)"),
    (re.compile(rb"PK\x03\x04"), "", "a ZIP archive"),
    (re.compile(rb"\xff\xfe|\xfe\xff"), "", "text in UTF-16, where an SVG must be in UTF-8"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<!doctype html|<html)", re.IGNORECASE), "", "a web page"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*<"), "svg", "an SVG drawing or another XML file"),
)


class Refused(Exception):  # noqa: N818 - it says what happened to the picture
    """One defect of one media file, in the words of a diagnostic.

    `code` is its stable kebab-case name, `message` a headline without a full
    stop, `advice` what the author can do.
    """

    def __init__(self, code: str, message: str, advice: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.advice = advice


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A picture file whose place, size and first bytes were checked; its content is still hostile.

    `name` is the path under `media/` as the author wrote it, `path` the file
    itself with links resolved, `digest` the SHA-256 of its bytes in hex. One
    that travels as it is, whatever it holds, is of the kind `other`.
    """

    name: str
    path: Path
    kind: Kind | Literal["other"]
    digest: str

    def read(self) -> bytes:
        """Return the very bytes that were checked; raises `Refused` when they have changed since."""
        try:
            content = b"".join(_chunks(self.path))
        except (OSError, ValueError) as error:
            raise self._changed() from error
        if hashlib.sha256(content).hexdigest() != self.digest:
            raise self._changed()
        return content

    def _changed(self) -> Refused:
        return Refused("picture-changed", f"`{self.name}` changed while it was being read", "build again")


@dataclass(frozen=True, slots=True)
class MediaFolder:
    """The pictures below one folder; nothing outside it is ever opened. The folder need not exist."""

    root: Path

    def names(self) -> tuple[str, ...]:
        """List the regular files as sorted posix paths; without hidden ones and links that lead out."""
        found: list[str] = []
        for folder, below, files in os.walk(self.root):
            below[:] = [name for name in below if not name.startswith(".")]
            found += [
                (Path(folder) / name).relative_to(self.root).as_posix()
                for name in files
                if not name.startswith(".") and self._is_inside_file(Path(folder) / name)
            ]
        # A name that is not Unicode cannot be written in a source file, nor printed.
        return tuple(sorted(name for name in found if _is_text(name)))

    def open(self, name: str) -> MediaFile:
        """Check the file that an author calls *name*; raises `Refused` with the first defect found.

        Its first bytes must say the same as its extension. Nothing but a
        regular file is opened, so that no pipe or device can block.
        """
        if not _is_text(name) or any(unicodedata.category(char) == "Cc" for char in name):
            shown = "".join(char if char.isprintable() else "�" for char in name)
            raise Refused(
                "missing-picture", f"no `{shown}` in `media/`", "take the odd characters out of the name"
            )
        path = self._resolved(name)
        size = _regular_size(path, name)
        if not size:
            raise Refused("empty-file", f"`{name}` is empty", "save or copy the picture again")
        if size > LARGEST:
            message = f"`{name}` is larger than {LARGEST // 2**20} MiB"
            raise Refused("file-too-large", message, "save it smaller: 2000 pixels in width are enough")
        return _checked(name, path, _kind(name))

    def open_as_is(self, name: str) -> MediaFile:
        """Check a file that is to travel as it is, as `open` does, whatever its bytes are."""
        path = self._resolved(name)
        if not _regular_size(path, name):
            raise Refused("empty-file", f"`{name}` is empty", "save or copy the file again")
        digest = hashlib.sha256()
        try:
            for chunk in _chunks(path):
                digest.update(chunk)
        except (OSError, ValueError) as error:
            message = f"`{name}` cannot be read, or is larger than {LARGEST // 2**20} MiB"
            raise Refused("unreadable-picture", message, "look at the file") from error
        return MediaFile(name, path, "other", digest.hexdigest())

    def _resolved(self, name: str) -> Path:
        """Find the file on disk, spelt exactly as *name*, with links resolved, inside the folder."""
        parts = PurePosixPath(name).parts
        if name.startswith("/") or PureWindowsPath(name).anchor or ".." in parts:
            raise Refused(
                "outside-media", f"`{name}` lies outside `media/`", "copy the picture into `media/`"
            )
        path = self.root
        for part in parts:
            entry = _entry(path, part)
            if entry is None:
                raise self._missing(name)
            path /= entry
        try:
            resolved, root = path.resolve(), self.root.resolve()
        except (OSError, RuntimeError) as error:  # a loop of links
            raise self._missing(name) from error
        if not resolved.is_relative_to(root):
            message = f"`{name}` is a link to a place outside `media/`"
            raise Refused("outside-media", message, "copy the picture itself into `media/`")
        return resolved

    def _is_inside_file(self, path: Path) -> bool:
        try:
            return path.is_file() and path.resolve().is_relative_to(self.root.resolve())
        except (OSError, RuntimeError):
            return False

    def _missing(self, name: str) -> Refused:
        if not self.root.is_dir():
            message = f"no `{name}`, because there is no `media/` folder"
            return Refused("missing-picture", message, "make a folder `media` and put the picture into it")
        return Refused("missing-picture", f"no `{name}` in `media/`", _nearest(name, self.names()))


def _is_text(name: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in name)


def _entry(folder: Path, part: str) -> str | None:
    """Find *part* among the real entries of a folder, so that case counts on every disk.

    Some disks store `é` as two code points; the author's one-point `é` finds it.
    """
    try:
        entries = os.listdir(folder)  # noqa: PTH208 - the names alone are wanted
    except OSError:
        return None
    if part in entries:
        return part
    composed = unicodedata.normalize("NFC", part)
    return next((entry for entry in entries if unicodedata.normalize("NFC", entry) == composed), None)


def _nearest(name: str, names: tuple[str, ...]) -> str:
    """Advise on a name that is not there, by what is."""
    wanted = name.replace("\\", "/")
    if wanted in names:
        return f"write `{wanted}`: folders are parted by `/`"
    same = [other for other in names if other.casefold() == wanted.casefold()]
    if same:
        return f"did you mean `{same[0]}`? upper and lower case count"
    elsewhere = [other for other in names if PurePosixPath(other).name == PurePosixPath(wanted).name]
    near = elsewhere or difflib.get_close_matches(wanted, names)
    if near:
        return "did you mean " + " or ".join(f"`{other}`" for other in near[:3]) + "?"
    return "put the picture into `media/`, or correct the name"


def _regular_size(path: Path, name: str) -> int:
    try:
        status = path.stat()
    except OSError as error:
        message = f"`{name}` cannot be reached: it is a link to nothing, or in a locked folder"
        raise Refused("missing-picture", message, "copy the picture itself into `media/`") from error
    if not stat.S_ISREG(status.st_mode):
        what = "a folder" if stat.S_ISDIR(status.st_mode) else "not a regular file"
        raise Refused("not-a-file", f"`{name}` is {what}", "name a picture file in `media/`")
    return status.st_size


def _kind(name: str) -> Kind:
    suffix = PurePosixPath(name).suffix
    if suffix.lower() not in _KINDS:
        message = f"`{name}` ends in `{suffix}`, which is no picture type I know"
        if not suffix:
            message = f"`{name}` has no extension such as `.png`"
        raise Refused("unknown-picture-type", message, f"what works: {', '.join(_KINDS)}")
    return _KINDS[suffix.lower()]


def _checked(name: str, path: Path, kind: Kind) -> MediaFile:
    """Read the file once: its first bytes for the kind, all of them for the digest."""
    head, digest = b"", hashlib.sha256()
    try:
        for chunk in _chunks(path):
            head = head or chunk
            digest.update(chunk)
    except (OSError, ValueError) as error:
        message = f"`{name}` cannot be read"
        raise Refused("unreadable-picture", message, "look at the file's permissions") from error
    found, what = next(
        ((kind, what) for magic, kind, what in _MAGIC if magic.match(head)), ("", "something else")
    )
    if found != kind:
        message = f"`{name}` is {what}, whatever its extension says"
        raise Refused("wrong-picture-type", message, _remedy(found, kind))
    return MediaFile(name, path, kind, digest.hexdigest())


def _remedy(found: str, kind: Kind) -> str:
    fitting = next((suffix for suffix, of in _KINDS.items() if of == found), "")
    return (
        f"rename it to end in `{fitting}`"
        if fitting
        else f"open it in a picture editor and save it as {kind.upper()}"
    )


def _chunks(path: Path) -> Iterator[bytes]:
    """Yield a regular file's bytes, `LARGEST` of them at most; raises OSError or ValueError.

    Non-blocking and without following a link, for what stood here when the
    file was checked may have been swapped for a pipe.
    """
    flags = os.O_RDONLY
    for extra in ("O_BINARY", "O_CLOEXEC", "O_NOFOLLOW", "O_NONBLOCK"):
        flags |= getattr(os, extra, 0)
    with open(os.open(path, flags), "rb") as file:  # noqa: PTH123 - a descriptor, not a path
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ValueError(path)
        total = 0
        while chunk := file.read(_CHUNK):
            total += len(chunk)
            if total > LARGEST:
                raise ValueError(path)
            yield chunk
