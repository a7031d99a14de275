"""Whether a deck may be handed on: its licence, and whose pictures it shows.

Only what is published has to answer for that, so `check` asks for none of it but a licence.
"""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from deckwright.cards.plan import spelt
from deckwright.deck.history import OWN_TYPE
from deckwright.site.marks import marked, someones
from deckwright.source.diagnostics import Diagnostic, Report, error, warning
from deckwright.source.syntax import within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from deckwright.cards.plan import Plan
    from deckwright.deck.identity import Identified
    from deckwright.deck.model import Deck, Located, Scene
    from deckwright.project import Compiled, CompiledDeck
    from deckwright.source.text import Span

    Told = tuple[Report, Diagnostic]

PRIVATE = "private"
# Those that decks and pictures go by, as https://spdx.org/licenses spells them.
SPDX = (
    *(f"CC-BY{kind}-{version}" for version in ("4.0", "3.0") for kind in ("", "-SA", "-NC", "-NC-SA")),
    *(f"CC-BY{kind}-{version}" for version in ("4.0", "3.0") for kind in ("-ND", "-NC-ND")),
    *("CC-BY-2.0", "CC-BY-2.5", "CC-BY-SA-2.0", "CC-BY-SA-2.5", "CC0-1.0", "CC-PDDC", "PDDL-1.0"),
    *("GFDL-1.3-or-later", "GFDL-1.3-only", "GFDL-1.2-or-later", "GFDL-1.2-only", "FAL-1.3"),
    *("ODbL-1.0", "ODC-By-1.0", "MIT", "MIT-0", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "0BSD"),
    *("GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later", "LGPL-3.0-or-later"),
    *("AGPL-3.0-only", "AGPL-3.0-or-later", "MPL-2.0", "EUPL-1.2", "OFL-1.1", "Unlicense", "WTFPL"),
)
_OF_ITS_OWN = re.compile(r"(?:DocumentRef-[\w.-]+:)?LicenseRef-[\w.-]+", re.ASCII)
_BETWEEN = re.compile(r"\s+(?:AND|OR|WITH)\s+|[()]")
_PLAIN = re.compile(r"[\w./-]+")
_WHOSE = "who made it, from where, under which licence"
_MADE_OF_SCENES = frozenset({"scene", "sweep", "occlusion"})


def rights(compiled: Compiled) -> Iterator[Told]:
    """Yield what keeps a project from being handed on, each with the report of the file it is about.

    The advice `no-license` is left out of the reports where it is told here as an error.
    """
    for deck in compiled.decks:
        if not deck.deck.deck.license:
            deck.report.silence("no-license")
            yield deck.report, _no_license(deck.deck.deck)
    for report, source in _files(compiled):
        finding = _unknown_license(source)
        yield from ((report, finding),) if finding else ()
    found = [told for deck in compiled.decks for told in _without_origin(compiled, deck)]
    # A scene that many decks inherit is named but once.
    yield from {(id(report), finding): (report, finding) for report, finding in found}.values()
    yield from _others_material(compiled)


def pictures_used(compiled: Compiled) -> frozenset[str]:
    """Return the names of the files in `media/` that the cards show; those left out are not among them."""
    plans = (plan for deck in compiled.decks for plan in deck.plans.values())
    return frozenset(picture.media.name for plan in plans for picture, _ in plan.asked)


def _files(compiled: Compiled) -> Iterator[tuple[Report, Deck]]:
    """Yield the files that say something of their own: that of the project of many decks, and each deck's."""
    head = compiled.head.deck
    if head is not None and head.decks is not None:
        yield compiled.head.report, head
    yield from ((deck.report, deck.deck.deck) for deck in compiled.decks)


def _no_license(deck: Deck) -> Diagnostic:
    message = "the deck has no licence, so nobody may pass it on"
    advice = "write `license: CC-BY-SA-4.0`, or `license: private` if it stays in your class"
    return error("license-missing", message, deck.key_span("deck"), advice=advice)


def _unknown_license(deck: Deck) -> Diagnostic | None:
    """Tell a licence that nobody can look up; one that says it is someone else's is told as that."""
    text = deck.license
    if not text or deck.node.get("license") is None or _is_known(text) or marked(text, deck.authors):
        return None
    near = _meant(text)
    advice = "write an SPDX id such as `CC-BY-SA-4.0`; a licence of your own is `LicenseRef-NAME`"
    advice = f"did you mean `{near}`?" if near else advice
    return warning("unknown-license", f"`{text}` is no SPDX id I know", deck.span("license"), advice=advice)


def _is_known(text: str) -> bool:
    """Tell whether all that stands in an SPDX expression is known; upper and lower case are one there."""
    known = {name.casefold() for name in (PRIVATE, *SPDX)}
    parts = [part.strip().removesuffix("+") for part in _BETWEEN.split(text) if part.strip()]
    return all(part.casefold() in known or _OF_ITS_OWN.fullmatch(part) for part in parts)


def _meant(text: str) -> str:
    """Return the id that was meant by a licence's name, empty for none that is near."""
    name = re.sub(r"creative[\s-]*commons", "CC", text, flags=re.IGNORECASE)
    for word, short in (
        ("attribution", "BY"),
        ("share[ -]?alike", "SA"),
        ("non-?commercial", "NC"),
        ("no ?derivatives", "ND"),
    ):
        name = re.sub(word, short, name, flags=re.IGNORECASE)
    name = re.sub(r"[^\w.]+", "-", name).strip("-").casefold()
    ids = {one.casefold(): one for one in (PRIVATE, *SPDX)}
    begun = [ids[one] for one in ids if re.match(rf"{re.escape(name)}-\d", one)]
    near = difflib.get_close_matches(name, ids, 1)
    return (begun or [ids[one] for one in near] or [""])[0]


@dataclass(frozen=True, slots=True)
class _Use:
    """A place where a file of `media/` is named for a card to show, and whose it is said to be.

    A *scene* is what it is the file of, if it is one's.
    """

    report: Report
    span: Span
    file: str
    credit: str
    scene: Scene | None = None

    @property
    def way_out(self) -> str:
        """What to write there."""
        if self.scene is None:
            line = "`credit: Own drawing` on the note"
        else:
            name = self.file if _PLAIN.fullmatch(self.file) else json.dumps(self.file, ensure_ascii=False)
            line = f'`scene: {{file: {name}, credit: "Own drawing"}}`'
        return f"write {line}, or {_WHOSE}; `credit:` at the top is for all pictures"


def _without_origin(compiled: Compiled, deck: CompiledDeck) -> Iterator[Told]:
    """Yield each file that a deck shows and that nothing in it gives a credit to, where it is first named."""
    source = deck.deck.deck
    if source.credit:
        return
    uses: dict[str, list[_Use]] = {}
    for use in _uses(compiled, deck):
        uses.setdefault(spelt(use.file), []).append(use)
    for named in uses.values():
        if not any(use.credit for use in named):
            first = min(named, key=lambda use: (use.report is deck.report, use.span.start))
            yield first.report, _no_origin(first, is_private=source.license == PRIVATE)


def _no_origin(use: _Use, *, is_private: bool) -> Diagnostic:
    message = f"nothing says whose picture `{use.file}` is"
    finding = error("picture-without-origin", message, use.span, advice=use.way_out)
    return replace(finding, severity="warning") if is_private else finding


def _uses(compiled: Compiled, deck: CompiledDeck) -> Iterator[_Use]:
    for index, plan in deck.plans.items():
        note = deck.deck.notes[index]
        if note.kind == "cloze":  # it shows what its own note shows
            continue
        authored = note.placed.note
        is_scene = plan.cutout or plan.region or note.kind in _MADE_OF_SCENES
        if plan.picture and is_scene and note.placed.scene:
            yield from _uses_of_scene(compiled, deck, note, plan, note.placed.scene)
        elif plan.picture:
            yield _Use(deck.report, plan.span, plan.picture.media.name, authored.credit)
        others = (*((picture, span) for _, picture, span in plan.inline), *plan.attached)
        for picture, span in others:
            yield _Use(deck.report, span, picture.media.name, authored.credit)


def _uses_of_scene(
    compiled: Compiled, deck: CompiledDeck, note: Identified, plan: Plan, scene: Scene
) -> Iterator[_Use]:
    """Yield a scene, where it is written, and a symbol that was cut out of it before."""
    authored, head = note.placed.note, compiled.head
    own = authored.credit if authored.scene is not None else ""
    credit = scene.credit or own
    report, span = deck.report, scene.span("file")
    inherited = scene is deck.deck.deck.scene and deck.deck.deck.node.get("scene") is None
    if inherited and head.deck and head.deck.scene:
        report, span = head.report, head.deck.scene.span("file")
    yield _Use(report, span, scene.file, credit, scene)
    if plan.cutout and spelt(plan.cutout.media.name) != spelt(scene.file):
        yield _Use(deck.report, plan.span, plan.cutout.media.name, scene.credit or authored.credit)


def _others_material(compiled: Compiled) -> Iterator[Told]:
    """Yield each text that says of pictures, or of the whole deck, that they are someone else's."""
    for report, source in _files(compiled):
        for key in ("deck", "title", "summary", "license"):
            yield from _marked(report, source, key, marked(getattr(source, key), source.authors))
        yield from _marked(report, source, "source", marked(source.source, source.authors, cited=True))
        yield from _credited(report, source, source)
        yield from _credited(report, source, source.scene if source.node.get("scene") else None)
        for section in source.sections.values():
            yield from _credited(report, source, _kept(section.scene, compiled.left_out))
    for deck in compiled.decks:
        authors = deck.deck.deck.authors
        for index, note in enumerate(deck.deck.notes):
            if note.kind == OWN_TYPE:
                authored, plan = note.placed.note, deck.plans.get(index)
                found = marked(authored.source, authors, cited=True)
                yield from _marked(deck.report, authored, "source", found)
                yield from _credited(deck.report, deck.deck.deck, _kept(authored.scene, compiled.left_out))
                if not (plan and plan.left_out and not plan.asked):
                    yield from _credited(deck.report, deck.deck.deck, authored)


def _kept(scene: Scene | None, left_out: Iterable[str]) -> Scene | None:
    """Return a scene that is not left out."""
    return None if scene and spelt(scene.file) in set(map(spelt, left_out)) else scene


def _credited(report: Report, deck: Deck, part: Located | None) -> Iterator[Told]:
    """Yield what the credit of a part of the deck says."""
    credit: str = getattr(part, "credit", "")
    if part is None or not credit:
        return
    found = marked(credit, deck.authors) or someones(credit, deck.authors)
    yield from _marked(report, part, "credit", found)


def _marked(report: Report, part: Located, key: str, found: re.Match[str] | None) -> Iterator[Told]:
    if found is None or part.node.get(key) is None:  # what is inherited is told where it was written
        return
    scalar, span = part.scalar(key), part.span(key)
    if scalar is not None:
        lead = scalar.text.find(found.string)
        span = within(report.source, scalar, lead + found.start(), lead + found.end())
    message = f"`{found[0]}` marks this as someone else's"
    advice = "if its owner allows everyone to pass it on, write the licence here; else take it out"
    yield report, warning("others-material", message, span, advice=advice)
