"""What files held when they were last read: one that did not change since is not read again for its hash.

The ledger lies in the project's scratch folder. A file goes by its size, inode and times; one that changed a
moment ago may change again unseen, and is not written down.
"""

from __future__ import annotations

import hashlib
import json
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os
    from pathlib import Path

Identity = tuple[int, int, int, int]
_A_WHILE = 2_000_000_000  # nanoseconds; some file systems count in steps of that length


def identity(status: os.stat_result) -> Identity:
    """Return by what a file is known to be unchanged: size, inode, when content and file changed in ns."""
    return status.st_size, status.st_ino, status.st_mtime_ns, status.st_ctime_ns


@dataclass
class Ledger:
    """The SHA-256 of files by their paths, kept at *path* if *keep*."""

    path: Path
    keep: bool
    _new: dict[str, tuple[Identity, str]] = field(default_factory=dict)

    def find(self, path: Path, now: Identity) -> str | None:
        """Return the hash of the file at *path* if it is *now* what it was."""
        known = self._known.get(str(path))
        if known is None or known[0] != now:
            return None
        self._new[str(path)] = known
        return known[1]

    def note(self, path: Path, now: Identity, digest: str) -> None:
        """Remember what a file holds."""
        if max(now[2:]) < time.time_ns() - _A_WHILE:
            self._new[str(path)] = now, digest

    def save(self) -> None:
        """Keep what is known of the files asked for; a folder that does not take it does without."""
        if not self.keep or self._new == self._known:
            return
        data = json.dumps({path: [*now, digest] for path, (now, digest) in self._new.items()}).encode()
        partial = self.path.with_name(f".{self.path.name}.partial")
        with suppress(OSError):
            self.path.parent.mkdir(exist_ok=True)
            partial.unlink(missing_ok=True)
            try:
                with partial.open("xb") as file:
                    file.writelines((_seal(data), b"\n", data))
                partial.replace(self.path)
            finally:
                partial.unlink(missing_ok=True)

    @cached_property
    def _known(self) -> dict[str, tuple[Identity, str]]:
        with suppress(OSError, ValueError, TypeError, AttributeError, RecursionError):
            seal, _, data = self.path.read_bytes().partition(b"\n")
            if seal == _seal(data):
                return {
                    path: ((size, inode, content, change), digest)
                    for path, (size, inode, content, change, digest) in json.loads(data).items()
                }
        return {}


def _seal(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest().encode()
