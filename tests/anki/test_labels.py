"""What the documents call Anki's switches is what Anki calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support import ROOT

if TYPE_CHECKING:
    from anki_backend import Anki

pytestmark = pytest.mark.anki

LABELS = {
    "importing_also_import_progress": "Import any learning progress",
    "importing_with_deck_configs": "Import any deck presets",
    "importing_updates": "Updates",
    "importing_merge_notetypes": "Merge note types",
    "importing_update_notes": "Update notes",
    "importing_update_notetypes": "Update note types",
    "importing_update_if_newer": "If newer",
    "importing_update_always": "Always",
}
IN_2023 = {
    "importing_also_import_progress": "Also import any learning progress",
    "importing_merge_notetypes": "Merge notetypes",
    "importing_update_notetypes": "Update notetypes",
}


def test_the_labels_of_the_import_dialog_are_ankis_own(anki: Anki) -> None:
    labels = dict(LABELS)
    if anki.release < (24,):
        del labels["importing_with_deck_configs"]  # one switch for both
        labels |= IN_2023
    assert anki.step("labels", names=list(labels)) == labels


def test_the_page_for_readers_names_each_of_them() -> None:
    page = " ".join((ROOT / "docs" / "updating.md").read_text("utf-8").split())
    assert [label for label in LABELS.values() if f"*{label}*" not in page] == []


def test_the_page_for_readers_takes_ten_lines() -> None:
    page = (ROOT / "docs" / "updating.md").read_text("utf-8")
    first = page.split("## ", maxsplit=1)[0]
    numbers = [line.split(".")[0] for line in first.splitlines() if line[:1].isdigit()]
    assert numbers == [str(number) for number in range(1, 11)]
