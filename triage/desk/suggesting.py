"""The suggested reply: from a message's facts and the team's rules to words."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from triage.desk.ports import Records
from triage.desk.settings import Account, Team
from triage.judging.cooldown import Cooldown
from triage.judging.facts import MessageFacts
from triage.judging.rules import standpoint
from triage.judging.verdicts import Verdict
from triage.reading.fingerprints import text_key
from triage.reading.heat import Finding
from triage.reading.issues import MainIssue
from triage.reading.messages import Message, Person
from triage.writing.letters import answer_to
from triage.writing.names import greeting_name
from triage.writing.suggestions import History, Suggestion, SuggestionFacts, suggest
from triage.writing.times import local, meant, next_step_by

LAW, LEAVING = "threat_of_law", "threat_to_leave"
"""The signals that change what a suggestion says; the first makes every word careful."""
YEAR, LONG = timedelta(days=365), timedelta(days=180)
"""Who wrote to us so long ago, within the year, has been with us for long."""


def wanted_by(team: Team, facts: MessageFacts, now: datetime) -> str:
    """The time that the customer set, by the team's clocks; empty where there is none."""
    return _meant(team, facts.wants_by, facts.internal_date, now)


def suggestion_facts(account: Account, team: Team, facts: MessageFacts, by: str) -> SuggestionFacts:
    """What a reply to a remembered message is made of."""
    return _words(
        team, _issue(facts), facts.customer.name, facts.subject, facts.findings, rep=account.name, by=by
    )


def suggestion_of(
    records: Records, account: Account, team: Team, facts: MessageFacts, cooldown: Cooldown, now: datetime
) -> Suggestion:
    """The reply that a cool-down's message gets suggested."""
    next_step = _next_step(team, cooldown.due_if_started(now))
    words = suggestion_facts(account, team, facts, local(next_step, team.zone, now))
    until = _meant(team, facts.wants_by, facts.internal_date, now, after=next_step)
    history = _history(records, team, facts, now)
    return suggest(replace(words, wanted_by=until, history=history), team.templates)


def suggestion_for(
    message: Message, verdict: Verdict, team: Team, now: datetime, *, rep: str = ""
) -> Suggestion:
    """The reply to a message that nothing is remembered of: from a file, say."""
    customer = answer_to(message)
    issue = verdict.issue or MainIssue(sentence="", kind="general")
    next_step = _next_step(team, now + timedelta(minutes=team.rules.cooldown.minutes))
    name, by = customer.name if customer else "", local(next_step, team.zone, now)
    words = _words(team, issue, name, message.subject, verdict.heat.findings, rep=rep, by=by)
    until = _meant(team, issue.by, now, now, after=next_step)
    return suggest(replace(words, wanted_by=until), team.templates)


def is_suggestion(message: Message, cooldown: Cooldown) -> bool:
    """Whether it says what was suggested for that cool-down, unchanged: clients change ids and headers."""
    return text_key(message.new_text) == text_key(cooldown.suggestion)


def original_of(facts: MessageFacts) -> Message:
    """As much of a remembered message as a reply to it needs."""
    addresses = facts.customer.addresses
    first, *others = (Person(address=address, name=facts.customer.name) for address in addresses)
    return Message(
        message_id=facts.message_id,
        references=facts.references,
        sender=first,
        reply_to=tuple(others),
        subject=facts.subject,
    )


def _next_step(team: Team, leaves_at: datetime) -> datetime:
    return next_step_by(leaves_at, team.rules.working_hours, team.working_zone)


def _meant(team: Team, words: str, read_at: datetime, now: datetime, *, after: datetime | None = None) -> str:
    """What a time named in words means by the team's clocks."""
    where = standpoint(read_at, team.working_zone, team.rules)
    return meant(words, where, team.zone, now, after=after)


def _issue(facts: MessageFacts) -> MainIssue:
    return MainIssue(
        sentence=facts.main_issue,
        kind=facts.kind or "general",
        facts=facts.issue_facts,
        wants=facts.wants,
        by=facts.wants_by,
        asked=facts.asked,
    )


def _history(records: Records, team: Team, facts: MessageFacts, now: datetime) -> History:
    """What is remembered of the customer, and what the message itself says of leaving."""
    customer = facts.customer
    known = records.messages_between(team.name, now - YEAR, now - LONG)
    broken = [
        given.due_at
        for given in records.open_promises(team.name)
        if given.due_at and given.state(now) == "broken" and given.customer.overlaps(customer)
    ]
    return History(
        promised=local(max(broken), team.zone, now) if broken else "",
        leaving=_leaves(facts.findings),
        long_standing=any(each.customer.overlaps(customer) for each in known),
    )


def _leaves(findings: Sequence[Finding]) -> bool:
    return any(finding.signal == LEAVING for finding in findings)


def _words(
    team: Team,
    issue: MainIssue,
    name: str,
    subject: str,
    findings: tuple[Finding, ...],
    *,
    rep: str = "",
    by: str = "",
) -> SuggestionFacts:
    rules = team.rules.issues.get(issue.kind)
    return SuggestionFacts(
        issue=issue,
        name=greeting_name(name),
        subject=subject,
        options=rules.options if rules else (),
        rep=rep,
        by=by,
        heat_words=tuple(dict.fromkeys(f.words for f in findings if f.weight > 0)),
        legal_threat=any(f.signal == LAW for f in findings),
        history=History(leaving=_leaves(findings)),
    )
