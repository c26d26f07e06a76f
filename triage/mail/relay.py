"""The only way out: hands one mail to the account's own submission server (RFC 6409).

The lines are kept here, and made: connected, encrypted, logged in. What is said on one for a mail is
`transaction`'s. Nothing is tried twice in here and nothing is remembered: when to try again is the desk's to
say. What comes in from the rep's client is `gate`'s.
"""

import smtplib
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from triage.errors import MailRefused, TriageError, UpstreamUnavailable
from triage.mail.conversation import (
    FAREWELL_SECONDS,
    at,
    by_password,
    by_token,
    expect_good,
    farewell,
    literal,
    sock_of,
    worded,
)
from triage.mail.logins import never
from triage.mail.tls import Security, client_context, refuse_plain_text
from triage.mail.transaction import begin, hand_over, name_sender, refuse_unsendable

_WRONG_LOGIN = 535
_OF_THE_LINE = (421, 530)
"""What a server says of a connection that it has given up, or no longer knows, at whatever command."""


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
        self._by = by_token if token else by_password
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
            with self._line(partial(name_sender, sender=sender) if sender else _nothing) as smtp:
                return dict(smtp.esmtp_features)
        finally:
            self.rest()

    def rest(self) -> None:
        """Leave the lines that wait for a mail: they are not kept for long, nor when the program ends."""
        while smtp := self._waiting():
            farewell(smtp)
            smtp.close()

    def hang_up(self) -> None:
        """End every conversation now and for good, from any thread; each raises what its lost line means."""
        self._ended = True
        for smtp in self._conversations.copy():
            with suppress(OSError):
                # Not SSLSocket's own: it takes the encryption away first, under the feet of the other thread.
                socket.socket.shutdown(sock_of(smtp), socket.SHUT_RDWR)

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
        refuse_unsendable(sender, rcpt_tos, options, raw)
        content = raw if raw.endswith(b"\r\n") or not raw else raw + b"\r\n"
        envelope = partial(begin, sender=sender, rcpt_tos=rcpt_tos, options=options, content=content)
        with self._line(envelope) as smtp:
            before_data()
            return hand_over(smtp, content, self._timeout)

    @contextmanager
    def _line(self, begin: Callable[[smtplib.SMTP], None]) -> Iterator[smtplib.SMTP]:
        """A connection on which the mail has begun: one that waited for a mail, or a new one."""
        smtp = self._begun_on_a_kept(begin)
        done = listens = False
        try:
            if smtp is None:
                smtp = self._logged_in()
                begin(smtp)
            yield smtp
            done = listens = True
        except (MailRefused, UpstreamUnavailable) as refusal:
            listens = bool(refusal.code)
            raise
        finally:
            if smtp is not None:
                self._part(smtp, listens=listens, done=done)

    def _begun_on_a_kept(self, begin: Callable[[smtplib.SMTP], None]) -> smtplib.SMTP | None:
        """A kept line may be dead, or its login too old: what one cannot do is asked of the next, at last of
        a new one. No content has left by then, so nothing is sent twice. A no to the mail is one on any line.
        """
        while smtp := self._waiting():
            self._conversations.add(smtp)
            try:
                self._refuse_at_the_end()
                sock_of(smtp).settimeout(FAREWELL_SECONDS)
                begin(smtp)
                sock_of(smtp).settimeout(self._timeout)
            except (MailRefused, UpstreamUnavailable, OSError) as refusal:
                final = isinstance(refusal, MailRefused) and refusal.code not in _OF_THE_LINE
                self._part(smtp, listens=final)
                if final:
                    raise
            else:
                return smtp
        return None

    def _part(self, smtp: smtplib.SMTP, *, listens: bool, done: bool = False) -> None:
        """Keep the line of a mail that is done; leave another, politely where the server still listens."""
        self._conversations.discard(smtp)
        if done and self._keep and not self._ended:
            self._kept.append(smtp)
            return
        if listens:
            farewell(smtp)
        smtp.close()

    def _waiting(self) -> smtplib.SMTP | None:
        try:
            return self._kept.pop()
        except IndexError:
            return None

    def _logged_in(self) -> smtplib.SMTP:
        """A new connection."""
        secret = self._secret()
        with at("connect"):
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
        with at("AUTH"):
            reply = self._by(smtp, self._user, secret)
        if reply[0] == _WRONG_LOGIN and self._refused():
            another = self._secret()
            with at("AUTH"):
                reply = self._by(smtp, self._user, another)
        expect_good("AUTH", reply)

    def _secret(self) -> str:
        try:
            return self._password() if self._user else ""
        except TriageError as error:
            raise UpstreamUnavailable("AUTH", 0, str(error)) from None

    def _connect(self) -> smtplib.SMTP:
        # A name of our own spares smtplib its look into the DNS; what is sent is `literal`.
        if self._security == "tls":
            return smtplib.SMTP_SSL(
                self._host, self._port, local_hostname="[127.0.0.1]", timeout=self._timeout, context=self._tls
            )
        return smtplib.SMTP(self._host, self._port, local_hostname="[127.0.0.1]", timeout=self._timeout)

    def _greet(self, smtp: smtplib.SMTP) -> None:
        with at("EHLO"):
            # Or the final dot, a small piece behind others, waits for the server's late ACK.
            sock_of(smtp).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            name = literal(sock_of(smtp))
            expect_good("EHLO", worded(*smtp.ehlo(name)))
        if self._security != "starttls":
            return
        if not smtp.has_extn("starttls"):
            raise UpstreamUnavailable("STARTTLS", 0, "the server does not offer STARTTLS")
        with at("STARTTLS"):
            smtp.starttls(context=self._tls)
        with at("EHLO"):
            expect_good("EHLO", worded(*smtp.ehlo(name)))


def _nothing(_smtp: smtplib.SMTP) -> None:
    """To be logged in is enough."""
