"""What a rep can do with a held reply, by command; the cool-down is long, so nothing ends by itself."""

from collections.abc import Iterator

import pytest

from tests.dovecot import Dovecot, dovecot_or_skip
from tests.journeys.house import HOT, House, digest, message_id, until


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    dovecot_or_skip()
    with House(Dovecot.flavoured("as_it_is"), cooldown=1800) as house:
        yield house


def hold(
    house: House, customer: str, subject: str, text: str = "I have looked into it."
) -> tuple[bytes, str]:
    """A reply to a new heated message, held; its bytes and its id."""
    id_ = house.customer_writes(HOT, sender=customer, subject=subject)
    raw = house.reply(id_, text, to=customer, subject=f"Re: {subject}")
    assert house.rep_sends(raw, customer)[1].startswith("2.0.0 held until ")
    (held,) = (h for h in house.held() if h["to"] == [customer])
    return raw, held["id"]


def test_before_its_time_a_reply_goes_out_only_for_a_reason(house: House) -> None:
    before = len(house.upstream.mails)
    raw, id_ = hold(house, "max@fir.example", "Pump 3")
    house.triage("release", id_, code=2)
    house.triage("release", id_, "--reason", "their line stands still")
    (mail,) = until(lambda: house.upstream.mails[before:], "the mail at the upstream")
    assert digest(mail.raw) == digest(raw)
    until(lambda: house.find("sent", message_id(raw)), "its copy in Sent, ours, as the client filed none", 90)
    house.triage("release", id_, "--reason", "again", code=4)
    summary = house.triage("summary")
    assert "1 sent before the time, by the rep" in summary
    assert "their line stands still" not in summary


def test_withdrawing_gives_the_reply_back_as_it_was(house: House) -> None:
    raw, id_ = hold(house, "ann@ash.example", "Order 5")
    house.triage("withdraw", id_)
    (draft,) = until(lambda: house.find("drafts", message_id(raw)), "the reply in Drafts")
    assert digest(draft.raw) == digest(raw)
    house.triage("withdraw", id_, code=4)


def test_discarding_puts_the_copy_into_trash(house: House) -> None:
    raw, id_ = hold(house, "ann@bay.example", "Order 6")
    house.box.append(house.box.folder("sent"), raw, flags=["\\Seen"])
    until(lambda: house.find("held", message_id(raw)), "the copy in Held")
    house.triage("withdraw", id_, "--discard")
    until(lambda: house.find("trash", message_id(raw)), "the copy in Trash")
    assert not house.find("drafts", message_id(raw))


def test_moving_the_copy_to_drafts_in_a_mail_client_withdraws_it(house: House) -> None:
    raw, id_ = hold(house, "ann@box.example", "Order 7")
    house.box.append(house.box.folder("sent"), raw, flags=["\\Seen"])
    (copy,) = until(lambda: house.find("held", message_id(raw)), "the copy in Held")
    until(lambda: any(h["id"] == id_ and h["copy"] == "held" for h in house.held()), "it is known there")
    house.box.move(house.box.folder("held"), copy.uid, house.box.folder("drafts"))
    until(lambda: all(h["id"] != id_ for h in house.held()), "it is no longer held")
    (ended,) = (h for h in house.held("--all") if h["id"] == id_)
    assert ended["state"] == "WITHDRAWN"


def test_an_acknowledgement_goes_at_once_and_only_once(house: House) -> None:
    before = len(house.upstream.mails)
    _, id_ = hold(house, "zoe@gum.example", "Order 8")
    house.triage("acknowledge", id_)
    (mail,) = until(lambda: house.upstream.mails[before:], "the acknowledgement")
    assert mail.rcpt_tos == ("zoe@gum.example",)
    assert b"In-Reply-To:" in mail.raw
    house.triage("acknowledge", id_, code=4)


def test_not_heated_sets_the_reply_free_and_sticks(house: House) -> None:
    before = len(house.upstream.mails)
    raw, id_ = hold(house, "uma@haw.example", "Order 9")
    house.triage("not-heated", id_)
    (mail,) = until(lambda: house.upstream.mails[before:], "the reply at the upstream")
    assert digest(mail.raw) == digest(raw)
    again = house.customer_writes(HOT, sender="uma@haw.example", subject="Order 10")
    until(
        lambda: again in house.triage("explain", again, code=None) or "m" in house.triage("explain", again),
        "",
    )
    reply = house.reply(again, to="uma@haw.example", subject="Re: Order 10")
    assert house.rep_sends(reply, "uma@haw.example")[1] == "2.0.0 Ok: queued"
