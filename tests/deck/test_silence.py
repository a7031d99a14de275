"""Advice that an author left out stays out, and only there."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from deckwright import project
from deckwright.deck.silence import ADVICE_CODES
from deckwright.source.diagnostics import Report, error, warning
from deckwright.source.text import SourceFile, Span
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
        ("  - fact: Goose\n", "  # Deckwright: Ignore Explanation-Missing\n  - fact: Goose\n"),
        ("  - fact: Goose\n", "  - fact: Goose  # DECKWRIGHT: IGNORE: explanation-missing\n"),
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
        (HEAD + "ignore: explanation-mising\nnotes: [{fact: A, mnemonic: a}]\n", ("unknown-advice", 3)),
        (HEAD + "ignore: missing-key\nnotes: [{fact: A, mnemonic: a}]\n", ("unknown-advice", 3)),
        (HEAD + "notes:\n  - {fact: A, mnemonic: a} # deckwright: ignore nonsense\n", ("unknown-advice", 4)),
        (
            HEAD + "# deckwright: ignore explanation-missing\nnotes:\n  - {fact: A, mnemonic: a}\n",
            ("no-effect", 3),
        ),
        (
            HEAD + "notes:\n  - {fact: A, mnemonic: a}\n\n# deckwright: ignore explanation-missing\n",
            ("no-effect", 6),
        ),
    ],
)
def test_a_word_that_silences_nothing_is_told(source: str, expected: tuple[str, int], tmp_path: Path) -> None:
    assert expected in told(tmp_path, source)
    assert "explanation-missing" in {code for code, _ in told(tmp_path, source)}


@pytest.mark.parametrize(
    ("remark", "message", "advice"),
    [
        ("ignore", "no code is named here", "write one, as in `# deckwright: ignore fact-too-long`"),
        ("ignore ", "no code is named here", "write one, as in `# deckwright: ignore fact-too-long`"),
        (
            "ignore explanation-mising",
            "`explanation-mising` is no advice that can be left out",
            "did you mean `explanation-missing`?",
        ),
        (
            "ignore missing-key",
            "`missing-key` is no advice that can be left out",
            "only advice can be left out; `deckwright explain` lists it",
        ),
    ],
)
def test_an_odd_comment_says_what_to_write(remark: str, message: str, advice: str, tmp_path: Path) -> None:
    comment = f"# deckwright: {remark}"
    write_project(tmp_path, f"{HEAD}notes:\n  - A ~ a {comment}\n")
    (report, *_) = project.check(Project(tmp_path / "cards.yaml")).reports
    (found,) = (found for found in report if found.code == "unknown-advice")
    assert (found.message, found.advice) == (message, advice)
    place = report.source.text[found.span.start : found.span.end]
    assert comment.rstrip().endswith(place)


def test_a_text_that_only_looks_like_the_comment_is_a_text(tmp_path: Path) -> None:
    source = HEAD + TWO.replace(
        "Which bird?", "|\n      # deckwright: ignore explanation-missing\n    id: a-b"
    )
    assert told(tmp_path, source)[0] == ("explanation-missing", 4)
    source = HEAD + TWO.replace("Which bird?", "'A # deckwright: ignore explanation-missing'")
    assert told(tmp_path, source)[0] == ("explanation-missing", 4)


def test_texts_of_the_deck_itself_are_no_comments_either(tmp_path: Path) -> None:
    head = 'summary: "see # deckwright: ignore no-license"\ntags: [a, "# deckwright: ignore no-effect"]\n'
    assert {code for code, _ in told(tmp_path, HEAD + head + TWO)} == {"explanation-missing", "bad-tag"}


def test_thousands_of_comments_are_read_in_no_time(tmp_path: Path) -> None:
    source = HEAD + "# deckwright: ignore explanation-missing\n" * 20_000 + TWO
    assert told(tmp_path, source)[0] == ("no-effect", 3)


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
    elsewhere |= {"file-left-out", "named-apart", "other-sheets", "page-without-mnemonics", "text-moved"}
    assert given - elsewhere == ADVICE_CODES


def test_the_codes_that_can_be_silenced_are_those_of_the_advice() -> None:
    assert {"fact-too-long", "no-license"} <= ADVICE_CODES
    assert "bad-id" not in ADVICE_CODES


def test_what_is_left_out_at_one_note_is_told_at_its_neighbours() -> None:
    report = Report(SourceFile("cards.yaml", "x" * 40))
    for start in (20, 0, 10):
        report.extend(
            [warning("odd", "odd", Span(start + 2, start + 4)), error("odd", "odd", Span(start, start + 1))]
        )
    report.silence("odd", Span(10, 18))
    report.silence("odd", Span(10, 18))
    report.silence("even")
    told = [(found.severity, found.span.start) for found in report]
    assert told == [("error", 0), ("warning", 2), ("error", 10), ("error", 20), ("warning", 22)]
