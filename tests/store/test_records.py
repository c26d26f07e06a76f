"""The contract of the verbs, whatever engine is below them."""

from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from tests.store.records import (
    ACME,
    BOOKMARK,
    COOLDOWN,
    INTENTION,
    MESSAGE,
    NOTICE,
    NOW,
    OUTGOING,
    REP,
    REPLY,
    RUN,
    TEAM,
    forget_before,
)
from triage.errors import BadInput, NotAllowed
from triage.judging.cooldown import Outgoing, matches
from triage.judging.holds import Copy, Door, HeldReply, State
from triage.store import Store, open_store

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
BYTES = b"Subject: Hi\r\n\r\n\x00\xff all of them\r\n"


def held(store: Store, reply: HeldReply = REPLY, raw: bytes = BYTES) -> HeldReply:
    with store.begin() as records:
        return records.add_reply(reply, raw)


# What is kept comes back as it was


def test_a_message_comes_back_as_it_was(store: Store) -> None:
    with store.begin() as records:
        added = records.add_message(MESSAGE)
    assert added == replace(MESSAGE, id="m1")
    with store.look() as records:
        assert records.message("m1") == added
        assert records.messages_called(MESSAGE.message_id, account=REP) == [added]
        assert records.messages_called(MESSAGE.message_id, account="other@example.com") == []
        assert records.messages_called(MESSAGE.message_id) == [added]


def test_a_cool_down_comes_back_as_it_was(store: Store) -> None:
    with store.begin() as records:
        opened = records.add_cooldown(COOLDOWN)
        records.save_cooldown(changed := replace(opened, started_at=NOW, suggested="drafted"))
    with store.look() as records:
        assert records.cooldown("c1") == changed


def test_a_reply_and_its_bytes_come_back_as_they_were(store: Store) -> None:
    added = held(store)
    with store.look() as records:
        assert records.reply("r1") == added == replace(REPLY, id="r1")
        assert records.raw("r1") == BYTES


def test_what_went_out_on_another_way_comes_back_as_it_was(store: Store) -> None:
    with store.begin() as records:
        added = records.add_outgoing(OUTGOING)
        assert records.outgoing_between(TEAM, NOW, NOW + MINUTE) == [added]
        assert records.outgoing_of(REP, OUTGOING.message_id)
        assert not records.outgoing_of("other@example.com", OUTGOING.message_id)
        assert records.is_answered(TEAM, OUTGOING.answers)
        assert not records.is_answered(TEAM, OUTGOING.message_id)


def test_times_are_exact_and_aware_in_whatever_zone_they_came(store: Store) -> None:
    with store.begin() as records:
        records.add_message(MESSAGE)
        known = records.message("m1").internal_date
    assert known == MESSAGE.internal_date
    assert known.utcoffset() == timedelta()
    assert known.microsecond == 123456


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    naive = datetime(2026, 3, 16, 14, 0)  # noqa: DTZ001
    with pytest.raises(Exception, match="zone"), store.begin() as records:
        records.set_bookmark(replace(BOOKMARK, checked_at=naive))


@pytest.mark.parametrize(
    "id_", ["r2", "r0", "m1", "r", "", "r1 or 1=1", "r-1", "r\N{SUPERSCRIPT TWO}", "r" + "9" * 30]
)
def test_an_id_that_means_nothing_is_the_persons_mistake(store: Store, id_: str) -> None:
    held(store)
    with store.look() as records, pytest.raises(BadInput):
        records.reply(id_)


def test_an_id_is_never_given_twice(store: Store) -> None:
    """The rep may have noted "r1"; it must not come to mean another reply."""
    held(store, replace(REPLY, state=State.SENT, finished_at=NOW))
    with store.begin() as records:
        forget_before(records, NOW + MINUTE)
    assert held(store).id == "r2"


# One transaction


def test_what_raises_leaves_nothing_behind(store: Store) -> None:
    def half_of_it() -> None:
        with store.begin() as records:
            records.add_message(MESSAGE)
            records.set_bookmark(BOOKMARK)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_of_it()
    with store.look() as records:
        assert records.messages_called(MESSAGE.message_id) == []
        assert records.bookmark(REP, "INBOX") is None


# Bookmarks and threads


def test_a_folder_has_one_bookmark(store: Store) -> None:
    further = replace(BOOKMARK, uid=11, checked_at=NOW + MINUTE)
    with store.begin() as records:
        records.set_bookmark(BOOKMARK)
        records.set_bookmark(replace(BOOKMARK, folder="Orders", uid=3))
        records.set_bookmark(further)
        assert records.bookmark(REP, "INBOX") == further
        assert records.bookmark("other@example.com", "INBOX") is None
        assert [b.uid for b in records.bookmarks()] == [11, 3]


def test_a_thread_is_known_by_the_newest_id_that_is_known(store: Store) -> None:
    with store.begin() as records:
        records.link(TEAM, ["<a>", "<b>", "<b>", ""], "one")
        records.link(TEAM, ["<b>", "<c>"], "two")
        assert records.thread_of(TEAM, ["<a>"]) == "one"
        assert records.thread_of(TEAM, ["<b>"]) == "one"
        assert records.thread_of(TEAM, ["<a>", "<c>", "<unknown>"]) == "two"
        assert records.thread_of(TEAM, ["<unknown>"]) == ""
        assert records.thread_of(TEAM, []) == ""
        assert records.thread_of("inside", ["<a>"]) == ""


# Cool-downs


def test_only_open_cool_downs_are_open(store: Store) -> None:
    with store.begin() as records:
        ours = records.add_cooldown(COOLDOWN)
        records.add_cooldown(replace(COOLDOWN, closed_at=NOW))
        theirs = records.add_cooldown(replace(COOLDOWN, team="inside"))
        assert records.open_cooldowns(TEAM) == [ours]
        assert records.open_cooldowns() == [ours, theirs]


def test_a_suggestion_is_unfinished_until_it_lies_in_drafts_and_again_once_closed(store: Store) -> None:
    with store.begin() as records:
        new = records.add_cooldown(COOLDOWN)
        records.add_cooldown(replace(COOLDOWN, suggested="drafted"))
        over = records.add_cooldown(replace(COOLDOWN, suggested="drafted", closed_at=NOW))
        records.add_cooldown(replace(COOLDOWN, suggested="gone", closed_at=NOW))
        records.add_cooldown(replace(COOLDOWN, suggested="no", closed_at=NOW))
        assert records.unfinished_suggestions(REP) == [new, over]
        assert records.unfinished_suggestions("other@example.com") == []


# The outbox


def test_a_mail_is_asked_about_no_cool_down_that_it_cannot_match(store: Store) -> None:
    threads, subjects = ("<1@x>", "<2@x>", ""), ("order 4711", "")
    with store.begin() as records:
        for thread, subject in product(threads, subjects):
            cooldown = replace(COOLDOWN, thread=thread, subject_key=subject)
            records.add_cooldown(cooldown)
            records.add_cooldown(replace(cooldown, scope="customer"))
        all_open = records.open_cooldowns(TEAM)
        for thread, subject in product((*threads, "<unknown@x>"), (*subjects, "another")):
            reply = Outgoing(recipients=ACME.addresses, thread=thread, subject_key=subject)
            about = records.open_cooldowns_about(TEAM, thread, subject)
            assert len(about) < len(all_open)
            assert [c for c in about if matches(reply, c)] == [c for c in all_open if matches(reply, c)]
            assert [c for c in about if c.thread == thread] == [c for c in all_open if c.thread == thread]


def test_a_reply_changes_only_from_the_state_that_was_read(store: Store) -> None:
    reply = held(store)
    with store.begin() as records:
        records.change_reply(reply, replace(reply, state=State.WITHDRAWN))
    with pytest.raises(NotAllowed, match="already taken back"), store.begin() as records:
        records.change_reply(reply, replace(reply, state=State.RELEASING))
    with store.look() as records:
        assert records.reply("r1").state is State.WITHDRAWN


def test_a_reply_that_is_not_there_cannot_change(store: Store) -> None:
    with pytest.raises(BadInput), store.begin() as records:
        records.change_reply(replace(REPLY, id="r9"), REPLY)


def test_a_change_leaves_the_bytes_alone(store: Store) -> None:
    reply = held(store)
    with store.begin() as records:
        records.change_reply(reply, replace(reply, state=State.ASKED, asked_at=NOW))
        assert records.raw("r1") == BYTES


def test_what_is_due_is_what_may_go_and_what_may_have_waited_too_long(store: Store) -> None:
    due_at = REPLY.due_at
    due = held(store)
    held(store, replace(REPLY, next_attempt_at=due_at + MINUTE))
    asked = held(store, replace(REPLY, state=State.ASKED, asked_at=NOW))
    failed = held(store, replace(REPLY, state=State.FAILED, finished_at=NOW))
    for ended in (State.RELEASING, State.SENT, State.UNKNOWN, State.WITHDRAWN):
        held(store, replace(REPLY, state=ended))
    held(store, replace(REPLY, account="other@example.com"))
    with store.look() as records:
        assert records.due_replies(REP, due_at) == [due, asked, failed]
        assert due not in records.due_replies(REP, due_at - timedelta(microseconds=1))


def test_the_outbox_by_state_by_cool_down_and_whole(store: Store) -> None:
    one = held(store)
    two = held(store, replace(REPLY, state=State.SENT, cooldown="c2"))
    three = held(store, replace(REPLY, state=State.UNKNOWN, account="other@example.com"))
    with store.look() as records:
        assert records.replies_in(State.HELD, State.SENT) == [one, two]
        assert records.replies_in(State.UNKNOWN, account=REP) == []
        assert records.replies_of("c2") == [two]
        assert records.replies_of("c2", door=Door.GATE) == [two]
        assert records.replies_of("c2", door=Door.DRAFTS) == []
        assert records.replies_of("") == []
        assert records.open_replies() == [one, three]
        assert records.open_replies(REP) == [one]
        assert records.all_replies() == [one, two, three]


def test_what_becomes_of_a_reply_does_not_write_its_bytes_anew(tmp_path: Path) -> None:
    """A mail of megabytes is claimed, handed over and settled as quickly as a line."""
    with closing(open_store(tmp_path / "store.db")) as store:
        reply = held(store, raw=b"x" * 1_000_000)
        log = tmp_path / "store.db-wal"
        before = log.stat().st_size
        with store.begin() as records:
            records.change_reply(reply, replace(reply, state=State.ASKED, asked_at=NOW))
        assert log.stat().st_size - before < 100_000


def test_a_reply_may_have_several_ids(store: Store) -> None:
    reply = held(store)
    with store.begin() as records:
        records.also_called(reply, "<again@example.com>")
        records.also_called(reply, "<again@example.com>")
    with store.look() as records:
        for id_ in ("<r1@example.com>", "<again@example.com>"):
            (known,) = records.replies_called(REP, id_)
            assert known.message_ids == ("<r1@example.com>", "<again@example.com>")
        assert records.replies_called("other@example.com", "<again@example.com>") == []


def test_a_change_of_a_reply_does_not_forget_its_further_ids(store: Store) -> None:
    reply = held(store)
    with store.begin() as records:
        records.also_called(reply, "<again@example.com>")
        records.change_reply(reply, replace(reply, state=State.ASKED))
        assert records.reply("r1").message_ids == ("<r1@example.com>", "<again@example.com>")


def test_the_same_content_within_some_time(store: Store) -> None:
    reply = held(store)
    with store.look() as records:
        assert records.replies_with_content(REP, "11", NOW) == [reply]
        assert records.replies_with_content(REP, "11", NOW + MINUTE) == []
        assert records.replies_with_content(REP, "12", NOW) == []
        assert records.replies_with_content("other@example.com", "11", NOW) == []


def test_a_copy_is_loose_until_it_is_settled(store: Store) -> None:
    reply = held(store, replace(REPLY, copy=Copy()))
    with store.begin() as records:
        assert records.loose_copies(REP, most=9) == [(reply.id, reply.state)]
        assert records.loose_copies(REP, above=reply.id, most=9) == []
        assert records.loose_copies("other@example.com", most=9) == []
        records.change_reply(reply, replace(reply, copy=Copy(at="sent", settled=True)))
        assert records.loose_copies(REP, most=9) == []


def test_where_the_rep_may_take_a_copy_is_told_apart(store: Store) -> None:
    reply = held(store)
    assert reply.copy.at == "held"
    with store.begin() as records:
        assert records.copies_in_held(REP) == [reply]
        assert records.loose_copies(REP, most=9) == []
        sent = records.change_reply(reply, replace(reply, state=State.SENT))
        assert records.copies_in_held(REP) == []
        assert records.loose_copies(REP, most=9) == [(sent.id, sent.state)]


def test_claims_are_counted_within_a_minute(store: Store) -> None:
    held(store, replace(REPLY, claimed_at=NOW))
    held(store, replace(REPLY, claimed_at=NOW + timedelta(seconds=30)))
    held(store)
    with store.look() as records:
        assert records.claims_since(REP, NOW - MINUTE) == 2
        assert records.claims_since(REP, NOW) == 1
        assert records.claims_since("other@example.com", NOW - MINUTE) == 0


def test_between_two_moments_what_came_in_and_what_ended(store: Store) -> None:
    came = held(store)
    ended = held(store, replace(REPLY, submitted_at=NOW - DAY, finished_at=NOW, state=State.SENT))
    held(store, replace(REPLY, submitted_at=NOW - DAY))
    held(store, replace(REPLY, submitted_at=NOW + MINUTE))
    with store.look() as records:
        assert records.replies_between(TEAM, NOW, NOW + MINUTE) == [came, ended]
        assert records.replies_between("inside", NOW, NOW + MINUTE) == []


def test_messages_and_cool_downs_of_a_stretch_of_time(store: Store) -> None:
    with store.begin() as records:
        message = records.add_message(MESSAGE)
        records.add_message(replace(MESSAGE, seen_at=NOW + MINUTE))
        cooldown = records.add_cooldown(COOLDOWN)
        records.add_cooldown(replace(COOLDOWN, opened_at=NOW + MINUTE))
        assert records.messages_between(TEAM, NOW, NOW + MINUTE) == [message]
        assert records.cooldowns_between(TEAM, NOW, NOW + MINUTE) == [cooldown]


# Forgetting


@pytest.mark.parametrize(
    ("state", "wiped"),
    [(state, state in (State.SENT, State.WITHDRAWN)) for state in State],
)
def test_bytes_are_wiped_only_of_what_has_ended(store: Store, state: State, *, wiped: bool) -> None:
    held(store, replace(REPLY, state=state, finished_at=NOW))
    with store.begin() as records:
        assert records.bytes_to_wipe(NOW, most=9) == []
        assert records.bytes_to_wipe(NOW + MINUTE, most=9) == ([1] if wiped else [])
        records.wipe_bytes([1])
        assert (records.raw("r1") is None) is wiped
        assert records.bytes_to_wipe(NOW + MINUTE, most=9) == []


def test_facts_past_their_retention_are_forgotten(store: Store) -> None:
    with store.begin() as records:
        records.add_message(MESSAGE)
        records.add_cooldown(replace(COOLDOWN, closed_at=NOW))
        reply = records.add_reply(replace(REPLY, state=State.SENT, finished_at=NOW), BYTES)
        records.also_called(reply, "<again@example.com>")
        records.add_outgoing(OUTGOING)
        records.tell(NOTICE)
        records.over(REP, NOTICE.key, NOW)
        records.settle_intention(replace(records.intend(INTENTION), done_at=NOW))
        forget_before(records, NOW + MINUTE)
    with store.look() as records:
        assert records.all_replies() == []
        assert records.raw("r1") is None
        assert not records.knows(REP, "<r1@example.com>")
        assert not records.knows(REP, "<again@example.com>")
        assert records.messages_since(NOW - DAY) == []
        assert records.cooldowns_between(TEAM, NOW - DAY, NOW + DAY) == []
        assert not records.outgoing_of(REP, OUTGOING.message_id)


def test_a_thread_is_forgotten_with_the_last_that_belongs_to_it(store: Store) -> None:
    later = NOW + 1000 * DAY
    with store.begin() as records:
        records.link(TEAM, ["<old@x>"], "<old@x>")
        records.link(TEAM, ["<m@x>"], "<m@x>")
        records.add_message(replace(MESSAGE, thread="<m@x>", seen_at=later))
        records.link(TEAM, ["<o@x>"], "<o@x>")
        records.add_outgoing(replace(OUTGOING, thread="<o@x>", at=later))
        records.link(TEAM, ["<first@x>", "<r@x>"], "<first@x>")
        records.add_reply(replace(REPLY, message_ids=("<r@x>",), cooldown=""), BYTES)
        forget_before(records, NOW + DAY)
        known = [records.thread_of(TEAM, [i]) for i in ("<old@x>", "<m@x>", "<o@x>", "<first@x>")]
    assert known == ["", "<m@x>", "<o@x>", "<first@x>"]


def test_a_thread_that_lives_again_keeps_its_links(store: Store) -> None:
    with store.begin() as records:
        records.link(TEAM, ["<old@x>"], "<old@x>")
    with store.look() as records:
        unused, newest = records.unused_links(), records.newest_link()
    with store.begin() as records:
        records.link(TEAM, ["<answer@x>"], "<old@x>")
        records.unlink(unused, newest)
        assert records.thread_of(TEAM, ["<old@x>"]) == "<old@x>"


def test_a_mail_without_an_id_is_known_by_its_content(store: Store) -> None:
    with store.begin() as records:
        records.add_outgoing(replace(OUTGOING, message_id="", content_key="k1"))
    with store.look() as records:
        assert records.outgoing_of(REP, content_key="k1")
        assert not records.outgoing_of(REP, content_key="k2")
        assert not records.outgoing_of("other@example.com", content_key="k1")


def test_what_is_open_stays_with_all_that_it_is_about(store: Store) -> None:
    with store.begin() as records:
        message = records.add_message(MESSAGE)
        closed = records.add_cooldown(replace(COOLDOWN, message=message.id, closed_at=NOW))
        reply = records.add_reply(replace(REPLY, cooldown=closed.id), BYTES)
        records.tell(NOTICE)
        records.intend(INTENTION)
        forget_before(records, NOW + 1000 * DAY)
    with store.look() as records:
        assert records.reply(reply.id).cooldown == closed.id
        assert records.cooldown(closed.id).message == message.id
        assert records.message(message.id) == message
        assert records.notices(NOW)
        assert records.open_intentions()


# Notices, intentions, summaries, notes


def test_a_condition_is_told_once_until_it_is_over(store: Store) -> None:
    with store.begin() as records:
        assert records.tell(NOTICE)
        assert not records.tell(replace(NOTICE, text="again"))
        assert records.tell(replace(NOTICE, account="other@example.com"))
        assert records.over(REP, NOTICE.key, NOW)
        assert not records.over(REP, NOTICE.key, NOW)
        assert records.tell(replace(NOTICE, text="again"))
        assert [n.text for n in records.notices(NOW)] == [NOTICE.text, "again"]


def test_a_notice_is_mailed_once(store: Store) -> None:
    with store.begin() as records:
        records.tell(NOTICE)
        records.tell(replace(NOTICE, key="only shown", mail=False))
        (wanted,) = records.notices(NOW, unmailed_of=REP)
        records.mailed(wanted)
        assert records.notices(NOW, unmailed_of=REP) == []


def test_an_event_that_is_no_longer_shown_still_wants_its_mail(store: Store) -> None:
    later = NOW + timedelta(days=3)
    with store.begin() as records:
        records.tell(replace(NOTICE, over_at=NOW + timedelta(days=1)))
        assert records.notices(later) == []
        (wanted,) = records.notices(later, unmailed_of=REP)
        records.mailed(wanted)
        assert records.notices(later, unmailed_of=REP) == []


def test_an_event_that_was_settled_meanwhile_wants_none(store: Store) -> None:
    later = NOW + timedelta(days=3)
    with store.begin() as records:
        records.tell(replace(NOTICE, over_at=NOW + timedelta(days=1)))
        assert records.over(REP, NOTICE.key, later)
        assert records.notices(later, unmailed_of=REP) == []


def test_what_is_over_wants_no_mail_any_more(store: Store) -> None:
    with store.begin() as records:
        records.tell(NOTICE)
        records.over(REP, NOTICE.key, NOW)
        assert records.notices(NOW, unmailed_of=REP) == []


def test_an_intention_is_open_until_it_is_settled(store: Store) -> None:
    with store.begin() as records:
        wanted = records.intend(INTENTION)
        assert records.open_intentions() == [wanted]
        records.settle_intention(done := replace(wanted, done_at=NOW, exit_code=4, answer="No."))
        assert records.open_intentions() == []
        assert records.intention(wanted.id) == done


def test_corrected_words_belong_to_one_customer_of_one_team(store: Store) -> None:
    with store.begin() as records:
        records.correct(TEAM, ACME.label, ["a joke", "a joke", "ridiculous"], NOW)
        records.correct(TEAM, ACME.label, ["a joke"], NOW)
        records.correct(TEAM, ACME.label, [], NOW)
        assert [c.words for c in records.corrections(TEAM, ACME.label)] == ["a joke", "ridiculous"]
        assert records.corrections("inside", ACME.label) == []
        assert records.corrections(TEAM, "other.example") == []


def test_of_two_corrections_of_the_same_words_the_last_counts(store: Store) -> None:
    with store.begin() as records:
        records.correct(TEAM, ACME.label, ["a joke"], NOW)
        records.correct(TEAM, ACME.label, ["a joke"], NOW, heated=True)
        (only,) = records.corrections(TEAM)
        assert only.heated


def test_the_scheduled_summary_of_a_day_is_claimed_once(store: Store) -> None:
    with store.begin() as records:
        run = records.claim_summary(RUN)
        assert run == replace(RUN, id="s1")
        assert records.claim_summary(RUN) is None
        assert records.claim_summary(replace(RUN, team="inside"))
        assert records.last_summary(TEAM) == run
        assert records.summary_of(TEAM, RUN.day) == run


def test_a_summary_that_a_person_asked_for_is_no_scheduled_one(store: Store) -> None:
    asked = replace(RUN, scheduled=False)
    with store.begin() as records:
        assert records.summary_of(TEAM, RUN.day) is None
        assert records.claim_summary(asked)
        assert records.claim_summary(asked)
        assert records.summary_of(TEAM, RUN.day) == replace(asked, id="s2")
        assert records.last_summary(TEAM) is None
        assert records.claim_summary(RUN)


@pytest.mark.parametrize("value", [None, 0, "", [1, {"a": None}], {"until": "2026-03-16"}])
def test_a_small_fact_by_its_name(store: Store, value: object) -> None:
    with store.begin() as records:
        assert records.note("pause") is None
        records.set_note("pause", "something else")
        records.set_note("pause", value)
        assert records.note("pause") == value
