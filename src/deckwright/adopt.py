"""`deckwright adopt`: the notes of a published package become those of the source, reviews and all."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.adoption.takeover import Takeover, Wish, take_over
from deckwright.apkg.atomic import replace_file
from deckwright.apkg.lock import LOCK_NAME, format_lock, read_lock
from deckwright.apkg.read import read_package
from deckwright.build import alone, build_time
from deckwright.source.diagnostics import printable
from deckwright.usage import UsageProblem
from deckwright.workspace import read_decks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from deckwright.deck.history import Lock
    from deckwright.workspace import Project

_MOST = 20  # notes of one kind that are told by name


@dataclass(frozen=True, slots=True)
class Options:
    """How to adopt.

    *maps* say which texts stand in which field of another tool's note type, as in `Back=fact + explanation`.
    *replace* goes on although a lock with notes is there, *dry_run* writes nothing.
    """

    maps: tuple[str, ...] = ()
    replace: bool = False
    dry_run: bool = False


def adopt(project: Project, packages: Sequence[Path], options: Options) -> Takeover:
    """Write the lock under which the next build updates the notes of *packages*; on errors, nothing.

    Raises:
        UnreadablePackage: a package cannot be read.
        UsageProblem: a lock is there already, the maps are wrong, or a build is running.
        OSError: the folder or the disk does not take the lock.

    """
    read = [read_package(path) for path in packages]
    wish = Wish(secrets.token_hex(2), build_time(), options.maps)
    if options.dry_run:
        return take_over(project, read, _old_lock(project, options), wish)
    with alone(project):
        takeover = take_over(project, read, _old_lock(project, options), wish)
        if takeover.lock is not None and not takeover.pairs:
            raise UsageProblem("no note of the package is found in the source; nothing was written")
        if takeover.lock is not None:
            text = format_lock(takeover.lock)
            replace_file(project.lock, lambda file: file.write(text.encode()))
        return takeover


def as_text(takeover: Takeover, options: Options) -> str:
    """Say what was taken over, what the next build changes, and what has no counterpart.

    Where errors stopped it, only what would go into the fields of other tools' note types.
    """
    if takeover.lock is None:
        return "\n".join(map(printable, _maps(takeover)))
    lines = [*_known(takeover), *_maps(takeover), *_unknown(takeover)]
    lines += ["Nothing was written." if options.dry_run else f"{LOCK_NAME} knows them now; commit it."]
    return "\n".join(map(printable, lines))


def _old_lock(project: Project, options: Options) -> Lock:
    """Read the lock that is there; one that knows notes of these decks is not touched unasked."""
    lock, _ = read_lock(project.lock)
    _, written = read_decks(project)
    asked = [w.deck for w in written if w.deck and project.only in (None, w.path)]
    names = {deck.deck for deck in asked} | {deck.id for deck in asked}
    ids = {line.id for line in lock.decks if project.only is None or {line.id, line.name} & names}
    count = sum(line.deck in ids for line in lock.notes)
    if count and not options.replace:
        raise UsageProblem(
            f"`{LOCK_NAME}` knows {count} notes already; where the package has a later word on one,"
            " or knows it by another guid, `--replace` lets that count"
        )
    return lock


def _known(takeover: Takeover) -> Iterator[str]:
    known = len(takeover.pairs)
    hows = [pair.how for pair in takeover.pairs]
    told = [f"{hows.count(how)} by {how}" for how in ("guid", "id", "text") if how in hows]
    yield f"{known} of {known + len(takeover.strangers)} notes found again" + (
        f": {', '.join(told)}" if told else ""
    )
    if known:
        kept = sum(pair.kin.note.guid in takeover.kept for pair in takeover.pairs)
        yield f"{kept} stay as readers have them, {known - kept} will be updated by the next build"
    if takeover.elsewhere:
        decks = " and ".join(f"`{name}`" for name in takeover.elsewhere)
        yield f"Cards that readers have stay in {decks}; new ones go to the deck of the source."


def _maps(takeover: Takeover) -> Iterator[str]:
    """Show for each foreign type which of our texts stand in its fields."""
    for notetype, slots in takeover.maps.items():
        width = max(len(name) for name, _ in slots)
        yield f"Note type {notetype} stays as it is; into its fields go:"
        yield from (f"  {name:<{width}}  {slot or 'nothing'}" for name, slot in slots)


def _unknown(takeover: Takeover) -> Iterator[str]:
    groups = (
        (
            "-",
            "In the package alone; they stay with those who have them:",
            [one.title for one in takeover.strangers],
        ),
        ("+", "In the source alone; the next build adds them:", [*takeover.new]),
    )
    for sign, heading, names in groups:
        if names:
            yield heading
            yield from (f"{sign} {name}" for name in names[:_MOST])
        if len(names) > _MOST:
            yield f"  and {len(names) - _MOST} more"
