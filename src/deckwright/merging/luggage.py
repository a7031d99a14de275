"""The pictures that come along from a classmate's package."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from deckwright.cards import markdown
from deckwright.deck.names import file_stem

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".heic", ".heif"})  # what a deck can show
_LONGEST_STEM = 60


@dataclass
class Luggage:
    """The files of a package that are to be brought, each with the new name that it gets in `media/`.

    *there* are the names that are taken already, whatever their case.
    """

    files: Container[str]
    there: set[str]
    names: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, files: Iterable[str], there: Iterable[str]) -> Luggage:
        """Pack from the package's *files* for a folder that holds *there*."""
        return cls(frozenset(files), {name.casefold() for name in there})

    def bring(self, name: str) -> str | None:
        """Return the new name of a picture of the package; None where it has none of that name."""
        suffix = PurePosixPath(name).suffix.lower()
        if name not in self.files or suffix not in _PICTURES:
            return None
        if name not in self.names:
            stem = file_stem(PurePosixPath(name).stem, "picture", _LONGEST_STEM)
            self.names[name] = self._new(stem, suffix)
        return self.names[name]

    def unpacked(self, text: str) -> str:
        """Return a text whose pictures from the package go by their new names."""
        for mark in reversed(markdown.pictures(text)):
            if new := self.bring(mark.name):
                text = f"{text[: mark.start]}![{mark.alt}]({new}){text[mark.end :]}"
        return text

    def _new(self, stem: str, suffix: str) -> str:
        name, count = f"{stem}{suffix}", 2
        while name.casefold() in self.there:
            name, count = f"{stem}-{count}{suffix}", count + 1
        self.there.add(name.casefold())
        return name
