"""What a mailbox hands out, and what it refuses to take in. Pure.

A mailbox looks into a message for its Message-ID only; what the message says is read elsewhere.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from triage.errors import BadInput

DELETED = r"\Deleted"

_HEADER_END = re.compile(rb"\r?\n\r?\n")
_ID_HEADER = re.compile(rb"^message-id[ \t]*:(.*(?:\r?\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
_BRACKETED = re.compile(rb"<[^<>]*>")
_SEARCHABLE = re.compile(r"[!-~]+")
_FLAG = re.compile(r"\\?[^\x00-\x20\x7f-\U0010ffff(){%*\"\\\]]+")
_UNSPEAKABLE = re.compile(r"[\r\n\0]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    r"""A folder as SELECT or EXAMINE found it; `keywords` is its `\*` in PERMANENTFLAGS."""

    uidvalidity: int
    uidnext: int
    keywords: bool
    read_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message as it lies in a folder. `size` is what the server says of the whole message."""

    uid: int
    flags: frozenset[str]
    internal_date: datetime
    size: int
    raw: bytes = field(repr=False)


def header_block(raw: bytes) -> bytes:
    """All before the first empty line, and that line."""
    end = _HEADER_END.search(raw)
    return raw[: end.end()] if end else raw


def message_id(raw: bytes) -> str:
    """The Message-ID with its angle brackets, as the header block spells it; empty where there is none."""
    found = _ID_HEADER.search(header_block(raw))
    value = b"".join(found[1].split()) if found else b""
    bracketed = _BRACKETED.search(value)
    return (bracketed[0] if bracketed else value).decode("utf-8", "surrogateescape")


def bare(message_id: str) -> str:
    """A Message-ID without brackets and white space: what two spellings of the same one share."""
    return "".join(message_id.split()).strip("<>")


def searchable(message_id: str) -> str:
    """The longest stretch of it that SEARCH takes without a charset; SEARCH finds substrings anyway."""
    return max(_SEARCHABLE.findall(bare(message_id)), key=len, default="")


def same_folder(one: str, other: str) -> bool:
    """Whether two names are one folder: INBOX may be spelt in any case (RFC 3501, 5.1)."""
    return one == other or one.upper() == other.upper() == "INBOX"


def speakable(*arguments: str) -> None:
    """Refuse what would end an IMAP command early: imaplib sends CR, LF and NUL as they are."""
    if any(_UNSPEAKABLE.search(argument) for argument in arguments):
        raise BadInput("a folder, a name or a Message-ID holds a line break or a NUL")


def quoted(word: str) -> str:
    """The word as a quoted string (RFC 9051, 4.3)."""
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def keywords(flags: Iterable[str]) -> tuple[str, ...]:
    """The flags, each a legal atom of RFC 3501, else BadInput."""
    chosen = tuple(flags)
    for flag in chosen:
        if not _FLAG.fullmatch(flag):
            raise BadInput(f"{flag!r} cannot be a flag")
    return chosen


def in_batches(uids: Sequence[int], count: int) -> Iterator[list[int]]:
    """The UIDs, `count` at a time."""
    for start in range(0, len(uids), count):
        yield list(uids[start : start + count])


def by_weight(
    uids: Iterable[int], sizes: Mapping[int, int], *, count: int, weight: int
) -> Iterator[list[int]]:
    """The UIDs in batches of at most `count` messages and `weight` bytes; a heavier one goes alone."""
    batch: list[int] = []
    load = 0
    for uid in uids:
        if batch and (len(batch) == count or load + sizes[uid] > weight):
            yield batch
            batch, load = [], 0
        batch.append(uid)
        load += sizes[uid]
    if batch:
        yield batch
