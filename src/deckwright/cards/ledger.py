"""What files held when they were last read: one that did not change since is not read again for its hash.

The ledger lies in the project's scratch folder. A file goes by its size, inode and times; one that changed a
moment ago may change again unseen, and is not written down.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from deckwright.cards.scratch import keep_sealed, read_sealed

if TYPE_CHECKING:
    import os
    from pathlib import Path

Identity = tuple[int, int, int, int]
A_WHILE = 2_000_000_000  # nanoseconds; some file systems count in steps of that length


def identity(status: os.stat_result) -> Identity:
    """Return by what a file is known to be unchanged: size, inode, when content and file changed in ns."""
    return status.st_size, status.st_ino, status.st_mtime_ns, status.st_ctime_ns


@dataclass
class Ledger:
    """The SHA-256 of files, each under a name of its own, kept at *path* if *keep*."""

    path: Path
    keep: bool
    _new: dict[str, tuple[Identity, str]] = field(default_factory=dict)

    def find(self, name: str, now: Identity) -> str | None:
        """Return the hash of a file if it is *now* what it was."""
        known = self._known.get(name)
        if known is None or known[0] != now:
            return None
        self._new[name] = known
        return known[1]

    def note(self, name: str, now: Identity, digest: str) -> None:
        """Remember what a file holds."""
        if max(now[2:]) < time.time_ns() - A_WHILE:
            self._new[name] = now, digest

    def save(self) -> None:
        """Keep what is known of the files asked for; a folder that does not take it does without."""
        if not self.keep or self._new == self._known:
            return
        keep_sealed(self.path, {name: [*now, digest] for name, (now, digest) in self._new.items()})

    @cached_property
    def _known(self) -> dict[str, tuple[Identity, str]]:
        with suppress(ValueError, TypeError, AttributeError):
            return {
                name: ((size, inode, content, change), digest)
                for name, (size, inode, content, change, digest) in (read_sealed(self.path) or {}).items()
            }
        return {}
