"""Lines that break, servers that hang, crawl or lie about who they are: found out, waited out, told once."""

import os
import signal
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.rig.outside import Loop, Wire
from tests.certs import Authority
from tests.desk.world import HOT, REP, World
from tests.dovecot import USERS, Dovecot, dovecot_or_skip
from tests.upstream import Upstream
from triage.config import Account, Imap, Login, Password
from triage.daemon.watching import LONGEST_WAIT, SHORTEST_WAIT, WatcherThread
from triage.errors import LoginRefused, TriageError, Unreachable
from triage.mail.mailbox import ImapMailbox, Waker
from triage.mail.relay import SmtpRelay

# -- the thread that watches, and never dies


class Waits(Waker):
    """Remembers how long somebody would have waited."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.seconds.append(timeout or 0.0)
        return True


class Watched:
    """A watcher on a world, whose connections fail as they are told to."""

    def __init__(self, world: World, *failures: TriageError) -> None:
        self.world, self.failures = world, list(failures)
        self.stopping = threading.Event()
        self.told: list[list[str]] = []
        self.thread = WatcherThread(
            Account(
                address=REP,
                imap=Imap(host="imap.example.com"),
                login=Login(password=Password(env="X")),
            ),
            world.desk.office,
            world.desk.watchers[REP],
            self._connect,  # type: ignore[arg-type]  # a mailbox by its shape
            self.stopping,
        )
        self.thread.wake = self.waits = Waits()

    def _connect(self) -> object:
        self.told.append(self.world.told())
        if self.failures:
            raise self.failures.pop(0)
        box = self.world.server.connect()
        self.stopping.set()  # after one look it is enough
        return box

    def run(self) -> list[float]:
        """Until a connection came about; how long was waited after each failure."""
        count = len(self.failures)
        self.thread.run()
        return self.waits.seconds[:count]


def test_ever_more_patient_and_not_all_machines_at_the_same_moment() -> None:
    waits = Watched(World(), *[Unreachable("imap.example.com: gone")] * 12).run()
    for tries, seconds in enumerate(waits):
        longest = min(SHORTEST_WAIT * 2**tries, LONGEST_WAIT)
        assert longest / 2 <= seconds <= longest
    assert len(set(waits)) == len(waits)


def test_a_wrong_password_is_not_tried_again_and_again() -> None:
    (seconds, *_) = Watched(World(), LoginRefused("imap.example.com: refused")).run()
    assert seconds >= LONGEST_WAIT / 2


def test_a_stop_in_the_moment_of_a_failure_is_not_waited_out() -> None:
    class Stops(Watched):
        def _connect(self) -> object:
            self.stopping.set()
            self.thread.wake.set()
            return super()._connect()

    assert Stops(World(), Unreachable("imap.example.com: gone")).run() == []


def test_a_line_that_is_gone_is_told_once_and_said_to_be_back(caplog: pytest.LogCaptureFixture) -> None:
    world = World()
    watched = Watched(world, *[Unreachable("imap.example.com: gone")] * 30)
    watched.run()
    assert watched.told[0] == []
    assert watched.told[1] == watched.told[-1] == ["The mailbox cannot be watched: imap.example.com: gone"]
    assert len([r for r in caplog.records if "cannot be watched" in r.message]) == 1


def test_last_checked_is_the_last_look_that_came_to_its_end() -> None:
    world = World()
    world.look()
    checked = world.clock.now()
    world.clock.move(hours=3)
    world.server.cut(before="search")
    world.drop_and_look()
    with world.store.look() as records:
        assert {mark.checked_at for mark in records.bookmarks()} == {checked}
    world.look()
    with world.store.look() as records:
        assert {mark.checked_at for mark in records.bookmarks()} == {world.clock.now()}


def test_a_thousand_lines_that_break_leave_no_thread_and_no_file_open() -> None:
    with _greeting(b"* OK hello\r\n") as port:
        _try_to_connect(port, times=20)
        before = threading.active_count(), _open_files()
        _try_to_connect(port, times=1000)
        assert (threading.active_count(), _open_files()) == before


def _open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def _try_to_connect(port: int, times: int) -> None:
    for _ in range(times):
        with pytest.raises(Unreachable):
            ImapMailbox.connect(host="127.0.0.1", port=port, security="none", user=REP, password=lambda: "x")


@contextmanager
def _greeting(words: bytes) -> Iterator[int]:
    """A server that greets and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    client, _ = server.accept()
                    with client:
                        client.sendall(words)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


# -- a real server behind a line of ours


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    dovecot_or_skip()
    with Dovecot.flavoured("as_it_is") as server:
        yield server


@pytest.fixture
def wire(dovecot: Dovecot) -> Iterator[Wire]:
    with Loop() as loop:
        wire = Wire(loop, dovecot.port)
        yield wire
        wire.close()


Connect = Callable[[], ImapMailbox]


@pytest.fixture
def connect(wire: Wire) -> Iterator[Connect]:
    boxes: list[ImapMailbox] = []

    def connected() -> ImapMailbox:
        box = ImapMailbox.connect(
            host="127.0.0.1",
            port=wire.port,
            security="none",
            user=REP,
            password=lambda: USERS[REP],
            timeout=2,
        )
        boxes.append(box)
        return box

    yield connected
    for box in boxes:
        box.close()


def mail(size: int) -> bytes:
    return b"Message-ID: <%d@x.example>\r\nSubject: x\r\n\r\n" % size + b"0123456789abcd\r\n" * (size // 16)


def test_cut_in_the_middle_of_a_message_nothing_half_is_read(wire: Wire, connect: Connect) -> None:
    raw = mail(800_000)
    box = connect()
    uid = box.append("INBOX", raw)
    assert uid
    wire.cut_after(300_000)
    with pytest.raises(Unreachable):
        list(box.letters("INBOX", [uid]))
    (letter,) = connect().letters("INBOX", [uid])
    assert letter.raw == raw


def test_a_byte_at_a_time_is_slow_and_right(wire: Wire, connect: Connect) -> None:
    raw = mail(500)
    box = connect()
    uid = box.append("INBOX", raw)
    assert uid
    wire.mood = "slow"
    (letter,) = box.letters("INBOX", [uid])
    assert letter.raw == raw


def test_a_submission_server_on_a_line_of_a_byte_at_a_time_gets_the_mail_once() -> None:
    raw = mail(100)
    with Upstream(users={REP: "word"}) as upstream, Loop() as loop:
        wire = Wire(loop, upstream.port)
        wire.mood = "slow"
        relay = SmtpRelay("127.0.0.1", wire.port, security="none", user=REP, password=lambda: "word")
        assert relay.send(mail_from=REP, rcpt_tos=["dana@acme.example"], raw=raw).startswith("250")
        wire.close()
        assert [each.raw for each in upstream.mails] == [raw]


def test_a_server_that_hangs_in_idle_is_found_out(dovecot: Dovecot, connect: Connect) -> None:
    """SIGSTOP: the line stays up and nothing comes, as behind a router that has forgotten it."""
    box = connect()
    box.select("INBOX")
    began = time.monotonic()
    with stopped(dovecot), pytest.raises(Unreachable):
        box.wait("INBOX", 1.0, Waker())
    assert time.monotonic() - began < 10


@contextmanager
def stopped(dovecot: Dovecot) -> Iterator[None]:
    """All its processes, as one."""
    assert dovecot._process
    children = Path(f"/proc/{dovecot._process.pid}/task/{dovecot._process.pid}/children").read_text().split()
    processes = [dovecot._process.pid, *map(int, children)]
    for pid in processes:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in processes:
            os.kill(pid, signal.SIGCONT)


def test_a_server_that_closes_a_quiet_line_is_connected_to_anew(wire: Wire, connect: Connect) -> None:
    box = connect()
    box.select("INBOX")
    cutter = threading.Timer(0.3, wire.cut)
    cutter.start()
    with pytest.raises(Unreachable):
        box.wait("INBOX", 60.0, Waker())
    cutter.join()
    connect().select("INBOX")


@pytest.mark.parametrize(
    ("hosts", "expired"), [(["localhost"], True), (["another.example"], False)], ids=["expired", "another's"]
)
def test_a_certificate_that_proves_nothing_is_refused(
    tmp_path: Path, hosts: list[str], *, expired: bool
) -> None:
    authority = Authority(tmp_path)
    context = authority.server_context(*hosts, expired=expired)
    with _tls_server(context) as port, pytest.raises(Unreachable, match="certificate"):
        ImapMailbox.connect(
            host="localhost",
            port=port,
            security="tls",
            ca_file=authority.ca_file,
            user=REP,
            password=_never_asked,
        )


def _never_asked() -> str:
    raise AssertionError("the password must not be asked for before the server is trusted")


@contextmanager
def _tls_server(context: ssl.SSLContext) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def shake_hands() -> None:
            client, _ = server.accept()
            with suppress(OSError), closing(client):
                context.wrap_socket(client, server_side=True).close()

        thread = threading.Thread(target=shake_hands)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


# -- a server that has its own mind: the desk


def test_over_quota_is_told_once_and_keeps_nothing_else_back(world: World) -> None:
    world.customer_writes()
    for _ in range(3):
        world.server.refuse("append", "[OVERQUOTA] the mailbox is full")
        world.look()
    assert [text for text in world.told() if "OVERQUOTA" in text] == [world.told()[0]]
    raw = world.reply()
    assert world.rep_sends(raw).startswith("250 2.0.0 held until")
    world.forward(minutes=31)
    assert [mail.raw for mail in world.upstream.taken] == [raw]
    world.look()
    assert not [text for text in world.told() if "OVERQUOTA" in text]


def test_the_folder_held_is_renamed_and_the_reply_waits_for_the_rep(world: World) -> None:
    world.customer_writes()
    world.look()
    world.rep_sends(raw := world.reply())
    world.client_files(raw)
    world.look()
    for letter in world.server.inside("Cooldown/Held"):
        world.server.create("Cooldown/Elsewhere")
        world.server.move("Cooldown/Held", letter.uid, "Cooldown/Elsewhere")
    world.server.delete("Cooldown/Held")
    world.look()
    assert world.only.asked_because == "its copy in the folder Held is gone"
    world.asks("release", world.only.id, "it is right as it is")
    world.forward(minutes=31)
    assert [mail.raw for mail in world.upstream.taken] == [raw]


def test_a_watched_folder_that_is_gone_is_told_and_the_others_are_watched(world: World) -> None:
    world.account = replace(world.account, folders=("Orders", "INBOX"))
    world.start()
    world.customer_writes(HOT)
    world.look()
    assert len(world.cooldowns) == 1
    assert [text for text in world.told() if "Orders" in text]
    world.server.create("Orders")
    world.customer_writes(HOT, folder="Orders", sender="eve@bolt.example", subject="Invoice")
    world.look()
    world.look()
    assert len(world.cooldowns) == 2
    assert not [text for text in world.told() if "Orders" in text]


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    world.close()
