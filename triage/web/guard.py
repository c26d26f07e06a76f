"""What stands before every page: the Host, the Origin, the cookie, and what a browser may do with the answer.

Loopback is no wall: any site that the rep visits can make the browser call it. So a foreign Host (DNS
rebinding) is refused, as is a request to act that another site started, and nothing is shown without the
cookie. Forms carry a word of their own besides (see `keys`), as cookies do not tell one port from another.
"""

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from triage.web.keys import PageKey

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Not `no-referrer`: with it browsers send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
OPEN_PATHS = frozenset({"/enter", "/page.css"})
"""What is served without the cookie: the way in, and how it looks."""
_OWN_SITES = frozenset({"", "same-origin", "none"})
"""`Sec-Fetch-Site` of requests that no other site started; empty: an old browser, or no browser."""


class Guard:
    """Lets a request through to `inner`, or says in one line why not."""

    def __init__(self, inner: ASGIApp, key: PageKey, port: int) -> None:
        self._inner = inner
        self._key = key
        self._hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})
        self._cookie = cookie_name(port)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, as ASGI hands it over."""

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        if scope["type"] == "http":
            refusal = self._refusal(Request(scope))
            answer = PlainTextResponse(refusal[1], refusal[0]) if refusal else self._inner
            await answer(scope, receive, send_guarded)

    def _refusal(self, request: Request) -> tuple[int, str] | None:
        headers = request.headers
        if headers.get("host", "") not in self._hosts:
            return 421, "This page answers on this machine only."
        if request.method not in ("GET", "HEAD", "POST"):
            return 405, "There is nothing like that here."
        if request.method == "POST":
            origin = headers.get("origin")
            foreign = origin is not None and origin.removeprefix("http://") not in self._hosts
            if foreign or headers.get("sec-fetch-site", "") not in _OWN_SITES:
                return 403, "Another site asked for this, so nothing was done."
        if request.url.path in OPEN_PATHS:
            return None
        if not self._key.is_cookie(request.cookies.get(self._cookie, "")):
            return 401, "Open the page by its link: `triage page` prints it."
        return None


def cookie_name(port: int) -> str:
    """Cookies do not tell ports apart, so the name does."""
    return f"triage_{port}"
