"""`deckwright import TABLE`: the rows of a table, or of Anki's text export, become a draft of a deck."""

from __future__ import annotations

import re
import stat
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from deckwright.cards.media import MediaFolder
from deckwright.deck.advice.words import shown
from deckwright.new import deck_name
from deckwright.source.decode import FORBIDDEN, decode
from deckwright.source.diagnostics import Report, error
from deckwright.source.text import SourceFile, Span
from deckwright.tables.ankitext import Directives, is_export, read_directives
from deckwright.tables.columns import Columns, choose
from deckwright.tables.delimited import delimiter_of, read_delimited
from deckwright.tables.entries import Entry, Reader
from deckwright.tables.grid import MAX_BYTES, Grid, Row, too_large
from deckwright.tables.layout import lay_out, name_apart
from deckwright.tables.proof import proofread
from deckwright.tables.workbook import read_workbook
from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deckwright.source.diagnostics import Diagnostic
    from deckwright.source.draft import Draft
WORKBOOK = ".xlsx"
_TABS = ".tsv"
_MOST_TOLD = 20  # places of one kind of finding
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SEPARATOR_LINE = re.compile(r"sep=(.)(?:\r\n|\n|\r)", re.IGNORECASE)  # by which Excel is told the delimiter
_SAVE_AS = "save the table as `CSV UTF-8`, or as `.xlsx`"


@dataclass(frozen=True, slots=True)
class Tabulated:
    """What became of a table.

    *draft* is None where errors stopped it; *report* holds what was found, at its places in the table.
    *columns* pair each header with the key it becomes, "" for one whose texts stand as remarks; one without
    header and texts is left out. *guessed* says that nobody named one of them. *hints* are what else is to be
    said, a line each.
    """

    draft: Draft | None
    report: Report | None
    columns: tuple[tuple[str, str], ...] = ()
    guessed: bool = False
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Table:
    """A table as it was read; *directives* are those of Anki's export, *labels* the headers it states."""

    grid: Grid
    report: Report
    directives: Directives | None = None
    labels: tuple[str, ...] = ()


def import_table(path: Path, maps: tuple[str, ...]) -> Tabulated:
    """Make a draft of the table at *path*: CSV or TSV, a workbook, or the text that Anki exports.

    *maps* say what columns become, as in `fact=Front,explanation=Back`; the others go by their headers, or
    by their places. Rows that make no note are told, and then there is no draft. Pictures that are named are
    looked for in `media/`, beside the table and in the working folder.

    Raises:
        UsageProblem: there is no file, or it is not clear which column is the fact.
        OSError: the file cannot be read.

    """
    table = _read(path)
    rows = [row for row in table.grid.rows if not row.is_empty]
    if not rows and table.report.has_errors:
        return Tabulated(None, table.report)
    if not rows:
        advice = "a table has a row for each note"
        table.report.add(error("empty-table", "the table holds no rows", None, advice=advice))
        return Tabulated(None, table.report)
    columns = choose(path.name, rows, maps, table.directives, table.labels)
    table.report.extend(_controls(table.grid.source))
    entries, found = _entries(table, columns, rows[columns.first :], _media(path))
    table.report.extend(found)
    draft = None
    if entries and not table.report.has_errors:
        table.report.extend(name_apart(entries))
        said = table.directives or Directives(0)
        laid = lay_out(entries, said.deck, deck_name(path.stem), said.tags)
        table.report.extend(proofread(laid))
        draft = laid.draft
    elif not entries:
        table.report.add(error("empty-table", "the table holds nothing but its header", None))
    return Tabulated(
        None if table.report.has_errors else draft,
        _shortened(table.report),
        tuple(_told(columns, rows)),
        columns.guessed,
        tuple(_hints(table, columns, rows, entries)),
    )


def _read(path: Path) -> _Table:
    if not stat.S_ISREG(path.stat().st_mode):  # a pipe or a device would be waited on for ever
        raise UsageProblem(f"`{path}` is not a file; name a table, as in `deckwright import words.csv`")
    if path.suffix.lower() == WORKBOOK:
        return _Table(*read_workbook(path))
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    source, found = _decoded(path.name, data)
    report = Report(source)
    report.extend(found)
    if report.has_errors:
        return _Table(Grid(source, ()), report)
    return _export(source, report) if is_export(source.text) else _plain(source, report, path.suffix.lower())


def _decoded(name: str, data: bytes) -> tuple[SourceFile, tuple[Diagnostic, ...]]:
    """Return a table's text, which is UTF-8, or UTF-16 with a mark, as spreadsheets save "Unicode text"."""
    if len(data) > MAX_BYTES:
        return SourceFile(name, ""), (too_large(f"more than {MAX_BYTES >> 20} MiB", None),)
    if data[:2] in _UTF_16:
        try:
            return SourceFile(name, data.decode("utf-16")), ()
        except UnicodeDecodeError:
            message = "the file begins as UTF-16, and does not go on so"
            return SourceFile(name, ""), (error("undecodable", message, None, advice=_SAVE_AS),)
    source, found = decode(name, data)
    return source, tuple(replace(one, advice=_SAVE_AS) for one in found)


def _plain(source: SourceFile, report: Report, suffix: str) -> _Table:
    said = _SEPARATOR_LINE.match(source.text)
    start = said.end() if said else 0
    delimiter = said[1] if said else "\t" if suffix == _TABS else delimiter_of(source.text, start)
    return _Table(read_delimited(source, report, start=start, delimiter=delimiter), report)


def _export(source: SourceFile, report: Report) -> _Table:
    """Read what Anki exported, and name its columns as its head does."""
    said = read_directives(source.text)
    delimiter = said.separator or delimiter_of(source.text, said.start)
    grid = read_delimited(source, report, start=said.start, delimiter=delimiter, skip_comments=True)
    head = SourceFile(source.name, said.labels)
    stated = read_delimited(head, Report(head), start=0, delimiter=delimiter).rows
    labels = tuple(" ".join(cell.text.split()) for cell in stated[0].cells) if stated else ()
    return _Table(grid, report, said, labels)


def _controls(source: SourceFile) -> Iterator[Diagnostic]:
    """Tell the first character of each line that no deck can hold, on as many lines as a person reads."""
    at = 0
    for _ in range(_MOST_TOLD):
        found = FORBIDDEN.search(source.text, at)
        if found is None:
            return
        message = f"invisible control character U+{ord(found[0]):04X}"
        yield error("control-character", message, Span(*found.span()), advice="delete it")
        at = source.text.find("\n", found.end()) + 1 or len(source.text)


def _media(path: Path) -> tuple[MediaFolder, ...]:
    folders = dict.fromkeys([path.parent / "media", Path("media")])
    return tuple(MediaFolder(folder) for folder in folders if folder.is_dir())


def _entries(
    table: _Table, columns: Columns, rows: Sequence[Row], media: tuple[MediaFolder, ...]
) -> tuple[list[Entry], list[Diagnostic]]:
    said = table.directives
    reader = Reader(columns, said.is_html if said else None, said is not None, media)
    read = [reader.read(row) for row in rows]
    return [entry for entry, _ in read], [one for _, found in read for one in found]


def _told(columns: Columns, rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
    """Yield what people are told of each column: its name, and what it becomes."""
    for index, (name, key) in enumerate(zip(columns.names, columns.keys, strict=True)):
        if key or any(row.text(index) for row in rows):
            yield name, "nothing" if key == "notetype" else key


def _shortened(report: Report) -> Report:
    """Return the findings, of each kind no more than a person reads."""
    kinds: defaultdict[str, list[Diagnostic]] = defaultdict(list)
    for found in report:
        kinds[found.code].append(found)
    short = Report(report.source)
    for alike in kinds.values():
        more = len(alike) - _MOST_TOLD
        is_long = more > 0 and alike[0].severity == "error"  # advice is grouped where it is printed
        short.extend(alike[: _MOST_TOLD - 1] if is_long else alike)
        if is_long:
            last = alike[_MOST_TOLD - 1]
            short.add(replace(last, message=f"{last.message}; and so in {more:,} more places"))
    return short


def _hints(table: _Table, columns: Columns, rows: Sequence[Row], entries: Sequence[Entry]) -> Iterator[str]:
    """Say what else there is to know before the draft is built."""
    above = " ".join(cell.text for row in rows[: max(columns.first - 1, 0)] for cell in row.cells).strip()
    if above:
        yield f"Above the headers stands `{shown(above)}`: it is left out; `--deck` names the deck."
    if table.directives is None and not columns.first:
        first = rows[0].text(0)
        is_name = bool(first) and first == shown(first)
        example = f"; if it holds headers, name one: `--map fact={first}`" if is_name else ""
        yield f"The first row counts as a note, and columns by their places{example}."
    if columns.of("notetype"):
        yield "Note types are not taken over: the cards are Deckwright's own."
    if any(entry.has_gaps for entry in entries):
        yield "Notes with gaps ask for all of them at once; `cards: {cloze: true}` also makes a card of each."
    if table.directives and any("id" in entry.texts for entry in entries):
        yield (
            "Notes keep Anki's guids as `id:` where they can be one; before the first build,"
            " `deckwright adopt DECK.apkg` takes over the reviews that belong to them."
        )
