"""A store that has grown: facts of messages and held replies of the past, laid in at once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import create_engine, insert
from sqlalchemy.schema import Table

from triage.judging.customers import Customer
from triage.judging.facts import MessageFacts
from triage.judging.holds import Copy, Door, Envelope, HeldReply, State
from triage.reading.heat import Finding, Level
from triage.store import schema
from triage.store.mapping import to_row

TEAM, REP = "field", "rep@example.com"
DAY = 200
"""Messages a day: a store of a million is fourteen years of one rep's mail."""
BATCH = 20_000


def fill_store(path: Path, *, messages: int = 0, replies: int = 0) -> None:
    """Lay in so many messages, one every few minutes, and sent replies among them, the newest just now."""
    now, apart = datetime.now(UTC), timedelta(days=1) / DAY
    _lay_in(path, schema.messages, to_row(_message(now)), messages, now, apart, ("seen_at", "internal_date"))
    row = {**to_row(_reply(now)), "copy_settled": True}
    times = ("submitted_at", "due_at", "next_attempt_at", "finished_at", "claimed_at")
    _lay_in(path, schema.replies, row, replies, now, apart * max(1, messages / max(1, replies)), times)
    _lay_in(path, schema.reply_bytes, {"raw": b"x" * 5000}, replies, now, apart, ())


def _lay_in(
    path: Path,
    table: Table,
    row: dict[str, object],
    count: int,
    now: datetime,
    apart: timedelta,
    times: tuple[str, ...],
) -> None:
    engine = create_engine(f"sqlite:///{path}")
    for first in range(0, count, BATCH):
        rows = [
            {
                **row,
                **dict.fromkeys(times, now - apart * (number + 1)),
                **({"message_id": f"<old.{number}@acme.example>"} if "message_id" in row else {}),
                **({"thread": f"<old.{number}@acme.example>"} if "thread" in row else {}),
                **({"content_key": f"old {number}"} if "content_key" in row else {}),
            }
            for number in range(first, min(count, first + BATCH))
        ]
        with engine.begin() as connection:
            connection.execute(insert(table), rows)
    engine.dispose()


def _message(now: datetime) -> MessageFacts:
    words = "when will it be shipped"
    finding = Finding(
        signal="wording",
        words=words,
        start=0,
        end=len(words),
        sentence=f"Please tell me {words}.",
        weight=0.2,
    )
    return MessageFacts(
        account=REP,
        team=TEAM,
        message_id="",
        folder="INBOX",
        uidvalidity=1,
        uid=1,
        customer=Customer.of(["dana@acme.example"], free_mail=frozenset(), name="Dana Lee"),
        subject="Order 4711",
        subject_key="order 4711",
        thread="",
        internal_date=now,
        seen_at=now,
        score=0.2,
        level=Level.CALM,
        findings=(finding,),
        language="en",
        heated_at=0.5,
        decision="it is not heated",
    )


def _reply(now: datetime) -> HeldReply:
    return HeldReply(
        account=REP,
        team=TEAM,
        door=Door.GATE,
        state=State.SENT,
        envelope=Envelope(mail_from=REP, rcpt_tos=("dana@acme.example",)),
        subject="Re: Order 4711",
        sha256="0" * 64,
        submitted_at=now,
        due_at=now,
        next_attempt_at=now,
        claimed_at=now,
        finished_at=now,
        reasons=("the customer's message was heated",),
        copy=Copy(at="sent", settled=True),
    )
