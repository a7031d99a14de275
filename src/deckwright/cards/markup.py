"""Markdown → HTML that is safe in anyone's collection.

Anki runs scripts in fields, loads MathJax without its safe mode, and gives `[sound:`, `[latex]` and `{{c1::`
a life of their own. What an author writes is shown, never live; what is refused is reported, never lost in
silence.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import nh3
import pyromark

from deckwright.cards.maths import formulas, unsafe_commands

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_INLINE = frozenset(
    {"b", "strong", "i", "em", "u", "s", "sub", "sup", "code", "br", "a", "small", "kbd", "mark"}
)
_BLOCK = _INLINE | {
    *("p", "ul", "ol", "li", "blockquote", "pre", "hr", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("table", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}


_HYPERTEXT = _BLOCK | {"div", "span"}  # what other tools wrap texts in


def _cleaner(tags: frozenset[str]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(tags),
        # The alignment of table cells is the one style that Markdown itself writes.
        attributes=_ATTRIBUTES | {"th": {"style"}, "td": {"style"}},
        url_schemes={"https", "mailto"},
        filter_style_properties={"text-align"},
        url_relative="deny",
    )


_INLINE_CLEANER, _BLOCK_CLEANER, _HYPERTEXT_CLEANER = map(_cleaner, (_INLINE, _BLOCK, _HYPERTEXT))
_MARKDOWN = pyromark.Markdown(options=pyromark.Options.ENABLE_TABLES)

_UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SPACE = re.compile(r"[ \t\n]+")
# White space, or a character with all that could melt into it: no ASCII melts into what is before it.
_PIECE = re.compile(r"[ \t\n]+|[\x00-\x7f][^\x00-\x7f]*|[^\x00-\x7f]+")
_TAG = re.compile(r"""(<[^>"]*(?:"[^"]*"[^>"]*)*>)""")
_MATHS_MARK = re.compile(r"\\(?=[()\[\]])")
_LIVE_BRACKET = re.compile(r"\[(?=(?:sound|anki):|/?(?:latex|\$\$?)\])", re.IGNORECASE)
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
# Stand for formulas while Markdown and the cleaner work; private, so that neither gives them a meaning.
_MARKS = tuple(map(chr, range(0xE000, 0xE040)))
# A line that starts with this mark starts no list, heading, quote, table or HTML block. As punctuation it
# leaves `_` and `*` after it their meaning.
_LINE_START = "⸮"


@dataclass(frozen=True, slots=True)
class Problem:
    """A defect of one text, from code point *start* to *end* of it."""

    code: str
    message: str
    start: int
    end: int
    advice: str


def line(text: str) -> str:
    """Render a text that stays within a line; `1.`, `#`, `-` or `>` at its start are text."""
    flat = _flat(_cleaned(text))
    return _safe(_LINE_START + flat, _INLINE_CLEANER).removeprefix(_LINE_START) if flat else ""


def block(text: str) -> str:
    """Render a text of any length: all of CommonMark, and tables."""
    return _safe(_cleaned(text), _BLOCK_CLEANER)


def hypertext(text: str) -> str:
    """Return HTML that another tool wrote, rid of all that is refused in our own texts; formulas stay."""
    quiet = _quiet(_CONTROL.sub("", _HYPERTEXT_CLEANER.clean(_cleaned(text))))
    unsafe = any(_unsafe_maths(quiet)) or any(_unsafe_maths(plain(quiet)))
    return "".join(_without_maths_marks(part) for part in _TAG.split(quiet)) if unsafe else quiet


def literal(text: str) -> str:
    """Write a text without markup as HTML: every character is shown as it stands."""
    return _without_maths_marks(_quiet(html.escape(_cleaned(text), quote=False)))


def attribute(text: str) -> str:
    """Write a text without markup as the value of an attribute in double quotes."""
    return _quiet(html.escape(_cleaned(text)))


def plain(rendered: str) -> str:
    """Return the words of rendered HTML, as a title or a sort field shows them."""
    return _SPACE.sub(" ", html.unescape(_TAG.sub("", rendered))).strip()


def is_visible(rendered: str) -> bool:
    """Whether a reader sees anything of rendered HTML."""
    return any(unicodedata.category(char) not in _UNSEEN for char in plain(rendered))


def problems(text: str, *, within_line: bool) -> Iterator[Problem]:
    """Find what `line` or `block` would refuse, with the places in *text*."""
    if "<" not in text and "[" not in text and "\\" not in text:
        return
    cleaned = _cleaned(text)
    shown = _LINE_START + _flat(cleaned) if within_line else cleaned
    found = [*_unsafe_maths(shown), *_refused(shown, _INLINE if within_line else _BLOCK)]
    if not found:
        return
    places = _places(text, within_line=within_line)
    for problem in found:
        yield replace(problem, start=places[problem.start], end=places[problem.end - 1] + 1)


def hypertext_problems(text: str) -> Iterator[Problem]:
    """Find what `hypertext` would drop, with the places in *text*."""
    yield from _unsafe_maths(text)
    yield from _refused_html(text, 0, len(text), _HYPERTEXT)


def _cleaned(text: str) -> str:
    """Return the NFC text without control characters; Anki would do the same on import."""
    return unicodedata.normalize("NFC", _CONTROL.sub("", text))


def _flat(cleaned: str) -> str:
    return _SPACE.sub(" ", cleaned).strip()


def _places(text: str, *, within_line: bool) -> list[int]:
    """Return for each code point of the text that is rendered its place in *text*."""
    kept = [at for at, char in enumerate(text) if not _CONTROL.match(char)]
    clean = "".join(text[at] for at in kept)
    places: list[int] = []
    if within_line:
        kept = kept[len(clean) - len(clean.lstrip()) :]
        clean = clean.strip()
        places = [0] * len(_LINE_START)
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


def _refused(text: str, allowed: frozenset[str]) -> Iterator[Problem]:
    """Find the HTML, links and pictures that have no place in *text*."""
    mark = _unused(text)[:1]
    masked = _masked(text, {span: mark * (span[1] - span[0]) for span in formulas(text)})
    chars = _characters(masked)
    used: set[str] = set()
    event: Any
    for event, place in _MARKDOWN.events_with_range(masked):
        if not isinstance(event, dict) or event.keys() <= {"Text", "End"}:
            continue
        start, end = chars[place["start"]], chars[place["end"]]
        if "Html" in event or "InlineHtml" in event:
            yield from _refused_html(masked, start, end, allowed)
        elif isinstance(event.get("Start"), dict):
            used.add(event["Start"].get("Link", {}).get("id", "").casefold())
            yield from _refused_reference(event["Start"], start, end)
    for label, definition in _MARKDOWN.reference_definitions(masked).items():
        if label.casefold() not in used:
            start, end = (chars[definition["span"][side]] for side in ("start", "end"))
            message = f"`[{label}]:` starts the address of a link, so this is not shown"
            yield Problem("hidden-text", message, start, end, f"write `\\[{label}]:`")


def _characters(text: str) -> Sequence[int]:
    """Return for each UTF-8 offset of *text*, its end included, the code point that stands there."""
    if text.isascii():
        return range(len(text) + 1)
    sizes = (len(char.encode()) for char in text)
    return [at for at, size in enumerate(sizes) for _ in range(size)] + [len(text)]


def _refused_reference(start: dict[str, Any], first: int, end: int) -> Iterator[Problem]:
    if "Image" in start:
        message = "a picture inside a text does not come along yet"
        yield Problem("not-yet", message, first, end, "give the note an `image:` of its own")
    elif "Link" in start:
        link = start["Link"]
        address = f"mailto:{link['dest_url']}" if link["link_type"] == "Email" else link["dest_url"]
        yield from _refused_link(address, first, end)


def _refused_link(address: str, start: int, end: int) -> Iterator[Problem]:
    """Refuse an address that the cleaner would drop."""
    if "href=" not in _INLINE_CLEANER.clean(f'<a href="{html.escape(address)}"></a>'):
        message = "a link must start with `https:` or `mailto:`"
        yield Problem("unsafe-link", message, start, end, "write the whole address, or drop it")


def _refused_html(text: str, start: int, end: int, allowed: frozenset[str]) -> Iterator[Problem]:
    advice = "use Markdown; to show the sign itself, write `\\<`"
    for match in _HTML.finditer(text, start, end):
        tag = (match["tag"] or "").lower()
        if tag not in allowed:
            head = f"<{tag}>" if tag else match["head"]
            yield Problem("unsafe-html", f"`{head}` is not allowed here", *match.span(), advice)
        for found in _ATTRIBUTE.finditer(text, *match.span("attributes")) if tag else ():
            place = (found.start(1), found.end())
            if found[1].lower() not in _ATTRIBUTES.get(tag, ()):
                yield Problem("unsafe-html", f"the attribute `{found[1]}` is not allowed", *place, advice)
            elif found[1].lower() == "href":
                yield from _refused_link(html.unescape((found[2] or "").strip("\"'")), *place)


def _safe(text: str, cleaner: nh3.Cleaner) -> str:
    """Render Markdown around its formulas, and take the life out of everything that Anki would act on."""
    found = tuple(formulas(text))
    mark = _unused(text) if found else ""
    marks = {span: f"{mark}{number}{mark}" for number, span in enumerate(found)}
    marked = re.compile(f"{mark}(\\d+){mark}")
    if marks:
        # What stands in an address is part of it, whatever it looks like: `…/wiki/Baclofen_\(drug\)`.
        for number in _in_addresses(_masked(text, marks), marked):
            del marks[found[number]]
    rendered = _MARKDOWN.html(_masked(text, marks)).rstrip()
    if cleaner is _INLINE_CLEANER:
        rendered = rendered.removeprefix("<p>").removesuffix("</p>")
    # What entities stood for comes out raw here.
    clean = _CONTROL.sub("", cleaner.clean(rendered)).rstrip()
    quiet = _quiet("".join(_without_maths_marks(part) for part in _TAG.split(clean)))

    def put_back(match: re.Match[str]) -> str:
        start, end = found[int(match[1])]
        # In an attribute, too: there a quote would end it.
        formula = _quiet(html.escape(text[start:end], quote=False).replace('"', "&quot;"))
        return _without_maths_marks(formula) if any(unsafe_commands(text, start, end)) else formula

    return marked.sub(put_back, quiet) if marks else quiet


def _unused(text: str) -> str:
    """Return a string of private-use characters that *text* cannot hold, not even by its entities."""
    decoded = html.unescape(text)
    mark = min(_MARKS, key=decoded.count)
    return mark * (decoded.count(mark) + 1)


def _masked(text: str, marks: Mapping[tuple[int, int], str]) -> str:
    """Put *marks* in place of their spans, which stand in order."""
    parts, at = [], 0
    for (start, end), mark in marks.items():
        parts += [text[at:start], mark]
        at = end
    return "".join([*parts, text[at:]])


def _in_addresses(masked: str, marked: re.Pattern[str]) -> set[int]:
    """Return the numbers of the formulas that Markdown would make part of a link's address."""
    events: Any = _MARKDOWN.events(masked)
    starts = (event.get("Start") for event in events if isinstance(event, dict))
    links = (start["Link"]["dest_url"] for start in starts if isinstance(start, dict) and "Link" in start)
    return {int(number) for address in links for number in marked.findall(address)}


def _without_maths_marks(part: str) -> str:
    r"""Break `\(` in text, which MathJax would take for a formula although the author escaped it."""
    return part if part.startswith("<") else _MATHS_MARK.sub(r"\\<span></span>", part)


def _quiet(rendered: str) -> str:
    # Anki composes Unicode on import; this mark would melt into the `>` of a tag before it.
    rendered = unicodedata.normalize("NFC", rendered.replace("\u0338", "&#824;"))
    return _LIVE_BRACKET.sub("&#91;", rendered.replace("{{", "{&#123;"))
