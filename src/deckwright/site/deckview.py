"""A compiled deck → what its page shows: notes, scenes, and the cards to flip through."""

from __future__ import annotations

import hashlib
import html
import re
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import quote

from deckwright.cards import markup
from deckwright.cards.mathml import with_mathml
from deckwright.deck.history import OWN_TYPE
from deckwright.site.html import MARKUP
from deckwright.site.views import DeckView, NoteView, Picture, Scene, SectionView, Spot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from markupsafe import Markup

    from deckwright.cards.images import Drawn
    from deckwright.cards.plan import Shown
    from deckwright.cards.render import Rendered
    from deckwright.project import CompiledDeck
    from deckwright.site.views import Stack

_TEXTS = ("fact", "mnemonic", "bridge", "explanation", "ask", "source")
_IMAGE = re.compile(r"""(<img\b[^<>]*?\s)src=(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_SOUND = re.compile(r"\[sound:([^\[\]<>&\"]{1,200})\]")
_WEB = re.compile(r"https?://", re.IGNORECASE)
_MAIL = re.compile(r"(?:mailto:|[^<>@]*<)?([^\s@:/?<>]+@[^\s@:/?<>]+)>?(?:\?.*)?")


@dataclass(frozen=True, slots=True)
class Reader:
    """How a deck's page finds its pictures: *media* is their folder as seen from the page."""

    deck: CompiledDeck
    drawn: Mapping[str, Drawn]
    media: str

    def picture(self, name: str, alt: str) -> Picture | None:
        """Return a picture of the cards by its name in Anki."""
        drawn = self.drawn.get(name)
        return Picture(name, alt, *drawn.size) if drawn else None

    def html(self, rendered: str) -> Markup:
        """Return HTML of the cards as the page shows it: formulas drawn, files found, sounds to be played."""
        shown = _SOUND.sub(self._sound, _IMAGE.sub(self._image, with_mathml(rendered)))
        return MARKUP(shown)

    def _image(self, tag: re.Match[str]) -> str:
        name = html.unescape(tag[2] or tag[3] or "")
        drawn = self.drawn.get(name)
        size = f' width="{drawn.size[0]}" height="{drawn.size[1]}"' if drawn and all(drawn.size) else ""
        return f'{tag[1]}loading="lazy"{size} src="{self._address(name)}"'

    def _sound(self, mark: re.Match[str]) -> str:
        return f'<audio controls preload="none" src="{self._address(mark[1])}"></audio>'

    def _address(self, name: str) -> str:
        return self.media + quote(name)


def anchor(guid: str) -> str:
    """Return a note's id on its page, the same for ever."""
    return f"n-{hashlib.sha256(guid.encode()).hexdigest()[:12]}"


def deck_view(reader: Reader, stacks: tuple[Stack, ...]) -> DeckView:
    """Return what the deck's page shows, its sections in the order to learn them."""
    notes = [note for note in reader.deck.notes if note.note.kind == OWN_TYPE]
    shown = dict(_shown(reader))
    scenes = _scenes(reader, notes, shown)
    first = _first_scene(notes, shown)
    told = {first} if first else set()
    sections = []
    for number, (name, members) in enumerate(groupby(notes, lambda note: note.note.placed.section)):
        own = tuple(members)
        used = dict.fromkeys(shown[one.note.guid].picture for one in own if one.note.guid in shown)
        fresh = tuple(scenes[picture] for picture in used if picture in scenes and picture not in told)
        told |= used.keys()
        views = tuple(_note(reader, one, shown.get(one.note.guid)) for one in own)
        sections.append(SectionView(f"s-{number + 1}", name, fresh, views))
    return DeckView(scenes.get(first), tuple(sections), stacks)


def _shown(reader: Reader) -> Iterator[tuple[str, Shown]]:
    """Yield what each of the authored notes shows, by guid, in source order."""
    for index, note in enumerate(reader.deck.deck.notes):
        plan = reader.deck.plans.get(index)
        if plan and note.kind == OWN_TYPE:
            yield note.guid, plan.shown(reader.drawn)


def _first_scene(notes: Iterable[Rendered], shown: Mapping[str, Shown]) -> str:
    """Return the picture that most notes share a place on, the first of several."""
    marked = (shown[one.note.guid] for one in notes if one.note.guid in shown)
    counts = Counter(one.picture for one in marked if one.region)
    return counts.most_common(1)[0][0] if counts else ""


def _scenes(reader: Reader, notes: Sequence[Rendered], shown: Mapping[str, Shown]) -> dict[str, Scene]:
    """Return the pictures on which notes have places, by name."""
    spots: dict[str, list[Spot]] = {}
    alts: dict[str, str] = {}
    for one in notes:
        found = shown.get(one.note.guid)
        if found and found.region and found.picture in reader.drawn:
            label = one.note.placed.note.mnemonic or one.note.placed.note.fact
            label = markup.plain(markup.line(label))
            spots.setdefault(found.picture, []).append(Spot(anchor(one.note.guid), label, found.region))
            alts.setdefault(found.picture, found.alt)
    pictures = {name: reader.picture(name, alts[name]) for name in spots}
    return {name: Scene(picture, tuple(spots[name])) for name, picture in pictures.items() if picture}


def _note(reader: Reader, rendered: Rendered, shown: Shown | None) -> NoteView:
    note = rendered.note.placed.note
    texts = {name: reader.html(text) for name, text in _texts(rendered, shown).items()}
    if not note.source:
        texts["source"] = MARKUP()  # the deck's, which the page tells once
    own = reader.picture(shown.picture, shown.alt) if shown else None
    symbol = reader.picture(shown.symbol, shown.symbol_alt) if shown and shown.symbol else None
    crop = (own, shown.region) if own and shown and shown.region and not symbol else None
    extra = ((name, reader.html(markup.hypertext(text))) for name, text in note.extra.items() if text.strip())
    return NoteView(
        **texts,
        anchor=anchor(rendered.note.guid),
        picture=own if shown and not shown.region else None,
        symbol=symbol,
        crop=crop,
        extra=tuple(extra),
        report=report_link(reader.deck.deck.deck.report, rendered.note.key),
        retired=note.retired,
    )


def _texts(rendered: Rendered, shown: Shown | None) -> dict[str, str]:
    """Return the texts of a note by name, as its own cards show them, or as ours would."""
    named = dict(zip((field.name for field in rendered.notetype.fields), rendered.fields, strict=True))
    if not rendered.notetype.original:
        return {name: named.get(name.capitalize(), "") for name in _TEXTS}
    note = rendered.note.placed.note
    texts = {name: markup.line(getattr(note, name)) for name in ("fact", "mnemonic", "ask", "source")}
    inline = shown.inline if shown else {}
    return texts | {"bridge": "", "explanation": markup.block(note.explanation, inline)}


def report_link(report: str, key: str) -> str:
    """Return where a mistake in a note is told: a page, or a mail; empty for anything else."""
    filled = report.strip().replace("{id}", quote(key, safe=""))
    if _WEB.match(filled) and not re.search(r"[\s\x00-\x1f\"<>]", filled):
        return filled
    if found := _MAIL.fullmatch(report.strip()):
        return f"mailto:{found[1]}?subject={quote(f'Mistake in {key}')}"
    return ""
