"""What sounds alike is heard once, on all cores, and what is remembered of it can do no harm."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from deckwright.cards import hearing
from deckwright.cards.alike import Stretches, stretches
from deckwright.cards.bridge import bridge
from deckwright.cards.hearing import Memory

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = [(f"Spiny cord {number}", f"Spinal *cord* {number * 7}") for number in range(1100)]


def bridges(memory: Memory) -> list[str]:
    return [bridge(*text, memory) for text in TEXTS]


def test_children_hear_what_one_process_hears(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "heard.json", keep=True)
    memory.prepare(TEXTS)
    assert bridges(memory) == [bridge(*text) for text in TEXTS]


def test_what_was_heard_is_not_heard_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Memory(tmp_path / "heard.json", keep=True).prepare(TEXTS[:105])
    asked: list[tuple[str, str]] = []

    def listened(left: str, right: str) -> Stretches:
        asked.append((left, right))
        return stretches(left, right)

    monkeypatch.setattr(hearing, "stretches", listened)
    memory = Memory(tmp_path / "heard.json", keep=True)
    memory.prepare(TEXTS[:106])
    assert asked == [("Spiny cord 105", "Spinal cord 735")]
    assert bridge(*TEXTS[3], memory) == bridge(*TEXTS[3])


def test_notes_that_are_gone_are_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "heard.json"
    Memory(path, keep=True).prepare(TEXTS[:105])
    Memory(path, keep=True).prepare(TEXTS[:2])
    assert len(json.loads(path.read_bytes().partition(b"\n")[2])) == 2


def test_nothing_is_kept_unless_asked_for(tmp_path: Path) -> None:
    Memory(tmp_path / "few.json", keep=True).prepare(TEXTS[:5])
    Memory(tmp_path / "heard.json", keep=False).prepare(TEXTS[:105])
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_memory_counts_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "heard.json"
    Memory(path, keep=True).prepare(TEXTS[:100])
    whole = path.read_bytes()
    for place in range(0, len(whole), 29):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        memory = Memory(path, keep=False)
        memory.prepare(TEXTS[:3])
        assert bridge(*TEXTS[0], memory) == bridge(*TEXTS[0])


@pytest.mark.parametrize(
    "forged",
    [[0, 10**12], [-1, 4], [0, 1, 2], [4, 1], [2, 4, 3, 6], ["<script>", 4], [0.5, 4], [True, 4], 7, None],
    ids=str,
)
def test_a_forged_memory_can_put_nothing_on_a_card(forged: object, tmp_path: Path) -> None:
    data = json.dumps([["Spiny cord 0", "Spinal cord 0", forged, [0, 4]]]).encode()
    seal = hashlib.sha256(hearing._rules() + data).hexdigest()  # noqa: SLF001 - as a forger would
    (tmp_path / "heard.json").write_bytes(seal.encode() + b"\n" + data)
    memory = Memory(tmp_path / "heard.json", keep=False)
    memory.prepare(TEXTS[:1])
    assert bridge(*TEXTS[0], memory) == bridge(*TEXTS[0])
