"""What is new: issues of a deck as its readers count them, and each change in its author's words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deckwright.apkg.editions import Change, Kind, Release, ReleasedNote, ReleasedType, Releases, Version
from deckwright.apkg.lock import read_lock
from deckwright.apkg.news import Edited, News, Restyled
from deckwright.apkg.releases import read_releases
from deckwright.deck.history import Lock, LockedDeck, LockedNote
from deckwright.site.changed import Words, differences, entries, made, retelling
from deckwright.site.history import issues, known_as, since
from one_deck import AT
from released_notes import BIRTH, DAY, FISH, NOTE, SWAN, TYPE, edited
from support import deckwright

if TYPE_CHECKING:
    from pathlib import Path

BIRDS = frozenset({"birds"})
FISHES = frozenset({"fish"})


def release(version: str, *changes: tuple[Kind, ReleasedNote], **values: Any) -> Release:
    major, minor, patch = map(int, version.split("."))
    made = tuple(Change(*change) for change in changes)
    given: dict[str, Any] = {"newest": BIRTH + 50 * DAY, "notetypes": (TYPE,)}
    return Release(Version(major, minor, patch), render=1, notes=0, changes=made, **given | values)


FIRST = release("1.0.0", ("new", NOTE), ("new", FISH))
LATER = (
    release("1.1.0", ("new", edited(SWAN, 1))),
    release("1.1.1", ("changed", edited(FISH, 2, fact="Codfish"))),
    release("1.1.2", ("rendered", replace(NOTE, fields=("g",) * len(AT)))),
    release(
        "1.1.3", ("changed", edited(NOTE, 3, mnemonic="Gosh")), ("changed", edited(SWAN, 4, ask="Which?"))
    ),
    release("1.1.4", ("retired", edited(SWAN, 4, ask="Which?"))),
)
ALL = Releases((FIRST, *LATER))


def test_a_deck_keeps_its_version_until_a_note_of_its_own_changes() -> None:
    assert [str(issue.version) for issue in issues(ALL, BIRDS)] == ["1.0.0", "1.1.0", "1.1.3", "1.1.4"]
    assert [str(issue.version) for issue in issues(ALL, FISHES)] == ["1.0.0", "1.1.1"]
    assert issues(ALL, frozenset({"none"})) == ()
    assert since(ALL, frozenset({"none"})) == ()


def test_an_issue_has_the_day_of_its_newest_stamp_and_else_of_the_releases() -> None:
    days = [issue.day for issue in issues(ALL, BIRDS)]
    assert days == ["2026-01-01", "2026-01-02", "2026-01-05", "2026-02-20"]


def test_stamps_in_milliseconds_give_the_same_day() -> None:
    milliseconds = replace(NOTE, modified=(BIRTH + DAY) * 1000)
    (only,) = issues(Releases((release("1.0.0", ("new", NOTE), ("new", milliseconds)),)), BIRDS)
    assert only.day == "2026-01-02"


def test_the_news_of_an_issue_are_since_the_one_before() -> None:
    first, second, third, last = (issue.news for issue in issues(ALL, BIRDS))
    assert (first.new, first.changed, first.unchanged) == ((NOTE,), (), 0)
    assert ([note.fact for note in second.new], second.unchanged) == (["Swan"], 1)
    assert [(note.old.mnemonic, note.new.mnemonic) for note in third.changed] == [
        ("Goes", "Gosh"),
        ("Swarm", "Swarm"),
    ]
    assert ([note.fact for note in last.retired], last.unchanged) == (["Swan"], 1)


def test_readers_of_each_earlier_issue_are_told_what_the_last_one_brings_them() -> None:
    told = since(ALL, BIRDS)
    assert [(str(one.version), one.day) for one in told] == [
        ("1.1.3", "2026-01-05"), ("1.1.0", "2026-01-02"), ("1.0.0", "2026-01-01"),
    ]  # fmt: skip
    oldest = told[-1].news
    assert (oldest.new, len(oldest.changed), oldest.retired) == ((), 1, ()), (
        "the swan came and went meanwhile"
    )


@pytest.mark.parametrize(
    ("most", "versions"),
    [(1, ["1.0.0"]), (2, ["1.1.3", "1.0.0"]), (3, ["1.1.3", "1.1.0", "1.0.0"])],
)
def test_of_many_issues_the_newest_are_told_and_the_oldest(most: int, versions: list[str]) -> None:
    assert [str(one.version) for one in since(ALL, BIRDS, most)] == versions


def test_a_note_that_moves_leaves_one_deck_and_is_new_in_the_other() -> None:
    moved = edited(NOTE, 5, deck="fish")
    both = Releases((FIRST, release("1.1.0", ("changed", moved))))
    assert [note.fact for note in issues(both, BIRDS)[-1].news.retired] == ["Goose"]
    assert [note.fact for note in issues(both, FISHES)[-1].news.new] == ["Goose"]
    (entry,) = entries(issues(both, BIRDS | FISHES)[-1].news)
    assert (entry.kind, entry.remarks) == ("other", ("moved from another deck",))


def test_a_deck_that_was_given_another_id_keeps_its_history(tmp_path: Path) -> None:
    write(tmp_path, goose="Goose", carp="Carp")
    assert run(tmp_path, BIRTH).code == 0
    for path in (tmp_path / "cards.yaml", tmp_path / "birds.yaml"):
        path.write_text(path.read_text("utf-8").replace("birds-k3x9", "fowls-k3x9"), "utf-8")
    assert deckwright("build", "--replace", cwd=tmp_path).code == 0
    releases, _ = read_releases(tmp_path / "releases")
    lock, _ = read_lock(tmp_path / "cards.lock")
    fowls = frozenset({"fowls-k3x9"})
    assert issues(releases, fowls) == ()
    assert known_as(fowls, lock) == fowls | {"birds-k3x9"}
    assert [str(issue.version) for issue in issues(releases, known_as(fowls, lock))] == ["1.0.0"]


def test_the_id_of_a_deck_from_which_a_note_moved_is_no_earlier_one() -> None:
    moved = LockedNote(
        guid="cod", deck="fish", key="cod", born="cod", nid=1, type="mnemonic", cards=(0,), section="",
        fact="Cod", mnemonic="", explanation="", ask="", content="c0", modified=BIRTH, home="birds",
    )  # fmt: skip
    lock = Lock((LockedDeck("birds", "Birds", "Birds"), LockedDeck("fish", "Fish", "Fish")), (moved,))
    assert known_as(FISHES, lock) == FISHES


OWN = replace(TYPE, id=7, name="Deckwright Mnemonic · birds")
OTHERS = replace(TYPE, id=8, name="Deckwright Mnemonic · fish (de)")
GERMAN = replace(TYPE, id=9, name="Deckwright Mnemonic (de)")
FOREIGN = replace(TYPE, id=1234, name="Basic")


@pytest.mark.parametrize(
    ("notetype", "decks"),
    [
        (TYPE, {"birds"}),
        (OWN, {"birds"}),
        (replace(OWN, name="Deckwright Mnemonic · project"), {"birds"}),
        (OTHERS, {"fish"}),
        (GERMAN, {"fish"}),
        (FOREIGN, {"fish"}),
        (replace(TYPE, name="Deckwright Scene"), set()),
    ],
)
def test_a_changed_type_makes_an_issue_for_decks_that_use_it(notetype: ReleasedType, decks: set[str]) -> None:
    fishes = (replace(FISH, type="mnemonic-de"), replace(FISH, guid="eel", type="1234"))
    changes: list[tuple[Kind, ReleasedNote]] = [("new", note) for note in (NOTE, *fishes)]
    both = Releases(
        (
            release("1.0.0", *changes, notetypes=(notetype,)),
            release("2.0.0", notetypes=(replace(notetype, slots="other"),)),
        )
    )
    assert {name for name in ("birds", "fish") if len(issues(both, frozenset({name}))) == 2} == decks
    for name in decks:
        assert issues(both, frozenset({name}))[-1].news.notetypes == (Restyled(notetype.name, forks=True),)


def test_real_releases_of_two_decks_are_told_apart(tmp_path: Path) -> None:
    write(tmp_path, goose="Goose", carp="Carp")
    assert run(tmp_path, BIRTH).code == 0
    write(tmp_path, goose="Greylag goose", carp="Carp")
    assert run(tmp_path, BIRTH + DAY).code == 0
    write(tmp_path, goose="Greylag goose", carp="Carp\n    tags: [exam]\n    image: none")
    assert run(tmp_path, BIRTH + 2 * DAY).code == 0
    releases, reports = read_releases(tmp_path / "releases")
    assert not any(report.has_errors for report in reports)
    birds, fish = (issues(releases, frozenset({name})) for name in ("birds-k3x9", "fish-k3x9"))
    assert [(str(issue.version), issue.day) for issue in birds] == [
        ("1.0.0", "2026-01-01"), ("1.0.1", "2026-01-02"),
    ]  # fmt: skip
    assert [str(issue.version) for issue in fish] == ["1.0.0", "1.0.2"]
    (entry,) = entries(birds[-1].news)
    assert (entry.kind, entry.fact, entry.remarks) == ("fact", "Greylag goose", ())
    assert retelling(entry.texts[0][1]) == '"Goose" → "Greylag goose"'
    assert [entry.remarks for entry in entries(fish[-1].news)] == [("tags: +exam",)]


def write(folder: Path, goose: str, carp: str) -> None:
    (folder / "media").mkdir(exist_ok=True)
    (folder / "cards.yaml").write_text("deck: Zoo\nid: zoo-k3x9\ndecks: [birds.yaml, fish.yaml]\n", "utf-8")
    for name, fact in (("birds", goose), ("fish", carp)):
        text = f"deck: Zoo::{name}\nid: {name}-k3x9\nnotes:\n  - mnemonic: A {name} sound\n    fact: {fact}\n"
        (folder / f"{name}.yaml").write_text(text, "utf-8")


def run(folder: Path, now: int) -> Any:
    return deckwright("release", cwd=folder, SOURCE_DATE_EPOCH=str(now))


def pictured(hash_: str) -> tuple[str, ...]:
    return tuple(hash_ if place == AT["Picture"] else "f" for place in range(len(AT)))


@pytest.mark.parametrize(
    ("change", "kind", "texts", "remarks"),
    [
        ({"fact": "Swan goose"}, "fact", ('Fact: "Goose" → "Swan goose"',), ()),
        ({"explanation": "Taper over 2–4 weeks."}, "text", ('Explanation: "1–2" → "2–4"',), ()),
        ({"explanation": "Taper over\n1–2 weeks."}, "text", ("Explanation: its line breaks changed",), ()),
        (
            {"ask": "Which bird?", "source": "Book"},
            "text",
            ('Question: nothing → "Which bird?"', 'Source: nothing → "Book"'),
            (),
        ),
        ({"tags": (*NOTE.tags, "exam")}, "other", (), ("tags: +exam",)),
        ({"tags": (*NOTE.tags, "deckwright::retired")}, "other", (), ("marked as retired",)),
        ({"section": "Air", "tags": ("Birds::Air", "x")}, "other", (), ("moved from Water", "tags: +x")),
        ({"section": "", "tags": ()}, "other", (), ("moved from Water",)),
        ({"fields": pictured("x")}, "other", (), ("its picture changed",)),
        ({"fact": "Gosling", "fields": pictured("x")}, "fact", ('Fact: "Goose" → "Gosling"',),
         ("its picture changed",)),
        ({}, "other", (), ("its settings changed",)),
        ({"content": NOTE.content}, "other", (), ("sent once more as it was",)),
    ],
)  # fmt: skip
def test_a_change_is_told_in_the_words_of_the_author(
    change: dict[str, Any], kind: str, texts: tuple[str, ...], remarks: tuple[str, ...]
) -> None:
    note = replace(NOTE, modified=BIRTH + DAY, **{"content": "c1", **change})
    (entry,) = entries(News((), (Edited(NOTE, note),), (), (), (), 0))
    assert entry.kind == kind
    assert tuple(f"{label}: {retelling(words)}" for label, words in entry.texts) == texts
    assert entry.remarks == remarks


def test_corrections_of_facts_come_first_and_gone_notes_last() -> None:
    changes = (
        Edited(NOTE, edited(NOTE, 1, tags=("x",))),
        Edited(SWAN, edited(SWAN, 1, mnemonic="Swan song")),
        Edited(FISH, edited(FISH, 1, fact="Codfish")),
        Edited(replace(FISH, guid="eel"), edited(replace(FISH, guid="eel"), 1, fact="Eel")),
    )
    new, gone = replace(NOTE, guid="new"), replace(NOTE, guid="gone")
    found = entries(News((new,), changes, (), (gone,), (), 0))
    assert [(entry.kind, entry.guid) for entry in found] == [
        ("fact", "fish"), ("fact", "eel"), ("text", "swan"), ("other", "goose"), ("new", "new"),
        ("gone", "gone"),
    ]  # fmt: skip
    assert found[0].name == "Codfish"
    assert found[2].name == "Water › Swan"


def test_notes_made_of_others_are_counted_and_not_listed() -> None:
    sweep = replace(NOTE, guid="sweep", type="sweep-de")
    news = News((sweep, NOTE), (Edited(sweep, edited(sweep, 1)),), (), (replace(FISH, type="1234"),), (), 0)
    assert [(entry.kind, entry.guid) for entry in entries(news)] == [("new", "goose"), ("gone", "fish")]
    assert made(news) == 2


texts = st.text() | st.lists(st.sampled_from(["a", "b", " ", "\n", "は", "<b>", "\u2028"])).map("".join)


@given(texts, texts)
@example("x " * 1500, "y " * 1500)
@example("a " * 900, "a b " * 400)
def test_word_by_word_no_character_is_lost(old: str, new: str) -> None:
    runs = differences(old, new)
    assert "".join(run.text for run in runs if run.kind != "new") == old
    assert "".join(run.text for run in runs if run.kind != "old") == new
    assert all(run.text for run in runs)


@pytest.mark.parametrize(
    ("old", "new", "runs"),
    [
        ("a b c", "a d c", [("same", "a"), ("old", " b"), ("new", " d"), ("same", " c")]),
        ("a", "a b", [("same", "a"), ("new", " b")]),
        ("", "a", [("new", "a")]),
        ("", "", []),
        ("水は", "水が", [("same", "水"), ("old", "は"), ("new", "が")]),
    ],
)
def test_only_the_words_that_differ_are_marked(old: str, new: str, runs: list[tuple[Any, str]]) -> None:
    assert differences(old, new) == tuple(Words(*run) for run in runs)


def test_a_text_too_long_to_compare_is_told_whole() -> None:
    old, new = "x " * 1500, "x " * 1499
    assert differences(old, new) == (Words("old", old), Words("new", new))


def test_each_of_forty_decks_has_issues_of_its_own() -> None:
    decks = [f"deck-{number}" for number in range(40)]
    notes = [replace(NOTE, guid=f"{deck}/{number}", deck=deck) for deck in decks for number in range(50)]
    later = [release(f"1.0.{number}", ("changed", edited(notes[number], number))) for number in range(1, 20)]
    all_ = Releases((release("1.0.0", *(("new", note) for note in notes)), *later))
    assert [len(issues(all_, frozenset({deck}))) for deck in decks] == [20, *[1] * 39]
