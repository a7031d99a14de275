"""The note type is a promise to every collection that has it: order, ids and stamps are pinned here."""

from __future__ import annotations

import hashlib
import re

from deckwright.cards.notetypes import mnemonic
from deckwright.cards.template import Branch, Shown, parse

FIELDS = [
    "Name", "Fact", "Mnemonic", "Explanation", "Ask", "Forward", "Reverse", "Picture", "Symbol",
    "Left", "Top", "Width", "Height", "Section", "Topic", "Source", "ID",
    "Spare 1", "Spare 2", "Spare 3", "Spare 4",
]  # fmt: skip
TEMPLATES = ["Picture → Fact", "Question → Fact", "Fact → Mnemonic", "Spare 1", "Spare 2"]
MACHINES = {"Forward", "Reverse", "Left", "Top", "Width", "Height", "ID"} | {
    f"Spare {n}" for n in range(1, 5)
}
# Anki takes over a text only when the type's stamp is newer: a new text needs a new stamp, and a new pin.
PINNED = {1_795_392_000: "807f1ff01fd3a5d6"}
SPECIAL = {"FrontSide", "Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag", "CardID"}


def shown(parts: tuple[Shown | Branch, ...]) -> set[str]:
    fields = set()
    for part in parts:
        fields.add(part.field)
        if isinstance(part, Branch):
            fields |= shown(part.parts)
    return fields


def branches(parts: tuple[Shown | Branch, ...]) -> set[str]:
    found = set()
    for part in parts:
        if isinstance(part, Branch):
            found |= {part.field} | branches(part.parts)
    return found


def texts() -> list[str]:
    notetype = mnemonic()
    return [
        notetype.css,
        *(side for template in notetype.templates for side in (template.front, template.back)),
    ]


def test_the_slots_never_move() -> None:
    notetype = mnemonic()
    assert (notetype.name, notetype.id) == ("Deckwright Mnemonic", 1_726_000_000_000)
    assert [field.name for field in notetype.fields] == FIELDS
    assert [field.id for field in notetype.fields] == list(range(1_726_000_000_001, 1_726_000_000_022))
    assert [template.name for template in notetype.templates] == TEMPLATES
    assert [template.id for template in notetype.templates] == list(
        range(1_726_000_000_101, 1_726_000_000_106)
    )


def test_ids_are_unique() -> None:
    notetype = mnemonic()
    ids = [notetype.id, *(field.id for field in notetype.fields)]
    ids += [template.id for template in notetype.templates]
    assert len(set(ids)) == len(ids)


def test_the_first_field_sorts_and_is_content() -> None:
    assert mnemonic().fields[0].name == "Name"
    assert not mnemonic().fields[0].collapsed


def test_machine_fields_are_collapsed_and_every_field_is_described() -> None:
    assert {field.name for field in mnemonic().fields if field.collapsed} == MACHINES
    assert all(field.description for field in mnemonic().fields)


def test_a_changed_text_has_a_newer_stamp() -> None:
    notetype = mnemonic()
    slots = [*(f"{field.name} {field.description}" for field in notetype.fields), *TEMPLATES]
    digest = hashlib.sha256("\0".join([*slots, *texts()]).encode()).hexdigest()[:16]
    assert {notetype.modified: digest} == PINNED, "raise `modified` in notetypes.py, then pin both here"


def test_templates_show_nothing_but_slots() -> None:
    for template in mnemonic().templates:
        for side in (template.front, template.back):
            assert shown(parse(side)) <= {*FIELDS, "FrontSide"}, template.name


def test_fronts_show_no_special_field() -> None:
    for template in mnemonic().templates:
        assert not shown(parse(template.front)) & SPECIAL, template.name


def test_no_condition_stands_on_a_name_with_a_space() -> None:
    # Anki 23.10 breaks such sections.
    for text in texts():
        assert not [name for name in branches(parse(text)) if " " in name]


def test_templates_hold_nothing_that_runs_or_loads() -> None:
    for text in texts():
        assert not re.search(
            r"<script|\bon\w+=|javascript:|https?:|url\(|@import|src=|\[sound:", text, re.IGNORECASE
        )


def test_templates_are_clean_text() -> None:
    for text in texts():
        assert "\r" not in text
        assert "\ufeff" not in text
