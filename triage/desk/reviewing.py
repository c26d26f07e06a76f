"""The reply check, by the team's rules of that hour: a held reply is read anew each time."""

from datetime import datetime

from triage.desk.office import Office
from triage.desk.ports import Records
from triage.judging.facts import MessageFacts
from triage.judging.holds import Due, HeldReply, Verdict
from triage.judging.reviews import Review, matter_of, review
from triage.judging.rules import standpoint
from triage.reading.messages import parse


def review_of(office: Office, records: Records, reply: HeldReply) -> Review | None:
    """What the check makes of a reply; None where its bytes are no longer kept.

    Its relative times count from when it leaves: at its due time, or now where that is over.
    """
    raw = records.raw(reply.id)
    if raw is None:
        return None
    leaves_at = reply.finished_at or max(reply.due_at, office.clock.now())
    issue = _matter(records.message(records.cooldown(reply.cooldown).message)) if reply.cooldown else ""
    text, written_at = parse(raw).new_text, reply.submitted_at
    return reviewed(office, reply.account, text, leaves_at, written_at=written_at, main_issue=issue)


def reviewed(
    office: Office,
    account: str,
    text: str,
    leaves_at: datetime,
    *,
    written_at: datetime | None = None,
    main_issue: str = "",
) -> Review:
    """What the check makes of a mail's new text. Where it can be, it is read before the store is taken."""
    team = office.team_of(account)
    where = standpoint(leaves_at, team.working_zone, team.rules, written_at=written_at)
    return office.apart(review, text, team.rules.check.serious, where, main_issue=main_issue)


def _matter(facts: MessageFacts) -> str:
    return matter_of(facts.subject, facts.main_issue, facts.issue_facts)


def unless_pointed(office: Office, records: Records, reply: HeldReply) -> Verdict:
    """It goes by itself, unless the check objects: then the rep looks first."""
    found = review_of(office, records, reply)
    if found is None or not found.objections:
        return Due.SEND, ""  # without its bytes nothing goes: the sender looks for them
    return Due.ASK, "; ".join(found.objections)
