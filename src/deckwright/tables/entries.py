"""One row → the texts of a note, and what of it is left to the author."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deckwright.cards import markdown
from deckwright.cards.media import MediaFolder, Refused
from deckwright.source.diagnostics import error, warning
from deckwright.tables.cells import Written, looks_like_html, picture_name, tags_of, without_files
from deckwright.tables.columns import FRONTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deckwright.source.diagnostics import Diagnostic
    from deckwright.source.text import Span
    from deckwright.tables.columns import Columns
    from deckwright.tables.grid import Cell, Row

_ID = re.compile(r"[\w/.-]{1,1000}")  # as the model of a note takes it
_NO_PICTURE = "none"  # what an author writes for a note that is to find none by its name
_TEXTS = ("fact", "explanation", "mnemonic", "ask", "source")
_SIDES = (
    "ask",
    "fact",
)  # one of them holds the gaps of a note of the cloze kind, the other what is beside them


@dataclass(slots=True)
class Entry:
    """What a row gives a note: texts by key, the places they come from, and remarks on what has no key."""

    row: Row
    texts: dict[str, str] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    tags: tuple[str, ...] = ()
    section: str = ""
    deck: str = ""
    has_gaps: bool = False

    def span(self, key: str = "") -> Span:
        """Where the text of *key* stands in the table; without one, where the row begins."""
        return self.spans.get(key) or self.row.cells[0].span

    def add(self, key: str, text: str, span: Span) -> None:
        """Give *key* a text; a second one becomes its next paragraph."""
        if text:
            self.texts[key] = f"{self.texts[key]}\n\n{text}" if key in self.texts else text
            self.spans.setdefault(key, span)


@dataclass(frozen=True, slots=True)
class Reader:
    """How to read rows: what the columns are, whether it is Anki's export, and where pictures may lie.

    Where *is_html* is None, each cell is what it looks like.
    """

    columns: Columns
    is_html: bool | None
    is_export: bool
    media: Sequence[MediaFolder]

    def read(self, row: Row) -> tuple[Entry, tuple[Diagnostic, ...]]:
        """Return what a row gives, and what is wrong with it."""
        entry = Entry(row)
        found: list[Diagnostic] = []
        cells = [(key, cell) for key in _TEXTS for cell in self._cells(row, key)]
        cloze = next((cell for key, cell in cells if key in _SIDES and self._has_gaps(cell)), None)
        for key, cell in sorted(cells, key=lambda one: one[1] is not cloze):
            found += self._text(entry, "explanation" if cloze and key in _SIDES else key, cell, cloze)
        for cell in self._cells(row, "image"):
            found += self._picture(entry, "image", picture_name(cell.text), cell.span)
        found += self._without_lost_pictures(entry)
        self._places(entry)
        return entry, (*found, *self._faults(entry))

    def _cells(self, row: Row, key: str) -> Iterator[Cell]:
        return (row.cells[column] for column in self.columns.of(key) if row.text(column))

    def _has_gaps(self, cell: Cell) -> bool:
        return self.is_export and self._written(cell.text).gapped() is not None

    def _written(self, text: str) -> Written:
        return Written(text, looks_like_html(text) if self.is_html is None else self.is_html)

    def _text(self, entry: Entry, key: str, cell: Cell, cloze: Cell | None) -> Iterator[Diagnostic]:
        """Put a cell where it belongs, and what has no room there into the explanation."""
        text, pictures, sounds = without_files(cell.text.strip())
        written = self._written(text)
        gapped = written.gapped() if cell is cloze else None
        if gapped:
            entry.has_gaps = True
            for own, said in zip(("ask", "fact", "explanation"), gapped, strict=True):
                entry.add(own, said, cell.span)
        elif key == "fact":
            yield from _fact(entry, written, cell.span)
        else:
            entry.add(key, written.block() if key == "explanation" else written.line(), cell.span)
        for name in pictures:
            yield from self._picture(entry, key, name, cell.span)
        for name in sounds:
            yield _left_out(entry, "sound", name, "the cards have no sounds", cell.span)

    def _picture(self, entry: Entry, key: str, name: str, span: Span) -> Iterator[Diagnostic]:
        """Name a picture where it can be shown, and where its file is there to be shown."""
        if name != _NO_PICTURE and not self._has(name):
            yield _left_out(entry, "picture", name, _not_there(name), span)
        elif key == "explanation" or "image" in entry.texts:
            entry.add("explanation", f"![](<{name}>)", span)
        else:
            entry.add("image", name, span)

    def _without_lost_pictures(self, entry: Entry) -> Iterator[Diagnostic]:
        """Take those pictures out of the explanation whose files are not there."""
        text = entry.texts.get("explanation", "")
        for mark in reversed(markdown.pictures(text)):
            if not mark.is_remote and not self._has(mark.name):
                text = text[: mark.start] + text[mark.end :]
                yield _left_out(entry, "picture", mark.name, _not_there(mark.name), entry.span("explanation"))
        entry.texts["explanation"] = text.strip()

    def _has(self, name: str) -> bool:
        for folder in self.media:
            try:
                folder.open(name)
            except (Refused, OSError, ValueError):
                continue
            return True
        return False

    def _places(self, entry: Entry) -> None:
        """Read where the note belongs, and keep what belongs nowhere as remarks."""
        row, columns = entry.row, self.columns
        words = {key: list(self._cells(row, key)) for key in ("section", "deck", "tags", "id")}
        entry.tags = tuple(
            tag for cell in words["tags"] for tag in tags_of(cell.text, in_anki=self.is_export)
        )
        for cell in words["section"]:
            entry.section = " ".join(cell.text.split())
            entry.spans["section"] = cell.span
        for cell in words["deck"]:
            entry.deck = " ".join(cell.text.split())
        for cell in words["id"]:
            if self.is_export and not _ID.fullmatch(cell.text.strip()):
                entry.remarks.append(f"guid: {cell.text.strip()}")
            else:
                entry.add("id", cell.text.strip(), cell.span)
        entry.remarks += [
            f"{name}: {row.text(index)}"
            for index, (name, key) in enumerate(zip(columns.names, columns.keys, strict=True))
            if not key and row.text(index)
        ]

    def _faults(self, entry: Entry) -> Iterator[Diagnostic]:
        """Tell why a row makes no note."""
        row, columns = entry.row, self.columns
        width = len(columns.names)
        beyond = [cell for cell in row.cells[width:] if cell.text.strip()]
        if beyond:
            message = f"row {row.number} has {len(row.cells)} cells, and the table {width} columns"
            advice = "put quotes around a text that holds the sign between the cells, or name the column"
            yield error("too-many-cells", message, beyond[0].span, advice=advice)
        elif not entry.texts.get("fact"):
            name = columns.names[columns.of("fact")[0]]
            advice = "fill it, or delete the row; the name of a section stands in a column `section`"
            yield error(
                "row-without-fact", f"row {row.number} has nothing in `{name}`", entry.span(), advice=advice
            )
        elif not any(entry.texts.get(key, _NO_PICTURE) != _NO_PICTURE for key in FRONTS):
            fronts = [name for name, key in zip(columns.names, columns.keys, strict=True) if key in FRONTS]
            listed = " or ".join(f"`{name}`" for name in fronts)
            message = f"row {row.number} makes no card: nothing in {listed} can be its front"
            is_heading = [cell for cell in row.cells if cell.text.strip()] == [row.cells[0]]
            advice = "a note needs a mnemonic, an `ask`, or a picture that lies in `media/`"
            advice += "; the name of a section stands in a column `section`" if is_heading else ""
            yield error("row-without-front", message, entry.span("fact"), advice=advice)


def _fact(entry: Entry, written: Written, span: Span) -> Iterator[Diagnostic]:
    fact, rest = written.fact()
    entry.add("fact", fact, span)
    entry.add("explanation", rest, span)
    if rest:
        message = "a fact is one line; the lines after the first stand in the explanation"
        yield warning("text-moved", message, span)


def _not_there(name: str) -> str:
    return f"there is no `{name}` in `media/`"


def _left_out(entry: Entry, kind: str, name: str, why: str, span: Span) -> Diagnostic:
    """Keep a file that cannot be shown as a remark."""
    entry.remarks.append(f"{kind}: {name}")
    message = f"{why}, so that the {kind} is only remarked above its note"
    return warning("file-left-out", message, span)
