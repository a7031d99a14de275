"""Fields as earlier versions wrote them, shown by real Anki through the templates of today."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from deckwright.apkg.stamp import Stamped
from deckwright.apkg.write import Contents, DeckContents, write_package
from deckwright.cards.render import render
from one_deck import LOOKS, identified, own_type
from support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from anki_backend import Anki

pytestmark = pytest.mark.anki

GOLDENS = sorted((ROOT / "tests" / "cards" / "rendered").glob("*.json"), key=lambda path: int(path.stem))
SIDES = ("front", "back")


def written(notes: list[dict[str, str]], package: Path) -> list[str]:
    """Write a package of notes with these fields by name, and return their guids."""
    source = "".join(f"  - F{number} ~ M\n" for number in range(len(notes)))
    deck, report = identified(f"deck: Then\nnotes:\n{source}", project="then")
    made = tuple(
        Stamped(
            replace(
                note,
                notetype=own_type(fields["type"]),
                fields=tuple(fields.get(field.name, "") for field in own_type(fields["type"]).fields),
                cards=tuple(map(int, fields["cards"].split())),
            ),
            1_767_225_600,
        )
        for note, fields in zip(render(deck, LOOKS, {}, report), notes, strict=True)
    )
    write_package(package, Contents((DeckContents("Then", 1_234, "", made),), {}))
    return [note.rendered.note.guid for note in made]


def bare(text: str) -> str:
    """Return the words of a side, without its markup."""
    return "".join(html.unescape(re.sub(r"<[^>]*>", "", text)).split())


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda path: path.stem)
def test_every_card_of_then_shows_all_it_has(golden: Path, anki: Anki, tmp_path: Path) -> None:
    notes: list[dict[str, str]] = json.loads(golden.read_text("utf-8"))
    guids = written(notes, tmp_path / "then.apkg")
    _, shown, missing = anki.steps(
        ("import_package", {"package": str(tmp_path / "then.apkg")}), ("render", {}), ("missing_cards", {})
    )
    assert not any(missing.values())
    assert set(shown) == {
        f"{guid}/{card}" for guid, note in zip(guids, notes, strict=True) for card in note["cards"].split()
    }
    for guid, note in zip(guids, notes, strict=True):
        for card in note["cards"].split():
            front, back = (shown[f"{guid}/{card}"][side] for side in SIDES)
            assert "blank" not in front
            assert bare(front)
            for name in ("Fact", "Mnemonic", "Explanation", "Source", "Topic", "Summary", "Answers"):
                assert bare(note.get(name, "")) in bare(back), (card, name)
            shown_there = "Symbol" if card == "1" or note["type"] == "cloze" else "Picture"
            assert note.get(shown_there, "") in back
