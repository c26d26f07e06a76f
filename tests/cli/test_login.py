"""`triage login` with a password: tried first, then kept. By OAuth2: `tests/journeys/test_oauth.py`."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest

from tests.cli.conftest import Triage
from tests.config.test_logins import Keychain
from tests.dovecot import USERS, Dovecot, dovecot_or_skip
from tests.upstream import Upstream
from triage.mail.logins import SERVICE

REP = "rep@example.com"
PASSWORD = USERS[REP]


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    dovecot_or_skip()
    with Dovecot() as server:
        yield server


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream(users={REP: PASSWORD}) as server:
        yield server


@pytest.fixture
def keychain() -> Iterator[Keychain]:
    before, chain = keyring.get_keyring(), Keychain()
    keyring.set_keyring(chain)
    yield chain
    keyring.set_keyring(before)


@pytest.fixture(autouse=True)
def typed(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the person types, or a program pipes in."""
    stdin = io.StringIO()
    monkeypatch.setattr("sys.stdin", stdin)
    return stdin


def write(config: Path, dovecot: Dovecot, upstream: Upstream, login: dict[str, Any]) -> None:
    here = {"host": "127.0.0.1", "security": "none"}
    account = {
        "address": REP,
        "imap": {**here, "port": dovecot.port},
        "smtp": {**here, "port": upstream.port},
        "login": login,
    }
    config.write_text(json.dumps({"accounts": [account], "store": "store.db"}))


@pytest.fixture
def account(config: Path, dovecot: Dovecot, upstream: Upstream) -> str:
    write(config, dovecot, upstream, {"password": {"keyring": True}})
    return REP


def test_a_password_is_tried_at_both_servers_and_kept(
    triage: Triage, account: str, keychain: Keychain, typed: io.StringIO
) -> None:
    typed.write(f"{PASSWORD}\n")
    typed.seek(0)
    said = triage("login", account)
    assert said.code == 0
    assert said.out.splitlines() == [
        "The mailbox lets rep@example.com in. The password is kept in the keychain.",
        "The server for sending lets you in, too.",
    ]
    assert keychain.entries == {(SERVICE, REP): PASSWORD}
    assert PASSWORD not in said.out + said.err


def test_a_wrong_password_is_not_kept(
    triage: Triage, account: str, keychain: Keychain, typed: io.StringIO
) -> None:
    keychain.set_password(SERVICE, REP, "the former one")
    typed.write("mistyped\n")
    typed.seek(0)
    said = triage("login", account)
    assert said.code == 3
    assert "Nothing was kept." in said.err
    assert keychain.entries == {(SERVICE, REP): "the former one"}
    assert "mistyped" not in said.out + said.err


def test_a_mailbox_that_opens_is_kept_even_where_sending_is_not_allowed(
    triage: Triage, account: str, keychain: Keychain, typed: io.StringIO, upstream: Upstream
) -> None:
    upstream.answer("auth", "535 5.7.139 SmtpClientAuthentication is disabled for the Tenant")
    typed.write(f"{PASSWORD}\n")
    typed.seek(0)
    said = triage("login", account)
    assert said.code == 3
    assert "5.7.139" in said.err
    assert "docs/providers.md" in said.err
    assert keychain.entries == {(SERVICE, REP): PASSWORD}


def test_nothing_on_stdin_is_no_password(triage: Triage, account: str, keychain: Keychain) -> None:
    said = triage("login", account)
    assert (said.code, said.err) == (2, "there is no password on stdin\n")


def test_a_password_that_is_kept_elsewhere_is_tried_and_stays_there(
    triage: Triage, config: Path, dovecot: Dovecot, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(config, dovecot, upstream, {"password": {"env": "REP_PASSWORD"}})
    monkeypatch.setenv("REP_PASSWORD", PASSWORD)
    said = triage("login", REP.upper())
    assert said.code == 0
    assert "The password stays where it is (env)." in said.out


def test_an_account_that_is_none_names_those_that_are(triage: Triage, account: str) -> None:
    said = triage("login", "reb@example.com")
    assert (said.code, said.err) == (2, "the config has no account reb@example.com, but rep@example.com\n")


def test_oauth_without_a_registration_says_what_is_missing(
    triage: Triage, config: Path, dovecot: Dovecot, upstream: Upstream
) -> None:
    write(config, dovecot, upstream, {"oauth": "google"})
    said = triage("login", REP)
    assert said.code == 2
    assert "`login.oauth.client_id` is needed" in said.err
    assert "login.oauth.client_id" in triage("config", "check").err
