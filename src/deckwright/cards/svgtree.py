"""An SVG file as a tree of elements, refused where it is broken or could do harm."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

from deckwright.cards.media import Refused
from deckwright.cards.svggaps import check_supported, is_idle
from deckwright.cards.svgrules import (
    NUMBER,
    check_css,
    check_drawn,
    check_element,
    effects,
    unsafe,
    urls,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMESPACE = "http://www.w3.org/2000/svg"

_XLINK = "http://www.w3.org/1999/xlink"
_INKSCAPE = "http://www.inkscape.org/namespaces/inkscape"
_DEEPEST = 100  # elements inside one another
_LONGEST = 200  # elements inside one another, following references; the renderer has one stack
_MOST = 200_000  # elements in a file
_MOST_DRAWN = 500_000  # elements once every reference is followed
_MOST_EFFECTS = 20  # filter primitives in a file
_TALLEST = 8  # heights to a width: 16,000 pixels are about what a WebP can hold
_WIDEST = 1000  # widths to a height
_SIMPLER = "simplify the drawing there"
_LEFT_OUT = frozenset({"desc", "metadata", "style"})  # never drawn
_LENGTH = re.compile(rf"\s*+({NUMBER.pattern})(?:px|pt|pc|mm|cm|in)?\s*+")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)


@dataclass(slots=True, eq=False)
class Element:
    """An element of the SVG namespace with its own attributes; an `xlink:href` is a plain `href`."""

    tag: str
    attributes: dict[str, str]
    line: int
    label: str
    parent: Element | None
    children: list[Element] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Its own `<title>`, or ""."""
        titles = [child.text for child in self.children if child.tag == "title"]
        return " ".join("".join(titles[0]).split()) if titles else ""

    def walk(self) -> Iterator[Element]:
        """Yield the element and all below it, in the order of the file."""
        yield self
        for child in self.children:
            yield from child.walk()

    def ancestors(self) -> Iterator[Element]:
        """Yield the elements around it, from the inside out."""
        above = self.parent
        while above:
            yield above
            above = above.parent

    def references(self) -> Iterator[str]:
        """Yield the ids that its attributes refer to."""
        for name, value in self.attributes.items():
            if name == "href" and self.tag != "a":
                yield value.strip().removeprefix("#")
            yield from urls(value)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the style sheets, and the line in which it begins."""

    selector: str
    body: str
    line: int


@dataclass(frozen=True, slots=True)
class Tree:
    """What a file draws, without comments, metadata and other namespaces.

    `targets` are the elements by id, `rules` its style rules in their order.
    """

    root: Element
    targets: dict[str, Element]
    rules: tuple[Rule, ...]


def read_tree(data: bytes) -> Tree:
    """Read an SVG file; raises `Refused` (`unsafe-svg`, `unsupported-svg`, `broken-svg`), naming the line."""
    reader = _Reader()
    root = reader.read(data)
    _check_canvas(root)
    targets: dict[str, Element] = {}
    for element in root.walk():
        name = element.attributes.get("id", "")
        if name and targets.setdefault(name, element) is not element:
            del element.attributes["id"]  # of two with one id the first counts, here and in the renderer
    _Weights(targets).weigh(root)
    tree = Tree(root, targets, tuple(reader.rules))
    check_supported(tree)
    return tree


def _broken(what: str, line: int, advice: str) -> Refused:
    return Refused("broken-svg", f"{what} in line {line} of the SVG", advice)


class _Reader:
    """Builds the tree, and refuses on the way what must not be in it."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self._open: list[Element] = []
        self._root: Element | None = None
        self._count = self._effects = 0
        self._parser = expat.ParserCreate("utf-8", "}")
        self._parser.buffer_text = True
        self._parser.XmlDeclHandler = self._declaration
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.ProcessingInstructionHandler = self._instruction
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def read(self, data: bytes) -> Element:
        """Parse the whole file; what must not be in it is refused where it stands."""
        try:
            data.decode()
            self._parser.Parse(data, True)  # noqa: FBT003 - expat's own signature
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise _broken("characters that are not UTF-8", line, "save it in UTF-8") from error
        except expat.ExpatError as error:
            what = f"XML that cannot be read ({expat.ErrorString(error.code)})"
            raise _broken(what, error.lineno, "save it again as plain SVG") from error
        assert self._root is not None  # noqa: S101 - expat refuses a document without a root
        return self._root

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() != "utf-8":
            raise _broken("an encoding other than UTF-8", self._parser.CurrentLineNumber, "save it in UTF-8")

    def _doctype(self, *_rest: object) -> None:
        advice = "delete the lines from `<!DOCTYPE` to `>`, or save it as plain SVG"
        raise unsafe("a DOCTYPE", self._parser.CurrentLineNumber, advice)

    def _instruction(self, target: str, _text: str) -> None:
        if target == "xml-stylesheet":
            line = self._parser.CurrentLineNumber
            raise unsafe("a style sheet out of the file", line, "put the styles into a `<style>` element")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, tag = name.rpartition("}")
        line = self._parser.CurrentLineNumber
        element = _element(tag, attributes, line, self._open[-1] if self._open else None)
        if not self._root and (namespace, tag) != (NAMESPACE, "svg"):
            raise _broken("a root that is no `svg` element", line, f'begin with `<svg xmlns="{NAMESPACE}">`')
        self._root = self._root or element
        check_element(tag, attributes, line)
        if namespace == NAMESPACE:
            check_drawn(tag, line)
        self._bound(element)
        if namespace == NAMESPACE and element.parent and tag not in _LEFT_OUT:
            element.parent.children.append(element)
        self._open.append(element)

    def _bound(self, element: Element) -> None:
        self._count += 1
        if element.parent and element.parent.tag == "filter":
            self._effects += 1
        self._effects += sum(effects(element.attributes.get(name, "")) for name in ("filter", "style"))
        for what, number, limit in (
            ("elements inside one another", len(self._open) + 1, _DEEPEST),
            ("elements", self._count, _MOST),
            ("filter effects", self._effects, _MOST_EFFECTS),
        ):
            if number > limit:
                raise unsafe(f"more than {limit} {what}, the next", element.line, _SIMPLER)

    def _characters(self, text: str) -> None:
        if self._open[-1].tag in {"title", "style"}:
            self._open[-1].text.append(text)

    def _end(self, _name: str) -> None:
        element = self._open.pop()
        if element.tag == "style":
            css = _COMMENT.sub(lambda found: " " + "\n" * found[0].count("\n"), "".join(element.text))
            check_css(css, element.line)
            self._effects += effects(css)
            self._bound(element)
            if not _is_elsewhere(element):
                self.rules += _rules(css, element.line)


def _element(tag: str, attributes: dict[str, str], line: int, parent: Element | None) -> Element:
    own = {name: value for name, value in attributes.items() if "}" not in name}
    if f"{_XLINK}}}href" in attributes:
        own.setdefault("href", attributes[f"{_XLINK}}}href"])
    return Element(tag, own, line, attributes.get(f"{_INKSCAPE}}}label", ""), parent)


def _is_elsewhere(sheet: Element) -> bool:
    """Say whether a style sheet is for other media than a picture's."""
    media = sheet.attributes.get("media", "").strip()
    return media not in {"", "all", "screen"} and is_idle(f"@media {media}", sheet.line)


def _rules(css: str, line: int) -> Iterator[Rule]:
    """Split a style sheet without comments that begins in that line; an idle `@` rule is left out."""
    depth = start = counted = 0
    selector, begins = "", line
    for mark in re.finditer(r"[{};]", css):
        if mark[0] == "{":
            if not depth:
                selector = css[start : mark.start()].lstrip()
                line += css.count("\n", counted, mark.start())
                counted, start = mark.start(), mark.end()
                begins, selector = line - selector.count("\n"), selector.rstrip()
            depth += 1
        elif mark[0] == "}" and depth:
            depth -= 1
            if not depth and not (selector.startswith("@") and is_idle(selector, begins)):
                yield Rule(selector, css[start : mark.start()].strip(), begins)
        if not depth:
            start = mark.end()


def _check_canvas(root: Element) -> None:
    """Refuse a root that says no size, or one that no picture can have."""
    sizes = []
    box = [float(number) for number in NUMBER.findall(root.attributes.get("viewBox", ""))]
    if len(box) == 4:  # noqa: PLR2004 - x, y, width, height
        sizes.append((box[2], box[3]))
    width, height = (_LENGTH.fullmatch(root.attributes.get(name, "")) for name in ("width", "height"))
    if width and height:
        sizes.append((float(width[1]), float(height[1])))
    if not sizes:
        raise _broken("neither a `viewBox` nor a numeric `width` and `height`", root.line, "add a `viewBox`")
    for wide, high in sizes:
        if not (wide > 0 and wide / _WIDEST <= high <= wide * _TALLEST):
            advice = f"make it at most {_TALLEST} times as high as wide"
            raise _broken("a canvas of an impossible shape", root.line, advice)


@dataclass(slots=True)
class _Weights:
    """How many elements are drawn for one, and how deep they stand, once references are followed."""

    targets: dict[str, Element]
    _known: dict[Element, tuple[int, int]] = field(default_factory=dict)
    _path: set[Element] = field(default_factory=set)

    def weigh(self, element: Element) -> tuple[int, int]:
        """Return that number and depth; raises `Refused` for circles and for what explodes."""
        if element in self._known:
            return self._known[element]
        if element in self._path:
            raise unsafe("a reference that comes back to itself", element.line, "take the circle apart")
        self._path.add(element)
        if len(self._path) > _LONGEST:
            raise unsafe("a chain of references without end", element.line, _SIMPLER)
        count, depth = 1, 1
        for part in (*element.children, *self._referred(element)):
            parts, below = self.weigh(part)
            count, depth = count + parts, max(depth, below + 1)
            if count > _MOST_DRAWN or depth > _LONGEST:
                raise unsafe("references that multiply without end", element.line, _SIMPLER)
        self._path.remove(element)
        self._known[element] = count, depth
        return count, depth

    def _referred(self, element: Element) -> Iterator[Element]:
        return (self.targets[name] for name in element.references() if name in self.targets)
