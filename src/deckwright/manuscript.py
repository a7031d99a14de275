"""An author's own file, written back: nothing of it changes but the text that was meant to."""

from __future__ import annotations

import codecs
import shutil
from typing import IO, TYPE_CHECKING

from deckwright.apkg.atomic import replace_file
from deckwright.source.decode import MAX_BYTES, decode
from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from pathlib import Path

    from deckwright.source.text import SourceFile


class ChangedMeanwhile(UsageProblem):
    """The file no longer holds the text that the change was made from; the message says so."""


def rewrite(path: Path, source: SourceFile, text: str) -> tuple[bytes, bytes]:
    """Put *text* into the file that *source* was read from; return what it held and what it holds now.

    Line ends are those of *text*; a byte-order mark stays.

    Raises:
        ChangedMeanwhile: the file holds another text by now.
        OSError: the folder or the disk does not take it; the old file stays.

    """
    before = read(path)
    found, undecoded = decode(source.name, before)
    if undecoded or found.text != source.text:
        raise ChangedMeanwhile(f"`{source.name}` has changed on disk; look again, then repeat it")
    mark = codecs.BOM_UTF8 if before.startswith(codecs.BOM_UTF8) else b""
    after = mark + text.encode()
    put(path, after)
    return before, after


def read(path: Path) -> bytes:
    """Return what a file holds, up to a byte more than a deck may have."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def put(path: Path, data: bytes) -> None:
    """Give a file other bytes, at once; its permissions stay, and a link stays one.

    Raises:
        OSError: the folder or the disk does not take it; the old file stays.

    """
    target = path.resolve()

    def write(file: IO[bytes]) -> None:
        file.write(data)
        shutil.copymode(target, file.name)

    replace_file(target, write)
