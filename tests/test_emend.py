"""What is asked for is written only where nothing else changes."""

from __future__ import annotations

import pytest

from deckwright.emend import Unfit, emended
from deckwright.source.text import SourceFile

HEAD = "deck: D\nsections:\n  S:\n"
ANCHORS = {
    "the anchored one": ("    - {fact: A, mnemonic: &m Shared}\n    - {fact: B, mnemonic: *m}\n", 0),
    "in lines": ("    - fact: A\n      mnemonic: &m Shared\n    - fact: B\n      mnemonic: *m\n", 0),
    "a section": ("    - &n\n      fact: A\n      mnemonic: Shared\n  T:\n    - *n\n", 1),
    "a whole section": ("    &s\n    - fact: A\n      mnemonic: Shared\n  T: *s\n", 0),
}


@pytest.mark.parametrize("case", ANCHORS)
def test_what_notes_share_is_changed_in_the_file_alone(case: str) -> None:
    text, index = ANCHORS[case]
    with pytest.raises(Unfit, match=r"file|anchor|cards"):
        emended(SourceFile("cards.yaml", HEAD + text), {index: [("mnemonic", "Other")]})


ALIASES = ["mnemonic: *m", "mnemonic : *m", "mnemonic: # why\n        *m", "mnemonic:\n        *m"]


@pytest.mark.parametrize("alias", ALIASES)
def test_a_note_that_only_refers_gets_a_text_of_its_own(alias: str) -> None:
    others = "    - fact: A\n      mnemonic: &m Shared\n    - {fact: C, mnemonic: *m}\n"
    source = HEAD + f"{others}    - fact: B\n      {alias} # x\n"
    after = emended(SourceFile("cards.yaml", source), {2: [("mnemonic", "Other")]})
    assert after == HEAD + f"{others}    - fact: B\n      {alias.replace('*m', 'Other')} # x\n"


def test_a_comment_between_keys_is_not_taken_away_with_the_first() -> None:
    source = HEAD + "    - mnemonic: M # one\n      # precious\n      fact: A\n      ask: q\n"
    with pytest.raises(Unfit, match="comment"):
        emended(SourceFile("cards.yaml", source), {0: [("mnemonic", "")]})
    source = HEAD + "    - mnemonic: M\n      fact: A\n      ask: q\n"
    after = emended(SourceFile("cards.yaml", source), {0: [("mnemonic", "")]})
    assert after == source.replace("mnemonic: M\n      ", "")
