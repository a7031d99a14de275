"""The state behind the page: the last good cards, the newest findings, and the changes that were made."""

from __future__ import annotations

import json
import secrets
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

from deckwright.cards.cache import PictureCache
from deckwright.cards.face import face
from deckwright.cards.images import draw
from deckwright.cards.media import Refused
from deckwright.cards.typefaces import fonts
from deckwright.console import own_up
from deckwright.deck.history import OWN_TYPE
from deckwright.deck.model import TEXTS
from deckwright.deck.names import slug
from deckwright.editor import renew_schema
from deckwright.emend import PICTURES, Unfit, Wish, emended, fitting, with_notes
from deckwright.preview.changes import History, Stale
from deckwright.preview.dropped import kept_picture
from deckwright.preview.sheet import Findings, Sheet, by_guid, pictures
from deckwright.project import Terms, compile_project

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from deckwright.cards.images import Picture
    from deckwright.project import Compiled, CompiledDeck
    from deckwright.workspace import Project

_AGAIN = 0.2  # seconds after which a file that was just being saved is looked for again
_TRIES = 5
_PATIENCE = 20  # seconds that a change waits for the one before it to be compiled


class Desk:
    """A project that is looked at and worked on; every method may be called from any thread.

    *tell* is called whenever `news` has changed.
    """

    def __init__(self, project: Project, editor: str, tell: Callable[[], None]) -> None:
        self.project, self.editor, self.run = project, editor, secrets.token_hex(4)
        self.state = b"{}"
        self._tell = tell
        self._view: tuple[int, Compiled | None] = (0, None)  # a version, and the cards that belong to it
        self._newest: Compiled | None = None
        self._scenes: Mapping[str, Picture] = {}
        self._history = History(project.root)
        self._last: dict[str, Any] = {}
        self._drawing = (0, 0)
        self._changing, self._turn = Lock(), Lock()
        self._wanted, self._ended, self._idle = Event(), Event(), Event()
        self._thread = Thread(target=self._work, name="compiling", daemon=True)

    @property
    def news(self) -> dict[str, Any]:
        """What the page is told at once: the run, the version of the state, and how far the drawing is."""
        done, total = self._drawing
        return {"run": self.run, "version": self._view[0], "done": done, "total": total}

    def start(self) -> None:
        """Begin to compile, now and whenever `renew` is called."""
        self._thread.start()
        self.renew()

    def renew(self) -> None:
        """Compile anew; several calls in a row count as one."""
        with self._turn:
            self._idle.clear()
            self._wanted.set()

    def stop(self) -> None:
        """Compile no more."""
        self._ended.set()
        self._idle.set()
        self._wanted.set()

    def rooms(self) -> tuple[Path, ...]:
        """Return the folders beside the project's own in which a source may change."""
        newest = self._newest
        head = newest.head.deck if newest else None
        names = {pattern.split("/")[0] for pattern in (head.decks if head else None) or ()}
        if newest:
            names |= {report.source.name.split("/")[0] for report in newest.sources}
        folders = {self.project.root / name for name in names if not set(name) & set("*?[")}
        if names and len(folders) < len(names):
            hidden = ("build", "site")
            below = self.project.root.iterdir()
            folders |= {path for path in below if path.name[0] != "." and path.name not in hidden}
        return tuple(sorted(path for path in {*folders, self.project.media} if path.is_dir()))

    def card(self, version: int, at: tuple[int, int, int], side: str, *, night: bool) -> str | None:
        """Return the page of a card's side: *at* are its deck, note and ordinal in that version's state."""
        deck, place, ordinal = at
        newest, shown = self._view
        if (
            shown is None
            or version != newest
            or deck >= len(shown.decks)
            or place >= len(shown.decks[deck].notes)
        ):
            return None
        note = shown.decks[deck].notes[place]
        if ordinal not in note.cards:
            return None
        return face(note, ordinal, side, shown.drawn, night=night)

    def media(self, name: str) -> bytes | None:
        """Return a picture or font of the cards, or a scene, as it is drawn; None for any other name."""
        _, shown = self._view
        if name in fonts():
            return fonts()[name]
        if shown and name in shown.drawn:
            return shown.drawn[name].data
        picture = self._scenes.get(name)
        if picture is None:
            return None
        cache = PictureCache(self.project.cache, keep=True)
        found = cache.get(picture)
        try:
            found = found or draw([picture])[name]
        except Refused:
            return None
        cache.put(picture, found)
        return found.data

    def put(self, guid: str, key: str, was: str, text: str) -> str:
        """Write *text* under *key* of a note where *was* stands; return what was done.

        Raises:
            Unfit, Stale: it was not written; the text says why.

        """
        if key not in TEXTS:
            raise Unfit(f"`{key}` is not edited here")
        text = fitting(key, text)
        if key == "fact" and not text:
            raise Unfit("a note needs a fact")
        with self._changing:
            deck, index = self._target(guid)
            if getattr(deck.deck.notes[index].placed.note, key) != was:
                raise Stale(f"`{key}` of this note has changed in the file; look again, then repeat it")
            _check_text(deck, index, key, text)
            return self._change(deck, index, ((key, text),), f"{key} of “{_fact(deck, index)}”")

    def mark(self, guid: str, region: tuple[float, float, float, float]) -> str:
        """Write where a note lies on its scene, in percent; return what was done."""
        if not all(0 <= number <= 100 for number in region):  # noqa: PLR2004 - percent
            raise Unfit("the place leaves the picture; drag it anew")
        x, y = (round(number, 1) for number in region[:2])
        wide, high = (round(min(size, 100 - at), 1) for size, at in zip(region[2:], (x, y), strict=True))
        if min(wide, high) <= 0:
            raise Unfit("the place has no size; drag it anew")
        with self._changing:
            deck, index = self._target(guid)
            others = self._other_pictures(deck, index, "region")
            return self._change(
                deck, index, (*others, ("region", (x, y, wide, high))), f"place of “{_fact(deck, index)}”"
            )

    def drop(self, guid: str, name: str, data: bytes) -> str:
        """Give a note a picture of its own, which goes into `media/`; return what was done."""
        with self._changing:
            deck, index = self._target(guid)
            others = self._other_pictures(deck, index, "image")
            with kept_picture(self.project, name, data) as kept:
                wishes = (*others, ("image", kept))
                return self._change(deck, index, wishes, f"picture of “{_fact(deck, index)}”")

    def add(self, number: int, section: str, texts: Mapping[str, str]) -> tuple[str, int]:
        """Add a note to a section of the deck of that number; return what was done, and the note's index."""
        filled = {key: one for key in TEXTS if (one := fitting(key, texts.get(key, "")))}
        if "fact" not in filled or not ({"mnemonic", "ask"} & filled.keys()):
            raise Unfit("a note needs a fact, and a mnemonic or a question that leads to it")
        with self._changing:
            decks = newest.decks if (newest := self._settled()) else ()
            if number >= len(decks):
                raise Stale("the deck cannot be read as it stands; mend what is told at the top first")
            deck = decks[number]
            text, (index,) = with_notes(deck.report.source, {section: [filled]})
            what = f"new note “{filled['fact']}”"
            self._history.write(deck.path, deck.report.source, text, what)
        self.renew()
        return what, index

    def step(self, way: str) -> str:
        """Take back a change, or make it again, as *way* says: `undo` or `redo`; return what it was."""
        with self._changing:
            what = self._history.undo() if way == "undo" else self._history.redo()
        self.renew()
        return what

    def _settled(self) -> Compiled | None:
        """Return the newest sources, with what was just written: changes may come quickly."""
        self._idle.wait(_PATIENCE)
        return self._newest

    def _target(self, guid: str) -> tuple[CompiledDeck, int]:
        found = by_guid(newest, guid) if (newest := self._settled()) else None
        if found is None:
            raise Stale("this note cannot be found in the file as it stands; mend what is told of it first")
        return found

    def _other_pictures(self, deck: CompiledDeck, index: int, but: str) -> tuple[Wish, ...]:
        node = deck.deck.notes[index].placed.note.node
        return tuple((key, "") for key in PICTURES if key != but and node.get(key) is not None)

    def _change(self, deck: CompiledDeck, index: int, wishes: tuple[Wish, ...], what: str) -> str:
        source = deck.report.source
        self._history.write(deck.path, source, emended(source, {index: wishes}), what)
        self.renew()
        return what

    def _work(self) -> None:
        tries = 0
        while True:
            self._wanted.wait(_AGAIN if 0 < tries < _TRIES else None)
            if self._ended.is_set():
                return
            self._wanted.clear()
            try:
                self._compiled(compile_project(self.project, Terms("unnamed", keep=True, watch=self._watch)))
                tries = 0
            except OSError as problem:  # a save that takes the file away for a moment, or for good
                tries += 1
                if tries == _TRIES:
                    self._publish(f"`{problem.filename}`: {problem.strerror}; the cards are from before")
            except Exception as problem:  # noqa: BLE001 - the page stays, and tells of it
                own_up(problem)
                self._publish("this is a bug in Deckwright, not in your deck; the terminal tells more")
            with self._turn:
                if not self._wanted.is_set():
                    self._idle.set()

    def _watch(self, done: int, total: int) -> None:
        self._drawing = (done, total)
        self._tell()

    def _compiled(self, newest: Compiled) -> None:
        self._newest = newest
        self._publish("")
        with suppress(OSError):  # the page does not need it, and the folder may take nothing
            renew_schema(self.project, (deck.deck.deck for deck in newest.decks), newest.sources)

    def _publish(self, trouble: str) -> None:
        """Make the page's state anew, and tell of it if it is another; good cards stay until better ones."""
        (version, shown), newest = self._view, self._newest
        if newest and (shown is None or shown.has_errors or not newest.has_errors):
            shown = newest
        state: dict[str, Any] = {"trouble": trouble, "decks": [], "notes": [], "scenes": [], "findings": []}
        if shown and newest:
            sheet = Sheet(self.project, shown, self.editor)
            state |= sheet.data()
            state["findings"] = Findings(newest, shown, self.project.root.absolute(), self.editor).data()
            self._scenes = pictures(sheet)
        state["broken"] = bool(trouble) or newest is None or newest.has_errors
        state["undo"], state["redo"] = (
            "".join(step.what for step in steps[-1:]) for steps in (self._history.done, self._history.undone)
        )
        self._drawing = (0, 0)
        if state != self._last:
            self._last, version = state, version + 1
            self._view = (version, shown)  # before the state that asks for its cards
            self.state = json.dumps({"run": self.run, "version": version, **state}).encode()
        self._view = (version, shown)
        self._tell()


def _check_text(deck: CompiledDeck, index: int, key: str, text: str) -> None:
    """Raise Unfit where a note would lose its last cue, or be another of its section."""
    placed = deck.deck.notes[index].placed
    plan = deck.plans.get(index)
    cues = {"mnemonic": placed.note.mnemonic, "ask": placed.note.ask, key: text}
    if not (cues["mnemonic"] or cues["ask"] or (plan and plan.picture)):
        raise Unfit("a note needs a mnemonic, a picture or a question that leads to it")
    if key == "fact" and placed.note.id is None:
        own = (one for one in enumerate(deck.deck.notes) if one[1].kind == OWN_TYPE)
        others = (note.placed for at, note in own if at != index)
        same = (one.note for one in others if one.section == placed.section and one.note.id is None)
        if any(slug(note.fact) == slug(text) for note in same):
            raise Unfit("another note of this section has this fact; word it more exactly")


def _fact(deck: CompiledDeck, index: int) -> str:
    return deck.deck.notes[index].placed.note.fact
