"""The pictures of a package: named by what they are made from, drawn in a child process with limits."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from deckwright.cards import svg
from deckwright.cards.media import MediaFile, Refused
from deckwright.deck.model import Region
from deckwright.deck.names import ascii_slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PIL import Image

RECIPE = 1  # raise it when the same source would look different
SCENE_WIDTH = 2000  # pixels

_SECONDS = 60  # for a file and its first picture
_SECONDS_MORE = 5  # for each further one: a scene of a hundred symbols is no attack
_MEMORY = 2 * 2**30  # bytes of a child's address space
_MOST_PIXELS = 64_000_000
_QUALITY = 85
_METHOD = 4
_LONGEST_SLUG = 40
_WHOLE = Region(0, 0, 100, 100)
_FORMATS = {"png": "PNG", "jpeg": "JPEG", "jpg": "JPEG", "webp": "WEBP"}
_EMBEDDED = re.compile(r' href="\s*data:image/(png|jpe?g|webp);base64,([^"]*)"', re.IGNORECASE)
# Isolated, so that neither the working directory nor PYTHON* variables choose what is imported;
# the package and what it needs are found where this process found them.
_CHILD = (
    "import sys; sys.path += sys.argv[2:]; from deckwright.cards.images import serve; serve(int(sys.argv[1]))"
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to be drawn from a media file, whole or one symbol of it.

    `name` is `_<slug>-<16 hex of recipe>.webp`, which Anki always imports and
    never replaces; `recipe` is 64 hex of all that decides on its look but the
    encoder's build; `symbol` is "" for the whole picture.
    """

    name: str
    recipe: str
    media: MediaFile
    symbol: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A WebP without metadata, and where it lies on its canvas in percent, to two decimals."""

    data: bytes
    box: Region


def whole(media: MediaFile) -> Picture:
    """Name the picture that a whole media file makes."""
    return _picture(media, "", PurePosixPath(media.name).stem, f"{media.kind} {media.digest}")


def cutout(media: MediaFile, symbol: str) -> Picture:
    """Name the picture that one symbol of a scene makes; raises `Refused` as `svg.only` does."""
    if media.kind != "svg":
        message = f"`{media.name}` is no SVG, so it has no symbol `{symbol}`"
        raise Refused("missing-symbol", message, "mark the place with `region: [x, y, width, height]`")
    data = media.read()
    found = svg.read_drawing(data).find(symbol)
    made_from = hashlib.sha256(svg.only(data, symbol)).hexdigest()
    return _picture(media, symbol, found.name if found else symbol, f"symbol {made_from}")


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


def serve(seconds: int) -> None:
    """Answer one request on stdin with one on stdout: the whole life of the child process."""
    _limit(seconds)
    head, _, data = sys.stdin.buffer.read().partition(b"\n")
    request = json.loads(head)
    try:
        drawn = _draw_scene(data, request) if request["kind"] == "svg" else _draw_bitmap(data, request)
        answer: object = [[base64.b64encode(picture.data).decode(), *picture.box] for picture in drawn]
    except Refused as refused:
        answer = {"refused": [refused.code, refused.message, refused.advice]}
    sys.stdout.write(json.dumps(answer))


def _picture(media: MediaFile, symbol: str, title: str, made_from: str) -> Picture:
    recipe = hashlib.sha256(f"{made_from} {SCENE_WIDTH} {RECIPE}".encode()).hexdigest()
    slug = ascii_slug(title, "picture")[:_LONGEST_SLUG].strip("-")
    return Picture(f"_{slug}-{recipe[:16]}.webp", recipe, media, symbol)


def _answers(media: MediaFile, pictures: Sequence[Picture]) -> list[Drawn]:
    """Have one child draw all that is wanted of a media file; what it answers is not trusted either."""
    seconds = _SECONDS + _SECONDS_MORE * (len(pictures) - 1)
    request = {"name": media.name, "kind": media.kind, "symbols": [picture.symbol for picture in pictures]}
    try:
        child = subprocess.run(  # noqa: S603 - this very interpreter, a constant program
            [sys.executable, "-I", "-c", _CHILD, str(seconds), *_import_path()],
            input=json.dumps(request).encode() + b"\n" + media.read(),
            capture_output=True,
            timeout=seconds,
            check=True,
        )
        answer = json.loads(child.stdout)
    except subprocess.TimeoutExpired as error:
        message = f"drawing `{media.name}` took more than {seconds} seconds"
        raise Refused("drawing-failed", message, "simplify it: fewer filters, patterns and copies") from error
    except (subprocess.CalledProcessError, ValueError) as error:
        message = f"`{media.name}` could not be drawn with the time and memory a picture gets"
        raise Refused("drawing-failed", message, "simplify it, or save it smaller") from error
    if "refused" in answer:
        raise Refused(*answer["refused"])
    return [Drawn(base64.b64decode(data), Region(*box)) for data, *box in answer]


def _import_path() -> list[str]:
    """List where this process finds modules, but for the directory it happens to run in."""
    here = Path.cwd()
    return [entry for entry in sys.path if Path(entry).is_absolute() and Path(entry) != here]


def _limit(seconds: int) -> None:
    """Bound this process's memory and time, where the system can."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    for limit, most in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(OSError, ValueError):  # a system may not have it, or have set a lower one
            resource.setrlimit(limit, (most, most))


def _draw_scene(data: bytes, request: dict[str, Any]) -> list[Drawn]:
    return [_draw_symbol(data, symbol, request["name"]) for symbol in request["symbols"]]


def _draw_symbol(data: bytes, symbol: str, name: str) -> Drawn:
    import resvg_py  # noqa: PLC0415 - only the child may load it
    from PIL import Image  # noqa: PLC0415 - only the child may load it

    text = svg.only(data, symbol).decode()
    for kind, bitmap in _EMBEDDED.findall(
        text
    ):  # the renderer would leave out, silently, what it cannot read
        _open_bitmap(base64.b64decode(bitmap), kind, f"a picture inside `{name}`")
    try:
        png = resvg_py.svg_to_bytes(svg_string=text, width=SCENE_WIDTH, skip_system_fonts=True)
    except ValueError as error:
        raise Refused(
            "drawing-failed", f"`{name}` could not be drawn: {error}", "save it again as plain SVG"
        ) from error
    canvas = Image.open(io.BytesIO(png), formats=["PNG"]).convert("RGBA")
    box = canvas.getchannel("A").getbbox()
    if box is None:
        code, what = ("empty-symbol", symbol) if symbol else ("empty-picture", name)
        raise Refused(code, f"`{what}` draws nothing", "is it hidden, transparent or outside the canvas?")
    if not symbol:
        return Drawn(_webp(canvas), _WHOLE)
    return Drawn(_webp(canvas.crop(box)), _region(box, canvas.size))


def _region(box: tuple[int, int, int, int], size: tuple[int, int]) -> Region:
    left, top, right, bottom = box
    parts = ((left, size[0]), (top, size[1]), (right - left, size[0]), (bottom - top, size[1]))
    return Region(*(round(100 * part / full, 2) for part, full in parts))


def _draw_bitmap(data: bytes, request: dict[str, Any]) -> list[Drawn]:
    from PIL import Image  # noqa: PLC0415 - only the child may load it

    picture = _open_bitmap(data, request["kind"], f"`{request['name']}`")
    picture.thumbnail((SCENE_WIDTH, SCENE_WIDTH), Image.Resampling.LANCZOS)
    return [Drawn(_webp(picture), _WHOLE)]


def _open_bitmap(data: bytes, kind: str, name: str) -> Image.Image:
    """Decode a bitmap, upright and in 8 bits; *name* stands in the refusals."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - only the child may load it

    Image.MAX_IMAGE_PIXELS = None  # our own bound is stricter, and says so in its own words
    try:
        source = Image.open(io.BytesIO(data), formats=[_FORMATS[kind.lower()]])
        _check_header(source, name)
        source.load()
        return _plain(ImageOps.exif_transpose(source))
    except (Refused, MemoryError):
        raise
    except Exception as error:  # hostile bytes make Pillow raise nearly anything
        advice = "open it in a picture editor and save it again"
        raise Refused("broken-picture", f"{name} is damaged or cut short", advice) from error


def _check_header(picture: Image.Image, name: str) -> None:
    """Refuse what is too large to decode, or moves; the further pictures in a camera's JPEG are fine."""
    if picture.width * picture.height > _MOST_PIXELS:
        message = f"{name} has {picture.width} × {picture.height} pixels"
        raise Refused(
            "picture-too-large", message, f"save it smaller: {SCENE_WIDTH} pixels in width are enough"
        )
    if picture.format in {"PNG", "WEBP"} and getattr(picture, "is_animated", False):
        raise Refused("animated-picture", f"{name} is animated", "save one of its frames as a picture")


def _plain(picture: Image.Image) -> Image.Image:
    """Return the picture as 8-bit RGB or RGBA."""
    if picture.mode.startswith("I"):  # 16 bits of grey, which a conversion alone would cut off at white
        picture = picture.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _webp(picture: Image.Image) -> bytes:
    """Encode without metadata, and without an alpha channel that says nothing."""
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=_QUALITY, method=_METHOD)
    return out.getvalue()
