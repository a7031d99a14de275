from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deckwright.deck.model import place
from deckwright.source.decode import FORBIDDEN
from deckwright.source.draft import Draft, DraftNote, DraftSection, Remark, format_draft
from deckwright.source.text import SourceFile
from deckwright.workspace import read_text

if TYPE_CHECKING:
    from deckwright.deck.model import Deck


def _read(text: str) -> Deck:
    report, deck = read_text(SourceFile("cards.yaml", text))
    assert deck is not None, report.errors
    assert not report.has_errors
    return deck


def test_a_draft_looks_as_if_it_was_written_by_hand() -> None:
    section = DraftSection(
        "Mechanism",
        (
            DraftNote((("fact", "Spinal cord"), ("mnemonic", "Spina Cord"), ("ask", ""))),
            Remark("No note:\n\n  see page 2"),
            DraftNote(
                (("fact", "5-HT #3"), ("explanation", "One:\n\n- a\n- b"), ("region", (1.5, 2.0, 3, 40)))
            ),
        ),
        (("tags", ("a", "b c, d")),),
    )
    draft = Draft(
        (Remark("From a page"), ("deck", "Pharmacology::Baclofen"), ("cards", {"sweep": True})),
        (
            Remark("Here was a picture"),
            section,
            DraftSection("Side effects", (DraftNote((("fact", "no"),)),)),
        ),
    )
    assert format_draft(draft) == dedent(
        """\
        # From a page
        deck: Pharmacology::Baclofen
        cards:
          sweep: true

        sections:
          # Here was a picture

          Mechanism:
            tags: [a, "b c, d"]
            notes:
              - fact: Spinal cord
                mnemonic: Spina Cord

              # No note:
              #
              #   see page 2
              - fact: "5-HT #3"
                explanation: |
                  One:

                  - a
                  - b
                region: [1.5, 2, 3, 40]

          Side effects:
            - fact: "no"
        """
    )


def test_a_deck_without_sections_has_its_notes_at_the_top() -> None:
    note = DraftNote((("fact", "a"), ("ask", "b")))
    text = format_draft(Draft((("deck", "D"),), (DraftSection("", (note,)),)))
    assert text == "deck: D\n\nnotes:\n  - fact: a\n    ask: b\n"


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.text(
    "ab \n\t:#~-|>'\"[]{},&*!%@`\\?=yn0.", max_size=40
)


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=4), TEXTS)
@example([("- a", "|", "a\n b\n\n\nc \n")], "on")
@example([("yes", "# a", "  a\n  b")], "a: b\r\nc")
def test_every_text_comes_back(texts: list[tuple[str, str, str]], remark: str) -> None:
    pairs = [
        (
            ("fact", f"x{fact}".replace("\n", " ").replace("\r", " ")),
            ("mnemonic", "m"),
            ("explanation", text),
            ("extra", {"F": other}),
        )
        for fact, text, other in texts
    ]
    notes = tuple(map(DraftNote, pairs))
    draft = Draft((("deck", "D"),), (DraftSection("S", (*notes, Remark(remark))),))
    written = [placed.note for placed in place(_read(format_draft(draft)))]
    for note, (fact, _, explanation, extra) in zip(written, pairs, strict=True):
        assert note.fact == _kept(str(fact[1]))
        assert note.explanation == _kept(str(explanation[1]))
        assert dict(note.extra).get("F", "") == _kept(str(extra[1]["F"]))


def _kept(text: str) -> str:
    lines = FORBIDDEN.sub("", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("" if not line.strip(" \t") else line for line in lines).strip()


@pytest.mark.parametrize("text", ["a\n\tb", "\ta", "a\t: b", "\u2028a", "\x00"])
def test_odd_blanks_do_no_harm(text: str) -> None:
    note = DraftNote((("fact", "f"), ("mnemonic", "m"), ("explanation", text)))
    deck = _read(format_draft(Draft((("deck", "D"),), (DraftSection("S", (note,)),))))
    assert next(place(deck)).note.explanation == _kept(text)
