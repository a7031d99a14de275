"""Which picture each note shows: named by the author, or found by its own name."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, get_args

from deckwright.cards.images import Drawn, Picture, cutout, whole
from deckwright.cards.media import Kind, MediaFile, MediaFolder, Refused
from deckwright.cards.render import Shown
from deckwright.cards.svg import Drawing, Symbol, read_drawing
from deckwright.deck.names import slug
from deckwright.source.diagnostics import Diagnostic, Report, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from deckwright.deck.model import Note, Placed, Region, Scene
    from deckwright.source.text import Span

_PICTURES = frozenset({*get_args(Kind), "jpg"})


@dataclass(frozen=True, slots=True)
class Plan:
    """The pictures of one note, not yet drawn; *span* is where the author named them."""

    span: Span
    picture: Picture
    alt: str = ""
    cutout: Picture | None = None
    region: Region | None = None
    found: bool = False

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """What has to be drawn."""
        return (self.picture, self.cutout) if self.cutout else (self.picture,)

    @property
    def recipe(self) -> str:
        """What belongs to the note's content: its own part of a scene, not the rest of it."""
        if self.cutout:
            return self.cutout.recipe
        return "" if self.region else self.picture.recipe

    def shown(self, drawn: Mapping[str, Drawn]) -> Shown:
        """Say what the note shows, once the pictures in *drawn* are known by name."""
        if self.cutout is None:
            return Shown(self.picture.name, self.alt, "", self.region)
        found = drawn.get(self.cutout.name)  # none where drawing failed, which stops the build
        return Shown(self.picture.name, self.alt, self.cutout.name, found.box if found else None)


def illustrate(notes: Iterable[Placed], folder: MediaFolder, report: Report) -> dict[int, Plan]:
    """Plan the pictures of *notes*, by index in source order; findings go to *report*."""
    album = _Album(folder, report)
    plans = ((index, album.plan(placed)) for index, placed in enumerate(notes))
    return {index: plan for index, plan in plans if plan is not None}


def check_scene(scene: Scene, folder: MediaFolder, report: Report) -> None:
    """Tell what is wrong with a scene that a project's own file gives to its decks."""
    album = _Album(folder, report)
    backdrop = album.open(scene.file, scene.span("file"))
    if backdrop is not None:
        album.drawing(backdrop, scene.span("file"))


@dataclass
class _Album:
    """The media files a deck uses, each opened once, and its defect told wherever it is named."""

    folder: MediaFolder
    report: Report
    _files: dict[str, MediaFile | Refused] = field(default_factory=dict)
    _drawings: dict[str, Drawing | None] = field(default_factory=dict)

    def plan(self, placed: Placed) -> Plan | None:
        """Plan one note's picture; None when it has none, or none that can be used."""
        note, scene = placed.note, placed.scene
        backdrop = self.open(scene.file, scene.span("file")) if scene else None
        named = [key for key in ("symbol", "region", "image") if getattr(note, key)]
        if len(named) > 1:
            self._add(_two_pictures(note, named))
        elif note.image:
            return self._own(note)
        elif named and scene is None:
            self._add(_no_scene(note, named[0]))
        elif scene and backdrop and note.region:
            alt = self._alt(scene, backdrop)
            return Plan(note.span("region"), whole(backdrop), alt, region=note.region)
        elif scene and backdrop and note.symbol:
            return self._symbol(note, scene, backdrop)
        elif not named:
            return self._found(note, scene, backdrop)
        return None

    def _own(self, note: Note) -> Plan | None:
        if note.image is None or note.image == "none":
            return None
        media = self.open(note.image, note.span("image"))
        if media and media.kind == "svg" and self.drawing(media, note.span("image")) is None:
            return None
        return Plan(note.span("image"), whole(media)) if media else None

    def _symbol(self, note: Note, scene: Scene, backdrop: MediaFile) -> Plan | None:
        drawing = self.drawing(backdrop, scene.span("file"))
        if backdrop.kind != "svg":
            self._add(_not_svg(note, scene))
        if drawing is None or note.symbol is None:
            return None
        symbol = drawing.find(note.symbol)
        if symbol is None:
            self._add(_unknown_symbol(note, drawing))
            return None
        return self._lit(note.span("symbol"), scene, backdrop, symbol, found=False)

    def _found(self, note: Note, scene: Scene | None, backdrop: MediaFile | None) -> Plan | None:
        """Look for a group of the scene, then for a file, that goes by the note's own name."""
        span = note.span("fact")
        if scene and backdrop and (drawing := self.drawing(backdrop, scene.span("file"))):
            for symbol in drawing.symbols:
                if symbol.name == slug(note.fact) or (symbol.title and symbol.title == note.mnemonic):
                    return self._lit(span, scene, backdrop, symbol, found=True)
        files = self._by_name.get(slug(note.fact), [])
        if len(files) > 1:
            self._add(_several_pictures(span, files))
        if len(files) != 1 or (scene and files[0] == scene.file):
            return None
        media = self.open(files[0], span)
        if media is None or (media.kind == "svg" and self.drawing(media, span) is None):
            return None
        return Plan(span, whole(media), found=True)

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        """The folder's pictures by the slug of their name, so that it is walked but once."""
        found: dict[str, list[str]] = {}
        for name in self.folder.names():
            stem, _, suffix = name.rsplit("/", 1)[-1].rpartition(".")
            if suffix.lower() in _PICTURES:
                found.setdefault(slug(stem), []).append(name)
        return found

    def _lit(
        self, span: Span, scene: Scene, backdrop: MediaFile, symbol: Symbol, *, found: bool
    ) -> Plan | None:
        alt = self._alt(scene, backdrop)
        try:
            return Plan(span, whole(backdrop), alt, cutout(backdrop, symbol.name), found=found)
        except Refused as problem:
            self._add(refusal(problem, span))
        return None

    def _alt(self, scene: Scene, backdrop: MediaFile) -> str:
        drawing = self.drawing(backdrop, scene.span("file"))
        return scene.alt or (drawing.title if drawing else "")

    def open(self, name: str, span: Span) -> MediaFile | None:
        """Open a file of the folder; None where it cannot be used, which is told."""
        if name not in self._files:
            try:
                self._files[name] = self.folder.open(name)
            except Refused as problem:
                self._files[name] = problem
        found = self._files[name]
        if isinstance(found, Refused):
            self._add(refusal(found, span))
            return None
        return found

    def drawing(self, media: MediaFile, span: Span) -> Drawing | None:
        """Read an SVG's groups and title; None for a bitmap and for one that cannot be used."""
        if media.name not in self._drawings:
            self._drawings[media.name] = None
            if media.kind == "svg":
                try:
                    self._drawings[media.name] = read_drawing(media.read())
                except Refused as problem:
                    self._add(refusal(problem, span))
        return self._drawings[media.name]

    def _add(self, finding: Diagnostic) -> None:
        self.report.add(finding)


def refusal(problem: Refused, span: Span) -> Diagnostic:
    """Tell a media file's defect where the author named the file."""
    return error(problem.code, problem.message, span, advice=problem.advice)


def _several_pictures(span: Span, files: Sequence[str]) -> Diagnostic:
    message = f"{' and '.join(f'`{name}`' for name in files)} both go by this note's name; it shows neither"
    return warning("several-pictures", message, span, advice=f"write `image: {files[0]}`")


def _two_pictures(note: Note, named: Sequence[str]) -> Diagnostic:
    keys = " and ".join(f"`{key}`" for key in named)
    return error(
        "two-pictures", f"{keys} exclude each other", note.key_span(named[1]), advice="keep one of them"
    )


def _no_scene(note: Note, key: str) -> Diagnostic:
    advice = "write `scene:` at the top or in the section"
    return error(
        "no-scene", f"`{key}` is a part of a scene, and there is none", note.span(key), advice=advice
    )


def _not_svg(note: Note, scene: Scene) -> Diagnostic:
    message = f"`{scene.file}` is no SVG, so it has no named symbols"
    return error("no-symbols", message, note.span("symbol"), advice="mark the place with `region:`")


def _unknown_symbol(note: Note, drawing: Drawing) -> Diagnostic:
    known = [symbol.name for symbol in drawing.symbols]
    near = difflib.get_close_matches(note.symbol or "", known, 3, cutoff=0.5)
    meant = " or ".join(f"`{name}`" for name in near)
    advice = f"did you mean {meant}?" if near else "the scene has " + ", ".join(f"`{name}`" for name in known)
    message = f"the scene has no symbol `{note.symbol}`"
    return error("unknown-symbol", message, note.span("symbol"), advice=advice)
