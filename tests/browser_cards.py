"""Cards as real Anki rendered them, on a page like the one that Anki puts around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deckwright.cards.notetypes import SHAPES, notetype
from deckwright.deck.history import KINDS

if TYPE_CHECKING:
    from pathlib import Path

# What Anki's reviewer sets for every card, in effect: the theme has to hold against it.
_REVIEWER = """
body { margin: 20px; overflow-wrap: break-word; }
body.nightMode { background-color: #2c2c2c; color: #fcfcfc; }
img { max-width: 100%; max-height: 95vh; }
button { margin: 1em .5em; }
li { text-align: start; }
#image-occlusion-container { position: relative; margin: 0 auto; max-height: calc(95vh - 40px); }
#image-occlusion-container img {
  position: absolute; top: 0; left: 0; width: 100%; height: 100%; max-width: unset; max-height: unset;
}
#image-occlusion-canvas { position: absolute; top: 0; left: 0; width: 100%; height: 100%; }
"""
# In place of Anki's script for masks, which is none of ours: the picture at its ratio, rectangles on it.
_MASKS = """
window.anki = {imageOcclusion: {setup: () => addEventListener("load", () => {
  const canvas = document.getElementById("image-occlusion-canvas"), frame = canvas.parentElement;
  const image = frame.querySelector("img"), pen = canvas.getContext("2d");
  frame.style.aspectRatio = image.naturalWidth / image.naturalHeight;
  [canvas.width, canvas.height] = [canvas.clientWidth, canvas.clientHeight];
  const others = "[data-occludeinactive='1']", toggle = document.getElementById("toggle");
  if (toggle && !document.querySelector(others)) toggle.style.display = "none";
  const masks = {inactive: `.cloze-inactive${others}`, highlight: ".cloze-highlight", active: ".cloze"};
  for (const kind in masks)
    for (const mask of document.querySelectorAll(masks[kind])) {
      const {left, top, width, height} = mask.dataset, look = getComputedStyle(canvas);
      const [wide, colour] = look.getPropertyValue(`--${kind}-shape-border`).trim().split(" ");
      const place = [left * canvas.width, top * canvas.height, width * canvas.width, height * canvas.height];
      [pen.fillStyle, pen.strokeStyle] = [look.getPropertyValue(`--${kind}-shape-color`), colour];
      pen.lineWidth = parseFloat(wide);
      pen.fillRect(...place);
      pen.strokeRect(...place);
    }
})}};
"""


@dataclass(frozen=True)
class Card:
    """A card as Anki shows it: of the project *deck*, by its shape's name, with its note's fields."""

    deck: str
    shape: str
    fields: dict[str, str]
    front: str
    back: str
    css: str

    def sides(self, width: int, height: int, *, night: bool = False) -> tuple[Side, Side]:
        """Return both sides in a window of that size."""
        front, back = (Side(side, self.css, width, height, night) for side in (self.front, self.back))
        return front, back


@dataclass(frozen=True)
class Cards:
    """All cards of a collection, and the folder with their pictures."""

    all: tuple[Card, ...]
    media: Path

    @classmethod
    def of(cls, notes: dict[str, Any], rendered: dict[str, Any], media: Path) -> Cards:
        """Put together what Anki tells of notes and of cards, by guid."""
        kinds = {notetype(kind).name: kind for kind in KINDS}
        found = []
        for key, sides in rendered.items():
            guid, ordinal = key.split("/")
            fields = notes[guid]["fields"]
            kind = kinds[notes[guid]["notetype"].split(" (")[0]]
            shape = kind if kind in {"cloze", "occlusion"} else SHAPES[kind][int(ordinal)]
            deck = fields["ID"].split("/")[0]
            found.append(Card(deck, shape, fields, sides["front"], sides["back"], sides["css"]))
        return cls(tuple(found), media)

    def of_shape(self, shape: str, deck: str = "") -> list[Card]:
        """Return the cards of a shape, of all decks or of one project."""
        return [card for card in self.all if card.shape == shape and deck in ("", card.deck)]


@dataclass(frozen=True)
class Side:
    """One side of a card, as a window of *width* by *height* pixels shows it; *extra* is more CSS."""

    body: str
    css: str
    width: int
    height: int
    night: bool = False
    extra: str = ""

    def page(self) -> str:
        """Return it as a page with the classes that Anki's web view gives it."""
        night = "nightMode night_mode" if self.night else ""
        return (
            f'<!doctype html><html class="{"night-mode" if self.night else ""}"><head><meta charset="utf-8">'
            f"<style>{_REVIEWER}</style><script>{_MASKS}</script></head>"
            f'<body class="card card1 {night}">'
            f'<div id="qa"><style>{self.css}{self.extra}</style>{self.body}</div></body></html>'
        )
