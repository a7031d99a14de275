"""Makes the contact sheet: every card shape of the repository's deck, from real Anki, photographed.

Run by `make sheet`, which writes build/sheet.png, and docs/sheet.webp and docs/cards.webp for the README.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from PIL import Image

from anki_backend import VERSIONS, Anki
from browser_cards import Card, Cards
from browser_shell import Browser, browser
from support import ROOT, deckwright

PHONE, DESK = (360, 740), (1280, 800)
SWITCHES = "cards: {scene: true, reverse: true, sweep: true, cloze: true, occlusion: true}"
# What each shape is called, and a card to show it by: the text of one of its fields.
SHOWN = {
    "picture": ("Picture → fact", "Spinal cord"),
    "ask": ("Question → fact", "Neuropsychiatric symptoms"),
    "reverse": ("Fact → mnemonic", "Taper gradually"),
    "scene": ("Scene → topic", "Baclofen"),
    "sweep": ("Section sweep", "Indications"),
    "cloze": ("Gaps in the explanation", "Trigeminal neuralgia"),
    "occlusion": ("Hidden parts of the scene", "What is hidden here?"),
}
GAP = ("**Trigeminal neuralgia**", "{{c1::Trigeminal neuralgia}}")
LOOK = """
body { margin: 0; padding: 36px 44px 44px; background: #bcb4c6; }
h2 { margin: 26px 4px 14px; color: #2a1f3d; font: 600 30px "Deckwright Fun"; }
h2:first-child { margin-top: 0; }
section {
  display: grid; gap: 17px 20px;
  grid-template-columns: repeat(2, 300px 300px 480px); grid-template-rows: 300px 300px;
}
img {
  display: block; width: 100%; height: 100%;
  border-radius: 20px; box-shadow: 0 6px 22px rgba(42, 31, 61, .28);
}
.phone { grid-row: span 2; }
.back.desk { grid-area: 2 / 3; }
.night.back.desk { grid-area: 2 / 6; }
"""
WIDTH = 2 * (300 + 300 + 480) + 5 * 20 + 2 * 44


def main() -> None:
    """Write the sheet, a smaller copy of it, and its first row alone."""
    with tempfile.TemporaryDirectory() as name, browser() as chromium:
        cards = imported(Path(name))
        rows = {}
        for shape, (title, text) in SHOWN.items():
            shots = photographs(chosen(cards, shape, text), cards, chromium)
            rows[title] = f"<section>{''.join(shots)}</section>"
        titled = "".join(f"<h2>{title}</h2>{row}" for title, row in rows.items())
        sheet = laid_out(titled, cards, chromium)
        first = laid_out(next(iter(rows.values())), cards, chromium)
    (ROOT / "build").mkdir(exist_ok=True)
    sheet.save(ROOT / "build" / "sheet.png")
    for name, picture in (("sheet", sheet), ("cards", first)):
        smaller = picture.resize(
            (1800, round(picture.height * 1800 / picture.width)), Image.Resampling.LANCZOS
        )
        smaller.save(ROOT / "docs" / f"{name}.webp", quality=76, method=6)


def laid_out(body: str, cards: Cards, chromium: Browser) -> Image.Image:
    """Lay photographs out on one page, and photograph that."""
    fonts = cards.all[0].css.split(".card {")[0]
    html = f"<!doctype html><meta charset='utf-8'><style>{fonts}{LOOK}</style>{body}"
    chromium.open(html, cards.media, (WIDTH, 100), scale=1.5)  # as high as what is on it
    return chromium.screenshot(whole=True)


def imported(folder: Path) -> Cards:
    """Build the deck with every shape switched on, and import it."""
    source = (ROOT / "cards.yaml").read_text("utf-8").replace("\nscene:", f"\n{SWITCHES}\nscene:", 1)
    (folder / "cards.yaml").write_text(source.replace(*GAP), "utf-8")
    shutil.copytree(ROOT / "media", folder / "media")
    built = deckwright("build", "-o", "deck.apkg", cwd=folder)
    if built.code:
        sys.exit(built.err)
    anki = Anki(VERSIONS[-1], folder / "collection.anki2")
    package = str(folder / "deck.apkg")
    _, notes, shown = anki.steps(("import_package", {"package": package}), ("notes", {}), ("render", {}))
    return Cards.of(notes, shown, anki.media)


def chosen(cards: Cards, shape: str, text: str) -> Card:
    """Return the first card of a shape one of whose fields is that text."""
    return next(card for card in cards.of_shape(shape) if text in card.fields.values())


def photographs(card: Card, cards: Cards, chromium: Browser) -> list[str]:
    """Photograph a card: on a phone and on a desk, front and back, by day and by night."""
    found = []
    for night in (False, True):
        for window, size in (("phone", PHONE), ("desk", DESK)):
            for side, shown in zip(("front", "back"), card.sides(*size, night=night), strict=True):
                classes = f"{'night' if night else 'day'} {side} {window}"
                name = f"{card.shape}-{classes.replace(' ', '-')}.png"
                chromium.show(shown, cards.media, scale=1.5 if window == "phone" else 1)
                chromium.screenshot().save(cards.media / name)
                found.append(f'<img class="{classes}" src="{name}">')
    return found


main()
