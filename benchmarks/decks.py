"""Decks as a class writes them: any number of notes, always the same ones for the same number.

python -m benchmarks.decks NOTES cards.yaml
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NOTES_PER_SECTION = 7
_SEED = 8
# What a drug does, and what it sounds like.
_SOUNDS = {
    "baclofen": "back clover",
    "receptor": "reef sceptre",
    "sodium": "soda dome",
    "potassium": "pot ashes",
    "calcium": "calf sea",
    "chloride": "clover ride",
    "channel": "chapel",
    "agonist": "egg artist",
    "antagonist": "ant artist",
    "enzyme": "hen sign",
    "kinase": "key nest",
    "muscle": "mussel",
    "nerve": "nerf",
    "cord": "cork",
    "liver": "lever",
    "kidney": "kitten knee",
    "heart": "hearth",
    "lung": "lunch",
    "bone": "bonfire",
    "marrow": "barrow",
    "skin": "skid",
    "vessel": "wrestle",
    "artery": "art tree",
    "vein": "vane",
    "rhythm": "river thumb",
    "pressure": "press chair",
    "output": "otter pot",
    "filtration": "filter train",
    "rate": "rake",
    "uptake": "apple take",
    "release": "re lease",
    "synthesis": "sink thesis",
    "clearance": "clear ants",
    "half-life": "calf knife",
    "potency": "pot tent",
    "dose": "doze",
    "taper": "tapir",
    "infusion": "fusion inn",
    "overdose": "overalls doze",
    "withdrawal": "with drawbridge",
    "spasm": "space ham",
    "tremor": "trumpet armour",
    "seizure": "sea scissors",
    "rash": "radish",
    "cough": "coffee",
    "oedema": "a demon",
    "anaemia": "an enemy",
    "acidosis": "acid oasis",
    "fever": "beaver",
    "nausea": "nose sea",
    "fatigue": "fat tiger",
    "dizziness": "daisy nest",
    "headache": "head cake",
}
_NAMES = tuple(_SOUNDS)
_PLACES = """
roof garden tower cellar bridge market harbour island desert forest station museum bakery library castle
circus swamp canyon lighthouse windmill
""".split()  # noqa: SIM905 - words, not code
_WORDS = """
the a of in and with by to from less more slows raises lowers blocks opens closes binds keeps enters leaves
cell membrane fibre reflex signal level often rarely first then because although patients plasma water spinal
cardiac renal hepatic acute chronic severe mild usual daily
""".split()  # noqa: SIM905
_EXPLAINED, _LISTED, _TAGGED = 0.8, 0.4, 0.1  # of all notes; of the explained ones; of all


@dataclass(frozen=True, slots=True)
class BenchmarkNote:
    """One note as its author thinks of it; *ask* and *explanation* may be empty, *tags* too."""

    section: str
    fact: str
    mnemonic: str
    ask: str
    explanation: str
    tags: tuple[str, ...]


def benchmark_notes(count: int) -> Iterator[BenchmarkNote]:
    """Yield *count* notes: seven a section, half with a question, most with an explanation, few with tags."""
    chance = random.Random(_SEED)  # noqa: S311 - nobody has to guess them
    for number in range(count):
        names = chance.choices(_NAMES, k=chance.randint(1, 3))
        sounds = " ".join(_SOUNDS[name] for name in names)
        fact = f"{' '.join(names)} {number + 1}".capitalize()
        yield BenchmarkNote(
            section=f"Section {number // NOTES_PER_SECTION + 1}",
            fact=fact,
            mnemonic=f"{sounds} in a {_some(chance, _PLACES, 2, 2)}".title(),
            ask=f"Which {_some(chance, _WORDS, 4, 9)}?" if number % 2 else "",
            explanation=_explanation(chance, fact) if chance.random() < _EXPLAINED else "",
            tags=(chance.choice(_NAMES),) if chance.random() < _TAGGED else (),
        )


def _some(chance: random.Random, words: Sequence[str], least: int, most: int) -> str:
    return " ".join(chance.choices(words, k=chance.randint(least, most)))


def _explanation(chance: random.Random, fact: str) -> str:
    """Write a paragraph that emphasises the fact, and sometimes a list below it."""
    lines = [f"The **{fact}** {_some(chance, _WORDS, 8, 12)}.", f"It {_some(chance, _WORDS, 10, 14)}."]
    if chance.random() < _LISTED:
        lines += [
            "",
            *(f"- {_some(chance, _WORDS, 4, 8)};" for _ in range(2)),
            f"- *{_some(chance, _WORDS, 3, 5)}*.",
        ]
    return "\n".join(lines)


def deck_yaml(notes: Iterator[BenchmarkNote]) -> str:
    """Return the notes as a `cards.yaml`."""
    lines = ["deck: Benchmark", "id: benchmark-k3x9", "license: CC0-1.0", "sections:"]
    section = ""
    for note in notes:
        if note.section != section:
            section = note.section
            lines.append(f"  {section}:")
        lines += [f"    - fact: {note.fact}", f"      mnemonic: {note.mnemonic}"]
        lines += [f"      ask: {note.ask}"] if note.ask else []
        lines += [f"      tags: [{', '.join(note.tags)}]"] if note.tags else []
        if note.explanation:
            lines.append("      explanation: |")
            lines += [f"        {line}" if line else "" for line in note.explanation.split("\n")]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(deck_yaml(benchmark_notes(int(sys.argv[1]))), "utf-8", newline="\n")
