"""Texts as a search sees them: without accents, case and marks, cut into words."""

from __future__ import annotations

import re
import unicodedata
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_WORD = 12  # characters; what comes after is told apart in the page
LONGEST_PIECE = 4  # of a script that puts no space between words
# Letters that Unicode does not take apart, as people type them who do not have them on their keyboard.
_SPELT = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "ς": "σ"}
)
_RUN = re.compile(r"[^\W_]+")
# Thai, Lao, Burmese, Khmer, Kana, Bopomofo, Hangul, Han.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3031-\u318f\u31a0-\u31ff"
    "\u3400-\u9fff\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
_STRETCH = re.compile(f"([{_UNSPACED}]+)|[^{_UNSPACED}]+")


def fold(text: str) -> str:
    """Return a text in which what people type in different ways is written in one.

    `search.js` does the same. Marks go, letters become small, and variants of a letter (full-width,
    superscript, ligature) become the plain one.
    """
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text)
    plain = "".join(char for char in apart if unicodedata.category(char)[0] != "M")
    # Hangul, which was taken apart into its sounds, comes together again.
    return unicodedata.normalize("NFC", plain.lower().translate(_SPELT))


def words(text: str) -> Iterator[str]:
    """Yield the beginnings of a text's words, folded; in scripts without spaces each character begins one."""
    runs = _RUN.findall(fold(text))
    return chain.from_iterable(map(_words, runs))


def _words(run: str) -> Iterator[str]:
    for stretch in _STRETCH.finditer(run):
        if stretch[1]:
            yield from (stretch[0][at : at + LONGEST_PIECE] for at in range(len(stretch[0])))
        else:
            yield stretch[0][:LONGEST_WORD]
