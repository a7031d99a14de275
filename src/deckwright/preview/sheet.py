"""What the page is told of a project: its decks, notes and cards, and what was found on them."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from deckwright.cards.illustrate import Album
from deckwright.cards.media import MediaFolder
from deckwright.deck.history import OWN_TYPE
from deckwright.deck.model import TEXTS
from deckwright.preview.editors import link
from deckwright.source.diagnostics import Report, full

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from deckwright.cards.images import Picture
    from deckwright.cards.plan import Plan
    from deckwright.cards.render import Rendered
    from deckwright.deck.model import Scene
    from deckwright.project import Compiled, CompiledDeck
    from deckwright.source.diagnostics import Diagnostic
    from deckwright.source.text import SourceFile
    from deckwright.workspace import Project

_MOST_COMPARED = 250_000  # pairs of lines that are looked at to follow what was typed
_GATHERED = {"cloze": "Gap", "occlusion": "Hidden part"}


@dataclass
class Sheet:
    """The page's notes, from the *shown* cards of a project.

    *scenes* are the pictures on which a place can be marked, by the file and width they were asked for with.
    """

    project: Project
    shown: Compiled
    editor: str
    scenes: dict[tuple[str, int | None], Picture | None] = field(default_factory=dict)
    _hashes: dict[int, bytes] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        """Return the decks and their notes, ready for JSON; findings are not among them."""
        decks, notes = [], []
        for number, deck in enumerate(self.shown.decks):
            own = list(self._notes(number, deck))
            at_the_top = [""] if any(note["editable"] and not note["section"] for note in own) else []
            decks.append(
                {
                    "file": deck.report.source.name,
                    "name": deck.deck.deck.deck,
                    "topic": deck.deck.deck.topic,
                    "sections": [*at_the_top, *deck.deck.deck.sections],
                    "writable": [
                        *(() if deck.deck.deck.node.get("notes") is None else ("",)),
                        *deck.deck.deck.sections,
                    ],
                }
            )
            notes += own
        scenes = [
            {"file": file, "picture": picture.name if picture else ""}
            for (file, _), picture in self.scenes.items()
        ]
        return {"decks": decks, "notes": notes, "scenes": scenes}

    def _notes(self, number: int, deck: CompiledDeck) -> Iterator[dict[str, Any]]:
        """Yield an entry for each note; the gaps of a text stand with the note it belongs to."""
        index = {note.guid: place for place, note in enumerate(deck.deck.notes)}
        entries: dict[int, dict[str, Any]] = {}
        for place, rendered in enumerate(deck.notes):
            note, cards = rendered.note, self._cards(place, rendered)
            parent = note.members[0] if note.kind == "cloze" else -1
            if parent in entries:
                entries[parent]["cards"] += cards
                entries[parent]["look"] += self._look(rendered)
                continue
            at = index[note.guid]
            entry = self._entry(deck, at, rendered)
            entries[at] = entry | {"deck": number, "cards": cards, "look": self._look(rendered)}
        yield from entries.values()

    def _entry(self, deck: CompiledDeck, at: int, rendered: Rendered) -> dict[str, Any]:
        identified = rendered.note
        placed, is_authored = identified.placed, identified.kind == OWN_TYPE
        note, plan = placed.note, deck.plans.get(at)
        entry: dict[str, Any] = {name: getattr(note, name) for name in TEXTS}
        entry |= {
            "guid": identified.guid,
            "index": at,
            "kind": identified.kind,
            "section": placed.section,
            "tags": placed.tags,
            "retired": note.retired,
            "editable": is_authored,
        }
        if not is_authored:
            return entry
        where = deck.report.source.place(note.node.span.start)
        entry |= {
            "file": deck.report.source.name,
            "line": where.line,
            "open": link(self.editor, deck.path.absolute(), where.line, where.column),
        }
        return entry | self._pictured(deck, placed.scene, plan, note.image)

    def _pictured(
        self, deck: CompiledDeck, scene: Scene | None, plan: Plan | None, image: str | None
    ) -> dict[str, Any]:
        """Say what a note shows: which kind of picture, and where in which scene."""
        region = plan.shown(self.shown.drawn).region if plan and plan.picture else None
        kind = "image" if plan and plan.picture else "none" if image == "none" else ""
        if plan and plan.picture and region:
            kind = "symbol" if plan.cutout else "region"
        return {
            "picture": kind,
            "found": bool(plan and plan.found),
            "region": region,
            "scene": self._scene(deck, scene) if scene else None,
        }

    def _scene(self, deck: CompiledDeck, scene: Scene) -> int | None:
        """Return the number of a scene that can be drawn."""
        key = (scene.file, scene.width)
        if key not in self.scenes:
            album = Album(MediaFolder(self.project.media), Report(deck.report.source))
            plan = album.whole_scene(scene, deck.deck.deck.topic)
            self.scenes[key] = plan.picture if plan else None
        return list(self.scenes).index(key) if self.scenes[key] else None

    def _cards(self, place: int, rendered: Rendered) -> list[dict[str, Any]]:
        """Name the cards of a note, and say where they are found: by the note's place among the rendered."""
        gathered = _GATHERED.get(rendered.note.kind)
        named = rendered.notetype.templates
        return [
            {
                "at": place,
                "ordinal": ordinal,
                "name": f"{gathered} {ordinal + 1}" if gathered else _template_name(named, ordinal),
            }
            for ordinal in rendered.cards
        ]

    def _look(self, rendered: Rendered) -> str:
        """Return what changes whenever a note's cards look different."""
        kind = rendered.notetype
        if id(kind) not in self._hashes:
            sides = (side for one in kind.templates for side in (one.front, one.back))
            self._hashes[id(kind)] = blake2b("\0".join((kind.css, *sides)).encode(), digest_size=8).digest()
        fields = "\0".join(rendered.fields).encode()
        return blake2b(self._hashes[id(kind)] + fields, digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found on the *newest* sources, each beside the note of the *shown* ones it is about."""

    newest: Compiled
    shown: Compiled
    root: Path
    editor: str

    def data(self) -> list[dict[str, Any]]:
        """Return the findings in order, ready for JSON; `note` is a guid, empty for the deck as a whole."""
        decks = {deck.report.source.name: deck for deck in self.shown.decks}
        found = []
        for report in self.newest.reports:
            owner = _Owner.of(decks.get(report.source.name), report.source)
            found += [
                self._entry(report, finding, owner.note(report.source.place(finding.span.start).line))
                for finding in report
            ]
        return found

    def _entry(self, report: Report, found: Diagnostic, note: str) -> dict[str, Any]:
        place = report.source.place(found.span.start)
        return {
            "note": note,
            "code": found.code,
            "severity": found.severity,
            "message": found.message,
            "help": found.advice,
            "file": report.source.name,
            "line": place.line,
            "column": place.column,
            "text": full(Report(report.source, [found])),
            "open": link(self.editor, self.root / report.source.name, place.line, place.column),
        }


@dataclass(frozen=True, slots=True)
class _Owner:
    """Finds the note that a line of the newest text belongs to, in the text that the cards are from.

    *starts* are the notes' first lines, *notes* their last ones and guids; *lines* maps the newest lines to
    those of the other text, all counted from 1.
    """

    starts: tuple[int, ...] = ()
    notes: tuple[tuple[int, str], ...] = ()
    lines: tuple[int, ...] = ()

    @classmethod
    def of(cls, deck: CompiledDeck | None, newest: SourceFile) -> _Owner:
        """Make what finds the notes of *deck* by the lines of its *newest* text."""
        if deck is None:
            return cls()
        source = deck.report.source
        spans = [(note.placed.note.node.span, note.guid) for note in deck.deck.notes if note.kind == OWN_TYPE]
        places = sorted(
            (source.place(span.start).line, source.place(span.end).line, guid) for span, guid in spans
        )
        lines = tuple(matched(source.text.splitlines(), newest.text.splitlines()))
        return cls(tuple(first for first, _, _ in places), tuple(place[1:] for place in places), lines)

    def note(self, line: int) -> str:
        """Return the guid of the note that stands on a line of the newest text."""
        line = self.lines[line - 1] if line <= len(self.lines) else 0
        place = bisect_right(self.starts, line) - 1
        return self.notes[place][1] if place >= 0 and line <= self.notes[place][0] else ""


def matched(old: Sequence[str], new: Sequence[str]) -> Iterator[int]:
    """Yield for each line of *new* the number of the line of *old* that it is, or stands for, from 1."""
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    middle = old[head : len(old) - tail], new[head : len(new) - tail]
    yield from range(1, head + 1)
    if len(middle[0]) * len(middle[1]) > _MOST_COMPARED:
        yield from (head + 1 for _ in middle[1])
    else:
        for _, start, end, first, last in SequenceMatcher(None, *middle, autojunk=False).get_opcodes():
            yield from (max(1, head + min(start + step + 1, end)) for step in range(last - first))
    yield from range(len(old) - tail + 1, len(old) + 1)


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Count the lines that two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def by_guid(compiled: Compiled, guid: str) -> tuple[CompiledDeck, int] | None:
    """Find an authored note, with its place among the notes of its deck in source order."""
    for deck in compiled.decks:
        for at, note in enumerate(deck.deck.notes):
            if note.guid == guid and note.kind == OWN_TYPE:
                return deck, at
    return None


def _template_name(templates: tuple[Any, ...], ordinal: int) -> str:
    return str(templates[ordinal].name) if ordinal < len(templates) else f"Card {ordinal + 1}"


def pictures(sheet: Sheet) -> Mapping[str, Picture]:
    """Return the scenes of a sheet by the names they are served under."""
    return {picture.name: picture for picture in sheet.scenes.values() if picture}
