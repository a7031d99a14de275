"""Draws what plans ask for: each picture once, none that was drawn before, on all cores."""

from __future__ import annotations

import os
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

from deckwright.cards.illustrate import refusal
from deckwright.cards.images import Drawn, Picture, draw, undrawn
from deckwright.cards.media import Refused

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

    from deckwright.cards.cache import PictureCache
    from deckwright.cards.watch import Watch
    from deckwright.source.diagnostics import Report
    from deckwright.source.text import Span

    Asked = Mapping[Picture, tuple[Span, Report]]
    _Outcome = tuple[dict[Picture, Drawn], dict[Picture, Refused]]

_MOST_CHILDREN = 3


def draw_all(asked: Asked, cache: PictureCache, watch: Watch) -> dict[str, Drawn]:
    """Draw every picture of *asked*, by name; what cannot be drawn is told at its span, in its report.

    *watch* is called with how many of how many pictures are done, but not for those in the *cache*.
    """
    drawn = {picture.name: undrawn(picture) for picture in asked if picture.media.kind == "other"}
    drawn |= {
        picture.name: found
        for picture in asked
        if picture.name not in drawn and (found := cache.get(picture))
    }
    left = [picture for picture in asked if picture.name not in drawn]
    left.sort(key=lambda picture: picture.name)
    watch(0, len(left))
    done = 0
    with closing(_in_parallel(left)) as outcomes:
        for made, refused in outcomes:
            for picture, one in made.items():
                drawn[picture.name] = cache.put(picture, one)
            for picture, problem in refused.items():
                span, report = asked[picture]
                report.add(refusal(problem, span))
            done += len(made) + len(refused)
            watch(done, len(left))
    return drawn


def _in_parallel(pictures: Sequence[Picture]) -> Generator[_Outcome]:
    """Yield what came of each share of the pictures; who stops listening stops the drawing."""
    stop = Event()
    # Threads, since each only waits for a child process.
    with ThreadPoolExecutor(_cores()) as pool:
        try:
            yield from pool.map(partial(_drawn, stop), _shares(pictures))
        finally:
            stop.set()


def _cores() -> int:
    """Say how many children draw at once: each may hold 130 MB for a photograph of 12 megapixels."""
    return min(os.cpu_count() or 1, _MOST_CHILDREN)


def _shares(pictures: Sequence[Picture]) -> Iterator[list[Picture]]:
    """Yield the pictures of each file, in as many parts as there are cores."""
    files: defaultdict[str, list[Picture]] = defaultdict(list)
    for picture in pictures:
        files[picture.media.name].append(picture)
    for group in files.values():
        parts = min(_cores(), len(group))
        yield from (group[part::parts] for part in range(parts))


def _drawn(stop: Event, pictures: Sequence[Picture]) -> _Outcome:
    """Draw pictures of one file in one child; where that fails, one by one, to find each that cannot be.

    Ctrl-C reaches the children too, and what they leave undone is then not tried again.
    """
    try:
        drawn = draw(pictures)
        return {picture: drawn[picture.name] for picture in pictures}, {}
    except Refused as problem:
        if len(pictures) == 1:
            return {}, {pictures[0]: problem}
    found: dict[Picture, Drawn] = {}
    refused: dict[Picture, Refused] = {}
    for picture in pictures:
        if stop.is_set():
            break
        one, problems = _drawn(stop, [picture])
        found |= one
        refused |= problems
    return found, refused
