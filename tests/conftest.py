"""Fixtures that many tests share."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import pytest

from anki_backend import VERSIONS, Anki
from anki_packages import Shelf
from anki_releases import Releases, build_releases

if TYPE_CHECKING:
    from pathlib import Path


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the goldens")


@pytest.fixture(params=VERSIONS)
def anki(request: pytest.FixtureRequest, tmp_path: Path) -> Anki:
    """Return an empty collection, once for each Anki version."""
    return Anki(request.param, tmp_path / "collection.anki2")


@pytest.fixture
def packages(tmp_path: Path) -> Shelf:
    """Return a maker of packages for Anki."""
    folder = tmp_path / "packages"
    folder.mkdir()
    return Shelf(folder)


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Releases:
    """Return three releases of a deck of ours."""
    return build_releases(tmp_path_factory.mktemp("releases"))


@pytest.fixture(scope="session")
def dot_png() -> bytes:
    """Return a picture of one red point, made by hand."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\x00\xff\x00\x00")),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
