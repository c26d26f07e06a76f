"""A rep's machine and its servers, with nothing between them: Dovecot, an upstream, a config, a daemon.

Unlike `benchmarks.rig`, whose lines break and whose servers have whims. The upstream is a process of its own:
it must not share our interpreter's lock with the client whose time is taken.
"""

import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Literal, Self

from imapclient import IMAPClient

from tests.dovecot import Dovecot

REP, PASSWORD, GATE_PASSWORD = "rep@example.com", "correct horse", "only for this machine"
TOP = Path(__file__).parents[2]
AT_ONCE = 500
"""Messages in one FETCH: a server takes no command without end."""


class Machine:
    """From `with` on; leaves nothing behind. Without a daemon until `running()`."""

    def __init__(
        self,
        *,
        accounts: int = 1,
        security: Literal["tls", "none"] = "tls",
        cooldown: float = 1800.0,
        poll: float = 300.0,
        page: bool = False,
    ) -> None:
        self.accounts = [REP, *(f"rep{n}@example.com" for n in range(2, accounts + 1))]
        self._security, self._cooldown, self._poll, self._page = security, cooldown, poll, page
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        try:
            self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="speed-")))
            self.dovecot = self._stack.enter_context(Dovecot(users=dict.fromkeys(self.accounts, PASSWORD)))
            self.upstream = self._stack.enter_context(
                UpstreamProcess(self.folder, self._security, self.accounts)
            )
        except BaseException:
            self._stack.close()
            raise
        self.gate_port = free_port()
        self.store = self.folder / "state" / "store.db"
        self.log = self.folder / "log"
        self.config = self.folder / "config.yaml"
        cooldown = {"minutes": self._cooldown / 60, "after": "send", "releases_a_minute": 1_000_000}
        (self.folder / "rules.yaml").write_text(json.dumps({"extends": "default", "cooldown": cooldown}))
        self.config.write_text(json.dumps(self._settings()))
        self.config.chmod(0o600)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _settings(self) -> dict[str, Any]:
        ca_file = {"ca_file": str(self.upstream.ca_file)} if self._security == "tls" else {}
        smtp = {"host": "127.0.0.1", "port": self.upstream.port, "security": self._security, **ca_file}
        imap = {"host": "127.0.0.1", "port": self.dovecot.port, "security": "none"}
        return {
            "accounts": [
                {
                    "address": address,
                    "imap": {**imap, "poll_seconds": self._poll},
                    "smtp": {**smtp, "files_sent": False},
                    "login": {"password": {"env": "REP_PASSWORD"}},
                }
                for address in self.accounts
            ],
            "doors": {
                "gate": {"port": self.gate_port, "password": {"env": "GATE_PASSWORD"}},
            },
            "web": {"enabled": self._page, "port": 0},
            "teams": {"field": {"rules": "rules.yaml", "summary": {"timezone": "UTC"}}},
            "store": str(self.store),
            "notices": {"mail": False},
        }

    @property
    def environ(self) -> Mapping[str, str]:
        return {
            **os.environ,
            "REP_PASSWORD": PASSWORD,
            "GATE_PASSWORD": GATE_PASSWORD,
            "PYTHONPATH": str(TOP),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }

    def command(self, *words: str) -> list[str]:
        """A `triage` command that is to be started."""
        return [sys.executable, "-m", "triage", *words, "--config", str(self.config)]

    def seconds_of(self, *words: str) -> float:
        """A command from its start to its end."""
        return seconds_of(self.command(*words), env=self.environ, cwd=self.folder)

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """The daemon, from `ready` to SIGTERM."""
        with self.log.open("ab") as log:
            began = log.tell()
            daemon = subprocess.Popen(
                self.command("run"), env=self.environ, cwd=self.folder, stdout=log, stderr=log
            )
        try:
            while b" ready" not in self.log.read_bytes()[began:]:
                if daemon.poll() is not None:
                    raise RuntimeError(f"the daemon ended: {self.log.read_text()[-2000:]}")
                time.sleep(0.01)
            yield daemon
        finally:
            daemon.terminate()
            daemon.wait(60)

    def fill(self, mails: Iterable[bytes], account: str = REP) -> None:
        """Lay mails into an account's INBOX as its server stores them, and let the server index them.

        They came ten days ago: the first start of a daemon looks back for one.
        """
        inbox = self.dovecot.config.parent / "homes" / account / "mail" / "cur"
        with self.client(account) as client:
            client.select_folder("INBOX")  # makes the folders
        owner, came = inbox.stat(), time.time() - 10 * 86_400
        for number, raw in enumerate(mails):
            file = inbox / f"{1_700_000_000 + number}.M{number}.speed,S={len(raw)}:2,"
            file.write_bytes(raw)
            os.chown(file, owner.st_uid, owner.st_gid)
            os.utime(file, (came, came))
        with self.client(account) as client:
            client.select_folder("INBOX")
            uids = client.search()
            for first in range(0, len(uids), AT_ONCE):
                client.fetch(uids[first : first + AT_ONCE], ["RFC822.SIZE", "INTERNALDATE"])

    @contextmanager
    def client(self, account: str = REP) -> Iterator[IMAPClient]:
        """A bare imapclient on an account."""
        with IMAPClient("127.0.0.1", self.dovecot.port, ssl=False) as client:
            client._imap.debug = 0  # noqa: SLF001 - imapclient would format every mail for a log
            client.login(account, PASSWORD)
            yield client

    @property
    def upstream_context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.upstream.ca_file)


class UpstreamProcess:
    """A submission server in a process of its own, which counts what it takes."""

    def __init__(self, folder: Path, security: str, accounts: Sequence[str]) -> None:
        self._words = [security, str(folder), PASSWORD, *accounts]
        self.ca_file = folder / "upstream.pem"

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.speed.upstream", *self._words],
            cwd=TOP,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(self._read())
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=20)

    def wait_for(self, count: int) -> None:
        """Return when so many mails have come in all."""
        assert self._process.stdin
        self._process.stdin.write(f"{count}\n")
        self._process.stdin.flush()
        self._read()

    def _read(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the upstream ended")
        return line


def seconds_of(command: list[str], **how: Any) -> float:
    """A program from its start to its end; CalledProcessError where it fails."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **how)
    return time.perf_counter() - start


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
