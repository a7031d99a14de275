"""Work on many notes, watched."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deckwright.cards.watch import Watch

_Item = TypeVar("_Item")


def watched(items: Sequence[_Item], watch: Watch) -> Iterator[_Item]:
    """Yield the items, and tell *watch* how many of them are done."""
    if items:
        watch(0, len(items))
    for done, item in enumerate(items, 1):
        yield item
        watch(done, len(items))
