"""Whom we trust on the wire: one verifying context for every client of ours, and what may go unencrypted.

The system's authorities always count; a private one is added, it replaces nothing. There is no switch
that turns verifying off.
"""

import ssl
from contextlib import suppress
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, TypeAlias

from triage.errors import BadInput

Security: TypeAlias = Literal["tls", "starttls", "none"]


def client_context(ca_file: Path | None = None) -> ssl.SSLContext:
    """A context that checks certificate and host name; `ca_file` is a PEM of a further authority.

    Many connections share one: it holds half a megabyte of authorities. Where their files change, a new one
    is made.
    """
    system = ssl.get_default_verify_paths()
    places = (system.cafile, system.capath, ca_file)
    return _context(ca_file, tuple(_changed_at(place) for place in places))


@lru_cache(maxsize=8)
def _context(ca_file: Path | None, _changed: tuple[int, ...]) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except ssl.SSLError:
            raise BadInput(f"{ca_file}: holds no certificate in PEM form") from None
        except OSError as error:
            raise BadInput(f"{ca_file}: cannot be read: {error.strerror}") from None
    return context


def _changed_at(place: str | Path | None) -> int:
    """0 where there is nothing."""
    with suppress(OSError):
        return Path(place).stat().st_mtime_ns if place else 0
    return 0


def is_loopback(host: str) -> bool:
    """Whether a connection to this host stays on this machine, told by the name alone."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def refuse_plain_text(host: str, security: Security) -> None:
    """BadInput where a password would cross a network unencrypted."""
    if security == "none" and not is_loopback(host):
        raise BadInput(f"{host}: `security: none` is for this machine only; use tls or starttls")


def untrusted(error: ssl.SSLCertVerificationError) -> str:
    """The reason that OpenSSL gives, as a plain sentence."""
    return f"its certificate cannot be trusted: {error.verify_message.rstrip('.')}"
