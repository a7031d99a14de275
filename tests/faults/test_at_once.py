"""Several commands on one project at once: each does its work or says why not, and no file is torn."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from deckwright.apkg.read import read_package
from faulty import COMMANDS, TWO, differing, fresh, seen, started, told
from support import deckwright

if TYPE_CHECKING:
    from pathlib import Path

CROWDS = [
    ("build", "publish", "merge"),
    pytest.param(("publish", "publish", "release"), marks=pytest.mark.slow),
    pytest.param(("merge", "merge", "build", "adopt"), marks=pytest.mark.slow),
]


@pytest.mark.parametrize("crowd", CROWDS)
def test_commands_at_once_take_turns(crowd: tuple[str, ...], zoo: Path, tmp_path: Path) -> None:
    folder = fresh(zoo, tmp_path / "zoo")
    processes = [started(folder, command) for command in crowd]
    for process in processes:
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0, err.decode()
    lines = [json.loads(line) for line in (folder / "cards.lock").read_text("utf-8").splitlines()]
    guids = [line["guid"] for line in lines if line["kind"] == "note"]
    assert len(guids) == len(set(guids))
    assert deckwright("build", cwd=folder, SOURCE_DATE_EPOCH=TWO).code == 0
    assert deckwright("build", "--locked", cwd=folder, SOURCE_DATE_EPOCH=TWO).code == 0
    assert {note.guid for note in read_package(folder / "build" / "zoo.apkg").notes} <= set(guids)
    assert not [name for name in seen(folder) if name.endswith((".partial", ".new"))]
    told("Commands at once on one project", len(crowd), "build, publish, release, merge, adopt")


def test_a_merge_of_what_is_merged_changes_nothing(zoo: Path, tmp_path: Path) -> None:
    folder = fresh(zoo, tmp_path / "zoo")
    assert COMMANDS["merge"].run(folder).code == 0
    before = seen(folder)
    assert COMMANDS["merge"].run(folder).code == 0
    assert differing(before, seen(folder)) == []
