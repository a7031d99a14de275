"""Wakes those who wait in the server's loop, from whichever thread."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

BEAT = 15.0  # seconds after which who waits is woken although nothing happened


@dataclass
class Bell:
    """A bell that wakes all who wait whenever it is rung; once *closing*, nobody shall wait again."""

    closing: bool = False
    _loop: asyncio.AbstractEventLoop | None = None
    _event: asyncio.Event = field(default_factory=asyncio.Event)

    def hang(self) -> None:
        """Bind it to the running loop."""
        self._loop = asyncio.get_running_loop()

    def ring(self) -> None:
        """Wake all who wait now."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended: nobody waits
                self._loop.call_soon_threadsafe(self._ring)

    def close(self) -> None:
        """Wake all who wait, for good."""
        self.closing = True
        self.ring()

    async def wait(self) -> None:
        """Wait until it is rung, or for a while."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), BEAT)

    def _ring(self) -> None:
        rung, self._event = self._event, asyncio.Event()
        rung.set()
