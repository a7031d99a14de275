"""A card's side as a page of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from deckwright.cards.face import face
from deckwright.cards.notetypes import Template
from deckwright.project import Compiled, Terms, compile_project
from deckwright.workspace import find_project
from pictures import encoded
from support import write_project

if TYPE_CHECKING:
    from deckwright.cards.render import Rendered

SOURCE = """\
deck: Tests::Faces
id: tests-faces
scene: {file: scene.png, alt: A field}
cards: {occlusion: true, reverse: true}
style: {accent: "#123456"}
notes:
  - fact: Cord
    mnemonic: Chord
    region: [10, 20, 30, 40]
    explanation: It is \\(x^2\\).
  - fact: Horn
    mnemonic: Hawn
    region: [50, 50, 20, 20]
"""


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    scene = encoded(Image.new("RGB", (400, 300), (90, 160, 200)), "PNG")
    folder = write_project(tmp_path_factory.mktemp("faces"), SOURCE, scene_png=scene)
    return compile_project(find_project(folder), Terms("x"))


def note(compiled: Compiled, kind: str) -> Rendered:
    return next(one for one in compiled.notes if one.note.kind == kind)


def test_formulas_are_mathml_and_the_look_is_the_decks_own(compiled: Compiled) -> None:
    page = face(note(compiled, "mnemonic"), 0, "back", compiled.drawn, night=False)
    assert "<math" in page
    assert "\\(" not in page
    assert "--dw-accent: #123456" in page
    assert '<base href="/media/">' in page


def test_hidden_parts_are_drawn_without_scripts(compiled: Compiled) -> None:
    hidden = note(compiled, "occlusion")
    front, back = (face(hidden, 0, side, compiled.drawn, night=False) for side in ("front", "back"))
    assert "<script" not in front + back
    assert "<canvas" not in front + back
    assert front.count("<rect") == 1
    assert '<rect x=".1" y=".2" width=".3" height=".4" fill="#ffb454"/>' in front
    assert 'style="--ratio: 1.3333"' in front
    assert back.count("<rect") == 1
    assert 'fill="none"' in back


def test_a_foreign_template_runs_nothing_and_shows_where_one_types(compiled: Compiled) -> None:
    own = note(compiled, "mnemonic")
    template = Template("Theirs", None, "{{Fact}} {{type:Fact}}<SCRIPT src=x>\nhi</SCRIPT >", "{{FrontSide}}")
    kind = replace(own.notetype, templates=(template,), css="</style><b>")
    page = face(replace(own, notetype=kind), 0, "front", compiled.drawn, night=True)
    assert 'Cord <span class="typed"></span></div>' in page
    assert "script" not in page.lower()
    assert "</style><b>" not in page
    assert 'class="card card1 nightMode night_mode"' in page
