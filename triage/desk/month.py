"""The last four weeks of a team, day by day, for the picture in the manager's mail."""

from collections import Counter
from datetime import time, timedelta

from triage.desk.ports import Records
from triage.desk.settings import Team
from triage.writing.chart import WEEK, WEEKS, Day
from triage.writing.times import Window, cut_off_for


def month(records: Records, team: Team, window: Window) -> tuple[Day, ...]:
    """What was heated, and which held replies were sent; the last of the days is the summary's own."""
    days = [window.day - timedelta(days=before) for before in reversed(range(WEEKS * WEEK))]
    span = (team.name, cut_off_for(days[0], time(), team.zone), window.until)
    heated = Counter(at.astimezone(team.zone).date() for at in records.heated_between(*span))
    sent = Counter(at.astimezone(team.zone).date() for at in records.sent_between(*span))
    return tuple(Day(day=day, heated=heated[day], sent=sent[day]) for day in days)
