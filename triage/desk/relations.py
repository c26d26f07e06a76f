"""What is remembered of each customer, gathered for `judging.accounts`: their mail, ours, promises."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain

from triage.desk.office import Office
from triage.desk.ports import Records
from triage.desk.settings import Team
from triage.judging.accounts import (
    LATELY,
    PAST,
    Answered,
    Relation,
    Standing,
    standing_of,
    top_of,
)
from triage.judging.customers import Customer
from triage.judging.facts import HeardTraffic, ToldTraffic
from triage.judging.promises import GivenPromise
from triage.writing.summary import PromiseItem
from triage.writing.times import Window

SOON = timedelta(days=3)
"""So long before a promise falls due it stands in the manager's mail."""
LONGEST_PROMISE = timedelta(days=90)
"""What was promised earlier is no longer told of there."""
YEAR = timedelta(days=365)
"""So far back an account is looked at."""
FEWEST = 3
"""A customer with less mail is no account yet, unless the team's rules name it."""
ENOUGH = 200
"""So many answers, the newest, say how long customers usually wait."""


def standings(office: Office, records: Records, team: Team, now: datetime) -> list[Standing]:
    """How the accounts of a team stand: those that its rules list, else those with the most mail."""
    told = _told_traffic(office, records, team, now)
    names = top_of(_traffic(records, team, told, now), team.rules.customers.top)
    return [standing_of(relation, now) for relation in _relations(records, team, names, told, now)]


def promise_items(records: Records, team: Team, window: Window) -> Iterator[PromiseItem]:
    """For the manager: what was kept in this time, what is broken, what falls due soon; never the words."""
    for given in records.promises_since(window.until - LONGEST_PROMISE):
        if given.team != team.name or given.due_at is None or given.made_at >= window.until:
            continue
        state = given.state(window.until)
        kept = given.kept_at is not None and window.since <= given.kept_at < window.until
        soon = state == "due" and given.due_at < window.until + SOON
        if kept or soon or state == "broken":
            yield PromiseItem(customer=given.customer.label, state=state, due=given.due_at)


def _traffic(
    records: Records, team: Team, told: Mapping[str, Sequence[ToldTraffic]], now: datetime
) -> dict[str, int]:
    """How much mail of late there was with each customer that is an account."""
    mails, of_late = Counter[str](), Counter[str]()
    heard = ((t.customer, t) for t in records.heard_traffic(team.name, now - YEAR, now - PAST, now))
    ours = ((customer, t) for customer, each in told.items() for t in each)
    for customer, traffic in chain[tuple[str, HeardTraffic | ToldTraffic]](heard, ours):
        mails[customer] += traffic.mails
        of_late[customer] += traffic.of_late
    return {customer: of_late[customer] for customer, count in mails.items() if count >= FEWEST}


def _told_traffic(
    office: Office, records: Records, team: Team, now: datetime
) -> dict[str, list[ToldTraffic]]:
    """To whom we wrote, once for each customer among them."""
    found = defaultdict[str, list[ToldTraffic]](list)
    for told in records.told_traffic(team.name, now - YEAR, now - PAST, now):
        for customer in _customers(office, team, told.recipients):
            found[customer].append(told)
    return found


def _relations(
    records: Records,
    team: Team,
    names: Sequence[str],
    traffic: Mapping[str, Sequence[ToldTraffic]],
    now: datetime,
) -> list[Relation]:
    """What was known of these customers by that time."""
    since = now - YEAR
    heard = records.heard_of(team.name, names, since, now)
    told, customers = defaultdict[str, list[datetime]](list), defaultdict[str, list[str]](list)
    for name in names:
        for to in traffic.get(name, ()):
            customers[to.people].append(name)
    for people, at in records.told_to(team.name, [*customers], since, now):
        for name in customers[people]:
            told[name].append(at)
    departed, promises = defaultdict[str, list[str]](list), defaultdict[str, list[GivenPromise]](list)
    for address in records.departed_between(team.name, since, now):
        departed[_label(team, address)].append(address)
    for given in records.promises_since(since):
        if given.team == team.name and given.made_at <= now:
            promises[given.customer.label].append(given)
    return [
        Relation(
            customer=name,
            heard=tuple(heard.get(name, ())),
            told=tuple(told[name]),
            answered=tuple(_answered(records, team, name, now)),
            promises=tuple(promises[name]),
            departed=tuple(dict.fromkeys(departed[name])),
            contact=records.contact_of(team.name, name, now),
        )
        for name in names
    ]


def _answered(records: Records, team: Team, customer: str, now: datetime) -> Iterator[Answered]:
    """The newest of late, and the newest before."""
    lately = now - LATELY
    for since, until in ((now - PAST, lately), (lately, now)):
        for at, answered_at in records.answered_between(
            team.name, customer, since, until, known=now, most=ENOUGH
        ):
            yield Answered(at=at, wait=answered_at - at)


def _customers(office: Office, team: Team, recipients: tuple[str, ...]) -> set[str]:
    """The customers among the recipients, by their labels; our own people are none."""
    accounts = [account for account in office.settings.accounts.values() if account.team == team.name]
    outside = (each for each in recipients if not any(account.is_internal(each) for account in accounts))
    return {_label(team, address) for address in outside}


def _label(team: Team, address: str) -> str:
    return Customer.of([address], free_mail=team.free_mail).label
