"""Stories of notes → a deck as one would write it: what they share is said once, as far up as it holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.deck.model import SHAPES
from deckwright.deck.names import slug
from deckwright.source.draft import Draft, DraftNote, DraftSection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from deckwright.source.draft import Value
    from deckwright.unpacking.story import Book, Story

_DEFAULTS = {
    "picture": True,
    "ask": True,
    "reverse": False,
    "sweep": False,
    "cloze": False,
    "occlusion": False,
}


def draft(book: Book, pictures: Iterable[str]) -> Draft:
    """Lay out a deck; *pictures* are the files that its notes could be taken to show by their names alone."""
    sections: dict[str, list[Story]] = {}
    for story in book.stories:
        sections.setdefault(story.section, []).append(story)
    top = _switches(book.stories, _DEFAULTS)
    shared = _tags(book)
    source = _source(book)
    scene = book.scene or _only(story.scene for story in book.stories)
    head: list[tuple[str, Value]] = [
        ("deck", book.name),
        ("id", book.id),
        ("title", book.title),
        ("summary", book.summary),
        *book.about.items(),
        ("language", "" if book.language == "en" else book.language),
        ("source", source),
        ("tags", tuple(sorted(shared))),
        ("credit", "" if scene else book.credit),
        ("scene", _scene(scene, _alt(book, scene), ask=book.ask, credit=book.credit)),
        ("style", book.style),
        ("cards", _cards(top, _DEFAULTS) | ({"scene": False} if scene and not book.scene else {})),
    ]
    above = _Above(book, scene, source, shared, top, frozenset(slug(_stem(name)) for name in pictures))
    return Draft(tuple(head), tuple(above.section(name, stories) for name, stories in sections.items()))


def head_draft(name: str, id_: str) -> Draft:
    """Lay out the file of a project whose decks lie in `decks/`."""
    return Draft((("deck", name), ("id", id_), ("decks", "decks/*.yaml")), ())


@dataclass(frozen=True, slots=True)
class _Above:
    """What a deck says for all its sections, and what is left for each of them to say.

    *named* are the slugs of pictures that a note of that name would show.
    """

    book: Book
    scene: str
    source: str
    tags: frozenset[str]
    shapes: Mapping[str, bool]
    named: frozenset[str]

    def section(self, name: str, stories: Sequence[Story]) -> DraftSection:
        """Write a section; the notes of a deck without any say all for themselves."""
        shapes, tags, scene = self.shapes, self.tags, self.scene
        pairs: list[tuple[str, Value]] = []
        if name:
            shapes = _switches(stories, self.shapes)
            tags = self.tags | self._section_tags(name, stories)
            scene = self.scene or _only(story.scene for story in stories)
            pairs = [
                ("scene", "" if scene == self.scene else _scene(scene, _alt(self.book, scene))),
                ("tags", tuple(sorted(tags - self.tags))),
                ("cards", _cards(shapes, self.shapes)),
            ]
        notes = tuple(DraftNote(tuple(self._note(one, shapes, tags, scene))) for one in stories)
        return DraftSection(name, notes, tuple((key, value) for key, value in pairs if value))

    def _section_tags(self, name: str, stories: Sequence[Story]) -> frozenset[str]:
        common = frozenset.intersection(*(frozenset(story.tags) for story in stories))
        return (self.book.section_tags.get(name, common) & common) - self.tags

    def _note(
        self, story: Story, shapes: Mapping[str, bool], tags: frozenset[str], scene: str
    ) -> Iterator[tuple[str, Value]]:
        yield from story.texts.items()
        alt = _alt(self.book, story.scene)
        other = story.alt != alt and not _tells(alt, story)
        if story.scene and (story.scene != scene or other):
            yield "scene", _scene(story.scene, story.alt if other else alt)
        if not story.scene and "image" not in story.texts and slug(str(story.texts["fact"])) in self.named:
            yield "image", "none"
        yield "source", "" if story.source == self.source else story.source
        known = {tag.casefold() for tag in tags}
        yield "tags", tuple(tag for tag in story.tags if tag.casefold() not in known)
        yield "cards", {name: on for name, on in story.shapes.items() if shapes[name] is not on}


def _switches(stories: Sequence[Story], above: Mapping[str, bool]) -> dict[str, bool]:
    """Return the card shapes that all of the stories have on, or off; where they differ, those from above."""
    known = {name: {one.shapes[name] for one in stories if name in one.shapes} for name in above}
    return {name: next(iter(values)) if len(values) == 1 else above[name] for name, values in known.items()}


def _cards(shapes: Mapping[str, bool], above: Mapping[str, bool]) -> dict[str, Value]:
    return {name: shapes[name] for name in SHAPES if name in shapes and shapes[name] is not above[name]}


def _tags(book: Book) -> frozenset[str]:
    """Return the tags of all notes, and where a note made of others tells those of the deck, of these."""
    every = [frozenset(story.tags) for story in book.stories]
    common = frozenset.intersection(*every) if every else frozenset()
    for tags in (*book.section_tags.values(), *([book.tags] if book.tags is not None else [])):
        common &= tags
    return common


def _source(book: Book) -> str:
    """Return the source that most notes have; none where one of them has none."""
    if book.source is not None:
        return book.source
    sources = Counter(story.source for story in book.stories)
    return "" if sources[""] or not sources else sources.most_common(1)[0][0]


def _scene(file: str, alt: str, *, ask: str = "", credit: str = "") -> Value:
    more = {key: text for key, text in (("alt", alt), ("credit", credit), ("ask", ask)) if text}
    return {"file": file, **more} if file and more else file


def _alt(book: Book, scene: str) -> str:
    """Return what most notes call a scene."""
    if scene == book.scene and book.alt:
        return book.alt
    alts = Counter(story.alt for story in book.stories if story.scene == scene and story.alt)
    return alts.most_common(1)[0][0] if alts else ""


def _tells(alt: str, story: Story) -> bool:
    """Whether words for a picture tell the fact, and so are left out on this note's cards."""
    return not story.alt and slug(str(story.texts["fact"])) in slug(alt)


def _only(scenes: Iterable[str]) -> str:
    """Return the one scene there is; none where there are several."""
    found = {scene for scene in scenes if scene}
    return found.pop() if len(found) == 1 else ""


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name
