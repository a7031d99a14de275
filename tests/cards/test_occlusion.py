"""The text of masks, as Anki's own editor writes it."""

from __future__ import annotations

import pytest

from deckwright.cards.occlusion import Mask, write
from deckwright.cards.template import cloze_ordinals
from deckwright.deck.model import Region


@pytest.mark.parametrize(
    ("region", "text"),
    [
        (Region(51.2, 9.3, 17.1, 40), "left=.512:top=.093:width=.171:height=.4"),
        (Region(0, 0, 100, 100), "left=.0000:top=.0000:width=1.:height=1."),
        (Region(12.345, 99.999, 33.3333, 0.01), "left=.1235:top=1.:width=.3333:height=.0001"),
        (None, "left=.0000:top=.0000:width=.0001:height=.0001"),
    ],
)
def test_a_mask_is_a_gap_with_its_place_in_shares(region: Region | None, text: str) -> None:
    assert write([Mask(7, region)]) == f"{{{{c7::image-occlusion:rect:{text}}}}}<br>"


def test_every_number_makes_its_card_also_one_that_hides_nothing() -> None:
    masks = [Mask(1, Region(1, 2, 3, 4)), Mask(2, None), Mask(9, Region(5, 6, 7, 8))]
    assert cloze_ordinals((write(masks),)) == (0, 1, 8)
