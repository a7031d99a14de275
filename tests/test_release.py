"""`deckwright release`: a number for what is handed on, and a memory of it that outlives `build/`."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest

from deckwright import release as verb
from deckwright.apkg.editions import Releases, Version
from deckwright.apkg.news import compare_editions
from deckwright.apkg.read import read_package
from deckwright.apkg.releases import read_releases
from deckwright.apkg.stamp import Released, field_hashes, tags_hash
from support import Ran, deckwright, write_project

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "deck: A::Birds\nid: birds-k3x9\nsections:\n  Water:\n"
GOOSE = "    - {fact: Goose, mnemonic: Goes, explanation: Taper over 1–2 weeks if *a* < b.}\n"
NOTES = GOOSE + "".join(f"    - Bird {number} ~ B{number}\n" for number in range(9))
BASE = HEAD + NOTES
EDITED = BASE.replace("1–2 weeks", "2–4 weeks")
GROWN = EDITED + "    - Heron ~ Hear on\n"
FEWER = EDITED.replace("    - Bird 8 ~ B8\n", "")
ONE, TWO, THREE = "1767225600", "1767312000", "1767398400"
FILE = "releases/1.0.0.jsonl"


def release(folder: Path, source: str, *arguments: str, now: str = ONE) -> Ran:
    write_project(folder, source)
    return deckwright("release", *arguments, cwd=folder, SOURCE_DATE_EPOCH=now)


def build(folder: Path, source: str, *arguments: str, now: str = ONE) -> Ran:
    write_project(folder, source)
    return deckwright("build", *arguments, cwd=folder, SOURCE_DATE_EPOCH=now)


def kept(folder: Path) -> Releases:
    releases, reports = read_releases(folder / "releases")
    assert not any(report.has_errors for report in reports)
    return releases


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".deckwright" not in path.parts
    }


def copy(folder: Path, name: str) -> Path:
    return shutil.copytree(folder, folder.with_name(name))


@pytest.fixture(scope="session")
def _released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("first") / "birds"
    done = release(folder, BASE)
    assert done.code == 0, done.err
    return folder


@pytest.fixture
def released(_released: Path, tmp_path: Path) -> Path:
    """Return a project of which 1.0.0 was released."""
    return shutil.copytree(_released, tmp_path / "birds")


def test_the_first_release_holds_every_note(tmp_path: Path) -> None:
    done = release(tmp_path, BASE)
    assert done.code == 0
    assert done.err.startswith("1.0.0: the first release, 10 notes, 10 cards\n\n  build/birds.apkg\n")
    assert "Commit cards.lock and releases/" in done.err
    package = read_package(tmp_path / "build" / "birds.apkg")
    assert kept(tmp_path).shipped == {
        note.guid: Released(note.modified, field_hashes(note.fields), tags_hash(note.tags))
        for note in package.notes
    }
    made = kept(tmp_path).last
    assert made is not None
    assert (made.newest, made.notes, {change.kind for change in made.changes}) == (int(ONE), 10, {"new"})
    goose = next(change.note for change in made.changes if change.note.fact == "Goose")
    assert goose.explanation == "Taper over 1–2 weeks if *a* < b.", "texts are kept as typed"
    assert (goose.key, goose.section, goose.tags) == ("water/goose", "Water", ("A::Birds::Water",))


def test_two_people_release_the_same_bytes(released: Path) -> None:
    theirs = copy(released, "theirs")
    for folder, now in ((released, TWO), (theirs, TWO)):
        assert build(folder, GROWN, now=now).code == 0
    assert release(released, GROWN, now=TWO).code == release(theirs, GROWN, now=THREE).code == 0
    assert tree(released) == tree(theirs)


def test_nothing_new_writes_nothing(released: Path) -> None:
    shutil.rmtree(released / "build")
    before = tree(released)
    for arguments in ((), ("1.0.0",), ("9.0.0",)):
        done = release(released, BASE, *arguments, now=TWO)
        assert (done.code, done.err) == (0, "Nothing is new since 1.0.0: there is nothing to release.\n")
    assert tree(released) == before


def test_a_dry_run_proposes_and_writes_nothing(released: Path) -> None:
    write_project(released, GROWN)
    before = tree(released)
    done = release(released, GROWN, "--dry-run", now=TWO)
    assert done.code == 0
    assert done.err.startswith("1.1.0: 1 new, 1 changed, 0 gone, 9 unchanged since 1.0.0\n")
    assert done.err.endswith("Nothing was written.\n")
    assert tree(released) == before


@pytest.mark.parametrize(("source", "version"), [(EDITED, "1.0.1"), (FEWER, "1.0.1"), (GROWN, "1.1.0")])
def test_the_number_follows_from_what_is_new(source: str, version: str, released: Path) -> None:
    done = release(released, source, now=TWO)
    assert done.code == 0, done.err
    assert done.err.startswith(f"{version}: ")
    assert str(kept(released).all[-1].version) == version


def test_other_slots_raise_the_first_number(released: Path) -> None:
    path = released / FILE
    path.write_text(re.sub(r'"slots": "\w+"', '"slots": "other"', path.read_text("utf-8")), "utf-8")
    done = release(released, GROWN, "1.9.0", now=TWO)
    assert done.code == 2
    assert "`1.9.0` is too small, since readers have to merge note types; take 2.0.0" in done.err
    done = release(released, GROWN, now=TWO)
    assert done.err.startswith("2.0.0: ")
    assert "only with *Merge note types* on" in done.err


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("1.0.1", "`1.0.1` is too small, since there are new notes; take 1.1.0, or a larger one"),
        ("1.0.0", "`1.0.0` is not larger than the last release, 1.0.0; the next is 1.1.0"),
        ("0.9.9", "`0.9.9` is not larger than the last release, 1.0.0; the next is 1.1.0"),
        ("1.1", "`1.1` is no version; write three numbers, as in `1.2.0`"),
        ("v1.1.0", "`v1.1.0` is no version"),
        ("../x", "`../x` is no version"),
    ],
)
def test_a_number_that_says_less_than_is_new_is_refused(version: str, message: str, released: Path) -> None:
    write_project(released, GROWN)
    before = tree(released)
    done = release(released, GROWN, version, now=TWO)
    assert done.code == 2
    assert message in done.err
    assert tree(released) == before


def test_a_larger_number_than_proposed_is_taken(released: Path) -> None:
    done = release(released, EDITED, "3.0.0", now=TWO)
    assert done.code == 0
    assert done.err.startswith("3.0.0: 0 new, 1 changed, 0 gone, 9 unchanged since 1.0.0\n")
    assert done.err.count("releases/3.0.0.jsonl") == 1


def test_a_first_release_is_at_least_the_first(tmp_path: Path) -> None:
    done = release(tmp_path, BASE, "0.1.0")
    assert done.code == 2
    assert "`0.1.0` is too small, since releases start with 1.0.0" in done.err
    assert not (tmp_path / "releases").exists()


def test_only_what_is_new_is_written_down_and_told(released: Path) -> None:
    before = (released / FILE).read_bytes()
    assert build(released, FEWER, now=TWO).code == 0
    done = release(released, FEWER + "    - Heron ~ Hear on\n", now=THREE)
    assert done.code == 0, done.err
    assert done.err.startswith(
        "1.1.0: 1 new, 1 changed, 1 gone, 8 unchanged since 1.0.0\n"
        "+ Water › Heron: new\n"
        "~ Water › Goose\n"
        '    explanation: "1–2" → "2–4"\n'
        "- Water › Bird 8: gone; it stays in the collections that have it\n"
        "On that note, classmates' own edits and tags are replaced; reviews never are.\n"
        "Classmates find what is gone by this search in Anki's browser:\n"
        '  "note:Deckwright *" ("ID:birds-k3x9/water/bird-8")\n'
    )
    assert (released / FILE).read_bytes() == before
    made = kept(released).last
    assert made is not None
    assert [(change.kind, change.note.fact, change.note.modified) for change in made.changes] == [
        ("new", "Heron", int(THREE)), ("changed", "Goose", int(TWO)), ("retired", "Bird 8", int(ONE)),
    ]  # fmt: skip


def test_a_note_that_comes_back_is_new_again_under_its_guid(released: Path) -> None:
    assert release(released, FEWER, now=TWO).code == 0
    done = release(released, EDITED, now=THREE)
    assert done.err.startswith("1.1.0: 1 new, 0 changed, 0 gone, 9 unchanged since 1.0.1\n")
    assert set(kept(released).edition().notes) == set(kept(released).edition(Version(1, 0, 0)).notes)


def test_a_refreshed_release_is_one(released: Path) -> None:
    assert build(released, BASE, "--refresh", now=TWO).code == 0
    done = release(released, BASE, now=THREE)
    assert done.err.startswith("1.0.1: 0 new, 10 changed, 0 gone, 0 unchanged since 1.0.0\n")
    assert "    sent once more as it was\n" in done.err


@pytest.mark.parametrize("lost", ["the release", "release and package", "all but the release before"])
def test_a_release_that_was_killed_is_finished_by_the_next(lost: str, released: Path) -> None:
    done = copy(released, "done")
    assert release(done, GROWN, now=TWO).code == 0
    killed = copy(released, "killed")
    shutil.copy(done / "cards.lock", killed / "cards.lock")
    if lost == "the release":
        shutil.copy(done / "build" / "birds.apkg", killed / "build" / "birds.apkg")
    if lost == "all but the release before":
        shutil.copy(released / "cards.lock", killed / "cards.lock")
    (killed / "releases" / ".1.1.0.jsonl.partial").write_text('{"kind": "rel')
    assert release(killed, GROWN, now=TWO if lost.startswith("all") else THREE).code == 0
    assert tree(killed) == tree(done)


def test_a_folder_that_takes_no_release_loses_nothing(released: Path) -> None:
    shutil.rmtree(released / "releases")
    (released / "releases").write_text("a file")
    done = release(released, EDITED, now=TWO)
    assert done.code == 1
    assert "nothing was lost" in done.err
    (released / "releases").unlink()
    assert release(released, EDITED, now=THREE).err.startswith("1.0.0: the first release")


def test_errors_and_many_notes_gone_stop_it(released: Path) -> None:
    for source, code in ((BASE + "    - x\n", "short-note"), (HEAD + GOOSE, "many-notes-gone")):
        write_project(released, source)
        before = tree(released)
        done = release(released, source, now=TWO)
        assert done.code == 1
        assert f"error[{code}]" in done.err
        assert tree(released) == before


def test_yes_lets_many_notes_go(released: Path) -> None:
    done = release(released, HEAD + GOOSE, "--yes", now=TWO)
    assert done.code == 0, done.err
    assert done.err.startswith("1.0.1: 0 new, 0 changed, 9 gone, 1 unchanged since 1.0.0\n")


def test_another_folder_can_be_named(released: Path) -> None:
    write_project(released, EDITED)
    done = deckwright("release", "-C", "birds", "-q", cwd=released.parent, SOURCE_DATE_EPOCH=TWO)
    assert (done.code, done.out, done.err) == (0, "", "")
    assert str(kept(released).all[-1].version) == "1.0.1"


def test_a_release_is_of_all_decks(tmp_path: Path) -> None:
    write_project(tmp_path, "deck: C\nid: course-1\ndecks: decks/*.yaml\npackage: each\n")
    (tmp_path / "decks").mkdir()
    for name in ("birds", "trees"):
        (tmp_path / "decks" / f"{name}.yaml").write_text(f"deck: C::{name}\nnotes: [One {name} ~ Won]\n")
    refused = deckwright("release", "-C", "decks/birds.yaml", cwd=tmp_path)
    assert refused.code == 2
    assert "a release is of all decks of a project; name the folder" in refused.err
    done = deckwright("release", cwd=tmp_path, SOURCE_DATE_EPOCH=ONE)
    assert done.code == 0, done.err
    assert re.findall(r"^  (\S+)$", done.err, re.MULTILINE) == [
        "build/birds.apkg", "build/trees.apkg", "releases/1.0.0.jsonl",
    ]  # fmt: skip
    notes = kept(tmp_path).edition().notes.values()
    lock = map(json.loads, (tmp_path / "cards.lock").read_text("utf-8").splitlines())
    decks = {line["id"] for line in lock if line["kind"] == "deck"}
    assert {note.deck for note in notes} == decks
    refused = deckwright("diff", "1.0.0", "decks/birds.yaml", cwd=tmp_path)
    assert refused.code == 2
    assert "a release is of all decks" in refused.err


def test_a_new_look_alone_is_a_release(tmp_path: Path) -> None:
    assert release(tmp_path, f"style: {{accent: red}}\n{BASE}").code == 0
    done = release(tmp_path, f"style: {{accent: blue}}\n{BASE}", now=TWO)
    assert done.code == 0, done.err
    assert done.err.startswith("1.0.1: 0 new, 0 changed, 0 gone, 10 unchanged since 1.0.0\nnote type ")
    assert "Deckwright Mnemonic · birds-k3x9: its look changed\n" in done.err


def test_a_damaged_release_stops_every_command_and_is_told_by_its_line(released: Path) -> None:
    path = released / FILE
    path.write_text(path.read_text("utf-8") + "<<<<<<< HEAD\n", "utf-8")
    before = tree(released)
    for command in (("check",), ("build",), ("release",), ("diff", "1.0.0"), ("diff", "1.0.0", "1.0.0")):
        done = deckwright(*command, cwd=released)
        assert done.code == 1, command
        assert "error[bad-release]: this line is not one that Deckwright writes" in done.out + done.err
        assert "--> releases/1.0.0.jsonl:13:1" in done.out + done.err
    assert tree(released) == before


def test_a_release_that_is_missing_is_noticed_by_the_next(released: Path) -> None:
    assert release(released, GROWN, now=TWO).code == 0
    (released / FILE).unlink()
    refused = release(released, GROWN, now=THREE)
    assert refused.code == 1
    assert "error[bad-release]: this release has" in refused.err
    assert "an earlier one is missing" in refused.err


def test_a_build_without_packages_takes_old_words_from_the_release(released: Path) -> None:
    shutil.rmtree(released / "build")
    done = build(released, EDITED, "--dry-run", now=TWO)
    assert '~ Goose  explanation: "1–2" → "2–4"\n' in done.err


def test_a_lock_taken_back_never_stamps_behind_a_release(released: Path) -> None:
    old = (released / "cards.lock").read_bytes()
    assert release(released, EDITED, now=TWO).code == 0
    (released / "cards.lock").write_bytes(old)
    shutil.rmtree(released / "build")
    done = build(released, BASE, now=TWO)
    assert done.code == 0, done.err
    assert "1 note had a newer stamp with readers than in the lock: set right." in done.err
    stamps = {note.fields[1]: note.modified for note in read_package(released / "build" / "birds.apkg").notes}
    assert stamps.pop("Goose") == int(TWO) + 1
    assert set(stamps.values()) == {int(ONE)}


@pytest.mark.parametrize("package", ["kept", "lost"])
def test_notes_that_render_otherwise_are_told_apart_from_changed_ones(package: str, released: Path) -> None:
    """As if an earlier version had rendered the release: the package counts where there is one."""
    path = released / FILE
    first, *lines = path.read_text("utf-8").splitlines()
    spoilt = [re.sub(r'"fields": \["\w+"', '"fields": ["0"', line) for line in lines]
    path.write_text("\n".join([first, *spoilt, ""]), "utf-8")
    if package == "lost":
        shutil.rmtree(released / "build")
    done = build(released, BASE, now=TWO)
    assert ("10 notes render differently for new readers" in done.err) == (package == "lost")
    again = build(released, BASE, now=TWO)
    assert "differently" not in again.err, "said once"
    done = release(released, BASE, now=THREE)
    assert done.err.startswith("1.0.1: 0 new, 0 changed, 0 gone, 10 unchanged since 1.0.0\n")
    assert "= Water › Goose: renders differently for new readers\n" in done.err
    made = kept(released)
    assert {change.kind for change in made.all[-1].changes} == {"rendered"}
    assert all(isinstance(note, Released) and note.modified == int(ONE) for note in made.shipped.values())


def test_releases_are_compared_with_each_other_and_with_the_deck(released: Path) -> None:
    assert release(released, EDITED, now=TWO).code == 0
    changed = '~ Water › Goose\n    explanation: "1–2" → "2–4"\n0 new, 1 changed, 0 gone, 9 unchanged\n'
    assert deckwright("diff", "1.0.0", "1.0.1", cwd=released) == Ran(1, changed, "")
    assert deckwright("diff", "1.0.0", cwd=released) == Ran(1, changed, "")
    assert deckwright("diff", "1.0.0", "birds", cwd=released.parent) == Ran(1, changed, "")
    assert deckwright("diff", "1.0.1", cwd=released).code == 0
    assert deckwright("diff", "1.0.1", "1.0.1", cwd=released).code == 0
    write_project(released, GROWN)
    before = tree(released)
    found = json.loads(deckwright("diff", "1.0.0", "--format", "json", cwd=released).out)
    assert [note["fact"] for note in found["new"]] == ["Heron"]
    assert [edited["new"]["explanation"] for edited in found["changed"]] == [
        "Taper over 2–4 weeks if *a* < b."
    ]
    assert tree(released) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("1.4.0",), "has no 1.4.0: 1.0.0"),
        (("1.0.0", "1.4.0"), "has no 1.4.0: 1.0.0"),
        (("1.0.0", "build/birds.apkg"), "a release is not compared with a package"),
        (("1.0.0", "nowhere"), "no `nowhere`"),
    ],
)
def test_what_was_not_released_is_not_compared(
    arguments: tuple[str, ...], message: str, released: Path
) -> None:
    done = deckwright("diff", *arguments, cwd=released)
    assert done.code == 2
    assert message in done.err


def test_a_faulty_deck_is_told_instead_of_compared(released: Path) -> None:
    write_project(released, BASE + "    - x\n")
    done = deckwright("diff", "1.0.0", cwd=released)
    assert done.code == 1
    assert "error[short-note]" in done.err


def test_numbers_go_up_by_what_is_new() -> None:
    news = compare_editions(Releases().edition(), Releases().edition())
    assert verb.propose(None, news)[0] == (1, 0, 0)
    assert verb.propose(Version(1, 9, 9), news)[0] == (1, 9, 10)
