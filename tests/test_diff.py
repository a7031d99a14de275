"""`deckwright diff` through the installed tool."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from support import deckwright, write_project

if TYPE_CHECKING:
    from pathlib import Path

BEFORE = """\
deck: Birds
id: diff-birds
sections:
  Water:
    - {fact: Goose, mnemonic: Goes, explanation: Taper over 1–2 weeks.}
    - {fact: Spina cord, mnemonic: Spina}
    - {fact: Swan, mnemonic: Swam, tags: old}
    - Gone ~ Gun
    - Same ~ Sane
"""
AFTER = """\
deck: Birds
id: diff-birds
sections:
  Water:
    - {fact: Goose, mnemonic: Goes, explanation: Taper over 2–4 weeks.}
    - {fact: Spinal cord, mnemonic: Spina}
    - {fact: Swan, mnemonic: Swam, tags: new, ask: Which bird?}
    - Same ~ Sane
    - Duck ~ Dock
"""
TOLD = """\
+ Birds › Water › Duck: new
~ Birds › Water › Goose
    Explanation: "1–2" → "2–4"
> Birds › Water › Spinal cord: renamed from Birds › Water › Spina cord
    Name: "Spina" → "Spinal"
    Fact: "Spina" → "Spinal"
~ Birds › Water › Swan
    Ask: nothing → "Which bird?"
    tags: +new, -old
    cards: +Question → Fact
- Birds › Water › Gone: gone; it stays in the collections that have it
1 new, 3 changed, 1 gone, 1 unchanged
"""


def prepared(folder: Path) -> None:
    write_project(folder, BEFORE)
    assert deckwright("build", "-o", "old.apkg", cwd=folder, SOURCE_DATE_EPOCH="1767225600").code == 0
    write_project(folder, AFTER)


def lines(text: str) -> list[str]:
    """Sort the entries: packages keep notes by guid."""
    *entries, counts = text.rstrip("\n").split("\n")
    joined = "\n".join(entries).replace("\n    ", "\r")
    return [*sorted(joined.split("\n")), counts]


def test_a_project_is_compared_as_it_would_be_built_and_left_alone(tmp_path: Path) -> None:
    prepared(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    done = deckwright("diff", "old.apkg", cwd=tmp_path)
    assert (done.code, done.err) == (1, "")
    assert lines(done.out) == lines(TOLD)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_two_packages_are_compared(tmp_path: Path) -> None:
    prepared(tmp_path)
    assert deckwright("build", "-o", "new.apkg", cwd=tmp_path).code == 0
    done = deckwright("diff", "old.apkg", "new.apkg", cwd=tmp_path)
    assert lines(done.out) == lines(TOLD)
    assert done.code == 1
    same = deckwright("diff", "new.apkg", "new.apkg", cwd=tmp_path)
    assert (same.code, same.out) == (0, "0 new, 0 changed, 0 gone, 5 unchanged\n")


def test_json_holds_whole_fields(tmp_path: Path) -> None:
    prepared(tmp_path)
    found = json.loads(deckwright("diff", "old.apkg", "--format", "json", cwd=tmp_path).out)
    changed = {change["name"].split(" › ")[-1]: change for change in found["changed"]}
    assert changed["Goose"]["fields"] == [
        {
            "field": "Explanation",
            "old": "<p>Taper over 1–2 weeks.</p>",
            "new": "<p>Taper over 2–4 weeks.</p>",
        }
    ]
    assert [name for _, name in found["gone"]] == ["Birds › Water › Gone"]


def test_what_cannot_be_compared_is_told(tmp_path: Path) -> None:
    prepared(tmp_path)
    (tmp_path / "bad.apkg").write_bytes(b"no zip")
    assert deckwright("diff", "bad.apkg", cwd=tmp_path).code == 1
    told = deckwright("diff", "old.apkg", "bad.apkg", cwd=tmp_path).err
    assert told.startswith("error[not-a-package]: this file is not an Anki package\n  --> bad.apkg\n  ")
    assert deckwright("diff", "old.apkg", "nowhere", cwd=tmp_path).code == 2
    (tmp_path / "cards.yaml").write_text("deck: D\nnotes: [x]\n", "utf-8")
    done = deckwright("diff", "old.apkg", cwd=tmp_path)
    assert done.code == 1
    assert "error[short-note]" in done.err
