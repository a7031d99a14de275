"""What Anki does to note types on import, and that our type can be changed the ways that cost nothing."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from anki_packages import LATER, STAMP, Note, Notetype, Shelf, imported, log
from deckwright.apkg.read import read_package
from one_deck import MNEMONIC

if TYPE_CHECKING:
    from anki_backend import Anki
    from anki_releases import Releases

pytestmark = pytest.mark.anki

FRONT, BACK, EXTRA = ("Front", 11), ("Back", 12), ("Extra", 13)
ONE = ("Card 1", 21, "{{Front}}", "{{Back}}")
TWO = ("Card 2", 22, "{{Back}}", "{{Front}}")
THREE = ("Card 3", 23, "{{Front}}{{Back}}", "")
TYPE = Notetype(fields=(FRONT, BACK), templates=(ONE, TWO))
RENAMED = replace(
    TYPE, fields=(("New name", 11), BACK), templates=(("New name", 21, "{{New name}}", "{{Back}}"), TWO)
)
RESTYLED = replace(TYPE, css=".new {}", templates=((*ONE[:2], "New: {{Front}}", "{{Back}}"), TWO))
CLOZE = replace(TYPE, templates=((*ONE[:2], "{{cloze:Front}}", "{{Back}}"),), more={"type": 1})
NOTE = Note("g", ("front", "back"), cards=(0, 1))
OTHER = Note("h", ("other", "side"))
EDITED = replace(NOTE, fields=("FRONT", "BACK"), mod=LATER)
NOTES: tuple[str, dict[str, Any]] = ("notes", {})
CARDS: tuple[str, dict[str, Any]] = ("cards", {})
TYPES: tuple[str, dict[str, Any]] = ("notetypes", {"prefix": "Rule"})
MASKS = (
    "{{c1::image-occlusion:rect:left=.1:top=.2:width=.3:height=.4:oi=1}}<br>"
    "{{c2::image-occlusion:rect:left=.5:top=.2:width=.3:height=.4:oi=1}}"
)
OCCLUSION = Notetype(
    fields=(("Masks", 31), ("Picture", 32), ("Header", 33), ("More", 34), ("Comments", 35)),
    templates=(("Image Occlusion", 41, "{{cloze:Masks}}{{Picture}}", "{{cloze:Masks}}{{Picture}}"),),
    tags=(0, 1, 2, 3, 4),
    more={"type": 1, "originalStockKind": 6},
)
SCENE = '<img src="_scene.png">'


def without_ids(notetype: Notetype) -> Notetype:
    """Return the type as a tool writes it that knows no stable ids."""
    return replace(
        notetype,
        fields=tuple((name, None) for name, _ in notetype.fields),
        templates=tuple((name, None, front, back) for name, _, front, back in notetype.templates),
    )


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        pytest.param(replace(TYPE, fields=(FRONT, BACK, EXTRA)), ("FRONT", "BACK", "MORE"), id="field added"),
        pytest.param(replace(TYPE, fields=(FRONT,)), ("FRONT",), id="field removed"),
        pytest.param(replace(TYPE, fields=(BACK, FRONT)), ("BACK", "FRONT"), id="fields reordered"),
        pytest.param(replace(TYPE, templates=(ONE, TWO, THREE)), ("FRONT", "BACK"), id="template added"),
        pytest.param(replace(TYPE, templates=(ONE,)), ("FRONT", "BACK"), id="template removed"),
        pytest.param(replace(TYPE, templates=(TWO, ONE)), ("FRONT", "BACK"), id="templates reordered"),
        pytest.param(without_ids(RENAMED), ("FRONT", "BACK"), id="renamed without ids"),
    ],
)
def test_another_schema_forks_the_type_and_blocks_every_update(
    anki: Anki, packages: Shelf, changed: Notetype, fields: tuple[str, ...]
) -> None:
    edited = replace(EDITED, fields=fields, cards=(0,))
    package = packages(edited, notetype=replace(changed, mod=LATER))
    _, first, blocked, types, notes, again, after = anki.steps(
        imported(packages(NOTE, notetype=TYPE)),
        NOTES,
        imported(package),
        TYPES,
        NOTES,
        imported(package),
        TYPES,
    )
    assert blocked == again == log(conflicting=1)
    assert set(types) == {"Rule", "Rule+"}
    assert notes == first
    assert set(after) == {"Rule", "Rule+"}, "a second import finds the fork again"


def test_slots_with_ids_are_renamed_in_place(anki: Anki, packages: Shelf) -> None:
    _, _, before, updated, types, notes, cards = anki.steps(
        imported(packages(NOTE, notetype=TYPE)),
        ("study", {"seed": 1}),
        CARDS,
        imported(packages(EDITED, notetype=replace(RENAMED, mod=LATER))),
        TYPES,
        NOTES,
        CARDS,
    )
    assert updated == log(updated=1)
    assert list(types) == ["Rule"]
    assert types["Rule"]["fields"] == ["New name", "Back"]
    assert list(types["Rule"]["templates"]) == ["New name", "Card 2"]
    assert notes["g"]["fields"] == {"New name": "FRONT", "Back": "BACK"}
    assert cards == before


def test_ids_may_be_given_later_to_slots_of_the_same_names(anki: Anki, packages: Shelf) -> None:
    *logs, types = anki.steps(
        imported(packages(NOTE, notetype=without_ids(TYPE))),
        imported(packages(NOTE, notetype=replace(TYPE, mod=LATER))),
        imported(packages(NOTE, notetype=replace(RENAMED, mod=LATER + 1))),
        TYPES,
    )
    assert logs == [log(new=1), log(duplicate=1), log(duplicate=1)]
    assert types["Rule"]["fields"] == ["New name", "Back"]


@pytest.mark.parametrize(
    ("changed", "what"), [(RENAMED, "fields"), (RESTYLED, "css"), (RESTYLED, "templates")]
)
def test_a_type_is_updated_by_a_newer_stamp_alone(
    anki: Anki, packages: Shelf, changed: Notetype, what: str
) -> None:
    equal, older, newer = (
        imported(packages(NOTE, notetype=replace(changed, mod=mod))) for mod in (STAMP, STAMP - 1, LATER)
    )
    _, first, *same, last, types = anki.steps(
        imported(packages(NOTE, notetype=TYPE)), TYPES, equal, TYPES, older, TYPES, newer, TYPES
    )
    assert same == [log(duplicate=1), first] * 2
    assert last == log(duplicate=1), "whether or not a note is updated"
    assert types["Rule"]["mod"] == LATER
    assert types["Rule"][what] != first["Rule"][what]


def test_an_older_type_in_a_later_package_rolls_nothing_back(anki: Anki, packages: Shelf) -> None:
    _, before, updated, types = anki.steps(
        imported(packages(NOTE, notetype=replace(RESTYLED, mod=LATER))),
        TYPES,
        imported(packages(EDITED, notetype=TYPE)),
        TYPES,
    )
    assert updated == log(updated=1)
    assert types == before


def test_merging_stamps_the_type_with_the_import(anki: Anki, packages: Shelf) -> None:
    """So a reader with that option on keeps our older look until a type stamped after the import."""
    started = int(time.time())
    *_, merged, _, types = anki.steps(
        imported(packages(NOTE, notetype=TYPE)),
        imported(packages(EDITED, notetype=TYPE), merge_notetypes=True),
        TYPES,
        imported(packages(EDITED, notetype=replace(RESTYLED, mod=LATER))),
        TYPES,
    )
    assert merged["Rule"]["mod"] >= started
    assert types == merged


def test_another_sort_field_marks_every_note_of_the_type_as_edited_by_the_reader(
    anki: Anki, packages: Shelf
) -> None:
    started = int(time.time())
    _, again, notes, correction = anki.steps(
        imported(packages(NOTE, OTHER, notetype=TYPE)),
        imported(packages(NOTE, notetype=replace(TYPE, mod=LATER, more={"sortf": 1}))),
        NOTES,
        imported(packages(EDITED, replace(OTHER, mod=LATER), notetype=TYPE)),
    )
    assert again == log(duplicate=1)
    assert [note["sort"] for note in notes.values()] == ["back", "side"]
    assert all(note["mod"] >= started for note in notes.values())
    assert correction == log(duplicate=2), "so our next correction is lost"


def test_a_type_turned_cloze_leaves_cards_without_a_front(anki: Anki, packages: Shelf) -> None:
    one_card = replace(TYPE, templates=(ONE,))
    turned = packages(
        replace(EDITED, fields=("{{c1::FRONT}}", ""), cards=(0,)), notetype=replace(CLOZE, mod=LATER)
    )
    first = imported(packages(replace(NOTE, cards=(0,)), OTHER, notetype=one_card))
    _, updated, types, shown = anki.steps(first, imported(turned), TYPES, ("render", {}))
    assert updated == log(updated=1)
    assert list(types) == ["Rule"]
    assert "No cloze" in shown["h/0"]["front"]


def test_a_type_turned_cloze_stops_an_import_that_merges(anki: Anki, packages: Shelf) -> None:
    one_card = replace(TYPE, templates=(ONE,))
    turned = packages(replace(EDITED, cards=(0,)), notetype=replace(CLOZE, mod=LATER))
    _, refusal = anki.steps(
        imported(packages(replace(NOTE, cards=(0,)), notetype=one_card)),
        ("refused_import", {"package": turned, "merge_notetypes": True}),
    )
    # 23.10 goes on, as without merging.
    assert refusal == ("BackendError" if anki.release >= (24,) else "")


def test_our_slots_have_ids_so_a_spare_is_renamed_in_place(
    anki: Anki, packages: Shelf, releases: Releases
) -> None:
    def changed(notetype: dict[str, Any]) -> None:
        notetype["mod"] += 1
        notetype["css"] = ".new {}"
        notetype["flds"][-1]["name"] = "New field"
        notetype["tmpls"][-1].update(name="New card", qfmt="{{New field}}")

    *_, again, types, missing = anki.steps(
        imported(releases.first),
        imported(packages.patched(releases.second, changed)),
        ("notetypes", {}),
        ("missing_cards", {}),
    )
    assert again == log(updated=3, duplicate=1)
    (ours,) = types.values()
    assert ours["css"] == ".new {}"
    assert ours["fields"][-1] == "New field"
    assert list(ours["templates"])[-1] == "New card"
    assert missing == {"added": 0, "empty": 0}


def test_every_slot_of_ours_has_an_id_of_its_own(releases: Releases) -> None:
    (ours,) = read_package(releases.first).notetypes
    ids = [field.id for field in ours.fields] + [template.id for template in ours.templates]
    assert all(ids)
    assert len(set(ids)) == len(ids)


def test_our_type_is_the_tools_own_and_stands_still_between_builds(releases: Releases) -> None:
    for path in (releases.first, releases.second, releases.third):
        (ours,) = read_package(path).notetypes
        assert (ours.id, ours.modified, ours.sort_field) == (MNEMONIC.id, MNEMONIC.modified, 0)


@pytest.mark.parametrize(
    ("notetype", "fields"),
    [
        pytest.param(OCCLUSION, (MASKS, SCENE, "head", "", ""), id="in order"),
        pytest.param(replace(OCCLUSION, tags=()), (MASKS, SCENE, "head", "", ""), id="in order, untagged"),
        pytest.param(
            replace(
                OCCLUSION,
                fields=(("Header", 33), ("Masks", 31), ("Picture", 32), *OCCLUSION.fields[3:]),
                tags=(2, 0, 1, 3, 4),
            ),
            ("head", MASKS, SCENE, "", ""),
            id="by tags",
        ),
    ],
)
def test_image_occlusion_is_recognised_by_stock_kind_and_field_tags(
    anki: Anki, packages: Shelf, notetype: Notetype, fields: tuple[str, ...]
) -> None:
    note = Note("g", fields, cards=(0, 1))
    package = packages(note, notetype=notetype, media={"_scene.png": b"scene"})
    _, types, opened, missing = anki.steps(
        imported(package), TYPES, ("occlusion", {"guid": "g"}), ("missing_cards", {})
    )
    assert types["Rule"]["kind"] == 6
    del opened["places"]
    assert opened == {"picture": "scene", "header": "head", "masks": 2}
    assert missing == {"added": 0, "empty": 0}


@pytest.mark.parametrize("kept", [True, False])
def test_check_database_restamps_an_occlusion_type_unless_all_its_fields_are_kept_from_deletion(
    anki: Anki, packages: Shelf, *, kept: bool
) -> None:
    notetype = replace(OCCLUSION, prevent_deletion=kept)
    _, before, changed, after = anki.steps(
        imported(packages(Note("g", (MASKS, SCENE, "", "", ""), cards=(0, 1)), notetype=notetype)),
        TYPES,
        ("check_database", {}),
        TYPES,
    )
    assert changed == ([] if kept else ["notetypes", "fields"])
    assert (after["Rule"]["mod"] == before["Rule"]["mod"]) is kept
