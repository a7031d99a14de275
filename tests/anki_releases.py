"""A deck of ours as its readers get it over the weeks."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from support import deckwright, write_project

if TYPE_CHECKING:
    from pathlib import Path

EPOCH = 1_767_225_600
SOURCE = """
deck: Rules::Ours
id: import-rules
notes:
  - {fact: Kept, mnemonic: Cape, ask: Which?}
  - {fact: Edited, mnemonic: Head-it, explanation: Before., ask: What?}
  - {fact: Gone, mnemonic: Gong}
  - {fact: Old, mnemonic: Gold}
  - {fact: Drawn, image: dot.png}
"""
EDITS = (
    ("explanation: Before.", "explanation: After."),
    ("  - {fact: Gone, mnemonic: Gong}\n", ""),
    ("mnemonic: Gold", "mnemonic: Gold, retired: true"),
)
LAST_EDITS = (
    ("deck: Rules::Ours", "deck: Rules::Renamed"),
    ("ask: What?", "withdrawn: ask"),
    ("  - {fact: Drawn", "  - New ~ Gnu\n  - {fact: Drawn"),
)


@dataclass(frozen=True)
class Releases:
    """The deck's packages: as it was, edited and redrawn, renamed with a question withdrawn."""

    first: Path
    second: Path
    third: Path


def build_releases(folder: Path) -> Releases:
    """Build all three; the clock of the second stands a thousand seconds before the first."""
    edited = _edited(SOURCE, EDITS)
    return Releases(
        first=_build(folder, "first", SOURCE, "red", EPOCH),
        second=_build(folder, "second", edited, "blue", EPOCH - 1_000),
        third=_build(folder, "third", _edited(edited, LAST_EDITS), "blue", EPOCH + 1_000),
    )


def _edited(source: str, edits: tuple[tuple[str, str], ...]) -> str:
    for old, new in edits:
        assert source.count(old) == 1
        source = source.replace(old, new)
    return source


def _build(folder: Path, name: str, source: str, colour: str, epoch: int) -> Path:
    picture = io.BytesIO()
    Image.new("RGB", (1, 1), colour).save(picture, "png")
    write_project(folder, source, dot_png=picture.getvalue())
    done = deckwright("build", "-o", f"{name}.apkg", cwd=folder, SOURCE_DATE_EPOCH=str(epoch))
    assert done.code == 0, done.err
    return folder / f"{name}.apkg"
