"""What would have been: past mail, judged and held as if the program had been there. Nothing is remembered.

The clock is each message's own INTERNALDATE, so a rehearsal gives the same answer whenever it is run.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from triage.judging.cooldown import (
    Cooldown,
    Extend,
    Hold,
    Incoming,
    Open,
    Outgoing,
    Pass,
    on_message,
    on_reply,
)
from triage.judging.customers import domain_of
from triage.judging.past import Received, Sent
from triage.judging.rules import TeamRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What would have opened a cool-down, and what would have been held."""

    heated: tuple[Received, ...]
    held: tuple[Sent, ...]


def rehearse(past: Iterable[Received | Sent], rules: TeamRules) -> Rehearsed:
    """Play the past in the order of its dates."""
    stage = _Stage(rules)
    for each in sorted(past, key=lambda e: e.at):
        stage.play(each)
    return Rehearsed(heated=tuple(stage.heated), held=tuple(stage.held))


class _Stage:
    """The state of a rehearsal: threads and open cool-downs."""

    def __init__(self, rules: TeamRules) -> None:
        self._rules = rules
        self._threads: dict[str, str] = {}
        self._open: dict[str, Cooldown] = {}
        self._named = defaultdict[str, list[str]](list)
        """The ids of cool-downs by each address of their customers, and by its domain."""
        self.heated: list[Received] = []
        self.held: list[Sent] = []

    def play(self, each: Received | Sent) -> None:
        """One message comes in or goes out."""
        known = self._thread(each.references)
        if isinstance(each, Received):
            self._received(each, known or _root(each))
        else:
            self._sent(each, known)
        for id_ in (*each.references, each.message_id):
            self._threads.setdefault(id_, known or _root(each))

    def _received(self, each: Received, thread: str) -> None:
        incoming = Incoming(
            message=each.message_id,
            account="",
            team="",
            customer=each.customer,
            thread=thread,
            subject_key=each.subject_key,
            heated=each.score >= self._rules.heat.heated_at,
            internal_date=each.at,
            ignore_because=each.ignored_because,
        )
        decision = on_message(
            incoming, self._open_of(each.customer.addresses, each.at), self._rules.cooldown, each.at
        )
        if isinstance(decision, Open):
            if decision.instead_of:
                self._open.pop(decision.instead_of.id)
            self._keep([replace(decision.cooldown, id=f"c{len(self.heated) + 1}")])
        if isinstance(decision, Extend):
            self._keep([decision.cooldown])
        if isinstance(decision, Open | Extend):
            self.heated.append(each)

    def _sent(self, each: Sent, thread: str) -> None:
        reply = Outgoing(recipients=each.recipients, thread=thread, subject_key=each.subject_key)
        never_hold = self._rules.customers.never_hold
        match on_reply(reply, self._open_of(each.recipients, each.at), each.at, never_hold=never_hold):
            case Hold(started=started):
                self._keep(started)
                self.held.append(each)
            case Pass(over=over):
                for cooldown in over:
                    self._open.pop(cooldown.id)

    def _keep(self, cooldowns: Sequence[Cooldown]) -> None:
        for cooldown in cooldowns:
            if cooldown.id not in self._open:
                for name in _names(cooldown.customer.addresses):
                    self._named[name].append(cooldown.id)
            self._open[cooldown.id] = cooldown

    def _open_of(self, addresses: Iterable[str], at: datetime) -> list[Cooldown]:
        """The cool-downs open then that may concern one of these addresses, in the order of opening."""
        found = dict[str, Cooldown]()
        for name in _names(addresses):
            is_open = [id_ for id_ in self._named.get(name, ()) if self._is_open(id_, at)]
            if is_open:
                self._named[name] = is_open
                found |= {id_: self._open[id_] for id_ in is_open}
        return sorted(found.values(), key=lambda cooldown: int(cooldown.id[1:]))

    def _is_open(self, id_: str, at: datetime) -> bool:
        return id_ in self._open and self._open[id_].expires_at > at

    def _thread(self, references: Sequence[str]) -> str:
        return next((self._threads[i] for i in reversed(references) if i in self._threads), "")


def _names(addresses: Iterable[str]) -> set[str]:
    """What one of a customer shares with any other: no mail concerns a customer without one of these."""
    return {name for address in addresses for name in (address.lower(), domain_of(address))}


def _root(each: Received | Sent) -> str:
    return next(iter(each.references), each.message_id)
