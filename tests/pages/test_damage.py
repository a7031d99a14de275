"""Repairs of pages, counted: how many of the damaged places are found, and that nothing else is touched."""

from __future__ import annotations

import pytest

from deckwright.pages.damage import Repair, propose
from deckwright.pages.lines import read_lines
from deckwright.pages.roles import read_roles
from deckwright.pages.units import BREAK, read_units
from deckwright.pages.words import lexicon
from deckwright.source.text import apply_edits
from pages.study import SHAPES, Wound, scanned, undamaged, wounds

OTHERS = sorted(set(SHAPES) - {"baclofen"})


def repairs(text: str) -> tuple[Repair, ...]:
    return propose(text, read_roles(read_units(read_lines(text), lexicon().lists)), lexicon()).repairs


def within(wound: Wound, found: tuple[Repair, ...]) -> list[Repair]:
    return [one for one in found if wound.start <= one.start and one.end <= wound.end]


def heals(wound: Wound, found: list[Repair]) -> bool:
    """Tell whether repairs bring back what stood there, but for how its blanks and lines are laid out."""
    edits = [one._replace(start=one.start - wound.start, end=one.end - wound.start).edit for one in found]
    return bool(found) and apply_edits(wound.damaged, edits).split() == wound.sound.split()


def count(name: str) -> tuple[list[Wound], list[Wound], list[Repair]]:
    """Return the places that are healed, those that are missed, and the repairs that heal nothing."""
    found = repairs(scanned(name))
    healed: list[Wound] = []
    missed: list[Wound] = []
    right: set[Repair] = set()
    for wound in wounds(name):
        inside = within(wound, found)
        (healed if heals(wound, inside) else missed).append(wound)
        right |= set(inside) if heals(wound, inside) else set()
    return healed, missed, [one for one in found if one not in right]


def test_a_page_with_every_trouble_is_almost_wholly_mended() -> None:
    healed, missed, wrong = count("baclofen")
    breaks = [wound for wound in healed if BREAK.search(wound.damaged)]
    assert len(healed) + len(missed) == 20
    assert wrong == []
    assert len(breaks) == 6
    assert len(healed) - len(breaks) >= 11


def test_most_damage_to_twelve_other_pages_is_found_and_no_sound_word_touched() -> None:
    counts = {name: count(name) for name in OTHERS}
    healed = sum(len(right) for right, _, _ in counts.values())
    every = healed + sum(len(missed) for _, missed, _ in counts.values())
    wrong = [one for *_, found in counts.values() for one in found]
    assert every > 150
    assert len(wrong) <= 1, wrong
    assert healed / every >= 0.75


@pytest.mark.parametrize("name", SHAPES)
def test_a_sound_page_is_left_alone(name: str) -> None:
    assert repairs(undamaged(name)) == ()


def mended(text: str) -> str:
    return apply_edits(text, (one.edit for one in repairs(text)))


@pytest.mark.parametrize(
    ("damaged", "sound"),
    [
        ("Itis used for pain in adults.", "It is used for pain in adults."),
        ("The eﬀect wears oﬀ after a day.", "The effect wears off after a day."),
        ("It im­proves the sleep of patients.", "It improves the sleep of patients."),
        ("Parkinsonâ€™s disease is treated with it.", "Parkinson’s disease is treated with it."),
        ("Nausea , vomiting and fever follow.", "Nausea, vomiting and fever follow."),
        ("It is taken with meals.The dose is low.", "It is taken with meals. The dose is low."),
        ("Patients with hypoten sion may faint.", "Patients with hypotension may faint."),
        ("Sertra line helps. Sertraline is safe.", "Sertraline helps. Sertraline is safe."),
    ],
)
def test_each_kind_of_damage_is_told(damaged: str, sound: str) -> None:
    assert mended(damaged) == sound


@pytest.mark.parametrize(
    "text",
    [
        "Vitamin D and T cells; hepatitis B lots; a group A strain; E coli and C difficile.",
        "It is given in vivo, in vitro, in situ, ad lib and per os, 5 mg bid or tid.",
        "Asymptomatic, atypical, acellular and afebrile patients with asystole, aplasia or ataxia.",
        "Actin, secretin, relaxin, selectin, statin, fuchsin, actinin and dystrophin are proteins.",
        "Musculus vastus lateralis, crista terminalis, otitis externa, labia majora, substantia nigra.",
        "Oesophageal tumours, anaemia, haemorrhage, paediatric leukaemia and oedema in travellers.",
        "Amphotericin B and amphotericin, tizanidine, dantrolene, nabiximols, Lioresal and Zanaflex.",
        "Drugs in -olol, -pril, -sartan and -statin; see https://example.org/asubtype and `afirst`.",
        "A dose of .5 mg, 1.5 mg ... and so on; e.g. this, i.e. that; U.S.A. and p.o.",
        "Neurodegeneration, immunosuppression, a photodynamic checkpoint and timepoints.",
    ],
)
def test_sound_words_are_left_alone(text: str) -> None:
    assert mended(text) == text


def test_a_mnemonic_is_never_repaired_and_vouches_for_its_words() -> None:
    page = (
        "Title\n\nSpinal cord\nSpina cordd asubtype\nThe cordd is asubtype of many things, as seen above.\n"
    )
    assert repairs(page) == ()


def test_what_the_page_writes_often_vouches_for_itself() -> None:
    text = "The mechanizm is new. " * 2
    assert repairs(text) == ()
    assert mended("The recptor is new. The receptor binds.") == "The receptor is new. The receptor binds."
