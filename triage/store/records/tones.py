"""The verbs for how the rep's own mail reads."""

from datetime import datetime

from sqlalchemy import bindparam

from triage.judging.tones import Tone
from triage.store import schema as s
from triage.store.records.rows import Rows

_t = s.tones.c
_BETWEEN = _t.at >= bindparam("since"), _t.at < bindparam("until")


class Tones(Rows):
    """How mail read when it was held, and when it left."""

    def add_tone(self, tone: Tone) -> Tone:
        """Remember how a mail reads; its id comes back with it."""
        return self._add(tone)

    def tones_between(self, team: str, since: datetime, until: datetime) -> list[Tone]:
        """How a team's mail of that time reads, oldest first."""
        return self._all(Tone, {"team": team, "since": since, "until": until}, *_BETWEEN, order=_t.at)
