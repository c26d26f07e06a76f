"""A person agrees, once: in the browser of this machine (RFC 8252), or with a code on any device (RFC 8628).

The browser comes back to a port of this machine that is open for this one answer. Whoever else knocks there
knows neither `state` nor the verifier (PKCE, RFC 7636): he can neither put in a sign-in of his own nor use
the code that he may have seen.
"""

import hmac
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, SimpleQueue
from secrets import token_urlsafe
from threading import Thread
from typing import TypeAlias
from urllib.parse import parse_qsl, urlencode, urlsplit

from triage.errors import BadInput, Unreachable
from triage.mail.oauth.asking import Answer, Client, Grant, ask, grant, number, refuse

PATIENCE = 300.0
"""Seconds for a person to find the password and the second factor."""
_DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"

Asking: TypeAlias = Callable[[str, str], None]
"""Shows a person a link and the code to type in there; the code is empty where none is needed."""


def by_browser(
    client: Client, user: str, show: Asking, *, port: int = 0, patience: float = PATIENCE
) -> Grant:
    """What the provider gives after the person agreed in a browser of this machine.

    Raises LoginRefused where the person declined, Unreachable where nobody came in time.
    """
    verifier, state = token_urlsafe(64), token_urlsafe(32)
    with _listening(state, port) as (own_port, answers):
        redirect = f"http://{client.provider.redirect_host}:{own_port}"
        show(_link(client, user, redirect, state=state, challenge=_challenge(verifier)), "")
        try:
            answer = answers.get(timeout=patience)
        except Empty:
            raise Unreachable(f"nobody signed in within {patience:g} s") from None
    if "error" in answer:
        refuse(client, answer)
    form = {
        "grant_type": "authorization_code",
        "code": answer["code"],
        "redirect_uri": redirect,
        "code_verifier": verifier,
        **client.form,
    }
    return _lasting(client, ask(client.provider.token, form))


def by_device(client: Client, show: Asking, *, wait: Callable[[float], object] = time.sleep) -> Grant:
    """What the provider gives after the person typed a code in, on any device."""
    if not client.provider.device:
        raise BadInput(f"{client.provider.title} gives no mailbox by a code: sign in with a browser")
    scope = " ".join(client.provider.scopes)
    answer = ask(client.provider.device, {"client_id": client.client_id, "scope": scope})
    if "error" in answer:
        refuse(client, answer)
    show(_printable(answer.get("verification_uri")), _printable(answer.get("user_code")))
    form = {"grant_type": _DEVICE_GRANT, "device_code": str(answer.get("device_code")), **client.form}
    pause, left = number(answer, "interval", 5), number(answer, "expires_in", 900)
    while left > 0:
        wait(pause)
        left -= max(pause, 1)
        answer = _polled(client, form)
        match answer.get("error"):
            case "authorization_pending":
                pass
            case "slow_down":
                pause += 5
            case _:
                return _lasting(client, answer)
    raise Unreachable("nobody typed the code in before it ran out")


def _printable(words: object) -> str:
    """For a terminal, whatever the provider sent."""
    return "".join(char for char in str(words) if char.isprintable())


def _polled(client: Client, form: dict[str, str]) -> Answer:
    """Whoever got no answer asks less often (RFC 8628, 3.5)."""
    try:
        return ask(client.provider.token, form)
    except Unreachable:
        return {"error": "slow_down"}


def _lasting(client: Client, answer: Answer) -> Grant:
    given = grant(client, answer)
    if not given.refresh:
        raise BadInput(f"{client.provider.title} gave no refresh token: see docs/providers.md")
    return given


def _link(client: Client, user: str, redirect: str, *, state: str, challenge: str) -> str:
    query = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": redirect,
        "scope": " ".join(client.provider.scopes),
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "login_hint": user,
        **client.provider.parameters,
    }
    sign = "&" if "?" in client.provider.authorize else "?"
    return f"{client.provider.authorize}{sign}{urlencode(query)}"


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


@contextmanager
def _listening(state: str, port: int) -> Iterator[tuple[int, "SimpleQueue[dict[str, str]]"]]:
    """A port of this machine for the browser to come back to, and what it brought."""
    answers: SimpleQueue[dict[str, str]] = SimpleQueue()

    class OurRedirect(_Redirect):
        def is_ours(self, answer: dict[str, str]) -> bool:
            known = hmac.compare_digest(answer.get("state", "").encode(), state.encode())
            return known and bool(answer.keys() & {"code", "error"})

        def take(self, answer: dict[str, str]) -> None:
            answers.put(answer)

    try:
        server = _Listener(("127.0.0.1", port), OurRedirect)
    except OSError as error:
        raise BadInput(f"port {port} of this machine cannot be used: {error.strerror}") from None
    with server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server.server_port, answers
        finally:
            server.shutdown()
            thread.join()


class _Listener(ThreadingHTTPServer):
    """A browser keeps connections open that it never uses, and drops others: neither is an error."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Nothing for the terminal, where a person waits for the sign-in."""


class _Redirect(BaseHTTPRequestHandler):
    """What the browser gets when it comes back."""

    timeout = 10.0

    def is_ours(self, answer: dict[str, str]) -> bool:
        """Whether this is the answer that is waited for."""
        raise NotImplementedError

    def take(self, answer: dict[str, str]) -> None:
        """It is; and the browser has its page."""
        raise NotImplementedError

    def do_GET(self) -> None:
        """One page, without anything of what came."""
        answer = dict(parse_qsl(urlsplit(self.path).query))
        ours = self.is_ours(answer)
        text = (
            "You can close this tab, and go back to the terminal." if ours else "Nothing is waited for here."
        )
        page = f"<!doctype html><title>triage</title><p>{text}".encode()
        self.send_response(HTTPStatus.OK if ours else HTTPStatus.BAD_REQUEST)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", "default-src 'none'")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(page)
        if ours:
            self.take(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (http.server's name)
        """Nothing: the path holds the code."""
