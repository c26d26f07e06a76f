"""A daemon at rest asks nothing of its store, and misses nothing: it wakes up when something happens.

All of it runs as in `triage run`, save for the servers and the clock.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import cast

import pytest

from tests.desk.world import CUSTOMER, HOT, REP
from tests.fakes.clock import FakeClock
from tests.fakes.mailbox import FakeServer
from tests.fakes.relay import FakeRelay
from tests.journeys.house import until
from tests.store.test_plans import overheard
from triage import clock
from triage.config import load
from triage.daemon.running import Daemon
from triage.daemon.wiring import Doors
from triage.judging.facts import Intention
from triage.judging.holds import Envelope
from triage.mail.mailbox import ImapMailbox
from triage.mail.relay import SmtpRelay
from triage.store import open_store

CONFIG = """
accounts:
  - address: rep@example.com
    imap: {host: imap.example.com}
    smtp: {host: smtp.example.com}
    login: {password: {env: MAIL}}
teams: {field: {rules: rules.yaml}}
notices: {desktop: {enabled: false}}
web: {enabled: false}
store: store.db
"""
MESSAGE = f"From: {CUSTOMER}\r\nTo: {REP}\r\nSubject: Order\r\nMessage-ID: <1@acme.example>\r\n\r\n{HOT}\r\n"
REPLY = (
    f"From: {REP}\r\nTo: {CUSTOMER}\r\nSubject: Re: Order\r\nIn-Reply-To: <1@acme.example>\r\n\r\nYes.\r\n"
)
CALM = f"From: {REP}\r\nTo: pat@elsewhere.example\r\nSubject: List\r\n\r\nI will send it on Monday.\r\n"


class Pulse(FakeClock):
    """A clock that is moved, and that is looked at with every beat."""

    def __init__(self) -> None:
        super().__init__()
        self._beats = threading.Semaphore(0)

    def now(self) -> datetime:
        if threading.current_thread().name == "clock":
            self._beats.release()
        return super().now()

    def beats(self, count: int) -> None:
        """Return after so many more looks."""
        while self._beats.acquire(blocking=False):
            pass
        for _ in range(count):
            assert self._beats.acquire(timeout=20)


class Upstream(FakeRelay):
    """Takes everything; its lines are never open."""

    def rest(self) -> None:
        """Nothing is kept."""

    def hang_up(self) -> None:
        """Nothing is open."""


class House:
    """A daemon whose heart beats a hundred times a second, between a mailbox and an upstream in memory."""

    def __init__(self, folder: Path) -> None:
        (folder / "rules.yaml").write_text("{extends: default, cooldown: {after: send}}")
        file = folder / "config.yaml"
        file.write_text(CONFIG)
        file.chmod(0o600)
        config = load(file)
        self.clock, self.upstream = Pulse(), Upstream()
        self.mailbox = FakeServer(self.clock, folders=["Drafts", "Sent", "Trash"])
        doors = Doors(
            connect=lambda *_: cast("ImapMailbox", self.mailbox.connect()),
            relay_of=lambda *_: cast("SmtpRelay", self.upstream),
        )
        self.path = config.store
        self.daemon = Daemon(config, open_store(self.path), {"MAIL": "word"}, doors)
        self.daemon.office.clock = self.clock
        self.daemon.start()
        assert self.daemon._threads[REP].has_looked.wait(20)

    def holds(self) -> None:
        """A heated message came in, and the rep's reply to it is held."""
        self.mailbox.deliver("INBOX", MESSAGE.encode())
        assert self.daemon._threads[REP].look_now(20)
        envelope = Envelope(mail_from=REP, rcpt_tos=(CUSTOMER,))
        assert "held until" in self.daemon.desk.reply_submitted(REP, envelope, REPLY.encode())

    def passes(self) -> None:
        """A calm mail of the rep's goes through."""
        envelope = Envelope(mail_from=REP, rcpt_tos=("pat@elsewhere.example",))
        assert self.daemon.desk.reply_submitted(REP, envelope, CALM.encode()).startswith("250")

    @property
    def promises(self) -> int:
        """How many are known."""
        with closing(open_store(self.path)) as store, store.look() as records:
            return len(records.open_promises("field"))


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(clock, "BEAT", 0.01)
    house = House(tmp_path)
    yield house
    house.daemon.stop()
    house.daemon.store.close()


NOT_AT_REST = {
    "alembic",
    "h11",
    "http.server",
    "jinja2",
    "nltk",
    "nupunkt",
    "pydantic",
    "ruamel.yaml",
    "selectolax",
    "starlette",
    "textblob",
    "triage.web.pages",
    "uvicorn",
}
"""What reads a mail, a person's files or a browser's wishes; some of it takes five megabytes, or ten."""

RESTS = """
import sys
from pathlib import Path
from triage.clock import steady
from triage.config import load
from triage.daemon.apart import Apart
from triage.daemon.running import build

with Apart(steady) as apart:
    daemon = build(apart(load, Path(sys.argv[1])), {"MAIL": "word"}, apart)
    daemon.start()
    print(*sys.modules)
    daemon.stop()
    daemon.store.close()
"""


def test_a_daemon_that_rests_has_nothing_in_memory_that_only_work_needs(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    page = "web: {port: 0}\ndoors: {gate: {port: 0, password: {env: MAIL}}}\n"
    file.write_text(CONFIG.replace("web: {enabled: false}\n", page).replace("rules.yaml", "default"))
    file.chmod(0o600)
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", RESTS, str(file)]
    rests = subprocess.run(command, env=environ, stdout=subprocess.PIPE, check=True)
    assert not NOT_AT_REST.intersection(rests.stdout.decode().split())


def test_at_rest_no_beat_asks_the_store_anything(house: House) -> None:
    def rests() -> bool:
        with overheard() as said:
            house.clock.beats(50)
        return not said

    until(rests, "fifty beats without a question")


def test_what_another_process_asks_for_is_done_at_the_next_beat(house: House) -> None:
    with closing(open_store(house.path)) as theirs:
        with theirs.begin() as records:
            wanted = records.intend(Intention(verb="pause", made_at=house.clock.now()))

        def is_done() -> bool:
            with theirs.look() as records:
                return records.intention(wanted.id).done_at is not None

        until(is_done, "the pause")


def test_a_reply_leaves_at_its_time_and_no_beat_before(house: House) -> None:
    house.holds()
    house.clock.move(minutes=29, seconds=59)
    house.clock.beats(50)
    assert not house.upstream.taken
    house.clock.move(seconds=1)
    until(lambda: house.upstream.taken, "the reply")


def test_a_reply_that_is_due_soon_does_not_wait_for_the_usual_beat(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.holds()
    house.clock.move(minutes=29, seconds=59.95)
    until(lambda: REP in house.daemon._agenda.sending, "the agenda")
    monkeypatch.setattr(clock, "BEAT", 3600.0)
    house.clock.beats(10)
    assert not house.upstream.taken
    house.clock.move(seconds=0.05)
    until(lambda: house.upstream.taken, "the reply")


def test_before_a_reply_leaves_the_process_that_reads_it_is_started(house: House) -> None:
    house.holds()
    apart = house.daemon._apart
    with apart._turn:
        apart._end()  # as after a rest
    house.clock.move(minutes=29, seconds=56)
    until(lambda: apart._process, "the process")
    assert not house.upstream.taken


def test_a_tick_that_fails_keeps_no_reply_from_leaving(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(house.daemon.desk, "tick", fails)
    house.holds()
    house.clock.move(minutes=30)
    until(lambda: house.upstream.taken, "the reply")


def test_what_passes_is_read_soon(house: House) -> None:
    house.passes()
    until(lambda: house.promises == 1, "the promise")


def test_what_passes_is_read_when_no_more_has_come_since_a_beat(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.daemon._timers.stop()
    monkeypatch.setattr(house.daemon, "_read", house.daemon.desk.read_unread)
    for _ in range(3):
        house.passes()
        house.daemon._read_when_quiet()
    assert house.promises == 0
    house.daemon._read_when_quiet()
    assert house.promises == 3


def test_a_stop_leaves_nothing_unread(house: House) -> None:
    house.daemon._timers.stop()
    house.passes()
    assert house.promises == 0
    house.daemon.stop()
    assert house.promises == 1
