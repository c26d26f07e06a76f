"""A rep's terminal: the commands over a store that a whole product in memory has filled."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.errors import NoKeyringError

from tests.certs import Authority
from tests.cli.company import Company, Said
from tests.config.test_logins import Keychain
from tests.desk.world import REP, World
from tests.dovecot import USERS, Dovecot, dovecot_or_skip
from tests.upstream import Upstream
from triage.cli import run
from triage.clock import SystemClock

Triage = Callable[..., Said]


@pytest.fixture
def triage(capfd: pytest.CaptureFixture[str]) -> Triage:
    """Type a command; what it said."""

    def command(*words: str) -> Said:
        capfd.readouterr()
        code = run(list(words))
        out, err = capfd.readouterr()
        return Said(code=code, out=out, err=err)

    return command


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The file of the team's rules."""
    file = tmp_path / "field.yaml"
    file.write_text("extends: default\n")
    return file


@pytest.fixture
def config(tmp_path: Path, rules: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The configuration that every command finds."""
    file = tmp_path / "config.yaml"
    words = {
        "accounts": [
            {
                "address": REP,
                "name": "Robin Reyes",
                "team": "field",
                "imap": {"host": "imap.example.com"},
                "smtp": {"host": "smtp.example.com"},
                "login": {"password": {"env": "REP_PASSWORD"}},
            }
        ],
        "teams": {"field": {"rules": rules.name, "summary": {"timezone": "America/Chicago"}}},
        "store": "store.db",
    }
    file.write_text(json.dumps(words, indent=1))
    file.chmod(0o600)
    monkeypatch.setenv("TRIAGE_CONFIG", str(file))
    monkeypatch.delenv("REP_PASSWORD", raising=False)
    return file


@pytest.fixture
def world(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A customer, a rep and a desk on the store of that configuration; the commands go by its clock."""
    world = World(path=tmp_path / "store.db", after="ask")
    monkeypatch.setattr(SystemClock, "now", lambda _self: world.clock.now())
    yield world
    world.close()


@pytest.fixture
def holding(world: World) -> World:
    """The customer wrote, heated, and the rep's reply r1 is held until 09:30 in Chicago."""
    world.customer_writes()
    world.look()
    world.rep_sends(world.reply())
    return world


@pytest.fixture
def no_keychain() -> Iterator[None]:
    """A machine without one, such as a server."""
    before, chain = keyring.get_keyring(), Keychain()
    chain.failure = NoKeyringError()
    keyring.set_keyring(chain)
    yield
    keyring.set_keyring(before)


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Dovecot]:
    """The company's mailbox server."""
    dovecot_or_skip()
    with Dovecot() as server:
        yield server


@pytest.fixture
def company(
    tmp_path: Path, mailbox: Dovecot, no_keychain: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Company]:
    """Servers for `init` to try; nobody is at the terminal, and $MAIL holds the password."""
    authority = Authority(tmp_path)
    context = authority.server_context("127.0.0.1")
    monkeypatch.setenv("MAIL", USERS[REP])
    monkeypatch.setattr("sys.stdin", None)
    with Upstream(security="tls", tls_context=context, users={REP: USERS[REP]}) as upstream:
        yield Company(tmp_path, mailbox, upstream, authority)
