"""`held` and `held show`."""

from typing import Any

import click

from triage.cli.checks import print_review
from triage.cli.common import (
    load_config,
    opened_office,
    plain,
    print_json,
    with_config,
    with_id,
    with_json,
)
from triage.cli.showing import print_replies


@click.group(invoke_without_command=True)
@click.option("--all", "everything", is_flag=True, help="Also what was sent, withdrawn or superseded.")
@with_config
@with_json
@click.pass_context
def held(ctx: click.Context, everything: bool, config_file: str | None, as_json: bool) -> None:
    """List the held replies.

    \b
    triage held
    triage held --all --json
    triage held show r12
    """
    if ctx.invoked_subcommand:
        return
    from triage.desk.views import held_replies

    config = load_config(config_file, lenient=True)
    with opened_office(config) as office, office.store.look() as records:
        facts = plain(held_replies(office, records, everything=everything))
    if as_json:
        print_json(facts)
    elif not facts:
        click.echo("Nothing is held.")
    else:
        print_replies(facts)


@held.command(short_help="One of them: the customer's words, the reply, the suggestion.")
@with_id
@with_config
@with_json
def show(id_: str, config_file: str | None, as_json: bool) -> None:
    """Show one held reply: the customer's words, the reply, and the suggestion.

    \b
    triage held show r12
    """
    from triage.desk.views import matter_lines, whole_reply

    config = load_config(config_file, lenient=True)
    with opened_office(config) as office, office.store.look() as records:
        facts = plain(whole_reply(office, records, records.reply(id_)))
    if as_json:
        print_json(facts)
    else:
        _print_reply(facts, matter_lines(facts))


_TITLES = {"acknowledgement": "The acknowledgement", "summary": "The manager's summary"}
"""What a mail of the outbox is, where it is none of the rep's."""


def _print_reply(facts: dict[str, Any], matter: list[tuple[str, str]]) -> None:
    click.echo(f"{facts['id']}  {facts['state']}  to {', '.join(facts['to'])}")
    for title, words in (
        ("Subject", facts["subject"]),
        ("Due", facts["due_local"]),
        ("When its time is over", facts["then"]),
        ("It waits for you", facts["asked_because"]),
        ("It ended", facts["because"]),
        ("The server said", facts["last_answer"]),
    ):
        if words:
            click.echo(f"{title}: {words}")
    for step in facts["next"]:
        click.echo(f"What you can do: {step}")
    click.echo()
    for title, words in matter:
        if words:
            click.echo(f"{title.capitalize()}: {words}")
    if facts["words"]:
        click.echo("The customer's words: " + ", ".join(f"“{w}”" for w in facts["words"]))
    _print_text(_TITLES.get(facts["door"], "Your reply"), facts["reply"] or "(its bytes are no longer kept)")
    if facts["check"]:
        _print_title("The check")
        print_review(facts["check"])
    if facts["suggestion"]:
        _print_text("Suggestion", facts["suggestion"])


def _print_text(title: str, text: str) -> None:
    _print_title(title)
    click.echo(text)


def _print_title(title: str) -> None:
    click.echo(f"\n{title}\n{'-' * len(title)}")
