"""What pages and tables become is a deck that real Anki imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from anki_packages import log
from pages.study import HERE
from support import ROOT, deckwright

if TYPE_CHECKING:
    from pathlib import Path

    from anki_backend import Anki

pytestmark = pytest.mark.anki

TABLES = ROOT / "tests" / "tables" / "decks"
DRAFTS = {HERE / "baclofen.txt": 6, TABLES / "quiz.tsv": 4, TABLES / "exported-plain.txt": 4}


@pytest.mark.parametrize("source", DRAFTS, ids=lambda path: path.name)
def test_a_draft_is_imported_note_by_note(source: Path, anki: Anki, tmp_path: Path) -> None:
    drafted = deckwright("import", source, "--yes", "-o", tmp_path / "cards.yaml")
    assert drafted.code == 0, drafted.err
    built = deckwright("build", tmp_path, "-o", tmp_path / "new.apkg")
    assert built.code == 0, built.err
    assert anki.step("import_package", package=str(tmp_path / "new.apkg")) == log(new=DRAFTS[source])
    assert anki.step("missing_cards") == {"added": 0, "empty": 0}
