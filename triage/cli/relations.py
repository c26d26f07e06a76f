"""`promises`, `kept` and `accounts`: what was promised, and how the relationships stand."""

from typing import Any

import click

from triage.cli.common import (
    load_config,
    opened_office,
    plain,
    print_json,
    print_table,
    with_config,
    with_id,
    with_json,
    with_team,
)
from triage.cli.replies import ask_daemon, span

_ARROWS = {"up": "▲ up", "steady": "► steady", "down": "▼ down"}


@click.command()
@click.option("--all", "everything", is_flag=True, help="Also what was kept.")
@with_config
@with_json
def promises(everything: bool, config_file: str | None, as_json: bool) -> None:
    """List what was promised to customers and is still to be kept.

    \b
    triage promises
    triage promises --all --json
    """
    from triage.desk.views import given_promises

    config = load_config(config_file, lenient=True)
    with opened_office(config) as office, office.store.look() as records:
        facts = plain(given_promises(office, records, everything=everything))
    if as_json:
        print_json(facts)
    elif not facts:
        click.echo("Nothing is promised.")
    else:
        rows = [
            (each["id"], each["state"], each["customer"], each["due_local"], each["text"]) for each in facts
        ]
        print_table(("id", "state", "customer", "due", "you wrote"), rows)


@click.command()
@with_id
@click.option("--no-promise", is_flag=True, help="It was none: forget it.")
@with_config
@with_json
def kept(id_: str, no_promise: bool, config_file: str | None, as_json: bool) -> None:
    """Say that a promise is kept.

    \b
    triage kept p5
    triage kept p6 --no-promise
    """
    config = load_config(config_file, lenient=True)
    answer = ask_daemon(config, "kept", id_, "none" if no_promise else "")
    print_json({"id": id_, "answer": answer}) if as_json else click.echo(answer)


@click.command()
@click.argument("customer", default="")
@with_config
@with_json
def accounts(customer: str, config_file: str | None, as_json: bool) -> None:
    """Show how the relationships stand; of one CUSTOMER also the notes that there are to send.

    \b
    triage accounts
    triage accounts acme.example
    """
    from triage.desk.views import account_facts

    config = load_config(config_file, lenient=True)
    with opened_office(config) as office, office.store.look() as records:
        facts = plain(account_facts(office, records))
    found = [each for each in facts if customer.lower() in ("", each["customer"])]
    if as_json:
        print_json(found)
    elif not found:
        click.echo("There is too little mail yet to tell.")
    elif customer:
        _print_account(found[0])
    else:
        print_table(("customer", "", "why"), [(e["customer"], _ARROWS[e["arrow"]], e["why"]) for e in found])
        for each in found:
            for hint in each["hints"]:
                click.echo(f"{each['customer']}: {hint}")


@click.command()
@click.option("--since", default="90d", metavar="TIME", help="How far back, as 90d.")
@click.option("--mine", is_flag=True, help="How your own mail reads, week by week: for you alone.")
@with_team
@with_config
@with_json
def stats(since: str, mine: bool, team: str, config_file: str | None, as_json: bool) -> None:
    """Did waiting help? What came of the replies that were held.

    \b
    triage stats
    triage stats --since 30d --json
    triage stats --mine
    """
    from triage.desk.views import mirror_facts, waiting_facts

    with opened_office(load_config(config_file, lenient=True)) as office, office.store.look() as records:
        if mine:
            weeks = mirror_facts(office, records)
        else:
            facts = waiting_facts(office, records, team, span(since))
    if mine:
        print_json(weeks) if as_json else _print_mirror(weeks)
    elif as_json:
        print_json(facts)
    else:
        _print_waiting(facts)


def _print_waiting(facts: dict[str, Any]) -> None:
    click.echo(facts["line"] or "No held reply was sent in that time.")
    if facts["replies"]:
        click.echo(facts["found"])
        headings = ("held", "customer", "", "found when held", "found in what left", "their next")
        print_table(headings, [_waited(each) for each in facts["replies"]])


def _waited(each: dict[str, Any]) -> tuple[str, ...]:
    changed = "rewritten" if each["rewritten"] else "as it was"
    return each["held_local"], each["customer"], changed, *each["found"], each["next"]


def _print_mirror(mirrors: list[dict[str, Any]]) -> None:
    """For the rep alone, as its first line says."""
    if not any(each["lines"] for each in mirrors):
        click.echo("There is no mail of yours yet to tell of.")
        return
    click.echo("Only you see this: it is in no mail and in no export.")
    for each in mirrors:
        for line in (each["account"], *each["lines"]) if each["lines"] else ():
            click.echo(line)


def _print_account(facts: dict[str, Any]) -> None:
    click.echo(f"{facts['customer']}  {_ARROWS[facts['arrow']]}: {facts['why']}")
    for hint in facts["hints"]:
        click.echo(f"  {hint}")
    for name, text in facts["notes"].items():
        click.echo(f"\nA note to send ({name}):\n\n{text}")
