"""Tree → model; what the model does not take is told and left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from deckwright.deck.desugar import desugar
from deckwright.deck.faults import tell
from deckwright.deck.model import NODE, Deck
from deckwright.source.diagnostics import Report, error
from deckwright.source.syntax import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

MAX_ROUNDS = 10
_REMOVED = object()


def bind(tree: Node | None, report: Report) -> Deck | None:
    """Make the model of a deck; None only when the tree is no deck at all.

    What is wrong goes to *report* and is left out of the model, so that later stages find their own faults
    in the same run.
    """
    if tree is None and report.has_errors:  # what stopped the reading has been told
        return None
    if not isinstance(tree, Mapping):
        advice = "the least that works is `deck:` and `notes:`"
        span = tree.span if tree else None
        report.add(error("no-deck", "this file holds no deck", span, advice=advice))
        return None
    long = desugar(tree, report.source)
    data = _plain(long)
    if isinstance(data.get("sections"), dict):  # a mapping of names, not a part with a place of its own
        del data["sections"][NODE]
    for attempt in range(MAX_ROUNDS):
        try:
            return Deck.model_validate(data)
        except ValidationError as problem:
            details = problem.errors(include_url=False)
            if not attempt:
                report.extend(dict.fromkeys(tell(details, long)))
            # Deepest first, so that no path leads through a part already gone.
            for detail in sorted(details, key=lambda detail: -len(detail["loc"])):
                _prune(data, detail)
            data = _without_removed(data)
    return None


def _plain(node: Node) -> Any:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    data: dict[str, Any] = {key.text: _plain(value) for key, value in node.pairs}
    return {**data, NODE: node}


def _prune(data: dict[str, Any], detail: ErrorDetails) -> None:
    """Mark in *data* the smallest part that has to go for validation to get further."""
    loc = list(detail["loc"])
    if loc == ["deck"]:
        data["deck"] = "?"
        return
    if detail["type"] == "missing":
        loc.pop()
    holder: Any = data
    for part in loc[:-1]:
        holder = holder[part]
    if holder is not _REMOVED:
        holder[loc[-1]] = _REMOVED


def _without_removed(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _without_removed(value) for key, value in data.items() if value is not _REMOVED}
    if isinstance(data, list):
        return [_without_removed(item) for item in data if item is not _REMOVED]
    return data
