"""Talking to a submission server: one command and its answer, a login, a farewell (RFC 5321, RFC 4954).

What breaks or is refused in here is the account's condition. A mail is `transaction`'s, a line `relay`'s.
"""

import smtplib
import socket
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from triage.errors import UpstreamUnavailable
from triage.mail.lines import joined
from triage.mail.tls import untrusted

FAREWELL_SECONDS = 2.0
"""How long one waits for an answer that is a courtesy, or may never come."""
_GO_ON = 334

Reply = tuple[int, str]
"""Code and text; the lines of a longer answer are joined."""


def by_password(smtp: smtplib.SMTP, user: str, secret: str) -> Reply:
    """One attempt (RFC 4954). smtplib's own tries each mechanism in turn, which locks accounts.

    It also encodes to ASCII, and the error that follows from a password beyond that carries it.
    """
    offered = _mechanisms(smtp)
    if "PLAIN" in offered:
        token = _base64(f"\0{user}\0{secret}")  # RFC 4616
        return command(smtp, f"AUTH PLAIN {token}")
    if "LOGIN" not in offered:
        raise UpstreamUnavailable("AUTH", 0, "the server offers no login with a password")
    reply = command(smtp, f"AUTH LOGIN {_base64(user)}")
    return command(smtp, _base64(secret)) if reply[0] == _GO_ON else reply


def by_token(smtp: smtplib.SMTP, user: str, access: str) -> Reply:
    """One attempt with an access token. A challenge says why not; an empty line asks for the refusal."""
    if "XOAUTH2" not in _mechanisms(smtp):
        raise UpstreamUnavailable("AUTH", 0, "the server offers no login with OAuth2 (XOAUTH2)")
    payload = _base64(f"user={user}\1auth=Bearer {access}\1\1")
    reply = command(smtp, f"AUTH XOAUTH2 {payload}")
    return command(smtp, "") if reply[0] == _GO_ON else reply


def _mechanisms(smtp: smtplib.SMTP) -> list[str]:
    return smtp.esmtp_features.get("auth", "").upper().split()


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()


def farewell(smtp: smtplib.SMTP) -> None:
    """QUIT, as a courtesy: whatever comes of it, what was said before stands."""
    with suppress(OSError):
        sock_of(smtp).settimeout(FAREWELL_SECONDS)
        smtp.docmd("QUIT")


def command(smtp: smtplib.SMTP, line: str) -> Reply:
    """Say one line, and hear the answer."""
    smtp.putcmd(line)
    return read(smtp)


def read(smtp: smtplib.SMTP) -> Reply:
    """The next answer."""
    return worded(*smtp.getreply())


def worded(code: int, text: bytes) -> Reply:
    """An answer of smtplib's."""
    return code, joined(text.decode("utf-8", "replace").split("\n"))


def expect_good(stage: str, reply: Reply) -> None:
    """Raises UpstreamUnavailable where the answer is no yes."""
    code, text = reply
    if not 200 <= code < 300:
        raise UpstreamUnavailable(stage, code if code >= 400 else 0, text)


@contextmanager
def at(stage: str) -> Iterator[None]:
    """Whatever breaks in here before the content leaves is the account's condition."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        text = error.smtp_error if isinstance(error.smtp_error, bytes) else error.smtp_error.encode()
        code, said = worded(error.smtp_code, text)
        raise UpstreamUnavailable(stage, code if code >= 400 else 0, said) from None
    except OSError as error:
        raise UpstreamUnavailable(stage, 0, plain(error)) from None
    except UnicodeError:
        raise UpstreamUnavailable(stage, 0, "the server's name or the login cannot be encoded") from None


def plain(error: OSError) -> str:
    """What went wrong on the line, for a person."""
    cause = error.__context__ if isinstance(error, smtplib.SMTPServerDisconnected) else error
    match cause:
        case TimeoutError():
            return "the server did not answer in time"
        case ssl.SSLCertVerificationError():
            return untrusted(cause)
        case ssl.SSLError() if not isinstance(cause, ssl.SSLEOFError):
            return "no encrypted connection could be made"
        case socket.gaierror():
            return "the server's name was not found"
        case ConnectionRefusedError():
            return "no server listens there"
        case OSError(strerror=str(reason)) if not isinstance(cause, ConnectionError | ssl.SSLError):
            return f"the server cannot be reached: {reason}"
        case _:
            return "the line to the server was lost"


def sock_of(smtp: smtplib.SMTP) -> socket.socket:
    """The socket; what smtplib has let go is a lost line."""
    if smtp.sock is None:
        raise smtplib.SMTPServerDisconnected
    return smtp.sock


def literal(sock: socket.socket) -> str:
    """Our name in EHLO: the address literal of RFC 5321, 4.1.3; a machine's name is nobody's business."""
    address = str(sock.getsockname()[0]).partition("%")[0]
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"
