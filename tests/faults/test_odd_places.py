"""File names, folders, locales, line ends and letter cases of other systems: the same deck everywhere."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

import pytest

from deckwright.apkg.read import read_package
from faulty import COMMANDS, ONE, TWO, differing, fresh, mostly_slow, posix, seen
from support import deckwright, write_project

if TYPE_CHECKING:
    from pathlib import Path

    from support import Ran

# No locale, and none of what Python does by itself to make up for that.
PLAIN = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""}
LOCALES = {"C": {"LC_ALL": "C"}, "C without UTF-8": PLAIN, "POSIX": {"LC_ALL": "POSIX", "PYTHONUTF8": "0"}}
ODD = 'it\'s "two" words 🦆\n%s {x} $HOME'
FOLDERS = (ODD, "ö" * 120 + "x" * 10)
CODE_PAGES = (b"K\xe4se.png", b"\x93quoted\x94.png", b"\xff\xfe.png", b"a\nb.png")
PLACES = ("build", "publish", "merge", "unpack", "import", "fix")
SOURCE = "deck: Zoo\nid: zoo-x7k2\nlicense: private\nnotes:\n  - Goose ~ Gus\n"


def went_well(done: Ran) -> Ran:
    assert done.code == 0, done.err
    return done


@pytest.mark.parametrize("locale", mostly_slow(LOCALES, ["C without UTF-8"]))
def test_without_a_locale_the_package_is_the_same(locale: str, tmp_path: Path, dot_png: bytes) -> None:
    made = []
    for name, environment in (("here", {}), ("there", LOCALES[locale])):
        folder = write_project(
            tmp_path / name, SOURCE + "  - {fact: Käse → 🧀, image: Käse.png}\n", Käse_png=dot_png
        )
        went_well(deckwright("publish", "-q", cwd=folder, SOURCE_DATE_EPOCH=ONE, **environment))
        made.append({name: data for name, data in seen(folder).items() if not name.startswith("media")})
    assert differing(*made) == []


@posix
@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("command", mostly_slow(PLACES, ["merge"]))
def test_a_project_may_lie_in_a_folder_of_any_name(
    folder: str, command: str, zoo: Path, tmp_path: Path
) -> None:
    here, there = fresh(zoo, tmp_path / "here"), fresh(zoo, tmp_path / folder)
    went_well(COMMANDS[command].run(here))
    went_well(COMMANDS[command].run(there))
    assert set(differing(seen(here), seen(there))) <= {"draft.yaml"}, "whose id is random"


@posix
@pytest.mark.parametrize("stem", [ODD, "é" * 122, "x" * 250])
def test_a_package_may_have_any_name_that_the_disk_takes(stem: str, zoo: Path, tmp_path: Path) -> None:
    folder, out = fresh(zoo, tmp_path / "zoo"), tmp_path / f"{stem}.apkg"
    went_well(deckwright("build", "-o", out, cwd=folder, SOURCE_DATE_EPOCH=TWO))
    assert len(read_package(out).notes) == 4
    assert [path for path in tmp_path.iterdir() if path.is_file()] == [out]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
@pytest.mark.parametrize("name", mostly_slow(CODE_PAGES, CODE_PAGES[:1]))
def test_a_picture_named_in_a_windows_code_page_is_told_where_it_is_missed(
    name: bytes, zoo: Path, tmp_path: Path, dot_png: bytes
) -> None:
    folder = fresh(zoo, tmp_path / "zoo")
    with open(os.path.join(os.fsencode(folder / "media"), name), "wb") as file:  # noqa: PTH118, PTH123 - bytes
        file.write(dot_png)
    before = seen(folder / "build")
    done = went_well(COMMANDS["build"].run(folder, "--dry-run"))
    assert "Traceback" not in done.err
    text = (folder / "cards.yaml").read_text("utf-8")
    (folder / "cards.yaml").write_text(text + "    - {fact: Cheese, image: Käse.png}\n", "utf-8")
    done = COMMANDS["build"].run(folder)
    assert done.code == 1
    assert "error[missing-picture]" in done.err
    assert differing(before, seen(folder / "build")) == []


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_deck_file_named_in_a_windows_code_page_is_read_like_any_other(tmp_path: Path) -> None:
    folder = write_project(tmp_path, "deck: Course\nid: course-x7k2\nlicense: private\ndecks: decks/*.yaml\n")
    (folder / "decks").mkdir()
    with open(os.path.join(os.fsencode(folder / "decks"), b"V\xf6gel.yaml"), "wb") as file:  # noqa: PTH118, PTH123
        file.write(b"deck: Course::Birds\nnotes:\n  - Goose ~ Gus\n  - Swan\n")
    done = deckwright("build", cwd=folder)
    assert done.code == 1
    assert re.search(r"decks/V.gel\.yaml:4:5", done.err)
    assert "Traceback" not in done.err


def crlf(folder: Path) -> None:
    """Give all texts of a project the line ends that git gives them on Windows."""
    for path in folder.rglob("*"):
        if path.suffix in (".yaml", ".lock", ".jsonl", ".css", ".txt") and ".deckwright" not in path.parts:
            path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


def test_with_the_line_ends_of_windows_the_package_is_the_same(zoo: Path, tmp_path: Path) -> None:
    made = []
    for name in ("here", "there"):
        folder = fresh(zoo, tmp_path / name)
        (folder / "look.css").write_text(".card { color: navy }\n", "utf-8", newline="\n")
        text = (folder / "cards.yaml").read_text("utf-8") + "    - fact: Eel\n      mnemonic: Heel\n"
        text += "      explanation: |\n        One line.\n\n        * and another\n"
        (folder / "cards.yaml").write_text(text, "utf-8", newline="\n")
        for command in ("release", "merge", "build"):
            if name == "there":
                crlf(folder)
            went_well(
                deckwright(*COMMANDS.get(command, COMMANDS["build"]).words, cwd=folder, SOURCE_DATE_EPOCH=TWO)
            )
        crlf(folder)
        went_well(deckwright("build", "--locked", cwd=folder, SOURCE_DATE_EPOCH=TWO))
        made.append(seen(folder))
    assert differing(*made) == []


def test_two_pictures_that_differ_by_case_alone_travel_as_two(tmp_path: Path, dot_png: bytes) -> None:
    """On a disk that takes `A.png` and `a.png` for one, both packages can still be opened."""
    notes = "  - {fact: One, image: a.png}\n  - {fact: Two, image: A.png}\n"
    folder = write_project(tmp_path, SOURCE + notes, a_png=dot_png, A_png=dot_png + b"other")
    if len(list((folder / "media").iterdir())) == 1:
        pytest.skip("this disk takes them for one")
    went_well(deckwright("build", cwd=folder))
    names = [one.name for one in read_package(folder / "build" / "zoo.apkg").media if "dw" not in one.name]
    assert len(names) == len({name.casefold() for name in names}) == 2
    went_well(deckwright("unpack", "build/zoo.apkg", "again", cwd=folder))
    names = [path.name for path in (folder / "again" / "media").iterdir()]
    assert len(names) == len({name.casefold() for name in names}) == 2


def test_decks_whose_names_differ_by_case_alone_get_packages_of_their_own(tmp_path: Path) -> None:
    head = "deck: Course\nid: course-x7k2\nlicense: private\npackage: each\ndecks: decks/*.yaml\n"
    folder = write_project(tmp_path, head)
    (folder / "decks").mkdir()
    for name, deck in (
        ("one", "Course::A::Heart"),
        ("two", "Course::B::HEART"),
        ("three", "Course::C::Heärt"),
    ):
        text = f"deck: {deck}\nid: course-{name}\nnotes:\n  - Fact {name} ~ Fax\n"
        (folder / "decks" / f"{name}.yaml").write_text(text, "utf-8")
    went_well(deckwright("build", cwd=folder))
    names = [path.name for path in (folder / "build").iterdir()]
    assert len(names) == len({name.casefold() for name in names}) == 3
