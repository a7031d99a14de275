"""What likes to go wrong: pieces of YAML, Markdown, CSS, tables, PDF, packages and pictures."""

from __future__ import annotations

from deckwright.deck.model import Cards, Colours, Deck, Note, Scene, Section, Style

# A token a line would be four hundred lines.
# fmt: off
KEYS = sorted(
    {key for model in (Cards, Colours, Deck, Note, Scene, Section, Style) for key in model.model_fields}
    - {"node"}
    | {"notes", "x"}
)
TEXTS = (
    "", " ", "a", "A goose ~ Honk", "5-HT #3", "goose.png", "scene.svg", "none", "true", "NO", "1:30",
    "0x1F", "../../etc/passwd", "/dev/zero", "https://example.org/x.png", "::", "a::b", "Default", "@scene",
    "-", "~", "<script>x</script>", "{{c1::gap}}", "{{c1::", "[sound:x.mp3]", "\\(x^2\\)", "\\[", "**a", "`",
    "| a |\n|-|", "![a](goose.png)", "[a](javascript:x)", "<img src=x>", "&#0;", "&#x110000;", "\u202e",
    "\u0301", "😀" * 9, "\x00", "\x1b[2J", "\ufeff", "\u2028", "\x85", "a\nb", "a\r\nb", "\t", "é", "e\u0301",
    "ß", "İ", "x" * 5000, "2020-01-01", "1e999", "nan", ".inf", "0", "-0", "9" * 400, "<<", "=",
    "!!python/object:x", "*a", "&a", "%",
)
NUMBERS = (
    0, 1, -1, 2**31, 2**53 + 1, 2**63, -(2**63), 10**400, 0.5, -0.0, 1e308, 100, 16_384,
)
_YAML = (
    ": ", "- ", "? ", "#", " #", "&a ", "*a", "!!x ", "!", "|", ">", "|-\n", ">+2\n", "'", '"', "[", "]",
    "{", "}", ",", "\n", "\r", "\r\n", "\t", "---\n", "...\n", "%YAML 1.1\n", "<<: *a\n", "\\", "~", "@",
    "`", "  ", "\n  - ", "notes:\n", "sections:\n", "# deckwright: ignore all\n", "decks: '**/*.yaml'\n",
    "{{c1::", "}}",
)
DECK = tuple(
    [text.encode() for text in dict.fromkeys((*_YAML, *TEXTS, *(f"{key}: " for key in KEYS))) if text]
    + [b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\x80", b"\xe2\x82"]
)
MARKDOWN = (
    "word", " ", "\n", "\n\n", "**", "*", "_", "`", "```\n", "~~", "- ", "1. ", "> ", "# ", "---\n", "| ",
    "%", "| a | b |\n|---|---|\n", "\\(", "\\)", "\\[", "\\]", "x^2", "\\frac{1}", "\\begin{matrix}", "{",
    "}", "\\", "\\href{javascript:x}{y}", "{{c1::", "{{c999::", "::hint", "}}", "<b>", "</b>", "<div",
    "<!--", "-->", "\t", "<![CDATA[", "&amp;", "&#91;", "[a](x)", "[a]: b\n", "![x](goose.png)", "[^1]",
    "[sound:x]", "[latex]", "\ue000", "\u0338", "心", "القلب", "    ", '<a href="', '">', "&", "::", "\x1b",
)
CSS = (
    b"{", b"}", b"/*", b"*/", b"url(", b"@import ", b"\\", b"<!--", b"</style>", b"'", b":", b";", b"\0",
    b"@media ", b"!important", b"expression(", b"\\75rl(x)", b"image-set(", b"@font-face{",
    b"position:fixed", b"(" * 500,
)
LOCK = (
    b"<<<<<<< ours\n", b"=======\n", b">>>>>>> theirs\n", b"||||||| base\n", b"{", b"}", b"[", b"]", b'"',
    b",", b":", b"null", b"true", b"NaN", b"1e999", b"-1", b"9" * 30, b"[" * 2000, b'{"a":' * 200,
    b"\\ud800", b"\r\n", b"\0", b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"\xff\xfe", b'"kind": "note"',
    b'"retired": true', b'"rows": ["-"]',
)
TABLE = (
    b'"', b'""', b",", b";", b"\t", b"\r", b"\n", b"|", b"sep=;\n", b"#separator:tab\n", b"#html:true\n",
    b"\0", b"#deck column:2\n", b"#tags column:9\n", b"#guid column:1\n", b"#columns:a\tb\n", b"<br>",
    b"," * 300, b"<img src=a.png>", b"[sound:x.mp3]", b"{{c1::x}}", b"fact", b"Mnemonic", b"&nbsp;",
    b"\xff\xfe", b"\xef\xbb\xbf",
)
PDF = (
    b"/Type", b"/Pages", b"/Kids", b"endobj", b"stream\n", b"endstream", b"<<", b">>", b" 0 R",
    b"/Encrypt 1 0 R", b"/Count 99999999", b"/Length -1", b"/Filter [/FlateDecode /FlateDecode]", b"/JS (x)",
    b"xref", b"(", b"BT",
)
SHEET = (
    b"<row", b'r="XFD1048576"', b'r="A0"', b'r="-1"', b'<c t="s"><v>99</v></c>', b'<c t="d"><v>x</v></c>',
    b"</", b"<!DOCTYPE x [", b"&x;", b"1e999", b"-1", b'Target="/etc/passwd"', b"<f>", b"<v>9e99</v>",
    b"\xff", b'"',
)
PACKAGE = (
    b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"SQLite format 3\0", b"\x28\xb5\x2f\xfd",
    b"\0" * 40, b"\xff" * 8, b"../../x", b"/etc/passwd", b"C:\\x", b"\x1f", b"\x08\x03", b"\x80" * 12,
    b"CREATE ", b"{" * 300,
)
CELLS: tuple[object, ...] = (
    None, 0, -1, 2**31, 2**63 - 1, -(2**63), 1.5, float("inf"), "", "1", b"", b"\xff", "\x1f" * 300, "a\0b",
    "\x1f", *TEXTS,
)
STATEMENTS = (
    "CREATE VIEW v AS SELECT 1", "CREATE TABLE extra (a, b GENERATED ALWAYS AS (a))", "DROP TABLE revlog",
    "CREATE TRIGGER t AFTER INSERT ON notes BEGIN DELETE FROM cards; END", "DELETE FROM cards",
    "DELETE FROM col", "DELETE FROM notes", "UPDATE cards SET ord = ord + 1", "UPDATE cards SET did = 99",
    "UPDATE notes SET mid = 99", "UPDATE notes SET guid = 'same'", "ALTER TABLE notes RENAME TO n2",
    "ALTER TABLE notes ADD COLUMN x", "CREATE INDEX i ON notes (guid)",
    "UPDATE notes SET flds = flds || flds",
)
# What may stand in a drawing: elements that hold others, such that hold none, and what may not stand there.
HOLDERS = (
    '<g id="sym-a">', "<g>", '<g id="b" class="c" transform="rotate(9)">', '<g data-shadow="">', "<defs>",
    '<g mask="url(#m)">', '<g clip-path="url(#c)">', '<g transform="scale(1e30)">', '<filter id="f">',
    '<g style="opacity:.5;filter:url(#f)">', '<pattern id="p" width="1" height="1">', '<mask id="m">',
    '<clipPath id="c">', '<marker id="k" orient="auto">', '<symbol id="s" viewBox="0 0 1 1">',
)
LEAVES = (
    '<path d="M0 0h9v9z"/>', '<use href="#a"/>', '<use href="#sym-goose" x="5"/>', '<use href="#sym-a"/>',
    "<title>x</title>", '<rect width="9" height="9" filter="url(#f)"/>', '<rect width="1e9" height="1e9"/>',
    '<feGaussianBlur stdDeviation="9"/>', '<rect width="40" height="20" fill="url(#p)"/>',
    '<circle r="nan"/>', '<path d="M0 0L9 9L0 9" marker-mid="url(#k)" stroke="red"/>',
    "<style>*{fill:url(#p)}</style>", "<style>.c>g:first-child,#b{stroke:red;stroke-width:1e9}</style>",
    '<linearGradient id="l" href="#l"/>', '<path d="M0 0L1e38 1e38z"/>',
    '<path d="M0 0h9v9z" stroke="red" stroke-dasharray="1e-4"/>', '<ellipse rx="-1" ry="1e-30"/>',
    '<rect width="99%" height="5mm" fill="url(#l)"/>', '<use href="#s"/>',
)
FOUL = (
    '<image href="/etc/passwd"/>', '<image href="data:image/png;base64,AAAA"/>', "<text>x</text>", "<a>",
    "<g>", "</g>", "<!DOCTYPE x>", '<!ENTITY x "y">', "&x;", "<?xml version='1.0' encoding='utf-7'?>",
    "<![CDATA[", "]]>", "<!--", "<script>x</script>", '<svg viewBox="0 0 0 0">', "<foreignObject/>",
    "<style>@import 'x'</style>", "<feImage/>",
)
_ATTRIBUTES = (
    ' viewBox="0 0 1e30 1e-30"', ' width="-1"', ' height="1e9mm"', ' id="a"', ' href="#a"',
    ' fill="url(#a)"', ' onload="x"', ' transform="scale(1e30)"', ' style="filter:url(#f)"', ' d="M"',
    ' opacity="nan"', ' x="', ' xlink:href="file:///etc/passwd"', ' class="a b"', ' stroke-dasharray="1e-9"',
    ' xmlns="x"', " 99999999 ",
)
DRAWING = tuple(
    text.encode()
    for text in (*HOLDERS, *LEAVES, *FOUL, *_ATTRIBUTES, "<", ">", '"', "'", "/", "\0", "😀", "\ufeff")
)
BITMAP = (
    b"\xff\xd8", b"\xff\xe1\xff\xff", b"\xff\xda", b"acTL\0\0\0\x02", b"VP8X", b"ANIM", b"iCCP", b"zTXt",
    b"\0",
)
