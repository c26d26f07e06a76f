"""An account's access token, renewed before it ends. It is never written anywhere.

Whatever goes wrong, the refresh token stays where it is kept: a provider that is down, or a line that breaks,
says nothing about it, and even a refused one is for the person to replace.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

from triage.errors import LoginRefused, Unreachable
from triage.mail.oauth.asking import Client, Grant, renew
from triage.mail.oauth.vault import Vault

EARLY = timedelta(minutes=5)
"""How long before its end a token is renewed: a login must not race with it."""
_OVER = datetime.min.replace(tzinfo=UTC)


class Tokens:
    """One account's; its mailbox and its way out share them, from any thread."""

    def __init__(self, account: str, client: Client, vault: Vault, now: Callable[[], datetime]) -> None:
        self._account, self._client, self._vault, self._now = account, client, vault, now
        self._lock = Lock()
        self._access, self._until = "", _OVER
        self._unkept = ""

    def __repr__(self) -> str:
        return f"Tokens({self._account})"

    def access(self) -> str:
        """An access token that is good for some minutes at least.

        Raises LoginRefused where a person must sign in again, BadInput where nobody has yet, and
        Unreachable where the provider, or the keychain, cannot be asked.
        """
        with self._lock:
            if self._now() >= self._until:
                self._access, self._until = "", _OVER
                with self._vault.replacing():
                    grant = self._renewed()
                self._access, self._until = grant.access, self._end_of(grant)
            return self._access

    def refused(self) -> bool:
        """A server refused the access token: throw it away. Whether asking again may give a better one."""
        with self._lock:
            had, self._access, self._until = self._access, "", _OVER
            return bool(had)

    def _renewed(self) -> Grant:
        former = self._unkept or self._vault.token()
        try:
            grant = renew(self._client, former)
        except LoginRefused as error:
            self._unkept = ""
            raise LoginRefused(f"{error}: sign in again: `triage login {self._account}`") from None
        except Unreachable as error:
            raise Unreachable(f"{error}; the sign-in is kept, and tried again") from None
        if grant.refresh and grant.refresh != former:
            self._unkept = grant.refresh  # the former one may be dead by now, and a keychain locked
        if self._unkept:
            self._vault.keep(self._unkept)
            self._unkept = ""
        return grant

    def _end_of(self, grant: Grant) -> datetime:
        return self._now() + timedelta(seconds=grant.seconds) - EARLY
