"""Notes that other tools made → texts of ours, as far as they have a place among them; the rest verbatim."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from deckwright.adoption.fieldmap import guess_slots
from deckwright.adoption.takeover import plainer
from deckwright.cards import cleaner, gaps, markup, unrender
from deckwright.cards.attached import attached
from deckwright.cards.hypertext import Element, Picture, parse, words
from deckwright.cards.phrases import escaped
from deckwright.cards.refusals import block_problems, hypertext_problems, line_problems
from deckwright.cards.watch import unwatched
from deckwright.deck.content import section_tag, tag_root
from deckwright.source.decode import FORBIDDEN
from deckwright.unpacking.order import in_order
from deckwright.unpacking.story import Story
from deckwright.unpacking.watched import watched

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from deckwright.adoption.fieldmap import Slots
    from deckwright.adoption.kin import Kin
    from deckwright.apkg.package import PackageNotetype
    from deckwright.cards.hypertext import Inner
    from deckwright.cards.watch import Watch
    from deckwright.source.draft import Value

_TEXTS = ("fact", "mnemonic", "ask", "explanation", "source")
_MASKED = 6  # Anki's number of the type whose notes hide parts of a picture
_MASK = "image-occlusion:"
_LONGEST = 120  # signs of a fact that stands for a field kept as it is
_SOUND = re.compile(r"\[sound:([^\]]+)\]", re.IGNORECASE)
_IMAGE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_NOT_IN_TAGS = re.compile(r'[\s"]')
_LINE_ENDS = re.compile("[\u2028\u2029]")  # which no source can hold
_LINK = re.compile(r"""<a\b[^<>]*?\shref=["']?([^"'<> ]+)""", re.IGNORECASE)
_REL = ' rel="noopener noreferrer"'  # which the cleaner adds to the links of our own texts
_SEEN = re.compile(
    r"<(?!/?(?:font|span|div|p)>)[^<>]*>"
)  # tags that say more than that words belong together
_NEVER_KEPT = {
    "LaTeX": re.compile(r"\[(?:latex|\$\$?)\]", re.IGNORECASE),
    "scripts": re.compile(r"<script|<[a-z][^<>]*\son\w+\s*=|<iframe|<object|<embed", re.IGNORECASE),
}
_DRAWN = frozenset({"png", "jpg", "jpeg", "webp"})
_FEWEST = 2  # sections that are worth being told apart


@dataclass
class Losses:
    """What could not be kept of notes: how often, by what and where it was."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, what: str) -> None:
        """Count one more."""
        self.counts[what] += 1


@dataclass(frozen=True, slots=True)
class Taking:
    """How notes are taken over.

    *folder* names a deck that nobody named. *slots* say of each type of another tool, by its id, which texts
    stand in its fields; *media* are the files that come along; what has no place is counted in *losses*.
    *watch* is told how many of a deck's notes were read.
    """

    folder: str
    slots: Mapping[int, Slots]
    media: frozenset[str]
    losses: Losses
    watch: Watch = unwatched


def slots_of(notetype: PackageNotetype, given: Mapping[str, tuple[str, ...]]) -> Slots:
    """Say which of our texts stands in each field of a type, by what the fields are called.

    One field holds the fact in any case: where no name says which, the second, the first being the question.
    Only the fields of Anki's image occlusion hold no text of ours, since its editor writes them.
    """
    names = [part.name for part in notetype.fields]
    if json.loads(notetype.original).get("originalStockKind") == _MASKED:
        return tuple(given.get(name, ()) for name in names)
    slots = list(guess_slots(names, (), given, asked=True))
    free = [index for index, slot in enumerate(slots) if not slot and names[index] not in given]
    known = {name for slot in slots for name in slot}
    if "fact" not in known and free:
        wanted = (
            ("fact",) if "ask" in known or len(free) == 1 or notetype.kind == "cloze" else ("ask", "fact")
        )
        for index, name in zip(free, wanted, strict=False):
            slots[index] = (name,)
    return tuple(slots)


def fitting(slots: Slots, kin: Sequence[Kin], media: frozenset[str]) -> Slots:
    """Return the slots of a type, but the question as fact where a quarter of the answers are no lines."""
    placed = {slot[0]: index for index, slot in enumerate(slots) if len(slot) == 1}
    if not kin or not {"ask", "fact"} <= placed.keys() or "explanation" in placed:
        return slots
    answers = [_held(one.note.fields[placed["fact"]]) for one in kin]
    answers = [answer for answer in answers if answer]
    lines = sum(_text(("fact",), answer, media, cloze=False) is not None for answer in answers)
    if lines * 4 > len(answers) * 3:
        return slots
    changed = {placed["ask"]: ("fact",), placed["fact"]: ("explanation",)}
    return tuple(changed.get(index, slot) for index, slot in enumerate(slots))


def agreed(
    slots: Mapping[int, Slots], types: Mapping[int, PackageNotetype], counts: Mapping[int, int]
) -> dict[int, Slots]:
    """Return slots by which fields of one name hold the same in all types, since maps know fields by name.

    What they hold in the types of most notes counts; *counts* are the numbers of notes.
    """
    wishes: dict[str, Counter[tuple[str, ...]]] = {}
    for id_, own in slots.items():
        for part, slot in zip(types[id_].fields, own, strict=True):
            wishes.setdefault(part.name, Counter())[slot] += counts[id_]
    return {id_: tuple(wishes[part.name].most_common(1)[0][0] for part in types[id_].fields) for id_ in slots}


def stories(deck: str, kin: Iterable[Kin], taking: Taking) -> tuple[Story, ...]:
    """Return the notes of a deck as their author could have written them here."""
    notes = in_order(_sound(one) for one in kin if not one.ours)
    sections = _sections(deck, notes)
    told = []
    for one in watched(notes, taking.watch):
        section = sections.get(one.note.guid, "")
        given = section_tag(section, tag_root(deck)).casefold()
        tags = tuple(tag for tag in one.note.tags if tag.casefold() != given)
        told.append(Story(one, section, _texts(one, taking), tags))
    return tuple(told)


def _sound(kin: Kin) -> Kin:
    """Return a note as a source can hold it: tags as Anki writes them, fields without control characters."""
    tags = tuple(_tag(tag) for tag in kin.note.tags)
    return replace(kin, note=replace(kin.note, tags=tags, fields=tuple(map(_held, kin.note.fields))))


def _held(text: str) -> str:
    """Return a field without what no source can hold."""
    return FORBIDDEN.sub("", _LINE_ENDS.sub(" ", text))


def _tag(tag: str) -> str:
    """Return a tag as Anki writes it on import; see normalize_tag_name in rslib/src/tags/register.rs."""
    return "::".join(_NOT_IN_TAGS.sub("", FORBIDDEN.sub("", part)) or "blank" for part in tag.split("::"))


def _sections(deck: str, notes: Sequence[Kin]) -> dict[str, str]:
    """Return each note's section by guid, where a family of tags parts all notes; none where none does."""
    roots = Counter(
        tag.rpartition("::")[0] for one in notes for tag in one.note.tags if "::" in tag.strip(":")
    )
    own = tag_root(deck)
    for root, _ in sorted(roots.most_common(), key=lambda found: found[0].casefold() != own.casefold()):
        parts = {
            one.note.guid: [tag.rpartition("::")[2] for tag in one.note.tags if tag.startswith(f"{root}::")]
            for one in notes
        }
        found = {guid: names[0].replace("_", " ").strip() for guid, names in parts.items() if len(names) == 1}
        if len(found) == len(notes) and len({*found.values()}) >= _FEWEST and all(found.values()):
            return found
    return {}


def _texts(kin: Kin, taking: Taking) -> dict[str, Value]:
    texts: dict[str, str] = {}
    extra: dict[str, Value] = {}
    for part, slot, source in zip(kin.type.fields, taking.slots[kin.type.id], kin.note.fields, strict=True):
        text = _text(slot, source, taking.media, cloze=kin.type.kind == "cloze") if source else ""
        kept = source
        if text is not None and not (texts.keys() & slot):
            texts |= dict.fromkeys(slot, text) if source else {}
        else:
            kept = _kept(source)
            extra |= {part.name: kept} if kept else {}
        for name in _lost(source, kept):
            taking.losses.add(f"{name} in `{part.name}` of `{kin.type.name}`")
    if "fact" not in texts:
        texts["fact"] = _name(kin)
        fields = zip(kin.type.fields, taking.slots[kin.type.id], kin.note.fields, strict=True)
        extra |= {part.name: "" for part, slot, source in fields if "fact" in slot and not source}
    found: dict[str, Value] = {name: texts[name] for name in _TEXTS if texts.get(name)}
    return found | ({"extra": extra} if extra else {})


def _text(slot: tuple[str, ...], source: str, media: frozenset[str], *, cloze: bool) -> str | None:
    """Return what the author would write for a field, None where it would not come out the same."""
    if len(slot) != 1 or slot[0] not in _TEXTS or _SOUND.search(source):
        return None
    if _says_more(source):
        return None
    quiet = gaps.quiet(source) if cloze else source
    pictures = {one.name: one.name for one in _pictures(parse(quiet))}
    if slot[0] != "explanation":
        text = unrender.line(quiet)
        shown, problems = markup.line(text), any(line_problems(text))
    else:
        text = unrender.block(quiet)
        shown, problems = markup.block(text, pictures), any(block_problems(text))
    drawn = all(name in media and name.rpartition(".")[2].casefold() in _DRAWN for name in pictures)
    seen = bool(pictures) or markup.is_visible(shown)
    fits = seen and not problems and drawn and plainer(shown) == plainer(quiet)
    return text if fits else None


def _says_more(source: str) -> bool:
    """Whether HTML shows what Markdown cannot say: colours, fonts, readings above words, wide cells."""
    if "<" not in source:
        return False
    both = (cleaner.clean(source, allowed) for allowed in (cleaner.VERBATIM, cleaner.HYPERTEXT))
    theirs, ours = (_SEEN.findall(safe.replace(_REL, "")) for safe in both)
    return theirs != ours


def _pictures(tree: Sequence[Inner]) -> Iterator[Picture]:
    for part in tree:
        if isinstance(part, Picture):
            yield part
        elif isinstance(part, Element):
            yield from _pictures(part.inner)


def _kept(source: str) -> str:
    """Return a field as it can go back to the package: as it is, unless it holds what runs or loads."""
    if not any(hypertext_problems(source)):
        return source
    safe = markup.hypertext(_IMAGE.sub(_plain_picture, source))
    return safe.replace("{&#123;", "{{").strip()


def _plain_picture(tag: re.Match[str]) -> str:
    """Write a picture so that it shows its file and does nothing else."""
    if any(attached(tag[0])):
        return tag[0]
    return "".join(
        f'<img src="{html.escape(one.name)}" alt="{html.escape(one.alt)}">'
        for one in _pictures(parse(tag[0]))
    )


def _lost(source: str, kept: str) -> Iterator[str]:
    """Name what a field loses when it is written back from what is *kept* of it, or as a text of its own."""
    back = source if kept == source else markup.hypertext(kept)
    if [*_pictures(parse(source))] != [*_pictures(parse(back))]:
        yield "pictures"
    if _SOUND.findall(source) != _SOUND.findall(back):
        yield "sounds"
    if len(_LINK.findall(source)) > len(_LINK.findall(back)):
        yield "links that lead nowhere or run"
    yield from (name for name, pattern in _NEVER_KEPT.items() if pattern.search(source))


def _name(kin: Kin) -> str:
    """Return a line that stands for a note whose fields are kept as they are."""
    fields = (" ".join(words(parse(source)).split()) for source in kin.note.fields)
    title = next((text for text in fields if text and _MASK not in text), "") or kin.type.name
    title = title if len(title) <= _LONGEST else f"{title[:_LONGEST].rstrip()}…"
    name = unrender.line(html.escape(title, quote=False))
    return escaped(title, within_line=True) if any(line_problems(name)) else name
