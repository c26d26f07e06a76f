"""`summary`: the manager's mail, for the rep to read before it goes, or sent."""

import click

from triage.cli.common import load_config, opened_office, print_json, with_config, with_json, with_team
from triage.cli.replies import ask_daemon


@click.command()
@click.option("--day", default="", metavar="DATE", help="The one due on that day; else since the last one.")
@click.option("--send", is_flag=True, help="Send it now; the scheduled one still goes.")
@click.option("--html", "as_html", is_flag=True, help="Print the page of the mail, with its picture.")
@with_team
@with_config
@with_json
def summary(day: str, send: bool, as_html: bool, team: str, config_file: str | None, as_json: bool) -> None:
    """Show the manager's mail as it would go out.

    \b
    triage summary
    triage summary --day 2026-03-20
    triage summary --html > summary.html
    triage summary --send
    """
    if send:
        answer = ask_daemon(load_config(config_file, lenient=True), "summary", team, day)
        print_json({"answer": answer}) if as_json else click.echo(answer)
        return
    from triage.desk.summaries import named_team, summary_mail

    with opened_office(load_config(config_file)) as office, office.store.begin() as records:
        mail = summary_mail(office, records, named_team(office, team), day)
    if as_json:
        print_json({"subject": mail.subject, "text": mail.text, "html": mail.page})
    elif as_html:
        click.echo(mail.page)
    else:
        click.echo(f"Subject: {mail.subject}\n\n{mail.text}")
