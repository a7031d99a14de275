"""A package as text that people read and goldens compare."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from deckwright.source.diagnostics import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sized

    from deckwright.apkg.package import (
        Package,
        PackageCard,
        PackageDeck,
        PackageMedia,
        PackageNote,
        PackageNotetype,
    )

_DIGEST_CHARS = 12


def dump(package: Package) -> str:
    r"""Print a package as lines of text, the same for the same package on every machine.

    Decks, note types, notes and media follow each other in the package's own order, each under a head
    line that starts in the first column. Templates and CSS are told by length and hash. Texts of several
    lines stand behind bars; a character that could drive a terminal is shown as `\u{1b}`.
    """
    blocks = [
        [_summary(package)],
        *map(_deck, package.decks),
        *map(_notetype, package.notetypes),
        *_notes(package),
        [_media(file) for file in package.media],
    ]
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks if block)


def _summary(package: Package) -> str:
    cards = [card for note in package.notes for card in note.cards]
    counts = (
        _count(package.decks, "deck"),
        _count(package.notetypes, "note type"),
        _count(package.notes, "note"),
        _count(cards, "card"),
        _count(package.media, "media file"),
        f"{package.revlog} review{'' if package.revlog == 1 else 's'}",
    )
    return "package: " + ", ".join(counts)


def _count(things: Sized, word: str) -> str:
    return f"{len(things)} {word}{'' if len(things) == 1 else 's'}"


def _deck(deck: PackageDeck) -> Iterator[str]:
    yield f"deck {_shown(deck.name)}"
    yield f"  id {deck.id}"
    yield from _labelled("description", deck.description)


def _notetype(notetype: PackageNotetype) -> Iterator[str]:
    sort_field = _shown(notetype.fields[notetype.sort_field].name)
    yield f"notetype {_shown(notetype.name)}"
    yield f"  id {notetype.id}, {notetype.kind}, modified {notetype.modified}, sorted by {sort_field}"
    yield f"  css {_digest(notetype.css)}"
    for field in notetype.fields:
        yield f"  field {_shown(field.name)}{_stable_id(field.id)}"
    for template in notetype.templates:
        yield f"  template {_shown(template.name)}{_stable_id(template.id)}"
        yield f"    front {_digest(template.front)}"
        yield f"    back {_digest(template.back)}"


def _notes(package: Package) -> Iterator[Iterable[str]]:
    notetypes = {notetype.id: notetype for notetype in package.notetypes}
    decks = {deck.id: _shown(deck.name) for deck in package.decks}
    for note in package.notes:
        yield _note(note, notetypes[note.notetype], decks)


def _note(note: PackageNote, notetype: PackageNotetype, decks: Mapping[int, str]) -> Iterator[str]:
    yield f"note {_shown(note.guid)}"
    yield f"  id {note.id}, modified {note.modified}, {_shown(notetype.name)}"
    yield from _labelled("tags", " ".join(note.tags))
    for field, text in zip(notetype.fields, note.fields, strict=True):
        yield from _labelled(_shown(field.name), text)
    for card in note.cards:
        yield _card(card, notetype, decks[card.deck])


def _card(card: PackageCard, notetype: PackageNotetype, deck: str) -> str:
    template = notetype.templates[0 if notetype.kind == "cloze" else card.ordinal]
    studied = ", studied" if card.studied else ""
    return f"  card {card.ordinal} {_shown(template.name)}: due {card.due}, {deck}, id {card.id}{studied}"


def _media(file: PackageMedia) -> str:
    return f"media {_shown(file.name)}, {file.size} bytes, sha256:{file.sha256}"


def _labelled(label: str, text: str) -> Iterator[str]:
    """Print a text after its label: nothing when empty, behind bars when it has several lines."""
    first, *rest = text.split("\n")
    if rest:
        yield f"  {label}:"
        yield from (f"    |{_shown(line)}" for line in (first, *rest))
    elif first:
        yield f"  {label}: {_shown(first)}"


def _stable_id(number: int | None) -> str:
    return "" if number is None else f", id {number}"


def _digest(text: str) -> str:
    return f"{len(text)} chars sha256:{hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_CHARS]}…"


def _shown(line: str) -> str:
    r"""Show what a terminal would act on as `\u{…}`, and a literal `\u{` so that the two stay apart."""
    line = line.replace("\\u{", "\\u{5c}u{")
    if printable(line) == line:
        return line
    return "".join(char if printable(char) == char else f"\\u{{{ord(char):x}}}" for char in line)
