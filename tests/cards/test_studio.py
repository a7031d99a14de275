"""Each picture is drawn once, none twice, and what cannot be drawn is told where it is named."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from deckwright.cards.cache import PictureCache
from deckwright.cards.images import Picture, cutout, whole
from deckwright.cards.media import MediaFolder
from deckwright.cards.studio import draw_all
from deckwright.source.diagnostics import Report
from deckwright.source.text import SourceFile, Span
from pictures import bomb, media, noise

if TYPE_CHECKING:
    from pathlib import Path

SCENE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 50"><rect width="100" height="50" fill="red"/>'
    b'<g id="sym-a"><path d="M0 0h9v9z"/></g><g id="sym-b"><path d="M20 0h9v9z" fill="red"/></g>'
    b'<g id="sym-empty"></g></svg>'
)


class Watched:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int]] = []

    def __call__(self, done: int, total: int) -> None:
        self.told.append((done, total))


def pictures(folder: Path, *symbols: str) -> list[Picture]:
    (folder / "s.svg").write_bytes(SCENE)
    media = MediaFolder(folder).open("s.svg")
    return [whole(media), *(cutout(media, symbol) for symbol in symbols)]


def asked(wanted: list[Picture], report: Report) -> dict[Picture, tuple[Span, Report]]:
    return {picture: (Span(index, index + 1), report) for index, picture in enumerate(wanted)}


def test_a_second_time_nothing_is_drawn(tmp_path: Path) -> None:
    report, cache = Report(SourceFile("cards.yaml", "abcd")), PictureCache(tmp_path / "cache", keep=True)
    wanted = pictures(tmp_path, "a", "b")
    first, second = Watched(), Watched()
    drawn = draw_all(asked(wanted, report), cache, first)
    assert set(drawn) == {picture.name for picture in wanted}
    assert (first.told[0], first.told[-1]) == ((0, 3), (3, 3))
    (tmp_path / "s.svg").unlink()  # whoever drew now would find nothing
    assert draw_all(asked(wanted, report), cache, second) == drawn
    assert set(second.told) == {(0, 0)}
    assert list(report) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the address space")
def test_a_hostile_file_refuses_itself_alone(tmp_path: Path) -> None:
    report = Report(SourceFile("cards.yaml", "abcd"))
    layers = '<g opacity=".9">' * 60 + '<rect width="100" height="800"/>' + "</g>" * 60
    files = {
        "bomb.png": bomb(60_000, 60_000),
        "crash.svg": f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 800">{layers}</svg>'.encode(),
        "cut.jpg": noise("JPEG")[:700],
        "fine.png": noise("PNG"),
    }
    wanted = [whole(media(tmp_path, name, content)) for name, content in files.items()]
    drawn = draw_all(asked(wanted, report), PictureCache(tmp_path / "cache", keep=True), Watched())
    assert list(drawn) == [wanted[3].name]
    found = {found.span.start: found.code for found in report}
    assert found == {0: "picture-too-large", 1: "drawing-failed", 2: "broken-picture"}


def test_one_that_cannot_be_drawn_keeps_no_other_back(tmp_path: Path) -> None:
    report = Report(SourceFile("cards.yaml", "abcd"))
    wanted = pictures(tmp_path, "a", "empty", "b")
    watched = Watched()
    drawn = draw_all(asked(wanted, report), PictureCache(tmp_path / "cache", keep=True), watched)
    assert set(drawn) == {picture.name for picture in wanted if picture.symbol != "empty"}
    assert [(found.code, found.span.start) for found in report] == [("empty-symbol", 2)]
    assert watched.told[-1] == (4, 4)
