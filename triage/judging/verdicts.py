"""One message judged by one team's rules: how heated it is, and what its main issue is."""

from collections.abc import Sequence
from dataclasses import dataclass

from triage.judging.corrections import Correction, corrected
from triage.judging.rules import TeamRules
from triage.reading.heat import Heat, Level, assess
from triage.reading.issues import MainIssue, main_issue
from triage.reading.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a team's rules make of a message."""

    heat: Heat
    issue: MainIssue | None = None


NOT_JUDGED = Verdict(heat=Heat(score=0.0, level=Level.UNSURE))


def judge(message: Message, rules: TeamRules, corrections: Sequence[Correction] = ()) -> Verdict:
    """Judge a message. `corrections` are what the rep said of this customer's words."""
    heat = heat_of(message, rules, corrections)
    return Verdict(heat=heat, issue=issue_of(message, rules, heat))


def heat_of(message: Message, rules: TeamRules, corrections: Sequence[Correction] = ()) -> Heat:
    """The heat alone: two thirds of the time."""
    tuning = corrected(rules.tuning(), corrections)
    subject = "" if message.references else message.subject  # of a reply it is not the writer's own
    return assess(message.new_text, subject=subject, language=message.language, tuning=tuning)


def issue_of(message: Message, rules: TeamRules, heat: Heat) -> MainIssue | None:
    """The main issue of a message whose heat is known."""
    return main_issue(message.new_text, heat, subject=message.subject, kinds=rules.issue_words())
