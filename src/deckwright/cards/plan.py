"""What a note shows: its pictures before they are drawn, and after."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from deckwright.cards import markdown
from deckwright.cards.images import is_finished
from deckwright.deck.content import Art

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from deckwright.cards.images import Drawn, Picture
    from deckwright.deck.model import Deck, Region
    from deckwright.source.text import Span


@dataclass(frozen=True, slots=True)
class Shown:
    """What a note shows: a picture *ratio* times as wide as high, and the part of it that counts.

    *symbol* is the cut-out's file name, empty when only a region is marked; *region* is None for a picture
    of the note's own. *inline* maps the pictures of its explanation to their file names. *left_out* are the
    media files that it would show, and that this package is made without.
    """

    picture: str = ""
    alt: str = ""
    ratio: float = 1
    symbol: str = ""
    symbol_alt: str = ""
    region: Region | None = None
    inline: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


def spelt(name: str) -> str:
    """Return the one spelling of a media file's name: `./goose.png` is `goose.png`, and `é` one sign."""
    return unicodedata.normalize("NFC", PurePosixPath(name).as_posix())


def without_scene(deck: Deck, names: Container[str]) -> Deck:
    """Return the deck without its own scene, and so the card of it, where its file is among *names*."""
    left_out = deck.scene is not None and spelt(deck.scene.file) in names
    return deck.model_copy(update={"scene": None}) if left_out else deck


def finished_symbol(named: str) -> tuple[str, str] | None:
    """Return file and title of a symbol that was cut out before: `file.webp` or `![title](file.webp)`."""
    mark = next(iter(markdown.pictures(named)), None)
    name, title = (mark.name, mark.alt) if mark and (mark.start, mark.end) == (0, len(named)) else (named, "")
    return (name, title) if is_finished(name) else None


@dataclass(frozen=True, slots=True)
class Plan:
    """The pictures of one note, not yet drawn; *span* is where the author named its own.

    *inline* are those within its explanation, by the names they have there, each with its place. A *cutout*
    that was made before has its *region* with it. *attached* are the files that fields of another tool's
    note name, which travel as they are. *left_out* are the files that the note is to do without.
    """

    span: Span
    picture: Picture | None = None
    alt: str = ""
    cutout: Picture | None = None
    symbol: str = ""
    region: Region | None = None
    found: bool = False
    inline: tuple[tuple[str, Picture, Span], ...] = ()
    attached: tuple[tuple[Picture, Span], ...] = ()
    left_out: tuple[str, ...] = ()

    def without(self, names: Container[str]) -> Plan:
        """Leave out the files among *names*, which are as `spelt`; with a scene goes the part of it."""
        asked = dict.fromkeys(picture.media.name for picture, _ in self.asked)
        gone = tuple(name for name in asked if spelt(name) in names)
        if not gone:
            return self
        main = [picture for picture in (self.picture, self.cutout) if picture]
        kept = Plan(self.span) if any(one.media.name in gone for one in main) else self
        return replace(
            kept,
            inline=tuple(one for one in self.inline if one[1].media.name not in gone),
            attached=tuple(one for one in self.attached if one[0].media.name not in gone),
            left_out=gone,
        )

    @property
    def asked(self) -> tuple[tuple[Picture, Span], ...]:
        """What has to be drawn, and where it was asked for."""
        own = ((picture, self.span) for picture in (self.picture, self.cutout) if picture)
        return (*own, *((picture, span) for _, picture, span in self.inline), *self.attached)

    @property
    def art(self) -> Art:
        """What belongs to the note's content: its own part of a scene, not the rest of it."""
        inline = tuple(picture.origin for _, picture, _ in self.inline)
        if self.cutout:
            return Art(self.cutout.origin, self.symbol, lit=True, inline=inline, left_out=self.left_out)
        own = "" if self.region or self.picture is None else self.picture.origin
        return Art(own, lit=self.region is not None, inline=inline, left_out=self.left_out)

    def shown(self, drawn: Mapping[str, Drawn]) -> Shown:
        """Say what the note shows, once the pictures in *drawn* are known by name."""
        inline = {name: picture.name for name, picture, _ in self.inline}
        if self.picture is None:
            return Shown(inline=inline, left_out=self.left_out)
        # What could not be drawn is missing here, and stops the build.
        width, height = drawn[self.picture.name].size if self.picture.name in drawn else (1, 1)
        region = self.region
        if self.cutout and not region:
            region = drawn[self.cutout.name].box if self.cutout.name in drawn else None
        return Shown(
            self.picture.name,
            self.alt,
            width / height,
            symbol=self.cutout.name if self.cutout else "",
            symbol_alt=self.symbol,
            region=region,
            inline=inline,
            left_out=self.left_out,
        )
