"""The HTML of fields has a number: whoever changes it raises the number, and old cards stay readable.

`rendered/<number>.json` holds the fields of the notes below as that number writes them. Readers keep such
fields for years, under templates that are ours of today.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

import pytest

from deckwright.cards.plan import Shown
from deckwright.cards.render import RENDER, render
from deckwright.cards.template import card_ordinals, cloze_ordinals
from deckwright.deck.model import Region
from one_deck import LOOKS, identified, own_type
from support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

GOLDENS = ROOT / "tests" / "cards" / "rendered"
# The golden of a number is never changed: its readers' fields are not either.
PINNED = {1: "5bf0081b8514db73"}
NUMBERS = sorted(PINNED)
SOURCE = r"""
deck: A & B::Baclofen <test>
title: Baclofen *and* "friends"
source: The label, [section 5](https://example.org/?a=1&b=2)
cards: {reverse: true}
sections:
  Side < Effects:
    - fact: Nausea *often*, **never** `code`, ~~gone~~ & \(x < y\)
      mnemonic: Now, *sea* & “quotes”
      ask: What about \(a^2 < b\) & "co"?
      explanation: |
        # A heading

        One *paragraph*, **strong**, ~~struck~~, `code < tag`, a [link](https://example.org) & \(x_1 < x_2\).
        The next line\
        after a break.

        - one
        - two
          1. deep
          2. deeper

        > quoted

        | a | b |
        |--:|:-:|
        | 1 | \|2 |

        \[ \sum_{i<n} i \]

        ```
        block <of> code
        ```

        ---
    - Nausea ~ Now, see
    - {fact: "*Nausea*", mnemonic: A second one of that name, id: nausea-too}
    - {fact: נחיתה, mnemonic: عربي, explanation: "From right to left: שלום"}
    - {fact: With a symbol, mnemonic: Sim ball}
    - {fact: With a region, mnemonic: Reach on}
    - {fact: With a picture of its own, image: own.png, mnemonic: Pick sure}
  "":
    - {fact: Asked alone, ask: "Which?", cards: [ask]}
    - {fact: Reverse alone, mnemonic: Verse, cards: [reverse]}
    - {fact: Retired, mnemonic: Tired, explanation: Was so., retired: true}
    - {fact: Retired without a word, mnemonic: Tire, retired: true}
    - {fact: A question withdrawn, mnemonic: Drawn with, withdrawn: ask}
    - {fact: All withdrawn, ask: "So?", withdrawn: [picture, reverse]}
    - {fact: A source of its own, mnemonic: Sauce, source: 'A *book*, <p. 3>'}
  Gathered:
    cards: {sweep: true, occlusion: true, cloze: true}
    scene: {file: pond.svg, alt: A pond}
    notes:
      - fact: Lit
        mnemonic: Lid
        symbol: lit
        explanation: |
          It {{c1::shines **bright**}} & {{c2::far::how?}}, as \(x < y\).

          ![A "lamp" & more](lamp.png)
      - {fact: Marked, region: [5, 6, 7, 8], ask: "Where?"}
      - {fact: Told, mnemonic: Tolled & bold, explanation: "{{c1::Once}}.", retired: true}
      - {fact: Alone, ask: "Who?"}
scene: {file: pond.svg, alt: A pond, ask: "Which *place*?"}
summary: All of *it*.
"""
LIT = Region(12.5, 0, 33.3333, 100)
PICTURES = {
    4: Shown(
        "_scene-1.webp",
        'A "garden" & more <here>',
        4 / 3,
        symbol="_symbol-1.webp",
        symbol_alt='"Sim" ball',
        region=LIT,
    ),
    5: Shown("_scene-1.webp", ratio=4 / 3, region=Region(1, 2, 3.5, 4)),
    6: Shown("_own-1.webp"),
}
# By fact, since the made notes follow the authored ones.
LATER = {
    "Lit": Shown(
        "_pond-1.webp", "A pond", 1.5, symbol="_lit-1.webp", region=LIT, inline={"lamp.png": "_lamp-1.webp"}
    ),
    "Marked": Shown("_pond-1.webp", "A pond", 1.5, region=Region(5, 6, 7, 8)),
}
POND = Shown("_pond-1.webp", "A pond", 1.5)


def rendered() -> list[dict[str, str]]:
    """Render the notes; type, cards, and fields by name, empty ones left out."""
    plain, _ = identified(SOURCE, project="project")
    lit = {place: "recipe" for place, note in enumerate(plain.notes) if note.placed.note.fact in LATER}
    deck, report = identified(SOURCE, project="project", recipes=lit)
    pictures = dict(PICTURES)
    for place, note in enumerate(deck.notes):
        if note.kind in ("scene", "sweep", "occlusion"):
            pictures[place] = POND
        own = deck.notes[note.members[0]] if note.kind == "cloze" else note
        if own.placed.note.fact in LATER:
            pictures[place] = LATER[own.placed.note.fact]
    notes = render(deck, LOOKS, pictures, report)
    assert [found.message for found in report] == []
    return [
        {field.name: text for field, text in zip(note.notetype.fields, note.fields, strict=True) if text}
        | {"type": note.note.type, "cards": " ".join(map(str, note.cards))}
        for note in notes
    ]


def golden(number: int) -> Path:
    return GOLDENS / f"{number}.json"


def fields(number: int) -> list[dict[str, str]]:
    """Return the fields of each note as *number* wrote them, without its type and cards."""
    return [
        {name: text for name, text in note.items() if name not in ("type", "cards")} for note in kept(number)
    ]


def kept(number: int) -> list[dict[str, str]]:
    notes: list[dict[str, str]] = json.loads(golden(number).read_text("utf-8"))
    return notes


def test_changed_fields_raise_the_number(request: pytest.FixtureRequest) -> None:
    text = json.dumps(rendered(), ensure_ascii=False, indent=1) + "\n"
    if request.config.getoption("--update") and not golden(RENDER).exists():
        golden(RENDER).write_text(text, "utf-8", newline="\n")
    assert golden(RENDER).exists(), "run this once with --update, and pin the new golden in PINNED"
    assert text == golden(RENDER).read_text("utf-8"), (
        "the HTML of fields changed: raise RENDER in cards/render.py, run this with --update, pin the new"
        " golden here, and keep the old ones"
    )


def test_every_number_has_its_golden_and_none_ever_changes() -> None:
    kept = {number: hashlib.sha256(golden(number).read_bytes()).hexdigest()[:16] for number in NUMBERS}
    assert kept == PINNED, "a golden was changed; raise RENDER instead"
    assert list(range(1, RENDER + 1)) == NUMBERS


@pytest.mark.parametrize("number", NUMBERS)
def test_the_templates_of_today_make_the_cards_of_then(number: int) -> None:
    for note, texts in zip(kept(number), fields(number), strict=True):
        notetype = own_type(note["type"])
        if notetype.cloze:
            cards = cloze_ordinals((texts.get("Text", texts.get("Occlusion", "")),))
        else:
            names = (field.name for field in notetype.fields)
            cards = card_ordinals(notetype.fronts, {name: texts.get(name, "") for name in names})
        assert " ".join(map(str, cards)) == note["cards"]


@pytest.mark.parametrize("number", NUMBERS)
def test_the_slots_and_classes_of_then_are_still_there(number: int) -> None:
    for note, texts in zip(kept(number), fields(number), strict=True):
        notetype = own_type(note["type"])
        assert set(texts) <= {field.name for field in notetype.fields}
        for class_ in re.findall(r'class="([^"]*)"', " ".join(texts.values())):
            assert f".{class_}" in notetype.css
