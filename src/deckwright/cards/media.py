"""Picture files in a project's `media/` folder, hostile until checked."""

from __future__ import annotations

import difflib
import hashlib
import os
import stat
import unicodedata
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Literal

from deckwright.cards.filetypes import Kind, Refused, check_head, kind_of
from deckwright.cards.ledger import Identity, Ledger, identity

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LARGEST", "Kind", "MediaFile", "MediaFolder", "Refused", "as_utf_8"]

LARGEST = 100 * 2**20  # bytes of a picture
LARGEST_AS_IS = 500 * 2**20  # bytes of any other file; a package is read back with as many
_CHUNK = 2**18


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A picture file whose place, size and first bytes were checked; its content is still hostile.

    `name` is the path under `media/` as the author wrote it, `path` the file
    itself with links resolved, `digest` the SHA-256 of its bytes in hex. One
    that travels as it is, whatever it holds, is of the kind `other`. `known`
    is what it goes by where the digest is of an earlier run, else None.
    """

    name: str
    path: Path
    kind: Kind | Literal["other"]
    digest: str
    known: Identity | None = None

    def read(self) -> bytes:
        """Return the very bytes that were checked; raises `Refused` when they have changed since."""
        return b"".join(self.chunks())

    def chunks(self) -> Iterator[bytes]:
        """Yield the very bytes that were checked; raises `Refused`, if only at their end, for any others."""
        digest = hashlib.sha256()
        try:
            for chunk in _chunks(self.path):
                if not self.known:
                    digest.update(chunk)
                yield chunk
            is_same = identity(self.path.stat()) == self.known if self.known else None
        except (OSError, ValueError) as error:
            raise self._changed() from error
        if not (digest.hexdigest() == self.digest if is_same is None else is_same):
            raise self._changed()

    def _changed(self) -> Refused:
        return Refused("picture-changed", f"`{self.name}` changed while it was being read", "build again")


@dataclass(frozen=True, slots=True)
class MediaFolder:
    """The pictures below one folder; nothing outside it is ever opened. The folder need not exist.

    What the *ledger* knows of a file is not read again.
    """

    root: Path
    ledger: Ledger | None = None
    _entries: dict[Path, frozenset[str]] = field(default_factory=dict, compare=False, repr=False)
    _folders: dict[Path, Path] = field(default_factory=dict, compare=False, repr=False)

    def names(self) -> tuple[str, ...]:
        """List the regular files as sorted posix paths; without hidden ones and links that lead out."""
        # A name that is not Unicode cannot be written in a source file, nor printed.
        return tuple(sorted(name for name in map(as_utf_8, self._files()) if _is_text(name)))

    def _files(self) -> Iterator[str]:
        """Yield the paths of the files below the folder; links to folders are not followed."""
        folders = [""]
        while folders:
            above = folders.pop()
            try:
                with os.scandir(self.root / above) as found:
                    entries = [entry for entry in found if not entry.name.startswith(".")]
            except OSError:
                continue
            for entry in entries:
                path = above + entry.name
                if entry.is_dir(follow_symlinks=False):
                    folders.append(f"{path}/")
                elif entry.is_file(follow_symlinks=False) or (
                    entry.is_symlink() and self._is_inside_file(self.root / path)
                ):
                    yield path

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
        status = _regular(path, name)
        if not status.st_size:
            raise Refused("empty-file", f"`{name}` is empty", "save or copy the picture again")
        if status.st_size > LARGEST:
            message = f"`{name}` is larger than {LARGEST // 2**20} MiB"
            raise Refused("file-too-large", message, "save it smaller: 2000 pixels in width are enough")
        return self._known(MediaFile(name, path, kind_of(name), ""), identity(status))

    def open_as_is(self, name: str) -> MediaFile:
        """Check a file that is to travel as it is, as `open` does, whatever its bytes are."""
        path = self._resolved(name)
        status = _regular(path, name)
        if not status.st_size:
            raise Refused("empty-file", f"`{name}` is empty", "save or copy the file again")
        if status.st_size > LARGEST_AS_IS:
            message = f"`{name}` is larger than {LARGEST_AS_IS // 2**20} MiB"
            raise Refused("file-too-large", message, "save it shorter or smaller")
        return self._known(MediaFile(name, path, "other", ""), identity(status))

    def _known(self, media: MediaFile, now: Identity) -> MediaFile:
        """Return a file with its digest: the ledger's, or that of its bytes, which are then checked."""
        name = f"{media.kind} {media.path}"  # as what it was checked
        if self.ledger and (digest := self.ledger.find(name, now)):
            return replace(media, digest=digest, known=now)
        read = replace(media, digest=_digest(media))
        if self.ledger:
            self.ledger.note(name, now, read.digest)
        return read

    def _resolved(self, name: str) -> Path:
        """Find the file on disk, spelt exactly as *name*, with links resolved, inside the folder."""
        parts = PurePosixPath(name).parts
        if name.startswith("/") or PureWindowsPath(name).anchor or ".." in parts:
            raise Refused(
                "outside-media", f"`{name}` lies outside `media/`", "copy the picture into `media/`"
            )
        path = self.root
        for part in parts:
            entry = self._entry(path, part)
            if entry is None:
                raise self._missing(name)
            path /= entry
        try:
            root = self._real(self.root)
            resolved = path.resolve() if path.is_symlink() else self._real(path.parent) / path.name
        except (OSError, RuntimeError) as error:  # a loop of links
            raise self._missing(name) from error
        if not resolved.is_relative_to(root):
            message = f"`{name}` is a link to a place outside `media/`"
            raise Refused("outside-media", message, "copy the picture itself into `media/`")
        return resolved

    def _real(self, folder: Path) -> Path:
        """Return a folder with links resolved."""
        if folder not in self._folders:
            self._folders[folder] = folder.resolve()
        return self._folders[folder]

    def _entry(self, folder: Path, part: str) -> str | None:
        """Find *part* among the real entries of a folder, so that case counts on every disk.

        Some disks store `é` as two code points; the author's one-point `é` finds it. What is not there is
        looked for again.
        """
        if part not in self._entries.get(folder, ()):
            try:
                self._entries[folder] = frozenset(os.listdir(folder))  # noqa: PTH208 - the names alone are wanted
            except OSError:
                return None
        entries = self._entries[folder]
        if part in entries:
            return part
        composed = unicodedata.normalize("NFC", part)
        return next(
            (entry for entry in entries if unicodedata.normalize("NFC", as_utf_8(entry)) == composed), None
        )

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


def as_utf_8(entry: str) -> str:
    """Return a name on disk as UTF-8 has it, whatever the locale takes its bytes for."""
    return os.fsencode(entry).decode("utf-8", "surrogateescape")


def _is_text(name: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in name)


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


def _regular(path: Path, name: str) -> os.stat_result:
    try:
        status = path.stat()
    except OSError as error:
        message = f"`{name}` cannot be reached: it is a link to nothing, or in a locked folder"
        raise Refused("missing-picture", message, "copy the picture itself into `media/`") from error
    if not stat.S_ISREG(status.st_mode):
        what = "a folder" if stat.S_ISDIR(status.st_mode) else "not a regular file"
        raise Refused("not-a-file", f"`{name}` is {what}", "name a picture file in `media/`")
    return status


def _digest(media: MediaFile) -> str:
    """Read a file once: its first bytes for the kind, all of them for the digest."""
    head, digest = b"", hashlib.sha256()
    try:
        for chunk in _chunks(media.path):
            head = head or chunk
            digest.update(chunk)
    except (OSError, ValueError) as error:
        message = f"`{media.name}` cannot be read, or is larger than {LARGEST // 2**20} MiB"
        raise Refused("unreadable-picture", message, "look at the file and its permissions") from error
    if media.kind != "other":
        check_head(head, media.name, media.kind)
    return digest.hexdigest()


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
