"""A reply reviewed by one team's rules: its faults, which are serious, its promises, which come too late.

What a text says is `reading`'s; when a review keeps a reply back is `holds`'s.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from triage.reading.deadlines import Standpoint
from triage.reading.language import language_of
from triage.reading.messages import Message, parse
from triage.reading.particulars import facts_of
from triage.reading.promises import Promise
from triage.reading.promises import find as find_promises
from triage.reading.replies import Fault, FaultKind, check, takes_ownership

ENGLISH = "en"

Asked: TypeAlias = tuple[bytes, Collection[FaultKind], Standpoint]
"""A mail as it left, what its team calls serious, and where it is read from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a team's rules make of a reply."""

    faults: tuple[Fault, ...] = ()
    serious: tuple[Fault, ...] = ()
    """Those that ask the rep before it goes out."""
    promises: tuple[Promise, ...] = ()
    impossible: tuple[Promise, ...] = ()
    """Over before the reply leaves."""
    owned: bool = False
    """The writer speaks as "I"."""
    read: bool = True
    """The check knows the language; else it found nothing because it cannot."""

    @property
    def objections(self) -> tuple[str, ...]:
        """Why it should not go by itself; without a word of the reply, as these stand in logs and notices."""
        names = dict.fromkeys(fault.name for fault in self.serious)
        return tuple(
            filter(
                None,
                (
                    "" if self.read else "the reply check cannot read its language",
                    f"the reply check found {_listed(tuple(names))}" if names else "",
                    "it promises something for a time before it leaves" if self.impossible else "",
                ),
            )
        )


def review(text: str, serious: Collection[FaultKind], where: Standpoint, *, main_issue: str = "") -> Review:
    """Review a reply's new text; `serious` is what the team's rules call so.

    In a language that is surely not English, nothing is found.
    """
    language = language_of(text)
    if language not in (ENGLISH, ""):
        return Review(read=False)
    faults = check(text, where, main_issue=main_issue)
    promises = find_promises(text, where)
    return Review(
        faults=faults,
        serious=tuple(fault for fault in faults if fault.kind in serious),
        promises=promises,
        impossible=tuple(promise for promise in promises if promise.is_impossible(where.now)),
        owned=takes_ownership(text),
        read=language == ENGLISH,
    )


def read_each(mails: Iterable[Asked]) -> list[tuple[Message, Review]]:
    """Read many mails in one go: each message, and the review of its new text."""
    return [
        (message := parse(raw), review(message.new_text, serious, where)) for raw, serious, where in mails
    ]


def matter_of(subject: str, sentence: str, facts: Sequence[str]) -> str:
    """What a reply has to name: the main issue's sentence, or a fact of it that stands elsewhere."""
    return " ".join((sentence, *facts, *facts_of(subject))) if sentence else ""


def _listed(names: Sequence[str]) -> str:
    """ "a, b and c"."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
