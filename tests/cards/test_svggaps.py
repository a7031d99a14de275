"""What would be drawn otherwise than in a browser is told with its line; what makes no difference is not."""

from __future__ import annotations

import re
from contextlib import nullcontext
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckwright.cards import svg
from deckwright.cards.media import Refused

ROOT = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"{}>\n{}\n</svg>'
SHAPE = '<rect id="q" class="a" x="10" y="10" width="80" height="60" fill="red"/>'
DASHED = '<path d="M0 0h9" stroke-dasharray="1 1"{}/>'


def drawing(body: str, root: str = "") -> bytes:
    """Put *body* on line 2 of a scene."""
    return ROOT.format(root, body).encode()


def refusal(body: str, root: str = "") -> Refused:
    with pytest.raises(Refused) as caught:
        svg.read_drawing(drawing(body, root))
    assert caught.value.advice
    return caught.value


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("var(--c)", "`var(…)`"),
        ("calc(4px * 3)", "`calc(…)`"),
        ("min(1px, 2px)", "`min(…)`"),
        ("attr(x)", "`attr(…)`"),
        ("light-dark(red, blue)", "`light-dark(…)`"),
        ("color-mix(in srgb, red, blue)", "`color-mix(…)`"),
        ("oklch(60% .15 50)", "`oklch(…)`"),
        ("lab(50% 40 59)", "`lab(…)`"),
        ("hwb(0 0% 0%)", "`hwb(…)`"),
        ("color(display-p3 1 0 0)", "`color(…)`"),
        ("rgb(255 0 0 / 50%)", "`rgb(…)`"),
        ("rgba(255,0,0,50%)", "`rgba(…)`"),
        ("hsl(120deg,100%,50%)", "`hsl(…)`"),
        ("hsl(.5turn 100% 50%)", "`hsl(…)`"),
        ("rebeccapurple", "`rebeccapurple`"),
        ("currentcolor", "`currentcolor`"),
        ("1rem", "`1rem`"),
        ("5 2.5vmin", "`2.5vmin`"),
        ("-.5Q", "`-.5Q`"),
        ("4PX", "`4PX`"),
        ("unset", "`unset`"),
        ("NONE", "`NONE`"),
        ("URL(#q)", "`URL(…)`"),
    ],
)
def test_a_value_that_would_be_left_out_is_refused_wherever_it_stands(value: str, what: str) -> None:
    for body in (
        f'<g stroke-width="{value}">{SHAPE}</g>',
        f'<g style="fill:red;stroke:{value} ! important">{SHAPE}</g>',
        f"<style>.a {{ fill: {value} }}</style>{SHAPE}",
    ):
        refused = refusal(body)
        assert (refused.code, refused.message) == ("unsupported-svg", f"{what} in line 2 of the SVG")


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ('<g style="filter:drop-shadow(1px 1px 2px rgba(0,0,0,.5))"/>', "`drop-shadow(…)`"),
        ('<g style="filter:drop-shadow(1px 1px 2px #0008)"/>', "`drop-shadow(…)`"),
        (
            '<g style="vector-effect:non-scaling-stroke"/>',
            "`vector-effect: non-scaling-stroke`",
        ),
        ('<path vector-effect="non-scaling-stroke"/>', "`vector-effect: non-scaling-stroke`"),
        ('<linearGradient color-interpolation="linearRGB"/>', "`color-interpolation: linearRGB`"),
        ('<g clip-path="polygon(0 0,9 9,0 9)"/>', "`clip-path: polygon(0 0,9 9,0 9)`"),
        ('<g style="clip-path:circle(20px)"/>', "`clip-path: circle(20px)`"),
        ('<g style="mask:linear-gradient(black,red)"/>', "`mask: linear-gradient(black,red)`"),
        ('<g style="mask:url(#m),url(#n)"/>', "`mask: url(#m),url(#n)`"),
        ('<g style="mask-image:url(#m)"/>', "`mask-image: url(#m)`"),
        ('<g style="mix-blend-mode:plus-lighter"/>', "`mix-blend-mode: plus-lighter`"),
        ('<svg preserveAspectRatio="defer xMidYMid"/>', "`preserveAspectRatio: defer xMidYMid`"),
        ('<rect style="transform:rotate(45deg)"/>', "`transform: rotate(45deg)`"),
        ('<rect style="transform:translate(5px,5px)"/>', "`transform: translate(5px,5px)`"),
        ('<rect style="-webkit-transform:skewX(5)"/>', "`-webkit-transform: skewX(5)`"),
        ('<rect style="rotate:45deg"/>', "`rotate: 45deg`"),
        ('<rect style="width:80px"/>', "`width: 80px`"),
        ("<style>circle{r:9px}</style>", "`r: 9px`"),
        ("<path style=\"d:path('M0 0h9')\"/>", "`d: path('M0 0h9')`"),
        ('<rect style="animation:spin 2s"/>', "`animation: spin 2s`"),
        ('<rect style="all:initial"/>', "`all: initial`"),
        ('<rect style="outline:5px solid red"/>', "`outline: 5px solid red`"),
        ("<style>svg{background:#fff}</style>", "`background: #fff`"),
        ("<style>:root{border:1px solid}</style>", "`border: 1px solid`"),
        ('<rect style="FILL:red"/>', "`FILL`"),
        ('<rect style="foo;fill:red"/>', "`foo` without a value"),
        ('<rect style="stroke-width:;fill:red"/>', "`stroke-width` without a value"),
        ('<rect filter="url(#none)"/>', "`filter: url(#none)`, which is not there,"),
        (
            '<g style="transform-box:fill-box;transform-origin:center"/>',
            "`transform-box` with `transform-origin`",
        ),
        (DASHED.format(' pathLength="10"'), "`pathLength` with `stroke-dasharray`"),
        ('<filter><feColorMatrix type="saturate" values="3"/></filter>', "`saturate` over 1"),
        ("<style>.a{.b{fill:red}}</style>", "a rule inside a rule"),
        ("<style>.a{fill:red;&amp;.b{fill:blue}}</style>", "a rule inside a rule"),
        ("<style>rect:last-child{fill:red}</style>", "the selector `rect:last-child`"),
        ("<style>.b, rect:not(.b){fill:red}</style>", "the selector `rect:not(.b)`"),
        ("<style>:is(.a){fill:red}</style>", "the selector `:is(.a)`"),
        ("<style>g ~ .a{fill:red}</style>", "the selector `g ~ .a`"),
        ('<style>[id^="s"]{fill:red}</style>', 'the selector `[id^="s"]`'),
        ("<style>rect,{fill:red}</style>", "the selector ``"),
        ("<style>@media screen{rect{fill:red}}</style>", "`@media`"),
        ("<style>@media (min-width: 9px), print{rect{fill:red}}</style>", "`@media`"),
        ("<style>@supports (fill:red){rect{fill:red}}</style>", "`@supports`"),
        ("<style>@layer a{rect{fill:red}}</style>", "`@layer`"),
        ('<style media="(min-width: 9px)">rect{fill:red}</style>', "`@media`"),
        ('<rect><animate attributeName="fill"/></rect>', "`animate`"),
        ('<rect><set attributeName="fill" to="red"/></rect>', "`set`"),
        ("<animateTransform/>", "`animateTransform`"),
        ('<meshgradient id="m"/>', "`meshgradient`"),
        ("<hatch/>", "`hatch`"),
    ],
)
def test_what_would_be_drawn_otherwise_is_refused(body: str, what: str) -> None:
    refused = refusal(body)
    assert (refused.code, refused.message) == ("unsupported-svg", f"{what} in line 2 of the SVG")


def test_the_canvas_has_no_background_of_its_own() -> None:
    refused = refusal(SHAPE, ' style="width:100%;background:linear-gradient(red,blue)"')
    assert refused.message == "`background: linear-gradient(red,blue)` in line 1 of the SVG"


def test_the_line_is_that_of_the_rule() -> None:
    css = "<style>\n.a{fill:red}\n\n/* a\nb */ .b,\n.c\n{\n fill: var(--x);\n}\n</style>"
    assert refusal(css).message == "`var(…)` in line 6 of the SVG"
    assert refusal(css.replace("var(--x)", "red") + "<style>\n@layer{}</style>").message == (
        "`@layer` in line 12 of the SVG"
    )


@pytest.mark.parametrize(
    "body",
    [
        '<g style="--c:calc(1px);fill:red"/>',
        "<style>:root{--c:var(--d);--D:oklch(1 1 1)}</style>",
        '<g aria-label="calc(1) var(--x)" data-x="1rem" id="var(--x)"/>',
        '<g style="font-size:1rem;line-height:unset;-inkscape-font-specification:Sans;text-anchor:start"/>',
        '<g style="fill:#F00;stroke:RED;opacity:.5!important;;"/>',
        '<g style="mix-blend-mode:multiply;isolation:isolate;paint-order:stroke;vector-effect:none"/>',
        '<g style="color-interpolation:sRGB;color-interpolation-filters:linearRGB;enable-background:new"/>',
        '<g style="transform:none;transform-box:fill-box;cursor:pointer;transition:fill 1s"/>',
        '<g style="transform:matrix(1, 0, 0, 1, 2, 3) scale(1.5)"/>',
        '<g transform="rotate(45 50 50)" transform-origin="50 45"/>',
        '<g style="filter:drop-shadow(1px 1px 2px #000) blur(2px)"/>',
        '<clipPath id="c"/><mask id="m"/><g style="clip-path:url(#c);mask:url(#m);mask-type:alpha"/>',
        '<filter id="f"/><g filter="url(#f)"/><g fill="url(#nowhere) red"/>',
        '<svg style="width:9px;height:9px;overflow:visible"/>',
        '<rect style="background:red;outline:none"/>',
        DASHED.format(""),
        '<path pathLength="9" d="M0 0h9"/>',
        '<filter><feColorMatrix type="saturate" values=".5"/></filter>',
        '<g fill="hsl(120,100%,50%)" stroke="rgb(100%,0%,50%)" color="rgba(1,2,3,.5)"/>',
        '<rect x="1mm" y="2em" width="50%" height="30pt"/>',
        '<g fill="context-fill" stroke="currentColor"/>',
        '<style>*{fill:red}svg > g .b+rect#q.a[class|="a"][x]:first-child , :root{stroke:none}</style>',
        "<style>.a:hover,.a:focus-within{fill:blue} .a::before{content:'x'}</style>",
        "<style>@media print{.a{fill:blue}} @media (prefers-color-scheme: dark){.a{fill:blue}}</style>",
        "<style>@font-face{font-family:x} @keyframes k{from{fill:red}} @layer a,b; .a{fill:red}</style>",
        '<style media="print">.a{fill:var(--x)}</style><style media="screen">.a{fill:red}</style>',
        "<style>/* .a{fill:var(--x)} */</style><!-- <animate/> -->",
        '<view id="v"/><iframe/><blob/>',
        '<x:animate xmlns:x="urn:x"/>',
    ],
)
def test_what_makes_no_difference_stays_silent(body: str) -> None:
    svg.read_drawing(drawing(body + SHAPE, ' style="width:100%;max-width:9px;background:none"'))


def test_a_sheet_for_paper_is_not_drawn_on_screens() -> None:
    sheet = '<style media="print">rect{fill:blue}</style><style media="all">g{fill:red}</style>'
    assert svg.only(drawing(sheet + SHAPE), "").count(b"{") == 1


CSS = st.text("a.b#:;{}()[]@,/*!-+>~'\" \n0rgbvarurlmediaimportant", max_size=60)


@given(CSS, CSS, CSS)
def test_whatever_css_comes_in_is_read_or_refused_with_its_line(sheet: str, style: str, value: str) -> None:
    body = f"<style>{escape(sheet)}</style><g style={quoteattr(style)} fill={quoteattr(value)}/>"
    try:
        svg.read_drawing(drawing(body))
    except Refused as refused:
        assert re.search(r"in line \d+ of the SVG$", refused.message)  # noqa: PT017 - most are refused


HOSTILE = {
    "spaces": (f'<rect style="fill:a{" " * 300_000}!"/>', False),
    "brackets": (f'<rect style="fill:{"rgb(" * 100_000}"/>', False),
    "comments": (f'<rect style="fill:red{"/* " * 300_000}"/>', False),
    "rules": ("<style>" + "a{fill:red}\n" * 30_000 + "</style>", False),
    "strokes": (f'<rect fill="rgb({"/" * 300_000}"/>', True),
    "shadows": (f'<rect style="filter:drop-shadow({"#1234 " * 60_000}"/>', True),
    "selector": (f"<style>a{' ' * 300_000}!{{}}</style>", True),
    "matrices": (f'<rect style="transform:{"matrix(" * 30_000}"/>', True),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_long_row_of_anything_is_read_once(case: str) -> None:
    """Each would take hours where a pattern went back for every character."""
    body, refused = HOSTILE[case]
    with pytest.raises(Refused) if refused else nullcontext():
        svg.read_drawing(drawing(body))
