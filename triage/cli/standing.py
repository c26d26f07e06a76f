"""`status` and `page`."""

from typing import TYPE_CHECKING, Any

import click

from triage.cli.common import load_config, opened_office, plain, print_json, with_config, with_json
from triage.cli.showing import count_of, next_lines, until_words, why
from triage.errors import NotAllowed

if TYPE_CHECKING:
    from triage.config import Config

Facts = dict[str, Any]


@click.command()
@with_config
@with_json
def status(config_file: str | None, as_json: bool) -> None:
    """Show what is held, the doors, the last check of each mailbox, and what is not enforced.

    \b
    triage status
    triage status --json
    """
    from triage.daemon.locks import is_running
    from triage.desk.views import standing

    config = load_config(config_file, lenient=True)
    with opened_office(config) as office, office.store.look() as records:
        facts = plain(standing(office, records, running=is_running(config)))
    if as_json:
        print_json(facts)
    else:
        _print_status(facts, config)


@click.command()
@click.option(
    "--open/--print", "open_it", default=True, help="Open it in the browser, or only print its link."
)
@with_config
@with_json
def page(open_it: bool, config_file: str | None, as_json: bool) -> None:
    """Open the page that shows what is held; its link lets only you in.

    \b
    triage page
    triage page --print
    """
    from triage.daemon.locks import is_running
    from triage.web import PageKey

    config = load_config(config_file, lenient=True)
    with opened_office(config) as office, office.store.look() as records:
        note = records.note("daemon") or {}
    if not is_running(config) or not note.get("page"):
        raise NotAllowed("No page is served: start `triage run`, and see that `web.enabled` is not false.")
    link = PageKey.of(config.store.parent).link(note["page"])
    if as_json:
        print_json({"link": link})
        return
    click.echo(link)
    if open_it:
        click.launch(link)


def _print_status(facts: Facts, config: "Config") -> None:
    click.echo(
        "The daemon is running." if facts["running"] else "The daemon is NOT running: start `triage run`."
    )
    if facts["paused"]:
        click.echo(f"PAUSED {until_words(facts['paused']['until'], config)}: new mail passes.")
    _print_replies(facts["held"])
    for told in facts["told"]:
        click.echo(f"! {told['account']}: {told['text']}" if told["account"] else f"! {told['text']}")
    for cooldown in facts["cooldowns"]:
        click.echo(f"Cool-down {cooldown['id']} of {cooldown['customer']}: {_clock(cooldown)}")
    for line in door_lines(facts["doors"]):
        click.echo(line)
    if facts["page"]:
        click.echo(f"The page is at {facts['page']}; `triage page` opens it.")
    for mailbox in facts["mailboxes"]:
        click.echo(f"{mailbox['account']} {mailbox['folder']}: last checked {mailbox['last_checked_local']}")
    for sentence in facts["not_enforced"]:
        click.echo(f"Not held: {sentence}")


def _print_replies(replies: list[Facts]) -> None:
    click.echo(count_of(replies))
    for each in replies:
        because = why(each)
        click.echo(
            f"  {each['id']} {each['state']} to {', '.join(each['to'])}, due {each['due_local']}"
            + (f": {because}" if because else "")
        )
    for line in next_lines(replies):
        click.echo(f"  {line}")


def _clock(cooldown: Facts) -> str:
    due = cooldown["due_local"]
    if not due:
        return "its clock starts with your reply"
    return f"its time was over {due}" if cooldown["over"] else f"until {due}"


def door_lines(doors: Facts) -> list[str]:
    """One line a door: what it holds, or why it is closed."""
    holds = {
        "gate": f"what your mail client sends to {doors['gate']}, where the customer is heated",
        "drafts": "a draft to a heated customer, in Cooldown/Held; it comes back when the time is over",
        "hand_off": f"what is saved in the folder Cooldown/Send ({', '.join(doors['hand_off'])})",
    }
    names = {"gate": "The gate", "drafts": "Drafts", "hand_off": "Cooldown/Send"}
    closed = doors["closed"]
    return [
        f"{name} is closed: {closed[door]}." if door in closed else f"{name} holds {holds[door]}."
        for door, name in names.items()
    ]
