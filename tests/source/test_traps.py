"""What YAML would silently cut or choke on, one by one and all together, and what it would not."""

from __future__ import annotations

import pytest

from deckwright.source import syntax
from deckwright.source.diagnostics import Diagnostic, Report, full
from deckwright.source.syntax import Mapping, Node, Scalar, Sequence, compose
from deckwright.source.text import SourceFile


@pytest.fixture(params=syntax.PARSERS, autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syntax, "PARSERS", (request.param,))


def composed(text: str) -> tuple[Node | None, Report]:
    report = Report(SourceFile("cards.yaml", text))
    return compose(report.source, report), report


def only(text: str) -> Diagnostic:
    (found,) = composed(text)[1]
    return found


def plain(node: Node | None) -> object:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key.text: plain(value) for key, value in node.pairs} if isinstance(node, Mapping) else None


TRAPS = {
    "Warning: never stop": (7, 'write `fact: "Warning: never stop"`'),
    "a: b: c: d": (1, 'write `fact: "a: b: c: d"`'),
    "ends with colon:": (15, 'write `fact: "ends with colon:"`'),
    "[Na+] falls": (0, 'write `fact: "[Na+] falls"`'),
    "[Na+], [K+]": (0, 'write `fact: "[Na+], [K+]"`'),
    "[Na: K: x]": (0, 'write `"[Na: K: x]"`'),
    "{x} falls": (0, 'write `fact: "{x} falls"`'),
    "*Always*": (0, 'write `fact: "*Always*"`'),
    "*Always* taper": (0, 'write `fact: "*Always* taper"`'),
    "*once": (0, 'write `"*once"`'),
    "&K channel": (0, 'write `"&K channel"`'),
    "&K": (0, 'write `"&K"`'),
    "& so on": (0, 'write `fact: "& so on"`'),
    "!important note": (0, 'write `"!important note"`'),
    "! note": (0, 'write `"! note"`'),
    "%5 of all": (0, 'write `fact: "%5 of all"`'),
    "@home": (0, 'write `fact: "@home"`'),
    "`code`": (0, 'write `fact: "`code`"`'),
    "- dash": (0, 'write `fact: "- dash"`'),
    "? question": (0, 'write `fact: "? question"`'),
    "| pipe": (0, 'write `fact: "| pipe"`'),
    "> 5 mg": (0, 'write `fact: "> 5 mg"`'),
    '"Quoted" start': (0, "write `fact: '\"Quoted\" start'`"),
    '"It\'s" so': (0, "write `fact: '\"It''s\" so'`"),
    "'Quoted' start": (0, "write `fact: \"'Quoted' start\"`"),
    "'tis: so": (0, 'write `fact: "\'tis: so"`'),
    '"never closed': (0, "write `fact: '\"never closed'`"),
    "*Always* " + "x" * 60: (0, "put quotes around the text"),
}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("written", TRAPS)
def test_a_text_that_needs_quotes_is_told_and_read_as_meant(written: str, end: str) -> None:
    offset, advice = TRAPS[written]
    text = f"- fact: {written}{end}  mnemonic: b{end}"
    tree, report = composed(text)
    (found,) = report
    assert (found.code, found.span.start, found.advice) == ("unquoted-text", 8 + offset, advice)
    assert plain(tree) == [{"fact": written, "mnemonic": "b"}]


@pytest.mark.parametrize("written", TRAPS)
def test_a_comment_behind_a_trap_is_no_part_of_the_text(written: str) -> None:
    found, commented = only(f"- fact: {written}\n"), only(f"- fact: {written}  # why\n")
    assert commented.span == found.span
    if not written.startswith(("'", '"')):
        assert commented.advice == found.advice


@pytest.mark.parametrize("written", TRAPS)
def test_what_is_advised_mends_the_fault(written: str) -> None:
    advice = only(f"- fact: {written}\n").advice
    if advice.startswith("write"):
        mended = advice.removeprefix("write `").removesuffix("`").removeprefix("fact: ")
        assert composed(f"- fact: {mended}\n")[1].has_errors is False
        assert plain(composed(f"- fact: {mended}\n")[0]) == [{"fact": written}]


HASHES = {
    "5-HT #3 antagonist": (5, "#3 antagonist", "only `5-HT`"),
    "5-HT  #3": (6, "#3", "only `5-HT`"),
    "5-HT\t#3": (5, "#3", "only `5-HT`"),
    "#1 cause": (0, "#1 cause", "nothing"),
    "pH #(7.4)": (3, "#(7.4)", "only `pH`"),
    "a #b #c": (2, "#b #c", "only `a`"),
    "鹅 #1": (2, "#1", "only `鹅`"),
}


@pytest.mark.parametrize("end", ["\n", "\r\n", "", "  # a comment\n", " #\n"])
@pytest.mark.parametrize("written", HASHES)
def test_a_text_cut_by_a_hash_is_told_and_read_as_meant(written: str, end: str) -> None:
    offset, cut, rest = HASHES[written]
    tree, report = composed(f"- fact: {written}{end}")
    (found,) = report
    assert (found.code, found.span.start) == ("text-after-hash", 8 + offset)
    assert found.span.end == found.span.start + len(cut)
    assert found.message == f"` #` starts a comment, so the card would say {rest}"
    assert plain(tree) == [{"fact": written}]


def test_a_hash_in_the_name_of_a_section_is_told() -> None:
    tree, report = composed("Drugs #1:\n  - a\nDrugs #2: # two\n  - b\n")
    assert [(found.code, found.span.start) for found in report] == [
        ("text-after-hash", 6),
        ("text-after-hash", 22),
    ]
    assert plain(tree) == {"Drugs #1": ["a"], "Drugs #2": ["b"]}


def test_a_list_in_a_folded_text_is_advice() -> None:
    text = "a: >\n  Two:\n\n  - one\n  - two\n"
    found = only(text)
    assert (found.severity, found.code, found.advice) == (
        "warning",
        "folded-list",
        "write `|` instead of `>`",
    )
    assert text[found.span.start : found.span.end] == "-"
    assert only("a: >-\n  1. one\n  2. two\n").code == "folded-list"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("a:\n\tb: c\n", [3]),
        ("a:\n\t- b\n\t- c\n", [3, 8]),
        ("a:\n  b: c\n  \td: e\n", [12]),
        ("-\ta: b\n", [1]),
        ("a: |\n\tb\n", [5]),
    ],
)
def test_tabs_that_indent_are_told(text: str, places: list[int]) -> None:
    _, report = composed(text)
    assert [(found.code, found.span.start, text[found.span.start]) for found in report] == [
        ("tab", place, "\t") for place in places
    ]


@pytest.mark.parametrize(
    ("written", "offset"),
    [
        ("\\alpha", 0),
        ("a \\( b \\)", 2),
        ("\\frac", 0),
        ("\\beta", 0),
        ("a\\n \\e", 4),
        ("\\\\ \\q", 3),
        ("\\x07", 0),
        ("\\u2028", 0),
        ("\\ud800", 0),
        ("\\U00110000", 0),
        ("\\xg0", 0),
        ("\\'", 0),
    ],
)
def test_a_backslash_that_double_quotes_would_eat_is_told(written: str, offset: int) -> None:
    tree, report = composed(f'- fact: "{written}"\n  mnemonic: b\n')
    (found,) = report
    assert (found.code, found.span.start) == ("bad-escape", 9 + offset)
    assert found.advice == "use single quotes, where a `\\` is a `\\`"
    (note,) = tree.items if isinstance(tree, Sequence) else ()
    assert isinstance(note, Mapping)
    assert note.get("mnemonic") is not None
    assert composed(f"- fact: '{written.replace(chr(39), chr(39) * 2)}'\n")[1].has_errors is False


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("- a: b\n c: d\n", "this line is indented like none of the lines it could belong to", 8),
        ("- a: b\n   c: d\n", "`: ` makes YAML see a key here, where none can stand", 11),
        ("a: b\nc\nd: e\n", "this line has no key", 5),
        ("a: b\nc:d\n", "this line has no key", 5),
        ("a: [b, c\nd: e\n", "`[` opens a list that is never closed", 3),
        ("a: [b,\n  c\nd: e\n", "`[` opens a list that is never closed", 3),
        ("- {a: b, c: d\n", "`{` opens a mapping that is never closed", 2),
        ("a: ]\n", "YAML cannot read on here", 3),
    ],
)
def test_what_no_trap_explains_is_told_in_our_words(text: str, message: str, place: int) -> None:
    found = only(text)
    assert (found.code, found.message, found.span.start) == ("yaml-syntax", message, place)


def test_a_key_without_its_space_is_told_how_to_get_one() -> None:
    assert only("a: b\nmnemonic:c\n").advice == "put a space after the colon"


def test_the_quote_that_was_opened_is_told_and_not_the_one_that_closed_it() -> None:
    assert only('- a: "never closed\n  b: "x"\n- c\n').span.start == 5
    assert only("- a: 'never closed\n  b: c\n  d: 'x'\n").span.start == 5


GOOD = """\
# comment
#comment of the careless
deck: D   # comment
url: https://example.org/#top?x=1#y
c#: C# and F#
time: 1:30 and a:b
quoted: 'a: b: c #d *e* [f]'   #glued to nothing that could be cut
double: "&x: #1 \\t \\" \\\\ \\u00e9"
literal: |
  - list
  #heading: x
  key: value #3
  *Always* "quoted" `code`
  \tindented
folded: >
  a - b
  3.5 mg
range: 5-10, -5, +3 & more * less ! ? @ % > 4
flow: [a, 'b: c', "d #e", http://x.org/#y, -1, why?]
keyed: {a: b, c: [d]}
multi: one
  two - three
  four
anchored: &name text
alias: *name
empty:
nothing: ""
dash: -5 mg
question: ?why
star: a*b*c
pipe: a | b
percent: 5 % of
tilde: ~
list:
- a
-  b
- - c
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_good_yaml_is_left_in_peace(end: str) -> None:
    tree, report = composed(GOOD.replace("\n", end))
    assert [(found.code, found.message) for found in report] == []
    assert isinstance(tree, Mapping)
    assert plain(tree.get("time")) == "1:30 and a:b"
    assert plain(tree.get("quoted")) == "a: b: c #d *e* [f]"
    assert plain(tree.get("literal")) == (
        '- list\n#heading: x\nkey: value #3\n*Always* "quoted" `code`\n\tindented\n'
    )
    assert plain(tree.get("flow")) == ["a", "b: c", "d #e", "http://x.org/#y", "-1", "why?"]
    assert plain(tree.get("range")) == "5-10, -5, +3 & more * less ! ? @ % > 4"


def test_ten_traps_in_one_file_are_told_in_one_run() -> None:
    text = "".join(f"- fact: {written}\n" for written in (*list(TRAPS)[:14], *HASHES))
    tree, report = composed(text)
    assert [report.source.place(found.span.start).line for found in report] == list(range(1, 22))
    assert plain(tree) == [{"fact": written} for written in (*list(TRAPS)[:14], *HASHES)]


def test_a_trap_is_printed_as_the_author_needs_it() -> None:
    text = "deck: D\nnotes:\n  - fact: Warning: never stop abruptly\n"
    assert full(composed(text)[1]) == (
        "error[unquoted-text]: `: ` inside the text makes YAML see a second key\n"
        " --> cards.yaml:3:18\n"
        "  |\n"
        "3 |   - fact: Warning: never stop abruptly\n"
        '  |                  ^ write `fact: "Warning: never stop abruptly"`'
    )
    text = "deck: D\nnotes:\n  - fact: 5-HT #3 receptor antagonist\n"
    assert full(composed(text)[1]) == (
        "error[text-after-hash]: ` #` starts a comment, so the card would say only `5-HT`\n"
        " --> cards.yaml:3:16\n"
        "  |\n"
        "3 |   - fact: 5-HT #3 receptor antagonist\n"
        "  |                ^^^^^^^^^^^^^^^^^^^^^^ quote the text; for a comment, put a space after `#`"
    )
