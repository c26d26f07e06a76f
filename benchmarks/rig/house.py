"""Where it all happens: Dovecot, the upstream, a breakable line to each, and the daemon's configuration."""

import json
import os
import random
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self, TypeVar

sys.path.insert(0, str(Path(__file__).parents[2]))  # the throw-away Dovecot is the tests'

from benchmarks.rig.outside import Loop, Sink, Wire
from tests.dovecot import USERS, Dovecot
from triage.errors import Unreachable
from triage.mail.mailbox import ImapMailbox

REP = "rep@example.com"
GATE_PASSWORD = "only for this machine"

T = TypeVar("T")


class House:
    """From `with` on; leaves nothing behind."""

    def __init__(
        self,
        arrived: Callable[[bytes, float], object],
        *,
        cooldown: float,
        poll: float,
        settle: float,
        seed: int,
    ) -> None:
        self._arrived, self._cooldown = arrived, cooldown
        self._poll, self._settle, self._seed = poll, settle, seed
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        try:
            self._open()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _open(self) -> None:
        self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="torture-")))
        self.log = self.folder / "log"
        self.store = self.folder / "state" / "store.db"
        self.dovecot = self._stack.enter_context(Dovecot(users={REP: USERS[REP]}))
        loop = self._stack.enter_context(Loop())
        self.sink = Sink(loop, self._arrived, random.Random(self._seed))
        self._stack.callback(self.sink.stop)
        self.imap = Wire(loop, self.dovecot.port)
        self._stack.callback(self.imap.close)
        self.smtp = Wire(loop, self.sink.port)
        self._stack.callback(self.smtp.close)
        self.gate_port = _free_port()
        self.config = self._write()

    @property
    def environ(self) -> dict[str, str]:
        """What the daemon is started with."""
        return {**os.environ, "REP_PASSWORD": USERS[REP], "GATE_PASSWORD": GATE_PASSWORD}

    def client(self) -> "Client":
        """Another client of the mailbox, past the breakable line."""
        return self._stack.enter_context(Client(self.dovecot.port))

    def _write(self) -> Path:
        cooldown = {"minutes": self._cooldown / 60, "after": "send", "releases_a_minute": 1_000_000}
        rules = {"extends": "default", "cooldown": cooldown}
        (self.folder / "rules.yaml").write_text(json.dumps(rules))
        file = self.folder / "config.yaml"
        file.write_text(json.dumps(self._settings(), indent=1))
        file.chmod(0o600)
        return file

    def _settings(self) -> dict[str, Any]:
        here = {"host": "127.0.0.1", "security": "none"}
        account = {
            "address": REP,
            "name": "Robin Reyes",
            "imap": {**here, "port": self.imap.port, "poll_seconds": self._poll},
            "smtp": {**here, "port": self.smtp.port, "files_sent": False},
            "login": {"password": {"env": "REP_PASSWORD"}},
        }
        return {
            "accounts": [account],
            "doors": {
                "drafts": {"settle_seconds": self._settle},
                "gate": {"port": self.gate_port, "password": {"env": "GATE_PASSWORD"}},
            },
            "web": {"enabled": False},
            "teams": {"field": {"rules": "rules.yaml", "summary": {"timezone": "UTC"}}},
            "store": str(self.store),
            "notices": {"mail": False, "desktop": {"enabled": False}},
        }


class Client:
    """One IMAP connection that several threads may use; connects again where the server went away."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._lock = threading.Lock()
        self._box: ImapMailbox | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            if self._box:
                self._box.close()

    def do(self, act: Callable[[ImapMailbox], T]) -> T:
        """Do it; raises Unreachable where the server was gone: whether it was done is not known."""
        with self._lock:
            if self._box is None:
                self._box = ImapMailbox.connect(
                    host="127.0.0.1",
                    port=self._port,
                    security="none",
                    user=REP,
                    password=lambda: USERS[REP],
                    timeout=20,
                )
            try:
                return act(self._box)
            except Unreachable:
                self._box.close()
                self._box = None
                raise


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
