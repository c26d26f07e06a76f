"""Every error that this program raises on purpose.

    TriageError                     exit code
    ├── BadInput                    2   a file or an option a person wrote is wrong
    │   └── Mistakes                2   all that is wrong in the human's files, each with its place
    ├── Unreachable                 3   a server could not be reached or did not let us in
    │   ├── LoginRefused            3   ... because it refused the credentials
    │   └── UpstreamUnavailable     3   the submission server refused before RCPT: the account's condition
    ├── NotAllowed                  4   refused by the state: already sent, no daemon, not this door
    ├── MailRefused                 1   the upstream refused this mail (RCPT or DATA)
    ├── OutcomeUnknown              1   the line dropped after the final dot: it may have been sent
    ├── MailboxRefused              1   the IMAP server said NO or BAD to one command
    └── StoreUnusable               2   the store is full, corrupt, locked or of a newer version

Errors carry data; `triage.cli` is the one place that turns them into words for a person.
None of them ever carries a secret or a message's body.
"""

import traceback
from collections.abc import Sequence
from dataclasses import dataclass


class TriageError(Exception):
    """The root: one sentence for a person in `str()`, and the exit code of the command that met it."""

    exit_code = 1


class BadInput(TriageError):
    """Something that a person wrote cannot be used; the sentence says how to mend it."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One thing wrong in a file that a person wrote. `line` counts from 1; 0 where there is none."""

    file: str
    line: int
    key: str
    text: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.key}: {self.text}" if self.key else f"{place}: {self.text}"


class Mistakes(BadInput):
    """All the mistakes in the human's files, told at once."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))

    def __reduce__(self) -> tuple[type["Mistakes"], tuple[Sequence[Mistake]]]:
        return type(self), (self.mistakes,)  # as another process tells them


class Unreachable(TriageError):
    """A server could not be reached, or the line to it broke. Trying again later may help."""

    exit_code = 3


class LoginRefused(Unreachable):
    """The server was reached and refused the credentials. Trying again will not help."""


class UpstreamUnavailable(Unreachable):
    """The submission server refused at connect, EHLO, STARTTLS, AUTH or MAIL.

    That is the account's condition, not this mail's: what is held stays held. `code` is 0 where
    the server gave no answer at all.
    """

    def __init__(self, stage: str, code: int, text: str) -> None:
        self.stage, self.code, self.text = stage, code, text
        super().__init__(f"{stage}: {code} {text}" if code else f"{stage}: {text}")


class NotAllowed(TriageError):
    """The state of things does not allow it: already sent, no daemon running, another door."""

    exit_code = 4


class MailRefused(TriageError):
    """The upstream's own answer to RCPT or DATA: nothing was sent to anybody.

    `address` is the refused recipient, empty where the whole mail was refused.
    """

    def __init__(self, code: int, text: str, address: str = "") -> None:
        self.code, self.text, self.address = code, text, address
        super().__init__(f"{address}: {code} {text}" if address else f"{code} {text}")

    @property
    def permanent(self) -> bool:
        """True for a 5xx: trying again will not help."""
        return self.code >= 500


class OutcomeUnknown(TriageError):
    """The line dropped after the final dot: nobody knows whether the upstream took the mail."""


class MailboxRefused(TriageError):
    """The IMAP server said NO or BAD. The connection still stands."""


class StoreUnusable(TriageError):
    """The store cannot be opened, read or written; the sentence says why and how to mend it."""

    exit_code = 2


def fault_of(error: BaseException) -> str:
    """What broke, by its kind and its place, for a log: its own words may hold mail or a secret."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "an unknown place"
    return f"{type(error).__name__} at {place}"
