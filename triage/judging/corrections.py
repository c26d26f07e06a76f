"""The rep's corrections: words that do, or do not, speak for heat where one customer writes them.

They stick for that customer alone. What was said of several may be a rule for the team: `proposals` names it,
and a person decides.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from triage.judging.facts import MessageFacts
from triage.judging.rules import TeamRules
from triage.judging.verdicts import Measure
from triage.reading.heat import Finding, Level

SIGNAL = "correction"
"""Beside those of `reading.signals`: a person has said so."""
_SEVERAL = 2
"""So many customers must have been corrected alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """Some words of one customer's, and what they say."""

    team: str
    customer: str
    """As `Customer.label` has it."""
    words: str
    made_at: datetime
    heated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Words that a team's rules might have under `heat.phrases`."""

    words: str
    heated: bool
    customers: int
    """How many of them were corrected alike."""


def corrected(measure: Measure, corrections: Sequence[Correction]) -> Measure:
    """The measure for a customer of whose words these were said."""
    tuning = measure.tuning
    tuning = replace(
        tuning,
        phrases_calm=(*tuning.phrases_calm, *(c.words for c in corrections if not c.heated)),
        phrases_heated=(*tuning.phrases_heated, *(c.words for c in corrections if c.heated)),
    )
    return replace(measure, tuning=tuning)


def marked_heated(facts: MessageFacts, words: str) -> MessageFacts:
    """The message as the rep sees it; the words are a finding like any other, and can be taken back."""
    sentence = facts.main_issue or words
    found = Finding(signal=SIGNAL, words=words, start=0, end=len(words), sentence=sentence, weight=1.0)
    return replace(facts, level=Level.HEATED, findings=(found, *facts.findings), ignored_because="")


def proposals(corrections: Iterable[Correction], rules: TeamRules) -> tuple[Proposal, ...]:
    """What is not yet in the rules and was said of several customers, most of all first.

    Words that are heated from one customer and calm from another are a rule for nobody.
    """
    customers = defaultdict[str, dict[bool, set[str]]](lambda: {True: set(), False: set()})
    for each in corrections:
        customers[each.words.casefold()][each.heated].add(each.customer)
    phrases = rules.heat.phrases
    known = {words.casefold() for words in (*phrases.heated, *phrases.calm)}
    found = [
        Proposal(words=words, heated=heated, customers=len(said[heated]))
        for words, said in customers.items()
        for heated in (False, True)
        if words not in known and len(said[heated]) >= _SEVERAL and not said[not heated]
    ]
    return tuple(sorted(found, key=lambda each: (-each.customers, each.words)))
