"""What `merge` takes from a classmate's copy, what it leaves, and what it says."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from deckwright.apkg.read import read_package
from readers_copy import ReadersCopy
from support import TOOL, Ran, at_a_terminal, deckwright, write_project

if TYPE_CHECKING:
    from pathlib import Path

ONE, TWO = "1767225600", "1767312000"
SOURCE = r"""deck: Zoo
id: zoo-k3x9
source: The keeper
cards: {cloze: true}
sections:
  Birds:
    - fact: Goose
      mnemonic: Gus
      explanation: |
        The goose {{c1::honks}} and \( a^2 \) flies.

        * It is __loud__.
    - Duck ~ Dug
  Fish:
    - fact: Eel
      mnemonic: Heel
      retired: true
"""


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    folder = write_project(tmp_path / "zoo", SOURCE)
    made = deckwright("release", "-C", folder, SOURCE_DATE_EPOCH=ONE)
    assert made.code == 0, made.err
    return folder


def copy_of(folder: Path) -> ReadersCopy:
    return ReadersCopy(folder / "build" / "zoo.apkg")


def merge(folder: Path, copy: ReadersCopy, *options: str | Path) -> Ran:
    return deckwright("merge", copy.save(folder.parent / "theirs.apkg"), folder, *options)


def source_of(folder: Path) -> str:
    return (folder / "cards.yaml").read_text("utf-8")


def field(folder: Path, fact: str, name: str) -> str:
    package = read_package(folder / "build" / "zoo.apkg")
    types = {one.id: [part.name for part in one.fields] for one in package.notetypes}
    notes = (dict(zip(types[note.notetype], note.fields, strict=True)) for note in package.notes)
    return next(note[name] for note in notes if note.get("Fact") == fact and "Text" not in note)


def test_what_the_editor_cannot_know_stays_as_the_author_wrote_it(zoo: Path) -> None:
    """Gaps, formulas, the author's own marks and line ends are kept where nobody changed anything."""
    old = field(zoo, "Goose", "Explanation")
    assert "honks" in old
    assert "{{" not in old
    new = old.replace("flies", "flies&nbsp;far").replace("loud", "quite loud")
    done = merge(zoo, copy_of(zoo).edit("Goose", Explanation=new))
    assert done.code == 0, done.err
    assert source_of(zoo) == SOURCE.replace("flies", "flies far").replace("__loud__", "__quite loud__")


def test_a_gap_in_a_sentence_that_is_gone_is_left_to_the_author(zoo: Path) -> None:
    done = merge(zoo, copy_of(zoo).edit("Goose", Explanation="<p>It swims.</p>"))
    assert done.code == 1
    assert "! Goose: the gaps would be lost in `explanation`" in done.err
    assert source_of(zoo) == SOURCE
    taken = merge(zoo, copy_of(zoo).edit("Goose", Explanation="<p>It swims.</p>"), "--theirs")
    assert taken.code == 0, taken.err
    assert "      explanation: |\n        It swims.\n    - Duck" in source_of(zoo)


def test_an_edit_of_the_decks_source_becomes_the_notes_own(zoo: Path) -> None:
    done = merge(zoo, copy_of(zoo).edit("Duck", Source="A book"))
    assert done.code == 0, done.err
    assert "    - fact: Duck\n      mnemonic: Dug\n      source: A book\n" in source_of(zoo)


def test_the_mark_of_a_retired_note_is_no_text(zoo: Path) -> None:
    old = field(zoo, "Eel", "Explanation")
    done = merge(zoo, copy_of(zoo).edit("Eel", Explanation=old + "<p>Gone.</p>"))
    assert done.code == 0, done.err
    assert "retired: true\n      explanation: Gone.\n" in source_of(zoo) or (
        "mnemonic: Heel\n      explanation: Gone.\n      retired: true\n" in source_of(zoo)
    )


def test_what_has_no_place_is_told(zoo: Path) -> None:
    copy = copy_of(zoo).edit("Duck", Section="Ponds", Mnemonic="").edit("Goose", Bridge="b", Spare_1="s")
    done = merge(zoo, copy)
    assert done.code == 0, done.err
    assert "  Duck: their `Section`, which is made from the rest\n" in done.err
    assert "  Duck: no `mnemonic`, without which there is no card\n" in done.err
    assert "  Goose: their `Spare 1`" in done.err
    assert "Bridge" not in done.err
    assert source_of(zoo) == SOURCE


def test_a_name_that_another_note_has_is_not_brought_home(zoo: Path) -> None:
    done = merge(zoo, copy_of(zoo).edit("Duck", Fact="Goose"))
    assert done.code == 0, done.err
    assert "  Duck: this cannot be written here: same-note-twice: two notes in `Birds` have" in done.err
    assert source_of(zoo) == SOURCE


def test_a_note_that_is_reworded_throughout_stays_itself(zoo: Path) -> None:
    done = merge(zoo, copy_of(zoo).edit("Duck", Fact="Mallard", Mnemonic="Mal lard"))
    assert done.code == 0, done.err
    assert "    - fact: Mallard\n      mnemonic: Mal lard\n      id: birds/duck\n" in source_of(zoo)
    built = deckwright("build", zoo, SOURCE_DATE_EPOCH=TWO)
    assert built.code == 0, built.err
    assert "0 new, 1 updated, 2 untouched" in built.err


def test_scripts_are_not_brought_home(zoo: Path) -> None:
    evil = '<p onclick="x()">Quacks<script>alert(1)</script><img src=x onerror=alert(2)>\x1b[31m</p>'
    done = merge(zoo, copy_of(zoo).edit("Duck", Explanation=evil.replace("\x1f", "")))
    assert done.code == 0, done.err
    assert "Quacks" in source_of(zoo)
    assert not re.search(r"script|alert|on\w+=|\x1b", source_of(zoo) + done.err)


def test_notes_that_were_added_keep_their_makers_history(zoo: Path) -> None:
    copy = copy_of(zoo).add("anna1", "tall leech zoo::x", Fact="Heron", Mnemonic="Hair on", Section="Birds")
    copy.add("anna2", Fact="Carp", Ask="<div>Which is golden?</div>")
    refused = copy_of(zoo).add("anna4", Fact="Goose", Mnemonic="Gus", Section="Birds")
    refused.add("anna5", Mnemonic="Nothing").add("anna3", Fact="Trout", Section="New ones")
    told = merge(zoo, refused)
    assert told.code == 0, told.err
    for reason in ("Trout: it has neither", "Goose: `Birds` has that fact already", "it has no fact"):
        assert reason in told.err
    done = merge(zoo, copy)
    assert done.code == 0, done.err
    assert "2 added" in done.err
    text = source_of(zoo)
    assert "    - Duck ~ Dug\n    - fact: Heron\n      mnemonic: Hair on\n      tags: [tall]\n  Fish:" in text
    assert text.endswith("  Unsorted:\n    - fact: Carp\n      ask: Which is golden?\n")
    build = deckwright("build", zoo, SOURCE_DATE_EPOCH=TWO)
    assert build.code == 0, build.err
    notes = {note.guid: note for note in read_package(zoo / "build" / "zoo.apkg").notes}
    assert notes["anna1"].modified == notes["anna2"].modified == int(TWO)
    again = merge(zoo, copy)
    assert again.code == 0, again.err
    assert "Nothing to bring home" in again.err
    assert source_of(zoo) == text


def test_a_merge_that_was_killed_before_the_lock_was_written_is_finished_by_the_next(zoo: Path) -> None:
    copy = copy_of(zoo).add("anna1", Fact="Heron", Mnemonic="Hair on", Section="Birds")
    before = (zoo / "cards.lock").read_bytes()
    assert merge(zoo, copy).code == 0
    after, text = (zoo / "cards.lock").read_bytes(), source_of(zoo)
    (zoo / "cards.lock").write_bytes(before)
    assert merge(zoo, copy).code == 0
    assert (zoo / "cards.lock").read_bytes() == after
    assert source_of(zoo) == text


def test_a_dry_run_shows_the_difference_and_writes_nothing(zoo: Path) -> None:
    before = {path: path.read_bytes() for path in zoo.rglob("*") if path.is_file()}
    copy = copy_of(zoo).edit("Duck", Mnemonic="Doug").add("x", Fact="Heron", Mnemonic="H", Section="Birds")
    done = merge(zoo, copy, "--dry-run")
    assert done.code == 0, done.err
    assert done.out.startswith("--- cards.yaml\n+++ cards.yaml\n")
    assert "-    - Duck ~ Dug\n+    - Duck ~ Doug\n" in done.out
    assert "Nothing was written" in done.err
    assert {path: path.read_bytes() for path in zoo.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("name", ["cards.yaml", "cards.lock"])
def test_nothing_is_written_where_the_project_is_not_in_order(zoo: Path, name: str) -> None:
    (zoo / name).write_text({"cards.yaml": SOURCE + "odd: 1\n", "cards.lock": ""}[name], "utf-8")
    before = (zoo / "cards.yaml").read_bytes()
    done = merge(zoo, copy_of(zoo).edit("Duck", Mnemonic="Doug"))
    assert done.code == (1 if name == "cards.yaml" else 2)
    assert ("unknown-key" if name == "cards.yaml" else "knows no notes") in done.err
    assert (zoo / "cards.yaml").read_bytes() == before


def test_a_strangers_package_is_refused(zoo: Path, tmp_path: Path) -> None:
    other = write_project(tmp_path / "other", "deck: Other\nid: other-1\nnotes:\n  - A ~ B\n")
    assert deckwright("build", other).code == 0
    done = deckwright("merge", other / "build" / "other.apkg", zoo)
    assert done.code == 2
    assert "none of this project's notes" in done.err
    both = deckwright("merge", other / "build" / "other.apkg", zoo, "--ours", "--theirs")
    assert both.code == 2
    assert "exclude each other" in both.err


def test_each_file_of_a_project_gets_its_own(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "all", "deck: All\nid: all-1\ndecks: decks/*.yaml\n")
    (folder / "decks").mkdir()
    for name in ("a", "b"):
        text = f"deck: All::{name.upper()}\nid: deck-{name}\nnotes:\n  - One {name} ~ Wan # {name}\n"
        (folder / "decks" / f"{name}.yaml").write_text(text, "utf-8")
    made = deckwright("release", "-C", folder, SOURCE_DATE_EPOCH=ONE)
    assert made.code == 0, made.err
    package = next((folder / "build").glob("*.apkg"))
    copy = ReadersCopy(package).edit("One a", Mnemonic="Won").edit("One b", Mnemonic="Juan")
    done = merge(folder, copy)
    assert done.code == 0, done.err
    assert "- One a ~ Won # a\n" in (folder / "decks" / "a.yaml").read_text("utf-8")
    assert "- One b ~ Juan # b\n" in (folder / "decks" / "b.yaml").read_text("utf-8")


def test_notes_under_another_tools_type_are_merged_through_their_map(tmp_path: Path) -> None:
    from anki_packages import Note, Notetype, RawPackage  # noqa: PLC0415

    folder = write_project(tmp_path / "own", "deck: A\nid: a-k3x9\nnotes:\n  - {fact: Back, ask: Front}\n")
    old = folder.parent / "old.apkg"
    RawPackage((Note("g1", ("Front", "Back")),), Notetype(), "A").write(old)
    adopted = deckwright("adopt", old, folder)
    assert adopted.code == 0, adopted.err
    made = deckwright("release", "-C", folder, SOURCE_DATE_EPOCH=TWO)
    assert made.code == 0, made.err
    theirs = folder.parent / "theirs.apkg"
    RawPackage((Note("g1", ("Front?", "Back")),), Notetype(), "A").write(theirs)
    done = deckwright("merge", theirs, folder)
    assert done.code == 0, done.err
    assert source_of(folder) == 'deck: A\nid: a-k3x9\nnotes:\n  - {fact: Back, ask: "Front?"}\n'


def test_only_the_lock_lines_of_what_was_added_are_new(zoo: Path) -> None:
    before = (zoo / "cards.lock").read_text("utf-8").splitlines()
    copy = copy_of(zoo).edit("Duck", Mnemonic="Doug").add("x1", Fact="Heron", Mnemonic="H", Section="Birds")
    assert merge(zoo, copy).code == 0
    after = (zoo / "cards.lock").read_text("utf-8").splitlines()
    (line,) = [line for line in after if line not in before]
    assert set(before) < set(after)
    found = json.loads(line)
    assert (found["guid"], found["key"], found["born"]) == ("x1", "birds/heron", "birds/heron")


def test_a_clock_that_is_wrong_with_them_stays_theirs(zoo: Path) -> None:
    copy = copy_of(zoo).add("anna1", Fact="Heron", Mnemonic="Hair on", Section="Birds")
    copy.clock = 2**50
    done = deckwright("merge", copy.save(zoo.parent / "theirs.apkg"), zoo, SOURCE_DATE_EPOCH=TWO)
    assert done.code == 0, done.err
    assert lock_line(zoo, "anna1")["modified"] == int(TWO)
    built = deckwright("build", zoo, SOURCE_DATE_EPOCH=TWO)
    assert built.code == 0, built.err
    assert lock_line(zoo, "anna1")["modified"] == int(TWO) + 1


def lock_line(folder: Path, guid: str) -> dict[str, Any]:
    lines = map(json.loads, (folder / "cards.lock").read_text("utf-8").splitlines())
    return next(line for line in lines if line.get("guid") == guid)


@pytest.mark.parametrize(("answer", "taken"), [("y", True), ("n", False)])
def test_at_a_terminal_each_difference_is_asked_where_nobody_knows_the_base(
    zoo: Path, answer: str, *, taken: bool
) -> None:
    (zoo / "releases" / "1.0.0.jsonl").unlink()
    theirs = copy_of(zoo).edit("Duck", Mnemonic="Doug").save(zoo.parent / "theirs.apkg")
    done = at_a_terminal(f"{answer}\n", "merge", theirs, zoo)
    assert done.code == 0, done.err
    assert "Duck: `mnemonic` differs\n  yours   Dug\n  theirs  Doug\n" in done.err
    assert "Take theirs? [y/N]: " in done.err
    assert ("- Duck ~ Doug" in source_of(zoo)) == taken


def test_a_stdin_that_is_closed_asks_nobody(zoo: Path) -> None:
    (zoo / "releases" / "1.0.0.jsonl").unlink()
    theirs = copy_of(zoo).edit("Duck", Mnemonic="Doug").save(zoo.parent / "theirs.apkg")
    command = f"'{TOOL}' merge '{theirs}' '{zoo}' <&-"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)  # noqa: S602
    assert done.returncode == 1
    assert "! Duck: nobody knows who changed `mnemonic`" in done.stderr
