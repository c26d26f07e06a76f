"""The main issue: which sentence states it, and which kind of issue it is."""

from collections.abc import Mapping
from dataclasses import dataclass

from triage.reading.heat import Heat


@dataclass(frozen=True, slots=True, kw_only=True)
class MainIssue:
    """`sentence` is the customer's own; `kind` one of the kinds that the rules name, or "general"."""

    sentence: str
    kind: str
    facts: tuple[str, ...] = ()
    """Order, invoice and ticket numbers, dates and amounts in that sentence; where it has none, the
    message's and its subject's."""


def main_issue(
    text: str, heat: Heat, *, subject: str = "", kinds: Mapping[str, tuple[str, ...]] | None = None
) -> MainIssue | None:
    """Find the sentence that states the problem. `kinds` adds a team's own words by kind of issue."""
    raise NotImplementedError
