"""Replies to a heated customer, accepted durably and held, beside Postfix that takes mail into its queue."""

import smtplib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from itertools import count
from time import perf_counter, sleep

from benchmarks.speed.machine import REP, Machine
from benchmarks.speed.passing import gate, reply
from benchmarks.speed.postfix import Postfix, is_here
from benchmarks.speed.rows import Found, Row, in_turn
from triage.store import open_store

REPLIES, ROUNDS = 300, 5
CUSTOMER, HEATED = "dana@acme.example", "<heated.1@acme.example>"
HOT = (
    f"From: Dana Lee <{CUSTOMER}>\r\nTo: {REP}\r\nSubject: Order 4711\r\nMessage-ID: {HEATED}\r\n\r\n"
    "This is the third time I am asking where order 4711 is. You promised delivery on Friday and nothing "
    "came. This is completely unacceptable, and if it is not here tomorrow we will cancel the contract.\r\n"
)
_numbers = count(1)


def measure(share: float) -> Iterator[Found]:
    """With one client, and with ten at once; each on a connection that it keeps."""
    replies = max(20, int(REPLIES * share))
    with ExitStack() as stack:
        machine = stack.enter_context(Machine())
        stack.enter_context(machine.running())
        anger(machine)
        ways: dict[str, Callable[[], smtplib.SMTP]] = {"ours": partial(gate, machine)}
        if is_here():
            postfix = stack.enter_context(Postfix())
            ways["postfix"] = lambda: smtplib.SMTP("127.0.0.1", postfix.port, timeout=60)
        for clients in (1, 10):
            rate = in_turn(
                ROUNDS, **{name: partial(_rate, way, clients, replies) for name, way in ways.items()}
            )
            yield Row(
                what=f"replies held durably, {clients} client{'s' * (clients > 1)}",
                ours=rate["ours"],
                beside="Postfix into its queue",
                peer=rate.get("postfix"),
                unit="mails/s",
                at_least=1.0,
            )


def anger(machine: Machine) -> None:
    """A heated message comes in; returns when its cool-down is open."""
    with machine.client() as client:
        client.append("INBOX", HOT)
    store = open_store(machine.store)
    try:
        while True:
            with store.look() as records:
                if records.open_cooldowns():
                    return
            sleep(0.05)
    finally:
        store.close()


def _rate(connect: Callable[[], smtplib.SMTP], clients: int, replies: int) -> float:
    with ExitStack() as stack, ThreadPoolExecutor(clients) as threads:
        lines = [stack.enter_context(connect()) for _ in range(clients)]
        start = perf_counter()
        for done in [threads.submit(_submit, line, replies // clients) for line in lines]:
            done.result()
        return replies // clients * clients / (perf_counter() - start)


def _submit(smtp: smtplib.SMTP, replies: int) -> None:
    for _ in range(replies):
        smtp.sendmail(REP, CUSTOMER, reply(next(_numbers), to=CUSTOMER, answers=HEATED))
