"""An upstream in memory: it takes what it is given, or has the trouble that a test ordered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from triage.errors import MailRefused, OutcomeUnknown, UpstreamUnavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One mail that the upstream took."""

    mail_from: str
    rcpt_tos: tuple[str, ...]
    options: tuple[str, ...]
    raw: bytes


Trouble = Literal[
    "",
    "down",
    "no rcpt",
    "rcpt later",
    "crash before data",
    "crash during data",
    "no data",
    "dropped, not taken",
    "dropped, taken",
    "crash after data",
]
TROUBLES: tuple[Trouble, ...] = get_args(Trouble)


class Crash(BaseException):
    """The process ends here, as by `kill -9`: no handler of ours runs."""


@dataclass
class FakeRelay:
    """Fits `desk.ports.Relay`. `trouble` is what the next mails meet, in order; then all is well again.

    `may_have_gone` are the bytes of every mail that was taken, or whose sender cannot know that it was not.
    """

    taken: list[Taken] = field(default_factory=list)
    trouble: list[Trouble] = field(default_factory=list)
    may_have_gone: list[bytes] = field(default_factory=list)

    def send(
        self,
        *,
        mail_from: str,
        rcpt_tos: Sequence[str],
        options: Sequence[str],
        raw: bytes,
        before_data: Callable[[], None] = lambda: None,
    ) -> str:
        """Take a mail, or not."""
        trouble = self.trouble.pop(0) if self.trouble else ""
        if trouble == "down":
            raise UpstreamUnavailable("connect", 0, "nobody answers")
        if trouble == "no rcpt":
            raise MailRefused(550, "5.1.1 no such user", rcpt_tos[0])
        if trouble == "rcpt later":
            raise MailRefused(451, "4.7.1 greylisted, try again later", rcpt_tos[0])
        if trouble == "crash before data":
            raise Crash
        before_data()
        if trouble == "no data":
            raise MailRefused(554, "5.6.0 refused")
        self.may_have_gone.append(raw)
        if trouble == "crash during data":
            raise Crash
        if trouble == "dropped, not taken":
            raise OutcomeUnknown("the line dropped")
        self.taken.append(
            Taken(mail_from=mail_from, rcpt_tos=tuple(rcpt_tos), options=tuple(options), raw=raw)
        )
        if trouble == "dropped, taken":
            raise OutcomeUnknown("the line dropped")
        if trouble == "crash after data":
            raise Crash
        return "250 2.0.0 Ok: queued"
