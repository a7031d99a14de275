"""Makes the README's picture: the deck of this repository, built, imported into real Anki, photographed.

Run by `make screenshot`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from PIL import Image

from anki_backend import VERSIONS, Anki
from browser_shell import Side, photograph
from support import ROOT, deckwright

FACT = "Spinal cord"


def main() -> None:
    """Write docs/card.webp: front and back of one card on a phone."""
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "deck.apkg"
        built = deckwright("build", "--draft", "-o", package, cwd=ROOT)
        if built.code:
            sys.exit(built.err)
        anki = Anki(VERSIONS[-1], Path(folder) / "collection.anki2")
        _, notes, cards = anki.steps(
            ("import_package", {"package": str(package)}), ("notes", {}), ("render", {})
        )
        guid = next(guid for guid, note in notes.items() if note["fields"]["Fact"] == FACT)
        card = cards[f"{guid}/0"]
        sides = [Side(card[side], card["css"], 390, 770) for side in ("front", "back")]
        photograph(sides, anki.media, Path(folder) / "card.png")
        Image.open(Path(folder) / "card.png").save(ROOT / "docs" / "card.webp", quality=80, method=6)


main()
