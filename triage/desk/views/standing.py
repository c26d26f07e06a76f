"""How everything stands: `status`."""

from triage.desk.office import SENT, Office
from triage.desk.ports import Records
from triage.desk.summaries import not_enforced
from triage.desk.views.replies import held_replies, shown
from triage.desk.views.reviews import Facts
from triage.judging.cooldown import Cooldown
from triage.judging.facts import Bookmark

_NO_DAEMON = "no daemon runs"
_NOTHING = "No daemon runs: mail is not read, nothing new is held, and what is held does not go out."


def standing(office: Office, records: Records, *, running: bool) -> Facts:
    """How everything stands: doors, last checks, cool-downs, held replies, conditions, what is not held."""
    note = (records.note("daemon") or {}) if running else {}
    return {
        "running": running,
        "since": note.get("started_at"),
        "page": note.get("page"),
        "paused": _pause(office, records),
        "doors": _doors(office, note.get("gate"), running=running),
        "mailboxes": [_mailbox(office, bookmark) for bookmark in records.bookmarks()],
        "cooldowns": [_cooldown(office, cooldown) for cooldown in records.open_cooldowns()],
        "held": held_replies(office, records),
        "told": [
            {"account": n.account, "text": n.text, "since": n.told_at}
            for n in records.notices(office.clock.now())
        ],
        "not_enforced": not_enforced(office) if running else (_NOTHING,),
    }


def _pause(office: Office, records: Records) -> Facts | None:
    """The pause that lasts at present; `until` is None where only `resume` ends it."""
    if not any(office.paused(records, team) for team in office.settings.teams.values()):
        return None
    pause: Facts = records.note("pause")
    return pause


def _doors(office: Office, gate: str | None, *, running: bool) -> Facts:
    """What is open; under `closed`, why the others are not."""
    settings = office.settings
    senders = [a.address for a in settings.accounts.values() if a.sends]
    closed = {
        "gate": "" if settings.gate else "`doors.gate` is not enabled in the configuration",
        "drafts": "" if settings.drafts else "`doors.drafts` is switched off in the configuration",
        "hand_off": ("" if senders else "no account has `smtp` in the configuration")
        if settings.hand_off
        else "`doors.hand_off` is switched off in the configuration",
    }
    if not running:
        closed = {door: why or _NO_DAEMON for door, why in closed.items()}
    return {
        "watch": list(settings.accounts) if running else [],
        "drafts": not closed["drafts"],
        "hand_off": [] if closed["hand_off"] else senders,
        "gate": gate,
        "closed": {door: why for door, why in closed.items() if why},
    }


def _mailbox(office: Office, bookmark: Bookmark) -> Facts:
    return {
        "account": bookmark.account,
        "folder": "Sent" if bookmark.folder == SENT else bookmark.folder,
        "last_checked": bookmark.checked_at,
        "last_checked_local": shown(office, bookmark.account, bookmark.checked_at),
    }


def _cooldown(office: Office, cooldown: Cooldown) -> Facts:
    due = cooldown.due_at
    return {
        "id": cooldown.id,
        "account": cooldown.account,
        "customer": cooldown.customer.label,
        "message": cooldown.message,
        "opened": cooldown.opened_at,
        "started": cooldown.started_at,
        "due": due,
        "due_local": shown(office, cooldown.account, due) if due else "",
        "over": cooldown.is_over(office.clock.now()),
        "acknowledged": cooldown.acknowledged_at,
    }
