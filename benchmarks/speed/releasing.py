"""Thousands of replies that fall due at once, beside a bare loop that relays the same on one connection."""

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from time import perf_counter, sleep

from benchmarks.speed.machine import PASSWORD, REP, Machine
from benchmarks.speed.passing import reply
from benchmarks.speed.rows import Found, Row
from triage.config import load
from triage.daemon.offices import settings_of
from triage.desk.replies import enqueue
from triage.judging.holds import Door, Envelope
from triage.store import open_store

REPLIES = 10_000
TO = "dana@acme.example"
STARTS_WITHIN = timedelta(seconds=20)
"""Until then the daemon is ready."""


def measure(share: float) -> Iterator[Found]:
    """From the moment they are due until the last one has left, over TLS."""
    mails = [reply(number, to=TO) for number in range(int(REPLIES * share))]
    with Machine(security="tls") as machine:
        peer = _relayed(machine, mails)
        with machine.running():
            pass  # the store is made
        due = datetime.now(UTC) + STARTS_WITHIN
        _hold(machine, mails, due)
        with machine.running():
            sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()))
            machine.upstream.wait_for(2 * len(mails))
            ours = (datetime.now(UTC) - due).total_seconds()
    yield Row(
        what=f"{len(mails):,} replies due at once",
        ours=ours,
        beside="smtplib, one connection",
        peer=peer,
        unit="s",
        at_most=1.2,
    )


def _relayed(machine: Machine, mails: Sequence[bytes]) -> float:
    context = ssl.create_default_context(cafile=machine.upstream.ca_file)
    with smtplib.SMTP_SSL("127.0.0.1", machine.upstream.port, context=context) as smtp:
        smtp.login(REP, PASSWORD)
        start = perf_counter()
        for raw in mails:
            smtp.sendmail(REP, TO, raw)
        return perf_counter() - start


def _hold(machine: Machine, mails: Sequence[bytes], due: datetime) -> None:
    """Lay them into the store, as if they had come in by the gate."""
    account = settings_of(load(machine.config)).accounts[REP]
    envelope = Envelope(mail_from=REP, rcpt_tos=(TO,))
    store = open_store(machine.store)
    try:
        with store.begin() as records:
            for raw in mails:
                enqueue(records, Door.GATE, account, envelope, raw, due)
    finally:
        store.close()
