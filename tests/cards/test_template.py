"""Which cards a note has, by Anki's own rules (rslib/src/template.rs and notetype/cardgen.rs)."""

from __future__ import annotations

import pytest

from deckwright.cards.template import (
    Branch,
    Shown,
    TemplateError,
    card_ordinals,
    cloze_ordinals,
    is_empty,
    parse,
)


def renders(front: str, **fields: str) -> bool:
    return card_ordinals([front], {"A": "", "B": "", "C": "", **fields}) == (0,)


@pytest.mark.parametrize(
    ("front", "filled", "expected"),
    [
        ("{{A}}", "A", True),
        ("{{A}}", "B", False),
        ("text only", "ABC", False),
        ("", "ABC", False),
        ("{{A}}{{B}}", "B", True),
        ("{{#A}}{{B}}{{/A}}", "A", False),
        ("{{#A}}{{B}}{{/A}}", "B", False),
        ("{{#A}}{{B}}{{/A}}", "AB", True),
        ("{{#A}}text{{/A}}", "A", False),
        ("{{^A}}{{B}}{{/A}}", "B", True),
        ("{{^A}}{{B}}{{/A}}", "AB", False),
        ("{{^A}}text{{/A}}", "", False),
        ("{{#A}}{{#B}}{{C}}{{/B}}{{/A}}", "ABC", True),
        ("{{#A}}{{#B}}{{C}}{{/B}}{{/A}}", "AC", False),
        ("{{#A}}{{^B}}{{C}}{{/B}}{{/A}}", "AC", True),
        ("{{#A}}{{^B}}{{C}}{{/B}}{{/A}}", "ABC", False),
        ("{{^A}}{{^B}}{{C}}{{/B}}{{/A}}", "C", True),
        ("{{#A}}{{#A}}{{B}}{{/A}}{{/A}}", "AB", True),
        ("{{#A}}{{B}}{{/A}}{{^A}}{{C}}{{/A}}", "C", True),
        ("{{text:A}}", "A", True),
        ("{{hint:text:A}}", "A", True),
        ("{{type:A}}", "A", True),
        ("{{A:B}}", "A", False),
        ("{{tts en_US:A}}", "A", True),
        ("{{ A }}", "A", True),
        ("{{#  A }}{{B}}{{/ A}}", "AB", True),
        ("{{\nA\n}}", "A", True),
        ("{{ {A}}", "A", False),  # Anki strips braces before it strips spaces, not after
        ("{{{A}}}", "A", True),
        ("{{{{A}}}}", "A", True),
        ("{{{#A}}{{B}}{{/A}}", "AB", True),
        ("<!-- {{A}} -->", "A", False),
        ("<!--{{#A}}-->{{B}}", "B", True),
        ("<!-- {{A}} --> {{B}}", "B", True),
        ("<!-- {{A}}", "A", True),  # a comment that does not end is none
        ("{{A<!-- -->}}", "A", False),
        ("{{<!-- }}{{A}}-->", "A", True),
        ("{{A", "A", False),
        ("{A}", "A", False),
        ("{{Tags}}{{FrontSide}}{{Deck}}", "ABC", False),
        ("{{a}}", "A", False),
        ("{{#}}{{A}}", "A", True),  # one sign alone names a field, it opens nothing
        ("{{/}}{{^}}{{A}}", "A", True),
        ("{{}}{{A}}", "A", True),
        ("{{=<% %>=}}<%A%>", "A", True),  # the marks of templates from before Anki 2.1
        ("{{=<% %>=}}{{A}}", "A", False),
        (" \n{{=<% %>=}}<%#A%><%B%><%/A%>", "AB", True),
        (" \n{{=<% %>=}}<%#A%><%B%><%/A%>", "B", False),
    ],
)
def test_a_front_renders_when_it_shows_a_filled_field(front: str, filled: str, *, expected: bool) -> None:
    assert renders(front, **dict.fromkeys(filled, "x")) is expected


@pytest.mark.parametrize(
    "front",
    ["{{#A}}{{B}}", "{{^A}}", "{{/A}}", "{{A}}{{/A}}", "{{#A}}{{/B}}", "{{#A}}{{#B}}{{/A}}{{/B}}",
     "{{#A}}{{/a}}", "{{#A}}<!-- {{/A}} -->"],
)  # fmt: skip
def test_branches_that_do_not_fit_are_refused(front: str) -> None:
    with pytest.raises(TemplateError):
        parse(front)


@pytest.mark.parametrize(
    "value",
    ["", " ", "\t\n\r\x0b\x0c", "<br>", "<BR/>", "<br />", "</br>", "<div></div>", "<Div> <br>\n</DIV >"],
)
def test_white_space_and_breaks_count_as_empty(value: str) -> None:
    assert is_empty(value)
    assert not renders("{{A}}", A=value)
    assert renders("{{^A}}{{B}}{{/A}}", A=value, B="x")


@pytest.mark.parametrize(
    "value",
    ["&nbsp;", "\xa0", "\u3000", "0", "<b></b>", "<p></p>", "<br x>", "<div class=a></div>", "<hr>",
     "<br  />", '<img src="x">', "<span></span>", "<!-- -->"],
)  # fmt: skip
def test_all_else_counts_as_filled(value: str) -> None:
    assert not is_empty(value)
    assert renders("{{A}}", A=value)


def test_each_template_is_judged_for_itself() -> None:
    fronts = ["{{A}}", "{{B}}", "{{^A}}{{B}}{{/A}}", "{{#A}}{{B}}{{/A}}"]
    assert card_ordinals(fronts, {"A": "x", "B": "y"}) == (0, 1, 3)
    assert card_ordinals(fronts, {"A": "", "B": "y"}) == (1, 2)
    assert card_ordinals(fronts, {"A": "", "B": ""}) == ()


def test_a_template_is_a_tree() -> None:
    assert parse("a{{#A}}{{cloze:hint:B}}<!--{{-->{{^C}}{{A}}{{/C}}{{/A}}") == (
        "a",
        Branch(
            "A",
            negated=False,
            parts=(
                Shown("B", ("hint", "cloze")),
                "<!--{{-->",
                Branch("C", negated=True, parts=(Shown("A"),)),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("field", "ordinals"),
    [
        ("none", ()),
        ("{{c1::a}} {{c3::b}}", (0, 2)),
        ("{{c0::a}}{{c2::b}}", (1,)),
        ("{{c1,2,5::x}}", (0, 1, 4)),
        ("{{c,3::x}}", (2,)),
        ("{{c1::a {{c2::b}} }}", (0, 1)),
        ("{{c1::a {{c2::b}}", ()),  # one that is not closed hides those within it
        ("}}{{c2::x}}", (1,)),
        ("{{c007::x}}", (6,)),
        ("{{c501::x}}{{c65535::x}}", (499,)),
        ("{{c65536::x}}", ()),
        ("{{c1:x}}{{c::x}}{{C1::x}}{{c1::x}", ()),
        ("{{c1::image-occlusion:rect:left=.1}}", (0,)),
        ("".join(f"{{{{c{number}::" for number in range(1, 13)) + "}}" * 12, tuple(range(10))),
    ],
)
def test_a_note_of_a_cloze_type_has_a_card_for_each_number(field: str, ordinals: tuple[int, ...]) -> None:
    assert cloze_ordinals([field, ""]) == ordinals


def test_all_fields_count_for_gaps() -> None:
    assert cloze_ordinals(["{{c2::a}}", "{{c1::b}} {{c2::c}}"]) == (0, 1)
