"""Pictures drawn before, kept in the project's scratch folder, so that a rebuild draws nothing twice.

What lies there is a copy that can be made again: it is checked when it is taken, and nothing that goes wrong
with it stops a build.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.metadata import version
from typing import TYPE_CHECKING

from deckwright.cards.images import Drawn, Picture, is_finished
from deckwright.cards.ledger import Identity, Ledger, identity
from deckwright.cards.media import Refused
from deckwright.cards.scratch import keep
from deckwright.deck.model import Region

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_LONGEST_HEAD = 1000  # bytes of the line before the picture
_CHUNK = 2**18


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture's bytes in a file of the cache, from byte *start* on, as they were when it was checked."""

    path: Path
    start: int
    known: Identity

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes; raises `Refused`, if only at their end, where the file is not what it was."""
        try:
            with self.path.open("rb") as file:
                file.seek(self.start)
                yield from iter(partial(file.read, _CHUNK), b"")
                is_same = identity(os.fstat(file.fileno())) == self.known
        except OSError:
            is_same = False
        if not is_same:
            message = "a picture that was drawn before changed while it was being read"
            raise Refused("picture-changed", message, "build again")


@dataclass(frozen=True, slots=True)
class PictureCache:
    """The pictures drawn before, by their recipes; further ones are kept only with *keep*.

    What the *ledger* knows of a file is not read again to check it.
    """

    folder: Path
    keep: bool
    ledger: Ledger | None = None

    def get(self, picture: Picture) -> Drawn | None:
        """Return a picture as it was drawn, or None."""
        try:
            path = self._path(picture)
            with path.open("rb") as file:
                line, now = file.readline(_LONGEST_HEAD), identity(os.fstat(file.fileno()))
                head = json.loads(line)
                wide, high = map(int, head["size"])
                kept = Kept(path, len(line), now)
                drawn = Drawn(kept, Region(*map(float, head["box"])), (wide, high))
                if not (self.ledger and self.ledger.find(str(path), now) == head["seal"]):
                    if head["seal"] != _seal(picture, drawn, iter(partial(file.read, _CHUNK), b"")):
                        return None
                    if self.ledger:
                        self.ledger.note(str(path), now, head["seal"])
            return replace(drawn, source=picture.media) if is_finished(picture.media.name) else drawn
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def put(self, picture: Picture, drawn: Drawn) -> Drawn:
        """Keep a picture, if that is wanted and the folder takes it; return it, read from where it lies."""
        if not self.keep:
            return drawn
        if same := self.get(picture):  # under another name
            return same
        # What travels as it is lies in the media folder already.
        data = b"" if is_finished(picture.media.name) else drawn.data
        head = {"seal": _seal(picture, drawn, [data]), "box": drawn.box, "size": drawn.size}
        path, line = self._path(picture), json.dumps(head).encode() + b"\n"
        status = keep(path, line, data)
        if not status or not data:
            return drawn
        return replace(drawn, source=Kept(path, len(line), identity(status)))

    def _path(self, picture: Picture) -> Path:
        """Name the file by its recipe and by the programs that draw and encode: others write other bytes."""
        return self.folder / _drawn_by() / picture.recipe[:2] / picture.recipe


@cache
def _drawn_by() -> str:
    return "-".join(version(program) for program in ("resvg-py", "pillow", "pillow-heif"))


def _seal(picture: Picture, drawn: Drawn, data: Iterable[bytes]) -> str:
    """Return what no other picture, place and size goes by, each byte of them counted."""
    told = [picture.recipe, *map(float, drawn.box), *drawn.size]
    digest = hashlib.sha256(json.dumps(told).encode())
    for chunk in data:
        digest.update(chunk)
    return digest.hexdigest()
