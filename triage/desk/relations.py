"""What is remembered of each customer, gathered for `judging.accounts`: their mail, ours, promises."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache, partial

from triage.desk.office import Office
from triage.desk.ports import Records
from triage.desk.settings import Team
from triage.judging.accounts import Heard, Relation, Standing, Told, standing_of, top_of
from triage.judging.customers import Customer
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


def standings(office: Office, records: Records, team: Team, now: datetime) -> list[Standing]:
    """How the accounts of a team stand: those that its rules list, else those with the most mail."""
    listed = team.rules.customers.top
    known = [
        r for r in relations(office, records, team, now) if len(r.heard) + len(r.told) >= FEWEST or listed
    ]
    return [standing_of(relation, now) for relation in top_of(known, listed, now)]


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


def relations(office: Office, records: Records, team: Team, now: datetime) -> list[Relation]:
    """Every customer of a team, with what was known by that time."""
    heard, departed = defaultdict[str, list[Heard]](list), defaultdict[str, list[str]](list)
    contacts = dict[str, str]()
    for each in records.heard_between(team.name, now - YEAR, now):
        if each.departed:
            departed[_label(team, each.departed)].append(each.departed)
        if not each.ignored:
            heard[each.customer].append(Heard(at=each.at, level=each.level, thread=each.thread))
            contacts[each.customer] = each.name
    told = defaultdict[str, list[Told]](list)
    for customer, mail in _our_mail(office, records, team, now):
        told[customer].append(mail)
    promises = defaultdict[str, list[GivenPromise]](list)
    for given in records.promises_since(now - YEAR):
        if given.team == team.name and given.made_at <= now:
            promises[given.customer.label].append(given)
    return [
        Relation(
            customer=customer,
            heard=tuple(sorted(heard[customer], key=lambda each: each.at)),
            told=tuple(sorted(told[customer], key=lambda each: each.at)),
            promises=tuple(promises[customer]),
            departed=tuple(dict.fromkeys(departed[customer])),
            contact=contacts.get(customer, ""),
        )
        for customer in sorted({*heard, *told, *promises})
    ]


def _our_mail(office: Office, records: Records, team: Team, now: datetime) -> Iterator[tuple[str, Told]]:
    """Each mail that went out, once for each customer that it went to."""
    customers_of = cache(partial(_customers, office, team))
    for mail in records.told_between(team.name, now - YEAR, now):
        for customer in customers_of(mail.recipients):
            yield customer, Told(at=mail.at, thread=mail.thread)


def _customers(office: Office, team: Team, recipients: tuple[str, ...]) -> set[str]:
    """The customers among the recipients, by their labels; our own people are none."""
    accounts = [account for account in office.settings.accounts.values() if account.team == team.name]
    outside = (each for each in recipients if not any(account.is_internal(each) for account in accounts))
    return {_label(team, address) for address in outside}


def _label(team: Team, address: str) -> str:
    return Customer.of([address], free_mail=team.free_mail).label
