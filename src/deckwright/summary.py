"""What a command says when it is done."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from deckwright.apkg.changes import reworded
from deckwright.cards.notetypes import CARD_SHAPES
from deckwright.deck.identity import short_hash
from deckwright.source.diagnostics import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from deckwright.apkg.lock import Stamped
    from deckwright.apkg.package import Package
    from deckwright.cards.render import Rendered
    from deckwright.deck.history import LockedNote
    from deckwright.project import Built, Compiled

_HASHED = ("mnemonic", "explanation", "ask")  # texts of which the lock keeps a hash
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


def of_build(built: Built, package: Path, *, draft: bool) -> str:
    """Say what was made, what changed for those who have the deck, and what to do next."""
    lines = [*_contents(built, package)]
    if draft:
        lines += [
            "",
            f"  {_near(package)}",
            "",
            "A draft, to look at and not to share: cards.lock is as it was.",
        ]
        return "\n".join(map(printable, lines))
    lines += _first(package) if built.first else _changes(built, package)
    if built.first or built.replaced is None:
        lines += _NEXT
    return "\n".join(map(printable, lines))


def size(count: int) -> str:
    """Write a number of bytes as people do."""
    for unit in ("bytes", "kB", "MB"):
        if count < _THOUSAND:
            return f"{count:.0f} {unit}"
        count //= _THOUSAND
    return f"{count} GB"


def _contents(built: Built, package: Path) -> Iterator[str]:
    pictures = len(built.compiled.drawn)
    total = size(package.stat().st_size)
    kinds = Counter(CARD_SHAPES[ordinal] for note in built.compiled.notes for ordinal in note.cards)
    detail = ", ".join(f"{kinds[name]:,} {name}" for name in CARD_SHAPES if kinds[name])
    yield f"{_counts(built.compiled.notes)} ({detail}), {_counted(pictures, 'picture')}, {total}"
    found = sum(plan.found for plan in built.compiled.plans.values())
    if found:
        yield f"{_counted(found, 'picture')} found by name"
    warnings = sum(report.count("warning") for report in built.compiled.reports)
    if warnings:
        yield f"{_counted(warnings, 'warning')}; `deckwright check` shows them"


def _first(package: Path) -> Iterator[str]:
    yield "First build: cards.lock remembers your notes. Keep it beside cards.yaml."
    yield ""
    yield f"  {_near(package)}"


def _changes(built: Built, package: Path) -> Iterator[str]:
    new = [note for note in built.notes if note.rendered.note.locked is None]
    updated = [note for note in built.notes if _is_updated(note)]
    vanished = built.compiled.deck.vanished if built.compiled.deck else ()
    rows = [("+", _fact(note), "new") for note in new]
    rows += [("+", _fact(note), "back, history kept") for note in built.notes if _is_back(note)]
    texts = _old_texts(built.replaced)
    rows += [_change(note, texts.get(note.rendered.note.guid, {})) for note in updated if not _is_back(note)]
    stays = "gone: it stays in the collections that have it"
    rows += [("-", line.fact, stays) for line in vanished]
    width = max((len(fact) for _, fact, _ in rows), default=0)
    yield from (f"{sign} {fact:<{width}}  {what}" for sign, fact, what in rows)
    untouched = len(built.notes) - len(new) - len(updated)
    yield f"{_near(package)}: {len(new):,} new, {len(updated):,} updated, {untouched:,} untouched"
    if updated:
        those = "that note" if len(updated) == 1 else f"those {len(updated)}"
        yield f"On {those}, classmates' own edits and tags are replaced; reviews never are."


def _is_updated(note: Stamped) -> bool:
    locked = note.rendered.note.locked
    return locked is not None and locked.modified != note.modified


def _is_back(note: Stamped) -> bool:
    locked = note.rendered.note.locked
    return locked is not None and locked.retired


def _fact(note: Stamped) -> str:
    return note.rendered.note.placed.note.fact


def _old_texts(package: Package | None) -> dict[str, dict[str, str]]:
    """Map the guids of a package's notes to their fields by name."""
    if package is None:
        return {}
    names = {notetype.id: [field.name for field in notetype.fields] for notetype in package.notetypes}
    return {note.guid: dict(zip(names[note.notetype], note.fields, strict=True)) for note in package.notes}


def _change(note: Stamped, before: Mapping[str, str]) -> tuple[str, str, str]:
    """Say what became of a note that readers have, with its words where *before* holds the old ones."""
    locked, now = note.rendered.note.locked, note.rendered.note.placed.note
    told = [] if locked is None else list(_told(note.rendered, locked, before))
    if locked and locked.fact != now.fact:
        return ">", now.fact, "; ".join([f'renamed from "{locked.fact}", history kept', *told])
    return "~", now.fact, "; ".join(told) or "its picture, tags, source or settings changed"


def _told(note: Rendered, locked: LockedNote, before: Mapping[str, str]) -> Iterator[str]:
    placed = note.note.placed
    if locked.section != placed.section:
        yield f'moved from "{locked.section}" to "{placed.section}"'
    fields = {field.name: text for field, text in zip(note.notetype.fields, note.fields, strict=True)}
    for name in _HASHED:
        if getattr(locked, name) != short_hash(getattr(placed.note, name)):
            runs = reworded(before.get(name.capitalize(), ""), fields[name.capitalize()]) if before else ()
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
