"""What stands in a gap is the answer and nothing else is, in the real Anki."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pytest

from deckwright.cards.markup import cloze

if TYPE_CHECKING:
    from anki_backend import Anki

pytestmark = pytest.mark.anki

FILES = {"goose.png": "_goose-1.webp"}
# Text; then for each card the number of its gap, what its front shows there, and its answer, as HTML is read.
TEXTS = [
    ("The {{c1::dorsal **horn**}}.", [(1, "[...]", "dorsal <strong>horn</strong>")]),
    (r"{{c1::f\{x\}}} b", [(1, "[...]", "f{x}")]),
    (r"{{c1::a\:::h\:}} {{c2::b::c::d}}", [(1, "[h:]", "a:"), (2, "[c::d]", "b")]),
    (r"{{c1::\(\frac{a}{{b}}::c\)}}", [(1, "[...]", r"\(\frac{a}{{b}}::c\)")]),
    (r"{{c1::a::**b** \(x_{{y}}\)}}", [(1, r"[<strong>b</strong> \(x_{{y}}\)]", "a")]),
    ("{{c1::`}}`}} {{c3::`::`}}", [(1, "[...]", "<code>}}</code>"), (3, "[...]", "<code>::</code>")]),
    ("{{c1::![a::b}}c](goose.png)}}", [(1, "[...]", '<img src="_goose-1.webp" alt="a::b}}c">')]),
    (r"\\{{c2::x}} \{{c1::y}} `{{c1::z}}`", [(2, "[...]", "x")]),
    ("{{c499::x}} }} {{Front}}", [(499, "[...]", "x")]),
]


def shown(side: str) -> list[str]:
    """Return what the gap of a card shows."""
    return [
        html.unescape(part) for part in re.findall(r'<span class="cloze"[^>]*>(.*?)</span>', side, re.DOTALL)
    ]


def test_anki_hides_and_shows_what_stands_in_the_gap(anki: Anki) -> None:
    add = [
        ("add_note", {"notetype": "Cloze", "fields": [cloze(text, FILES), ""], "deck": "D", "tags": []})
        for text, _ in TEXTS
    ]
    *guids, cards, missing = anki.steps(*add, ("render", {}), ("missing_cards", {}))
    expected = {
        f"{guid}/{number - 1}": ([front], [answer])
        for guid, (_, gaps) in zip(guids, TEXTS, strict=True)
        for number, front, answer in gaps
    }
    assert {key: (shown(card["front"]), shown(card["back"])) for key, card in cards.items()} == expected
    assert missing == {"added": 0, "empty": 0}
