"""`deckwright preview`: a page on this computer alone, on which one looks at the cards and works on them."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from deckwright.cards.media import LARGEST
from deckwright.explain import page as explanation
from deckwright.preview import asked, parts
from deckwright.preview.bell import Bell
from deckwright.preview.desk import Desk
from deckwright.preview.guard import LARGEST_WORDS, Guard, headers_for
from deckwright.preview.saves import follow
from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from types import FrameType

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from deckwright.workspace import Project

_CHANGES = {"/api/text": asked.text, "/api/region": asked.region, "/api/note": asked.note}


class _Server(uvicorn.Server):
    """A server that lets go of the pages that listen as soon as it is told to end."""

    def __init__(self, config: uvicorn.Config, bell: Bell) -> None:
        super().__init__(config)
        self._bell = bell

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end."""
        self._bell.close()
        super().handle_exit(sig, frame)


@dataclass(frozen=True, slots=True)
class _Guarded:
    """An application behind its guard: what is refused never reaches it, every answer has its headers."""

    app: ASGIApp
    guard: Guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["raw_path"].decode("latin-1")
        sent = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        doubled = len([name for name, _ in scope["headers"] if name == b"host"]) != 1

        async def answer(message: Message) -> None:
            """Send what the application answers, with the headers of its address."""
            if message["type"] == "http.response.start":
                ours = ((name.lower().encode(), value.encode()) for name, value in headers_for(path).items())
                message["headers"] = [*message["headers"], *ours]
            await send(message)

        refused = self.guard.refuse(scope["method"], path, {} if doubled else sent)
        app = _failed(refused.status, refused.words) if refused else self.app
        await app(scope, receive, answer)


@dataclass(frozen=True, slots=True)
class _Page:
    """What the server answers, from a desk."""

    desk: Desk
    guard: Guard
    bell: Bell

    def routes(self) -> list[Route]:
        """Return all addresses."""
        return [
            Route("/", self.page),
            Route("/page/{name:str}", self.part),
            Route("/media/{name:str}", self.media),
            Route("/card/{version:int}/{deck:int}/{place:int}/{ordinal:int}/{side:str}", self.card),
            Route("/events", self.events),
            Route("/api/state", self.state),
            Route("/api/why/{code:str}", self.why),
            *(Route(path, self.change, methods=["POST"]) for path in _CHANGES),
            Route("/api/picture", self.picture, methods=["POST"]),
            Route("/api/undo", self.step, methods=["POST"]),
            Route("/api/redo", self.step, methods=["POST"]),
        ]

    async def page(self, _: Request) -> Response:
        """Answer with the page itself."""
        return Response(parts.front(self.guard.token), media_type=parts.media_type(parts.FRONT))

    async def part(self, request: Request) -> Response:
        """Answer with a part of the page: a script, a style sheet, the icon."""
        return _file(request.path_params["name"], parts.part(request.path_params["name"]))

    async def media(self, request: Request) -> Response:
        """Answer with a picture or font of the cards."""
        name = request.path_params["name"]
        return _file(name, await run_in_threadpool(self.desk.media, name))

    async def card(self, request: Request) -> Response:
        """Answer with one side of a card, a document of its own."""
        place, night = request.path_params, request.query_params.get("night") == "1"
        at = (place["deck"], place["place"], place["ordinal"])
        if place["side"] not in ("front", "back"):
            return _nothing()
        text = await run_in_threadpool(self.desk.card, place["version"], at, place["side"], night=night)
        return _file(parts.FRONT, text)

    async def events(self, _: Request) -> Response:
        """Answer with what is new, as long as the page listens."""
        return StreamingResponse(self._news(), media_type="text/event-stream")

    async def _news(self) -> AsyncIterator[str]:
        told = ""
        while not self.bell.closing:
            news = json.dumps(self.desk.news)
            yield ": still here\n\n" if news == told else f"data: {news}\n\n"
            told = news
            if told == json.dumps(self.desk.news):
                await self.bell.wait()

    async def state(self, _: Request) -> Response:
        """Answer with all that the page shows."""
        return Response(self.desk.state, media_type="application/json")

    async def why(self, request: Request) -> Response:
        """Answer with what there is to say of a code."""
        text = await run_in_threadpool(explanation, request.path_params["code"])
        return _json({"text": text})

    async def change(self, request: Request) -> Response:
        """Make a change that is asked for in JSON."""
        data = await _body(request, LARGEST_WORDS)
        if data is None:
            return _json({"error": "this text is too long for a card"}, 413)
        wanted, change = asked.parsed(data), _CHANGES[request.url.path]
        if wanted is None:
            return _json({"error": "this is no JSON object"}, 400)
        return await _done(lambda: change(self.desk, wanted))

    async def picture(self, request: Request) -> Response:
        """Take a picture that was dropped on a note."""
        guid, name = (request.query_params.get(key, "") for key in ("note", "name"))
        data = await _body(request, LARGEST)
        if data is None:
            return _json(
                {"error": f"the picture is larger than {LARGEST // 2**20} MiB; save it smaller"}, 413
            )
        return await _done(lambda: {"did": self.desk.drop(guid, name, data)})

    async def step(self, request: Request) -> Response:
        """Take back a change, or make it again."""
        way = request.url.path.rpartition("/")[2]
        return await _done(lambda: {"did": self.desk.step(way)})


def serve(project: Project, *, port: int | None, editor: str, ready: Callable[[str], None]) -> None:
    """Show the page of *project* until Ctrl-C; *ready* is given its address.

    Without a *port* a free one is taken. Only this computer can reach it.

    Raises:
        UsageProblem: the port is taken.

    """
    bell = Bell()
    with _bound(port or 0) as listener:
        number = listener.getsockname()[1]
        desk, guard = Desk(project, editor, bell.ring), Guard.of(number)

        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            """Compile and follow saves from the first request to the last."""
            bell.hang()
            ending = asyncio.Event()
            watching = asyncio.create_task(follow(desk, bell, ending))
            desk.start()
            ready(f"http://127.0.0.1:{number}/")
            yield
            ending.set()
            bell.close()
            desk.stop()
            await watching

        app = _Guarded(Starlette(routes=_Page(desk, guard, bell).routes(), lifespan=lifespan), guard)
        config = uvicorn.Config(
            app,
            http="h11",
            ws="none",
            loop="asyncio",
            lifespan="on",
            log_config=None,
            log_level="critical",
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=2,
        )
        with suppress(KeyboardInterrupt):
            _Server(config, bell).run([listener])


def _bound(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":  # elsewhere it would let two programs share a port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen()  # who comes before the server is ready waits
    except (OSError, OverflowError) as problem:
        listener.close()
        raise UsageProblem(
            f"port {port} cannot be had here; leave `--port` out, and a free one is found"
        ) from problem
    return listener


async def _done(change: Callable[[], dict[str, Any]]) -> Response:
    return _json(*await run_in_threadpool(asked.answered, change))


async def _body(request: Request, most: int) -> bytes | None:
    """Read a request to its end; None where it is longer than *most* bytes."""
    told = request.headers.get("content-length", "0")
    if not told.isdecimal() or int(told) > most:
        return None
    parts, length = [], 0
    async for part in request.stream():
        length += len(part)
        if length > most:
            return None
        parts.append(part)
    return b"".join(parts)


def _json(data: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(data), status, media_type="application/json")


def _file(name: str, data: bytes | str | None) -> Response:
    return _nothing() if data is None else Response(data, media_type=parts.media_type(name))


def _nothing() -> Response:
    return _json({"error": "there is nothing here"}, 404)


def _failed(status: int, words: str) -> Response:
    return Response(words + "\n", status, media_type="text/plain; charset=utf-8")
