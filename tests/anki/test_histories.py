"""What an author may do to a deck over the months, and what each of it does to a reader."""

from __future__ import annotations

import io
import shutil
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from anki_reader import Reader
from desk import Desk, at
from patched_tool import Patched

if TYPE_CHECKING:
    from pathlib import Path

    from anki_backend import Anki
    from anki_reader import Held, Import

pytestmark = pytest.mark.anki

SOURCE = """\
deck: Zoo::Birds
id: zoo-birds
sections:
  Water:
    - fact: Goose
      mnemonic: Goes
      explanation: It honks
      ask: Who honks?
    - fact: Swan
      mnemonic: Swam
      explanation: It hisses
  Air:
    - fact: Swift
      mnemonic: Sweep
    - fact: Hawk
      mnemonic: Hook
      ask: Who hunts?
    - fact: Lark
      mnemonic: Lurk
    - fact: Crow
      mnemonic: Crown
"""
SWAN = "    - fact: Swan\n      mnemonic: Swam\n      explanation: It hisses\n"
SYMBOL = '<g id="sym-{}"><path d="M{},10h10v10z" fill="{}"/></g>'


class Student(Reader):
    """A reader who studies the first release, and writes on some notes."""

    def begins(self, package: Path, *written_on: str) -> Held:
        """Import the first release in its week, study it, edit and tag the notes *written_on*."""
        self.takes(package, at(0.5))
        guids = self.holds().guids
        own = {"field": "Explanation", "text": "my words", "tag": "mine"}
        self.does(
            at(0.6), ("study", {"seed": 1}), *(("edit", {"guid": guids[fact], **own}) for fact in written_on)
        )
        return self.holds()

    def writes_on(self, week: float, fact: str) -> None:
        edit = {"guid": self.holds().guids[fact], "field": "Explanation", "text": "mine", "tag": "mine"}
        self.does(at(week), ("edit", edit))


@pytest.fixture
def student(anki: Anki) -> Student:
    return Student(anki)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "zoo").write(SOURCE)


def changed(done: Import) -> tuple[list[str], list[str]]:
    """Name what was updated and what is new."""
    return done.facts(done.updated), done.facts(done.new)


def own(done: Import) -> list[str]:
    """Name the notes on which the reader's own words and tag still stand."""
    notes = done.after.notes.values()
    kept = [note for note in notes if "mine" in note["tags"] and "my words" in note["fields"]["Explanation"]]
    return sorted(note["fields"]["Fact"] for note in kept if "Fact" in note["fields"])


def test_a_clock_that_is_a_year_behind_still_makes_corrections_that_arrive(
    student: Student, desk: Desk
) -> None:
    student.begins(desk.release(0))
    desk.edit(("Sweep", "Swoop"))
    desk.edit(("Hook", "Hooked"))
    student.takes(desk.release(1), at(1.5))
    desk.edit(("Hooked", "Hockey"))
    done = student.takes(desk.release(-52), at(2.5))
    # The stamp is a second after the last one, a week before this import: until 24.11 that is too early.
    late = student.anki.release < (25,)
    assert changed(done) == ([] if late else ["Hawk"], [])
    desk.edit(("Hockey", "Hooks"))
    assert changed(student.takes(desk.release(3), at(3.5))) == (["Hawk"], [])


def test_what_was_built_and_never_shared_arrives_with_the_next_release(student: Student, desk: Desk) -> None:
    student.begins(desk.release(0), "Swift", "Lark")
    desk.edit(("Sweep", "Swoop"), ("Crown", "Crowd"))
    desk.release(1)
    desk.edit(("Hook", "Hooked"), ("Crowd", "Crown"))
    done = student.takes(desk.release(2), at(2.5))
    assert changed(done) == (["Crow", "Hawk", "Swift"], [])
    assert done.after.note("Swift")["fields"]["Mnemonic"] == "Swoop"
    assert own(done) == ["Lark"]


@pytest.mark.parametrize(
    "back", [SWAN, SWAN.replace("Swam", "Sworn"), SWAN.replace("fact: Swan", "fact: Mute swan")]
)
def test_a_note_that_was_removed_and_written_again_is_the_same_note(
    student: Student, desk: Desk, back: str
) -> None:
    guid = student.begins(desk.release(0), "Swan").guids["Swan"]
    desk.edit((SWAN, ""))
    gone = student.takes(desk.release(1), at(1.5))
    assert changed(gone) == ([], [])
    assert own(gone) == ["Swan"], "it stays with its reader"
    desk.edit(("  Air:\n", back + "  Air:\n"))
    done = student.takes(desk.release(2), at(2.5))
    assert done.new == set()
    assert done.updated == (set() if back == SWAN else {guid})
    assert own(done) == (["Swan"] if back == SWAN else [])


def test_a_note_marked_as_retired_is_marked_for_its_readers_until_it_is_taken_back(
    student: Student, desk: Desk
) -> None:
    student.begins(desk.release(0), "Swan", "Crow")
    desk.edit(("mnemonic: Swam\n", "mnemonic: Swam\n      retired: true\n"))
    done = student.takes(desk.release(1), at(1.5))
    assert changed(done) == (["Swan"], [])
    assert "deckwright::retired" in done.after.note("Swan")["tags"]
    desk.edit(("      retired: true\n", ""))
    done = student.takes(desk.release(2), at(2.5))
    assert changed(done) == (["Swan"], [])
    assert done.after.note("Swan")["tags"] == ["Zoo::Birds::Water"]
    assert own(done) == ["Crow"]


def test_an_id_given_later_moves_nothing_and_then_holds_over_any_rewording(
    student: Student, desk: Desk
) -> None:
    guid = student.begins(desk.release(0), "Swan").guids["Swan"]
    desk.edit(("fact: Swan", "id: swan\n      fact: Swan"))
    done = student.takes(desk.release(1), at(1.5))
    assert changed(done) == ([], [])
    assert own(done) == ["Swan"]
    desk.edit(("fact: Swan", "fact: Cygnus olor"), ("Swam", "Sick nose"), ("It hisses", "A mute one"))
    done = student.takes(desk.release(2), at(2.5))
    assert done.updated == {guid}
    assert done.new == set()


def test_an_id_given_together_with_a_new_fact_keeps_the_history(student: Student, desk: Desk) -> None:
    guid = student.begins(desk.release(0)).guids["Swan"]
    desk.edit(("fact: Swan", "id: swan\n      fact: Cygnus olor"))
    done = student.takes(desk.release(1), at(1.5))
    assert (done.updated, done.new) == ({guid}, set())


def test_another_deck_id_is_refused_and_with_replace_moves_nothing(student: Student, desk: Desk) -> None:
    student.begins(desk.release(0), "Swan")
    desk.edit(("id: zoo-birds", "id: all-birds"))
    refused = desk.build(1)
    assert refused.code == 1
    assert "error[another-deck]" in refused.err
    done = student.takes(desk.release(1, "--replace"), at(1.5))
    assert changed(done) == ([], [])
    desk.edit(("Sweep", "Swoop"), ("  Air:\n", "  Air:\n    - Tern ~ Turn\n"))
    done = student.takes(desk.release(2), at(2.5))
    assert changed(done) == (["Swift"], ["Tern"])
    assert own(done) == ["Swan"]


def test_a_renamed_section_updates_its_notes_alone(student: Student, desk: Desk) -> None:
    student.begins(desk.release(0), "Swan", "Swift")
    desk.edit(("  Water:", "  On the water:"))
    done = student.takes(desk.release(1), at(1.5))
    assert changed(done) == (["Goose", "Swan"], [])
    assert done.after.note("Swan")["tags"] == ["Zoo::Birds::On_the_water"]
    assert own(done) == ["Swift"]


def test_tags_alone_update_their_note_alone(student: Student, desk: Desk) -> None:
    student.begins(desk.release(0), "Swan", "Swift")
    desk.edit(("mnemonic: Swam\n", "mnemonic: Swam\n      tags: [white]\n"))
    done = student.takes(desk.release(1), at(1.5))
    assert changed(done) == (["Swan"], [])
    assert sorted(done.after.note("Swan")["tags"]) == ["Zoo::Birds::Water", "white"]
    assert own(done) == ["Swift"]


def png(colour: str) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (2, 2), colour).save(data, "png")
    return data.getvalue()


def test_a_picture_alone_updates_its_note_alone(student: Student, desk: Desk) -> None:
    drawn = SOURCE.replace("mnemonic: Swam\n", "mnemonic: Swam\n      image: swan.png\n")
    desk.write(
        drawn.replace("Hook\n", "Hook\n      image: hawk.png\n"), swan_png=png("red"), hawk_png=png("red")
    )
    before = student.begins(desk.release(0), "Swan", "Hawk").note("Swan")
    desk.write(desk.source, swan_png=png("blue"))
    done = student.takes(desk.release(1), at(1.5))
    assert changed(done) == (["Swan"], [])
    assert done.after.note("Swan")["fields"]["Picture"] != before["fields"]["Picture"]
    assert (
        student.anki.step(
            "check_media",
        )["missing"]
        == []
    )


def test_a_scene_with_one_symbol_more_moves_no_other_note(student: Student, desk: Desk) -> None:
    def scene(**symbols: str) -> bytes:
        groups = (SYMBOL.format(name, 20 * index, fill) for index, (name, fill) in enumerate(symbols.items()))
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30">{"".join(groups)}</svg>'.encode()

    symbols = {"goose": "red", "swan": "blue", "lark": "tan"}
    desk.write(f"scene: pond.svg\n{SOURCE}", pond_svg=scene(**symbols))
    before = student.begins(desk.release(0), "Goose", "Swan", "Lark", "Crow")
    assert "sym" not in before.note("Crow")["fields"]["Symbol"]
    desk.write(desk.source, pond_svg=scene(**symbols, crow="black"))
    done = student.takes(desk.release(1), at(1.5))
    assert changed(done) == (["Crow"], [])
    assert own(done) == ["Goose", "Lark", "Swan"]
    assert student.anki.step("check_media")["missing"] == []


def test_later_texts_of_the_note_type_reach_every_card_and_move_no_note(
    student: Student, desk: Desk, tmp_path: Path
) -> None:
    student.begins(desk.release(0), "Goose", "Lark")
    tool = Patched(tmp_path / "later")
    tool.restyle("<i>later</i>", "\n.later { color: red }\n")
    done = student.takes(desk.release(1, tool=tool), at(1.5))
    assert changed(done) == ([], [])
    assert own(done) == ["Goose", "Lark"]
    shown, types = student.anki.steps(("render", {}), ("notetypes", {}))
    assert len(types) == 1
    assert all("<i>later</i>" in shown[f"{guid}/0"]["front"] for guid in done.after.notes)
    assert all(".later { color: red }" in card["css"] for card in shown.values())
    # Someone who still builds with the tool of yesterday takes nothing of it away.
    assert changed(student.takes(desk.release(2), at(2.5))) == ([], [])
    assert student.anki.step("notetypes") == types


def test_a_renderer_that_writes_every_field_anew_moves_no_note(
    student: Student, desk: Desk, tmp_path: Path
) -> None:
    student.begins(desk.release(0), "Goose", "Lark")
    tool = Patched(tmp_path / "later")
    tool.replace(
        "cards/render.py",
        r'"Fact": markup\.line\(note\.fact\),',
        '"Fact": f"<b>{markup.line(note.fact)}</b>",',
    )
    built = desk.build(1, tool=tool)
    assert "6 notes render differently for new readers" in built.err
    assert "0 new, 0 updated, 6 untouched" in built.err
    done = student.takes(desk.release(1, tool=tool), at(1.5))
    assert changed(done) == ([], [])
    desk.edit(("Sweep", "Swoop"))
    done = student.takes(desk.release(2, tool=tool), at(2.5))
    assert changed(done) == (["<b>Swift</b>"], [])
    assert own(done) == ["Goose", "Lark"]
    assert len(student.takes(desk.release(3, "--refresh", tool=tool), at(3.5)).updated) == 6


def test_a_folder_copied_to_start_a_second_deck_leaves_the_first_alone(student: Student, desk: Desk) -> None:
    student.begins(desk.release(0), "Swan")
    second = Desk(desk.folder.with_name("fish"))
    shutil.copytree(desk.folder, second.folder)
    fish = (
        SOURCE.replace("Birds", "Fish")
        .replace("fact: ", "fact: Fish ")
        .replace("mnemonic: ", "mnemonic: Fin ")
    )
    fish = fish.replace("explanation: It", "explanation: A fish").replace("ask: Who", "ask: Which fish")
    for source in (fish, fish.replace("zoo-birds", "zoo-fish")):
        second.write(source)
        refused = second.build(1)
        assert refused.code == 1
        assert "error[another-deck]" in refused.err
    (second.folder / "cards.lock").unlink()
    shutil.rmtree(second.folder / "build")
    done = student.takes(second.release(1), at(1.5))
    assert done.updated == set()
    assert len(done.new) == 6
    assert own(done) == ["Swan"]
    assert changed(student.takes(desk.release(2), at(2.5))) == ([], [])


def test_decks_of_two_authors_share_a_collection_and_a_note_type(
    student: Student, desk: Desk, tmp_path: Path
) -> None:
    """The decks even hold notes of the same texts."""
    other = Desk(tmp_path / "other").write(
        SOURCE.replace("Zoo::Birds", "Park").replace("zoo-birds", "park-k3x9")
    )
    student.takes(desk.release(0), at(0.5))
    both = student.takes(other.release(0.1), at(0.6))
    assert (len(both.new), both.updated) == (6, set())
    assert len(both.after.notes) == 12
    desk.edit(("Sweep", "Swoop"))
    other.edit(("Hook", "Hooked"))
    tool = Patched(tmp_path / "later")
    tool.restyle("<i>later</i>", "\n.later { color: red }\n")
    one = student.takes(desk.release(1, tool=tool), at(1.5))
    two = student.takes(other.release(2), at(2.5))
    assert [one.after.notes[guid]["fields"]["Mnemonic"] for guid in one.updated] == ["Swoop"]
    assert [two.after.notes[guid]["fields"]["Mnemonic"] for guid in two.updated] == ["Hooked"]
    types, decks = student.anki.steps(("notetypes", {}), ("decks", {}))
    assert list(types) == ["Deckwright Mnemonic"]
    assert (decks["Zoo::Birds"], decks["Park"]) == (8, 8)
