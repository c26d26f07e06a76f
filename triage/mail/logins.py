"""Fetches a secret from where a person keeps it. It is handed on and kept nowhere here.

A secret never stands in an error, a log line or a repr: not even the output of a command that failed.
"""

import os
import shlex
import stat
import subprocess
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Literal, TypeAlias, TypeVar

from triage.errors import BadInput, Unreachable

Kind: TypeAlias = Literal["keyring", "env", "command", "file"]
T = TypeVar("T")

SERVICE = "cooldown-triage"
"""The name of our entries in the desktop's keychain."""
PATIENCE = 30.0
"""Seconds for a person to unlock a keychain, or for a password manager to answer."""


def secret(
    kind: Kind, value: str, *, account: str, environ: Mapping[str, str], patience: float = PATIENCE
) -> str:
    """The secret of an account. Raises BadInput with the mend, Unreachable where nobody answered in time."""
    if kind == "keyring":
        return _from_keyring(account, patience)
    if kind == "env":
        return _from_environment(value, account, environ)
    if kind == "command":
        return _from_command(value, account, environ, patience)
    return _from_file(Path(value), account)


def never() -> bool:
    """A password that was refused stays refused: no other one is to be had."""
    return False


def keep(account: str, password: str, *, patience: float = PATIENCE) -> None:
    """Put an account's secret into the desktop's keychain, over an earlier one."""
    import keyring  # takes a third of a second, and many never need it

    _keychain(lambda: keyring.set_password(SERVICE, account, password), patience)


def kept(entry: str, *, patience: float = PATIENCE) -> str:
    """What the desktop's keychain keeps under our service for this entry; empty where it keeps nothing."""
    import keyring

    return _keychain(lambda: keyring.get_password(SERVICE, entry), patience) or ""


def _from_keyring(account: str, patience: float) -> str:
    found = kept(account, patience=patience)
    if not found:
        raise BadInput(f"{account}: the keychain holds no password: run `keyring set {SERVICE} {account}`")
    return found


def _from_environment(name: str, account: str, environ: Mapping[str, str]) -> str:
    found = environ.get(name)
    if not found:
        raise BadInput(f"{account}: the environment variable {name} is not set")
    return found


def _from_command(command: str, account: str, environ: Mapping[str, str], patience: float) -> str:
    what = f"{account}: the password command"
    if not command.strip():
        raise BadInput(f"{what} is empty")
    try:
        # The person's own words, split as a shell would and run without one.
        done = subprocess.run(  # noqa: S603
            shlex.split(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=dict(environ),
            timeout=patience,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unreachable(f"{what} did not end within {patience:g} s: does it wait for an answer?") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise BadInput(f"{what} cannot be run: {reason}") from None
    if done.returncode:
        raise BadInput(f"{what} failed with exit code {done.returncode}: try it in a terminal")
    return _first_line(done.stdout, f"{what} printed")


def _from_file(path: Path, account: str) -> str:
    what = f"{account}: the password file {path}"
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if os.name == "posix" and mode & 0o077:
                raise BadInput(f"{what} is open to others: `chmod 600` it")
            content = file.read()
    except OSError as error:
        raise BadInput(f"{what} cannot be read: {error.strerror}") from None
    return _first_line(content, f"{what} holds")


def _first_line(content: bytes, what: str) -> str:
    try:
        line = content.partition(b"\n")[0].removesuffix(b"\r").decode()
    except UnicodeDecodeError:
        raise BadInput(f"{what} something that is not text in UTF-8") from None
    if not line:
        raise BadInput(f"{what} an empty first line")
    return line


def _keychain(ask: Callable[[], T], patience: float) -> T:
    """Ask the keychain, in the words of our own errors."""
    from keyring.errors import NoKeyringError

    try:
        return _in_time(ask, patience)
    except NoKeyringError:
        raise BadInput("this machine has no keychain: use `password: {command: ...}`, env or file") from None
    except TimeoutError:
        raise Unreachable(
            f"the keychain did not answer within {patience:g} s: unlock it and try again"
        ) from None
    except Exception as error:  # each keychain has errors of its own, beside KeyringError
        raise Unreachable(f"the keychain refused ({type(error).__name__}): unlock it and try again") from None


def _in_time(ask: Callable[[], T], patience: float) -> T:
    """The answer, or TimeoutError.

    It is asked in a thread of its own that may be left behind: a Secret Service without a desktop can wait
    for ever for somebody to unlock it.
    """
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(ask())
        except Exception as error:  # raised again in the thread that waits
            answer.set_exception(error)

    threading.Thread(target=run, name="keychain", daemon=True).start()
    return answer.result(patience)
