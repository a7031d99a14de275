"""An author's own file, written back: nothing of it changes but the text that was meant to."""

from __future__ import annotations

import codecs
import shutil
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from deckwright.apkg.atomic import replace_file
from deckwright.source.decode import MAX_BYTES, decode
from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from pathlib import Path

    from deckwright.source.text import SourceFile


class ChangedMeanwhile(UsageProblem):
    """The file no longer holds the text that the change was made from; the message says so."""


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A file about to get other bytes, at the place that a link to it leads to; its permissions stay."""

    target: Path
    before: bytes
    after: bytes

    def write(self, file: IO[bytes]) -> None:
        """Write the new bytes into what is to become the file."""
        file.write(self.after)
        shutil.copymode(self.target, file.name)


def rewrite(path: Path, source: SourceFile, text: str) -> tuple[bytes, bytes]:
    """Put *text* into the file that *source* was read from; return what it held and what it holds now.

    Raises:
        ChangedMeanwhile: the file holds another text by now.
        OSError: the folder or the disk does not take it; the old file stays.

    """
    made = rewriting(path, source, text)
    replace_file(made.target, made.write)
    return made.before, made.after


def rewriting(path: Path, source: SourceFile, text: str) -> Rewriting:
    """Return how to put *text* into the file that *source* was read from; nothing is written yet.

    Line ends are those of *text*; a byte-order mark stays.

    Raises:
        ChangedMeanwhile: the file holds another text by now.

    """
    before = read(path)
    found, undecoded = decode(source.name, before)
    if undecoded or found.text != source.text:
        raise ChangedMeanwhile(f"`{source.name}` has changed on disk; look again, then repeat it")
    mark = codecs.BOM_UTF8 if before.startswith(codecs.BOM_UTF8) else b""
    return Rewriting(path.resolve(), before, mark + text.encode())


def read(path: Path) -> bytes:
    """Return what a file holds, up to a byte more than a deck may have."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def put(path: Path, data: bytes) -> None:
    """Give a file other bytes, at once; its permissions stay, and a link stays one.

    Raises:
        OSError: the folder or the disk does not take it; the old file stays.

    """
    made = Rewriting(path.resolve(), b"", data)
    replace_file(made.target, made.write)
