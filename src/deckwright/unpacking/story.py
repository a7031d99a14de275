"""A note as its author may have written it, before it is told what it shares with others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckwright.adoption.kin import Kin
    from deckwright.source.draft import Value


@dataclass(frozen=True, slots=True)
class Story:
    """A note of a package, in the words of a source.

    *texts* are its keys in the order to write them. *tags* are all but those that its section and its state
    give it, *source* is where it can be checked, wherever that is written. *scene* is the file of the picture
    that it shows a part of, *alt* what that is called. *shapes* says of each card shape whether it is on, as
    far as the package tells.
    """

    kin: Kin
    section: str
    texts: Mapping[str, Value]
    tags: tuple[str, ...]
    source: str = ""
    scene: str = ""
    alt: str = ""
    shapes: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Book:
    """One deck of a package: what it says of itself, and its notes in the order to learn them.

    *tags* and *section_tags* are those that the notes made of others have, None where there is none to tell.
    *scene* is the picture of the scene's own note, empty without one; *credit* says whose the pictures are;
    *css* what follows the theme's, and
    *style* the file that it goes to. *about* is what else the deck says of itself.
    """

    name: str
    id: str = ""
    title: str = ""
    language: str = "en"
    source: str | None = None
    summary: str = ""
    scene: str = ""
    alt: str = ""
    ask: str = ""
    credit: str = ""
    css: str = ""
    style: str = ""
    about: Mapping[str, Value] = field(default_factory=dict)
    tags: frozenset[str] | None = None
    section_tags: Mapping[str, frozenset[str]] = field(default_factory=dict)
    stories: tuple[Story, ...] = ()
