"""What `adopt` finds again in a package, what it says, and what lock it leaves."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from anki_packages import LATER, STAMP, Note, Notetype, RawPackage
from deckwright.apkg.read import read_package
from one_deck import AT, MNEMONIC
from support import Ran, deckwright, write_project

if TYPE_CHECKING:
    from pathlib import Path

    from deckwright.apkg.package import PackageNote

HEAD = "deck: A::Birds\nid: birds-k3x9\nnotes:\n"
ONE, TWO, THREE = "1767225600", "1767312000", "1767398400"
OWN = "".join(
    f"  - {{fact: Bird {number}, mnemonic: B{number}, explanation: Says {number}.}}\n" for number in range(5)
)
FRONT_BACK = Notetype()
WIDE = Notetype(
    fields=(("Question", None), ("Answer", None), ("Extra", None), ("Uid", None), ("Number", None)),
    templates=(("Card 1", None, "{{Question}}", "{{Answer}}"), ("Card 2", None, "{{Extra}}", "{{Answer}}")),
)


def adopt(folder: Path, source: str, *arguments: str | Path) -> Ran:
    write_project(folder, source)
    return deckwright("adopt", *arguments, folder)


def build(folder: Path, source: str, *arguments: str, now: str = ONE) -> dict[str, PackageNote]:
    """Build, and return the notes by guid."""
    write_project(folder, source)
    done = deckwright("build", folder, "-o", folder / "new.apkg", *arguments, SOURCE_DATE_EPOCH=now)
    assert done.code == 0, done.err
    return {note.guid: note for note in read_package(folder / "new.apkg").notes}


def raw(folder: Path, *notes: Note, notetype: Notetype = FRONT_BACK, deck: str = "A::Birds") -> Path:
    path = folder / "old.apkg"
    RawPackage(notes, notetype, deck).write(path)
    return path


def lines(folder: Path, kind: str = "note") -> dict[str, dict[str, Any]]:
    """Return the lines of the lock, notes by guid."""
    found = map(json.loads, (folder / "cards.lock").read_text("utf-8").splitlines())
    return {line.get("guid", line.get("id")): line for line in found if line["kind"] == kind}


def published(folder: Path, source: str) -> Path:
    """Build a package of ours and lose its lock."""
    build(folder, source)
    (folder / "cards.lock").unlink()
    return (folder / "new.apkg").rename(folder / "old.apkg")


def test_our_own_notes_come_back_as_they_were_but_for_what_changed_since(tmp_path: Path) -> None:
    old = published(tmp_path, HEAD + OWN)
    before = {note.fields[1]: note for note in read_package(old).notes}
    source = HEAD + OWN.replace("Says 3.", "Says three.").replace("fact: Bird 4", "fact: Bird four")
    done = adopt(
        tmp_path, source.replace("  - {fact: Bird 0, mnemonic: B0, explanation: Says 0.}\n", ""), old
    )
    assert done.code == 0, done.err
    assert "4 of 5 notes found again: 3 by id, 1 by text" in done.err
    assert "2 stay as readers have them, 2 will be updated by the next build" in done.err
    assert "In the package alone; they stay with those who have them:\n- Bird 0\n" in done.err
    assert "In the source alone" not in done.err
    after = {note.fields[1]: note for note in build(tmp_path, source, now=TWO).values()}
    assert {name: note.modified for name, note in after.items()} == {
        "Bird 0": int(TWO), "Bird 1": int(ONE), "Bird 2": int(ONE), "Bird 3": int(TWO), "Bird four": int(TWO),
    }  # fmt: skip
    assert after["Bird 0"].guid == before["Bird 0"].guid, "it came back with its text"
    assert after["Bird four"].guid == before["Bird 4"].guid
    assert after["Bird four"].fields[AT["ID"]] == "birds-k3x9/bird-4"
    assert all(note.id % 1024 == 0 for note in after.values())


def test_the_id_of_a_deck_without_one_comes_from_the_package(tmp_path: Path) -> None:
    old = published(tmp_path, HEAD + OWN)
    assert adopt(tmp_path, HEAD.replace("id: birds-k3x9\n", "") + OWN, old).code == 0
    assert list(lines(tmp_path, "deck")) == ["birds-k3x9"]


def test_under_another_id_the_notes_remember_where_they_were_born(tmp_path: Path) -> None:
    old = published(tmp_path, HEAD + OWN)
    before = read_package(old).notes
    source = HEAD.replace("birds-k3x9", "fowl-a1b2") + OWN
    assert adopt(tmp_path, source, old).code == 0
    after = build(tmp_path, source).values()
    assert [replace(note, cards=()) for note in after] == [replace(note, cards=()) for note in before]


def test_sections_keep_the_root_of_their_tags(tmp_path: Path) -> None:
    sections = "sections:\n  Water:\n" + OWN.replace("  - ", "    - ")
    source = HEAD.replace("notes:\n", f"title: Birds\n{sections}")
    old = published(tmp_path, source)
    renamed = source.replace("A::Birds", "B::Fowl")
    done = adopt(tmp_path, renamed, old)
    assert "Cards that readers have stay in `A::Birds`; new ones go to the deck of the source." in done.err
    assert {note.tags for note in build(tmp_path, renamed, now=TWO).values()} == {("A::Birds::Water",)}
    assert "5 stay as readers have them, 0 will" in done.err


def test_swapped_facts_keep_their_notes_and_an_old_name_means_its_note(tmp_path: Path) -> None:
    old = published(tmp_path, HEAD + OWN)
    before = {note.fields[1]: note.guid for note in read_package(old).notes}
    swapped = OWN.replace("Bird 1,", "Bird X,").replace("Bird 2,", "Bird 1,").replace("Bird X,", "Bird 2,")
    named = swapped.replace(
        "{fact: Bird 3, mnemonic: B3, explanation: Says 3.", "{fact: Hen, mnemonic: Henry, id: bird-3"
    )
    assert adopt(tmp_path, HEAD + named, old).code == 0
    after = {note.fields[1]: note.guid for note in build(tmp_path, HEAD + named, now=TWO).values()}
    assert (after["Bird 2"], after["Bird 1"]) == (before["Bird 1"], before["Bird 2"])
    assert after["Hen"] == before["Bird 3"]


def test_a_deck_with_a_look_of_its_own_keeps_its_note_type(tmp_path: Path) -> None:
    source = HEAD.replace("notes:", "style: {page: red}\nnotes:") + OWN
    old = published(tmp_path, source)
    before = read_package(old)
    assert adopt(tmp_path, source, old).code == 0
    build(tmp_path, source, now=TWO)
    assert read_package(tmp_path / "new.apkg") == before
    lost = adopt(tmp_path, HEAD + OWN, old, "--replace")
    assert lost.code == 1
    assert "error[style-frozen]" in lost.err


NOTES = (
    Note("a", ("Where does it swim?", "Goose")),
    Note("b", ("Which one hisses?", "Swan"), tags="t A::Birds"),
    Note("c", ("Which one is gone?", "Dodo")),
)
SOURCE = (
    HEAD + "  - {ask: Where does it swim?, fact: Goose}\n  - {ask: Which one hisses?, fact: Swan, tags: t}\n"
)


def test_another_tools_notes_keep_guid_type_and_stamp(tmp_path: Path) -> None:
    old = raw(tmp_path, *NOTES)
    done = adopt(tmp_path, SOURCE + "  - New ~ Gnu\n", old)
    assert done.code == 0, done.err
    assert done.err == (
        "2 of 3 notes found again: 2 by text\n"
        "2 stay as readers have them, 0 will be updated by the next build\n"
        "Note type Rule stays as it is; into its fields go:\n  Front  ask\n  Back   fact\n"
        "In the package alone; they stay with those who have them:\n- Which one is gone?\n"
        "In the source alone; the next build adds them:\n+ New\n"
        "cards.lock knows them now; commit it.\n"
    )
    after = build(tmp_path, SOURCE + "  - New ~ Gnu\n")
    assert {guid: note.modified for guid, note in after.items() if len(guid) == 1} == {"a": STAMP, "b": STAMP}
    types = {notetype.id: notetype for notetype in read_package(tmp_path / "new.apkg").notetypes}
    assert types[FRONT_BACK.id] == read_package(old).notetypes[0]
    assert len(after) == len(types) + 1 == 3
    again = build(tmp_path, SOURCE + "  - New ~ Gnu\n", "--locked", now=TWO)
    assert again == after


def test_a_note_that_comes_back_takes_its_old_guid(tmp_path: Path) -> None:
    assert adopt(tmp_path, SOURCE, raw(tmp_path, *NOTES)).code == 0
    back = SOURCE + "  - {ask: Which one is gone?, fact: Dodo}\n"
    assert set(build(tmp_path, back)) == {"a", "b", "c"}


def test_edited_notes_are_stamped_by_the_next_build_and_say_so(tmp_path: Path) -> None:
    old = raw(tmp_path, *NOTES)
    source = SOURCE.replace("fact: Swan", "fact: Black swan")
    done = adopt(tmp_path, source, old)
    assert "1 stay as readers have them, 1 will be updated" in done.err
    told = deckwright("build", "--dry-run", tmp_path)
    assert "~ Black swan  differs from what was adopted" in told.err
    assert "2 notes, 2 cards (2 Rule)" in told.err
    after = build(tmp_path, source)
    assert (after["a"].modified, after["b"].modified) == (STAMP, int(ONE))
    assert after["b"].fields == ("Which one hisses?", "Black swan")


def test_a_dry_run_writes_nothing_and_a_lock_is_not_replaced_unasked(tmp_path: Path) -> None:
    old = raw(tmp_path, *NOTES)
    done = adopt(tmp_path, SOURCE, old, "--dry-run")
    assert done.code == 0
    assert done.err.endswith("Nothing was written.\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cards.yaml", "media", "old.apkg"]
    before = build(tmp_path, SOURCE)
    refused = adopt(tmp_path, SOURCE, old)
    assert refused.code == 2
    assert "`cards.lock` knows 2 notes already" in refused.err
    assert adopt(tmp_path, SOURCE, old, "--replace", "-q").err == ""
    assert set(build(tmp_path, SOURCE, now=TWO)) == {"a", "b"}
    retired = [guid for guid, line in lines(tmp_path).items() if line.get("retired")]
    assert sorted(retired) == sorted([*before, "c"]), "what was built meanwhile is not forgotten"


def test_the_later_word_on_a_note_counts(tmp_path: Path) -> None:
    assert adopt(tmp_path, SOURCE, raw(tmp_path, *NOTES)).code == 0
    newer = SOURCE.replace("fact: Swan", "fact: Swans")
    after = build(tmp_path, newer)
    before = lines(tmp_path)
    assert adopt(tmp_path, newer, tmp_path / "old.apkg", "--replace").code == 0
    assert lines(tmp_path) == before
    late = raw(tmp_path, Note("b", ("Which one hisses?", "Swan"), mod=int(TWO)))
    assert adopt(tmp_path, newer, late, "--replace").code == 0
    again = build(tmp_path, newer, now=THREE)
    assert again["a"] == after["a"]
    assert again["b"].modified == int(THREE)
    assert again["b"].id == after["b"].id


def test_ids_and_guids_name_notes_whatever_their_texts(tmp_path: Path) -> None:
    notes = (
        Note("guid-one", ("a?", "A", "", "", "")),
        Note("two", ("b?", "B", "", "second-note", "")),
        Note("three", ("c?", "C", "", "", "")),
    )
    source = HEAD + (
        "  - {fact: X, ask: x, id: guid-one}\n  - {fact: Y, ask: y, id: second-note}\n"
        "  - {fact: Z, ask: z, id: c}\n"
    )
    done = adopt(tmp_path, source, raw(tmp_path, *notes, notetype=WIDE), "--map", "Uid=id")
    assert "3 of 3 notes found again: 1 by guid, 2 by id" in done.err
    after = build(tmp_path, source)
    assert {guid: note.fields[1] for guid, note in after.items()} == {
        "guid-one": "X",
        "two": "Y",
        "three": "Z",
    }
    assert after["two"].fields[3] == "second-note"
    package = read_package(tmp_path / "new.apkg")
    assert package.media == (), "no font travels with cards that are not ours"
    assert not any("Fonts:" in deck.description for deck in package.decks)


def test_what_could_be_either_of_two_stops_it_until_an_id_decides(tmp_path: Path) -> None:
    old = raw(
        tmp_path,
        Note("a", ("Hiss?", "First bird", "", "", "")),
        Note("b", ("Which?", "Twin bird A B", "", "", "")),
        Note("c", ("Whose?", "Twin bird A B", "", "", "")),
        notetype=WIDE,
    )
    source = HEAD + "  - {fact: First bird, ask: Hiss?}\n  - {fact: Twin bird A B, ask: What?}\n"
    done = adopt(tmp_path, source, old)
    assert done.code == 1
    assert "error[ambiguous-note]: this note may be `Which?` or `Whose?` of the package, reworded" in done.err
    assert "add `id: which` or `id: whose`" in done.err
    assert not (tmp_path / "cards.lock").exists()
    decided = source.replace("ask: What?", "ask: What?, id: whose")
    assert adopt(tmp_path, decided, old).code == 0
    assert set(build(tmp_path, decided)) == {"a", "c"}


def test_texts_that_would_be_lost_stop_it_until_they_have_a_place(tmp_path: Path) -> None:
    notes = (
        Note("a", ("Hiss?", "Swan", "Loud &amp; <i>clear</i>", "", "1")),
        Note("b", ("Honk?", "Goose", "", "", "")),
    )
    source = HEAD + "  - {fact: Swan, ask: Hiss?}\n  - {fact: Goose, ask: Honk?}\n"
    old = raw(tmp_path, *notes, notetype=WIDE)
    done = adopt(tmp_path, source, old)
    assert done.code == 1
    assert done.err.count("error[field-without-place]") == 1
    assert "--> cards.yaml:4:12" in done.err
    paste = 'extra: {"Extra": "Loud &amp; <i>clear</i>", "Number": "1"}'
    assert f"keep it by `{paste}`" in done.err
    assert "  Extra     explanation\n" in done.err
    assert not (tmp_path / "cards.lock").exists()
    kept = source.replace("ask: Hiss?", f"ask: Hiss?, {paste}")
    assert adopt(tmp_path, kept, old).code == 0
    assert build(tmp_path, kept)["a"].modified == STAMP
    (tmp_path / "cards.lock").unlink()
    let_go = adopt(tmp_path, source, old, "--map", "Extra=", "--map", "Number =")
    assert let_go.code == 0, let_go.err
    assert build(tmp_path, source)["a"].fields == ("Hiss?", "Swan", "", "", "")


def test_the_evidence_finds_joined_texts_and_maps_overrule_it(tmp_path: Path) -> None:
    notes = [Note(str(n), (f"Q{n}?", f"Bird {n}<br><br>Says {n}.", "", "", f"B{n}")) for n in range(5)]
    source = HEAD + OWN.replace("}\n", ", ask: Q?}\n")
    for number in range(5):
        source = source.replace("ask: Q?}", f"ask: Q{number}?" + "}", 1)
    old = raw(tmp_path, *notes, notetype=WIDE)
    done = adopt(tmp_path, source, old, "--map", "Extra=section + topic", "--dry-run")
    assert done.code == 0, done.err
    assert (
        "  Question  ask\n  Answer    fact + explanation\n  Extra     section + topic\n"
        "  Uid       nothing\n  Number    mnemonic\n"
    ) in done.err
    plain = adopt(tmp_path, source, old)
    assert "5 stay as readers have them" in plain.err, "a paragraph's tags are no news"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("Back", "`Back` is no field and texts; write it like `Back=fact + explanation`"),
        ("Side=fact", "no field `Side` in the package; its fields are `Back`, `Front`"),
        ("Back=answer", "`answer` is no text of a note; the texts are fact, mnemonic, "),
    ],
)
def test_a_wrong_map_is_wrong_usage(given: str, message: str, tmp_path: Path) -> None:
    done = adopt(tmp_path, SOURCE, raw(tmp_path, *NOTES), "--map", given)
    assert done.code == 2
    assert message in done.err


def test_shipped_cards_of_another_tools_type_stay_answerable(tmp_path: Path) -> None:
    notes = (
        Note("a", ("Hiss?", "Swan", "Loud.", "", ""), cards=(0, 1)),
        Note("b", ("x?", "X", "", "", ""), cards=(0, 1)),
    )
    source = HEAD + "  - {fact: Swan, ask: Hiss?, explanation: Loud.}\n  - {fact: X, ask: x?}\n"
    assert adopt(tmp_path, source, raw(tmp_path, *notes, notetype=WIDE)).code == 0
    assert lines(tmp_path)["a"]["cards"] == [0, 1]
    assert lines(tmp_path)["b"]["cards"] == [0], "the other never could be answered"
    write_project(tmp_path, source.replace(", explanation: Loud.", ""))
    refused = deckwright("build", tmp_path)
    assert "error[card-withdrawn]: readers have the `Card 2` card of this note" in refused.err
    write_project(tmp_path, source.replace("ask: Hiss?", 'ask: Hiss?, extra: {Question: ""}'))
    assert "error[card-withdrawn]: readers have the `Card 1` card" in deckwright("build", tmp_path).err


def test_extras_are_for_fields_that_there_are(tmp_path: Path) -> None:
    assert adopt(tmp_path, SOURCE, raw(tmp_path, *NOTES)).code == 0
    write_project(tmp_path, SOURCE.replace("fact: Goose", "fact: Goose, extra: {Side: x}"))
    done = deckwright("build", tmp_path)
    assert "error[unknown-field]: the note type `Rule` has no field `Side`" in done.err
    assert "it has `Front`, `Back`" in done.err


def test_a_type_with_scripts_is_kept_and_told(tmp_path: Path) -> None:
    notetype = Notetype(templates=(("Card 1", 21, "<script>x</script>{{Front}}", "{{Back}}"),))
    done = adopt(tmp_path, SOURCE, raw(tmp_path, *NOTES, notetype=notetype))
    assert done.code == 0
    assert "warning[foreign-script]: the note type `Rule` runs scripts on every reader's device" in done.err


def test_a_type_that_only_looks_like_ours_is_another_tools(tmp_path: Path) -> None:
    slots = tuple((f"Field {number}", field.id) for number, field in enumerate(MNEMONIC.fields))
    notetype = Notetype(slots, (("Card 1", 21, "{{Field 0}}", ""),), id=MNEMONIC.id)
    notes = [replace(note, fields=(*note.fields, *[""] * (len(slots) - 2))) for note in NOTES[:2]]
    done = adopt(tmp_path, SOURCE, raw(tmp_path, *notes, notetype=notetype))
    assert "2 of 2 notes found again: 2 by text" in done.err


def test_a_note_that_no_update_can_reach_is_refused(tmp_path: Path) -> None:
    done = adopt(tmp_path, SOURCE, raw(tmp_path, Note("a", NOTES[0].fields, mod=2**43)))
    assert done.code == 2
    assert "a stamp so late that Anki takes no update of it" in done.err


def test_a_package_of_something_else_leaves_no_lock(tmp_path: Path) -> None:
    done = adopt(tmp_path, HEAD + OWN, raw(tmp_path, *NOTES))
    assert done.code == 2
    assert "no note of the package is found in the source" in done.err
    assert not (tmp_path / "cards.lock").exists()


def test_what_is_no_package_or_no_deck_is_told(tmp_path: Path) -> None:
    (tmp_path / "torn.apkg").write_bytes(b"PK")
    assert "error[damaged-package]" in adopt(tmp_path, SOURCE, tmp_path / "torn.apkg").err
    write_project(tmp_path, SOURCE)
    assert "is no package; name one" in deckwright("adopt", tmp_path).err
    done = adopt(tmp_path, SOURCE + "  - mnemonik: x\n", raw(tmp_path, *NOTES))
    assert done.code == 1
    assert "error[unknown-key]" in done.err
    assert "error[no-deck]" in adopt(tmp_path, "", tmp_path / "old.apkg").err
    assert not (tmp_path / "cards.lock").exists()


BIRDS = "deck: Course::Birds\nnotes:\n  - {fact: Nausea, ask: Birds?}\n  - {fact: Swan, ask: Hiss?}\n"
TREES = "deck: Course::Trees\nnotes:\n  - {fact: Nausea, ask: Trees?}\n  - {fact: Oak, ask: Oke?}\n"


def course(folder: Path, birds: str = BIRDS, trees: str = TREES) -> Path:
    write_project(folder, "deck: Course\nid: course-k3x9\ndecks: decks/*.yaml\n")
    (folder / "decks").mkdir(exist_ok=True)
    (folder / "decks" / "birds.yaml").write_text(birds, "utf-8")
    (folder / "decks" / "trees.yaml").write_text(trees, "utf-8")
    return folder


def test_all_decks_of_a_project_find_their_notes(tmp_path: Path) -> None:
    folder = course(tmp_path)
    assert deckwright("build", folder, SOURCE_DATE_EPOCH=ONE).code == 0
    old = (folder / "build" / "course.apkg").rename(tmp_path / "old.apkg")
    before = read_package(old)
    decks = lines(folder, "deck")
    (folder / "cards.lock").unlink()
    assert "4 of 4 notes found again" in deckwright("adopt", old, folder).err
    assert lines(folder, "deck") == decks
    assert deckwright("build", folder, SOURCE_DATE_EPOCH=TWO).code == 0
    assert read_package(folder / "build" / "course.apkg") == before
    moved = course(
        folder,
        BIRDS.replace("  - {fact: Swan, ask: Hiss?}\n", ""),
        TREES + "  - {fact: Swan, ask: Hiss?}\n",
    )
    (folder / "cards.lock").unlink()
    done = deckwright("adopt", old, moved)
    assert "4 of 4 notes found again: 3 by id, 1 by text" in done.err


def test_decks_of_a_project_are_adopted_one_by_one_or_together(tmp_path: Path) -> None:
    folder = course(tmp_path)
    packages: list[Path] = []
    for name, notes in (
        ("Course::Birds", (Note("a", ("Birds?", "Nausea")), Note("b", ("Hiss?", "Swan")))),
        ("Other::Trees", (Note("c", ("Trees?", "Nausea"), mod=LATER), Note("d", ("Oke?", "Oak")))),
    ):
        packages.append(tmp_path / f"{len(packages)}.apkg")
        RawPackage(notes, deck=name).write(packages[-1])
    together = deckwright("adopt", *packages, folder, "--dry-run")
    assert "4 of 4 notes found again: 4 by text" in together.err
    assert "Cards that readers have stay in `Other::Trees`" in together.err
    for package, deck in zip(packages, ("birds", "trees"), strict=True):
        done = deckwright("adopt", package, folder / "decks" / f"{deck}.yaml")
        assert "2 of 2 notes found again: 2 by text" in done.err, done.err
    found = {line["guid"]: line["deck"].split("-")[0] for line in lines(folder).values()}
    assert found == {"a": "birds", "b": "birds", "c": "trees", "d": "trees"}


def test_a_text_that_no_field_holds_is_told_and_sends_nothing(tmp_path: Path) -> None:
    """Readers would get nothing by it but the loss of their own words."""
    source = HEAD + "  - {fact: Swan, ask: Hiss?}\n"
    assert adopt(tmp_path, source, raw(tmp_path, Note("a", ("Hiss?", "Swan")))).code == 0
    before = build(tmp_path, source)
    more = source.replace("ask: Hiss?", "ask: Hiss?, explanation: It does., mnemonic: Swam")
    assert build(tmp_path, more, now=TWO) == before
    told = deckwright("check", "--format", "concise", tmp_path).out
    assert "warning[text-without-field]: no field of the note type `Rule` holds `explanation`" in told
    assert told.count("text-without-field") == 2


@pytest.mark.parametrize("lost", ['<img src="me.png">', "[sound:me.mp3]"])
def test_a_picture_or_sound_that_would_be_lost_stops_it(lost: str, tmp_path: Path) -> None:
    old = raw(tmp_path, Note("a", ("Hiss?", f"Swan {lost}")))
    source = HEAD + "  - {fact: Swan, ask: Hiss?}\n"
    done = adopt(tmp_path, source, old)
    assert done.code == 1
    assert "error[field-without-place]: the package has `me." in done.err
    assert not (tmp_path / "cards.lock").exists()
    assert adopt(tmp_path, source, old, "--map", "Back=fact").code == 0
    assert build(tmp_path, source)["a"].fields[1] == "Swan"


def test_tags_that_a_collection_wrote_in_another_case_change_nothing(tmp_path: Path) -> None:
    source = "deck: Pharma::Test\nid: birds-k3x9\ntags: Pharma\nsections:\n  Water:\n    - Swan ~ Swam\n"
    build(tmp_path, source)
    package = read_package(tmp_path / "new.apkg")
    (tmp_path / "cards.lock").unlink()
    lower = " ".join(package.notes[0].tags).replace("Pharma", "pharma")
    notes = (Note(package.notes[0].guid, package.notes[0].fields, tags=lower),)
    own = MNEMONIC
    kind = Notetype(
        id=own.id,
        more={"name": own.name},
        fields=tuple((field.name, field.id) for field in own.fields),
        templates=tuple((part.name, part.id, part.front, part.back) for part in own.templates),
    )
    done = adopt(tmp_path, source, raw(tmp_path, *notes, notetype=kind, deck="Pharma::Test"))
    assert "1 stay as readers have them" in done.err, done.err


def test_one_deck_of_a_project_that_lost_its_lock_leaves_the_others_as_they_were(tmp_path: Path) -> None:
    folder = course(tmp_path)
    assert deckwright("build", folder, SOURCE_DATE_EPOCH=ONE).code == 0
    before = read_package(folder / "build" / "course.apkg").notes
    (folder / "cards.lock").unlink()
    assert deckwright("build", folder / "decks" / "birds.yaml", SOURCE_DATE_EPOCH=TWO).code == 0
    assert deckwright("build", folder, SOURCE_DATE_EPOCH=THREE).code == 0
    assert read_package(folder / "build" / "course.apkg").notes == before


ROWS = """deck: Birds
id: birds-k3x9
cards: {sweep: true, cloze: true}
sections:
  Water:
    - {fact: Goose, mnemonic: Goes, explanation: "It {{c1::honks}}."}
    - Swan ~ Swam
    - Duck ~ Duke
    - Coot ~ Coat
"""


def test_made_notes_come_back_with_their_numbers_when_the_lock_is_lost(tmp_path: Path) -> None:
    write_project(tmp_path, ROWS)
    assert deckwright("build", cwd=tmp_path, SOURCE_DATE_EPOCH=ONE).code == 0
    write_project(tmp_path, ROWS.replace("    - Swan ~ Swam\n", ""))
    assert deckwright("build", "--yes", cwd=tmp_path, SOURCE_DATE_EPOCH=TWO).code == 0
    before = {note.guid: note for note in read_package(tmp_path / "build" / "birds.apkg").notes}
    (tmp_path / "cards.lock").unlink()
    done = deckwright("build", cwd=tmp_path)
    assert done.code == 0, done.err
    assert "0 new, 0 updated, 3 untouched\n" in done.err
    after = {note.guid: note for note in read_package(tmp_path / "build" / "birds.apkg").notes}
    assert after == before
    (swept,) = (note for note in after.values() if "name all 3" in "".join(note.fields))
    assert [f"<b>{number}</b>" in "".join(swept.fields) for number in (1, 2, 3, 4)] == [
        True,
        False,
        True,
        True,
    ]
