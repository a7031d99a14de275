"""Releases as readers of some decks see them: only those that changed a note of theirs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from deckwright.apkg.editions import Edition
from deckwright.apkg.news import compare_editions
from deckwright.cards import notetypes
from deckwright.deck.history import kind_of, labels_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from deckwright.apkg.editions import Release, ReleasedNote, ReleasedType, Releases, Version
    from deckwright.apkg.news import News
    from deckwright.deck.history import Lock

_MILLISECONDS = 10**11  # stamps above it are not in seconds, which would be after the year 5000


@dataclass(frozen=True, slots=True)
class Issue:
    """A release, as far as some decks are concerned.

    *day* is an ISO date in UTC: that of the newest stamp which the release gave to one of their notes, else
    of the newest one it knows. *news* is since the issue before; of the first, all notes are new.
    """

    version: Version
    day: str
    news: News


@dataclass(frozen=True, slots=True)
class Since:
    """All that differs between an earlier issue and the last one."""

    version: Version
    day: str
    news: News


def issues(releases: Releases, decks: frozenset[str]) -> tuple[Issue, ...]:
    """Return the releases that changed something for readers of *decks*, oldest first.

    Decks go by all ids that they ever had, which `known_as` finds. So a deck of a project of many keeps its
    version until one of its notes, or its note types, change. A note that left for another deck is gone, as
    from the deck's package.
    """
    return tuple(issue for issue, _ in _told(releases, decks))


def since(releases: Releases, decks: frozenset[str], most: int = 12) -> tuple[Since, ...]:
    """Return what readers of earlier issues get with the last one, newest issue first.

    At most *most*, which is one or more; the oldest is always among them.
    """
    told = list(_told(releases, decks))
    if not told:
        return ()
    _, last = told.pop()
    chosen = told[::-1]
    if len(chosen) > most:
        chosen = [*chosen[: most - 1], chosen[-1]]
    return tuple(Since(issue.version, issue.day, _news(edition, last)) for issue, edition in chosen)


def known_as(decks: frozenset[str], lock: Lock) -> frozenset[str]:
    """Return the ids under which releases know *decks*: theirs, and those that they had before.

    What a note was born under, and is no deck's id now, was one; a note that moved was born under another's.
    """
    homes = {line.home for line in lock.notes if line.deck in decks and line.home}
    return decks | (homes - {line.id for line in lock.decks})


def _told(releases: Releases, decks: frozenset[str]) -> Iterator[tuple[Issue, Edition]]:
    """Yield the issues, each with what it holds of the decks."""
    before = Edition({}, ())
    for release, edition in _editions(releases, decks):
        news = _news(before, edition)
        if news.new or news.changed or news.retired or news.notetypes:
            yield Issue(release.version, _day(release, news), news), edition
            before = edition


def _editions(releases: Releases, decks: frozenset[str]) -> Iterator[tuple[Release, Edition]]:
    """Yield the releases, oldest first, each with what it holds of the decks."""
    live: dict[str, ReleasedNote] = {}
    others: set[str] = set()
    for release in releases.all:
        for change in release.changes:
            note = change.note
            if note.deck not in decks:
                others.add(note.deck)
            if change.kind != "retired" and note.deck in decks:
                live[note.guid] = note
            else:
                live.pop(note.guid, None)
        yield release, Edition(dict(live), _types(release, live.values(), others))


def _types(
    release: Release, notes: Collection[ReleasedNote], others: Collection[str]
) -> tuple[ReleasedType, ...]:
    """Return the types of a release that *notes* use; types with the look of one of the *others* are not."""
    used = {note.type for note in notes}
    ours = {(notetypes.notetype(kind).name, labels_of(type_)) for type_ in used if (kind := kind_of(type_))}
    return tuple(
        notetype
        for notetype in release.notetypes
        if str(notetype.id) in used or _is_one(notetype, ours, others)
    )


def _is_one(notetype: ReleasedType, ours: Collection[tuple[str, str]], others: Collection[str]) -> bool:
    """Whether a type is one of ours, as `notetypes` names them: `Name · look (labels)`."""
    full, _, labels = notetype.name.removesuffix(")").partition(" (")
    name, _, look = full.partition(" · ")
    return (name, labels or "en") in ours and look not in others


def _news(old: Edition, new: Edition) -> News:
    """Compare two editions, without a look at the notes that no release touched in between."""
    before = {guid: note for guid, note in old.notes.items() if new.notes.get(guid) is not note}
    after = {guid: note for guid, note in new.notes.items() if old.notes.get(guid) is not note}
    news = compare_editions(Edition(before, old.notetypes), Edition(after, new.notetypes))
    return replace(news, unchanged=news.unchanged + len(new.notes) - len(after))


def _day(release: Release, news: News) -> str:
    sent = (*news.new, *(edited.new for edited in news.changed))
    stamp = max((_seconds(note.modified) for note in sent), default=_seconds(release.newest))
    return datetime.fromtimestamp(stamp, UTC).date().isoformat()


def _seconds(stamp: int) -> int:
    return stamp // 1000 if stamp > _MILLISECONDS else stamp
