"""Notes that a deck makes of others: its scene, a section at once, gaps in a text, parts hidden."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from deckwright.deck.model import NODE, Note, Placed
from deckwright.deck.names import slug
from deckwright.source.diagnostics import Diagnostic, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Sequence

    from deckwright.deck.history import Kind, LockedNote
    from deckwright.deck.model import Cards, Deck, Located, Section

GAP = re.compile(r"\{\{c[0-9]+::")
FEWEST = 2  # notes that are worth a card of their own together
MOST = 5  # facts that can be named at one go
_WITHOUT = {
    "scene": "the deck has no `scene:` at the top",
    "sweep": f"no section has {FEWEST} notes",
    "cloze": "no explanation has a gap such as `{{c1::text}}`",
    "occlusion": "no note shows a part of a scene",
}


@dataclass(frozen=True, slots=True)
class Made:
    """A note made of others; *placed* stands for it, and *members* are the notes it gathers, by index."""

    kind: Kind
    key: str
    placed: Placed
    members: tuple[int, ...] = ()


def make_notes(
    deck: Deck, notes: Sequence[Placed], keys: Sequence[str], lit: Container[int]
) -> tuple[Made, ...]:
    """Return what the deck makes of its *notes*; *lit* are those that show a part of their scene."""
    live = [index for index, placed in enumerate(notes) if not placed.note.retired]
    swept = [index for index in live if "sweep" in notes[index].shapes]
    hidden = [index for index in live if "occlusion" in notes[index].shapes and index in lit]
    gapped = (
        index
        for index, placed in enumerate(notes)
        if "cloze" in placed.shapes and GAP.search(placed.note.explanation)
    )
    return (
        *_scene(deck),
        *(_cloze(notes[index], keys[index], index) for index in gapped),
        *(_sweep(deck, notes, members, lit) for members in _grouped(swept, lambda at: notes[at].section)),
        *(_masks(deck, notes, members) for members in _grouped(hidden, lambda at: _file(notes[at]), least=1)),
    )


def match_made(
    made: Sequence[Made], deck: str, guids: Sequence[str], lines: Iterable[LockedNote]
) -> dict[int, LockedNote]:
    """Find the line of each made note, by index: under its key, or where most of what it gathers stands.

    *guids* are those of the deck's notes; *lines* those of made notes that are free, live ones first.
    """
    free = {line.guid: line for line in sorted(lines, key=lambda line: (line.retired, -line.modified))}
    found: dict[int, LockedNote] = {}

    def take(fits: Callable[[Made, LockedNote], int]) -> None:
        for index, one in enumerate(made):
            if index not in found:
                kin = [line for line in free.values() if line.kind == one.kind and fits(one, line)]
                best = max(kin, key=lambda line: fits(one, line), default=None)
                if best is not None:
                    found[index] = free.pop(best.guid)

    def shared(one: Made, line: LockedNote) -> int:
        return len({guids[member] for member in one.members} & {*line.rows})

    def same(one: Made, line: LockedNote) -> bool:
        return (line.deck, line.key) == (deck, one.key)

    take(lambda one, line: same(one, line) and bool(shared(one, line) or not one.members))
    take(shared)
    # A note that came in the place of another is another one; a section or scene is what it is called.
    take(lambda one, line: same(one, line) and one.kind != "cloze")
    return found


def without_effect(deck: Deck, made: Iterable[Made]) -> Iterator[Diagnostic]:
    """Yield a finding for each card shape that is switched on, and each question, that makes no card."""
    for scene in (part.scene for part in _parts(deck)):
        if scene is not None and scene.ask:
            message = "`ask` is on no card here: only the deck's own scene makes one"
            advice = "take it out, or move the scene to the top"
            yield warning("no-effect", message, scene.key_span("ask"), advice=advice)
    kinds = {one.kind for one in made}
    for shape, why in _WITHOUT.items():
        switch = next((cards for cards in _switches(deck) if getattr(cards, shape)), None)
        if switch is not None and shape not in kinds:
            message = f"`{shape}` makes no card: {why}"
            yield warning(
                "no-effect", message, switch.key_span(shape), advice="take it out, or add what is missing"
            )


def too_many_at_once(made: Iterable[Made]) -> Iterator[Diagnostic]:
    """Yield a finding for each section that is too long to be named at one go."""
    for one in made:
        if one.kind == "sweep" and len(one.members) > MOST:
            message = (
                f"this section asks for {len(one.members)} facts at one go; few people hold more than {MOST}"
            )
            advice = "part the section, or write `sweep: false` on notes that may be left out"
            yield warning("sweep-too-long", message, one.placed.note.span(), advice=advice)


def _scene(deck: Deck) -> Iterator[Made]:
    wanted = deck.cards is None or deck.cards.scene is not False
    if deck.scene is not None and wanted:
        note = _stand_in(
            deck.scene, f"{deck.topic} (whole scene)", ask=deck.scene.ask, explanation=deck.summary
        )
        yield Made("scene", "@scene", Placed(note, "", deck.scene, deck.tags, frozenset({"scene"})))


def _cloze(placed: Placed, key: str, index: int) -> Made:
    note = placed.note.model_copy(update={"fact": f"{placed.note.fact} (gaps)", "ask": "", "withdrawn": ()})
    return Made("cloze", f"@cloze/{key}", replace(placed, note=note), (index,))


def _sweep(deck: Deck, notes: Sequence[Placed], members: tuple[int, ...], lit: Container[int]) -> Made:
    name = notes[members[0]].section
    section = deck.sections.get(name)
    note = _stand_in(section or deck, f"{name or deck.topic} (all at once)")
    scenes = Counter(_file(notes[index]) for index in members if index in lit)
    file = max(scenes, key=lambda file: scenes[file], default="")
    scene = (
        next((notes[index].scene for index in members if _file(notes[index]) == file), None) if file else None
    )
    tags = tuple(dict.fromkeys((*deck.tags, *(section.tags if section else ()))))
    key = f"@sweep/{slug(name)}" if name else "@sweep"
    return Made("sweep", key, Placed(note, name, scene, tags, frozenset({"sweep"})), members)


def _masks(deck: Deck, notes: Sequence[Placed], members: tuple[int, ...]) -> Made:
    scene = notes[members[0]].scene
    if scene is None:
        raise TypeError(members)
    note = _stand_in(scene, f"{scene.file} (hidden parts)")
    return Made(
        "occlusion",
        f"@masks/{scene.file}",
        Placed(note, "", scene, deck.tags, frozenset({"occlusion"})),
        members,
    )


def _stand_in(part: Located, fact: str, **texts: str) -> Note:
    """Make a note that stands where *part* was written."""
    return Note.model_validate({NODE: part.node, "fact": fact, **texts})


def _grouped(
    indices: Iterable[int], name: Callable[[int], str], least: int = FEWEST
) -> Iterator[tuple[int, ...]]:
    groups: dict[str, list[int]] = {}
    for index in indices:
        groups.setdefault(name(index), []).append(index)
    return (tuple(group) for group in groups.values() if len(group) >= least)


def _file(placed: Placed) -> str:
    return placed.scene.file if placed.scene else ""


def _switches(deck: Deck) -> Iterator[Cards]:
    return (part.cards for part in (deck, *_parts(deck)) if part.cards is not None)


def _parts(deck: Deck) -> tuple[Section | Note, ...]:
    """Return the sections and notes, which may have a scene and switches of their own."""
    sections = deck.sections.values()
    return (*sections, *deck.notes, *(note for section in sections for note in section.notes))
