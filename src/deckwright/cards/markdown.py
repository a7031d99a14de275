"""The Markdown parser, and what it finds in a text: code points in place of its bytes."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pyromark

from deckwright.cards.maths import formulas

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Span = tuple[int, int]

_MARKDOWN = pyromark.Markdown(options=pyromark.Options.ENABLE_TABLES)
# Stand for what is put back once Markdown and the cleaner are done; private, so that neither gives them a
# meaning.
_MARKS = tuple(map(chr, range(0xE000, 0xE040)))
_REMOTE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_NO_WORDS = frozenset({"Image", "CodeBlock"})


@dataclass(frozen=True, slots=True)
class PictureMark:
    """A picture within a text, from code point *start* to *end* of it; *name* is that of the file."""

    name: str
    alt: str
    start: int
    end: int

    @property
    def is_remote(self) -> bool:
        """Whether the name is an address, and no file of the deck."""
        return _REMOTE.match(self.name) is not None


def to_html(text: str) -> str:
    """Render a text as the parser does, nothing made safe."""
    rendered: str = _MARKDOWN.html(text)
    return rendered.rstrip()


def events(text: str) -> Iterator[tuple[Any, int, int]]:
    """Yield every event of a text with start and end."""
    chars = _characters(text)
    for event, place in _MARKDOWN.events_with_range(text):
        yield event, chars[place["start"]], chars[place["end"]]


def definitions(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the label of each line that gives a link its address, with start and end."""
    chars = _characters(text)
    for label, definition in _MARKDOWN.reference_definitions(text).items():
        yield label, chars[definition["span"]["start"]], chars[definition["span"]["end"]]


def pictures(text: str) -> tuple[PictureMark, ...]:
    """Return the pictures of a text, in order, but for those within others."""
    if "![" not in text:
        return ()
    return tuple(_pictures(without_formulas(text)))


def _pictures(text: str) -> Iterator[PictureMark]:
    depth, alt, name = 0, "", ""
    for event, start, end in events(text):
        if not isinstance(event, dict):
            continue
        if isinstance(event.get("Start"), dict) and "Image" in event["Start"]:
            if not depth:
                alt, name = "", event["Start"]["Image"]["dest_url"]
            depth += 1
        elif event.get("End") == "Image":
            depth -= 1
            if not depth:
                yield PictureMark(unquote(name), alt, start, end)
        elif depth:
            alt += event.get("Text") or event.get("Code") or ""


def words(text: str) -> str:
    """Return the text with a line feed for every character but its words as typed, escaped ones left out.

    Formulas are to be masked before. What stands in code, HTML, a picture or an address is none of the words.
    """
    found: list[Span] = []
    depth = 0
    for event, start, end in events(text):
        if not isinstance(event, dict):
            continue
        inner = event.get("Start")
        ended = event.get("End")
        if isinstance(ended, str) and ended in _NO_WORDS:
            depth -= 1
        elif isinstance(inner, dict) and inner.keys() & _NO_WORDS:
            depth += 1
        elif "Text" in event and not depth:
            found.append((start, end))
    shown = ["\n"] * len(text)
    for start, end in found:
        # Only an escape leaves a backslash out of the words.
        first = start + (text[start - 1 : start] == "\\" and shown[start - 1] == "\n")
        shown[first:end] = text[first:end]
    return "".join(shown)


def addressed(text: str) -> Iterator[Span]:
    """Yield where HTML, links and pictures stand, with what belongs to them."""
    for event, start, end in events(text):
        if isinstance(event, dict):
            inner = event.get("Start")
            is_link = isinstance(inner, dict) and inner.keys() & {"Link", "Image"}
            if is_link or event.keys() & {"Html", "InlineHtml"}:
                yield start, end
    yield from ((start, end) for _, start, end in definitions(text))


def without_formulas(text: str) -> str:
    """Return the text with a sign that has no meaning in place of every one of a formula."""
    spans = tuple(formulas(text))
    mark = unused(text)[:1] if spans else ""
    return masked(text, {span: mark * (span[1] - span[0]) for span in spans})


def unused(text: str) -> str:
    """Return a string of private-use characters that *text* cannot hold, not even by its entities."""
    decoded = html.unescape(text)
    mark = min(_MARKS, key=decoded.count)
    return mark * (decoded.count(mark) + 1)


def masked(text: str, marks: Mapping[Span, str]) -> str:
    """Put *marks* in place of their spans, which stand in order."""
    parts, at = [], 0
    for (start, end), mark in marks.items():
        parts += [text[at:start], mark]
        at = end
    return "".join([*parts, text[at:]])


def addresses(text: str) -> Iterator[str]:
    """Yield the address of every link."""
    for event, _, _ in events(text):
        start = event.get("Start") if isinstance(event, dict) else None
        if isinstance(start, dict) and "Link" in start:
            yield start["Link"]["dest_url"]


def _characters(text: str) -> Sequence[int]:
    """Return for each UTF-8 offset of *text*, its end included, the code point that stands there."""
    if text.isascii():
        return range(len(text) + 1)
    sizes = (len(char.encode()) for char in text)
    return [at for at, size in enumerate(sizes) for _ in range(size)] + [len(text)]
