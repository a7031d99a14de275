"""`deckwright import`: a study page, pasted or scanned, becomes the draft of a deck.

The page's own words stay: repairs are proposed, and made where they are accepted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from deckwright.deck.names import slug
from deckwright.new import deck_id, deck_name
from deckwright.pages.damage import MOST_SIGNS, Repair, propose
from deckwright.pages.lines import LINE_ENDS, read_lines, side_by_side
from deckwright.pages.notes import Counted, as_draft
from deckwright.pages.pdf import read_pdf
from deckwright.pages.roles import read_roles
from deckwright.pages.units import read_units
from deckwright.pages.words import lexicon
from deckwright.source.decode import FORBIDDEN, decode
from deckwright.source.diagnostics import Report, error, warning
from deckwright.source.text import Edit, SourceFile, Span, apply_edits
from deckwright.tally import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from deckwright.pages.roles import Placed
    from deckwright.source.diagnostics import Diagnostic
    from deckwright.source.draft import Draft, Value

MAX_BYTES = 8 * 2**20
MAX_PDF = 64 * 2**20
_LONGEST_LINE = 300  # columns of a line shown in a difference
_AROUND = 80  # columns shown around a change in a longer one
_NONE = Counted(0, 0)
_MOST_LINES = 100_000
_CONTROL = re.compile(f"(?![{LINE_ENDS}]){FORBIDDEN.pattern}")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A repair; *difference* shows the line as it is and as it would be."""

    repair: Repair
    difference: str


Accept = Callable[[Proposal], bool]


@dataclass(frozen=True, slots=True)
class Imported:
    """What a page became: *draft* is None where *report* holds an error.

    *proposed* repairs were found and *accepted* ones made, which *changes* shows as a unified diff; *blanked*
    is the number of control characters that were left out. *asides* are what else is to be said, a line each.
    """

    report: Report
    draft: Draft | None = None
    counted: Counted = _NONE
    sections: int = 0
    proposed: int = 0
    accepted: int = 0
    changes: str = ""
    blanked: int = 0
    asides: tuple[str, ...] = ()

    @property
    def reports(self) -> tuple[Report, ...]:
        """The findings on the page."""
        return (self.report,)


def import_page(name: str, data: bytes, accept: Accept | None, *, title: str = "") -> Imported:
    """Make a draft of the page in *data*, which is a PDF or text in UTF-8; *accept* is asked of each repair.

    Without *accept* no repair is made. The deck is called *title*, else by the page's own, else by *name*.
    """
    source, report = _read(name, data)
    if report.has_errors:
        return Imported(report)
    text, blanked = _CONTROL.subn(" ", source.text)
    source = SourceFile(name, text)
    placed = _placed(text)
    repairs, is_english = propose(text, placed, lexicon())
    taken = [one for one in repairs if accept and accept(Proposal(one, difference(source, (one,))))]
    if taken:
        placed = _placed(apply_edits(text, (one.edit for one in taken)))
    head = _head(title or _title(placed, name))
    draft, found = as_draft(placed, head)
    if not found.notes:
        report.add(_nothing(found))
    sections = sum(one.role == "heading" for one in placed)
    kept = None if report.has_errors else draft
    changes = difference(source, taken)
    asides = tuple(_asides(text, is_english=is_english))
    return Imported(report, kept, found, sections, len(repairs), len(taken), changes, blanked, asides)


def difference(source: SourceFile, repairs: Iterable[Repair]) -> str:
    """Show the lines that repairs change as a unified diff; long lines are cut to the place."""
    by_line = groupby(sorted(repairs), key=lambda one: source.place(one.start).line)
    hunks = [_hunk(source, list(group)) for _, group in by_line]
    return "\n".join([f"--- {source.name}", f"+++ {source.name} (repaired)", *hunks]) if hunks else ""


def as_text(made: Imported) -> str:
    """Say what a page became, and what is left to do about it."""
    found, left = made.counted, made.proposed - made.accepted
    lines = [f"{counted(found.notes, 'note')} in {counted(max(made.sections, 1), 'section')}"]
    if found.incomplete:
        one = found.incomplete == 1
        where = "it stands as a remark at its place" if one else "they stand as remarks at their places"
        lines += [f"{counted(found.incomplete, 'fact')} without a mnemonic: {where}"]
    if made.blanked:
        lines += [f"{counted(made.blanked, 'invisible control character')} left out"]
    if made.accepted:
        lines += [f"{counted(made.accepted, 'repair')} made"]
    if left:
        what = "proposed and not made: the words stand as on the page"
        lines += [f"{counted(left, 'repair')} {what}. `--yes` takes them all; at a terminal each is asked"]
    return "\n".join([*lines, *made.asides])


def _asides(text: str, *, is_english: bool) -> Iterator[str]:
    """Say what of a page was not looked at, and what of it may have been misread."""
    if not is_english:
        yield "The page is not in English, so its words were not looked over for what a scan does to them"
    if len(text) > MOST_SIGNS:
        yield f"Only the first {MOST_SIGNS:,} characters were looked over for what a scan does to words"
    if columns := side_by_side(read_lines(text)):
        yield f"{columns:,} lines hold two texts side by side: if these are columns, copy one after the other"


def _read(name: str, data: bytes) -> tuple[SourceFile, Report]:
    """Return the text of a page with what is wrong with the file."""
    is_pdf = data[:1024].lstrip().startswith(b"%PDF-") or name.lower().endswith(".pdf")
    limit = MAX_PDF if is_pdf else MAX_BYTES
    if len(data) > limit:
        source, found = SourceFile(name, ""), [_too_large(f"is larger than {limit >> 20} MiB")]
    elif is_pdf:
        text, problem = read_pdf(data)
        source, found = SourceFile(name, text), [problem] if problem else []
    else:
        source, told = decode(name, data)
        found = list(told)
    if sum(map(source.text.count, LINE_ENDS)) > _MOST_LINES:
        source, found = SourceFile(name, ""), [_too_large(f"has more than {_MOST_LINES:,} lines")]
    report = Report(source)
    report.extend(found)
    return source, report


def _too_large(how: str) -> Diagnostic:
    return error("page-too-large", f"the page {how}", None, advice="import the part with your notes")


def _placed(text: str) -> tuple[Placed, ...]:
    return read_roles(read_units(read_lines(text), lexicon().lists))


def _title(placed: Sequence[Placed], name: str) -> str:
    """Return what the page calls itself, else the words of the file's name."""
    titles = (one.unit.text for one in placed if one.role == "title")
    return next(titles, "") or deck_name(name.rsplit(".", 1)[0])


def _head(title: str) -> tuple[tuple[str, Value], ...]:
    """Return what a deck says of itself; a title that can be no name of a deck stays its title."""
    parts = [part.strip() for part in title.split("::")]
    is_name = all(map(slug, parts)) and parts[0].casefold() != "default"
    name = title if is_name else deck_name(title)
    title_ = () if is_name else (("title", title),)
    return (("deck", name), ("id", deck_id(name)), *title_, ("license", "private"))


def _nothing(found: Counted) -> Diagnostic:
    advice = "write each fact on a line, its mnemonic on the next, and the explanation below"
    if found.incomplete:
        message = "no fact of this page has a mnemonic; all stand in the draft as remarks"
        return warning("page-without-mnemonics", message, None, advice="add one or an `ask:` to each")
    return error("page-without-notes", "no fact with a mnemonic stands on this page", None, advice=advice)


def _hunk(source: SourceFile, repairs: Sequence[Repair]) -> str:
    """Show the lines from the first repair to the last, before and after."""
    first, last = source.place(repairs[0].start).line, source.place(repairs[-1].end).line
    start = source.offset(first)
    end = source.offset(last) + len(source.line(last))
    if end - start > _LONGEST_LINE:
        start = max(start, repairs[0].start - _AROUND)
        end = min(end, repairs[-1].end + _AROUND)
    text = source.text[start:end]
    moved = (Edit(Span(one.start - start, one.end - start), one.new) for one in repairs)
    old, new = text.splitlines(), apply_edits(text, moved).splitlines()
    head = f"@@ -{first},{len(old)} +{first},{len(new)} @@"
    return "\n".join([head, *(f"-{line}" for line in old), *(f"+{line}" for line in new)])
