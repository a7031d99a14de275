"""What must not happen by accident."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from deckwright.apkg.read import read_package
from support import at_a_terminal, deckwright, write_project

if TYPE_CHECKING:
    from pathlib import Path

HEAD = (
    "deck: A::Birds\nid: guarded\nlicense: private\nignore: [explanation-missing, section-too-long]\nnotes:\n"
)
NOTES = "".join(f"  - Bird {number} ~ B{number}\n" for number in range(10))
EPOCH = "1767225600"


def build(folder: Path, source: str, *arguments: str) -> tuple[int, str]:
    write_project(folder, source)
    done = deckwright("build", *arguments, cwd=folder, SOURCE_DATE_EPOCH=EPOCH)
    return done.code, done.err


@pytest.mark.parametrize("out", ["cards.yaml", "cards.lock", "media/x.png", "thesis.docx", "", "plain"])
def test_a_package_replaces_nothing_but_packages(out: str, tmp_path: Path) -> None:
    write_project(tmp_path, HEAD + NOTES, x_png=b"picture")
    (tmp_path / "thesis.docx").write_bytes(b"months of work")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    done = deckwright("build", "-o", out, cwd=tmp_path)
    assert done.code == 2
    assert "`.apkg`" in done.err or "directory" in done.err
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_place_that_is_no_file_is_refused(tmp_path: Path) -> None:
    write_project(tmp_path, HEAD + NOTES)
    (tmp_path / "folder.apkg").mkdir()
    assert deckwright("build", "-o", "folder.apkg", cwd=tmp_path).code == 2


def test_many_notes_gone_have_to_be_confirmed(tmp_path: Path) -> None:
    assert build(tmp_path, HEAD + NOTES)[0] == 0
    package = (tmp_path / "build" / "birds.apkg").read_bytes()
    lock = (tmp_path / "cards.lock").read_bytes()
    fewer = HEAD + "".join(NOTES.splitlines(keepends=True)[:7])
    code, err = build(tmp_path, fewer)
    assert code == 1
    assert "error[many-notes-gone]: 3 of 10 notes are gone since the last build" in err
    assert (tmp_path / "build" / "birds.apkg").read_bytes() == package
    assert (tmp_path / "cards.lock").read_bytes() == lock
    code, err = build(tmp_path, fewer, "--yes")
    assert code == 0
    assert err.count("gone: it stays in the collections that have it") == 3
    few = HEAD + "".join(NOTES.splitlines(keepends=True)[:6])
    assert build(tmp_path, few)[0] == 0, "one of seven is fewer than a fifth"


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 1), ("", 1)])
def test_someone_at_a_terminal_is_asked(answer: str, code: int, tmp_path: Path) -> None:
    assert build(tmp_path, HEAD + NOTES)[0] == 0
    write_project(tmp_path, HEAD + "".join(NOTES.splitlines(keepends=True)[:7]))
    done = at_a_terminal(f"{answer}\n", "build", cwd=tmp_path)
    assert done.code == code
    assert "error[many-notes-gone]: 3 of 10 notes are gone" in done.err
    assert "Are they meant to go? [y/N]: " in done.err
    assert ("7 untouched, 3 retired" in done.err) == (code == 0)


@pytest.mark.parametrize("loss", ["missing", "empty"])
def test_a_lost_lock_is_taken_back_from_the_package(loss: str, tmp_path: Path) -> None:
    source = HEAD.replace("id: guarded\n", "") + NOTES
    assert build(tmp_path, source)[0] == 0
    package = (tmp_path / "build" / "birds.apkg").read_bytes()
    lock = (tmp_path / "cards.lock").read_bytes()
    if loss == "missing":
        (tmp_path / "cards.lock").unlink()
    else:
        (tmp_path / "cards.lock").write_bytes(b"")
    code, err = build(tmp_path, source)
    assert code == 0
    assert "warning[lock-recovered]: `cards.lock` was missing; 10 of 10 notes are known again" in err
    assert "by `build/birds.apkg`" in err
    assert (tmp_path / "build" / "birds.apkg").read_bytes() == package
    assert (tmp_path / "cards.lock").read_bytes() == lock
    assert "lock-recovered" not in build(tmp_path, source)[1]


@pytest.mark.parametrize("where", ["site/baclofen/b.apkg", "elsewhere.apkg"])
def test_a_lost_lock_is_taken_back_from_wherever_packages_go(where: str, tmp_path: Path) -> None:
    assert build(tmp_path, HEAD + NOTES, "-o", str(tmp_path / where))[0] == 0
    lock = (tmp_path / "cards.lock").read_bytes()
    (tmp_path / "cards.lock").unlink()
    assert build(tmp_path, HEAD + NOTES, "-o", str(tmp_path / where))[0] == 0
    assert (tmp_path / "cards.lock").read_bytes() == lock


def test_drafts_and_packages_of_other_decks_bring_no_lock_back(tmp_path: Path) -> None:
    assert build(tmp_path, HEAD + NOTES, "--draft")[0] == 0
    assert (
        build(tmp_path / "other", HEAD.replace("A::Birds", "Trees").replace("guarded", "woods") + NOTES)[0]
        == 0
    )
    (tmp_path / "other" / "build" / "trees.apkg").rename(tmp_path / "build" / "trees.apkg")
    (tmp_path / "build" / "torn.apkg").write_bytes(b"PK")
    code, err = build(tmp_path, HEAD + NOTES)
    assert code == 0
    assert "First build" in err
    assert "lock-recovered" not in err


def test_a_package_whose_notes_are_not_found_again_brings_no_lock_back(tmp_path: Path) -> None:
    assert build(tmp_path, HEAD + NOTES)[0] == 0
    (tmp_path / "cards.lock").unlink()
    package = (tmp_path / "build" / "birds.apkg").read_bytes()
    code, err = build(tmp_path, HEAD + "  - Oak ~ Oke\n  - Bird 3 ~ B3\n")
    assert code == 1
    assert "error[lock-missing]: `cards.lock` is missing, and only 1 of 10 notes of `build/birds.apkg`" in err
    assert not (tmp_path / "cards.lock").exists()
    assert (tmp_path / "build" / "birds.apkg").read_bytes() == package
    (tmp_path / "build" / "birds.apkg").unlink()
    assert build(tmp_path, HEAD + NOTES)[0] == 0


def test_a_lock_that_is_lost_after_a_release_is_asked_for(tmp_path: Path) -> None:
    write_project(tmp_path, HEAD + NOTES)
    assert deckwright("release", "-C", tmp_path, SOURCE_DATE_EPOCH=EPOCH).code == 0
    (tmp_path / "cards.lock").unlink()
    (tmp_path / "build" / "birds.apkg").rename(tmp_path / "published.apkg")
    code, err = build(tmp_path, HEAD + NOTES)
    assert code == 1
    assert "error[lock-missing]: `cards.lock` is missing, though this deck was released" in err
    assert "`deckwright adopt`" in err
    assert deckwright("adopt", tmp_path / "published.apkg", tmp_path).code == 0
    assert build(tmp_path, HEAD + NOTES)[0] == 0


def test_a_lock_that_lost_the_line_of_its_deck_is_refused(tmp_path: Path) -> None:
    assert build(tmp_path, HEAD + NOTES)[0] == 0
    lock = tmp_path / "cards.lock"
    lines = lock.read_text("utf-8").splitlines(keepends=True)
    lock.write_text("".join(line for line in lines if json.loads(line)["kind"] != "deck"), "utf-8")
    code, err = build(tmp_path, HEAD + NOTES)
    assert code == 1
    assert "the line of its deck `guarded` is missing" in err


def test_a_renamed_deck_is_told(tmp_path: Path) -> None:
    assert build(tmp_path, HEAD + NOTES)[0] == 0
    code, err = build(tmp_path, HEAD.replace("A::Birds", "B::Birds") + NOTES)
    assert code == 0
    assert "warning[deck-renamed]: the deck was `A::Birds`" in err
    assert "warning" not in build(tmp_path, HEAD.replace("A::Birds", "B::Birds") + NOTES)[1]


def test_a_shipped_card_keeps_a_front(tmp_path: Path) -> None:
    asked = HEAD + NOTES + "  - {fact: Goose, mnemonic: Goes, ask: Which?}\n"
    assert build(tmp_path, asked)[0] == 0
    code, err = build(tmp_path, asked.replace(", ask: Which?", ""))
    assert code == 1
    assert "error[card-withdrawn]: readers have the `ask` card of this note" in err
    assert "add `withdrawn: ask`" in err
    assert build(tmp_path, asked.replace("ask: Which?", "withdrawn: ask"))[0] == 0
    notes = read_package(tmp_path / "build" / "birds.apkg").notes
    assert sorted(len(note.cards) for note in notes) == [1] * 10 + [2]
