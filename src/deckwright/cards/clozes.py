"""Gaps as Anki reads them in a field: `{{c1::words::hint}}`, also one within another.

The rules are those of Anki's `rslib/src/cloze.rs` and `image_occlusion/imageocclusion.rs`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MARK = re.compile(r"\{\{c([0-9,]+)::|\}\}")
_NUMBER = re.compile(r"(?<![0-9])0*([0-9]{1,5})(?![0-9])")
_LARGEST = 2**16 - 1
_DEEPEST = 10
_MASK = "image-occlusion:"
_SHAPES = ("rect", "ellipse", "polygon", "text")
_PROPERTY = re.compile(r":([^=]+)=((?:[^\\:]|\\[\\:])+)")
_ALIKE = ("left", "top", "angle", "fill", "width", "height", "rx", "ry", "points", "scale", "text")
_DATA = {name: name for name in _ALIKE} | {"oi": "occludeInactive", "fs": "font-size"}
_NOT_NOUGHT = frozenset({"width", "height", "rx", "ry", "scale"})
_FORMULA = re.compile(r"(\\[(\[])(.*?)(\\[])])", re.DOTALL)
HTML = re.compile(
    r"<!--.*?-->|<style.*?>.*?</style>|<script.*?>.*?</script>|<.*?>", re.DOTALL | re.IGNORECASE
)
_MARKS = re.compile(r"[\x00-/:-@\[-`{-\xff]")
_ENTITIES = {'"': "&quot;", "&": "&amp;", "'": "&#x27;", "<": "&lt;", ">": "&gt;"}


@dataclass(slots=True)
class Gap:
    """A gap with the numbers of the cards it is hidden on, what it holds, and its hint."""

    numbers: tuple[int, ...]
    parts: list[str | Gap] = field(default_factory=list)
    hint: str = "..."

    @property
    def mask(self) -> str | None:
        """What describes a part of a picture, if this gap hides one."""
        first = self.parts[0] if self.parts else None
        return first.removeprefix(_MASK) if isinstance(first, str) and first.startswith(_MASK) else None


def parse(text: str) -> tuple[str | Gap, ...]:
    """Return the texts and gaps of a field in order; a gap that is not closed is lost, as in Anki."""
    output: list[str | Gap] = []
    opened: list[Gap] = []
    at = 0
    for mark in _MARK.finditer(text):
        numbers = _numbers(mark[1]) if mark[1] else ()
        if mark[1] and not numbers:
            continue
        _add_text(output, opened, text[at : mark.start()])
        at = mark.end()
        if numbers:
            opened += [Gap(numbers)] if len(opened) < _DEEPEST else []
        elif opened:
            closed = opened.pop()
            (opened[-1].parts if opened else output).append(closed)
        else:
            output.append(mark[0])
    _add_text(output, opened, text[at:])
    return tuple(output)


def numbers_of(parts: Iterable[str | Gap]) -> Iterator[int]:
    """Yield the numbers of all gaps."""
    for part in parts:
        if isinstance(part, Gap):
            yield from part.numbers
            yield from numbers_of(part.parts)


def reveal(text: str, number: int, *, question: bool) -> str:
    """Return a field's HTML on the card *number*, empty where that has no gap in it."""
    parts = parse(text)
    if number not in set(numbers_of(parts)):
        return ""
    shown = "".join(_shown(part, number, question=question) for part in parts)
    return _FORMULA.sub(lambda found: found[1] + HTML.sub("", found[2]) + found[3], shown)


def _numbers(written: str) -> tuple[int, ...]:
    return tuple(sorted({number for number in map(int, _NUMBER.findall(written)) if number <= _LARGEST}))


def _add_text(output: list[str | Gap], opened: list[Gap], text: str) -> None:
    if not text:
        return
    if not opened:
        output.append(text)
        return
    words, colons, hint = text.partition("::")
    if colons and not text.startswith(_MASK):
        text, opened[-1].hint = words, hint
    opened[-1].parts.append(text)


def _shown(part: str | Gap, number: int, *, question: bool) -> str:
    if isinstance(part, str):
        return part
    active, numbers = number in part.numbers, ",".join(map(str, part.numbers))
    if part.mask is not None:
        return _shown_mask(part, numbers, active=active, question=question)
    inner = "".join(_shown(one, number, question=question) for one in part.parts)
    if active and question:
        held = _attribute(inner)
        return f'<span class="cloze" data-cloze="{held}" data-ordinal="{numbers}">[{part.hint}]</span>'
    return f'<span class="{"cloze" if active else "cloze-inactive"}" data-ordinal="{numbers}">{inner}</span>'


def _shown_mask(gap: Gap, numbers: str, *, active: bool, question: bool) -> str:
    name = (
        "cloze"
        if (active and question) or 0 in gap.numbers
        else "cloze-highlight"
        if active
        else "cloze-inactive"
    )
    return f'<div class="{name}" data-ordinal="{numbers}" {_mask_data(gap.mask or "")}></div>'


def _mask_data(mask: str) -> str:
    """Write what describes a mask as attributes, for the script that draws it."""
    shape, colon, rest = mask.partition(":")
    if not colon:
        return ""
    data = [f'data-shape="{shape}" '] if shape in _SHAPES else []
    at = 0
    while found := _PROPERTY.match(colon + rest, at):
        name, value = found[1], re.sub(r"\\([\\:])", r"\1", found[2])
        if name in _DATA and not (name in _NOT_NOUGHT and value == "0"):
            data.append(f'data-{_DATA[name]}="{_attribute(value) if name == "text" else value}" ')
        at = found.end()
    return "".join(data)


def _attribute(text: str) -> str:
    """Escape *text* for an attribute as Anki does: all of Latin-1 but ASCII letters and digits."""
    return _MARKS.sub(lambda found: _ENTITIES.get(found[0], f"&#x{ord(found[0]):02X};"), text)
