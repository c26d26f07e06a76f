"""A submission server that sends nothing anywhere: it keeps what it takes, byte for byte."""

import asyncio
import hmac
from dataclasses import dataclass, field
from datetime import datetime

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from triage.cli.demo.loopback import LoopbackServer
from triage.clock import SystemClock

ANSWER = "250 2.0.0 Taken by the sink of the demo"
"""What it says to every mail. What is answered with another code than 250 is not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A mail as it came in."""

    at: datetime
    rcpt_tos: tuple[str, ...]
    raw: bytes = field(repr=False)


class Sink(LoopbackServer):
    """Knows one user. `arrivals` grows in the server's own thread."""

    def __init__(self, *, user: str, password: str) -> None:
        super().__init__()
        self._login = (user.encode(), password.encode())
        self.arrivals: list[Arrival] = []

    def arrived(self, *, to: str) -> list[Arrival]:
        """What came in for an address, oldest first."""
        return [arrival for arrival in self.arrivals if to in arrival.rcpt_tos]

    async def listen(self) -> asyncio.Server:
        """Listen without TLS: nothing leaves this machine."""
        loop = asyncio.get_running_loop()
        return await loop.create_server(self._new_conversation, self.host, 0)

    def _new_conversation(self) -> SMTP:
        return SMTP(
            self,
            hostname="localhost",
            ident="demo sink",
            authenticator=self._let_in,
            auth_require_tls=False,
            enable_SMTPUTF8=True,
        )

    def _let_in(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, login: LoginPassword
    ) -> AuthResult:
        user, password = self._login
        known = hmac.compare_digest(login.login, user) and hmac.compare_digest(login.password, password)
        return AuthResult(success=known, handled=False)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """aiosmtpd calls this when a mail is complete, and answers what it returns."""
        if ANSWER.startswith("250"):
            raw = envelope.original_content or b""
            arrival = Arrival(at=SystemClock().now(), rcpt_tos=tuple(envelope.rcpt_tos), raw=raw)
            self.arrivals.append(arrival)
        return ANSWER
