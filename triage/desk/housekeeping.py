"""What ends by itself: cool-downs, bytes that nobody needs any longer, facts past their retention."""

from triage.desk.office import Office
from triage.desk.replies import close
from triage.judging.holds import KEEP_BYTES


def expire(office: Office) -> None:
    """Close the cool-downs that nobody closed."""
    now = office.clock.now()
    with office.store.look() as records:
        expired = [c.id for c in records.open_cooldowns() if c.expires_at <= now]
    for id_ in expired:
        with office.store.begin() as records:
            cooldown = records.cooldown(id_)
            # It may have been extended, or closed, since we looked.
            if cooldown.closed_at is None and cooldown.expires_at <= now:
                close(office, records, cooldown, "it expired")


def prune(office: Office) -> None:
    """Wipe the bytes of what ended a week ago, and the facts that are past their retention."""
    now = office.clock.now()
    with office.store.begin() as records:
        records.wipe_bytes(now - KEEP_BYTES)
        records.forget_before(now - office.settings.retention)
