"""Notes → the HTML of their fields. Pure: texts and picture names in, fields out.

Fields hold content only; structure and look live in the templates, which go on serving the fields of every
earlier release.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from deckwright.cards import findings, markup
from deckwright.cards.accents import accent
from deckwright.cards.alike import stretches
from deckwright.cards.bridge import Hear, bridge
from deckwright.cards.foreign import foreign_cards
from deckwright.cards.gathered import made_fields
from deckwright.cards.labels import LABELS, Labels, direction, label_set
from deckwright.cards.pieces import left_out, retired, without_files
from deckwright.cards.plan import Shown
from deckwright.cards.template import card_ordinals, cloze_ordinals
from deckwright.cards.watch import Watch, unwatched
from deckwright.deck.history import OWN_TYPE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from deckwright.cards.foreign import Foreign
    from deckwright.cards.notetypes import Notetype
    from deckwright.deck.identity import Identified, IdentifiedDeck
    from deckwright.deck.model import Placed
    from deckwright.source.diagnostics import Diagnostic, Report

# Raised whenever the HTML of any field changes, so that a release tells under which one it was made.
RENDER = 1
SHORT = 60  # words of an explanation that is shown without being asked for
_TEXTS = ("fact", "mnemonic", "ask", "source", "explanation")
_NOTHING = Shown()


@dataclass(frozen=True, slots=True)
class Rendered:
    """A note as Anki will have it, but for its stamp: field HTML in the note type's order, card ordinals."""

    note: Identified
    notetype: Notetype
    fields: tuple[str, ...]
    cards: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Looks:
    """What notes are written for: our note types by their names in the lock, and other tools' by theirs.

    *hear* finds what sounds alike. Without it the field `Bridge` stays empty: that takes longer than all the
    rest, and whoever only looks for findings has no use for it.
    """

    types: Callable[[str], Notetype]
    foreign: Mapping[str, Foreign]
    hear: Hear | None = stretches


def render(
    deck: IdentifiedDeck,
    looks: Looks,
    pictures: Mapping[int, Shown],
    report: Report,
    watch: Watch = unwatched,
) -> tuple[Rendered, ...]:
    """Render every note, in the order to learn them; *pictures* maps a note's index to what it shows.

    Findings go to *report*; *watch* is told how many of how many notes are done.
    """
    report.extend(findings.text_problems(deck.deck, ("source",), report))
    scene = deck.deck.scene
    report.extend(findings.text_problems(scene, ("ask",), report) if scene else ())
    rendered = []
    for index, (note, name) in enumerate(zip(deck.notes, _names(deck), strict=True)):
        watch(index, len(deck.notes))
        shown = pictures.get(index, _NOTHING)
        source = note.placed.note.source or deck.deck.source
        values = {"Name": name, "ID": markup.literal(f"{note.home or deck.locked.id}/{note.born}")}
        values |= _common(note.placed.section, source, deck.deck.topic, deck.deck.language)
        values |= _picture(shown)
        gathered = [pictures.get(member, _NOTHING) for member in note.members] or [shown]
        values["Remark"] = _remark(gathered, _labels(deck, note, looks))
        if values["Remark"]:
            values["Source"] = "<br>".join(filter(None, (values["Remark"], values["Source"])))
        if note.kind == OWN_TYPE:
            one = _authored(deck, note, looks, values, shown)
            report.extend(_problems(one, looks.foreign.get(note.type), shown, report))
        else:
            values |= made_fields(deck, note, _labels(deck, note, looks), pictures)
            one = _made(note, looks.types(note.type), values)
            report.extend(findings.lost_gaps(note, one.cards) if note.kind == "cloze" else ())
        rendered.append(one)
    watch(len(deck.notes), len(deck.notes))
    return tuple(sorted(rendered, key=_turn(deck)))


def _labels(deck: IdentifiedDeck, note: Identified, looks: Looks) -> Labels:
    """Return the words on a note's cards; another tool's type has none of its own, so the deck's count."""
    if note.type in looks.foreign:
        return LABELS[label_set(deck.deck.language)]
    return LABELS[looks.types(note.type).labels]


def _authored(
    deck: IdentifiedDeck, note: Identified, looks: Looks, values: dict[str, str], shown: Shown
) -> Rendered:
    values |= _texts(note, _labels(deck, note, looks), shown, looks.hear)
    other = looks.foreign.get(note.type)
    return _foreign(note, other, values, shown) if other else _own(note, looks.types(note.type), values)


def _problems(
    rendered: Rendered, foreign: Foreign | None, shown: Shown, report: Report
) -> Iterator[Diagnostic]:
    """Yield what is wrong with an authored note; cards only where nothing else is."""
    note = rendered.note.placed.note
    report.extend(findings.text_problems(note, _TEXTS, report))
    report.extend(findings.invisible(note, report))
    report.extend(findings.extra_problems(note, foreign, report))
    yield from findings.placeless(note, foreign) if foreign else ()
    failed = findings.has_failed_picture(note, shown) and not shown.left_out
    if not failed and not report.has_error_within(note.node.span):
        lost = findings.lost_cards(rendered.note, rendered.cards, foreign)
        gathered = bool(rendered.note.placed.shapes & {"sweep", "cloze", "occlusion"})
        yield from lost if rendered.cards else (findings.no_cards(note, foreign, gathered=gathered),)


def _own(identified: Identified, notetype: Notetype, values: dict[str, str]) -> Rendered:
    values |= _switches(identified.placed, values)
    fields = tuple([values.get(field.name, "") for field in notetype.fields])
    return Rendered(identified, notetype, fields, card_ordinals(notetype.fronts, values))


def _foreign(identified: Identified, foreign: Foreign, values: Mapping[str, str], shown: Shown) -> Rendered:
    """Render a note under another tool's type, whose cards are that type's and no shapes of ours."""
    note = identified.placed.note
    texts = {name.lower(): text for name, text in values.items()}
    texts |= {"ask": markup.line(note.ask) or texts["ask"], "id": markup.literal(identified.key)}
    if values["Remark"] and not any("source" in names for names in foreign.slots):
        texts["explanation"] += f"<p>{values['Remark']}</p>"
    extra = {name: markup.hypertext(without_files(text, shown.left_out)) for name, text in note.extra.items()}
    fields = foreign.fields(texts, extra)
    cards = foreign_cards(foreign.notetype, fields, identified.tags)
    return Rendered(identified, foreign.notetype, fields, cards)


def _made(note: Identified, notetype: Notetype, values: dict[str, str]) -> Rendered:
    values["Image"] = values.get("Picture", "")
    if values["Remark"] and "Answers" in values:
        values["Answers"] += f'<div class="dw-source">{values["Remark"]}</div>'
    fields = {field.name: values.get(field.name, "") for field in notetype.fields}
    if notetype.cloze:
        cards = cloze_ordinals((fields["Text" if note.kind == "cloze" else "Occlusion"],))
    else:
        cards = card_ordinals(notetype.fronts, fields)
    return Rendered(note, notetype, tuple(fields.values()), cards)


@lru_cache(maxsize=256)  # notes that stand together share it
def _common(section: str, source: str, topic: str, language: str) -> Mapping[str, str]:
    """Return what every kind of note says of its place."""
    values = {
        "Section": markup.literal(section),
        "Accent": accent(section),
        "Topic": markup.literal(topic),
        "Source": markup.line(source),
        "Language": language,
        "Direction": direction(language),
    }
    return MappingProxyType(values)


def _remark(shown: Iterable[Shown], labels: Labels) -> str:
    """Say what a note does without, or all that it gathers; empty where nothing was left out."""
    names = dict.fromkeys(name for one in shown for name in one.left_out)
    return left_out(labels.left_out(names)) if names else ""


def _texts(identified: Identified, labels: Labels, shown: Shown, hear: Hear | None) -> dict[str, str]:
    note = identified.placed.note
    mark = retired(labels.retired) if note.retired else ""
    explanation = markup.block(note.explanation, shown.inline)
    if shown.left_out and not (markup.is_visible(explanation) or "<img" in explanation):
        explanation = ""
    return {
        "Fact": markup.line(note.fact),
        "Mnemonic": markup.line(note.mnemonic),
        "Bridge": bridge(note.mnemonic, note.fact, hear) if hear else "",
        "Explanation": mark + explanation,
        "Open": "1" if note.retired else _open(explanation and note.explanation),
        "Ask": _ask(identified.placed, labels),
    }


def _open(explanation: str) -> str:
    """Switch an explanation open when it is short enough to be read at a glance."""
    return "1" if explanation and len(explanation.split()) <= SHORT else ""


def _switches(placed: Placed, fields: Mapping[str, str]) -> dict[str, str]:
    """Switch on the cards whose front has a cue, since the topic alone is none, and the withdrawn ones."""
    cues = {"picture": fields["Mnemonic"] or "Picture" in fields, "reverse": fields["Mnemonic"]}
    on = {shape for shape in placed.shapes if cues.get(shape)} | set(placed.note.withdrawn)
    return {"Forward": "1" if "picture" in on else "", "Reverse": "1" if "reverse" in on else ""}


def _ask(placed: Placed, labels: Labels) -> str:
    """Return the question's HTML; one that was shipped and withdrawn keeps a front that can be answered."""
    note = placed.note
    if note.ask and "ask" in placed.shapes:
        return markup.line(note.ask)
    if "ask" in note.withdrawn:
        return labels.withdrawn(markup.line(note.mnemonic) or markup.literal(placed.section))
    return ""


def _picture(shown: Shown) -> dict[str, str]:
    if not shown.picture:
        return {}
    values = {"Picture": markup.image(shown.picture, shown.alt), "Ratio": f"{shown.ratio:.4f}"}
    if shown.symbol:
        values["Symbol"] = markup.image(shown.symbol, shown.symbol_alt)
    if shown.region:
        numbers = (f"{number:g}" for number in shown.region)
        values |= dict(zip(("Left", "Top", "Width", "Height"), numbers, strict=True))
    return values


def _names(deck: IdentifiedDeck) -> Iterator[str]:
    """Yield each note's first field: readable in Anki's browser, and unique in the deck."""
    used: set[str] = set()
    for identified in deck.notes:
        placed = identified.placed
        made = identified.kind in ("scene", "sweep", "occlusion")
        fact = placed.note.fact if made else markup.plain(markup.line(placed.note.fact))
        above = (deck.deck.topic, "" if made else placed.section)
        # The scene is called after the topic.
        name = fact if identified.kind == "scene" else " › ".join(part for part in (*above, fact) if part)
        while name in used:
            name = f"{name} · {identified.key}"
        used.add(name)
        yield markup.literal(name)


def _turn(deck: IdentifiedDeck) -> Callable[[Rendered], tuple[int, int]]:
    """Return the order to learn notes: the scene, then each section with what it is made into, then masks."""
    sections = {name: place for place, name in enumerate(("", *deck.deck.sections))}
    ranks = {"mnemonic": 0, "cloze": 1, "sweep": 2}

    def turn(rendered: Rendered) -> tuple[int, int]:
        note = rendered.note
        if note.kind == "scene":
            return -1, 0
        if note.kind == "occlusion":
            return len(sections), 0
        return sections[note.placed.section], ranks[note.kind]

    return turn
