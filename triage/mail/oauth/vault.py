"""Where an account's refresh token is kept: in the desktop's keychain, or else in a file of mode 0600."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from filelock import FileLock

from triage.errors import BadInput, Unreachable
from triage.mail.logins import keep, kept, secret
from triage.private import write_private

_LONGEST_ON_WINDOWS = 1280
"""Characters that an entry of the Windows keychain can hold."""


class Vault:
    """One account's refresh token. `folder` is where the file lies on a machine without a keychain."""

    def __init__(self, account: str, folder: Path) -> None:
        self._account, self._entry = account, f"{account} (OAuth2)"
        self._file = folder / f"{quote(account, safe='@+')}.token"

    def __repr__(self) -> str:
        return f"Vault({self._account})"

    @contextmanager
    def replacing(self) -> Iterator[None]:
        """While a token is replaced nobody else does: a command and the daemon may both want to.

        Raises Unreachable where the disk does not take it.
        """
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with FileLock(self._file.with_suffix(".lock"), mode=0o600):
                yield
        except OSError as error:
            raise Unreachable(f"{self._file}: cannot be written: {error.strerror}") from None

    def token(self) -> str:
        """The refresh token. Raises BadInput where nobody has signed in."""
        found = self._in_file() or self._in_keychain()
        if not found:
            raise BadInput(f"{self._account}: sign in first: `triage login {self._account}`")
        return found

    def keep(self, token: str) -> Path | None:
        """Keep it over the former one; the file that it is in, or None for the keychain."""
        if self._kept_in_keychain(token):
            self._file.unlink(missing_ok=True)
            return None
        write_private(self._file, f"{token}\n".encode())
        return self._file

    def _kept_in_keychain(self, token: str) -> bool:
        if sys.platform == "win32" and len(token) > _LONGEST_ON_WINDOWS:
            return False
        try:
            keep(self._entry, token)
        except BadInput:  # there is none on this machine
            return False
        return True

    def _in_file(self) -> str:
        if not self._file.exists():
            return ""
        return secret("file", str(self._file), account=self._account, environ={})

    def _in_keychain(self) -> str:
        try:
            return kept(self._entry)
        except BadInput:  # there is none on this machine
            return ""
