"""Secrets: each kind of place, each way it can fail, and never a secret in what is told."""

import os
import shlex
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, NoKeyringError

from tests.config.conftest import Write
from triage.errors import BadInput, Unreachable
from triage.mail.logins import SERVICE, keep, secret

REP = "rep@example.com"


class Keychain(KeyringBackend):
    """The desktop's keychain, in memory. `failure` is raised; `unlocked` is waited for."""

    priority = 1

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.failure: Exception | None = None
        self.unlocked = threading.Event()
        self.unlocked.set()

    def get_password(self, service: str, username: str) -> str | None:
        self.unlocked.wait()
        if self.failure:
            raise self.failure
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.failure:
            raise self.failure
        self.entries[service, username] = password


@pytest.fixture
def keychain() -> Iterator[Keychain]:
    before = keyring.get_keyring()
    chain = Keychain()
    keyring.set_keyring(chain)
    yield chain
    chain.unlocked.set()
    keyring.set_keyring(before)


def from_keychain(patience: float = 30) -> str:
    return secret("keyring", "true", account=REP, environ={}, patience=patience)


def from_command(*words: str, patience: float = 30) -> str:
    return secret("command", shlex.join(words), account=REP, environ=os.environ, patience=patience)


def from_file(path: Path) -> str:
    return secret("file", str(path), account=REP, environ={})


def test_what_is_kept_in_the_keychain_is_found_there(keychain: Keychain) -> None:
    keep(REP, "s3cret")
    assert keychain.entries == {(SERVICE, REP): "s3cret"}
    assert from_keychain() == "s3cret"


@pytest.mark.parametrize(
    ("failure", "kind", "told"),
    [
        (None, BadInput, "keyring set cooldown-triage rep@example.com"),
        (NoKeyringError("no backend"), BadInput, "this machine has no keychain"),
        (KeyringLocked("locked, s3cret"), Unreachable, "unlock it"),
        (OSError("bus gone, s3cret"), Unreachable, "unlock it"),
    ],
)
def test_a_keychain_without_an_answer_is_told_with_the_mend(
    keychain: Keychain, failure: Exception | None, kind: type[Exception], told: str
) -> None:
    keychain.failure = failure
    with pytest.raises(kind, match=told) as error:
        from_keychain()
    assert "s3cret" not in str(error.value)


def test_a_keychain_that_waits_for_somebody_is_not_waited_for(keychain: Keychain) -> None:
    keychain.unlocked.clear()
    with pytest.raises(Unreachable, match="did not answer within"):
        from_keychain(patience=0.01)


def test_an_environment_variable() -> None:
    assert secret("env", "MAIL", account=REP, environ={"MAIL": "s3cret"}) == "s3cret"
    for environ in ({}, {"MAIL": ""}):
        with pytest.raises(BadInput, match="variable MAIL is not set"):
            secret("env", "MAIL", account=REP, environ=environ)


@pytest.mark.parametrize(
    ("printed", "found"), [("s3 cret\nlogin: rep\n", "s3 cret"), ("s3cret\r\n", "s3cret"), ("pä", "pä")]
)
def test_the_first_line_that_a_command_prints(printed: str, found: str) -> None:
    assert from_command(sys.executable, "-c", f"print({printed!a})", "quoted words; no $SHELL") == found


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("import sys; print('s3cret'); print('s3cret', file=sys.stderr); sys.exit(3)", "exit code 3"),
        ("print('')", "empty first line"),
        ("import sys; sys.stdout.buffer.write(b's3cret\\xff')", "not text in UTF-8"),
    ],
)
def test_a_command_that_fails_is_told_without_what_it_printed(program: str, told: str) -> None:
    with pytest.raises(BadInput, match=told) as error:
        from_command(sys.executable, "-c", program)
    assert "s3cret" not in str(error.value)


@pytest.mark.parametrize(
    ("command", "told"),
    [("/no/such/program", "cannot be run"), ("unclosed 'quote", "cannot be run"), (" ", "is empty")],
)
def test_a_command_that_cannot_be_run_is_told(command: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        secret("command", command, account=REP, environ=os.environ)


def test_a_command_that_waits_for_somebody_is_ended() -> None:
    with pytest.raises(Unreachable, match="did not end within"):
        from_command(sys.executable, "-c", "import threading; threading.Event().wait()", patience=0.5)


def test_a_command_that_asks_gets_no_answer() -> None:
    with pytest.raises(BadInput, match="exit code"):
        from_command(sys.executable, "-c", "input('Password: ')")


def test_the_first_line_of_a_file(write: Write) -> None:
    assert from_file(write("secret", "s3 cret \nmore\n")) == "s3 cret "


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o622])
def test_a_file_that_others_can_open_is_refused(write: Write, mode: int) -> None:
    path = write("secret", "s3cret\n")
    path.chmod(mode)
    with pytest.raises(BadInput, match="chmod 600") as error:
        from_file(path)
    assert "s3cret" not in str(error.value)


def test_a_file_that_cannot_be_used_is_told(write: Write, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        from_file(tmp_path / "missing")
    with pytest.raises(BadInput, match="empty first line"):
        from_file(write("empty", "\n"))
