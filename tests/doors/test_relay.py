"""The way out, against a real server on loopback that answers as it is told."""

import socket
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from tests.certs import Authority
from tests.upstream import Security, Stage, Upstream
from triage.errors import BadInput, MailRefused, OutcomeUnknown, UpstreamUnavailable
from triage.mail.relay import SmtpRelay
from triage.mail.tls import client_context

REP = "rep@example.com"
MAIL = b"From: rep@example.com\r\nTo: buyer@bigco.example\r\nSubject: Pump\r\n\r\nIt ships today.\r\n"


def relay_to(upstream: Upstream, *, ca_file: Path | None = None, timeout: float = 5) -> SmtpRelay:
    return SmtpRelay(
        "127.0.0.1",
        upstream.port,
        security=upstream.security,
        ca_file=ca_file,
        user=REP if upstream.users else "",
        password=lambda: "pässword",
        timeout=timeout,
    )


def send(
    relay: SmtpRelay,
    *rcpt_tos: str,
    raw: bytes = MAIL,
    mail_from: str = REP,
    options: tuple[str, ...] = (),
    before_data: Callable[[], None] = lambda: None,
) -> str:
    return relay.send(
        mail_from=mail_from,
        rcpt_tos=rcpt_tos or ("buyer@bigco.example",),
        options=options,
        raw=raw,
        before_data=before_data,
    )


@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_a_mail_goes_out_logged_in_and_encrypted(
    security: Security, mechanism: str, authority: Authority
) -> None:
    with Upstream(
        security=security,
        tls_context=authority.server_context(),
        users={REP: "pässword"},
        mechanisms=(mechanism,),
    ) as upstream:
        answer = send(
            relay_to(upstream, ca_file=authority.ca_file), "buyer@bigco.example", "boss@bigco.example"
        )
        assert answer == "250 2.0.0 Ok: queued"
        [mail] = upstream.mails
    assert (mail.mail_from, mail.rcpt_tos) == (REP, ("buyer@bigco.example", "boss@bigco.example"))
    assert mail.raw == MAIL
    assert mail.user == REP
    assert mail.encrypted == (security != "none")
    assert upstream.commands[-1] == "QUIT"


@pytest.mark.parametrize(
    "raw",
    [
        b".\r\n",
        b".hidden\r\n..twice\r\n.\r\n.\r\nafter\r\n",
        b"Subject: dots\r\n\r\n.\r\n",
        b"8-bit \xe4\xf6\xfc \xff\x00\r\n",
        b"x" * 5000 + b"\r\n",
        b"\r\n\r\n\r\n",
        b"line %d\r\n" * 30_000,
        b"",
    ],
)
def test_the_bytes_that_leave_are_the_bytes_that_came(raw: bytes) -> None:
    with Upstream() as upstream:
        send(relay_to(upstream), raw=raw)
        assert upstream.mails[0].raw == raw


def test_a_last_line_without_an_end_gets_one() -> None:
    with Upstream() as upstream:
        send(relay_to(upstream), raw=b"first\r\n" + b"x" * 2000)
        assert upstream.mails[0].raw == b"first\r\n" + b"x" * 2000 + b"\r\n"


@pytest.mark.parametrize("null", ["", "<>"])
def test_a_receipt_goes_out_from_nobody(null: str) -> None:
    with Upstream() as upstream:
        send(relay_to(upstream), mail_from=null)
        assert upstream.mails[0].mail_from == ""


def test_before_data_is_called_once_and_only_when_all_recipients_are_taken() -> None:
    seen: list[list[str]] = []
    with Upstream() as upstream:
        relay = relay_to(upstream)
        send(relay, "a@x.example", "b@x.example", before_data=lambda: seen.append(list(upstream.commands)))
        assert len(upstream.mails) == 1
    [commands] = seen
    assert commands[-3:] == ["RCPT TO:<a@x.example>", "RCPT TO:<b@x.example>", "DATA"]


def test_nothing_leaves_when_before_data_fails() -> None:
    def full() -> None:
        raise RuntimeError("the disk is full")

    with Upstream() as upstream:
        with pytest.raises(RuntimeError, match="the disk is full"):
            send(relay_to(upstream), before_data=full)
        assert upstream.mails == []


# What the upstream says


@pytest.mark.parametrize("text", ["421 4.3.2 Closing", "454 4.7.0 Not now", "554 5.7.1 Go away"])
@pytest.mark.parametrize("stage", ["connect", "ehlo", "starttls", "auth", "mail"])
def test_a_refusal_up_to_mail_is_the_accounts_condition(
    stage: Stage, text: str, authority: Authority
) -> None:
    with Upstream(
        security="starttls", tls_context=authority.server_context(), users={REP: "pässword"}
    ) as upstream:
        upstream.answer(stage, text)
        with pytest.raises(UpstreamUnavailable) as refused:
            send(relay_to(upstream, ca_file=authority.ca_file))
    assert refused.value.stage.lower() == stage
    assert f"{refused.value.code} {refused.value.text}" == text


@pytest.mark.parametrize(
    ("extensions", "last"),
    [((), ["RCPT TO:<gone@x.example>", "QUIT"]), (("PIPELINING",), ["RCPT TO:<b@x.example>", "DATA"])],
)
def test_one_refused_recipient_means_that_nobody_gets_it(
    extensions: tuple[str, ...], last: list[str]
) -> None:
    """Also where the upstream waits for a content already: it gets none, not even an empty one."""
    with Upstream(extensions=extensions) as upstream:
        upstream.answer("rcpt", "550 5.1.1 No such user", address="gone@x.example")
        with pytest.raises(MailRefused) as refused:
            send(relay_to(upstream), "a@x.example", "gone@x.example", "b@x.example")
    assert (refused.value.code, refused.value.address) == (550, "gone@x.example")
    assert upstream.mails == []
    assert upstream.commands[-2:] == last


@pytest.mark.parametrize("extensions", [(), ("PIPELINING",)])
def test_a_mail_may_have_very_many_recipients(extensions: tuple[str, ...]) -> None:
    many = [f"buyer{number}@x.example" for number in range(1000)]
    with Upstream(extensions=extensions) as upstream:
        send(relay_to(upstream), *many)
    assert upstream.mails[0].rcpt_tos == tuple(many)


@pytest.mark.parametrize("stage", ["data", "dot"])
@pytest.mark.parametrize(("text", "permanent"), [("554 5.6.0 Spam", True), ("451 4.3.0 Later", False)])
def test_a_refusal_of_the_content_is_about_this_mail(stage: Stage, text: str, permanent: bool) -> None:
    with Upstream() as upstream:
        upstream.answer(stage, text)
        with pytest.raises(MailRefused) as refused:
            send(relay_to(upstream))
        assert upstream.mails == []
    assert str(refused.value) == text
    assert refused.value.permanent is permanent


def test_a_long_refusal_is_one_line_and_says_its_code_once() -> None:
    with Upstream() as upstream:
        upstream.answer("dot", "550-5.7.1 Not from here.\r\n550-5.7.1 Ask\x07 the\r\n550 5.7.1 postmaster.")
        with pytest.raises(MailRefused) as refused:
            send(relay_to(upstream))
    assert refused.value.text == "5.7.1 Not from here. Ask the postmaster."


@pytest.mark.parametrize("nonsense", ["hello", "250 2.0.0 Ok", "199 what"])
def test_nonsense_before_the_content_is_no_answer_to_the_mail(nonsense: str) -> None:
    with Upstream() as upstream:
        upstream.answer("data", nonsense)
        with pytest.raises(UpstreamUnavailable) as failed:
            send(relay_to(upstream))
    assert (failed.value.stage, failed.value.code) == ("DATA", 0)


def test_nonsense_after_the_content_leaves_the_outcome_open() -> None:
    with Upstream() as upstream:
        upstream.answer("dot", "hello")
        with pytest.raises(OutcomeUnknown):
            send(relay_to(upstream))


# Lines that break


@pytest.mark.parametrize("stage", ["connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data"])
@pytest.mark.parametrize(
    ("how", "sentence"), [("drop", "the line to the server was lost"), ("stall", "did not answer in time")]
)
def test_a_line_that_breaks_before_the_content_can_be_tried_again(
    stage: Stage, how: str, sentence: str, authority: Authority
) -> None:
    calls: list[None] = []
    with Upstream(
        security="starttls", tls_context=authority.server_context(), users={REP: "pässword"}
    ) as upstream:
        getattr(upstream, how)(stage)
        relay = relay_to(upstream, ca_file=authority.ca_file, timeout=0.5 if how == "stall" else 5)
        with pytest.raises(UpstreamUnavailable, match=sentence) as failed:
            send(relay, before_data=lambda: calls.append(None))
    assert failed.value.code == 0
    assert failed.value.stage.lower() == stage
    assert calls == []


@pytest.mark.parametrize(
    ("security", "how", "timeout"), [("tls", "drop", 5), ("none", "drop", 5), ("none", "stall", 0.1)]
)
@pytest.mark.parametrize("stage", ["content", "dot"])
def test_a_line_that_breaks_when_the_whole_mail_has_left_leaves_the_outcome_open(
    stage: Stage, how: str, timeout: float, security: Security, authority: Authority
) -> None:
    with Upstream(security=security, tls_context=authority.server_context()) as upstream:
        getattr(upstream, how)(stage)
        with pytest.raises(OutcomeUnknown, match="may have been sent"):
            send(relay_to(upstream, ca_file=authority.ca_file, timeout=timeout))


def test_a_refusal_in_the_middle_of_the_content_is_heard() -> None:
    with Upstream() as upstream:
        upstream.answer("content", "552 5.3.4 Too large")
        with pytest.raises(MailRefused, match=r"^552 5\.3\.4 Too large$"):
            send(relay_to(upstream), raw=b"x" * 70 + b"\r\n")


@pytest.mark.parametrize(
    ("security", "how", "timeout"), [("tls", "drop", 5), ("none", "drop", 5), ("none", "stall", 0.2)]
)
def test_a_line_that_breaks_before_the_final_dot_can_be_tried_again(
    how: str, timeout: float, security: Security, authority: Authority
) -> None:
    """More than the buffers on the way hold: what the server did not read, it cannot have taken."""
    large = MAIL + b"An attachment, more or less.\r\n" * 1_000_000
    with Upstream(security=security, tls_context=authority.server_context()) as upstream:
        getattr(upstream, how)("content")
        with pytest.raises(UpstreamUnavailable) as failed:
            send(relay_to(upstream, ca_file=authority.ca_file, timeout=timeout), raw=large)
    assert failed.value.stage == "DATA"


@pytest.mark.parametrize("security", ["tls", "none"])
@pytest.mark.parametrize(("stage", "raised"), [("rcpt", UpstreamUnavailable), ("dot", OutcomeUnknown)])
def test_who_hangs_up_need_not_wait_for_an_answer(
    stage: Stage, raised: type[Exception], security: Security, authority: Authority
) -> None:
    arrived = Event()
    with Upstream(security=security, tls_context=authority.server_context()) as upstream:
        upstream.stall(stage, arrived=arrived)
        relay = relay_to(upstream, ca_file=authority.ca_file, timeout=60)
        with ThreadPoolExecutor() as pool:
            waiting = pool.submit(send, relay)
            assert arrived.wait(10)
            relay.hang_up()
            assert isinstance(waiting.exception(timeout=10), raised)
        with pytest.raises(UpstreamUnavailable, match="about to end"):
            send(relay)


def test_a_goodbye_that_never_comes_does_not_spoil_what_was_said() -> None:
    with Upstream() as upstream:
        upstream.drop("quit")
        assert send(relay_to(upstream)) == "250 2.0.0 Ok: queued"


def test_where_nobody_listens_it_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(UpstreamUnavailable, match="connect: no server listens there"):
        SmtpRelay("127.0.0.1", port, security="none").check()


def test_a_name_that_cannot_be_looked_up_is_the_accounts_condition() -> None:
    with pytest.raises(UpstreamUnavailable, match="connect: the server's name"):
        SmtpRelay("x" * 64 + ".example.com", 465).check()


# Certificates


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize(
    ("hosts", "expired", "trusted", "reason"),
    [
        (("other.example",), False, True, "IP address mismatch"),
        ((), True, True, "certificate has expired"),
        ((), False, False, "unable to get local issuer certificate"),
    ],
)
def test_a_certificate_that_proves_nothing_ends_the_conversation(
    security: Security,
    hosts: tuple[str, ...],
    expired: bool,
    trusted: bool,
    reason: str,
    authority: Authority,
) -> None:
    context = authority.server_context(*hosts, expired=expired)
    with Upstream(security=security, tls_context=context, users={REP: "pässword"}) as upstream:
        with pytest.raises(UpstreamUnavailable, match=f"cannot be trusted: .*{reason}"):
            send(relay_to(upstream, ca_file=authority.ca_file if trusted else None))
        assert "AUTH" not in upstream.commands


def test_a_server_without_starttls_never_sees_the_password() -> None:
    with Upstream(users={REP: "pässword"}) as upstream:
        relay = SmtpRelay(
            "127.0.0.1", upstream.port, security="starttls", user=REP, password=lambda: "pässword"
        )
        with pytest.raises(UpstreamUnavailable, match="does not offer STARTTLS"):
            relay.check()
        assert "AUTH" not in upstream.commands


def test_plain_text_is_for_this_machine_only() -> None:
    with pytest.raises(BadInput, match=r"smtp\.example\.com: .* this machine only"):
        SmtpRelay("smtp.example.com", 25, security="none")


@pytest.mark.parametrize(("content", "sentence"), [(None, "cannot be read"), ("hello", "no certificate")])
def test_a_ca_file_that_is_none_is_named(tmp_path: Path, content: str | None, sentence: str) -> None:
    ca_file = tmp_path / "ca.pem"
    if content is not None:
        ca_file.write_text(content)
    with pytest.raises(BadInput, match=rf"ca\.pem: .*{sentence}"):
        SmtpRelay("smtp.example.com", 465, ca_file=ca_file)


def test_a_private_authority_is_added_to_the_systems_and_replaces_none(authority: Authority) -> None:
    system, ours = client_context(), client_context(authority.ca_file)
    assert ours.cert_store_stats()["x509_ca"] == system.cert_store_stats()["x509_ca"] + 1
    assert (ours.verify_mode, ours.check_hostname) == (ssl.CERT_REQUIRED, True)


# Logging in


def test_a_wrong_password_is_tried_once_and_never_shown() -> None:
    with Upstream(users={REP: "another"}) as upstream:
        with pytest.raises(UpstreamUnavailable) as refused:
            relay_to(upstream).check()
        assert upstream.commands.count("AUTH") == 1
    assert (refused.value.stage, refused.value.code) == ("AUTH", 535)
    assert "pässword" not in repr(refused.value) + repr(relay_to(upstream))


def test_a_password_that_cannot_be_had_is_the_accounts_condition() -> None:
    def locked() -> str:
        raise BadInput("the keychain holds no password")

    with Upstream(users={REP: "pässword"}) as upstream:
        relay = SmtpRelay("127.0.0.1", upstream.port, security="none", user=REP, password=locked)
        with pytest.raises(UpstreamUnavailable, match="AUTH: the keychain holds no password"):
            relay.check()
        assert upstream.commands == []


def test_a_server_without_a_login_that_we_know_is_named() -> None:
    with Upstream(users={REP: "pässword"}, mechanisms=("GSSAPI",)) as upstream:
        relay = relay_to(upstream)
        with pytest.raises(UpstreamUnavailable, match="AUTH: the server offers no login with a password"):
            relay.check()


def test_check_logs_in_and_leaves() -> None:
    with Upstream(users={REP: "pässword"}) as upstream:
        relay_to(upstream).check()
        assert [command[:4] for command in upstream.commands] == ["ehlo", "AUTH", "QUIT"]


def test_check_asks_whether_a_sender_may_send_and_sends_nothing() -> None:
    with Upstream(users={REP: "pässword"}) as upstream:
        relay_to(upstream).check(REP)
        assert [command[:4] for command in upstream.commands] == ["ehlo", "AUTH", "MAIL", "QUIT"]
        upstream.answer("mail", "550 5.7.60 Client does not have permissions to send as this sender")
        with pytest.raises(UpstreamUnavailable, match=r"MAIL: 550 5\.7\.60"):
            relay_to(upstream).check(REP)
        assert upstream.mails == []


# Parameters of MAIL


@pytest.mark.parametrize(
    ("extensions", "options", "sent"),
    [
        (("8BITMIME", "SMTPUTF8", "SIZE"), ("BODY=8BITMIME", "SMTPUTF8"), {"BODY=8BITMIME", "SMTPUTF8"}),
        (("SMTPUTF8",), ("BODY=8BITMIME",), set()),
        (("8BITMIME",), ("SMTPUTF8", "RET=HDRS"), set()),
        ((), (), set()),
        (("SIZE 1000",), ("SIZE=5",), set()),
    ],
)
def test_only_what_the_upstream_offers_is_asked_of_it(
    extensions: tuple[str, ...], options: tuple[str, ...], sent: set[str]
) -> None:
    size = {f"SIZE={len(MAIL)}"} if any(name.startswith("SIZE") for name in extensions) else set()
    with Upstream(extensions=(*extensions, "HELP")) as upstream:
        send(relay_to(upstream), options=options)
        assert set(upstream.mails[0].options) == sent | size


def test_eight_bit_content_is_declared() -> None:
    with Upstream() as upstream:
        send(relay_to(upstream), raw="Subject: Pümpe\r\n\r\nGrüße\r\n".encode())
        assert "BODY=8BITMIME" in upstream.mails[0].options


def test_an_address_beyond_ascii_goes_where_it_is_understood() -> None:
    with Upstream() as upstream:
        send(relay_to(upstream), "käufer@bigco.example")
        assert upstream.mails[0].rcpt_tos == ("käufer@bigco.example",)
        assert "SMTPUTF8" in upstream.mails[0].options


@pytest.mark.parametrize(
    ("address", "raw"),
    [("käufer@bigco.example", MAIL), ("buyer@bigco.example", "Subject: Pümpe\r\n\r\nx\r\n".encode())],
)
def test_a_mail_that_needs_smtputf8_is_refused_where_it_is_not_offered(address: str, raw: bytes) -> None:
    with Upstream(extensions=("8BITMIME",)) as upstream:
        relay = relay_to(upstream)
        with pytest.raises(MailRefused, match=r"^550 5\.6\.7 .*SMTPUTF8"):
            send(relay, address, raw=raw, options=("SMTPUTF8",))
        assert not any(command.startswith("MAIL") for command in upstream.commands)


def test_a_mail_too_large_for_the_upstream_is_refused_as_a_mail() -> None:
    with Upstream(extensions=("SIZE 50",)) as upstream:
        relay = relay_to(upstream)
        with pytest.raises(MailRefused, match=r"^552 5\.3\.4 .* at most 50"):
            send(relay)


# What is never sent


@pytest.mark.parametrize(
    "raw", [b"a\nb\r\n", b"a\rb\r\n", b"a\r\n.\n\r\n", b"a\n.\r\nMAIL FROM:<x@y>\r\n", b"a\r\r\n", b"a\r"]
)
def test_bare_line_ends_never_leave(raw: bytes) -> None:
    with Upstream() as upstream:
        with pytest.raises(MailRefused, match=r"^554 5\.6\.0"):
            send(relay_to(upstream), raw=raw)
        assert upstream.commands == []


@pytest.mark.parametrize(
    "address",
    ["", "a@b\r\nRCPT TO:<c@d>", "a@b\n", "a\0@b", "a@b> SIZE=1", "a b@c", "<a@b>", "\udcff@b", '"a\r"@b'],
)
def test_addresses_that_could_say_something_else_never_leave(address: str) -> None:
    with Upstream() as upstream:
        with pytest.raises(MailRefused, match=r"554 5\.1\.3"):
            send(relay_to(upstream), "a@b.example", address)
        if address:
            with pytest.raises(MailRefused, match=r"554 5\.1\.3"):
                send(relay_to(upstream), mail_from=address)
        with pytest.raises(MailRefused, match=r"554 5\.5\.4"):
            send(relay_to(upstream), options=("BODY=8BITMIME\r\nRSET",))
        assert upstream.commands == []


def test_a_quoted_local_part_is_an_address() -> None:
    with Upstream() as upstream:
        send(relay_to(upstream), '"a b>"@x.example')
        assert upstream.mails[0].rcpt_tos == ('"a b>"@x.example',)


def test_a_mail_to_nobody_is_refused() -> None:
    with pytest.raises(MailRefused, match="no recipient"):
        SmtpRelay("127.0.0.1", 1, security="none").send(mail_from=REP, rcpt_tos=(), raw=MAIL)
