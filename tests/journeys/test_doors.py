"""From a heated message to the reply in Sent, on real Dovecot in three shapes: the daemon is a process."""

from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from tests.dovecot import FLAVOURS, Dovecot, Flavour, dovecot_or_skip
from tests.journeys.house import CALM, CUSTOMER, HOT, REP, House, digest, message_id, until
from triage.mail.mailbox import Letter


@pytest.fixture(scope="module", params=FLAVOURS)
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    """One daemon for all journeys on one kind of server; each journey is another customer's."""
    dovecot_or_skip()
    flavour: Flavour = request.param
    with House(Dovecot.flavoured(flavour)) as house:
        yield house


def keywords(letter: Letter) -> set[str]:
    return {flag.lower() for flag in letter.flags}


def heated(house: House, customer: str, subject: str) -> str:
    """A heated message, once its cool-down is open and its suggestion lies in Drafts; its Message-ID."""
    id_ = house.customer_writes(HOT, sender=customer, subject=subject)
    until(lambda: suggestions(house, id_), "the suggestion in Drafts")
    return id_


def suggestions(house: House, answers: str) -> list[Letter]:
    return [x for x in house.inside("drafts") if f"In-Reply-To: {answers}".encode() in x.raw]


def test_a_reply_through_the_gate_is_held_and_leaves_once_as_it_came(house: House) -> None:
    before = len(house.upstream.mails)
    id_ = house.customer_writes(HOT, subject="Order 4711")
    arrived = until(lambda: suggestions(house, id_), "the suggestion, within 2 s or a poll", 4)
    assert b"To: Dana Lee <dana@acme.example>" in arrived[0].raw
    (message,) = house.find("inbox", id_)
    assert "$heated" in keywords(message)
    assert "\\seen" not in keywords(message)

    raw = house.reply(id_)
    code, text = house.rep_sends(raw)
    assert code == 250
    assert text.startswith("2.0.0 held until ")
    house.box.append(house.box.folder("sent"), raw, flags=["\\Seen"])  # as mail clients do

    until(lambda: house.find("held", message_id(raw)), "the copy in Held")
    assert not house.find("sent", message_id(raw))
    (held,) = house.held()
    assert (held["state"], held["door"], held["customer"]) == ("HELD", "gate", "acme.example")
    assert "unacceptable" in " ".join(held["words"])
    assert len(house.upstream.mails) == before, "nothing leaves before its time"

    until(lambda: house.upstream.mails[before:], "the mail at the upstream")
    until(lambda: house.find("sent", message_id(raw)), "the copy in Sent")
    assert not house.find("held", message_id(raw))
    (mail,) = house.upstream.mails[before:]
    assert (mail.mail_from, mail.rcpt_tos) == (REP, (CUSTOMER,))
    assert digest(mail.raw) == digest(raw)
    assert house.held() == []
    until(lambda: not suggestions(house, id_), "the unused suggestion goes from Drafts")


def test_where_the_client_files_no_copy_ours_is_filed_after_the_release(house: House) -> None:
    """The cool-down is shorter than the minute that a client is given, so ours goes straight to Sent."""
    id_ = heated(house, "pat@pine.example", "Order 12")
    raw = house.reply(id_, to="pat@pine.example", subject="Re: Order 12")
    before = len(house.upstream.mails)
    assert house.rep_sends(raw, "pat@pine.example")[0] == 250
    until(lambda: house.upstream.mails[before:], "the mail at the upstream")


def test_a_reply_to_a_calm_message_passes_at_once(house: House) -> None:
    before = len(house.upstream.mails)
    id_ = house.customer_writes(CALM, sender="bo@quiet.example", subject="Prices")
    raw = house.reply(id_, to="bo@quiet.example", subject="Re: Prices")
    code, text = house.rep_sends(raw, "bo@quiet.example")
    assert (code, text) == (250, "2.0.0 Ok: queued")
    (mail,) = house.upstream.mails[before:]
    assert digest(mail.raw) == digest(raw)


def test_a_refusal_reaches_the_client_in_the_upstreams_own_words(house: House) -> None:
    house.upstream.answer(
        "rcpt", "550 5.1.1 There is no such person here", address="bo@quiet.example", times=1
    )
    raw = house.reply("<nothing@quiet.example>", to="bo@quiet.example", subject="Prices again")
    assert house.rep_sends(raw, "bo@quiet.example") == (550, "5.1.1 There is no such person here")


def test_a_draft_is_folded_and_handed_back_untouched_beside_the_suggestion(house: House) -> None:
    customer = "kim@oak.example"
    id_ = heated(house, customer, "Invoice 77")
    draft = house.reply(id_, "My own first thoughts.", to=customer, subject="Re: Invoice 77")
    house.box.append(house.box.folder("drafts"), draft, flags=["\\Draft"])
    until(lambda: house.find("held", message_id(draft)), "the settled draft in Held")
    assert not house.find("drafts", message_id(draft))
    assert suggestions(house, id_), "the suggestion stays"

    (back,) = until(lambda: house.find("drafts", message_id(draft)), "the draft back in Drafts")
    assert digest(back.raw) == digest(draft)
    assert not house.find("held", message_id(draft))
    assert suggestions(house, id_)
    told = until(lambda: [x for x in house.inside("inbox") if b"X-Triage-Notice" in x.raw], "a notice")
    assert b"My own first thoughts" not in b"".join(x.raw for x in told)


def test_a_reply_put_into_the_folder_send_goes_out_after_the_time(house: House) -> None:
    customer = "lee@elm.example"
    id_ = heated(house, customer, "Order 99")
    before = len(house.upstream.mails)
    reply = EmailMessage()
    reply["From"], reply["To"], reply["Bcc"] = f"Robin Reyes <{REP}>", customer, "colleague@example.com"
    reply["Subject"], reply["Message-ID"] = "Re: Order 99", "<handed.off@example.com>"
    reply["In-Reply-To"] = reply["References"] = id_
    reply["X-Mozilla-Draft-Info"] = "internal/draft; vcard=0"
    reply.set_content("From my phone: I will call you at three.")
    raw = bytes(reply).replace(b"\n", b"\r\n")
    house.box.append(house.box.folder("send"), raw, flags=["\\Draft"])

    until(lambda: house.find("held", "<handed.off@example.com>"), "it lies in Held meanwhile")
    assert len(house.upstream.mails) == before
    (held,) = (h for h in house.held("--all") if h["customer"] == "elm.example")
    assert held["door"] == "hand_off"
    (mail,) = until(lambda: house.upstream.mails[before:], "the mail at the upstream")
    assert mail.rcpt_tos == (customer, "colleague@example.com")
    assert b"Bcc:" not in mail.raw
    assert b"X-Mozilla" not in mail.raw
    until(lambda: house.find("sent", "<handed.off@example.com>"), "its copy in Sent")
    assert not house.find("send", "<handed.off@example.com>")
