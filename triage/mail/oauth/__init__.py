"""Signing in at the provider instead of by a password: OAuth 2.0 (RFC 6749) as far as mail needs it.

A person agrees once, in a browser (`consent`); what comes of it is a refresh token, which is kept where a
password would be (`vault`); from it come the access tokens that open the mailbox for an hour (`tokens`).
`asking` knows how to ask, `triage.mail.providers` whom. What a server does with an access token is
`mailbox`'s and `relay`'s. By hand, because no identity is read from these tokens: a mail server proves whose
they are.
"""

from triage.mail.oauth.asking import Client, Grant
from triage.mail.oauth.tokens import Tokens
from triage.mail.oauth.vault import Vault

__all__ = [
    "Client",
    "Grant",
    "Tokens",
    "Vault",
]
