"""One message judged by one team's rules: how heated it is, and what its main issue is.

A team's rules make the measure (`TeamRules.measure`): small and plain, so that a message can be judged in a
process that knows nothing of rules files.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from triage.reading.heat import Heat, Level, Tuning, assess
from triage.reading.issues import MainIssue, main_issue
from triage.reading.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What a message is judged by."""

    tuning: Tuning = field(default_factory=Tuning)
    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The team's own words by kind of issue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a measure makes of a message."""

    heat: Heat
    issue: MainIssue | None = None


NOT_JUDGED = Verdict(heat=Heat(score=0.0, level=Level.UNSURE))


def judge(message: Message, measure: Measure) -> Verdict:
    """Judge a message."""
    heat = heat_of(message, measure)
    return Verdict(heat=heat, issue=issue_of(message, measure, heat))


def heat_of(message: Message, measure: Measure) -> Heat:
    """The heat alone: two thirds of the time."""
    subject = "" if message.references else message.subject  # of a reply it is not the writer's own
    return assess(message.new_text, subject=subject, language=message.language, tuning=measure.tuning)


def issue_of(message: Message, measure: Measure, heat: Heat) -> MainIssue | None:
    """The main issue of a message whose heat is known."""
    return main_issue(message.new_text, heat, subject=message.subject, kinds=measure.kinds)
