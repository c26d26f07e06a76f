"""The last four weeks of a team, day by day, for the picture in the manager's mail."""

from collections import Counter
from datetime import date, time, timedelta

from triage.desk.ports import Records
from triage.desk.settings import Team
from triage.judging.holds import REPS_DOORS, State
from triage.reading.heat import Level
from triage.writing.chart import WEEK, WEEKS, Day
from triage.writing.times import Window, cut_off_for


def month(records: Records, team: Team, window: Window) -> tuple[Day, ...]:
    """What was heated, and which held replies were sent; the last of the days is the summary's own."""
    days = [window.day - timedelta(days=before) for before in reversed(range(WEEKS * WEEK))]
    span = (team.name, cut_off_for(days[0], time(), team.zone), window.until)
    heated = Counter[date](
        message.at.astimezone(team.zone).date()
        for message in records.heard_between(*span)
        if message.level is Level.HEATED and not message.ignored
    )
    sent = Counter[date](
        reply.finished_at.astimezone(team.zone).date()
        for reply in records.replies_between(*span)
        if reply.finished_at and reply.state is State.SENT and reply.cooldown and reply.door in REPS_DOORS
    )
    return tuple(Day(day=day, heated=heated[day], sent=sent[day]) for day in days)
