"""Names made from texts."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# What no file of Windows can be called, whatever its suffix.
DEVICES = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}
)
_NOT_ASCII_WORD = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=50_000)
def slug(text: str) -> str:
    """Return *text* casefolded, with `-` for all but letters and digits of any script; may be empty.

    Combining marks of a script belong to its letters and stay.
    """
    if text.isascii():
        return _NOT_ASCII_WORD.sub("-", text.lower()).strip("-")
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    kept = (char if char.isalnum() or unicodedata.category(char)[0] == "M" else "-" for char in folded)
    return re.sub(r"-+", "-", "".join(kept)).strip("-")


def ascii_slug(text: str, otherwise: str) -> str:
    """Return *text* as lower-case ASCII letters, digits and `-` for a file name, or *otherwise*."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _NOT_ASCII_WORD.sub("-", plain).strip("-") or otherwise


def file_stem(text: str, otherwise: str, longest: int) -> str:
    """Return *text* as a file's name before its suffix, of at most *longest* characters or a word more."""
    stem = ascii_slug(text, otherwise)[:longest].strip("-")
    return f"{stem}-{otherwise}" if stem in DEVICES else stem


@lru_cache(maxsize=10_000)
def tag_part(text: str) -> str:
    """Return *text* as one part of an Anki tag, which holds neither white space nor quotes."""
    return re.sub("::+", ":", re.sub(r"\s+", "_", text.strip())).replace('"', "'")
