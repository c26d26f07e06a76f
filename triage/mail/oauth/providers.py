"""The providers: where each is asked, and for what. A table; nobody is asked here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

ProviderName: TypeAlias = Literal["google", "microsoft"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Where a provider is asked, and for what."""

    name: str
    authorize: str
    token: str
    device: str = ""
    """Where a code is given that a person types in on another device (RFC 8628); empty: not for mail."""
    scopes: tuple[str, ...]
    parameters: Mapping[str, str] = field(default_factory=dict)
    """What its page for signing in wants besides."""
    redirect_host: str = "127.0.0.1"
    """This machine, under the name that the provider takes with any port."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A company's registration at its provider. The secret of a program on a rep's machine is none."""

    provider: Provider
    client_id: str
    client_secret: str = field(default="", repr=False)

    @property
    def form(self) -> dict[str, str]:
        """What says who asks."""
        known = {"client_id": self.client_id}
        return known | {"client_secret": self.client_secret} if self.client_secret else known


_GOOGLE = Provider(
    name="Google",
    authorize="https://accounts.google.com/o/oauth2/v2/auth",
    token="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
    scopes=("https://mail.google.com/",),
    # Without these two it gives a refresh token at the very first consent only.
    parameters={"access_type": "offline", "prompt": "consent"},
)


def _microsoft(tenant: str) -> Provider:
    base = f"https://login.microsoftonline.com/{tenant}/oauth2/v2.0"
    return Provider(
        name="Microsoft",
        authorize=f"{base}/authorize",
        token=f"{base}/token",
        device=f"{base}/devicecode",
        scopes=(
            "https://outlook.office.com/IMAP.AccessAsUser.All",
            "https://outlook.office.com/SMTP.Send",
            "offline_access",
        ),
        redirect_host="localhost",
    )


def provider(
    name: ProviderName, *, tenant: str = "", authorize: str = "", token: str = "", device: str = ""
) -> Provider:
    """The provider of this name, with a company's own directory or addresses."""
    known = _GOOGLE if name == "google" else _microsoft(tenant or "common")
    return replace(
        known,
        authorize=authorize or known.authorize,
        token=token or known.token,
        device=device or known.device,
    )
