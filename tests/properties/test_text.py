"""Whatever an author types is shown as typed when escaped, and is never live."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import TYPE_CHECKING

from hypothesis import example, given
from hypothesis import strategies as st

from deckwright.cards import markup
from deckwright.cards.refusals import block_problems, line_problems
from deckwright.cards.template import is_empty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckwright.cards.refusals import Problem

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
# What Anki and a browser act on, in the HTML of a field.
LIVE = re.compile(r"\[sound:|\[anki:|\[/?latex\]|\[/?\$\$?\]|\{\{|<!--", re.IGNORECASE)
TAG = re.compile(r"</?([a-z][a-z0-9-]*)((?: [a-z]+=\"[^\"]*\")*)>")
KNOWN = {
    *("b", "strong", "i", "em", "u", "s", "sub", "sup", "code", "br", "a", "small", "kbd", "mark", "span"),
    *("p", "ul", "ol", "li", "blockquote", "pre", "hr", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("table", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd"),
}
INERT = {"href", "title", "rel", "start", "style"}

# Characters of all kinds, and among them the building blocks of trouble.
BLOCKS = [
    *("[sound:", "[anki:", "[latex]", "[$]", "{{", "}}", "c1::", "<script>", "</script>", "<b", " onx=", ">"),
    *(
        "<!--",
        "-->",
        "\\(",
        "\\)",
        "\\[",
        "\\]",
        "\\",
        "\\href",
        "{",
        "}",
        "&#",
        "&#91;",
        "&#xE000;",
        "&#31;",
    ),
    *("\ue000", "\u0338", "\u0301", "](", "[a](https:", "javascript:", ")", "![", "`", "*", "_", "|", "\n\n"),
    *(
        "    ",
        "- ",
        "1. ",
        "# ",
        "> ",
        "---",
        "|-|",
        "<a href=",
        "<a title='",
        '"',
        "'",
        "<table",
        "<p>",
        "</p>",
    ),
    *("<![CDATA[", "]]>", "<?", "?>", "\x01", "\t", "\x85", "\u2028", "e", "0", "\n"),
]
anything = st.lists(
    st.sampled_from(BLOCKS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=12
).map("".join)


def problems(text: str, *, within_line: bool) -> Iterator[Problem]:
    """Find what is wrong with a text."""
    return line_problems(text) if within_line else block_problems(text)


def escaped(text: str) -> str:
    """Write a text in Markdown so that every character of it is only itself."""
    # `\\(` and `\\[` would begin a formula, so brackets are written by their numbers.
    return PUNCTUATION.sub(lambda sign: f"&#{ord(sign[0])};" if sign[0] in "\\()[]" else f"\\{sign[0]}", text)


def shown(rendered: str) -> str:
    """Return what a reader sees."""
    return html.unescape(re.sub("<[^>]*>", "", rendered))


def typed(text: str) -> str:
    return unicodedata.normalize("NFC", CONTROL.sub("", text))


def collapsed(text: str) -> str:
    return re.sub(r"[ \t\n]+", " ", text).strip()


@given(anything.map(typed))
@example("\\(x\\)")
@example("&#92;")
@example("a\\\\(b\\\\)")
def test_an_escaped_line_is_shown_as_typed(text: str) -> None:
    rendered = markup.line(escaped(text))
    assert shown(rendered) == collapsed(text)
    assert not set(re.findall(r"<(\w+)", rendered)) - {"span"}
    assert list(problems(escaped(text), within_line=True)) == []


@given(anything.map(typed).map(collapsed))
def test_an_escaped_block_is_shown_as_typed(text: str) -> None:
    # A letter first, since a paragraph, unlike a line, may not start in any way it likes.
    rendered = markup.block("x" + escaped(text))
    assert shown(rendered) == "x" + text
    assert list(problems("x" + escaped(text), within_line=False)) == []


@given(anything)
def test_a_text_without_markup_is_shown_as_typed(text: str) -> None:
    assert shown(markup.literal(text)) == typed(text)
    assert html.unescape(markup.attribute(text)) == typed(text)
    assert '"' not in markup.attribute(text)
    assert_dead(markup.literal(text))
    assert_dead(f'<a title="{markup.attribute(text)}">')


def assert_dead(rendered: str) -> None:
    """Nothing in the HTML runs, loads, parts fields or is a formula that should be none."""
    assert not LIVE.search(rendered), rendered
    assert not CONTROL.search(rendered), rendered
    assert unicodedata.is_normalized("NFC", f"<p>{rendered}</p>"), rendered
    for tag, attributes in TAG.findall(rendered):
        assert tag in KNOWN, rendered
        for name, value in re.findall(r' ([a-z]+)="([^"]*)"', attributes):
            assert name in INERT, rendered
            assert name != "href" or value.lower().startswith(("https:", "mailto:")), rendered
            assert name != "style" or re.fullmatch(r"text-align: ?(left|right|center);?", value), rendered
    assert "<" not in TAG.sub("", rendered), rendered


@given(anything)
@example('<a href="https://x" title="\\(" onclick=x y="\\)">')
@example("&#xE000;7&#xE000;")
@example("&#31;")
def test_no_text_is_ever_live(text: str) -> None:
    for rendered in (
        markup.line(text),
        markup.block(text),
        markup.line(escaped(text)),
        markup.block(escaped(text)),
    ):
        assert_dead(rendered)
    is_empty(markup.line(text))


@given(anything)
def test_what_reaches_mathjax_is_what_was_searched_for_commands(text: str) -> None:
    """Only whole formulas keep their delimiters, so none can run on into text that nobody looked at."""
    for rendered in (markup.line(text), markup.block(text)):
        for part in re.split("<[^>]*>", rendered):
            at = 0
            while opened := re.compile(r"\\[(\[]").search(part, at):
                end = mathjax_end(html.unescape(part[opened.end() :]), r"\)" if opened[0] == r"\(" else r"\]")
                assert end, rendered
                at = opened.end() + len(html.escape(html.unescape(part[opened.end() :])[:end], quote=False))
                assert not re.search(r"\\href(?![A-Za-z])", part[opened.start() : at].replace(r"\\", "")), (
                    rendered
                )


def mathjax_end(text: str, closing: str) -> int:
    """Return where MathJax would end a formula, 0 for nowhere (FindTeX.ts)."""
    depth = 0
    for token in re.finditer(r"\\(?:[a-zA-Z]|.)|[{}]", text):
        if token[0] == closing and not depth:
            return token.end()
        depth = max(0, depth + {"{": 1, "}": -1}.get(token[0], 0))
    return 0


@given(anything, st.booleans())
def test_problems_lie_within_the_text(text: str, within_line: bool) -> None:  # noqa: FBT001 - drawn
    for found in problems(text, within_line=within_line):
        assert 0 <= found.start < found.end <= len(text)
        own = {"misplaced-picture"} if within_line else {"bad-gap", "bad-picture", "remote-picture"}
        assert found.code in {"unsafe-html", "unsafe-link", "unsafe-maths", *own}
        assert text[found.start] in "<[!\\{" or found.code in {"unsafe-html", "unsafe-link"}


@given(anything, st.booleans())
def test_nothing_is_dropped_in_silence(text: str, within_line: bool) -> None:  # noqa: FBT001 - drawn
    """A text with words in it and without findings keeps all of its words."""
    if list(problems(text, within_line=within_line)):
        return
    rendered = markup.line(text) if within_line else markup.block(text)
    words = re.findall(
        r"sound|anki|latex|script|href|CDATA", re.sub(r"&#?\w+;|<a[^>]*>|\[[^\]]*\]:", "", typed(text))
    )
    addresses = "".join(re.findall(r'"[^"]*"', rendered))
    for word in set(words):
        assert word in shown(rendered) + addresses, rendered
