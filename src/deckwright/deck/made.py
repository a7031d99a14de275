"""Notes that a deck makes of others: its scene, a section at once, gaps in a text, parts hidden."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import TYPE_CHECKING

from deckwright.deck.model import NODE, Note, Placed
from deckwright.deck.names import slug
from deckwright.source.diagnostics import Diagnostic, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Sequence

    from deckwright.deck.history import Kind, LockedNote
    from deckwright.deck.model import Cards, Deck, Located, Section

FEWEST = 2  # notes that are worth a card of their own together
MOST = 5  # facts that can be named at one go
_MASKS = "@masks/"  # begins the key of a note of hidden parts
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


@dataclass(frozen=True, slots=True)
class Gathering:
    """A made note of the deck with that id, and the guids of the notes that it gathers."""

    deck: str
    made: Made
    guids: tuple[str, ...]


def make_notes(
    deck: Deck, notes: Sequence[Placed], keys: Sequence[str], *, lit: Container[int], gapped: Container[int]
) -> tuple[Made, ...]:
    """Return what the deck makes of its *notes*.

    *lit* are those that show a part of their scene, *gapped* those with a gap in their explanation, by index.
    """
    live = [index for index, placed in enumerate(notes) if not placed.note.retired]
    swept = [index for index in live if "sweep" in notes[index].shapes]
    hidden = [index for index in live if "occlusion" in notes[index].shapes and index in lit]
    clozed = [index for index, placed in enumerate(notes) if "cloze" in placed.shapes and index in gapped]
    made = (
        *_scene(deck),
        *(_cloze(notes[index], keys[index], index) for index in clozed),
        *(_sweep(deck, notes, members, lit) for members in _grouped(swept, lambda at: notes[at].section)),
        *(_masks(deck, notes, members) for members in _grouped(hidden, lambda at: _file(notes[at]), least=1)),
    )
    return tuple(_named_once(made))


def match_made(gatherings: Sequence[Gathering], lines: Iterable[LockedNote]) -> dict[int, LockedNote]:
    """Find the line of each made note of a project, by index: under its key, or by what it gathers.

    A key alone is enough for a section or a scene, which are what they are called, and not for gaps: a note
    that came in the place of another is another one. *lines* are those of made notes.
    """
    named = {(one.deck, one.made.kind, one.made.key): index for index, one in enumerate(gatherings)}
    gathering: defaultdict[tuple[str | None, str], list[int]] = defaultdict(list)
    for index, one in enumerate(gatherings):
        for guid in one.guids:
            gathering[one.made.kind, guid].append(index)
    wishes = []
    for place, line in enumerate(sorted(lines, key=lambda line: (line.retired, -line.modified))):
        shared = Counter(index for guid in line.rows for index in gathering.get((line.kind, guid), ()))
        wishes += [(1, -count, place, index, line) for index, count in shared.items()]
        index = named.get((line.deck, line.kind or "mnemonic", line.key), -1)
        if index >= 0 and (shared[index] or not gatherings[index].guids):
            wishes.append((0, 0, place, index, line))
        elif index >= 0 and line.kind != "cloze":
            wishes.append((2, 0, place, index, line))
    found: dict[int, LockedNote] = {}
    taken: set[str] = set()
    for *_, index, line in sorted(wishes, key=itemgetter(0, 1, 2, 3)):
        if index not in found and line.guid not in taken:
            found[index] = line
            taken.add(line.guid)
    return found


def as_born(made: Made, born: str) -> Made:
    """Return a made note under the name of its birth: a scene's file may have had another name then."""
    if made.kind != "occlusion" or not born.startswith(_MASKS):
        return made
    note = made.placed.note.model_copy(update={"fact": _hidden(born.removeprefix(_MASKS))})
    return replace(made, placed=replace(made.placed, note=note))


def without_effect(
    deck: Deck, notes: Sequence[Placed], made: Iterable[Made], gapped: Iterable[int]
) -> Iterator[Diagnostic]:
    """Yield a finding for each card shape that is switched on, and each question or gap, without a card."""
    for index in gapped:
        if "cloze" not in notes[index].shapes:
            advice = "write `cards: {cloze: true}` at the top, in the section or on the note"
            span = notes[index].note.span("explanation")
            yield warning("no-effect", "the gap makes no card: `cloze` is off", span, advice=advice)
    kinds = {one.kind for one in made}
    own = deck.scene if "scene" not in kinds and deck.node.get("scene") else None
    for scene in (own, *(part.scene for part in _parts(deck))):
        if scene is not None and scene.ask:
            message = (
                "`ask` is on no card here: only the deck's own scene makes one, under `cards: {scene: true}`"
            )
            advice = "take it out, or switch that on"
            yield warning("no-effect", message, scene.key_span("ask"), advice=advice)
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
    note = _stand_in(scene, _hidden(scene.file))
    return Made(
        "occlusion",
        f"{_MASKS}{scene.file}",
        Placed(note, "", scene, deck.tags, frozenset({"occlusion"})),
        members,
    )


def _hidden(file: str) -> str:
    return f"{file} (hidden parts)"


def _named_once(made: Iterable[Made]) -> Iterator[Made]:
    """Yield the notes, each with a key of its own: two sections may differ in signs alone."""
    counts: Counter[str] = Counter()
    for one in made:
        counts[one.key] += 1
        yield one if counts[one.key] == 1 else replace(one, key=f"{one.key}#{counts[one.key]}")


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
    """Yield the switches that stand in the deck's own file; one that is inherited may serve others."""
    parts = (part for part in (deck, *_parts(deck)) if part.node.get("cards") is not None)
    return (part.cards for part in parts if part.cards is not None)


def _parts(deck: Deck) -> tuple[Section | Note, ...]:
    """Return the sections and notes, which may have a scene and switches of their own."""
    sections = deck.sections.values()
    return (*sections, *deck.notes, *(note for section in sections for note in section.notes))
