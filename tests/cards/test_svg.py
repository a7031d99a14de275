"""An SVG is read as hostile, and cut into symbols."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckwright.cards import svg
from deckwright.cards.media import Refused

SCENE = Path(__file__).parents[2] / "media" / "baclofen-scene.svg"
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n rest").decode()


def drawing(body: str, root: str = 'viewBox="0 0 100 100"') -> bytes:
    """Put *body* on line 2 of a scene."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" {root}>\n{body}\n</svg>'
    ).encode()


def refusal(data: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        svg.read_drawing(data)
    assert re.search(r"in line \d+ of the SVG$", caught.value.message)
    assert caught.value.advice
    return caught.value


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("<script>alert(1)</script>", "`script`"),
        ("<SCRIPT/>", "`SCRIPT`"),
        ('<s:script xmlns:s="http://www.w3.org/2000/svg"/>', "`script`"),
        ('<h:script xmlns:h="http://www.w3.org/1999/xhtml"/>', "`script`"),
        ("<foreignObject/>", "`foreignObject`"),
        ("<text>word</text>", "`text`"),
        ("<flowRoot/>", "`flowRoot`"),
        ('<g><text><tspan x="1">word</tspan></text></g>', "`text`"),
        ('<rect onclick="x()"/>', "the event handler `onclick`"),
        ('<rect ONLOAD="x()"/>', "the event handler `ONLOAD`"),
        ('<image href="/etc/passwd"/>', "a reference out of the file"),
        ('<image xlink:href="file:///etc/passwd"/>', "a reference out of the file"),
        ('<image href="https://example.org/a.png"/>', "a reference out of the file"),
        ('<use href="other.svg#a"/>', "a reference out of the file"),
        ('<image href=""/>', "a reference out of the file"),
        ('<image href="#"/>', "a reference out of the file"),
        ('<a href="javascript:x()"><rect/></a>', "a reference out of the file"),
        ('<x:y xmlns:x="urn:x" src="a.png"/>', "a reference out of the file"),
        ('<image href="data:image/svg+xml;base64,PHN2Zy8+"/>', "a reference out of the file"),
        ('<image href="data:image/png,hello"/>', "a reference out of the file"),
        ('<image href="data:image/png;base64,aGVsbG8="/>', "an embedded picture that is no PNG"),
        ('<image href="data:image/png;base64,!!!!"/>', "an embedded picture that is no PNG"),
        (f'<image href="data:image/jpeg;base64,{PNG}"/>', "an embedded picture that is no JPEG"),
        (f'<image href="data:image/png;base64,{PNG}{"A" * 7_000_000}"/>', "an embedded picture over 5 MiB"),
        ('<rect fill="url(http://example.org/#a)"/>', "a `url(…)` out of the file"),
        ("<rect style=\"fill:URL( 'a.svg#b' )\"/>", "a `url(…)` out of the file"),
        ('<rect fill="url(#a) url(b)"/>', "a `url(…)` out of the file"),
        ("<style>rect{fill:url(a.png)}</style>", "a `url(…)` out of the file"),
        ("<style>@font-face{src:url(a.woff)}</style>", "a `url(…)` out of the file"),
        ("<style><![CDATA[@IMPORT 'a.css';]]></style>", "`@import`"),
        ("<rect style=\"@import 'a'\"/>", "`@import`"),
        (r"<style>rect{fill:u\72l(a)}</style>", "a `\\` in a style"),
        ('<filter id="f"><feImage href="#a"/></filter>', "a picture inside a filter"),
        ('<filter><feGaussianBlur stdDeviation="1 201"/></filter>', "`stdDeviation` over 200"),
        ('<filter><feGaussianBlur stdDeviation="9e99px"/></filter>', "`stdDeviation` over 200"),
        ('<filter><feTurbulence numOctaves="9"/></filter>', "`numOctaves` over 8"),
        ('<filter><feMorphology radius="51"/></filter>', "`radius` over 50"),
        ('<filter><feConvolveMatrix order="11"/></filter>', "`order` over 10"),
        ('<filter width="1001%"/>', "a filter with a huge `width`"),
        ('<filter x="-11"/>', "a filter with a huge `x`"),
        ('<filter filterUnits="userSpaceOnUse" height="100001"/>', "a filter with a huge `height`"),
        (f"<filter>{'<feFlood/>' * 21}</filter>", "more than 20 filter effects, the next"),
        ("<g filter='blur(1px)'/>" * 21, "more than 20 filter effects, the next"),
        (f"<style>g{{filter:{'sepia(1) ' * 21}}}</style>", "more than 20 filter effects, the next"),
        ("<g>" * 100 + "</g>" * 100, "more than 100 elements inside one another, the next"),
        ("<g/>" * 200_000, "more than 200000 elements, the next"),
        ('<g id="a"><use href="#a"/></g>', "a reference that comes back to itself"),
        (
            '<g id="a"><use xlink:href="#b"/></g><g id="b"><use href="#a"/></g>',
            "a reference that comes back to itself",
        ),
        ('<pattern id="p"><rect fill="url(#p)"/></pattern>', "a reference that comes back to itself"),
        ('<?xml-stylesheet href="a.css"?>', "a style sheet out of the file"),
    ],
)
def test_what_could_do_harm_is_refused(body: str, what: str) -> None:
    refused = refusal(drawing(body))
    assert (refused.code, refused.message) == ("unsafe-svg", f"{what} in line 2 of the SVG")


def test_a_use_bomb_is_refused() -> None:
    levels = [f'<g id="u{i}">' + f'<use href="#u{i + 1}"/>' * 10 + "</g>" for i in range(9)]
    refused = refusal(drawing("".join(levels) + '<rect id="u9"/>'))
    assert refused.message.startswith("references that multiply without end in line ")


@pytest.mark.parametrize("order", [1, -1])
def test_an_endless_chain_is_refused_from_either_end(order: int) -> None:
    links = [f'<use id="u{i}" href="#u{i + 1}"/>' for i in range(5000)]
    refused = refusal(drawing("".join(links[::order])))
    assert refused.code == "unsafe-svg"


LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>&b;</title></svg>"""
EXTERNAL = LAUGHS.replace('"ha"', 'SYSTEM "file:///etc/passwd"')
PUBLIC = LAUGHS.replace('svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]', 'svg PUBLIC "a" "b"')


@pytest.mark.parametrize("text", [LAUGHS, EXTERNAL, PUBLIC])
def test_document_types_and_entities_are_refused(text: str) -> None:
    refused = refusal(text.encode())
    assert (refused.code, refused.message) == ("unsafe-svg", "a DOCTYPE in line 2 of the SVG")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "XML that cannot be read (no element found) in line 1 of the SVG"),
        (b"<svg", "XML that cannot be read (unclosed token) in line 1 of the SVG"),
        (drawing("<g>"), "XML that cannot be read (mismatched tag) in line 3 of the SVG"),
        (drawing("&nbsp;"), "XML that cannot be read (undefined entity) in line 2 of the SVG"),
        (b"<svg viewBox='0 0 9 9'/>", "a root that is no `svg` element in line 1 of the SVG"),
        (
            b"\n<html xmlns='http://www.w3.org/2000/svg'/>",
            "a root that is no `svg` element in line 2 of the SVG",
        ),
        (drawing("", ""), "neither a `viewBox` nor a numeric `width` and `height` in line 1 of the SVG"),
        (
            drawing("", 'width="9"'),
            "neither a `viewBox` nor a numeric `width` and `height` in line 1 of the SVG",
        ),
        (
            drawing("", 'width="100%" height="9"'),
            "neither a `viewBox` nor a numeric `width` and `height` in line 1 of the SVG",
        ),
        (
            drawing("", f'width="{"1" * 99_999}x" height="9"'),
            "neither a `viewBox` nor a numeric `width` and `height` in line 1 of the SVG",
        ),
        (drawing("", 'viewBox="0 0 0 9"'), "a canvas of an impossible shape in line 1 of the SVG"),
        (drawing("", 'viewBox="0 0 1 9"'), "a canvas of an impossible shape in line 1 of the SVG"),
        (drawing("", 'viewBox="0 0 9000 1"'), "a canvas of an impossible shape in line 1 of the SVG"),
        (drawing("", f'viewBox="0 0 {"9" * 400} 1"'), "a canvas of an impossible shape in line 1 of the SVG"),
        (
            drawing("", 'viewBox="0 0 9 9" width="1" height="-1"'),
            "a canvas of an impossible shape in line 1 of the SVG",
        ),
        (drawing("\xe9").decode().encode("latin-1"), "characters that are not UTF-8 in line 2 of the SVG"),
        (
            b"<?xml version='1.0' encoding='latin-1'?>" + drawing(""),
            "an encoding other than UTF-8 in line 1 of the SVG",
        ),
        ("<svg/>".encode("utf-16"), "characters that are not UTF-8 in line 1 of the SVG"),
    ],
)
def test_what_is_no_drawing_is_broken(data: bytes, message: str) -> None:
    refused = refusal(data)
    assert (refused.code, refused.message) == ("broken-svg", message)


@pytest.mark.parametrize(
    "body",
    [
        f'<image href="data:image/png;base64,{PNG[:8]}\n {PNG[8:]}"/>',
        '<linearGradient id="a"/><rect fill="url( \'#a\' ) red" style="stroke:url(#a)"/>',
        '<rect id="a"/><use xlink:href="#a"/><use href="#nowhere"/>',
        "<filter>" + '<feGaussianBlur stdDeviation="4"/>' * 20 + "</filter>",
        "<g>" * 99 + "</g>" * 99,
        '<metadata><x:y xmlns:x="urn:x" resource="https://example.org/"/></metadata>',
        '<g inkscape:export-filename="C:\\pictures\\a.png"/>',
        "<style>/* url(a) */ .a{fill:red}</style>",
        "<?editor remark?>",
    ],
)
def test_what_editors_write_is_accepted(body: str) -> None:
    assert svg.read_drawing(drawing(body)) == svg.Drawing("", ())


@pytest.mark.parametrize(
    "root", ['width="9" height="9"', 'width="10mm" height="1.5cm"', 'viewBox="-5,-5 10,10" width="100%"']
)
def test_a_canvas_has_any_unit(root: str) -> None:
    assert svg.read_drawing(drawing('<g id="a"/>', root)).symbols == (svg.Symbol("a", "", ""),)


@given(st.binary(max_size=200) | st.text(max_size=200).map(drawing))
def test_whatever_comes_in_is_read_or_refused(data: bytes) -> None:
    try:
        svg.read_drawing(data)
    except Refused as refused:
        assert refused.code in {"unsafe-svg", "broken-svg"}  # noqa: PT017 - most inputs are refused, not all


NAMED = drawing("""<title> A  fen
 in May </title>
<g id="sym-goose"><title>Grey goose</title><g id="wing"/></g>
<g id="layer1" inkscape:label="Bee"><g/></g>
<g id="GOOSE"/>
<defs><g id="hidden"/></defs><symbol><g id="hidden2"/></symbol>""")


def test_every_named_group_that_is_drawn_is_a_symbol() -> None:
    assert svg.read_drawing(NAMED) == svg.Drawing(
        "A fen in May",
        (
            svg.Symbol("goose", "Grey goose", ""),
            svg.Symbol("wing", "", ""),
            svg.Symbol("layer1", "", "Bee"),
            svg.Symbol("GOOSE", "", ""),
        ),
    )


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("goose", "goose"),
        ("sym-goose", "goose"),
        ("GOOSE", "GOOSE"),
        ("Goose", "goose"),
        ("grey GOOSE", "goose"),
        ("Grey goose", "goose"),
        ("Bee", "layer1"),
        ("bee", "layer1"),
        ("wing", "wing"),
        ("hidden", None),
        ("", None),
        (" ", None),
    ],
)
def test_a_symbol_is_found_by_any_of_its_names(asked: str, found: str | None) -> None:
    symbol = svg.read_drawing(NAMED).find(asked)
    assert (symbol.name if symbol else None) == found


def test_a_symbol_that_is_not_there_is_refused_with_the_nearest() -> None:
    with pytest.raises(Refused) as caught:
        svg.only(NAMED, "gosse")
    assert (caught.value.code, caught.value.advice) == ("missing-symbol", "did you mean `goose`?")


def cut(body: str, symbol: str) -> str:
    """Cut a symbol out, and leave the root and line ends away."""
    text = svg.only(drawing(body), symbol).decode().replace("\n", "")
    return re.sub(r"^<svg [^>]*>|</svg>$", "", text)


def test_only_the_symbol_is_left() -> None:
    body = '<rect/><g id="a"><title>A</title><!-- x --><path d="M0 0"/></g><g id="b"><circle/></g>'
    assert cut(body, "a") == '<g id="a"><path d="M0 0"></path></g>'


def test_the_groups_around_a_symbol_keep_their_attributes() -> None:
    body = '<g transform="scale(2)" data-x="1"><rect/><g fill="red"><g id="a"><rect/></g></g></g>'
    assert cut(body, "a") == '<g transform="scale(2)"><g fill="red"><g id="a"><rect></rect></g></g></g>'


def test_shadows_stay_in_the_scene() -> None:
    body = '<g id="a"><rect data-shadow="1"/><g><circle/><rect data-shadow=""/></g></g>'
    assert cut(body, "a") == '<g id="a"><g><circle></circle></g></g>'
    assert cut(body, "").count("<rect>") == 2


def test_definitions_come_along_wherever_they_stand_but_only_those_in_use() -> None:
    body = (
        '<defs><linearGradient id="g1" xlink:href="#g2"/><linearGradient id="g2"/><filter id="g3"/></defs>'
        '<g id="b" fill="blue"><path id="leaf" d="M0 0"/><rect/></g>'
        '<g clip-path="url(#c)"><g id="a"><rect fill="url(#g1)"/><use href="#leaf"/></g></g>'
        '<clipPath id="c"><rect/></clipPath>'
    )
    assert cut(body, "a") == (
        '<defs><defs><linearGradient href="#g2" id="g1"></linearGradient></defs>'
        '<defs><linearGradient id="g2"></linearGradient></defs></defs>'
        '<g fill="blue" id="b"><defs><path d="M0 0" id="leaf"></path></defs></g>'
        '<g clip-path="url(#c)"><g id="a"><rect fill="url(#g1)"></rect><use href="#leaf"></use></g></g>'
        '<defs><clipPath id="c"><rect></rect></clipPath></defs>'
    )


def test_style_rules_come_along_if_they_may_apply() -> None:
    css = (
        "@media print{.a{fill:red}} .a{fill:url(#g)} .b{fill:red} #a .a.c , svg > rect{fill:blue;}"
        " #b{} rect:hover{} [x]{} @charset 'x'; circle{}"
    )
    body = (
        f'<style>{css}</style><defs><linearGradient id="g"/></defs><g id="a"><path class="a"/></g><g id="b"/>'
    )
    assert cut(body, "a") == (
        "<style>.a{fill:url(#g)}rect:hover{}[x]{}</style>"
        '<defs><defs><linearGradient id="g"></linearGradient></defs></defs>'
        '<g id="a"><path class="a"></path></g>'
    )


def test_thousands_of_style_rules_and_elements_are_no_trouble() -> None:
    rules = "".join(f".c{i}, .d{i} {{fill:url(#g{i})}}\n" for i in range(20_000))
    leaves = "".join(f'<g id="s{i}" class="d{i}"/><linearGradient id="g{i}"/>' for i in range(20_000))
    assert cut(f"<style>{rules}</style>{leaves}", "s7") == (
        "<style>.c7, .d7{fill:url(#g7)}</style>"
        '<g class="d7" id="s7"></g><defs><linearGradient id="g7"></linearGradient></defs>'
    )


def test_of_two_elements_with_one_id_the_first_counts() -> None:
    body = '<g id="a"><rect/></g><g id="a"><circle/></g>'
    assert cut(body, "a") == '<g id="a"><rect></rect></g>'
    assert cut(body, "") == '<g id="a"><rect></rect></g><g><circle></circle></g>'


def test_what_is_cut_out_can_be_read_again_and_says_the_same() -> None:
    data = SCENE.read_bytes()
    for symbol in svg.read_drawing(data).symbols:
        text = svg.only(data, symbol.name)
        assert svg.only(text, symbol.name) == text


def test_special_characters_survive_being_written_anew() -> None:
    body = "<style>a&gt;g{}</style><g id='a' class='&lt;&amp;&quot;&#39;'/>"
    text = svg.only(drawing(body), "")
    assert svg.only(text, "") == text
    assert b'class="&lt;&amp;&quot;&#x27;"' in text


def test_a_recipe_does_not_change_when_other_symbols_come_and_go() -> None:
    a = '<g id="a" class="a"><rect fill="url(#g)"/></g>'
    defs = '<linearGradient id="g"/>'
    alone = svg.only(drawing(f"<style>.a{{}}</style><defs>{defs}</defs>{a}"), "a")
    crowd = drawing(
        f'<title>T</title><style>.b{{}} .a{{}}</style><defs><filter id="f"/>{defs}</defs>'
        f'<g id="b" class="b" filter="url(#f)"/>\n\n{a}<g id="c"/>'
    )
    assert svg.only(crowd, "a") == alone


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<rect/>", "<circle/>"),
        ('offset="1"', 'offset="0"'),
        ("scale(2)", "scale(3)"),
        ("0 0 100", "0 0 101"),
        (":red", ":blue"),
    ],
)
def test_a_recipe_changes_with_all_that_the_symbol_is_made_from(old: str, new: str) -> None:
    data = drawing(
        '<style>g{fill:red}</style><linearGradient id="g"><stop offset="1"/></linearGradient>'
        '<g transform="scale(2)"><g id="a" stroke="url(#g)"><rect/></g></g>'
    )
    changed = data.replace(old.encode(), new.encode())
    assert changed != data
    assert svg.only(changed, "a") != svg.only(data, "a")
