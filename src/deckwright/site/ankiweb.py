"""The text for the form with which AnkiWeb shares a deck, within its limits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.deck.names import slug
from deckwright.site.plain import clipped, line, markdown
from deckwright.tally import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deckwright.site.about import About

# Of the form at ankiweb.net/decks/share as it was in October 2026, in UTF-16 units, as browsers count.
TITLE, TAGS, SUPPORT, DESCRIPTION = 60, 60, 180, 65_000
_LONGEST = 500  # characters of a licence or an address
_SPARE = 200  # for headings, and for what says that something was left out
_SENTENCE = re.compile(r"(?<=[.!?…。！？])\s+")
_PRIVATE = """\
# Not for AnkiWeb: this deck says `license: private`, and AnkiWeb shows a shared deck to everyone.
# Hand the package to your class instead.
"""
_HOW = """\
# For the form with which AnkiWeb shares a deck. Lines with a `#` in front are for you; the rest goes into it.
# AnkiWeb shares the deck as it stands in your own synced collection, your own edits and tags in it: import
# {package}, sync, then press Share beside the deck on ankiweb.net. To update, do the same
# again, under the same deck name. You declare there that all of it is your own work or licensed to you."""
_UPDATES = (
    "**Updates.** AnkiWeb sends none by itself: download the deck again and import it, with the options as "
    "they are. Your reviews are kept. Notes that were changed here come with their new text, in place of "
    "your own edits and tags on them; all others stay as you have them. What was taken out stays with you. "
    "Suspend a card that you do not want rather than delete its note, which would come back with the next "
    "import."
)


@dataclass(frozen=True, slots=True)
class _Fitted:
    """What fits into a field of the form; *cut* says what does not, empty where all does."""

    text: str
    cut: str = ""


def ankiweb(about: About) -> str:
    """Return the text for AnkiWeb's form: title, tags, support page and description, each under a `#` line.

    Long texts end with a sentence or a line, and the `#` line says what was left out. For a private deck it
    says that the deck must not be shared there.
    """
    if about.is_private:
        return _PRIVATE
    fields = (
        ("Title", TITLE, _title(about)),
        ("Tags", TAGS, _tags(about)),
        ("Support Page", SUPPORT, _support(about)),
        ("Description (Markdown): all that follows", DESCRIPTION, _description(about)),
    )
    lines = [_HOW.format(package=line(about.package.name))]
    for name, most, field in fields:
        size = f"{_units(field.text):,} of at most {most:,} characters"
        lines += ["", f"# {name}, {size}{'; ' * bool(field.cut)}{field.cut}", field.text]
    return "\n".join(lines).rstrip() + "\n"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _title(about: About) -> _Fitted:
    whole = line(about.title)
    most = next(most for most in range(TITLE, 0, -1) if _units(clipped(whole, most)) <= TITLE)
    return _Fitted(clipped(whole, most), f"the whole title is: {whole}" if _units(whole) > TITLE else "")


def _tags(about: About) -> _Fitted:
    """Return the parts of the deck's name as tags."""
    tags = dict.fromkeys(tag for part in about.deck.split("::") if (tag := slug(line(part))))
    kept = _fitting(list(tags), TAGS, " ")
    left = [tag for tag in tags if tag not in kept]
    return _Fitted(" ".join(kept), f"left out: {' '.join(left)}" if left else "")


def _support(about: About) -> _Fitted:
    address = line(about.report.replace("{id}", about.id))
    if not address.startswith(("https://", "http://")):
        return _Fitted("")
    return _Fitted(address) if _units(address) <= SUPPORT else _Fitted("", "the deck's `report:` is too long")


def _description(about: About) -> _Fitted:
    """Return the description, of authors, credits and summary as much as there is room for."""
    parts = (
        ("author", ", ", [markdown(author) for author in about.authors]),
        ("credit", "\n", [f"- {markdown(credit)}" for credit in about.credits]),
        ("summary sentence", " ", [markdown(part) for part in _SENTENCE.split(about.summary) if part]),
    )
    size, *always = _always(about)
    room = DESCRIPTION - _units("\n\n".join((size, *always))) - _SPARE
    told, left = {}, []
    for what, joint, pieces in parts:
        kept = _fitting(pieces, room, joint)
        told[what] = joint.join(kept)
        room -= _units(told[what])
        left += [f"{counted(len(pieces) - len(kept), what)} left out"] * (len(kept) < len(pieces))
    lines = [size, told["summary sentence"], *always]
    lines += [f"**Authors**: {told['author']}"] * bool(told["author"])
    lines += [f"**Credits**\n\n{told['credit']}"] * bool(told["credit"])
    lines += ["The deck's description in Anki has the rest."] * bool(left)
    return _Fitted("\n\n".join(filter(None, lines)), ", ".join(left))


def _always(about: About) -> Iterator[str]:
    size = f"{counted(about.notes, 'note')}, {counted(about.cards, 'card')}"
    yield f"**{markdown(_title(about).text)} {about.version}** ({about.day}): {size}"
    yield _UPDATES
    if about.license:
        yield f"**Licence**: {markdown(clipped(about.license, _LONGEST))}"
    if about.report:
        yield f"**Mistakes**: {markdown(clipped(about.report.replace('{id}', about.id), _LONGEST))}"


def _fitting(pieces: Sequence[str], room: int, joint: str) -> list[str]:
    """Return as many of the first pieces as have room."""
    kept: list[str] = []
    for piece in pieces:
        room -= _units(piece) + len(joint) * bool(kept)
        if room < 0:
            break
        kept.append(piece)
    return kept
