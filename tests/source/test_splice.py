"""Changes of a source: what they are about reads back exactly, and nothing else moves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deckwright.deck.model import Deck, Note, place
from deckwright.deck.schema import bind
from deckwright.source.append import append_notes
from deckwright.source.diagnostics import Report
from deckwright.source.scalars import cleaned
from deckwright.source.splice import ORDER, CannotSplice, put, put_list, put_words
from deckwright.source.syntax import compose
from deckwright.source.text import Edit, SourceFile, Span, apply_edits

if TYPE_CHECKING:
    from collections.abc import Iterable

HEAD = "deck: D # the name\nnotes:\n"
LAYOUTS = {
    "a list of keys": """\
  # first
  - fact: Goose  # honk
    mnemonic: Gus

    ask: 'Which?'
  - B ~ c
""",
    "keys far to the right": """\
    -     fact: Goose
          ask: Which?
          # why
          mnemonic: Gus
""",
    "no indent": "- fact: Goose\n  mnemonic: Gus\n  ask: Which?\n# end\n- B ~ c\n",
    "one line": "  - Goose ~ Gus # both\n  - B ~ c\n",
    "one line in quotes": "  - 'Goose ~ Gus'\n",
    "one line in brackets": "  [Goose ~ Gus, B ~ c]\n",
    "braces": "  - {fact: Goose, mnemonic: Gus, ask: Which?} # x\n",
    "braces in brackets": "  [{fact: Goose, mnemonic: Gus, ask: Which?}, B ~ c]\n",
    "blocks": """\
  - fact: Goose
    mnemonic: >- # folded
      Gus
    ask: |
      Which?
    # end
  - B ~ c
""",
    "quotes": '  - fact: "Goose"\n    mnemonic: \'Gus\'\n    ask: "Which?" # sure\n',
    "an alias": """\
  - fact: &g Goose
    mnemonic: Gus
    ask: Which?
  - fact: Gander
    mnemonic: *g
""",
    "nothing behind a key": """\
  - fact: Goose
    mnemonic: Gus
    ask: # later
    explanation:
  - B ~ c
""",
    "other line ends": "  - fact: Goose\r\n    mnemonic: Gus # x\r\n    ask: Which?\r\n  - B ~ c\r\n",
    "no line end": "  - fact: Goose\n    mnemonic: Gus",
    "a text over two lines": "  - fact: Goose\n    mnemonic: Gus the\n      gander\n    ask: Which?\n",
}
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))
    | st.sampled_from("\n\n:#'\" -~[]{},&*!|>%@`\\")
).map(lambda text: re.sub("[\u2028\u2029\ufeff\ufffe\uffff]", "", text))


def deck_of(text: str) -> Deck:
    report = Report(SourceFile("cards.yaml", text))
    deck = bind(compose(report.source, report), report)
    assert deck is not None, [found.message for found in report]
    assert [found for found in report if found.code not in FAULTS] == [], text
    return deck


FAULTS = {"empty-text", "missing-key"}  # a fact that was taken away is the author's affair


def texts_of(text: str) -> list[dict[str, object]]:
    keys = ("fact", "mnemonic", "ask", "explanation", "region", "source", "id")
    return [{key: getattr(placed.note, key) for key in keys} for placed in place(deck_of(text))]


def first_note(text: str) -> Note:
    return next(iter(place(deck_of(text)))).note


def changed(text: str, edits: Iterable[Edit]) -> str:
    return apply_edits(text, edits)


def source_of(text: str) -> SourceFile:
    return SourceFile("cards.yaml", text)


def comments(text: str) -> list[str]:
    return re.findall(r"(?:^|[ \t])# ?[a-z].*", text.replace("\r", ""), re.MULTILINE)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("key", ["fact", "mnemonic", "ask", "explanation", "source"])
@settings(max_examples=25, deadline=None)
@given(text=TEXTS.filter(lambda text: bool(cleaned(text))))
def test_a_text_that_is_put_reads_back_and_nothing_else_changes(layout: str, key: str, text: str) -> None:
    before = HEAD.replace("\n", "\r\n") * ("\r" in LAYOUTS[layout]) or HEAD
    before += LAYOUTS[layout]
    notes = texts_of(before)
    note = next(iter(place(deck_of(before)))).note
    after = changed(before, put(source_of(before), note.node, key, text))
    notes[0][key] = cleaned(text)
    if layout == "an alias" and key == "fact":  # the anchor's text is the other note's, too
        notes[1]["mnemonic"] = cleaned(text)
    assert texts_of(after) == notes, after
    assert [line for line in comments(before) if line not in after] == []
    assert ("\r\n" in before) == (re.search(r"(?<!\r)\n", after) is None)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_empty_text_takes_the_key_away(layout: str) -> None:
    before = HEAD + LAYOUTS[layout].replace("\r", "")
    notes = texts_of(before)
    for key in ("mnemonic", "ask"):
        note = next(iter(place(deck_of(before)))).note
        after = changed(before, put(source_of(before), note.node, key, " \n "))
        assert texts_of(after) == [notes[0] | {key: ""}, *notes[1:]], after
        assert "\n\n\n" not in after


@pytest.mark.parametrize("layout", LAYOUTS)
def test_numbers_that_are_put_read_back(layout: str) -> None:
    before = HEAD + LAYOUTS[layout].replace("\r", "")
    notes = texts_of(before)
    note = next(iter(place(deck_of(before)))).note
    after = changed(before, put_list(source_of(before), note.node, "region", (1.04, 20, 30.55, 40)))
    notes[0]["region"] = (1.0, 20.0, 30.6, 40.0) if round(30.55, 1) == 30.6 else (1.0, 20.0, 30.5, 40.0)
    assert texts_of(after) == notes, after
    assert [line for line in comments(before) if line not in after] == []
    note = next(iter(place(deck_of(after)))).note
    again = changed(after, put_list(source_of(after), note.node, "region", (1, 2, 3, 4)))
    assert texts_of(again)[0]["region"] == (1, 2, 3, 4)
    assert again.replace("[1, 2, 3, 4]", "") == after.replace(
        re.findall(r"\[1, 20, 30\.\d, 40\]", after)[0], ""
    )


@settings(max_examples=200, deadline=None)
@given(
    layout=st.sampled_from(sorted(LAYOUTS)),
    changes=st.lists(
        st.tuples(st.sampled_from((*ORDER[2:4], "ask", "explanation", "source")), TEXTS), max_size=6
    ),
)
def test_many_changes_one_after_the_other_all_hold(layout: str, changes: list[tuple[str, str]]) -> None:
    text = HEAD + LAYOUTS[layout].replace("\r", "")
    notes = texts_of(text)
    remarks = comments(text)
    for key, value in changes:
        if (key == "fact" and not cleaned(value)) or layout == "an alias":
            continue
        note = next(iter(place(deck_of(text)))).note
        text = changed(text, put(source_of(text), note.node, key, value))
        notes[0][key] = cleaned(value)
        assert texts_of(text) == notes, text
    if not any(not cleaned(value) for _, value in changes):
        assert [line for line in remarks if line not in text] == []


SECTIONS = """\
deck: D
sections:
  A:
    - B ~ c # x

    - fact: D
      ask: |
        E
      # end of D

  F:
  # last
  G: []  # empty yet
  H:
    notes:
      - I ~ j
"""


@pytest.mark.parametrize("section", ["A", "F", "G", "H", "New: one"])
@settings(max_examples=25, deadline=None)
@given(fact=TEXTS.filter(lambda text: bool(cleaned(text))), why=TEXTS)
def test_a_note_is_added_at_the_end_of_its_section(section: str, fact: str, why: str) -> None:
    after = changed(
        SECTIONS, append_notes(source_of(SECTIONS), section, [{"fact": fact, "explanation": why}])
    )
    deck = deck_of(after)
    added = deck.sections[section].notes[-1]
    assert (added.fact, added.explanation) == (cleaned(fact), cleaned(why))
    assert [note["fact"] for note in texts_of(after) if note["fact"] != cleaned(fact)] == [
        fact for fact in ("B", "D", "I") if fact != added.fact
    ]
    assert [line for line in comments(SECTIONS) if line not in after] == []


def test_a_comment_of_an_empty_section_stays_with_its_name() -> None:
    after = changed(SECTIONS, append_notes(source_of(SECTIONS), "G", [{"fact": "New"}]))
    assert "  G:   # empty yet\n    - fact: New\n  H:" in after
    text = "deck: D\nsections:\n  A: # soon\n"
    after = changed(text, append_notes(source_of(text), "A", [{"fact": "New"}]))
    assert after == "deck: D\nsections:\n  A: # soon\n    - fact: New\n"


def test_a_new_note_keeps_the_distance_of_the_others() -> None:
    after = changed(SECTIONS, append_notes(source_of(SECTIONS), "A", [{"fact": "New", "mnemonic": "Gnu"}]))
    assert "      # end of D\n\n    - fact: New\n      mnemonic: Gnu\n\n  F:" in after


def test_a_deck_without_sections_takes_notes_too() -> None:
    text = "deck: D\nnotes: [A ~ b]\n"
    assert (
        changed(text, append_notes(source_of(text), "", [{"fact": "C"}]))
        == "deck: D\nnotes: [A ~ b, {fact: C}]\n"
    )
    text = "deck: D\nnotes:\n# x\n"
    assert (
        changed(text, append_notes(source_of(text), "", [{"fact": "C"}]))
        == "deck: D\nnotes:\n  - fact: C\n# x\n"
    )


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("deck: D\nnotes: A ~ b\n", ""),
        ("deck: D\n", ""),
        ("deck: D\n", "A"),
        ("deck: D\nsections: {A: []}\n", "A"),
        ("- x\n", ""),
    ],
)
def test_what_cannot_be_spliced_says_what_to_write_first(text: str, section: str) -> None:
    with pytest.raises(CannotSplice, match=r"write|mend"):
        append_notes(source_of(text), section, [{"fact": "C"}])


def test_the_only_key_of_a_note_stays() -> None:
    text = "deck: D\nnotes:\n  - fact: A\n"
    note = next(iter(place(deck_of(text)))).note
    with pytest.raises(CannotSplice, match="only key"):
        put(source_of(text), note.node, "fact", "")
    with pytest.raises(ValueError, match="\x07"):
        put(source_of(text), note.node, "fact", "A\x07")


def test_edits_are_made_all_at_once_and_must_not_overlap() -> None:
    edits = [Edit(Span(4, 5), "!"), Edit(Span(0, 1), "Y"), Edit(Span(2, 2), "-"), Edit(Span(2, 2), "+")]
    assert apply_edits("Hello", edits) == "Ye-+ll!"
    with pytest.raises(ValueError, match="Edit"):
        apply_edits("Hello", [Edit(Span(0, 3), ""), Edit(Span(2, 4), "")])


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("words", [("a",), ("a", "b c", "d, e", "#f")])
def test_words_are_put_and_taken_away_again(layout: str, words: tuple[str, ...]) -> None:
    before = HEAD + LAYOUTS[layout].replace("\r", "")
    after = changed(before, put_words(source_of(before), first_note(before).node, "tags", words))
    assert first_note(after).tags == words
    assert texts_of(after) == texts_of(before)
    assert [line for line in comments(before) if line not in after] == []
    without = changed(after, put_words(source_of(after), first_note(after).node, "tags", ()))
    assert first_note(without).tags == ()
    assert texts_of(without) == texts_of(before)


BEFORE = ["tags: a", "tags: [a] # why", "tags:\n      - a\n      - b", "tags:\n      a"]


@pytest.mark.parametrize("before", BEFORE)
def test_words_replace_those_that_were_there(before: str) -> None:
    text = f"{HEAD}  - fact: A\n    {before}\n    ask: q\n    # kept\n  - B ~ C\n"
    after = changed(text, put_words(source_of(text), first_note(text).node, "tags", ["a", "b c"]))
    assert first_note(after).tags == ("a", "b c")
    assert after.startswith(f"{HEAD}  - fact: A\n    tags:")
    assert after.endswith("\n    ask: q\n    # kept\n  - B ~ C\n")


def test_words_with_comments_among_them_are_left_to_their_author() -> None:
    text = f"{HEAD}  - fact: A\n    tags: [a, # why\n      b]\n    ask: q\n"
    with pytest.raises(CannotSplice, match="comments"):
        put_words(source_of(text), first_note(text).node, "tags", ["c"])


def test_many_notes_are_added_at_once_in_their_order() -> None:
    text = f"{HEAD}  - A ~ B\n\n  - C ~ D\n"
    notes = [{"fact": "E", "ask": "e?"}, {"fact": "F", "explanation": "a\n\nb"}]
    after = changed(text, append_notes(source_of(text), "", notes))
    assert after == (
        f"{text}\n  - fact: E\n    ask: e?\n\n  - fact: F\n    explanation: |\n      a\n\n      b\n"
    )
