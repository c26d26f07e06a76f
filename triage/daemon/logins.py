"""How each account signs in at its servers: with a password, or with tokens that its doors share.

`Logins` is made once by whoever connects. A login that a person has just typed in, or agreed to in the
browser, is a `Login` too: `prove` tries it before anything is kept.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock

from triage.clock import SystemClock
from triage.config import Account, Config, OAuth
from triage.errors import BadInput
from triage.mail.logins import never, secret
from triage.mail.oauth import Client, Tokens, Vault
from triage.mail.providers import oauth_provider

SIGNED_IN = "signed in"
"""The note that `triage login` leaves: what waits for a login is tried at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A name and a secret, which is asked for at each login and kept nowhere.

    With `token` the secret is an OAuth2 access token. `refused` is called where a server refuses it, and says
    whether to try once more.
    """

    user: str
    secret: Callable[[], str]
    token: bool = False
    refused: Callable[[], bool] = never


class Logins:
    """The logins of a configuration's accounts."""

    def __init__(self, config: Config, environ: Mapping[str, str]) -> None:
        self._folder, self._environ = config.store.parent, environ
        self._tokens: dict[str, Tokens] = {}
        self._lock = Lock()

    def of(self, account: Account) -> Login:
        """The account's. Raises BadInput where the config lacks something for it; fetches nothing yet."""
        if account.login.oauth:
            tokens = self._tokens_of(account)
            return Login(user=account.user, secret=tokens.access, token=True, refused=tokens.refused)
        kind, value = account.login.password.source
        return Login(
            user=account.user,
            secret=lambda: secret(kind, value, account=account.address, environ=self._environ),
        )

    def vault_of(self, account: Account) -> Vault:
        """Where the account's refresh token is kept."""
        return Vault(account.address, self._folder)

    def _tokens_of(self, account: Account) -> Tokens:
        with self._lock:
            if account.address not in self._tokens:
                self._tokens[account.address] = Tokens(
                    account.address, client_of(account), self.vault_of(account), SystemClock().now
                )
            return self._tokens[account.address]


def client_of(account: Account) -> Client:
    """The account's registration at its provider."""
    oauth = account.login.oauth
    if oauth is None or not oauth.client_id:
        raise BadInput(
            f"{account.address}: `login.oauth.client_id` is needed: register this program at your "
            "provider as docs/providers.md says"
        )
    return client_at(oauth)


def client_at(oauth: OAuth) -> Client:
    """The registration that a config, or somebody who is about to write one, speaks of."""
    ends = oauth.endpoints
    return Client(
        provider=oauth_provider(
            oauth.provider,
            tenant=oauth.tenant,
            authorize=ends.authorize or "",
            token=ends.token or "",
            device=ends.device or "",
        ),
        client_id=oauth.client_id,
        client_secret=oauth.client_secret,
    )
