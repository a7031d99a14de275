"""What differs between two packages, told as a reader would see it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deckwright.apkg.changes import Changes, FieldChange, compare, reworded, word_changes, words
from deckwright.apkg.package import (
    Package,
    PackageCard,
    PackageDeck,
    PackageField,
    PackageMedia,
    PackageNote,
    PackageNotetype,
    PackageTemplate,
)

TYPE = PackageNotetype(
    id=7,
    name="Basic",
    kind="normal",
    sort_field=0,
    modified=1,
    css=".card {}",
    fields=(PackageField("Front", 1), PackageField("Back", None)),
    templates=(PackageTemplate("Card 1", 3, "{{Front}}", "{{Back}}"), PackageTemplate("Card 2", 4, "a", "b")),
    original='{"font":"Papyrus"}',
)
DECKS = (PackageDeck(1, "Default", ""), PackageDeck(2, "Birds", ""), PackageDeck(3, "Fowl", ""))


def note(
    guid: str, *fields: str, tags: tuple[str, ...] = (), cards: tuple[int, ...] = (0,), deck: int = 2
) -> PackageNote:
    made = tuple(PackageCard(10 * ord(guid) + ordinal, deck, ordinal, 1, studied=False) for ordinal in cards)
    return PackageNote(ord(guid), guid, TYPE.id, 5, tags, fields, made)


def package(
    *notes: PackageNote, notetype: PackageNotetype = TYPE, media: tuple[PackageMedia, ...] = ()
) -> Package:
    return Package(DECKS, (notetype,), notes, media, 0)


GOOSE, SWAN = note("g", "Goose", "It <b>honks</b> at dawn"), note("s", "Swan", "It hisses")
OLD = package(GOOSE, SWAN)


def test_equal_packages_have_no_changes() -> None:
    found = compare(OLD, OLD)
    assert found == Changes((), (), (), 2, (), (), (), ())
    assert not found.any


def test_new_and_gone_notes_are_told_by_name() -> None:
    found = compare(OLD, package(SWAN, note("d", "Duck", "x")))
    assert (found.new, found.gone, found.unchanged) == ((("d", "Duck"),), (("g", "Goose"),), 1)
    assert found.any


def test_a_changed_note_tells_everything_in_which_it_differs() -> None:
    new = note("g", "Grey goose", "It <b>honks</b> at noon", tags=("late",), cards=(0, 1), deck=3)
    (change,) = compare(OLD, package(new, SWAN)).changed
    assert (change.old_name, change.name) == ("Goose", "Grey goose")
    assert change.fields == (
        FieldChange("Front", "Goose", "Grey goose"),
        FieldChange("Back", "It <b>honks</b> at dawn", "It <b>honks</b> at noon"),
    )
    assert (change.tags_added, change.tags_removed) == (("late",), ())
    assert (change.cards_added, change.cards_removed) == (("Card 2",), ())
    assert change.deck == ("Birds", "Fowl")
    assert change.notetype is None
    assert not change.older
    (back,) = compare(package(new, SWAN), OLD).changed
    assert (back.tags_added, back.tags_removed) == ((), ("late",))
    assert (back.cards_added, back.cards_removed) == ((), ("Card 2",))


def test_an_older_stamp_is_told_where_something_differs() -> None:
    older = replace(GOOSE, modified=4)
    assert not compare(OLD, package(older, SWAN)).any
    (change,) = compare(OLD, package(replace(older, fields=("Goose", "x")), SWAN)).changed
    assert change.older


def renamed(index: int, name: str, id_: int | None) -> PackageNotetype:
    fields = list(TYPE.fields)
    fields[index] = PackageField(name, id_)
    return replace(TYPE, fields=tuple(fields))


@pytest.mark.parametrize(
    ("notetype", "what", "forks"),
    [
        (replace(TYPE, css="x"), ("its CSS",), False),
        (replace(TYPE, name="Birds"), ("renamed from Basic",), False),
        (renamed(0, "Cue", 1), ("fields: Front, Back → Cue, Back",), False),
        (renamed(0, "Cue", 2), ("fields: Front, Back → Cue, Back",), True),
        (renamed(1, "Answer", None), ("fields: Front, Back → Front, Answer",), True),
        (renamed(1, "Answer", 9), ("fields: Front, Back → Front, Answer",), True),
        (
            replace(TYPE, templates=TYPE.templates[:1]),
            ("templates: Card 1, Card 2 → Card 1", "the text of its templates"),
            True,
        ),
        (
            replace(TYPE, templates=(replace(TYPE.templates[0], back="y"), TYPE.templates[1])),
            ("the text of its templates",),
            False,
        ),
        (replace(TYPE, kind="cloze"), (), True),
    ],
)
def test_a_changed_note_type_is_told_and_whether_it_forks(
    notetype: PackageNotetype, what: tuple[str, ...], *, forks: bool
) -> None:
    found = compare(OLD, package(GOOSE, SWAN, notetype=notetype)).notetypes
    if notetype.kind == "cloze":
        what = ("its kind",)
    assert [(change.name, change.what, change.forks) for change in found] == [(notetype.name, what, forks)]


def test_media_are_told_by_name() -> None:
    def files(**hashes: str) -> tuple[PackageMedia, ...]:
        return tuple(PackageMedia(name, 1, sha) for name, sha in hashes.items())

    found = compare(package(media=files(a="1", b="2", c="3")), package(media=files(b="2", c="4", d="5")))
    assert (found.media_added, found.media_removed, found.media_changed) == (("d",), ("a",), ("c",))


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("<p>a</p><p>b</p>", "a b"),
        ("a<br>b<div>c</div>", "a b c"),
        ("x &lt; y &amp; z", "x < y & z"),
        ('<img src="_goose.webp" alt="no">', "[_goose.webp]"),
        ("  many   spaces\n", "many spaces"),
    ],
)
def test_words_are_what_a_person_reads(field: str, expected: str) -> None:
    assert words(field) == expected


def test_only_the_words_that_differ_are_told() -> None:
    assert word_changes("for 1–2 weeks at least", "for 2–4 weeks at most") == (
        ("1–2", "2–4"),
        ("least", "most"),
    )
    assert word_changes("<b>same</b> words", "same <i>words</i>") == ()
    assert reworded("", "new words") == ('nothing → "new words"',)
    (long,) = reworded("a", "b" * 100)
    assert long == '"a" → "' + "b" * 30 + " … " + "b" * 30 + '"'


def test_what_only_the_original_says_is_no_change() -> None:
    assert not compare(package(), package(notetype=replace(TYPE, original="{}"))).any
