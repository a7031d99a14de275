"""Notes that Deckwright made → what their author wrote, read back from their fields."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from deckwright.cards import unrender
from deckwright.cards.hypertext import Picture, parse, words
from deckwright.cards.labels import LABELS
from deckwright.cards.phrases import alt_text
from deckwright.cards.pieces import retired
from deckwright.deck.content import section_tag, tag_root
from deckwright.deck.matching import natural_key
from deckwright.deck.names import tag_part
from deckwright.unpacking.order import in_order
from deckwright.unpacking.story import Book, Story
from deckwright.unpacking.watched import watched

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from deckwright.adoption.kin import Kin
    from deckwright.cards.watch import Watch
    from deckwright.source.draft import Value

_RETIRED_TAG = "deckwright::retired"
_ID = re.compile(r"[\w/.-]{1,1000}")
_REMARK = re.compile(r'<span class="dw-left-out">[^<]*</span>(?:<br>)?')
_REGION = ("Left", "Top", "Width", "Height")
_GATHERED = ("sweep", "occlusion")


class Fields:
    """The fields of a note of ours by their names, each as its author typed it."""

    def __init__(self, kin: Kin) -> None:
        self.kin = kin
        names = (field.name for field in kin.type.fields)
        self.html = dict(zip(names, kin.note.fields, strict=True))

    def plain(self, name: str) -> str:
        """Return a field in which nothing is markup."""
        return words(parse(self.html.get(name, "")))

    def line(self, name: str) -> str:
        """Return a field that stays within a line, without what the package says of its own making."""
        return unrender.line(_REMARK.sub("", self.html.get(name, "")), exact=True)

    def picture(self, name: str) -> Picture:
        """Return the picture of a field, without a name where it holds none."""
        found = (part for part in parse(self.html.get(name, "")) if isinstance(part, Picture))
        return next(found, Picture("", ""))

    def text(self, name: str) -> tuple[str, bool]:
        """Return the HTML of an explanation, and whether it was marked as no longer valid."""
        html = self.html.get(name, "")
        for labels in LABELS.values():
            mark = retired(labels.retired)
            if html.startswith(mark):
                return html.removeprefix(mark), True
        return html, False


def read_book(name: str, kin: Sequence[Kin], watch: Watch) -> Book:
    """Return a deck of ours as its author may have written it, from its notes of all kinds."""
    authored = [Fields(one) for one in in_order(one for one in kin if one.ours and not one.is_made)]
    made = [Fields(one) for one in kin if one.is_made]
    scene = next((one for one in made if one.kin.origin and one.kin.origin.kind == "scene"), None)
    root = _root(name, authored)
    gathering: defaultdict[str, list[Fields]] = defaultdict(list)
    for one in made:
        for guid in one.plain("Members").split():
            gathering[guid].append(one)
    stories = tuple(_story(one, gathering[one.kin.note.guid], root) for one in watched(authored, watch))
    alts = Counter((story.scene, story.alt) for story in stories if story.alt)
    file = scene.picture("Picture") if scene else Picture("", "")
    first = scene or next(iter(authored), None)
    homes = Counter(one.kin.home for one in (*authored, *made))
    topic = first.plain("Topic") if first else ""
    return Book(
        name,
        id=homes.most_common(1)[0][0] if homes else "",
        title="" if topic == name.rpartition("::")[2].strip() else topic,
        language=first.plain("Language") if first else "en",
        source=scene.line("Source") if scene else None,
        summary=_paragraphs(scene.html["Summary"]) if scene else "",
        scene=file.name,
        alt=file.alt or next((alt for (known, alt), _ in alts.most_common() if known == file.name), ""),
        ask=scene.line("Ask") if scene else "",
        tags=_made_tags(made, ("scene", "occlusion"), root),
        section_tags=_section_tags(made, root),
        stories=stories,
    )


def _root(name: str, authored: Sequence[Fields]) -> str:
    """Return the tag under which the sections stand: the deck may have had another name once."""
    roots: Counter[str] = Counter()
    for one in authored:
        section = one.plain("Section")
        tail = f"::{tag_part(section)}" if section else ""
        roots.update(tag.removesuffix(tail) for tag in one.kin.note.tags if section and tag.endswith(tail))
    return roots.most_common(1)[0][0] if roots else tag_root(name)


def _story(fields: Fields, gathered: Sequence[Fields], root: str) -> Story:
    section = fields.plain("Section")
    explanation, is_retired = _explanation(fields, gathered)
    withdrawn = _withdrawn(fields)
    texts: dict[str, Value] = {
        "fact": fields.line("Fact"),
        "mnemonic": fields.line("Mnemonic"),
        **_pictured(fields),
        "ask": "" if "ask" in withdrawn else fields.line("Ask"),
        "explanation": explanation,
        "withdrawn": withdrawn,
    }
    texts |= {"retired": True} if is_retired else {}
    texts |= _named(fields, section, str(texts["fact"]))
    picture = fields.picture("Picture")
    lit = bool(fields.html.get("Left"))
    return Story(
        fields.kin,
        section,
        texts,
        tags=_own_tags(fields.kin, section, root, is_retired=is_retired),
        source=fields.line("Source"),
        scene=picture.name if lit else "",
        alt=picture.alt if lit else "",
        shapes=_shapes(fields, gathered, withdrawn, is_retired=is_retired),
    )


def _explanation(fields: Fields, gathered: Iterable[Fields]) -> tuple[str, bool]:
    """Return the explanation, with its gaps where a note of them tells which words they hold."""
    html, is_retired = fields.text("Explanation")
    for one in gathered:
        if one.kin.origin and one.kin.origin.kind == "cloze":
            return unrender.cloze(one.text("Text")[0], exact=True), is_retired
    return unrender.block(html, exact=True), is_retired


def _pictured(fields: Fields) -> dict[str, Value]:
    """Return what the note shows: a part of a scene, or a picture of its own."""
    picture, symbol = fields.picture("Picture"), fields.picture("Symbol")
    if not picture.name:
        return {}
    if not fields.html.get("Left"):
        return {"image": picture.name}
    found: dict[str, Value] = {"region": tuple(float(fields.plain(side)) for side in _REGION)}
    if symbol.name:
        found = {"symbol": f"![{alt_text(symbol.alt)}]({symbol.name})" if symbol.alt else symbol.name} | found
    return found


def _withdrawn(fields: Fields) -> tuple[str, ...]:
    """Return the card shapes that were shipped once, as far as their fronts still show it."""
    labels = LABELS[fields.kin.origin.labels if fields.kin.origin else "en"]
    ask, mnemonic = fields.html.get("Ask", ""), fields.html.get("Mnemonic", "")
    found = ["ask"] if ask and ask == labels.withdrawn(mnemonic or fields.html.get("Section", "")) else []
    cues = {"picture": ("Forward", mnemonic or fields.html.get("Picture")), "reverse": ("Reverse", mnemonic)}
    found += [shape for shape, (switch, cue) in cues.items() if fields.html.get(switch) and not cue]
    return tuple(found)


def _shapes(
    fields: Fields, gathered: Iterable[Fields], withdrawn: Iterable[str], *, is_retired: bool
) -> dict[str, bool]:
    """Say which card shapes are on; nothing of those that could not show either way."""
    mnemonic = fields.html.get("Mnemonic")
    shapes: dict[str, bool] = {}
    if mnemonic or fields.html.get("Picture"):
        shapes["picture"] = bool(fields.html.get("Forward"))
    if mnemonic:
        shapes["reverse"] = bool(fields.html.get("Reverse"))
    if fields.html.get("Ask") and "ask" not in withdrawn:
        shapes["ask"] = True
    kinds = {one.kin.origin.kind for one in gathered if one.kin.origin}
    if "cloze" in kinds:
        shapes["cloze"] = True
    if not is_retired:
        shapes["sweep"] = "sweep" in kinds
        if fields.html.get("Left"):
            shapes["occlusion"] = "occlusion" in kinds
    return shapes


def _named(fields: Fields, section: str, fact: str) -> Mapping[str, Value]:
    """Return the note's id, where its first key is not the one that its texts give."""
    born = fields.kin.born
    return {"id": born} if born != natural_key(section, fact) and _ID.fullmatch(born) else {}


def _own_tags(kin: Kin, section: str, root: str, *, is_retired: bool) -> tuple[str, ...]:
    given = {section_tag(section, root).casefold()} | ({_RETIRED_TAG} if is_retired else set())
    return tuple(tag for tag in kin.note.tags if tag.casefold() not in given)


def _made_tags(made: Sequence[Fields], kinds: Sequence[str], root: str) -> frozenset[str] | None:
    """Return the tags of the whole deck, which such notes have and no others."""
    found = [one.kin for one in made if one.kin.origin and one.kin.origin.kind in kinds]
    tags = [frozenset(_own_tags(kin, "", root, is_retired=False)) for kin in found]
    return tags[0] if tags else None


def _section_tags(made: Sequence[Fields], root: str) -> dict[str, frozenset[str]]:
    swept = [one for one in made if one.kin.origin and one.kin.origin.kind == "sweep"]
    sections = [(one.plain("Section"), one.kin) for one in swept]
    return {name: frozenset(_own_tags(kin, name, root, is_retired=False)) for name, kin in sections}


def _paragraphs(html: str) -> str:
    return "\n\n".join(words([part]) for part in parse(html) if not isinstance(part, str))
