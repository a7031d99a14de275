"""The pictures of a package: named by what they are made from, drawn in a child process with limits."""

from __future__ import annotations

import hashlib
import json
import math
import re
import subprocess
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Protocol

from deckwright.cards.child import ask_child
from deckwright.cards.media import MediaFile, Refused
from deckwright.deck.model import Region
from deckwright.deck.names import ascii_slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

RECIPE = 2  # raise it when the same source would look different
SCENE_WIDTH = 2000  # pixels

_WIDEST = 16_383  # pixels: a WebP holds no more
_FINISHED = re.compile(r"_[a-z0-9-]+-[0-9a-f]{16}\.(?:webp|png|jpe?g)")
_SECONDS = 60  # for a file and its first picture
_SECONDS_MORE = 5  # for each further one: a scene of a hundred symbols is no attack
_LONGEST_SLUG = 40
_CHILD = "deckwright.cards.easel"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to be drawn from a media file, whole or one symbol of it.

    `name` is `_<slug>-<16 hex of recipe>.webp`, which Anki always imports and
    never replaces; `recipe` is 64 hex of all that decides on its look but the
    encoder's build; `symbol` is "" for the whole picture; `width` is that of
    the canvas in pixels; `origin` is 64 hex of what the author gave alone,
    which stays the same when this tool draws otherwise.
    """

    name: str
    recipe: str
    media: MediaFile
    symbol: str
    width: int
    origin: str


class Source(Protocol):
    """What has the bytes of a picture: a file, or the memory."""

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes; raises `Refused`, if only at their end, where a file is not what it was."""


@dataclass(frozen=True, slots=True)
class InMemory:
    """Bytes that lie in no file."""

    content: bytes

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes."""
        yield self.content


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as it travels, where it lies on its canvas in percent, and its size in pixels.

    It is a WebP without metadata, or the very bytes of a file that is finished. *source* has its bytes.
    """

    source: Source
    box: Region
    size: tuple[int, int]

    @property
    def data(self) -> bytes:
        """The picture's bytes; raises `Refused` as `Source.chunks`."""
        return b"".join(self.source.chunks())


def is_finished(name: str) -> bool:
    """Whether a media file was taken out of a package, by its name: it travels as it is."""
    return _FINISHED.fullmatch(name) is not None


def whole(media: MediaFile, width: int = SCENE_WIDTH) -> Picture:
    """Name the picture that a whole media file makes.

    An SVG is drawn *width* pixels wide; a bitmap gets at most that many on
    either side, and is never enlarged. One that is finished stays as it is.
    """
    if is_finished(media.name):
        made_from = hashlib.sha256(f"finished {media.digest}".encode()).hexdigest()
        return Picture(media.name, made_from, media, "", _WIDEST, made_from)
    return _picture(media, "", PurePosixPath(media.name).stem, f"{media.kind} {media.digest}", width)


def as_is(media: MediaFile) -> Picture:
    """Name a file that travels as it is, picture or not."""
    made_from = hashlib.sha256(f"as it is {media.digest}".encode()).hexdigest()
    return Picture(media.name, made_from, media, "", _WIDEST, made_from)


def cutout(media: MediaFile, symbol: str, width: int = SCENE_WIDTH) -> Picture:
    """Name the picture of one symbol, in a scene *width* pixels wide; raises `Refused` as `svg.only`.

    A file that is finished is a symbol that was cut out before.
    """
    if is_finished(media.name):
        return replace(whole(media), symbol=media.name)
    if media.kind != "svg":
        message = f"`{media.name}` is no SVG, so it has no symbol `{symbol}`"
        raise Refused("missing-symbol", message, "mark the place with `region: [x, y, width, height]`")
    from deckwright.cards import svg  # noqa: PLC0415 - for a deck with drawings

    data = media.read()
    found = svg.read_drawing(data).find(symbol)
    made_from = hashlib.sha256(svg.only(data, symbol)).hexdigest()
    return _picture(media, symbol, found.name if found else symbol, f"symbol {made_from}", width)


def undrawn(picture: Picture) -> Drawn:
    """Return a picture of a file that travels as it is, whatever it is."""
    return Drawn(picture.media, Region(0, 0, 100, 100), (1, 1))


def draw(pictures: Iterable[Picture]) -> dict[str, Drawn]:
    """Draw pictures, each once, by name; raises `Refused` for the first that cannot be drawn.

    Each media file is read again, must still be what it was, and is drawn in
    a child process of its own, with bounds on time and memory.
    """
    wanted: dict[MediaFile, dict[str, Picture]] = {}
    drawn: dict[str, Drawn] = {}
    for picture in pictures:
        wanted.setdefault(picture.media, {})[picture.name] = picture
    for media, by_name in wanted.items():
        answers = _answers(media, tuple(by_name.values()))
        if is_finished(media.name):  # the child has seen that it can be shown
            answers = [replace(answer, source=media) for answer in answers]
        drawn.update(zip(by_name, answers, strict=True))
    return drawn


def _picture(media: MediaFile, symbol: str, title: str, made_from: str, width: int) -> Picture:
    origin = hashlib.sha256(f"{made_from} {width}".encode()).hexdigest()
    recipe = hashlib.sha256(f"{origin} {RECIPE}".encode()).hexdigest()
    slug = ascii_slug(title, "picture")[:_LONGEST_SLUG].strip("-")
    return Picture(f"_{slug}-{recipe[:16]}.webp", recipe, media, symbol, width, origin)


def _answers(media: MediaFile, pictures: Sequence[Picture]) -> list[Drawn]:
    """Have one child draw all that is wanted of a media file."""
    wide = max(1, *(picture.width / SCENE_WIDTH for picture in pictures))
    seconds = math.ceil(_SECONDS + _SECONDS_MORE * (len(pictures) - 1) * wide**2)
    wanted = [(picture.symbol, picture.width) for picture in pictures]
    request = {"name": media.name, "kind": media.kind, "wanted": wanted}
    try:
        asked = json.dumps(request).encode() + b"\n" + media.read()
        return list(_read(ask_child(_CHILD, asked, seconds=seconds), len(pictures)))
    except subprocess.TimeoutExpired as error:
        message = f"drawing `{media.name}` took more than {seconds} seconds"
        raise Refused("drawing-failed", message, "simplify it: fewer filters, patterns and copies") from error
    except (subprocess.CalledProcessError, ValueError, TypeError, LookupError, RecursionError) as error:
        message = f"`{media.name}` could not be drawn with the time and memory a picture gets"
        raise Refused("drawing-failed", message, "simplify it, or save it smaller") from error


def _read(answer: bytes, expected: int) -> Iterator[Drawn]:
    """Yield what a child drew, and no more than was asked for: it read hostile bytes, and is not trusted."""
    head, _, data = answer.partition(b"\n")
    told = json.loads(head)
    if "refused" in told:
        code, message, advice = map(str, told["refused"])
        raise Refused(code, message, advice)
    start = 0
    for length, (wide, high), box in told["drawn"][:expected]:
        one, start = data[start : start + length], start + length
        yield Drawn(InMemory(one), Region(*map(float, box)), (int(wide), int(high)))
    if (start, len(told["drawn"])) != (len(data), expected):
        raise ValueError(answer[:99])
