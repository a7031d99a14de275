"""The guids and numbers by which Anki knows notes and decks, each made once from names that stay."""

from __future__ import annotations

import base64
import itertools
from dataclasses import dataclass

from deckwright.deck.content import digest

# Note ids look like the millisecond dates Anki uses, from 2008 to 2023; card ids lie in the gaps.
CARDS_A_NOTE = 1024
_FIRST_ID = 1_200_000_000_000
_IDS = 500_000_000


def guid(project: str, born: str) -> str:
    """Make the guid of a note: 72 bits in 12 characters, the same wherever it is made."""
    return base64.urlsafe_b64encode(digest(f"{project}\0{born}")[:9]).decode()


def deck_id(project: str) -> int:
    """Make the id of the deck in the package; Anki matches decks by name, so any stable number does."""
    return _FIRST_ID + int.from_bytes(digest(project)[:8]) % (_IDS * CARDS_A_NOTE)


@dataclass
class Minted:
    """The guids and note ids that are used, to make others that are not."""

    guids: set[str]
    nids: set[int]

    def born(self, project: str, key: str) -> tuple[str, str]:
        """Return the name under which a new note gets a guid of its own, and that guid, used from now on."""
        name, made = key, guid(project, key)
        for count in itertools.count(2):
            if made not in self.guids:
                break
            name = f"{key}~{count}"
            made = guid(project, name)
        self.guids.add(made)
        return name, made

    def nid(self, project: str, born: str) -> int:
        """Return the note id that follows from the note's name, or the next free one."""
        slot = int.from_bytes(digest(f"{project}\0{born}\0nid")[:8]) % _IDS
        while _FIRST_ID + slot * CARDS_A_NOTE in self.nids:
            slot = (slot + 1) % _IDS
        made = _FIRST_ID + slot * CARDS_A_NOTE
        self.nids.add(made)
        return made
