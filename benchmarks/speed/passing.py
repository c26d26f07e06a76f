"""Calm mail through the gate, beside the same client that submits straight to the upstream, over TLS."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from statistics import median
from time import perf_counter

from benchmarks.speed.machine import GATE_PASSWORD, PASSWORD, REP, Machine
from benchmarks.speed.rows import Found, Row, in_turn

ONE_BY_ONE, IN_A_ROW, ROUNDS = 40, 300, 5
_numbers = count(1)


def measure(share: float) -> Iterator[Found]:
    """A mail on a connection of its own, as clients send; many on one connection."""
    one_by_one, in_a_row = max(5, int(ONE_BY_ONE * share)), max(20, int(IN_A_ROW * share))
    with Machine(security="tls") as machine, machine.running():
        context = ssl.create_default_context(cafile=machine.upstream.ca_file)
        ways: dict[str, Callable[[], smtplib.SMTP]] = {
            "ours": partial(gate, machine),
            "straight": partial(_straight, machine, context),
        }
        latency = in_turn(ROUNDS, **{name: partial(_latency, way, one_by_one) for name, way in ways.items()})
        rate = in_turn(ROUNDS, **{name: partial(_rate, way, in_a_row) for name, way in ways.items()})
    yield Row(
        what="calm mail through the gate, from connect to 250",
        ours=latency["ours"] * 1000,
        beside="straight to the upstream",
        peer=latency["straight"] * 1000,
        unit="ms",
        at_most=1.3,
    )
    yield Row(
        what="calm mail through the gate, one connection",
        ours=rate["ours"],
        beside="straight to the upstream",
        peer=rate["straight"],
        unit="mails/s",
        at_least=0.7,
    )


def gate(machine: Machine) -> smtplib.SMTP:
    """A mail client's connection to the gate, logged in."""
    return _logged_in(smtplib.SMTP("127.0.0.1", machine.gate_port, timeout=60), GATE_PASSWORD)


def _straight(machine: Machine, context: ssl.SSLContext) -> smtplib.SMTP:
    smtp = smtplib.SMTP_SSL("127.0.0.1", machine.upstream.port, timeout=60, context=context)
    return _logged_in(smtp, PASSWORD)


def _logged_in(smtp: smtplib.SMTP, password: str) -> smtplib.SMTP:
    smtp.login(REP, password)
    return smtp


def _latency(connect: Callable[[], smtplib.SMTP], mails: int) -> float:
    seconds = []
    for _ in range(mails):
        start = perf_counter()
        with connect() as smtp:
            _send(smtp)
            seconds.append(perf_counter() - start)
    return median(seconds)


def _rate(connect: Callable[[], smtplib.SMTP], mails: int) -> float:
    with connect() as smtp:
        start = perf_counter()
        for _ in range(mails):
            _send(smtp)
        return mails / (perf_counter() - start)


def _send(smtp: smtplib.SMTP) -> None:
    number = next(_numbers)
    smtp.sendmail(REP, "pat@elsewhere.example", reply(number, to="pat@elsewhere.example"))


def reply(number: int, *, to: str, answers: str = "") -> bytes:
    """A mail of 5 kB, as no other is: a short text above what it answers."""
    head = [
        f"From: Robin Reyes <{REP}>",
        f"To: {to}",
        f"Subject: Price list {number}",
        f"Message-ID: <reply.{number}@example.com>",
        *([f"In-Reply-To: {answers}", f"References: {answers}"] if answers else []),
        "Date: Sat, 21 Nov 2026 10:00:00 +0000",
        "",
    ]
    text = [
        f"Hello Pat, here is price list {number}, as we said on the phone.",
        "The pumps are on page three, and the seals have a page of their own now.",
        "Tell me if anything in it is not clear. I can send you the drawings on Tuesday.",
        "",
        "Best regards",
        "Robin",
        "",
        "On Fri, 20 Nov 2026, Pat Moss <pat@elsewhere.example> wrote:",
    ]
    history = ["> Could you send me what we talked about? Page three is all that we need."] * 58
    return "\r\n".join([*head, *text, *history, ""]).encode()
