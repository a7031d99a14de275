"""Pictures drawn before, kept in the project's scratch folder, so that a rebuild draws nothing twice.

What lies there is a copy that can be made again: it is checked when it is taken, and nothing that goes wrong
with it stops a build.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from deckwright.cards.images import Drawn, Picture
from deckwright.deck.model import Region

_LONGEST_HEAD = 1000  # bytes of the line before the picture


@dataclass(frozen=True, slots=True)
class PictureCache:
    """The pictures drawn before, by their recipes; further ones are kept only with *keep*."""

    folder: Path
    keep: bool

    def get(self, picture: Picture) -> Drawn | None:
        """Return a picture as it was drawn, or None."""
        try:
            with self._path(picture).open("rb") as file:
                head, data = json.loads(file.readline(_LONGEST_HEAD)), file.read()
            if hashlib.sha256(data).hexdigest() != head["sha256"]:
                return None
            wide, high = map(int, head["size"])
            return Drawn(data, Region(*map(float, head["box"])), (wide, high))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def put(self, picture: Picture, drawn: Drawn) -> None:
        """Keep a picture, if that is wanted and the folder takes it."""
        if not self.keep:
            return
        head = {"sha256": hashlib.sha256(drawn.data).hexdigest(), "box": drawn.box, "size": drawn.size}
        path = self._path(picture)
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self.folder) as folder:
                partial = Path(folder) / "picture"
                partial.write_bytes(json.dumps(head).encode() + b"\n" + drawn.data)
                partial.replace(path)

    def _path(self, picture: Picture) -> Path:
        """Name the file by its recipe and by the programs that draw and encode: others write other bytes."""
        drawn_by = "-".join(version(program) for program in ("resvg-py", "pillow", "pillow-heif"))
        return self.folder / drawn_by / picture.recipe[:2] / picture.recipe
