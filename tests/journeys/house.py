"""A rep's machine: the daemon as a process, on a real Dovecot, with a real SMTP upstream over TLS.

    with House(Dovecot.flavoured("as_it_is")) as house:
        house.customer_writes(HOT)
        answer = house.rep_sends(reply)

Everything a test says or sees goes over the wire: IMAP as another client, SMTP as the rep's mail client, the
`triage` command as a person would type it.
"""

import json
import os
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from email.message import EmailMessage
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, Self, TypeVar

from tests.certs import Authority
from tests.dovecot import USERS, Dovecot
from tests.provider import CLIENT, CLIENT_SECRET, AuthorisationServer, agree
from tests.upstream import Upstream
from triage.mail.mailbox import ImapMailbox, Letter

REP, MANAGER = "rep@example.com", "boss@example.com"
CUSTOMER = "dana@acme.example"
GATE_PASSWORD = "only for this machine"
HOT = (
    "This is the third time I am asking where order 4711 is. You promised delivery on Friday and nothing "
    "came. "
    "This is completely unacceptable, and if it is not here tomorrow we will cancel the contract."
)
CALM = "Could you send me the current price list when you have a minute? No rush."
COOLDOWN = 6.0
"""Seconds; long enough to look at what is held on a slow machine."""

T = TypeVar("T")


def until(look: Callable[[], T | None], what: str, seconds: float = 20.0) -> T:
    """Look again and again until there is something; fails with what was waited for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds:.0f} s: {what}")


def runs(pid: int) -> bool:
    """Whether a process has not ended; one that has may stand in the table until somebody asks how."""
    found = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(found.stdout.strip()) and not found.stdout.startswith("Z")


class House:
    """The daemon and all that it talks to."""

    gate_password = GATE_PASSWORD

    def __init__(
        self,
        dovecot: Dovecot,
        *,
        cooldown: float = COOLDOWN,
        settle: float = 1.0,
        poll: float = 1.0,
        rules: dict[str, Any] | None = None,
        page: bool = False,
        provider: AuthorisationServer | None = None,
        state: Path | None = None,
        desktop: str = "",
    ) -> None:
        """`state` is where the store stands, if not beside the config; `desktop` the address of the session's
        D-Bus, where the rep sits before one.
        """
        self.dovecot, self.provider, self._state, self._desktop = dovecot, provider, state, desktop
        self._rules = {"cooldown": {"minutes": cooldown / 60, "after": "send", **(rules or {})}}
        self._settle, self._poll, self._page = settle, poll, page
        self._numbers = count(1)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        try:
            self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="house-")))
            authority = Authority(self.folder)
            context = authority.server_context("127.0.0.1")
            self.upstream = self._stack.enter_context(
                Upstream(security="tls", tls_context=context, users={REP: USERS[REP]}, **self._by_token())
            )
            self._stack.enter_context(self.dovecot)
            self.box = self._stack.enter_context(self._client())
            self.gate_port = _free_port()
            self.config = self.folder / "config.yaml"
            self._set_up(authority.ca_file)
            self.start()
            self._stack.callback(self.stop)
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    # -- the daemon ---------------------------------------------------------------------------------------

    def _set_up(self, ca_file: Path) -> None:
        (self.folder / "rules.yaml").write_text(json.dumps({"extends": "default", **self._rules}))
        config = {
            "accounts": [
                {
                    "address": REP,
                    "name": "Robin Reyes",
                    "team": "field",
                    "imap": {
                        "host": "127.0.0.1",
                        "port": self.dovecot.tls_port,
                        "security": "tls",
                        "ca_file": str(self.dovecot.ca_file),
                        "poll_seconds": self._poll,
                    },
                    "smtp": {
                        "host": "127.0.0.1",
                        "port": self.upstream.port,
                        "security": "tls",
                        "ca_file": str(ca_file),
                    },
                    "login": self._login(),
                }
            ],
            "doors": {
                "drafts": {"settle_seconds": self._settle},
                "gate": {"port": self.gate_port, "password": {"env": "GATE_PASSWORD"}},
            },
            "web": {"enabled": self._page, "port": 0},
            "notices": {"desktop": {"enabled": bool(self._desktop)}},
            "teams": {
                "field": {
                    "rules": "rules.yaml",
                    "manager": MANAGER,
                    "summary": {"at": "23:59", "timezone": "UTC"},
                }
            },
            "store": str((self._state or self.folder / "state") / "store.db"),
        }
        self.config.write_text(json.dumps(config, indent=1))
        self.config.chmod(0o600)
        if self.provider:
            self.sign_in()

    def _login(self) -> dict[str, Any]:
        if self.provider is None:
            return {"password": {"env": "REP_PASSWORD"}}
        return {
            "oauth": {
                "provider": "microsoft",
                "client_id": CLIENT,
                "client_secret": CLIENT_SECRET,
                "endpoints": self.provider.endpoints,
            }
        }

    def _by_token(self) -> dict[str, Any]:
        if self.provider is None:
            return {}
        return {"mechanisms": ("LOGIN", "XOAUTH2"), "takes_token": self.provider.is_good}

    @property
    def environ(self) -> dict[str, str]:
        """What the daemon and the commands are started with."""
        root = str(Path(__file__).parents[2])
        words = {
            "REP_PASSWORD": USERS[REP],
            "GATE_PASSWORD": GATE_PASSWORD,
            "PYTHONPATH": root,
            "DBUS_SESSION_BUS_ADDRESS": self._desktop,
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",  # a machine without a keychain
        }
        return {**os.environ, **words}

    def sign_in(self, *words: str, code: int = 0) -> str:
        """`triage login` by a person who agrees in the browser; what it said."""
        return self.agreeing("login", REP, "--print", *words, "--config", str(self.config), code=code)

    def agreeing(self, *words: str, code: int = 0) -> str:
        """A command whose link a person follows, and agrees; what it said."""
        with subprocess.Popen(
            [sys.executable, "-m", "triage", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=self.environ,
            cwd=self.folder,
            text=True,
        ) as command:
            assert command.stdout
            said = ""
            for line in command.stdout:
                said += line
                if line.startswith("    http"):
                    agree(line.strip())
        assert command.returncode == code, said
        return said

    def start(self, ready: bool = True) -> None:
        """Start `triage run`, and wait until it says `ready`."""
        self.log = self.folder / "log"
        with self.log.open("ab") as log:
            start = log.tell()
            self.daemon = subprocess.Popen(
                [sys.executable, "-m", "triage", "run", "--config", str(self.config)],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env=self.environ,
                cwd=self.folder,
            )
        if ready:
            until(lambda: self._is_ready(start), "ready", 60)

    def _is_ready(self, start: int) -> bool:
        log = self.log.read_text()
        assert self.daemon.poll() is None, f"the daemon ended:\n{log}"
        return " ready" in log[start:]

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        if self.daemon.poll() is None:
            self.daemon.terminate()
        return self.daemon.wait(timeout=30)

    def kill(self) -> None:
        """SIGKILL."""
        self.daemon.kill()
        self.daemon.wait(timeout=30)

    def triage(self, *words: str, code: int | None = 0) -> str:
        """A command as a person types it; its stdout."""
        done = subprocess.run(
            [sys.executable, "-m", "triage", *words, "--config", str(self.config)],
            capture_output=True,
            text=True,
            env=self.environ,
            cwd=self.folder,
            timeout=60,
            check=False,
        )
        assert code is None or done.returncode == code, (
            f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
        )
        return done.stdout

    def held(self, *words: str) -> list[dict[str, Any]]:
        """`triage held --json`."""
        found: list[dict[str, Any]] = json.loads(self.triage("held", *words, "--json"))
        return found

    # -- other clients ------------------------------------------------------------------------------------

    @contextmanager
    def _client(self) -> Iterator[ImapMailbox]:
        box = ImapMailbox.connect(
            host="127.0.0.1",
            port=self.dovecot.port,
            security="none",
            user=REP,
            password=lambda: USERS[REP],
        )
        try:
            yield box
        finally:
            box.close()

    def cut_lines(self) -> None:
        """Every connection to the mailbox is lost: the daemon's, and ours, which is made anew."""
        self.dovecot.kick(REP)
        self.box = self._stack.enter_context(self._client())

    def customer_writes(self, text: str = HOT, *, sender: str = CUSTOMER, subject: str = "Order 4711") -> str:
        """A message is delivered by another client; its Message-ID."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = f"Dana Lee <{sender}>", REP, subject
        mail["Message-ID"] = id_ = f"<customer.{next(self._numbers)}@acme.example>"
        mail.set_content(text)
        self.box.append("INBOX", bytes(mail).replace(b"\n", b"\r\n"))
        return id_

    def reply(
        self,
        answers: str,
        text: str = "I have looked into it.",
        *,
        to: str = CUSTOMER,
        subject: str = "Re: Order 4711",
    ) -> bytes:
        """A reply as the rep's client writes it, with 8-bit text, dots and trailing blanks."""
        number = next(self._numbers)
        lines = [
            f"From: Robin Reyes <{REP}>",
            f"To: {to}",
            f"Subject: {subject}",
            f"Message-ID: <rep.{number}@example.com>",
            f"In-Reply-To: {answers}",
            f"References: {answers}",
            "Date: Sat, 21 Nov 2026 10:00:00 +0000",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 8bit",
            "",
            text,
            "..a line with dots, “quotes” and a blank at its end ",
            ".",
            "",
        ]
        return "\r\n".join(lines).encode()

    def rep_sends(self, raw: bytes, *to: str) -> tuple[int, str]:
        """The rep's mail client submits it at the gate; code and text of the answer."""
        with smtplib.SMTP("127.0.0.1", self.gate_port, timeout=30) as smtp:
            smtp.login(REP, self.gate_password)
            smtp.mail(REP, ["BODY=8BITMIME"])
            for address in to or (CUSTOMER,):
                smtp.rcpt(address)
            code, text = smtp.data(raw)
        return code, text.decode()

    def find(self, role: str, message_id: str) -> list[Letter]:
        """The messages with that Message-ID in a folder."""
        folder = self.box.folder(role)  # type: ignore[arg-type]
        self.box.select(folder)
        return list(self.box.letters(folder, self.box.find(folder, message_id)))

    def inside(self, role: str) -> list[Letter]:
        """What lies in a folder."""
        folder = self.box.folder(role)  # type: ignore[arg-type]
        self.box.select(folder)
        return list(self.box.letters(folder, self.box.uids(folder)))


def message_id(raw: bytes) -> str:
    """The Message-ID of a mail that `House.reply` made."""
    line = next(x for x in raw.split(b"\r\n") if x.startswith(b"Message-ID: "))
    return line.removeprefix(b"Message-ID: ").decode()


def digest(raw: bytes) -> str:
    """sha256, for comparing byte by byte."""
    return sha256(raw).hexdigest()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
