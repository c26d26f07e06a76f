"""The verbs for how the rep's own mail reads."""

from datetime import datetime

from triage.judging.tones import Tone
from triage.store import schema as s
from triage.store.records.rows import Rows


class Tones(Rows):
    """How mail read when it was held, and when it left."""

    def add_tone(self, tone: Tone) -> Tone:
        """Remember how a mail reads; its id comes back with it."""
        return self._add(tone)

    def tones_between(self, team: str, since: datetime, until: datetime) -> list[Tone]:
        """How a team's mail of that time reads, oldest first."""
        t = s.tones.c
        return self._all(Tone, t.team == team, t.at >= since, t.at < until, order=t.at)
