"""A set-up on real servers in which nothing is wrong, for tests to break: Dovecot, and SMTP with TLS."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.certs import Authority
from tests.dovecot import USERS, Dovecot, dovecot_or_skip
from tests.upstream import Upstream
from triage.daemon.checkup import Check, checkup

REP = "rep@example.com"
ENVIRON = {"MAIL": USERS[REP], "GATE": "only-for-this-machine"}

Setup: TypeAlias = dict[str, Any]
"""A config as it is written; each test breaks one thing in it."""
Look: TypeAlias = Callable[..., list[Check]]


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Dovecot]:
    dovecot_or_skip()
    with Dovecot() as server:
        yield server


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def upstream(authority: Authority) -> Iterator[Upstream]:
    context = authority.server_context("127.0.0.1")
    with Upstream(security="tls", tls_context=context, users={REP: USERS[REP]}) as server:
        yield server


@pytest.fixture
def setup(tmp_path: Path, mailbox: Dovecot, authority: Authority, upstream: Upstream) -> Setup:
    """A set-up in which nothing is wrong."""
    return {
        "accounts": [
            {
                "address": REP,
                "imap": {"host": "127.0.0.1", "port": mailbox.tls_port, "ca_file": str(mailbox.ca_file)},
                "smtp": {"host": "127.0.0.1", "port": upstream.port, "ca_file": str(authority.ca_file)},
                "login": {"password": {"env": "MAIL"}},
            }
        ],
        "doors": {"gate": {"port": 0, "password": {"env": "GATE"}}},
        "web": {"port": 0},
        "teams": {"field": {"rules": "rules.yaml"}},
        "store": "state/store.db",
    }


@pytest.fixture
def check(setup: Setup, tmp_path: Path) -> Look:
    """Look at the set-up, as it is by then."""

    def check(*, rules: str = "extends: default\n", mode: int = 0o600, **around: Any) -> list[Check]:
        path = tmp_path / "config.yaml"
        path.write_text(json.dumps(setup, indent=1))
        path.chmod(mode)
        (tmp_path / "rules.yaml").write_text(rules)
        return list(checkup(path, around.get("environ", ENVIRON), around.get("now", now)))

    return check


def now() -> datetime:
    return datetime.now(UTC)
