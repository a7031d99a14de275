"""`deckwright import`: a study page, pasted or scanned, becomes the draft of a deck.

The page's own words stay: repairs are proposed, and made where they are accepted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from deckwright.deck.names import slug
from deckwright.new import deck_id, deck_name
from deckwright.pages.damage import Repair, propose
from deckwright.pages.lines import read_lines
from deckwright.pages.notes import Counted, as_draft
from deckwright.pages.pdf import read_pdf
from deckwright.pages.roles import read_roles
from deckwright.pages.units import read_units
from deckwright.pages.words import lexicon
from deckwright.source.decode import FORBIDDEN, decode
from deckwright.source.diagnostics import Report, error, warning
from deckwright.source.text import Edit, SourceFile, Span, apply_edits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from deckwright.pages.roles import Placed
    from deckwright.source.diagnostics import Diagnostic
    from deckwright.source.draft import Draft, Value

MAX_BYTES = 8 * 2**20
MAX_PDF = 64 * 2**20
_MOST_SIGNS = 200_000  # of a page for which repairs are looked for
_LONGEST_LINE = 300  # columns of a line shown in a difference
_AROUND = 80  # columns shown around a change in a longer one
_NONE = Counted(0, 0)


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
    is the number of control characters that were left out.
    """

    report: Report
    draft: Draft | None = None
    counted: Counted = _NONE
    sections: int = 0
    proposed: int = 0
    accepted: int = 0
    changes: str = ""
    blanked: int = 0

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
    text, blanked = _without_controls(source.text)
    source = SourceFile(name, text)
    placed = _placed(text)
    repairs = propose(text, placed, lexicon()) if len(text) <= _MOST_SIGNS else ()
    taken = [one for one in repairs if accept and accept(Proposal(one, difference(source, (one,))))]
    if taken:
        placed = _placed(apply_edits(text, (one.edit for one in taken)))
    head = _head(title or _title(placed, name))
    draft, counted = as_draft(placed, head)
    if not counted.notes:
        report.add(_nothing(counted))
    sections = sum(one.role == "heading" for one in placed)
    kept = None if report.has_errors else draft
    changes = difference(source, taken)
    return Imported(report, kept, counted, sections, len(repairs), len(taken), changes, blanked)


def difference(source: SourceFile, repairs: Iterable[Repair]) -> str:
    """Show the lines that repairs change as a unified diff; long lines are cut to the place."""
    by_line = groupby(sorted(repairs), key=lambda one: source.place(one.start).line)
    hunks = [_hunk(source, list(group)) for _, group in by_line]
    return "\n".join([f"--- {source.name}", f"+++ {source.name} (repaired)", *hunks]) if hunks else ""


def as_text(made: Imported) -> str:
    """Say what a page became, and what is left to do about it."""
    counted, left = made.counted, made.proposed - made.accepted
    lines = [f"{_count(counted.notes, 'note')} in {_count(max(made.sections, 1), 'section')}"]
    if counted.incomplete:
        one = counted.incomplete == 1
        where = "it stands as a remark at its place" if one else "they stand as remarks at their places"
        lines += [f"{_count(counted.incomplete, 'fact')} without a mnemonic: {where}"]
    if made.blanked:
        lines += [f"{_count(made.blanked, 'invisible control character')} left out"]
    if made.accepted:
        lines += [f"{_count(made.accepted, 'repair')} made"]
    if left:
        what = "proposed and not made: the words stand as on the page"
        lines += [f"{_count(left, 'repair')} {what}. `--yes` takes them all; at a terminal each is asked"]
    return "\n".join(lines)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _read(name: str, data: bytes) -> tuple[SourceFile, Report]:
    """Return the text of a page with what is wrong with the file."""
    is_pdf = data[:1024].lstrip().startswith(b"%PDF-") or name.lower().endswith(".pdf")
    limit = MAX_PDF if is_pdf else MAX_BYTES
    if len(data) > limit:
        source = SourceFile(name, "")
        advice = "import the part with your notes"
        message = f"the page is larger than {limit >> 20} MiB"
        found = [error("page-too-large", message, None, advice=advice)]
    elif is_pdf:
        text, problem = read_pdf(data)
        source, found = SourceFile(name, text), [problem] if problem else []
    else:
        source, told = decode(name, data)
        found = list(told)
    report = Report(source)
    report.extend(found)
    return source, report


def _without_controls(text: str) -> tuple[str, int]:
    """Return a text with blanks for control characters but those that end a line, and how many they were."""
    ends = "\f\v\x85\u2028\u2029"
    blanked = sum(sign not in ends for sign in FORBIDDEN.findall(text))
    return FORBIDDEN.sub(lambda sign: sign[0] if sign[0] in ends else " ", text), blanked


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


def _nothing(counted: Counted) -> Diagnostic:
    advice = "write each fact on a line, its mnemonic on the next, and the explanation below"
    if counted.incomplete:
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
