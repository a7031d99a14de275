"""The preview's page in real Chromium: looking, flipping, editing on disk and in place, placing pictures."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageDraw

from browser_shell import Browser, browser
from pictures import encoded
from preview_server import SOURCE, Served, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DESK, PHONE = (1440, 900), (360, 740)
_CARD = "document.querySelector('.glass iframe.there')?.contentDocument"


def scene() -> bytes:
    """Draw a picture of 800 by 600 with two things on it."""
    picture = Image.new("RGB", (800, 600), (190, 220, 235))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((100, 100, 300, 300), fill=(220, 80, 60))
    pen.rectangle((450, 250, 700, 500), fill=(80, 140, 90))
    return encoded(picture, "PNG")


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with browser() as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path / "deck", scene_png=scene()) as run:
        run.state(lambda state: state["notes"])
        yield run


@pytest.fixture
def page(chrome: Browser, desk: Served) -> Iterator[Page]:
    """Show the page of a deck of one's own, in a window of a desk, by day."""
    chrome.prefer(prefers_color_scheme="light", prefers_reduced_motion="reduce")
    chrome.resize(DESK)
    chrome.navigate(f"{desk.address}/")
    shown = Page(chrome, desk)
    shown.until(f"{_CARD} != null")
    chrome.run("window.complaints = []; document.addEventListener('securitypolicyviolation',"
               " one => complaints.push(one.blockedURI)); 0")  # fmt: skip
    yield shown
    assert chrome.run("complaints") == []
    outside = "performance.getEntriesByType('resource').filter(one => !one.name.startsWith(location.origin))"
    assert chrome.run(f"{outside}.map(one => one.name)") == []


class Page:
    """The page in the browser, and the deck it is about."""

    def __init__(self, chrome: Browser, desk: Served) -> None:
        self.chrome, self.desk = chrome, desk

    def until(self, condition: str) -> float:
        """Wait until a condition holds in the page; return how many seconds it took."""
        return self.chrome.until(condition)

    def until_card(self, words: str) -> float:
        """Wait until the card that is shown says *words*."""
        return self.until(f"{_CARD}?.body?.textContent.includes({json.dumps(words)})")

    def keys(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.chrome.key(key)

    def value(self, expression: str) -> Any:
        """Return what an expression comes to."""
        return self.chrome.run(expression)

    def text(self, selector: str) -> str:
        """Return what the first such element says."""
        return str(self.value(f"document.querySelector({json.dumps(selector)}).textContent"))

    def write(self, source: str) -> None:
        """Save the deck's file as an editor does that writes a new one and renames it."""
        aside = self.desk.folder / ".cards.yaml.tmp"
        aside.write_text(source, "utf-8")
        aside.replace(self.desk.source)

    @property
    def source(self) -> str:
        """What stands in the deck's file."""
        return self.desk.source.read_text("utf-8")


def test_cards_are_turned_and_walked_by_keyboard(page: Page) -> None:
    page.until_card("Spina Cord")
    assert not page.value(f"{_CARD}?.body?.textContent.includes('dorsal horn')")
    page.keys(" ")
    page.until_card("dorsal horn")
    page.keys("Enter")
    page.until(f"{_CARD}?.body && !{_CARD}.body.textContent.includes('dorsal horn')")
    page.keys("ArrowRight")
    page.until_card("Spast-tick")
    page.keys("j", "2")
    page.until_card("What may it cause?")
    page.keys("ArrowLeft", "k")
    page.until_card("Spina Cord")


def test_night_frames_and_both_sides(page: Page) -> None:
    assert page.value(f"{_CARD}.documentElement.clientWidth") == 390
    page.keys("n")
    page.until(f"{_CARD}?.body?.classList.contains('nightMode')")
    page.keys("p")
    page.until(f"{_CARD}.documentElement.clientWidth == 1280")
    page.keys("p", "b")
    page.until("document.querySelectorAll('.glass iframe.there').length == 2")
    sides = "[...document.querySelectorAll('.frame')].map(one => one.dataset.side)"
    assert page.value(sides) == ["front", "back"]


def test_a_save_is_seen_at_once_and_the_place_is_kept(page: Page) -> None:
    long = SOURCE.replace("**dorsal horn**.", "**dorsal horn**.\n" + "\n        More of it.\n" * 60)
    page.keys(" ")
    page.until_card("dorsal horn")  # a short explanation lies open, and stays so when it has grown
    page.write(long)
    page.until_card("More of it")
    page.value(f"{_CARD}.documentElement.scrollTo(0, 700)")
    top = page.value(f"{_CARD}.documentElement.scrollTop")
    assert top > 0
    page.value("document.getElementById('text-mnemonic').focus()")
    page.chrome.key("End")
    page.chrome.type(" in the making")
    page.write(
        "# A line more\n" + long.replace("The target", "x").replace("Its target", "Its changed target")
    )
    seconds = page.until_card("Its changed target")
    print(f"\nA save was on the screen after {seconds:.2f} seconds")  # noqa: T201 - what the user waits for
    assert page.value(f"{_CARD}.documentElement.scrollTop") == top
    assert page.text("#flip") == "Back to the front"
    assert page.value("document.activeElement.id") == "text-mnemonic"
    assert page.value("document.getElementById('text-mnemonic').value") == "Spina Cord in the making"
    assert page.text("#open") == "cards.yaml:12"


def test_a_broken_save_keeps_the_last_good_card_and_tells_what_is_wrong(page: Page) -> None:
    page.write(SOURCE.replace("mnemonic: Spina", "mnemonick: Spina"))
    page.until("document.getElementById('banner').className == 'broken'")
    page.until_card("Spina Cord")
    assert "The newest save has 1 error" in page.text("#banner summary")
    assert "mnemonick" in page.text("#banner pre")
    beside = page.text("#findings .finding.error")
    assert "unknown-key" in beside
    assert "did you mean `mnemonic`?".replace("`", "") in beside
    page.value("document.querySelector('#findings .why summary').click()")
    page.until("document.querySelector('#findings .page').textContent.length > 20")
    assert str(page.value("document.querySelector('#findings footer a').href")).startswith("vscode://file/")
    page.write(SOURCE + "  - [\n")
    page.until("!document.getElementById('banner').textContent.includes('mnemonick')")
    page.until_card("Spina Cord")
    page.write(SOURCE.replace("Spina Cord", "Spiny cord"))
    page.until("document.getElementById('banner').className != 'broken'")
    page.until_card("Spiny cord")


def board(page: Page) -> tuple[float, float, float, float]:
    page.until("document.querySelector('.board img')?.naturalWidth > 0"
               " && document.querySelector('.board').clientHeight > 50")  # fmt: skip
    box = page.value("(({left, top, width, height}) => [left, top, width, height])"
                     "(document.querySelector('.board').getBoundingClientRect())")  # fmt: skip
    left, top, width, height = map(float, box)
    return left, top, width, height


def test_places_are_dragged_on_the_scene_and_written(page: Page) -> None:
    assert page.text("#unplaced") == "3"
    page.keys("i")
    left, top, width, height = board(page)
    assert abs(width / height - 4 / 3) < 0.01
    assert page.text("#placer h2") == "Drag around: Spina Cord (1 of 3)"
    page.chrome.drag((left + 0.1 * width, top + 0.2 * height), (left + 0.4 * width, top + 0.5 * height))
    page.keys("ArrowRight", "Enter")
    page.until("document.querySelector('#placer h2').textContent.includes('2 of 3')")
    region = page.desk.state(lambda state: state["notes"][0]["region"])["notes"][0]["region"]
    assert region == pytest.approx([11, 20, 30, 30], abs=0.5)
    line = "      region: [" + ", ".join(f"{number:g}" for number in region) + "]\n"
    assert page.source == SOURCE.replace("mnemonic: Spina Cord\n", "mnemonic: Spina Cord\n" + line)
    page.until("document.querySelectorAll('.others div').length == 1")
    page.keys("s")
    page.until("document.querySelector('#placer h2').textContent.includes('3 of 3')")
    page.chrome.drag((left + 0.8 * width, top + 0.8 * height), (left + 0.5 * width, top + 0.5 * height))
    page.chrome.drag((left + 0.65 * width, top + 0.65 * height), (left + 0.66 * width, top + 0.65 * height))
    page.chrome.drag((left + 0.81 * width, top + 0.8 * height), (left + 0.9 * width, top + 0.9 * height))
    page.keys("Enter")
    page.until("!document.getElementById('placer').open")
    region = page.desk.state(lambda state: state["notes"][2]["region"])["notes"][2]["region"]
    assert region == pytest.approx([51, 50, 39, 40], abs=0.6)
    page.until("document.getElementById('unplaced').textContent == '1'")
    page.chrome.key("z", modifiers=2)
    page.desk.state(lambda state: not state["notes"][2]["region"])
    assert page.source == SOURCE.replace("mnemonic: Spina Cord\n", "mnemonic: Spina Cord\n" + line)


def test_texts_are_edited_in_place(page: Page) -> None:
    page.keys("e")
    page.value("document.activeElement.select()")
    page.chrome.type("Spinal marrow")
    page.chrome.key("Enter", modifiers=2)
    page.until_card("Spina Cord")
    page.desk.note("Spinal marrow")
    assert page.source == SOURCE.replace("fact: Spinal cord ", "fact: Spinal marrow ")
    page.until("document.querySelector('.entry.here .fact').textContent == 'Spinal marrow'")
    page.value("document.getElementById('text-explanation').focus()")
    page.value("document.activeElement.select()")
    page.chrome.type("It is <b>so</b>: \\(x^2\\)")
    page.value("document.querySelector('.field:last-child .save').click()")
    page.desk.state(lambda state: "x^2" in state["notes"][0]["explanation"])
    page.value("document.activeElement.blur()")
    page.keys(" ")
    page.until(f"{_CARD}?.querySelector('math') != null")
    page.value("document.getElementById('undo').click()")
    page.until_card("dorsal horn")
    page.until("document.getElementById('text-explanation').value.includes('dorsal horn')")


def test_what_the_server_does_not_take_is_told_beside_the_text(page: Page) -> None:
    page.value("document.getElementById('text-fact').focus()")
    page.value("document.activeElement.select()")
    page.chrome.key("Backspace")
    page.chrome.key("Enter", modifiers=2)
    page.until("document.getElementById('told-fact').textContent == 'A note needs a fact.'")
    page.chrome.key("Escape")
    assert page.value("document.getElementById('text-fact').value") == "Spinal cord"
    assert page.source == SOURCE


def test_a_note_is_added_and_shown(page: Page) -> None:
    page.keys("a")
    page.until("document.getElementById('adder').open")
    page.chrome.type("Drowsiness")
    page.value("document.getElementById('new-mnemonic').focus()")
    page.chrome.type("Drowsy dormouse")
    page.chrome.key("Enter")
    page.until_card("Drowsy dormouse")
    assert page.text(".entry.here .fact") == "Drowsiness"
    assert "    - fact: Drowsiness\n      mnemonic: Drowsy dormouse\n" in page.source
    assert page.text("#place-in-deck") == "One · 3 of 4"


def test_a_picture_is_dropped(page: Page) -> None:
    data = base64.b64encode(scene()).decode()
    page.value(
        "(() => { const carried = new DataTransfer();"
        f"const bytes = Uint8Array.from(atob('{data}'), one => one.charCodeAt(0));"
        "carried.items.add(new File([bytes], 'My Cord.png', {type: 'image/png'}));"
        "for (const kind of ['dragenter', 'dragover', 'drop']) document.getElementById('stage')"
        ".dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: carried})) })()"
    )
    page.until(f"{_CARD}?.querySelector('.dw-scene img')?.getAttribute('src').startsWith('_my-cord-')")
    assert page.source == SOURCE.replace("Spina Cord\n", "Spina Cord\n      image: my-cord.png\n")


def test_search_and_filters(page: Page) -> None:
    shown = "[...document.querySelectorAll('.entry .fact')].map(one => one.textContent)"
    page.keys("/")
    page.chrome.type("dorsal")
    page.until(f"{shown}.join() == 'Spinal cord'")
    page.value("document.getElementById('search').value = ''")
    page.value("document.getElementById('search').dispatchEvent(new Event('input'))")
    for name, choice, facts in (("tag", "later", "Nausea"), ("section", "Two", "Nausea")):
        page.value(f"document.getElementById('{name}').value = '{choice}'")
        page.value(f"document.getElementById('{name}').dispatchEvent(new Event('input'))")
        page.until(f"{shown}.join() == '{facts}'")


def test_thousands_of_notes_are_few_rows(chrome: Browser, tmp_path: Path) -> None:
    notes = "".join(f"  - Fact number {number} ~ Mnemonic {number}\n" for number in range(2000))
    source = f"deck: Tests::Many\nid: tests-many\nnotes:\n{notes}"
    with served(tmp_path / "deck", source=source) as run:
        run.state(lambda state: len(state["notes"]) == 2000)
        chrome.resize(DESK)
        chrome.navigate(f"{run.address}/")
        page = Page(chrome, run)
        page.until_card("Mnemonic 0")
        page.value("document.getElementById('list').scrollTop = 60000")
        facts = "[...document.querySelectorAll('.entry .fact')].map(one => one.textContent)"
        page.until(f"{facts}.includes('Fact number 1200')")
        assert page.value("document.querySelectorAll('.entry').length") < 80


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, (1000, 760), PHONE])
def test_nothing_sticks_out_and_all_can_be_read(page: Page, size: tuple[int, int], scheme: str) -> None:
    page.write(
        SOURCE.replace("Naval sea'", "Naval sea'\n      nonsense: 1").replace(
            "tags: later", "tags: [" + "later, " * 9 + "x]"
        )
    )
    page.until("document.getElementById('banner').className == 'broken'")
    if scheme == "dark":
        page.keys("n")
    page.chrome.resize(size, scale=2)  # letters as thick as they look on today's screens
    page.until(f"{_CARD}?.body?.classList.contains('nightMode') == {json.dumps(scheme == 'dark')}")
    page.chrome.settle()
    assert page.value("document.documentElement.scrollWidth <= innerWidth")
    assert page.value("document.querySelector('main').scrollWidth <= innerWidth")
    assert page.chrome.weak_texts() == []
    page.value("document.getElementById('panel').scrollIntoView()")
    page.chrome.settle()
    assert page.chrome.weak_texts() == []
    unnamed = page.value(
        "[...document.querySelectorAll('button, input, select, textarea, iframe')]"
        ".filter(one => !one.hidden && !one.textContent.trim() && !one.title && !one.labels?.length)"
        ".map(one => one.outerHTML)"
    )
    assert unnamed == []
