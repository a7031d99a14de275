"""Which HTML a field may hold, and the cleaner that drops everything else."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import nh3

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DECLARATION = re.compile(r"([^\s:;]+)\s*:[^;]*")


@dataclass(frozen=True, slots=True, eq=False)
class Allowed:
    """What may stand in HTML of one kind.

    *tags*; *attributes* by tag, `*` standing for any; the properties of a *style*; what links *lead* to.
    *written* are attributes that are kept, but that no author is to type.
    """

    tags: frozenset[str]
    attributes: Mapping[str, frozenset[str]]
    written: Mapping[str, frozenset[str]] = field(default_factory=dict)
    style: frozenset[str] = frozenset()
    leads: frozenset[str] = frozenset({"https", "mailto"})

    def has(self, tag: str, attribute: str) -> bool:
        """Whether *attribute* may be typed on *tag*."""
        return any(attribute in self.attributes.get(name, ()) for name in (tag, "*"))


_TYPED = {"a": frozenset({"href", "title"}), "ol": frozenset({"start"})}
# The alignment of table cells is the one style that Markdown itself writes.
_ALIGNED = {"th": frozenset({"style"}), "td": frozenset({"style"})}
_INLINE = frozenset(
    {"b", "strong", "i", "em", "u", "s", "sub", "sup", "code", "br", "a", "small", "kbd", "mark"}
)
_BLOCK = _INLINE | {
    *("p", "ul", "ol", "li", "blockquote", "pre", "hr", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("table", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd"),
}
_HYPERTEXT = _BLOCK | {"div", "span"}

INLINE = Allowed(_INLINE, _TYPED, _ALIGNED, frozenset({"text-align"}))
BLOCK = Allowed(_BLOCK, _TYPED, _ALIGNED, frozenset({"text-align"}))
# What other tools wrap texts in that could be ours.
HYPERTEXT = Allowed(_HYPERTEXT, _TYPED, _ALIGNED, frozenset({"text-align"}))
# What other tools' own fields may hold: whatever only shows, and shows within its card.
VERBATIM = Allowed(
    _HYPERTEXT
    | {
        *("font", "center", "big", "tt", "strike", "del", "ins", "q", "cite", "dfn", "abbr", "var", "samp"),
        *("ruby", "rb", "rt", "rp", "bdi", "bdo", "wbr", "tfoot", "caption", "colgroup", "col"),
        *("details", "summary", "figure", "figcaption", "section", "article", "header", "footer", "aside"),
    },
    _TYPED
    | {
        "*": frozenset({"class", "style", "title", "lang", "dir", "align", "valign", "width", "height"}),
        "ol": frozenset({"start", "type", "reversed"}),
        "ul": frozenset({"type"}),
        "li": frozenset({"value", "type"}),
        "font": frozenset({"color", "face", "size"}),
        "table": frozenset({"border", "cellpadding", "cellspacing", "bgcolor", "rules", "frame"}),
        "tr": frozenset({"bgcolor"}),
        "td": frozenset({"colspan", "rowspan", "bgcolor", "nowrap"}),
        "th": frozenset({"colspan", "rowspan", "bgcolor", "nowrap", "scope"}),
        "col": frozenset({"span"}),
        "colgroup": frozenset({"span"}),
        "details": frozenset({"open"}),
    },
    style=frozenset(
        {
            *("color", "background-color", "font", "font-family", "font-size", "font-style", "font-weight"),
            *("font-variant", "text-decoration", "text-decoration-line", "text-decoration-style"),
            *("text-decoration-color", "text-align", "text-indent", "text-transform", "vertical-align"),
            *("line-height", "letter-spacing", "word-spacing", "white-space", "direction", "unicode-bidi"),
            *("width", "height", "max-width", "min-width", "display", "border-collapse", "border-spacing"),
            *("list-style-type", "caption-side", "float", "clear"),
            *("margin", "margin-left", "margin-right", "margin-top", "margin-bottom"),
            *("padding", "padding-left", "padding-right", "padding-top", "padding-bottom"),
            *("border", "border-left", "border-right", "border-top", "border-bottom"),
            *("border-color", "border-style", "border-width", "border-radius"),
        }
    ),
    leads=frozenset({"https", "http", "mailto"}),
)


def _cleaner(allowed: Allowed) -> nh3.Cleaner:
    attributes: dict[str, set[str]] = {}
    for given in (allowed.attributes, allowed.written):
        for tag, names in given.items():
            attributes.setdefault(tag, set()).update(names)
    return nh3.Cleaner(
        tags=set(allowed.tags),
        attributes=attributes,
        url_schemes=set(allowed.leads),
        filter_style_properties=set(allowed.style),
        url_relative="deny",
        link_rel=None if allowed is VERBATIM else "noopener noreferrer",
    )


_CLEANERS = {allowed: _cleaner(allowed) for allowed in (INLINE, BLOCK, HYPERTEXT, VERBATIM)}


def clean(rendered: str, allowed: Allowed) -> str:
    """Return HTML with nothing in it but what is *allowed*: `INLINE`, `BLOCK`, `HYPERTEXT` or `VERBATIM`."""
    cleaned: str = _CLEANERS[allowed].clean(rendered)
    return cleaned


def is_safe_link(address: str, allowed: Allowed) -> bool:
    """Whether a link to *address* is kept."""
    return "href=" in clean(f'<a href="{html.escape(address)}"></a>', allowed)


def refused_style(style: str, allowed: Allowed) -> Iterator[str]:
    """Yield the properties of a style that are dropped."""
    for name in _DECLARATION.findall(style):
        if name.lower() not in allowed.style:
            yield name
