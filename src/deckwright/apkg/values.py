"""Values read from a package or a lock, each checked by its type, and the error about what cannot be read."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from deckwright.source.diagnostics import printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AGAIN = "copy or download the file again, or ask its author for a new export"
DISTRUST = "do not import this file; ask its author for a fresh export from Anki"
_SHOWN_CHARS = 80
MAX_JSON_BYTES = 16 << 20
MAX_JSON_DEPTH = 100
_INTEGER_BOUND = 2**63
_DECIMAL = re.compile(r"-?[0-9]{1,19}", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")


class UnreadablePackage(Exception):  # noqa: N818  # a finding about the file, like a Diagnostic
    """A package that cannot be read or cannot be trusted.

    `code` is stable kebab-case. `message` is one headline without a full stop and `advice` says what
    to do; neither can drive a terminal, and neither repeats the package's path, which is `path`.
    """

    path: Path | None = None

    def __init__(self, code: str, message: str, *, advice: str) -> None:
        self.code = code
        self.message = printable(message)
        self.advice = printable(advice)
        super().__init__(f"[{self.code}] {self.message}")


class NoRoomError(UnreadablePackage):
    """The disk has no room to unpack a package, of which this says nothing."""


def shown(name: str) -> str:
    """Put a name from the package between backticks, cut to a length that fits a message."""
    cut = name if len(name) <= _SHOWN_CHARS else name[:_SHOWN_CHARS] + "…"
    return f"`{cut}`"


def damaged(message: str) -> UnreadablePackage:
    """Make the finding about a collection that is not what Anki writes."""
    return UnreadablePackage(
        "damaged-collection",
        message,
        advice="import it into an empty Anki profile, run Tools > Check Database, and export it again",
    )


def parse_json(source: object, where: str) -> object:
    """Parse a JSON text of bounded size and depth, in which no object says a key twice."""
    text = as_text(source, where)
    if len(text) > MAX_JSON_BYTES:
        raise damaged(f"{where} are longer than {MAX_JSON_BYTES} characters")
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except RecursionError:
        raise _too_deep(where) from None
    except ValueError as failure:
        raise damaged(f"{where} are not JSON") from failure
    _check_depth(value, where)
    return value


def as_text(value: object, where: str) -> str:
    """Return *value* if it is a text that can be written as UTF-8."""
    if not isinstance(value, str) or _SURROGATE.search(value):
        raise damaged(f"{where} should be text")
    return value


def as_integer(value: object, where: str) -> int:
    """Return *value* if it is a whole number of 64 bits."""
    # JSON's true is an int to Python.
    if not isinstance(value, int) or isinstance(value, bool) or not -_INTEGER_BOUND <= value < _INTEGER_BOUND:
        raise damaged(f"{where} should be a whole number")
    return value


def as_id(value: object, where: str) -> int:
    """Return *value* as a number; Anki takes ids as digits too, and genanki writes them so."""
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return as_integer(int(value), where)
    return as_integer(value, where)


def as_object(value: object, where: str) -> dict[str, object]:
    """Return *value* if it is a JSON object."""
    if not isinstance(value, dict):
        raise damaged(f"{where} should be an object")
    return value


def as_list(value: object, where: str) -> list[object]:
    """Return *value* if it is a JSON list."""
    if not isinstance(value, list):
        raise damaged(f"{where} should be a list")
    return value


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _no_constant(_name: str) -> object:
    raise ValueError


def _check_depth(value: object, where: str) -> None:
    level = [value]
    for _depth in range(MAX_JSON_DEPTH):
        level = [child for node in level for child in _children(node)]
        if not level:
            return
    raise _too_deep(where)


def _too_deep(where: str) -> UnreadablePackage:
    return damaged(f"{where} are nested more than {MAX_JSON_DEPTH} deep")


def _children(node: object) -> Iterator[object]:
    if isinstance(node, dict):
        yield from node.values()
    elif isinstance(node, list):
        yield from node
