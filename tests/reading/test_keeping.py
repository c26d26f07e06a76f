"""Which later reply keeps a promise: only one that plainly says so."""

import pytest

from triage.reading.departures import departed
from triage.reading.keeping import keeps
from triage.reading.messages import parse


@pytest.mark.parametrize(
    ("promise", "reply"),
    [
        ("I'll get back to you by four", "Still waiting for the depot, more tomorrow."),
        ("You will hear from me with options by 15:10", "Here are two ways forward."),
        ("We will let you know by Friday", "Friday's truck is full."),
        ("I will ship the spare pump tomorrow", "The spare pump has been shipped this morning."),
        ("I'll credit invoice 2044 today", "Invoice 2044 is credited; the note is attached."),
        (
            "we'll send the drawings on Monday",
            "The drawings you asked for went out. I have sent the drawings.",
        ),
        ("I will send you the corrected invoice by Monday", "Attached is the corrected invoice."),
        ("I'll replace the valve this week", "As promised, the valve was replaced on Tuesday."),
    ],
)
def test_kept(promise: str, reply: str) -> None:
    assert keeps(promise, reply)


@pytest.mark.parametrize(
    ("promise", "reply"),
    [
        ("I will ship the spare pump tomorrow", "Thanks for your patience."),
        ("I will ship the spare pump tomorrow", "The spare pump has not been shipped yet."),
        ("I will ship the spare pump tomorrow", "Has the spare pump been shipped to you?"),
        ("I will ship the spare pump tomorrow", "I will ship the spare pump on Friday."),
        ("I'll credit invoice 2044 today", "Invoice 2045 is credited."),
        ("I will call you at four", "The price list is attached."),
    ],
)
def test_not_kept(promise: str, reply: str) -> None:
    assert not keeps(promise, reply)


def mail(text: str, *headers: str, sender: str = "dana@acme.example") -> bytes:
    return "\r\n".join([f"From: {sender}", *headers, "Subject: Re: Order", "", text]).encode()


AUTOMATIC = "Auto-Submitted: auto-replied"


@pytest.mark.parametrize(
    ("raw", "who"),
    [
        (mail("Dana Lee is no longer with Acme.", AUTOMATIC), "dana@acme.example"),
        (mail("I have left the company; write to Kim.", AUTOMATIC), "dana@acme.example"),
        (
            mail("<Dana@acme.example>: 550 5.1.1 user unknown", sender="mailer-daemon@acme.example"),
            "dana@acme.example",
        ),
        (mail("I am on holiday until Monday.", AUTOMATIC), ""),
        (mail("<dana@acme.example>: 452 4.2.2 mailbox full", sender="mailer-daemon@acme.example"), ""),
        (mail("Dana is no longer with us, she is in the other building."), ""),
    ],
)
def test_who_is_no_longer_there(raw: bytes, who: str) -> None:
    assert departed(parse(raw)) == who
