"""Addresses that look like the customer's, and mail that would be more than text."""

from datetime import UTC, datetime

import pytest

from tests.laws import is_harmless
from triage.judging.customers import Customer
from triage.reading.hypertext import to_text
from triage.reading.messages import Person, parse
from triage.writing.letters import reply_draft

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
DANA = Customer.of(["dana@acme.example"], free_mail=frozenset())


@pytest.mark.parametrize(
    "address",
    [
        "dana@acme.example.evil.test",
        "dana@evilacme.example",
        "dana@mail.acme.example",
        "dana@acm\u0435.example",
        "dana@acme.example@evil.test",
        "dana%acme.example@evil.test",
        "",
    ],
)
def test_who_only_looks_like_the_customer_is_another(address: str) -> None:
    assert not DANA.includes(address)


@pytest.mark.parametrize(
    "shown",
    [
        '"dana@acme.example" <eve@evil.test>',
        "dana@acme.example <eve@evil.test>",
        "=?utf-8?q?dana=40acme=2Eexample=3E?= <eve@evil.test>",
        "(dana@acme.example) eve@evil.test",
        "Dana \u202e<eve@evil.test>",
        "=?utf-8?q?Dana=0D=0ABcc=3A_x=40evil=2Etest?= <eve@evil.test>",
    ],
)
def test_a_display_name_is_nobodys_address(shown: str) -> None:
    raw = f"From: {shown}\r\nSubject: =?utf-8?q?a=0D=0ABcc=3A_v=40evil=2Etest?=\r\n\r\nNo.\r\n".encode()
    message = parse(raw)
    assert message.sender is not None
    assert message.sender.address == "eve@evil.test"
    assert is_harmless(message.sender.name)
    rep = Person(address="rep@example.com")
    draft = reply_draft(message, rep=rep, body="Hello.", message_id="<m@example.com>", date=NOW)
    assert b"\r\nBcc" not in draft
    assert parse(draft).recipients == ("eve@evil.test",)


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>Late.",
        "<svg><script>alert(1)</script></svg>Late.",
        "<style>p{}</style><p>Late.",
        "<!-- alert(1) -->Late.",
        "<template>alert(1)</template>Late.",
        "<p hidden style='display : none; display:none'>alert(1)</p>Late.",
    ],
)
def test_what_only_a_browser_would_run_or_hide_is_not_text(html: str) -> None:
    assert to_text(html) == "Late."


@pytest.mark.parametrize(
    "text", ["{{ 7 * 7 }}", "{% for x in y %}", "<b>bold</b>", "[red]x[/nope]", "%s %(x)s {0}"]
)
def test_what_looks_like_a_template_stays_as_it_was_written(text: str) -> None:
    message = parse(f"From: a@x.example\r\nSubject: {text}\r\n\r\n{text} is late.\r\n".encode())
    assert (message.subject, message.new_text) == (text, f"{text} is late.")
