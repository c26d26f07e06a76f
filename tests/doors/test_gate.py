"""The door that the rep's mail client submits to, with smtplib and bare sockets as the client."""

import logging
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.certs import Authority
from tests.upstream import Upstream
from triage.errors import BadInput
from triage.mail.gate import BROKEN, Answer, Gate, Submission
from triage.mail.relay import SmtpRelay

REP = "rep@example.com"
SECRET = "gate-secret"
MAIL = b"From: rep@example.com\r\nTo: buyer@bigco.example\r\nSubject: Pump\r\n\r\nIt ships today.\r\n"

Open = Callable[..., AbstractContextManager[Gate]]


class Desk:
    """Takes whatever comes through the gate."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, Submission, bytes]] = []

    def __call__(self, account: str, submission: Submission, raw: bytes) -> str:
        self.taken.append((account, submission, raw))
        return "250 2.0.0 held until 14:30 (triage 7)"


@contextmanager
def opened(answer: Answer, **options: Any) -> Iterator[Gate]:
    accounts = {"Rep@Example.com": frozenset({"sales@example.com"}), "boss@example.com": frozenset[str]()}
    usual = {"penalty_seconds": 0, "seconds": time.monotonic}
    gate = Gate("127.0.0.1", 0, accounts, lambda: SECRET, answer, **{**usual, **options})
    gate.start()
    try:
        yield gate
    finally:
        gate.stop()


@contextmanager
def client(gate: Gate, *, user: str = REP, password: str = SECRET) -> Iterator[smtplib.SMTP]:
    smtp = smtplib.SMTP("127.0.0.1", gate.port, local_hostname="laptop", timeout=10)
    try:
        smtp.ehlo()
        if user:
            smtp.login(user, password)
        yield smtp
    finally:
        smtp.close()


def submit(smtp: smtplib.SMTP, raw: bytes = MAIL, *, mail_from: str = REP) -> str:
    """One mail, by hand; the last answer."""
    assert smtp.mail(mail_from)[0] == 250
    assert smtp.rcpt("buyer@bigco.example")[0] == 250
    code, text = smtp.data(raw)
    return f"{code} {text.decode()}"


def send_without_listening(smtp: smtplib.SMTP) -> None:
    """One mail up to its final dot."""
    smtp.mail(REP)
    smtp.rcpt("buyer@bigco.example")
    smtp.docmd("DATA")
    smtp.send(b"last\r\n.\r\n")


# What comes in


def test_a_mail_comes_in_as_the_client_sent_it() -> None:
    with opened(desk := Desk()) as gate, client(gate) as smtp:
        smtp.sendmail(
            REP, ["buyer@bigco.example", "hidden@bigco.example"], MAIL, ["BODY=8BITMIME", "SMTPUTF8"]
        )
    submission = Submission(
        mail_from=REP,
        rcpt_tos=("buyer@bigco.example", "hidden@bigco.example"),
        options=("BODY=8BITMIME", "SMTPUTF8"),
    )
    assert desk.taken == [(REP, submission, MAIL)]


@pytest.mark.parametrize(
    "raw",
    [
        b".\r\n",
        b"..\r\n.two\r\n\r\n.\r\n",
        b"8-bit \xe4\xf6\xfc \xff\x00\r\n",
        b"x" * 100_000 + b"\r\n",
        b"many lines\r\n" * 20_000,
        b"\r\n",
    ],
)
def test_the_content_is_not_touched(raw: bytes) -> None:
    with opened(desk := Desk()) as gate, client(gate) as smtp:
        submit(smtp, raw)
    assert desk.taken[0][2] == raw


def test_several_mails_come_in_on_one_connection() -> None:
    with opened(desk := Desk()) as gate, client(gate) as smtp:
        submit(smtp, b"first\r\n")
        smtp.mail(REP)
        smtp.rset()
        submit(smtp, b"second\r\n")
    assert [raw for _, _, raw in desk.taken] == [b"first\r\n", b"second\r\n"]


def test_it_says_what_it_offers() -> None:
    with opened(Desk(), size_limit=1000) as gate, client(gate, user="") as smtp:
        offered = smtp.esmtp_features
    assert offered["size"] == "1000"
    assert offered["auth"].split() == ["LOGIN", "PLAIN"]
    assert {"8bitmime", "smtputf8"} <= offered.keys()
    assert not {"dsn", "starttls", "chunking"} & offered.keys()


def test_commands_that_come_in_one_go_are_answered_in_their_order() -> None:
    with opened(desk := Desk()) as gate, client(gate) as smtp:
        assert smtp.has_extn("pipelining")
        envelope = b"MAIL FROM:<rep@example.com>\r\nRCPT TO:<gone>\r\nRCPT TO:<a@x.example>\r\nRCPT TO:<>\r\n"
        smtp.send(envelope + b"DATA\r\n" + MAIL + b".\r\nNOOP\r\n")
        assert [smtp.getreply()[0] for _ in range(7)] == [250, 250, 250, 553, 354, 250, 250]
    assert desk.taken == [(REP, Submission(mail_from=REP, rcpt_tos=("gone", "a@x.example")), MAIL)]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (b"MAIL FROM:<rep@example.com> SIZE=many\r\n", 555),
        (b"MAIL FROM:<rep@example.com> SIZE=" + b"9" * 5000 + b"\r\n", 552),
        (b"MAIL FROM:<rep@example.com> RET=FULL\r\n", 555),
        (b"MAIL FROM:rep@example.com\r\n", 553),
        (b"MAIL\r\n", 553),
        (b"RCPT TO:<a@x.example>\r\n", 503),
        (b"NOOP\n", 500),
        (b"\r\n", 500),
        (b"\xff\xfe\r\n", 500),
        (b"BDAT 3 LAST\r\n", 500),
        (b"AUTH PLAIN AHJlcABndWVzcw==\r\n", 503),
        (b"STARTTLS\r\n", 503),
        (b"VRFY rep\r\n", 252),
        (b"noop\r\n", 250),
    ],
)
def test_what_is_no_submission_is_refused_and_the_next_mail_is_taken(words: bytes, code: int) -> None:
    with opened(desk := Desk()) as gate, client(gate) as smtp:
        smtp.send(words)
        assert smtp.getreply()[0] == code
        submit(smtp)
    assert len(desk.taken) == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["AUTH PLAIN not/base64!"], 501),
        (["AUTH PLAIN", "*"], 501),
        (["AUTH PLAIN ="], 501),
        (["AUTH LOGIN", "cmVwQGV4YW1wbGUuY29t", "*"], 501),
        (["AUTH CRAM-MD5"], 504),
        (["AUTH"], 504),
    ],
)
def test_what_is_no_login_is_refused(words: list[str], code: int) -> None:
    with opened(Desk()) as gate, client(gate, user="") as smtp:
        *first, last = words
        assert all(smtp.docmd(word)[0] == 334 for word in first)
        assert smtp.docmd(last)[0] == code
        smtp.login(REP, SECRET)


def test_a_line_without_an_end_is_hung_up_on() -> None:
    with opened(Desk()) as gate, client(gate, user="") as smtp:
        smtp.send(b"x" * 100_000)
        with suppress(smtplib.SMTPServerDisconnected):  # the rest of the line may cut the answer off
            assert smtp.getreply()[0] == 500
        with pytest.raises(smtplib.SMTPServerDisconnected):
            smtp.noop()


# What goes back


@pytest.mark.parametrize(
    ("answer", "heard"),
    [
        ("250 2.0.0 held until 14:30 (triage 7)", "250 2.0.0 held until 14:30 (triage 7)"),
        ("550 5.1.1 <gone@x.example>: no such user", "550 5.1.1 <gone@x.example>: no such user"),
        ("250 2.0.0 gehalten für später", "250 2.0.0 gehalten für später"),
        ("250-2.0.0 first\r\n250 2.0.0 second", "250 2.0.0 first second"),
        ("451 4.3.0 one\r\n250 2.0.0 smuggled\0", "451 4.3.0 one 250 2.0.0 smuggled"),
        ("250 " + "x" * 1000, "250 " + "x" * 506),
        ("hello", BROKEN),
        ("354 go on", BROKEN),
        ("", BROKEN),
    ],
)
def test_the_answer_goes_back_word_for_word_on_one_safe_line(answer: str, heard: str) -> None:
    with opened(lambda *_: answer) as gate, client(gate) as smtp:
        assert submit(smtp) == heard
        assert smtp.noop()[0] == 250


def test_what_breaks_inside_leaves_the_mail_with_the_client(caplog: pytest.LogCaptureFixture) -> None:
    def broken(account: str, submission: Submission, raw: bytes) -> str:
        raise RuntimeError(f"could not keep {raw!r}")

    caplog.set_level(logging.DEBUG)
    with opened(broken) as gate, client(gate) as smtp:
        assert submit(smtp) == BROKEN
        assert submit(smtp) == BROKEN
    assert "RuntimeError at " in caplog.text
    assert "test_gate.py" in caplog.text
    assert "ships today" not in caplog.text
    assert SECRET not in caplog.text


def test_neither_mail_nor_password_gets_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with opened(Desk()) as gate, client(gate) as smtp:
        submit(smtp)
    assert "ships today" not in caplog.text
    assert "deprecated" not in caplog.text
    assert SECRET not in caplog.text


# Who may come in


def test_without_a_login_nothing_comes_in() -> None:
    with opened(desk := Desk()) as gate, client(gate, user="") as smtp:
        code, text = smtp.mail(REP)
        assert (code, text[:5]) == (530, b"5.7.0")
        assert smtp.rcpt("buyer@bigco.example")[0] == 503
        assert smtp.docmd("DATA")[0] == 503
    assert desk.taken == []


@pytest.mark.parametrize(
    ("user", "password"),
    [
        (REP, "wrong"),
        (REP, ""),
        (REP, SECRET + "x"),
        ("nobody@example.com", SECRET),
        ("sales@example.com", SECRET),
    ],
)
def test_a_wrong_login_is_refused(user: str, password: str) -> None:
    with opened(Desk()) as gate, client(gate, user="") as smtp:
        with pytest.raises(smtplib.SMTPAuthenticationError) as refused:
            smtp.login(user, password)
        assert refused.value.smtp_code == 535
        assert smtp.mail(REP)[0] == 530


def test_an_empty_gate_password_lets_nobody_in() -> None:
    gate = Gate("127.0.0.1", 0, {REP: frozenset()}, str, Desk(), seconds=time.monotonic, penalty_seconds=0)
    gate.start()
    try:
        with pytest.raises(smtplib.SMTPAuthenticationError), client(gate, password=""):
            pass
    finally:
        gate.stop()


def test_the_user_is_the_address_in_any_case() -> None:
    with opened(desk := Desk()) as gate, client(gate, user="REP@example.COM") as smtp:
        submit(smtp)
    assert desk.taken[0][0] == REP


@pytest.mark.parametrize("mechanism", ["plain", "login"])
def test_both_ways_of_logging_in_work_with_and_without_a_first_word(mechanism: str) -> None:
    with opened(Desk()) as gate:
        for first in (True, False):
            with client(gate, user="") as smtp:
                smtp.user, smtp.password = REP, SECRET
                code, _ = smtp.auth(mechanism, getattr(smtp, f"auth_{mechanism}"), initial_response_ok=first)
                assert code == 235


def test_guessing_is_slowed_and_cut_off() -> None:
    with opened(Desk(), penalty_seconds=0.05) as gate, client(gate, user="") as smtp:
        began = time.perf_counter()
        for _ in range(5):
            assert smtp.docmd("AUTH", "PLAIN AHJlcABndWVzcw==")[0] == 535
        assert time.perf_counter() - began > 0.05 * (1 + 2 + 3 + 4)
        assert smtp.docmd("AUTH", "PLAIN AHJlcABndWVzcw==")[0] == 421
        with pytest.raises(smtplib.SMTPServerDisconnected):
            smtp.noop()
        assert gate.penalty() == 0.25
        with client(gate):
            assert gate.penalty() == 0


# Who it may be from


@pytest.mark.parametrize(
    ("sender", "allowed"),
    [
        (REP, True),
        ("REP@EXAMPLE.COM", True),
        ("rep+orders@example.com", True),
        ("sales@example.com", True),
        ("", True),
        ("boss@example.com", False),
        ("rep@other.example", False),
        ("rep+x@other.example", False),
        ("sales+x@example.com", True),
        ("reporter@example.com", False),
    ],
)
def test_an_account_sends_as_itself_and_its_aliases(sender: str, allowed: bool) -> None:
    with opened(desk := Desk()) as gate, client(gate) as smtp:
        if allowed:
            submit(smtp, mail_from=sender)
            assert desk.taken[0][1].mail_from == sender
        else:
            code, text = smtp.mail(sender)
            assert (code, text[:5]) == (550, b"5.7.1")


@pytest.mark.parametrize(
    "path",
    ["<>", "<", "<a b@x.example>", "<a@x.example", "<a\rb@x.example>", "<a<b@x.example>", "<\xff@x.example>"],
)
def test_a_recipient_must_be_an_address(path: str) -> None:
    with opened(Desk()) as gate, client(gate) as smtp:
        smtp.mail(REP)
        smtp.send(f"RCPT TO:{path}\r\n".encode("latin-1"))
        assert smtp.getreply()[0] == 553


@pytest.mark.parametrize(
    "address",
    [
        "a+b@x.example",
        '"a b"@x.example',
        "a..b.@x.example",
        "käufer@x.example",
        "=?utf-8?q?boss?=@x.example",
        "a(b)@x",
    ],
)
def test_an_address_is_not_touched(address: str) -> None:
    with opened(desk := Desk()) as gate, client(gate) as smtp:
        smtp.mail(REP)
        smtp.send(f"RCPT TO:<{address}>\r\n".encode())
        assert smtp.getreply()[0] == 250
        smtp.data(MAIL)
    assert desk.taken[0][1].rcpt_tos == (address,)


# Content that is refused


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r.\r\n"])
def test_no_other_ending_smuggles_a_second_mail_in(end: bytes) -> None:
    inner = b"MAIL FROM:<rep@example.com>\r\nRCPT TO:<victim@x.example>\r\nDATA\r\nsmuggled\r\n"
    with opened(desk := Desk()) as gate, client(gate) as smtp:
        smtp.mail(REP)
        smtp.rcpt("buyer@bigco.example")
        smtp.docmd("DATA")
        smtp.send(b"Subject: x\r\n\r\nfirst" + end + inner + b".\r\n")
        code, text = smtp.getreply()
        assert (code, text[:5]) == (554, b"5.6.0")
        assert smtp.noop()[0] == 250
    assert desk.taken == []


@pytest.mark.parametrize("raw", [b"a\nb\r\n", b"a\rb\r\n", b"a\r\r\n", b"unix\n" * 50_000 + b"\r\n"])
def test_bare_line_ends_are_refused(raw: bytes) -> None:
    with opened(desk := Desk()) as gate, client(gate) as smtp:
        assert submit(smtp, raw).startswith("554 5.6.0 ")
        assert submit(smtp).startswith("250 ")
    assert len(desk.taken) == 1


def test_a_mail_that_is_too_large_is_refused_before_and_after() -> None:
    with opened(desk := Desk(), size_limit=1000) as gate, client(gate) as smtp:
        assert smtp.mail(REP, ["SIZE=1001"])[0] == 552
        assert submit(smtp, b"x" * 98 + b"\r\n" + b"y" * 998 + b"\r\n").startswith("552 ")
        assert submit(smtp).startswith("250 ")
    assert len(desk.taken) == 1


def test_a_flood_is_no_persons_mail() -> None:
    with opened(desk := Desk(), mails_an_hour=2) as gate, client(gate) as smtp:
        submit(smtp)
        submit(smtp)
        code, text = smtp.mail(REP)
        assert (code, text[:5]) == (451, b"4.7.1")
    assert len(desk.taken) == 2


def test_the_next_hour_begins_anew() -> None:
    clock = iter((0.0, 1.0, 3599.0, 3600.0, 3601.0))
    gate = Gate("127.0.0.1", 0, {}, str, Desk(), seconds=lambda: next(clock), mails_an_hour=1)
    assert [gate.is_flooded() for _ in range(5)] == [False, True, True, False, True]


# Both doors in a row


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(st.sampled_from([b".", b"..", b"", b".x", b"QUIT"]), st.binary(max_size=20)), min_size=1
    )
)
def test_any_content_leaves_the_relay_as_it_came_to_the_gate(lines: list[bytes]) -> None:
    raw = b"".join(line.translate(None, b"\r\n") + b"\r\n" for line in lines)
    with Upstream() as upstream:
        relay = SmtpRelay("127.0.0.1", upstream.port, security="none")

        def answer(account: str, submission: Submission, raw: bytes) -> str:
            return relay.send(
                mail_from=submission.mail_from,
                rcpt_tos=submission.rcpt_tos,
                options=submission.options,
                raw=raw,
            )

        with opened(answer) as gate, client(gate) as smtp:
            assert submit(smtp, raw) == "250 2.0.0 Ok: queued"
        assert upstream.mails[0].raw == raw


# Several clients, and the end


def test_a_slow_answer_keeps_no_other_client_waiting() -> None:
    go_on, waiting = threading.Event(), threading.Event()

    def answer(account: str, submission: Submission, raw: bytes) -> str:
        if raw == b"slow\r\n":
            waiting.set()
            assert go_on.wait(10)
        return "250 2.0.0 taken"

    def slow(gate: Gate) -> None:
        with client(gate) as smtp:
            heard.append(submit(smtp, b"slow\r\n"))

    heard: list[str] = []
    with opened(answer) as gate:
        other = threading.Thread(target=slow, args=(gate,))
        other.start()
        assert waiting.wait(10)
        with client(gate) as smtp:
            assert submit(smtp) == "250 2.0.0 taken"
        assert heard == []
        go_on.set()
        other.join(10)
    assert heard == ["250 2.0.0 taken"]


def test_an_answer_is_found_to_its_end_even_if_the_client_goes() -> None:
    go_on, waiting, ended = threading.Event(), threading.Event(), threading.Event()

    def answer(account: str, submission: Submission, raw: bytes) -> str:
        waiting.set()
        assert go_on.wait(10)
        ended.set()
        return "250 2.0.0 taken"

    with opened(answer) as gate:
        with client(gate) as smtp:
            send_without_listening(smtp)
            assert waiting.wait(10)
        go_on.set()
        assert ended.wait(10)
        with client(gate) as smtp:
            assert submit(smtp) == "250 2.0.0 taken"


def test_one_client_too_many_is_told_so() -> None:
    with opened(Desk(), connections=1) as gate:
        with client(gate) as first:
            with pytest.raises(smtplib.SMTPConnectError) as refused, client(gate):
                pass
            assert refused.value.smtp_code == 421
            first.quit()
        with client(gate) as second:
            assert second.noop()[0] == 250


def test_a_client_that_says_nothing_is_hung_up_on() -> None:
    with opened(Desk(), idle_seconds=0.3) as gate, client(gate, user="") as smtp:
        assert smtp.noop()[0] == 250
        with pytest.raises(smtplib.SMTPServerDisconnected):
            smtp.getreply()


def test_an_answer_may_take_longer_than_a_client_may_be_idle() -> None:
    def slow(account: str, submission: Submission, raw: bytes) -> str:
        threading.Event().wait(0.8)
        return "250 2.0.0 taken"

    with opened(slow, idle_seconds=0.4) as gate, client(gate) as smtp:
        assert submit(smtp) == "250 2.0.0 taken"


def test_it_stops_at_once_with_clients_connected(authority: Authority) -> None:
    with opened(Desk()) as gate, client(gate) as smtp, client(gate) as busy:
        busy.mail(REP)
        busy.rcpt("buyer@bigco.example")
        busy.docmd("DATA")
        began = time.perf_counter()
        gate.stop()
        assert time.perf_counter() - began < 1
        gate.stop()
        with pytest.raises(smtplib.SMTPServerDisconnected):
            smtp.noop()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", gate.port), 1)


def test_it_lets_an_answer_under_way_go_out_before_it_stops() -> None:
    go_on, waiting = threading.Event(), threading.Event()

    def answer(account: str, submission: Submission, raw: bytes) -> str:
        waiting.set()
        assert go_on.wait(10)
        return "250 2.0.0 taken"

    with opened(answer) as gate, client(gate) as smtp:
        send_without_listening(smtp)
        assert waiting.wait(10)
        stopping = threading.Thread(target=gate.stop)
        stopping.start()
        go_on.set()
        assert smtp.getreply() == (250, b"2.0.0 taken")
        stopping.join(10)


def test_it_waits_for_an_answer_whose_client_has_gone() -> None:
    waiting, ended = threading.Event(), threading.Event()

    def answer(account: str, submission: Submission, raw: bytes) -> str:
        waiting.set()
        threading.Event().wait(0.3)
        ended.set()
        return "250 2.0.0 taken"

    with opened(answer) as gate:
        with client(gate) as smtp:
            send_without_listening(smtp)
            assert waiting.wait(10)
        with client(gate):
            gate.stop()
        assert ended.is_set()


def test_it_does_not_wait_for_ever_for_an_answer() -> None:
    go_on, waiting = threading.Event(), threading.Event()

    def answer(account: str, submission: Submission, raw: bytes) -> str:
        waiting.set()
        assert go_on.wait(10)
        return "250 2.0.0 taken"

    with opened(answer) as gate, client(gate) as smtp:
        send_without_listening(smtp)
        assert waiting.wait(10)
        gate.stop(patience=0.05)
        go_on.set()
        with pytest.raises(smtplib.SMTPServerDisconnected):
            smtp.getreply()


def test_a_port_that_is_taken_is_said_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        gate = Gate("127.0.0.1", port, {}, str, Desk(), seconds=time.monotonic)
        with pytest.raises(BadInput, match=rf"127\.0\.0\.1 port {port}: another program does"):
            gate.start()


# Encryption


def test_with_starttls_nobody_logs_in_unencrypted(authority: Authority) -> None:
    trusting = ssl.create_default_context(cafile=authority.ca_file)
    with (
        opened(desk := Desk(), security="starttls", tls_context=authority.server_context()) as gate,
        client(gate, user="") as smtp,
    ):
        assert "auth" not in smtp.esmtp_features
        assert smtp.docmd("AUTH", "PLAIN AHJlcABndWVzcw==")[0] == 530
        smtp.starttls(context=trusting)
        smtp.login(REP, SECRET)
        assert submit(smtp).startswith("250 ")
        gate.stop()
    assert desk.taken[0][2] == MAIL


def test_a_client_that_does_not_trust_the_certificate_disturbs_nobody(
    authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(Desk(), security="starttls", tls_context=authority.server_context()) as gate:
        with client(gate, user="") as smtp, pytest.raises(ssl.SSLCertVerificationError):
            smtp.starttls(context=ssl.create_default_context())
        with client(gate, user="") as smtp:
            smtp.starttls(context=ssl.create_default_context(cafile=authority.ca_file))
            smtp.login(REP, SECRET)
    assert caplog.messages == ["a client did not take the gate's certificate, or speaks no TLS"]


@pytest.mark.parametrize(
    ("host", "options", "allowed"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("localhost", {}, True),
        ("0.0.0.0", {}, False),
        ("192.0.2.7", {}, False),
        ("mail.example.com", {}, False),
        ("192.0.2.7", {"security": "starttls"}, False),
    ],
)
def test_it_listens_on_this_machine_only(host: str, options: dict[str, Any], allowed: bool) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if allowed:
        Gate(host, 0, {}, str, Desk(), seconds=time.monotonic, tls_context=context, **options)
    else:
        with pytest.raises(BadInput, match="this machine only"):
            Gate(host, 0, {}, str, Desk(), seconds=time.monotonic, tls_context=context, **options)


def test_starttls_needs_a_certificate() -> None:
    with pytest.raises(BadInput, match="certificate"):
        Gate("127.0.0.1", 0, {}, str, Desk(), seconds=time.monotonic, security="starttls")
