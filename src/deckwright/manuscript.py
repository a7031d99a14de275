"""An author's own file, written back: nothing of it changes but the text that was meant to."""

from __future__ import annotations

import codecs
import shutil
from typing import TYPE_CHECKING

from deckwright.apkg.atomic import replace_file
from deckwright.source.decode import MAX_BYTES, decode

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO

    from deckwright.source.text import SourceFile


class ChangedMeanwhile(Exception):  # noqa: N818 - it is told to the author, who saved the file elsewhere
    """The file no longer holds the text that the change was made from."""


def rewrite(path: Path, source: SourceFile, text: str) -> None:
    """Put *text* into the file that *source* was read from, at once; on any failure the old one stays.

    Line ends are those of *text*; a byte-order mark, the file's permissions and a link to it stay.

    Raises:
        ChangedMeanwhile: the file holds another text by now.
        OSError: the folder or the disk does not take it.

    """
    target = path.resolve()
    with target.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    found, undecoded = decode(source.name, data)
    if undecoded or found.text != source.text:
        raise ChangedMeanwhile(source.name)
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""

    def write(file: IO[bytes]) -> None:
        file.write(mark + text.encode())
        shutil.copymode(target, file.name)

    replace_file(target, write)
