"""The manager's mail: once a day, after a sleep too, on demand; the rep's notices: one for each condition."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.desk.world import CALM, FIRST, HOT, MANAGER, REP, World
from tests.fakes.relay import Trouble
from triage.desk.month import month
from triage.desk.summaries import window_for
from triage.judging.holds import Door, State
from triage.reading.messages import Message, parse
from triage.writing.chart import Day

CHICAGO = ZoneInfo("America/Chicago")


def mails(world: World) -> list[Message]:
    return [parse(taken.raw) for taken in world.upstream.taken if taken.rcpt_tos == (MANAGER,)]


def at(world: World, day: int, hour: int, minute: int = 0, month: int = 3) -> None:
    """Let it be that time in Chicago; tick and look."""
    world.clock.set(datetime(2026, month, day, hour, minute, tzinfo=CHICAGO).astimezone(ZoneInfo("UTC")))
    world.look()
    world.tick()


def test_it_goes_once_at_its_time() -> None:
    world = World()
    world.customer_writes()
    at(world, 16, 17, 29)
    assert mails(world) == []
    at(world, 16, 17, 30)
    at(world, 16, 17, 31)
    world.start()
    at(world, 16, 23, 0)
    (mail,) = mails(world)
    assert "field" in mail.subject
    assert mail.machine_made
    assert "acme.example" in mail.text


def test_it_quotes_nobody() -> None:
    world = World()
    world.customer_writes()
    world.look()
    world.rep_sends(world.reply("These are my words."))
    at(world, 16, 17, 30)
    (mail,) = mails(world)
    for words in ("third time", "unacceptable", "Order 4711", "my words", "cancel"):
        assert words not in mail.text


def test_a_machine_that_slept_sends_one_for_the_latest_day() -> None:
    world = World()
    at(world, 16, 17, 30)
    at(world, 19, 9, 0)
    assert len(mails(world)) == 2
    assert len({mail.subject for mail in mails(world)}) == 2


def test_a_weekend_has_none_and_its_mail_counts_on_monday() -> None:
    world = World()
    at(world, 20, 17, 30)
    at(world, 21, 17, 30)
    world.customer_writes()
    at(world, 22, 20, 0)
    assert len(mails(world)) == 1
    at(world, 23, 17, 30)
    assert "acme.example" in mails(world)[1].text


def test_the_wall_clock_counts_when_summer_time_ends() -> None:
    world = World()
    at(world, 30, 17, 30, month=10)
    at(world, 2, 17, 29, month=11)
    assert len(mails(world)) == 1
    at(world, 2, 17, 30, month=11)
    assert len(mails(world)) == 2


def test_a_fresh_install_sends_nothing_for_the_time_before_it() -> None:
    world = World()
    at(world, 16, 9, 5)
    assert mails(world) == []


def test_on_demand_it_always_goes_and_does_not_stop_the_scheduled_one() -> None:
    world = World()
    assert world.asks("summary").exit_code == 0
    assert len(mails(world)) == 1
    at(world, 16, 17, 30)
    assert len(mails(world)) == 2
    world.asks("summary", argument="2026-03-16")
    assert "again" in mails(world)[2].subject.lower()


def test_on_demand_twice_on_a_day_the_second_says_so() -> None:
    world = World()
    world.asks("summary")
    world.asks("summary")
    assert ["again" in mail.subject for mail in mails(world)] == [False, True]


@pytest.mark.parametrize(
    ("team", "day", "said"),
    [
        ("nobody", "", "Name one of your teams"),
        ("", "yesterday", "no date"),
        ("", "2026-03-13", "nothing to tell of 2026-03-13"),  # before the install
        ("", "2026-03-17", "nothing to tell of 2026-03-17"),  # still to come
        ("", "2026-03-21", "none on Sat 21 Mar"),
    ],
)
def test_what_cannot_be_summed_up_is_said_in_words(team: str, day: str, said: str) -> None:
    world = World()
    if day == "2026-03-21":
        at(world, 22, 9, 0)
    before = len(mails(world))
    asked = world.asks("summary", team, day)
    assert asked.exit_code == 2
    assert said in asked.answer
    assert len(mails(world)) == before


def test_the_main_issue_stands_there_only_where_the_teams_rules_say_so() -> None:
    world = World()
    world.customer_writes()
    world.look()
    world.forward(minutes=1)
    assert "acme.example" in world.summary().text
    assert "4711" not in world.summary().text
    details = replace(world.team.rules.summary, details="main_issue")
    world.change_rules(replace(world.team.rules, summary=details))
    assert "This is the third time I am asking where order 4711 is." in world.summary().text


def test_a_bypass_and_an_early_release_are_counted_by_no_name() -> None:
    world = World()
    for sender in ("Dana Lee <dana@acme.example>", "Kim Poe <kim@bigco.example>"):
        world.customer_writes(sender=sender, subject=f"Order of {sender}")
    world.look()
    world.client_files(world.reply("From my phone."))
    world.look()
    to_kim = world.reply(to="kim@bigco.example", answers="<customer.2@acme.example>", subject="Re: Order")
    world.rep_sends(to_kim, to=["kim@bigco.example"])
    world.asks("release", "r1", "the truck leaves")
    world.forward(minutes=1)
    lines = [line.strip() for line in world.summary().text.splitlines()]
    assert "1 sent by another way during a cool-down" in lines
    assert "1 sent before the time, by the rep" in lines
    assert "1 held for the cool-down" in lines
    assert not any(line.endswith("sent after the time") for line in lines)
    assert "the truck leaves" not in world.summary().text


@pytest.mark.parametrize(
    ("days", "trouble", "counted"), [(0, "", True), (1, "", True), (0, "no rcpt", False)]
)
def test_an_acknowledgement_counts_on_the_day_it_went_out(
    days: int, trouble: Trouble, *, counted: bool
) -> None:
    """Also where the cool-down opened the day before; not the one that the server refused."""
    world = World()
    world.customer_writes()
    world.look()
    world.forward(days=days, minutes=1)
    world.upstream.trouble = [trouble]
    world.asks("acknowledge", "c1")
    world.forward(minutes=1)
    assert ("acknowledged at once" in world.summary().text) is counted


def test_the_month_counts_heated_mail_and_replies_by_the_day_on_the_wall() -> None:
    """A mail at 20:00 in Chicago is of that day, whatever day it is in UTC; calm mail counts nowhere."""
    world = World(after="send")
    at(world, 17, 20, 0)
    world.customer_writes()
    world.customer_writes(CALM, sender="Kim Poe <kim@bigco.example>", subject="Prices")
    world.look()
    world.rep_sends(world.reply())
    at(world, 17, 20, 30)
    world.asks("acknowledge", "c1")
    world.forward(days=1)
    with world.store.look() as records:
        window = window_for(world.desk.office, records, world.team, "")
        days = month(records, world.team, window)
    assert (days[0].day, days[-1].day, len(days)) == (date(2026, 2, 19), date(2026, 3, 18), 28)
    assert [each for each in days if each.heated or each.sent] == [
        Day(day=date(2026, 3, 17), heated=1, sent=1)
    ]


def two_machines() -> tuple[World, World]:
    """Two machines on one mailbox; the first is the holder."""
    one = World(machine="m1")
    two = World(beside=one, machine="m2")
    one.look()
    two.look()
    return one, two


def test_only_the_holder_of_the_lease_sends_the_scheduled_one() -> None:
    one, two = two_machines()
    at(two, 16, 17, 30)  # the first still lives by the server's clock only if it looks
    at(one, 16, 17, 30)
    two.tick()
    one.tick()
    assert len(mails(one)) == 1


def test_who_takes_over_does_not_send_what_the_former_holder_sent() -> None:
    one, two = two_machines()
    at(one, 16, 17, 30)
    assert len(mails(one)) == 1
    for minute in (34, 35):
        at(two, 16, 17, minute)
    assert two.desk.watchers[REP].holder
    assert len(mails(two)) == 1


def test_who_takes_over_sends_what_nobody_sent_and_covers_from_the_last_cut_off() -> None:
    one, two = two_machines()
    at(one, 16, 17, 30)
    at(two, 17, 17, 34)
    at(two, 17, 17, 35)
    assert len(mails(two)) == 2
    assert "from Mon 17:30 CDT" in mails(two)[1].text


def test_the_sign_outlives_a_restart_and_every_later_note() -> None:
    one, two = two_machines()
    at(one, 16, 17, 30)
    one.start()
    for minute in (31, 33):
        at(one, 16, 17, minute)
    for minute in (37, 38):
        at(two, 16, 17, minute)
    assert len(mails(two)) == 1


def test_what_was_cut_off_before_the_store_knew_is_sent_by_the_same_machine() -> None:
    world = World()
    world.look()
    at(world, 16, 17, 29)
    world.server.cut(after="append")
    world.clock.move(minutes=1)
    world.drop_and_look()
    world.tick()
    assert mails(world) == []
    world.look()
    world.tick()
    assert len(mails(world)) == 1


# Notices


def notices(world: World) -> list[Message]:
    every = [parse(x.raw) for x in world.server.inside("INBOX")]
    return [m for m in every if m.subject.startswith("triage: ")]


def asked() -> World:
    world = World(after="ask")
    world.customer_writes()
    world.look()
    world.rep_sends(world.reply("My secret words."))
    world.forward(minutes=30)
    return world


def test_one_short_unread_mail_tells_what_waits() -> None:
    world = asked()
    world.look()
    world.look()
    (mail,) = notices(world)
    assert mail.machine_made
    assert "r1" in mail.text
    letter = world.server.inside("INBOX")[-1]
    assert "\\Seen" not in letter.flags


def test_it_holds_nobodys_words_and_is_never_judged() -> None:
    world = asked()
    world.look()
    (mail,) = notices(world)
    for words in ("secret", "unacceptable", HOT[:20]):
        assert words not in mail.text
    with world.store.look() as records:
        judged = records.messages_between("field", world.later(days=-1), world.later(days=1))
    assert [m.ignored_because != "" for m in judged] == [False, True]


def test_another_reason_on_the_same_reply_brings_no_second_mail() -> None:
    world = asked()
    world.customer_writes(CALM, references=[FIRST])
    world.look()
    world.look()
    assert len(notices(world)) == 1


def test_a_mail_that_was_cut_off_while_it_was_filed_is_filed_once() -> None:
    world = World(after="ask")
    world.customer_writes()
    world.look()
    raw = world.reply()
    world.rep_sends(raw)
    world.client_files(raw)
    world.look()
    world.clock.move(minutes=30)
    world.tick()
    world.look()
    world.server.cut(after="append")
    world.drop_and_look()
    world.look()
    assert len(notices(world)) == 1


def test_notices_may_be_turned_off() -> None:
    world = World(after="ask")
    world.start(notice_mails=False)
    world.customer_writes()
    world.look()
    world.rep_sends(world.reply())
    world.forward(minutes=30)
    world.look()
    assert notices(world) == []
    assert world.told()


def test_a_server_that_refuses_one_step_is_told_and_the_others_go_on() -> None:
    world = World()
    world.server.refuse("flag")
    world.customer_writes()
    world.look()
    assert any("not today" in text for text in world.told())
    assert world.subjects("Drafts") == ["Re: Order 4711"]
    world.look()
    assert world.told() == []
    assert "$Heated" in world.server.inside("INBOX")[0].flags


def test_the_states_in_a_summary_are_counts() -> None:
    world = asked()
    assert world.states == [State.ASKED]
    at(world, 16, 17, 30)
    (mail,) = mails(world)
    assert mail.sender
    assert mail.sender.address == REP
    assert [r.door for r in world.replies] == [Door.GATE]
