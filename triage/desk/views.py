"""What the faces show: the terminal, the page, programs by `--json`. Facts with plain names, nothing decided."""

from typing import Any

from triage.desk.office import SENT, Office
from triage.desk.ports import Records
from triage.desk.summaries import not_enforced
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
