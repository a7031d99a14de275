"""A file that did not change is not read again; one that may have changed is."""

from __future__ import annotations

import os
from time import time_ns
from typing import TYPE_CHECKING

import pytest

from deckwright.cards.ledger import Ledger
from deckwright.cards.media import MediaFile, MediaFolder, Refused

if TYPE_CHECKING:
    from pathlib import Path

PNG = b"\x89PNG\r\n\x1a\n"
LATER = 10 * 10**9  # nanoseconds


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.png").write_bytes(PNG + b"one")
    return tmp_path


@pytest.fixture(autouse=True)
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the files be old: nobody can set the time at which a file changed."""
    monkeypatch.setattr("deckwright.cards.ledger.time.time_ns", lambda: time_ns() + LATER)


def opened(folder: Path) -> MediaFile:
    ledger = Ledger(folder / ".deckwright" / "read.json", keep=True)
    media = MediaFolder(folder, ledger).open("a.png")
    ledger.save()
    return media


def rewritten(folder: Path, content: bytes) -> None:
    """Write other bytes into a file, and set its time back."""
    path = folder / "a.png"
    before = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_what_did_not_change_is_not_read_again(folder: Path) -> None:
    first, again = opened(folder), opened(folder)
    assert (first.known, again.known is None) == (None, False)
    assert again.digest == first.digest
    assert again.read() == PNG + b"one"


@pytest.mark.parametrize("content", [PNG + b"two", PNG + b"longer", PNG])
def test_what_changed_is_read_again_whatever_its_time_says(content: bytes, folder: Path) -> None:
    first = opened(folder)
    rewritten(folder, content)
    again = opened(folder)
    assert again.known is None
    assert again.digest != first.digest


def test_what_changes_while_it_is_copied_is_refused(folder: Path) -> None:
    (folder / "a.png").write_bytes(PNG + bytes(600_000))
    for known in (False, True):
        media = opened(folder)
        assert bool(media.known) == known
        chunks = media.chunks()
        next(chunks)
        kept = (folder / "a.png").read_bytes()
        rewritten(folder, kept[:-1] + b"!")
        with pytest.raises(Refused, match="changed while it was being read"):
            list(chunks)
        rewritten(folder, kept)
        opened(folder)


def test_what_changed_a_moment_ago_is_not_trusted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    opened(folder)
    assert opened(folder).known is None


def test_a_file_that_is_no_picture_any_more_is_seen(folder: Path) -> None:
    opened(folder)
    rewritten(folder, b"<html>the same")
    with pytest.raises(Refused, match="a web page"):
        opened(folder)


def test_a_damaged_ledger_counts_for_nothing(folder: Path) -> None:
    digest = opened(folder).digest
    path = folder / ".deckwright" / "read.json"
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        ledger = Ledger(path, keep=False)
        assert MediaFolder(folder, ledger).open("a.png") == MediaFile(
            "a.png", folder / "a.png", "png", digest
        )


def test_files_that_are_not_asked_for_any_more_are_forgotten(folder: Path) -> None:
    opened(folder)
    path = folder / ".deckwright" / "read.json"
    ledger = Ledger(path, keep=True)
    ledger.save()
    assert b"a.png" not in path.read_bytes()
