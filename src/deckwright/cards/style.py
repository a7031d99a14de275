"""A deck's own look: colours in place of the theme's, and CSS after it, checked before they travel.

Whoever opens a package must be safe: nothing in the CSS loads anything, from anywhere.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import tinycss2
from tinycss2.color4 import parse_color

from deckwright.cards.notetypes import notetype
from deckwright.deck.model import Colours
from deckwright.source.diagnostics import Diagnostic, Report, error, warning
from deckwright.source.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tinycss2.ast import Node

    from deckwright.deck.model import Style
    from deckwright.source.text import SourceFile

COLOURS = tuple(name for name in Colours.model_fields if name != "node")
_DAY = ".card"
_NIGHT = ".card.nightMode, .card.night_mode, .nightMode .card, .night_mode .card"
_LEAST_CONTRAST = 4.5  # WCAG 2.2, success criterion 1.4.3
# What is written on what, as far as both are the style's or the theme's.
_PAIRS = (
    *(("ink", ground) for ground in ("page", "sheet", "well")),
    *(("soft", ground) for ground in ("page", "sheet")),
    *(("accent", ground) for ground in ("sheet", "tint")),
)
_WEIGHTS = (0.2126, 0.7152, 0.0722)  # of red, green and blue in what is seen as light
_KNEE = 0.04045  # of sRGB's curve
_THEME = re.compile(r"--dw-(page|sheet|well|ink|soft): (#[0-9a-f]+);")
_LOADING = frozenset(
    {"url", "src", "image", "image-set", "-webkit-image-set", "cross-fade", "element", "paint"}
)


def check_colours(style: Style, report: Report) -> None:
    """Tell each colour of a style that is none, and which text would be hard to read."""
    for part in (style, style.night):
        for name in COLOURS if part else ():
            value = getattr(part, name)
            if part and value and parse_color(value) is None:
                advice = "write it as in `#5a3ea6`, `teal` or `hsl(260 50% 45%)`"
                report.add(error("bad-colour", f"`{value}` is no colour", part.span(name), advice=advice))
    if not report.has_error_within(style.node.span):
        day, night = _theme()
        report.extend(_faint(style, day))
        report.extend(_faint(style.night, night) if style.night else ())


def check_css(source: SourceFile, report: Report) -> None:
    """Tell what must not stand in a deck's CSS file, and where CSS cannot be read."""
    text = source.text.replace("\f", " ")  # ends a line in CSS, and in no editor
    rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    imports = [node for node in rules if node.type == "at-rule" and node.lower_at_keyword == "import"]
    values = _nodes(tinycss2.parse_component_value_list(text, skip_comments=True))
    report.extend(finding for node in (*imports, *values) for finding in _problem(node, source))
    if (at := source.text.find("</")) >= 0:
        report.add(error("unsafe-css", "HTML has no place in CSS", Span(at, at + 2), advice="take it out"))


def styled_css(base: str, style: Style, css: str) -> str:
    """Return the theme's CSS *base* followed by the style's colours and by the text of its CSS file."""
    blocks = [_block(_DAY, style), _block(_NIGHT, style.night) if style.night else "", css]
    return "\n".join([base.rstrip("\n"), *(block.strip("\n") for block in blocks if block.strip()), ""])


def _theme() -> tuple[dict[str, str], dict[str, str]]:
    """Return the theme's own colours, by day and in night mode."""
    found = _THEME.findall(notetype("mnemonic").css)
    return dict(found[: len(found) // 2]), dict(found[len(found) // 2 :])


def _faint(colours: Colours, theme: dict[str, str]) -> Iterator[Diagnostic]:
    """Yield a finding for each colour that makes text hard to read, with the pair that is worst."""
    own = {name: getattr(colours, name) for name in COLOURS if getattr(colours, name)}
    known = theme | own
    worst: dict[str, tuple[float, str, str]] = {}
    for pair in _PAIRS:
        named = next((name for name in pair if name in own), "")
        contrast = _contrast(known[pair[0]], known[pair[1]]) if named and {*pair} <= known.keys() else None
        if contrast is not None and contrast < _LEAST_CONTRAST:
            worst[named] = min((contrast, *pair), worst.get(named, (_LEAST_CONTRAST, *pair)))
    for named, (contrast, text, ground) in worst.items():
        message = f"`{text}` on `{ground}` has a contrast of {contrast:.1f}:1, hard to read for many"
        advice = f"take a darker or lighter one, until it has {_LEAST_CONTRAST}:1"
        yield warning("low-contrast", message, colours.span(named), advice=advice)


def _contrast(one: str, other: str) -> float | None:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.2); None where one is not in sRGB."""
    found = [_luminance(colour) for colour in (one, other)]
    if None in found:
        return None
    darker, lighter = sorted(light for light in found if light is not None)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float | None:
    parsed = parse_color(colour)
    if parsed == "currentcolor" or parsed.space not in ("srgb", "hsl", "hwb"):
        return None
    linear = (
        part / 12.92 if part <= _KNEE else ((part + 0.055) / 1.055) ** 2.4
        for part in parsed.to("srgb").coordinates
    )
    return float(sum(weight * part for weight, part in zip(_WEIGHTS, linear, strict=True)))


def _block(selector: str, colours: Colours) -> str:
    set_ = [f"--dw-{name}: {getattr(colours, name)};" for name in COLOURS if getattr(colours, name)]
    return f"{selector} {{ {' '.join(set_)} }}" if set_ else ""


def _nodes(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield every node, inner ones after the one that holds them."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop(0)
        yield node
        waiting[:0] = [*(getattr(node, "content", None) or ()), *(getattr(node, "arguments", None) or ())]


def _problem(node: Node, source: SourceFile) -> Iterator[Diagnostic]:
    start = source.offset(node.source_line) + node.source_column - 1
    span = Span(start, start + 1)
    if node.type == "at-rule":
        yield error("unsafe-css", "CSS of a deck imports nothing", span, advice="paste it into the file")
    elif node.type == "url" or (node.type == "function" and node.lower_name in _LOADING):
        yield error("unsafe-css", "CSS of a deck loads nothing", span, advice="use colours and gradients")
    elif node.type == "literal" and node.value == "<!--":
        yield error("unsafe-css", "HTML has no place in CSS", span, advice="take it out")
    elif node.type == "error":
        yield error("bad-css", f"this is no CSS: {node.message}", span, advice="correct it, or take it out")
