"""What the pictures' files tell the rules on how cards are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckwright.deck.advice.lesson import Gallery

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deckwright.cards.media import MediaFile
    from deckwright.cards.plan import Plan


def gallery(plans: Mapping[int, Plan], opened: Iterable[MediaFile]) -> Gallery:
    """Gather what is known of a deck's *plans*, by note index, and of the files *opened* for them.

    Sizes are read from the files' first bytes; one that tells none has none. Of the media folder's other
    files nothing is known here.
    """
    lit = {index: plan for index, plan in plans.items() if plan.picture and (plan.cutout or plan.region)}
    return Gallery(
        used=frozenset(media.name for media in opened),
        sizes={media.name: size for media in opened if media.kind != "svg" and (size := _size(media))},
        symbols={index: plan.cutout.symbol for index, plan in lit.items() if plan.cutout},
        scenes={index: plan.picture.media.name for index, plan in lit.items() if plan.picture},
    )


def _size(media: MediaFile) -> tuple[int, int] | None:
    """Return width and height in pixels, as the picture is shown."""
    import imagesize  # noqa: PLC0415 - slow to load, and few scenes are bitmaps

    width, height = imagesize.get(media.path)
    return (width, height) if width > 0 and height > 0 else None
