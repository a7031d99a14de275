"""The study pages of the tests: each as it was scanned, and beside it what the scan did to it.

A line of `<page>.tsv` is what stands in `<page>.txt`, a tab, and what stood there before the scan.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
# Sections, and notes of a fact, a mnemonic and an explanation.
SHAPES = {
    "amiodarone": (3, 6), "baclofen": (3, 6), "clozapine": (3, 7), "digoxin": (3, 7), "furosemide": (3, 7),
    "isoniazid": (3, 6), "lisinopril": (3, 8), "lithium": (3, 6), "metformin": (3, 6), "methotrexate": (3, 7),
    "phenytoin": (3, 7), "vancomycin": (3, 6), "warfarin": (3, 6),
}  # fmt: skip


@dataclass(frozen=True)
class Wound:
    """A damaged place, and what stood there."""

    start: int
    damaged: str
    sound: str

    @property
    def end(self) -> int:
        return self.start + len(self.damaged)


def scanned(name: str) -> str:
    """Return a page as it is."""
    return (HERE / f"{name}.txt").read_text("utf-8")


def wounds(name: str) -> tuple[Wound, ...]:
    """Return what is wrong with a page; each damaged place is unlike any other on it."""
    text = scanned(name)
    rows = (HERE / f"{name}.tsv").read_text("utf-8").splitlines()
    found = []
    for row in rows:
        damaged, sound = row.replace("\\n", "\n").split("\t")
        assert text.count(damaged) == 1, damaged
        found.append(Wound(text.index(damaged), damaged, sound))
    return tuple(found)


def undamaged(name: str) -> str:
    """Return a page as it was before."""
    text = scanned(name)
    for wound in wounds(name):
        text = text.replace(wound.damaged, wound.sound)
    return text
