"""A card's sides as a browser shows them, without scripts, like the page that Anki puts around them."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from deckwright.cards.mathml import with_mathml
from deckwright.cards.show import Sides, sides

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckwright.cards.images import Drawn
    from deckwright.cards.render import Rendered

# What Anki's reviewer sets for every card, in effect; and what its script does for hidden parts, in CSS.
REVIEWER = """
body { margin: 20px; overflow-wrap: break-word; }
body.nightMode { background-color: #2c2c2c; color: #fcfcfc; }
img { max-width: 100%; max-height: 95vh; }
li { text-align: start; }
.typed { display: block; height: 1.6em; border: 1px solid; border-radius: .25em; }
#toggle { display: none !important; }
#image-occlusion-container { position: relative; margin: 0 auto;
  width: min(100%, calc(max(60vh, 100vh - 200px) * var(--ratio))); aspect-ratio: var(--ratio); }
#image-occlusion-container img, #image-occlusion-container svg {
  position: absolute; top: 0; left: 0; width: 100%; height: 100%; max-width: unset; max-height: unset; }
#image-occlusion-container rect { vector-effect: non-scaling-stroke; stroke: #2a1f3d; stroke-width: 2px; }
"""
_SCRIPT = re.compile(r"<script\b.*?</script\s*>", re.DOTALL | re.IGNORECASE)
_TYPED = re.compile(r"\[\[type:[^\]]*\]\]")
_MASK = re.compile(r'<div class="(cloze|cloze-inactive|cloze-highlight)" ([^>]*)></div>')
_DATA = re.compile(r'data-([a-z-]+)="([^"]*)"', re.IGNORECASE)
_CANVAS = re.compile(r'<canvas id="image-occlusion-canvas"></canvas>')
_PICTURE = re.compile(r'<div id="image-occlusion-container"><img src="([^"]+)"')
_SHARE = re.compile(r"\d*\.?\d+")
_LOOKS = {
    "cloze": 'fill="#ffb454"',
    "cloze-inactive": 'fill="#e9dcc0"',
    "cloze-highlight": 'fill="none" style="stroke: #ff8a1f; stroke-width: 3px"',
}


def face(note: Rendered, ordinal: int, side: str, drawn: Mapping[str, Drawn], *, night: bool) -> str:
    """Return a whole HTML document that shows the `front` or the `back` of a note's card, without scripts.

    Pictures and fonts are looked for under `/media/`; *drawn* knows the pictures' sizes.
    """
    both = shown(note, ordinal, drawn)
    body = both.front if side == "front" else both.back
    classes = f"card card{ordinal + 1}" + (" nightMode night_mode" if night else "")
    css = note.notetype.css.replace("</", "<\\/")
    return (
        f'<!doctype html><html class="{"night-mode" if night else ""}"><head><meta charset="utf-8">'
        f'<base href="/media/"><title>{html.escape(note.notetype.name)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{REVIEWER}</style></head>'
        f'<body class="{classes}"><div id="qa"><style>{css}</style>{body}</div></body></html>'
    )


def shown(note: Rendered, ordinal: int, drawn: Mapping[str, Drawn]) -> Sides:
    """Return both sides of a note's card as a browser shows them: formulas and masks drawn, no scripts.

    Pictures go by their names in Anki; *drawn* knows their sizes. The note type's CSS is not among it.
    """
    both = sides(note, ordinal)
    return Sides(_ready(both.front, drawn), _ready(both.back, drawn))


def _ready(body: str, drawn: Mapping[str, Drawn]) -> str:
    typed = _TYPED.sub('<span class="typed"></span>', body)
    return with_mathml(_masked(_SCRIPT.sub("", typed), drawn))


def _masked(body: str, drawn: Mapping[str, Drawn]) -> str:
    """Draw the masks of hidden parts on their picture, as Anki's own script would."""
    picture = _PICTURE.search(body)
    if not picture:
        return body
    wide, high = drawn[picture[1]].size if picture[1] in drawn else (4, 3)
    shapes = "".join(_mask(found[1], dict(_DATA.findall(found[2]))) for found in _MASK.finditer(body))
    overlay = f'<svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">{shapes}</svg>'
    body = _CANVAS.sub(overlay, body)
    style = f'<div id="image-occlusion-container" style="--ratio: {wide / high:.4f}">'
    return body.replace('<div id="image-occlusion-container">', style, 1)


def _mask(kind: str, data: Mapping[str, str]) -> str:
    """Draw one mask; one that is hidden with its card alone, and is not asked for here, is not drawn."""
    is_idle = kind == "cloze-inactive" and data.get("occludeInactive") != "1"
    if data.get("shape") != "rect" or is_idle:
        return ""
    names = {"x": "left", "y": "top", "width": "width", "height": "height"}
    sides_ = {name: data.get(source, "0") for name, source in names.items()}
    if not all(_SHARE.fullmatch(number) for number in sides_.values()):
        return ""
    place = " ".join(f'{name}="{number}"' for name, number in sides_.items())
    return f"<rect {place} {_LOOKS[kind]}/>"
