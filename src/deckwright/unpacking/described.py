"""What stands under a deck's name in Anki → what its author wrote of it."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from deckwright.cards.hypertext import parse, words
from deckwright.cards.typefaces import FONT_CREDIT

if TYPE_CHECKING:
    from deckwright.source.draft import Value

_LICENCE = re.compile(r"private|CC0-1\.0|(?:CC-BY|MIT|Apache|GPL|AGPL|LGPL|MPL|BSD|ODbL|CC)[\w.-]*")
_REPORT = re.compile(r"(?:mailto:|https?://)\S+|[^\s@]+@[^\s@]+\.[^\s@]+")
_SENTENCE = re.compile(r"[.!?](?:\s|$)")
_ORDER = ("summary", "authors", "license", "report", "credit")
_MOST_AUTHORS = 80  # signs


def described(description: str, summary: str | None) -> dict[str, Value]:
    """Return summary, authors, licence, credit and address of a deck of ours, which stand in a row.

    The *summary* is known, if only to be empty, where the deck's scene shows it. What stands before the
    licence are summary and authors, what stands behind it whose the pictures are; where there is no licence
    to tell them apart, no one is named an author.
    """
    parts = [html.unescape(part).strip() for part in description.split("<br><br>") if part.strip()]
    parts = [part for part in parts if part != FONT_CREDIT]
    found: dict[str, Value] = {}
    if parts and _REPORT.fullmatch(parts[-1]):
        found["report"] = parts.pop()
    if summary and parts[:1] == [summary]:
        del parts[0]
    licences = [index for index, part in enumerate(parts) if _LICENCE.fullmatch(part)]
    before = parts[: licences[0]] if licences else []
    behind = parts[licences[0] + 1 :] if licences else parts
    if licences:
        found["license"] = parts[licences[0]]
    if before and _is_named(before[-1]):
        found["authors"] = tuple(before.pop().split(", "))
    if summary is None and (told := before or ([] if licences else behind)):
        found["summary"] = "\n\n".join(told)
    elif behind:
        found["credit"] = "; ".join(behind)
    return {key: found[key] for key in _ORDER if key in found}


def summary_of(description: str) -> str:
    """Return the words of a description that another tool wrote."""
    return " ".join(words(parse(description)).split())


def _is_named(part: str) -> bool:
    """Whether a text is rather a list of names than what a deck is about."""
    few = len(part) <= _MOST_AUTHORS and "\n" not in part
    return few and not _SENTENCE.search(re.sub(r"\b\w\.", "", part))
