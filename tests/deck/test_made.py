"""Notes made of others: which a deck makes, and which of the last build each of them is."""

from __future__ import annotations

import dataclasses
import textwrap
from typing import TYPE_CHECKING

import one_deck
from deckwright.deck.content import Art
from deckwright.deck.history import Lock, LockedNote
from deckwright.deck.identity import identify

if TYPE_CHECKING:
    from deckwright.deck.identity import Identified, IdentifiedDeck

PROJECT = "birds-k3x9"
EMPTY = Lock()
DECK = """
    deck: Birds
    scene: {file: pond.svg, ask: "Which place?"}
    summary: All that swims.
    cards: {sweep: true, occlusion: true, cloze: true}
    sections:
      Water:
        - {fact: Goose, mnemonic: Honk, symbol: goose, explanation: "It {{c1::honks}}."}
        - {fact: Swan, mnemonic: Swoon, region: [1, 2, 3, 4]}
      Land:
        - {fact: Hen, mnemonic: Cluck}
"""


def identified(text: str, lock: Lock = EMPTY) -> tuple[IdentifiedDeck, list[str]]:
    text = textwrap.dedent(text)
    lit = {index: "r" for index, line in enumerate(facts(text)) if "symbol:" in line or "region:" in line}
    deck, report = one_deck.identified(text, lock, project=PROJECT, recipes=lit)
    return deck, [found.code for found in report]


def facts(text: str) -> list[str]:
    return [line for line in text.splitlines() if "fact:" in line]


def built(text: str, lock: Lock = EMPTY) -> Lock:
    """Return the lock as a build of *text* leaves it."""
    deck, _ = identified(text, lock)
    lines = {line.guid: line for line in lock.notes}
    lines |= {line.guid: dataclasses.replace(line, retired=True) for line in deck.vanished}
    lines |= {note.guid: note.line(PROJECT, (0,), lock.newest + 1) for note in deck.notes}
    return Lock((deck.locked,), tuple(lines.values()))


def made(text: str, lock: Lock = EMPTY) -> dict[str, Identified]:
    deck, _ = identified(text, lock)
    return {note.key: note for note in deck.notes if note.kind != "mnemonic"}


def gathered(note: Identified, deck: IdentifiedDeck) -> list[str]:
    return [deck.notes[member].placed.note.fact for member in note.members]


def test_a_deck_makes_its_scene_sweeps_gaps_and_masks_after_its_own_notes() -> None:
    deck, found = identified(DECK)
    assert found == []
    assert [note.kind for note in deck.notes[:3]] == ["mnemonic"] * 3
    own = {note.key: (note.kind, gathered(note, deck)) for note in deck.notes[3:]}
    assert own == {
        "@scene": ("scene", []),
        "@cloze/water/goose": ("cloze", ["Goose"]),
        "@sweep/water": ("sweep", ["Goose", "Swan"]),
        "@masks/pond.svg": ("occlusion", ["Goose", "Swan"]),
    }
    guids = {note.key: note.guid for note in deck.notes}
    rows = {note.key: note.rows for note in deck.notes[3:]}
    both = (guids["water/goose"], guids["water/swan"])
    assert rows == {
        "@scene": (),
        "@cloze/water/goose": both[:1],
        "@sweep/water": both,
        "@masks/pond.svg": both,
    }


def test_only_the_scene_is_made_unless_more_is_asked_for() -> None:
    assert [*made(DECK.replace("cards: {sweep: true, occlusion: true, cloze: true}", ""))] == ["@scene"]
    assert not made(DECK.replace("cards: {sweep: true, occlusion: true, cloze: true}", "cards: [picture]"))
    assert not made("deck: D\nnotes: [A ~ b, C ~ d]")


def test_a_note_or_section_can_stay_out_and_a_retired_note_does() -> None:
    out = DECK.replace("fact: Swan,", "fact: Swan, cards: {sweep: false, occlusion: false},")
    deck, _ = identified(out)
    assert {note.key: gathered(note, deck) for note in deck.notes if note.kind != "mnemonic"} == {
        "@scene": [],
        "@cloze/water/goose": ["Goose"],
        "@masks/pond.svg": ["Goose"],
    }
    assert "@sweep/water" not in made(DECK.replace("fact: Swan,", "fact: Swan, retired: true,"))


def test_a_switch_that_makes_no_card_is_told() -> None:
    _, found = identified(
        "deck: D\ncards: {scene: true, sweep: true, cloze: true, occlusion: true}\nnotes: [A ~ b]"
    )
    assert found == ["no-effect"] * 4
    _, found = identified("deck: D\nsections:\n  S:\n    cards: {sweep: true}\n    notes: [A ~ b]")
    assert found == ["no-effect"]


def test_a_section_of_six_is_swept_with_a_warning() -> None:
    rows = "".join(f"\n    - {{fact: Fact {letter * 5}, mnemonic: {letter}}}" for letter in "abcdef")
    deck, found = identified(f"deck: D\ncards: {{sweep: true}}\nsections:\n  S:{rows}")
    assert found == ["sweep-too-long"]
    assert len(deck.notes[-1].members) == 6


def test_made_notes_are_known_again_and_a_second_build_changes_none() -> None:
    lock = built(DECK)
    again = built(DECK, lock)
    assert {line.guid: line.content for line in again.notes} == {
        line.guid: line.content for line in lock.notes
    }
    assert not any(line.retired for line in again.notes)


def line_of(lock: Lock, key: str) -> LockedNote:
    (line,) = (line for line in lock.notes if line.key == key)
    return line


def test_numbers_stay_when_rows_go_and_come_and_none_is_given_twice() -> None:
    lock = built(DECK)
    swan = line_of(lock, "water/swan").guid
    without = built(
        "".join(line for line in DECK.splitlines(keepends=True) if "Goose" not in line).replace(
            "      Land:", "        - {fact: Duck, mnemonic: Duke, region: [9, 9, 9, 9]}\n      Land:"
        ),
        lock,
    )
    rows = line_of(without, "@sweep/water").rows
    assert rows == (line_of(lock, "water/goose").guid, swan, line_of(without, "water/duck").guid)
    back = built(DECK, without)
    assert line_of(back, "@sweep/water").rows == rows
    assert made(DECK, without)["@sweep/water"].rows == rows


def test_a_renamed_section_keeps_its_sweep_and_a_renamed_scene_its_masks() -> None:
    lock = built(DECK)
    now = made(DECK.replace("Water:", "On the lake:").replace("pond.svg", "lake.svg"), lock)
    assert now["@sweep/on-the-lake"].guid == line_of(lock, "@sweep/water").guid
    assert now["@masks/lake.svg"].guid == line_of(lock, "@masks/pond.svg").guid


def test_gaps_follow_their_note_and_never_another_in_its_place() -> None:
    lock = built(DECK)
    old = line_of(lock, "@cloze/water/goose").guid
    renamed = made(DECK.replace("fact: Goose", "fact: Greylag goose"), lock)
    assert renamed["@cloze/water/greylag-goose"].guid == old
    other = DECK.replace("fact: Goose, mnemonic: Honk", "fact: Grebe, mnemonic: Grab").replace(
        "honks", "dives"
    )
    assert made(other, lock)["@cloze/water/grebe"].guid != old


def test_sections_that_swap_their_names_keep_their_histories() -> None:
    text = """
        deck: Birds
        cards: {sweep: true}
        sections:
          Water: [Goose ~ Honk, Swan ~ Swoon]
          Land: [Hen ~ Cluck, Cock ~ Crow]
    """
    lock = built(text)
    swapped = text.replace("Water", "?").replace("Land", "Water").replace("?", "Land")
    now = made(swapped, lock)
    assert now["@sweep/water"].guid == line_of(lock, "@sweep/land").guid
    assert now["@sweep/land"].guid == line_of(lock, "@sweep/water").guid


def test_a_parted_section_leaves_the_sweep_with_its_name() -> None:
    text = "deck: D\ncards: {sweep: true}\nsections:\n  S: [A one ~ b, C two ~ d, E three ~ f, G four ~ h]\n"
    lock = built(text)
    parted = text.replace(", E three", "]\n  T: [E three")
    now = made(parted, lock)
    assert now["@sweep/s"].guid == line_of(lock, "@sweep/s").guid
    assert now["@sweep/t"].locked is None


def test_what_its_rows_say_is_content_and_order_is_not() -> None:
    lock = built(DECK)

    def changed(text: str) -> set[str]:
        now, _ = identified(text, lock)
        return {note.key for note in now.notes if note.locked is None or note.locked.content != note.content}

    assert changed(DECK) == set()
    assert changed(DECK.replace("Swoon", "Swan song")) == {"water/swan", "@sweep/water", "@masks/pond.svg"}
    assert changed(DECK.replace("honks", "hisses")) == {"water/goose", "@cloze/water/goose"}
    assert changed(DECK.replace("Which place?", "Where?")) == {"@scene"}
    lines = DECK.splitlines()
    first = next(index for index, line in enumerate(lines) if "Goose" in line)
    lines[first], lines[first + 1] = lines[first + 1], lines[first]
    assert changed("\n".join(lines)) == set()


HEAD = "deck: D\ncards: {sweep: true}\nsections:\n"


def test_of_two_sections_without_its_name_the_one_with_most_of_it_goes_on() -> None:
    lock = built(f"{HEAD}  S: [A one ~ b, C two ~ d, E three ~ f, G four ~ h]\n")
    now = made(f"{HEAD}  T: [A one ~ b, I five ~ j]\n  U: [C two ~ d, E three ~ f]\n", lock)
    assert now["@sweep/t"].locked is None
    assert now["@sweep/u"].guid == line_of(lock, "@sweep/s").guid


def test_a_gap_in_code_is_none_and_one_without_its_card_is_told() -> None:
    assert not made(
        "deck: D\ncards: {cloze: true}\nnotes: [{fact: A, mnemonic: b, explanation: '`{{c1::x}}`'}]"
    )
    _, found = identified("deck: D\nnotes: [{fact: A, mnemonic: b, explanation: '{{c1::x}}'}]")
    assert found == ["no-effect"]


def test_sections_that_differ_in_signs_alone_have_a_sweep_each() -> None:
    text = f"{HEAD}  S: [A one ~ b, C two ~ d]\n  S!: [E three ~ f, G four ~ h]\n"
    lock = built(text)
    assert sorted(made(text, lock)) == ["@sweep/s", "@sweep/s#2"]
    assert all(note.locked for note in made(text, lock).values())


def test_a_picture_in_an_explanation_belongs_to_the_gaps_and_to_no_sweep_or_mask() -> None:
    bound = one_deck.bound(textwrap.dedent(DECK), project=PROJECT, recipes={0: "r", 1: "r"})

    def contents(*inline: str) -> dict[str, str]:
        art = {**bound.art, 0: Art("r", lit=True, inline=inline)}
        (deck,) = identify([dataclasses.replace(bound, art=art)], EMPTY)
        return {note.key: note.content for note in deck.notes}

    before, after = contents("one"), contents("two")
    assert {key for key in before if before[key] != after[key]} == {"water/goose", "@cloze/water/goose"}


def test_the_words_for_a_scene_belong_to_no_note_that_does_not_show_it() -> None:
    text = "deck: D\nscene: {file: pond.svg, alt: A pond}\ncards: {cloze: true}\nnotes:\n"
    text += "  - {fact: Goose, mnemonic: Honk, explanation: 'It {{c1::honks}}.'}\n"
    lock = built(text)
    now, _ = identified(text.replace("A pond", "A lake"), lock)
    changed = {note.key for note in now.notes if note.locked and note.locked.content != note.content}
    assert changed == {"@scene"}
