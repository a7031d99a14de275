"""Which picture each note shows: named by the author, or found by its own name."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, get_args

from deckwright.cards import markdown
from deckwright.cards.attached import attached
from deckwright.cards.images import SCENE_WIDTH, Picture, as_is, cutout, whole
from deckwright.cards.media import Kind, MediaFile, MediaFolder, Refused
from deckwright.cards.plan import Plan, finished_symbol
from deckwright.deck.names import slug
from deckwright.source.diagnostics import Diagnostic, Report, error, warning
from deckwright.source.syntax import within

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from deckwright.cards.svg import Drawing, Symbol
    from deckwright.deck.identity import Identified
    from deckwright.deck.model import Note, Placed, Scene
    from deckwright.source.text import Span

_PICTURES = frozenset({*get_args(Kind), "jpg", "heif"})


def illustrate(notes: Iterable[Placed], album: Album, without: Container[str] = ()) -> dict[int, Plan]:
    """Plan the pictures of *notes*, by index, but for the files *without*; the album's report is told."""
    plans = ((index, album.plan(placed)) for index, placed in enumerate(notes))
    return {index: plan.without(without) for index, plan in plans if plan is not None}


def illustrate_made(
    notes: Sequence[Identified], plans: Mapping[int, Plan], album: Album, topic: str
) -> dict[int, Plan]:
    """Plan the pictures of the made ones among *notes*, by index: a whole scene, or what one note shows.

    *plans* are those of the authored notes; *topic* is what no whole scene may be called.
    """
    made: dict[int, Plan] = {}
    for index, note in enumerate(notes):
        if note.kind == "cloze" and note.members[0] in plans:
            made[index] = replace(plans[note.members[0]], found=False)
        elif note.kind in ("scene", "sweep", "occlusion") and note.placed.scene:
            plan = album.whole_scene(note.placed.scene, topic)
            made |= {index: plan} if plan else {}
    return made


def check_scene(scene: Scene, folder: MediaFolder, report: Report) -> None:
    """Tell what is wrong with a scene that a project's own file gives to its decks."""
    album = Album(folder, report)
    album.sound(scene.file, scene.span("file"))


@dataclass
class Album:
    """The media files a deck uses, each opened once, and its defect told wherever it is named."""

    folder: MediaFolder
    report: Report
    _files: dict[str, MediaFile | Refused] = field(default_factory=dict)
    _drawings: dict[str, Drawing | None] = field(default_factory=dict)

    @property
    def opened(self) -> tuple[MediaFile, ...]:
        """The files that were asked for and can be used."""
        return tuple(found for found in self._files.values() if not isinstance(found, Refused))

    def plan(self, placed: Placed) -> Plan | None:
        """Plan one note's pictures; None when it has none, or none that can be used."""
        plan, inline = self._main(placed), tuple(self._inline(placed.note))
        files = tuple(self._attached(placed.note))
        if inline or files:
            return replace(plan or Plan(placed.note.span()), inline=inline, attached=files)
        return plan

    def whole_scene(self, scene: Scene, topic: str) -> Plan | None:
        """Plan the picture of a whole scene; None when it cannot be used."""
        backdrop = self.sound(scene.file, scene.span("file"))
        if backdrop is None:
            return None
        return Plan(scene.span("file"), _backdrop(backdrop, scene), self._alt(scene, backdrop, topic))

    def _inline(self, note: Note) -> Iterator[tuple[str, Picture, Span]]:
        """Yield the pictures that the explanation names, those that can be used."""
        scalar = note.scalar("explanation")
        for mark in markdown.pictures(note.explanation):
            if mark.is_remote:
                continue
            span = note.span("explanation")
            if scalar is not None:
                lead = scalar.text.find(note.explanation)
                span = within(self.report.source, scalar, lead + mark.start, lead + mark.end)
            if media := self.sound(mark.name, span):
                yield mark.name, whole(media), span

    def _attached(self, note: Note) -> Iterator[tuple[Picture, Span]]:
        """Yield the files that fields of another tool's note name; readers have those that are not here."""
        for name in dict.fromkeys(name for text in note.extra.values() for *_, name in attached(text)):
            try:
                yield as_is(self.folder.open_as_is(name)), note.span("extra")
            except Refused as problem:
                if problem.code == "file-too-large":
                    self._add(refusal(problem, note.span("extra")))

    def _main(self, placed: Placed) -> Plan | None:
        note, scene = placed.note, placed.scene
        backdrop = self.sound(scene.file, scene.span("file")) if scene else None
        named = [key for key in ("symbol", "region", "image") if getattr(note, key)]
        cut_before = finished_symbol(note.symbol or "") if named == ["symbol", "region"] else None
        if scene and backdrop and cut_before:
            return self._cut_before(placed, scene, backdrop, *cut_before)
        if len(named) > 1:
            self._add(_two_pictures(note, named))
        elif note.image:
            return self._own(note)
        elif named and scene is None:
            self._add(_no_scene(note, named[0]))
        elif scene and backdrop and note.region:
            alt = self._alt(scene, backdrop, note.fact)
            return Plan(note.span("region"), _backdrop(backdrop, scene), alt, region=note.region)
        elif scene and backdrop and note.symbol:
            return self._symbol(placed, scene, backdrop)
        elif not named:
            return self._found(placed, scene, backdrop)
        return None

    def _own(self, note: Note) -> Plan | None:
        if note.image is None or note.image == "none":
            return None
        media = self.sound(note.image, note.span("image"))
        return Plan(note.span("image"), whole(media)) if media else None

    def _cut_before(
        self, placed: Placed, scene: Scene, backdrop: MediaFile, name: str, title: str
    ) -> Plan | None:
        """Plan a symbol that was cut out of its scene before, at the place that its region tells."""
        note = placed.note
        media = self.sound(name, note.span("symbol"))
        if media is None:
            return None
        alt, told = self._alt(scene, backdrop, note.fact), _untelling(title, note.fact)
        drawn = _backdrop(backdrop, scene)
        return Plan(note.span("symbol"), drawn, alt, cutout(media, ""), told, note.region)

    def _symbol(self, placed: Placed, scene: Scene, backdrop: MediaFile) -> Plan | None:
        note = placed.note
        drawing = self.drawing(backdrop, scene.span("file"))
        if backdrop.kind != "svg":
            self._add(_not_svg(note, scene))
        if drawing is None or note.symbol is None:
            return None
        symbol = drawing.find(note.symbol)
        if symbol is None:
            self._add(_unknown_symbol(note, drawing))
            return None
        return self._lit(placed, scene, backdrop, symbol, found=False)

    def _found(self, placed: Placed, scene: Scene | None, backdrop: MediaFile | None) -> Plan | None:
        """Look for a group of the scene, then for a file, that goes by the note's own name."""
        note = placed.note
        span = note.span("fact")
        if scene and backdrop and (drawing := self.drawing(backdrop, scene.span("file"))):
            for symbol in drawing.symbols:
                if symbol.name == slug(note.fact) or (symbol.title and symbol.title == note.mnemonic):
                    return self._lit(placed, scene, backdrop, symbol, found=True)
        files = self._by_name.get(slug(note.fact), [])
        if len(files) > 1:
            self._add(_several_pictures(span, files))
        if len(files) != 1 or (scene and files[0] == scene.file):
            return None
        media = self.sound(files[0], span)
        return Plan(span, whole(media), found=True) if media else None

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
        self, placed: Placed, scene: Scene, backdrop: MediaFile, symbol: Symbol, *, found: bool
    ) -> Plan | None:
        """Plan a symbol lit in its scene; its title stands in for it unless it tells the fact."""
        span = placed.note.span("fact" if found else "symbol")
        drawing = self.drawing(backdrop, scene.span("file"))
        if symbol.title and symbol.title == (placed.note.symbol or placed.note.mnemonic):
            same = [other.name for other in drawing.symbols if other.title == symbol.title] if drawing else []
            self.report.extend([_several_symbols(span, symbol.title, same)] if len(same) > 1 else ())
        alt = self._alt(scene, backdrop, placed.note.fact)
        try:
            cut = cutout(backdrop, symbol.name, scene.width or SCENE_WIDTH)
            name = _untelling(symbol.title, placed.note.fact)
            return Plan(span, _backdrop(backdrop, scene), alt, cut, name, found=found)
        except Refused as problem:
            self._add(refusal(problem, span))
        return None

    def _alt(self, scene: Scene, backdrop: MediaFile, answer: str) -> str:
        """Return the author's words for a scene, or its title, unless they tell the *answer*."""
        drawing = self.drawing(backdrop, scene.span("file"))
        return _untelling(scene.alt or (drawing.title if drawing else ""), answer)

    def sound(self, name: str, span: Span) -> MediaFile | None:
        """Open a file of the folder that can be drawn; None for any other, which is told."""
        media = self._open(name, span)
        return None if media and media.kind == "svg" and self.drawing(media, span) is None else media

    def _open(self, name: str, span: Span) -> MediaFile | None:
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
                from deckwright.cards.svg import read_drawing  # noqa: PLC0415 - for a deck with drawings

                try:
                    self._drawings[media.name] = read_drawing(media.read())
                except Refused as problem:
                    self._add(refusal(problem, span))
        return self._drawings[media.name]

    def _add(self, finding: Diagnostic) -> None:
        self.report.add(finding)


def _untelling(title: str, answer: str) -> str:
    return "" if slug(answer) in slug(title) else title


def _backdrop(media: MediaFile, scene: Scene) -> Picture:
    return whole(media, scene.width or SCENE_WIDTH)


def refusal(problem: Refused, span: Span) -> Diagnostic:
    """Tell a media file's defect where the author named the file."""
    return error(problem.code, problem.message, span, advice=problem.advice)


def _several_pictures(span: Span, files: Sequence[str]) -> Diagnostic:
    message = f"{' and '.join(f'`{name}`' for name in files)} both go by this note's name; it shows neither"
    return warning("several-pictures", message, span, advice=f"write `image: {files[0]}`")


def _several_symbols(span: Span, title: str, names: Sequence[str]) -> Diagnostic:
    message = (
        f"{' and '.join(f'`{name}`' for name in names)} have the title `{title}`; this note shows the first"
    )
    return warning("several-symbols", message, span, advice=f"write `symbol: {names[0]}`, or the other one")


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
    advice = "the scene has " + ", ".join(f"`{name}`" for name in known)
    if not known:
        advice = 'the scene has none: put the shapes into a group, as in `<g id="sym-goose">`'
    if near:
        advice = f"did you mean {' or '.join(f'`{name}`' for name in near)}?"
    message = f"the scene has no symbol `{note.symbol}`"
    return error("unknown-symbol", message, note.span("symbol"), advice=advice)
