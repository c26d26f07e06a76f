"""The bytes that leave: threaded, addressed, and safe whatever a stranger wrote."""

import email
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage, MIMEPart
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.reading.messages import Message, Person
from triage.writing import letters
from triage.writing.letters import answer_to, reply_subject

REP = Person(address="ana@us.example", name="Ana Ruiz")
CUSTOMER = Person(address="bob@acme.example", name="Bob Stone")
DATE = datetime(2026, 1, 12, 21, 10, tzinfo=UTC)
ORIGINAL = Message(
    message_id="<3@acme.example>",
    references=("<1@acme.example>", "<2@us.example>"),
    sender=CUSTOMER,
    subject="Order 4711",
)


HEADERS = {
    "Date", "Message-ID", "From", "To", "Subject", "References", "In-Reply-To",
    "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
}  # fmt: skip


def draft(original: Message = ORIGINAL, body: str = "Hello Bob,\n", rep: Person = REP) -> bytes:
    return letters.reply_draft(original, rep=rep, body=body, message_id="<9@us.example>", date=DATE)


def read(raw: bytes) -> EmailMessage:
    letter = email.message_from_bytes(raw, policy=default)
    assert isinstance(letter, EmailMessage)
    assert not letter.defects
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw), "CRLF only"
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert raw.isascii()
    return letter


def text_of(part: EmailMessage | MIMEPart) -> str:
    content = part.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


def test_a_draft_stands_in_the_customers_thread() -> None:
    letter = read(draft())
    assert letter["From"] == "Ana Ruiz <ana@us.example>"
    assert letter["To"] == "Bob Stone <bob@acme.example>"
    assert letter["Subject"] == "Re: Order 4711"
    assert letter["In-Reply-To"] == "<3@acme.example>"
    assert letter["References"] == "<1@acme.example> <2@us.example> <3@acme.example>"
    assert letter["Message-ID"] == "<9@us.example>"
    assert letter["Date"].datetime == DATE
    assert letter["Auto-Submitted"] is None
    assert text_of(letter) == "Hello Bob,\n"


def test_reply_to_goes_before_from() -> None:
    desk = Person(address="orders@acme.example")
    assert answer_to(replace(ORIGINAL, reply_to=(desk,))) == desk
    assert read(draft(replace(ORIGINAL, reply_to=(desk,))))["To"] == "orders@acme.example"


def test_an_unusable_reply_to_falls_back_to_from() -> None:
    assert answer_to(replace(ORIGINAL, reply_to=(Person(address="undisclosed"),))) == CUSTOMER


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Order 4711", "Re: Order 4711"),
        ("Re: Order 4711", "Re: Order 4711"),
        ("RE: re: AW: Order 4711", "Re: Order 4711"),
        ("Re[2]: Order", "Re: Order"),
        ("Re: Fwd: Order", "Re: Order"),
        ("Request for a refund", "Re: Request for a refund"),
        ("", "Re: your message"),
        ("Re:", "Re: your message"),
    ],
)
def test_re_stands_once(before: str, after: str) -> None:
    assert reply_subject(before) == after


def test_long_ids_stay_whole_so_that_the_thread_is_kept() -> None:
    ids = tuple(f"<{'x' * 150}{number}@mail.example>" for number in range(3))
    raw = draft(replace(ORIGINAL, references=ids[:2], message_id=ids[2]))
    assert read(raw)["References"].split() == list(ids)
    assert b"In-Reply-To: " + ids[2].encode() + b"\r\n" in raw
    assert b"=?" not in raw


def test_a_long_thread_keeps_its_root_and_its_newest() -> None:
    ids = tuple(f"<{number}@acme.example>" for number in range(100))
    kept = read(draft(replace(ORIGINAL, references=ids, message_id="<new@acme.example>")))[
        "References"
    ].split()
    assert len(kept) == 20
    assert kept[0] == ids[0]
    assert kept[-2:] == [ids[-1], "<new@acme.example>"]


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "<a b@c>",
        "<a@b>\r\nBcc: x@y.example",
        "no brackets",
        "<ü@x>",
        "<=?utf-8?q?=0D=0ABcc:x@y?=@z>",
        f"<{'x' * 999}>",
    ],
)
def test_an_id_that_is_none_is_left_out(bad: str) -> None:
    letter = read(draft(replace(ORIGINAL, message_id=bad, references=(bad, "<1@acme.example>"))))
    assert letter["In-Reply-To"] is None
    assert letter["References"] == "<1@acme.example>"


@pytest.mark.parametrize(
    "hostile",
    [
        "Late\r\nBcc: crook@evil.example",
        "Late\nBcc: crook@evil.example\n\nBody",
        "Late\rBcc: crook@evil.example",
        "Late\u2028Bcc: crook@evil.example",
        "Late\x00\x0b\x0cBcc: crook@evil.example",
        "=?utf-8?q?Late=0D=0ABcc:_crook@evil.example?=",
        "Late \ud800\udcff",
        '"><script>alert(1)</script>',
        "x" * 5000,
        "ü" * 5000,
        "Re: " * 500,
    ],
)
def test_no_header_can_be_slipped_in(hostile: str) -> None:
    sender = Person(address="bob@acme.example", name=hostile)
    letter = read(
        draft(
            replace(ORIGINAL, subject=hostile, sender=sender), rep=Person(address=REP.address, name=hostile)
        )
    )
    assert set(letter.keys()) == HEADERS
    assert letter["To"].addresses[0].addr_spec == "bob@acme.example"
    assert len(letter["To"].addresses) == 1
    assert text_of(letter) == "Hello Bob,\n"


NASTY = st.lists(
    st.sampled_from(
        [*"\r\n\x00\u2028 <>@,;:\"'\\()[]=?._ü山", "=?utf-8?q?", "=0D=0A", "?=", "Bcc:", "a", "acme.example"]
    )
).map("".join)


@given(subject=NASTY, name=NASTY, address=NASTY, message_id=NASTY)
def test_whatever_a_stranger_writes_the_headers_are_ours(
    subject: str, name: str, address: str, message_id: str
) -> None:
    sender = Person(address=address, name=name)
    letter = read(draft(replace(ORIGINAL, subject=subject, sender=sender, message_id=f"<{message_id}>")))
    assert set(letter.keys()) <= HEADERS
    assert letter["References"].startswith("<1@acme.example> <2@us.example>")
    assert text_of(letter) == "Hello Bob,\n"


def test_characters_that_turn_the_direction_of_reading_are_dropped() -> None:
    letter = read(draft(replace(ORIGINAL, subject="\u202eexe.invoice\u2069")))
    assert letter["Subject"] == "Re: exe.invoice"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        "bob",
        "bob@",
        "@acme.example",
        "a@b@c",
        "bob@acme.example\r\nBcc: x@y",
        "a b@c",
        "ü@acme.example",
        "=?utf-8?q?=0D=0ABcc:x?=@acme.example",
        "<>",
    ],
)
def test_an_address_that_cannot_be_written_is_left_to_the_rep(address: str) -> None:
    broken = replace(ORIGINAL, sender=Person(address=address, name="Bob"))
    assert answer_to(broken) is None
    assert read(draft(broken))["To"] is None


def test_a_name_of_a_country_in_its_own_letters_is_an_address() -> None:
    original = replace(ORIGINAL, sender=Person(address="bob@müller.example", name="Jörg"))
    assert answer_to(original) == Person(address="bob@xn--mller-kva.example", name="Jörg")
    letter = read(draft(original))
    assert letter["To"] == "Jörg <bob@xn--mller-kva.example>"


def test_nobody_wrote_it() -> None:
    assert read(draft(replace(ORIGINAL, sender=None)))["To"] is None


@pytest.mark.parametrize(
    "body", ["Grüße,\n“Anna” – 5 €\n", "x" * 5000, "From here on\n.\n..\n", "", "half \ud800", "a\r\nb\rc"]
)
def test_any_body_survives_the_wire(body: str) -> None:
    expected = re.sub(r"\r\n?", "\n", body.replace("\ud800", "?")).rstrip()
    assert text_of(read(draft(body=body))).rstrip() == expected


def test_an_acknowledgement_is_the_reps_own_word() -> None:
    raw = letters.acknowledgement(
        ORIGINAL, rep=REP, body="I have it.", message_id="<9@us.example>", date=DATE
    )
    letter = read(raw)
    assert letter["In-Reply-To"] == "<3@acme.example>"
    assert letter["Auto-Submitted"] is None


def test_a_notice_is_marked_as_a_machines() -> None:
    raw = letters.notice(
        rep=REP,
        subject="A reply waits for you",
        text="r12",
        notice_id="n7",
        message_id="<n7@x.example>",
        date=DATE,
    )
    letter = read(raw)
    assert letter["From"] == letter["To"] == "Ana Ruiz <ana@us.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["X-Triage-Notice"] == "n7"


def test_the_summary_is_the_same_twice() -> None:
    raw = letters.mail(
        sender=REP,
        to=[Person(address="boss@us.example"), Person(address="nobody")],
        subject="Field: 2 heated",
        text="2 heated – acme.example",
        html="<p>2 heated – acme.example</p>",
        picture=b"",
        picture_id="chart@example.com",
        message_id="<s@us.example>",
        date=DATE,
    )
    letter = read(raw)
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert letter["To"] == "boss@us.example"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content_type() == "multipart/alternative"
    assert plain is not None
    assert html is not None
    assert text_of(plain) == "2 heated – acme.example\n"
    assert text_of(html) == "<p>2 heated – acme.example</p>\n"
