"""A learner's life with a deck: studied from the first release on, and corrected four times since."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from anki_reader import Reader
from patched_tool import Patched
from support import deckwright, write_project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from anki_backend import Anki
    from anki_reader import Held, Import, Step

pytestmark = pytest.mark.anki

EPOCH = 1_767_225_600
WEEK = 604_800
SYMBOL = '<g id="sym-{name}"><title>{title}</title><path d="M{x},10h10v10z" fill="{colour}"/></g>'
SOURCE = """\
deck: Neuro::Baclofen
id: learners-life
tags: [pharmacology]
sections:
  Mechanism:
    - {fact: GABA-B agonist, mnemonic: Goose bee, ask: Which receptor?, explanation: Less calcium.,
       symbol: goose}
    - {fact: Spina cord, mnemonic: Spiny, explanation: The dorsal horn., symbol: spine}
    - {fact: Presynaptic, mnemonic: Press, ask: Where at the synapse?}
  Effects:
    - {fact: Nausea, mnemonic: Now sea, image: sea.png}
    - {fact: Drowsiness, mnemonic: Drowsy nest, ask: What first?}
    - {fact: Weakness, mnemonic: Weak nest, ask: Which limit?}
    - {fact: Hair loss, mnemonic: Hare}
  Advice:
    - {fact: Taper slowly, mnemonic: Tape, explanation: Over one week.}
    - {fact: No alcohol, mnemonic: Hall}
scene: scene.svg
"""
# What each release changes in the source of the one before.
EDITS: tuple[tuple[tuple[str, str], ...], ...] = (
    (),
    (
        ("Less calcium.", "Less calcium and more potassium."),
        ("fact: Spina cord", "fact: Spinal cord"),
        ("    - {fact: Hair loss, mnemonic: Hare}\n", ""),
        ("  Advice:\n", "    - {fact: Confusion, mnemonic: Con fuse, ask: In whom?}\n  Advice:\n"),
    ),
    (
        ("  Effects:\n", "  Side effects:\n"),
        ("mnemonic: Weak nest, ask: Which limit?", "mnemonic: Weak nest, withdrawn: ask"),
    ),
    (),
    (
        ("    - {fact: No alcohol, mnemonic: Hall}\n", ""),
        (
            "  Side effects:\n",
            "  Side effects:\n    - {fact: No alcohol, mnemonic: Hall, ask: What adds to it?}\n",
        ),
        ("Over one week.", "Over two weeks."),
        ("mnemonic: Press,", "mnemonic: Press, retired: true,"),
        ("mnemonic: Spiny,", "mnemonic: Spiny, id: cord,"),
    ),
)
DRAWN = ({"spine": "red"}, {"spine": "red"}, {"spine": "navy"}, {"spine": "navy"}, {"spine": "navy"})
SEA = ("green", "green", "teal", "teal", "teal")


@pytest.fixture(scope="session")
def life(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """Build five releases, a week apart; from the fourth on with a later version of the tool."""
    folder = tmp_path_factory.mktemp("life")
    tool = Patched(folder / "later")
    tool.restyle("<!-- later -->", "\n.later { color: teal }\n")
    return tuple(releases(folder, tool))


def releases(folder: Path, tool: Patched) -> Iterator[Path]:
    source = SOURCE
    for number, edits in enumerate(EDITS):
        for old, new in edits:
            assert source.count(old) == 1
            source = source.replace(old, new)
        sea = io.BytesIO()
        Image.new("RGB", (2, 2), SEA[number]).save(sea, "png")
        write_project(folder, source, scene_svg=scene(**DRAWN[number]), sea_png=sea.getvalue())
        package = folder / f"{number + 1}.apkg"
        later = tool.environment if number >= 3 else {}
        built = deckwright("build", "-o", package, cwd=folder, SOURCE_DATE_EPOCH=str(at(number)), **later)
        assert built.code == 0, built.err
        yield package


def at(week: int) -> int:
    """Return when a release is built."""
    return EPOCH + week * WEEK


def scene(spine: str) -> bytes:
    parts = (
        SYMBOL.format(name="goose", title="Goose", x=10, colour="gold"),
        SYMBOL.format(name="spine", title="Spine", x=50, colour=spine),
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30">{"".join(parts)}</svg>'.encode()


class Learner(Reader):
    """A learner who takes each release the day after it was built, and meanwhile does this and that."""

    def follows(self, life: tuple[Path, ...], number: int, *first: Step) -> Import:
        return self.takes(life[number - 1], at(number - 1) + 86_400, *first)

    def edits(self, week: int, guid: str, field: str = "Explanation") -> None:
        edit = {"guid": guid, "field": field, "text": f"my words of week {week}", "tag": f"mine-{week}"}
        self.does(at(week) - 3_600, ("edit", edit))


def mine(held: Held) -> dict[str, set[str]]:
    """Return the learner's own tags by fact."""
    found = {
        note["fields"].get("Fact", ""): {tag for tag in note["tags"] if tag.startswith("mine")}
        for note in held.notes.values()
    }
    return {fact: tags for fact, tags in found.items() if tags}


def test_five_releases_take_nothing_from_a_learner(anki: Anki, life: tuple[Path, ...]) -> None:
    learner = Learner(anki)
    first = learner.follows(life, 1)
    guids = first.after.guids
    assert (len(guids), first.log["new"]) == (10, 10), "nine notes and the scene"
    asked = ("GABA-B agonist", "Presynaptic", "Drowsiness", "Weakness")
    cards = [f"{guid}/0" for guid in guids.values()] + [f"{guids[fact]}/1" for fact in asked]
    assert sorted(first.after.cards) == sorted(cards)
    see_texts_corrected(learner, life, guids)
    see_a_section_renamed_and_pictures_redrawn(learner, life, guids)
    see_later_texts_of_the_note_type(learner, life, guids)
    see_notes_moved_and_retired(learner, life, guids)


def see_texts_corrected(learner: Learner, life: tuple[Path, ...], guids: dict[str, str]) -> None:
    learner.does(at(0) + 100_000, ("study", {"seed": 1}))
    for fact in ("GABA-B agonist", "Taper slowly", "Drowsiness"):
        learner.edits(1, guids[fact])
    second = learner.follows(
        life,
        2,
        ("suspend", {"guid": guids["Hair loss"], "flag": 3}),
        ("suspend", {"guid": guids["Spina cord"], "flag": 1}),
        ("move_cards", {"guid": guids["Nausea"], "deck": "Mine::Hard"}),
        ("set_preset", {"deck": "Neuro::Baclofen", "preset": "Slow"}),
    )
    assert second.facts(second.updated) == ["GABA-B agonist", "Spinal cord"]
    assert second.facts(second.new) == ["Confusion"]
    assert mine(second.after) == {"Taper slowly": {"mine-1"}, "Drowsiness": {"mine-1"}}
    assert "potassium" in second.after.note("GABA-B agonist")["fields"]["Explanation"]
    assert second.after.guids["Spinal cord"] == guids["Spina cord"]
    assert "Hair loss" in second.after.guids
    assert second.after.cards[f"{guids['Spina cord']}/0"][3] == -1, "still suspended"


def see_a_section_renamed_and_pictures_redrawn(
    learner: Learner, life: tuple[Path, ...], guids: dict[str, str]
) -> None:
    """A question is withdrawn, too, while most cards are being crammed."""
    learner.edits(2, guids["Weakness"])
    learner.edits(2, guids["No alcohol"])
    third = learner.follows(
        life,
        3,
        ("study", {"seed": 2}),
        ("filter_deck", {"deck": "Cram", "search": "deck:Neuro::Baclofen -is:suspended"}),
    )
    assert learner.anki.step("decks")["Cram"] > 5
    renamed = ["Confusion", "Drowsiness", "Nausea", "Weakness"]
    assert third.facts(third.updated) == sorted([*renamed, "Spinal cord"])
    assert third.new == set()
    assert mine(third.after) == {"Taper slowly": {"mine-1"}, "No alcohol": {"mine-2"}}
    assert "Neuro::Baclofen::Side_effects" in third.after.note("Nausea")["tags"]
    pictures = [
        {held.notes[guids[fact]]["fields"][name] for held in (third.before, third.after)}
        for fact, name in (("Nausea", "Picture"), ("Spina cord", "Symbol"), ("GABA-B agonist", "Symbol"))
    ]
    assert [len(names) for names in pictures] == [2, 2, 1], "a new name for each new picture, and no other"


def see_later_texts_of_the_note_type(learner: Learner, life: tuple[Path, ...], guids: dict[str, str]) -> None:
    """No note moves, and every card looks new."""
    learner.edits(3, guids["Drowsiness"])
    fourth = learner.follows(life, 4)
    assert (fourth.updated, fourth.new) == (set(), set())
    types = learner.anki.step("notetypes")
    assert sorted(types) == ["Deckwright Mnemonic", "Deckwright Scene"]
    notetype = types["Deckwright Mnemonic"]
    assert ".later { color: teal }" in notetype["css"]
    assert "<!-- later -->" in notetype["templates"]["Picture → Fact"]


def see_notes_moved_and_retired(learner: Learner, life: tuple[Path, ...], guids: dict[str, str]) -> None:
    """An id that was given moves nothing; a question that was added brings its card alone."""
    fifth = learner.follows(life, 5, ("study", {"seed": 3}))
    assert fifth.facts(fifth.updated) == ["No alcohol", "Presynaptic", "Taper slowly"]
    assert (fifth.new, mine(fifth.after)) == (set(), {"Drowsiness": {"mine-3"}})
    assert fifth.after.cards.keys() - fifth.before.cards.keys() == {f"{guids['No alcohol']}/1"}
    assert "deckwright::retired" in fifth.after.note("Presynaptic")["tags"]
    shown, missing, media, preset = learner.anki.steps(
        ("render", {}), ("missing_cards", {}), ("check_media", {}), ("preset", {"deck": "Neuro::Baclofen"})
    )
    assert not any("blank" in card["front"] for card in shown.values())
    assert missing == {"added": 0, "empty": 0}
    assert (media["missing"], preset) == ([], "Slow")


@pytest.mark.parametrize("skipped", [(2,), (2, 3), (3, 4), (2, 3, 4)])
def test_whoever_skips_releases_ends_with_the_same_notes(
    anki: Anki, life: tuple[Path, ...], skipped: tuple[int, ...]
) -> None:
    learner = Learner(anki)
    learner.follows(life, 1)
    learner.does(at(0) + 100_000, ("study", {"seed": 1}))
    for number in (2, 3, 4, 5):
        if number not in skipped:
            learner.follows(life, number)
    done = learner.follows(life, 5)
    assert (done.updated, done.new) == (set(), set())
    facts = set(done.after.guids)
    assert facts >= {"GABA-B agonist", "Spinal cord", "Presynaptic", "Nausea", "Drowsiness", "Weakness"}
    assert facts >= {"Confusion", "Taper slowly", "No alcohol", "Hair loss"}
    assert len(facts) == 11, "the scene has a note too"
    assert "two weeks" in done.after.note("Taper slowly")["fields"]["Explanation"]
    assert "Neuro::Baclofen::Side_effects" in done.after.note("No alcohol")["tags"]
    assert len(done.after.cards) == 9 + 4 + 2 + 1 + 1
