"""What Anki does to notes, cards and decks on import, and that our packages reckon with it."""

from __future__ import annotations

import time
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from anki_packages import LATER, STAMP, Note, Notetype, Shelf, imported, log
from deckwright.apkg.read import read_package
from one_deck import MNEMONIC
from support import deckwright, write_project

if TYPE_CHECKING:
    from pathlib import Path

    from anki_backend import Anki
    from anki_releases import Releases

pytestmark = pytest.mark.anki

ALWAYS = 1  # of the dialog's "if newer, always, never"
FUTURE = 4_000_000_000
NOTE = Note("g", ("front", "back"), tags="old")
EDITED = replace(NOTE, fields=("FRONT", "BACK"), tags="new", mod=LATER)
OTHER = Note("h", ("other", "side"))
TWO_CARDS = Notetype(
    templates=(("Card 1", 21, "{{Front}}", "{{Back}}"), ("Card 2", 22, "{{Back}}", "{{Front}}"))
)
READER_EDITS = ("edit", {"guid": "g", "field": "Back", "text": "my words", "tag": "mine"})
NOTES: tuple[str, dict[str, Any]] = ("notes", {})
CARDS: tuple[str, dict[str, Any]] = ("cards", {})
DECKS: tuple[str, dict[str, Any]] = ("decks", {})


def keeps_stamps(anki: Anki) -> bool:
    """Whether an updated note gets the package's stamp; until 24.11 it gets the time of the import."""
    return anki.release >= (25,)


def test_a_newer_note_replaces_all_fields_and_tags_and_keeps_the_schedule(
    anki: Anki, packages: Shelf
) -> None:
    _, _, before, updated, notes, cards = anki.steps(
        imported(packages(NOTE)), ("study", {"seed": 1}), CARDS, imported(packages(EDITED)), NOTES, CARDS
    )
    assert updated == log(updated=1)
    assert notes["g"]["fields"] == {"Front": "FRONT", "Back": "BACK"}
    assert notes["g"]["tags"] == ["new"]
    assert cards == before


def test_an_equal_or_older_note_is_ignored(anki: Anki, packages: Shelf) -> None:
    equal, older = (packages(replace(EDITED, mod=mod)) for mod in (STAMP, STAMP - 1))
    _, *logs, notes, forced, after = anki.steps(
        imported(packages(NOTE)),
        imported(equal),
        imported(older),
        imported(equal, update_notes=ALWAYS),
        NOTES,
        imported(older, update_notes=ALWAYS),
        NOTES,
    )
    assert logs == [log(duplicate=1)] * 3
    assert notes["g"]["fields"]["Front"] == "front"
    assert forced == log(updated=1)
    assert after["g"]["fields"]["Front"] == "FRONT"


def test_our_edits_arrive_though_the_clock_stood_before_the_last_build(
    anki: Anki, releases: Releases
) -> None:
    first, second = (read_package(path).notes for path in (releases.first, releases.second))
    before = {note.guid: note.modified for note in first}
    raised = [note.fields[1] for note in second if note.modified > before[note.guid]]
    assert sorted(raised) == ["Drawn", "Edited", "Old"]
    _, _, cards, updated, notes, after = anki.steps(
        imported(releases.first),
        ("study", {"seed": 1}),
        CARDS,
        imported(releases.second),
        NOTES,
        CARDS,
    )
    assert updated == log(updated=3, duplicate=1)
    assert after == cards
    texts = {note["fields"]["Fact"]: note["fields"]["Explanation"] for note in notes.values()}
    assert "After." in texts["Edited"]
    assert "Gone" in texts, "a note that is absent from the package stays"


def test_a_search_finds_what_we_retired(anki: Anki, releases: Releases) -> None:
    _, _, found, notes = anki.steps(
        imported(releases.first),
        imported(releases.second),
        ("find_notes", {"search": "tag:deckwright::retired"}),
        NOTES,
    )
    assert [notes[guid]["fields"]["Fact"] for guid in found] == ["Old"]


def test_absent_notes_stay(anki: Anki, packages: Shelf) -> None:
    *_, notes = anki.steps(imported(packages(NOTE, OTHER)), imported(packages(EDITED)), NOTES)
    assert set(notes) == {"g", "h"}


@pytest.mark.parametrize("guid", ["g", ""])
def test_a_guid_twice_adds_both(anki: Anki, packages: Shelf, guid: str) -> None:
    twice = packages(replace(NOTE, guid=guid), replace(OTHER, guid=guid))
    added, found = anki.steps(imported(twice), ("find_notes", {"search": "deck:Rules"}))
    assert added == log(new=2)
    assert found == [guid, guid]


def test_our_guids_are_all_different(releases: Releases) -> None:
    for path in (releases.first, releases.second, releases.third):
        guids = [note.guid for note in read_package(path).notes]
        assert all(guids)
        assert len(set(guids)) == len(guids)


def test_a_card_whose_front_becomes_empty_is_blank(anki: Anki, packages: Shelf) -> None:
    full = replace(NOTE, cards=(0, 1))
    empty = replace(EDITED, fields=("FRONT", ""))
    *_, shown, missing = anki.steps(
        imported(packages(full, notetype=TWO_CARDS)),
        imported(packages(empty, notetype=TWO_CARDS)),
        ("render", {}),
        ("missing_cards", {}),
    )
    assert "The front of this card is blank" in shown["g/1"]["front"]
    assert missing == {"added": 0, "empty": 1}


def test_our_withdrawn_question_stays_answerable(anki: Anki, releases: Releases) -> None:
    *_, notes, shown, missing = anki.steps(
        imported(releases.first), imported(releases.third), NOTES, ("render", {}), ("missing_cards", {})
    )
    (edited,) = (guid for guid, note in notes.items() if note["fields"]["Fact"] == "Edited")
    assert "This question was withdrawn" in shown[f"{edited}/1"]["front"]
    assert missing == {"added": 0, "empty": 0}


def test_what_a_reader_edited_after_our_stamp_stays_unless_always(anki: Anki, packages: Shelf) -> None:
    edited = packages(EDITED)
    _, _, ignored, notes, forced, after = anki.steps(
        imported(packages(NOTE)),
        READER_EDITS,
        imported(edited),
        NOTES,
        imported(edited, update_notes=ALWAYS),
        NOTES,
    )
    assert ignored == log(duplicate=1)
    assert notes["g"]["fields"] == {"Front": "front", "Back": "my words"}
    assert notes["g"]["tags"] == ["mine", "old"]
    assert forced == log(updated=1)
    assert after["g"]["fields"] == {"Front": "FRONT", "Back": "BACK"}
    assert after["g"]["tags"] == ["new"]


def test_a_stamp_in_the_future_overwrites_a_reader_at_every_import(anki: Anki, packages: Shelf) -> None:
    ahead = imported(packages(replace(EDITED, mod=FUTURE)))
    *_, unedited, _, first, _, second, notes = anki.steps(
        imported(packages(NOTE)), ahead, ahead, READER_EDITS, ahead, READER_EDITS, ahead, NOTES
    )
    assert [first, second] == [log(updated=1)] * 2
    assert notes["g"]["fields"]["Back"] == "BACK"
    # Until 24.11 the stamp is the import's own time, still before the future: updated again for nothing.
    assert unedited == (log(duplicate=1) if keeps_stamps(anki) else log(updated=1))


def test_our_stamps_lie_in_the_past(releases: Releases) -> None:
    stamps = [note.modified for note in read_package(releases.third).notes]
    assert max(*stamps, MNEMONIC.modified) <= time.time()


def test_until_24_11_an_update_stamped_before_the_last_import_is_skipped(anki: Anki, packages: Shelf) -> None:
    started = int(time.time())
    *_, second, third = anki.steps(
        imported(packages(NOTE)),
        imported(packages(EDITED)),
        NOTES,
        imported(packages(replace(EDITED, mod=LATER + 1))),
    )
    if keeps_stamps(anki):
        assert second["g"]["mod"] == LATER
        assert third == log(updated=1)
    else:
        assert second["g"]["mod"] >= started
        assert third == log(duplicate=1)


def test_import_options_start_as_we_describe_them_and_are_remembered(anki: Anki, packages: Shelf) -> None:
    chosen = {"merge_notetypes": True, "update_notes": 1, "update_notetypes": 2, "with_scheduling": True}
    before, _, after = anki.steps(
        ("import_options", {}), imported(packages(NOTE), **chosen), ("import_options", {})
    )
    # 23.10 has no switch for presets; they come with the learning progress.
    presets = {"with_deck_configs": False} if anki.release >= (24,) else {}
    assert before == dict.fromkeys(chosen, 0) | presets
    assert after == chosen | presets
    assert anki.step("import_options") == after, "remembered by the collection"


def test_a_deck_is_matched_by_name_and_cards_stay_where_they_are(anki: Anki, packages: Shelf) -> None:
    _, known, renamed, moved = anki.steps(
        imported(packages(NOTE)),
        imported(packages(EDITED, OTHER, deck="Renamed")),
        DECKS,
        imported(packages(Note("i", ("third", "")), deck="rULES")),
    )
    assert known == log(new=1, updated=1)
    assert renamed == {"Default": 0, "Rules": 1, "Renamed": 1}
    assert moved == log(new=1)
    assert anki.step("decks") == {"Default": 0, "Rules": 2, "Renamed": 1}, "upper and lower case are one"


@pytest.mark.parametrize(
    "reader",
    [("move_cards", {"guid": "g", "deck": "Mine"}), ("rename_deck", {"deck": "Rules", "name": "Mine"})],
)
def test_a_readers_own_deck_keeps_its_cards(
    anki: Anki, packages: Shelf, reader: tuple[str, dict[str, Any]]
) -> None:
    _, _, updated, decks = anki.steps(imported(packages(NOTE)), reader, imported(packages(EDITED)), DECKS)
    assert updated == log(updated=1)
    # Where the reader renamed the deck, the next import makes an empty one under the old name.
    assert decks == {"Default": 0, "Mine": 1, "Rules": 0}


def test_our_renamed_deck_gets_the_new_notes_alone(anki: Anki, releases: Releases) -> None:
    _, before, added, after = anki.steps(imported(releases.first), DECKS, imported(releases.third), DECKS)
    assert before["Rules::Ours"] == 7
    assert added == log(new=1, updated=4), "the topic stands on every note"
    assert (after["Rules::Ours"], after["Rules::Renamed"]) == (7, 1)


def test_a_readers_preset_stays(anki: Anki, packages: Shelf, releases: Releases) -> None:
    # Until 23.10 presets come with the learning progress, later with a switch of their own.
    presets = "with_deck_configs" if anki.release >= (24,) else "with_scheduling"
    *_, preset = anki.steps(
        imported(packages(NOTE, deck="Rules::Ours")),
        ("set_preset", {"deck": "Rules::Ours", "preset": "Slow"}),
        imported(releases.first, **{presets: True}),
        ("preset", {"deck": "Rules::Ours"}),
    )
    assert preset == "Slow"


def test_a_card_that_exists_is_never_touched_and_a_missing_one_comes_only_in_a_package(
    anki: Anki, packages: Shelf
) -> None:
    alone = imported(packages(EDITED, notetype=TWO_CARDS))
    _, _, _, before, _, still, both, after = anki.steps(
        imported(packages(NOTE, notetype=TWO_CARDS)),
        ("study", {"seed": 1}),
        ("suspend", {"guid": "g", "flag": 3}),
        CARDS,
        alone,
        CARDS,
        imported(packages(replace(EDITED, cards=(0, 1)), notetype=TWO_CARDS)),
        CARDS,
    )
    assert still == before, "Anki makes no card of a note on import, though its front is full"
    assert both == log(duplicate=1)
    assert set(after) == {"g/0", "g/1"}
    assert after["g/0"] == before["g/0"]


def test_a_card_or_note_that_a_reader_deleted_comes_back(anki: Anki, packages: Shelf) -> None:
    package = imported(packages(replace(NOTE, cards=(0, 1)), OTHER, notetype=TWO_CARDS))
    _, _, again, cards, _, back, notes = anki.steps(
        package,
        ("remove_card", {"guid": "g", "ordinal": 1}),
        package,
        CARDS,
        ("remove_note", {"guid": "g"}),
        package,
        NOTES,
    )
    assert again == log(duplicate=2)
    assert "g/1" in cards
    assert back == log(new=1, duplicate=1)
    assert notes["g"]["cards"] == [0, 1]


def test_suspending_lasts_where_deleting_does_not(anki: Anki, releases: Releases) -> None:
    _, notes = anki.steps(imported(releases.first), NOTES)
    (edited,) = (guid for guid, note in notes.items() if note["fields"]["Fact"] == "Edited")
    _, before, updated, after = anki.steps(
        ("suspend", {"guid": edited, "flag": 1}), CARDS, imported(releases.second), CARDS
    )
    assert updated["updated"] == 3
    assert {after[f"{edited}/{ordinal}"][3] for ordinal in (0, 1)} == {-1}
    assert after == before


def test_our_package_is_in_the_format_that_every_anki_reads(releases: Releases) -> None:
    with zipfile.ZipFile(releases.first) as archive:
        names = set(archive.namelist())
    assert {"collection.anki2", "media"} <= names
    assert not names & {"meta", "collection.anki21", "collection.anki21b"}


@pytest.mark.parametrize("style", ["", "style: {accent: teal}\n"])
def test_the_search_of_the_report_finds_what_is_gone_and_nothing_else(
    style: str, anki: Anki, tmp_path: Path
) -> None:
    head = f"deck: Gone\nid: gone-k3x9\n{style}notes:\n  - Kept ~ k\n  - A-b ~ x\n"
    gone = "  - {fact: One, mnemonic: o, id: a_b}\n  - 心 ~ s\n"
    kept = "".join(f"  - Bird {number} ~ b{number}\n" for number in range(9))
    write_project(tmp_path, head + gone + kept)
    assert deckwright("build", "-o", "x.apkg", cwd=tmp_path, SOURCE_DATE_EPOCH="1767225600").code == 0
    write_project(tmp_path, head + kept)
    done = deckwright("build", cwd=tmp_path)
    assert done.code == 0, done.err
    (search,) = (line.strip() for line in done.err.splitlines() if line.startswith('  "note:'))
    _, notes, found = anki.steps(
        ("import_package", {"package": str(tmp_path / "x.apkg")}),
        ("notes", {}),
        ("find_notes", {"search": search}),
    )
    assert sorted(notes[guid]["fields"]["Fact"] for guid in found) == ["One", "心"]
