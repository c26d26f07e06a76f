"""The states of a held reply: the table of moves is the whole truth, and so is the table of verdicts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from triage.errors import NotAllowed
from triage.judging.holds import (
    ASK_BLANK,
    ASK_EACH,
    ASK_LATE,
    DISCARDED,
    HANDED_BACK,
    MOVES,
    OPEN,
    REFUSALS,
    REPLACED,
    SUPERSEDED,
    TAKEN_BACK,
    Door,
    Due,
    Envelope,
    Event,
    HeldReply,
    Policy,
    State,
    can_move,
    home,
    is_burst,
    move,
    retry_at,
    waits_until,
    when_due,
)

DUE = datetime(2026, 3, 16, 14, 30, tzinfo=UTC)
EARLY, ON_TIME, LATE = DUE - timedelta(seconds=1), DUE, DUE + timedelta(minutes=61)
HELD = HeldReply(
    id="r1",
    account="rep@example.com",
    team="field",
    door=Door.GATE,
    cooldown="c1",
    envelope=Envelope(mail_from="rep@example.com", rcpt_tos=("dana@acme.example",)),
    message_ids=("<1@example.com>",),
    sha256="",
    submitted_at=DUE - timedelta(minutes=30),
    due_at=DUE,
    next_attempt_at=DUE,
)
SEND = Policy(after="send")


@pytest.mark.parametrize(("state", "event"), list(product(State, Event)))
def test_every_event_either_moves_or_is_refused_in_words(state: State, event: Event) -> None:
    if can_move(state, event):
        assert move(state, event) is MOVES[state, event]
    else:
        with pytest.raises(NotAllowed, match=REFUSALS[state]):
            move(state, event)


def test_what_ended_never_comes_back() -> None:
    for state in (State.SENT, State.WITHDRAWN):
        assert state not in OPEN
        assert not any(can_move(state, event) for event in Event)


def test_only_a_claim_leads_to_the_sender_and_only_from_held() -> None:
    to_sender = [before for before, after in MOVES.items() if after is State.RELEASING]
    assert to_sender == [(State.HELD, Event.CLAIM)]


def test_only_a_person_leads_out_of_unknown() -> None:
    assert {event for state, event in MOVES if state is State.UNKNOWN} == {Event.ARRIVED, Event.NOT_ARRIVED}


RELEASED = {"released_at": DUE - timedelta(minutes=20), "next_attempt_at": DUE - timedelta(minutes=20)}


@pytest.mark.parametrize(
    ("now", "after", "changes", "verdict"),
    [
        # nothing early, whatever the rule
        (EARLY, "send", {}, (Due.WAIT, "")),
        (EARLY, "hand_back", {}, (Due.WAIT, "")),
        (EARLY, "send", {"door": Door.DRAFTS}, (Due.WAIT, "")),
        # on time, what the rule says
        (ON_TIME, "send", {}, (Due.SEND, "")),
        (ON_TIME, "ask", {}, (Due.ASK, ASK_EACH)),
        (ON_TIME, "ask_if_pointed", {}, (Due.REVIEW, "")),
        (ON_TIME, "hand_back", {}, (Due.HAND_BACK, HANDED_BACK)),
        # a hand-off that no cool-down holds has no rule to wait for
        (ON_TIME, "ask", {"door": Door.HAND_OFF, "cooldown": ""}, (Due.SEND, "")),
        # a blank is never sent by itself
        (ON_TIME, "send", {"blanks": ("[[date]]",)}, (Due.ASK, ASK_BLANK)),
        (ON_TIME, "send", {"blanks": ("[[date]]",), "cooldown": ""}, (Due.ASK, ASK_BLANK)),
        # what came by Drafts is only ever handed back
        (ON_TIME, "send", {"door": Door.DRAFTS}, (Due.HAND_BACK, HANDED_BACK)),
        (LATE, "send", {"door": Door.DRAFTS}, (Due.HAND_BACK, HANDED_BACK)),
        (ON_TIME, "send", {"door": Door.DRAFTS, "state": State.ASKED}, (Due.HAND_BACK, HANDED_BACK)),
        (EARLY, "send", {"door": Door.DRAFTS, "state": State.ASKED}, (Due.WAIT, "")),
        # far past its time the rep looks first
        (DUE + timedelta(minutes=60), "send", {}, (Due.SEND, "")),
        (LATE, "send", {}, (Due.ASK, ASK_LATE)),
        (LATE, "send", {"door": Door.ACKNOWLEDGEMENT, "cooldown": ""}, (Due.ASK, ASK_LATE)),
        (LATE, "ask", {"door": Door.SUMMARY, "cooldown": ""}, (Due.SEND, "")),
        # the daemon's own mail follows no rule of the team
        (ON_TIME, "ask", {"door": Door.ACKNOWLEDGEMENT, "cooldown": ""}, (Due.SEND, "")),
        # released by the rep
        (EARLY, "ask", RELEASED, (Due.SEND, "")),
        (EARLY, "ask", {**RELEASED, "blanks": ("[[date]]",)}, (Due.SEND, "")),
        (EARLY, "send", {**RELEASED, "door": Door.DRAFTS}, (Due.HAND_BACK, HANDED_BACK)),
        (LATE, "ask", {**RELEASED, "released_at": LATE}, (Due.SEND, "")),
        (LATE + timedelta(hours=1), "ask", {**RELEASED, "released_at": DUE}, (Due.ASK, ASK_LATE)),
        # between two tries
        (ON_TIME, "send", {"next_attempt_at": DUE + timedelta(seconds=30)}, (Due.WAIT, "")),
        (ON_TIME, "send", {**RELEASED, "next_attempt_at": DUE + timedelta(seconds=30)}, (Due.WAIT, "")),
        # waiting for the rep
        (LATE, "send", {"state": State.ASKED, "asked_at": DUE}, (Due.WAIT, "")),
        (
            DUE + timedelta(days=8),
            "send",
            {"state": State.ASKED, "asked_at": DUE},
            (Due.HAND_BACK, HANDED_BACK),
        ),
        (
            DUE + timedelta(days=8),
            "send",
            {"state": State.FAILED, "finished_at": DUE},
            (Due.HAND_BACK, HANDED_BACK),
        ),
        # in doubt, in the sender's hands, ended: the tick has no part in it
        (LATE, "send", {"state": State.UNKNOWN, "finished_at": DUE}, (Due.WAIT, "")),
        (DUE + timedelta(days=8), "send", {"state": State.UNKNOWN, "finished_at": DUE}, (Due.WAIT, "")),
        (LATE, "send", {"state": State.RELEASING}, (Due.WAIT, "")),
        (LATE, "send", {"state": State.SENT}, (Due.WAIT, "")),
        (LATE, "send", {"state": State.WITHDRAWN}, (Due.WAIT, "")),
    ],
)
def test_what_a_tick_does(
    now: datetime, after: str, changes: dict[str, Any], verdict: tuple[Due, str]
) -> None:
    reply, policy = replace(HELD, **changes), Policy(after=after)
    assert when_due(reply, policy, now) == verdict
    until = waits_until(reply, policy)
    assert (verdict[0] is Due.WAIT) == (until is None or now < until)


def test_released_again_after_a_failure_it_does_not_expire_at_once() -> None:
    """Waiting begins anew when it is asked about anew."""
    asked = replace(HELD, state=State.ASKED, asked_at=DUE + timedelta(days=6))
    assert when_due(asked, SEND, DUE + timedelta(days=8)) == (Due.WAIT, "")


@pytest.mark.parametrize(
    ("recent", "ids", "limit", "burst"),
    [
        (0, ["<1>", "<2>"], 2, False),
        (1, ["<1>", "<2>"], 2, True),
        (0, ["<1>", "<1>"], 20, True),
        (0, ["", ""], 20, False),
        (0, [], 1, False),
        (2, [], 2, False),
    ],
)
def test_more_at_once_than_a_person_writes(recent: int, ids: list[str], limit: int, *, burst: bool) -> None:
    due = [replace(HELD, message_ids=(id_,) if id_ else ()) for id_ in ids]
    assert is_burst(recent, due, limit) is burst


@pytest.mark.parametrize(
    ("tries", "seconds"), [(0, 30), (1, 60), (2, 120), (3, 240), (4, 480), (5, 900), (6, 900), (1000, 900)]
)
def test_each_try_waits_twice_as_long_up_to_a_quarter_of_an_hour(tries: int, seconds: int) -> None:
    assert retry_at(tries, DUE) == DUE + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("changes", "role"),
    [
        ({"state": State.HELD}, "held"),
        ({"state": State.ASKED}, "held"),
        ({"state": State.RELEASING}, "held"),
        ({"state": State.FAILED}, "held"),
        ({"state": State.UNKNOWN}, "held"),
        ({"state": State.SENT}, "sent"),
        ({"state": State.WITHDRAWN, "because": TAKEN_BACK}, "drafts"),
        ({"state": State.WITHDRAWN, "because": HANDED_BACK}, "drafts"),
        ({"state": State.WITHDRAWN, "because": DISCARDED}, "trash"),
        ({"state": State.WITHDRAWN, "because": SUPERSEDED}, "earlier"),
        ({"state": State.WITHDRAWN, "because": REPLACED}, ""),
        ({"state": State.HELD, "door": Door.ACKNOWLEDGEMENT}, ""),
        ({"state": State.SENT, "door": Door.ACKNOWLEDGEMENT}, "sent"),
        ({"state": State.SENT, "door": Door.SUMMARY}, ""),
    ],
)
def test_where_the_rep_sees_it(changes: dict[str, Any], role: str) -> None:
    assert home(replace(HELD, **changes)) == role
