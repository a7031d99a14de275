"""The repository's own deck, imported into real Anki."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest

from support import ROOT, deckwright, write_project

if TYPE_CHECKING:
    from pathlib import Path

    from anki_backend import Anki

pytestmark = pytest.mark.anki

SECTIONS = ("Mechanism", "Indications", "Side_Effects", "Considerations")
EPOCH = 1_767_225_600


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the repository's deck from its committed source and lock."""
    folder = tmp_path_factory.mktemp("deck")
    copy_deck(folder)
    done = deckwright("build", "--locked", "-o", "deck.apkg", cwd=folder)
    assert done.code == 0, done.err
    return folder / "deck.apkg"


def copy_deck(folder: Path) -> None:
    for name in ("cards.yaml", "cards.lock"):
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "media", folder / "media")


def test_every_note_card_tag_and_picture_arrives(anki: Anki, package: Path) -> None:
    log, notes, decks, types, media = anki.steps(
        ("import_package", {"package": str(package)}),
        ("notes", {}),
        ("decks", {}),
        ("notetypes", {}),
        ("check_media", {}),
    )
    assert log == {"new": 9, "updated": 0, "duplicate": 0, "conflicting": 0, "found": 9}
    assert len(notes) == 9
    assert decks["Pharmacology::Baclofen"] == 17
    assert sorted(types) == ["Deckwright Mnemonic", "Deckwright Scene"]
    tags = {tag for note in notes.values() for tag in note["tags"]}
    assert {tag for tag in tags if "::" in tag} == {
        "Pharmacology::Baclofen",
        *(f"Pharmacology::Baclofen::{name}" for name in SECTIONS),
    }
    assert all({"Deckwright", "Pharmacology"} <= set(note["tags"]) for note in notes.values())
    assert all(note["fields"]["Picture"].startswith('<img src="_') for note in notes.values())
    symbols = [note["fields"]["Symbol"] for note in notes.values() if "Symbol" in note["fields"]]
    assert len(symbols) == 8
    assert all(symbol.startswith('<img src="_') for symbol in symbols)
    assert media["missing"] == []
    assert Counter(path.suffix for path in anki.media.iterdir()) == {".webp": 9, ".woff2": 2}


def test_cards_are_those_that_anki_would_generate(anki: Anki, package: Path) -> None:
    _, notes, generated, missing = anki.steps(
        ("import_package", {"package": str(package)}),
        ("notes", {}),
        ("generated", {}),
        ("missing_cards", {}),
    )
    assert {guid: note["cards"] for guid, note in notes.items()} == generated
    assert missing == {"added": 0, "empty": 0}


def test_every_card_renders_with_its_pictures(anki: Anki, package: Path) -> None:
    _, rendered = anki.steps(("import_package", {"package": str(package)}), ("render", {}))
    assert len(rendered) == 17
    for card in rendered.values():
        for side in (card["front"], card["back"]):
            assert '<img src="_' in side
            assert "docs.ankiweb.net" not in side, "Anki's link to its page on template errors"
            assert "{{" not in side
        assert card["av_tags"] == 0


def test_check_database_and_a_second_import_change_nothing(anki: Anki, package: Path) -> None:
    first = {"package": str(package)}
    _, changed, notes, cards, again, notes_after, cards_after = anki.steps(
        ("import_package", first),
        ("check_database", {}),
        ("notes", {}),
        ("cards", {}),
        ("import_package", first),
        ("notes", {}),
        ("cards", {}),
    )
    assert changed == []
    assert again == {"new": 0, "updated": 0, "duplicate": 9, "conflicting": 0, "found": 9}
    assert notes_after == notes
    assert cards_after == cards


def test_sort_field_and_checksum_are_the_ones_anki_computes(anki: Anki, package: Path) -> None:
    """A copy that Anki writes itself has the same ones, so duplicate checks and sorting work."""
    _, notes, changed = anki.steps(
        ("import_package", {"package": str(package)}), ("notes", {}), ("check_database", {})
    )
    assert changed == []
    assert all(note["sort"] == note["fields"]["Name"] for note in notes.values())
    assert len({note["checksum"] for note in notes.values()}) == 9


@pytest.fixture(scope="session")
def edited_deck(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Build the repository's deck twice as a new one, with one explanation edited in between."""
    folder = tmp_path_factory.mktemp("edited")
    copy_deck(folder)
    (folder / "cards.lock").unlink()
    build(folder, "first.apkg", EPOCH)
    source = (folder / "cards.yaml").read_text("utf-8")
    assert source.count("Never stop baclofen abruptly") == 1
    edited = source.replace("Never stop baclofen abruptly", "Baclofen is never stopped abruptly")
    (folder / "cards.yaml").write_text(edited, "utf-8")
    build(folder, "second.apkg", EPOCH + 1)
    return folder / "first.apkg", folder / "second.apkg"


def test_one_edited_explanation_updates_one_note_and_keeps_every_review(
    anki: Anki, edited_deck: tuple[Path, Path]
) -> None:
    first, second = edited_deck
    _, notes, _ = anki.steps(
        ("import_package", {"package": str(first)}),
        ("notes", {}),
        ("study", {"seed": 1}),
    )
    corrected = next(guid for guid, note in notes.items() if note["fields"].get("Fact") == "Taper gradually")
    kept = next(guid for guid, note in notes.items() if note["fields"].get("Fact") == "Spasticity")
    before = anki.steps(
        ("edit", {"guid": kept, "field": "Explanation", "text": "my own words", "tag": "mine"}),
        ("notes", {}),
        ("cards", {}),
        ("revlog", {}),
    )
    log, notes, cards, revlog = anki.steps(
        ("import_package", {"package": str(second)}),
        ("notes", {}),
        ("cards", {}),
        ("revlog", {}),
    )
    assert log == {"new": 0, "updated": 1, "duplicate": 8, "conflicting": 0, "found": 9}
    assert "never stopped abruptly" in notes[corrected]["fields"]["Explanation"]
    assert notes[kept]["fields"]["Explanation"] == "my own words"
    assert "mine" in notes[kept]["tags"]
    unchanged = {guid: note for guid, note in before[1].items() if guid != corrected}
    assert {guid: note for guid, note in notes.items() if guid != corrected} == unchanged
    assert cards == before[2]
    assert revlog == before[3]
    assert len(revlog) == 33


def test_a_reworded_fact_keeps_its_reviews_and_a_removed_note_stays(anki: Anki, tmp_path: Path) -> None:
    write_project(
        tmp_path,
        "deck: D\nid: rewording\nsections:\n  Cord:\n"
        "    - {fact: Spina cord, mnemonic: Spiny, explanation: Long and thin., ask: Where?}\n"
        "    - {fact: Taper slowly, mnemonic: Tape, explanation: Never stop at once.}\n"
        "    - {fact: Nausea, mnemonic: Now sea}\n"
        "    - One ~ Won\n    - Two ~ Too\n",
    )
    build(tmp_path, "first.apkg", EPOCH)
    _, _, cards, revlog = anki.steps(
        ("import_package", {"package": str(tmp_path / "first.apkg")}),
        ("study", {"seed": 2}),
        ("cards", {}),
        ("revlog", {}),
    )
    source = (tmp_path / "cards.yaml").read_text("utf-8")
    for old, new in (
        ("fact: Spina cord", "fact: Dorsal horn of the spinal cord"),
        ("Cord:", "Where it works:"),
        ("    - {fact: Nausea, mnemonic: Now sea}\n", ""),
    ):
        assert source.count(old) == 1
        source = source.replace(old, new)
    (tmp_path / "cards.yaml").write_text(source, "utf-8")
    build(tmp_path, "second.apkg", None)
    log, after, notes, revlog_after = anki.steps(
        ("import_package", {"package": str(tmp_path / "second.apkg")}),
        ("cards", {}),
        ("notes", {}),
        ("revlog", {}),
    )
    assert log == {"new": 0, "updated": 4, "duplicate": 0, "conflicting": 0, "found": 4}
    assert after == cards
    assert revlog_after == revlog
    assert {note["fields"]["Fact"] for note in notes.values()} == {
        "Dorsal horn of the spinal cord",
        "Taper slowly",
        "Nausea",
        "One",
        "Two",
    }


def build(folder: Path, name: str, epoch: int | None) -> None:
    environment = {"SOURCE_DATE_EPOCH": str(epoch)} if epoch else {}
    done = deckwright("build", "-o", name, cwd=folder, **environment)
    assert done.code == 0, done.err


EVERY_SHAPE = r"""
deck: Shapes
id: shapes
tags: t
notes:
  - Only ~ words
  - {fact: Asked only, ask: What?}
  - {fact: Both, mnemonic: Boat, ask: Which?}
  - {fact: Turned, mnemonic: Tuned, cards: {reverse: true}}
  - {fact: Turned only, mnemonic: Tuned, cards: [reverse]}
  - {fact: No picture card, mnemonic: None, ask: Why?, cards: {picture: false}}
  - {fact: Own picture, image: dot.png}
  - {fact: Own picture and question, image: dot.png, ask: Which dot?}
  - {fact: Part of a scene, scene: dot.png, region: [10, 10.5, 20, 30]}
  - {fact: Withdrawn, mnemonic: With drawn, withdrawn: ask}
  - {fact: Retired, mnemonic: Re-tyred, retired: true}
  - fact: 'Signs < & > {{c1::x}} {{Fact}} [sound:x.mp3] [latex]x[/latex] [anki:tts lang=en]x[/anki:tts]'
    ask: x
  - fact: Maths
    mnemonic: 'Mass \(a < b_{{1}}\)'
    explanation: 'So \[\frac{a}{b}\] and \\(not this\\)'
"""


def test_cards_of_every_shape_are_those_that_anki_would_generate(
    anki: Anki, tmp_path: Path, dot_png: bytes
) -> None:
    write_project(tmp_path, EVERY_SHAPE, dot_png=dot_png)
    build(tmp_path, "shapes.apkg", EPOCH)
    _, notes, generated, missing, rendered, media, changed = anki.steps(
        ("import_package", {"package": str(tmp_path / "shapes.apkg")}),
        ("notes", {}),
        ("generated", {}),
        ("missing_cards", {}),
        ("render", {}),
        ("check_media", {}),
        ("check_database", {}),
    )
    assert len(notes) == 13
    assert {guid: note["cards"] for guid, note in notes.items()} == generated
    by_fact = {note["fields"]["Name"].split(" › ")[-1]: note["cards"] for note in notes.values()}
    assert by_fact["Only"] == [0]
    assert by_fact["Asked only"] == [1]
    assert by_fact["Both"] == [0, 1]
    assert by_fact["Turned"] == [0, 2]
    assert by_fact["Turned only"] == [2]
    assert by_fact["No picture card"] == [1]
    assert by_fact["Own picture"] == [0]
    assert by_fact["Withdrawn"] == [0, 1]
    assert missing == {"added": 0, "empty": 0}
    assert media["missing"] == []
    assert changed == []
    for card in rendered.values():
        assert card["av_tags"] == 0, "a sound or a voice came alive"
        assert "docs.ankiweb.net" not in card["front"] + card["back"]
        assert "latex-" not in card["back"]
        assert 'class="cloze"' not in card["back"]


def test_arbitrary_words_come_back_as_they_were_typed(anki: Anki, tmp_path: Path) -> None:
    facts = [
        "a < b & c > d",
        "NO",
        "1:30",
        "5-HT #3",
        "100 % [Na+]",
        "ﬁ é e\\u0301 ≮",
        "“quoted” 'and' \\\\",
        "漢字 かな",
        "😀 🧠",
    ]
    lines = "".join(
        f'  - {{fact: "{fact}", mnemonic: m, id: note-{index}}}\n' for index, fact in enumerate(facts)
    )
    write_project(tmp_path, f"deck: Words\nid: words\nnotes:\n{lines}")
    build(tmp_path, "words.apkg", EPOCH)
    _, plain = anki.steps(("import_package", {"package": str(tmp_path / "words.apkg")}), ("plain_fields", {}))
    expected = [
        "a < b & c > d",
        "NO",
        "1:30",
        "5-HT #3",
        "100 % [Na+]",
        "ﬁ é é ≮",
        "“quoted” 'and' \\",
        "漢字 かな",
        "😀 🧠",
    ]
    assert sorted(fields[1] for fields in plain.values()) == sorted(expected)


def test_any_text_comes_back_from_anki_as_its_nfc_text(anki: Anki, tmp_path: Path) -> None:
    """Markdown-escaped, three hundred texts of odd signs lose nothing."""
    signs = Random(7)  # noqa: S311 - the same odd texts every time
    live = ("{{", "}}", "{{c1::", "[sound:", "\\(", "\\)", "<b>", "&amp;")
    alphabet = [
        *map(chr, range(0x20, 0x7F)),
        *map(chr, range(0xA1, 0x250)),
        *"\u0338\u0301ΩЖשعक्ष한漢𝔸😀ﬁ½≮⸮",
        *live,
    ]
    texts = ["x" + "".join(signs.choices(alphabet, k=signs.randrange(12))) + "x" for _ in range(300)]
    notes = "".join(
        f"  - {{fact: {quoted(escaped(text))}, mnemonic: m, id: note-{index}}}\n"
        for index, text in enumerate(texts)
    )
    write_project(tmp_path, f"deck: Signs\nid: signs\nnotes:\n{notes}")
    build(tmp_path, "signs.apkg", EPOCH)
    _, plain = anki.steps(("import_package", {"package": str(tmp_path / "signs.apkg")}), ("plain_fields", {}))
    wanted = (re.sub(" +", " ", unicodedata.normalize("NFC", text)) for text in texts)
    assert {fields[1] for fields in plain.values()} ^ set(wanted) == set()


def quoted(text: str) -> str:
    """Write a text as YAML takes it between double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def escaped(text: str) -> str:
    """Write a text so that Markdown takes every sign for itself; a backslash and bracket start a formula."""
    return re.sub(r"([!-'*-/:-@\\^-`{-~])", r"\\\1", text).replace("[", "&#91;").replace("]", "&#93;")
