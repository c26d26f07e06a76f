"""The kinds of value that stand in a config: an address, a host, a path. Each says what is wrong with it."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Annotated, TypeAlias, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import tzlocal
from annotated_types import Ge, Gt, Le, MinLen

from triage.config.resources import beside, shipped_rules
from triage.config.spelling import did_you_mean
from triage.judging.sections import Around, Checked, CheckedBeside

T = TypeVar("T")

DEFAULT = "default"
"""The word for what comes with the program: its rules, its place for the store, its only team."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a value is judged by besides itself: the file's folder, and its other parts as typed."""

    folder: Path = Path()
    teams: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()

    @classmethod
    def of(cls, around: Around) -> "Surroundings":
        """Those of this check."""
        return around.context if isinstance(around.context, cls) else cls()


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine can be meant."""
    address = _address(host)
    return address.is_loopback if address else host.lower() == "localhost"


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def check_zone(name: str) -> str:
    """The name of a time zone, or empty; ValueError with the nearest one."""
    try:
        return ZoneInfo(name).key if name else ""
    except (KeyError, ValueError, OSError):  # unknown; not a name; a part of the world, such as "America"
        raise ValueError(f"no time zone has this name; {_near_zone(name)}") from None


def _near_zone(name: str) -> str:
    hint = did_you_mean(name, available_timezones())
    return hint if hint.startswith("did") else "write it as Europe/Berlin or America/Chicago"


def local_zone() -> ZoneInfo:
    """The zone of this machine."""
    try:
        return tzlocal.get_localzone()
    except ZoneInfoNotFoundError:  # a machine that was never told where it stands
        return ZoneInfo("UTC")


def check_email(text: str) -> str:
    """The address in lower case; ValueError where it is none."""
    if not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;.]+(\.[^@\s<>,;.]+)*", text):
        raise ValueError("should be an e-mail address alone, such as rep@example.com")
    return text.lower()


def _host(text: str) -> str:
    if not re.fullmatch(r"[\w-]+(\.[\w-]+)*", text) and not _address(text):
        raise ValueError("should be a server's name alone, such as imap.example.com")
    return text.lower()


def _loopback(text: str) -> str:
    if not is_loopback(text):
        raise ValueError("may only be this machine: write 127.0.0.1, ::1 or localhost")
    return text


def check_url(text: str) -> str:
    """The address of a web server; ValueError where a secret sent there could be read on the way."""
    scheme, _, rest = text.partition("://")
    host = re.split(r"[:/?]", rest, maxsplit=1)[0]
    if scheme != "https" and not (scheme == "http" and is_loopback(host)):
        raise ValueError("should begin with https://")
    return text


def not_empty(items: tuple[T, ...]) -> tuple[T, ...]:
    """For lists. Pydantic's `min_length` counts only items without mistakes, and would add a wrong one."""
    if not items:
        raise ValueError("should not be empty")
    return items


def _seen_from_here(path: Path, around: Around) -> Path:
    return beside(Surroundings.of(around).folder, path)


def _existing_file(path: Path, around: Around) -> Path:
    path = _seen_from_here(path, around)
    if not path.is_file():
        raise ValueError(f"there is no file {path}")
    return path


def _existing_folder(path: Path, around: Around) -> Path:
    path = _seen_from_here(path, around)
    if not path.is_dir():
        raise ValueError(f"there is no folder {path}")
    return path


def _rules_file(path: Path, around: Around) -> Path:
    return shipped_rules() if path == Path(DEFAULT) else _existing_file(path, around)


Filled: TypeAlias = Annotated[str, MinLen(1)]
Email: TypeAlias = Annotated[str, Checked(check_email)]
Host: TypeAlias = Annotated[str, Checked(_host)]
LocalHost: TypeAlias = Annotated[str, Checked(_loopback)]
Port: TypeAlias = Annotated[int, Ge(1), Le(65535)]
LocalPort: TypeAlias = Annotated[int, Ge(0), Le(65535)]
Seconds: TypeAlias = Annotated[float, Gt(0), Le(86_400)]
Url: TypeAlias = Annotated[str, Checked(check_url)]
Zone: TypeAlias = Annotated[str, Checked(check_zone)]
SomeFile: TypeAlias = Annotated[Path, CheckedBeside(_seen_from_here)]
ExistingFile: TypeAlias = Annotated[Path, CheckedBeside(_existing_file)]
ExistingFolder: TypeAlias = Annotated[Path, CheckedBeside(_existing_folder)]
RulesFile: TypeAlias = Annotated[Path, CheckedBeside(_rules_file)]
