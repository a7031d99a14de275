"""The lock: what it remembers survives every line, and damage is told by its line."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anki_packages import Notetype
from deckwright.apkg import lock as module
from deckwright.apkg import schema11
from deckwright.apkg.lock import format_lock, read_lock
from deckwright.deck.history import ADOPTED, Lock, LockedDeck, LockedNote, LockedNotetype
from deckwright.source.diagnostics import Report
from deckwright.source.text import SourceFile

if TYPE_CHECKING:
    from pathlib import Path

DECK = LockedDeck("project", "Pharmacology::Baclofen", "Pharmacology::Baclofen")
NOTE = LockedNote(
    guid="Gh9_GVa8Rpon", deck="project", key="mechanism/goose", born="goose", nid=1_434_671_630_336,
    type="mnemonic", cards=(0, 2), section="Mechanism", fact="Goose", mnemonic="3c3e76839d2a",
    explanation="", ask="26858662d923", content="532814ee827d1d52bcbc00cbe4856f7e", modified=1_795_402_129,
)  # fmt: skip


def notetype(id_: int, name: str, slots: tuple[str, str]) -> LockedNotetype:
    """Make the line of a type with two fields."""
    data = Notetype(id=id_, more={"name": name}).as_json()
    return LockedNotetype(id_, name, schema11.notetype(data).original, slots)


TYPE = notetype(1_400_000_000_000, "Basic", ("ask", "fact + explanation"))
TEXT = format_lock(Lock((DECK,), (NOTE,)))


def parsed(text: str) -> tuple[Lock, Report]:
    report = Report(SourceFile("cards.lock", text))
    return module.parse_lock(report.source, report), report


def parse_lock(text: str) -> Lock:
    """Parse a lock without faults."""
    lock, report = parsed(text)
    assert list(report) == []
    return lock


def findings(text: str) -> list[tuple[str, int, str]]:
    """Say code, line and message of everything found in a lock."""
    _, report = parsed(text)
    return [(found.code, report.source.place(found.span.start).line, found.message) for found in report]


# Every character that some reader takes for the end of a line, besides all others.
texts = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\u2028\u2029\x85\x0b\x1e\r\n"))
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
note_ids = st.integers(1, 2**43 - 1).map(lambda number: number * 1024)
stamp_numbers = st.integers(1, 2**42)
deck_lines = st.builds(LockedDeck, id=names, name=names, root=names, tags=texts, language=texts)
slots = st.sampled_from(["", "ask", "fact + explanation", "id"])
type_lines = st.builds(notetype, st.integers(1, 2**63 - 1), names, st.tuples(slots, slots))
note_lines = st.builds(
    LockedNote,
    guid=names,
    deck=names,
    key=names,
    born=names,
    nid=note_ids,
    type=st.just("mnemonic"),
    cards=st.lists(st.integers(0, 400)).map(tuple),
    section=texts,
    fact=texts,
    mnemonic=texts,
    explanation=texts,
    ask=texts,
    content=names,
    modified=stamp_numbers,
    retired=st.booleans(),
    home=texts,
)


def with_decks(lock: Lock) -> Lock:
    """Add the line of every deck that a note names."""
    known = {deck.id for deck in lock.decks}
    missing = {note.deck for note in lock.notes} - known
    decks = (LockedDeck(name, name, name) for name in sorted(missing))
    return replace(lock, decks=(*lock.decks, *decks))


locks = st.builds(
    Lock,
    st.lists(deck_lines, unique_by=lambda line: line.id).map(tuple),
    st.lists(
        note_lines,
        unique_by=(lambda line: line.guid, lambda line: line.nid, lambda line: (line.deck, line.key)),
    ).map(tuple),
    st.lists(type_lines, unique_by=lambda line: line.id, max_size=2).map(tuple),
).map(with_decks)


def in_order(lock: Lock) -> tuple[list[Any], ...]:
    return (
        sorted(lock.decks, key=lambda deck: deck.id),
        sorted(lock.notes, key=lambda note: note.guid),
        sorted(lock.notetypes, key=lambda notetype: notetype.id),
    )


@given(locks)
def test_a_lock_comes_back_as_it_was(lock: Lock) -> None:
    text = format_lock(lock)
    assert in_order(parse_lock(text)) == in_order(lock)
    assert parse_lock(text.replace("\n", "\r\n")) == parse_lock(text)  # as git may check it out
    assert format_lock(parse_lock(text)) == text
    text.encode()


@given(locks, st.randoms(use_true_random=False))
def test_the_order_of_lines_has_no_meaning(lock: Lock, random: Any) -> None:
    decks, notes = list(lock.decks), list(lock.notes)
    random.shuffle(decks)
    random.shuffle(notes)
    assert format_lock(Lock(tuple(decks), tuple(notes), lock.notetypes)) == format_lock(lock)


def test_lines_stand_by_kind_and_guid() -> None:
    notes = tuple(replace(NOTE, guid=guid, nid=number) for number, guid in enumerate("cab", 1))
    lines = [json.loads(line) for line in format_lock(Lock((DECK,), notes)).splitlines()]
    assert [(line["kind"], line.get("guid")) for line in lines] == [
        ("format", None), ("deck", None), ("note", "a"), ("note", "b"), ("note", "c"),
    ]  # fmt: skip


def test_a_line_is_pinned_to_the_letter() -> None:
    assert TEXT == (
        '{"kind": "format", "version": 1}\n'
        '{"kind": "deck", "id": "project", "name": "Pharmacology::Baclofen", '
        '"root": "Pharmacology::Baclofen"}\n'
        '{"kind": "note", "guid": "Gh9_GVa8Rpon", "deck": "project", "key": "mechanism/goose", '
        '"born": "goose", "nid": 1434671630336, "type": "mnemonic", "cards": [0, 2], '
        '"section": "Mechanism", "fact": "Goose", "mnemonic": "3c3e76839d2a", "ask": "26858662d923", '
        '"content": "532814ee827d1d52bcbc00cbe4856f7e", "modified": 1795402129}\n'
    )


@pytest.mark.parametrize("text", ["", '{"kind": "format", "version": 1}\n'])
def test_an_empty_lock_is_a_project_never_built(text: str) -> None:
    assert parse_lock(text) == Lock()


def line_with(**changes: Any) -> str:
    data = {**json.loads(TEXT.splitlines()[2]), **changes}
    return json.dumps({key: value for key, value in data.items() if value is not None})


def type_with(**changes: Any) -> str:
    return json.dumps({"kind": "notetype", **asdict(TYPE), **changes})


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("x", "not one that Deckwright writes"),
        ("<<<<<< HEAD", "not one that Deckwright writes"),
        (line_with()[:-20], "not one that Deckwright writes"),
        ("[" * 100_000, "not one that Deckwright writes"),
        ("9" * 10_000, "not one that Deckwright writes"),
        ("[]", "not one that Deckwright writes"),
        ("null", "not one that Deckwright writes"),
        ("{}", "not one that Deckwright writes"),
        ('{"kind": "card"}', "not one that Deckwright writes"),
        ('{"kind": ["note"]}', "not one that Deckwright writes"),
        ('{"kind": {}}', "not one that Deckwright writes"),
        ('{"kind": "format", "version": 2}', "a newer Deckwright wrote this lock"),
        ('{"kind": "format"}', "a newer Deckwright wrote this lock"),
        ('{"kind": "deck"}', "`id` is missing"),
        ('{"kind": "note"}', "`guid` is missing"),
        (line_with(guid=""), "`guid` is missing"),
        *((line_with(**{key: None}), f"`{key}` is missing")
          for key in ("guid", "deck", "key", "born", "type", "content", "modified")),
        (line_with(colour="red"), "unknown key `colour`"),
        (line_with(guid=1), "`guid` has a value of the wrong kind"),
        (line_with(guid="\ud800"), "`guid` has a value of the wrong kind"),
        (line_with(nid="1"), "`nid` has a value of the wrong kind"),
        (line_with(nid=True), "`nid` has a value of the wrong kind"),
        (line_with(nid=-1), "`nid` has a value of the wrong kind"),
        (line_with(nid=2**63), "`nid` has a value of the wrong kind"),
        (line_with(nid=1_434_671_630_337), "`nid` is not a note id that Deckwright makes"),
        (line_with(guid="x", key="x", deck="other"), "the line of its deck `other` is missing"),
        (line_with(guid="x", key="x", type="1400000000000"), "its note type `1400000000000` is missing"),
        (type_with(original="{}"), "Anki's: `name` of a note type should be text"),
        (type_with(original="x"), "Anki's: the texts of the note type are not JSON"),
        (type_with(original="[]"), "`original` is no note type of Anki's: the note type should be an object"),
        (type_with(original="[" * 100_000), "`original` is no note type of Anki's"),
        (type_with(original=TYPE.original + " "), "`original` is another note type than its line says"),
        (type_with(id=7), "`original` is another note type than its line says"),
        (type_with(name="Other"), "`original` is another note type than its line says"),
        (type_with(slots=["fact"]), "`slots` are more or fewer than the note type's fields"),
        (type_with(slots=["fact", "fact + back"]), "`slots` name `back`, which is no text of a note"),
        (type_with(slots=["fact", "fact +"]), "`slots` name ``, which is no text of a note"),
        ('{"kind": "notetype", "id": 5, "name": "B", "original": "{}", "slots": [1]}', "`slots` has a value"),
        (line_with(modified=1.5), "`modified` has a value of the wrong kind"),
        (line_with(modified=float("nan")), "`modified` has a value of the wrong kind"),
        (line_with(modified=2**70), "`modified` has a value of the wrong kind"),
        (line_with(cards=0), "`cards` has a value of the wrong kind"),
        (line_with(cards=["0"]), "`cards` has a value of the wrong kind"),
        (line_with(cards=[True]), "`cards` has a value of the wrong kind"),
        (line_with(cards=[-1]), "`cards` has a value of the wrong kind"),
        (line_with(retired=1), "`retired` has a value of the wrong kind"),
    ],
)  # fmt: skip
def test_damage_is_told_by_its_line(line: str, message: str) -> None:
    (found,) = findings(f"{TEXT}{line}\n")
    assert found[:2] == ("bad-lock", 4)
    assert message in found[2]


def test_all_damage_is_told_at_once() -> None:
    found = findings(f"{TEXT}x\n{line_with(guid='other', colour='red')}\ny")
    assert [(code, line) for code, line, _ in found] == [("bad-lock", 4), ("bad-lock", 5), ("bad-lock", 6)]


OURS = line_with(fact="Ours", modified=10, content="ours")
THEIRS = line_with(fact="Theirs", modified=20, content="theirs")
HEAD = TEXT.splitlines(keepends=True)[:2]


@pytest.mark.parametrize(
    "text",
    [
        f"<<<<<<< HEAD\n{OURS}\n=======\n{THEIRS}\n>>>>>>> branch\n",
        f"<<<<<<< HEAD\n{THEIRS}\n=======\n{OURS}\n>>>>>>> branch\n",
        f"<<<<<<< HEAD\r\n{OURS}\r\n||||||| base\r\n{line_with()}\r\n=======\r\n{THEIRS}\r\n>>>>>>> b\r\n",
        f"{OURS}\n{THEIRS}\n",
    ],
)
def test_a_merged_lock_keeps_both_sides_and_of_one_note_the_later_line(text: str) -> None:
    other = line_with(guid="added", key="other", nid=1024)
    lock, report = parsed("".join(HEAD) + text + other)
    assert {found.code for found in report} == {"lock-merged"}
    assert not report.has_errors
    assert {note.guid: (note.fact, note.modified) for note in lock.notes} == {
        NOTE.guid: ("Theirs", 20),
        "added": ("Goose", NOTE.modified),
    }


def test_two_sides_of_one_second_are_neither_what_the_next_build_has() -> None:
    """Readers of either side have to get the next version, so it must be newer than both."""
    ours, theirs = line_with(content="ours", cards=[0]), line_with(content="theirs", cards=[1])
    lock, _ = parsed("".join(HEAD) + f"{ours}\n{theirs}\n")
    assert [(note.content, note.cards) for note in lock.notes] == [(ADOPTED, (0, 1))]
    lock, _ = parsed("".join(HEAD) + f"{ours}\n{line_with(content='ours', cards=[1], modified=1)}\n")
    assert [(note.content, note.cards) for note in lock.notes] == [("ours", (0, 1))]


def test_two_live_notes_of_one_key_are_a_conflict_with_both_lines() -> None:
    text = TEXT + line_with(guid="other", nid=1024) + "\n"
    _, report = parsed(text)
    (found,) = report
    assert (found.code, report.source.place(found.span.start).line) == ("lock-conflict", 4)
    assert found.related is not None
    assert report.source.place(found.related.span.start).line == 3
    assert findings(TEXT + line_with(guid="other", nid=1024, retired=True)) == []


def test_of_two_notes_with_one_id_the_later_key_gets_a_new_one() -> None:
    for first, second in (("a", "b"), ("b", "a")):
        lines = [line_with(guid=f"g{key}", key=key) for key in (first, second)]
        lock = parse_lock("".join(HEAD) + "\n".join(lines))
        assert {note.key: note.nid for note in lock.notes} == {"a": NOTE.nid, "b": 0}


def parse_hostile(text: str) -> None:
    """Parse *text*; what is taken can be written again, what is not has a place that is there."""
    lock, report = parsed(text)
    assert all(0 <= found.span.start <= found.span.end <= len(text) + 1 for found in report)
    if not report.has_errors:
        once = format_lock(lock)
        again, report = parsed(once)
        assert list(report) == []
        assert format_lock(again) == once
        once.encode()


@given(st.text())
def test_no_text_breaks_the_parser(text: str) -> None:
    parse_hostile(text)


@given(locks, st.integers(min_value=0), st.integers(0, 9), st.text(max_size=9))
def test_no_mutation_breaks_the_parser(lock: Lock, at: int, cut: int, put: str) -> None:
    text = format_lock(lock)
    at %= len(text)
    parse_hostile(text[:at] + put + text[at + cut :])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=300)
@given(st.sampled_from(["kind", *json.loads(TEXT.splitlines()[2])]), json_values)
def test_no_value_breaks_the_parser(key: str, value: Any) -> None:
    parse_hostile(json.dumps({**json.loads(TEXT.splitlines()[2]), key: value}))
    parse_hostile(json.dumps({"kind": "format", "version": value}))
    parse_hostile(json.dumps(value))


@pytest.mark.parametrize(("data", "line"), [(b"\xff", 1), (TEXT.encode() + b"\xe4\n", 4)])
def test_bytes_that_are_no_text_are_a_bad_lock(data: bytes, line: int, tmp_path: Path) -> None:
    (tmp_path / "cards.lock").write_bytes(data)
    _, report = read_lock(tmp_path / "cards.lock")
    assert {(found.code, report.source.place(found.span.start).line) for found in report} == {
        ("bad-lock", line)
    }


def test_a_lock_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "cards.lock"
    assert read_lock(path)[0] == Lock()
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())  # as Notepad leaves it
    assert read_lock(path)[0] == Lock((DECK,), (NOTE,))
    path.unlink()
    path.mkdir()
    with pytest.raises(OSError, match="directory"):
        read_lock(path)


def test_a_note_type_made_elsewhere_is_kept_to_the_letter() -> None:
    lock = Lock((DECK,), (NOTE,), (TYPE,))
    assert parse_lock(format_lock(lock)) == lock


@pytest.mark.parametrize(
    ("ours", "theirs", "rows"),
    [
        (("a", "b"), ("a", "b"), ("a", "b")),
        (("a", "b", "c"), ("a", "b"), ("a", "b", "c")),
        (("a", "b", "c"), ("a", "b", "d"), ("a", "b", "-", "c", "d")),
        (("a", "-", "c"), ("a", "-", "c", "d"), ("a", "-", "c", "d")),
    ],
)
def test_a_number_that_two_branches_gave_away_means_no_note(
    ours: tuple[str, ...], theirs: tuple[str, ...], rows: tuple[str, ...]
) -> None:
    swept = replace(NOTE, type="sweep", key="@sweep/mechanism", cards=(0,))
    one, other = (replace(swept, rows=each, modified=5) for each in (ours, theirs))
    texts = [format_lock(Lock((DECK,), (line,))).splitlines()[-1] for line in (one, other)]
    head = format_lock(Lock((DECK,), ())).rstrip("\n")
    lock, _ = parsed("\n".join([head, "<<<<<<< a", texts[0], "=======", texts[1], ">>>>>>> b"]) + "\n")
    assert [line.rows for line in lock.notes] == [rows]
    assert (lock.notes[0].content == ADOPTED) == (ours not in (theirs, rows)), "sent to both sides"


def test_masks_without_their_rows_are_no_lock() -> None:
    masks = replace(NOTE, type="occlusion", key="@masks/x.svg", cards=(0, 1), rows=("a",))
    assert findings(format_lock(Lock((DECK,), (masks,)))) == [
        ("bad-lock", 3, "`rows` are fewer than its cards")
    ]
