"""Edits as authors make them: whose history each note keeps, and where nobody could tell."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckwright.deck.content import short_hash
from deckwright.deck.history import LockedNote
from deckwright.deck.matching import Matches, Trace, match, match_moved, natural_key

LONG = "Slows the reflex arc in the dorsal horn"
OTHER = "Relaxes the muscle by another way"
Row = tuple[str, ...]


def row(section: str, fact: str, *texts: str, ask: str = "", id_: str = "") -> Row:
    """Write a note: section, fact, then mnemonic, explanation, ask and id as far as they are given."""
    mnemonic, explanation, question, name = (*texts, "", "", "", "")[:4]
    return section, fact, mnemonic, explanation, ask or question, id_ or name


def trace(note: Row) -> Trace:
    section, fact, mnemonic, explanation, ask, id_ = note
    hashes = (short_hash(mnemonic), short_hash(explanation), short_hash(ask))
    return Trace(id_, id_ or natural_key(section, fact), section, fact, *hashes)


def locked(note: Row, *, retired: bool = False) -> LockedNote:
    known = trace(note)
    return LockedNote(
        guid=known.key,
        deck="d",
        key=known.key,
        born=known.key,
        nid=1,
        type="mnemonic",
        cards=(0,),
        section=known.section,
        fact=known.fact,
        mnemonic=known.mnemonic,
        explanation=known.explanation,
        ask=known.ask,
        content="",
        modified=1,
        retired=retired,
    )


def told(before: list[Row], after: list[Row], retired: tuple[str, ...] = ()) -> dict[str, str]:
    """Map each fact after the edit to the fact whose history it keeps, to `new`, or to `?` for a doubt."""
    found = match([trace(note) for note in after], [locked(n, retired=n[1] in retired) for n in before])
    names = {index: line.fact for index, line in found.lines.items()}
    names |= dict.fromkeys(found.doubts, "?")
    return {note[1]: names.get(index, "new") for index, note in enumerate(after)}


M, S = "Mechanism", "Side effects"
CORD = row(M, "Spinal cord", "Spina Cord", LONG, "Where?")
GABA = row(M, "GABA-B agonist", "Goose bee", OTHER, "Which receptor?")
SICK = row(S, "Nausea", "Now sea", "The gut rebels", "Which effect?")

EDITS: dict[str, tuple[list[Row], list[Row], dict[str, str]]] = {
    "nothing": ([CORD], [CORD], {"Spinal cord": "Spinal cord"}),
    "a typing mistake in the fact": (
        [row(M, "Spina cord", "Spina Cord", LONG)],
        [CORD],
        {"Spinal cord": "Spina cord"},
    ),
    "a fact reworded": (
        [CORD],
        [row(M, "Dorsal horn of the cord", "Spina Cord", LONG)],
        {"Dorsal horn of the cord": "Spinal cord"},
    ),
    "a fact and its mnemonic reworded": (
        [CORD],
        [row(M, "Dorsal horn", "Door-sell horn", LONG)],
        {"Dorsal horn": "Spinal cord"},
    ),
    "a fact and its explanation reworded": (
        [CORD],
        [row(M, "Dorsal horn", "Spina Cord", OTHER)],
        {"Dorsal horn": "Spinal cord"},
    ),
    "a mnemonic replaced": (
        [CORD],
        [row(M, "Spinal cord", "Spiny cord", LONG)],
        {"Spinal cord": "Spinal cord"},
    ),
    "all but the fact replaced": (
        [CORD],
        [row(M, "Spinal cord", "Spiny cord", OTHER, "In what?")],
        {"Spinal cord": "Spinal cord"},
    ),
    "a typing mistake in fact and mnemonic": (
        [row(M, "Spina cord", "Spina Crod")],
        [row(M, "Spinal cord", "Spina Cord")],
        {"Spinal cord": "Spina cord"},
    ),
    "a word added to a fact without other texts": (
        [row(M, "Taper slowly", ask="How?")],
        [row(M, "Taper very slowly", ask="How?")],
        {"Taper very slowly": "Taper slowly"},
    ),
    "sections reordered": (
        [CORD, SICK],
        [SICK, CORD],
        {"Nausea": "Nausea", "Spinal cord": "Spinal cord"},
    ),
    "notes reordered": (
        [CORD, GABA],
        [GABA, CORD],
        {"GABA-B agonist": "GABA-B agonist", "Spinal cord": "Spinal cord"},
    ),
    "a note moved to another section": (
        [CORD],
        [row(S, "Spinal cord", "Spina Cord", LONG)],
        {"Spinal cord": "Spinal cord"},
    ),
    "a note with nothing but a fact moved": (
        [row(M, "Spinal cord")],
        [row(S, "Spinal cord")],
        {"Spinal cord": "Spinal cord"},
    ),
    "a section renamed": (
        [CORD, GABA],
        [row("How it works", *CORD[1:]), row("How it works", *GABA[1:])],
        {"Spinal cord": "Spinal cord", "GABA-B agonist": "GABA-B agonist"},
    ),
    "a section renamed and a fact in it reworded": (
        [CORD, GABA],
        [row("How it works", "Dorsal horn", *CORD[2:]), row("How it works", *GABA[1:])],
        {"Dorsal horn": "Spinal cord", "GABA-B agonist": "GABA-B agonist"},
    ),
    "two notes swapped their facts": (
        [CORD, GABA],
        [row(M, "GABA-B agonist", *CORD[2:]), row(M, "Spinal cord", *GABA[2:])],
        {"GABA-B agonist": "Spinal cord", "Spinal cord": "GABA-B agonist"},
    ),
    "two similar notes changed places": (
        [row(M, "GABA-A", "Goose A"), row(M, "GABA-B", "Goose B")],
        [row(M, "GABA-B", "Goose B"), row(M, "GABA-A", "Goose A")],
        {"GABA-A": "GABA-A", "GABA-B": "GABA-B"},
    ),
    "both texts copied over those of another note": (
        [CORD, GABA],
        [CORD, row(M, "GABA-B agonist", *CORD[2:])],
        {"Spinal cord": "Spinal cord", "GABA-B agonist": "GABA-B agonist"},
    ),
    "a note added": ([CORD], [CORD, GABA], {"Spinal cord": "Spinal cord", "GABA-B agonist": "new"}),
    "a note replaced by another": ([CORD], [GABA], {"GABA-B agonist": "new"}),
    "a note removed, a like one added": (
        [row(M, "Hyperkalaemia", "Hyper kale", "Too much", "Which?")],
        [row(M, "Hypokalaemia", "Hippo kale", "Too little", "What?")],
        {"Hypokalaemia": "new"},
    ),
    "opposites without other texts": (
        [row(M, "Hypertension")],
        [row(M, "Hypotension")],
        {"Hypotension": "new"},
    ),
    "an agonist for an antagonist": (
        [row(M, "GABA receptor agonist")],
        [row(M, "GABA receptor antagonist")],
        {"GABA receptor antagonist": "new"},
    ),
    "another number": ([row(M, "Beta-1 blocker")], [row(M, "Beta-2 blocker")], {"Beta-2 blocker": "new"}),
    "another letter": ([row(M, "GABA-A receptor")], [row(M, "GABA-B receptor")], {"GABA-B receptor": "new"}),
    "another dose of a fact with its texts": (
        [row(M, "Start with 5 mg", "Five alive", LONG)],
        [row(M, "Start with 10 mg", "Five alive", LONG)],
        {"Start with 10 mg": "Start with 5 mg"},
    ),
    "a fact of the same name elsewhere, all else new": (
        [row(M, "Nausea", "Now sea", "One", "A?")],
        [row(S, "Nausea", "Gnaw sea", "Two", "B?")],
        {"Nausea": "new"},
    ),
    "a note split in two that share its mnemonic": (
        [row(M, "Cord and horn", "Spina Cord", LONG)],
        [row(M, "Cord", "Spina Cord", LONG), row(M, "Horn", "Spina Cord", LONG)],
        {"Cord": "?", "Horn": "?"},
    ),
    "a note split in two, one half keeping its mnemonic": (
        [row(M, "Cord and horn", "Spina Cord", LONG)],
        [row(M, "Cord", "Spina Cord", "First half"), row(M, "Horn", "Horny", "Second half")],
        {"Cord": "Cord and horn", "Horn": "new"},
    ),
    "a note copied": ([CORD], [CORD, row(S, *CORD[1:])], {"Spinal cord": "new"}),
    "two notes with one mnemonic, both facts reworded": (
        [row(M, "Alpha", "Twin"), row(M, "Gamma", "Twin")],
        [row(M, "First", "Twin"), row(M, "Third", "Twin")],
        {"First": "?", "Third": "?"},
    ),
    "the same, told apart by their explanations": (
        [row(M, "Alpha", "Twin", "a"), row(M, "Gamma", "Twin", "c")],
        [row(M, "First", "Twin", "a"), row(M, "Third", "Twin", "c")],
        {"First": "Alpha", "Third": "Gamma"},
    ),
    "two notes merged into one": (
        [CORD, GABA],
        [row(M, "Cord and GABA", "Spina Cord", OTHER)],
        {"Cord and GABA": "Spinal cord"},
    ),
    "a fact alike two others": (
        [row(M, "Muscle relaxant"), row(M, "Muscle relaxants")],
        [row(M, "Muscle relaxantss")],
        {"Muscle relaxantss": "?"},
    ),
    "upper case and signs": (
        [row(M, "spinal cord", "Spina")],
        [row(M, "Spinal Cord!", "Other")],
        {"Spinal Cord!": "spinal cord"},
    ),
    "an id added": ([CORD], [(*CORD[:5], "cord")], {"Spinal cord": "Spinal cord"}),
    "an id added with everything else changed": (
        [CORD],
        [row(S, "Horn", "x", "y", "z", "mechanism/spinal-cord")],
        {"Horn": "Spinal cord"},
    ),
    "the same ask is no kinship": (
        [row(M, "Alpha", ask="What is it?")],
        [row(M, "Omega", ask="What is it?")],
        {"Omega": "new"},
    ),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_keeps_the_history_it_should(edit: str) -> None:
    before, after, expected = EDITS[edit]
    assert told(before, after) == expected
    # The order of notes and lines is nobody's business.
    if len({note[1] for note in after}) == len(after):
        assert told(before[::-1], after[::-1]) == expected


def test_the_thirty_edits_are_thirty() -> None:
    assert len(EDITS) >= 30


def test_a_note_that_comes_back_with_the_texts_of_another_is_still_itself() -> None:
    after = [CORD, row(M, "GABA-B agonist", *CORD[2:])]
    expected = {"Spinal cord": "Spinal cord", "GABA-B agonist": "GABA-B agonist"}
    assert told([CORD, GABA], after, retired=("GABA-B agonist",)) == expected


def test_a_note_that_takes_the_texts_of_a_retired_one_is_still_itself() -> None:
    assert told([CORD, GABA], [row(M, "GABA-B agonist", *CORD[2:])], retired=("Spinal cord",)) == {
        "GABA-B agonist": "GABA-B agonist"
    }


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (CORD, "Spinal cord"),
        (row(M, "Spinal cord", "Other", OTHER), "Spinal cord"),
        (row(S, "Horn", "Spina Cord"), "Spinal cord"),
        (row(M, "Spinal cords", "Other"), "new"),
    ],
)
def test_what_was_retired_comes_back_by_key_or_text_but_not_by_likeness(after: Row, expected: str) -> None:
    assert told([CORD], [after], retired=("Spinal cord",)) == {after[1]: expected}


def test_a_key_in_use_counts_before_a_name_that_was_given_up() -> None:
    line = replace(locked(row(M, "One")), born="x")
    found = match([trace(row(M, "One")), trace(row(M, "Two", "n", id_="x"))], [line])
    assert {index: line.fact for index, line in found.lines.items()} == {0: "One"}


def test_two_lines_with_one_fact_are_told_apart_by_their_texts_or_not_at_all() -> None:
    lines = [
        replace(locked(row(M, "One", mnemonic, id_=name)), key=name, guid=name)
        for name, mnemonic in (("a", "m"), ("b", "n"))
    ]
    for order in (lines, lines[::-1]):
        assert match([trace(row(M, "One", "n", id_="c"))], order).lines[0].guid == "b"
        assert match([trace(row(M, "One", "o"))], order).doubts.keys() == {0}
        own = match([trace(row(M, "One", "o", id_="c"))], order)
        assert (own.lines, own.doubts) == ({}, {}), "an id of its own says that it is a new note"


def test_a_live_line_comes_before_a_retired_one_with_the_same_text() -> None:
    lines = [row(M, "Old", "Spina Cord"), row(M, "Live", "Spina Cord")]
    assert told(lines, [row(M, "Horn", "Spina Cord")], retired=("Old",)) == {"Horn": "Live"}


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (row(M, "Horn", "x", "y", "z", "mine"), "new"),  # every deck may have its `mine`
        (row(S, "Horn", "Spina Cord", "y", "z", "mine"), "Spinal cord"),
        (row(S, "Horn", "x", LONG, "z", "mine"), "Spinal cord"),
        (row(S, "Horn", "x", "y", "Where?", "mine"), "Spinal cord"),
        (row(S, "Spinal cord", "x", "y", "z", "mine"), "Spinal cord"),
        (row(S, "Spinal cord", "x", "y", "z"), "new"),
        (row(S, "Spinal cord", "x", LONG, "z"), "Spinal cord"),
        (row(S, "Horn", "Spina Cord", LONG, "Where?"), "new"),
    ],
)
def test_a_note_moved_from_another_deck_has_its_id_or_fact_and_a_text_of_it(
    after: Row, expected: str
) -> None:
    line = locked((*CORD[:5], "mine"))
    found = match_moved([trace(after)], [line])
    assert {index: line.fact for index, line in found.items()} == ({} if expected == "new" else {0: expected})


def test_a_moved_note_that_could_be_either_of_two_is_new() -> None:
    lines = [replace(locked((*CORD[:5], "mine")), guid=name, deck=name) for name in ("a", "b")]
    assert match_moved([trace((*CORD[:5], "mine"))], lines) == {}
    other = replace(lines[0], mnemonic="other", explanation="other", ask="other", fact="Other", guid="c")
    found = match_moved([trace((*CORD[:5], "mine"))], [other, lines[1]])
    assert [line.guid for line in found.values()] == ["b"]


TEXTS = st.sampled_from(["", "a", "b", "Spinal cord", "Spina cord", "GABA-A", "GABA-B"])
NOTES = st.lists(
    st.tuples(TEXTS.filter(bool), TEXTS.filter(bool), TEXTS, TEXTS, TEXTS, st.just("")),
    max_size=8,
    unique_by=lambda note: natural_key(note[0], note[1]),
)


@given(before=NOTES, after=NOTES, retired=st.booleans())
def test_lines_and_notes_go_one_for_one_whatever_their_order(
    *, before: list[Row], after: list[Row], retired: bool
) -> None:
    lines = [locked(note, retired=retired and index % 2 == 0) for index, note in enumerate(before)]
    traces = [trace(note) for note in after]

    def pairs(found: Matches, order: list[int]) -> set[tuple[int, str]]:
        assert len({line.guid for line in found.lines.values()}) == len(found.lines)
        assert not set(found.lines) & set(found.doubts)
        return {(order[index], line.guid) for index, line in found.lines.items()}

    there = list(range(len(traces)))
    one = pairs(match(traces, lines), there)
    assert one == pairs(match(traces[::-1], lines[::-1]), there[::-1])
    unchanged = pairs(match([trace(note) for note in before], lines), list(range(len(before))))
    assert unchanged == {(index, line.guid) for index, line in enumerate(lines)}


def test_the_newer_of_two_retired_lines_with_one_key_comes_back() -> None:
    old, new = (replace(locked(CORD, retired=True), guid=str(stamp), modified=stamp) for stamp in (1, 2))
    for lines in ([old, new], [new, old]):
        assert match([trace(CORD)], lines).lines[0].guid == "2"
