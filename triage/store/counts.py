"""What SQLite counts by itself, day by day, so that a summary reads days, and not a year of mail.

A trigger counts whatever comes, and counts its day anew where it changes or goes: by whatever verb, and in
the same transaction. So the counts are at any time what a recount finds. A day is one of UTC. They are read
by `records.relations`. What cannot be counted is not: no mail may be stopped by it.
"""

from collections.abc import Iterator

DAY = 86_400_000_000
"""Microseconds, as the store's times are."""
_LEFT = (
    "{row}.state = 'SENT' AND {row}.finished_at IS NOT NULL AND {row}.door IN ('gate', 'hand_off', 'drafts')"
)
LEFT = _LEFT.replace("{row}.", "")
"""A reply that counts: one of the rep's own that went out."""

_HEARD_ONE = """
INSERT INTO heard_days (team, customer, day, level, mails, last_at)
SELECT NEW.team, NEW.label, NEW.seen_at / {day}, NEW.level, 1, NEW.seen_at
WHERE NEW.ignored_because = '' AND NEW.label IS NOT NULL
ON CONFLICT DO UPDATE SET mails = mails + 1, last_at = max(last_at, excluded.last_at);"""
_HEARD_ANEW = """
DELETE FROM heard_days
WHERE team = {row}.team AND customer = {row}.label AND day = {row}.seen_at / {day} AND level = {row}.level;
INSERT INTO heard_days (team, customer, day, level, mails, last_at)
SELECT team, label, seen_at / {day}, level, count(*), max(seen_at) FROM messages
WHERE team = {row}.team AND label = {row}.label AND level = {row}.level AND ignored_because = ''
AND seen_at >= {row}.seen_at / {day} * {day} AND seen_at < ({row}.seen_at / {day} + 1) * {day}
GROUP BY team, label, level;"""
_HEARD_ON = "team", "customer", "seen_at", "level", "ignored_because"
"""The columns on which it depends."""

_TOLD = """(
    SELECT team, people, at FROM outgoing
    UNION ALL SELECT team, people, finished_at FROM replies WHERE {left}
)"""
"""Every mail that went out: past the outbox, or by it."""
_TOLD_ONE = """
INSERT INTO told_days (team, people, day, mails, last_at)
SELECT NEW.team, NEW.people, NEW.{at} / {day}, 1, NEW.{at}
WHERE NEW.people IS NOT NULL AND NEW.{at} IS NOT NULL
ON CONFLICT DO UPDATE SET mails = mails + 1, last_at = max(last_at, excluded.last_at);"""
_TOLD_ANEW = """
DELETE FROM told_days WHERE team = {row}.team AND people = {row}.people AND day = {row}.{at} / {day};
INSERT INTO told_days (team, people, day, mails, last_at)
SELECT team, people, at / {day}, count(*), max(at) FROM {told}
WHERE team = {row}.team AND people = {row}.people
AND at >= {row}.{at} / {day} * {day} AND at < ({row}.{at} / {day} + 1) * {day}
GROUP BY team, people;"""

_IS_TO_CUSTOMER = """EXISTS (
    SELECT 1 FROM json_each({people}) AS each
    WHERE lower(each.value) = messages.label
    OR lower(substr(each.value, instr(each.value, '@') + 1)) = messages.label
)"""
_THREAD_OF_REPLY = """coalesce(
    (SELECT c.thread FROM cooldowns AS c WHERE c.id = CAST(substr({row}.cooldown, 2) AS INTEGER)),
    (SELECT t.thread FROM json_each({row}.message_ids) AS i JOIN threads AS t ON t.message_id = i.value
     WHERE t.team = {row}.team ORDER BY i.key DESC LIMIT 1),
    ''
)"""
"""Its cool-down's, else that of the newest of its Message-IDs that is known."""
_ANSWER = """
UPDATE messages SET answered_at = NEW.{at}
WHERE team = NEW.team AND thread = {thread} AND thread != '' AND answered_at IS NULL AND ignored_because = ''
AND seen_at < NEW.{at} AND {is_to_customer};"""

_TRIGGER = """CREATE TRIGGER {name} AFTER {on} WHEN {when} BEGIN{body}
END"""

_COUNT_ALL = """
INSERT INTO heard_days (team, customer, day, level, mails, last_at)
SELECT team, label, seen_at / {day}, level, count(*), max(seen_at) FROM messages
WHERE ignored_because = '' AND label IS NOT NULL GROUP BY team, label, seen_at / {day}, level;
INSERT INTO told_days (team, people, day, mails, last_at)
SELECT team, people, at / {day}, count(*), max(at) FROM {told}
WHERE people IS NOT NULL AND at IS NOT NULL GROUP BY team, people, at / {day};
CREATE TEMPORARY TABLE told AS
SELECT team, thread, people, at FROM outgoing WHERE thread != ''
UNION ALL SELECT team, {thread_of_reply}, people, finished_at FROM replies WHERE {left};
CREATE INDEX temp.told_by_thread ON told (team, thread, at);
UPDATE messages SET answered_at = (
    SELECT min(told.at) FROM told
    WHERE told.team = messages.team AND told.thread = messages.thread AND told.at > messages.seen_at
    AND {is_to_customer}
) WHERE thread != '' AND ignored_because = '';
DROP TABLE told"""


def triggers() -> Iterator[str]:
    """The statements that make them."""
    gone, anew = _heard_anew("OLD"), _heard_anew("OLD") + _heard_anew("NEW")
    differ = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in _HEARD_ON)
    yield _trigger("heard_come", "INSERT ON messages", _HEARD_ONE.format(day=DAY))
    yield _trigger("heard_changed", f"UPDATE OF {', '.join(_HEARD_ON)} ON messages", anew, when=differ)
    yield _trigger("heard_gone", "DELETE ON messages", gone)

    yield _trigger("outgoing_come", "INSERT ON outgoing", _left("at", "NEW.thread"))
    yield _trigger("outgoing_gone", "DELETE ON outgoing", _told_anew("OLD", "at"))

    left = _left("finished_at", _THREAD_OF_REPLY.format(row="NEW"))
    gone = _told_anew("OLD", "finished_at")
    anew = gone + _told_anew("NEW", "finished_at")
    was, is_ = _LEFT.format(row="OLD"), _LEFT.format(row="NEW")
    yield _trigger("replies_come", "INSERT ON replies", left, when=is_)
    yield _trigger("replies_left", "UPDATE OF state ON replies", left, when=f"{is_} AND NOT ({was})")
    yield _trigger("replies_changed", "UPDATE OF state, finished_at ON replies", anew, when=was)
    yield _trigger("replies_gone", "DELETE ON replies", gone, when=was)


def count_all() -> list[str]:
    """The statements that count what is stored, once."""
    return _COUNT_ALL.format(
        day=DAY,
        told=_TOLD.format(left=LEFT),
        left=LEFT,
        thread_of_reply=_THREAD_OF_REPLY.format(row="replies"),
        is_to_customer=_IS_TO_CUSTOMER.format(people="told.people"),
    ).split(";")


def _heard_anew(row: str) -> str:
    return _HEARD_ANEW.format(row=row, day=DAY)


def _told_anew(row: str, at: str) -> str:
    return _TOLD_ANEW.format(row=row, at=at, day=DAY, told=_TOLD.format(left=LEFT))


def _left(at: str, thread: str) -> str:
    """One more; and it answers what its customer wrote before on its thread, and nobody has answered yet."""
    to_customer = _IS_TO_CUSTOMER.format(people="NEW.people")
    answer = _ANSWER.format(at=at, thread=thread, is_to_customer=to_customer)
    return _TOLD_ONE.format(at=at, day=DAY) + answer


def _trigger(name: str, on: str, body: str, *, when: str = "true") -> str:
    return _TRIGGER.format(name=name, on=on, when=when, body=body)
