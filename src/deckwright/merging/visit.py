"""What a classmate's package brings: notes that they changed, and notes that they added."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deckwright.cards import markup
from deckwright.cards.labels import LABELS
from deckwright.cards.pieces import retired
from deckwright.deck.content import short_hash
from deckwright.merging.home import Own, texts_in
from deckwright.merging.threeway import Change, TagChange, compare_tags
from deckwright.merging.wording import nearest, same

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from deckwright.adoption.kin import Kin
    from deckwright.merging.home import Known

_IMAGE = re.compile(r"""<img\b[^>]*?\bsrc=(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
MOST_CHARACTERS = 200_000  # of a field that somebody wrote by hand
_NEEDED = frozenset({"fact", "mnemonic", "ask"})  # texts that a card may not do without
# Fields that readers see and may change, but which are written from others or say where a note belongs.
_UNTOLD = frozenset({"Bridge", "Name", "Open", "ID", "Ratio", "Forward", "Reverse", "Accent"})


@dataclass(frozen=True, slots=True)
class Edited:
    """A note that a classmate changed; *picture* is the file of their package that it shows instead.

    *left* tells what they changed and no key of ours can hold.
    """

    own: Own
    kin: Kin
    changes: tuple[Change, ...] = ()
    tags: TagChange = field(default_factory=TagChange)
    picture: str = ""
    left: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changes or self.tags or self.picture or self.left)


def edited(own: Own, kin: Kin, known: Sequence[Known], root: str) -> Edited:
    """Say what a classmate changed of a note; *known* is what readers were given of it, the oldest first.

    A text that was ever released is an old copy and no edit. *root* is the tag under which sections stand.
    """
    theirs = {part.name: text for part, text in zip(kin.type.fields, kin.note.fields, strict=True)}
    fresh = {name: _unmarked(text) for name, text in theirs.items() if _is_fresh(name, text, own, known)}
    huge = [name for name, text in fresh.items() if len(text) > MOST_CHARACTERS]
    fresh = {name: text for name, text in fresh.items() if name not in huge}
    texts = texts_in(fresh, own)
    changes = [change for change in _changes(texts, own, known) if change.key in _fresh_keys(fresh, own)]
    taken = [change for change in changes if change.theirs or change.key not in _NEEDED]
    picture = picture_in(fresh.get("Picture", ""))
    told = _UNTOLD | {"Picture"} if picture else _UNTOLD
    told |= {name for name, keys in own.places if texts.keys() & {*keys}}
    left = [
        f"their `{name}`, which is made from the rest" for name in _written(fresh, own) if name not in told
    ]
    left += [
        f"no `{change.key}`, without which there is no card" for change in changes if change not in taken
    ]
    tags, from_above = _tags(own, kin, known, root)
    left += [f"no tag `{tag}`, which comes from above" for tag in from_above]
    return Edited(own, kin, tuple(taken), tags, picture, tuple(left))


def _written(fresh: Mapping[str, str], own: Own) -> Iterator[str]:
    """Yield the fields that somebody wrote into, or took a picture out of; of a new note others are empty."""
    for name, text in fresh.items():
        if markup.is_visible(text) or "<img" in text or "<img" in own.fields[name]:
            yield name


def _tags(own: Own, kin: Kin, known: Sequence[Known], root: str) -> tuple[TagChange, list[str]]:
    """Return what can be written of their changes, and the tags taken away that the note only inherits."""
    change = compare_tags(kin.note.tags, own.rendered.note.tags, [one.tags for one in known])
    given = {tag.casefold() for tag in own.note.tags}
    added = tuple(tag for tag in change.added if not is_under(tag, root))
    removed = [tag for tag in change.removed if not is_under(tag, root)]
    here = tuple(tag for tag in removed if tag in given)
    return TagChange(added, here), [tag for tag in removed if tag not in given]


def picture_in(field_html: str) -> str:
    """Return the file name of the first picture in a field; empty for none."""
    found = _IMAGE.search(field_html)
    return html.unescape(next(filter(None, found.groups()), "")) if found else ""


def _fresh_keys(fresh: Mapping[str, str], own: Own) -> set[str]:
    return {key for name, keys in own.places if name in fresh for key in keys}


def _is_fresh(name: str, text: str, own: Own, known: Sequence[Known]) -> bool:
    """Whether nobody was ever given this HTML for the field *name*."""
    given = {one.fields.get(name) for one in known}
    return text != own.fields.get(name, "") and short_hash(text) not in given and name in own.fields


def _unmarked(text: str) -> str:
    """Return an explanation without the mark of a retired note."""
    for labels in LABELS.values():
        text = text.removeprefix(retired(labels.retired))
    return text


def _changes(texts: Mapping[str, str], own: Own, known: Sequence[Known]) -> Iterator[Change]:
    for key, theirs in texts.items():
        ours = own.text(key)
        given = [one.texts[key] for one in known if key in one.texts]
        if not any(same(key, theirs, text) for text in (ours, *given)):
            yield Change(key, nearest(theirs, given), ours, theirs)


def is_under(tag: str, root: str) -> bool:
    """Whether a tag is *root*, under which sections stand, or lies below it, whatever its case."""
    folded = tag.casefold()
    return folded == root.casefold() or folded.startswith(f"{root.casefold()}::")
