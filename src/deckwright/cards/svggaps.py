"""What an SVG may ask for that would be left out, or drawn otherwise than in a browser.

Found by drawing each with both. What makes no difference to a still picture (`:hover`, `cursor`, fonts,
`@media print`, custom properties that nothing uses) is none of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from deckwright.cards.svgrules import NUMBER, unsupported, urls

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deckwright.cards.svgtree import Rule, Tree

_Table = tuple[tuple[re.Pattern[str], re.Pattern[str], str], ...]

_PLAIN = "it would be left out: write the plain value in its place"
_COLOUR = "it would be left out: write the colour as `#rrggbb`, and its opacity by itself"
_UNIT = "it would be left out: use plain numbers, `px`, `em` or `%`"
_ATTRIBUTE = 'it would be left out: write it as an attribute, such as `width="20"`'
_MOVE = 'it would be left out: write it as an attribute, such as `transform="rotate(45 50 50)"`'
_CLIP = "it would be left out: use a `clipPath` or `mask` element by its `url(#id)`"
_STILL = "a picture does not move: delete it, and draw what is to be seen"
_RULE = "it would be left out: give the elements a class, and write `.name { … }`"
_SMALL = "it would be left out: write it in small letters"

_LENGTH = rf"(?<![\w#.-]){NUMBER.pattern}"
# In the value of any property: what makes a difference, and what to do.
_VALUES = {
    re.compile(pattern): advice
    for pattern, advice in (
        (r"(?<![\w-])(?:var|calc|min|max|clamp|env|attr|light-dark|color-mix)\(", _PLAIN),
        (r"(?<![\w-])(?:hwb|lab|lch|oklab|oklch|color|device-cmyk)\(", _COLOUR),
        (r"(?:rgb|hsl)a?\((?=[^()]*(?:/|deg|turn|rad))", _COLOUR),
        (r"(?:rgb|hsl)a?\((?=(?:[^(),]*,){3}[^(),]*%)", _COLOUR),
        (r"(?<![\w#-])rebeccapurple(?![\w-])", "it would be left out: write `#663399`"),
        (
            r"drop-shadow\((?=[^()]*(?:(?:rgb|hsl)a?\(|#(?:\w{4}|\w{8})\b))",
            "its colour would be opaque: write `#rrggbb`, or use `feDropShadow` with `flood-opacity`",
        ),
        (rf"{_LENGTH}(?:rem|[sld]?v(?:w|h|min|max|b|i)|ch|ic|cap|r?lh|Q)(?![\w-])", _UNIT),
        (rf"{_LENGTH}(?:PX|EM|MM|CM|IN|PT|PC)(?![\w-])", _SMALL),
        (r"\A(?:unset|revert|revert-layer)\Z", "it would be left out: write the value that is meant"),
        (r"\A(?:NONE|INHERIT)\Z|URL\(", _SMALL),
        (r"(?<![\w-])currentcolor(?![\w-])", "it would be left out: write `currentColor`"),
    )
}
_ANY_VALUE = re.compile("|".join(f"(?:{pattern.pattern})" for pattern in _VALUES))


def _compiled(*rows: tuple[str, str, str]) -> _Table:
    return tuple((re.compile(name), re.compile(value, re.DOTALL), advice) for name, value, advice in rows)


# By property, be it an attribute or in a style: the values of which there are no others, and what to do.
_ANYWHERE = _compiled(
    (r"vector-effect", r"(?!non-scaling-stroke).*", "it would be left out: set the width that is meant"),
    (r"color-interpolation", r"(?!linearRGB).*", "it would be left out: delete it"),
    (r"clip-path", r"(?!.*\()[\w-]*|url\([^)]*\)(?!.*\().*", _CLIP),
    (r"mask", r"[\w-]*|url\([^)]*\)", _CLIP),
    (r"mask-(?!type).*|-webkit-(?:mask|clip-path).*", r"(?!.*\().*", _CLIP),
    (r"mix-blend-mode", r"(?!plus-).*", "it would be left out: use another one, such as `screen`"),
    (r"preserveAspectRatio", r"(?!.*defer).*", "delete the word `defer`"),
)
# The same, in a style alone: an attribute of that name is drawn, or means nothing.
_IN_STYLES = _compiled(
    (r"(?:-\w+-)?transform", r"none|initial|(?:(?:matrix|scale[XY]?)\([\d\s.,eE+-]*\)\s*)+", _MOVE),
    (r"translate|rotate|scale|offset|offset-path", r"none|initial|inherit", _MOVE),
    (r"x|y|cx|cy|r|rx|ry|width|height|d", r"auto|initial|inherit", _ATTRIBUTE),
    (r"(?:-webkit-)?animation(?:-name)?", r"none|initial|inherit", _STILL),
    (r"all", r"", _PLAIN),
    (r"outline|outline-style", r"0|(?:.*\s)?none|initial|inherit", "it would be left out: use `stroke`"),
)
# The same, for the `svg` element that is the canvas.
_ON_CANVAS = _compiled(
    (
        r"background|background-color|background-image",
        r"none|transparent|initial|inherit",
        "it would be left out: draw a `rect` of that colour behind all else",
    ),
    (r"border.*", r"0|(?:.*\s)?none|initial|inherit", "it would be left out: draw a `rect` around all else"),
)
_LONGEST = 60  # characters of the file in a message
_SIZES = frozenset({"width", "height", "x", "y"})  # of an `svg` element its attributes decide
_NO_VALUE = re.compile(r"id|class|href|style|d|points|in2?|result|values|title|lang|(?:xml|aria-|data-).*")
_OF_TEXT = re.compile(r"(?:font|text|letter-|word-|line-|-inkscape-font).*")
_NAME = r"[\w-]++"
# Possessive, so that a long row of spaces is read once.
_SELECTOR = re.compile(
    rf"(?:(?:\*|{_NAME})?+(?:[.#]{_NAME}|:first-child|\[{_NAME}(?:[~|]?=(?:\"[^\"]*+\"|'[^']*+'|{_NAME}))?+\])*+"
    r"(?:\s*+[>+]\s*+|\s++|\Z))++"
    r"|(?:svg)?:root"
)
# They match nothing in a still picture, or what they match is not drawn.
_IDLE = re.compile(r"::|:(?:hover|active|focus|target|visited|link|any-link)(?:-within|-visible)?(?![\w-])")
_IDLE_RULE = re.compile(
    r"@(?:-\w+-)?(?:container|counter-style|font-face|font-feature-values|keyframes|page|property|starting-style)\b"
    r"|@media\s+(?:print|[^,]*prefers-(?:color-scheme:\s*dark|reduced|contrast)[^,]*)\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Setting:
    """One property that something in the file sets; `tag` is `svg` for the canvas too, and "" in a rule."""

    name: str
    value: str
    line: int
    tag: str = ""
    styled: bool = True
    canvas: bool = False


def is_idle(rule: str, line: int) -> bool:
    """Say whether an `@` rule with a block does nothing to a picture; raises `Refused` where it does.

    *rule* is what stands before the block.
    """
    if not _IDLE_RULE.match(rule):
        advice = "it would be left out: write its rules outside of it, or delete it"
        raise unsupported(f"`{rule.split(maxsplit=1)[0]}`", line, advice)
    return True


def check_supported(tree: Tree) -> None:
    """Refuse the first thing that would be left out or drawn otherwise; raises `Refused` with its line."""
    for rule in tree.rules:
        _check_rule(rule)
    first: dict[str, _Setting] = {}
    for setting in _settings(tree):
        if not _OF_TEXT.fullmatch(setting.name):
            _check(setting)
            _check_filter(setting, tree)
            if setting.value not in {"view-box", "border-box"}:
                first.setdefault(setting.name, setting)
    _check_together(first)


def _settings(tree: Tree) -> Iterator[_Setting]:
    for element in tree.root.walk():
        canvas = element is tree.root
        for name, value in element.attributes.items():
            if not (_NO_VALUE.fullmatch(name) or (canvas and name in _SIZES)):
                yield _Setting(name, value.strip(), element.line, element.tag, styled=False, canvas=canvas)
        for name, value in _declared(element.attributes.get("style", "")):
            yield _Setting(name, value, element.line, element.tag, canvas=canvas)
        if element.tag == "feColorMatrix" and element.attributes.get("type") == "saturate":
            yield _Setting("saturate", element.attributes.get("values", ""), element.line)
    for rule in tree.rules:
        canvas = all(re.fullmatch(r"\s*(?:svg|(?:svg)?:root)\s*", one) for one in rule.selector.split(","))
        for name, value in _declared(rule.body):
            yield _Setting(name, value, rule.line, "svg" if canvas else "", canvas=canvas)


def _declared(css: str) -> Iterator[tuple[str, str]]:
    """Yield the properties of a style, but for custom ones, which draw nothing by themselves."""
    for part in re.sub(r"/\*.*?(?:\*/|\Z)", " ", css, flags=re.DOTALL).split(";"):
        name, _, value = part.partition(":")
        if name.strip() and not name.strip().startswith("--"):
            yield name.strip(), _unweighted(value.strip())


def _unweighted(value: str) -> str:
    """Take `!important` off a value."""
    if not value.lower().endswith("important"):
        return value
    rest = value[: -len("important")].rstrip()
    return rest[:-1].rstrip() if rest.endswith("!") else value


def _check_rule(rule: Rule) -> None:
    if "{" in rule.body:
        raise unsupported("a rule inside a rule", rule.line, _RULE)
    for selector in rule.selector.split(","):
        if not (_IDLE.search(selector) or (selector.strip() and _SELECTOR.fullmatch(selector.strip()))):
            raise unsupported(f"the selector `{_shown(selector)}`", rule.line, _RULE)


def _check(setting: _Setting) -> None:
    if _ANY_VALUE.search(setting.value):
        for pattern, advice in _VALUES.items():
            if found := pattern.search(setting.value):
                what = f"{found[0]}…)" if found[0].endswith("(") else found[0]
                raise unsupported(f"`{_shown(what)}`", setting.line, advice)
    if setting.styled and not setting.value:
        advice = "what follows it would be left out: give it a value, or delete it"
        raise unsupported(f"`{_shown(setting.name)}` without a value", setting.line, advice)
    if setting.styled and setting.name != setting.name.lower():
        raise unsupported(f"`{setting.name}`", setting.line, _SMALL)
    for fine, advice in _limits(setting.name, styled=setting.styled, tag=setting.tag, canvas=setting.canvas):
        if not fine.fullmatch(setting.value):
            raise unsupported(f"`{_shown(f'{setting.name}: {setting.value}')}`", setting.line, advice)


@lru_cache(maxsize=1000)
def _limits(name: str, *, styled: bool, tag: str, canvas: bool) -> tuple[tuple[re.Pattern[str], str], ...]:
    """List what the values of a property may be, and what to do about others."""
    if styled and tag == "svg" and name in _SIZES:
        return ()
    table = (*_ANYWHERE, *(_IN_STYLES if styled else ()), *(_ON_CANVAS if styled and canvas else ()))
    return tuple((fine, advice) for named, fine, advice in table if named.fullmatch(name))


def _check_filter(setting: _Setting, tree: Tree) -> None:
    if setting.name == "filter" and not all(name in tree.targets for name in urls(setting.value)):
        advice = "the shape would be left out: add the filter, or delete this"
        raise unsupported(f"`filter: {_shown(setting.value)}`, which is not there,", setting.line, advice)


def _check_together(first: Mapping[str, _Setting]) -> None:
    """Refuse what makes a difference only together with something else; *first* are settings by name."""
    for name, other, advice in (
        ("transform-box", "transform-origin", "write the origin in units of the drawing"),
        ("pathLength", "stroke-dasharray", "write the dashes in units of the drawing"),
    ):
        if name in first and other in first:
            raise unsupported(f"`{name}` with `{other}`", first[name].line, f"it would be left out: {advice}")
    strong = first.get("saturate")
    if strong and any(float(number) > 1 for number in NUMBER.findall(strong.value)):
        raise unsupported("`saturate` over 1", strong.line, "it would be left out: choose other colours")


def _shown(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
