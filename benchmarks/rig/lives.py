"""Daemons that die: a process with the program loaded forks one after the other, so that a life costs little.

Each is what `triage run` is, over the same store, lock, gate and servers; only its doors are watched, and end
it by SIGKILL at a named point, when it comes there for the nth time. Nothing of this is in the product.

    python -m benchmarks.rig.lives CONFIG       reads {"point": ..., "nth": ...} lines, answers with pids
"""

import json
import os
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn, cast

from triage.cli.running import log_to_stderr
from triage.config import Account, Config, load
from triage.daemon.locks import sole_daemon
from triage.daemon.logins import Login
from triage.daemon.running import Daemon
from triage.daemon.wiring import Doors, connect, relay_of
from triage.desk import ports
from triage.judging.facts import MessageFacts
from triage.judging.holds import HeldReply, State
from triage.mail.mailbox import ImapMailbox
from triage.mail.relay import SmtpRelay
from triage.store import Records, Store, open_store

ROOT = Path(__file__).parents[2]

COMMITS = ("message", "take", "claim", "hand over", "settle", "give back", "copy")
"""The commits that are told apart: by what was written in them."""
ACTS = ("append", "move", "flag", "expunge")
POINTS = (
    *(f"{when} the commit of: {name}" for name in COMMITS for when in ("before", "after")),
    "before the upstream is called",
    "at the first byte of DATA",
    "after the upstream's answer",
    *(f"{when} IMAP {act}" for act in ACTS for when in ("before", "after")),
)

At = Callable[[str], None]
"""Called at each point that the daemon passes."""


def death(point: str, nth: int) -> At:
    """SIGKILL at the nth passing of that point."""
    left = nth
    lock = threading.Lock()

    def at(here: str) -> None:
        nonlocal left
        if here == point:
            with lock:
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

    return at


class Watched:
    """A transaction that remembers what it was for."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self.purpose = ""

    def __getattr__(self, verb: str) -> Any:
        return getattr(self._records, verb)

    def add_message(self, facts: MessageFacts) -> MessageFacts:
        self.purpose = "message"
        return self._records.add_message(facts)

    def add_reply(self, reply: HeldReply, raw: bytes) -> HeldReply:
        self.purpose = "take"
        return self._records.add_reply(reply, raw)

    def claim(self, claimed: Sequence[HeldReply]) -> None:
        self.purpose = "claim" if claimed else self.purpose
        self._records.claim(claimed)

    def hand_over(self, claimed: HeldReply, at: datetime) -> None:
        self.purpose = "hand over"
        self._records.hand_over(claimed, at)

    def change_reply(self, before: HeldReply, after: HeldReply) -> HeldReply:
        self.purpose = self.purpose or _purpose(before, after)
        return self._records.change_reply(before, after)


def _purpose(before: HeldReply, after: HeldReply) -> str:
    match before.state, after.state:
        case State.RELEASING, State.SENT:
            return "settle"
        case State.RELEASING, _:
            return "give back"
    return "copy" if before.copy != after.copy else ""


class MortalStore:
    """A store whose commits are points."""

    def __init__(self, store: Store, at: At) -> None:
        self._store, self._at = store, at
        self.look, self.version = store.look, store.version
        self.close, self.scrub, self.settle = store.close, store.scrub, store.settle

    @contextmanager
    def begin(self) -> Iterator[Watched]:
        with self._store.begin() as records:
            watched = Watched(records)
            yield watched
            self._at(f"before the commit of: {watched.purpose}")
        self._at(f"after the commit of: {watched.purpose}")


class MortalRelay:
    """A way out whose steps are points."""

    def __init__(self, relay: ports.Relay, at: At) -> None:
        self._relay, self._at = relay, at

    def __getattr__(self, name: str) -> Any:
        return getattr(self._relay, name)

    def send(
        self,
        *,
        mail_from: str,
        rcpt_tos: Sequence[str],
        options: Sequence[str],
        raw: bytes,
        before_data: Callable[[], None] = lambda: None,
    ) -> str:
        def handed_over() -> None:
            before_data()
            self._at("at the first byte of DATA")

        self._at("before the upstream is called")
        answer = self._relay.send(
            mail_from=mail_from, rcpt_tos=rcpt_tos, options=options, raw=raw, before_data=handed_over
        )
        self._at("after the upstream's answer")
        return answer


class MortalMailbox:
    """A mailbox whose changes are points."""

    def __init__(self, mailbox: ImapMailbox, at: At) -> None:
        self._mailbox, self._at = mailbox, at

    def __getattr__(self, name: str) -> Any:
        if name not in ACTS:
            return getattr(self._mailbox, name)

        def act(*words: Any, **more: Any) -> Any:
            self._at(f"before IMAP {name}")
            result = getattr(self._mailbox, name)(*words, **more)
            self._at(f"after IMAP {name}")
            return result

        return act


def live(config: Config, at: At) -> None:
    """One life, ended by SIGTERM, by SIGKILL, or at its point."""

    def watched_box(account: Account, login: Login) -> ImapMailbox:
        return cast("ImapMailbox", MortalMailbox(connect(account, login), at))

    def watched_relay(account: Account, login: Login) -> SmtpRelay:
        return cast("SmtpRelay", MortalRelay(relay_of(account, login), at))

    doors = Doors(connect=watched_box, relay_of=watched_relay)
    with sole_daemon(config):
        daemon = Daemon(config, cast("Store", MortalStore(open_store(config.store), at)), os.environ, doors)
        signal.signal(signal.SIGTERM, lambda *_: daemon.stopping.set())
        try:
            daemon.run()
        finally:
            daemon.store.close()


def nursery(file: Path) -> None:
    """Fork a life for each line of stdin; say when it has ended, and how."""
    log_to_stderr()
    config = load(file)
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _child(config, death(order["point"], order["nth"]))
        print(f"born {pid}", flush=True)
        _, status = os.waitpid(pid, 0)
        print(f"ended {os.waitstatus_to_exitcode(status)}", flush=True)


def _child(config: Config, at: At) -> NoReturn:
    code = 1
    try:
        live(config, at)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


class Lives:
    """The nursery, seen from the torturer. One life at a time."""

    def __init__(self, config: Path, log: Path, environ: Mapping[str, str]) -> None:
        with log.open("ab") as file:
            self._nursery = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.rig.lives", str(config)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=file,
                text=True,
                env={**environ, "PYTHONPATH": str(ROOT)},
            )
        self.pid = 0

    def begin(self, point: str = "", nth: int = 0) -> None:
        """A new life."""
        self._say({"point": point, "nth": nth})
        self.pid = int(self._hear("born"))
        self._over = threading.Event()
        threading.Thread(target=self._wait, daemon=True).start()

    def ended(self, within: float) -> bool:
        """Whether it ended by itself within so many seconds."""
        return self._over.wait(within)

    def end(self, number: signal.Signals) -> int:
        """Send a signal, where it still lives; its exit code."""
        if not self._over.is_set():
            os.kill(self.pid, number)
        if not self._over.wait(60):
            raise TimeoutError(f"the daemon does not end on {number.name}")
        return self.code

    def close(self) -> None:
        """No more lives."""
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        if self.pid and not self._over.is_set():
            self.end(signal.SIGKILL)
        self._nursery.stdin.close()
        self._nursery.wait(30)
        self._nursery.stdout.close()

    def _wait(self) -> None:
        self.code = int(self._hear("ended"))
        self._over.set()

    def _say(self, order: dict[str, object]) -> None:
        assert self._nursery.stdin is not None
        self._nursery.stdin.write(json.dumps(order) + "\n")
        self._nursery.stdin.flush()

    def _hear(self, word: str) -> str:
        assert self._nursery.stdout is not None
        said, _, rest = self._nursery.stdout.readline().strip().partition(" ")
        if said != word:
            raise RuntimeError(f"the nursery says {said!r} instead of {word!r}; its log tells why")
        return rest


if __name__ == "__main__":
    nursery(Path(sys.argv[1]))
