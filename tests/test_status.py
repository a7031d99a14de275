"""`deckwright` alone: where the project stands, in a few lines, whatever state it is in."""

from __future__ import annotations

import os
import time
from contextlib import chdir
from pathlib import Path

import pytest

from deckwright import build as building
from deckwright import release as releasing
from deckwright.build import Options
from deckwright.status import of_folder
from deckwright.workspace import find_project
from support import write_project

DECK = """\
deck: Birds::Water
license: private
sections:
  Loud:
    - fact: Goose
      mnemonic: Goose the juice
      explanation: A goose honks.
  Mute:
    - fact: Swan
      mnemonic: Swan on the lawn
      explanation: A swan is mute.
"""


def build(folder: Path) -> None:
    assert building.build(find_project(folder), Options()).packages


def lines(folder: Path) -> list[str]:
    with chdir(folder):
        text = of_folder(Path())
    assert len(text.splitlines()) <= 8
    assert all(len(line) <= 100 for line in text.splitlines())
    return text.splitlines()


def next_command(folder: Path) -> str:
    """Return the command that is named first."""
    return next(line for line in lines(folder) if line.startswith("  deckwright ")).split("  ")[1]


def test_a_folder_without_a_deck_is_told_how_to_get_one(tmp_path: Path) -> None:
    told = lines(tmp_path)
    assert told[0].startswith("No deck here: no `cards.yaml`")
    assert next_command(tmp_path) == "deckwright new DIR"
    assert "deckwright --help" in told[-1]


def test_a_misnamed_deck_is_told_as_that(tmp_path: Path) -> None:
    (tmp_path / "cards.yml").write_text(DECK, "utf-8")
    assert "rename it to `cards.yaml`" in lines(tmp_path)[0]


def test_a_deck_that_was_never_built_is_to_be_built(tmp_path: Path) -> None:
    write_project(tmp_path, DECK)
    assert lines(tmp_path)[:4] == [
        "Birds::Water: 2 notes in 2 sections",
        "Nothing to mend",
        "Not built yet",
        "Not released yet",
    ]
    assert next_command(tmp_path) == "deckwright build"


def test_a_deck_that_was_built_is_to_be_written_on(tmp_path: Path) -> None:
    write_project(tmp_path, DECK)
    build(tmp_path)
    told = lines(tmp_path)
    assert told[2].startswith("Built: build/water.apkg, ")
    assert told[2].endswith(" kB, just now")
    assert not any(line.startswith("Changed since") for line in told)
    assert next_command(tmp_path) == "deckwright preview"


@pytest.mark.parametrize(("hours", "age"), [(0.5, "30 minutes ago"), (1.1, "1 hour ago"), (50, "2 days ago")])
def test_the_age_of_the_package_is_told_roughly(tmp_path: Path, hours: float, age: str) -> None:
    write_project(tmp_path, DECK)
    build(tmp_path)
    then = time.time() - hours * 3600
    for path in (tmp_path / "cards.yaml", tmp_path / "build" / "water.apkg"):
        os.utime(path, (then, then))
    assert lines(tmp_path)[2].endswith(age)


def test_what_changed_since_is_named_and_to_be_built(tmp_path: Path) -> None:
    write_project(tmp_path, DECK)
    (tmp_path / "media" / "goose.txt").write_text("x", "utf-8")
    build(tmp_path)
    later = time.time() + 5
    os.utime(tmp_path / "cards.yaml", (later, later))
    assert "Changed since: cards.yaml" in lines(tmp_path)
    os.utime(tmp_path / "media" / "goose.txt", (later, later))
    assert "Changed since: cards.yaml and 1 more" in lines(tmp_path)
    assert next_command(tmp_path) == "deckwright build"


def test_a_release_is_told_by_its_number(tmp_path: Path) -> None:
    write_project(tmp_path, DECK)
    assert releasing.release(find_project(tmp_path), "1.2.0", Options()).release
    assert "Released: 1.2.0" in lines(tmp_path)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "deck: [\n",
        "deck: D\nnotes: [{fakt: x}]\n",
        "deck: D\nscene: no.svg\nnotes: [a ~ b]\n",
        "deck: D\ndecks: no/*.yaml\n",
        "deck: D\x1b[31m\nnotes: [a ~ b]\n",
        "\t\t\n",
    ],
)
def test_a_broken_deck_is_to_be_checked(tmp_path: Path, source: str) -> None:
    write_project(tmp_path, source)
    told = lines(tmp_path)
    assert told[1].startswith("Found: ")
    assert "error" in told[1]
    assert next_command(tmp_path) == "deckwright check"
    assert "\x1b" not in "".join(told)


def test_a_broken_deck_still_has_its_last_package(tmp_path: Path) -> None:
    write_project(tmp_path, DECK)
    build(tmp_path)
    write_project(tmp_path, "deck: [\n")
    assert any(line.startswith("Built: build/water.apkg") for line in lines(tmp_path))


def test_several_decks_are_counted(tmp_path: Path) -> None:
    write_project(tmp_path, "deck: Birds\nid: birds-k3x9\npackage: each\ndecks: decks/*.yaml\n")
    for name in ("Water", "Air"):
        path = tmp_path / "decks" / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(DECK.replace("Water", name), "utf-8")
    assert lines(tmp_path)[0] == "Birds: 2 decks, 4 notes in 4 sections"
    build(tmp_path)
    assert any(line.startswith("Built: build/air.apkg and 1 more, ") for line in lines(tmp_path))


def test_below_a_project_the_way_to_it_is_told(tmp_path: Path) -> None:
    folder = write_project(tmp_path, "deck: D\nnotes: [A ~ b]\n")
    assert of_folder(folder / "media") == "No deck in this folder, but one in `..`:\n  cd .."


def test_a_deck_that_cannot_be_read_has_not_lost_its_notes(tmp_path: Path) -> None:
    told = of_folder(write_project(tmp_path, "deck: D\n\tnotes: [A ~ b]\n  - ?\n"))
    assert told.startswith("cards.yaml cannot be read yet\nFound: ")
