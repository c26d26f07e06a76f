"""How a year, or ten, in the store changes what is done each second, for each reply, and each day."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.speed.filling import DAY, REP, TEAM, fill_store
from benchmarks.speed.holding import CUSTOMER, HEATED, HOT
from benchmarks.speed.passing import reply
from benchmarks.speed.rows import Curve, Found, Row
from triage.clock import SystemClock
from triage.daemon.offices import default_team
from triage.desk import Account, Desk, Office, Settings
from triage.desk.arrivals import Spot, messages_arrived
from triage.desk.summaries import INSTALLED, summary_mail
from triage.desk.views import board
from triage.judging.holds import Envelope
from triage.mail.mailbox import Letter
from triage.store import Store, open_store

SIZES = (1_000, 10_000, 100_000, 1_000_000)
HELD = 0.1
"""Held replies of the past, for each message."""
TIMES, SECONDS = 15, 5.0
"""So many times is a step taken, but none for longer than that, once it was taken thrice."""
GOAL = 1.2
"""Nothing takes longer for what is past; the day that a summary tells of is the same in all sizes."""
_numbers = count(2)


def measure(share: float) -> Iterator[Found]:
    """Each step, as the store grows from a thousand messages to a million."""
    sizes = [size for size in SIZES if size <= max(10_000, SIZES[-1] * share)]
    figures = [_steps(size) for size in sizes]
    lines = {name: [each[name] * 1000 for each in figures] for name in figures[0]}
    for name, values in lines.items():
        yield Row(
            what=f"{name}, {sizes[-1]:,} messages in the store",
            ours=values[-1],
            beside=f"{sizes[0]:,} messages",
            peer=values[0],
            unit="ms",
            at_most=GOAL,
        )
    yield Curve(
        title="Growth of the store", across="messages in the store", unit="ms", sizes=sizes, lines=lines
    )


def _steps(size: int) -> dict[str, float]:
    """The median seconds of each step on a store of that size."""
    with TemporaryDirectory(prefix="speed-") as folder:
        path = Path(folder) / "store.db"
        open_store(path).close()
        fill_store(path, messages=size, replies=int(size * HELD))
        store = open_store(path)
        try:
            office = _office(store, size)
            desk = Desk(office)
            desk.start()
            _arrive(office, HOT)
            steps: dict[str, Callable[[], object]] = {
                "tick": partial(_tick, desk),
                "gate decision": partial(_decide, desk),
                "message judged": lambda: _arrive(office, _calm(next(_numbers))),
                "page": partial(_look, office),
                "summary": partial(_summary, office),
            }
            return {name: _median(step) for name, step in steps.items()}
        finally:
            store.close()


def _median(step: Callable[[], object]) -> float:
    seconds: list[float] = []
    while len(seconds) < 3 or (len(seconds) < TIMES and sum(seconds) < SECONDS):
        start = perf_counter()
        step()
        seconds.append(perf_counter() - start)
    return median(seconds)


def _office(store: Store, size: int) -> Office:
    """One rep, who has used it for as long as there are messages."""
    team = replace(default_team(), name=TEAM)
    account = Account(address=REP, team=TEAM)
    with store.begin() as records:
        records.set_note(INSTALLED, (datetime.now(UTC) - timedelta(days=size / DAY)).isoformat())
    settings = Settings(accounts={REP: account}, teams={TEAM: team}, gate=True)
    return Office(store=store, clock=SystemClock(), settings=settings, relays={})


def _tick(desk: Desk) -> None:
    desk.tick()
    desk.release_due(REP)


def _arrive(office: Office, raw: str) -> None:
    """A message comes in."""
    letter = Letter(
        uid=1, flags=frozenset(), internal_date=datetime.now(UTC), size=len(raw), raw=raw.encode()
    )
    spot = Spot(folder="INBOX", uidvalidity=1, uid=1)
    messages_arrived(office, office.account(REP), [(spot, letter)])


def _calm(number: int) -> str:
    head = f"From: pat@elsewhere.example\r\nTo: {REP}\r\nMessage-ID: <calm.{number}@elsewhere.example>"
    return f"{head}\r\nSubject: Prices\r\n\r\nCould you send me the current price list? No rush.\r\n"


def _decide(desk: Desk) -> None:
    """A reply to it comes in at the gate, and is held."""
    raw = reply(next(_numbers), to=CUSTOMER, answers=HEATED)
    answer = desk.reply_submitted(REP, Envelope(mail_from=REP, rcpt_tos=(CUSTOMER,)), raw)
    if "held until" not in answer:
        raise RuntimeError(answer)


def _look(office: Office) -> None:
    with office.store.look() as records:
        board(office, records)


def _summary(office: Office) -> None:
    with office.store.begin() as records:
        summary_mail(office, records, office.settings.teams[TEAM], "")
