"""`explain`: why a message was or was not heated, why a reply is or was held."""

from typing import Any

import click

from triage.cli.common import (
    counted,
    load_config,
    opened_office,
    plain,
    print_json,
    print_table,
    with_config,
    with_id,
    with_json,
)

_LEAST = 0.1
"""What weighs less changes no verdict, and makes the table long."""


@click.command()
@with_id
@with_config
@with_json
def explain(id_: str, config_file: str | None, as_json: bool) -> None:
    """Explain a message (m34, or its Message-ID), a reply (r12) or a cool-down (c5).

    \b
    triage explain m34
    triage explain r12
    triage explain "<4711.abc@mail.example.com>"
    """
    from triage.desk.views import explained

    config = load_config(config_file, lenient=True)
    with opened_office(config) as office, office.store.look() as records:
        facts = plain(explained(office, records, id_))
    if as_json:
        print_json(facts)
        return
    for each in facts:
        _print_explained(each)


def _print_explained(facts: dict[str, Any]) -> None:
    click.echo(f"{facts['id']}: {facts['what']}")
    for line in facts["because"]:
        click.echo(f"  {line}")
    for step in facts.get("next", ()):
        click.echo(f"  what you can do: {step}")
    if findings := facts.get("findings"):
        told = [f for f in findings if abs(f["weight"]) >= _LEAST]
        print_table(
            ("speaks for", "weight", "signal", "words"),
            [
                (
                    "heat" if f["weight"] > 0 else "calm",
                    f"{f['weight']:+.2f}",
                    f["signal"].replace("_", " "),
                    f"“{' '.join(f['words'].split())}”",
                )
                for f in told
            ],
        )
        if little := len(findings) - len(told):
            click.echo(f"and {counted(little, 'finding', 'findings')} of little weight (--json has all)")
