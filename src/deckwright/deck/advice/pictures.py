"""Rules for scenes, symbols, regions and the files of pictures."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from deckwright.deck.advice.words import shown, words
from deckwright.source.diagnostics import Diagnostic, Related, warning
from deckwright.source.syntax import within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckwright.deck.advice.lesson import Lesson
    from deckwright.deck.model import Note, Region, Scene
    from deckwright.source.text import Span

SMALLEST_PERCENT = 3
SMALLEST_PIXELS = 24
SMALLEST_SCENE = 800
MOST_NAMED = 3

_LONGEST_ALT = 2000
_CELLS = 16  # to a side of the grid in which regions are looked for
_NO_PICTURE = re.compile(
    r"(?:^|/)(?:\.|_*(?:readme|licen[cs]e|copying|credits|notice|thumbs\.db$|desktop\.ini$))|\.(?:txt|md|rst)$",
    re.IGNORECASE,
)


def same_symbol_twice(lesson: Lesson) -> Iterator[Diagnostic]:
    """A symbol that stands for two facts brings back either of them, or neither.

    On the card it lights up and asks: what is this? With two right answers the reader is wrong half of the
    time without having forgotten anything.

    Told where two notes show one symbol of one scene. Draw a second symbol, give one note a `region:` of its
    own, or make the two facts one note.
    """
    first: dict[tuple[str, str], Note] = {}
    for index, placed in lesson.live:
        symbol = lesson.gallery.symbols.get(index)
        if not symbol:
            continue
        note = placed.note
        other = first.setdefault((_scene(lesson, index), symbol), note)
        if other is not note:
            message = f"the symbol `{symbol}` stands for `{shown(other.fact)}` already"
            advice = "give each fact a symbol of its own"
            related = Related("first", _symbol_span(other))
            yield warning("same-symbol-twice", message, _symbol_span(note), advice=advice, related=related)


def region_too_small(lesson: Lesson) -> Iterator[Diagnostic]:
    """A region has to be found on a phone, by a thumb.

    Most reviews happen on a screen as wide as a hand. Three per cent of it is two millimetres: what lies
    there is neither seen nor hit, and enlarged it is a blur.

    Told for a region under 3 % of the scene's width or height, or of fewer than 24 pixels of a bitmap. Draw
    the region around the whole symbol with some air, or use a larger picture.
    """
    for _, placed in lesson.live:
        region = placed.note.region
        if region is None or not _has_area(region):
            continue
        file = placed.scene.file if placed.scene else ""
        if problem := _too_small(region, lesson.gallery.sizes.get(file)):
            advice = f"take in the whole symbol, {SMALLEST_PERCENT} % or more each way"
            span = placed.note.span("region")
            yield warning("region-too-small", problem, span, advice=advice)


def regions_overlap(lesson: Lesson) -> Iterator[Diagnostic]:
    """Two regions that cover each other show the same thing for two facts.

    The card marks a place and asks what it stands for. Where most of one region lies in another one, the
    reader sees both symbols, and which one is meant is a guess.

    Told where two notes' regions on one scene share more than half of the smaller one. Draw them closer to
    their symbols, or move the symbols apart.
    """
    scenes: defaultdict[str, list[tuple[Note, Region]]] = defaultdict(list)
    for _, placed in lesson.live:
        region = placed.note.region
        if region and placed.scene and _is_large(region):
            scenes[placed.scene.file].append((placed.note, region))
    for placed_regions in scenes.values():
        for one, other in _covered(placed_regions):
            late, early = sorted((one, other), key=lambda note: -note.span("region").start)
            message = f"this region covers that of `{shown(early.fact)}`"
            related = Related("first", early.span("region"))
            span = late.span("region")
            advice = "draw both closer to what they show"
            yield warning("regions-overlap", message, span, advice=advice, related=related)


def scene_too_small(lesson: Lesson) -> Iterator[Diagnostic]:
    """A scene is looked into, so it needs pixels to look at.

    Cards enlarge the part that counts. From a picture 400 pixels wide, a tenth is 40 pixels: on the reader's
    screen it is a mosaic, and the detail you remember it by is gone.

    Told for a bitmap under 800 pixels in width. Export it larger, or draw it as SVG, which has no pixels.
    Enlarging the small one afterwards helps nobody.
    """
    told: set[str] = set()
    for scene in _scenes(lesson):
        size = lesson.gallery.sizes.get(scene.file)
        if size and size[0] < SMALLEST_SCENE and scene.file not in told:
            told.add(scene.file)
            message = f"the scene is {size[0]} pixels wide"
            advice = f"export it {SMALLEST_SCENE} pixels wide or more, or as SVG"
            yield warning("scene-too-small", message, scene.span("file"), advice=advice)


def alt_leaks_answer(lesson: Lesson) -> Iterator[Diagnostic]:
    """The words that stand in for a picture are read out on the front of the card.

    For someone who listens instead of looking, an `alt:` that names the fact is the answer before the
    question. On the cards of that fact the text is therefore left out, and nothing takes its place.

    Told where the `alt:` of a scene holds the fact of a note that lies on it. Describe what can be seen, as
    the mnemonic has it: `a goose with a bee on its beak`, not `the GABA-B receptor`.
    """
    told: set[int] = set()
    heard: dict[int, str] = {}
    for read in lesson.reads:
        scene = read.placed.scene
        if scene is None or not scene.alt or id(scene) in told or not _scene(lesson, read.at):
            continue
        alt = heard.get(id(scene))
        if alt is None:
            alt = heard[id(scene)] = _spaced(scene.alt[:_LONGEST_ALT].lower())
        fact = _spaced(read.lower.fact)
        if fact.strip() and fact in alt:
            told.add(id(scene))
            message = f"the `alt` text names the fact `{shown(read.plain.fact)}`"
            advice = "say what is to be seen, as one who does not know the answer"
            related = Related("the note", read.note.span("fact"))
            span = _alt_span(lesson, scene, read.plain.fact)
            yield warning("alt-leaks-answer", message, span, advice=advice, related=related)


def unused_media(lesson: Lesson) -> Iterator[Diagnostic]:
    """A picture that no card shows is most often one that was meant to be seen.

    Its name was mistyped, or its note was renamed and no longer finds it. If it really is left over, it waits
    there to be mistaken for the right one.

    Told once, with the names of up to three files of `media/` that neither a note nor a scene shows. Name the
    picture under `image:`, or delete it. Text files, licences and hidden files may lie there.
    """
    spare = [
        name
        for name in lesson.gallery.names
        if name not in lesson.gallery.used and not _NO_PICTURE.search(name)
    ]
    if not spare or not lesson.notes:
        return
    named = ", ".join(f"`{name}`" for name in spare[:MOST_NAMED])
    more = len(spare) - MOST_NAMED
    rest = f" and {more} more" if more > 0 else ""
    message = f"nothing shows {named}{rest} in `media/`"
    scene = lesson.deck.scene
    span = scene.span("file") if scene else lesson.deck.span()
    yield warning("unused-media", message, span, advice="name them under `image:`, or delete them")


def _scenes(lesson: Lesson) -> Iterator[Scene]:
    """Yield the scenes of the deck, its sections and its notes, in source order."""
    deck = lesson.deck
    yield from (deck.scene,) if deck.scene else ()
    yield from (section.scene for section in deck.sections.values() if section.scene)
    yield from (placed.note.scene for _, placed in lesson.live if placed.note.scene)


def _scene(lesson: Lesson, index: int) -> str:
    """Return the file of the scene on which a note lies; empty where it lies on none."""
    placed = lesson.notes[index]
    own = placed.scene.file if placed.scene and placed.note.region else ""
    return lesson.gallery.scenes.get(index, own)


def _symbol_span(note: Note) -> Span:
    return note.span("symbol" if note.symbol else "fact")


def _has_area(region: Region) -> bool:
    return region.width > 0 and region.height > 0


def _is_large(region: Region) -> bool:
    return min(region.width, region.height) >= SMALLEST_PERCENT


def _too_small(region: Region, size: tuple[int, int] | None) -> str:
    """Say how small a region is, in percent or else in pixels; empty for one that is large enough."""
    for part, what in ((region.width, "wide"), (region.height, "high")):
        if part < SMALLEST_PERCENT:
            return f"the region is {part:g} % {what}"
    sides = zip((region.width, region.height), size or (), ("wide", "high"), strict=False)
    for part, pixels, what in sides:
        if part * pixels / 100 < SMALLEST_PIXELS:
            return f"the region is {part * pixels / 100:.0f} pixels {what}"
    return ""


def _covered(regions: list[tuple[Note, Region]]) -> Iterator[tuple[Note, Note]]:
    """Yield each note whose region lies for more than half in a larger one, and that one's note.

    The centre of such a region lies in the larger one. So they are taken by size, and looked for in the cell
    of a grid that holds the centre; as those kept there share no more than half with each other, there are
    few.
    """
    grid: defaultdict[tuple[int, int], list[tuple[Note, Region]]] = defaultdict(list)
    for note, region in sorted(regions, key=lambda pair: -pair[1].width * pair[1].height):
        centre = _cell(region.x + region.width / 2), _cell(region.y + region.height / 2)
        half = region.width * region.height / 2
        other = next((held for held, its in grid.get(centre, ()) if _shared(region, its) > half), None)
        if other is not None:
            yield note, other
            continue
        for column in range(_cell(region.x), _cell(region.x + region.width) + 1):
            for row in range(_cell(region.y), _cell(region.y + region.height) + 1):
                grid[column, row].append((note, region))


def _cell(percent: float) -> int:
    return min(max(int(percent * _CELLS / 100), 0), _CELLS - 1)


def _shared(one: Region, two: Region) -> float:
    """Return the area that two regions have in common."""
    width = min(one.x + one.width, two.x + two.width) - max(one.x, two.x)
    height = min(one.y + one.height, two.y + two.height) - max(one.y, two.y)
    return max(width, 0) * max(height, 0)


def _spaced(lower: str) -> str:
    return f" {' '.join(words(lower))} "


def _alt_span(lesson: Lesson, scene: Scene, fact: str) -> Span:
    """Find the fact in the text, or else the whole text."""
    scalar = scene.scalar("alt")
    start = scalar.text.lower().find(fact.lower()) if scalar else -1
    if scalar is None or start < 0:
        return scene.span("alt")
    return within(lesson.source, scalar, start, start + len(fact))
