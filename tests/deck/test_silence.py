"""Advice that an author left out stays out, and only there."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from deckwright import project
from deckwright.deck.silence import ADVICE_CODES
from deckwright.workspace import Project
from support import ROOT, write_project

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "deck: D\nlicense: private\n"
TWO = "notes:\n  - fact: Goose\n    ask: Which bird?\n  - fact: Gander\n    ask: Which one?\n"


def told(folder: Path, source: str) -> list[tuple[str, int]]:
    write_project(folder, source)
    (report, *_) = project.check(Project(folder / "cards.yaml")).reports
    return [(found.code, report.source.place(found.span.start).line) for found in report]


def test_without_a_word_every_note_is_told(tmp_path: Path) -> None:
    assert told(tmp_path, HEAD + TWO) == [("explanation-missing", 4), ("explanation-missing", 6)]


@pytest.mark.parametrize(
    "remark",
    [
        ("  - fact: Goose\n", "  - fact: Goose  # deckwright: ignore explanation-missing\n"),
        ("  - fact: Goose\n", "  # deckwright:ignore explanation-missing, fact-too-long\n  - fact: Goose\n"),
        ("  - fact: Goose\n", "# deckwright: ignore explanation-missing\n\n  # odd\n  - fact: Goose\n"),
        ("Which bird?\n", "Which bird? # deckwright: ignore fact-too-long explanation-missing\n"),
        ("ask: Which bird?\n", "ask: |  # deckwright: ignore explanation-missing\n      Which bird?\n"),
    ],
)
def test_a_comment_silences_its_note_alone(remark: tuple[str, str], tmp_path: Path) -> None:
    source = HEAD + TWO.replace(*remark)
    line = source[: source.index("Gander")].count("\n") + 1
    assert told(tmp_path, source) == [("explanation-missing", line)]


@pytest.mark.parametrize(
    "ignore", ["ignore: explanation-missing\n", "ignore: [fact-too-long, explanation-missing]\n"]
)
def test_a_key_silences_the_whole_deck(ignore: str, tmp_path: Path) -> None:
    assert told(tmp_path, HEAD + ignore + TWO) == []


def test_the_projects_file_silences_all_its_decks(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(HEAD + TWO)
    write_project(tmp_path, "decks: '*.yaml'\ndeck: P\nignore: explanation-missing\n")
    compiled = project.check(Project(tmp_path / "cards.yaml"))
    assert [found.code for report in compiled.reports for found in report] == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (HEAD + "ignore: explanation-mising\nnotes: [A ~ a]\n", ("unknown-advice", 3)),
        (HEAD + "ignore: missing-key\nnotes: [A ~ a]\n", ("unknown-advice", 3)),
        (HEAD + "notes:\n  - A ~ a # deckwright: ignore nonsense\n", ("unknown-advice", 4)),
        (HEAD + "# deckwright: ignore explanation-missing\nnotes:\n  - A ~ a\n", ("no-effect", 3)),
        (HEAD + "notes:\n  - A ~ a\n\n# deckwright: ignore explanation-missing\n", ("no-effect", 6)),
    ],
)
def test_a_word_that_silences_nothing_is_told(source: str, expected: tuple[str, int], tmp_path: Path) -> None:
    assert expected in told(tmp_path, source)
    assert "explanation-missing" in {code for code, _ in told(tmp_path, source)}


def test_a_text_that_only_looks_like_the_comment_is_a_text(tmp_path: Path) -> None:
    source = HEAD + TWO.replace(
        "Which bird?", "|\n      # deckwright: ignore explanation-missing\n    id: a-b"
    )
    assert told(tmp_path, source)[0] == ("explanation-missing", 4)
    source = HEAD + TWO.replace("Which bird?", "'A # deckwright: ignore explanation-missing'")
    assert told(tmp_path, source)[0] == ("explanation-missing", 4)


def test_errors_cannot_be_silenced(tmp_path: Path) -> None:
    source = HEAD + "notes:\n  - fact: A # deckwright: ignore no-cards\n    explanation: A.\n"
    assert {("no-cards", 4), ("unknown-advice", 4)} <= set(told(tmp_path, source))


def test_every_warning_about_a_deck_can_be_left_out() -> None:
    given = {
        call.args[0].value
        for path in (ROOT / "src" / "deckwright").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "warning"
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }
    elsewhere = {"clock", "foreign-script", "lock-merged", "lock-recovered", "deck-renamed", "touches-many"}
    assert given - elsewhere == ADVICE_CODES
