"""What is new, as a notice of the desktop shows it: a title and a line of plain text, no word of any body.

It is read over the rep's shoulder: it names the customer and the subject, and nothing that somebody wrote.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, tzinfo
from typing import Literal, TypeAlias

from triage.judging.facts import MessageFacts, Notice
from triage.judging.holds import HeldReply
from triage.writing.plain import listed, one_line
from triage.writing.times import local

Kind: TypeAlias = Literal["heated", "held", "look", "sent", "failed"]
"""The conditions that a notice tells of; each can be turned off."""

MOST_AT_ONCE = 3
"""More notices than these at once are one that counts them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One notice."""

    kind: Kind
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """The part of the day in which the desktop stays quiet; over midnight where `end` is before `start`."""

    start: time
    end: time
    zone: tzinfo

    def covers(self, now: datetime) -> bool:
        """Whether it is quiet now."""
        clock = now.astimezone(self.zone).time()
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


def heated_news(message: MessageFacts) -> News:
    """A heated mail came in."""
    return News(
        kind="heated",
        title=f"Heated mail from {one_line(message.customer.label, 80)}",
        text=_subject(message.subject),
    )


def held_news(reply: HeldReply, customer: str, zone: tzinfo, now: datetime) -> News:
    """A reply is held, and until when."""
    title = f"Your reply to {one_line(customer, 80)} is held until {local(reply.due_at, zone, now)}"
    return News(kind="held", title=title, text=_subject(reply.subject))


def sent_news(reply: HeldReply, customer: str) -> News:
    """A reply that was held has gone out."""
    title = f"Your reply to {one_line(customer, 80)} was sent"
    return News(kind="sent", title=title, text=_subject(reply.subject))


def told_news(kind: Kind, told: Notice, customer: str = "") -> News:
    """Something that the rep is told of anyway."""
    title = {"look": "Please look", "failed": "Something failed"}.get(kind, "Cool-down")
    whose = f": your reply to {one_line(customer, 80)}" if customer else ""
    return News(kind=kind, title=f"{title}{whose}", text=one_line(told.text))


def at_once(news: Sequence[News]) -> Sequence[News]:
    """What is shown at one time: each by itself, or all of them counted in one."""
    if len(news) <= MOST_AT_ONCE:
        return news
    counts = Counter(each.kind for each in news)
    said = listed(tuple(f"{counts[kind]} {words}" for kind, words in _COUNTED.items() if counts[kind]))
    return [News(kind=news[-1].kind, title=f"{len(news)} things are new", text=f"{said}.")]


_COUNTED: dict[Kind, str] = {
    "look": "to look at",
    "failed": "failed",
    "heated": "heated",
    "held": "held",
    "sent": "sent",
}
"""The most urgent first."""


def _subject(subject: str) -> str:
    return one_line(subject, 120) or "(no subject)"
