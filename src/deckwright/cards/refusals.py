"""What texts hold and must not: found in the text as it is rendered, told at its places as it was typed."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from deckwright.cards import cleaner, gaps, markdown, markup
from deckwright.cards.attached import blanked
from deckwright.cards.maths import formulas, unsafe_commands

if TYPE_CHECKING:
    from collections.abc import Iterator

# White space, or a character with all that could melt into it: no ASCII melts into what is before it.
_PIECE = re.compile(r"[ \t\n]+|[\x00-\x7f][^\x00-\x7f]*|[^\x00-\x7f]+")
# What is meant for a picture, and is none where its name has a space or its end is missing.
_PICTURE = re.compile(r"!\[[^\]\n]*\]\((?P<name>[^()<>\n]*)\)?")
_NAME = r"""[^\s"'<>/=]+"""
_VALUE = r"""(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+)"""
_ATTRIBUTE = re.compile(rf"\s+({_NAME})(?:\s*=\s*({_VALUE}))?")
# A comment or the like; a whole tag; or what HTML would take for the beginning of either.
_HTML = re.compile(
    r"(?=(?P<head><!--|<!\[CDATA\[|<[/!?]*[a-z0-9]*))"
    r"(?:<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)"
    rf"|</?(?P<tag>[a-z][a-z0-9]*)(?P<attributes>(?:\s+{_NAME}(?:\s*=\s*{_VALUE})?)*)\s*/?>"
    r"|<[a-z/!?][^<>]*>?)",
    re.DOTALL | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Problem:
    """A defect of one text, from code point *start* to *end* of it."""

    code: str
    message: str
    start: int
    end: int
    advice: str


def line_problems(text: str) -> Iterator[Problem]:
    """Find what `markup.line` would refuse, with the places in *text*."""
    shown = markup.LINE_START + markup.flat(markup.cleaned(text))
    found = [*_unsafe_maths(shown), *_refused(shown, cleaner.INLINE), *_misplaced(shown)]
    yield from _placed(found, text, within_line=True)


def block_problems(text: str) -> Iterator[Problem]:
    """Find what `markup.block` or `cloze` would refuse, with the places in *text*."""
    shown = markup.cleaned(text)
    found = [*_unsafe_maths(shown), *_refused(shown, cleaner.BLOCK), *_gap_problems(shown), *_pictures(shown)]
    yield from _placed(found, text, within_line=False)


def hypertext_problems(text: str) -> Iterator[Problem]:
    """Find what `markup.hypertext` would drop, with the places in *text*."""
    yield from _unsafe_maths(text)
    yield from _refused_html(blanked(text), 0, len(text), cleaner.VERBATIM)


def is_plain(text: str) -> bool:
    """Whether a text holds no sign of what could be refused."""
    return not ("<" in text or "[" in text or "\\" in text or "{{" in text)


def _placed(found: list[Problem], text: str, *, within_line: bool) -> Iterator[Problem]:
    places = _places(text, within_line=within_line) if found else []
    for problem in found:
        yield replace(problem, start=places[problem.start], end=places[problem.end - 1] + 1)


def _places(text: str, *, within_line: bool) -> list[int]:
    """Return for each code point of the text that is rendered its place in *text*."""
    kept = [at for at, char in enumerate(text) if not markup.CONTROL.match(char)]
    clean = "".join(text[at] for at in kept)
    places: list[int] = []
    if within_line:
        kept = kept[len(clean) - len(clean.lstrip()) :]
        clean = clean.strip()
        places = [0] * len(markup.LINE_START)
    for piece in _PIECE.finditer(clean):
        is_space = within_line and piece[0][0] in " \t\n"
        length = 1 if is_space else len(unicodedata.normalize("NFC", piece[0]))
        first, last = piece.start(), piece.end() - 1
        places += (kept[min(at, last)] for at in range(first, first + length))
    return places


def _unsafe_maths(text: str) -> Iterator[Problem]:
    for formula in formulas(text):
        for bad in unsafe_commands(text, *formula):
            message = f"`{bad[0]}` can run or load things"
            yield Problem("unsafe-maths", message, *bad.span(), "write the formula without it")


def _gap_problems(text: str) -> Iterator[Problem]:
    for fault in gaps.find(text)[1]:
        yield Problem("bad-gap", fault.message, fault.start, fault.end, fault.advice)
    for gap in markup.broken_gaps(text) if "{{c" in text else ():
        message = "this gap begins in one part of the text and ends in another"
        advice = "keep it within one paragraph, list item or emphasis; two gaps may share a number"
        yield Problem("gap-across-parts", message, gap.start, gap.end, advice)


def _pictures(text: str) -> Iterator[Problem]:
    """Find the pictures that would be loaded from elsewhere, and those that Markdown takes for words."""
    words = markdown.words(markdown.without_formulas(text)) if "![" in text else ""
    for found in _PICTURE.finditer(words):
        message = "this is shown as it stands: Markdown takes it for no picture"
        advice = f"write `![…](<{found['name'].strip()}>)`"
        yield Problem("bad-picture", message, *found.span(), advice)
    for mark in markdown.pictures(text):
        if mark.is_remote:
            message = "a picture from elsewhere would be loaded by every reader"
            advice = "save it in `media/`, and write its name there"
            yield Problem("remote-picture", message, mark.start, mark.end, advice)


def _misplaced(text: str) -> Iterator[Problem]:
    """Find the pictures where there is no room for any."""
    for mark in markdown.pictures(text):
        message = "pictures have their place in `explanation`, not here"
        advice = "move it there, or give the note an `image:`"
        yield Problem("misplaced-picture", message, mark.start, mark.end, advice)


def _refused(text: str, allowed: cleaner.Allowed) -> Iterator[Problem]:
    """Find the HTML and links that have no place in *text*."""
    masked = markdown.without_formulas(text)
    used: set[str] = set()
    event: Any
    for event, start, end in markdown.events(masked):
        if not isinstance(event, dict) or event.keys() <= {"Text", "End"}:
            continue
        if "Html" in event or "InlineHtml" in event:
            yield from _refused_html(masked, start, end, allowed)
        elif isinstance(event.get("Start"), dict):
            link = event["Start"].get("Link") or event["Start"].get("Image") or {}
            used.add(link.get("id", "").casefold())
            yield from _refused_reference(event["Start"], start, end, allowed)
    for label, start, end in markdown.definitions(masked):
        if label.casefold() not in used:
            message = f"`[{label}]:` starts the address of a link, so this is not shown"
            yield Problem("hidden-text", message, start, end, f"write `\\[{label}]:`")


def _refused_reference(
    start: dict[str, Any], first: int, end: int, allowed: cleaner.Allowed
) -> Iterator[Problem]:
    if "Link" in start:
        link = start["Link"]
        address = f"mailto:{link['dest_url']}" if link["link_type"] == "Email" else link["dest_url"]
        yield from _refused_link(address, first, end, allowed)


def _refused_link(address: str, start: int, end: int, allowed: cleaner.Allowed) -> Iterator[Problem]:
    """Refuse an address that the cleaner would drop."""
    if not cleaner.is_safe_link(address, allowed):
        message = "a link must start with `https:` or `mailto:`"
        yield Problem("unsafe-link", message, start, end, "write the whole address, or drop it")


def _refused_html(text: str, start: int, end: int, allowed: cleaner.Allowed) -> Iterator[Problem]:
    for match in _HTML.finditer(text, start, end):
        tag = (match["tag"] or "").lower()
        if tag not in allowed.tags:
            head = f"<{tag}>" if tag else match["head"]
            yield Problem("unsafe-html", f"`{head}` is not allowed here", *match.span(), _advice(allowed))
        for found in _ATTRIBUTE.finditer(text, *match.span("attributes")) if tag else ():
            yield from _refused_attribute(tag, found, allowed)


def _refused_attribute(tag: str, found: re.Match[str], allowed: cleaner.Allowed) -> Iterator[Problem]:
    place = (found.start(1), found.end())
    name, value = found[1].lower(), html.unescape((found[2] or "").strip("\"'"))
    if not allowed.has(tag, name):
        yield Problem("unsafe-html", f"the attribute `{found[1]}` is not allowed", *place, _advice(allowed))
    elif name == "href":
        yield from _refused_link(value, *place, allowed)
    elif name == "style":
        for what in cleaner.refused_style(value, allowed):
            yield Problem("unsafe-html", f"the style `{what}` is not allowed", *place, _advice(allowed))


def _advice(allowed: cleaner.Allowed) -> str:
    if allowed is cleaner.VERBATIM:
        return "leave it out: it would not reach your readers"
    return "use Markdown; to show the sign itself, write `\\<`"
