"""Saves of the project's files: each makes the desk compile anew."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from watchfiles import awatch

if TYPE_CHECKING:
    from deckwright.preview.bell import Bell
    from deckwright.preview.desk import Desk

_SETTLE = 60  # milliseconds in which the changes of one save are gathered
_BEGUN = 0.1  # seconds after which folders are watched


async def follow(desk: Desk, bell: Bell, ending: asyncio.Event) -> None:
    """Compile anew whenever a source changes, until *ending* is set and the *bell* rung."""
    own = _renew(desk, desk.project.root, recursive=False, stop_event=ending)
    await asyncio.gather(own, _follow_rooms(desk, bell, ending))


async def _follow_rooms(desk: Desk, bell: Bell, ending: asyncio.Event) -> None:
    """Compile anew whenever a file below the folders of pictures and decks changes."""
    while not ending.is_set():
        rooms, moved = desk.rooms(), asyncio.Event()
        looking = asyncio.create_task(_look(desk, bell, rooms, (moved, ending)))
        if rooms:
            await _renew(desk, *rooms, stop_event=moved)
        await looking


async def _renew(desk: Desk, *folders: Path, **how: Any) -> None:
    """Compile anew when *folders* begin to be watched, for what was saved before, and whenever files change.

    Where the system can watch no more of them, they are looked at in turn.
    """
    asyncio.get_running_loop().call_later(_BEGUN, desk.renew)
    for polling in (None, True):
        how["force_polling"] = polling
        with suppress(OSError):
            async for _ in awatch(*folders, watch_filter=_counts, debounce=_SETTLE, step=20, **how):
                desk.renew()
            return


async def _look(
    desk: Desk, bell: Bell, rooms: tuple[Path, ...], events: tuple[asyncio.Event, asyncio.Event]
) -> None:
    """Set the first of *events* when other folders are to be watched, or the second is set."""
    moved, ending = events
    while not ending.is_set() and not bell.closing and desk.rooms() == rooms:
        await bell.wait()
    moved.set()


def _counts(_: object, path: str) -> bool:
    """Whether a change of that file can change a card: hidden and spare files of editors cannot."""
    name = Path(path).name
    return not name.startswith(".") and not name.endswith(("~", ".swp", ".tmp"))
