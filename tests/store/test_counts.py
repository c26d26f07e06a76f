"""What SQLite counts by the day is what a recount finds, whatever was done; so an arrow may rest on it."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, insert

from tests.store.records import COOLDOWN, MESSAGE, NOW, OUTGOING, REPLY, TEAM, forget_before
from triage.errors import NotAllowed
from triage.judging.customers import Customer
from triage.judging.holds import REPS_DOORS, Door, Envelope, State
from triage.reading.heat import Level
from triage.store import Store, open_store, schema
from triage.store.mapping import to_row
from triage.store.migrations import upgrade
from triage.store.records import Records

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ALWAYS = NOW - 1000 * DAY, NOW + 1000 * DAY
PEOPLE = "dana@acme.example", "lee@acme.example", "ann@free.example"
Step: TypeAlias = Callable[[Records], object]
Counts: TypeAlias = dict[tuple[str, int, str], tuple[int, datetime]]


def hear(at: datetime, level: Level, who: str, ignored_because: str) -> Step:
    customer = Customer.of([who], free_mail=["free.example"])
    message = replace(MESSAGE, seen_at=at, level=level, customer=customer, ignored_because=ignored_because)
    return lambda records: records.add_message(message)


def correct(level: Level) -> Step:
    def newest(records: Records) -> None:
        for message in records.messages_since(ALWAYS[0])[-1:]:
            records.save_message(replace(message, level=level))

    return newest


def pass_on(at: datetime, to: tuple[str, ...]) -> Step:
    return lambda records: records.add_outgoing(replace(OUTGOING, at=at, recipients=to))


def take(at: datetime, to: tuple[str, ...], door: Door, state: State) -> Step:
    envelope = Envelope(mail_from=REPLY.account, rcpt_tos=to)
    reply = replace(REPLY, finished_at=at, envelope=envelope, door=door, state=state)
    return lambda records: records.add_reply(reply, b"")


def settle(state: State, at: datetime) -> Step:
    def newest(records: Records) -> None:
        for reply in records.all_replies()[-1:]:
            records.change_reply(reply, replace(reply, state=state, finished_at=at))

    return newest


times = st.integers(0, 60).map(lambda hours: NOW + hours * HOUR)
people = st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=2, unique=True).map(tuple)
states = st.sampled_from([State.HELD, State.SENT, State.UNKNOWN, State.WITHDRAWN])
levels = st.sampled_from(Level)
steps = st.one_of(
    st.builds(hear, times, levels, st.sampled_from(PEOPLE), st.sampled_from(["", "a newsletter"])),
    st.builds(correct, levels),
    st.builds(pass_on, times, people),
    st.builds(take, times, people, st.sampled_from(Door), states),
    st.builds(settle, states, times),
    times.map(lambda at: lambda records: forget_before(records, at)),
    st.sampled_from(PEOPLE).map(lambda who: lambda records: records.forget_address(who)),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(steps, max_size=25))
def test_the_counts_are_what_a_recount_finds_after_whatever_was_done(done: list[Step]) -> None:
    with closing(open_store(None)) as store:
        for step in done:
            with suppress(NotAllowed), store.begin() as records:  # who is written to cannot be forgotten
                step(records)
        assert counted(store) == recounted(store)


def counted(store: Store) -> Counts:
    query = """SELECT customer, day, level, mails, last_at FROM heard_days
               UNION ALL SELECT people, day, '', mails, last_at FROM told_days"""
    with store._engine.connect() as connection:
        rows = connection.exec_driver_sql(query)
        return {tuple(key): (mails, moment(last_at)) for *key, mails, last_at in rows}


def recounted(store: Store) -> Counts:
    found = defaultdict[tuple[str, int, str], list[datetime]](list)
    with store.look() as records:
        for message in records.messages_between(TEAM, *ALWAYS):
            if not message.ignored_because:
                found[message.customer.label, day_of(message.seen_at), message.level].append(message.seen_at)
        left = [(mail.recipients, mail.at) for mail in records.outgoing_between(TEAM, *ALWAYS)]
        sent = (reply for reply in records.replies_in(State.SENT) if reply.door in REPS_DOORS)
        left += [(reply.envelope.rcpt_tos, reply.finished_at) for reply in sent if reply.finished_at]
    for to, at in left:
        found[people_of(to), day_of(at), ""].append(at)
    return {key: (len(times), max(times)) for key, times in found.items()}


def people_of(to: Iterable[str]) -> str:
    return json.dumps([*to], separators=(",", ":"))


def day_of(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // DAY


def moment(microseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)


def answered(store: Store) -> list[tuple[datetime, datetime]]:
    with store.look() as records:
        return records.answered_between(TEAM, "acme.example", *ALWAYS, known=ALWAYS[1], most=9)


def test_a_message_is_answered_by_the_first_mail_to_the_customer_on_its_thread(store: Store) -> None:
    mail = replace(OUTGOING, thread=MESSAGE.thread, recipients=("dana@acme.example",))
    with store.begin() as records:
        records.add_message(MESSAGE)
        records.add_outgoing(replace(mail, at=NOW - HOUR))
        records.add_outgoing(replace(mail, at=NOW + HOUR, recipients=("colleague@example.com",)))
        records.add_outgoing(replace(mail, at=NOW + HOUR, thread="<another@acme.example>"))
    assert answered(store) == []
    with store.begin() as records:
        records.add_outgoing(replace(mail, at=NOW + 2 * HOUR, recipients=("Lee@Acme.example",)))
        records.add_outgoing(replace(mail, at=NOW + 3 * HOUR))
    assert answered(store) == [(NOW, NOW + 2 * HOUR)]


def test_a_held_reply_answers_when_it_has_left(store: Store) -> None:
    with store.begin() as records:
        records.add_message(MESSAGE)
        cooldown = records.add_cooldown(COOLDOWN)
        reply = records.add_reply(replace(REPLY, cooldown=cooldown.id), b"")
    assert answered(store) == []
    with store.begin() as records:
        records.change_reply(reply, replace(reply, state=State.SENT, finished_at=NOW + HOUR))
    assert answered(store) == [(NOW, NOW + HOUR)]


def test_a_message_without_a_writer_counts_for_nobody(store: Store) -> None:
    with store.begin() as records:
        message = records.add_message(replace(MESSAGE, customer=Customer(addresses=())))
        records.save_message(replace(message, level=Level.CALM))
    assert counted(store) == {}


def test_a_mail_that_left_at_no_known_time_counts_for_no_day(store: Store) -> None:
    with store.begin() as records:
        records.add_reply(replace(REPLY, state=State.SENT), b"")
    assert counted(store) == {}


def test_a_store_of_an_earlier_version_is_counted_once(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    engine = create_engine(f"sqlite:///{path}")
    upgrade(engine, "0008")
    sent = replace(REPLY, state=State.SENT, cooldown="c1", finished_at=NOW + 2 * HOUR)
    with engine.begin() as connection:
        for message in (MESSAGE, replace(MESSAGE, customer=Customer(addresses=()), ignored_because="nobody")):
            connection.execute(insert(schema.messages).values(**to_row(message)))
        connection.execute(insert(schema.cooldowns).values(**to_row(COOLDOWN)))
        for reply in (sent, replace(sent, finished_at=None)):
            connection.execute(insert(schema.replies).values(**to_row(reply), copy_settled=True))
        passed = {name: value for name, value in to_row(OUTGOING).items() if name != "noted"}  # since 0013
        connection.execute(insert(schema.outgoing).values(**passed))
    engine.dispose()
    with closing(open_store(path)) as store:
        assert counted(store) == recounted(store) != {}
        assert answered(store) == [(NOW, NOW + 2 * HOUR)]
