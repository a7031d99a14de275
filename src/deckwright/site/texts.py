"""Texts that go with a release: the message for the class, and the deck for machines."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from deckwright.site.changed import entries, made
from deckwright.site.plain import clipped, line
from deckwright.source.diagnostics import escaped_json
from deckwright.tally import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from deckwright.apkg.news import News
    from deckwright.site.about import About, File
    from deckwright.site.changed import Entry
    from deckwright.site.history import Since

FORMAT = 1
MOST = 1200  # characters of a message; chats fold longer ones, or cut them
MOST_FACTS = 5
MOST_NAMES = 3
_SEARCH = 300  # characters of a search that a message shows
_CORRECTION = 80  # characters of an old or a new fact
_NAME = 60  # characters of a title or a fact that a message shows
_ELSEWHERE = "the search is on the page"
_UNSAFE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}


def message(about: About, since: Since | None) -> str:
    """Return what to paste into the class chat: what is new since an issue, and how to import it.

    Plain text of at most `MOST` characters: a long search for what is gone gives way, then corrections of
    facts and the names of new notes do; where a correction is left out, the text says where it is.
    """
    found = line(about.gone_search)
    search = found if len(found) <= _SEARCH else ""
    texts = ("\n".join(_message(about, since, facts, search)) + "\n" for facts in range(MOST_FACTS, 0, -1))
    shortest = "\n".join(_message(about, since, 0, search)) + "\n"
    return next((text for text in texts if len(text) <= MOST), shortest)


def deck_json(about: About, notes: Iterable[tuple[str, str, str]]) -> str:
    """Return the deck as JSON for machines; *notes* are guids, names and hashes, and come out by guid.

    Within HTML it is safe too.
    """
    data = {
        "format": FORMAT,
        "deck": about.deck,
        "id": about.id,
        "version": about.version,
        "day": about.day,
        "license": about.license,
        "authors": about.authors,
        "language": about.language,
        "package": _file(about.package),
        "source": _file(about.source) if about.source else None,
        "notes": [{"guid": guid, "name": name, "hash": hash_} for guid, name, hash_ in sorted(notes)],
        "cards": about.cards,
    }
    return escaped_json(data).translate(_UNSAFE) + "\n"


def told(news: News) -> str:
    """Tell by numbers what became of authored notes, and how many made of them changed; empty for none."""
    kinds = Counter(entry.kind for entry in entries(news))
    numbers = {
        "corrected": kinds["fact"],
        "changed otherwise" if kinds["fact"] else "changed": kinds["text"] + kinds["other"],
        "new": kinds["new"],
        "gone": kinds["gone"],
        "made of others": made(news),
    }
    return ", ".join(f"{number:,} {what}" for what, number in numbers.items() if number)


def merges(news: News) -> bool:
    """Whether readers get the changes only with *Merge note types* on."""
    return any(notetype.forks for notetype in news.notetypes)


def _file(file: File) -> dict[str, object]:
    return {"name": file.name, "size": file.size, "sha256": file.sha256}


def _message(about: About, since: Since | None, facts: int, search: str) -> Iterator[str]:
    size = f"{counted(about.notes, 'note')}, {counted(about.cards, 'card')}"
    yield f"{clipped(about.title, _NAME)} {about.version} ({about.day}): {size}"
    if about.is_private:
        yield "For our class, please do not pass it on."
    if since:
        yield f"Since {since.version}: {told(since.news) or 'the look of the cards changed'}"
        found = entries(since.news)
        yield from _corrected([entry for entry in found if entry.kind == "fact"], facts)
        for label, kind in (("New", "new"), ("Gone", "gone")) if facts else ():
            yield from _listed(label, [entry.fact for entry in found if entry.kind == kind])
    yield ""
    yield f"To import: download {line(about.package.name)}, double-click it,"
    yield f"{_options(since)} and press Import."
    yield "Import on one device, then sync. Your reviews are kept."
    if since and (changed := len(since.news.changed)):
        those = "the changed note" if changed == 1 else f"the {changed:,} changed notes"
        yield f"On {those}, your own edits and tags are replaced."
    yield "Suspend a card you do not want, don't delete its note: that would come back with the next import."
    if about.gone_search:
        yield f"What was taken out stays with you. Find it in Anki's Browser: {search or _ELSEWHERE}"


def _listed(label: str, facts: list[str]) -> Iterator[str]:
    """Name the first of some notes."""
    if facts:
        names = "; ".join(clipped(fact, _NAME) for fact in facts[:MOST_NAMES])
        more = len(facts) - MOST_NAMES
        yield f"{label}: {names}" + (f" and {more:,} more" if more > 0 else "")


def _options(since: Since | None) -> str:
    if since and merges(since.news):
        return "this once switch Merge note types on, leave the other options as they are"
    return "leave the options (Merge note types off, Update notes and Update note types: If newer)"


def _corrected(found: list[Entry], most: int) -> Iterator[str]:
    for entry in found[:most]:
        runs = dict(entry.texts)["Fact"]
        old, new = ("".join(run.text for run in runs if run.kind != left) for left in ("new", "old"))
        yield f'- "{clipped(old, _CORRECTION)}" → "{clipped(new, _CORRECTION)}"'
    if len(found) > most:
        yield f"and {len(found) - most:,} more on the page" if most else "The corrections are on the page."
