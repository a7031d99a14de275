"""Pictures that come in: drawings and photographs, hostile until they are drawn anew."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from deckwright.cards.images import cutout, draw, whole
from deckwright.cards.media import MediaFolder, Refused
from deckwright.cards.svg import only, read_drawing
from fuzz import seeds, tokens
from fuzz.mutations import changed, changes, mutated
from fuzz.target import SOUND, Target, refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from hypothesis.strategies import SearchStrategy

    from deckwright.cards.images import Picture
    from deckwright.cards.media import MediaFile
    from fuzz.mutations import Change
    from fuzz.target import Case

_WIDTH = 200  # pixels: what a case costs is the decoding, not the drawing
_MOST_SYMBOLS = 2
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><defs><filter id="f">'
    '<feGaussianBlur stdDeviation="2"/></filter><linearGradient id="l"><stop/></linearGradient></defs>'
    '<style>.a #b{{fill:red}}</style><g id="sym-goose" class="a"><title>Goose</title>'
    '<rect id="b" width="9" height="9" filter="url(#f)"/></g>{}</svg>'
)


def target() -> Target:
    """Fuzz the intake of pictures."""
    return Target("pictures", _cases(), run)


def _cases() -> SearchStrategy[Case]:
    small = tuple(data for data in seeds.drawings() if len(data) < 10_000)
    composed = st.lists(_elements(), max_size=4).map(lambda found: _SVG.format("".join(found)).encode())
    made = _SVG.format("<path d='M20 5h9v9z'/>").encode()
    drawings = st.one_of(
        mutated((made, *small), tokens.DRAWING, by_line=True),
        composed,
        composed,
        mutated(seeds.drawings(), tokens.DRAWING),
    )
    bitmaps = [_files(mutated((data,), tokens.BITMAP), suffix) for suffix, data in seeds.pictures()]
    (png, *_) = (data for suffix, data in seeds.pictures() if suffix == ".png")
    chunks = st.builds(_rechunked, st.just(png), st.integers(0, 9), changes())
    return st.one_of(_files(drawings, ".svg"), _files(drawings, ".svg"), _files(chunks, ".png"), *bitmaps)


def _files(contents: SearchStrategy[bytes], suffix: str) -> SearchStrategy[Case]:
    return st.builds(lambda data: {f"case{suffix}": data}, contents)


def _elements() -> SearchStrategy[str]:
    """Return elements of a drawing within each other."""
    leaves = st.sampled_from(tokens.LEAVES) | st.sampled_from(tokens.LEAVES) | st.sampled_from(tokens.FOUL)
    return st.recursive(
        leaves,
        lambda inner: st.builds(_holding, st.sampled_from(tokens.HOLDERS), st.lists(inner, max_size=4)),
        max_leaves=8,
    )


def _holding(start: str, inner: list[str]) -> str:
    name = start[1:].rstrip(">").split(" ", 1)[0]
    return f"{start}{''.join(inner)}</{name}>"


def _rechunked(png: bytes, index: int, made: Sequence[Change]) -> bytes:
    """Damage one chunk of a PNG below its length and its check sum."""
    found, at = [png[:8]], 8
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        name, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        if len(found) - 1 == index % 4:
            data = changed(data, made, (b"\0", b"\xff" * 4, b"\x7f\xff\xff\xff"))
        found.append(struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)))
        at += 12 + length
    return b"".join(found)


def run(folder: Path) -> Iterable[str]:
    """Open the picture, and draw it whole and by its symbols; a drawing written anew reads as it was."""
    (path,) = (path for path in folder.iterdir() if path.stem == "case")
    try:
        media = MediaFolder(folder).open(path.name)
        wanted = [whole(media, _WIDTH), *(_symbols(media) if media.kind == "svg" else ())]
        drawn = draw(wanted)
        assert drawn.keys() == {picture.name for picture in wanted}
        assert all(one.data.startswith(b"RIFF") and max(one.size) > 0 for one in drawn.values())
    except Refused as problem:
        return refused(problem)
    return {SOUND}


def _symbols(media: MediaFile) -> Iterable[Picture]:
    data = media.read()
    drawing = read_drawing(data)
    clean = only(data, "")
    assert only(clean, "") == clean
    for symbol in drawing.symbols[:_MOST_SYMBOLS]:
        cut = only(data, symbol.name)
        assert only(cut, "") == cut
        yield cutout(media, symbol.name, _WIDTH)
