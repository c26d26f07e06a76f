"""What is asked at each tick, look and mail finds its rows by an index: a store of ten years is as quick."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine

from tests.store.records import NOTICE, NOW, REP, TEAM
from triage.judging.holds import Door, State
from triage.store import Store
from triage.store.asking import Values, _Built
from triage.store.records import Records
from triage.store.schema import metadata

ASKED_OFTEN: dict[str, Callable[[Records], object]] = {
    "a bookmark": lambda r: r.bookmark(REP, "INBOX"),
    "the thread of a mail": lambda r: r.thread_of(TEAM, ["<a@b>", "<c@d>"]),
    "what a mail answers": lambda r: r.knows(REP, "<a@b>"),
    "a message": lambda r: r.messages_called("<a@b>", account=REP),
    "a message in any mailbox": lambda r: r.messages_called("<a@b>"),
    "the messages of a cool-down": lambda r: r.messages_of("c1"),
    "the messages of a day": lambda r: r.messages_between(TEAM, NOW, NOW),
    "the open cool-downs": lambda r: r.open_cooldowns(TEAM),
    "the open cool-downs of a thread": lambda r: r.open_cooldowns_about(TEAM, "<a@b>", "order"),
    "the open cool-downs with a subject": lambda r: r.open_cooldowns_about(TEAM, "", "order"),
    "the open cool-downs of all": lambda r: r.open_cooldowns(),
    "the cool-downs of a thread": lambda r: r.cooldowns_of(TEAM, "<a@b>"),
    "the cool-downs of a day": lambda r: r.cooldowns_between(TEAM, NOW, NOW),
    "cool-downs that were corrected": lambda r: r.cooldowns_closed_because(REP, "so"),
    "suggestions to place": lambda r: r.unfinished_suggestions(REP),
    "a mail that went out": lambda r: r.outgoing_of(REP, "<a@b>"),
    "a mail that went out, by anybody": lambda r: r.outgoing_called("<a@b>"),
    "an answer": lambda r: r.is_answered(TEAM, "<a@b>"),
    "the mails of a day": lambda r: r.outgoing_between(TEAM, NOW, NOW),
    "replies by state": lambda r: r.replies_in(State.RELEASING, account=REP),
    "when what is held is due": lambda r: r.next_attempts(),
    "when a cool-down expires": lambda r: r.next_expiry(),
    "when to remind": lambda r: r.next_reminder(),
    "what is due": lambda r: r.due_replies(REP, NOW),
    "what is due under a name that has gone out": lambda r: r.due_twice(REP, NOW),
    "what waits for its next try": lambda r: r.retry_now(REP, NOW),
    "what has left and is to be noted": lambda r: r.replies_to_note(REP),
    "who has such replies": lambda r: r.accounts_to_note(),
    "the replies of a cool-down": lambda r: r.replies_of("c1", door=Door.DRAFTS),
    "a reply": lambda r: r.replies_called(REP, "<a@b>"),
    "whether any was taken": lambda r: r.has_taken(TEAM, NOW),
    "the same reply": lambda r: r.replies_with_content(REP, "key", NOW),
    "copies in Held": lambda r: r.copies_in_held(REP),
    "copies on their way": lambda r: r.loose_copies(REP, above="r1", most=9),
    "some replies": lambda r: r.replies_named(["r1", "r2"]),
    "copies to come": lambda r: r.awaits_copy(REP, NOW),
    "the replies of a day": lambda r: r.replies_between(TEAM, NOW, NOW),
    "the replies to tell of": lambda r: r.replies_to_tell(TEAM, NOW, NOW),
    "who wrote today": lambda r: r.heard_between(TEAM, NOW, NOW),
    "who wrote how much": lambda r: r.heard_traffic(TEAM, NOW, NOW, NOW),
    "to whom we wrote how much": lambda r: r.told_traffic(TEAM, NOW, NOW, NOW),
    "what some wrote": lambda r: r.heard_of(TEAM, ["acme.example"], NOW, NOW),
    "what we wrote to some": lambda r: r.told_to(TEAM, ['["dana@acme.example"]'], NOW, NOW),
    "who wrote last": lambda r: r.contact_of(TEAM, "acme.example", NOW),
    "who has gone": lambda r: r.departed_between(TEAM, NOW, NOW),
    "what was answered": lambda r: r.answered_between(TEAM, "acme.example", NOW, NOW, known=NOW, most=9),
    "how a customer went on": lambda r: r.next_level(TEAM, "acme.example", NOW, NOW),
    "what was heated": lambda r: r.heated_between(TEAM, NOW, NOW),
    "what was sent": lambda r: r.sent_between(TEAM, NOW, NOW),
    "the claims of a minute": lambda r: r.claims_since(REP, NOW),
    "what is told": lambda r: r.notices(NOW),
    "what is to be mailed": lambda r: r.notices(NOW, unmailed_of=REP),
    "a condition that is over": lambda r: r.over(REP, "imap", NOW),
    "a condition": lambda r: r.tell(NOTICE),
    "what commands want": lambda r: r.open_intentions(),
    "the promises of a thread": lambda r: r.open_promises(TEAM, thread="<a@b>"),
    "the promises to call to mind": lambda r: r.reminders_due(NOW),
    "a note": lambda r: r.note("pause"),
}


LONG = re.compile(r"^SCAN(?!.* VIRTUAL TABLE)|\((?:account|team)=\?\)$")
"""Reads a whole table, or all that one account or team has in it; a virtual one is a list in a row."""
OF_FEW = (
    "intentions_open",
    "cooldowns_open",
    "replies_with_loose_copy",
    "replies_to_note",
    "notices_to_mail",
    "heard_days",
    "told_days",
)
"""Indices that hold little, however old the store, and the counts: a line for each customer and day."""


@contextmanager
def overheard() -> Iterator[list[tuple[str, Any]]]:
    """What is said to any engine, and to the driver itself."""
    said: list[tuple[str, Any]] = []
    parameters_of = _Built.parameters

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        said.append((statement, parameters))

    def hear_built(built: _Built, values: Values) -> list[Any]:
        parameters = parameters_of(built, values)
        said.append((built.text, tuple(parameters)))
        return parameters

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(_Built, "parameters", hear_built)
            yield said
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


def plans_of(verb: Callable[[Records], object], store: Store) -> list[str]:
    """How SQLite looks for what a verb asks."""
    with overheard() as said, store.begin() as records:
        verb(records)
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as connection:
        plans = [
            str(row[3])
            for statement, parameters in said
            if statement.startswith(("SELECT", "UPDATE"))
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    engine.dispose()
    return plans


@pytest.mark.parametrize("verb", ASKED_OFTEN.values(), ids=ASKED_OFTEN)
def test_what_is_asked_often_scans_no_table(verb: Callable[[Records], object], store: Store) -> None:
    plans = plans_of(verb, store)
    assert plans
    assert not [plan for plan in plans if LONG.search(plan) and not any(few in plan for few in OF_FEW)]


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ("who has gone", "messages_of_departed"),
        ("what was answered", "messages_answered"),
        ("what was heated", "messages_heated"),
    ],
)
def test_what_is_rare_among_many_is_found_by_an_index_of_its_own(
    asked: str, index: str, store: Store
) -> None:
    """Where another serves as well, SQLite takes whichever was made last."""
    [plan] = plans_of(ASKED_OFTEN[asked], store)
    assert index in plan


def test_the_folded_drafts_of_a_cool_down_are_found_past_its_other_replies(store: Store) -> None:
    plans = plans_of(lambda r: r.replies_of("c1", door=Door.DRAFTS), store)
    assert "replies_by_cooldown (cooldown=? AND door=?)" in "".join(plans)
