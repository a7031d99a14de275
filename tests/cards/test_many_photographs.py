"""A deck of photographs is built in bounded memory, on all cores, and its rebuild draws nothing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from photographs import photographs
from watched import watched

if TYPE_CHECKING:
    from pathlib import Path

MOST = 600 * 10**6  # bytes, of the tool and all its children at any time

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process holds")


def project(folder: Path, number: int) -> None:
    (folder / "media").mkdir()
    notes = "".join(f"  - {{fact: Fact {index}, image: p{index}.jpg}}\n" for index in range(number))
    (folder / "cards.yaml").write_text(f"deck: Photographs\nid: photographs\nnotes:\n{notes}", "utf-8")
    for index, photograph in enumerate(photographs(number)):
        (folder / "media" / f"p{index}.jpg").write_bytes(photograph)


@pytest.mark.parametrize("number", [24, pytest.param(200, marks=pytest.mark.slow)])
def test_a_deck_of_photographs_is_built_in_bounded_memory_and_once(number: int, tmp_path: Path) -> None:
    project(tmp_path, number)
    first = watched(tmp_path)
    assert first.code == 0, first.said
    size = (tmp_path / "build" / "photographs.apkg").stat().st_size
    print(f"{number} photographs: {first.figures}, a package of {size / 1e6:.0f} MB")  # noqa: T201
    assert 0 < first.held < MOST
    assert 1 <= first.most_children <= 3
    again = watched(tmp_path)
    assert again.code == 0, again.said
    assert again.most_children == 0, "a rebuild draws nothing"
