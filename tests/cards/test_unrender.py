"""HTML becomes Markdown again: ours exactly, that of Anki's editor and of other tools tidily."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deckwright.cards import markup, unrender

PICTURES = {"goose.png": "goose.png", "_bee-0123456789abcdef.webp": "_bee-0123456789abcdef.webp"}
PIECES = [
    *("Spina", "Cord", "5 mg", "GABA-B", "α", "snake_case", "é", "1. ", "2) ", "- ", "+ ", "* ", "# ", "> "),
    *("*a*", "_b_", "**c**", "***d***", "`e`", "`` f`g ``", "<sub>2</sub>", "<kbd>x</kbd>", "*", "_", "`"),
    *("[Na+]", "[a](https://example.org/a_b)", "[b](https://example.org 'ti\"t')", "<https://example.org>"),
    *(
        "\\(x < y\\)",
        "\\[\\frac{a}{b}\\]",
        "\\(P(A|B)\\)",
        "\\\\(x\\\\)",
        "\\ ",
        "\\*",
        "\\<b>",
        "&amp;",
        "&amp;lt;",
    ),
    *("{{c1::x}}", "\\{{c1::x}}", "{{x}}", "[sound:x]", "[latex]", "&lt;b&gt;", "5 < 6", "a & b", "~", "~~~"),
    *("![goose](goose.png)", '![*a* "b"](goose.png)', "![](_bee-0123456789abcdef.webp)", "שלום", "\u200f"),
    *(
        "| a | b |\n|---|:-:|\n| 1 | \\| |",
        "```\nx < y\n\n```",
        "***",
        "---",
        "===",
        "|",
        "a | b",
        "\\\n",
        "  \n",
    ),
    *("\n", "\n", "\n\n", "\n\n", "\n\n", "\n- ", "\n  - ", "\n1. ", "\n   ", "\n> ", "\n# ", "\n    ", " "),
    *(
        " ",
        " ",
        "&#32;",
        "&#10;",
        "\u00a0",
        "&nbsp;",
        "\u0338",
        "!",
        ".",
        ")",
        ":",
        "::",
        "}}",
        "=",
        "\ue000",
    ),
]
markdown = st.lists(st.sampled_from(PIECES), min_size=1, max_size=14).map("".join)


@settings(max_examples=150, deadline=None)
@given(markdown)
@example("a **b:**c")
@example("- a\n\n\n* b")
def test_what_a_line_was_rendered_to_comes_back(text: str) -> None:
    rendered = markup.line(text)
    assert markup.line(unrender.line(rendered, exact=True)) == rendered


@settings(max_examples=150, deadline=None)
@given(markdown)
@example("> Spina\xa0\nSpina![goose](goose.png)")
@example("- Spina\xa0\n\n  Spina![goose](goose.png)")
@example("\n- ![goose](goose.png)\n- - + ")
@example("[sound:x]:\\\n[sound:x]")
def test_what_a_block_was_rendered_to_comes_back(text: str) -> None:
    rendered = markup.block(text, PICTURES)
    assert markup.block(unrender.block(rendered, exact=True), PICTURES) == rendered


@settings(max_examples=150, deadline=None)
@given(markdown)
@example("\n- ![goose](goose.png)&#10;")
@example("\n- &#32;\n- ![goose](goose.png)")
@example("![goose](goose.png)[sound:x][sound:x]\n\n\\[\\frac{a}{b}\\]")
@example("\n- &#32;![goose](goose.png)")
@example("\n- &#10;\n- ![goose](goose.png)")
@example("\n- &#32;\n  - ![goose](goose.png)")
@example("\n- &#10;![goose](goose.png)")
def test_what_a_text_with_gaps_was_rendered_to_comes_back(text: str) -> None:
    rendered = markup.cloze(text, PICTURES)
    assert markup.cloze(unrender.cloze(rendered, exact=True), PICTURES) == rendered


# Without what one and the same text is written by in two ways.
tidy = st.lists(st.sampled_from(sorted({*PIECES} - {"\u00a0", "&nbsp;", "&#10;", "&#32;"})), max_size=14)


@settings(max_examples=150, deadline=None)
@given(tidy.map("".join))
@example("\n> ~~~\n> !")
@example("[Na+][Na+]\n\n\\[\\frac{a}{b}\\]")
def test_of_ours_nothing_is_lost_unasked(text: str) -> None:
    """What is tidied may be written otherwise, but every word and picture is there."""
    rendered = markup.block(text, PICTURES)
    assert _seen(markup.block(unrender.block(rendered), PICTURES)) == _seen(rendered)
    line = markup.line(text)
    assert _seen(markup.line(unrender.line(line))) == _seen(line)


def _seen(rendered: str) -> tuple[str, list[str]]:
    return "".join(markup.plain(rendered).split()), re.findall("<img[^>]*>", rendered)


@pytest.mark.parametrize(
    "text",
    [
        "5 mg of baclofen, 3 times a day.",
        "A **GABA-B** agonist (*not* GABA-A); see [this](https://example.org/a_b).",
        "Na+ > K+, a_b, 5 * 3, [Na+] falls, 50 % & more",
        "\\(x_1 < y\\) and H<sub>2</sub>O",
        "- less calcium in\n- more potassium out\n  1. first\n  2. second",
        "1\\. is no list\n\n> a quote\n\n| drug | dose |\n| --- | --: |\n| a \\| b | \\(P(A|B)\\) |",
        "one\\\ntwo",
        "## A heading\n\n```\na < b\n```\n\n***\n\n![a goose](goose.png)",
    ],
)
def test_tidy_markdown_comes_back_as_it_was(text: str) -> None:
    assert unrender.block(markup.block(text, PICTURES)) == text


@pytest.mark.parametrize(
    ("source", "block", "line"),
    [
        ("first<div>second</div>", "first\n\nsecond", "first<br>second"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb", "a<br><br>b"),
        ("a<br>b<br><br>c", "a\\\nb\n\nc", "a<br>b<br><br>c"),
        ("a&nbsp; b <b>c </b>d", "a b **c** d", "a b **c** d"),
        ("<ul><li>a</li><li><i>b</i></li></ul>", "- a\n- *b*", "a<br>*b*"),
        ('<span style="color: red">x</span> <font color="red">y</font>', "x y", "x y"),
        ("<u>x</u><sup>2</sup>", "<u>x</u><sup>2</sup>", "<u>x</u><sup>2</sup>"),
        ("x<script>alert(1)</script><style>p {}</style> [sound:a.mp3]", "x [sound:a.mp3]", "x [sound:a.mp3]"),
        ('<b onclick="alert(1)">x</b><a href="javascript:x">y</a>', "**x**y", "**x**y"),
        ('<img src="a b.jpg" alt="A [b]"> c', "![A &#91;b&#93;](<a b.jpg>) c", "c"),
        ("# no 1. list", "\\# no 1. list", "# no 1. list"),
        ("1. a", "1\\. a", "1. a"),
        ("{{c1::x}} *y* &lt;b&gt;", "\\{{c1::x}} \\*y\\* \\<b>", "{{c1::x}} \\*y\\* \\<b>"),
        ("<b></b><div></div>", "", ""),
        ("<b>Dose:</b>5 mg, twice", "<strong>Dose:</strong>5 mg, twice", "<strong>Dose:</strong>5 mg, twice"),
        ("Who? ", "Who?", "Who?"),
        ("<b>One</b>&nbsp;two", "**One** two", "**One** two"),
        (" a  b <br> c\n", "a b\\\nc", "a b<br>c"),
        ("", "", ""),
    ],
)
def test_what_editors_write_becomes_what_one_would_write(source: str, block: str, line: str) -> None:
    assert (unrender.block(source), unrender.line(source)) == (block, line)


def test_a_table_without_a_head_stays_html_unless_it_shows_pictures() -> None:
    table = "<table><tbody><tr><td>a</td><td>b<br>c</td></tr></tbody></table>"
    assert unrender.block(table.replace("<table>", '<table border="1">')) == table
    shown = unrender.block('<table><tr><td><img src="goose.png"></td><td>b</td></tr></table>')
    assert shown == "|  |  |\n| --- | --- |\n| ![](goose.png) | b |"


def test_gaps_are_gaps_only_where_they_are_meant() -> None:
    source = "<div>In {{c1::the <b>cord</b>::where}}</div>"
    assert unrender.cloze(source) == "In {{c1::the **cord**::where}}"
    assert unrender.block(source) == "In \\{{c1::the **cord**::where}}"


@pytest.mark.parametrize(
    "piece",
    ["<b>", "<div>", "<ul><li>", "<p>", "<table>", "<img", "<a ", "*", "[", "&", "`", "<br>", "{{c1::"],
)
def test_hostile_html_takes_bounded_depth_and_loses_no_words(piece: str) -> None:
    source = piece * 3_000 + "words"
    for written in (unrender.block(source), unrender.line(source)):
        assert "words" in written or piece in ("<img", "<a ")
        assert not re.search(r"(?:\n {200}|(?:> ){100})", written)


@pytest.mark.parametrize("text", ["As a\n**GABA** agonist", "- one\n  *two*\n- three", "a\n`b`\nc"])
def test_a_line_that_begins_with_a_mark_stays_a_line(text: str) -> None:
    assert unrender.block(markup.block(text), exact=True) == text
