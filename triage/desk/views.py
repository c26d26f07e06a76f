"""What the faces show: the terminal, the page, programs by `--json`. Plain facts; nothing is decided here."""

from typing import Any

from triage.desk.office import SENT, Office
from triage.desk.ports import Records
from triage.desk.summaries import not_enforced
from triage.errors import BadInput
from triage.judging.cooldown import Cooldown
from triage.judging.facts import MessageFacts, OutgoingFacts
from triage.judging.holds import REPS_DOORS, HeldReply
from triage.writing.times import local

Facts = dict[str, Any]
"""A record for a face: JSON types, times and tuples."""


def held_replies(office: Office, records: Records, *, everything: bool = False) -> list[Facts]:
    """The rep's replies in the outbox, oldest first; `everything` with those that have ended."""
    replies = records.all_replies() if everything else records.open_replies()
    return [held_reply(office, records, reply) for reply in replies if reply.door in REPS_DOORS]


def held_reply(office: Office, records: Records, reply: HeldReply) -> Facts:
    """One reply: why it is held, in the customer's own words, until when, and what became of it."""
    cooldown = records.cooldown(reply.cooldown) if reply.cooldown else None
    message = records.message(cooldown.message) if cooldown else None
    account = office.settings.accounts.get(reply.account)
    now = office.clock.now()
    return {
        "id": reply.id,
        "door": reply.door,
        "state": reply.state,
        "subject": reply.subject,
        "customer": cooldown.customer.label if cooldown else "",
        "to": reply.to,
        "due": reply.due_at,
        "due_local": local(reply.due_at, office.team_of(reply.account).zone, now) if account else "",
        "reasons": reply.reasons,
        "words": message.words if message else (),
        "main_issue": message.main_issue if message else "",
        "account": reply.account,
        "cooldown": reply.cooldown,
        "copy": reply.copy.at,
        "message_ids": reply.message_ids,
        "asked_because": reply.asked_because,
        "because": reply.because,
        "release_reason": reply.release_reason,
        "last_answer": reply.last_answer,
        "submitted": reply.submitted_at,
        "finished": reply.finished_at,
    }


def standing(office: Office, records: Records, *, running: bool) -> Facts:
    """How everything stands: doors, last checks, cool-downs, held replies, conditions, what is not held."""
    settings = office.settings
    note = (records.note("daemon") or {}) if running else {}
    paused = any(office.paused(records, team) for team in settings.teams.values())
    return {
        "running": running,
        "since": note.get("started_at"),
        "paused": records.note("pause") if paused else None,
        "doors": {
            "watch": list(settings.accounts),
            "drafts": settings.drafts,
            "hand_off": [a.address for a in settings.accounts.values() if settings.hand_off and a.sends],
            "gate": note.get("gate"),
        },
        "mailboxes": [
            {
                "account": b.account,
                "folder": "Sent" if b.folder == SENT else b.folder,
                "last_checked": b.checked_at,
            }
            for b in records.bookmarks()
        ],
        "cooldowns": [
            {
                "id": c.id,
                "account": c.account,
                "customer": c.customer.label,
                "message": c.message,
                "opened": c.opened_at,
                "started": c.started_at,
                "due": c.due_at,
                "acknowledged": c.acknowledged_at,
            }
            for c in records.open_cooldowns()
        ],
        "held": held_replies(office, records),
        "told": [{"account": n.account, "text": n.text, "since": n.told_at} for n in records.notices()],
        "not_enforced": not_enforced(office),
    }


def explained(office: Office, records: Records, id_: str) -> list[Facts]:
    """Why a message was or was not heated, why a reply is or was held; with all that belongs to it."""
    if id_.startswith("<") or "@" in id_:
        return _called(office, records, id_ if id_.startswith("<") else f"<{id_}>")
    if id_.startswith("m"):
        return [_message(records.message(id_))]
    if id_.startswith("c"):
        cooldown = records.cooldown(id_)
        replies = [_reply(office, records, reply) for reply in records.replies_of(id_)]
        return [_cooldown(cooldown), _message(records.message(cooldown.message)), *replies]
    reply = records.reply(id_)
    shown = [_reply(office, records, reply)]
    if reply.cooldown:
        cooldown = records.cooldown(reply.cooldown)
        shown += [_cooldown(cooldown), _message(records.message(cooldown.message))]
    return shown


def _called(office: Office, records: Records, message_id: str) -> list[Facts]:
    found = [_message(facts) for facts in records.messages_called(message_id)]
    for account in office.settings.accounts:
        found += [_reply(office, records, reply) for reply in records.replies_called(account, message_id)]
    found += [_outgoing(facts) for facts in records.outgoing_called(message_id)]
    if not found:
        raise BadInput(f"Nothing is known of {message_id}: mail is remembered from the first start on.")
    return found


def _message(facts: MessageFacts) -> Facts:
    judged = not facts.ignored_because
    because = [
        f"score {facts.score:.2f}; heated from {facts.heated_at:.2f} on" if judged else "it was not judged",
        f"decision: {facts.decision}" + (f" ({facts.cooldown})" if facts.cooldown else ""),
    ]
    return {
        "id": facts.id,
        "what": f"a message of {facts.customer.label}: {facts.level if judged else 'not judged'}",
        "because": because + [f"could not be read: {problem}" for problem in facts.problems],
        "score": facts.score,
        "level": facts.level,
        "heated_at": facts.heated_at,
        "main_issue": facts.main_issue,
        "kind": facts.kind,
        "findings": [
            {"signal": f.signal, "words": f.words, "weight": f.weight, "sentence": f.sentence}
            for f in facts.findings
        ],
        "cooldown": facts.cooldown,
    }


def _cooldown(cooldown: Cooldown) -> Facts:
    clock = (
        f"its clock started {cooldown.started_at}"
        if cooldown.started_at
        else "no reply has started its clock"
    )
    closed = f"closed {cooldown.closed_at}: {cooldown.closed_because}" if cooldown.closed_at else "open"
    return {
        "id": cooldown.id,
        "what": f"a cool-down of {cooldown.customer.label}",
        "because": [f"opened {cooldown.opened_at} by {cooldown.message}", clock, closed],
    }


def _reply(office: Office, records: Records, reply: HeldReply) -> Facts:
    facts = held_reply(office, records, reply)
    because = [f"held because of {reason}" if reply.cooldown else reason for reason in reply.reasons]
    told = (reply.asked_because, reply.release_reason, reply.because, reply.last_answer)
    return {
        **facts,
        "what": f"a reply, {reply.state}",
        "because": [*because, *(word for word in told if word)],
    }


def _outgoing(facts: OutgoingFacts) -> Facts:
    return {
        "id": facts.id,
        "what": f"a mail that was not held: {facts.way}",
        "because": [f"to {', '.join(facts.recipients)} at {facts.at}"],
        "cooldown": facts.cooldown,
    }
