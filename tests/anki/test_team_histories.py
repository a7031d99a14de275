"""What several authors do to one deck with git, and what comes of it for their readers."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from anki_reader import Reader
from desk import Desk, at

if TYPE_CHECKING:
    from pathlib import Path

    from anki_backend import Anki

pytestmark = [
    pytest.mark.anki,
    pytest.mark.skipif(shutil.which("git") is None, reason="needs git"),
]

SOURCE = """\
deck: Team::Birds
id: team-birds
sections:
  Water:
    - fact: Goose
      mnemonic: Goes
      ask: Who honks?
      source: A book
      explanation: It honks
      tags: loud
      cards: {reverse: true}
    - fact: Swan
      mnemonic: Swam
      explanation: It hisses
  Air:
    - fact: Swift
      mnemonic: Sweep
      explanation: It never lands
    - fact: Hawk
      mnemonic: Hook
      explanation: It hunts
"""
# What each of two authors does: one note both edit, one note each, one new note each.
OURS = (
    ("Goes", "Goes on"),
    ("fact: Swan", "fact: Mute swan"),
    ("sections:\n  Water:\n", "sections:\n  Water:\n    - Duck ~ Duct\n"),
)
THEIRS = (("It honks", "It honks loudly"), ("Hook", "Hooked"), ("It hunts\n", "It hunts\n    - Owl ~ Howl\n"))
BOTH = {
    "Duck": "Duct", "Goose": "Goes on", "Mute swan": "Swam", "Swift": "Sweep", "Hawk": "Hook", "Owl": "Howl",
}  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a desk with a first release, committed with its lock."""
    desk = Desk(tmp_path / "team").write(SOURCE)
    desk.release(0)
    desk.commit()
    return desk


def begun(anki: Anki, package: Path) -> Reader:
    """Return a reader who has studied the first release and written on three notes."""
    reader = Reader(anki)
    reader.takes(package, at(0.2))
    guids = reader.holds().guids
    own = {"field": "Source", "text": "my words", "tag": "mine"}
    edits = (("edit", {"guid": guids[fact], **own}) for fact in ("Goose", "Swift", "Hawk"))
    reader.does(at(0.3), ("study", {"seed": 1}), *edits)
    return reader


def mnemonics(reader: Reader) -> dict[str, str]:
    """Return what the collection holds, by fact."""
    notes = [note["fields"] for note in reader.holds().notes.values()]
    assert len({fields["Fact"] for fields in notes}) == len(notes)
    return {fields["Fact"]: fields["Mnemonic"] for fields in notes}


def test_branches_that_leave_the_lock_alone_merge_like_any_text(
    anki: Anki, desk: Desk, tmp_path: Path
) -> None:
    reader = begun(anki, desk.folder / "release-0.apkg")
    for name, edits in (("ours", OURS), ("theirs", THEIRS)):
        branch = desk.clone(tmp_path / name)
        branch.edit(*edits)
        branch.commit()
        assert desk.git("fetch", str(branch.folder), f"main:{name}")
    assert desk.git("merge", "ours")
    assert desk.git("merge", "--no-edit", "theirs")
    done = reader.takes(desk.release(3), at(3.5))
    assert done.facts(done.updated) == ["Goose", "Hawk", "Mute swan"]
    assert done.facts(done.new) == ["Duck", "Owl"]
    assert mnemonics(reader) == BOTH | {"Hawk": "Hooked"}
    assert done.after.note("Swift")["fields"]["Source"] == "my words"
    assert "loudly" in done.after.note("Goose")["fields"]["Explanation"]


@pytest.mark.parametrize(
    ("takes", "lock", "weeks"),
    [
        ("neither", "markers", (1, 2)),
        ("ours", "markers", (1, 2)),
        ("theirs", "markers", (1, 2)),
        ("both", "markers", (2, 1)),
        ("ours", "markers", (1, 1)),
        ("theirs", "markers", (1, 1)),
        ("ours", "theirs", (1, 2)),
        ("theirs", "ours", (2, 1)),
        ("both", "ours", (1, 1)),
    ],
)
def test_branches_that_both_built_come_together(
    anki: Anki, desk: Desk, takes: str, lock: str, weeks: tuple[int, int]
) -> None:
    """Whichever author a reader took a package from, and however the lock's conflict was solved."""
    reader = begun(anki, desk.folder / "release-0.apkg")
    branches = {name: desk.clone(desk.folder.with_name(name)) for name in ("ours", "theirs")}
    packages = {}
    for (name, branch), edits, week in zip(branches.items(), (OURS, THEIRS), weeks, strict=True):
        branch.edit(*edits)
        packages[name] = branch.release(week)
        branch.commit()
    for name in sorted(packages, key=lambda name: weeks[name == "theirs"]):
        if takes in (name, "both"):
            reader.takes(packages[name], at(2.2))
    ours = branches["ours"]
    assert not ours.git("pull", "--no-rebase", "--no-edit", str(branches["theirs"].folder), "main")
    if lock != "markers":
        assert ours.git("checkout", f"--{lock}", "cards.lock")
    assert ("<<<<" in (ours.folder / "cards.lock").read_text("utf-8")) == (lock == "markers")
    ours.commit()
    # The next build is made where no package lies.
    fresh = ours.clone(desk.folder.with_name("fresh"))
    reader.takes(fresh.release(3), at(3.5))
    done = reader.takes(fresh.release(4), at(4.5))
    assert (done.new, done.updated) == (set(), set())
    assert mnemonics(reader) == BOTH | {"Hawk": "Hooked"}
    assert "loudly" in done.after.note("Goose")["fields"]["Explanation"]
    assert done.after.note("Swift")["fields"]["Source"] == "my words"


@pytest.mark.parametrize("weeks", [(1, 2), (2, 1), (1, 1)])
def test_a_conflict_solved_for_one_side_reaches_the_readers_of_the_other(
    anki: Anki, desk: Desk, weeks: tuple[int, int]
) -> None:
    """Also where both built in the same second, as happens where all stamps follow an older one."""
    reader = begun(anki, desk.folder / "release-0.apkg")
    ours, theirs = (desk.clone(desk.folder.with_name(name)) for name in ("ours", "theirs"))
    ours.edit(("Goes", "Goes on"))
    theirs.edit(("Goes", "Goes off"))
    packages = [branch.release(week) for branch, week in zip((ours, theirs), weeks, strict=True)]
    for branch in (ours, theirs):
        branch.commit()
    reader.takes(packages[1], at(weeks[1] + 0.2))
    assert not ours.git("pull", "--no-rebase", "--no-edit", str(theirs.folder), "main")
    assert ours.git("checkout", "--ours", "cards.yaml")
    ours.commit()
    fresh = ours.clone(desk.folder.with_name("fresh"))
    done = reader.takes(fresh.release(3), at(3.5))
    assert done.facts(done.updated) == ["Goose"]
    assert mnemonics(reader)["Goose"] == "Goes on"


def test_a_revert_of_source_and_lock_reaches_those_who_had_what_was_reverted(anki: Anki, desk: Desk) -> None:
    reader = begun(anki, desk.folder / "release-0.apkg")
    desk.edit(*OURS)
    second = desk.release(1)
    desk.commit()
    reader.takes(second, at(1.5))
    assert desk.git("revert", "--no-edit", "HEAD")
    built = desk.build(2, "--dry-run")
    assert "2 notes had a newer stamp with readers than in the lock: set right." in built.err
    done = reader.takes(desk.release(2), at(2.5))
    assert done.facts(done.updated) == ["Goose", "Swan"]
    assert mnemonics(reader) == {
        "Goose": "Goes",
        "Swan": "Swam",
        "Swift": "Sweep",
        "Hawk": "Hook",
        "Duck": "Duct",
    }
    assert done.after.note("Swift")["fields"]["Source"] == "my words"
    # What the revert took away comes back as what it was.
    desk.commit()
    assert desk.git("checkout", "HEAD~2", "--", "cards.yaml")
    again = reader.takes(desk.release(3), at(3.5))
    assert again.new == set()
    # The lock that came back knows nothing of the duck, but makes the same guid of the same name.
    assert again.facts(again.updated) == ["Duck", "Goose", "Mute swan"]


def test_without_a_lock_an_id_keeps_the_notes_one_but_not_the_readers_words(
    anki: Anki, tmp_path: Path
) -> None:
    one, two = (Desk(tmp_path / name).write(SOURCE) for name in ("one", "two"))
    reader = begun(anki, one.release(0))
    done = reader.takes(two.release(1), at(1.5))
    assert done.new == set()
    assert len(done.updated) == 4, "each build without a lock is a first one: all its notes are as new as it"
    two.edit(("fact: Swan", "fact: Mute swan"))
    (two.folder / "cards.lock").unlink()
    (two.folder / "build" / "birds.apkg").unlink()
    again = reader.takes(two.release(2), at(2.5))
    assert again.facts(again.new) == ["Mute swan"], "nothing remembers that it was the swan"
    assert "Swan" in again.after.guids


def test_without_a_lock_and_an_id_every_note_comes_twice(anki: Anki, tmp_path: Path) -> None:
    source = SOURCE.replace("id: team-birds\n", "")
    one, two = (Desk(tmp_path / name).write(source) for name in ("one", "two"))
    reader = Reader(anki)
    first = reader.takes(one.release(0), at(0.5))
    second = reader.takes(two.release(0), at(0.6))
    assert (len(first.new), len(second.new), second.updated) == (4, 4, set())
