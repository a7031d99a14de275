"""A classmate edits inside real Anki and exports; the edits come home and go round, and no review is lost."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from anki_backend import Anki
from support import Ran, deckwright, write_project

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.anki

FIRST, SECOND, THIRD = "1767225600", "1767312000", "1767398400"
SOURCE = """\
# Ours
deck: Zoo::Birds
id: birds-k3x9
tags: [zoo]

sections:
  Water:            # wet ones
    - fact: Goose
      mnemonic: Gus       # the neighbour
      explanation: |
        A goose is _loud_ and
        keeps its mate.

        - it honks;
        - it flies.
    # the next one is odd
    - Duck ~ Dug
    - {fact: Swan, mnemonic: Swann, ask: "Which is white?"}
  Air:
    - fact: Swift
      mnemonic: Shift
"""


@dataclass(frozen=True)
class Class:
    """An author's project, and the collection of a classmate who has studied its first release."""

    folder: Path
    anki: Anki

    @property
    def source(self) -> str:
        """The author's text."""
        return (self.folder / "cards.yaml").read_text("utf-8")

    def build(self, now: str) -> Path:
        """Build the deck."""
        done = deckwright("build", self.folder, SOURCE_DATE_EPOCH=now)
        assert done.code == 0, done.err
        return self.folder / "build" / "birds.apkg"

    def guid(self, fact: str) -> str:
        """Return the guid of a note of the classmate's."""
        found = [guid for guid, note in self.anki.step("notes").items() if note["fields"].get("Fact") == fact]
        assert len(found) == 1
        return str(found[0])

    def edit(self, fact: str, field: str, text: str, tag: str = "leech") -> None:
        """Change a field as Anki's editor would."""
        self.anki.step("edit", guid=self.guid(fact), field=field, text=text, tag=tag)

    def export(self, *, legacy: bool) -> Path:
        """Export the classmate's collection, reviews and all."""
        path = self.folder.parent / "theirs.apkg"
        self.anki.step("export", package=str(path), legacy=legacy, scheduling=True)
        return path

    def merge(self, *options: str, legacy: bool = False) -> Ran:
        """Merge what the classmate sends."""
        return deckwright("merge", self.export(legacy=legacy), self.folder, *options)


@pytest.fixture
def zoo(anki: Anki, tmp_path: Path) -> Class:
    folder = write_project(tmp_path / "zoo", SOURCE)
    made = deckwright("release", "-C", folder, SOURCE_DATE_EPOCH=FIRST)
    assert made.code == 0, made.err
    made_class = Class(folder, anki)
    anki.step("import_package", package=str(folder / "build" / "birds.apkg"))
    anki.step("study", seed=3)
    return made_class


@pytest.mark.parametrize("legacy", [True, False])
def test_ones_own_unchanged_package_changes_nothing(zoo: Class, *, legacy: bool) -> None:
    before = {path: path.read_bytes() for path in zoo.folder.rglob("*") if path.is_file()}
    done = zoo.merge(legacy=legacy)
    assert done.code == 0, done.err
    assert "Nothing to bring home" in done.err
    assert {path: path.read_bytes() for path in zoo.folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("legacy", [True, False])
def test_the_full_circle(zoo: Class, tmp_path: Path, *, legacy: bool) -> None:
    """Publish, edit in Anki, export, merge, rebuild; a second classmate and the first one import again."""
    second = Anki(zoo.anki.version, tmp_path / "second" / "collection.anki2")
    second.collection.parent.mkdir()
    second.step("import_package", package=str(zoo.folder / "build" / "birds.apkg"))
    second.step("study", seed=7)
    explanation = zoo.anki.step("notes")[zoo.guid("Goose")]["fields"]["Explanation"]
    edited = explanation.replace("keeps its mate.", "keeps its&nbsp;mate for life.<br>")
    zoo.edit("Goose", "Explanation", edited, "loud")
    zoo.edit("Duck", "Mnemonic", "<div>Doug</div>")
    fields = ["", "Heron", "Hair on", "", "<p>Stands still.</p>", "", "Who stands still?"]
    kept = zoo.anki.step("notes")[zoo.guid("Goose")]["fields"]
    fields += [""] * (len(kept) - len(fields))
    fields[list(kept).index("Section")] = "Water"
    zoo.anki.step("add_note", notetype="Deckwright Mnemonic", fields=fields, deck="Zoo::Birds", tags=["tall"])
    done = zoo.merge(legacy=legacy)
    assert done.code == 0, done.err
    assert "2 changed, 1 added" in done.err
    assert zoo.source == (
        SOURCE.replace("keeps its mate.", "keeps its mate for life.")
        .replace("    # the next one is odd", "      tags: [loud]\n    # the next one is odd")
        .replace("Duck ~ Dug", "Duck ~ Doug")
        .replace(
            '"Which is white?"}\n',
            '"Which is white?"}\n'
            "    - fact: Heron\n      mnemonic: Hair on\n      ask: Who stands still?\n"
            "      explanation: Stands still.\n      tags: [tall]\n",
        )
    )
    checked = deckwright("check", zoo.folder)
    assert checked.code == 0, checked.out
    package = str(zoo.build(SECOND))
    for reader in (second, zoo.anki):
        cards, reviews = reader.step("cards"), reader.step("revlog")
        reader.step("import_package", package=package)
        after = reader.step("cards")
        assert {place: row for place, row in after.items() if place in cards} == cards
        assert reader.step("revlog") == reviews
        assert len(reader.step("notes")) == 5
        notes = {note["fields"]["Fact"]: note for note in reader.step("notes").values()}
        assert sorted(notes) == ["Duck", "Goose", "Heron", "Swan", "Swift"]
        assert "keeps its mate for life." in notes["Goose"]["fields"]["Explanation"]
        assert notes["Duck"]["fields"]["Mnemonic"] == "Doug"
        assert notes["Heron"]["fields"]["Ask"] == "Who stands still?"
    again = zoo.merge(legacy=legacy)
    assert "Nothing to bring home" in again.err, again.err


def test_what_both_changed_is_shown_and_left_alone(zoo: Class) -> None:
    zoo.edit("Goose", "Mnemonic", "Guss")
    zoo.edit("Goose", "Ask", "Who honks?")
    zoo.edit("Duck", "Mnemonic", "Doug")
    ours = SOURCE.replace("mnemonic: Gus ", "mnemonic: Gustav ")
    (zoo.folder / "cards.yaml").write_text(ours, "utf-8")
    done = zoo.merge()
    assert done.code == 1
    assert re.search(
        r"! Goose: both of you changed `mnemonic`\n +was +Gus\n +yours +Gustav\n +theirs +Guss\n", done.err
    )
    assert "1 changed, 1 left to you" in done.err
    assert zoo.source == ours.replace("Duck ~ Dug", "Duck ~ Doug")
    kept = zoo.merge("--ours")
    assert kept.code == 0, kept.err
    with_question = zoo.source
    assert "mnemonic: Gustav       # the neighbour\n      ask: Who honks?\n" in with_question
    taken = zoo.merge("--theirs")
    assert taken.code == 0, taken.err
    assert zoo.source == with_question.replace("Gustav ", "Guss ")


def test_an_old_copy_is_no_edit(zoo: Class) -> None:
    (zoo.folder / "cards.yaml").write_text(SOURCE.replace("Dug", "Doug").replace("Shift", "Swiss"), "utf-8")
    made = deckwright("release", "-C", zoo.folder, SOURCE_DATE_EPOCH=SECOND)
    assert made.code == 0, made.err
    before = zoo.source
    zoo.edit("Swift", "Mnemonic", "Lift")
    done = zoo.merge()
    assert done.code == 1, done.err
    assert "Duck" not in done.err
    assert re.search(r"was +Shift\n +yours +Swiss\n +theirs +Lift", done.err)
    assert zoo.source == before


def test_without_releases_an_older_package_is_the_base(zoo: Class) -> None:
    base = zoo.folder.parent / "old.apkg"
    (zoo.folder / "build" / "birds.apkg").rename(base)
    for path in (zoo.folder / "releases").iterdir():
        path.unlink()
    zoo.edit("Duck", "Mnemonic", "Doug")
    unknown = zoo.merge()
    assert unknown.code == 1
    assert re.search(
        r"! Duck: nobody knows who changed `mnemonic`\n +yours +Dug\n +theirs +Doug\n", unknown.err
    )
    assert zoo.source == SOURCE
    dry = zoo.merge("--base", str(base), "--dry-run")
    assert dry.code == 0, dry.err
    assert "-    - Duck ~ Dug\n+    - Duck ~ Doug\n" in dry.out
    assert zoo.source == SOURCE
    done = zoo.merge("--base", str(base))
    assert done.code == 0, done.err
    assert zoo.source == SOURCE.replace("Dug", "Doug")


def test_pictures_come_along_under_new_names(zoo: Class, dot_png: bytes) -> None:
    zoo.anki.media.mkdir(exist_ok=True)
    (zoo.anki.media / "paste-1.png").write_bytes(dot_png)
    (zoo.anki.media / "Own Duck.png").write_bytes(dot_png)
    (zoo.folder / "media" / "own-duck.png").write_bytes(dot_png + b"other")
    explanation = zoo.anki.step("notes")[zoo.guid("Goose")]["fields"]["Explanation"]
    zoo.edit("Goose", "Explanation", explanation + '<div><img src="paste-1.png"></div>')
    zoo.edit("Duck", "Picture", '<img src="Own Duck.png">')
    done = zoo.merge()
    assert done.code == 0, done.err
    assert "2 changed; 2 pictures for media/" in done.err
    assert "    - fact: Duck\n      mnemonic: Dug\n      image: own-duck-2.png\n" in zoo.source
    assert "        - it flies.\n\n        ![](paste-1.png)\n" in zoo.source
    assert (zoo.folder / "media" / "own-duck-2.png").read_bytes() == dot_png
    assert (zoo.folder / "media" / "paste-1.png").read_bytes() == dot_png
    checked = deckwright("check", zoo.folder)
    assert checked.code == 0, checked.out


def test_tags_merge_as_sets_and_the_decks_own_stay(zoo: Class) -> None:
    text = SOURCE.replace("mnemonic: Shift", "mnemonic: Shift\n      tags: [fast, small]")
    (zoo.folder / "cards.yaml").write_text(text, "utf-8")
    made = deckwright("release", "-C", zoo.folder, SOURCE_DATE_EPOCH=SECOND)
    assert made.code == 0, made.err
    zoo.anki.step("import_package", package=str(zoo.folder / "build" / "birds.apkg"))
    (zoo.folder / "cards.yaml").write_text(text.replace("small]", "small, dark]"), "utf-8")
    zoo.anki.step("set_tags", guid=zoo.guid("Swift"), tags=["fast", "Zoo::Birds::Air", "marked", "brown"])
    done = zoo.merge()
    assert done.code == 0, done.err
    assert "tag +brown; tag -small" in done.err
    assert "Swift: no tag `zoo`, which comes from above" in done.err
    assert "tags: [fast, dark, brown]" in zoo.source
    assert "tags: [zoo]" in zoo.source


def test_another_tools_note_comes_home_as_ours(zoo: Class) -> None:
    zoo.anki.step(
        "add_note",
        notetype="Basic",
        fields=["Which runs?", "Emu<br>It cannot fly."],
        deck="Zoo::Birds",
        tags=[],
    )
    zoo.anki.step("add_note", notetype="Basic", fields=["Elsewhere?", "Here"], deck="Other", tags=[])
    zoo.anki.step("add_note", notetype="Cloze", fields=["{{c1::Owl}}", ""], deck="Zoo::Birds", tags=[])
    done = zoo.merge()
    assert done.code == 0, done.err
    assert "{{c1::Owl}}: a cloze note of Anki's own" in done.err
    assert zoo.source.startswith(SOURCE)
    assert zoo.source.removeprefix(SOURCE) == (
        "\n  Unsorted:\n    - fact: Emu\n      ask: Which runs?\n      explanation: It cannot fly.\n"
    )
    assert "Elsewhere" not in done.err
