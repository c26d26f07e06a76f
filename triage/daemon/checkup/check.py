"""One line of the check-up."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Level: TypeAlias = Literal["ok", "note", "problem"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What was looked at, what was found, and how to mend it where it is a problem."""

    what: str
    account: str = ""
    """Whose; empty where it is the machine's."""
    level: Level
    said: str
    mend: str = ""


def fine(what: str, said: str, account: str = "") -> Check:
    """All is well."""
    return Check(what=what, account=account, level="ok", said=said)


def note(what: str, said: str, account: str = "") -> Check:
    """A fact that is worth knowing, and needs no mend."""
    return Check(what=what, account=account, level="note", said=said)


def problem(what: str, said: str, mend: str, account: str = "") -> Check:
    """Something that keeps the program from its work."""
    return Check(what=what, account=account, level="problem", said=said, mend=mend)
