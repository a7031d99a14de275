"""Who may ask the page's server for what: its own page and a person's own browser, nobody else.

A server on the loopback can be reached from every page that the same browser shows. So foreign names
(DNS rebinding), foreign origins and odd paths are refused before anything looks at them.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST_WORDS = 2**20  # bytes of a request that carries texts
SENT_AS = "x-deckwright"  # the header that the token comes in

# Every address of ours is made of these; so no encoding of `..`, no backslash and no NUL can be one.
_PART = r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,199}"
_PATH = re.compile(rf"/(?:{_PART}(?:/{_PART})*)?", re.ASCII)
_USUAL = 80
_OWN_SITES = (None, "none", "same-origin")

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';"
    " connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# A card runs nothing and loads only its pictures and fonts, wherever its author got it from.
CARD_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; font-src 'self'; base-uri 'self';"
    " form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin"
)
_ELSE_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not answered: an HTTP status, and words for whoever reads the log."""

    status: int
    words: str


@dataclass(frozen=True, slots=True)
class Guard:
    """The rules of one run on *port*; changes also need the *token* that its own page was given.

    It keeps out other sites. Programs of this computer's own users can read it: they could write the files.
    """

    port: int
    token: str

    @classmethod
    def of(cls, port: int) -> Guard:
        """Make the guard of a new run."""
        return cls(port, secrets.token_urlsafe(32))

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names under which the page may be asked for."""
        names = ("127.0.0.1", "localhost")
        bare = names if self.port == _USUAL else ()  # browsers leave that one out
        return (*bare, *(f"{name}:{self.port}" for name in names))

    def refuse(self, method: str, path: str, headers: Mapping[str, str]) -> Refusal | None:
        """Say why a request is refused, None where it is not.

        *path* is the one that was sent, before anything is decoded; the names in *headers* are lower-case.
        """
        host = headers.get("host", "")
        if host not in self.hosts:
            return Refusal(403, "this page answers to 127.0.0.1 and localhost only")
        if headers.get("sec-fetch-site") not in _OWN_SITES:
            return Refusal(403, "another site asked for this")
        if not _PATH.fullmatch(path) or ".." in path:
            return Refusal(404, "there is nothing here")
        return None if method in ("GET", "HEAD") else self._refuse_change(host, headers)

    def _refuse_change(self, host: str, headers: Mapping[str, str]) -> Refusal | None:
        if headers.get("origin") != f"http://{host}":
            return Refusal(403, "another site asked for this")
        if not secrets.compare_digest(headers.get(SENT_AS, "").encode(), self.token.encode()):
            return Refusal(403, "this page is from an earlier run; load it again")
        return None


def headers_for(path: str) -> dict[str, str]:
    """Return what goes with every answer to *path*."""
    if path.startswith("/card/"):
        return {**_ALWAYS, "Content-Security-Policy": CARD_POLICY}
    if path.startswith("/media/"):  # named after what they hold, so that what is kept is never stale
        kept = {"Cache-Control": "private, max-age=3600, immutable"}
        return {**_ALWAYS, **kept, "Content-Security-Policy": _ELSE_POLICY}
    policy = PAGE_POLICY if path == "/" else _ELSE_POLICY
    return {**_ALWAYS, "Content-Security-Policy": policy}
