"""What the page asks for in JSON, checked and handed on to the desk; each answers what was done."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from deckwright.emend import Unfit
from deckwright.preview.changes import Stale

if TYPE_CHECKING:
    from collections.abc import Callable

    from deckwright.preview.desk import Desk

_MOST = 100  # percent
_FOUR_NUMBERS = [True] * 4

Answer = tuple[dict[str, Any], int]  # what to send as JSON, and the HTTP status


def answered(change: Callable[[], dict[str, Any]]) -> Answer:
    """Make a change, or say why it is not made."""
    try:
        return change(), 200
    except Unfit as problem:
        return {"error": str(problem)}, 400
    except Stale as problem:
        return {"error": str(problem)}, 409
    except OSError as problem:
        return {"error": f"the disk does not take it: {problem.strerror}; nothing was lost"}, 500


def text(desk: Desk, asked: dict[str, Any]) -> dict[str, Any]:
    """Put a text: `{note, key, was, text}`."""
    guid, key, was, new = (_text(asked, name) for name in ("note", "key", "was", "text"))
    return {"did": desk.put(guid, key, was, new)}


def region(desk: Desk, asked: dict[str, Any]) -> dict[str, Any]:
    """Place a note on its scene: `{note, region}`, in percent."""
    numbers = asked.get("region")
    if not isinstance(numbers, list) or [type(one) in (int, float) for one in numbers] != _FOUR_NUMBERS:
        raise Unfit("a region is four numbers")
    if not all(abs(one) <= _MOST for one in numbers):
        raise Unfit("the place leaves the picture; drag it anew")
    x, y, wide, high = map(float, numbers)
    return {"did": desk.mark(_text(asked, "note"), (x, y, wide, high))}


def note(desk: Desk, asked: dict[str, Any]) -> dict[str, Any]:
    """Add a note: `{deck, section, texts}`, the deck by its number."""
    number, texts = asked.get("deck"), asked.get("texts")
    if type(number) is not int or number < 0 or not isinstance(texts, dict):
        raise Unfit("name a deck by its number, and give texts")
    did, index = desk.add(number, _text(asked, "section"), {name: _text(texts, name) for name in texts})
    return {"did": did, "index": index}


def parsed(data: bytes) -> dict[str, Any] | None:
    """Return the JSON object that a request holds, if it is one."""
    try:
        asked = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return asked if isinstance(asked, dict) else None


def _text(asked: dict[str, Any], name: str) -> str:
    found = asked.get(name)
    if not isinstance(found, str):
        raise Unfit(f"`{name}` is a text")
    return found
