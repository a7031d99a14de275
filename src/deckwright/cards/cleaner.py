"""Which HTML a field may hold, and the cleaner that drops everything else."""

from __future__ import annotations

import html

import nh3

INLINE = frozenset(
    {"b", "strong", "i", "em", "u", "s", "sub", "sup", "code", "br", "a", "small", "kbd", "mark"}
)
BLOCK = INLINE | {
    *("p", "ul", "ol", "li", "blockquote", "pre", "hr", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("table", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd"),
}
HYPERTEXT = BLOCK | {"div", "span"}  # what other tools wrap texts in
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}


def _cleaner(tags: frozenset[str]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(tags),
        # The alignment of table cells is the one style that Markdown itself writes.
        attributes=ATTRIBUTES | {"th": {"style"}, "td": {"style"}},
        url_schemes={"https", "mailto"},
        filter_style_properties={"text-align"},
        url_relative="deny",
    )


_CLEANERS = {tags: _cleaner(tags) for tags in (INLINE, BLOCK, HYPERTEXT)}


def clean(rendered: str, tags: frozenset[str]) -> str:
    """Return HTML with nothing in it but *tags*, one of the three sets, and what is safe on them."""
    cleaned: str = _CLEANERS[tags].clean(rendered)
    return cleaned


def is_safe_link(address: str) -> bool:
    """Whether a link to *address* is kept."""
    return "href=" in clean(f'<a href="{html.escape(address)}"></a>', INLINE)
