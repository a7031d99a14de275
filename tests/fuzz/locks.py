"""The lock: what reads without a fault is written as it was, and nothing in it makes the reader fall over."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from deckwright.apkg.lock import LOCK_NAME, format_lock, parse_lock, read_lock
from deckwright.source.diagnostics import Report
from deckwright.source.text import SourceFile
from fuzz import tokens
from fuzz.mutations import mutated
from fuzz.target import SOUND, Target, printed
from fuzz.trees import all_exchanged, exchanges

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from hypothesis.strategies import SearchStrategy

    from fuzz.seeds import Built
    from fuzz.target import Case


def target(own: Sequence[Built]) -> Target:
    """Fuzz the reading and writing of `cards.lock`."""
    return Target("lock", _cases(own), run)


def _cases(own: Sequence[Built]) -> SearchStrategy[Case]:
    texts = tuple(one.lock for one in own)
    entries = [[json.loads(line) for line in text.splitlines()] for text in texts]
    exchanged = st.builds(all_exchanged, st.sampled_from(entries), exchanges)
    locks = st.one_of(
        mutated(texts, tokens.LOCK, by_line=True), st.builds(_written, exchanged), st.binary(max_size=60)
    )
    return st.builds(lambda lock: {LOCK_NAME: lock}, locks)


def _written(entries: object) -> bytes:
    lines = entries if isinstance(entries, list) else [entries]
    return "".join(f"{json.dumps(line)}\n" for line in lines).encode()


def run(folder: Path) -> Iterable[str]:
    """Read the lock, and what is written of it again."""
    lock, report = read_lock(folder / LOCK_NAME)
    if not list(report):
        text = format_lock(lock)
        second = Report(SourceFile(LOCK_NAME, text))
        again = parse_lock(second.source, second)
        assert (format_lock(again), [*second]) == (text, [])
        assert {*again.notes} == {*lock.notes}
    return printed((report,)) | (set() if report.has_errors else {SOUND})
