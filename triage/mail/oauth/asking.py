"""One question to a provider, one answer; and what its refusals mean for a person.

Three kinds must not be mixed up: the sign-in is over (LoginRefused), the registration is wrong (BadInput),
and everything else, which passes (Unreachable). An answer's own words never reach an error: they may repeat
what was sent. As for mail itself, the connection is direct: no proxy.
"""

import json
import re
import socket
import ssl
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import NoReturn, TypeAlias
from urllib.parse import urlencode, urlsplit

from triage.errors import BadInput, LoginRefused, Unreachable
from triage.mail.providers import OAuthProvider
from triage.mail.tls import client_context, untrusted

PATIENCE = 20.0
"""Seconds that a provider may be silent."""
_LONGEST_ANSWER = 100_000

Answer: TypeAlias = Mapping[str, object]

_SIGN_IN_OVER = frozenset({"invalid_grant", "interaction_required", "consent_required", "access_denied"})
_REGISTRATION = frozenset(
    {"invalid_client", "unauthorized_client", "invalid_scope", "invalid_request", "unsupported_grant_type"}
)
_MICROSOFTS_REASON = re.compile(r"AADSTS\d{1,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A company's registration at its provider. The secret of a program on a rep's machine is none."""

    provider: OAuthProvider
    client_id: str
    client_secret: str = field(default="", repr=False)

    @property
    def form(self) -> dict[str, str]:
        """What says who asks."""
        known = {"client_id": self.client_id}
        return known | {"client_secret": self.client_secret} if self.client_secret else known


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Grant:
    """What a provider gives. `refresh` is empty where the former one stays good; `seconds` is its life."""

    access: str
    refresh: str
    seconds: float


def ask(url: str, form: Mapping[str, str]) -> Answer:
    """The provider's answer to a form; a refusal has an `error` in it. Raises Unreachable."""
    host = urlsplit(url).netloc
    try:
        status, content = _post(url, urlencode(form))
    except ssl.SSLCertVerificationError as error:
        raise Unreachable(f"{host}: {untrusted(error)}") from None
    except (OSError, HTTPException) as error:
        raise Unreachable(f"{host}: {_plain(error)}") from None
    try:
        answer = json.loads(content)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or status >= 500 or (status != 200 and "error" not in answer):
        raise Unreachable(f"{host}: no answer that makes sense (HTTP {status})")
    return answer


def renew(client: Client, refresh: str) -> Grant:
    """A new access token. Raises LoginRefused where the sign-in is over."""
    form = {"grant_type": "refresh_token", "refresh_token": refresh, **client.form}
    return grant(client, ask(client.provider.token, form))


def grant(client: Client, answer: Answer) -> Grant:
    """What the answer gives; raises what its refusal means."""
    if "error" in answer:
        refuse(client, answer)
    access = answer.get("access_token")
    if not isinstance(access, str) or not access:
        raise Unreachable(f"{client.provider.title} answered without an access token")
    refresh = answer.get("refresh_token")
    return Grant(
        access=access,
        refresh=refresh if isinstance(refresh, str) else "",
        seconds=number(answer, "expires_in", 3600),
    )


def refuse(client: Client, answer: Answer) -> NoReturn:
    """Raise what a refusal means."""
    name, error = client.provider.title, str(answer.get("error"))
    why = _MICROSOFTS_REASON.search(str(answer.get("error_description")))
    known = error if error in _SIGN_IN_OVER | _REGISTRATION else "an unknown error"
    told = f"{known}, {why.group()}" if why else known
    if error in _SIGN_IN_OVER:
        raise LoginRefused(f"{name} does not accept the sign-in ({told})")
    if error in _REGISTRATION:
        raise BadInput(f"{name} does not accept this program's registration ({told}): see `login.oauth`")
    raise Unreachable(f"{name} gives no token at present ({told})")


def number(answer: Answer, key: str, default: float) -> float:
    """A count of seconds; some providers write it as text."""
    try:
        return max(0.0, float(str(answer.get(key, default))))
    except ValueError:
        return default


def _post(url: str, body: str) -> tuple[int, bytes]:
    parts = urlsplit(url)
    connection = (
        HTTPSConnection(parts.netloc, timeout=PATIENCE, context=client_context())
        if parts.scheme == "https"
        else HTTPConnection(parts.netloc, timeout=PATIENCE)  # the config takes it on this machine only
    )
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    with closing(connection):
        connection.request("POST", f"{parts.path or '/'}?{parts.query}".rstrip("?"), body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(_LONGEST_ANSWER)


def _plain(error: Exception) -> str:
    match error:
        case TimeoutError():
            return "no answer in time"
        case socket.gaierror():
            return "the server's name was not found"
        case ConnectionRefusedError():
            return "no server listens there"
        case _:
            return f"the line to the server was lost ({type(error).__name__})"
