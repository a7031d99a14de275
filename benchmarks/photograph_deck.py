"""A deck in which every note shows a photograph of its own.

python -m benchmarks.photograph_deck PHOTOGRAPHS FOLDER, with `tests` on the path
"""

from __future__ import annotations

import sys
from pathlib import Path

from photographs import photographs


def write(number: int, folder: Path) -> None:
    """Make the project in *folder*."""
    (folder / "media").mkdir(parents=True)
    notes = "".join(f"  - {{fact: Fact {index}, image: p{index}.jpg}}\n" for index in range(number))
    source = f"deck: Photographs\nid: photographs\nnotes:\n{notes}"
    (folder / "cards.yaml").write_text(source, "utf-8", newline="\n")
    for index, photograph in enumerate(photographs(number)):
        (folder / "media" / f"p{index}.jpg").write_bytes(photograph)


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]))
