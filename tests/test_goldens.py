"""Whole decks, built and dumped as text: what changes here changes for every reader."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from support import ROOT, deckwright

if TYPE_CHECKING:
    from pathlib import Path

DECKS = ROOT / "tests" / "decks"
CASES = sorted(path.name for path in DECKS.iterdir() if path.is_dir())
EPOCH = "1767225600"  # 2026-01-01


@pytest.mark.parametrize("case", CASES)
def test_a_deck_becomes_the_package_it_became_before(
    case: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder = tmp_path / case
    shutil.copytree(DECKS / case, folder, ignore=shutil.ignore_patterns("expected.txt"))
    built = deckwright("build", "-o", "deck.apkg", cwd=folder, SOURCE_DATE_EPOCH=EPOCH)
    assert built.code == 0, built.err
    dumped = deckwright("dump", "deck.apkg", cwd=folder)
    assert dumped.code == 0, dumped.err
    # A picture's bytes are the encoder's; its name is ours, and tells the recipe.
    text = re.sub(r"(\.webp), .*", r"\1", dumped.out) + "\n" + (folder / "cards.lock").read_text("utf-8")
    expected = DECKS / case / "expected.txt"
    if request.config.getoption("--update"):
        expected.write_text(text, "utf-8", newline="\n")
    assert text == expected.read_text("utf-8")


def test_the_repositorys_own_deck_is_the_one_its_lock_remembers(tmp_path: Path) -> None:
    for name in ("cards.yaml", "cards.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "media", tmp_path / "media")
    assert deckwright("build", "--locked", cwd=tmp_path).code == 0
    assert (tmp_path / "cards.lock").read_bytes() == (ROOT / "cards.lock").read_bytes()
