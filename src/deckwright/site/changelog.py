"""CHANGELOG.md: what each issue of a deck brought, note by note, in the form of keepachangelog.com."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckwright.site.changed import entries, made, retelling
from deckwright.site.plain import markdown
from deckwright.site.texts import merges
from deckwright.tally import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deckwright.apkg.news import News
    from deckwright.site.changed import Entry, Kind
    from deckwright.site.history import Issue

_HEADINGS: dict[str, tuple[Kind, ...]] = {
    "Corrected": ("fact",),
    "Changed": ("text", "other"),
    "Added": ("new",),
    "Removed": ("gone",),
}
_ABOUT = """\
What each release of the deck changed, newest first. A correction raises the last number, new notes the
middle one; the first rises when Anki has to merge note types.
"""


def changelog(title: str, issues: Sequence[Issue]) -> str:
    """Return the changes of all issues (given oldest first) as Markdown, one line a note, newest issue first.

    The first issue tells its notes by their number alone.
    """
    lines = [f"# Changes of {markdown(title)}", "", _ABOUT]
    for issue in reversed(issues):
        lines += [f"## [{issue.version}] - {issue.day}", ""]
        lines += _first(issue.news) if issue is issues[0] else _issue(issue.news)
    return "\n".join(lines).rstrip() + "\n"


def _first(news: News) -> Iterator[str]:
    authored = len(news.new) - made(news)
    yield from ("### Added", "", f"- The first release: {counted(authored, 'note')}", "")


def _issue(news: News) -> Iterator[str]:
    found = entries(news)
    for heading, kinds in _HEADINGS.items():
        lines = [_entry(entry) for entry in found if entry.kind in kinds]
        lines += _whole(news) if heading == "Changed" else ()
        if lines:
            yield from (f"### {heading}", "", *(f"- {line}" for line in lines), "")


def _entry(entry: Entry) -> str:
    details = [f"{label}: {retelling(words)}" for label, words in entry.texts]
    told = "; ".join(markdown(detail) for detail in (*details, *entry.remarks))
    return f"{markdown(entry.name)}: {told}" if told else markdown(entry.name)


def _whole(news: News) -> Iterator[str]:
    """Tell what no note of an author has changed."""
    if count := made(news):
        yield f"{counted(count, 'note')} made of others (scenes, sweeps, gaps, masks)"
    if merges(news):
        yield "Fields or templates: import once with *Merge note types* on"
    elif news.notetypes:
        yield "The look of the cards"
