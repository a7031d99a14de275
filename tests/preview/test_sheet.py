"""What the page is told: which note a finding belongs to, and which notes there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image

from deckwright.preview.sheet import Findings, Sheet, matched
from deckwright.project import Terms, compile_project
from deckwright.workspace import find_project
from pictures import encoded
from support import write_project

if TYPE_CHECKING:
    from pathlib import Path

EVERY = """\
deck: Tests::Every
id: tests-every
scene: scene.png
cards: {scene: true, reverse: true, sweep: true, cloze: true, occlusion: true}
sections:
  One:
    - fact: Cord
      mnemonic: Chord
      region: [10, 10, 20, 20]
      explanation: The {{c1::cord}} and the {{c2::horn}}.
    - fact: Horn
      mnemonic: Hawn
      region: [50, 50, 20, 20]
"""


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ("abc", "abc", [1, 2, 3]),
        ("abc", "axc", [1, 2, 3]),
        ("abc", "abxc", [1, 2, 2, 3]),
        ("abc", "xabc", [1, 1, 2, 3]),
        ("abcdef", "axcdyf", [1, 2, 3, 4, 5, 6]),
        ("abcdef", "axbcdyef", [1, 1, 2, 3, 4, 4, 5, 6]),
        ("abcdef", "af", [1, 6]),
        ("", "ab", [1, 1]),
        ("ab", "", []),
        ("aaa", "aa", [1, 2]),
    ],
)
def test_lines_are_followed_through_changes(old: str, new: str, lines: list[int]) -> None:
    assert list(matched(old, new)) == lines


def test_texts_too_different_to_compare_are_followed_roughly() -> None:
    old, new = [f"a{number}" for number in range(600)], [f"b{number}" for number in range(600)]
    assert list(matched(["x", *old, "y"], ["x", *new, "y"])) == [1, *[2] * 600, 602]


def test_two_changes_at_once_leave_findings_with_their_note(tmp_path: Path) -> None:
    project = find_project(
        write_project(
            tmp_path,
            "deck: A\nid: tests-a\nnotes:\n  - fact: One\n    ask: Is\n  - fact: Two\n    ask: Was\n",
        )
    )
    shown = compile_project(project, Terms("x"))
    project.source.write_text(
        "# more\ndeck: A\nid: tests-a\nnotes:\n  - fact: One\n    ask: Isn't\n  - fact: Two\n    aks: Was\n"
    )
    newest = compile_project(project, Terms("x"))
    found = [one for one in Findings(newest, shown, tmp_path, "none").data() if one["code"] == "unknown-key"]
    assert [one["note"] for one in found] == [shown.notes[1].note.guid]
    assert found[0]["open"] == ""


def test_made_notes_stand_among_the_others(tmp_path: Path) -> None:
    scene = encoded(Image.new("RGB", (400, 300), (90, 160, 200)), "PNG")
    project = find_project(write_project(tmp_path, EVERY, scene_png=scene))
    told = Sheet(project, compile_project(project, Terms("x")), "vscode").data()
    kinds = [(note["kind"], [card["name"] for card in note["cards"]]) for note in told["notes"]]
    own = ["Picture → Fact", "Fact → Mnemonic"]
    assert kinds == [
        ("scene", ["Scene → Topic"]),
        ("mnemonic", [*own, "Gap 1", "Gap 2"]),
        ("mnemonic", own),
        ("sweep", ["Section sweep"]),
        ("occlusion", ["Hidden part 1", "Hidden part 2"]),
    ]
    assert told["decks"][0]["sections"] == ["One"]
    assert [note["editable"] for note in told["notes"]] == [False, True, True, False, False]
    assert told["notes"][1]["region"] == (10, 10, 20, 20)
