"""Regions → the text of Anki's image-occlusion notes: a gap for each mask, as Anki's own editor writes it.

The form is the one that Anki's editor writes: `shapes/to-cloze.ts` under `ts/routes/image-occlusion/`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.deck.model import Region

if TYPE_CHECKING:
    from collections.abc import Iterable

_SIDES = ("left", "top", "width", "height")
# Too small to be seen. Anki leaves out a side of nought, and the readers of a gap that is left out would have
# a card without a front.
_UNSEEN = Region(0, 0, 0.01, 0.01)


@dataclass(frozen=True, slots=True)
class Mask:
    """A mask over a part of a picture, by its number; without a *region* its card hides nothing any more."""

    number: int
    region: Region | None


def write(masks: Iterable[Mask]) -> str:
    """Return the text of the field `Occlusion`: rectangles, each hidden on its own card alone."""
    return "".join(map(_mask, masks))


def _mask(mask: Mask) -> str:
    sides = zip(_SIDES, mask.region or _UNSEEN, strict=True)
    written = "".join(f":{name}={_share(number)}" for name, number in sides)
    return f"{{{{c{mask.number}::image-occlusion:rect{written}}}}}<br>"


def _share(percent: float) -> str:
    """Write a percentage as Anki does a share of the whole: four digits, without noughts at the ends."""
    digits = f"{percent / 100:.4f}"
    return ".0000" if float(digits) == 0 else digits.strip("0")
