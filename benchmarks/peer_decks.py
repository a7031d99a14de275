"""The benchmarks' notes in the formats of other tools.

python -m benchmarks.peer_decks TOOL NOTES FOLDER
"""

from __future__ import annotations

import json
import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.decks import benchmark_notes
from benchmarks.yardstick import MODEL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.decks import BenchmarkNote

_FIELDS = [field["name"] for field in MODEL.fields]
_TEMPLATES = [{key: part[key] for key in ("name", "qfmt", "afmt")} for part in MODEL.templates]


def _one_file(notes: Iterable[BenchmarkNote], folder: Path) -> None:
    """Write the deck for `anki-yaml-tool`: one file with the note type, and a mapping for each note."""
    head = {
        "name": "Mnemonic",
        "deck-name": "Benchmark",
        "css": "",
        "fields": _FIELDS,
        "templates": _TEMPLATES,
    }
    with (folder / "deck.yaml").open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"config: {json.dumps(head)}\ndata:\n")
        for note in notes:
            file.write(f"  - fact: {note.fact}\n    mnemonic: {note.mnemonic}\n    section: {note.section}\n")
            file.write(f"    ask: {json.dumps(note.ask)}\n")
            file.write(f"    tags: [{', '.join(note.tags)}]\n" if note.tags else "")
            file.write(_block("    explanation: ", note.explanation, "      "))


def _file_a_section(notes: Iterable[BenchmarkNote], folder: Path) -> None:
    """Write the deck for `anki-librarian`: a folder with the note type and a file for each section.

    Its notes are lists of fields; it knows no tags.
    """
    deck = folder / "source" / "benchmark"
    deck.mkdir(parents=True)
    fields = [{"name": name} for name in _FIELDS]
    notetype = {"id": MODEL.model_id, "name": "Mnemonic", "fields": fields, "templates": _TEMPLATES}
    head = json.dumps({"id": 2059400110, "name": "Benchmark", "models": [notetype]})
    (deck / "deck.yaml").write_text(head, "utf-8")
    for section, own in groupby(notes, key=lambda note: note.section):
        with (deck / f"{section}.yaml").open("w", encoding="utf-8", newline="\n") as file:
            file.write("cards:\n  model: Mnemonic\n  notes:\n")
            for note in own:
                file.write(f"    - - {note.fact}\n      - {note.mnemonic}\n")
                file.write(_block("      - ", note.explanation, "        "))
                file.write(f"      - {json.dumps(note.ask)}\n      - {section}\n")


def _block(start: str, text: str, margin: str) -> str:
    lines = "".join(f"{margin}{line}\n" if line else "\n" for line in text.split("\n"))
    return f"{start}|\n{lines}" if text else f'{start}""\n'


FORMATS = {"anki-yaml-tool": _one_file, "anki-librarian": _file_a_section}


if __name__ == "__main__":
    FORMATS[sys.argv[1]](benchmark_notes(int(sys.argv[2])), Path(sys.argv[3]))
