"""A provider as Google and Microsoft are: a real authorisation server on loopback, strict where they are.

    with AuthorisationServer() as server:
        link = ...            # what `triage login` prints
        agree(link)           # the person in the browser says yes
        server.revoke()       # ... and later no

Codes and verifiers are good once (RFC 6749, 7636), a refresh token dies when its successor is given, and the
use of a dead one ends the sign-in, so that a token which was not saved in time is found out. `introspect` is
for mail servers (RFC 7662). No pytest in here.
"""

import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any, Self
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlencode, urlsplit
from urllib.request import urlopen

CLIENT, CLIENT_SECRET = "our-registration", "not-so-secret"

Answer = tuple[int, dict[str, Any]]


class AuthorisationServer:
    """Everybody who agrees is `user`. Access tokens live for `lifetime` seconds, or until `expire()`."""

    def __init__(self, *, user: str = "rep@example.com", lifetime: int = 3600, rotate: bool = True) -> None:
        self.user, self.lifetime, self.rotate = user, lifetime, rotate
        self.asked: list[dict[str, str]] = []
        """Every form at the token endpoint."""
        self.issued: set[str] = set()
        """Every word that must never be seen anywhere else."""
        self.typed = threading.Event()
        """Set when the person has opened that page, and typed the device's code in."""
        self.broken = False
        """Answer everything as a server does that is about to fall over."""
        self._access: dict[str, str] = {}
        self._refresh: set[str] = set()
        self._codes: dict[str, dict[str, str]] = {}
        self._numbers = count(1)
        self._port = 0

    # -- what a test does -----------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    @contextmanager
    def down(self) -> Iterator[None]:
        """Nobody listens there for a while."""
        self._stop()
        try:
            yield
        finally:
            self._start()

    def expire(self) -> None:
        """No access token that was given is good any more."""
        self._access.clear()

    def revoke(self) -> None:
        """The sign-in is over."""
        self.expire()
        self._refresh.clear()

    def is_good(self, user: str, access: str) -> bool:
        """What a mail server asks."""
        return self._access.get(access) == user

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self._port}/{name}"

    @property
    def endpoints(self) -> dict[str, str]:
        """For `login.oauth.endpoints`."""
        return {name: self.url(name) for name in ("authorize", "token", "device")}

    # -- the protocol ---------------------------------------------------------------------------------------

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser is sent back to, as if the person had agreed at once."""
        redirect = query["redirect_uri"]
        assert redirect.startswith(("http://127.0.0.1:", "http://localhost:")), (
            "not a program of this machine"
        )
        wrong = query["client_id"] != CLIENT or query["response_type"] != "code"
        if wrong or query.get("code_challenge_method") != "S256" or not query.get("scope"):
            return f"{redirect}?{urlencode({'error': 'invalid_request', 'state': query['state']})}"
        code = self._word("code")
        self._codes[code] = query
        return f"{redirect}?{urlencode({'code': code, 'state': query['state']})}"

    def device(self, form: dict[str, str]) -> Answer:
        return 200, {
            "device_code": self._word("device"),
            "user_code": "WDJB-MJHT",
            "verification_uri": self.url("typing"),
            "expires_in": 60,
            "interval": 1,
        }

    def token(self, form: dict[str, str]) -> Answer:
        self.asked.append(form)
        if form["client_id"] != CLIENT or form.get("client_secret", CLIENT_SECRET) != CLIENT_SECRET:
            return 401, {"error": "invalid_client"}
        match form["grant_type"].rpartition(":")[2]:
            case "authorization_code":
                return self._for_code(form)
            case "refresh_token":
                return self._for_refresh(form)
            case "device_code":
                pending = {"error": "authorization_pending"}
                return self._grant() if self.typed.is_set() else (400, pending)
            case _:
                return 400, {"error": "unsupported_grant_type"}

    def introspect(self, form: dict[str, str]) -> Answer:
        user = self._access.get(form["token"])
        return 200, {"active": True, "email": user} if user else {"active": False}

    def _for_code(self, form: dict[str, str]) -> Answer:
        asked = self._codes.pop(form["code"], None)
        given = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        if asked is None or asked["code_challenge"] != given or asked["redirect_uri"] != form["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        return self._grant()

    def _for_refresh(self, form: dict[str, str]) -> Answer:
        former = form["refresh_token"]
        if former not in self._refresh:
            self.revoke()
            description = f"AADSTS70008: {former} has been revoked"
            return 400, {"error": "invalid_grant", "error_description": description}
        if not self.rotate:
            return self._grant(refresh=False)
        self._refresh.discard(former)
        return self._grant()

    def _grant(self, refresh: bool = True) -> Answer:
        access = self._word("access")
        self._access[access] = self.user
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": self.lifetime}
        if refresh:
            answer["refresh_token"] = self._word("refresh")
            self._refresh.add(str(answer["refresh_token"]))
        return 200, answer

    def _word(self, kind: str) -> str:
        word = f"{kind}-canary-{next(self._numbers)}"
        self.issued.add(word)
        return word

    def _start(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), _handler(self))
        self._server.daemon_threads = True
        self._port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def _stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def agree(link: str) -> str:
    """The person follows the link and agrees; the page that the browser ends at."""
    try:
        with urlopen(link, timeout=10) as page:
            return str(page.read().decode())
    except HTTPError as refusal:
        with refusal:
            return refusal.read().decode()


def _handler(ours: AuthorisationServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/typing":
                ours.typed.set()
                self.send_response(200)
                self.end_headers()
                return
            self.send_response(302)
            self.send_header("Location", ours.authorize(dict(parse_qsl(urlsplit(self.path).query))))
            self.end_headers()

        def do_POST(self) -> None:
            form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            name = urlsplit(self.path).path.strip("/")
            status, answer = (503, {}) if ours.broken else getattr(ours, name)(form)
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (http.server's name)
            pass

    return Handler
