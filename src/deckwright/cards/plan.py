"""What a note shows: its pictures before they are drawn, and after."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deckwright.cards import markdown
from deckwright.cards.images import is_finished
from deckwright.deck.content import Art

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckwright.cards.images import Drawn, Picture
    from deckwright.deck.model import Region
    from deckwright.source.text import Span


@dataclass(frozen=True, slots=True)
class Shown:
    """What a note shows: a picture *ratio* times as wide as high, and the part of it that counts.

    *symbol* is the cut-out's file name, empty when only a region is marked; *region* is None for a picture
    of the note's own. *inline* maps the pictures of its explanation to their file names.
    """

    picture: str = ""
    alt: str = ""
    ratio: float = 1
    symbol: str = ""
    symbol_alt: str = ""
    region: Region | None = None
    inline: Mapping[str, str] = field(default_factory=dict)


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
    note name, which travel as they are.
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
            return Art(self.cutout.origin, self.symbol, lit=True, inline=inline)
        if self.region or self.picture is None:
            return Art(lit=self.region is not None, inline=inline)
        return Art(self.picture.origin, inline=inline)

    def shown(self, drawn: Mapping[str, Drawn]) -> Shown:
        """Say what the note shows, once the pictures in *drawn* are known by name."""
        inline = {name: picture.name for name, picture, _ in self.inline}
        if self.picture is None:
            return Shown(inline=inline)
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
        )
