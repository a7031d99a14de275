"""What a command says when it is done."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deckwright.apkg.changes import reworded
from deckwright.apkg.news import numbers, retold, tell
from deckwright.cards.notetypes import CARD_SHAPES, mnemonic
from deckwright.deck.content import short_hash
from deckwright.deck.history import ADOPTED
from deckwright.deck.identity import OWN_TYPE
from deckwright.source.diagnostics import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from deckwright.apkg.editions import ReleasedNote
    from deckwright.apkg.news import News
    from deckwright.apkg.package import Package
    from deckwright.apkg.stamp import Shipped, Stamped
    from deckwright.build import Built
    from deckwright.cards.render import Rendered
    from deckwright.deck.history import LockedNote
    from deckwright.packages import Made
    from deckwright.project import Compiled
    from deckwright.release import Released

_HASHED = ("mnemonic", "explanation", "ask")  # texts of which the lock keeps a hash
_WILD = re.compile(r"[\\*_]")  # what Anki's search takes for any text, or for an escape
_STAYS = "gone: it stays in the collections that have it"
_FIRST = "First build: cards.lock remembers your notes. Keep it beside cards.yaml."
_DRAFT = "A draft, to look at and not to share: cards.lock is as it was."
_NEXT = (
    "",
    "Double-click it (or `deckwright build --open`), leave the options, press Import.",
    "Later: edit, build, import again. Every review stays.",
)
_THOUSAND = 1000


def of_check(compiled: Compiled) -> str:
    """Say what the deck holds and how many findings there are."""
    errors = sum(report.count("error") for report in compiled.reports)
    warnings = sum(report.count("warning") for report in compiled.reports)
    found = ", ".join(
        _counted(count, word) for count, word in ((errors, "error"), (warnings, "warning")) if count
    )
    return f"{_counts(compiled.notes)}: {found or 'nothing to mend'}"


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


def of_release(released: Released) -> str:
    """Say what is new for readers of the last release, and what to do next."""
    built, news, made = released.built, released.news, released.release
    if made is None or news is None:
        return f"Nothing is new since {released.last}: there is nothing to release."
    lines = [f"{made.version}: the first release, {_counts(built.compiled.notes)}"]
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


def size(count: int) -> str:
    """Write a number of bytes as people do."""
    for unit in ("bytes", "kB", "MB"):
        if count < _THOUSAND:
            return f"{count:.0f} {unit}"
        count //= _THOUSAND
    return f"{count} GB"


def retired_search(lines: Iterable[LockedNote], *, styled: bool = False) -> str:
    """Return the search for Anki's browser that finds the notes of *lines* in any collection.

    The type of a *styled* deck has a name that goes on after the common one.
    """
    names = sorted(f"{line.home or line.deck}/{line.born}" for line in lines)
    terms = " OR ".join(f"ID:{_WILD.sub(_escaped, name)}" for name in names)
    return f'"note:{mnemonic().name}{"*" if styled else ""}" ({terms})'


def _escaped(sign: re.Match[str]) -> str:
    return f"\\{sign[0]}"


def _contents(built: Built) -> Iterator[str]:
    compiled = built.compiled
    kinds = Counter(_shape(note, ordinal) for note in compiled.notes for ordinal in note.cards)
    names = (*CARD_SHAPES, *sorted(kinds.keys() - {*CARD_SHAPES}))
    detail = ", ".join(f"{kinds[name]:,} {name}" for name in names if kinds[name])
    pictures = _counted(len(compiled.drawn), "picture")
    sizes = [made.path.stat().st_size for made in built.packages if not built.options.dry_run]
    yield f"{_counts(compiled.notes)} ({detail}), {pictures}" + (f", {size(sum(sizes))}" if sizes else "")
    found = sum(plan.found for deck in compiled.decks for plan in deck.plans.values())
    if found:
        yield f"{_counted(found, 'picture')} found by name"
    warnings = sum(report.count("warning") for report in compiled.sources)
    if warnings:
        yield f"{_counted(warnings, 'warning')}; `deckwright check` shows them"


def _shape(note: Rendered, ordinal: int) -> str:
    """Return the shape of a card; those of another tool's type go by the type's name."""
    return note.notetype.name if note.notetype.original else CARD_SHAPES[ordinal]


def _on_import(built: Built, news: News) -> Iterator[str]:
    """Say what readers of the last release meet when they import the new one."""
    yield from _replaced(len(news.changed))
    gone = {note.guid for note in news.retired}
    yield from _search(built, [line for line in built.compiled.lock.notes if line.guid in gone])


def _changes(built: Built) -> Iterator[str]:
    """Say of each package what became of its notes."""
    names = {line.id: line.name for line in built.compiled.lock.decks}
    released = built.compiled.releases.edition().notes
    for made in built.packages:
        rows = list(_rows(made, names, released))
        width = max((len(fact) for _, fact, _ in rows), default=0)
        yield from (f"{sign} {fact:<{width}}  {what}" for sign, fact, what in rows)
        new = sum(note.rendered.note.locked is None for note in made.notes)
        updated = sum(map(_is_updated, made.notes))
        counts = {"new": new, "updated": updated, "untouched": len(made.notes) - new - updated}
        gone = sum(len(deck.deck.vanished) for deck in made.decks)
        told = [f"{count:,} {what}" for what, count in counts.items()] + [f"{gone:,} retired"] * bool(gone)
        yield f"{_near(made.path)}: {', '.join(told)}"
    yield from (f"- {line.fact}  {_STAYS}" for line in built.compiled.orphans)


def _rows(
    made: Made, names: Mapping[str, str], released: Mapping[str, ReleasedNote]
) -> Iterator[tuple[str, str, str]]:
    """Yield sign, fact and news of each note that has any; *names* are the decks' by id, as they were."""
    fields = _old_fields(made.replaced)
    decks = {note.note.guid: deck.deck.locked for deck in made.decks for note in deck.notes}
    for note in made.notes:
        if note.rendered.note.locked is None:
            yield "+", _fact(note), "new"
    for note in made.notes:
        locked, guid = note.rendered.note.locked, note.rendered.note.guid
        if locked and locked.retired:
            yield "+", _fact(note), "back, history kept"
        elif locked and not _is_updated(note) and locked.key != note.rendered.note.key:
            yield ">", _fact(note), f'known by "{note.rendered.note.key}" from now on, history kept'
        elif locked and _is_updated(note):
            moved = () if locked.deck == decks[guid].id else (names[locked.deck], decks[guid].name)
            before = _Before(fields.get(guid, {}), released.get(guid))
            yield _change(note.rendered, locked, before, moved)
    for deck in made.decks:
        yield from (("-", line.fact, _STAYS) for line in deck.deck.vanished)


def _for_readers(built: Built) -> Iterator[str]:
    """Say what readers of earlier packages meet, and how they find what is gone."""
    yield from _replaced(sum(map(_is_updated, built.notes)))
    set_right = sum(note.set_right for note in built.notes)
    if set_right:
        yield f"{_counted(set_right, 'note')} had a newer stamp with readers than in the lock: set right."
    otherwise = sum(_renders_otherwise(note, built.shipped) for note in built.notes)
    if otherwise:
        what = f"{_counted(otherwise, 'note')} {'renders' if otherwise == 1 else 'render'} differently"
        yield f"{what} for new readers; `deckwright build --refresh` sends that to all,"
        yield "and replaces their own edits."
    yield from _search(built, built.compiled.vanished)


def _replaced(updated: int) -> Iterator[str]:
    if updated:
        those = "that note" if updated == 1 else f"those {updated:,}"
        yield f"On {those}, classmates' own edits and tags are replaced; reviews never are."


def _search(built: Built, gone: Sequence[LockedNote]) -> Iterator[str]:
    gone = [line for line in gone if line.type == OWN_TYPE]
    if gone:
        yield "Classmates find what is gone by this search in Anki's browser:"
        styled = any(deck.deck.locked.styled for deck in built.compiled.decks)
        yield f"  {retired_search(gone, styled=styled)}"


def _renders_otherwise(note: Stamped, shipped: Mapping[str, Shipped]) -> bool:
    before = shipped.get(note.rendered.note.guid)
    return before is not None and before.modified == note.modified and not before.shows(note.rendered)


def _is_updated(note: Stamped) -> bool:
    locked = note.rendered.note.locked
    return locked is not None and locked.modified != note.modified


def _fact(note: Stamped) -> str:
    return note.rendered.note.placed.note.fact


@dataclass(frozen=True, slots=True)
class _Before:
    """A note as readers have it: fields by name from the package replaced, or else as it was released."""

    fields: Mapping[str, str]
    released: ReleasedNote | None

    def runs(self, name: str, note: Rendered) -> tuple[str, ...]:
        """Tell the words of the text *name* that differ; none where the old ones are not known."""
        if self.fields and not note.notetype.original:
            fields = {field.name: text for field, text in zip(note.notetype.fields, note.fields, strict=True)}
            return reworded(self.fields.get(name.capitalize(), ""), fields.get(name.capitalize(), ""))
        if self.released:
            return retold(getattr(self.released, name), getattr(note.note.placed.note, name))
        return ()


def _old_fields(package: Package | None) -> dict[str, dict[str, str]]:
    """Map the guids of a package's notes to their fields by name."""
    if package is None:
        return {}
    names = {notetype.id: [field.name for field in notetype.fields] for notetype in package.notetypes}
    return {note.guid: dict(zip(names[note.notetype], note.fields, strict=True)) for note in package.notes}


def _change(
    note: Rendered, locked: LockedNote, before: _Before, moved: tuple[str, ...]
) -> tuple[str, str, str]:
    """Say what became of a note that readers have, with its words where *before* holds the old ones."""
    fact = note.note.placed.note.fact
    told = ['moved from "{}" to "{}"'.format(*moved)] if moved else []
    told += _told(note, locked, before)
    if locked.fact != fact:
        return ">", fact, "; ".join([f'renamed from "{locked.fact}", history kept', *told])
    if locked.content == note.note.content:
        told = ["the same as before, sent anew"]
    if locked.content == ADOPTED:
        told = told or ["differs from what was adopted"]
    return "~", fact, "; ".join(told) or "its picture, tags, source or settings changed"


def _told(note: Rendered, locked: LockedNote, before: _Before) -> Iterator[str]:
    placed = note.note.placed
    if locked.section != placed.section:
        yield f'moved from "{locked.section}" to "{placed.section}"'
    for name in _HASHED:
        if getattr(locked, name) != short_hash(getattr(placed.note, name)):
            runs = before.runs(name, note)
            yield f"{name}: {', '.join(runs)}" if runs else f"{name} changed"


def _counts(notes: Iterable[Rendered]) -> str:
    notes = tuple(notes)
    return f"{_counted(len(notes), 'note')}, {_counted(sum(len(note.cards) for note in notes), 'card')}"


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}" + ("" if count == 1 else "s")


def _near(package: Path) -> str:
    """Return the package's path as the user would write it."""
    try:
        return package.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(package)
