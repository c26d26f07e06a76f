"""Raw bytes of any real mail -> a `Message`. Never raises; what could not be read is noted in `problems`.

This room reads one message by itself. Which thread it belongs to is decided by the desk, which knows
other messages; how heated it is, by `heat`. Its helpers: `headers` and `parts` find things in the bytes,
`decoding` and `addresses` read them, `bodies` finds the letter, `quotes` and `signatures` what is new in it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import TypeVar

from triage.reading.addresses import people
from triage.reading.bodies import Body, read_body, read_text
from triage.reading.decoding import decode_header, decode_unlabelled, one_line
from triage.reading.headers import Headers, read_headers
from triage.reading.language import language_of
from triage.reading.machine import machine_made
from triage.reading.parts import Tree, read_parts

MOST_REFERENCES = 200
_LONGEST_HEADER, _LONGEST_SUBJECT = 300_000, 10_000

_T = TypeVar("_T")
# What reading real mail, as opposed to parsing it, was seen to raise.
_UNREADABLE = (LookupError, ValueError, TypeError, AttributeError, OverflowError, RecursionError)

_MESSAGE_ID = re.compile(r"<[^<>]{1,996}>")
# From the start of a word only: tried at each of its letters, a megabyte without "@" takes seconds.
_BARE_ID = re.compile(r"(?<![^\s<>])[^\s<>@]{1,400}@[^\s<>]{1,400}")
_REPLY_PREFIX = re.compile(
    r"\s*(?:re|r|aw|antw|antwort|sv|vs|rv|res|ref|odp|ynt|fwd?|fw|wg|tr|i|enc|vl|vb|doorst|external|extern|ext"
    r"|回复|答复|转发|返信|転送)\s?(?:\[\d+\]|\(\d+\)|\^\d+|\*\d+)?\s?[:：]\s*",
    re.IGNORECASE,
)
# A list's tag, not a ticket's number, which tells one thread from another.
_LIST_TAG = re.compile(r"\s*\[[^\[\]\d]{1,40}\]\s*")
_TICKET_TAG = re.compile(r"\s*(\[[^\[\]\d]{0,60}\d[^\[\]]{0,60}\])\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A mailbox of RFC 5322. `address` is the addr-spec in lower case; `name` is decoded, may be empty."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What one message says. Missing parts are empty, never None, save for `date`."""

    message_id: str = ""
    """The Message-ID with its angle brackets, or empty."""
    references: tuple[str, ...] = ()
    """References, then In-Reply-To: known ids of the thread, oldest first, each once."""
    sender: Person | None = None
    reply_to: tuple[Person, ...] = ()
    to: tuple[Person, ...] = ()
    cc: tuple[Person, ...] = ()
    bcc: tuple[Person, ...] = ()
    subject: str = ""
    """Decoded and unfolded, no control characters."""
    subject_key: str = ""
    """The subject without Re:/Fwd:/AW:/[list] prefixes, white space folded, in lower case."""
    date: datetime | None = None
    """The Date header in UTC; a claim of the sender's, never a basis for a clock."""
    new_text: str = ""
    """What the author wrote: no quoted history, signature or disclaimer."""
    text: str = ""
    """Everything readable, as plain text, history included."""
    language: str = ""
    """ISO 639-1 where the words say so clearly; empty where unsure."""
    machine_made: str = ""
    """Why this was not written by a person ("Auto-Submitted: auto-replied"), or empty."""
    attachments: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def recipients(self) -> tuple[str, ...]:
        """Addresses of To, Cc and Bcc, each once, in order."""
        return tuple(dict.fromkeys(p.address for p in (*self.to, *self.cc, *self.bcc)))


def parse(raw: bytes) -> Message:
    """Read one message."""
    tree = read_parts(raw)
    return _message(tree, lambda: read_body(raw, tree))


def _message(tree: Tree, letter: Callable[[], Body]) -> Message:
    headers = tree.headers
    guard = _Guard(problems=list(tree.problems))
    authors = guard.persons(headers, "From") or guard.persons(headers, "Sender")
    reply_to = guard.persons(headers, "Reply-To")
    subject = guard.read("Subject", lambda: decode_header(headers.get("subject")[:_LONGEST_SUBJECT]), "")
    body = guard.read("text", letter, Body())
    guard.problems.extend((*body.problems, *_missing(headers, authors)))
    return Message(
        message_id=guard.read("Message-ID", lambda: "".join(_ids(headers.get("message-id"))[:1]), ""),
        references=guard.read("References", lambda: _references(headers), ()),
        sender=authors[0] if authors else None,
        reply_to=reply_to,
        to=guard.persons(headers, "To"),
        cc=guard.persons(headers, "Cc"),
        bcc=guard.persons(headers, "Bcc"),
        subject=subject,
        subject_key=subject_key(subject),
        date=guard.read("Date", lambda: _date(headers), None),
        new_text=body.new_text,
        text=body.text,
        language=language_of(body.new_text),
        machine_made=machine_made(
            tree,
            sender=authors[0].address if authors else "",
            reply_to=[person.address for person in reply_to],
            subject=subject,
        ),
        attachments=body.attachments,
        problems=tuple(dict.fromkeys(guard.problems)),
    )


def parse_head(raw: bytes) -> Message:
    """Read what a message's headers say, and nothing of its body: a sixth of the work."""
    return _message(read_parts(raw[: read_headers(raw).body]), Body)


def read_new_text(raw: bytes) -> str:
    """Read what `parse` finds as the new text, and nothing else: for whom the head was read before."""
    tree = read_parts(raw)
    return _Guard(problems=[]).read("text", lambda: read_body(raw, tree), Body()).new_text


def parse_text(text: str, subject: str = "") -> Message:
    """Read a bare text as a message's letter, so that history and signature are left out of it too."""
    body = read_text(_encodable(text))
    subject = decode_header(_encodable(subject[:_LONGEST_SUBJECT]).encode())
    return Message(
        subject=subject,
        subject_key=subject_key(subject),
        new_text=body.new_text,
        text=body.text,
        language=language_of(body.new_text),
    )


def _encodable(text: str) -> str:
    """The text without the halves of characters that JSON and Python allow and nobody else does."""
    return text.encode("utf-8", "replace").decode()


@dataclass(slots=True)
class _Guard:
    """Reads one thing after the other, so that one that cannot be read costs no other."""

    problems: list[str]

    def read(self, what: str, reading: Callable[[], _T], default: _T) -> _T:
        try:
            return reading()
        except _UNREADABLE:
            self.problems.append(f"unreadable {what}")
            return default

    def persons(self, headers: Headers, name: str) -> tuple[Person, ...]:
        """Everybody in all fields of this name; encoded words are decoded after the commas were read."""
        value = b", ".join(headers.all(name.lower()))
        if not value:
            return ()
        if len(value) > _LONGEST_HEADER:
            self.problems.append(f"{name} cut off, as it is too long")
        return self.read(name, lambda: _persons(value[:_LONGEST_HEADER]), ())


def subject_key(subject: str) -> str:
    """The subject by which a thread is known where no reference tells: see `Message.subject_key`."""
    line, position = one_line(subject), 0
    tickets: list[str] = []
    while True:
        if ticket := _TICKET_TAG.match(line, position):
            tickets.append(ticket[1])
        found = ticket or _REPLY_PREFIX.match(line, position) or _LIST_TAG.match(line, position)
        if not found:
            return " ".join((*tickets, line[position:])).strip().lower()
        position = found.end()


@lru_cache(maxsize=64)
def _persons(value: bytes) -> tuple[Person, ...]:
    """Remembered, as a mailbox has the mail of a few people."""
    return tuple(Person(address=address, name=name) for name, address in people(decode_unlabelled(value)))


def _ids(value: bytes) -> list[str]:
    text = decode_unlabelled(value)
    found = _MESSAGE_ID.findall(text) or [f"<{bare}>" for bare in _BARE_ID.findall(text)]
    return ["".join(one_line(each).split()) for each in found]


def _references(headers: Headers) -> tuple[str, ...]:
    values = (*headers.all("references"), *headers.all("in-reply-to"))
    return tuple(dict.fromkeys(each for value in values for each in _ids(value)))[-MOST_REFERENCES:]


def _date(headers: Headers) -> datetime | None:
    value = headers.get("date")
    if not value:
        return None
    stated = parsedate_to_datetime(decode_header(value))
    # "-0000" says UTC, with the place unknown (RFC 5322, 3.3).
    return (stated if stated.tzinfo else stated.replace(tzinfo=UTC)).astimezone(UTC)


def _missing(headers: Headers, authors: tuple[Person, ...]) -> tuple[str, ...]:
    if not headers.values:
        return ("no headers",)
    if not authors:
        return ("no address in From",) if headers.get("from") else ("no From",)
    return ()
