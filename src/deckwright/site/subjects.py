"""What the folders of a site are about: the whole project, and each of its decks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from deckwright.cards.typefaces import FONT_CREDIT
from deckwright.deck.content import short_hash
from deckwright.deck.history import OWN_TYPE
from deckwright.deck.names import DEVICES, ascii_slug
from deckwright.site.about import About
from deckwright.site.credits import credits_of
from deckwright.site.history import known_as
from deckwright.summary import retired_search

if TYPE_CHECKING:
    from deckwright.build import Built
    from deckwright.deck.model import Deck
    from deckwright.project import CompiledDeck
    from deckwright.site.about import File
    from deckwright.site.history import Issue
    from deckwright.workspace import Project

_ROOMS = frozenset({"assets", "cards", "media", "search"})  # of the site itself
_LONGEST = 60  # characters of a folder's name


@dataclass(frozen=True, slots=True)
class Subject:
    """What a folder of the site is about: some decks, which one package holds.

    *head* is what its author says of them all. *slug* names the package, *room* is the folder with a `/` at
    its end, empty for the site's own. *ids* are all that the decks ever had.
    """

    head: Deck
    decks: tuple[CompiledDeck, ...]
    slug: str
    ids: frozenset[str]
    room: str = ""

    @property
    def credits(self) -> tuple[tuple[str, str], ...]:
        """Whose the pictures and fonts are."""
        found = (pair for deck in self.decks for pair in credits_of(deck.deck.deck))
        return tuple(dict.fromkeys([*found, ("Fonts", FONT_CREDIT.removeprefix("Fonts: "))]))

    @property
    def licence(self) -> str:
        """The licence of its decks: `private` where any deck is, else each of them."""
        found = dict.fromkeys(deck.deck.deck.license for deck in self.decks if deck.deck.deck.license)
        return "private" if "private" in found else ", ".join(found)


def subjects(project: Project, built: Built) -> tuple[Subject, ...]:
    """Return the whole, then each deck of a project of several."""
    compiled = built.compiled
    head = compiled.head.deck or compiled.decks[0].deck.deck
    name = project.package(head.deck, draft=False).stem
    whole = Subject(head, compiled.decks, name, _ids(built, compiled.decks))
    if head.decks is None:
        return (whole,)
    slugs = _slugs(head.deck, compiled.decks)
    parts = zip(slugs, compiled.decks, strict=True)
    own = (Subject(one.deck.deck, (one,), slug, _ids(built, (one,)), f"{slug}/") for slug, one in parts)
    return (whole, *own)


def owner(built: Built) -> str:
    """Return the id of the project for ever."""
    head, locked = built.compiled.head.deck, built.compiled.decks[0].deck.locked
    return (head.id if head else None) or locked.project or locked.id


def about_of(built: Built, subject: Subject, issue: Issue, package: File, source: File | None) -> About:
    """Say what a subject's page and texts tell of it, as of its last *issue*."""
    head, notes = subject.head, [note for deck in subject.decks for note in deck.notes]
    return About(
        title=head.topic,
        deck=head.deck,
        slug=subject.slug,
        id=subject.decks[0].deck.locked.id if subject.room else owner(built),
        version=str(issue.version),
        day=issue.day,
        package=replace(package, name=package.name.removeprefix(subject.room)),
        source=source,
        notes=sum(note.note.kind == OWN_TYPE for note in notes),
        cards=sum(len(note.cards) for note in notes),
        language=head.language,
        authors=tuple(dict.fromkeys(name for deck in subject.decks for name in deck.deck.deck.authors)),
        license=subject.licence,
        summary=head.summary,
        report=head.report,
        credits=tuple(dict.fromkeys(credit for _, credit in subject.credits)),
        gone_search=_gone(built, subject),
    )


def _ids(built: Built, decks: tuple[CompiledDeck, ...]) -> frozenset[str]:
    return known_as(frozenset(deck.deck.locked.id for deck in decks), built.compiled.lock)


def _slugs(above: str, decks: tuple[CompiledDeck, ...]) -> tuple[str, ...]:
    """Name each deck's folder after the deck; it stays its own, whatever other decks come and go.

    Where the name alone would not do, it ends in what only this deck's id gives.
    """
    top = f"{above}::"
    names = [ascii_slug(one.deck.deck.deck.removeprefix(top), "")[:_LONGEST].strip("-") for one in decks]
    counts = Counter(names)
    odd = _ROOMS | DEVICES | {""}
    return tuple(
        f"{name or 'deck'}-{short_hash(one.deck.locked.id)[:6]}" if name in odd or counts[name] > 1 else name
        for name, one in zip(names, decks, strict=True)
    )


def _gone(built: Built, subject: Subject) -> str:
    """Return the search that finds what the decks once had and have no more."""
    compiled = built.compiled
    lines = [*(line for line in compiled.lock.notes if line.retired), *compiled.vanished]
    here = {note.guid for deck in subject.decks for note in deck.deck.notes}
    gone = {line.guid: line for line in lines if line.deck in subject.ids and line.kind}
    left = [line for guid, line in gone.items() if guid not in here]
    return retired_search(left) if left else ""
