"""Texts as Markdown, whoever wrote them: compared by what they show, written as their author would."""

from __future__ import annotations

import difflib
import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from deckwright.cards import markdown, markup, unrender
from deckwright.source.decode import FORBIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

KEYS = ("fact", "mnemonic", "explanation", "ask", "source")  # the texts of a note that a reader can edit

# What Anki's editor leaves behind: lines in a text of one line, breaks where a block ends anyway.
_LINE_ENDS = re.compile(r"\s*(?:<br\s*/?>|</?(?:div|p)\b[^>]*>)\s*", re.IGNORECASE)
_LAST_BREAKS = re.compile(r"(?:<br\s*/?>\s*)+(?=</(?:p|li|div|td|th|h[1-6]|blockquote)>|\Z)", re.IGNORECASE)
_TOKEN = re.compile(r"\s+|[^\W_]+|[^\w\s]|_")
_SHORT = 200  # characters up to which these are compared, and words beyond
_LONG = 20_000  # characters beyond which nothing is compared
_MOST_TOKENS = 4000  # they are compared each with each


def from_field(key: str, html: str, pictures: Mapping[str, str]) -> str:
    """Return the Markdown of a field; *pictures* maps the file names in it to those the author knows."""
    plain = html.replace("&nbsp;", " ")  # Anki's editor writes it for blanks of all sorts
    if key != "explanation":
        return FORBIDDEN.sub("", unrender.line(_LINE_ENDS.sub(" ", plain).strip()))
    text = FORBIDDEN.sub("", unrender.block(_LAST_BREAKS.sub("", plain)))
    for mark in reversed(markdown.pictures(text)):
        if mark.name in pictures:
            text = f"{text[: mark.start]}![{mark.alt}]({pictures[mark.name]}){text[mark.end :]}"
    return text


@lru_cache(maxsize=4096)
def tidy(key: str, text: str) -> str:
    """Return what a text comes to once it was on a card, so that two ways of writing one thing are equal."""
    if key != "explanation":
        return unrender.line(markup.line(text))
    pictures = {mark.name: mark.name for mark in markdown.pictures(text)}
    return unrender.block(markup.block(text, pictures))


def same(key: str, one: str, other: str) -> bool:
    """Whether readers see the same of two texts, but for how their lines are wrapped."""
    return one == other or _shown(key, one) == _shown(key, other)


@lru_cache(maxsize=4096)
def _shown(key: str, text: str) -> str:
    """Return what is seen of a text, with plain blanks only."""
    if key != "explanation":
        rendered = markup.line(text)
    else:
        rendered = markup.block(text, {mark.name: mark.name for mark in markdown.pictures(text)})
    return " ".join(rendered.replace("&nbsp;", " ").split())


def nearest(text: str, known: Iterable[str]) -> str | None:
    """Return the one of the *known* texts that *text* was most likely made from, the later of equals."""
    known = list(known)
    if max(map(len, (text, *known))) > _LONG:
        return known[-1] if known else None
    parts = list if len(text) < _SHORT else str.split
    matcher = difflib.SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(parts(text))
    best, score = None, -1.0
    for one in known:
        matcher.set_seq1(parts(one))
        if matcher.ratio() >= score:
            best, score = one, matcher.ratio()
    return best


def transplanted(key: str, ours: str, theirs: str) -> str:
    """Return *theirs* in the words and marks of *ours*, wherever they did not change anything.

    Both began as one text: *ours* as its author typed it, *theirs* as Anki's editor gave it back. What the
    editor cannot know (gaps, `_` for `*`, where lines are wrapped) stays.
    """
    if len(ours) + len(theirs) > _LONG:
        return theirs
    base, old, new = (text.split("\n\n") for text in (tidy(key, ours), ours, theirs))
    if len(base) != len(old):
        return _woven(key, ours, theirs)
    parts: list[str] = []
    changes = difflib.SequenceMatcher(None, base, new, autojunk=False).get_opcodes()
    for tag, start, end, first, last in changes:
        if tag == "equal":
            parts += old[start:end]
        elif end - start == last - first:
            parts += map(partial(_woven, key), old[start:end], new[first:last])
        else:
            parts += new[first:last]
    return _if_same(key, "\n\n".join(parts), theirs)


def _woven(key: str, ours: str, theirs: str) -> str:
    """Return *theirs* with what of *ours* stands around the words that changed."""
    base, old, new = (_TOKEN.findall(text) for text in (tidy(key, ours), ours, theirs))
    if max(len(base), len(old), len(new)) > _MOST_TOKENS:
        return theirs
    places = _places(_folded(base), _folded(old))
    parts: list[str] = []
    at = 0
    changes = difflib.SequenceMatcher(None, _folded(base), _folded(new), autojunk=False).get_opcodes()
    for tag, start, end, first, last in changes:
        if tag != "equal":
            cut, to = _cut(places, start, end, len(old))
            if cut < at or to < cut:
                return theirs
            parts += [*old[at:cut], *new[first:last]]
            at = to
    return _if_same(key, "".join([*parts, *old[at:]]), theirs)


def _if_same(key: str, mixed: str, theirs: str) -> str:
    return mixed if same(key, mixed, theirs) else theirs


def _folded(tokens: Iterable[str]) -> list[str]:
    """Return tokens in which a blank is a blank, wherever a line ends; paragraphs stay apart."""
    return [("\n\n" if token.count("\n") > 1 else " ") if token.isspace() else token for token in tokens]


def _places(base: Sequence[str], old: Sequence[str]) -> dict[int, int]:
    """Map the tokens of *base*, by index, to where they stand in *old*."""
    blocks = difflib.SequenceMatcher(None, base, old, autojunk=False).get_matching_blocks()
    return {block.a + step: block.b + step for block in blocks for step in range(block.size)}


def _cut(places: Mapping[int, int], start: int, end: int, length: int) -> tuple[int, int]:
    """Return the range of old tokens that stands for the base tokens from *start* to *end*."""
    before = [places[at] + 1 for at in range(start - 1, start) if at in places]
    first = before[0] if before else places.get(start, 0)
    if start == end:
        return first, first
    return first, places.get(end, places.get(end - 1, length - 1) + 1)
