"""Everything that the demo runs on: a temporary folder, two servers, the real daemon, Robin's mail client.

Nothing of it is left when the block ends, however it ends.
"""

import json
import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import TypeVar

from triage import config as files
from triage.cli.demo.mailbox_server import Pymap
from triage.cli.demo.rep import ADDRESS, NAME, MailClient
from triage.cli.demo.sink import Sink
from triage.clock import SystemClock
from triage.daemon.locks import sole_daemon
from triage.daemon.logins import Logins
from triage.daemon.running import Daemon, build
from triage.daemon.wiring import connect
from triage.errors import TriageError

T = TypeVar("T")

TEAM = "harbor"
MANAGER = "june@harbor-tools.example"
MINUTES = 0.15
"""A cool-down in the demo; outside it is half an hour."""
PATIENCE = 20.0
"""Seconds in which a step must have happened; it mostly takes one or two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What the story is played on."""

    config: Path
    log: Path
    imap: Pymap
    sink: Sink
    daemon: Daemon
    client: MailClient
    password: str = field(repr=False)

    def last_log_lines(self, count: int = 12) -> str:
        """What the daemon said last."""
        return "\n".join(self.log.read_text("utf-8").splitlines()[-count:])

    def cool_down(self, minutes: float, *, after: str = "send") -> None:
        """Change the team's rules, as a person would; returns when the daemon has taken them."""
        _write_rules(self.config.parent, minutes, after)
        office = self.daemon.office
        wait_for(
            "the daemon has taken the new rules",
            lambda: office.settings.teams[TEAM].rules.cooldown.minutes == minutes,
        )


def wait_for(what: str, look: Callable[[], T], *, seconds: float = PATIENCE) -> T:
    """What `look` finds, as soon as it finds something; TriageError where it does not in time."""
    clock, pause = SystemClock(), Event()
    began = clock.now()
    while not (found := look()):
        if (clock.now() - began).total_seconds() > seconds:
            raise TriageError(f"not seen within {seconds:g} s: {what}")
        pause.wait(0.1)
    return found


def require(seen: object, what: str) -> None:
    """A step has happened, or the demo ends here."""
    if not seen:
        raise TriageError(f"this should be so and is not: {what}")


@contextmanager
def stage() -> Iterator[Stage]:
    """Set it all up, and take it down again."""
    with ExitStack() as open_:
        folder = Path(open_.enter_context(TemporaryDirectory(prefix="triage-demo-")))
        log = folder / "daemon.log"
        open_.enter_context(_logging_to(log))
        password = secrets.token_hex(4)
        imap = open_.enter_context(Pymap(users={ADDRESS: password}))
        sink = open_.enter_context(Sink(user=ADDRESS, password=password))
        config = files.load(_write_files(folder, imap, sink, password))
        mailbox = connect(config.accounts[0], Logins(config, {}).of(config.accounts[0]))
        open_.callback(mailbox.close)
        for role in ("drafts", "sent", "trash"):
            mailbox.folder(role)  # a new mailbox has none of them
        daemon = open_.enter_context(_running(config))
        client = MailClient(mailbox, (imap.host, daemon.gate_port), password)
        yield Stage(
            config=config.file,
            log=log,
            imap=imap,
            sink=sink,
            daemon=daemon,
            client=client,
            password=password,
        )


@contextmanager
def _running(config: files.Config) -> Iterator[Daemon]:
    """The real daemon, as `triage run` has it, from the moment it watches the mailbox."""
    with sole_daemon(config):
        daemon = build(config, {})
        try:
            daemon.start()
            try:
                wait_for("the daemon watches the mailbox", lambda: _watches(daemon))
                yield daemon
            finally:
                daemon.stop()
        finally:
            daemon.store.close()


def _watches(daemon: Daemon) -> bool:
    with daemon.store.look() as records:
        return records.bookmark(ADDRESS, "INBOX") is not None


@contextmanager
def _logging_to(file: Path) -> Iterator[None]:
    """The log goes into a file, so that the story can be read."""
    handler = logging.FileHandler(file, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    root, ours = logging.getLogger(), logging.getLogger("triage")
    level = ours.level
    root.addHandler(handler)
    ours.setLevel(logging.INFO)
    try:
        yield
    finally:
        ours.setLevel(level)
        root.removeHandler(handler)
        handler.close()


def _write_files(folder: Path, imap: Pymap, sink: Sink, password: str) -> Path:
    """The config, as a person would write it; JSON is valid YAML."""
    kept = folder / "password.txt"
    kept.touch(mode=0o600)
    kept.write_text(f"{password}\n")
    _write_rules(folder, MINUTES, "send")
    words = {
        "accounts": [
            {
                "address": ADDRESS,
                "name": NAME,
                "team": TEAM,
                "imap": {"host": imap.host, "port": imap.port, "security": "none", "poll_seconds": 1},
                "smtp": {"host": sink.host, "port": sink.port, "security": "none"},
                "login": {"password": {"file": kept.name}},
            }
        ],
        "doors": {"drafts": {"settle_seconds": 5}, "gate": {"port": 0, "password": {"file": kept.name}}},
        "web": {"port": 0},
        "teams": {TEAM: {"rules": "rules.yaml", "manager": MANAGER}},
        "store": "triage.sqlite",
    }
    config = folder / "config.yaml"
    config.touch(mode=0o600)
    config.write_text(json.dumps(words, indent=2))
    return config


def _write_rules(folder: Path, minutes: float, after: str) -> None:
    rules = {"extends": "default", "cooldown": {"minutes": minutes, "after": after}}
    (folder / "rules.yaml").write_text(json.dumps(rules, indent=2))
