"""A deck whose notes show files that travel as they are, and the same deck without the files.

python -m benchmarks.media_deck FILES BYTES FOLDER
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import genanki

from benchmarks.measure import TOOL, prepared

_SHOWS = '<img src="picture-{0:05}.jpg">'


def write(number: int, size: int, folder: Path) -> None:
    """Make the projects `full` and `bare` in *folder*, of packages that another tool made."""
    chance = random.Random(number)  # noqa: S311 - nobody has to guess them
    files = [folder / f"picture-{index:05}.jpg" for index in range(number)]
    for file in files:
        file.write_bytes(b"\xff\xd8\xff" + chance.randbytes(size - 3))
    _unpacked(folder / "full", [_SHOWS.format(index) for index in range(number)], files)
    _unpacked(folder / "bare", [f"picture {index:05}" for index in range(number)], [])
    for file in files:
        file.unlink()


def _unpacked(folder: Path, shown: list[str], files: list[Path]) -> None:
    deck, notetype = genanki.Deck(2059400110, "Pictures"), _notetype()
    for index, back in enumerate(shown):
        deck.add_note(genanki.Note(notetype, [f"Fact {index}", back], guid=f"pictures-{index}"))
    package = folder.with_suffix(".apkg")
    genanki.Package(deck, media_files=files).write_to_file(package)
    prepared(TOOL, "unpack", package, folder, "--quiet", "--map", "Front=fact")
    package.unlink()


def _notetype() -> genanki.Model:
    sides = {"name": "Card", "qfmt": "{{Front}}", "afmt": "{{Front}}<hr>{{Back}}"}
    return genanki.Model(
        1607392319, "Pictures", fields=[{"name": "Front"}, {"name": "Back"}], templates=[sides]
    )


if __name__ == "__main__":
    write(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
