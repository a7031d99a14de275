"""A built project → its site: packages, pages, pictures and texts, laid on a shelf."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from deckwright import packages
from deckwright.apkg.bundle import write_bundle
from deckwright.apkg.write import write_package
from deckwright.cards import markup
from deckwright.cards.cache import PictureCache
from deckwright.cards.images import whole
from deckwright.cards.labels import direction
from deckwright.cards.studio import draw_all
from deckwright.cards.typefaces import fonts
from deckwright.cards.watch import Watch, unwatched
from deckwright.deck.content import short_hash
from deckwright.deck.history import OWN_TYPE
from deckwright.packages import Made, stamped
from deckwright.site import ankiweb, changelog, texts
from deckwright.site.changed import entries
from deckwright.site.deckview import Reader, anchor, deck_view, report_link
from deckwright.site.history import issues, since
from deckwright.site.html import page
from deckwright.site.search import Entry
from deckwright.site.search import files as search_files
from deckwright.site.stacks import looks, stack_files
from deckwright.site.subjects import about_of, subjects
from deckwright.site.views import Picture, Shelved

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from deckwright.apkg.bundle import Member
    from deckwright.apkg.editions import Releases
    from deckwright.apkg.stamp import Stamped
    from deckwright.build import Built
    from deckwright.cards.images import Drawn
    from deckwright.project import CompiledDeck
    from deckwright.site.about import About
    from deckwright.site.history import Since
    from deckwright.site.shelf import Shelf
    from deckwright.site.subjects import Subject
    from deckwright.site.views import DeckView
    from deckwright.workspace import Project

_THUMBNAIL = 480  # pixels


@dataclass(frozen=True, slots=True)
class Work:
    """What is published: a build with its *notes* by guid, all releases, and the zip's files by name."""

    project: Project
    built: Built
    notes: Mapping[str, Stamped]
    releases: Releases
    sources: Mapping[str, Member]
    shelf: Shelf
    watch: Watch = unwatched

    @property
    def ids(self) -> frozenset[str]:
        """Every deck that a release knows."""
        return frozenset(change.note.deck for release in self.releases.all for change in release.changes)


@dataclass(frozen=True, slots=True)
class Site:
    """What was laid: what it says of its subject, what is new, and what to paste into the class chat."""

    about: About
    news: tuple[Since, ...]
    message: str


def lay_site(work: Work) -> Site:
    """Lay all files of a site.

    Raises:
        OSError: a source cannot be read, or the folder or the disk does not take a file.

    """
    decks = work.built.compiled.decks
    whole_, *parts = subjects(work.project, work.built)
    told = _lay_downloads(work, whole_)
    _lay_media(work)
    for file in files("deckwright.site").joinpath("assets").iterdir():
        work.shelf.lay(f"assets/{file.name}", file.read_bytes())
    if parts:
        _lay_index(work, told.about, parts)
    else:
        _lay_deck(work, whole_, told)
    work.watch(len(decks), len(decks))
    work.shelf.lay(".nojekyll", b"")  # GitHub's pages leave out files that begin with `_`, but for this
    return told


def _lay_downloads(work: Work, subject: Subject) -> Site:
    """Lay a subject's package and the texts about it."""
    shelf, built = work.shelf, work.built
    told = issues(work.releases, subject.ids) or issues(work.releases, work.ids)
    stem = f"{subject.room}{subject.slug}-{told[-1].version}"
    made = Made(built.packages[0].path, subject.decks, stamped(subject.decks, work.notes), None)
    package = shelf.lay_made(
        f"{stem}.apkg", lambda path: write_package(path, packages.contents(made, built.compiled.drawn))
    )
    source = None
    if not subject.room:
        source = shelf.lay_made(f"{stem}-source.zip", lambda path: write_bundle(path, work.sources))
    said = about_of(built, subject, told[-1], package, source)
    news = since(work.releases, subject.ids)
    message = texts.message(said, news[0] if news else None)
    written = {
        "message.txt": message,
        "ankiweb.txt": ankiweb.ankiweb(said),
        "CHANGELOG.md": changelog.changelog(said.title, told),
        "deck.json": texts.deck_json(said, _hashes(made.notes)),
    }
    for name, text in written.items():
        shelf.lay(subject.room + name, text.encode())
    return Site(said, news, message)


def _hashes(notes: Iterable[Stamped]) -> Iterator[tuple[str, str, str]]:
    for note in notes:
        identified = note.rendered.note
        yield identified.guid, identified.key, short_hash("\0".join(note.rendered.fields))


def _lay_media(work: Work) -> None:
    """Lay all pictures, sounds and fonts that cards show, and the looks of the note types."""
    compiled = work.built.compiled
    for name, drawn in compiled.drawn.items():
        work.shelf.lay(f"media/{name}", drawn.data)
    for name, data in fonts().items():
        work.shelf.lay(f"media/{name}", data)
    for name, css in {leaf for deck in compiled.decks for leaf in looks(deck)}:
        work.shelf.lay(name, css)


def _lay_deck(work: Work, subject: Subject, told: Site) -> DeckView:
    """Lay a deck's page, and its cards to flip through; return what the page shows."""
    (deck,) = subject.decks
    root = "../" if subject.room else ""
    drawn = work.built.compiled.drawn
    laid = list(stack_files(deck, drawn))
    for _, (name, data) in laid:
        work.shelf.lay(subject.room + name, data)
    stacks = tuple(stack for stack, _ in laid)
    view = deck_view(Reader(deck, drawn, f"{root}media/"), stacks)
    work.shelf.lay(f"{subject.room}index.html", page("deck.html", _values(subject, told, view, root)))
    return view


def _values(subject: Subject, told: Site, view: DeckView, root: str) -> dict[str, object]:
    said = told.about
    names = list(dict.fromkeys(stack.section for stack in view.stacks))
    news = [
        {
            "version": str(one.version),
            "day": one.day,
            "numbers": texts.told(one.news) or "the look of the cards",
            "entries": entries(one.news),
        }
        for one in told.news
    ]
    return {
        "root": root,
        "media": f"{root}media/",
        "language": "en",
        "deck_language": said.language,
        "direction": direction(said.language),
        "private": said.is_private,
        "summary": said.summary,
        "about": said,
        "view": view,
        "sinces": news,
        "merge": any(texts.merges(one.news) for one in told.news),
        "anchors": {guid: anchor(guid) for deck in subject.decks for guid in _guids(deck)},
        "credits": subject.credits,
        "checked_in": subject.head.source,
        "report": report_link(said.report, said.id),
        "stack_names": [name or said.title for name in names],
        "stack_numbers": {name: number for number, name in enumerate(names, 1)},
    }


def _guids(deck: CompiledDeck) -> Iterator[str]:
    return (note.guid for note in deck.deck.notes if note.kind == OWN_TYPE)


def _lay_index(work: Work, whole_: About, parts: Sequence[Subject]) -> None:
    """Lay the page of many decks, each deck's own, and what is searched."""
    shelved: list[Shelved] = []
    found: list[Entry] = []
    thumbnails: dict[str, Picture] = {}
    for number, subject in enumerate(parts):
        work.watch(number, len(parts))
        own = _lay_downloads(work, subject)
        view = _lay_deck(work, subject, own)
        thumbnails |= _thumbnail(work, subject, view)
        shelved.append(_shelved(own.about, thumbnails.get(subject.slug)))
        found += _entries(own.about, view)
    for name, data in search_files(found):
        work.shelf.lay(name, data)
    values = {
        "root": "",
        "title": whole_.title,
        "summary": whole_.summary,
        "language": "en",
        "private": whole_.is_private,
        "decks": tuple(shelved),
        "whole": _shelved(whole_, None),
        "source": (whole_.source.name, whole_.source.size) if whole_.source else None,
    }
    work.shelf.lay("index.html", page("index.html", values))


def _entries(about: About, view: DeckView) -> Iterator[Entry]:
    for section in view.sections:
        for note in section.notes:
            fact, mnemonic = markup.plain(note.fact), markup.plain(note.mnemonic)
            yield Entry(about.slug, note.anchor, about.title, fact, mnemonic)


def _shelved(about: About, thumbnail: Picture | None) -> Shelved:
    return Shelved(
        about.slug,
        about.title,
        about.summary,
        about.language,
        thumbnail,
        about.notes,
        about.cards,
        about.version,
        about.day,
        about.package.name,
        about.package.size,
    )


def _thumbnail(work: Work, subject: Subject, view: DeckView) -> dict[str, Picture]:
    """Draw what stands for a deck small: the scene that most of its notes share, else its first picture."""
    (deck,) = subject.decks
    plans = [plan for plan in deck.plans.values() if plan.picture]
    wanted = view.cover.picture.name if view.cover else ""
    chosen = next((plan for plan in plans if plan.picture and plan.picture.name == wanted), None)
    chosen = chosen or (plans[0] if plans else None)
    if chosen is None or chosen.picture is None or chosen.picture.media is None:
        return {}
    small = whole(chosen.picture.media, _THUMBNAIL)
    cache = PictureCache(work.project.cache, keep=True)
    drawn: Mapping[str, Drawn] = draw_all({small: (chosen.span, deck.report)}, cache, unwatched)
    if small.name not in drawn:
        return {}
    work.shelf.lay(f"media/{small.name}", drawn[small.name].data)
    return {subject.slug: Picture(small.name, "", *drawn[small.name].size)}
