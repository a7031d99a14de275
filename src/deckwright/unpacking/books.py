"""A package's notes → the decks of a project, and the lines by which each note is known again."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from deckwright.cards.notetypes import notetype
from deckwright.deck.matching import natural_key
from deckwright.deck.names import ascii_slug, slug
from deckwright.new import deck_name
from deckwright.unpacking import ours, theirs
from deckwright.unpacking.described import described as about_of
from deckwright.unpacking.described import summary_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from deckwright.adoption.fieldmap import Slots
    from deckwright.adoption.kin import Kin
    from deckwright.apkg.package import Package
    from deckwright.deck.history import LockedNote
    from deckwright.unpacking.story import Book, Story
    from deckwright.unpacking.theirs import Taking

_TAIL = "abcdefghjkmnpqrstuvwxyz23456789"
_TAIL_LENGTH = 4
_LONGEST_STEM = 50


def read(kin: Sequence[Kin], taking: Taking) -> tuple[Book, ...]:
    """Return the decks of a package; notes that have no card, or none that shows anything, are in none."""
    by_deck: dict[str, list[Kin]] = {}
    for one in kin:
        if one.cards:
            by_deck.setdefault(one.deck, []).append(one)
    found = [_book(taking, name, by_deck[name]) for name in sorted(by_deck)]
    looks = {css: number for number, css in enumerate(dict.fromkeys(book.css for book in found if book.css))}
    return tuple(replace(book, style=_style(looks[book.css])) if book.css else book for book in found)


def described(books: Iterable[Book], package: Package) -> tuple[Book, ...]:
    """Return the decks with what stands under their names in Anki."""
    texts = {deck.name: deck.description for deck in package.decks}
    return tuple(_described(book, texts.get(book.name, "")) for book in books)


def _described(book: Book, description: str) -> Book:
    if not any(story.kin.ours for story in book.stories):
        return replace(book, summary=summary_of(description))
    about = about_of(description, book.summary if book.scene else None)
    credit = str(about.pop("credit", ""))
    return replace(book, about=about, credit=credit)


def _style(number: int) -> str:
    return f"look-{number + 1}.css" if number else "look.css"


def common_name(books: Sequence[Book], folder: str) -> str:
    """Return what all decks together are called: what their names begin with, else after the *folder*."""
    paths = [book.name.split("::") for book in books]
    shared = []
    for parts in zip(*paths, strict=False):
        if len({*parts}) > 1:
            break
        shared.append(parts[0])
    return "::".join(shared) or deck_name(folder)


def _book(taking: Taking, deck: str, kin: Sequence[Kin]) -> Book:
    name = deck_name(taking.folder) if deck.casefold() == "default" or not slug(deck) else deck
    book = replace(ours.read_book(name, kin, taking.watch), css=_css(kin))
    foreign = theirs.stories(name, kin, taking)
    stories = tuple(_named_once((*book.stories, *foreign)))
    return replace(book, id=book.id or fresh_id(name), stories=stories)


def lines(books: Iterable[Book], slots: Mapping[int, Slots]) -> tuple[LockedNote, ...]:
    """Return the line of each note under the key that it has in the source."""
    return tuple(
        replace(story.kin.line(book.id, slots.get(story.kin.type.id, ())), key=_key(story))
        for book in books
        for story in book.stories
    )


def fresh_id(name: str) -> str:
    """Make an id for a deck, or for a project, that has none."""
    stem = ascii_slug(name.rsplit("::", maxsplit=1)[-1], "deck")[:_LONGEST_STEM].strip("-")
    return f"{stem}-{''.join(secrets.choice(_TAIL) for _ in range(_TAIL_LENGTH))}"


def _key(story: Story) -> str:
    return str(story.texts.get("id") or natural_key(story.section, str(story.texts["fact"])))


def _named_once(stories: Sequence[Story]) -> Iterable[Story]:
    """Give an id to each note that would not have a name of its own."""
    counts = Counter(_key(story) for story in stories)
    used = {*counts}
    for story in stories:
        if "id" in story.texts or (counts[_key(story)] == 1 and slug(str(story.texts["fact"]))):
            yield story
            continue
        name, count = story.kin.name, 2
        while name in used:
            name, count = f"{story.kin.name}-{count}", count + 1
        used.add(name)
        yield replace(story, texts={**story.texts, "id": name})


def _css(kin: Iterable[Kin]) -> str:
    """Return what follows the theme in the CSS of a deck with a look of its own."""
    looks = [one.type.css for one in kin if one.origin and one.origin.look]
    base = notetype("mnemonic").css.rstrip("\n")
    return looks[0].removeprefix(base).strip("\n") + "\n" if looks and looks[0].startswith(base) else ""
