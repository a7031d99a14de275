"""What a command says when it is done."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from deckwright.apkg.news import numbers, tell
from deckwright.deck import model
from deckwright.deck.advice.catalogue import FOR_PUBLISHING
from deckwright.deck.history import OWN_TYPE
from deckwright.rows import STAYS, is_new, is_updated, rows_of
from deckwright.source.diagnostics import printable
from deckwright.tally import counted, counts, shape, size

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from deckwright.apkg.news import News
    from deckwright.apkg.stamp import Shipped, Stamped
    from deckwright.build import Built
    from deckwright.deck.history import LockedNote
    from deckwright.packages import Made
    from deckwright.publish import Published
    from deckwright.release import Released
    from deckwright.site.shelving import Site

_WILD = re.compile(r'[\\*_"]')  # what Anki's search takes for any text, or for an escape
_FIRST = "First build: cards.lock remembers your notes. Keep it beside cards.yaml."
_DRAFT = "A draft, to look at and not to share: cards.lock is as it was."
_NEXT = (
    "",
    "Double-click it (or `deckwright build --open`), leave the options, press Import.",
    "Later: edit, build, import again. Every review stays.",
)


def of_build(built: Built) -> str:
    """Say what was made, what changed for those who have the deck, and what to do next."""
    lines = [*_contents(built)]
    paths = [f"  {_near(made.path)}" for made in built.packages]
    first = not built.compiled.lock.notes
    if built.options.draft:
        lines += ["", *paths, "", _DRAFT]
    elif first:
        lines += [_FIRST, "", *paths]
    else:
        lines += [*_changes(built), *_for_readers(built)]
    if built.options.dry_run:
        lines += ["Nothing was written."]
    elif not built.options.draft and (first or any(made.replaced is None for made in built.packages)):
        lines += _NEXT
    return "\n".join(map(printable, lines))


def of_unchanged(built: Built) -> str:
    """Say what the next build will, if nothing changes until then."""
    lines = [*_contents(built)]
    for made in built.packages:
        authored = sum(note.rendered.note.kind == OWN_TYPE for note in made.notes)
        lines += [f"{_near(made.path)}: 0 new, 0 updated, {authored:,} untouched"]
    return "\n".join(map(printable, lines))


def of_release(released: Released) -> str:
    """Say what is new for readers of the last release, and what to do next."""
    built, news, made = released.built, released.news, released.release
    if made is None or news is None:
        return f"Nothing is new since {released.last}: there is nothing to release."
    lines = [f"{made.version}: the first release, {counts(built.compiled.notes)}"]
    if released.last:
        lines = [
            f"{made.version}: {numbers(news)} since {released.last}",
            *tell(news),
            *_on_import(built, news),
        ]
    written = [*(made.path for made in built.packages), released.path]
    lines += ["", *(f"  {_near(path)}" for path in written), ""]
    dry = built.options.dry_run
    lines += [
        "Nothing was written."
        if dry
        else "Commit cards.lock and releases/ with your notes; hand the package on."
    ]
    return "\n".join(map(printable, lines))


def of_published(published: Published) -> str:
    """Say what is new, what a rehearsal found, and where the site lies."""
    released, site = published.released, published.site
    made = released.release
    lines = [f"Nothing is new since {released.last}: its site is written again."]
    if made and released.news:
        news = f"{numbers(released.news)} since {released.last}" if released.last else "the first release"
        lines = [f"{made.version}: {news}", *(tell(released.news) if released.last else ())]
    from deckwright import rehearse  # noqa: PLC0415 - other commands need none

    for rehearsal in published.rehearsals:
        lines += [f"Tried in Anki: {line}" for line in rehearse.as_text(rehearsal).split("\n")]
    if published.stopped:
        lines += ["Readers would lose something, so nothing was published."]
    elif site is None:
        lines += ["Nothing was written."]
    else:
        if published.rewritten:
            name = site.about.package.name
            lines += [f"What stands under the deck's name changed, so {name} is another file now;"]
            lines += ["the notes in it are the same."]
        lines += _site(published.folder, site)
    return "\n".join(map(printable, lines))


def _site(folder: Path, site: Site) -> Iterator[str]:
    near = _near(folder)
    yield ""
    yield f"  {near}/index.html   the page: open it, or put the folder on any host of plain files"
    yield f"  {near}/{site.about.package.name}   {size(site.about.package.size)}"
    yield ""
    yield "Commit cards.lock and releases/. For the class chat (message.txt):"


def retired_search(lines: Iterable[LockedNote]) -> str:
    """Return the search for Anki's browser that finds the notes of *lines* in any collection."""
    names = sorted(f"{line.home or line.deck}/{line.born}" for line in lines)
    terms = " OR ".join(f'"ID:{_WILD.sub(_escaped, name)}"' for name in names)
    return f'"note:Deckwright *" ({terms})'


def _escaped(sign: re.Match[str]) -> str:
    return f"\\{sign[0]}"


def _contents(built: Built) -> Iterator[str]:
    compiled = built.compiled
    kinds = Counter(shape(note, ordinal) for note in compiled.notes for ordinal in note.cards)
    names = (*model.SHAPES, *sorted(kinds.keys() - {*model.SHAPES}))
    detail = ", ".join(f"{kinds[name]:,} {name}" for name in names if kinds[name])
    pictures = counted(len(compiled.drawn), "picture")
    sizes = [made.path.stat().st_size for made in built.packages if not built.options.dry_run]
    yield f"{counts(compiled.notes)} ({detail}), {pictures}" + (f", {size(sum(sizes))}" if sizes else "")
    found = sum(plan.found for deck in compiled.decks for plan in deck.plans.values())
    if found:
        yield f"{counted(found, 'picture')} found by name"
    codes = (found.code for report in compiled.sources for found in report.advice)
    warnings = sum(code not in FOR_PUBLISHING for code in codes)
    if warnings:
        yield f"{counted(warnings, 'warning')}; `deckwright check` shows them"


def _on_import(built: Built, news: News) -> Iterator[str]:
    """Say what readers of the last release meet when they import the new one."""
    yield from _replaced(len(news.changed))
    gone = {note.guid for note in news.retired}
    yield from _search([line for line in built.compiled.lock.notes if line.guid in gone])


def _changes(built: Built) -> Iterator[str]:
    """Say of each package what became of its notes."""
    names = {line.id: line.name for line in built.compiled.lock.decks}
    released = built.compiled.releases.edition().notes
    for made in built.packages:
        rows = list(rows_of(made, names, released))
        width = max((len(fact) for _, fact, _ in rows), default=0)
        yield from (f"{sign} {fact:<{width}}  {what}" for sign, fact, what in rows)
        yield f"{_near(made.path)}: {_numbers(made)}"
    yield from (f"- {line.fact}  {STAYS}" for line in built.compiled.orphans)


def _numbers(made: Made) -> str:
    """Tell by numbers what became of the authored notes and, if anything did, of those made of them."""
    gone = Counter(line.is_made for deck in made.decks for line in deck.deck.vanished)
    authored = [note for note in made.notes if note.rendered.note.kind == OWN_TYPE]
    others = [note for note in made.notes if note.rendered.note.kind != OWN_TYPE]
    told = _told(authored, gone[False], always=("new", "updated", "untouched"))
    of_others = _told(others, gone[True], never=("untouched",))
    return f"{told}; made of them {of_others}" if of_others else told


def _told(
    notes: Sequence[Stamped], gone: int, *, always: Collection[str] = (), never: Collection[str] = ()
) -> str:
    new, updated = sum(map(is_new, notes)), sum(map(is_updated, notes))
    counts = {"new": new, "updated": updated, "untouched": len(notes) - new - updated, "retired": gone}
    shown = {what for what, count in counts.items() if count} - {*never} | {*always}
    return ", ".join(f"{count:,} {what}" for what, count in counts.items() if what in shown)


def _for_readers(built: Built) -> Iterator[str]:
    """Say what readers of earlier packages meet, and how they find what is gone."""
    yield from _replaced(sum(map(is_updated, built.notes)))
    set_right = sum(note.set_right for note in built.notes)
    if set_right:
        yield f"{counted(set_right, 'note')} had a newer stamp with readers than in the lock: set right."
    otherwise = sum(_renders_otherwise(note, built.shipped) for note in built.notes)
    if otherwise:
        what = f"{counted(otherwise, 'note')} {'renders' if otherwise == 1 else 'render'} differently"
        yield f"{what} for new readers; `deckwright build --refresh` sends that to all,"
        yield "and replaces their own edits."
    yield from _search(built.compiled.vanished)


def _replaced(updated: int) -> Iterator[str]:
    if updated:
        those = "that note" if updated == 1 else f"those {updated:,}"
        yield f"On {those}, classmates' own edits and tags are replaced; reviews never are."


def _search(gone: Sequence[LockedNote]) -> Iterator[str]:
    gone = [line for line in gone if line.kind]
    if gone:
        yield "Classmates find what is gone by this search in Anki's browser:"
        yield f"  {retired_search(gone)}"


def _renders_otherwise(note: Stamped, shipped: Mapping[str, Shipped]) -> bool:
    before = shipped.get(note.rendered.note.guid)
    return before is not None and before.modified == note.modified and not before.shows(note.rendered)


def _near(package: Path) -> str:
    """Return the package's path as the user would write it."""
    try:
        return package.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(package)
