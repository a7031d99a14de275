"""Stamps: only what changed gets a newer one, and none ever goes back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from deckwright.apkg.lock import format_lock
from deckwright.apkg.stamp import Released, Stamped, field_hashes, stamp, tags_hash, update_lock
from deckwright.cards.render import Rendered, render
from deckwright.deck.history import Lock, LockedDeck
from one_deck import LOOKS, identified

if TYPE_CHECKING:
    from deckwright.deck.identity import IdentifiedDeck

EMPTY = Lock()


def rendered(notes: str, lock: Lock) -> tuple[IdentifiedDeck, tuple[Rendered, ...]]:
    deck, report = identified(f"deck: D\nnotes:\n{notes}", lock, project="project")
    return deck, render(deck, LOOKS, {}, report)


def stamped(
    notes: str, lock: Lock, now: int, shipped: dict[str, Released] | None = None, *, refresh: bool = False
) -> tuple[Lock, tuple[Stamped, ...]]:
    """Build a deck of *notes*, and check that package and lock agree on every stamp."""
    deck, found = rendered(notes, lock)
    made = stamp(found, lock, shipped or {}, now, refresh=refresh)
    after = update_lock(lock, [(deck, made)])
    by_guid = {line.guid: line for line in after.notes}
    for note in made:
        assert by_guid[note.rendered.note.guid].modified == note.modified
    return after, made


def build(notes: str, lock: Lock, now: int) -> Lock:
    return stamped(notes, lock, now)[0]


def stamps(lock: Lock) -> dict[str, int]:
    return {line.fact: line.modified for line in lock.notes}


AB = "  - Apple ~ a\n  - Bear ~ b\n"


def test_a_first_build_stamps_every_note_with_its_time() -> None:
    lock = build(AB, EMPTY, 1000)
    assert stamps(lock) == {"Apple": 1000, "Bear": 1000}
    assert [(deck.id, deck.name, deck.root) for deck in lock.decks] == [("project", "D", "D")]
    assert [line.cards for line in lock.notes] == [(0,), (0,)]


def test_what_is_unchanged_keeps_its_stamp_and_the_lock_its_text() -> None:
    lock = build(AB, EMPTY, 1000)
    assert format_lock(build(AB, lock, 2000)) == format_lock(lock)
    reordered = "  - Bear ~ b\n  - Apple ~ a\n"
    assert format_lock(build(reordered, lock, 2000)) == format_lock(lock)


def test_what_is_changed_shares_one_newer_stamp() -> None:
    lock = build(AB + "  - Cat ~ c\n", EMPTY, 1000)
    after = build("  - Apple ~ A\n  - Bear ~ b\n  - Cat ~ C\n  - Dog ~ d\n", lock, 2000)
    assert stamps(after) == {"Apple": 2000, "Bear": 1000, "Cat": 2000, "Dog": 2000}


@pytest.mark.parametrize("now", [1000, 999, 0, 1])
def test_a_clock_set_back_still_gives_newer_stamps(now: int) -> None:
    lock = build(AB, EMPTY, 1000)
    assert stamps(build("  - Apple ~ A\n  - Bear ~ b\n", lock, now)) == {"Apple": 1001, "Bear": 1000}


def test_a_retired_line_still_counts_for_the_newest_stamp() -> None:
    lock = build("  - Bear ~ b\n", build(AB, EMPTY, 1000), 1000)
    gone = replace(lock, notes=tuple(replace(n, modified=5000) if n.retired else n for n in lock.notes))
    assert stamps(build("  - Bear ~ B\n", gone, 2000))["Bear"] == 5001


def test_a_note_taken_out_is_kept_as_retired() -> None:
    lock = build(AB, EMPTY, 1000)
    after = build("  - Bear ~ b\n", lock, 2000)
    (apple,) = (line for line in after.notes if line.fact == "Apple")
    assert apple == replace(next(line for line in lock.notes if line.fact == "Apple"), retired=True)
    assert stamps(after) == stamps(lock)
    assert format_lock(build("  - Bear ~ b\n", after, 3000)) == format_lock(after)


def test_a_note_that_comes_back_as_it_was_has_its_old_identity_and_stamp() -> None:
    lock = build(AB, EMPTY, 1000)
    after = build(AB, build("  - Bear ~ b\n", lock, 2000), 3000)
    assert {(line.guid, line.nid, line.retired) for line in after.notes} == {
        (line.guid, line.nid, False) for line in lock.notes
    }
    assert stamps(after) == {"Apple": 1000, "Bear": 1000}


def test_cards_once_shipped_stay_in_the_lock() -> None:
    lock = build("  - {fact: Apple, mnemonic: a, ask: q}\n", EMPTY, 1000)
    after = build("  - {fact: Apple, mnemonic: a}\n", lock, 2000)
    assert [line.cards for line in after.notes] == [(0, 1)]


def test_other_decks_lines_are_left_alone() -> None:
    (line,) = build("  - Zebra ~ z\n", EMPTY, 9000).notes
    others = Lock((LockedDeck("other", "O", "O"),), (replace(line, deck="other", guid="x"),))
    mine = build(AB, EMPTY, 1000)
    both = Lock(mine.decks + others.decks, mine.notes + others.notes)
    after = build("  - Apple ~ A\n", both, 2000)
    assert set(others.decks) < set(after.decks)
    assert set(others.notes) < set(after.notes)
    assert stamps(after)["Apple"] == 9001


def test_refresh_stamps_every_note() -> None:
    lock = build(AB, EMPTY, 1000)
    assert stamps(stamped(AB, lock, 2000, refresh=True)[0]) == {"Apple": 2000, "Bear": 2000}


def shipped(notes: str, lock: Lock, modified: int) -> dict[str, Released]:
    """Return what readers of a package with *notes* have."""
    return {
        note.note.guid: Released(modified, field_hashes(note.fields), tags_hash(note.note.tags))
        for note in rendered(notes, lock)[1]
    }


def test_a_lock_that_was_taken_back_never_stamps_behind_what_readers_have() -> None:
    """Readers have `Apple ~ A` since 5000; source and lock are those of 1000 again."""
    lock = build(AB, EMPTY, 1000)
    newer = shipped("  - Apple ~ A\n  - Bear ~ b\n", lock, 5000)
    after, made = stamped(AB, lock, 2000, newer)
    assert stamps(after) == {"Apple": 5001, "Bear": 5000}, "Bear shows the same, so its stamp is theirs"
    assert [note.set_right for note in made] == [True, True]


def test_a_new_stamp_is_later_than_anything_shipped_of_the_project() -> None:
    lock = build(AB, EMPTY, 1000)
    gone = replace(lock.notes[0], guid="gone", nid=1024, key="gone", fact="Gone", retired=True)
    lock = replace(lock, notes=(*lock.notes, gone))
    after, made = stamped(
        "  - Apple ~ A\n  - Bear ~ b\n",
        lock,
        2000,
        shipped(AB, lock, 1000) | {"gone": Released(7000, (), "")},
    )
    assert stamps(after) == {"Apple": 7001, "Bear": 1000, "Gone": 1000}
    assert [note.set_right for note in made] == [False, False]


def test_other_peoples_notes_decide_no_stamp() -> None:
    """Someone else's package lay where this one goes, perhaps with stamps from far ahead."""
    lock = build(AB, EMPTY, 1000)
    after, _ = stamped("  - Apple ~ A\n  - Bear ~ b\n", lock, 2000, {"other": Released(7000, (), "")})
    assert stamps(after) == {"Apple": 2000, "Bear": 1000}


@pytest.mark.parametrize("modified", [-5, 2**41, 2**42, 2**62])
def test_a_stamp_that_no_build_makes_is_not_taken_over(modified: int) -> None:
    """The lock would refuse it at the next build."""
    lock = build(AB, EMPTY, 1000)
    edited = "  - Apple ~ A\n  - Bear ~ b\n"
    after, _ = stamped(edited, lock, 2000, shipped(AB, lock, modified))
    assert stamps(after) == {"Apple": 2000, "Bear": 1000}


def test_what_is_shipped_with_the_locks_own_stamp_changes_nothing() -> None:
    lock = build(AB, EMPTY, 1000)
    after, made = stamped(AB, lock, 2000, shipped("  - Apple ~ A\n  - Bear ~ b\n", lock, 1000))
    assert format_lock(after) == format_lock(lock)
    assert not any(note.set_right for note in made)
