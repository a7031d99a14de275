"""Texts that went through Anki come back as their author would have written them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from deckwright.cards import markup
from deckwright.merging.wording import from_field, nearest, same, tidy, transplanted

WORDS = st.sampled_from(
    ["loud", "_odd_", "**big**", "__fat__", "{{c1::gap}}", r"\( a_1 \)", "`code`", "x", "*a* b"]
)
LINES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
BLOCKS = st.one_of(
    LINES, st.lists(LINES, min_size=1, max_size=3).map(lambda lines: "\n".join(f"* {one}" for one in lines))
)
TEXTS = st.lists(BLOCKS, min_size=1, max_size=4).map("\n\n".join)


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_a_text_that_nobody_changed_is_the_same(text: str) -> None:
    theirs = from_field("explanation", markup.block(text), {})
    assert same("explanation", text, theirs)
    assert transplanted("explanation", text, theirs) == text


@given(TEXTS, st.integers(0, 200), st.sampled_from(["new", "very new", ""]))
@settings(max_examples=300, deadline=None)
def test_a_change_shows_what_they_show_whatever_is_kept_of_the_authors_way(
    text: str, at: int, word: str
) -> None:
    tokens = tidy("explanation", text).split(" ")
    tokens[at % len(tokens)] = word
    theirs = from_field("explanation", markup.block(" ".join(tokens)), {})
    result = transplanted("explanation", text, theirs)
    assert same("explanation", result, theirs)


def test_every_other_mark_of_the_author_stays() -> None:
    ours = "A __loud__ goose\nwith {{c1::one}} mate.\n\n+ first\n+ second _item_"
    theirs = "A **loud** gander\nwith one mate.\n\n- first\n- second *item*"
    assert transplanted("explanation", ours, theirs) == ours.replace("goose", "gander")


def test_the_base_of_an_edit_is_the_text_it_is_most_like() -> None:
    assert nearest("Lift", ["Shift", "Swiss"]) == "Shift"
    assert nearest("Lift", ["Swiss", "Shift"]) == "Shift"
    assert nearest("anything", []) is None


def test_what_the_editor_leaves_behind_is_no_text() -> None:
    assert from_field("fact", "<div>Spinal&nbsp;cord<br></div>", {}) == "Spinal cord"
    assert from_field("explanation", "<p>One.<br></p><div>Two.</div><br><br>", {}) == "One.\n\nTwo."
    assert from_field("explanation", '<p>See <img src="_a-0.webp" alt="x">.</p>', {"_a-0.webp": "a.png"}) == (
        "See ![x](a.png)."
    )
