"""Files under `media/` are hostile until checked."""

from __future__ import annotations

import hashlib
import os
import socket
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deckwright.apkg.media import MAX_MEDIA_BYTES
from deckwright.cards import media
from deckwright.cards.media import MediaFolder, Refused
from support import open_folder, without_privileges

if TYPE_CHECKING:
    from collections.abc import Callable

PNG = b"\x89PNG\r\n\x1a\n rest"
JPEG = b"\xff\xd8\xff\xe0 rest"
WEBP = b"RIFF\x04\0\0\0WEBPVP8 "
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'/>"


@pytest.fixture
def folder(tmp_path: Path) -> MediaFolder:
    (tmp_path / "media").mkdir()
    return MediaFolder(tmp_path / "media")


def put(folder: MediaFolder, name: str, content: bytes = PNG) -> Path:
    path = folder.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def refusal(folder: MediaFolder, name: str) -> Refused:
    with pytest.raises(Refused) as caught:
        folder.open(name)
    assert not caught.value.message.endswith(".")
    assert caught.value.advice
    return caught.value


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.png", PNG, "png"),
        ("a.PNG", PNG, "png"),
        ("a.jpg", JPEG, "jpeg"),
        ("a.jpeg", JPEG, "jpeg"),
        ("a.webp", WEBP, "webp"),
        ("a.svg", SVG, "svg"),
        ("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0", "heic"),
        ("A.HEIF", b"\0\0\0\x18ftypmif1\0\0\0\0", "heic"),
        ("a.svg", b"\xef\xbb\xbf<?xml version='1.0'?>" + SVG, "svg"),
        ("deep/er/a.svg", b"\n <!-- by hand -->" + SVG, "svg"),
    ],
)
def test_a_picture_is_opened_by_its_name(folder: MediaFolder, name: str, content: bytes, kind: str) -> None:
    path = put(folder, name, content)
    opened = folder.open(name)
    assert (opened.name, opened.kind) == (name, kind)
    assert opened.path == path.resolve()
    assert opened.digest == hashlib.sha256(content).hexdigest()
    assert opened.read() == content


def test_the_digest_covers_what_lies_beyond_the_first_chunk(folder: MediaFolder) -> None:
    content = PNG + bytes(300_000) + b"end"
    put(folder, "a.png", content)
    assert folder.open("a.png").digest == hashlib.sha256(content).hexdigest()


def test_names_are_sorted_posix_paths_of_visible_regular_files(folder: MediaFolder, tmp_path: Path) -> None:
    for name in ("b.png", "a/z.png", "a/.hidden.png", ".git/x.png", "notes.txt"):
        put(folder, name)
    (tmp_path / "secret.png").write_bytes(PNG)
    (folder.root / "out.png").symlink_to(tmp_path / "secret.png")
    (folder.root / "in.png").symlink_to(folder.root / "b.png")
    (folder.root / "loop.png").symlink_to(folder.root / "loop.png")
    (folder.root / "up").symlink_to(tmp_path)
    os.mkfifo(folder.root / "pipe.png")
    (folder.root / os.fsdecode(b"\xff.png")).write_bytes(PNG)
    assert folder.names() == ("a/z.png", "b.png", "in.png", "notes.txt")


def test_a_missing_folder_has_no_names_and_says_so(tmp_path: Path) -> None:
    nowhere = MediaFolder(tmp_path / "media")
    assert nowhere.names() == ()
    refused = refusal(nowhere, "goose.png")
    assert refused.code == "missing-picture"
    assert refused.message == "no `goose.png`, because there is no `media/` folder"


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("Goose.jpg", "did you mean `goose.JPG`? upper and lower case count"),
        ("GEESE/grey.png", "did you mean `geese/grey.png`? upper and lower case count"),
        ("gosse.JPG", "did you mean `goose.JPG`?"),
        ("grey.png", "did you mean `geese/grey.png`?"),
        ("geese\\grey.png", "write `geese/grey.png`: folders are parted by `/`"),
        ("xylophone.webp", "put the picture into `media/`, or correct the name"),
        ("goose.JPG/inside.png", "did you mean `goose.JPG`?"),
    ],
)
def test_a_missing_picture_is_told_what_is_there(folder: MediaFolder, name: str, advice: str) -> None:
    put(folder, "goose.JPG", JPEG)
    put(folder, "geese/grey.png")
    refused = refusal(folder, name)
    assert (refused.code, refused.message) == ("missing-picture", f"no `{name}` in `media/`")
    assert refused.advice == advice


def test_a_name_is_found_however_the_disk_composes_its_letters(folder: MediaFolder) -> None:
    put(folder, unicodedata.normalize("NFD", "é.png"))
    assert folder.open(unicodedata.normalize("NFC", "é.png")).name == unicodedata.normalize("NFC", "é.png")


@pytest.mark.parametrize("name", ["../a.png", "b/../../a.png", "/etc/passwd", "C:\\a.png", "\\\\host\\a.png"])
def test_a_name_cannot_leave_the_folder(folder: MediaFolder, tmp_path: Path, name: str) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    assert refusal(folder, name).code == "outside-media"


def test_a_link_cannot_leave_the_folder(folder: MediaFolder, tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(PNG)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "deep.png").write_bytes(PNG)
    (folder.root / "a.png").symlink_to(tmp_path / "secret.png")
    (folder.root / "more").symlink_to(tmp_path / "more")
    assert refusal(folder, "a.png").code == "outside-media"
    assert refusal(folder, "more/deep.png").code == "outside-media"


def test_a_link_inside_the_folder_is_the_file_it_points_to(folder: MediaFolder) -> None:
    put(folder, "b.png")
    (folder.root / "a.png").symlink_to("b.png")
    assert folder.open("a.png").path.name == "b.png"


def test_the_folder_itself_may_be_a_link(folder: MediaFolder, tmp_path: Path) -> None:
    put(folder, "a.png")
    (tmp_path / "linked").symlink_to(folder.root)
    linked = MediaFolder(tmp_path / "linked")
    assert linked.names() == ("a.png",)
    assert linked.open("a.png").kind == "png"


@pytest.mark.parametrize("target", ["a.png", "nothing.png"])
def test_a_link_to_nothing_is_missing(folder: MediaFolder, target: str) -> None:
    (folder.root / "a.png").symlink_to(target)
    assert refusal(folder, "a.png").code == "missing-picture"


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo, make_socket])
def test_only_regular_files_are_opened(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None]
) -> None:
    folder = MediaFolder(tmp_path_factory.mktemp("m"))
    monkeypatch.chdir(folder.root)  # a socket's path must be short
    make(Path("a.png"))
    assert refusal(folder, "a.png").code == "not-a-file"


@pytest.mark.parametrize("name", ["", "."])
def test_the_folder_is_no_picture(folder: MediaFolder, name: str) -> None:
    assert refusal(folder, name).code == "not-a-file"


def test_an_empty_file_is_refused(folder: MediaFolder) -> None:
    put(folder, "a.png", b"")
    assert refusal(folder, "a.png").code == "empty-file"


def test_a_huge_file_is_refused_by_its_size(folder: MediaFolder) -> None:
    path = put(folder, "a.png")
    os.truncate(path, media.LARGEST + 1)
    refused = refusal(folder, "a.png")
    assert (refused.code, refused.message) == ("file-too-large", "`a.png` is larger than 100 MiB")
    os.truncate(path, media.LARGEST)
    assert folder.open("a.png").kind == "png"


def test_a_film_may_be_as_large_as_a_package_is_read_back_with(folder: MediaFolder) -> None:
    assert media.LARGEST_AS_IS == MAX_MEDIA_BYTES
    path = put(folder, "a.mp4")
    os.truncate(path, media.LARGEST_AS_IS + 1)
    with pytest.raises(Refused, match=r"`a\.mp4` is larger than 500 MiB") as caught:
        folder.open_as_is("a.mp4")
    assert caught.value.code == "file-too-large"


@pytest.mark.parametrize("name", ["a.gif", "a.txt", "a", "a.svgz", "a.png.exe"])
def test_other_extensions_are_refused_with_what_works(folder: MediaFolder, name: str) -> None:
    put(folder, name)
    refused = refusal(folder, name)
    assert refused.code == "unknown-picture-type"
    assert refused.advice == "what works: .svg, .png, .jpg, .jpeg, .webp, .heic, .heif"


@pytest.mark.parametrize(
    ("name", "content", "what", "advice"),
    [
        ("a.png", JPEG, "a JPEG picture", "rename it to end in `.jpg`"),
        ("a.svg", PNG, "a PNG picture", "rename it to end in `.png`"),
        ("a.jpg", WEBP, "a WebP picture", "rename it to end in `.webp`"),
        ("a.png", SVG, "an SVG drawing or another XML file", "rename it to end in `.svg`"),
        ("a.webp", b"GIF89a...", "a GIF picture", "open it in a picture editor and save it as WEBP"),
        ("a.jpg", b"\0\0\0\x18ftypheic", "a HEIC photo", "rename it to end in `.heic`"),
        ("a.heic", JPEG, "a JPEG picture", "rename it to end in `.jpg`"),
        (
            "a.heic",
            b"\0\0\0\x1cftypavif",
            "an AVIF picture",
            "open it in a picture editor and save it as HEIC",
        ),
        ("a.png", b"<!DOCTYPE html><p>", "a web page", "open it in a picture editor and save it as PNG"),
        (
            "a.svg",
            b"\x1f\x8b\x08",
            "a compressed file (perhaps `.svgz`)",
            "open it in a picture editor and save it as SVG",
        ),
        (
            "a.svg",
            "<svg/>".encode("utf-16"),
            "text in UTF-16, where an SVG must be in UTF-8",
            "open it in a picture editor and save it as SVG",
        ),
        ("a.png", b"hello", "something else", "open it in a picture editor and save it as PNG"),
    ],
)
def test_a_lying_extension_is_refused(
    folder: MediaFolder, name: str, content: bytes, what: str, advice: str
) -> None:
    put(folder, name, content)
    refused = refusal(folder, name)
    assert refused.code == "wrong-picture-type"
    assert refused.message == f"`{name}` is {what}, whatever its extension says"
    assert refused.advice == advice


@pytest.mark.parametrize(
    "name", ["a\0.png", "a\n.png", "\x1b[31m.png", "\ud800.png", "a" * 5000 + ".png", "a/" * 5000 + "a.png"]
)
def test_impossible_names_are_refused_without_an_error_of_the_system(folder: MediaFolder, name: str) -> None:
    refused = refusal(folder, name)
    assert refused.code == "missing-picture"
    assert "\x1b" not in refused.message
    refused.message.encode()


def test_a_file_that_changes_is_not_read(folder: MediaFolder) -> None:
    path = put(folder, "a.png")
    opened = folder.open("a.png")
    path.write_bytes(PNG + b"more")
    with pytest.raises(Refused) as caught:
        opened.read()
    assert caught.value.code == "picture-changed"


@pytest.mark.parametrize("swap", ["gone", "pipe", "folder", "link", "grown"])
def test_a_file_that_is_swapped_is_neither_followed_nor_waited_for(folder: MediaFolder, swap: str) -> None:
    path = put(folder, "a.png")
    other = put(folder, "b.png")
    opened = folder.open("a.png")
    path.unlink()
    if swap == "pipe":
        os.mkfifo(path)
    if swap == "folder":
        path.mkdir()
    if swap == "link":
        path.symlink_to(other)
    if swap == "grown":
        path.write_bytes(PNG)
        os.truncate(path, media.LARGEST + 1)
    with pytest.raises(Refused) as caught:
        opened.read()
    assert caught.value.code == "picture-changed"


def test_a_file_without_permission_is_refused() -> None:
    with open_folder() as root:
        folder = MediaFolder(root)
        put(folder, "a.png").chmod(0)
        with without_privileges():
            assert refusal(folder, "a.png").code == "unreadable-picture"
