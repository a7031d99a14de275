"""What sounds alike in many pairs of texts: heard on all cores, and remembered until the next build.

It is most of the work on a deck without pictures. What lies in the scratch folder is a copy that can be made
again, of places in texts alone: whatever stands there, no markup comes of it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from deckwright.cards.alike import Stretches, stretches
from deckwright.cards.bridge import heard
from deckwright.cards.child import ask_child, limit
from deckwright.cards.scratch import keep_sealed, read_sealed
from deckwright.cards.watch import Watch, unwatched

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Pair = tuple[str, str]

_RULES = ("alike", "sides", "sounds", "tiles")  # the modules that decide on what sounds alike
_WORTH_A_CHILD = 500  # pairs: to start one takes as long as to hear some two hundred
_WORTH_KEEPING = 100  # pairs: fewer are heard in a moment
_MOST_CHILDREN = 3
_SECONDS = 600
_MEMORY = 2**30


@dataclass(slots=True)
class Memory:
    """What was heard before, from the file at *path*; what is new is kept there only with *keep*."""

    path: Path
    keep: bool
    _known: dict[Pair, Stretches] = field(default_factory=dict)

    def __call__(self, left: str, right: str) -> Stretches:
        """Return what `stretches` does."""
        return self._known.get((left, right)) or stretches(left, right)

    def prepare(self, texts: Iterable[Pair], watch: Watch = unwatched) -> None:
        """Hear all mnemonics and facts of *texts* that were not heard before."""
        pairs = dict.fromkeys(pair for text in texts if (pair := heard(*text)))
        before = _read(self.path)
        new = [pair for pair in pairs if pair not in before]
        self._known = {pair: before[pair] for pair in pairs if pair in before} | _hear(new, watch)
        if self.keep and max(len(pairs), len(before)) >= _WORTH_KEEPING and (new or len(pairs) < len(before)):
            heard_now = [(*pair, *found) for pair, found in self._known.items()]
            keep_sealed(self.path, heard_now, rules=_rules())


def _hear(pairs: Sequence[Pair], watch: Watch) -> dict[Pair, Stretches]:
    """Hear pairs, in as many processes as that is worth; *watch* is told of this one's share."""
    shares = max(1, min(os.cpu_count() or 1, _MOST_CHILDREN, len(pairs) // _WORTH_A_CHILD))
    mine, *others = (pairs[share::shares] for share in range(shares))
    with ThreadPoolExecutor(shares) as pool:
        asked = [pool.submit(_ask, share) for share in others]
        found = {}
        for done, pair in enumerate(mine):
            watch(done, len(mine))
            found[pair] = stretches(*pair)
        watch(len(mine), len(mine))
        for one in asked:
            found |= one.result()
    return found


def _ask(pairs: Sequence[Pair]) -> dict[Pair, Stretches]:
    """Let a child hear *pairs*; where none can be started, hear them here."""
    try:
        answer = json.loads(ask_child(__name__, json.dumps(pairs).encode(), seconds=_SECONDS))
        return {pair: (tuple(mine), tuple(yours)) for pair, (mine, yours) in zip(pairs, answer, strict=True)}
    except (OSError, ValueError, subprocess.SubprocessError):
        return {pair: stretches(*pair) for pair in pairs}


def serve(seconds: int) -> None:
    """Answer the pairs on stdin, a JSON list, by the stretches of each."""
    limit(seconds, _MEMORY)
    json.dump([stretches(*pair) for pair in json.load(sys.stdin)], sys.stdout)


def _read(path: Path) -> dict[Pair, Stretches]:
    """Return what was heard before by the rules of today; nothing where the file is damaged."""
    with suppress(ValueError, TypeError):
        return {
            (left, right): (_within(left, mine), _within(right, yours))
            for left, right, mine, yours in read_sealed(path, rules=_rules()) or ()
        }
    return {}


def _within(text: str, places: list[int]) -> tuple[int, ...]:
    """Return places of a text, which lie in it, one behind the other: the file may be somebody else's."""
    if not all(type(place) is int for place in places) or len(places) % 2:
        raise ValueError(places)
    if any(place >= beyond for place, beyond in pairwise((-1, *places, len(text) + 1))):
        raise ValueError(places)
    return tuple(places)


@cache
def _rules() -> bytes:
    """Return the very text of the rules: under others, all is heard anew."""
    return b"".join(Path(__file__).with_name(f"{name}.py").read_bytes() for name in _RULES)
