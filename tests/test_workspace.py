"""Which files are the decks of a project, and which project a file belongs to."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from deckwright.usage import UsageProblem
from deckwright.workspace import find_project, read_decks
from support import open_folder, without_privileges

if TYPE_CHECKING:
    from pathlib import Path

DECK = "deck: {}\nnotes: [a ~ b]\n"


def project(folder: Path, patterns: str, *files: str) -> Path:
    """Write a project whose decks are called after their files."""
    (folder / "cards.yaml").write_text(f"deck: Course\nid: course-k3x9\ndecks: {patterns}\n", "utf-8")
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(DECK.format(name.replace("/", " ")), "utf-8")
    return folder


def names(folder: Path) -> list[str]:
    _, decks = read_decks(find_project(folder))
    return [deck.path.relative_to(folder).as_posix() for deck in decks]


def findings(folder: Path) -> list[tuple[str, int, int]]:
    head, decks = read_decks(find_project(folder))
    reports = {id(report): report for written in (head, *decks) for report in written.reports}
    return [
        (
            found.code,
            *(report.source.place(found.span.start).line, report.source.place(found.span.start).column),
        )
        for report in reports.values()
        for found in report
        if found.span is not None
    ]


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        ("decks/*.yaml", ["decks/a.yaml", "decks/b.yml.yaml"]),
        ("decks/**/*.yaml", ["decks/a.yaml", "decks/b.yml.yaml", "decks/deep/er/c.yaml"]),
        ("[decks/deep/er/c.yaml, decks/*.yaml, ./decks//a.yaml]",
         ["decks/deep/er/c.yaml", "decks/a.yaml", "decks/b.yml.yaml"]),
        ("'decks/*'", ["decks/a.yaml", "decks/b.yml.yaml", "decks/d.yml"]),
        ("'**/*'", ["decks/a.yaml", "decks/b.yml.yaml", "decks/d.yml", "decks/deep/er/c.yaml"]),
    ],
)  # fmt: skip
def test_decks_come_in_the_order_of_patterns_and_paths(
    patterns: str, expected: list[str], tmp_path: Path
) -> None:
    files = ["decks/a.yaml", "decks/b.yml.yaml", "decks/deep/er/c.yaml", "decks/d.yml"]
    project(tmp_path, patterns, *files, "build/course.apkg", "cards.lock", "decks/readme.txt", ".git/x.yaml")
    (tmp_path / "decks" / "folder.yaml").mkdir()
    assert names(tmp_path) == expected
    assert findings(tmp_path) == []


@pytest.mark.parametrize(
    "pattern", ["**.yaml", "a**b/*.yaml", ".", "decks/**", "decks", "[[]", "*/" * 2000 + "x", "decks/a.txt"]
)
def test_a_pattern_that_no_file_goes_by_is_told(pattern: str, tmp_path: Path) -> None:
    folder = project(tmp_path, f"['{pattern}']", "decks/a.yaml", "decks/a.txt")
    assert findings(folder) == [("no-decks", 3, 9)]


def test_each_pattern_that_no_file_goes_by_is_told(tmp_path: Path) -> None:
    """A misspelt name would leave out a deck, and retire its notes."""
    folder = project(tmp_path, "[decks/a.yaml, decks/bb.yaml]", "decks/a.yaml", "decks/b.yaml")
    assert findings(folder) == [("no-decks", 3, 23)]
    assert findings(project(tmp_path, "[]", "decks/a.yaml")) == [("no-decks", 3, 8)]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("A::Birds", "A::Birds", True),
        ("A::Birds", "a::BIRDS", True),  # Anki takes them for one deck
        ("A::Birds", "A :: Birds", True),
        ("V\u00f6gel", "Vo\u0308gel", True),
        ("A::Birds", "B::Birds", False),
    ],
)
def test_two_files_of_one_deck_are_told_with_the_others_name(
    one: str,
    other: str,
    tmp_path: Path,
    *,
    same: bool,
) -> None:
    folder = project(tmp_path, "decks/*.yaml", "decks/a.yaml", "decks/b.yaml")
    (folder / "decks" / "a.yaml").write_text(DECK.format(f"'{one}'"), "utf-8")
    (folder / "decks" / "b.yaml").write_text(DECK.format(f"'{other}'"), "utf-8")
    _, decks = read_decks(find_project(folder))
    assert [found.code for found in decks[0].report] == []
    assert [found.code for found in decks[1].report] == ["same-deck-twice"] * same
    assert all("decks/a.yaml" in found.message for found in decks[1].report)


def test_a_deck_called_cards_yaml_belongs_to_the_project_above(tmp_path: Path) -> None:
    folder = project(tmp_path, "decks/**/*.yaml", "decks/cards.yaml", "decks/a.yaml", "decks/x/b.yaml")
    for name in ("decks/cards.yaml", "decks/a.yaml", "decks/x/b.yaml"):
        found = find_project(folder / name)
        assert (found.source, found.only) == (folder / "cards.yaml", folder / name)
    assert find_project(folder / "decks").only == folder / "decks" / "cards.yaml"


def test_a_project_within_a_project_is_its_own(tmp_path: Path) -> None:
    project(tmp_path, "'**/*.yaml'", "a.yaml")
    (tmp_path / "inner").mkdir()
    inner = project(tmp_path / "inner", "decks/*.yaml", "decks/a.yaml")
    assert find_project(inner).source == inner / "cards.yaml"
    assert find_project(inner).only is None
    assert find_project(inner / "decks" / "a.yaml").source == inner / "cards.yaml"
    assert ("misplaced-key", 3, 1) in findings(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="has no such permissions")
def test_a_file_above_that_is_nobodys_business_is_passed_over() -> None:
    with open_folder() as folder:
        mine = folder / "mine"
        mine.mkdir()
        (mine / "cards.yaml").write_text(DECK.format("Mine"), "utf-8")
        (folder / "cards.yaml").write_text("deck: Theirs\ndecks: '**/*.yaml'\n", "utf-8")
        (folder / "cards.yaml").chmod(0)
        with without_privileges():
            assert find_project(mine).source == mine / "cards.yaml"
            assert find_project(mine).only is None


def test_a_file_that_the_project_above_does_not_name_is_no_project_of_its_own(tmp_path: Path) -> None:
    """It would get a lock of its own, and its notes other names than in the project."""
    folder = project(tmp_path, "decks/*.yaml", "decks/a.yaml", "other/b.yaml", "other/cards.yaml")
    with pytest.raises(UsageProblem, match=r"`.*b\.yaml` is no deck of the project"):
        find_project(folder / "other" / "b.yaml")
    assert find_project(folder / "other").source == folder / "other" / "cards.yaml"
