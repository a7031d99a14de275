"""Which note is which: keys, guids and content, over every kind of rewording."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import one_deck
from deckwright.deck.content import short_hash
from deckwright.deck.history import Lock, LockedDeck
from deckwright.deck.ids import CARDS_A_NOTE, deck_id, guid

if TYPE_CHECKING:
    from deckwright.deck.identity import IdentifiedDeck
    from deckwright.source.diagnostics import Report

PROJECT = "birds-k3x9"
EMPTY = Lock()
LITERAL = [
    ("water/goose", "LI6bzzdUqpsd", 1_552_613_099_520),
    ("swan", "MLu21BA6kLfH", 1_584_950_891_520),
    ("water/鹅", "6Jtn519PBSFS", 1_484_890_038_272),
]
DECK_ID = 1_401_891_950_848
HONK = "91f26c54f910"
CONTENT = "5ef41ac53ec0df0ee457a159e2ee8566"


def identified(
    text: str, lock: Lock = EMPTY, recipes: dict[int, str] | None = None, project: str = PROJECT
) -> tuple[IdentifiedDeck, Report]:
    return one_deck.identified(text, lock, project=project, recipes=recipes)


def notes(*lines: str, section: str = "Water", head: str = "deck: Birds\n") -> str:
    """Write a deck of one section; each line is `fact|mnemonic` or `fact|mnemonic|id`."""
    text = f"{head}sections:\n  {section}:\n"
    for line in lines:
        fact, mnemonic, *name = line.split("|")
        text += f"    - fact: {fact}\n      mnemonic: {mnemonic}\n" + "".join(
            f"      id: {id_}\n" for id_ in name
        )
    return text


def released(text: str, lock: Lock = EMPTY, *, project: str = PROJECT) -> Lock:
    """Return the lock as a build of *text* leaves it; every release is a second later than the last."""
    deck, report = identified(text, lock, project=project)
    assert not report.has_errors, list(report)
    lines = [note.line(project, (0,), lock.newest + 1) for note in deck.notes]
    known = {line.guid for line in lines}
    gone = {line.guid for line in deck.vanished}
    rest = [
        dataclasses.replace(line, retired=line.retired or line.guid in gone)
        for line in lock.notes
        if line.guid not in known
    ]
    others = tuple(line for line in lock.decks if line.id != project)
    return Lock((*others, deck.locked), (*lines, *rest))


def history(*texts: str) -> list[dict[str, str]]:
    """Release *texts* one after the other; return for each the guids by fact."""
    lock, found = EMPTY, []
    for text in texts:
        lock = released(text, lock)
        found.append({line.fact: line.guid for line in lock.notes if not line.retired})
        guids = [line.guid for line in lock.notes]
        nids = [line.nid for line in lock.notes]
        assert len(set(guids)) == len(guids)
        assert len(set(nids)) == len(nids)
    return found


def codes(text: str, lock: Lock = EMPTY) -> list[str]:
    return [found.code for found in identified(text, lock)[1]]


def test_guids_and_ids_are_the_same_for_ever() -> None:
    """These values stand in the collections of readers; a change makes every note there a stranger."""
    deck, _ = identified(notes("Goose|Honk", "Swan|Hiss|swan", "鹅|É"))
    assert [(note.key, note.guid, note.nid) for note in deck.notes] == LITERAL
    assert guid("birds-k3x9", "water/goose") == LITERAL[0][1]
    assert deck_id("birds-k3x9") == DECK_ID
    assert short_hash("Honk") == HONK
    assert short_hash("") == ""


def test_content_is_the_same_for_ever() -> None:
    """A change here would stamp every note of every deck anew, over the edits of its readers."""
    deck, _ = identified(
        "deck: Medicine::Birds\nsource: A book\nlanguage: de\n"
        "scene: {file: x.svg, alt: A pond, credit: Ann}\nsections:\n  Water:\n"
        "    - fact: Goose\n      mnemonic: Honk\n      explanation: Why\n      ask: Which?\n"
        "      tags: [x]\n      region: [1, 2.5, 3, 4]\n      withdrawn: reverse\n",
        recipes={0: "abc"},
    )
    assert deck.notes[0].content == CONTENT
    assert deck.notes[0].tags == ("Medicine::Birds::Water", "x")


@pytest.mark.parametrize(
    ("section", "fact", "key"),
    [
        ("Side effects", "Nausea & vomiting", "side-effects/nausea-vomiting"),
        ("Μηχανισμός", "Νωτιαίος Μυελός", "μηχανισμόσ/νωτιαίοσ-μυελόσ"),
        ("机制", "脊髓", "机制/脊髓"),
        ("A/B", "C/D", "a-b/c-d"),
        ("1", "2", "1/2"),
    ],
)
def test_a_key_is_the_slugs_of_section_and_fact(section: str, fact: str, key: str) -> None:
    assert identified(notes(f"{fact}|x", section=section))[0].notes[0].key == key


def test_an_id_is_the_key() -> None:
    deck, _ = identified("deck: D\nnotes:\n  - {fact: Goose, mnemonic: x, id: My.Bird/1}\n  - Swan ~ Hiss\n")
    assert [(note.key, note.born) for note in deck.notes] == [("My.Bird/1", "My.Bird/1"), ("swan", "swan")]


@pytest.mark.parametrize(
    "second",
    [
        notes("Goose|Quack"),  # another mnemonic
        notes("GOOSE!|Honk"),  # the same slug
        notes("Swan|Hiss", "Goose|Honk", "Duck|Quack"),  # others around it
        notes("Goose|Honk|goose"),  # an id of its own
        notes("Goose|Honk|water/goose"),  # the id it had anyway
        notes("Another bird|Honk|water/goose"),  # its key as an id, and a new wording
        notes("Goose|Honk", head="deck: Fowl\n"),  # another name of the deck
    ],
)
def test_history_is_kept(second: str) -> None:
    first, after = history(notes("Goose|Honk"), second)
    assert first["Goose"] in after.values()


def test_history_is_kept_when_an_id_comes_changes_and_goes() -> None:
    wordings = ("Goose|Honk", "Goose|Honk|bird", "A grey goose|Hiss|bird", "A grey goose|Hiss|fowl")
    releases = history(
        *(notes(wording) for wording in (*wordings, "A grey goose|Hiss", "A grey goose|x|bird-2"))
    )
    assert len({value for release in releases for value in release.values()}) == 1


def test_an_id_finds_the_name_the_note_was_born_with() -> None:
    first, _, third = history(notes("Goose|x|bird"), notes("Goose|x|fowl"), notes("Hen|y|bird"))
    assert third["Hen"] == first["Goose"]


def test_an_id_in_use_counts_before_one_that_was_given_up() -> None:
    lock = released(notes("Goose|x|bird", "Swan|y|fowl"))
    renamed = [
        dataclasses.replace(line, key={"bird": "grey", "fowl": "bird"}[line.key]) for line in lock.notes
    ]
    for lines in (renamed, renamed[::-1]):
        deck, _ = identified(notes("Other|z|bird"), Lock(lock.decks, tuple(lines)))
        assert deck.notes[0].born == "fowl"


def test_a_new_note_with_a_key_that_another_holds_under_an_id_is_another_note() -> None:
    releases = history(
        notes("Goose|Honk"),
        notes("Goose|Honk|bird"),
        notes("A grey goose|Honk|bird", "Goose|Other"),
        notes("A grey goose|Honk|bird", "Goose|Other|other", "Swan|x"),
        notes("A grey goose|Honk|bird", "A white goose|Other|other", "Goose|Third"),
    )
    assert releases[0]["Goose"] == releases[1]["Goose"] == releases[2]["A grey goose"]
    assert releases[2]["Goose"] == releases[3]["Goose"] == releases[4]["A white goose"]
    assert len(set(releases[4].values())) == 3
    lock = EMPTY
    for text in (
        notes("Goose|Honk"),
        notes("Goose|Honk|bird"),
        notes("A grey goose|Honk|bird", "Goose|Other"),
    ):
        lock = released(text, lock)
    assert sorted(line.born for line in lock.notes) == ["water/goose", "water/goose~2"]
    assert {line.guid for line in lock.notes} == {
        guid(PROJECT, "water/goose"),
        guid(PROJECT, "water/goose~2"),
    }


def test_the_note_without_an_id_keeps_the_key() -> None:
    first, second = history(notes("Nausea|Now sea"), notes("Nausea|Gnaw sea|late", "Nausea|Now sea"))
    assert second["Nausea"] == first["Nausea"]
    lock = released(notes("Nausea|Gnaw sea|late", "Nausea|Now sea"), released(notes("Nausea|Now sea")))
    assert {line.key: line.born for line in lock.notes} == {"late": "late", "water/nausea": "water/nausea"}


def test_facts_that_are_all_signs_are_not_taken_for_each_other() -> None:
    first, second = history(notes("'???'|x|what"), notes("'!!!'|y|cry"))
    assert set(first.values()).isdisjoint(second.values())


def test_what_comes_back_is_revived() -> None:
    both, one = notes("Goose|Honk", "Swan|Hiss", "Duck|x"), notes("Swan|Hiss", "Duck|x")
    first, second, third = history(both, one, both)
    assert "Goose" not in second
    assert third == first
    lock = released(both, released(one, released(both)))
    assert not any(line.retired for line in lock.notes)


def test_a_live_line_comes_before_a_retired_one() -> None:
    lock = released(notes("Goose|Honk", "Swan|Hiss|goose", "Duck|x"))
    retired, live, duck = lock.notes
    doubled = Lock(lock.decks, (dataclasses.replace(retired, key="goose", retired=True), live, duck))
    for lines in (doubled.notes, doubled.notes[::-1]):
        deck, _ = identified(notes("Other|Hiss|goose", "Duck|x"), Lock(lock.decks, lines))
        assert deck.notes[0].locked == live


def test_vanished_notes_are_live_lines_without_a_note() -> None:
    lock = released(notes("Swan|Hiss", "Duck|x"), released(notes("Goose|Honk", "Swan|Hiss", "Duck|x")))
    deck, _ = identified(notes("Duck|x"), lock)
    assert [line.fact for line in deck.vanished] == ["Swan"]


def test_lines_of_other_decks_are_nobodys() -> None:
    lock = released(notes("Goose|Honk"), project="other-deck")
    mine = Lock((*lock.decks, LockedDeck(PROJECT, "Birds", "Birds")), lock.notes)
    deck, report = identified(notes("Goose|Quack"), mine)
    assert (deck.notes[0].locked, deck.vanished, report.has_errors) == (None, (), False)
    assert deck.notes[0].guid != lock.notes[0].guid


def test_a_note_with_the_same_texts_moved_here_from_another_deck() -> None:
    lock = released(notes("Goose|Honk", "Swan|Hiss"), project="other-deck")
    mine = Lock((*lock.decks, LockedDeck(PROJECT, "Fowl", "Fowl")), lock.notes)
    deck, _ = identified(notes("Goose|Honk", section="Land", head="deck: Fowl\n"), mine)
    (goose,) = deck.notes
    assert goose.locked is not None
    assert (goose.guid, goose.home, goose.locked.deck) == (goose.locked.guid, "other-deck", "other-deck")
    line = goose.line(PROJECT, (0,), 5)
    assert (line.deck, line.home, line.born) == (PROJECT, "other-deck", "water/goose")
    back = Lock(mine.decks, (line, *(other for other in lock.notes if other.guid != line.guid)))
    (again,) = one_deck.identified(notes("Goose|Honk"), back, project="other-deck")[0].notes
    assert (again.guid, again.home) == (goose.guid, "")


def test_a_note_in_doubt_at_home_that_moved_here_is_in_none() -> None:
    here = released(notes("One|Twin", "Two|Twin", head="deck: Fowl\n"))
    lock = released(notes("Three|Twin"), here, project="other-deck")
    lock = Lock((*here.decks, *lock.decks), lock.notes)
    deck, report = identified(notes("Three|Twin", head="deck: Fowl\n"), lock)
    assert [note.locked.deck for note in deck.notes if note.locked] == ["other-deck"]
    assert not report.has_errors


def test_what_is_advised_for_a_note_in_doubt_ends_the_doubt() -> None:
    lock = released(notes("One|Twin", "Two|Twin"))
    (found,) = identified(notes("Three|Twin"), lock)[1]
    assert found.advice == (
        "to keep that one's history add `id: water/one` or `id: water/two`; for a new note, an id of its own"
    )
    for name, fact in (("water/one", "One"), ("water/two", "Two"), ("water/three", None)):
        deck, report = identified(notes(f"Three|Twin|{name}"), lock)
        assert not report.has_errors
        assert [note.locked.fact if note.locked else None for note in deck.notes] == [fact]


def test_note_ids_leave_room_for_cards_and_give_way() -> None:
    lock = released(notes("Goose|Honk"))
    (line,) = lock.notes
    taken = Lock(
        lock.decks,
        (dataclasses.replace(line, guid="x", key="x", born="x", fact="x", mnemonic="x", retired=True),),
    )
    deck, _ = identified(notes("Goose|Honk"), taken)
    assert deck.notes[0].nid == line.nid + CARDS_A_NOTE
    many, _ = identified(notes(*(f"Bird {number}|x" for number in range(2000))))
    nids = sorted(note.nid for note in many.notes)
    assert all(after - before >= CARDS_A_NOTE for before, after in pairwise(nids))
    assert all(1_200_000_000_000 <= nid < 1_712_000_000_000 for nid in nids)


BASE = {
    "deck": "Medicine::Birds",
    "title": "Fowl",
    "source": "A book",
    "language": "de",
    "tags": "[a]",
    "cards": "{picture: true}",
    "section": "Water",
    "section tags": "[b]",
    "scene": "{file: x.svg, alt: A pond, credit: Ann}",
    "fact": "Goose",
    "mnemonic": "Honk",
    "explanation": "Why",
    "ask": "Which?",
    "note source": "''",
    "note tags": "[c]",
    "region": "[1, 2, 3, 4]",
    "withdrawn": "[]",
    "retired": "false",
    "id": "bird",
    "summary": "s",
    "authors": "Ann",
    "license": "MIT",
    "report": "x",
    "extra": "",
}


def content(recipe: str = "abc", **changes: str) -> str:
    part = BASE | {key.replace("_", " "): value for key, value in changes.items()}
    text = "".join(
        f"{key}: {part[key]}\n"
        for key in (
            "deck",
            "title",
            "source",
            "language",
            "tags",
            "cards",
            "summary",
            "authors",
            "license",
            "report",
        )
    )
    text += f"sections:\n{part['extra']}  {part['section']}:\n    tags: {part['section tags']}\n"
    text += f"    scene: {part['scene']}\n    notes:\n      - id: {part['id']}\n"
    for key in ("fact", "mnemonic", "explanation", "ask", "region", "withdrawn", "retired"):
        text += f"        {key}: {part[key]}\n"
    text += f"        source: {part['note source']}\n        tags: {part['note tags']}\n"
    lock = Lock((LockedDeck(PROJECT, "Medicine::Birds", "Medicine::Birds"),))
    count = part["extra"].count("~")
    return identified(text, lock, {count: recipe})[0].notes[count].content


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("title", "Birds of a feather"),
        ("source", "Another book"),
        ("language", "en"),
        ("tags", "[a, z]"),
        ("cards", "{reverse: true}"),
        ("cards", "[ask]"),
        ("section", "Sea"),
        ("section_tags", "[z]"),
        ("scene", "{file: x.svg, alt: A lake, credit: Ann}"),
        ("scene", "{file: x.svg, alt: A pond, credit: Bob}"),
        ("fact", "goose"),
        ("mnemonic", "Hong"),
        ("explanation", "Why not"),
        ("ask", "Which one?"),
        ("note_source", "A paper"),
        ("note_tags", "[d]"),
        ("region", "[1, 2, 3, 5]"),
        ("withdrawn", "[reverse]"),
        ("retired", "true"),
        ("recipe", "def"),
    ],
)
def test_content_changes_with_what_the_author_controls(key: str, value: str) -> None:
    assert content(**{key: value}) != content()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("scene", "{file: renamed.svg, alt: A pond, credit: Ann}"),  # file names are none of the reader's
        ("scene", "{file: x.svg, alt: A pond, credit: Ann, ask: What is this?}"),
        ("id", "other"),
        ("tags", "[a, a]"),
        ("note_tags", "[c, b, a]"),  # inherited anyway
        ("cards", "{ask: true}"),  # as it is anyway
        ("region", "[1.0, 2, 3.00, 4]"),
        ("fact", "' Goose '"),
        ("summary", "Another summary"),
        ("authors", "[Ann, Bob]"),
        ("license", "private"),
        ("report", "mailto:x@example.org"),
        ("deck", "Fowl::Birds"),  # the root of its tags is fixed in the lock
        ("extra", "  Land:\n    - Hen ~ Then\n    - Owl ~ Howl\n"),  # other notes, another place
    ],
)
def test_content_changes_with_nothing_else(key: str, value: str) -> None:
    assert content(**{key: value}) == content()


def test_the_root_of_the_tags_is_the_one_of_the_first_build() -> None:
    lock = released(notes("Goose|Honk", head="deck: 'My Birds :: Water fowl'\n"))
    assert lock.decks[0].root == "My_Birds::Water_fowl"
    deck, _ = identified(notes("Goose|Honk", section="Deep sea", head="deck: Fowl\n"), lock)
    assert deck.notes[0].tags == ("My_Birds::Water_fowl::Deep_sea",)
    assert (deck.locked.name, deck.locked.root) == ("Fowl", "My_Birds::Water_fowl")


def test_tags_come_sorted_each_once_whatever_its_case() -> None:
    text = "deck: D\ntags: [zoo, Apple]\nnotes:\n  - {fact: a, ask: b, tags: [apple, ZOO, b]}\n"
    assert identified(text)[0].notes[0].tags == ("Apple", "D", "b", "zoo")
    retired = identified("deck: D\nnotes:\n  - {fact: a, ask: b, retired: true}\n")[0].notes[0]
    assert retired.tags == ("D", "deckwright::retired")


def test_a_line_remembers_every_card_that_was_shipped() -> None:
    deck, _ = identified(notes("Goose|Honk"))
    line = deck.notes[0].line(PROJECT, (2, 0), 5)
    lock = Lock((deck.locked,), (line,))
    again = identified(notes("Goose|Honk"), lock)[0].notes[0].line(PROJECT, (1,), 6)
    assert (line.cards, again.cards) == ((0, 2), (0, 1, 2))
    assert (line.mnemonic, line.explanation, line.modified) == (short_hash("Honk"), "", 5)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (("Goose|x", "GOOSE|y"), ["same-note-twice"]),
        (("Goose|x", "Goose|x", "Goose|x"), ["same-note-twice", "same-note-twice"]),
        (("Goose|x|a", "Swan|x|a"), ["duplicate-id"]),
        (("Goose|x", "Swan|x|water/goose"), ["duplicate-id"]),
        (("Swan|x|water/goose", "Goose|x"), ["duplicate-id"]),
        (("Goose|x", "Goose|y|other"), []),
        (("'!!!'|x",), ["empty-name"]),
        (("'!!!'|x", "'???'|x"), ["empty-name", "empty-name"]),
        (("'!!!'|x|cry",), []),
    ],
)
def test_notes_that_cannot_be_told_apart_are_told(lines: tuple[str, ...], found: list[str]) -> None:
    assert codes(notes(*lines)) == found


def test_the_same_fact_in_two_sections_is_two_notes() -> None:
    text = "deck: D\nnotes: [Goose ~ a]\nsections:\n  A: [Goose ~ b]\n  B: [Goose ~ c]\n"
    assert codes(text) == []
    assert [note.key for note in identified(text)[0].notes] == ["goose", "a/goose", "b/goose"]


def test_what_is_advised_for_a_twin_makes_two_notes() -> None:
    (found,) = identified(notes("Nausea|x", "Nausea|y"))[1]
    assert found.advice == "word it more exactly, or add `id: nausea-2`"
    assert found.related is not None
    assert codes(notes("Nausea|x", "Nausea|y|nausea-2")) == []


FACTS = st.sampled_from(["Goose", "Swan", "Duck", "goose!", "Grey goose"])
WORDS = st.tuples(FACTS, st.sampled_from(["x", "y"]), st.sampled_from(["", "a", "b", "water/goose", "swan"]))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=4), min_size=1, max_size=5))
def test_two_notes_never_share_a_guid_or_an_id_over_any_history(
    releases: list[list[tuple[str, str, str]]],
) -> None:
    lock = EMPTY
    for release in releases:
        text = notes(*(f"{fact}|{word}" + (f"|{id_}" if id_ else "") for fact, word, id_ in release))
        if codes(text, lock):
            continue
        before = {line.guid: line for line in lock.notes}
        lock = released(text, lock)
        for values in ([line.guid for line in lock.notes], [line.nid for line in lock.notes]):
            assert len(set(values)) == len(values)
        for line in lock.notes:
            assert line.guid == guid(PROJECT, line.born)
            assert line.guid not in before or before[line.guid].nid == line.nid
        assert before.keys() <= {line.guid for line in lock.notes}
        again = released(text, lock)
        assert {line.guid: line.key for line in again.notes} == {line.guid: line.key for line in lock.notes}
