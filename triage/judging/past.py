"""Mail of the past, read and judged as far as a rehearsal asks.

Plain values come in and go out, and rules files are not needed: a process that does nothing else can do it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from triage.judging.customers import Customer, Insiders, customer_of, ignored_because
from triage.judging.verdicts import Measure, heat_of, issue_of
from triage.reading.heat import Level
from triage.reading.messages import Message, parse

Mail: TypeAlias = tuple[datetime, bytes]
"""When it came, and what it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A customer's message of the past."""

    at: datetime
    message_id: str
    references: tuple[str, ...]
    subject: str
    subject_key: str
    customer: Customer
    ignored_because: str = ""
    score: float = 0.0
    words: tuple[str, ...] = ()
    """Of a heated message those that speak for heat; of others nobody asks."""
    main_issue: str = ""
    """Of a heated message the sentence, where there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A mail that the rep sent in the past."""

    at: datetime
    message_id: str
    references: tuple[str, ...]
    subject: str
    subject_key: str
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """How one account's past is read, by its team's rules."""

    insiders: Insiders
    measure: Measure
    never_hold: Collection[str] = ()
    free_mail: frozenset[str] = frozenset()

    def received(self, mails: Iterable[Mail]) -> list[Received]:
        """What was written to the rep."""
        return [self._received(at, parse(raw)) for at, raw in mails]

    def _received(self, at: datetime, message: Message) -> Received:
        ignored = ignored_because(message, self.insiders, self.never_hold)
        score, words, issue = (0.0, (), "") if ignored else self._judged(message)
        return Received(
            at=at,
            message_id=message.message_id,
            references=message.references,
            subject=message.subject,
            subject_key=message.subject_key,
            customer=customer_of(message, self.insiders, self.free_mail),
            ignored_because=ignored,
            score=score,
            words=words,
            main_issue=issue,
        )

    def _judged(self, message: Message) -> tuple[float, tuple[str, ...], str]:
        heat = heat_of(message, self.measure)
        if heat.level is not Level.HEATED:
            return heat.score, (), ""
        issue = issue_of(message, self.measure, heat)
        return heat.score, heat.words, issue.sentence if issue else ""


def sent(mails: Iterable[Mail]) -> list[Sent]:
    """What the rep wrote; the header blocks are enough."""
    return [_sent(at, parse(raw)) for at, raw in mails]


def _sent(at: datetime, message: Message) -> Sent:
    return Sent(
        at=at,
        message_id=message.message_id,
        references=message.references,
        subject=message.subject,
        subject_key=message.subject_key,
        recipients=message.recipients,
    )
