"""What a build says and does about notes that readers have."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from deckwright.apkg.read import read_package
from one_deck import AT
from support import Ran, deckwright, write_project

if TYPE_CHECKING:
    from pathlib import Path

    from deckwright.apkg.package import PackageNote

HEAD = "deck: A::Birds\nid: birds-k3x9\nnotes:\n"
NOTES = "".join(f"  - Bird {number} ~ B{number}\n" for number in range(10))
ONE, TWO, THREE = "1767225600", "1767312000", "1767398400"


def build(folder: Path, source: str, *arguments: str, now: str = ONE) -> Ran:
    write_project(folder, source)
    return deckwright("build", *arguments, cwd=folder, SOURCE_DATE_EPOCH=now)


def notes(folder: Path) -> dict[str, PackageNote]:
    return {note.fields[1]: note for note in read_package(folder / "build" / "birds.apkg").notes}


def stamps(folder: Path) -> set[int]:
    return {note.modified for note in notes(folder).values()}


def tree(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_dry_run_tells_and_writes_nothing(tmp_path: Path) -> None:
    assert build(tmp_path, HEAD + NOTES).code == 0
    write_project(tmp_path, HEAD + NOTES.replace("B1\n", "Bee\n"))
    before = tree(tmp_path)
    done = deckwright("build", "--dry-run", cwd=tmp_path)
    assert done.code == 0, done.err
    assert '~ Bird 1  mnemonic: "B1" → "Bee"' in done.err
    assert done.err.endswith("Nothing was written.\n")
    assert tree(tmp_path) == before


def test_a_first_dry_run_writes_nothing_either(tmp_path: Path) -> None:
    done = build(tmp_path, HEAD + NOTES, "--dry-run")
    assert done.code == 0, done.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cards.yaml", "media"]


def test_refresh_stamps_every_note_and_changes_no_identity(tmp_path: Path) -> None:
    assert build(tmp_path, HEAD + NOTES).code == 0
    before = notes(tmp_path)
    assert stamps(tmp_path) == {int(ONE)}
    done = build(tmp_path, HEAD + NOTES, "--refresh", now=TWO)
    assert done.code == 0, done.err
    assert "0 new, 10 updated, 0 untouched" in done.err
    assert done.err.count("the same as before, sent anew") == 10
    assert stamps(tmp_path) == {int(TWO)}
    assert {note.guid for note in notes(tmp_path).values()} == {note.guid for note in before.values()}


def test_another_id_is_refused_unless_it_really_is_the_same_deck(tmp_path: Path) -> None:
    assert build(tmp_path, HEAD + NOTES).code == 0
    before = notes(tmp_path)
    other = HEAD.replace("birds-k3x9", "fowl-a1b2")
    refused = build(tmp_path, other + NOTES, now=TWO)
    assert refused.code == 1
    assert "error[another-deck]: `cards.lock` belongs to `birds-k3x9`" in refused.err
    done = build(tmp_path, other + NOTES, "--replace", now=TWO)
    assert done.code == 0, done.err
    after = notes(tmp_path)
    for fact, note in before.items():
        assert (after[fact].guid, after[fact].modified) == (note.guid, note.modified)
        assert after[fact].fields == note.fields, "the ID field is that of the old id too"
    assert [line.get("home") for line in lines(tmp_path, "note")] == ["birds-k3x9"] * 10
    again = build(tmp_path, other + NOTES + "  - Bird 10 ~ B10\n", now=THREE)
    assert again.code == 0, again.err
    assert notes(tmp_path)["Bird 10"].fields[AT["ID"]] == "fowl-a1b2/bird-10"


def lines(folder: Path, kind: str) -> list[dict[str, object]]:
    found = map(json.loads, (folder / "cards.lock").read_text("utf-8").splitlines())
    return [line for line in found if line["kind"] == kind]


def test_a_copied_folder_is_refused_unless_it_really_is_the_same_deck(tmp_path: Path) -> None:
    assert build(tmp_path, HEAD + NOTES).code == 0
    other = HEAD.replace("A::Birds", "A::Trees") + "  - Oak ~ Oke\n  - Ash ~ Ache\n"
    refused = build(tmp_path, other, now=TWO)
    assert refused.code == 1
    assert "error[another-deck]: `cards.lock` belongs to `A::Birds`" in refused.err
    done = build(tmp_path, other, "--replace", "--yes", now=TWO)
    assert done.code == 0, done.err
    assert sum(bool(line.get("retired")) for line in lines(tmp_path, "note")) == 10


@pytest.mark.parametrize(
    ("line", "key"),
    [("tags: zoo", "tags"), ("title: Fowl", "title"), ("source: A book", "source"),
     ("language: de", "language"), ("cards: {reverse: true}", "cards")],
)  # fmt: skip
def test_a_line_that_touches_many_notes_says_so(line: str, key: str, tmp_path: Path) -> None:
    assert build(tmp_path, HEAD + NOTES).code == 0
    done = build(tmp_path, f"{line}\n{HEAD}{NOTES}", now=TWO)
    assert done.code == 0, done.err
    assert f"warning[touches-many]: `{key}` touches 10 of 10 notes" in done.err
    assert "--> cards.yaml:1:1" in done.err
    assert "touches-many" not in build(tmp_path, f"{line}\n{HEAD}{NOTES}", now=THREE).err


def test_many_notes_edited_each_by_itself_are_no_line_that_touches_many(tmp_path: Path) -> None:
    assert build(tmp_path, HEAD + NOTES).code == 0
    done = build(tmp_path, HEAD + NOTES.replace(" ~ B", " ~ C"), now=TWO)
    assert "touches-many" not in done.err


def test_the_id_of_a_retired_note_names_no_other_note(tmp_path: Path) -> None:
    owned = "  - {fact: Goose, mnemonic: Goes, id: mine}\n"
    assert build(tmp_path, HEAD + NOTES + owned).code == 0
    assert build(tmp_path, HEAD + NOTES, now=TWO).code == 0
    refused = build(tmp_path, HEAD + NOTES + "  - {fact: Oak, mnemonic: Oke, id: mine}\n", now=THREE)
    assert refused.code == 1
    assert "error[retired-id]: `id: mine` belonged to the note `Goose`" in refused.err
    back = build(tmp_path, HEAD + NOTES + "  - {fact: Grey goose, mnemonic: Goes, id: mine}\n", now=THREE)
    assert back.code == 0, back.err
    assert "+ Grey goose  back, history kept" in back.err


def test_an_id_that_is_added_later_is_said_and_changes_nothing_else(tmp_path: Path) -> None:
    assert build(tmp_path, HEAD + NOTES).code == 0
    before = (tmp_path / "build" / "birds.apkg").read_bytes()
    done = build(
        tmp_path,
        HEAD + NOTES.replace("- Bird 1 ~ B1\n", "- {fact: Bird 1, mnemonic: B1, id: one}\n"),
        now=TWO,
    )
    assert done.code == 0, done.err
    assert '> Bird 1  known by "one" from now on, history kept' in done.err
    assert "0 new, 0 updated, 10 untouched" in done.err
    assert (tmp_path / "build" / "birds.apkg").read_bytes() == before


def test_a_lock_taken_back_never_stamps_behind_what_readers_have(tmp_path: Path) -> None:
    assert build(tmp_path, HEAD + NOTES).code == 0
    old = (tmp_path / "cards.lock").read_bytes()
    assert build(tmp_path, HEAD + NOTES.replace("B1\n", "Bee\n"), now=TWO).code == 0
    (tmp_path / "cards.lock").write_bytes(old)
    locked = build(tmp_path, HEAD + NOTES, "--locked", now=TWO)
    assert locked.code == 1
    assert "error[lock-outdated]" in locked.err
    done = build(tmp_path, HEAD + NOTES, now=TWO)
    assert done.code == 0, done.err
    assert "1 note had a newer stamp with readers than in the lock: set right." in done.err
    assert notes(tmp_path)["Bird 1"].modified == int(TWO) + 1
    assert stamps(tmp_path) == {int(ONE), int(TWO) + 1}


def test_merged_locks_are_read_through_and_said(tmp_path: Path) -> None:
    assert build(tmp_path, HEAD + NOTES).code == 0
    lock = tmp_path / "cards.lock"
    line = next(line for line in lock.read_text("utf-8").splitlines() if '"Bird 1"' in line)
    theirs = line.replace(f'"modified": {ONE}', f'"modified": {TWO}').replace('"content": "', '"content": "0')
    text = lock.read_text("utf-8").replace(line, f"<<<<<<< a\n{line}\n=======\n{theirs}\n>>>>>>> b")
    lock.write_text(text, "utf-8")
    done = build(tmp_path, HEAD + NOTES, now=THREE)
    assert done.code == 0, done.err
    assert "warning[lock-merged]" in done.err
    assert "<<<<" not in lock.read_text("utf-8")
    assert notes(tmp_path)["Bird 1"].modified == int(THREE), "its content is not that of the later line"
    assert stamps(tmp_path) == {int(ONE), int(THREE)}


def test_two_notes_under_one_name_are_a_conflict(tmp_path: Path) -> None:
    assert build(tmp_path, HEAD + NOTES).code == 0
    lock = tmp_path / "cards.lock"
    line = next(line for line in lock.read_text("utf-8").splitlines() if '"Bird 1"' in line)
    other = re.sub(r'"nid": \d+', '"nid": 1024', re.sub(r'"guid": "[^"]+"', '"guid": "other"', line))
    lock.write_text(lock.read_text("utf-8") + other + "\n", "utf-8")
    done = build(tmp_path, HEAD + NOTES, now=TWO)
    assert done.code == 1
    assert "error[lock-conflict]: two notes are known as `bird-1`" in done.err
    assert "(the other: cards.lock:" in done.err


def test_labels_stay_in_the_language_that_readers_have_them_in(tmp_path: Path) -> None:
    assert build(tmp_path, HEAD + NOTES).code == 0
    german = HEAD.replace("deck:", "language: de\ndeck:", 1)
    write_project(tmp_path, german + NOTES + "  - Bird 10 ~ B10\n")
    told = "warning[labels-kept]: the labels on cards that were built before stay those of `en`"
    assert told in deckwright("check", cwd=tmp_path).out
    done = build(tmp_path, german + NOTES + "  - Bird 10 ~ B10\n", now=TWO)
    assert done.code == 0, done.err
    package = read_package(tmp_path / "build" / "birds.apkg")
    types = {notetype.id: notetype.name for notetype in package.notetypes}
    named = {note.fields[AT["Fact"]]: types[note.notetype] for note in package.notes}
    assert named == {f"Bird {number}": "Deckwright Mnemonic" for number in range(10)} | {
        "Bird 10": "Deckwright Mnemonic (de)"
    }
    assert {note.fields[AT["Language"]] for note in package.notes} == {"de"}
