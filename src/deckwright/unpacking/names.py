"""Which media files of a package a project can have, under the names that its notes call them by."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.cards.typefaces import fonts
from deckwright.deck.names import DEVICES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deckwright.apkg.package import PackageMedia

_PICTURES = "png jpg jpeg webp gif svg avif bmp tif tiff heic heif ico"
_SOUNDS = "mp3 ogg oga opus wav flac m4a aac spx 3gp"
_FILMS = "mp4 webm mkv mov avi mpg mpeg ogv m4v"
_FONTS = "ttf otf woff woff2"
SUFFIXES = frozenset(f"{_PICTURES} {_SOUNDS} {_FILMS} {_FONTS}".split())
_LONGEST = 200  # bytes of a name; disks take 255, and what is made of it adds some
_ODD = re.compile(r'[<>:"/\\|?*]|^ |[. ]$')


@dataclass(frozen=True, slots=True)
class Chosen:
    """The media files to take, by name, and those left out, each with the reason."""

    names: frozenset[str]
    left: tuple[tuple[str, str], ...]


def choose(media: Iterable[PackageMedia]) -> Chosen:
    """Take pictures, sounds, films and fonts whose names every disk can hold, but for our own fonts."""
    own = fonts().keys()
    names: dict[str, str] = {}
    left = []
    for file in media:
        if file.name in own:
            continue
        reason = _refusal(file.name)
        same = names.get(_folded(file.name))
        if not reason and same is not None:
            reason = f"some disks take its name for that of `{same}`"
        if reason:
            left.append((file.name, reason))
        else:
            names[_folded(file.name)] = file.name
    return Chosen(frozenset(names.values()), tuple(left))


def is_file_name(name: str) -> bool:
    """Whether every disk can hold a file of that name, and a person can read it."""
    unseen = any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in name)
    odd = not name or _ODD.search(name) or name.partition(".")[0].casefold() in DEVICES
    return not (unseen or odd or len(name.encode("utf-8", "replace")) > _LONGEST)


def _refusal(name: str) -> str:
    suffix = name.rpartition(".")[2].casefold() if "." in name else ""
    if name.startswith(".") or not is_file_name(name):
        return "not every disk can hold its name, or nobody can read it"
    return "" if suffix in SUFFIXES else "it is no picture, sound, film or font"


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
