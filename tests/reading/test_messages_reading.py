"""The small readings, one rule each: people, subjects, dates, words and who wrote them."""

from datetime import UTC, datetime

import pytest

from triage.reading.addresses import people
from triage.reading.decoding import decode_header
from triage.reading.language import language_of
from triage.reading.messages import Message, Person, parse, subject_key
from triage.reading.quotes import new_text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("jane@x.example", [("", "jane@x.example")]),
        ("Jane Doe <Jane@X.example>", [("Jane Doe", "jane@x.example")]),
        ('"Doe, \\"JD\\" Jane" <jane@x.example>', [('Doe, "JD" Jane', "jane@x.example")]),
        ("Doe, Jane <jane@x.example>", [("Doe, Jane", "jane@x.example")]),
        ("jane@x.example (Jane Doe)", [("Jane Doe", "jane@x.example")]),
        ("a@x.example; b@x.example", [("", "a@x.example"), ("", "b@x.example")]),
        ("Team: a@x.example, b@x.example;", [("", "a@x.example"), ("", "b@x.example")]),
        ("undisclosed-recipients:;", []),
        ("<@relay.example:jane@x.example>", [("", "jane@x.example")]),
        ("jane@x.example <jane@x.example>", [("jane@x.example", "jane@x.example")]),
        ("'Jane' <jane@x.example>", [("Jane", "jane@x.example")]),
        ("=?utf-8?q?Doe=2C_Jane?= <jane@x.example>", [("Doe, Jane", "jane@x.example")]),
        ("Jane <jane@x.example", [("Jane", "jane@x.example")]),
        ("<mailto:jane@x.example>", [("", "jane@x.example")]),
        ("nobody", []),
        ("", []),
    ],
)
def test_people(value: str, expected: list[tuple[str, str]]) -> None:
    assert people(value) == expected


@pytest.mark.parametrize(
    ("subject", "key"),
    [
        ("Re: Order", "order"),
        ("RE: AW: WG: Sv: Antw: TR: RV: Order", "order"),
        ("Re[2]: Re (3): Order", "order"),
        ("[EXTERNAL] Re: [bolts] Order", "order"),
        ("Re: [Ticket 12] Re: Order", "[ticket 12] order"),
        ("回复：Order", "order"),
        ("  Order \t 5  ", "order 5"),
        ("Reorder: gaskets", "reorder: gaskets"),
        ("Ref 12: gaskets", "ref 12: gaskets"),
        ("Is it here?", "is it here?"),
        ("Re:", ""),
        ("", ""),
    ],
)
def test_the_subject_by_which_a_thread_is_known(subject: str, key: str) -> None:
    assert subject_key(subject) == key


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (b"=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?utf-8?b?R3LDvMOf?= =?utf-8?b?ZQ==?=", "Grüße"),
        (b"=?iso-8859-1*de?q?Gr=FC=DFe?=", "Grüße"),
        (b"a =?utf-8?q?b?= c", "a b c"),
        (b"=?no-such?q?caf=C3=A9?=", "café"),
        (b"=?utf-8?b?broken", "=?utf-8?b?broken"),
        (b"Gr\xfc\xdfe", "Grüße"),
        (b"one\ttwo\x00\x07three", "one two three"),
    ],
)
def test_headers_are_shown_as_a_person_reads_them(value: bytes, shown: str) -> None:
    assert decode_header(value) == shown


@pytest.mark.parametrize(
    ("stated", "date"),
    [
        ("Tue, 1 Jun 2027 09:00:00 +0200", datetime(2027, 6, 1, 7, tzinfo=UTC)),
        ("1 Jun 2027 09:00 GMT (about)", datetime(2027, 6, 1, 9, tzinfo=UTC)),
        ("Tue, 1 Jun 2027 09:00:00 -0000", datetime(2027, 6, 1, 9, tzinfo=UTC)),
        ("", None),
        ("soon", None),
        ("Fri, 31 Dec 9999 23:00:00 -1200", None),
    ],
)
def test_dates_are_in_utc(stated: str, date: datetime | None) -> None:
    assert parse(f"From: a@x.example\r\nDate: {stated}\r\n\r\n".encode()).date == date


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Where is the order that you have promised us for Monday?", "en"),
        ("Wo ist die Ware, die Sie uns für Montag zugesagt haben?", "de"),
        ("Où est la commande que vous nous avez promise pour lundi ?", "fr"),
        ("¿Dónde está el pedido que nos prometió para el lunes? No lo tenemos.", "es"),
        ("Waar is de bestelling die jullie ons voor maandag hebben beloofd?", "nl"),
        ("Dov'è la merce che ci avete promesso per lunedì? Non è arrivata.", "it"),
        ("Onde está a encomenda que nos prometeram? Ainda não chegou e não temos mais tempo.", "pt"),
        ("Var är ordern som ni lovade oss? Jag har inte fått något.", "sv"),
        ("注文した部品はいつ届きますか。", "ja"),
        ("OK", ""),
        ("A vote isn't needed, I think, since no one's against.", "en"),  # enough, in parts of votes
        ("4471 / 20418", ""),
        ("", ""),
    ],
)
def test_language(text: str, language: str) -> None:
    assert language_of(text) == language


def made_by(headers: str) -> str:
    return parse(f"{headers}\r\n\r\nHello.\r\n".encode()).machine_made


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ("From: a@x.example\r\nAuto-Submitted: no", ""),
        (
            "From: a@x.example\r\nAuto-Submitted: auto-replied (vacation)",
            "Auto-Submitted: auto-replied (vacation)",
        ),
        ("From: a@x.example\r\nAuto-Submitted: NO; reason=none", ""),
        ("From: a@x.example\r\nPrecedence: list", "Precedence: list"),
        ("From: a@x.example\r\nPrecedence: auto_reply", "Precedence: auto_reply"),
        ("From: a@x.example\r\nPrecedence: first-class", ""),
        ("From: a@x.example\r\nPrecedence: list\r\nList-Post: <mailto:l@x.example>", ""),
        ("From: a@x.example\r\nPrecedence: list\r\nList-Post: NO", "Precedence: list"),
        ("From: a@x.example\r\nList-Id: <l.x.example>", ""),
        ("From: a@x.example\r\nX-Autoreply: yes", "X-Autoreply: yes"),
        ("From: a@x.example\r\nX-Auto-Response-Suppress: OOF", ""),
        ("From: a@x.example\r\nX-Auto-Response-Suppress: All\r\nX-Mailer: Outlook", ""),
        ("Return-Path: <>\r\nFrom: a@x.example", "empty Return-Path"),
        ("Return-Path: <a@x.example>\r\nFrom: a@x.example", ""),
        ("From: do-not-reply@x.example", "sender: do-not-reply"),
        ("From: shop-noreply@x.example", "sender: shop-noreply"),
        ("From: noreply+42@x.example\r\nReply-To: no-reply@x.example", "sender: noreply+42"),
        ("From: noreply@x.example\r\nReply-To: jane@y.example", ""),
        ("From: postmaster@x.example", "sender: postmaster"),
        ("From: norepsen@x.example", ""),
        ("From: renoreply.fan@x.example", ""),
    ],
)
def test_who_wrote_it(headers: str, reason: str) -> None:
    assert made_by(headers) == reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thanks.\n\nOn 1 June 2027 at 10:00, A <a@x.example> wrote:\n> Furious.", "Thanks."),
        ("> all of it\n> is quoted", "> all of it\n> is quoted"),
        ("Thanks,\nJane", "Thanks,\nJane"),
        ("Regards", "Regards"),
        ("One.\n\n\n\n\nTwo.", "One.\n\nTwo."),
        ("No.\n\nMit freundlichen Grüßen\nJane Doe", "No."),
        ("No.\n\nBest\nJane", "No."),
        ("No.\n\nThanks!\nJane", "No.\n\nThanks!\nJane"),
        ("No.\nVG Jane", "No."),
        ("It is late.\n\nThis e-mail is to notify you that we have cancelled and hold you liable.", None),
        ("So.\n\nThis information was confidential, and you disclosed it to a competitor.", None),
        ("So.\n\nAttention: the pallets stand outside in the rain, and that is external to us.", None),
        ("So.\n\nGeschäftsführer Meier hat mich angeschrien.\n\nAmtsgericht Ulm entscheidet.", None),
        ("Sent via parcel service, never arrived.\nSent from my warehouse, never seen again.", None),
        ("Gesendet mit der Spedition, nie angekommen.\n\nUnd nun?", None),
        ("Yes.\n\nSent via Samsung Galaxy", "Yes."),
        ("Ja.\n\nGesendet mit der Outlook Mobile App", "Ja."),
        ("[External]\n\nYes.", "Yes."),
        ("Best,\nis what you promised, and worst is what I was sent by you people in the end.", None),
        ("I quote your mail of 3 May 2027, 10:15, where your colleague wrote:\nwe will see.", None),
    ],
)
def test_what_is_new(text: str, expected: str | None) -> None:
    assert new_text(text) == (text if expected is None else expected)


def test_the_whole_text_keeps_the_history() -> None:
    raw = b"From: a@x.example\r\n\r\nNo.\r\n\r\nOn 1 June 2027 at 10:00, B <b@x.example> wrote:\r\n> Yes?\r\n"
    message = parse(raw)
    assert message.new_text == "No."
    assert message.text == "No.\n\nOn 1 June 2027 at 10:00, B <b@x.example> wrote:\n> Yes?"


def test_recipients_come_once_and_in_order() -> None:
    message = Message(
        to=(Person(address="b@x.example"), Person(address="a@x.example")), cc=(Person(address="b@x.example"),)
    )
    assert message.recipients == ("b@x.example", "a@x.example")


def test_nothing_at_all_is_an_empty_message() -> None:
    assert parse(b"") == Message(problems=("no headers",))
