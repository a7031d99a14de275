"""The preview's server: who is let in, what is served, and what is written."""

from __future__ import annotations

import codecs
import http.client
import json
import os
import signal
import socket
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from deckwright.preview.guard import SENT_AS, Guard
from pictures import encoded
from preview_server import SOURCE, Served, facts, served
from support import deckwright, write_project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name != "posix", reason="ends the server by SIGINT")

SCENE = encoded(Image.new("RGB", (400, 300), (90, 160, 200)), "PNG")
WITHOUT_SCENE = SOURCE.replace("scene: scene.png\n", "")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Return a preview that no test changes anything of."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "secret.png").write_bytes(SCENE)
    with served(folder, scene_png=SCENE, unused_png=SCENE) as running:
        running.state(lambda state: not state["broken"])
        yield running


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Served]:
    """Return a preview of one's own."""
    with served(tmp_path / "deck", scene_png=SCENE) as running:
        running.state(lambda state: not state["broken"])
        yield running


def pictures_of(run: Served) -> list[str]:
    return sorted(path.name for path in (run.folder / "media").iterdir())


def raw(run: Served, request: bytes) -> bytes:
    """Send bytes as they are, and return what comes back."""
    with socket.create_connection(("127.0.0.1", run.port), timeout=30) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


def test_the_page_and_its_parts(run: Served) -> None:
    page = run.get("/")
    assert page.status == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for name in ("page.css", "work.css", "page.js", "icon.svg"):
        assert run.get(f"/page/{name}").status == 200
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["cache-control"] == "no-store"
    assert run.get("/page/page.html").status == 404


def test_the_state_tells_notes_cards_and_places(run: Served) -> None:
    state = run.get("/api/state").json
    assert facts(state) == ["Spinal cord", "Spasticity", "Nausea"]
    first, _, last = state["notes"]
    assert (first["file"], first["line"], first["mnemonic"]) == ("cards.yaml", 11, "Spina Cord")
    assert first["explanation"] == "Its target is the **dorsal horn**."
    assert first["open"] == f"vscode://file{run.source}:11:7"
    assert (last["section"], last["tags"]) == ("Two", ["Tests", "later"])
    assert [card["name"] for card in last["cards"]] == ["Picture → Fact", "Question → Fact"]
    assert state["decks"][0]["sections"] == ["One", "Two"]
    assert (first["picture"], state["scenes"][first["scene"]]["file"]) == ("", "scene.png")


def test_a_card_is_a_page_of_its_own_without_scripts(run: Served) -> None:
    version = run.get("/api/state").json["version"]
    front, back = (run.get(f"/card/{version}/0/0/0/{side}") for side in ("front", "back"))
    assert b'<body class="card card1">' in front.body
    assert b"Spina Cord" in front.body
    assert b"dorsal horn" not in front.body
    assert b"<strong>dorsal horn</strong>" in back.body
    policy = front.headers["content-security-policy"]
    assert "sandbox allow-same-origin" in policy
    assert "script" not in policy
    night = run.get(f"/card/{version}/0/0/0/front?night=1").body
    assert b'<html class="night-mode">' in night
    assert b'<body class="card card1 nightMode night_mode">' in night


@pytest.mark.parametrize(
    "where", ["9/0/0/0/front", "1/9/0/0/front", "1/0/99/0/front", "1/0/0/4/front", "1/0/0/0/side"]
)
def test_no_card_but_those_there_are(run: Served, where: str) -> None:
    assert run.get(f"/card/{where}").status == 404


def test_the_scene_is_served_as_drawn(run: Served) -> None:
    (scene,) = run.get("/api/state").json["scenes"]
    answer = run.get(f"/media/{scene['picture']}")
    assert answer.headers["content-type"] == "image/webp"
    assert answer.body[8:12] == b"WEBP"
    assert run.get("/media/_dw-text-1.woff2").body[:4] == b"wOF2"


@pytest.mark.parametrize("name", ["scene.png", "unused.png", "cards.yaml", "cards.lock", "secret.png"])
def test_nothing_else_of_the_disk_is_served(run: Served, name: str) -> None:
    for folder in ("media", "page", "", "api", "card"):
        assert run.get(f"/{folder}/{name}".replace("//", "/")).status == 404


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1",
        "localhost",
        "127.0.0.1:1",
        "evil.example:{port}",
        "127.0.0.1:{port}.evil.example",
        "[::1]:{port}",
        "",
    ],
)
def test_a_foreign_host_is_refused(run: Served, host: str) -> None:
    host = host.format(port=run.port)
    for path in ("/", "/api/state", "/media/_dw-text-1.woff2"):
        answer = run.ask("GET", path, host=host)
        assert answer.status in (400, 403)
        assert run.token.encode() not in answer.body


def test_localhost_is_the_same_place(run: Served) -> None:
    assert run.ask("GET", "/", host=f"localhost:{run.port}").status == 200


def test_the_usual_port_may_be_left_out_and_no_other() -> None:
    assert Guard(80, "t").refuse("GET", "/", {"host": "127.0.0.1"}) is None
    own = {"host": "localhost", "origin": "http://localhost", SENT_AS: "t"}
    assert Guard(80, "t").refuse("POST", "/api/undo", own) is None
    assert Guard(8080, "t").refuse("GET", "/", {"host": "127.0.0.1"}) is not None


def test_two_hosts_are_refused(run: Served) -> None:
    own = f"Host: 127.0.0.1:{run.port}\r\n".encode()
    answer = raw(run, b"GET / HTTP/1.1\r\n" + own + b"Host: evil.example\r\nConnection: close\r\n\r\n")
    assert answer.split(b" ")[1] in (b"400", b"403")


@pytest.mark.parametrize(
    "path",
    [
        "/media/../cards.yaml",
        "/media/..%2fcards.yaml",
        "/media/%2e%2e/cards.yaml",
        "/media/%2E%2E%2Fcards.yaml",
        "/media/%252e%252e%252fcards.yaml",
        "/media/..%5ccards.yaml",
        "/media/..\\cards.yaml",
        "/media/....//cards.yaml",
        "/media/%c0%ae%c0%ae/cards.yaml",
        "/media/%00",
        "/media/_dw-text-1.woff2%00.png",
        "/media//etc/passwd",
        "//etc/passwd",
        "/media/%2fetc%2fpasswd",
        "/page/../serve.py",
        "/page/%2e%2e/desk.py",
        "/page/.%2e/desk.py",
        "/..",
        "/.git/config",
        "/media/C:%5cWindows%5cwin.ini",
        "/media/C:/Windows/win.ini",
        "/%75%70",
        f"/card/{'9' * 5000}/0/0/0/front",
    ],
)
def test_paths_that_lead_out_lead_nowhere(run: Served, path: str) -> None:
    assert run.get(path).status == 404


def test_an_address_of_elsewhere_leads_nowhere(run: Served) -> None:
    own = f"Host: 127.0.0.1:{run.port}\r\nConnection: close\r\n\r\n".encode()
    assert raw(run, b"GET http://evil.example/ HTTP/1.1\r\n" + own).split(b" ")[1] == b"404"
    assert run.get("http://evil.example/").status == 403


def test_a_nul_in_the_path_leads_nowhere(run: Served) -> None:
    head = f"GET /media/\0 HTTP/1.1\r\nHost: 127.0.0.1:{run.port}\r\nConnection: close\r\n\r\n".encode()
    assert raw(run, head).split(b" ")[1] in (b"400", b"404")


def ask_for_change(run: Served, **headers: str) -> int:
    body = json.dumps({"note": run.note("Nausea")["guid"], "key": "fact", "was": "Nausea", "text": "X"})
    return run.ask("POST", "/api/text", body.encode(), **headers).status


def test_changes_are_for_the_own_page_alone(run: Served) -> None:
    own, token = run.address, run.token
    assert ask_for_change(run, x_deckwright=token) == 403
    assert ask_for_change(run, origin="http://evil.example", x_deckwright=token) == 403
    assert ask_for_change(run, origin="null", x_deckwright=token) == 403
    assert ask_for_change(run, origin=f"http://127.0.0.1:{run.port + 1}", x_deckwright=token) == 403
    assert ask_for_change(run, origin=f"http://localhost:{run.port}", x_deckwright=token) == 403
    assert ask_for_change(run, origin=own) == 403
    assert ask_for_change(run, origin=own, x_deckwright="guess") == 403
    assert ask_for_change(run, origin=own, x_deckwright=token, sec_fetch_site="cross-site") == 403
    assert ask_for_change(run, origin=own, x_deckwright=token, sec_fetch_site="same-site") == 403
    for path in ("/api/region", "/api/note", "/api/picture", "/api/undo", "/api/redo"):
        assert run.ask("POST", path, b"{}", origin="http://evil.example", x_deckwright=token).status == 403
    assert run.source.read_text("utf-8") == SOURCE


def test_another_site_may_not_even_read(run: Served) -> None:
    assert run.ask("GET", "/api/state", sec_fetch_site="cross-site").status == 403
    assert run.ask("GET", "/", sec_fetch_site="none").status == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_are_refused(run: Served, method: str) -> None:
    assert run.ask(method, "/api/text").status == 403
    assert run.ask(method, "/api/text", origin=run.address, x_deckwright=run.token).status == 405
    assert run.get("/api/text").status == 405


def test_what_is_too_large_is_refused(run: Served) -> None:
    assert run.post("/api/text", b" " * (2**20 + 1)).status == 413
    chunk = b"10000\r\n" + b" " * 2**16 + b"\r\n"
    head = (
        f"POST /api/text HTTP/1.1\r\nHost: 127.0.0.1:{run.port}\r\nOrigin: {run.address}\r\n"
        f"X-Deckwright: {run.token}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    assert raw(run, head.encode() + 17 * chunk + b"0\r\n\r\n").split(b" ")[1] == b"413"
    huge = {"origin": run.address, "x_deckwright": run.token, "content_length": str(100 * 2**20 + 1)}
    assert run.ask("POST", "/api/picture?note=x&name=y.png", None, **huge).status == 413


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/text", b"no json"),
        ("/api/text", b"[]"),
        ("/api/text", b"[" * 100_000),
        ("/api/text", b"{}"),
        ("/api/text", b'{"note": 1, "key": "fact", "was": "", "text": ""}'),
        ("/api/region", b'{"note": "x", "region": [1, 2, 3]}'),
        ("/api/region", b'{"note": "x", "region": [1, 2, 3, true]}'),
        ("/api/region", b'{"note": "x", "region": [1, 2, 3, NaN]}'),
        ("/api/region", b'{"note": "x", "region": [90, 90, -3, 3]}'),
        ("/api/region", b'{"note": "x", "region": [1, 2, 3, 1' + b"0" * 400 + b"]}"),
        ("/api/note", b'{"deck": 0, "section": "x\\u0001", "texts": {"fact": "a", "ask": "b"}}'),
        ("/api/note", b'{"deck": 0, "section": "x\\ud800", "texts": {"fact": "a", "ask": "b"}}'),
        ("/api/note", b'{"deck": -1, "section": "One", "texts": {}}'),
        ("/api/note", b'{"deck": true, "section": "One", "texts": {}}'),
        ("/api/note", b'{"deck": 0, "section": "One", "texts": {"fact": 3}}'),
        ("/api/note", b'{"deck": 0, "section": "One", "texts": {"fact": "Only this"}}'),
    ],
)
def test_odd_requests_are_told_what_is_odd(run: Served, path: str, body: bytes) -> None:
    answer = run.post(path, body)
    assert answer.status == 400
    assert answer.json["error"]


def change(desk: Served, fact: str, key: str, text: str) -> dict[str, Any]:
    note = desk.note(fact)
    answer = desk.post("/api/text", {"note": note["guid"], "key": key, "was": note[key], "text": text})
    return {"status": answer.status, **answer.json}


def test_a_text_is_changed_and_nothing_else(desk: Served) -> None:
    assert change(desk, "Spinal cord", "mnemonic", "Spiny: cord")["status"] == 200
    expected = SOURCE.replace("mnemonic: Spina Cord", 'mnemonic: "Spiny: cord"')
    assert desk.source.read_text("utf-8") == expected
    desk.state(lambda state: state["notes"][0]["mnemonic"] == "Spiny: cord")
    assert change(desk, "Spasticity", "fact", "Stiffness")["status"] == 200
    expected = expected.replace("- Spasticity ~ ", "- Stiffness ~ ")
    assert desk.source.read_text("utf-8") == expected
    assert change(desk, "Spinal cord", "explanation", "One.\n\n- two\n- #3: `x`")["status"] == 200
    expected = expected.replace(
        "        Its target is the **dorsal horn**.\n", "        One.\n\n        - two\n        - #3: `x`\n"
    )
    assert desk.source.read_text("utf-8") == expected
    assert desk.note("Spinal cord")["fact"] == "Spinal cord"


def test_a_note_keeps_a_cue_and_a_fact_of_its_own(desk: Served) -> None:
    told = change(desk, "Spinal cord", "mnemonic", " ")
    assert told == {
        "status": 400,
        "error": "a note needs a mnemonic, a picture or a question that leads to it",
    }
    told = change(desk, "Spasticity", "fact", "spinal  CORD!")
    assert told["status"] == 400
    assert "another note of this section has this fact" in told["error"]
    assert change(desk, "Nausea", "mnemonic", "")["status"] == 200  # it has a question
    assert change(desk, "Nausea", "ask", "")["status"] == 400
    assert change(desk, "Nausea", "fact", "Spinal cord")["status"] == 200  # in another section


def test_a_drawing_that_no_card_could_show_is_not_even_kept(desk: Served) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>x</script></svg>'
    answer = desk.post(f"/api/picture?note={desk.note('Nausea')['guid']}&name=a.svg", drawing)
    assert answer.status == 400
    assert "script" in answer.json["error"]
    assert [path.name for path in (desk.folder / "media").iterdir()] == ["scene.png"]


def test_a_byte_order_mark_and_windows_lines_stay(tmp_path: Path) -> None:
    data = codecs.BOM_UTF8 + WITHOUT_SCENE.replace("\n", "\r\n").encode()
    folder = write_project(tmp_path / "deck", "")
    (folder / "cards.yaml").write_bytes(data)
    (folder / "cards.yaml").chmod(0o640)
    with served(folder) as desk:
        assert change(desk, "Spinal cord", "ask", "Where?")["status"] == 200
        expected = data.replace(b"Spina Cord\r\n", b"Spina Cord\r\n      ask: Where?\r\n")
        assert desk.source.read_bytes() == expected
        assert desk.source.stat().st_mode & 0o777 == 0o640


def test_a_file_that_has_changed_is_not_written(desk: Served) -> None:
    note = desk.note("Nausea")
    desk.source.write_text(SOURCE.replace("Naval sea", "Nausicaa"), "utf-8")
    asked = {"note": note["guid"], "key": "mnemonic", "was": note["mnemonic"], "text": "Mine"}
    answer = desk.post("/api/text", asked)
    assert answer.status == 409
    assert "changed" in answer.json["error"]
    desk.state(lambda state: state["notes"][2]["mnemonic"] == "Nausicaa")
    assert desk.post("/api/text", asked).status == 409
    assert "Mine" not in desk.source.read_text("utf-8")


def test_undo_and_redo(desk: Served) -> None:
    assert desk.post("/api/undo", {}).status == 400
    change(desk, "Nausea", "mnemonic", "Sea-sick navy")
    changed = desk.source.read_bytes()
    desk.state(lambda state: "mnemonic" in state["undo"])
    assert "mnemonic" in desk.post("/api/undo", {}).json["did"]
    assert desk.source.read_text("utf-8") == SOURCE
    desk.state(lambda state: state["redo"] and not state["undo"])
    assert desk.post("/api/redo", {}).status == 200
    assert desk.source.read_bytes() == changed
    desk.source.write_bytes(changed + b"# mine\n")
    assert desk.post("/api/undo", {}).status == 409
    assert desk.source.read_bytes() == changed + b"# mine\n"


def test_a_place_on_the_scene(desk: Served) -> None:
    note = desk.note("Spinal cord")
    assert desk.post("/api/region", {"note": note["guid"], "region": [33.35, 10, 66.65, 20.04]}).status == 200
    expected = SOURCE.replace("Spina Cord\n", "Spina Cord\n      region: [33.4, 10, 66.6, 20]\n")
    assert desk.source.read_text("utf-8") == expected
    state = desk.state(lambda state: state["notes"][0]["picture"] == "region")
    assert not state["broken"]
    answer = desk.post("/api/region", {"note": note["guid"], "region": [99.99, 99.99, 0.01, 0.01]})
    assert answer.status == 400


def test_a_note_is_added(desk: Served) -> None:
    texts = {
        "fact": "Drowsiness",
        "mnemonic": "Drowsy dormouse",
        "ask": "",
        "explanation": "It sedates:\n\n- much",
    }
    answer = desk.post("/api/note", {"deck": 0, "section": "One", "texts": texts})
    assert (answer.status, answer.json["index"]) == (200, 2)
    note = desk.note("Drowsiness")
    assert (note["section"], note["explanation"], note["index"]) == ("One", "It sedates:\n\n- much", 2)
    text = desk.source.read_text("utf-8")
    added = next(line for line in text.split("\n") if "Drowsiness" in line)
    assert "".join(
        line for line in text.splitlines(keepends=True) if line in SOURCE.splitlines(keepends=True)
    )
    assert added == "    - fact: Drowsiness"
    assert desk.post("/api/note", {"deck": 3, "section": "One", "texts": texts}).status == 409
    desk.post("/api/undo", {})
    assert desk.source.read_text("utf-8") == SOURCE


def test_a_picture_dropped_on_a_note(desk: Served) -> None:
    note = desk.note("Nausea")
    blue = encoded(Image.new("RGB", (30, 20), (0, 0, 200)), "PNG")
    red = encoded(Image.new("RGB", (30, 20), (200, 0, 0)), "PNG")
    path = f"/api/picture?note={note['guid']}&name="
    assert desk.post(path + "..%2F..%2FMy%20S%C3%A9a.JPG", blue).status == 200
    expected = SOURCE.replace("'Naval sea'\n", "'Naval sea'\n      image: my-sea.png\n")
    assert desk.source.read_text("utf-8") == expected
    assert (desk.folder / "media/my-sea.png").read_bytes() == blue
    desk.state(lambda state: state["notes"][2]["picture"] == "image")
    assert desk.post(path + "my-sea.png", red).status == 200
    assert (desk.folder / "media/my-sea.png").read_bytes() == blue
    assert (desk.folder / "media/my-sea-2.png").read_bytes() == red
    desk.state(lambda state: not state["broken"] and "my-sea-2" in desk.source.read_text("utf-8"))
    assert desk.post(path + "my-sea.png", blue).status == 200
    assert pictures_of(desk) == ["my-sea-2.png", "my-sea.png", "scene.png"]


def test_a_place_makes_way_for_a_picture(desk: Served) -> None:
    note = desk.note("Nausea")
    desk.post("/api/region", {"note": note["guid"], "region": [10, 10, 20, 20]})
    desk.state(lambda state: state["notes"][2]["picture"] == "region")
    assert desk.post(f"/api/picture?note={note['guid']}&name=scene", SCENE).status == 200
    desk.state(lambda state: state["notes"][2]["picture"] == "image" and not state["broken"])
    assert "region:" not in desk.source.read_text("utf-8")
    desk.post("/api/undo", {})
    desk.state(lambda state: state["notes"][2]["picture"] == "region")


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a" + bytes(20), b"MZ" + bytes(20), b"<!doctype html>", b"%PDF-1.7"]
)
def test_no_picture_is_no_picture_whatever_its_name(run: Served, data: bytes) -> None:
    answer = run.post(f"/api/picture?note={run.note('Nausea')['guid']}&name=a.png", data)
    assert answer.status == 400
    assert pictures_of(run) == ["scene.png", "unused.png"]


def test_a_broken_save_keeps_the_last_good_cards(desk: Served) -> None:
    good = desk.state(bool)
    desk.source.write_text(SOURCE.replace("mnemonic: 'Naval", "mnemonick: 'Naval"), "utf-8")
    state = desk.state(lambda state: state["broken"])
    assert facts(state) == facts(good)
    (found,) = [
        found
        for found in state["findings"]
        if found["severity"] == "error" and found["code"] == "unknown-key"
    ]
    assert (found["file"], found["line"], found["column"]) == ("cards.yaml", 20, 7)
    assert found["note"] == good["notes"][2]["guid"]
    assert "mnemonick" in found["text"]
    assert desk.get(f"/card/{state['version']}/0/2/0/front").status == 200
    desk.source.write_text(SOURCE + "   - [\n", "utf-8")
    state = desk.state(lambda state: state["broken"] and "mnemonick" not in json.dumps(state))
    assert facts(state) == facts(good)
    note = state["notes"][0]
    asked = {"note": note["guid"], "key": "fact", "was": note["fact"], "text": "Mine"}
    assert desk.post("/api/text", asked).status == 409
    desk.source.write_text(SOURCE, "utf-8")
    assert desk.state(lambda state: not state["broken"])["findings"] == good["findings"]


def test_a_text_that_breaks_the_deck_can_be_undone(desk: Served) -> None:
    assert change(desk, "Spinal cord", "explanation", "Odd: {{c1::x")["status"] == 200
    desk.state(lambda state: state["broken"])
    assert desk.post("/api/undo", {}).status == 200
    desk.state(lambda state: not state["broken"])
    assert desk.source.read_text("utf-8") == SOURCE


def test_every_way_to_save_is_seen(desk: Served) -> None:
    def saved(number: int) -> str:
        return SOURCE.replace("Spina Cord", f"Save {number}")

    desk.source.write_text(saved(1), "utf-8")
    desk.state(lambda state: state["notes"][0]["mnemonic"] == "Save 1")
    aside = desk.folder / ".cards.yaml.new"
    aside.write_text(saved(2), "utf-8")
    aside.replace(desk.source)
    desk.state(lambda state: state["notes"][0]["mnemonic"] == "Save 2")
    desk.source.unlink()
    desk.state(lambda state: state["trouble"])
    desk.source.write_text(saved(3), "utf-8")
    desk.state(lambda state: state["notes"][0]["mnemonic"] == "Save 3" and not state["trouble"])
    desk.source.rename(desk.folder / "cards.yaml~")
    desk.source.write_text(saved(4), "utf-8")
    desk.state(lambda state: state["notes"][0]["mnemonic"] == "Save 4")
    (desk.folder / "media/nausea.png").write_bytes(SCENE)
    desk.state(lambda state: state["notes"][2]["picture"] == "image")


def test_a_deck_file_of_many_and_a_new_one_are_seen(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "many", "deck: Tests::Many\nid: tests-many\ndecks: decks/*.yaml\n")
    (folder / "decks").mkdir()
    (folder / "decks/a.yaml").write_text("deck: Tests::A\nid: tests-a\nnotes:\n  - One ~ Wan\n", "utf-8")
    with served(folder) as desk:
        desk.state(lambda state: facts(state) == ["One"])
        (folder / "decks/b.yaml").write_text("deck: Tests::B\nid: tests-b\nnotes:\n  - Two ~ Tu\n", "utf-8")
        state = desk.state(lambda state: facts(state) == ["One", "Two"])
        assert [deck["file"] for deck in state["decks"]] == ["decks/a.yaml", "decks/b.yaml"]
        assert change(desk, "Two", "mnemonic", "Tutu")["status"] == 200
        assert (folder / "decks/b.yaml").read_text("utf-8").endswith("  - Two ~ Tutu\n")


def test_the_lock_is_read_and_never_written(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "deck", WITHOUT_SCENE)
    assert deckwright("build", cwd=folder).code == 0
    lock = folder / "cards.lock"
    before = lock.read_bytes(), lock.stat().st_mtime_ns
    with served(folder) as desk:
        guid = desk.note("Nausea")["guid"]
        assert guid in lock.read_text("utf-8")
        change(desk, "Nausea", "fact", "Vomiting")
        assert desk.note("Vomiting")["guid"] == guid
        desk.post("/api/note", {"deck": 0, "section": "Two", "texts": {"fact": "Rash", "mnemonic": "Rush"}})
        desk.state(lambda state: "Rash" in facts(state))
    assert (lock.read_bytes(), lock.stat().st_mtime_ns) == before


def test_a_source_that_is_a_link_out_is_not_written(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text(WITHOUT_SCENE, "utf-8")
    folder = tmp_path / "deck"
    folder.mkdir()
    (folder / "cards.yaml").symlink_to(outside)
    with served(folder) as desk:
        answer = change(desk, "Nausea", "fact", "Mine")
        assert (answer["status"], "outside the project" in answer["error"]) == (400, True)
    assert outside.read_text("utf-8") == WITHOUT_SCENE


def test_pages_that_listen_hear_of_every_version_and_hold_up_no_end(desk: Served) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", desk.port, timeout=30)) as connection:
        connection.request("GET", "/events")
        events = connection.getresponse()

        def news() -> dict[str, Any]:
            while not (line := events.readline()).startswith(b"data: "):
                assert line
            found: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
            return found

        assert news()["run"]
        desk.source.write_text(SOURCE.replace("Spina Cord", "Spinach"), "utf-8")
        version = desk.state(lambda state: state["notes"][0]["mnemonic"] == "Spinach")["version"]
        while news()["version"] != version:
            pass
        assert desk.stop(signal.SIGINT) == 0
    assert desk.said == [f"Your cards: {desk.address}/  (Ctrl-C ends this)\n"]


def test_a_port_that_is_taken(run: Served) -> None:
    ran = deckwright("preview", run.folder, "--no-open", "--port", str(run.port))
    assert ran.code == 2
    assert "--port" in ran.err


def test_why_a_finding_was_made(run: Served) -> None:
    assert run.get("/api/why/same-note-twice").json["text"]
    assert run.get("/api/why/no-such-code").json["text"] == ""


def test_only_the_own_machine_can_reach_it(run: Served) -> None:
    others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {
        "127.0.0.1"
    }
    for address in others:
        with pytest.raises(OSError):  # noqa: PT011 - refused or unreachable
            socket.create_connection((str(address), run.port), timeout=5).close()
