"""`deckwright publish`: a release, and a site that anyone can host, the same bytes for the same sources."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from deckwright.apkg.read import read_package
from pictures import encoded
from support import deckwright, write_project

if TYPE_CHECKING:
    from pathlib import Path

FIRST, SECOND, THIRD = "1767225600", "1768225600", "1769225600"
HEAD = "deck: Pharmacology::Zoo\nid: zoo-x7k2\nlicense: CC-BY-4.0\nauthors: [Ada]\n"
BOUNDED = """
import resource
from deckwright.cli import main
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
main()
"""
# Publishes, and kills itself when it opens, renames or removes a file of the project for the nth time.
KILLED = """
import os, signal, sys
folder, left = os.path.realpath(os.getcwd()), int(sys.argv.pop())
def audit(event, arguments):
    global left
    path = arguments[0] if arguments else None
    if (event == "open" or event.startswith("os.")) and isinstance(path, (str, os.PathLike)):
        left -= os.path.abspath(path).startswith(folder)
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
from deckwright.cli import main
sys.argv = ["deckwright", "publish", "-q"]
sys.addaudithook(audit)
try:
    main()
finally:
    print(left)
"""
MANY = 1_000_000
NOTES = """\
sections:
  Birds:
    - fact: Goose
      mnemonic: Goo's
      explanation: It hisses.
    - Swan ~ Swain
  Cats:
    - Lion ~ Line
"""


def publish(folder: Path, *options: str, epoch: str = FIRST, code: int = 0) -> str:
    done = deckwright("publish", folder, *options, SOURCE_DATE_EPOCH=epoch)
    assert done.code == code, done.err + done.out
    return done.err + done.out


def files(folder: Path) -> dict[str, str]:
    """Return the checksum of every file by its name."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths
    }


def times(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    return write_project(tmp_path / "zoo", HEAD + NOTES)


def course(folder: Path, decks: int = 3) -> Path:
    """Make a project of several decks."""
    root = write_project(
        folder, "deck: Course\nid: course-x7k2\nlicense: private\ntitle: Course\ndecks: decks/*.yaml\n"
    )
    (root / "decks").mkdir()
    for number in range(decks):
        notes = f"notes:\n  - Fact {number} ~ Mnemonic {number}\n  - Other {number} ~ Otter {number}\n"
        deck = f"deck: Course::Deck {number}\nid: course-deck-{number}\n{notes}"
        (root / "decks" / f"{number}.yaml").write_text(deck, "utf-8")
    return root


def test_a_site_holds_all_that_a_classmate_needs(zoo: Path) -> None:
    told = publish(zoo)
    assert "1.0.0: the first release" in told
    assert "site/index.html" in told
    found = files(zoo / "site")
    assert {
        *("index.html", "zoo-1.0.0.apkg", "zoo-1.0.0-source.zip", "message.txt", "ankiweb.txt"),
        *("CHANGELOG.md", "deck.json", "SHA256SUMS", "cards/1.js", "cards/2.js", ".nojekyll"),
    } <= found.keys()
    lines = (zoo / "site" / "SHA256SUMS").read_text("utf-8").splitlines()
    listed = {name: sum_ for sum_, name in (line.split("  ", 1) for line in lines)}
    assert listed == {
        name: sum_ for name, sum_ in found.items() if name not in ("SHA256SUMS", ".deckwright-site")
    }
    assert {note.guid for note in read_package(zoo / "site" / "zoo-1.0.0.apkg").notes} == {
        note["guid"] for note in json.loads((zoo / "site" / "deck.json").read_text("utf-8"))["notes"]
    }
    assert (zoo / "site" / "message.txt").read_text("utf-8").strip() in told


def test_publishing_again_changes_no_byte(zoo: Path) -> None:
    publish(zoo)
    before, stamps = files(zoo), times(zoo / "site")
    told = publish(zoo, epoch=SECOND)
    assert "Nothing is new since 1.0.0" in told
    assert files(zoo) == before
    assert times(zoo / "site") == stamps


def test_a_package_that_only_says_more_of_itself_is_told(zoo: Path) -> None:
    publish(zoo)
    (zoo / "cards.yaml").write_text(f"summary: Of animals.\n{HEAD}{NOTES}", "utf-8")
    told = publish(zoo, epoch=SECOND)
    assert "so zoo-1.0.0.apkg is another file now" in told
    assert "another file" not in publish(zoo, epoch=SECOND)


def test_one_changed_note_changes_only_the_files_that_show_it(zoo: Path) -> None:
    publish(zoo)
    before = files(zoo / "site")
    (zoo / "cards.yaml").write_text(HEAD + NOTES.replace("It hisses", "It hisses loudly"), "utf-8")
    publish(zoo, epoch=SECOND)
    after = files(zoo / "site")
    assert {name for name in before.keys() & after.keys() if before[name] != after[name]} == {
        *("index.html", "cards/1.js", "deck.json", "message.txt", "CHANGELOG.md", "SHA256SUMS"),
        "ankiweb.txt",
    }
    assert after.keys() - before.keys() == {"zoo-1.0.1.apkg", "zoo-1.0.1-source.zip"}
    assert before.keys() - after.keys() == {"zoo-1.0.0.apkg", "zoo-1.0.0-source.zip"}


def test_in_a_course_only_the_deck_that_changed_is_another(tmp_path: Path) -> None:
    root = course(tmp_path / "course")
    publish(root)
    before = files(root / "site")
    assert {
        "index.html",
        "deck-1/index.html",
        "deck-1/deck-1-1.0.0.apkg",
        "course-1.0.0.apkg",
    } <= before.keys()
    changed = root / "decks" / "1.yaml"
    changed.write_text(changed.read_text("utf-8").replace("Mnemonic 1", "Mnemosyne 1"), "utf-8")
    publish(root, epoch=SECOND)
    after = files(root / "site")
    differ = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert not [name for name in differ if name.startswith(("deck-0/", "deck-2/", "media/", "assets/"))]
    assert "deck-1/deck-1-1.0.1.apkg" in differ
    assert "deck-0/deck-0-1.0.0.apkg" in after
    shards = {name for name in differ if name.startswith("search/")}
    assert shards
    assert all("Mnemosyne" in (root / "site" / name).read_text("utf-8") for name in shards & after.keys())


def test_each_package_and_the_one_for_all_are_one_project(tmp_path: Path) -> None:
    root = course(tmp_path / "course")
    publish(root)
    whole = {note.guid: note for note in read_package(root / "site" / "course-1.0.0.apkg").notes}
    parts = [read_package(path) for path in sorted((root / "site").glob("deck-*/*.apkg"))]
    assert {note.guid: note for part in parts for note in part.notes} == whole


def test_the_source_becomes_the_same_deck_again(zoo: Path, tmp_path: Path) -> None:
    (zoo / "secret.txt").write_text("mine", "utf-8")
    (zoo / ".env").write_text("mine", "utf-8")
    publish(zoo)
    source = zoo / "site" / "zoo-1.0.0-source.zip"
    with zipfile.ZipFile(source) as archive:
        assert set(archive.namelist()) == {"cards.yaml", "cards.lock", "releases/1.0.0.jsonl"}
    assert deckwright("new", tmp_path / "again", "--from", source).code == 0
    publish(tmp_path / "again", epoch=SECOND)
    again = files(tmp_path / "again" / "site")
    assert again["zoo-1.0.0.apkg"] == files(zoo / "site")["zoo-1.0.0.apkg"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--version", "1.0.0"], "`1.0.0` is not larger than the last release, 1.0.0; the next is 1.1.0"),
        (["--version", "1.0.1"], "`1.0.1` is too small, since there are new notes; take 1.1.0"),
        (["--version", "newest"], "`newest` is no version"),
        (["--without-images", "goose.png"], "no card shows `goose.png`; write the name as"),
        (["--with-images", "goose.png"], "nothing was left out as `goose.png`"),
    ],
)
def test_wishes_that_cannot_be_met_are_refused(options: list[str], told: str, zoo: Path) -> None:
    publish(zoo)
    (zoo / "cards.yaml").write_text(HEAD + NOTES + "    - Lynx ~ Links\n", "utf-8")
    before = files(zoo)
    assert told in publish(zoo, *options, epoch=SECOND, code=2)
    assert files(zoo) == before


def test_a_number_without_news_is_refused(zoo: Path) -> None:
    publish(zoo)
    assert "nothing is new since 1.0.0" in publish(zoo, "--version", "2.0.0", code=2)
    publish(zoo, "--version", "1.0.0")


def test_a_folder_of_something_else_is_left_alone(zoo: Path) -> None:
    (zoo / "site").mkdir()
    (zoo / "site" / "thesis.md").write_text("mine", "utf-8")
    assert "holds other files" in publish(zoo, code=2)
    assert files(zoo / "site").keys() == {"thesis.md"}
    (zoo / "cards.txt").write_text("mine", "utf-8")
    assert "is no folder" in publish(zoo, "-o", str(zoo / "cards.txt"), code=2)


@pytest.mark.parametrize("there", ["SHA256SUMS", ".bashrc", "index.html"])
def test_a_folder_that_is_no_site_of_ours_is_left_alone(there: str, zoo: Path) -> None:
    other = zoo.parent / "downloads"
    other.mkdir()
    (other / there).write_text(f"{hashlib.sha256(b'').hexdigest()}  thesis.pdf\n", "utf-8")
    (other / "thesis.pdf").touch()
    before = files(zoo.parent)
    assert "holds other files" in publish(zoo, "-o", str(other), code=2)
    assert files(zoo.parent) == before


def test_the_site_of_another_deck_is_left_alone(zoo: Path, tmp_path: Path) -> None:
    publish(zoo)
    other = write_project(tmp_path / "other", HEAD.replace("zoo-x7k2", "park-x7k2") + NOTES)
    before = files(zoo)
    assert "is the site of `zoo-x7k2`, another deck" in publish(other, "-o", str(zoo / "site"), code=2)
    assert files(zoo) == before
    assert not (other / "releases").exists()


def test_nothing_is_written_through_a_link(zoo: Path) -> None:
    publish(zoo)
    outside = zoo.parent / "outside"
    shutil.move(zoo / "site" / "assets", outside)
    (outside / "site.css").write_text("mine", "utf-8")
    (zoo / "site" / "assets").symlink_to(outside)
    assert "leads out of the site's folder" in publish(zoo, code=2)
    assert (outside / "site.css").read_text("utf-8") == "mine"


def test_somebody_elses_file_is_never_replaced(zoo: Path) -> None:
    publish(zoo)
    (zoo / "site" / "zoo-1.0.1.apkg").write_text("mine", "utf-8")
    (zoo / "cards.yaml").write_text(HEAD + NOTES.replace("hisses", "bites"), "utf-8")
    assert "is no file of this site" in publish(zoo, epoch=SECOND, code=2)
    assert (zoo / "site" / "zoo-1.0.1.apkg").read_text("utf-8") == "mine"


def test_the_folder_of_a_deck_stays_its_own(tmp_path: Path) -> None:
    root = course(tmp_path / "course", 0)
    names = {
        "one": "Course::A::Heart",
        "two": "Course::B::Heart",
        "three": "Course::قلب",
        "four": "Course::Con",
    }
    for name, deck in names.items():
        notes = f"notes:\n  - Fact {name} ~ Mnemonic\n  - Other {name} ~ Otter\n"
        text = f'deck: "{deck}"\nid: course-{name}\n{notes}'
        (root / "decks" / f"{name}.yaml").write_text(text, "utf-8")
    publish(root)
    rooms = {
        json.loads(path.read_text("utf-8"))["id"]: path.parent.name
        for path in (root / "site").glob("*/deck.json")
    }
    assert rooms["course-one"] == "a-heart"
    assert rooms["course-two"] == "b-heart"
    assert rooms["course-three"].startswith("deck-")
    assert rooms["course-four"].startswith("con-")
    (root / "decks" / "one.yaml").unlink()
    publish(root, "--yes", epoch=SECOND)
    assert not (root / "site" / "a-heart").exists()
    assert (root / "site" / "b-heart" / "b-heart-1.0.0.apkg").exists()


def test_other_files_on_a_site_stay(zoo: Path) -> None:
    publish(zoo)
    (zoo / "site" / "CNAME").write_text("zoo.example.org\n", "utf-8")
    sums = zoo / "site" / "SHA256SUMS"
    outside = zoo / "precious"
    outside.write_text("mine", "utf-8")
    lines = [
        f"{hashlib.sha256(b'mine').hexdigest()}  {name}\n" for name in ("../precious", str(outside), "CNAME")
    ]
    sums.write_text(sums.read_text("utf-8") + "".join(lines), "utf-8")
    publish(zoo)
    assert outside.read_text("utf-8") == "mine"
    assert (zoo / "site" / "CNAME").exists()


def test_a_dry_run_writes_nothing(zoo: Path) -> None:
    before = files(zoo)
    assert "Nothing was written" in publish(zoo, "--dry-run")
    assert files(zoo) == before


def test_a_deck_without_a_licence_is_not_published(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "zoo", HEAD.replace("license: CC-BY-4.0\n", "") + NOTES)
    told = publish(folder, code=1)
    assert "error[license-missing]" in told
    assert not (folder / "site").exists()
    assert not (folder / "cards.lock").exists()


def test_a_private_deck_is_for_the_class(zoo: Path) -> None:
    (zoo / "cards.yaml").write_text(HEAD.replace("CC-BY-4.0", "private") + NOTES, "utf-8")
    publish(zoo)
    page = (zoo / "site" / "index.html").read_text("utf-8")
    assert '<meta name="robots" content="noindex, nofollow">' in page
    assert "For our class" in page


def test_what_is_gone_has_its_search(zoo: Path) -> None:
    publish(zoo)
    (zoo / "cards.yaml").write_text(HEAD + NOTES.replace("    - Swan ~ Swain\n", ""), "utf-8")
    publish(zoo, "--yes", epoch=SECOND)
    page = (zoo / "site" / "index.html").read_text("utf-8")
    assert "zoo-x7k2/birds/swan" in page
    assert "Suspend" in (zoo / "site" / "message.txt").read_text("utf-8")


def test_the_update_is_rehearsed_where_anki_is_there(zoo: Path) -> None:
    publish(zoo)
    (zoo / "cards.yaml").write_text(HEAD + NOTES.replace("hisses", "bites"), "utf-8")
    assert deckwright("build", zoo, SOURCE_DATE_EPOCH=SECOND).code == 0
    assert "Tried in Anki: 1 updated, 0 new, 0 reviews lost" in publish(zoo, epoch=SECOND)


@pytest.mark.parametrize("many", [False, True])
def test_a_lost_lock_comes_back_from_the_site(many: bool, tmp_path: Path, zoo: Path) -> None:  # noqa: FBT001
    folder = course(tmp_path / "course") if many else zoo
    publish(folder)
    before = files(folder)
    (folder / "cards.lock").unlink()
    shutil.rmtree(folder / "build")
    assert "lock-recovered" in publish(folder, epoch=SECOND)
    after = files(folder)
    assert {name: sum_ for name, sum_ in before.items() if name.endswith((".apkg", ".lock"))}.items() <= (
        after.items()
    )


def test_pictures_left_out_travel_nowhere(tmp_path: Path) -> None:
    picture = encoded(Image.new("RGB", (300, 200), "teal"), "PNG")
    notes = "notes:\n  - {fact: Goose, mnemonic: Goo's, image: goose.png, credit: a book}\n  - Swan ~ Swain\n"
    folder = write_project(tmp_path / "zoo", HEAD + notes, goose_png=picture)
    publish(folder)
    assert [name for name in files(folder / "site") if name.startswith("media/_goose")]
    assert "did you mean `goose.png`?" in publish(folder, "--without-images", "media/Goose.png", code=2)
    told = publish(folder, "--without-images", "goose.png", epoch=SECOND)
    assert "1.0.1" in told
    assert not [name for name in files(folder / "site") if "goose" in name]
    package = read_package(folder / "site" / "zoo-1.0.1.apkg")
    assert not [one.name for one in package.media if "goose" in one.name]
    assert [
        note
        for note in package.notes
        if any("Left out of this package: goose.png" in one for one in note.fields)
    ]
    with zipfile.ZipFile(folder / "site" / "zoo-1.0.1-source.zip") as archive:
        assert "media/goose.png" not in archive.namelist()
    unpacked = deckwright("unpack", folder / "site" / "zoo-1.0.1.apkg", tmp_path / "again")
    assert unpacked.code == 0, unpacked.err
    before = files(folder)
    assert "Nothing is new" in publish(folder, epoch=THIRD)  # it stays out
    assert deckwright("build", folder, "--locked").code == 0
    assert files(folder / "site") == {
        name.removeprefix("site/"): sum_ for name, sum_ in before.items() if name.startswith("site/")
    }
    again = (tmp_path / "again" / "cards.yaml").read_text("utf-8")
    assert "Left out" not in again
    assert "\ncredit: a book\n" in again
    publish(folder, "--with-images", "goose.png", epoch=THIRD)
    assert [name for name in files(folder / "site") if name.startswith("media/_goose")]


def test_the_source_holds_every_picture_that_cards_show(tmp_path: Path) -> None:
    picture = encoded(Image.new("RGB", (30, 20), "teal"), "PNG")
    notes = "notes:\n  - {fact: Käse, mnemonic: Kees, image: käse.png}\n  - {fact: Swan, image: link.png}\n"
    folder = write_project(
        tmp_path / "zoo", f"{HEAD}credit: mine\n{notes}", swan_png=picture, unused_png=picture
    )
    (folder / "media" / "ka\u0308se.png").write_bytes(picture)  # as a Mac spells it
    (folder / "media" / "link.png").symlink_to("swan.png")
    publish(folder)
    again = tmp_path / "again"
    assert deckwright("new", again, "--from", folder / "site" / "zoo-1.0.0-source.zip").code == 0
    assert deckwright("build", again, "--locked").code == 0
    assert not (again / "media" / "unused.png").exists()


def test_what_a_killed_run_laid_goes_with_its_picture(tmp_path: Path) -> None:
    picture = encoded(Image.new("RGB", (300, 200), "teal"), "PNG")
    notes = "notes:\n  - {fact: Goose, mnemonic: Goo's, image: goose.png, credit: a book}\n  - Swan ~ Swain\n"
    folder = write_project(tmp_path / "zoo", HEAD + notes, goose_png=picture)
    whole = tmp_path / "whole"
    shutil.copytree(folder, whole)
    calls = MANY - int(until(whole, MANY).stdout)
    assert until(folder, round(calls * 0.95)).returncode == -signal.SIGKILL
    assert [name for name in files(folder / "site") if "goose" in name or name.endswith(".apkg")]
    publish(folder, "--without-images", "goose.png", epoch=THIRD)
    assert not [
        name for name in files(folder / "site") if "goose" in name or name.endswith((".new", ".partial"))
    ]
    packages = [path.name for path in (folder / "site").glob("*.apkg")]
    assert packages == ["zoo-1.0.1.apkg"]


def test_the_example_is_fit_to_be_shared(tmp_path: Path) -> None:
    assert deckwright("new", tmp_path / "atlas", "--example").code == 0
    publish(tmp_path / "atlas")


@pytest.mark.parametrize("notes", [10, pytest.param(500, marks=pytest.mark.slow)])
def test_a_site_of_forty_decks_is_published_in_bounded_memory(notes: int, tmp_path: Path) -> None:
    root = course(tmp_path / "course", 0)
    for deck in range(40):
        lines = (f"  - Fact {deck}.{number} of many ~ Mnemonic {number}\n" for number in range(notes))
        text = f"deck: Course::Deck {deck}\nid: course-deck-{deck}\nnotes:\n{''.join(lines)}"
        (root / "decks" / f"{deck}.yaml").write_text(text, "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", BOUNDED, "publish", root, "-q"], capture_output=True, check=False, timeout=500
    )
    assert done.returncode == 0, done.stderr.decode()
    assert len([name for name in files(root / "site") if name.endswith(".apkg")]) == 41


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.97])
def test_a_publishing_that_was_killed_is_finished_by_the_next(
    share: float, zoo: Path, tmp_path: Path
) -> None:
    publish(zoo)
    (zoo / "cards.yaml").write_text(HEAD + NOTES.replace("hisses", "bites"), "utf-8")
    whole = tmp_path / "whole"
    shutil.copytree(zoo, whole)
    calls = MANY - int(until(whole, MANY).stdout)
    assert until(zoo, max(1, round(calls * share))).returncode == -signal.SIGKILL
    publish(zoo, epoch=SECOND)
    assert files(zoo / "site") == files(whole / "site")
    assert (zoo / "cards.lock").read_bytes() == (whole / "cards.lock").read_bytes()


def until(folder: Path, call: int) -> subprocess.CompletedProcess[bytes]:
    """Publish until the nth call."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": SECOND}
    return subprocess.run(
        [sys.executable, "-c", KILLED, str(call)],
        cwd=folder,
        env=environment,
        capture_output=True,
        check=False,
        timeout=120,
    )
