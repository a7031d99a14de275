"""The cards of a deck in files of their own, which its page loads when someone begins to study.

Each file calls one function of the page with data: that works from disk, too, where a page may fetch nothing.
"""

from __future__ import annotations

import hashlib
from itertools import groupby
from typing import TYPE_CHECKING

from deckwright.cards.face import REVIEWER, shown
from deckwright.deck.history import OWN_TYPE
from deckwright.site.deckview import anchor
from deckwright.site.views import Stack
from deckwright.source.diagnostics import escaped_json
from deckwright.tally import shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from deckwright.cards.images import Drawn
    from deckwright.cards.notetypes import Notetype
    from deckwright.cards.render import Rendered
    from deckwright.project import CompiledDeck
    from deckwright.site.views import Leaf

MOST = 60  # notes in one file
_NAMES = {
    "scene": "Scene",
    "picture": "Picture",
    "ask": "Question",
    "reverse": "Reverse",
    "sweep": "Sweep",
    "cloze": "Gap",
    "occlusion": "Hidden part",
}


def stack_files(deck: CompiledDeck, drawn: Mapping[str, Drawn]) -> Iterator[tuple[Stack, Leaf]]:
    """Yield the deck's cards in the order to learn them, no file with cards of two sections."""
    number = 0
    for section, members in groupby(deck.notes, lambda note: note.note.placed.section):
        notes = tuple(members)
        for start in range(0, len(notes), MOST):
            number += 1
            own = notes[start : start + MOST]
            name = f"cards/{number}.js"
            yield (
                Stack(name, section, sum(len(note.cards) for note in own)),
                (
                    name,
                    _script(number, own, deck, drawn),
                ),
            )


def looks(deck: CompiledDeck) -> Iterator[Leaf]:
    """Yield the CSS of each note type of a deck, to lie beside the pictures and fonts that it names."""
    for notetype in {note.notetype.id: note.notetype for note in deck.notes}.values():
        yield f"media/{_look(notetype)}", (REVIEWER + notetype.css).encode()


def _look(notetype: Notetype) -> str:
    digest = hashlib.sha256((REVIEWER + notetype.css).encode()).hexdigest()
    return f"card-{digest[:12]}.css"


def _script(number: int, notes: Sequence[Rendered], deck: CompiledDeck, drawn: Mapping[str, Drawn]) -> bytes:
    cards = [card for note in notes for card in _cards(note, deck, drawn)]
    return f"deckwrightCards({number}, {escaped_json(cards)});\n".encode()


def _cards(note: Rendered, deck: CompiledDeck, drawn: Mapping[str, Drawn]) -> Iterator[dict[str, object]]:
    told = note.note.guid
    if note.note.kind == "cloze":
        told = deck.deck.notes[note.note.members[0]].guid
    for ordinal in note.cards:
        both = shown(note, ordinal, drawn)
        kind = shape(note, ordinal)
        yield {
            "note": anchor(told) if note.note.kind in (OWN_TYPE, "cloze") else "",
            "shape": _NAMES.get(kind, kind),
            "number": ordinal + 1,
            "look": _look(note.notetype),
            "front": both.front,
            "back": both.back,
        }
