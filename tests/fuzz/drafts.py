"""`import` on pages, PDFs and tables: what comes of them is a deck, or a finding."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from deckwright.paste import as_text, import_page
from deckwright.source.draft import format_draft
from deckwright.source.text import SourceFile
from deckwright.tabulate import import_table
from deckwright.usage import UsageProblem
from deckwright.workspace import read_text
from fuzz import seeds, tokens
from fuzz.mutations import changed, changes, mutated
from fuzz.target import SOUND, Target, printed, refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from hypothesis.strategies import SearchStrategy

    from deckwright.source.draft import Draft
    from fuzz.mutations import Change
    from fuzz.seeds import Members
    from fuzz.target import Case


def target(books: Sequence[Members]) -> Target:
    """Fuzz what becomes of pages and tables."""
    return Target("import", _cases(books), run)


def _cases(books: Sequence[Members]) -> SearchStrategy[Case]:
    of_pages = _files(mutated(seeds.pages(), tokens.DECK, by_line=True), ".txt") | _files(
        st.text(max_size=200).map(str.encode), ".txt"
    )
    of_tables = st.one_of(
        [_files(mutated((data,), tokens.TABLE, by_line=True), suffix) for suffix, data in seeds.tables()]
    )
    of_pdfs = _files(mutated(seeds.pdfs(), tokens.PDF, by_line=True), ".pdf")
    of_books = _files(st.builds(_remade, st.sampled_from(books), st.integers(0, 30), changes()), ".xlsx")
    return st.one_of(of_pages, of_tables, of_pages, of_tables, of_pdfs, of_books)


def _files(contents: SearchStrategy[bytes], suffix: str) -> SearchStrategy[Case]:
    return st.builds(lambda data: {f"words{suffix}": data}, contents)


def _remade(members: Members, index: int, made: Sequence[Change]) -> bytes:
    """Damage one part of a workbook."""
    name = members[index % len(members)][0]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for other, data in members:
            book.writestr(other, changed(data, made, tokens.SHEET) if other == name else data)
    return out.getvalue()


def run(folder: Path) -> Iterable[str]:
    """Import the file, which is a page by its suffix or a table by its first bytes, and read the draft."""
    (path,) = (path for path in folder.iterdir() if path.stem == "words")
    data = path.read_bytes()
    if path.suffix == ".pdf" or (path.suffix == ".txt" and not data.startswith(b"#")):
        made = import_page(path.name, data, lambda _: True)
        as_text(made)
        return printed((made.report,)) | _read(made.draft)
    try:
        table = import_table(path, ())
    except UsageProblem as problem:
        return refused(problem)
    return printed((table.report,) if table.report else ()) | _read(table.draft, is_proofread=True)


def _read(draft: Draft | None, *, is_proofread: bool = False) -> set[str]:
    """Read what was drafted as a deck; what was proofread has no errors."""
    if draft is None:
        return set()
    report, deck = read_text(SourceFile("cards.yaml", format_draft(draft)))
    assert deck is not None, [*report]
    found = printed((report,))
    assert not (is_proofread and report.has_errors), [*report.errors]
    return found | {SOUND}
