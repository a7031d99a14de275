"""What a deck must not do, beyond its form: each rule a function from the deck to findings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckwright.deck.model import notes_of
from deckwright.source.diagnostics import Diagnostic, error, warning
from deckwright.source.syntax import Mapping, Node, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from deckwright.deck.model import Deck, Located

_NOT_IN_TAGS = re.compile(r'[\s"\x00-\x1f\x7f]')
_WITHIN_A_LINE = ("fact", "mnemonic", "ask")


def deck_named_default(deck: Deck) -> Iterator[Diagnostic]:
    """Anki keeps a deck `Default` of its own, and hides it when it is empty."""
    if deck.deck.split("::")[0].strip().casefold() == "default":
        advice = "name it after its subject, as in `Pharmacology::Baclofen`"
        yield error("deck-named-default", "`Default` is Anki's own deck", deck.span("deck"), advice=advice)


def empty_deck_part(deck: Deck) -> Iterator[Diagnostic]:
    """Anki renames a deck that has a part without a name to `blank`."""
    if not all(part.strip() for part in deck.deck.split("::")):
        advice = "write a name on both sides of `::`"
        yield error("empty-deck-part", "a part of the deck's name is empty", deck.span("deck"), advice=advice)


def bad_tag(deck: Deck) -> Iterator[Diagnostic]:
    """Anki splits tags at white space and drops quotes, so such a tag would arrive as another."""
    for part in _parts(deck):
        for index, tag in enumerate(getattr(part, "tags", ())):
            span = part.span("tags", index)
            if _NOT_IN_TAGS.search(tag):
                meant = _NOT_IN_TAGS.sub("_", tag)
                advice = f"write `{meant}`, or one list item a tag"
                yield error("bad-tag", f"the tag `{tag}` has a space or quote in it", span, advice=advice)
            elif not all(tag.split("::")):
                advice = "write a name on both sides of `::`"
                yield error("bad-tag", f"a part of the tag `{tag}` is empty", span, advice=advice)


def region_off_canvas(deck: Deck) -> Iterator[Diagnostic]:
    """A region lies on its picture, and has an area."""
    for note in notes_of(deck):
        region = note.region
        if region is None:
            continue
        inside = region.x >= 0 and region.y >= 0
        inside = inside and region.x + region.width <= 100 and region.y + region.height <= 100  # noqa: PLR2004
        if not inside or region.width <= 0 or region.height <= 0:
            advice = "x + width and y + height stay within 100 %, and both sizes are above 0"
            span = note.span("region")
            yield error("region-off-canvas", "the region leaves the picture", span, advice=advice)


def several_lines(deck: Deck) -> Iterator[Diagnostic]:
    """What stands on one line of a card is one line; its line ends would be lost."""
    parts: list[tuple[Located, str]] = [(deck, "deck"), (deck, "title")]
    parts += [(deck.scene, "ask")] if deck.scene else []
    parts += [(note, key) for note in notes_of(deck) for key in _WITHIN_A_LINE]
    for part, key in parts:
        if "\n" in getattr(part, key):
            advice = "write `>` instead of `|` to join the lines; longer texts go into `explanation:`"
            yield error("several-lines", f"`{key}` is one line", part.span(key), advice=advice)


def section_without_name(deck: Deck) -> Iterator[Diagnostic]:
    """A section's name stands on its cards and in its tag."""
    for name, section in deck.sections.items():
        if not name.strip():
            advice = "name it, or use `notes:` at the top"
            yield error("section-without-name", "a section has no name", section.span(), advice=advice)


def no_notes(deck: Deck) -> Iterator[Diagnostic]:
    """A deck without notes makes a package with nothing to import."""
    if deck.node.get("decks") is not None:
        return
    sections = deck.node.get("sections")
    inner = [value for _, value in sections.pairs] if isinstance(sections, Mapping) else [sections]
    if not any(_holds_notes(node) for node in (deck.node, *inner)):
        advice = "the shortest note is `- FACT ~ MNEMONIC` under `notes:`"
        yield error("no-notes", "the deck has no notes", deck.key_span("deck"), advice=advice)


def misplaced_key(deck: Deck) -> Iterator[Diagnostic]:
    """A project's own file names its decks and holds no notes; a deck's file makes no packages of others."""
    if deck.decks is None and deck.package is not None:
        message = "`package` is for a project of many decks"
        yield error("misplaced-key", message, deck.key_span("package"), advice="take it out, or add `decks:`")
    for key in ("notes", "sections"):
        if deck.decks is not None and deck.node.get(key) is not None:
            message = f"a file that names `decks` holds no `{key}`"
            yield error(
                "misplaced-key", message, deck.key_span(key), advice="move them into a file of their own"
            )


def empty_section(deck: Deck) -> Iterator[Diagnostic]:
    """A section without notes is most often one that lost them to a wrong indentation."""
    for name, section in deck.sections.items():
        if name.strip() and not _holds_notes(section.node):
            advice = "indent its notes under it, or remove it"
            yield warning(
                "empty-section", f"the section `{name}` has no notes", section.span(), advice=advice
            )


RULES: tuple[Callable[[Deck], Iterable[Diagnostic]], ...] = (
    deck_named_default,
    empty_deck_part,
    bad_tag,
    region_off_canvas,
    several_lines,
    section_without_name,
    no_notes,
    misplaced_key,
    empty_section,
)


def _holds_notes(node: Node | None) -> bool:
    """Whether notes were written there, be they as they may: what is wrong with them has been told."""
    if not isinstance(node, Mapping):
        return node is not None
    notes = node.get("notes")
    return bool(notes.items) if isinstance(notes, Sequence) else notes is not None


def _parts(deck: Deck) -> Iterator[Located]:
    yield deck
    yield from deck.sections.values()
    yield from notes_of(deck)
