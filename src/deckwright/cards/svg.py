"""SVG scenes: their symbols, and one symbol by itself."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING

from deckwright.cards.media import Refused
from deckwright.cards.svgrules import urls
from deckwright.cards.svgtree import NAMESPACE, Element, Rule, Tree, read_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# What they hold is drawn only where something refers to it.
_UNDRAWN = frozenset({"clipPath", "defs", "marker", "mask", "pattern", "symbol"})
_FOLDS: tuple[Callable[[str], str], ...] = (str, str.casefold)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A named group of a scene: its id without `sym-`, its `<title>` and its Inkscape label, or ""."""

    name: str
    title: str
    label: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a scene is called, and its symbols in the order of the file, nested ones included."""

    title: str
    symbols: tuple[Symbol, ...]

    def find(self, name: str) -> Symbol | None:
        """Find a symbol by name, id, label or title; an exact match comes before one that differs in case."""
        if not name.strip():
            return None
        for fold in _FOLDS:
            for part, wanted in (
                ("name", name),
                ("name", name.removeprefix("sym-")),
                ("label", name),
                ("title", name),
            ):
                for symbol in self.symbols:
                    if fold(getattr(symbol, part)) == fold(wanted):
                        return symbol
        return None


@dataclass(frozen=True, slots=True)
class _Scene:
    """A scene as read; `styled` are the ids that style rules refer to, by a mark the rule needs."""

    tree: Tree
    groups: tuple[Element, ...]
    drawing: Drawing
    styled: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class _Cut:
    """What stays of a tree: the symbol's group, what it refers to, the elements around them; their marks."""

    target: Element
    kept: frozenset[Element]
    around: frozenset[Element]
    marks: frozenset[str]


def read_drawing(data: bytes) -> Drawing:
    """Read a scene's title and symbols; raises `Refused` for an SVG that is broken or could do harm.

    Refused are DOCTYPE and entities, scripts, event handlers, text, references
    out of the file, filters and references that would take for ever, and any
    encoding but UTF-8. The message names the line in the SVG.
    """
    return _scene(data).drawing


def only(data: bytes, symbol: str) -> bytes:
    """Return the scene as SVG with nothing drawn but *symbol*, without its parts marked `data-shadow`.

    The canvas stays, and so do the groups around the symbol, the definitions
    it uses and the style rules that may apply to it. For "" the whole scene.
    All of it is written anew in one fixed form, so that a renderer sees only
    what was checked; it stays the same when other symbols come and go. Raises
    `Refused`, with the code `missing-symbol` when there is no such symbol.
    """
    scene = _scene(data)
    root = scene.tree.root
    if not symbol:
        return _document(root, scene.tree.rules, "".join(_whole(child) for child in root.children))
    cut = _cut(scene, _group(scene, symbol))
    rules = [rule for rule in scene.tree.rules if any(needs <= cut.marks for needs in _needs(rule))]
    return _document(root, rules, "".join(_pruned(child, cut) for child in root.children))


@lru_cache(maxsize=1)  # the symbols of one scene are asked for one after another
def _scene(data: bytes) -> _Scene:
    tree = read_tree(data)
    groups = tuple(
        element
        for element in tree.root.walk()
        if element.tag == "g" and element.attributes.get("id")
        if not any(above.tag in _UNDRAWN for above in element.ancestors())
    )
    symbols = tuple(Symbol(_name(group), group.title, group.label) for group in groups)
    styled: dict[str, list[str]] = {}
    for rule in tree.rules:
        for needs in _needs(rule):
            styled.setdefault(min(needs), []).extend(urls(rule.body))
    return _Scene(tree, groups, Drawing(tree.root.title, symbols), styled)


def _name(group: Element) -> str:
    return group.attributes["id"].removeprefix("sym-") or group.attributes["id"]


def _group(scene: _Scene, symbol: str) -> Element:
    known = scene.drawing.symbols
    found = scene.drawing.find(symbol)
    if found is None:
        near = get_close_matches(symbol, [other.name for other in known], 1)
        advice = f"did you mean `{near[0]}`?" if near else "give the symbol's group that id or `<title>`"
        raise Refused("missing-symbol", f"no symbol `{symbol}` in the scene", advice)
    return scene.groups[known.index(found)]


def _cut(scene: _Scene, target: Element) -> _Cut:
    """Follow references from the symbol and the groups around it, as far as they go."""
    kept, marks, waiting = {target}, set[str](), [*target.ancestors(), *target.walk()]
    while waiting:
        element = waiting.pop()
        new = _marks(element) - marks
        marks |= new
        for name in (*element.references(), *(name for mark in new for name in scene.styled.get(mark, ()))):
            found = scene.tree.targets.get(name)
            if found and found not in kept:
                kept.add(found)
                waiting += found.walk()
    around = frozenset(above for element in kept for above in element.ancestors())
    marks.update(mark for element in around for mark in _marks(element))
    return _Cut(target, frozenset(kept), around, frozenset(marks))


def _marks(element: Element) -> set[str]:
    """List what a selector may know an element by: `*`, its tag, `.class` and `#id`."""
    classes = element.attributes.get("class", "").split()
    return {"*", element.tag, "#" + element.attributes.get("id", ""), *(f".{name}" for name in classes)}


def _needs(rule: Rule) -> list[frozenset[str]]:
    """List, for each of a rule's selectors, the marks of what it may style; its last step decides.

    Marks of different elements count together, and conditions beyond marks as
    met: a rule too many changes nothing, and keeps the search linear.
    """
    if ":" in rule.selector or "[" in rule.selector:
        return [frozenset({"*"})]
    steps = (re.split(r"[\s>+~]+", selector.strip())[-1] for selector in rule.selector.split(","))
    return [
        frozenset(mark for mark in re.split(r"(?=[.#])", step) if mark) or frozenset({"*"}) for step in steps
    ]


def _document(root: Element, rules: Iterable[Rule], body: str) -> bytes:
    css = "".join(f"{rule.selector}{{{rule.body}}}\n" for rule in rules)
    style = f"<style>{html.escape(css, quote=False)}</style>" if css else ""
    return _tag(root, style + body, f' xmlns="{NAMESPACE}"').encode()


def _pruned(element: Element, cut: _Cut) -> str:
    """Write what the cut keeps of *element*; what is only referred to goes where it is not drawn."""
    if element is cut.target:
        return _unshadowed(element)
    if element in cut.kept:
        return f"<defs>{_unshadowed(element)}</defs>\n"
    if element in cut.around:
        return _tag(element, "".join(_pruned(child, cut) for child in element.children))
    return ""


def _unshadowed(element: Element) -> str:
    children = (child for child in element.children if "data-shadow" not in child.attributes)
    return _tag(element, "".join(_unshadowed(child) for child in children))


def _whole(element: Element) -> str:
    return _tag(element, "".join(_whole(child) for child in element.children))


def _tag(element: Element, body: str, namespace: str = "") -> str:
    if element.tag == "title":
        return ""
    attributes = "".join(
        f' {name}="{html.escape(value)}"'
        for name, value in sorted(element.attributes.items())
        if not name.startswith(("aria-", "data-")) and name != "role"
    )
    return f"<{element.tag}{namespace}{attributes}>{body}</{element.tag}>\n"
