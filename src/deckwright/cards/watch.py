"""How long work tells of its progress, to whoever cares."""

from __future__ import annotations

from collections.abc import Callable

Watch = Callable[[int, int], None]  # told how many of how many are done


def unwatched(done: int, total: int) -> None:
    """Watch without telling anyone."""
