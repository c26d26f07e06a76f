"""Did waiting help? Of the replies that were held: how many were rewritten, and how the customer wrote next.

Counts of a team, for the team: of one rep alone they would be a grade.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from triage.judging.accounts import Heard
from triage.judging.holds import HANDED_BACK, TAKEN_BACK, HeldReply, State
from triage.reading.heat import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What came of the replies that were sent after they were held."""

    sent: int = 0
    rewritten: int = 0
    """The rep took an earlier one back, and sent another."""
    answered: int = 0
    """The customer wrote again, on that thread."""
    heated_again: int = 0
    """... and was still heated."""


def waiting_of(held: Iterable[tuple[Sequence[HeldReply], Sequence[Heard]]]) -> Waiting:
    """Sum up cool-downs: each with its replies, and with what was heard on its thread, oldest first."""
    ended = [(sent, replies, heard) for replies, heard in held if (sent := _sent(replies))]
    next_words = [_next(sent, heard) for sent, _, heard in ended]
    return Waiting(
        sent=len(ended),
        rewritten=sum(
            any(r.because in (TAKEN_BACK, HANDED_BACK) for r in replies) for _, replies, _ in ended
        ),
        answered=sum(each is not None for each in next_words),
        heated_again=sum(each is Level.HEATED for each in next_words),
    )


def _sent(replies: Sequence[HeldReply]) -> HeldReply | None:
    return next((reply for reply in replies if reply.state is State.SENT and reply.finished_at), None)


def _next(sent: HeldReply, heard: Sequence[Heard]) -> Level | None:
    """How the customer wrote after it."""
    return next((each.level for each in heard if sent.finished_at and each.at > sent.finished_at), None)
