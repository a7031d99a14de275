"""Packages of other tools, adopted: real Anki updates their notes in place, and keeps every review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import genanki
import pytest

from anki_backend import Anki
from anki_packages import imported, log
from support import deckwright, write_project

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.anki

STAMP = 1_700_000_000.0
CLOZE = 1

SOURCE = """\
deck: Geo::Capitals
tags: towns
notes:
  - ask: Capital of France?
    fact: Paris
    explanation: It lies on the **Seine**.
    extra: {Number: "1"}
  - {ask: Capital of Spain?, fact: Madrid, extra: {Number: "2"}}
  - {ask: Capital of Italy?, fact: Rome, explanation: All roads lead there., extra: {Number: "3"}}
  - {fact: "{{c1::Lima}} is the capital of {{c2::Peru}}"}
  - {fact: "{{c2::Quito}} lies in {{c1::Ecuador::where}}", explanation: It is high up.}
"""
EDITS = (
    ("on the **Seine**", "on the river **Seine**"),
    ("fact: Rome", "fact: Roma"),
    ("of {{c2::Peru}}", "of the country {{c2::Peru}}"),
)


def genanki_package(path: Path) -> Path:
    """Write a package as a plain script with genanki does."""
    basic = genanki.Model(
        1_607_392_319,
        "Simple Model",
        fields=[{"name": name} for name in ("Question", "Answer", "Extra", "Number")],
        templates=[
            {"name": "Card 1", "qfmt": "{{Question}}", "afmt": "{{FrontSide}}<hr>{{Answer}}<br>{{Extra}}"},
            {"name": "Card 2", "qfmt": "{{#Extra}}{{Number}}: {{Extra}}{{/Extra}}", "afmt": "{{Answer}}"},
        ],
        css=".card { font-size: 20px }",
        sort_field_index=3,
    )  # fmt: skip
    cloze = genanki.Model(
        1_607_392_320,
        "Gaps",
        fields=[{"name": "Text"}, {"name": "Back Extra"}],
        templates=[{"name": "Cloze", "qfmt": "{{cloze:Text}}", "afmt": "{{cloze:Text}}{{Back Extra}}"}],
        model_type=CLOZE,
    )
    deck = genanki.Deck(2_059_400_110, "Geo::Capitals")
    for model, fields in (
        (basic, ["Capital of France?", "Paris", "It lies on the <b>Seine</b>.", "1"]),
        (basic, ["Capital of Spain?", "Madrid", "", "2"]),
        (basic, ["Capital of Italy?", "Rome", "All roads lead there.", "3"]),
        (basic, ["Capital of Chile?", "Santiago", "", "4"]),
        (cloze, ["{{c1::Lima}} is the capital of {{c2::Peru}}", ""]),
        (cloze, ["{{c2::Quito}} lies in {{c1::Ecuador::where}}", "It is high up."]),
    ):
        deck.add_note(genanki.Note(model, fields, tags=["towns"]))
    genanki.Package(deck).write_to_file(path, timestamp=STAMP)
    return path


def edited(source: str, edits: tuple[tuple[str, str], ...] = EDITS) -> str:
    for old, new in edits:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return source


def adopted(folder: Path, package: Path, source: str, *arguments: str) -> str:
    """Adopt the package for a project with this source, and return what was said."""
    write_project(folder, source)
    done = deckwright("adopt", package, folder, *arguments)
    assert done.code == 0, done.err
    return done.err


def built(folder: Path, source: str, name: str) -> Path:
    write_project(folder, source)
    done = deckwright("build", folder, "-o", folder / name)
    assert done.code == 0, done.err
    return folder / name


def state(anki: Anki) -> Any:
    return anki.steps(("cards", {}), ("revlog", {}), ("notetypes", {"prefix": ""}))


def by_text(anki: Anki, field: str) -> dict[str, dict[str, Any]]:
    found = anki.step("notes").values()
    return {note["fields"][field]: note for note in found if field in note["fields"]}


def test_a_package_of_a_genanki_script_is_adopted_edited_and_updates_in_place(
    anki: Anki, tmp_path: Path
) -> None:
    old = genanki_package(tmp_path / "old.apkg")
    first, _ = anki.steps(imported(old), ("study", {"seed": 1}))
    assert first == log(new=6)
    before, notes = state(anki), anki.step("notes")

    told = adopted(tmp_path / "deck", old, SOURCE)
    assert "5 of 6 notes found again: 5 by text\n5 stay as readers have them" in told
    same = built(tmp_path / "deck", SOURCE, "same.apkg")
    assert anki.steps(imported(same))[0] == log(duplicate=5)
    assert state(anki) == before
    assert anki.step("notes") == notes

    new = built(tmp_path / "deck", edited(SOURCE) + "  - {ask: Capital of Cuba?, fact: Havana}\n", "new.apkg")
    assert anki.steps(imported(new))[0] == log(updated=3, duplicate=2, new=1)
    cards, revlog, types = state(anki)
    known = {name: row for name, row in cards.items() if name in before[0]}
    assert known == before[0], "every card and its schedule is as it was"
    assert len(cards) == len(before[0]) + 1
    assert revlog == before[1]
    assert types.pop("Deckwright Mnemonic")
    assert types == before[2], "no type was forked, renamed or changed"
    found = by_text(anki, "Question")
    assert found["Capital of Italy?"]["fields"]["Answer"] == "Roma"
    assert "river <strong>Seine" in found["Capital of France?"]["fields"]["Extra"]
    assert found["Capital of France?"]["fields"]["Number"] == "1"
    assert found["Capital of Chile?"] == next(
        note for note in notes.values() if note["fields"].get("Question") == "Capital of Chile?"
    )
    assert "{{c1::Lima}} is the capital of the country {{c2::Peru}}" in by_text(anki, "Text")


def test_cards_sort_fields_and_checksums_of_adopted_notes_are_those_of_anki(
    anki: Anki, tmp_path: Path
) -> None:
    adopted(tmp_path / "deck", genanki_package(tmp_path / "old.apkg"), SOURCE)
    new = built(tmp_path / "deck", edited(SOURCE), "new.apkg")
    _, changed, notes, generated, missing = anki.steps(
        imported(new), ("check_database", {}), ("notes", {}), ("generated", {}), ("missing_cards", {})
    )
    assert changed == []
    assert {guid: note["cards"] for guid, note in notes.items()} == generated
    assert missing == {"added": 0, "empty": 0}
    assert sorted(len(note["cards"]) for note in notes.values()) == [1, 2, 2, 2, 2]


EXPORTED = """\
deck: Birds
notes:
  - {ask: Spinal cord, fact: Spina Cord}
  - {ask: Goose, fact: Goes, explanation: It goes honk.}
  - {fact: "{{c1::GABA}} and {{c3::ACh}}"}
"""
EXPORTED_EDITS = (("fact: Spina Cord", "fact: Spiny Cord"), ("{{c3::ACh}}", "{{c3::acetylcholine}}"))


@pytest.fixture
def author(anki: Anki, tmp_path: Path) -> Anki:
    """Fill the collection of someone who made notes in Anki itself."""
    folder = tmp_path / "author"
    folder.mkdir()
    author = Anki(anki.version, folder / "collection.anki2")
    notes = (
        ("Basic", ["Spinal cord", "Spina Cord"]),
        ("Basic (and reversed card)", ["Goose", "Goes<br><br>It goes honk."]),
        ("Cloze", ["{{c1::GABA}} and {{c3::ACh}}", ""]),
    )
    author.steps(
        *(
            ("add_note", {"notetype": notetype, "fields": fields, "deck": "Birds", "tags": ["mine"]})
            for notetype, fields in notes
        ),
        ("study", {"seed": 2}),
    )
    return author


@pytest.mark.parametrize("legacy", [True, False], ids=["old-format", "newest-format"])
def test_an_export_of_anki_is_adopted_edited_and_updates_in_place(
    anki: Anki, author: Anki, tmp_path: Path, *, legacy: bool
) -> None:
    old = tmp_path / "old.apkg"
    author.step("export", package=str(old), legacy=legacy, scheduling=True)
    first, _ = anki.steps(imported(old), ("study", {"seed": 3}))
    assert first == log(new=3)
    before = {"anki": state(anki), "author": state(author)}
    source = EXPORTED.replace("deck: Birds\n", "deck: Birds\ntags: mine\n")
    told = adopted(tmp_path / "deck", old, source)
    assert "3 of 3 notes found again: 3 by text\n3 stay as readers have them" in told
    new = built(tmp_path / "deck", edited(source, EXPORTED_EDITS), "new.apkg")
    for name, reader in (("anki", anki), ("author", author)):
        assert reader.steps(imported(new))[0] == log(updated=2, duplicate=1), name
        cards, revlog, types = state(reader)
        assert cards == before[name][0]
        assert revlog == before[name][1]
        assert types == before[name][2], "no type was forked, renamed or changed"
        assert by_text(reader, "Front")["Spinal cord"]["fields"]["Back"] == "Spiny Cord"
        assert by_text(reader, "Front")["Goose"]["fields"]["Back"] == "Goes<br><br>It goes honk."
        assert "{{c1::GABA}} and {{c3::acetylcholine}}" in by_text(reader, "Text")


OURS = "deck: A::Birds\nid: birds-k3x9\ntags: t\nsections:\n  Water:\n" + "".join(
    f"    - {{fact: Bird {number}, mnemonic: B{number}, explanation: Says {number}., ask: Which {number}?}}\n"
    for number in range(6)
)


@pytest.mark.parametrize("by_hand", [True, False], ids=["by-adopt", "by-build"])
def test_our_own_package_brings_back_a_lost_lock(anki: Anki, tmp_path: Path, *, by_hand: bool) -> None:
    write_project(tmp_path, OURS)
    assert deckwright("build", tmp_path, SOURCE_DATE_EPOCH="1767225600").code == 0
    package = tmp_path / "build" / "birds.apkg"
    first, _ = anki.steps(imported(package), ("study", {"seed": 4}))
    assert first == log(new=6)
    before = state(anki)
    lock = (tmp_path / "cards.lock").read_text("utf-8")
    (tmp_path / "cards.lock").unlink()
    if by_hand:
        package = package.rename(tmp_path / "published.apkg")
        assert deckwright("adopt", package, tmp_path).code == 0
        assert (tmp_path / "cards.lock").read_text("utf-8").count("\n") == lock.count("\n")
    new = built(tmp_path, OURS.replace("Says 3.", "Says three."), "build/birds.apkg")
    assert anki.steps(imported(new))[0] == log(updated=1, duplicate=5)
    cards, revlog, types = state(anki)
    assert (cards, revlog) == (before[0], before[1])
    assert types == before[2]
