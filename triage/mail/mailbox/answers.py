"""What a server's answers say, out of the loose shapes in which imapclient hands them over. Pure."""

import re
import ssl
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from triage.mail.mailbox.folders import Listed
from triage.mail.mailbox.structure import Part, structure
from triage.mail.tls import untrusted

_SECTION = re.compile(rb"BODY\[([^\]]*)\]")  # "<0>" follows where a stretch of it was asked for
_APPENDUID = re.compile(rb"\[APPENDUID \d+ (\d+)\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What FETCH said of one message; None where the server left it out."""

    flags: frozenset[str] | None
    internal_date: datetime | None
    size: int | None
    structure: Part | None
    sections: Mapping[str, bytes]
    """What stands there of the message, by section: "HEADER", "1.MIME", "1.2"; "" is the whole of it."""

    @property
    def body(self) -> bytes | None:
        """Where one section was asked for, whatever the server calls it."""
        return next(iter(self.sections.values()), None)


def fetched(answer: Mapping[bytes, Any]) -> Fetched:
    """One message's answer to FETCH."""
    flags, size = answer.get(b"FLAGS"), answer.get(b"RFC822.SIZE")
    found = ((_SECTION.match(key), value) for key, value in answer.items())
    return Fetched(
        flags=None if flags is None else frozenset(text(flag) for flag in flags),
        internal_date=answer.get(b"INTERNALDATE"),
        size=size if isinstance(size, int) else None,
        structure=structure(answer.get(b"BODYSTRUCTURE")),
        sections={text(key[1]): value for key, value in found if key and isinstance(value, bytes)},
    )


def listed(folders: Iterable[tuple[Iterable[bytes], bytes | None, str]]) -> list[Listed]:
    """The folders that LIST told of: attributes, delimiter, and the name, empty where it cannot be read."""
    return [
        Listed(
            name=name,
            delimiter=text(delimiter or b""),
            attributes=frozenset(text(attribute).lower() for attribute in attributes),
        )
        for attributes, delimiter, name in folders
        if name
    ]


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
