"""What lies in the project's scratch folder, damaged byte by byte: never more than a picture drawn again."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from deckwright.cards.cache import PictureCache
from deckwright.cards.images import draw, whole
from deckwright.cards.media import MediaFolder
from faulty import COMMANDS, differing, fresh, mostly_slow, seen, told
from support import write_project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHANCE = random.Random(8)  # noqa: S311 - no secret
SYMBOLS = 12


def flipped(data: bytes, at: int, bit: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]


def a_byte_flipped(data: bytes) -> bytes:
    return flipped(data, CHANCE.randrange(len(data)), CHANCE.randrange(8))


def a_byte_of_the_head_flipped(data: bytes) -> bytes:
    return flipped(data, CHANCE.randrange(min(160, len(data))), CHANCE.randrange(8))


def cut(data: bytes) -> bytes:
    return data[: CHANCE.randrange(len(data))]


def longer(data: bytes) -> bytes:
    return data + CHANCE.randbytes(CHANCE.randrange(1, 9))


SPOILERS = (a_byte_flipped, a_byte_of_the_head_flipped, cut, longer)
TURNS = [(turn, spoil) for turn in range(26) for spoil in SPOILERS]


def scratch(folder: Path) -> list[Path]:
    """Return all files that builds keep for themselves."""
    files = sorted(path for path in (folder / ".deckwright").rglob("*") if path.is_file())
    return [path for path in files if path.stat().st_size]


@pytest.fixture(scope="module")
def aviary(zoo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a zoo whose scene has many symbols, each a file of the cache, and that was built."""
    folder = fresh(zoo, tmp_path_factory.mktemp("zoo"))
    marks = "".join(
        f'<g id="sym-s{at}"><circle cx="{4 * at + 4}" cy="9" r="2"/></g>' for at in range(SYMBOLS)
    )
    scene = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 40"><title>Birds</title>{marks}</svg>'
    notes = "".join(f"  - {{fact: Bird {at}, mnemonic: Bert {at}, symbol: s{at}}}\n" for at in range(SYMBOLS))
    head = "deck: Zoo\nid: zoo-x7k2\nlicense: private\nscene: {file: birds.svg, credit: mine}\n"
    write_project(folder, f"{head}notes:\n{notes}", birds_svg=scene.encode())
    done = COMMANDS["build"].run(folder, "--yes")
    assert done.code == 0, done.err
    return folder


@pytest.mark.parametrize(("turn", "spoil"), mostly_slow(TURNS, [(0, a_byte_of_the_head_flipped)]))
def test_a_build_with_a_damaged_cache_is_the_build_with_none(
    turn: int, spoil: Callable[[bytes], bytes], aviary: Path, tmp_path: Path
) -> None:
    CHANCE.seed(f"{turn} {spoil.__name__}")
    folder, before = fresh(aviary, tmp_path / "zoo"), seen(aviary)
    files = scratch(folder)
    assert len(files) > SYMBOLS
    for path in files:
        path.write_bytes(spoil(path.read_bytes()))
    done = COMMANDS["build"].run(folder)
    assert done.code == 0, done.err
    assert differing(before, seen(folder)) == []
    told("Damaged files of the cache, at a build", len(files), "every file of a build's cache at once")


def test_a_build_with_its_cached_files_exchanged_is_the_build_with_none(aviary: Path, tmp_path: Path) -> None:
    """As a file system does that was repaired, or a hand that tidied up."""
    folder = fresh(aviary, tmp_path / "zoo")
    files = scratch(folder)
    kept = [path.read_bytes() for path in files]
    for path, data in zip(files, [*kept[1:], kept[0]], strict=True):
        path.write_bytes(data)
    done = COMMANDS["build"].run(folder)
    assert done.code == 0, done.err
    assert differing(seen(aviary), seen(folder)) == []


def test_no_single_byte_of_a_cached_picture_can_change_and_be_believed(
    tmp_path: Path, dot_png: bytes
) -> None:
    (tmp_path / "dot.png").write_bytes(dot_png)
    picture = whole(MediaFolder(tmp_path).open("dot.png"))
    drawn = draw([picture])[picture.name]
    cache = PictureCache(tmp_path / "cache", keep=True)
    cache.put(picture, drawn)
    (path,) = (one for one in (tmp_path / "cache").rglob("*") if one.is_file())
    data = path.read_bytes()
    spoilt = [flipped(data, at, at % 8) for at in range(len(data))]
    spoilt += [data[:end] for end in range(len(data))]
    for one in spoilt:
        path.write_bytes(one)
        assert cache.get(picture) in (None, drawn)
    told("Damaged bytes of a cached picture", len(spoilt), "each byte of it changed, each end cut off")
