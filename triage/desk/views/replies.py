"""The held replies, as the faces show them."""

from datetime import datetime

from triage.desk.office import Office
from triage.desk.ports import Records
from triage.desk.reviewing import review_of
from triage.desk.views.matters import NO_MATTER, matter
from triage.desk.views.reviews import Facts, review_facts
from triage.judging.holds import REPS_DOORS, Due, HeldReply, State, when_due
from triage.judging.reviews import Review
from triage.reading.messages import parse
from triage.writing.steps import next_steps
from triage.writing.times import local

BY_ITSELF = "it goes out by itself"
"""What happens to a reply for which nobody is asked."""
_SEEN_TO = frozenset({State.ASKED, State.FAILED, State.UNKNOWN})
"""States that a person must see to, also of the program's own mail."""


def held_replies(office: Office, records: Records, *, everything: bool = False) -> list[Facts]:
    """The rep's replies in the outbox, oldest first; `everything` with those that have ended."""
    replies = records.all_replies() if everything else records.open_replies()
    shown = (r for r in replies if r.door in REPS_DOORS or r.state in _SEEN_TO)
    return [held_reply(office, records, reply) for reply in shown]


def held_reply(office: Office, records: Records, reply: HeldReply) -> Facts:
    """One reply: why it is held, in the customer's own words, until when, and what became of it."""
    cooldown = records.cooldown(reply.cooldown) if reply.cooldown else None
    message = records.message(cooldown.message) if cooldown else None
    return {
        "id": reply.id,
        "door": reply.door,
        "state": reply.state,
        "subject": reply.subject,
        "customer": cooldown.customer.label if cooldown else "",
        "to": reply.to,
        "due": reply.due_at,
        "due_local": shown(office, reply.account, reply.due_at),
        "reasons": reply.reasons,
        "words": message.words if message else (),
        **(matter(office, message) if message else NO_MATTER),
        "account": reply.account,
        "cooldown": reply.cooldown,
        "copy": reply.copy.at,
        "message_ids": reply.message_ids,
        "asked_because": reply.asked_because,
        "because": reply.because,
        "release_reason": reply.release_reason,
        "tries": reply.tries,
        "last_answer": reply.last_answer,
        "submitted": reply.submitted_at,
        "finished": reply.finished_at,
        "next": next_steps(reply),
    }


def whole_reply(office: Office, records: Records, reply: HeldReply) -> Facts:
    """One reply with its own text, what the check makes of it, and the suggestion."""
    raw = records.raw(reply.id)
    found = review_of(office, records, reply) if reply.door in REPS_DOORS else None
    return {
        **held_reply(office, records, reply),
        "reply": parse(raw).new_text if raw else "",
        "check": review_facts(found) if found else None,
        "suggestion": records.cooldown(reply.cooldown).suggestion if reply.cooldown else "",
        "then": _then(office, reply, found),
    }


def _then(office: Office, reply: HeldReply, found: Review | None) -> str:
    """What happens to a held reply when its time is over, as things stand now."""
    if reply.state is not State.HELD:
        return ""
    its_time = max(reply.due_at, reply.next_attempt_at, office.clock.now())
    due, why = when_due(reply, office.team_of(reply.account).policy, its_time)
    objections = found.objections if found else ()
    if due is Due.HAND_BACK:
        return "it comes back to Drafts"
    if due is Due.SEND or (due is Due.REVIEW and not objections):
        return BY_ITSELF
    return f"it waits for your word, because {why or '; '.join(objections)}"


def shown(office: Office, account: str, when: datetime) -> str:
    """A time as the account's team says it; in ISO 8601 where no file names that account any more."""
    if account not in office.settings.accounts:
        return when.isoformat(timespec="minutes")
    return local(when, office.team_of(account).zone, office.clock.now())
