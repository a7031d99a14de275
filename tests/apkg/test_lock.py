"""The lock: what it remembers survives every line, and damage is told by its line."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deckwright.apkg.lock import BadLock, format_lock, parse_lock, read_lock, stamp
from deckwright.cards.notetypes import mnemonic
from deckwright.cards.render import Rendered, render
from deckwright.deck.history import Lock, LockedDeck, LockedNote
from deckwright.deck.identity import IdentifiedDeck, identify
from deckwright.deck.schema import bind
from deckwright.source.diagnostics import Report
from deckwright.source.syntax import compose
from deckwright.source.text import SourceFile

if TYPE_CHECKING:
    from pathlib import Path

DECK = LockedDeck("project", "Pharmacology::Baclofen", "Pharmacology::Baclofen")
NOTE = LockedNote(
    guid="Gh9_GVa8Rpon", deck="project", key="mechanism/goose", born="goose", nid=1_434_671_630_336,
    type="mnemonic", cards=(0, 2), section="Mechanism", fact="Goose", mnemonic="3c3e76839d2a",
    explanation="", ask="26858662d923", content="532814ee827d1d52bcbc00cbe4856f7e", modified=1_795_402_129,
)  # fmt: skip
TEXT = format_lock(Lock((DECK,), (NOTE,)))

# Every character that some reader takes for the end of a line, besides all others.
texts = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\u2028\u2029\x85\x0b\x1e\r\n"))
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
note_ids = st.integers(1, 2**43 - 1).map(lambda number: number * 1024)  # room for the cards
stamp_numbers = st.integers(1, 2**40)
deck_lines = st.builds(LockedDeck, id=names, name=names, root=names)
note_lines = st.builds(
    LockedNote,
    guid=names,
    deck=names,
    key=names,
    born=names,
    nid=note_ids,
    type=names,
    cards=st.lists(st.integers(0, 400)).map(tuple),
    section=texts,
    fact=texts,
    mnemonic=texts,
    explanation=texts,
    ask=texts,
    content=names,
    modified=stamp_numbers,
    retired=st.booleans(),
)


def with_decks(lock: Lock) -> Lock:
    """Add the line of every deck that a note names."""
    known = {deck.id for deck in lock.decks}
    missing = {note.deck for note in lock.notes} - known
    return Lock((*lock.decks, *(LockedDeck(name, name, name) for name in sorted(missing))), lock.notes)


locks = st.builds(
    Lock,
    st.lists(deck_lines, unique_by=lambda line: line.id).map(tuple),
    st.lists(note_lines, unique_by=(lambda line: line.guid, lambda line: line.nid)).map(tuple),
).map(with_decks)


@given(locks)
def test_a_lock_comes_back_as_it_was(lock: Lock) -> None:
    text = format_lock(lock)
    assert parse_lock(text) == Lock(
        tuple(sorted(lock.decks, key=lambda deck: deck.id)),
        tuple(sorted(lock.notes, key=lambda note: note.guid)),
    )
    assert parse_lock(text.replace("\n", "\r\n")) == parse_lock(text)  # as git may check it out
    assert format_lock(parse_lock(text)) == text
    text.encode()


@given(locks, st.randoms(use_true_random=False))
def test_the_order_of_lines_has_no_meaning(lock: Lock, random: Any) -> None:
    decks, notes = list(lock.decks), list(lock.notes)
    random.shuffle(decks)
    random.shuffle(notes)
    assert format_lock(Lock(tuple(decks), tuple(notes))) == format_lock(lock)


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


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "not one that Deckwright writes"),
        ("x", "not one that Deckwright writes"),
        ("<<<<<<< HEAD", "not one that Deckwright writes"),
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
        ('{"kind": "deck", "id": "project", "name": "D", "root": "D"}', "line 2 has the same id"),
        ('{"kind": "note"}', "`guid` is missing"),
        (line_with(), "line 3 has the same guid"),
        (line_with(guid="other"), "line 3 has the same nid"),
        (line_with(guid=""), "`guid` is missing"),
        *((line_with(**{key: None}), f"`{key}` is missing")
          for key in ("guid", "deck", "key", "born", "nid", "type", "content", "modified")),
        (line_with(colour="red"), "unknown key `colour`"),
        (line_with(guid=1), "`guid` has a value of the wrong kind"),
        (line_with(guid="\ud800"), "`guid` has a value of the wrong kind"),
        (line_with(nid="1"), "`nid` has a value of the wrong kind"),
        (line_with(nid=True), "`nid` has a value of the wrong kind"),
        (line_with(nid=-1), "`nid` has a value of the wrong kind"),
        (line_with(nid=2**63), "`nid` has a value of the wrong kind"),
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
    with pytest.raises(BadLock, match=message) as caught:
        parse_lock(f"{TEXT}{line}\n")
    assert caught.value.line == 4
    assert caught.value.message == str(caught.value)


def parse_hostile(text: str) -> None:
    """Parse *text*; what is taken can be written again, what is not has a line that is there."""
    try:
        lock = parse_lock(text)
    except BadLock as bad:
        assert 1 <= bad.line <= text.count("\n") + 1  # noqa: PT017 - either way may be right
    else:
        assert parse_lock(format_lock(lock)).notes == tuple(sorted(lock.notes, key=lambda note: note.guid))
        format_lock(lock).encode()


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
    with pytest.raises(BadLock, match="UTF-8") as caught:
        read_lock(tmp_path / "cards.lock")
    assert caught.value.line == line


def test_a_lock_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "cards.lock"
    assert read_lock(path) == Lock()
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())  # as Notepad leaves it
    assert read_lock(path) == Lock((DECK,), (NOTE,))
    path.unlink()
    path.mkdir()
    with pytest.raises(OSError, match="directory"):
        read_lock(path)


# --- stamps -------------------------------------------------------------------------------------


def rendered(notes: str, lock: Lock) -> tuple[IdentifiedDeck, tuple[Rendered, ...]]:
    report = Report(SourceFile("cards.yaml", f"deck: D\nnotes:\n{notes}"))
    deck = bind(compose(report.source, report), report)
    assert deck is not None
    identified = identify(deck, "project", lock, {}, report)
    return identified, render(identified, mnemonic(), {}, report)


def build(notes: str, lock: Lock, now: int) -> Lock:
    """Build a deck of *notes*, and check that package and lock agree on every stamp."""
    stamped, after = stamp(*rendered(notes, lock), lock, now)
    by_guid = {line.guid: line for line in after.notes}
    for note in stamped:
        assert by_guid[note.rendered.note.guid].modified == note.modified
    return after


def stamps(lock: Lock) -> dict[str, int]:
    return {line.fact: line.modified for line in lock.notes}


AB = "  - Apple ~ a\n  - Bear ~ b\n"


def test_a_first_build_stamps_every_note_with_its_time() -> None:
    lock = build(AB, Lock(), 1000)
    assert stamps(lock) == {"Apple": 1000, "Bear": 1000}
    assert lock.decks == (LockedDeck("project", "D", "D"),)
    assert [line.cards for line in lock.notes] == [(0,), (0,)]


def test_what_is_unchanged_keeps_its_stamp_and_the_lock_its_text() -> None:
    lock = build(AB, Lock(), 1000)
    assert format_lock(build(AB, lock, 2000)) == format_lock(lock)
    reordered = "  - Bear ~ b\n  - Apple ~ a\n"
    assert format_lock(build(reordered, lock, 2000)) == format_lock(lock)


def test_what_is_changed_shares_one_newer_stamp() -> None:
    lock = build(AB + "  - Cat ~ c\n", Lock(), 1000)
    after = build("  - Apple ~ A\n  - Bear ~ b\n  - Cat ~ C\n  - Dog ~ d\n", lock, 2000)
    assert stamps(after) == {"Apple": 2000, "Bear": 1000, "Cat": 2000, "Dog": 2000}


@pytest.mark.parametrize("now", [1000, 999, 0, 1])
def test_a_clock_set_back_still_gives_newer_stamps(now: int) -> None:
    lock = build(AB, Lock(), 1000)
    assert stamps(build("  - Apple ~ A\n  - Bear ~ b\n", lock, now)) == {"Apple": 1001, "Bear": 1000}


def test_a_retired_line_still_counts_for_the_newest_stamp() -> None:
    lock = build("  - Bear ~ b\n", build(AB, Lock(), 1000), 1000)
    gone = replace(lock, notes=tuple(replace(n, modified=5000) if n.retired else n for n in lock.notes))
    assert stamps(build("  - Bear ~ B\n", gone, 2000))["Bear"] == 5001


def test_a_note_taken_out_is_kept_as_retired() -> None:
    lock = build(AB, Lock(), 1000)
    after = build("  - Bear ~ b\n", lock, 2000)
    (apple,) = (line for line in after.notes if line.fact == "Apple")
    assert apple == replace(next(line for line in lock.notes if line.fact == "Apple"), retired=True)
    assert stamps(after) == stamps(lock)
    assert format_lock(build("  - Bear ~ b\n", after, 3000)) == format_lock(after)


def test_a_note_that_comes_back_as_it_was_has_its_old_identity_and_stamp() -> None:
    lock = build(AB, Lock(), 1000)
    after = build(AB, build("  - Bear ~ b\n", lock, 2000), 3000)
    assert {(line.guid, line.nid, line.retired) for line in after.notes} == {
        (line.guid, line.nid, False) for line in lock.notes
    }
    assert stamps(after) == {"Apple": 1000, "Bear": 1000}


def test_cards_once_shipped_stay_in_the_lock() -> None:
    lock = build("  - {fact: Apple, mnemonic: a, ask: q}\n", Lock(), 1000)
    after = build("  - {fact: Apple, mnemonic: a}\n", lock, 2000)
    assert [line.cards for line in after.notes] == [(0, 1)]


def test_other_decks_lines_are_left_alone() -> None:
    others = Lock((replace(DECK, id="other"),), (replace(NOTE, deck="other", modified=9000),))
    mine = build(AB, Lock(), 1000)
    both = Lock(mine.decks + others.decks, mine.notes + others.notes)
    after = build("  - Apple ~ A\n", both, 2000)
    assert set(others.decks) < set(after.decks)
    assert set(others.notes) < set(after.notes)
    assert stamps(after)["Apple"] == 9001
