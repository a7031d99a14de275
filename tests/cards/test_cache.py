"""Pictures drawn before: taken when whole, drawn anew when not, and never in the way."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deckwright.cards.cache import PictureCache
from deckwright.cards.images import Drawn, InMemory, whole
from deckwright.cards.media import MediaFolder
from deckwright.deck.model import Region
from support import without_privileges

if TYPE_CHECKING:
    from deckwright.cards.images import Picture

DRAWN = Drawn(InMemory(b"a picture\nof two lines"), Region(1.25, 2, 30, 40.5), (600, 405))


@pytest.fixture
def picture(tmp_path: Path, dot_png: bytes) -> Picture:
    (tmp_path / "dot.png").write_bytes(dot_png)
    return whole(MediaFolder(tmp_path).open("dot.png"))


def content(drawn: Drawn | None) -> tuple[object, ...]:
    assert drawn
    return drawn.data, drawn.box, drawn.size


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_picture_comes_back_as_it_was_drawn(picture: Picture, tmp_path: Path) -> None:
    cache = PictureCache(tmp_path / "cache", keep=True)
    assert cache.get(picture) is None
    cache.put(picture, DRAWN)
    assert content(cache.get(picture)) == content(DRAWN)
    assert content(PictureCache(tmp_path / "cache", keep=False).get(picture)) == content(DRAWN)
    assert len(kept(tmp_path / "cache")) == 1


def test_what_somebody_clears_away_at_once_is_in_nobodys_way(
    picture: Picture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_there = Path.replace

    def put_and_clear(growing: Path, path: Path) -> None:
        put_there(growing, path).unlink()

    monkeypatch.setattr(Path, "replace", put_and_clear)
    drawn = PictureCache(tmp_path / "cache", keep=True).put(picture, DRAWN)
    assert kept(tmp_path / "cache") == []
    assert content(drawn) == content(DRAWN)


def test_nothing_is_kept_unasked(picture: Picture, tmp_path: Path) -> None:
    PictureCache(tmp_path / "cache", keep=False).put(picture, DRAWN)
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(
    "spoil",
    [
        b"",
        b"\n",
        b"{}\na picture\nof two lines",
        b"[" * 2000,
        b'{"sha256": "x", "box": [1, 2, 3, 4]}\na picture',
        # Without the size, as an earlier tool left it.
        b'{"box": [1, 2, 3, 4], "sha256": "%s"}\na' % sha256(b"a").hexdigest().encode(),
        b"9" * 999 + b"\n",
    ],
)
def test_what_was_spoilt_is_drawn_anew(spoil: bytes, picture: Picture, tmp_path: Path) -> None:
    cache = PictureCache(tmp_path / "cache", keep=True)
    cache.put(picture, DRAWN)
    (path,) = kept(tmp_path / "cache")
    path.write_bytes(spoil)
    assert cache.get(picture) is None
    cache.put(picture, DRAWN)
    assert content(cache.get(picture)) == content(DRAWN)


@pytest.mark.parametrize("cut", [1, 5, 100])
def test_what_was_cut_short_is_drawn_anew(cut: int, picture: Picture, tmp_path: Path) -> None:
    cache = PictureCache(tmp_path / "cache", keep=True)
    cache.put(picture, DRAWN)
    (path,) = kept(tmp_path / "cache")
    path.write_bytes(path.read_bytes()[:-cut])
    assert cache.get(picture) is None


def test_a_folder_that_takes_nothing_stops_nothing(picture: Picture, tmp_path: Path) -> None:
    (tmp_path / "cache").write_bytes(b"a file in its place")
    cache = PictureCache(tmp_path / "cache", keep=True)
    cache.put(picture, DRAWN)
    assert cache.get(picture) is None
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    with without_privileges():
        PictureCache(locked, keep=True).put(picture, DRAWN)
    assert kept(locked) == []
