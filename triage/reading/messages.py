"""Raw bytes of any real mail -> a `Message`. Never raises; what could not be read is noted in `problems`.

This room reads one message by itself. Which thread it belongs to is decided by the desk, which knows
other messages; how heated it is, by `heat`.
"""

from dataclasses import dataclass
from datetime import datetime


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
    raise NotImplementedError
