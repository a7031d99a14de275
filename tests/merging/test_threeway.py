"""Who changed what, against every text that readers were given."""

from __future__ import annotations

import pytest

from deckwright.merging.threeway import Change, TagChange, compare_tags


@pytest.mark.parametrize(
    ("base", "ours", "verdict"),
    [
        ("Gus", "Gus", "theirs"),
        ("Gus", "Gustav", "both"),
        (None, "Gus", "unknown"),
        ("*Gus*", "_Gus_", "theirs"),
    ],
)
def test_only_what_the_author_left_alone_is_theirs_to_change(
    base: str | None, ours: str, verdict: str
) -> None:
    assert Change("mnemonic", base, ours, "Guss").verdict == verdict


def test_gaps_are_not_lost_in_silence() -> None:
    change = Change("explanation", "It {{c1::honks}}.", "It {{c1::honks}}.", "It swims.")
    assert change.loses_gaps
    assert change.verdict == "both"


@pytest.mark.parametrize(
    ("theirs", "ours", "released", "change"),
    [
        (("a", "b"), ("a", "b"), [("a", "b")], TagChange()),
        (("a", "b", "c"), ("a", "b"), [("a", "b")], TagChange(("c",))),
        (("a",), ("a", "b"), [("a", "b")], TagChange((), ("b",))),
        (("a",), ("a", "b"), [("a",), ("a", "b")], TagChange()),  # an old copy
        (("a",), ("a", "b"), [("a",)], TagChange()),  # given since
        (("a",), ("a", "b"), [], TagChange()),  # nobody knows
        (("a", "x"), ("a", "b"), [], TagChange(("x",))),
        (("A", "leech", "Marked"), ("a",), [("a",)], TagChange()),
        (("a", "c"), ("a", "b", "d"), [("a", "b")], TagChange(("c",), ("b",))),
    ],
)
def test_tags_merge_as_sets(
    theirs: tuple[str, ...], ours: tuple[str, ...], released: list[tuple[str, ...]], change: TagChange
) -> None:
    assert compare_tags(theirs, ours, released) == change
