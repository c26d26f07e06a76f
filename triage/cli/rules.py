"""`rules learn`: what the corrections say that a team's rules might have."""

from typing import TYPE_CHECKING

import click

from triage.cli.common import (
    counted,
    load_config,
    opened_office,
    print_json,
    with_config,
    with_json,
    with_team,
)

if TYPE_CHECKING:
    from triage.judging.corrections import Proposal


@click.group()
def rules() -> None:
    """Look after the rules.

    \b
    triage rules learn
    """


@rules.command(short_help="Propose lines for the rules from the corrections.")
@with_team
@with_config
@with_json
def learn(team: str, config_file: str | None, as_json: bool) -> None:
    """Propose lines for your team's rules from the corrections; nothing is changed.

    \b
    triage rules learn
    """
    from triage.desk.summaries import named_team
    from triage.judging.corrections import proposals

    with opened_office(load_config(config_file, lenient=True)) as office, office.store.look() as records:
        named = named_team(office, team)
        found = proposals(records.corrections(named.name), named.rules)
    if as_json:
        print_json([{"words": p.words, "heated": p.heated, "customers": p.customers} for p in found])
    elif not found:
        click.echo("Nothing to learn yet: no words were corrected for more than one customer.")
    else:
        click.echo("# What is right for all of your customers, put into your team's rules.")
        click.echo("heat:\n  phrases:")
        for name, heated in (("calm", False), ("heated", True)):
            _print_phrases(name, [each for each in found if each.heated is heated])


def _print_phrases(name: str, found: "list[Proposal]") -> None:
    """YAML takes a double-quoted string as JSON writes it."""
    import json

    if found:
        click.echo(f"    {name}:")
    for each in found:
        words = json.dumps(each.words, ensure_ascii=False)
        click.echo(f"      - {words}  # {counted(each.customers, 'customer', 'customers')}")
