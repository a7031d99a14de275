"""The fonts that the theme names, and whose they are; their licences lie beside them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FONT_CREDIT = (
    "Fonts: Atkinson Hyperlegible Next, © 2020–2024 The Atkinson Hyperlegible Next Project Authors, and"
    " Fredoka, © 2016 The Fredoka Project Authors; both under the SIL Open Font License 1.1"
    " (openfontlicense.org)"
)


@cache
def fonts() -> Mapping[str, bytes]:
    """Return the fonts that the theme names, by their names in Anki's media folder.

    Anki never replaces a file whose name begins with `_`: a changed font needs a new number.
    """
    found = (file for file in (files("deckwright.cards") / "fonts").iterdir() if file.name.endswith(".woff2"))
    return MappingProxyType({file.name: file.read_bytes() for file in sorted(found, key=lambda f: f.name)})
