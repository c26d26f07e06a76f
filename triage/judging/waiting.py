"""Did waiting help? Of each reply that was held: was it rewritten, how it read then and when it left, and how
the customer wrote next.

What never went out does not count. What the check found is the rep's own to see: the sum that the manager
reads, `Waiting`, does not know it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from triage.judging.tones import Tone
from triage.reading.heat import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """One reply that was held, and what left in the end."""

    customer: str
    held: Tone
    left: Tone
    next: Level | None = None
    """How the customer wrote next, on whatever thread."""

    @property
    def rewritten(self) -> bool:
        """What left says something else."""
        return self.held.text_key != self.left.text_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What came of the replies that were sent after they were held."""

    sent: int = 0
    rewritten: int = 0
    answered: int = 0
    """After so many the customer wrote again ..."""
    heated_again: int = 0
    """... and after so many was still heated."""


def waited_of(
    customer: str, tones: Sequence[Tone], next_level: Callable[[datetime], Level | None]
) -> Waited | None:
    """What became of the first reply held, of `tones` oldest first; None where nothing left.

    `next_level` says how the customer wrote next after a moment.
    """
    held = next((tone for tone in tones if not tone.left), None)
    left = next((tone for tone in tones if tone.left and held and tone.at >= held.at), None)
    if held is None or left is None:
        return None
    return Waited(customer=customer, held=held, left=left, next=next_level(left.at))


def waiting_of(waited: Iterable[Waited]) -> Waiting:
    """The sum."""
    each = tuple(waited)
    return Waiting(
        sent=len(each),
        rewritten=sum(one.rewritten for one in each),
        answered=sum(one.next is not None for one in each),
        heated_again=sum(one.next is Level.HEATED for one in each),
    )
