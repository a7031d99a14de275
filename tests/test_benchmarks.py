"""What is measured is the same at every run, a deck without faults, and the same deck on both sides."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from benchmarks.decks import benchmark_notes, deck_yaml
from benchmarks.goals import Row
from deckwright.apkg.read import read_package
from support import ROOT, deckwright, write_project

if TYPE_CHECKING:
    from pathlib import Path

NUMBER = 60


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path / "deck", deck_yaml(benchmark_notes(NUMBER)))


def fields(package: Path, name: str) -> list[str]:
    """Return what the notes of a package, all of one type, have in the field of that name, sorted."""
    found = read_package(package)
    place = [field.name for field in found.notetypes[0].fields].index(name)
    return sorted(note.fields[place] for note in found.notes)


def test_the_same_number_of_notes_is_the_same_deck() -> None:
    first = list(benchmark_notes(NUMBER))
    assert first == list(benchmark_notes(NUMBER))
    assert first == list(benchmark_notes(NUMBER * 2))[:NUMBER]
    assert len({note.fact for note in first}) == NUMBER


def test_nothing_is_found_in_the_deck_but_that_some_notes_lack_an_explanation(project: Path) -> None:
    ran = deckwright("check", project, "--format", "concise")
    assert ran.code == 0, ran.err
    assert set(re.findall(r"\[([a-z-]+)\]", ran.out)) == {"explanation-missing"}


def test_the_script_makes_notes_of_the_same_texts_as_the_tool(project: Path) -> None:
    package = project / "yardstick.apkg"
    script = ROOT / "benchmarks" / "yardstick.py"
    subprocess.run([sys.executable, script, project / "cards.yaml", package], check=True)
    assert deckwright("build", project).code == 0
    built = project / "build" / "benchmark.apkg"
    assert len(read_package(package).notes) == NUMBER
    for name in ("Fact", "Mnemonic", "Ask", "Section"):
        assert fields(package, name) == fields(built, name), name


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (Row("less is better", 0.5, 0.5), "held"),
        (Row("less is better", 0.51, 0.5), "MISSED"),
        (Row("more is better", 1.7, 1.7, least=True), "held"),
        (Row("more is better", 1.69, 1.7, least=True), "MISSED"),
        (Row("no goal", 2), ""),
        (Row("no figure", None, 1), ""),
    ],
)
def test_a_goal_is_held_up_to_the_figure_itself(row: Row, verdict: str) -> None:
    assert row.verdict == verdict
