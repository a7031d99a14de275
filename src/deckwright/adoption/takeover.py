"""A published package becomes the history of the source, as far as its notes are found there again."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from deckwright.adoption.fieldmap import parse_maps
from deckwright.adoption.kin import Own, kin_of, texts_of
from deckwright.adoption.newlock import Adopting, claim_decks, new_lock
from deckwright.adoption.pairing import Pairing, pair
from deckwright.apkg.lines import LATEST
from deckwright.cards import markup
from deckwright.cards.foreign import as_notetype, dangers
from deckwright.cards.watch import unwatched
from deckwright.deck.content import section_tag
from deckwright.deck.history import ADOPTED
from deckwright.deck.identity import Bound, identify
from deckwright.deck.keys import note_keys
from deckwright.deck.model import place
from deckwright.project import Terms, compile_project
from deckwright.source.diagnostics import Report, error, warning
from deckwright.source.text import SourceFile
from deckwright.usage import UsageProblem
from deckwright.workspace import read_decks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from deckwright.adoption.kin import Kin
    from deckwright.adoption.pairing import At, Pair
    from deckwright.apkg.package import Package
    from deckwright.cards.render import Rendered
    from deckwright.cards.watch import Watch
    from deckwright.deck.history import Lock
    from deckwright.project import Compiled
    from deckwright.source.diagnostics import Diagnostic
    from deckwright.workspace import Project


_WRAPPING = re.compile(r"</?(?:p|div|br)\b[^>]*>|&nbsp;", re.IGNORECASE)
_UNSEEN = re.compile(r"</?(?:span|font)\b[^>]*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_EDGE = re.compile(
    r" ?(</?(?:ul|ol|li|dl|dt|dd|table|thead|tbody|tfoot|tr|th|td|blockquote|h[1-6]|hr)\b[^>]*>) ?",
    re.IGNORECASE,
)
_ONE_NAME = {"b": "b", "strong": "b", "i": "i", "em": "i"}
_MEDIA = re.compile(
    r"""<(?:img|audio|video|object)\b[^>]*?\b(?:src|data)=["']?([^"'> ]+)|\[sound:([^\]]+)\]""", re.IGNORECASE
)
_EMPHASIS = re.compile(r"<(/?)(b|strong|i|em)>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Takeover:
    """What was found out about a package; *lock* is None where errors stopped it.

    *pairs* are the notes found again, *kept* the guids of those that the next build leaves as they are.
    *strangers* are the package's notes that the source does not have, *new* the facts of the source's notes
    that nobody has yet. *elsewhere* are the package's decks that are none of the source's by name. *maps* say
    of each foreign type, by name, which of our texts stand in its fields.
    """

    compiled: Compiled
    lock: Lock | None = None
    pairs: tuple[Pair, ...] = ()
    kept: frozenset[str] = frozenset()
    strangers: tuple[Kin, ...] = ()
    new: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    maps: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wish:
    """How to take over.

    *maps* are slots of foreign types as the user gives them. A *lenient* takeover lets fields run empty whose
    text the source no longer has. *tail* ends the id of a deck that has none, *now* (in seconds) stamps a
    look that changed. *watch* is told how many of the notes were made to compare them.
    """

    tail: str
    now: int
    maps: tuple[str, ...] = ()
    lenient: bool = False
    watch: Watch = unwatched


def take_over(project: Project, packages: Sequence[Package], lock: Lock, wish: Wish) -> Takeover:
    """Make the lock under which the next build updates the notes of *packages* in place; write nothing.

    What *lock* knows stays, unless a package has a later word on it. A note that renders as the package has
    it keeps its stamp; every other gets a content that no note has, so that the next build sends it.
    Notes that the source does not have are retired: they stay with readers, and come back with their text.

    Raises:
        UsageProblem: the wish's maps are wrong, or Anki would never take an update of a note.
        OSError: a source or a picture cannot be read.

    """
    kin = kin_of(packages)
    given = parse_maps(wish.maps, kin)
    if any(one.note.modified > LATEST for one in kin):
        raise UsageProblem("the package has a note with a stamp so late that Anki takes no update of it")
    head, written = read_decks(project)
    decks = [w.deck for w in written if w.deck is not None]
    if not decks or len(decks) < len(written):
        return Takeover(compile_project(project, Terms(wish.tail, advice=False), lock))
    own = (head.deck.id or "") if head.deck and head.deck.decks else ""
    claimed = claim_decks(decks, lock, kin, own or wish.tail)
    claimed = [Adopting(one.deck, replace(one.locked, project=own)) for one in claimed]
    adopting = [one for one, w in zip(claimed, written, strict=True) if project.only in (None, w.path)]
    names = [(one.deck.deck, one.locked.id) for one in adopting]
    authored = {one.note.guid: one for one in kin if not one.is_made}
    pairing = Pairing(names, _own(adopting), authored, [one for one in kin if one.is_made])
    pair(pairing, _guids(adopting, lock), given)
    return _taken(project, pairing, new_lock(lock, adopting, pairing), wish, given)


def _taken(
    project: Project, pairing: Pairing, lock: Lock, wish: Wish, given: Mapping[str, tuple[str, ...]]
) -> Takeover:
    """Compile the project under its new lock, to see what readers would see change."""
    compiled = compile_project(
        project, Terms(wish.tail, wish.now, watch_notes=wish.watch, advice=False), lock
    )
    rendered = {note.note.guid: note for note in compiled.notes}
    _tell(compiled, pairing, rendered, None if wish.lenient else given)
    maps = dict(_maps(pairing))
    if compiled.has_errors:
        return Takeover(compiled, maps=maps)
    roots = {line.id: line.root for line in lock.decks}
    kin = {found.kin.note.guid: found.kin for found in pairing.pairs}
    known = kin | {one.note.guid: one for one in pairing.made if one.note.guid in rendered}
    kept = frozenset(guid for guid, one in known.items() if _shows(one, rendered[guid], roots))
    lines = (
        replace(line, content=rendered[line.guid].note.content)
        if line.guid in kept and line.content == ADOPTED
        else line
        for line in lock.notes
    )
    return Takeover(
        compiled,
        replace(lock, notes=tuple(lines)),
        tuple(pairing.pairs),
        kept,
        strangers=tuple(pairing.kin.values()),
        new=tuple(note.note.placed.note.fact for note in compiled.notes if note.note.locked is None),
        elsewhere=tuple(
            sorted({one.deck for one in kin.values()} - {name for name, _ in pairing.decks} - {""})
        ),
        maps=maps,
    )


def _own(adopting: Sequence[Adopting]) -> dict[At, Own]:
    """Return the notes of the source; what is wrong with their keys is told where they are compiled."""
    notes = {}
    for number, one in enumerate(adopting):
        placed = tuple(place(one.deck))
        for index, key in enumerate(note_keys(placed, _nowhere())):
            texts = texts_of(one.deck, placed[index], key)
            notes[number, index] = Own(number, index, placed[index], key, texts)
    return notes


def _guids(adopting: Sequence[Adopting], lock: Lock) -> dict[At, str]:
    """Return the guids that a lock has for the notes of the source."""
    bound = [Bound(one.deck, one.locked, {}, _nowhere()) for one in adopting]
    return {
        (number, index): note.guid
        for number, deck in enumerate(identify(bound, lock) if lock.notes else ())
        for index, note in enumerate(deck.notes)
        if note.locked is not None
    }


def _nowhere() -> Report:
    return Report(SourceFile("", ""))


def _maps(pairing: Pairing) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    for id_, notetype in pairing.types.items():
        slots = (" + ".join(names) for names in pairing.slots[id_])
        names = (part.name for part in notetype.fields)
        yield notetype.name, tuple(zip(names, slots, strict=True))


def _shows(kin: Kin, rendered: Rendered, roots: Mapping[str, str]) -> bool:
    """Tell whether readers see what *rendered* would show them.

    The tag of its section is not looked at; nor, in another tool's note, what our Markdown writes otherwise.
    """
    identified = rendered.note
    deck = identified.locked.deck if identified.locked else ""
    automatic = {section_tag(identified.placed.section, roots[deck])}
    tags = _folded(identified.tags, automatic) == _folded(kin.note.tags, automatic)
    if kin.ours:
        return tags and rendered.fields == kin.note.fields
    both = [*zip(rendered.fields, kin.note.fields, strict=True)]
    return tags and all(_alike(plainer(one), other) and _media(one) == _media(other) for one, other in both)


def _alike(shown: str, theirs: str) -> bool:
    """Whether a field shows what another tool wrote, in its own way of writing it or in the cleaner's."""
    return shown == plainer(theirs) or shown == plainer(markup.hypertext(theirs))


def _folded(tags: Iterable[str], automatic: set[str]) -> set[str]:
    """Return tags as Anki tells them apart: it writes a tag as the collection already had it, in any case."""
    return {tag.casefold() for tag in tags} - {tag.casefold() for tag in automatic}


def _media(field: str) -> set[str]:
    """Return the pictures and sounds of a field by name."""
    return {html.unescape(name) for found in _MEDIA.findall(field) for name in found if name}


def plainer(field: str) -> str:
    """Return HTML without what wraps its lines or is not seen, bold and italics under one name."""
    shown = _WRAPPING.sub(" ", _UNSEEN.sub("", field))
    text = _EMPHASIS.sub(lambda tag: f"<{tag[1]}{_ONE_NAME[tag[2].lower()]}>", shown)
    return " ".join(html.unescape(_EDGE.sub(r"\1", " ".join(text.split()))).split())


def _tell(
    compiled: Compiled,
    pairing: Pairing,
    rendered: Mapping[str, Rendered],
    given: Mapping[str, tuple[str, ...]] | None,
) -> None:
    """Report what is in doubt and what would be lost; *given* says which fields may run empty, None all."""
    reports = [deck.report for deck in compiled.decks]
    for at, doubt in pairing.doubts.items() if reports else ():
        reports[at[0]].add(_ambiguous(pairing.own[at], doubt))
    for found in pairing.pairs if reports else ():
        note = rendered.get(found.kin.note.guid)
        if given is not None and note is not None and not found.kin.ours:
            reports[found.own.deck].extend(_emptied(found, note, given))
    head = compiled.head
    span = head.deck.span("deck") if head.deck else None
    for notetype in pairing.types.values():
        if what := dangers(as_notetype(notetype.original)):
            message = f"the note type `{notetype.name}` {' and '.join(what)} on every reader's device"
            advice = (
                "it stays as it is: with other texts Anki would make a second type of it; tell your readers"
            )
            head.report.add(warning("foreign-script", message, span, advice=advice))


def _ambiguous(own: Own, doubt: Sequence[Kin]) -> Diagnostic:
    known = " or ".join(f"`{one.title}`" for one in doubt)
    ids = " or ".join(f"`id: {one.born or one.name}`" for one in doubt)
    message = f"this note may be {known} of the package, reworded"
    advice = f"to take over that one's history add {ids}"
    return error("ambiguous-note", message, own.placed.note.span("fact"), advice=advice)


def _emptied(found: Pair, rendered: Rendered, given: Mapping[str, tuple[str, ...]]) -> Iterator[Diagnostic]:
    """Yield what fields of a note would lose, unless a map was *given* for them, with the way to keep it."""
    note = found.own.placed.note
    span = note.span("fact")
    names = (part.name for part in found.kin.type.fields)
    texts: dict[str, str] = {}
    for name, old, new in zip(names, found.kin.note.fields, rendered.fields, strict=False):
        if name not in given and len(_media(new)) < len(_media(old)):
            lost = min(_media(old) - _media(new), default="")
            message = f"the package has `{lost}` in `{name}` of this note, and no text here names it"
            advice = (
                f'a picture: name it by `image:`, with `--map "{name}=… + picture"`;'
                f' to let it go, say by `--map "{name}=…"` what goes there'
            )
            yield error("field-without-place", message, span, advice=advice)
        elif name not in given and name not in note.extra and found.kin.words[name] and not new:
            texts[name] = markup.hypertext(old)
    if texts:
        what = " and ".join(f"`{name}`" for name in texts)
        message = f"the package has text in {what} of this note, which no text here would fill"
        lines = ", ".join(f"{_quoted(name)}: {_quoted(text)}" for name, text in texts.items())
        maps = " ".join(f'--map "{name}="' for name in texts)
        advice = f"keep it by `extra: {{{lines}}}`, or let it go by `{maps}`"
        yield error("field-without-place", message, span, advice=advice)


def _quoted(text: str) -> str:
    """Write a text as YAML and JSON take it between double quotes."""
    return json.dumps(text, ensure_ascii=False)
