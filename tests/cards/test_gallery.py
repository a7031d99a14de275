"""What the rules on cards are told of the pictures."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from deckwright.cards.gallery import gallery
from deckwright.cards.illustrate import Album, illustrate
from deckwright.cards.media import MediaFolder
from deckwright.deck.model import place
from deckwright.deck.schema import bind
from deckwright.source.diagnostics import Report
from deckwright.source.syntax import compose
from deckwright.source.text import SourceFile

if TYPE_CHECKING:
    from pathlib import Path

    from deckwright.deck.advice.lesson import Gallery

SCENE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
    '<g id="sym-goose"><rect width="9" height="9"/></g></svg>'
)


def encoded(kind: str, size: tuple[int, int], **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 60, 20)).save(out, kind, **options)
    return out.getvalue()


def seen(folder: Path, source: str, **files: bytes) -> Gallery:
    for name, data in files.items():
        (folder / ".".join(name.rsplit("_", 1))).write_bytes(data)
    report = Report(SourceFile("cards.yaml", f"deck: D\n{source}"))
    deck = bind(compose(report.source, report), report)
    assert deck is not None
    album = Album(MediaFolder(folder), report)
    return gallery(illustrate(place(deck), album), album.opened)


@pytest.mark.parametrize(("kind", "suffix"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp")])
def test_a_bitmap_scene_tells_its_size(kind: str, suffix: str, tmp_path: Path) -> None:
    source = f"scene: pond.{suffix}\nnotes:\n  - {{fact: A, region: [1, 2, 3, 4]}}\n  - {{fact: B, ask: C}}\n"
    found = seen(tmp_path, source, **{f"pond_{suffix}": encoded(kind, (320, 200))})
    assert dict(found.sizes) == {f"pond.{suffix}": (320, 200)}
    assert (dict(found.scenes), dict(found.symbols)) == ({0: f"pond.{suffix}"}, {})
    assert found.used == {f"pond.{suffix}"}


def test_a_photograph_on_its_side_is_as_wide_as_it_is_shown(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = encoded("JPEG", (320, 200), exif=exif)
    found = seen(tmp_path, "notes:\n  - {fact: A, image: a.jpg}\n", a_jpg=turned)
    assert dict(found.sizes) == {"a.jpg": (200, 320)}


def test_symbols_are_known_by_their_names_and_what_is_shown_is_used(tmp_path: Path) -> None:
    source = (
        "scene: pond.svg\nnotes:\n  - {fact: Goose, ask: B}\n  - {fact: C, image: c.png}\n"
        "  - {fact: D, ask: E, explanation: '![x](d.png)'}\n  - {fact: Spare, image: none, ask: F}\n"
    )
    png = encoded("PNG", (9, 9))
    found = seen(tmp_path, source, pond_svg=SCENE.encode(), c_png=png, d_png=png, spare_png=png)
    assert found.used == {"pond.svg", "c.png", "d.png"}
    assert (dict(found.symbols), dict(found.scenes)) == ({0: "goose"}, {0: "pond.svg"})
    assert "pond.svg" not in found.sizes


def test_a_file_that_tells_no_size_has_none(tmp_path: Path) -> None:
    found = seen(tmp_path, "notes:\n  - {fact: A, image: a.png}\n", a_png=b"\x89PNG\r\n\x1a\n")
    assert found.used == {"a.png"}
    assert not found.sizes
