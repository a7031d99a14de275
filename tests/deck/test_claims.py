"""Which deck of the lock is which file's."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

import one_deck
from deckwright.deck.claims import another_deck, claim, copied
from deckwright.deck.history import Lock, LockedDeck
from deckwright.deck.schema import bind
from deckwright.source.diagnostics import Report
from deckwright.source.syntax import compose
from deckwright.source.text import SourceFile

if TYPE_CHECKING:
    from deckwright.deck.model import Deck


def deck(name: str, id_: str = "") -> Deck:
    report = Report(
        SourceFile("cards.yaml", f"deck: {name}\n" + (f"id: {id_}\n" if id_ else "") + "notes: [a ~ b]\n")
    )
    made = bind(compose(report.source, report), report)
    assert made is not None
    return made


def lock(*lines: tuple[str, str]) -> Lock:
    return Lock(tuple(LockedDeck(id_, name, "Root") for id_, name in lines))


@pytest.mark.parametrize(
    ("decks", "known", "expected"),
    [
        ([("Birds", "")], [], [("birds-t4il", "")]),
        ([("A::Water birds", "")], [], [("water-birds-t4il", "")]),
        ([("Birds", "own")], [], [("own", "")]),
        ([("Birds", "")], [("birds-k3x9", "Birds")], [("birds-k3x9", "")]),
        ([("Fowl", "")], [("birds-k3x9", "Birds")], [("birds-k3x9", "")]),  # renamed: there is no other
        ([("Fowl", "own")], [("own", "Birds")], [("own", "")]),
        ([("Birds", "own")], [("other", "Birds")], [("own", "other")]),
        ([("Fowl", "own")], [("other", "Birds")], [("own", "other")]),
        ([("A", ""), ("B", "")], [("b-id", "B"), ("a-id", "A")], [("a-id", ""), ("b-id", "")]),
        ([("A", ""), ("B", "own")], [("a-id", "A")], [("a-id", ""), ("own", "")]),
        ([("A", ""), ("B", "own")], [("a-id", "A"), ("b-id", "B")], [("a-id", ""), ("own", "b-id")]),
        ([("A", ""), ("C", "")], [("a-id", "A"), ("b-id", "B")], [("a-id", ""), ("c-t4il", "")]),
        ([("X::Same", ""), ("Y::Same", "")], [], [("same-t4il", ""), ("same-2-t4il", "")]),
        ([("A", "b-id"), ("B", "")], [("b-id", "B")], [("b-id", ""), ("b-t4il", "")]),
        ([("C :: a", ""), ("B", "")], [("a-id", "C::A"), ("b-id", "B")], [("a-id", ""), ("b-id", "")]),
    ],
)
def test_each_deck_finds_its_line(
    decks: list[tuple[str, str]], known: list[tuple[str, str]], expected: list[tuple[str, str]]
) -> None:
    claims = claim([deck(*given) for given in decks], lock(*known), "t4il")
    assert [(found.locked.id, found.rival.id if found.rival else "") for found in claims] == expected
    assert [found.locked.name for found in claims] == [name for name, _ in decks]
    for found in claims:
        if found.locked.id in dict(known) or found.rival:
            assert found.locked.root == "Root", "the root of the tags is the lock's for ever"


@pytest.mark.parametrize(
    ("facts", "free", "known"),
    [
        (["Goose", "Swan", "Duck"], "Birds", "birds-id"),
        (["Goose", "Swan", "Duck", "Oak"], "Birds", "birds-id"),
        (["Goose", "Swan"], "Birds", "fowl-t4il"),  # half of it may as well be another deck
        (["Oak", "Ash"], "Birds", "fowl-t4il"),
        (["Goose", "Swan", "Duck"], "Fowl", "birds-id"),  # its name says it already
    ],
)
def test_one_of_several_decks_that_was_renamed_is_known_by_its_notes(
    facts: list[str], free: str, known: str
) -> None:
    """Notes without any text but their fact and picture would be new ones otherwise."""
    text = "deck: {}\nnotes: [{}]\n"
    before, _ = one_deck.identified(
        text.format("Birds", ", ".join(f"{fact} ~ {fact} x" for fact in ("Goose", "Swan", "Duck", "Hen"))),
        project="birds-id",
    )
    other = LockedDeck("trees-id", "Trees", "Trees")
    memory = Lock(
        (dataclasses.replace(before.locked, name=free), other),
        tuple(note.line("birds-id", (0,), 1) for note in before.notes),
    )
    renamed = one_deck.bound(
        text.format("Fowl", ", ".join(f"{fact} ~ {fact} y" for fact in facts)), project="x"
    ).deck
    assert [found.locked.id for found in claim([renamed, deck("Trees")], memory, "t4il")] == [
        known,
        "trees-id",
    ]


def test_an_id_that_was_made_can_be_written_down() -> None:
    name, tail = "Long name " * 9, "tail-" * 11 + "k3x9"
    made = [found.locked.id for found in claim([deck(f"A::{name}"), deck(f"B::{name}")], Lock(), tail)]
    assert len(set(made)) == 2
    for id_ in made:
        assert deck("D", id_).id == id_
        assert id_.startswith("long-name-")
        assert id_.endswith("-k3x9")
        assert "--" not in id_


def test_the_lock_of_another_deck_is_refused() -> None:
    mine = deck("Birds", "birds-k3x9")
    found = another_deck(mine, LockedDeck("other-deck", "Birds", "Birds"))
    assert (found.code, found.span) == ("another-deck", mine.span("id"))
    assert "id: other-deck" in found.advice


def birds(*facts: str, head: str = "Birds") -> str:
    return f"deck: {head}\nnotes:\n" + "".join(f"  - {fact}\n" for fact in facts)


@pytest.mark.parametrize(
    ("facts", "name", "noticed"),
    [
        (["Oak ~ x", "Ash ~ y"], "Trees", True),
        (["Goose ~ Honk", "Oak ~ x"], "Trees", True),
        (["Goose ~ Honk", "Swan ~ Hiss", "Oak ~ x"], "Trees", False),  # half are there
        (["Goose ~ Honk", "Swan ~ Hiss", "Duck ~ Quack", "Hen ~ Then"], "Trees", False),  # renamed
        (["Oak ~ x"], "Birds", False),  # reworked under its own name
    ],
)
def test_a_copied_folder_is_noticed_by_its_name_and_its_notes(
    facts: list[str],
    name: str,
    noticed: bool,  # noqa: FBT001 - a column of the table
) -> None:
    first, _ = one_deck.identified(
        birds("Goose ~ Honk", "Swan ~ Hiss", "Duck ~ Quack", "Hen ~ Then"), project="p"
    )
    known = Lock((first.locked,), tuple(note.line("p", (0,), 1) for note in first.notes))
    second, _ = one_deck.identified(birds(*facts, head=name), known, project="p")
    assert [found.code for found in copied(second, known)] == ["another-deck"] * noticed
