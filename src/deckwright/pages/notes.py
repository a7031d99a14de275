"""A page's units → a draft of a deck, in which nothing that the page says is lost."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deckwright.deck.names import ascii_slug, slug
from deckwright.source.draft import Draft, DraftNote, DraftSection, Remark, Value, format_draft

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from deckwright.pages.roles import Placed
    from deckwright.pages.units import Unit

_WIDTH = 100  # columns of an explanation's lines
# What Markdown takes for its own, or a deck refuses: a page means the sign itself. Breaks are told later.
_SIGNS = re.compile(r"[\\`\[]|!(?=\[)|<(?=[A-Za-z/!?])(?!br\s{0,9}/?>)|&(?=#?\w+;)|\{(?=\{)")
_STARTS = re.compile(r"(?=[-+*](?:\s|$)|[-*_=~#>|:])|(?<=\d)(?=[.)](?:\s|$))")
_NUMBER = re.compile(r"\d{1,9}(?=[.)](?:\s|$))")
_ARROW = re.compile(r"^(?:[→⇒]|[-=]>)\s+(?=\S)")  # from a fact to its mnemonic
_INCOMPLETE = "Without a mnemonic yet; add one or an `ask:`, and take the `# ` away:"


@dataclass(frozen=True, slots=True)
class Counted:
    """How many notes a draft has, and how many it keeps as remarks because they have no mnemonic."""

    notes: int
    incomplete: int


@dataclass(slots=True)
class _Note:
    """A fact, and what follows it on the page."""

    fact: Unit
    mnemonic: Unit | None = None
    ask: Unit | None = None
    explanation: list[Unit] = field(default_factory=list)

    def written(self) -> DraftNote:
        """Return the note as a draft has it, without what the page does not say."""
        pairs = (
            ("fact", _line(self.fact.text)),
            ("mnemonic", _line(_ARROW.sub("", self.mnemonic.text)) if self.mnemonic else ""),
            ("ask", _line(self.ask.text) if self.ask else ""),
            ("explanation", _block(self.explanation)),
        )
        return DraftNote(tuple((key, text) for key, text in pairs if text))


@dataclass(slots=True)
class _Names:
    """The names of notes that are taken, by their sections."""

    _taken: set[tuple[str, str]] = field(default_factory=set)
    _last: dict[tuple[str, str], int] = field(default_factory=dict)

    def name(self, section: str, fact: str) -> str:
        """Take the first free name for a fact: its own, else one with a number behind it."""
        number = self._last.get((section, fact), 0) + 1
        while (section, name := fact if number == 1 else f"{fact}-{number}") in self._taken:
            number += 1
        self._last[section, fact] = number
        self._taken.add((section, name))
        return name


@dataclass(slots=True)
class _Section:
    name: str
    parts: list[_Note | Remark] = field(default_factory=list)


def as_draft(placed: Iterable[Placed], head: tuple[tuple[str, Value], ...]) -> tuple[Draft, Counted]:
    """Return the deck that a page holds, its own keys first, and how many notes it has.

    A fact without a mnemonic or a question makes no card: it stands as a remark at its place.
    """
    summary, first, sections = _gather(placed)
    kept = Draft((*head, *((("summary", summary),) if summary else ())), ())
    counted = Counted(
        sum(_is_complete(part) for section in sections for part in section.parts),
        sum(
            isinstance(part, _Note) and not _is_complete(part)
            for section in sections
            for part in section.parts
        ),
    )
    seen = _Names()
    written = [part for section in sections for part in _written(section, seen)]
    if not counted.notes:
        first += [part for part in written if isinstance(part, Remark)]
        written = []
    return Draft((*kept.head, *first), tuple(written)), counted


def _gather(placed: Iterable[Placed]) -> tuple[str, list[Remark], list[_Section]]:
    """Return the summary, the remarks before all notes, and the sections in order, each name once."""
    summary: list[Unit] = []
    first: list[Remark] = []
    sections: dict[str, _Section] = {}
    section: _Section | None = None
    for one in _answers_first([one for one in placed if one.role != "title"]):
        if one.role == "summary":
            summary.append(one.unit)
        elif one.role == "heading":
            section = sections.setdefault(_key(one.unit), _Section(_name(one.unit)))
        elif one.role == "aside" and section is None:
            first.append(Remark(one.unit.text))
        else:
            section = section or sections.setdefault("", _Section(""))
            _put(section, one)
    return _block(summary), first, list(sections.values())


def _answers_first(placed: Sequence[Placed]) -> Sequence[Placed]:
    """Put each question behind the fact that follows it, on a page where questions come first."""
    roles = [one.role for one in placed if one.role in ("ask", "fact")]
    if roles[:1] != ["ask"]:
        return placed
    ordered = list(placed)
    for at in range(len(ordered) - 1):
        if (ordered[at].role, ordered[at + 1].role) == ("ask", "fact"):
            ordered[at : at + 2] = ordered[at + 1], ordered[at]
    return ordered


def _put(section: _Section, one: Placed) -> None:
    """Put a unit into the note that it belongs to, or beside the notes where there is none."""
    last = next((part for part in reversed(section.parts) if isinstance(part, _Note)), None)
    if one.role == "fact" and slug(one.unit.text):
        section.parts.append(_Note(one.unit))
    elif last is None or one.role in ("aside", "fact"):
        section.parts.append(Remark(one.unit.text))
    elif one.role == "explanation":
        last.explanation.append(one.unit)
    elif one.role == "mnemonic" and last.mnemonic is None:
        last.mnemonic = one.unit
    elif one.role == "ask" and last.ask is None:
        last.ask = one.unit
    else:
        section.parts.append(Remark(one.unit.text))


def _is_complete(part: _Note | Remark) -> bool:
    return isinstance(part, _Note) and bool(part.mnemonic or part.ask)


def _key(unit: Unit) -> str:
    return slug(unit.text) or unit.text


def _name(unit: Unit) -> str:
    return unit.text.rstrip(": ") or unit.text


def _written(section: _Section, seen: _Names) -> Iterator[DraftSection | Remark]:
    """Write a section; one without complete notes becomes remarks, as an empty one says nothing."""
    parts = [_part(section, part, seen) for part in section.parts]
    if any(isinstance(part, DraftNote) for part in parts):
        yield DraftSection(section.name, tuple(parts))
    else:
        yield from (Remark(text) for text in filter(None, (section.name,)))
        yield from (part for part in parts if isinstance(part, Remark))


def _part(section: _Section, part: _Note | Remark, seen: _Names) -> DraftNote | Remark:
    if isinstance(part, Remark):
        return part
    note = part.written()
    if not _is_complete(part):
        lines = format_draft(Draft((), (DraftSection("", (note,)),))).split("notes:\n", 1)[1]
        return Remark(f"{_INCOMPLETE}\n{textwrap.dedent(lines).strip()}")
    name = seen.name(slug(section.name), slug(part.fact.text))
    if name == slug(part.fact.text):
        return note
    own = f"{ascii_slug(section.name, 'notes')}/{ascii_slug(name, 'note')}"
    return DraftNote((*note.pairs, ("id", own)))


def _line(text: str) -> str:
    """Return a text of one line as the Markdown that shows it."""
    return _SIGNS.sub(r"\\\g<0>", text)


def _block(units: Sequence[Unit]) -> str:
    """Return paragraphs, and several items as a list, as the Markdown that shows them, in short lines."""
    text = ""
    in_list = False
    for unit in units:
        is_item = unit.item and len(units) > 1
        gap = "\n" if in_list and is_item else "\n\n"
        lines = [_start(line) for line in _wrapped(_line(unit.text))]
        body = "- " + "\n  ".join(lines) if is_item else "\n".join(lines)
        text, in_list = f"{text}{gap if text else ''}{body}", is_item
    return text


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)


def _start(line: str) -> str:
    """Keep the beginning of a line from being taken for that of a list, heading, quote or table."""
    number = _NUMBER.match(line)
    if number:
        return f"{number[0]}\\{line[number.end() :]}"
    return f"\\{line}" if _STARTS.match(line) else line
