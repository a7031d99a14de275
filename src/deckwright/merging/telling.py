"""What a merge says when it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckwright.apkg.news import retold
from deckwright.source.diagnostics import printable
from deckwright.tally import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckwright.merge import Merged
    from deckwright.merging.settling import Settled
    from deckwright.merging.threeway import Change

_INDENT = " " * 10


def as_text(merged: Merged, *, dry_run: bool) -> str:
    """Say what came home, what stands against each other, and what could not be taken over."""
    lines = [line for one in merged.settled if not one.undecided for line in _changed(one)]
    lines += [f"+ {one.kin.title}  new{_into(one.section)}" for one in merged.arrived]
    for one in merged.undecided:
        lines += ["", *_against(one)]
    lines += ["", "Not brought home:"] if merged.left else []
    lines += [f"  {name}: {why}" for name, why in merged.left]
    return "\n".join(map(printable, [*lines, *_closing(merged, dry_run=dry_run)])).lstrip("\n")


def as_question(fact: str, change: Change) -> str:
    """Ask whether their text is to count, where nobody knows what both had once."""
    return "\n".join(map(printable, [f"{fact}: `{change.key}` differs", *_sides(change)]))


def _changed(one: Settled) -> Iterator[str]:
    edited = one.edited
    fact = edited.own.note.fact
    told = []
    for change in one.taken:
        runs = retold(change.ours, change.result)
        told.append(f"{change.key}: {', '.join(runs)}" if runs else change.key)
    told += [f"tag +{tag}" for tag in edited.tags.added] + [f"tag -{tag}" for tag in edited.tags.removed]
    told += ["another picture"] if edited.picture else []
    yield f"~ {fact}  {'; '.join(told)}"


def _against(one: Settled) -> Iterator[str]:
    """Show the texts of a note that nobody has decided on."""
    for change in one.undecided:
        why = "both of you changed" if change.base is not None else "nobody knows who changed"
        why = "the gaps would be lost in" if change.base is not None and change.loses_gaps else why
        yield f"! {one.edited.own.note.fact}: {why} `{change.key}`"
        yield from _sides(change)


def _sides(change: Change) -> Iterator[str]:
    sides = {"was": change.base, "yours": change.ours, "theirs": change.result}
    for name, text in sides.items():
        if text is not None:
            first, *rest = (text or "(nothing)").split("\n")
            yield f"  {name:<6}  {first}"
            yield from (f"{_INDENT}{line}".rstrip() for line in rest)


def _into(section: str) -> str:
    return f", at the end of `{section}`" if section else ""


def _closing(merged: Merged, *, dry_run: bool) -> Iterator[str]:
    changed = sum(not one.undecided for one in merged.settled)
    counts = {"changed": changed, "added": len(merged.arrived), "left to you": len(merged.undecided)}
    if not any(counts.values()):
        yield "" if merged.left else "Nothing to bring home: every text is one that you sent out."
        return
    yield ""
    parts = [f"{count:,} {what}" for what, count in counts.items() if count]
    pictures = f"; {counted(len(merged.pictures), 'picture')} for media/" if merged.pictures else ""
    yield f"{', '.join(parts)}{pictures}"
    if merged.undecided:
        yield "Of a note left to you nothing is written: edit it, or repeat with `--ours` or `--theirs`."
    if dry_run:
        yield "Nothing was written."
    elif changed or merged.arrived:
        yield "Look at it (`git diff`, `deckwright preview`), then `deckwright build` and send it round."
