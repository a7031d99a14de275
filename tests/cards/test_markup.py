"""What authors write is shown, never live; what is refused is told at its very place."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deckwright.cards import markup
from deckwright.cards.markup import block, line
from deckwright.cards.refusals import block_problems, hypertext_problems, line_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckwright.cards.refusals import Problem

MATRIX = r"\[\begin{pmatrix} a & b \\ c & d \end{pmatrix}\]"
# What Anki acts on in a field (rslib/src/text.rs, latex.rs, card_rendering/parser.rs, template.rs).
LIVE = re.compile(r"\[sound:|\[anki:|\[latex\]|\[/latex\]|\[/?\$\$?\]|\{\{", re.IGNORECASE)
# What MathJax takes for the edge of a formula: Anki sets no other delimiters.
LIVE_MATHS = re.compile(r"\\[()\[\]]")


def problems(text: str, *, within_line: bool) -> Iterator[Problem]:
    """Find what is wrong with a text."""
    return line_problems(text) if within_line else block_problems(text)


def refused(text: str, *, within_line: bool = False) -> list[tuple[str, str]]:
    """Return code and marked text of each finding."""
    return [(found.code, text[found.start : found.end]) for found in problems(text, within_line=within_line)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*a* _b_ **c** __d__", "<p><em>a</em> <em>b</em> <strong>c</strong> <strong>d</strong></p>"),
        ("`a < b`", "<p><code>a &lt; b</code></p>"),
        ("# Head", "<h1>Head</h1>"),
        ("Head\n====", "<h1>Head</h1>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("> quoted", "<blockquote>\n<p>quoted</p>\n</blockquote>"),
        ("a\n\n***\n\nb", "<p>a</p>\n<hr>\n<p>b</p>"),
        ("```c\n<x>\n```", "<pre><code>&lt;x&gt;\n</code></pre>"),
        ("    <x>\n    y", "<pre><code>&lt;x&gt;\ny</code></pre>"),
        ("one  \ntwo\\\nthree", "<p>one<br>\ntwo<br>\nthree</p>"),
        ("a\nb\n\nc", "<p>a\nb</p>\n<p>c</p>"),
        (r"\*a\* \<b\> \&lt;", "<p>*a* &lt;b&gt; &amp;lt;</p>"),
        ("&alpha; &#945; &#x3b1;", "<p>α α α</p>"),
        ("H<sub>2</sub>O, <KBD>x</KBD>", "<p>H<sub>2</sub>O, <kbd>x</kbd></p>"),
        ("5 < 6 > 4 & 3", "<p>5 &lt; 6 &gt; 4 &amp; 3</p>"),
        ("snake_case_word", "<p>snake_case_word</p>"),
    ],
)
def test_a_block_takes_commonmark(text: str, expected: str) -> None:
    assert block(text) == expected
    assert refused(text) == []


def test_a_table_keeps_its_alignment() -> None:
    table = block("| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |")
    for side, cell in (("left", "1"), ("center", "2"), ("right", "3")):
        assert f'<td style="text-align:{side}">{cell}</td>' in table


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("[a](https://example.org/x?y=1&z=2)", "https://example.org/x?y=1&amp;z=2"),
        ("[a](HTTPS://example.org)", "HTTPS://example.org"),
        ("<https://example.org>", "https://example.org"),
        ("<a@example.org>", "mailto:a@example.org"),
        ("[a](mailto:a@example.org)", "mailto:a@example.org"),
        ("[a]\n\n[a]: https://example.org", "https://example.org"),
        ('<a href="https://example.org">a</a>', "https://example.org"),
        # The brackets of an address are no formula, although they look like one.
        (r"[a](https://example.org/wiki/Baclofen_\(drug\))", "https://example.org/wiki/Baclofen_(drug)"),
        ("[a]\n\n[a]: https://example.org/B_\\(d\\)", "https://example.org/B_(d)"),
    ],
)
def test_links_that_are_safe_stay(text: str, address: str) -> None:
    assert f'<a href="{address}" rel="noopener noreferrer">' in block(text)
    assert refused(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a <script>b</script>", ["<script>", "</script>"]),
        ("<ScRiPt src=x>", ["<ScRiPt src=x>", "src=x"]),
        ("<script>\nalert(1)\n</script>", ["<script>", "</script>"]),
        ("<script", ["<script"]),
        ("<iframe src='https://example.org'></iframe>", ["src='https://example.org'"]),
        ("x <object data=x>", ["<object data=x>"]),
        ("x <embed src=x>", ["<embed src=x>"]),
        ("<form action=x><input></form>", ["<form action=x>", "<input>", "</form>"]),
        ("<p><svg/onload=alert(1)></p>", ["<svg/onload=alert(1)>"]),
        ("x <svg onload=alert(1)>", ["onload=alert(1)"]),
        ("<b onclick=x>a</b>", ["onclick=x"]),
        ("<b\nonclick = 'x'>a</b>", ["onclick = 'x'"]),
        ("<p\nonclick=x>a", ["<p\n"]),
        ("> <p\n> onclick=x>a", ["<p\n"]),
        ("<b OnMouseOver=x>a</b>", ["OnMouseOver=x"]),
        ("<details ontoggle=x open>", ["ontoggle=x"]),
        ("<img src=x onerror=alert(1)>", ["<img src=x onerror=alert(1)>"]),
        (
            "<p style='background:url(https://example.org)'>a</p>",
            ["style='background:url(https://example.org)'"],
        ),
        ("<td style='color:red'>a</td>", ["style='color:red'"]),
        ("<style>.card { display: none }</style>", ["<style>", "</style>"]),
        (
            "<link rel=stylesheet href=https://example.org>",
            ["<link rel=stylesheet href=https://example.org>"],
        ),
        ("<base href=https://example.org>", ["<base href=https://example.org>"]),
        ("<meta http-equiv=refresh content=0>", ["<meta http-equiv=refresh content=0>"]),
        ("<div>a</div>", ["<div>", "</div>"]),
        ("a <!-- b --> c", ["<!-- b -->"]),
        ("<!-- a\nb -->", ["<!-- a\n"]),
        ("a <![CDATA[<b>x</b>]]> c", ["<![CDATA[<b>x</b>]]>"]),
        ("a <?php x ?> c", ["<?php x ?>"]),
        ("<!DOCTYPE html>", ["<!DOCTYPE html>"]),
        ("<scr<script>ipt>", ["<script>"]),
        ("<scr\x01ipt>x</scr\x01ipt>", ["<scr\x01ipt>", "</scr\x01ipt>"]),
        ("<table", ["<table"]),
        ("<p>a</ b></p>", ["</ b>"]),
        ("<anki-mathjax>x</anki-mathjax>", ["<anki-mathjax>", "</anki-mathjax>"]),
    ],
)
def test_html_that_could_do_harm_is_gone_and_told(text: str, found: list[str]) -> None:
    for rendered in (block(text), line(text)):
        assert set(re.findall(r"<[^>]*>", rendered)) <= HARMLESS, rendered
    told = refused(text)
    assert {code for code, _ in told} == {"unsafe-html"}
    assert set(found) <= {place for _, place in told}


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#115;cript:alert(1)",
        "&#106;avascript:alert(1)",
        "java&Tab;script:alert(1)",
        "java\x01script:alert(1)",
        "&#1;javascript:alert(1)",
        "data:text/html;base64,PHNjcmlwdD4=",
        "vbscript:x",
        "file:///etc/passwd",
        "http://example.org",
        "//example.org",
        "/x",
        "x.html",
        "#x",
        "",
        "https://",
        "https:// example.org",
    ],
)
@pytest.mark.parametrize("form", ["[a](<{}>)", '<a href="{}">a</a>', "[a]\n\n[a]: <{}>"])
def test_links_elsewhere_are_dead_and_told(address: str, form: str) -> None:
    text = form.format(address)
    assert "href" not in block(text)
    if "&Tab;" in address and form.startswith("["):  # Markdown makes it a real tab, and so no link at all
        return
    assert [code for code, _ in refused(text)] == ["unsafe-link"]


def test_dead_links_are_told_at_their_place() -> None:
    text = "Ärzte 𝔸: [a](javascript:x), dann <a title='ü' href=x>b</a>"
    assert refused(text) == [("unsafe-link", "[a](javascript:x)"), ("unsafe-link", "href=x")]


@pytest.mark.parametrize("text", ["![a](x.png)", "![a](https://example.org/x.png)", "![a]\n\n[a]: x.png"])
def test_a_picture_that_is_not_known_leaves_nothing(text: str) -> None:
    assert "img" not in block(text)
    assert "src" not in block(text)
    assert "img" not in line(text)
    if "\n" not in text:  # on one line, the address of a reference is text
        assert refused(text, within_line=True)[0][0] == "misplaced-picture"


HARMLESS = {f"<{slash}{tag}>" for tag in ("p", "b", "td", "blockquote") for slash in ("", "/")}
LIVELY = [
    "{{c1::x}}",
    "{{Fact}}",
    "{{{x}}}",
    r"\{\{x}}",
    "&#123;&#123;x}}",
    "&lbrace;&lbrace;x}}",
    "{&lcub;x}}",
    "{\x01{x}}",
    "[sound:x.mp3]",
    "[SOUND:x.mp3]",
    r"[sound\:x.mp3]",
    r"\[sound:x.mp3\]",
    "&#91;sound:x.mp3]",
    "&lsqb;sound:x.mp3]",
    "&#x5b;sound&colon;x.mp3]",
    "[so\x01und:x.mp3]",
    "[so&#1;und:x.mp3]",
    "[anki:tts lang=en_US]x[/anki:tts]",
    "[anki:play:q:0]",
    "[latex]x[/latex]",
    "[LaTeX]x[/LaTeX]",
    "[$]x[/$]",
    "[$$]x[/$$]",
    r"[\$]x[/\$]",
    "[&#36;]x[/&dollar;]",
    "`[sound:x] {{x}} [$]`",
    "    [sound:x] {{x}}",
    "[a](https://example.org '[sound:x] {{x}}')",
    "<a title='[sound:x] {{x}}'>x</a>",
    "| [sound:x] |\n|---|\n| {{x}} |",
    r"\([sound:x] {{x}}\)",
]


@pytest.mark.parametrize("text", LIVELY)
def test_what_anki_would_act_on_is_only_shown(text: str) -> None:
    assert not LIVE.search(block(text))
    assert not LIVE.search(line(text))
    assert not LIVE.search(markup.literal(text))
    assert not LIVE.search(markup.attribute(text))


def test_what_anki_would_act_on_still_reads_the_same() -> None:
    assert markup.plain(line("[sound:x] and {{c1::y}}")) == "[sound:x] and {{c1::y}}"
    assert markup.plain(markup.literal(r"[sound:x] \(y\) <b> & {{")) == r"[sound:x] \(y\) <b> & {{"


def test_a_word_that_markup_parts_is_left_alone() -> None:
    assert line("[so**u**nd:x]") == "[so<strong>u</strong>nd:x]"
    assert line("{**a**{") == "{<strong>a</strong>{"


@pytest.mark.parametrize(
    "formula",
    [
        r"\(x\)",
        r"\(a < b > c\)",
        r"\(a &amp; b\)",
        r"\(\{x\}\)",
        r"\(x_1 * y_2 * z_3\)",
        r"\(\text{a `b` c}\)",
        r"\(\left( x \right)\)",
        r"\(f\left[x\right]\)",
        r"\(f'(x)\)",
        MATRIX,
        r"\(a \\ b\\\\\)",
        "\\[\nx\n\\]",
        r"\(|x|\)",
        r"\(<script>\)",
        r"\([a](b)\)",
        r"\(a \\data b\)",
        r"\(\dataset \classy \text{href}\)",
        r"\(\mathrm{Δ} = 5\,\mu\text{g}\)",
    ],
)
@pytest.mark.parametrize(
    "around",
    ["{}", "a {} b", "- {}", "> {}", "# {}", "**{}**", "*a*{}*b*", "1. a\n\n   {}", "{0}{0}5{0}", "\\\\{}"],
)
def test_formulas_survive_as_they_are(formula: str, around: str) -> None:
    text = around.format(formula)
    shown = formula.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert block(text).count(shown) == text.count(formula)
    assert refused(text) == []


def test_formulas_survive_in_tables_and_links() -> None:
    table = block("| a | b |\n|---|---|\n| \\(P(A|B)\\) | **x** |")
    assert "<td>\\(P(A|B)\\)</td><td><strong>x</strong></td>" in table
    assert r">see \(x_1\)</a>" in block(r"[see \(x_1\)](https://example.org)")


def test_a_formula_within_a_line_keeps_its_backslashes() -> None:
    assert line(r"GABA \(\alpha_1 \{x\}\) & *more*") == r"GABA \(\alpha_1 \{x\}\) &amp; <em>more</em>"


@pytest.mark.parametrize(
    "text",
    [
        r"\\(a\\)",
        r"\\[a\\]",
        "&#92;(a&#92;)",
        r"&bsol;(a&bsol;)",
        r"`\\(a\\)`",
        r"\(open",
        r"closed\)",
        r"\[ \(\) x",
        r"\(\)",
        r"\(a\\)",
        r"\(a{\)",
        r"\[a\)",
        "\\\x01(a\\\x01",
    ],
)
def test_what_is_no_formula_is_dead_for_mathjax(text: str) -> None:
    for rendered in (block(text), line(text)):
        assert not LIVE_MATHS.search(re.sub(r"<code>.*?</code>", "", rendered)), rendered


def test_what_the_author_escaped_reads_as_typed() -> None:
    assert markup.plain(block(r"type `\\(x\\)` or \\(x\\)")) == r"type \\(x\\) or \(x\)"


@pytest.mark.parametrize(
    "command",
    [
        "href",
        "url",
        "require",
        "class",
        "style",
        "cssId",
        "data",
        "csname",
        "toggle",
        "unicode",
        "mmlToken",
        "bbox",
    ],
)
def test_tex_commands_that_could_do_harm_are_dead_and_told(command: str) -> None:
    for text in (
        rf"\(\{command}{{x}}{{y}}\)",
        rf"ü \[\begin{{matrix}} a & \{command}{{x}}{{y}} \\ b \end{{matrix}}\]",
        rf"\(a \\\{command} x\)",
        rf"\(\def\x{{\{command}}}\x\)",
        # MathJax does not end these formulas where a careless reader would.
        rf"\(a\\) \{command}{{x}}{{y}} \(c\)",
        rf"\(a{{\) \{command}{{x}}{{y}} }}\)",
    ):
        assert refused(text, within_line=True) == [("unsafe-maths", f"\\{command}")], text
        assert refused(text) == [("unsafe-maths", f"\\{command}")]
        assert not LIVE_MATHS.search(block(text)), block(text)
    hidden = f"\\(\\{command[:1]}\x01{command[1:]}{{x}}\\)"
    assert refused(hidden) == [("unsafe-maths", hidden[2:-5])]


@pytest.mark.parametrize(
    "text",
    [
        r"""<a href="https://example.org" title="\(" onclick=alert(1) x="\)">z</a>""",
        r"""<a href="https://example.org" title='\(" onclick="alert(1)\)'>z</a>""",
        r"""[a](https://example.org '\(" onclick="alert(1)\)')""",
    ],
)
def test_a_formula_does_not_open_an_attribute(text: str) -> None:
    for rendered in (block(text), line(text)):
        opening = re.findall(r'<a((?: \w+="[^"]*")*)>', rendered)
        assert len(opening) == 1, rendered
        assert "onclick" not in re.sub(r'"[^"]*"', "", opening[0])


@pytest.mark.parametrize(
    "text", ["\ue000", "\ue0000\ue000", "&#xE000;7&#xE000;", "&#xE000;0&#xe000; \\(x\\)", "\ue001"]
)
def test_private_characters_are_text(text: str) -> None:
    shown = re.sub("&#[xX][eE]000;", "\ue000", text)
    assert line(text) == shown
    assert block(text) == f"<p>{shown}</p>"
    every = "".join(map(chr, range(0xE000, 0xF900)))
    assert line(every + r" \(x\) " + text) == f"{every} \\(x\\) {shown}"


@pytest.mark.parametrize(
    "text",
    ["1. a", "1) a", "# a", "- a", "+ a", "* a", "> a", "---", "===", "***", "~~~", "```", "| a | b |",
     "[x]: https://example.org", "- [ ] a", "a | b", "=> a", "-", "#", "1.", ":--", "a\\"],
)  # fmt: skip
def test_the_beginning_of_a_line_is_text(text: str) -> None:
    assert line(text) == text.replace(">", "&gt;")
    assert refused(text, within_line=True) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("    four spaces", "four spaces"),
        ("\ttab", "tab"),
        ("a  \n   b\n\n\nc", "a b c"),
        ("a\n---", "a ---"),
        ("a\n===", "a ==="),
        ("a\n- b", "a - b"),
        ("a  ", "a"),
        ("   ", ""),
        ("\n\t\n", ""),
        ("", ""),
        ("\x00\x1f", ""),
        ("*a*", "<em>a</em>"),
        ("_a_ b", "<em>a</em> b"),
        ("**a**", "<strong>a</strong>"),
        ("`a` b", "<code>a</code> b"),
        ("⸮", "⸮"),
        ("⸮a", "⸮a"),
        ("<b>a", "<b>a</b>"),
        ("a<br>b", "a<br>b"),
        ("&lt;div&gt;", "&lt;div&gt;"),
    ],
)
def test_a_line_stays_one(text: str, shown: str) -> None:
    assert line(text) == shown


@pytest.mark.parametrize(
    "text", ["<div>", "<p>a</p>", "<ul><li>a</li></ul>", "<h1>a</h1>", "<table><tr><td>a"]
)
def test_blocks_have_no_place_within_a_line(text: str) -> None:
    assert "<" not in line(text)
    assert refused(text, within_line=True)[0] == ("unsafe-html", text.split(">", maxsplit=1)[0] + ">")


def test_block_html_may_stand_in_a_block() -> None:
    text = "<ol start=3><li>a</li></ol>"
    assert block(text) == '<ol start="3"><li>a</li></ol>'
    assert refused(text) == []


@pytest.mark.parametrize("text", ["   ", "\n\n", "\x01", ""])
def test_a_block_of_nothing_is_empty(text: str) -> None:
    assert block(text) == ""


def test_texts_are_composed_and_hold_no_control_characters() -> None:
    decomposed = "Pate\u0301 \x00\x07\x1b\x7f\x85\x9f&#27;&#x1f;&#7;e&#x301;"
    for rendered in (line(decomposed), block(decomposed), markup.literal(decomposed)):
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", rendered)
        assert unicodedata.is_normalized("NFC", rendered)
    assert line(decomposed) == "Paté é"
    assert markup.attribute('a"\x1f<é') == "a&quot;&lt;é"


def test_a_combining_mark_does_not_melt_into_a_tag() -> None:
    for text in ("<b>&#x338;a</b>", "> \u0338a", "\u0338a", "a <&#x338;b", "\\(x\\)\u0338"):
        for rendered in (block(text), line(text)):
            shown = f"<p>{rendered}</p>"
            assert unicodedata.normalize("NFC", shown) == shown
            assert "\u0338" in html.unescape(rendered)


@pytest.mark.parametrize(
    "before",
    ["", "Ärzte ", "𝔸𝔹 ", "e\u0301 ", "e\u0301e\u0301", "\u1100\u1161\u11a8 ", "a \\(x < y\\) ",
     "\\(\\alpha\\)\\(β\\) ", "\x01\x02 ", "s\u0323\u0307", "[ö](https://example.org) ", "\u2028 "],
)  # fmt: skip
@pytest.mark.parametrize("within_line", [True, False])
def test_places_are_exact(before: str, *, within_line: bool) -> None:
    for bad, code in (("<u onx>", "unsafe-html"), ("[ü](x)", "unsafe-link"), ("\\(\\url\\)", "unsafe-maths")):
        text = f"{before}{bad} after"
        marked = {"<u onx>": "onx", "\\(\\url\\)": "\\url"}.get(bad, bad)
        assert refused(text, within_line=within_line) == [(code, marked)]


@pytest.mark.parametrize("lead", ["  a   b ", "\n\n a\n\n  b\n", "\t\ta\t"])
def test_places_are_exact_past_white_space_that_does_not_show(lead: str) -> None:
    assert refused(f"{lead}<div>", within_line=True) == [("unsafe-html", "<div>")]


def test_all_findings_are_told_at_once() -> None:
    text = "<i x=1 y=2> [a](b) <div> \\(\\href{x}{y}\\) ![c](https://d)"
    assert sorted(refused(text)) == [
        ("remote-picture", "![c](https://d)"),
        ("unsafe-html", "<div>"),
        ("unsafe-html", "x=1"),
        ("unsafe-html", "y=2"),
        ("unsafe-link", "[a](b)"),
        ("unsafe-maths", "\\href"),
    ]
    assert all(found.message and found.advice for found in problems(text, within_line=True))


def test_plain_words_hold_no_tags() -> None:
    assert markup.plain('<a title="x>y">a &lt;b&gt;</a> \n <em>c</em>') == "a <b> c"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a <b>c</b> &lt; d", "a <b>c</b> &lt; d"),
        ("<div><span>a</span><br/>b</div>", "<div><span>a</span><br>b</div>"),
        ("*a* # b", "*a* # b"),  # no Markdown
        (r"\(a^2\)", r"\(a^2\)"),
        ("a<script>alert(1)</script><img src=x onerror=y>", "a"),
        ("<div class=x onclick=y>a</div>", '<div class="x">a</div>'),
        ('<a href="javascript:x">a</a>', "<a>a</a>"),
        ('<a href="http://example.org">a</a>', '<a href="http://example.org">a</a>'),
        ('<font color="red">a</font> <ruby>b<rt>c</rt></ruby>',) * 2,
        ('<b style="position:fixed; color: red; background:url(x)">a</b>', '<b style="color:red">a</b>'),
        ('<b style="list-style:url(//x);color:url(//x)">a</b>', '<b style="">a</b>'),
        ("[sound:a.mp3] {{c1::b}}", "[sound:a.mp3] {&#123;c1::b}}"),
        ("{{{c1::b}}} {{{{c1::b", "&#123;{&#123;c1::b}}} {&#123;{&#123;c1::b"),
        (r"\(\href{x}{y}\)", r"\<span></span>(\href{x}{y}\<span></span>)"),
        (r"\(\&#104;ref{x}{y}\)", r"\<span></span>(\href{x}{y}\<span></span>)"),
        (r"\(\hr<b></b>ef{x}{y}\)", r"\<span></span>(\hr<b></b>ef{x}{y}\<span></span>)"),
    ],
)
def test_html_of_other_tools_is_rid_of_what_is_live(text: str, expected: str) -> None:
    assert markup.hypertext(text) == expected


@pytest.mark.parametrize(
    ("text", "code", "marked"),
    [
        ("a<script>", "unsafe-html", "<script>"),
        ("<p id=x>a", "unsafe-html", "id=x"),
        ('<p style="color: red; Position: fixed">a', "unsafe-html", 'style="color: red; Position: fixed"'),
        ("<img src=x>", "unsafe-html", "<img src=x>"),
        (r"\(\href{x}{y}\)", "unsafe-maths", r"\href"),
        ('<a href="data:x">a</a>', "unsafe-link", 'href="data:x"'),
    ],
)
def test_what_html_of_other_tools_loses_is_told(text: str, code: str, marked: str) -> None:
    first = next(iter(hypertext_problems(text)))
    assert (first.code, text[first.start : first.end]) == (code, marked)
    assert list(hypertext_problems("<div><b>a</b></div> *b* \\(c\\)")) == []


PLAIN = st.text(st.sampled_from("aZ9é×ŉ ,;.:?!()/%+='\"-\n#*_&<[\\`~|>{@$\u0301\u00a0"), max_size=12)


@settings(max_examples=1000, deadline=None)
@given(PLAIN)
@example("a b\n\nc")
@example("1. a")
@example("a\n1) b")
@example("a\n===")
@example("a\n- b")
def test_plain_texts_are_what_rendering_would_make_of_them(text: str) -> None:
    assert markup.line(text) == markup._line(text, {})  # noqa: SLF001 - the long way round
    assert markup.block(text) == markup._with_gaps(markup.cleaned(text), {}, live=False)  # noqa: SLF001


def test_words_in_any_order_of_marks_take_the_short_way_in_no_time() -> None:
    assert markup.line("a " * 200_000 + "&") == "a " * 200_000 + "&amp;"
    assert markup.block("a, b\n" * 50_000 + "&").endswith("&amp;</p>")


def test_a_space_that_holds_words_together_is_written_out() -> None:
    assert block("5\xa0mg of **it**") == "<p>5&nbsp;mg of <strong>it</strong></p>"
    assert line("5\xa0mg of **it**") == "5&nbsp;mg of <strong>it</strong>"
