"""Notes made of others, in the real Anki: their cards, their updates, and the mask editor."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from support import ROOT, deckwright

if TYPE_CHECKING:
    from pathlib import Path

    from anki_backend import Anki

pytestmark = pytest.mark.anki

ONE, TWO, THREE = "1767225600", "1767312000", "1767398400"
SWITCHES = "cards: {sweep: true, cloze: true, occlusion: true}\n"
GAPS = (
    "Baclofen's main target is the dorsal horn",
    "Baclofen's {{c1::main}} target is the {{c2::dorsal horn}}",
)
SIDES = ("left", "top", "width", "height")
KINDS = {
    "Deckwright Scene": 1,
    "Deckwright Mnemonic": 16,
    "Deckwright Sweep": 2,
    "Deckwright Cloze": 2,
    "Deckwright Image Occlusion": 8,
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return the repository's deck with all card shapes on and gaps in an explanation, never built."""
    folder = tmp_path / "deck"
    folder.mkdir()
    shutil.copytree(ROOT / "media", folder / "media")
    source = (ROOT / "cards.yaml").read_text("utf-8").replace("sections:\n", f"{SWITCHES}sections:\n", 1)
    assert GAPS[0] in source
    (folder / "cards.yaml").write_text(source.replace(*GAPS), "utf-8")
    return folder


def built(folder: Path, now: str, **edits: str) -> dict[str, Any]:
    """Build after some edits, in which `_` stands for a space; return what to import."""
    text = (folder / "cards.yaml").read_text("utf-8")
    for old, new in edits.items():
        assert old.replace("_", " ") in text
        text = text.replace(old.replace("_", " "), new)
    (folder / "cards.yaml").write_text(text, "utf-8")
    done = deckwright("build", "-o", "deck.apkg", cwd=folder, SOURCE_DATE_EPOCH=now)
    assert done.code == 0, done.err
    return {"package": str(folder / "deck.apkg")}


def by_kind(notes: dict[str, Any]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for note in notes.values():
        counts[note["notetype"]] = counts.get(note["notetype"], 0) + len(note["cards"])
    return counts


def test_every_kind_has_the_cards_that_anki_itself_would_make(anki: Anki, project: Path) -> None:
    log, notes, generated, missing, media = anki.steps(
        ("import_package", built(project, ONE)),
        ("notes", {}),
        ("generated", {}),
        ("missing_cards", {}),
        ("check_media", {}),
    )
    assert log == {"new": 13, "updated": 0, "duplicate": 0, "conflicting": 0, "found": 13}
    assert by_kind(notes) == KINDS
    assert generated == {guid: note["cards"] for guid, note in notes.items()}
    assert missing == {"added": 0, "empty": 0}
    assert media["missing"] == []
    assert anki.step("check_database") == []
    assert {"_dw-fun-1.woff2", "_dw-text-1.woff2"} <= set(anki.step("media"))


def test_the_mask_editor_opens_the_scene_with_eight_masks_over_its_symbols(anki: Anki, project: Path) -> None:
    _, notes = anki.steps(("import_package", built(project, ONE)), ("notes", {}))
    (guid,) = (guid for guid, note in notes.items() if note["notetype"] == "Deckwright Image Occlusion")
    opened = anki.step("occlusion", guid=guid)
    assert notes[guid]["sort"] == "Baclofen › baclofen-scene.svg (hidden parts)"
    assert opened["masks"] == 8
    assert "WEBP" in opened["picture"][:16]
    assert sorted(map(int, opened["places"])) == list(range(1, 9))
    facts = {note["fields"]["Fact"]: note["fields"] for note in notes.values() if "Reverse" in note["fields"]}
    places = sorted(
        tuple(round(float(mask[side]) * 100, 1) for side in ("left", "top", "width", "height"))
        for mask in opened["places"].values()
    )
    # Anki 23.10 gives the masks in any order.
    assert places == sorted(
        tuple(
            round(float(f"{float(fields[side]) / 100:.4f}") * 100, 1)
            for side in ("Left", "Top", "Width", "Height")
        )
        for fields in facts.values()
    )


def test_an_update_reaches_what_it_touches_and_keeps_every_review(anki: Anki, project: Path) -> None:
    anki.steps(("import_package", built(project, ONE)), ("study", {"seed": 3}))
    cards, reviews, types = anki.steps(("cards", {}), ("revlog", {}), ("notetypes", {}))
    log = anki.step(
        "import_package", **built(project, TWO, **{"mnemonic:_Spast-tick": "mnemonic: Spas-tick"})
    )
    assert (log["new"], log["updated"], log["duplicate"], log["conflicting"]) == (0, 3, 10, 0)
    after = anki.steps(("cards", {}), ("revlog", {}), ("notetypes", {}))
    assert after == [cards, reviews, types]
    log = anki.step("import_package", **built(project, THREE, **{"Side_Effects:": "Adverse effects:"}))
    assert (log["new"], log["updated"], log["duplicate"], log["conflicting"]) == (0, 1, 12, 0)
    assert anki.steps(("cards", {}), ("revlog", {})) == [cards, reviews]


def test_a_mask_whose_note_is_gone_keeps_its_card_and_its_number(anki: Anki, project: Path) -> None:
    anki.steps(("import_package", built(project, ONE)), ("study", {"seed": 3}))
    cards, reviews, before = anki.steps(("cards", {}), ("revlog", {}), ("notes", {}))
    text = (project / "cards.yaml").read_text("utf-8")
    start, end = text.index("    - fact: Spasticity"), text.index("    - fact: Multiple sclerosis")
    (project / "cards.yaml").write_text(text[:start] + text[end:], "utf-8")
    log, notes, missing = anki.steps(
        ("import_package", built(project, TWO)), ("notes", {}), ("missing_cards", {})
    )
    assert (log["new"], log["updated"], log["conflicting"]) == (0, 2, 0)
    assert anki.steps(("cards", {}), ("revlog", {})) == [cards, reviews]
    assert missing == {"added": 0, "empty": 0}
    (guid,) = (guid for guid, note in notes.items() if note["notetype"] == "Deckwright Image Occlusion")
    assert notes[guid]["cards"] == before[guid]["cards"] == list(range(8))
    places = anki.step("occlusion", guid=guid)["places"].values()
    was = before[guid]["fields"]["Occlusion"].split("<br>")
    now = notes[guid]["fields"]["Occlusion"].split("<br>")
    assert [number for number, (one, other) in enumerate(zip(was, now, strict=True), 1) if one != other] == [
        4
    ]
    assert len(places) == 8
    assert min(float(place["width"]) for place in places) == 0.0001


def test_a_gap_that_readers_have_is_not_taken_from_them(project: Path) -> None:
    built(project, ONE)
    text = (project / "cards.yaml").read_text("utf-8")
    (project / "cards.yaml").write_text(text.replace("{{c2::dorsal horn}}", "dorsal horn"), "utf-8")
    done = deckwright("build", cwd=project, SOURCE_DATE_EPOCH=TWO)
    assert done.code == 1
    assert "card-withdrawn" in done.err
    assert "{{c2::…}}" in done.err
