"""Several authors and one deck: clones, branches and merges with the real git, and what they build."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import time
import zipfile
from pathlib import Path

import pytest

from deckwright.apkg.read import Package, read_package
from support import Ran, deckwright, write_project

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")

ONE, TWO, THREE, FOUR = "1767225600", "1767312000", "1767398400", "1767484800"
HEAD = (
    "deck: A::Birds\nid: birds-k3x9\nlicense: private\nignore: [explanation-missing, explanation-off-topic,"
    " scene-too-small, section-too-long, regions-overlap, mnemonic-without-echo, region-too-small]\n"
    "scene: {file: pond.png, alt: A pond}\nsections:\n  Wäter:\n"
)
FACTS = [f"Bird {number}" for number in range(12)]
PACKAGE = Path("build") / "birds.apkg"


def note(fact: str, mnemonic: str, explanation: str = "one\n\n          - two\n          - three") -> str:
    return (
        f"    - fact: {fact}\n      mnemonic: {mnemonic}\n      region: [1, 2, 3, 4]\n"
        f"      explanation: |\n          {explanation}\n"
    )


SOURCE = HEAD + "".join(note(fact, f"Brr {fact}") for fact in FACTS)
# In the lock, whose order is that of guids, the lines of the birds 3 and 6 stand next to each other.
EDITED = {
    "ours": {"Bird 3": "Tree", "Bird 8": "Bait"},
    "theirs": {"Bird 6": "Sticks", "Bird 11": "Bell even"},
}


def git(folder: Path, *arguments: str, fails: bool = False) -> str:
    """Run git as nobody in particular, with no settings but the repository's own."""
    done = subprocess.run(
        ["git", "-c", "user.name=N", "-c", "user.email=n@example.org", *arguments],
        cwd=folder,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert bool(done.returncode) == fails, done.stdout + done.stderr
    return done.stdout


def build(folder: Path, *arguments: str | Path, now: str = "", **environment: str) -> Ran:
    """Build, which has to go well."""
    done = deckwright("build", *arguments, cwd=folder, SOURCE_DATE_EPOCH=now, **environment)
    assert done.code == 0, done.err
    return done


def notes(folder: Path) -> dict[str, tuple[str, int, str]]:
    """Return guid, stamp and mnemonic of each note by its fact."""
    package = read_package(folder / PACKAGE)
    return {note.fields[1]: (note.guid, note.modified, note.fields[2]) for note in package.notes}


def commit(folder: Path, source: str, message: str) -> None:
    (folder / "cards.yaml").write_text(source, "utf-8", newline="\n")
    git(folder, "commit", "-qam", message)


@pytest.fixture
def repository(tmp_path: Path, dot_png: bytes) -> Path:
    """Return a repository with a deck, its first release and its lock."""
    folder = write_project(tmp_path / "origin", SOURCE, pond_png=dot_png)
    (folder / ".gitignore").write_text("build/\n.deckwright/\n", "utf-8")
    build(folder, now=ONE)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first")
    return folder


# --- the same commit, on two machines -----------------------------------------------------------


def clone(repository: Path, name: str, *options: str) -> Path:
    folder = repository.parent / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    git(repository.parent, "clone", "-q", *options, str(repository), str(folder))
    return folder


def test_two_people_who_build_one_commit_get_the_same_bytes(repository: Path) -> None:
    ann, bob = clone(repository, "ann"), clone(repository, "far away/Böb's cards")
    build(ann, TZ="America/Lima", LC_ALL="C", PYTHONHASHSEED="1")
    mask = os.umask(0o077)
    try:
        build(
            repository.parent,
            bob,
            now=THREE,
            TZ="Asia/Tokyo",
            LC_ALL="C.UTF-8",
            PYTHONHASHSEED="2",
            PYTHONUTF8="1",
        )
    finally:
        os.umask(mask)
    for name in (PACKAGE, Path("cards.lock")):
        assert (ann / name).read_bytes() == (bob / name).read_bytes() == (repository / name).read_bytes()
    assert git(ann, "status", "--porcelain") == git(bob, "status", "--porcelain") == ""


def test_two_people_who_build_the_same_edit_at_one_time_get_the_same_bytes_and_lock(repository: Path) -> None:
    commit(repository, SOURCE.replace("Brr Bird 3", "Brrr") + note("New bird", "Nude"), "edit")
    ann, bob = clone(repository, "ann"), clone(repository, "bob")
    for folder in (ann, bob):
        (folder / "cards.yaml").touch()
        build(folder, now=TWO)
        time.sleep(0.01)
    for name in (PACKAGE, Path("cards.lock")):
        assert (ann / name).read_bytes() == (bob / name).read_bytes()


def test_a_note_that_two_people_add_is_one_note(repository: Path) -> None:
    ann, bob = clone(repository, "ann"), clone(repository, "bob")
    for folder, now in ((ann, TWO), (bob, THREE)):
        commit(folder, SOURCE + note("New bird", "Nude"), "edit")
        build(folder, now=now)
    assert notes(ann)["New bird"][0] == notes(bob)["New bird"][0]


def test_line_ends_that_git_gave_the_files_change_nothing(repository: Path) -> None:
    folder = clone(repository, "windows", "-c", "core.autocrlf=true")
    for name in ("cards.yaml", "cards.lock"):
        assert (folder / name).read_bytes() == (repository / name).read_bytes().replace(b"\n", b"\r\n")
    assert "0 new, 0 updated, 12 untouched" in build(folder, "--locked", now=TWO).err
    assert (folder / PACKAGE).read_bytes() == (repository / PACKAGE).read_bytes()
    commit(folder, SOURCE.replace("Brr Bird 3", "Brrr"), "edit")
    assert "0 new, 1 updated, 11 untouched" in build(folder, now=TWO).err
    changed = [line for line in git(folder, "diff", "cards.lock").splitlines() if line[:1] in "+-"]
    assert len([line for line in changed if line[:3] not in ("+++", "---")]) == 2


# --- branches -----------------------------------------------------------------------------------


def branches(repository: Path, *, locks: tuple[str, str] | None, merged: bool = True) -> None:
    """Edit other notes on two branches and merge them; *locks* are when each builds its lock, if it does."""
    for index, branch in enumerate(EDITED):
        git(repository, "checkout", "-qb", branch, "main")
        source = SOURCE
        for fact, mnemonic in EDITED[branch].items():
            source = source.replace(f"mnemonic: Brr {fact}\n", f"mnemonic: {mnemonic}\n")
        (repository / "cards.yaml").write_text(source, "utf-8", newline="\n")
        if locks:
            (repository / PACKAGE).unlink()  # each has a working copy of their own
            build(repository, now=locks[index])
        git(repository, "commit", "-qam", branch)
    git(repository, "checkout", "-q", "ours")
    if merged:
        git(repository, "merge", "-q", "--no-edit", "theirs")


def test_branches_that_left_the_lock_alone_merge_without_a_conflict(repository: Path) -> None:
    before = notes(repository)
    branches(repository, locks=None)
    assert git(repository, "diff", "main", "--", "cards.lock") == ""
    assert "0 new, 4 updated, 8 untouched" in build(repository, now=TWO).err
    after = notes(repository)
    for fact in FACTS:
        assert after[fact][0] == before[fact][0]
        assert after[fact][1] == int(TWO if fact in EDITED["ours"] | EDITED["theirs"] else ONE)
    assert len(git(repository, "diff", "--unified=0", "cards.lock").splitlines()) >= 8


def test_a_pull_requests_job_reports_and_leaves_the_lock_alone(repository: Path) -> None:
    commit(repository, SOURCE.replace("fact: Bird 3", "fact: Bird three"), "rename")
    said = deckwright("diff", PACKAGE, cwd=repository)
    assert "Bird three: renamed from Birds › Wäter › Bird 3" in said.out
    assert deckwright("check", cwd=repository).code == 0
    twins = (
        SOURCE.replace("Brr Bird 3\n", "Twin\n").replace("Brr Bird 4\n", "Twin\n").replace("two", "deux", 1)
    )
    commit(repository, twins, "twins")
    build(repository, now=TWO)
    git(repository, "commit", "-qam", "lock")
    commit(
        repository, twins.replace("fact: Bird 3", "fact: Auk").replace("fact: Bird 4", "fact: Emu"), "both"
    )
    found = deckwright("check", "--format", "concise", cwd=repository)
    assert found.code == 1
    assert found.out.count("error[ambiguous-note]") == 2
    assert "add `id: wäter/bird-3` or `id: wäter/bird-4`" in found.out
    assert git(repository, "status", "--porcelain") == ""


@pytest.mark.parametrize("locks", [(TWO, THREE), (THREE, TWO), (TWO, TWO)])
def test_locks_that_were_merged_by_union_are_whole(locks: tuple[str, str], repository: Path) -> None:
    (repository / ".gitattributes").write_text("cards.lock merge=union\n", "utf-8")
    git(repository, "add", ".gitattributes")
    git(repository, "commit", "-qm", "union")
    branches(repository, locks=locks)
    assert_merged(repository, locks)


@pytest.mark.parametrize("style", ["merge", "diff3"])
def test_locks_that_were_merged_with_conflicts_are_read_through(style: str, repository: Path) -> None:
    """The lock lies as git left it; the source has no conflict."""
    git(repository, "config", "merge.conflictStyle", style)
    branches(repository, locks=(TWO, THREE), merged=False)
    said = git(repository, "merge", "-q", "--no-edit", "theirs", fails=True)
    assert "CONFLICT (content): Merge conflict in cards.lock" in said
    assert git(repository, "diff", "--name-only", "--diff-filter=U") == "cards.lock\n"
    assert ("|||||||" in (repository / "cards.lock").read_text("utf-8")) == (style == "diff3")
    assert_merged(repository, (TWO, THREE))


def assert_merged(repository: Path, locks: tuple[str, str]) -> None:
    """Build after a merge: every edit has the stamp of its first build, and every note its guid."""
    before = {line["fact"]: line for line in lines(git(repository, "show", "main:cards.lock"))}
    (repository / PACKAGE).unlink()
    build(repository, now=FOUR)
    after = notes(repository)
    for fact in FACTS:
        mnemonic = (EDITED["ours"] | EDITED["theirs"]).get(fact, f"Brr {fact}")
        stamp = locks[0] if fact in EDITED["ours"] else locks[1] if fact in EDITED["theirs"] else ONE
        assert after[fact] == (before[fact]["guid"], int(stamp), mnemonic)
    text = (repository / "cards.lock").read_text("utf-8")
    assert [line["guid"] for line in lines(text)] == sorted(str(line["guid"]) for line in before.values())
    assert deckwright("build", "--locked", cwd=repository).err.count("warning") == 0


def lines(lock: str) -> list[dict[str, object]]:
    """Return the lines of the notes; a marker would be no JSON."""
    return [line for line in map(json.loads, lock.splitlines()) if line["kind"] == "note"]


@pytest.mark.parametrize("kept", ["ours", "theirs", "both"])
def test_a_note_edited_on_both_sides_reaches_the_readers_of_both(kept: str, repository: Path) -> None:
    """Ann's readers have her text since TWO, Bob's have his since THREE; whoever's wins must reach all."""
    (repository / ".gitattributes").write_text("cards.lock merge=union\n", "utf-8")
    git(repository, "add", ".gitattributes")
    git(repository, "commit", "-qm", "union")
    texts = {"ours": "Ann's", "theirs": "Bob's", "both": "Ann's and Bob's"}
    for branch, now in (("ours", TWO), ("theirs", THREE)):
        git(repository, "checkout", "-qb", branch, "main")
        (repository / "cards.yaml").write_text(
            SOURCE.replace("Brr Bird 3", texts[branch]), "utf-8", newline="\n"
        )
        (repository / PACKAGE).unlink()
        build(repository, now=now)
        git(repository, "commit", "-qam", branch)
    git(repository, "merge", "-q", "--no-edit", "ours", fails=True)
    (repository / "cards.yaml").write_text(SOURCE.replace("Brr Bird 3", texts[kept]), "utf-8", newline="\n")
    (repository / PACKAGE).unlink()
    done = build(repository, now=FOUR)
    assert "warning[lock-merged]: two lines are about" in done.err
    found = notes(repository)["Bird 3"]
    assert found[1:] == (int(THREE if kept == "theirs" else FOUR), texts[kept])
    assert {stamp for fact, (_, stamp, _) in notes(repository).items() if fact != "Bird 3"} == {int(ONE)}


def test_two_new_notes_with_one_id_of_anki_get_two(repository: Path) -> None:
    lock = repository / "cards.lock"
    first, second = (
        line for line in lock.read_text("utf-8").splitlines() if '"Bird 1"' in line or '"Bird 2"' in line
    )
    nid = json.loads(first)["nid"]
    lock.write_text(lock.read_text("utf-8").replace(str(json.loads(second)["nid"]), str(nid)), "utf-8")
    build(repository, now=TWO)
    ids = {note.fields[1]: note.id for note in read_package(repository / PACKAGE).notes}
    assert len(set(ids.values())) == len(FACTS) + 1, "the scene has a note too"
    assert ids["Bird 1"] == nid, "the later key gets a new one"
    assert [line["nid"] for line in lines(lock.read_text("utf-8")) if line["fact"] == "Bird 2"] == [
        ids["Bird 2"]
    ]
    assert {stamp for _, stamp, _ in notes(repository).values()} == {int(ONE)}


# --- what a package holds of anyone -------------------------------------------------------------


def test_a_package_carries_no_reviews_and_no_presets(repository: Path) -> None:
    """Nothing of its author's own collection, over any number of builds."""
    commit(repository, SOURCE.replace("Brr Bird 3", "Brrr") + note("New bird", "Nude"), "edit")
    build(repository, now=TWO)
    package: Package = read_package(repository / PACKAGE)
    assert package.revlog == 0
    assert not any(card.studied for note in package.notes for card in note.cards)
    with zipfile.ZipFile(repository / PACKAGE) as archive:
        (repository / "x.anki2").write_bytes(archive.read("collection.anki2"))
    with sqlite3.connect(repository / "x.anki2") as database:
        ((presets, decks),) = database.execute("SELECT dconf, decks FROM col").fetchall()
        assert database.execute("SELECT count(*) FROM revlog").fetchall() == [(0,)]
        assert database.execute("SELECT DISTINCT type, queue, ivl, reps, lapses FROM cards").fetchall() == [
            (0, 0, 0, 0, 0)
        ]
    database.close()
    assert [preset["name"] for preset in json.loads(presets).values()] == ["Default"]
    assert {deck["conf"] for deck in json.loads(decks).values()} == {1}
