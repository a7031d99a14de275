"""The pictures of a package: named by what they are made from, drawn in a child process with limits."""

from __future__ import annotations

import hashlib
import json
import math
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from deckwright.cards import svg
from deckwright.cards.media import MediaFile, Refused
from deckwright.deck.model import Region
from deckwright.deck.names import ascii_slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

RECIPE = 2  # raise it when the same source would look different
SCENE_WIDTH = 2000  # pixels

_SECONDS = 60  # for a file and its first picture
_SECONDS_MORE = 5  # for each further one: a scene of a hundred symbols is no attack
_LONGEST_SLUG = 40
# Isolated, so that neither the working directory nor PYTHON* variables choose what is imported;
# the package and what it needs are found where this process found them.
_CHILD = (
    "import sys; sys.path += sys.argv[2:]; from deckwright.cards.easel import serve; serve(int(sys.argv[1]))"
)


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


@dataclass(frozen=True, slots=True)
class Drawn:
    """A WebP without metadata, where it lies on its canvas in percent, and its width and height in pixels."""

    data: bytes
    box: Region
    size: tuple[int, int]


def whole(media: MediaFile, width: int = SCENE_WIDTH) -> Picture:
    """Name the picture that a whole media file makes.

    An SVG is drawn *width* pixels wide; a bitmap gets at most that many on
    either side, and is never enlarged.
    """
    return _picture(media, "", PurePosixPath(media.name).stem, f"{media.kind} {media.digest}", width)


def cutout(media: MediaFile, symbol: str, width: int = SCENE_WIDTH) -> Picture:
    """Name the picture of one symbol, in a scene *width* pixels wide; raises `Refused` as `svg.only`."""
    if media.kind != "svg":
        message = f"`{media.name}` is no SVG, so it has no symbol `{symbol}`"
        raise Refused("missing-symbol", message, "mark the place with `region: [x, y, width, height]`")
    data = media.read()
    found = svg.read_drawing(data).find(symbol)
    made_from = hashlib.sha256(svg.only(data, symbol)).hexdigest()
    return _picture(media, symbol, found.name if found else symbol, f"symbol {made_from}", width)


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
        drawn.update(zip(by_name, _answers(media, tuple(by_name.values())), strict=True))
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
        child = subprocess.run(  # noqa: S603 - this very interpreter, a constant program
            [sys.executable, "-I", "-c", _CHILD, str(seconds), *_import_path()],
            input=json.dumps(request).encode() + b"\n" + media.read(),
            capture_output=True,
            timeout=seconds,
            check=True,
        )
        return list(_read(child.stdout, len(pictures)))
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
        yield Drawn(one, Region(*map(float, box)), (int(wide), int(high)))
    if (start, len(told["drawn"])) != (len(data), expected):
        raise ValueError(answer[:99])


def _import_path() -> list[str]:
    """List where this process finds modules, but for the directory it happens to run in."""
    here = Path.cwd()
    return [entry for entry in sys.path if Path(entry).is_absolute() and Path(entry) != here]
