"""What a server's answers say, out of the loose shapes in which imapclient hands them over. Pure."""

import re
import ssl
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from triage.mail.tls import untrusted

_APPENDUID = re.compile(rb"\[APPENDUID \d+ (\d+)\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What FETCH said of one message; None where the server left it out."""

    flags: frozenset[str] | None
    internal_date: datetime | None
    size: int | None
    body: bytes | None


def fetched(answer: Mapping[bytes, Any]) -> Fetched:
    """One message's answer to FETCH."""
    flags, size = answer.get(b"FLAGS"), answer.get(b"RFC822.SIZE")
    body = next((value for key, value in answer.items() if key.startswith(b"BODY[")), None)
    return Fetched(
        flags=None if flags is None else frozenset(text(flag) for flag in flags),
        internal_date=answer.get(b"INTERNALDATE"),
        size=size if isinstance(size, int) else None,
        body=body if isinstance(body, bytes) else None,
    )


def appended_uid(answer: bytes | None) -> int | None:
    """The UID in `[APPENDUID 38505 3955] APPEND completed` (RFC 4315); None where the server tells none."""
    told = _APPENDUID.search(answer or b"")
    return int(told[1]) if told else None


def rings(answers: Iterable[Sequence[Any]]) -> bool:
    """Whether one of these untagged answers says that a message came or went: (4, b"EXISTS")."""
    return any(len(answer) > 1 and answer[1] in (b"EXISTS", b"EXPUNGE") for answer in answers)


def text(word: bytes | str | int) -> str:
    """A flag, a capability or a delimiter; a flag made of digits comes as a number."""
    return word.decode("ascii", "replace") if isinstance(word, bytes) else str(word)


def reason(error: Exception) -> str:
    """The server's or the system's words, on one line and short."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return untrusted(error)
    return " ".join(str(error).split())[:200] or type(error).__name__
