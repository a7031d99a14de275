"""The published page of a deck in real Chromium: seen, studied, read aloud, attacked."""

from __future__ import annotations

import functools
import hashlib
import json
import re
import shutil
import threading
import time
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from browser_shell import Browser, browser
from support import ROOT, deckwright, write_project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TRIES, _PAUSE = 200, 0.05  # seconds
DESK, PHONE = (1280, 900), (360, 740)
FIRST, SECOND = "1767225600", "1768225600"
_AXE = files("axe_core_python").joinpath("axe.min.js").read_text("utf-8")
_VIOLATIONS = """
axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}).then(
  found => found.violations.map(one => one.id + one.nodes.map(node => node.html + node.failureSummary)))
"""
_WATCH = """
window.complaints = []; window.moved = [];
document.addEventListener("securitypolicyviolation", one => complaints.push(one.effectiveDirective));
new PerformanceObserver(list => list.getEntries().forEach(one =>
    one.sources.forEach(({node}) => moved.push(`${node?.nodeName}.${node?.className} ${one.value}`))))
  .observe({type: "layout-shift", buffered: true});
0
"""
_PAINTED = """
document.querySelectorAll(".group").forEach(one => { one.style.contentVisibility = "visible" }); 0
"""
_CLICK = "dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))"
_ELSEWHERE = """
performance.getEntriesByType("resource").map(one => one.name).filter(one => !one.startsWith(location.origin))
"""


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with browser() as running:
        yield running


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish the repository's deck twice: with a correction, a new note and one that is gone in between."""
    folder = tmp_path_factory.mktemp("published")
    shutil.copytree(ROOT / "media", folder / "media")
    source = (ROOT / "cards.yaml").read_text("utf-8")
    source = source.replace(
        "  credit: Original", "  width: 800\n  credit: Original"
    )  # quicker, and all the same
    before = source.replace("fact: Spinal cord\n", "fact: Spine\n").replace(
        "which hyperpolarises it", "which calms it"
    )
    (folder / "cards.yaml").write_text(
        f"{before}\n    - fact: Old wives' tale\n      mnemonic: Oldie\n", "utf-8"
    )
    published(folder, FIRST)
    report = "report: classmate@example.org\n"
    added = r"""
    - fact: Half-life
      mnemonic: Calf life
      ask: How long is baclofen's half-life?
      explanation: About \(3\text{ to }4\) hours, so \(t_{1/2} \approx 3.5\,\mathrm{h}\).
"""
    (folder / "cards.yaml").write_text(f"{source}{added}".replace("tags:", f"{report}tags:", 1), "utf-8")
    published(folder, SECOND)
    return folder / "site"


def published(folder: Path, epoch: str) -> None:
    done = deckwright("publish", folder, SOURCE_DATE_EPOCH=epoch)
    assert done.code == 0, done.err


@contextmanager
def hosted(folder: Path) -> Iterator[str]:
    """Serve a folder as any host of plain files does."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def page(chrome: Browser, deck: Path) -> Iterator[Browser]:
    """Show the page by day on a desk; afterwards, nothing was asked of anyone else, and nothing forbidden."""
    with hosted(deck) as address:
        show(chrome, f"{address}/index.html", DESK)
        yield chrome
        assert chrome.run("complaints") == []
        assert chrome.run(_ELSEWHERE) == []


def show(chrome: Browser, address: str, size: tuple[int, int], scheme: str = "light") -> None:
    chrome.prefer(prefers_color_scheme=scheme, prefers_reduced_motion="reduce")
    chrome.resize(size)
    chrome.navigate("about:blank")
    chrome.navigate(address)
    chrome.run(_WATCH)
    chrome.settle()


def violations(chrome: Browser) -> list[str]:
    chrome.run(f"{_AXE}; 0")
    found: list[str] = chrome.run(_VIOLATIONS)
    return found


def until(chrome: Browser, condition: str) -> Any:
    """Wait until an expression is true in the page, and return what it is."""
    return chrome.run(
        "new Promise((done, fail) => { const look = (left) => { const found = (" + condition + ");"
        " if (found) done(found); else if (left) setTimeout(look, 20, left - 1);"
        f" else fail(new Error({json.dumps(condition)})) }}; look(150) }})"
    )


def opened(chrome: Browser) -> None:
    """Open the cards by keyboard."""
    chrome.run("document.getElementById('study-all').focus()")
    chrome.key("Enter")
    until(chrome, "document.getElementById('stage').dataset.card === '0f'")


@pytest.mark.parametrize("size", [DESK, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_for_everyone(chrome: Browser, deck: Path, size: tuple[int, int], scheme: str) -> None:
    with hosted(deck) as address:
        show(chrome, f"{address}/index.html", size, scheme)
        assert violations(chrome) == []
        assert chrome.run("document.documentElement.scrollWidth <= innerWidth")
        chrome.run("document.querySelector('.scene a').focus()")
        chrome.key("Enter")
        until(chrome, "document.getElementById('peek').open")
        assert violations(chrome) == []
        chrome.key("Escape")
        opened(chrome)
        assert violations(chrome) == []


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_nothing_moves_while_the_page_arrives(chrome: Browser, deck: Path, size: tuple[int, int]) -> None:
    with hosted(deck) as address:
        show(chrome, f"{address}/index.html", size)
        chrome.run("scrollTo(0, document.documentElement.scrollHeight)")
        chrome.settle()
        chrome.run("scrollTo(0, 0)")
        chrome.settle()
        assert chrome.run("moved") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_of_the_page_can_be_read(chrome: Browser, deck: Path, scheme: str) -> None:
    with hosted(deck) as address:
        show(chrome, f"{address}/index.html", PHONE, scheme)
        chrome.resize(PHONE, scale=2)  # as phones have it: a dot of one pixel is never all ink
        chrome.unfold()
        chrome.run(_PAINTED)
        chrome.settle()
        assert chrome.weak_texts() == []


def test_all_cards_are_studied_by_keyboard(page: Browser, deck: Path) -> None:
    cards = json.loads((deck / "deck.json").read_text("utf-8"))["cards"]
    opened(page)
    seen = set()
    for number in range(cards):
        for side in ("f", "b"):
            until(page, f"document.getElementById('stage').dataset.card === '{number}{side}'")
            inside = "document.querySelector('#stage iframe').contentDocument"
            assert page.run(f"{inside}.querySelector('.dw') !== null")
            assert page.run(f"[...{inside}.images].every(one => one.complete && one.naturalWidth > 0)")
            seen.add(page.run(f"{inside}.getElementById('qa').textContent + {number}"))
            page.key(" " if side == "f" else "ArrowRight")
    assert len(seen) == 2 * cards
    assert page.run("document.getElementById('where').textContent").startswith(f"{cards} of {cards}")
    page.key("Escape")
    assert page.run("document.getElementById('study').open") is False


def test_a_mistake_is_told_where_it_is_seen(page: Browser) -> None:
    opened(page)
    assert page.run("document.getElementById('told').hidden")  # the whole scene is no note of anyone's
    page.key("ArrowRight")
    until(page, "document.getElementById('stage').dataset.card === '1f'")
    shown = page.run("document.getElementById('told').href")
    assert shown in page.run("[...document.querySelectorAll('.note .report')].map(one => one.href)")


def test_a_section_alone_is_studied(page: Browser) -> None:
    opened(page)
    whole = page.run("document.getElementById('where').textContent")
    page.run("const chosen = document.getElementById('stack'); chosen.selectedIndex = 3;"
             "chosen.dispatchEvent(new Event('change')); 0")  # fmt: skip
    until(page, f"document.getElementById('where').textContent !== {json.dumps(whole)}")
    name = page.run("document.getElementById('stack').selectedOptions[0].textContent")
    until(page, "document.querySelector('#stage iframe.there')")
    inside = "document.querySelector('#stage iframe.there').contentDocument"
    assert page.run(f"{inside}.querySelector('.dw-chip').textContent") == name


def test_cards_turn_by_touch_and_go_into_the_night(page: Browser) -> None:
    opened(page)
    page.run("document.querySelector('#stage iframe').contentDocument.querySelector('.dw').click()")
    until(page, "document.getElementById('stage').dataset.card === '0b'")
    page.run("document.getElementById('night').click()")
    until(
        page, "document.querySelector('#stage iframe.there').contentDocument.body.className.includes('night')"
    )
    page.run("localStorage.removeItem('night')")


def test_a_symbol_shows_its_note(page: Browser) -> None:
    page.run(f"document.querySelector('.scene a').{_CLICK}")
    until(page, "document.getElementById('peek').open")
    anchor = page.run("document.querySelector('.scene a').getAttribute('href').slice(1)")
    there = page.run(f"document.getElementById('{anchor}').querySelector('.fact').textContent")
    assert page.run("document.querySelector('#peeked .fact').textContent") == there


def test_what_changed_between_two_releases_is_told(page: Browser) -> None:
    told = page.run("document.getElementById('news').innerText")
    assert "Since 1.0.0" in told
    kinds = page.run("[...document.querySelectorAll('#news .badge')].map(one => one.textContent)")
    assert kinds == ["Corrected", "Reworded", "New", "Gone"]
    assert page.run("[...document.querySelectorAll('#news del')].map(one => one.textContent.trim())") == [
        "Spine",
        "calms",
    ]
    assert "Spinal cord" in page.run("document.querySelector('#news ins').textContent")
    assert "ID:" in page.run("document.querySelector('.search').textContent")


def test_the_package_is_what_the_page_says(page: Browser, deck: Path, tmp_path: Path) -> None:
    name = page.run("document.querySelector('a[download]').getAttribute('href')")
    page.downloads(tmp_path)
    page.run("document.querySelector('a[download]').click()")
    for _ in range(_TRIES):
        if (tmp_path / name).exists():
            break
        time.sleep(_PAUSE)
    sum_ = hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
    fetched = page.run(
        "fetch(document.querySelector('a[download]').href).then(answer => answer.arrayBuffer(), () => null)"
        ".then(data => data && data.byteLength)"
    )
    assert fetched is None  # not even the page itself may ask for anything
    page.run("complaints.length = 0")
    assert page.run("document.getElementById('sum').textContent") == sum_
    assert f"{sum_}  {name}\n" in (deck / "SHA256SUMS").read_text("utf-8")


def test_formulas_are_drawn_and_mistakes_have_an_address(page: Browser) -> None:
    assert page.run("document.querySelectorAll('.why math').length") == 2
    links = page.run("[...document.querySelectorAll('.note .report')].map(one => one.href)")
    assert len(links) == 9
    assert all(link.startswith("mailto:classmate@example.org?subject=Mistake%20in%20") for link in links)


def test_without_scripts_everything_is_there(chrome: Browser, deck: Path) -> None:
    with hosted(deck) as address:
        chrome.resize(PHONE)
        with chrome.without_scripts():
            chrome.go(f"{address}/index.html")
            assert chrome.run("document.querySelectorAll('.note').length") == 9
            seen = "one.checkVisibility({visibilityProperty: true})"
            assert not chrome.run(f"[...document.querySelectorAll('button')].some(one => {seen})")
            anchor = chrome.run("document.querySelector('.scene a').getAttribute('href')")
            chrome.go(f"{address}/index.html?{anchor}")
            assert chrome.run(f"document.querySelector('{anchor}:target') !== null")


def test_the_page_opens_from_disk(chrome: Browser, deck: Path) -> None:
    show(chrome, (deck / "index.html").as_uri(), DESK)
    opened(chrome)
    inside = "document.querySelector('#stage iframe').contentDocument"
    assert chrome.run(f"[...{inside}.images].every(one => one.naturalWidth > 0)")
    assert chrome.run("complaints") == []


_NOT_IN_TAGS = re.compile(r'[\s"]')
ATTACKS = (
    "<script>parent.hacked = hacked = 1</script>",
    "<img src=x onerror=top.hacked=1>",
    "\"'><svg onload=top.hacked=1>",
    "{{ 7*7 }}{% raw %}</script><script>hacked = 1</script>",
    "javascript:hacked=1//",
    "]]></style><iframe srcdoc='<script>top.hacked=1</script>'>",
    "`${top.hacked=1}`\\u003cscript>",
    "</title></textarea><b onmouseover=top.hacked=1 style=position:fixed;inset:0>",
)


def test_no_attack_runs(chrome: Browser, tmp_path: Path) -> None:
    quoted = [json.dumps(text) for text in ATTACKS]
    # As HTML these would be refused where they stand, so Markdown gets them as text that only shows them.
    typed = [json.dumps(text.replace("\\", "\\\\").replace("<", "\\<")) for text in ATTACKS]
    notes = "".join(
        f"    - id: note-{number}\n      fact: {one}\n      mnemonic: {one}\n      ask: {one}\n"
        f"      explanation: {one}\n"
        f"      tags: [{json.dumps(_NOT_IN_TAGS.sub('_', text))}]\n      source: {one}\n"
        for number, (text, one) in enumerate(zip(ATTACKS, typed, strict=True))
    )
    picture = (ROOT / "media" / "baclofen-scene.svg").read_bytes()
    name = "'><img src=x onerror=top.hacked=1>.svg"
    source = (
        f"deck: {json.dumps(ATTACKS[0])}\nid: attack-deck\ntitle: {quoted[2]}\nsummary: {quoted[1]}\n"
        f"authors: [{', '.join(quoted)}]\nlicense: {quoted[5]}\ncredit: {quoted[4]}\nreport: {quoted[4]}\n"
        f"scene: {{file: {json.dumps(name)}, alt: {quoted[2]}, credit: {quoted[1]}, width: 400}}\n"
        f"sections:\n  {quoted[3]}:\n{notes}"
    )
    folder = write_project(tmp_path / "deck", source)
    (folder / "media" / name).write_bytes(picture)
    first = deckwright("publish", folder, SOURCE_DATE_EPOCH=FIRST)
    assert first.code == 0, first.err
    (folder / "cards.yaml").write_text(
        source.replace("fact: ", "fact: x ").replace('fact: x "', 'fact: "x '), "utf-8"
    )
    assert deckwright("publish", folder, SOURCE_DATE_EPOCH=SECOND).code == 0
    with hosted(folder / "site") as address:
        show(chrome, f"{address}/index.html", DESK)
        opened(chrome)
        for number in range(8):
            page_turned(chrome, number)
        assert chrome.run("typeof hacked") == "undefined"
        assert chrome.run("complaints") == []


def page_turned(chrome: Browser, number: int) -> None:
    until(chrome, f"document.getElementById('stage').dataset.card === '{number}f'")
    chrome.key(" ")
    until(chrome, f"document.getElementById('stage').dataset.card === '{number}b'")
    chrome.key("ArrowRight")
