"""Many decks in one project: one lock, inherited defaults, packages of one deck or of all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from deckwright.apkg.read import read_package
from one_deck import AT, MNEMONIC
from support import Ran, deckwright, write_project

if TYPE_CHECKING:
    from pathlib import Path

    from deckwright.apkg.package import Package, PackageNote

HEAD = """\
deck: Course
id: course-k3x9
decks: decks/**/*.yaml
language: de
source: The big book
tags: [course]
cards: {reverse: true}
"""
BIRDS = """\
deck: Course::Birds
tags: birds
sections:
  Water:
    - {fact: Goose, mnemonic: Goes, explanation: It goes honk.}
    - Swan ~ Swam
"""
TREES = """\
deck: Course::Trees
cards: {picture: false}
source: The small book
notes:
  - Oak ~ Oke
  - Ash ~ Ache
"""
ONE, TWO, THREE = "1767225600", "1767312000", "1767398400"


def course(folder: Path, head: str = HEAD, **decks: str) -> Path:
    """Write a project file and its decks by name, `birds` being `decks/birds.yaml`."""
    write_project(folder, head)
    for name, text in {"birds": BIRDS, "deep__trees": TREES, **decks}.items():
        path = folder / "decks" / (name.replace("__", "/") + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def build(folder: Path, *arguments: str, now: str = ONE) -> Ran:
    return deckwright("build", *arguments, cwd=folder, SOURCE_DATE_EPOCH=now)


def notes(package: Path) -> dict[str, PackageNote]:
    """Return the notes by fact."""
    found = read_package(package)
    own = {notetype.id for notetype in found.notetypes if notetype.name.startswith(MNEMONIC.name)}
    return {note.fields[AT["Fact"]]: note for note in found.notes if note.notetype in own}


def decks(package: Package) -> dict[str, int]:
    """Count the cards of each deck."""
    names = {deck.id: deck.name for deck in package.decks}
    found = [names[card.deck] for note in package.notes for card in note.cards]
    return {name: found.count(name) for name in sorted(set(found))}


def lock_lines(folder: Path, kind: str) -> list[dict[str, object]]:
    lines = map(json.loads, (folder / "cards.lock").read_text("utf-8").splitlines())
    return [line for line in lines if line["kind"] == kind]


def test_all_decks_go_into_one_package_with_what_they_inherit(tmp_path: Path) -> None:
    done = build(course(tmp_path))
    assert done.code == 0, done.err
    assert "4 notes, 6 cards (2 picture, 4 reverse)" in done.err
    package = read_package(tmp_path / "build" / "course.apkg")
    assert decks(package) == {"Course::Birds": 4, "Course::Trees": 2}
    found = notes(tmp_path / "build" / "course.apkg")
    assert found["Goose"].tags == ("Course::Birds::Water", "birds", "course")
    assert found["Oak"].tags == ("Course::Trees", "course")
    assert {name: note.fields[AT["Source"]] for name, note in found.items()} == {
        "Goose": "The big book", "Swan": "The big book", "Oak": "The small book", "Ash": "The small book",
    }  # fmt: skip
    assert [line["name"] for line in lock_lines(tmp_path, "deck")] == ["Course::Birds", "Course::Trees"]
    assert not list(tmp_path.glob("decks/**/cards.lock"))


def test_each_deck_can_have_a_package_of_its_own(tmp_path: Path) -> None:
    done = build(course(tmp_path, HEAD + "package: each\n"))
    assert done.code == 0, done.err
    assert sorted(path.name for path in (tmp_path / "build").iterdir()) == ["birds.apkg", "trees.apkg"]
    assert set(notes(tmp_path / "build" / "birds.apkg")) == {"Goose", "Swan"}
    refused = build(tmp_path, "-o", "x.apkg")
    assert refused.code == 2
    assert "this project makes 2 packages" in refused.err


@pytest.mark.parametrize(("cwd", "path"), [(".", "decks/birds.yaml"), ("decks", "birds.yaml")])
def test_building_one_deck_leaves_the_others_as_they_were(cwd: str, path: str, tmp_path: Path) -> None:
    course(tmp_path)
    assert build(tmp_path).code == 0
    before = {line["fact"]: line for line in lock_lines(tmp_path, "note")}
    course(tmp_path, birds=BIRDS.replace("Swam", "Swum"), deep__trees=TREES.replace("  - Ash ~ Ache\n", ""))
    done = deckwright("build", path, cwd=tmp_path / cwd, SOURCE_DATE_EPOCH=TWO)
    assert done.code == 0, done.err
    assert "1 updated, 1 untouched" in done.err
    assert set(notes(tmp_path / "build" / "birds.apkg")) == {"Goose", "Swan"}
    after = {line["fact"]: line for line in lock_lines(tmp_path, "note")}
    assert after.pop("Swan") != before.pop("Swan")
    assert after == before, "Ash, which is gone from the other file, is not retired yet"
    assert "- Ash  gone" in build(tmp_path, "--yes", now=THREE).err


def test_a_note_moved_between_files_keeps_its_guid_and_its_id(tmp_path: Path) -> None:
    course(tmp_path)
    assert build(tmp_path).code == 0
    before = notes(tmp_path / "build" / "course.apkg")
    course(
        tmp_path,
        birds=BIRDS.replace("    - Swan ~ Swam\n", ""),
        deep__trees=TREES + "  - {fact: Swan, mnemonic: Swam, cards: {picture: true}}\n",
    )
    done = build(tmp_path, now=TWO)
    assert done.code == 0, done.err
    assert '~ Swan  moved from "Course::Birds" to "Course::Trees"' in done.err
    after = notes(tmp_path / "build" / "course.apkg")
    for fact in ("Goose", "Oak", "Ash"):
        assert after[fact] == before[fact]
    assert after["Swan"].guid == before["Swan"].guid
    assert after["Swan"].id == before["Swan"].id
    assert after["Swan"].fields[AT["ID"]] == before["Swan"].fields[AT["ID"]] == "birds-course-k3x9/water/swan"
    course(tmp_path)
    assert build(tmp_path, now=THREE).code == 0
    assert notes(tmp_path / "build" / "course.apkg")["Swan"].guid == before["Swan"].guid


def test_a_deck_that_is_gone_has_to_be_confirmed_and_comes_back(tmp_path: Path) -> None:
    course(tmp_path)
    assert build(tmp_path).code == 0
    before = notes(tmp_path / "build" / "course.apkg")
    (tmp_path / "decks" / "deep" / "trees.yaml").unlink()
    refused = build(tmp_path, now=TWO)
    assert refused.code == 1
    assert "error[many-notes-gone]: 2 of 4 notes are gone" in refused.err
    done = build(tmp_path, "--yes", now=TWO)
    assert done.code == 0, done.err
    assert "- Oak  gone: it stays" in done.err
    assert sum(bool(line.get("retired")) for line in lock_lines(tmp_path, "note")) == 2
    course(tmp_path)
    again = build(tmp_path, now=THREE)
    assert again.code == 0, again.err
    assert notes(tmp_path / "build" / "course.apkg") == before


@pytest.mark.parametrize(
    ("head", "decks", "code", "place"),
    [
        ("decks: nowhere/*.yaml\n", {}, "no-decks", "cards.yaml:2:8"),
        ("decks: [decks/*.yaml, ../*.yaml]\n", {}, "outside-project", "cards.yaml:2:23"),
        ("decks: /etc/*.yaml\n", {}, "outside-project", "cards.yaml:2:8"),
        ("decks: decks/*.yaml\n", {"other": BIRDS}, "same-deck-twice", "decks/other.yaml:1:7"),
        ("decks: decks/*.yaml\n", {"other": "deck: X\ndecks: y.yaml\n"}, "misplaced-key",
         "decks/other.yaml:2:1"),
        ("decks: decks/*.yaml\nscene: no.svg\n", {}, "missing-picture", "cards.yaml:3:8"),
        ("decks: decks/*.yaml\nscene: no.svg\n", {"other": "deck: O\nnotes: [a ~ b]\n"}, "missing-picture",
         "cards.yaml:3:8"),
        ("decks: decks/*.yaml\n", {"other": "notes: [a ~ b]\n"}, "missing-key", "decks/other.yaml:1:1"),
        ("decks: decks/*.yaml\n", {"other": ""}, "no-deck", "decks/other.yaml:1:1"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_once_at_its_place(
    head: str, decks: dict[str, str], code: str, place: str, tmp_path: Path
) -> None:
    course(tmp_path, "deck: Course\n" + head, **decks)
    done = deckwright("check", "--format", "concise", cwd=tmp_path)
    found = [line for line in done.out.splitlines() if "error[" in line]
    assert [line.split(": ")[:2] for line in found if not line.startswith("deck:")][:1] == [
        [place, f"error[{code}]"]
    ]
    assert build(tmp_path).code == 1
    assert not (tmp_path / "cards.lock").exists()


def test_files_that_are_hidden_or_linked_from_outside_are_no_decks(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text("deck: O\nnotes: [a ~ b]\n", "utf-8")
    folder = course(tmp_path / "course", _hidden=TREES)
    (folder / "decks" / "_hidden.yaml").rename(folder / "decks" / ".hidden.yaml")
    (folder / "decks" / "linked.yaml").symlink_to(outside)
    done = build(folder)
    assert done.code == 0, done.err
    assert decks(read_package(folder / "build" / "course.apkg")) == {"Course::Birds": 4, "Course::Trees": 2}


def test_a_scene_is_inherited_and_drawn_once(tmp_path: Path, dot_png: bytes) -> None:
    course(tmp_path, HEAD + "scene: {file: pond.png, alt: A pond, credit: Ann}\n")
    (tmp_path / "media" / "pond.png").write_bytes(dot_png)
    regions = (
        BIRDS.replace("honk.}", "honk., region: [1, 2, 3, 4]}"),
        TREES + "  - {fact: Elm, region: [1, 1, 9, 9]}\n",
    )
    course(tmp_path, HEAD + "scene: {file: pond.png, alt: A pond, credit: Ann}\n",
           birds=regions[0], deep__trees=regions[1].replace("picture: false", "picture: true"))  # fmt: skip
    (tmp_path / "media" / "pond.png").write_bytes(dot_png)
    done = build(tmp_path)
    assert done.code == 0, done.err
    assert "1 picture" in done.err
    found = notes(tmp_path / "build" / "course.apkg")
    assert 'alt="A pond"' in found["Goose"].fields[AT["Picture"]]
    assert found["Goose"].fields[AT["Picture"]] == found["Elm"].fields[AT["Picture"]]


def test_a_note_cut_in_one_build_and_put_elsewhere_in_a_later_one_comes_back(tmp_path: Path) -> None:
    course(tmp_path)
    assert build(tmp_path).code == 0
    before = notes(tmp_path / "build" / "course.apkg")
    course(tmp_path, birds=BIRDS.replace("    - Swan ~ Swam\n", ""))
    assert build(tmp_path, "--yes", now=TWO).code == 0
    moved = "  - {fact: Swan, mnemonic: Swam, cards: {picture: true}}\n"
    course(tmp_path, birds=BIRDS.replace("    - Swan ~ Swam\n", ""), deep__trees=TREES + moved)
    done = build(tmp_path, now=THREE)
    assert "+ Swan  back, history kept" in done.err
    assert notes(tmp_path / "build" / "course.apkg")["Swan"].guid == before["Swan"].guid


def test_another_id_of_the_project_is_refused_unless_it_really_is_the_same(tmp_path: Path) -> None:
    course(tmp_path)
    assert build(tmp_path).code == 0
    before = notes(tmp_path / "build" / "course.apkg")
    course(tmp_path, HEAD.replace("course-k3x9", "other-k3x9"))
    refused = build(tmp_path, now=TWO)
    assert refused.code == 1
    assert "error[another-deck]: `cards.lock` belongs to `course-k3x9`" in refused.err
    assert "--> cards.yaml:2:5" in refused.err
    done = build(tmp_path, "--replace", now=TWO)
    assert done.code == 0, done.err
    assert notes(tmp_path / "build" / "course.apkg") == before
    assert build(tmp_path, now=THREE).code == 0


def test_a_line_of_the_project_that_touches_many_decks_is_told_once_where_it_stands(tmp_path: Path) -> None:
    course(tmp_path)
    assert build(tmp_path).code == 0
    course(tmp_path, HEAD.replace("tags: [course]", "tags: [course, new]"))
    done = build(tmp_path, now=TWO)
    assert done.code == 0, done.err
    assert done.err.count("touches-many") == 1
    assert "`tags` touches 4 of 4 notes" in done.err
    assert "--> cards.yaml:6:1" in done.err


@pytest.mark.parametrize("package", ["one", "each"])
def test_a_deck_built_alone_takes_no_other_packages_place(package: str, tmp_path: Path) -> None:
    head = f"deck: X::Same\nid: same-k3x9\ndecks: decks/*.yaml\npackage: {package}\n"
    one, two = "deck: Y::Same\nnotes: [a ~ b]\n", "deck: Z::Same\nnotes: [c ~ d]\n"
    for name, text in {"one": one, "two": two}.items():
        (tmp_path / "decks").mkdir(exist_ok=True)
        (tmp_path / "decks" / f"{name}.yaml").write_text(text, "utf-8")
    write_project(tmp_path, head)
    assert build(tmp_path).code == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "build").iterdir()}
    for name in ("one", "two"):
        assert build(tmp_path, f"decks/{name}.yaml", now=TWO).code == 0
    after = {path.name: path.read_bytes() for path in (tmp_path / "build").iterdir()}
    assert {name: after[name] for name in before} == before
    assert sorted(after) == {"one": ["same-2.apkg", "same-3.apkg", "same.apkg"],
                             "each": ["same-2.apkg", "same.apkg"]}[package]  # fmt: skip


SWEPT = (
    "cards: {sweep: true}\nsections:\n  Water:\n    - Goose ~ Goes\n    - Swan ~ Swam\n    - Duck ~ Duke\n"
)


def made(package: Path) -> dict[str, tuple[str, int]]:
    """Return guid and stamp of the notes made of others, by name."""
    found = read_package(package)
    own = {notetype.id for notetype in found.notetypes if not notetype.name.startswith(MNEMONIC.name)}
    return {note.fields[0]: (note.guid, note.modified) for note in found.notes if note.notetype in own}


def test_a_note_that_moves_takes_no_sweep_of_its_old_deck_along(tmp_path: Path) -> None:
    birds, trees = (
        f"deck: Course::Birds\n{SWEPT}",
        "deck: Course::Alps\n" + SWEPT.replace("Goose ~ Goes", "Elk ~ L"),
    )
    trees = (
        trees.replace("Water", "Land").replace("Swan ~ Swam", "Ibex ~ Eye").replace("    - Duck ~ Duke\n", "")
    )
    course(tmp_path, birds=birds, deep__trees=trees)
    assert build(tmp_path).code == 0
    package = tmp_path / "build" / "course.apkg"
    before = made(package)
    course(
        tmp_path, birds=birds.replace("    - Duck ~ Duke\n", ""), deep__trees=trees + "    - Duck ~ Duke\n"
    )
    done = build(tmp_path, now=TWO)
    assert done.code == 0, done.err
    after = made(package)
    assert {name: guid for name, (guid, _) in after.items()} == {
        name: guid for name, (guid, _) in before.items()
    }
    assert "; made of them 2 updated" in done.err


def test_a_shared_look_never_takes_its_stamp_back(tmp_path: Path) -> None:
    def stamp(accent: str, now: str, *arguments: str) -> int:
        course(tmp_path, HEAD + f"style: {{accent: {accent}}}\n")
        done = build(tmp_path, *arguments, now=now)
        assert done.code == 0, done.err
        lines = [json.loads(line) for line in (tmp_path / "cards.lock").read_text("utf-8").splitlines()]
        return max(int(line["styled"]) for line in lines if line["kind"] == "deck")

    assert stamp("teal", ONE) == int(ONE)
    assert stamp("navy", TWO, "decks/birds.yaml") == int(TWO)
    assert stamp("teal", THREE) == int(THREE)
    assert stamp("teal", THREE) == int(THREE)


def test_a_copied_folder_is_told_although_its_sections_and_scene_have_the_same_names(tmp_path: Path) -> None:
    write_project(tmp_path, f"deck: Birds\nid: birds-k3x9\n{SWEPT}")
    assert deckwright("build", cwd=tmp_path).code == 0
    other = SWEPT.replace("Goose ~ Goes", "Nose ~ Knows").replace("Swan ~ Swam", "Ear ~ Here")
    write_project(tmp_path, f"deck: Organs\nid: birds-k3x9\n{other}".replace("Duck ~ Duke", "Knee ~ Nee"))
    assert "error[another-deck]" in deckwright("check", cwd=tmp_path).out
