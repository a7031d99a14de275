"""`deckwright check`: every fault of a deck in one run, each at its place."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

from support import ROOT, deckwright, write_project

if TYPE_CHECKING:
    from pathlib import Path

TEN_FAULTS = """\
deck: "Pharmacology::"
langage: en
tags: [two words]
sections:
  Mechanism:
    - fact: Warning: never stop abruptly
      mnemonic: x
    - fact: 5-HT #3 receptor antagonist
      mnemonic: x
    - fact: Goose
      image: Goose.png
    - fact: Nausea
      mnemonic: Now sea
    - fact: Nausea
      mnemonic: Gnaw sea
    - fact: ""
    - fact: Region
      region: [90, 10, 20, 10]
      scene: goose.png
    - fact: Script
      explanation: "ends in <script>x</script>"
      mnemonic: x
"""

EXPECTED = [
    "cards.yaml:1:7: error[empty-deck-part]",
    "cards.yaml:2:1: error[unknown-key]",
    "cards.yaml:3:8: error[bad-tag]",
    "cards.yaml:6:20: error[unquoted-text]",
    "cards.yaml:8:18: error[text-after-hash]",
    "cards.yaml:11:14: error[missing-picture]",
    "cards.yaml:14:13: error[same-note-twice]",
    "cards.yaml:16:13: error[empty-text]",
    "cards.yaml:18:15: error[region-off-canvas]",
    "cards.yaml:21:29: error[unsafe-html]",
]


def test_ten_faults_are_ten_findings_at_their_places(tmp_path: Path, dot_png: bytes) -> None:
    write_project(tmp_path, TEN_FAULTS, goose_png=dot_png)
    done = deckwright("check", "--format", "concise", cwd=tmp_path)
    assert done.code == 1
    found = [line.split("]: ")[0] + "]" for line in done.out.splitlines() if ": error[" in line]
    # The script's closing tag is a finding of its own, at its own place.
    assert found == [*EXPECTED, "cards.yaml:21:38: error[unsafe-html]"]


def test_json_says_the_same(tmp_path: Path, dot_png: bytes) -> None:
    write_project(tmp_path, TEN_FAULTS, goose_png=dot_png)
    done = deckwright("check", "--format", "json", cwd=tmp_path)
    entries = json.loads(done.out)
    assert done.code == 1
    assert [
        f"{entry['file']}:{entry['line']}:{entry['column']}: {entry['severity']}[{entry['code']}]"
        for entry in entries
        if entry["severity"] == "error"
    ][:10] == EXPECTED
    assert all(entry["message"] and entry["help"] for entry in entries)


def test_the_repositorys_own_deck_has_nothing_to_mend(tmp_path: Path) -> None:
    shutil.copy(ROOT / "cards.yaml", tmp_path)
    shutil.copy(ROOT / "cards.lock", tmp_path)
    shutil.copytree(ROOT / "media", tmp_path / "media")
    done = deckwright("check", cwd=tmp_path)
    assert (done.code, done.out) == (0, "")
    assert done.err == "8 notes, 17 cards: nothing to mend\n"
