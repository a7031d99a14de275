"""What the pages show, as data: a deck's notes, pictures and cards as readers see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup

    from deckwright.deck.model import Region


Leaf = tuple[str, bytes]  # a file of the site: its name, and all that it holds


@dataclass(frozen=True, slots=True)
class Picture:
    """A file in `media/`, its size in pixels, and what it shows, for those who cannot see it."""

    name: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a scene that leads to its note, by the note's anchor."""

    anchor: str
    label: str
    region: Region


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture with the places of its notes."""

    picture: Picture
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note as its page tells it; texts are HTML out of the cards' own rendering.

    *picture* is one of its own, *symbol* what was cut out of a scene, *crop* the part of a scene that is
    marked. *extra* are further fields of another tool's note, by their names. *report* is where a mistake in
    it is told, empty where the deck names no address.
    """

    anchor: str
    fact: Markup
    mnemonic: Markup
    bridge: Markup
    explanation: Markup
    ask: Markup
    source: Markup
    picture: Picture | None
    symbol: Picture | None
    crop: tuple[Picture, Region] | None
    extra: tuple[tuple[str, Markup], ...]
    report: str
    retired: bool


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section's notes; *scenes* are the pictures that its notes share and that no section before showed."""

    anchor: str
    name: str
    scenes: tuple[Scene, ...]
    notes: tuple[NoteView, ...]


@dataclass(frozen=True, slots=True)
class Stack:
    """Cards to flip through, in a file of their own, and the section they belong to."""

    file: str
    section: str
    cards: int


@dataclass(frozen=True, slots=True)
class DeckView:
    """A deck's notes and cards, *cover* being the scene that stands for it."""

    cover: Scene | None
    sections: tuple[SectionView, ...]
    stacks: tuple[Stack, ...]


@dataclass(frozen=True, slots=True)
class Shelved:
    """A deck on the index of a site: *thumbnail* is its cover, made small."""

    slug: str
    title: str
    summary: str
    language: str
    thumbnail: Picture | None
    notes: int
    cards: int
    version: str
    day: str
    package: str
    size: int
