"""Links into editors."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

import pytest

from deckwright.preview.editors import EDITORS, link, usual_editor


@pytest.mark.parametrize(
    ("environment", "editor"),
    [
        ({}, "vscode"),
        ({"EDITOR": ""}, "vscode"),
        ({"EDITOR": "nano"}, "vscode"),
        ({"EDITOR": "zed --wait"}, "zed"),
        ({"VISUAL": "/usr/bin/subl -w", "EDITOR": "zed"}, "sublime"),
        ({"VISUAL": "vim", "EDITOR": "cursor"}, "cursor"),
    ],
)
def test_the_usual_editor(environment: dict[str, str], editor: str) -> None:
    assert usual_editor(environment) == editor


def test_links_hold_the_path_and_the_place() -> None:
    path = Path("/decks/my deck#1/cards.yaml")
    assert link("vscode", path, 3, 7) == "vscode://file/decks/my%20deck%231/cards.yaml:3:7"
    assert link("idea", path, 3, 7) == "idea://open?file=/decks/my%20deck%231/cards.yaml&line=3&column=7"
    assert link("none", path, 3, 7) == ""
    for editor in EDITORS.keys() - {"none"}:
        assert "/decks/my%20deck%231/cards.yaml" in link(editor, path, 3, 7)


def test_a_path_of_windows() -> None:
    assert link("zed", PureWindowsPath("C:\\decks\\cards.yaml"), 1, 2) == "zed://file/C:/decks/cards.yaml:1:2"
