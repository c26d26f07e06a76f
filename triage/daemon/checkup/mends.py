"""From what went wrong on the way to a server to the one sentence that mends it.

Our errors are for people; what the system said stands behind them, as their context, and is told apart by
its type and its number, not by its words.
"""

import socket
import ssl
from collections.abc import Iterator

from triage.config import Account, Imap, Smtp
from triage.errors import LoginRefused, Unreachable, UpstreamUnavailable
from triage.mail.providers import by_host

_BLOCKED = "5.7.139"
"""What Microsoft 365 says where authenticated SMTP is switched off."""
_BLOCKED_MEND = (
    "an administrator must allow authenticated SMTP for this mailbox in Microsoft 365; until then leave "
    "`smtp` out: drafts are held without it"
)


def mend_of_login(error: BaseException, account: Account) -> str:
    """The mend where there is nothing to log in with."""
    if not account.login.oauth:
        return "keep it where `login` says, or say where it is"
    if isinstance(error, Unreachable) and not isinstance(error, LoginRefused):
        return "look at this machine's network, or try again later: the sign-in is kept"
    return f"`triage login {account.address}`; docs/providers.md says what your company registers first"


def mend(error: BaseException, server: Imap | Smtp, account: Account) -> str:
    """The mend, as words that follow "Mend: "."""
    match error:
        case LoginRefused():
            return _login(server, account)
        case UpstreamUnavailable(stage="AUTH", code=code, text=text) if code:
            return _BLOCKED_MEND if _BLOCKED in text else _login(server, account)
        case UpstreamUnavailable(stage="MAIL", code=code) if code >= 500:
            return (
                f"write the mailbox's own address as `address`, or let an administrator of {server.host} "
                f"allow {account.user} to send as {account.address}"
            )
    found = next(filter(None, (_of_cause(cause, server) for cause in _causes(error))), "")
    return found or _otherwise(error, server)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__context__


def _of_cause(cause: BaseException, server: Imap | Smtp) -> str:
    match cause:
        case ssl.SSLCertVerificationError():
            return _certificate(cause, server)
        case ssl.SSLEOFError():
            return ""
        case ssl.SSLError():
            other = "`security: starttls` with its port" if server.security == "tls" else "`security: tls`"
            return f"port {server.port} does not speak TLS in this way: try {other}"
        case socket.gaierror():
            return f"look at the name {server.host}, and at this machine's network"
        case ConnectionRefusedError():
            return f"look at `port` ({server.port}) and `host` ({server.host}): nothing listens there"
        case TimeoutError():
            return f"look at `port` ({server.port}), and whether a firewall or a VPN stands between"
        case _:
            return ""


def _certificate(error: ssl.SSLCertVerificationError, server: Imap | Smtp) -> str:
    match error.verify_code:
        case 10:
            return f"who runs {server.host} must renew it; if its date is right, this machine's clock is not"
        case 9:
            return "set this machine's clock: the certificate is of a later day"
        case 62 | 64:
            return "write the server's own name as `host`, as its provider tells it"
        case _:
            return (
                "name the PEM file of your company's authority as `ca_file`; if it has none, somebody may be "
                "listening in: do not go on from this network"
            )


def _login(server: Imap | Smtp, account: Account) -> str:
    if account.login.oauth:
        return (
            f"`triage login {account.address}`, as {account.user}; if that is no help, docs/providers.md "
            "says which switches are your administrator's"
        )
    provider = by_host(server.host)
    hint = f". {provider.login.removesuffix('.')}" if provider and provider.login else ""
    return f"look at `login.user`, and keep the right password {_place(account)}{hint}"


def _place(account: Account) -> str:
    """Where the password is kept, as words that follow "keep it"."""
    match account.login.password.source:
        case "keyring", _:
            return f"by `triage login {account.address}`"
        case "env", name:
            return f"in the environment variable {name}"
        case "file", path:
            return f"in {path}"
        case _:
            return "where the command of `login.password` looks"


def _otherwise(error: BaseException, server: Imap | Smtp) -> str:
    if isinstance(error, UpstreamUnavailable) and error.stage == "AUTH":
        return "this port takes no password: use the submission port, 465 with tls or 587 with starttls"
    return f"ask who runs {server.host}, or try again later"
