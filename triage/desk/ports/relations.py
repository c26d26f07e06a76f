"""What the desk needs to know of what passed between a team and its customers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from triage.judging.accounts import Heard
from triage.judging.facts import HeardOf, HeardTraffic, ToldTraffic
from triage.reading.heat import Level


class Relations(Protocol):
    """What passed between a team and its customers, and no word of it; days that are over are read whole."""

    def heard_traffic(
        self, team: str, since: datetime, lately: datetime, until: datetime
    ) -> list[HeardTraffic]:
        """How much each customer wrote in that time, in whole days."""
        ...

    def told_traffic(
        self, team: str, since: datetime, lately: datetime, until: datetime
    ) -> list[ToldTraffic]:
        """How much was written to whom in that time, in whole days."""
        ...

    def heard_between(self, team: str, since: datetime, until: datetime) -> list[HeardOf]:
        """Each message that came in that time, as they came."""
        ...

    def heard_of(
        self, team: str, customers: Sequence[str], since: datetime, until: datetime
    ) -> Mapping[str, Sequence[Heard]]:
        """What each of these customers wrote in that time, oldest first."""
        ...

    def told_to(
        self, team: str, people: Sequence[str], since: datetime, until: datetime
    ) -> list[tuple[str, datetime]]:
        """When what was written to these people left in that time, a day's last for all; oldest first."""
        ...

    def contact_of(self, team: str, customer: str, until: datetime) -> str:
        """The name of the person who wrote last, for that customer."""
        ...

    def departed_between(self, team: str, since: datetime, until: datetime) -> list[str]:
        """The addresses of contacts of whom it was said in that time that they are no longer there."""
        ...

    def answered_between(
        self, team: str, customer: str, since: datetime, until: datetime, *, known: datetime, most: int
    ) -> list[tuple[datetime, datetime]]:
        """When the newest messages of that time came, and were answered; such as were by `known`."""
        ...

    def next_level(self, team: str, customer: str, after: datetime, until: datetime) -> Level | None:
        """How the customer's next message of that time reads."""
        ...

    def heated_between(self, team: str, since: datetime, until: datetime) -> list[datetime]:
        """When heated messages came."""
        ...

    def sent_between(self, team: str, since: datetime, until: datetime) -> list[datetime]:
        """When replies left that a cool-down had held."""
        ...
