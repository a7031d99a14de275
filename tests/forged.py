"""Packages that no Anki wrote: made by hand, broken on purpose, and held against how they must be refused."""

from __future__ import annotations

import random
import re
import zipfile
from typing import TYPE_CHECKING

import pytest

from deckwright.apkg.read import read_package
from deckwright.apkg.values import UnreadablePackage

if TYPE_CHECKING:
    from pathlib import Path


def write_zip(path: Path, entries: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as package:
        for name, content in entries:
            package.writestr(zipfile.ZipInfo(name), content, method)
    return path


def refused(path: Path) -> UnreadablePackage:
    """Read what must not be readable, and hold the finding to the house's form."""
    with pytest.raises(UnreadablePackage) as caught:
        read_package(path)
    found = caught.value
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", found.code)
    assert found.advice
    assert not found.message.endswith(".")
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202e]", found.message + found.advice)
    return found


def read_or_refuse(path: Path) -> bool:
    try:
        read_package(path)
    except UnreadablePackage:
        return False
    return True


def scrambled(content: bytes, seed: int) -> bytes:
    """Overwrite up to twenty bytes, at places and with values that the seed settles."""
    chance = random.Random(seed)  # noqa: S311  # a seed makes the failure repeatable
    forged = bytearray(content)
    for _change in range(chance.randint(1, 20)):
        forged[chance.randrange(len(forged))] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
    return bytes(forged)
