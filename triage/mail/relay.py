"""The only way out: hands one mail to the account's own submission server (RFC 6409).

Driven step by step, because each step's refusal means something else: up to MAIL it is the account's
condition, at RCPT and DATA it is about this mail, and once the final dot may have left a lost line
means that nobody knows. Nothing is tried twice in here and nothing is remembered: when to try again is
the desk's to say. What comes in from the rep's client is `gate`'s.
"""

import smtplib
import socket
import ssl
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from triage.errors import MailRefused, OutcomeUnknown, TriageError, UpstreamUnavailable
from triage.mail.lines import BARE_LINE_END, has_bare_line_end, is_address, joined
from triage.mail.logins import never
from triage.mail.tls import Security, client_context, refuse_plain_text, untrusted

_CHUNK = 64 * 1024
_LAST_PATIENCE = 10
"""The answer to the final dot may take ten times as long as others (RFC 5321, 4.5.3.2.6: ten minutes):
whoever hangs up early on a server that is about to say yes makes the mail go out twice."""
_FAREWELL_SECONDS = 2.0
_FINE, _GO_ON, _WRONG_LOGIN = 250, 334, 535


class SmtpRelay:
    """One account's way out. Each mail has a line of its own for its time, so any thread may use it.

    `password` is asked for at each login and never kept; with `token` it gives an OAuth2 access token. Where
    the server refuses it, `refused` says whether to try once more, with another. An empty `user` logs in
    nowhere. `timeout` is how many seconds the server may be silent; after the content, ten times as many.
    With `keep`, a line that a mail is done with waits for the next one, until `rest`.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        security: Security = "tls",
        ca_file: Path | None = None,
        user: str = "",
        password: Callable[[], str] = str,
        token: bool = False,
        refused: Callable[[], bool] = never,
        timeout: float = 60.0,
        keep: bool = False,
    ) -> None:
        refuse_plain_text(host, security)
        self._host, self._port, self._security = host, port, security
        self._tls = client_context(ca_file) if security != "none" else None
        self._user, self._password = user, password
        self._by = _by_token if token else _by_password
        self._refused = refused
        self._timeout = timeout
        self._keep = keep
        self._kept: list[smtplib.SMTP] = []
        self._conversations: set[smtplib.SMTP] = set()
        self._ended = False

    def __repr__(self) -> str:
        return f"SmtpRelay({self._host}:{self._port}, {self._security})"

    def check(self, sender: str = "") -> Mapping[str, str]:
        """Connect, log in and leave; what the server offers (EHLO). Raises UpstreamUnavailable.

        Where a `sender` is named, the server is asked whether this login may send as that address.
        """
        try:
            with self._line() as smtp:
                if sender:
                    _begin_mail(smtp, sender, _parameters(smtp, [sender], (), b""))
                return dict(smtp.esmtp_features)
        finally:
            self.rest()

    def rest(self) -> None:
        """Leave the lines that wait for a mail: they are not kept for long, nor when the program ends."""
        while smtp := self._waiting():
            _farewell(smtp)
            smtp.close()

    def hang_up(self) -> None:
        """End every conversation now and for good, from any thread; each raises what its lost line means."""
        self._ended = True
        for smtp in self._conversations.copy():
            with suppress(OSError):
                # Not SSLSocket's own: it takes the encryption away first, under the feet of the other thread.
                socket.socket.shutdown(_sock(smtp), socket.SHUT_RDWR)

    def send(
        self,
        *,
        mail_from: str,
        rcpt_tos: Sequence[str],
        options: Sequence[str] = (),
        raw: bytes,
        before_data: Callable[[], None] = lambda: None,
    ) -> str:
        """Send the bytes as they are to all recipients or to none; the upstream's last answer.

        An empty `mail_from`, or `<>`, is the null sender. `options` are the ESMTP parameters that the mail
        came with; those that the upstream does not know are left out where the mail can go without.
        `before_data` is called after the upstream's 354, just before the first byte of the content.
        """
        sender = "" if mail_from == "<>" else mail_from
        _refuse_unsendable(sender, rcpt_tos, options, raw)
        content = raw if raw.endswith(b"\r\n") or not raw else raw + b"\r\n"
        with self._line() as smtp:
            parameters = _parameters(smtp, [sender, *rcpt_tos], options, content)
            _begin_mail(smtp, sender, parameters)
            for address in rcpt_tos:
                with _stage("RCPT"):
                    reply = _command(smtp, f"RCPT TO:<{address}>")
                _refuse_mail("RCPT", reply, address)
            with _stage("DATA"):
                code, text = _command(smtp, "DATA")
            if code != 354:
                _refuse_mail("DATA", (code if code >= 400 else 0, text))
            return self._hand_over(smtp, content, before_data)

    def _hand_over(self, smtp: smtplib.SMTP, content: bytes, before_data: Callable[[], None]) -> str:
        """The final dot is the point of no return: once it may have left, a lost line leaves it open."""
        before_data()
        stuffed = content.replace(b"\r\n.", b"\r\n..")
        patience = self._timeout * _LAST_PATIENCE
        try:
            _pour(smtp, b"." + stuffed if stuffed.startswith(b".") else stuffed)
        except OSError as error:
            _hear_refusal(smtp)
            raise UpstreamUnavailable("DATA", 0, _plain(error)) from None
        try:
            _pour(smtp, b".\r\n")
        except OSError:
            patience = _FAREWELL_SECONDS  # it may have hung up with an answer that is still to be read
        try:
            _sock(smtp).settimeout(patience)
            code, text = _read(smtp)
        except OSError as error:
            raise OutcomeUnknown(
                f"{_plain(error)}, after the whole mail had left: it may have been sent"
            ) from None
        if code >= 400:
            raise MailRefused(code, text)
        if not 200 <= code < 300:
            raise OutcomeUnknown("the server's last answer makes no sense: the mail may have been sent")
        return f"{code} {text}".rstrip()

    @contextmanager
    def _line(self) -> Iterator[smtplib.SMTP]:
        """A connection that is ready for MAIL: one that waits for a mail, or a new one."""
        smtp = self._proved() or self._logged_in()
        listens = False
        try:
            yield smtp
            listens = True
        except (MailRefused, UpstreamUnavailable) as refusal:
            listens = bool(refusal.code)
            raise
        finally:
            self._part(smtp, listens=listens)

    def _part(self, smtp: smtplib.SMTP, *, listens: bool) -> None:
        """Keep or leave the line that a mail is done with, politely where the server waits for a command."""
        self._conversations.discard(smtp)
        if listens and self._keep and not self._ended:
            self._kept.append(smtp)
            return
        if listens:
            _farewell(smtp)
        smtp.close()

    def _waiting(self) -> smtplib.SMTP | None:
        try:
            return self._kept.pop()
        except IndexError:
            return None

    def _proved(self) -> smtplib.SMTP | None:
        """A line that was kept, if its server still listens; what a refused mail left there is reset."""
        while smtp := self._waiting():
            self._conversations.add(smtp)
            with suppress(OSError):
                _sock(smtp).settimeout(_FAREWELL_SECONDS)
                if _command(smtp, "RSET")[0] == _FINE and not self._ended:
                    _sock(smtp).settimeout(self._timeout)
                    return smtp
            self._part(smtp, listens=False)
        return None

    def _logged_in(self) -> smtplib.SMTP:
        """A new connection."""
        secret = self._secret()
        with _stage("connect"):
            smtp = self._connect()
        self._conversations.add(smtp)
        try:
            self._refuse_at_the_end()
            self._greet(smtp)
            if self._user:
                self._log_in(smtp, secret)
        except BaseException:
            self._part(smtp, listens=False)
            raise
        return smtp

    def _refuse_at_the_end(self) -> None:
        if self._ended:
            raise UpstreamUnavailable("connect", 0, "this program is about to end")

    def _log_in(self, smtp: smtplib.SMTP, secret: str) -> None:
        with _stage("AUTH"):
            reply = self._by(smtp, self._user, secret)
        if reply[0] == _WRONG_LOGIN and self._refused():
            another = self._secret()
            with _stage("AUTH"):
                reply = self._by(smtp, self._user, another)
        _expect_good("AUTH", reply)

    def _secret(self) -> str:
        try:
            return self._password() if self._user else ""
        except TriageError as error:
            raise UpstreamUnavailable("AUTH", 0, str(error)) from None

    def _connect(self) -> smtplib.SMTP:
        # A name of our own spares smtplib its look into the DNS; what is sent is `_literal`.
        if self._security == "tls":
            return smtplib.SMTP_SSL(
                self._host, self._port, local_hostname="[127.0.0.1]", timeout=self._timeout, context=self._tls
            )
        return smtplib.SMTP(self._host, self._port, local_hostname="[127.0.0.1]", timeout=self._timeout)

    def _greet(self, smtp: smtplib.SMTP) -> None:
        with _stage("EHLO"):
            # Or the final dot, a small piece behind others, waits for the server's late ACK.
            _sock(smtp).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            name = _literal(_sock(smtp))
            _expect_good("EHLO", _worded(*smtp.ehlo(name)))
        if self._security != "starttls":
            return
        if not smtp.has_extn("starttls"):
            raise UpstreamUnavailable("STARTTLS", 0, "the server does not offer STARTTLS")
        with _stage("STARTTLS"):
            smtp.starttls(context=self._tls)
        with _stage("EHLO"):
            _expect_good("EHLO", _worded(*smtp.ehlo(name)))


def _refuse_unsendable(mail_from: str, rcpt_tos: Sequence[str], options: Sequence[str], raw: bytes) -> None:
    """What must not even begin: it could say something else to the server than what was meant."""
    if not rcpt_tos:
        raise MailRefused(554, "5.5.1 The mail has no recipient")
    for address in (mail_from, *rcpt_tos) if mail_from else rcpt_tos:
        if not is_address(address):
            raise MailRefused(554, "5.1.3 This is not an address that mail can be sent to", ascii(address))
    if not all(option.isascii() and option.isprintable() and " " not in option for option in options):
        raise MailRefused(554, "5.5.4 A parameter of the mail cannot be passed on")
    if has_bare_line_end(raw):
        raise MailRefused(554, BARE_LINE_END.removeprefix("554 "))


def _begin_mail(smtp: smtplib.SMTP, sender: str, parameters: Sequence[str]) -> None:
    with _stage("MAIL"):
        _expect_good("MAIL", _command(smtp, " ".join([f"MAIL FROM:<{sender}>", *parameters])))


def _parameters(
    smtp: smtplib.SMTP, addresses: Sequence[str], options: Sequence[str], content: bytes
) -> list[str]:
    """The parameters of MAIL: what the mail came with, as far as the upstream advertises it.

    Without 8BITMIME the bytes go as they are, as everybody does. Clients say SMTPUTF8 of every mail where
    it is offered, so it is dropped where nothing needs it, and refused (RFC 6531, 3.5) where something does.
    """
    keywords = {option.partition("=")[0].upper(): option for option in options}
    keywords.pop("SIZE", None)
    if not content.isascii():
        keywords.setdefault("BODY", "BODY=8BITMIME")
    foreign = not all(address.isascii() for address in addresses)
    if foreign:
        keywords["SMTPUTF8"] = "SMTPUTF8"
        smtp.command_encoding = "utf-8"
    if "SMTPUTF8" in keywords and not smtp.has_extn("smtputf8"):
        if foreign or not content.partition(b"\r\n\r\n")[0].isascii():
            raise MailRefused(
                550, "5.6.7 The server does not take addresses or headers beyond ASCII (SMTPUTF8)"
            )
        del keywords["SMTPUTF8"]
    known = [
        option
        for keyword, option in keywords.items()
        if smtp.has_extn("8bitmime" if keyword == "BODY" else keyword)
    ]
    return [*_size(smtp, len(content)), *known]


def _size(smtp: smtplib.SMTP, size: int) -> list[str]:
    """SIZE (RFC 1870). Too large is said here: at MAIL it would look like the account's condition."""
    if not smtp.has_extn("size"):
        return []
    limit = smtp.esmtp_features["size"]
    if limit.isdigit() and 0 < int(limit) < size:
        raise MailRefused(552, f"5.3.4 The mail has {size} bytes, and the server takes at most {limit}")
    return [f"SIZE={size}"]


def _by_password(smtp: smtplib.SMTP, user: str, secret: str) -> "Reply":
    """One attempt (RFC 4954). smtplib's own tries each mechanism in turn, which locks accounts.

    It also encodes to ASCII, and the error that follows from a password beyond that carries it.
    """
    offered = _mechanisms(smtp)
    if "PLAIN" in offered:
        token = _base64(f"\0{user}\0{secret}")  # RFC 4616
        return _command(smtp, f"AUTH PLAIN {token}")
    if "LOGIN" not in offered:
        raise UpstreamUnavailable("AUTH", 0, "the server offers no login with a password")
    reply = _command(smtp, f"AUTH LOGIN {_base64(user)}")
    return _command(smtp, _base64(secret)) if reply[0] == _GO_ON else reply


def _by_token(smtp: smtplib.SMTP, user: str, access: str) -> "Reply":
    """One attempt with an access token. A challenge says why not; an empty line asks for the refusal."""
    if "XOAUTH2" not in _mechanisms(smtp):
        raise UpstreamUnavailable("AUTH", 0, "the server offers no login with OAuth2 (XOAUTH2)")
    payload = _base64(f"user={user}\1auth=Bearer {access}\1\1")
    reply = _command(smtp, f"AUTH XOAUTH2 {payload}")
    return _command(smtp, "") if reply[0] == _GO_ON else reply


def _mechanisms(smtp: smtplib.SMTP) -> list[str]:
    return smtp.esmtp_features.get("auth", "").upper().split()


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()


def _pour(smtp: smtplib.SMTP, content: bytes) -> None:
    """In pieces, because a socket's time-out counts for the whole of one `sendall`: a large attachment on a
    slow line takes longer than any patience with a silent server should.
    """
    wire = memoryview(content)
    for start in range(0, len(wire), _CHUNK):
        _sock(smtp).sendall(wire[start : start + _CHUNK])


def _hear_refusal(smtp: smtplib.SMTP) -> None:
    """A server may refuse in the middle and hang up; its answer is then still there to be read."""
    with suppress(OSError):
        _sock(smtp).settimeout(_FAREWELL_SECONDS)
        code, text = _read(smtp)
        if code >= 400:
            raise MailRefused(code, text)


def _farewell(smtp: smtplib.SMTP) -> None:
    """QUIT, as a courtesy: whatever comes of it, what was said before stands."""
    with suppress(OSError):
        _sock(smtp).settimeout(_FAREWELL_SECONDS)
        smtp.docmd("QUIT")


Reply = tuple[int, str]
"""Code and text; the lines of a longer answer are joined."""


def _command(smtp: smtplib.SMTP, line: str) -> Reply:
    smtp.putcmd(line)
    return _read(smtp)


def _read(smtp: smtplib.SMTP) -> Reply:
    return _worded(*smtp.getreply())


def _worded(code: int, text: bytes) -> Reply:
    return code, joined(text.decode("utf-8", "replace").split("\n"))


def _expect_good(stage: str, reply: Reply) -> None:
    code, text = reply
    if not 200 <= code < 300:
        raise UpstreamUnavailable(stage, code if code >= 400 else 0, text)


def _refuse_mail(stage: str, reply: Reply, address: str = "") -> None:
    """MailRefused where the upstream says no; nonsense is no answer to this mail."""
    code, text = reply
    if code >= 400:
        raise MailRefused(code, text, address)
    if not 200 <= code < 300:
        raise UpstreamUnavailable(stage, 0, "the server's answer makes no sense")


@contextmanager
def _stage(name: str) -> Iterator[None]:
    """Whatever breaks in here before the content leaves is the account's condition."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        text = error.smtp_error if isinstance(error.smtp_error, bytes) else error.smtp_error.encode()
        code, said = _worded(error.smtp_code, text)
        raise UpstreamUnavailable(name, code if code >= 400 else 0, said) from None
    except OSError as error:
        raise UpstreamUnavailable(name, 0, _plain(error)) from None
    except UnicodeError:
        raise UpstreamUnavailable(name, 0, "the server's name or the login cannot be encoded") from None


def _plain(error: OSError) -> str:
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


def _sock(smtp: smtplib.SMTP) -> socket.socket:
    if smtp.sock is None:
        raise smtplib.SMTPServerDisconnected
    return smtp.sock


def _literal(sock: socket.socket) -> str:
    """Our name in EHLO: the address literal of RFC 5321, 4.1.3; a machine's name is nobody's business."""
    address = str(sock.getsockname()[0]).partition("%")[0]
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"
