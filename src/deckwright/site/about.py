"""What texts and pages say of a deck as a whole."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class File:
    """A file to download, beside the page: its size in bytes, and the checksum in hexadecimal digits."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class About:
    """A deck as it is published; empty texts are what its author left out.

    *deck* is its name in Anki, *id* its name for ever, *day* the ISO date of its *version*. *notes* counts
    the authored ones. *report* may hold `{id}`. *gone_search* finds retired notes in Anki's browser.
    """

    title: str
    deck: str
    slug: str
    id: str
    version: str
    day: str
    package: File
    source: File | None
    notes: int
    cards: int
    language: str
    authors: tuple[str, ...]
    license: str
    summary: str
    report: str
    credits: tuple[str, ...]
    gone_search: str

    @property
    def is_private(self) -> bool:
        """Whether the deck is for the author's class alone."""
        return self.license == "private"
