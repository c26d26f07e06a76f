"""`score` and `suggest`: what the program makes of a text."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from triage.cli.common import print_json, print_table, with_config, with_json, with_team
from triage.cli.lines import answer_lines, string_of
from triage.errors import BadInput

if TYPE_CHECKING:
    from triage.desk import Account, Team
    from triage.judging.rules import TeamRules
    from triage.judging.verdicts import Verdict
    from triage.reading.messages import Message


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--jsonl", is_flag=True, help='Read {"id","text"} lines on stdin, write a verdict for each, in order.'
)
@with_team
@with_config
@with_json
def score(files: tuple[Path, ...], jsonl: bool, team: str, config_file: str | None, as_json: bool) -> None:
    """Score mail or text: .eml, .mbox, Maildir folders, plain text; stdin for `-` or where none is named.

    \b
    triage score complaint.eml archive.mbox ~/Maildir
    pbpaste | triage score -
    triage score --jsonl < texts.jsonl > verdicts.jsonl
    """
    if jsonl and files:
        raise BadInput("With --jsonl the texts come from stdin: name no files.")
    rules = settings_for(config_file, team)[0].rules
    if jsonl:
        answer_lines(sys.stdin.buffer, lambda line: _scored(line, rules))
        return
    rows, unread = _scored_files(files, rules)
    if as_json:
        print_json(rows)
    elif rows:
        print_table(("mail", "level", "score", "words", "main issue"), [_row(r) for r in rows])
    elif not unread:
        click.echo("There is no mail in that.", err=True)
    if unread:
        raise BadInput("\n".join(unread))


def _scored_files(files: Sequence[Path], rules: "TeamRules") -> tuple[list[dict[str, Any]], list[str]]:
    """A verdict for each message, and a sentence for each file that cannot be read."""
    from triage.cli.letters import STDIN, every_file, read_letters
    from triage.judging.verdicts import judge

    rows: list[dict[str, Any]] = []
    unread: list[str] = []
    for file in every_file(files or (STDIN,)):
        try:
            letters = read_letters(file)
        except BadInput as wrong:
            unread.append(str(wrong))
            continue
        for name, message in letters:
            facts = verdict_facts(judge(message, rules.measure()))
            rows.append({"id": name, **facts, "machine_made": message.machine_made or None})
    return rows, unread


def _row(facts: dict[str, Any]) -> tuple[str, ...]:
    words = ", ".join(f"“{f['words']}”" for f in facts["findings"] if f["weight"] > 0)
    level = "machine-made, would be ignored" if facts["machine_made"] else facts["level"]
    return facts["id"], level, f"{facts['score']:.2f}", words, facts["main_issue"] or ""


def verdict_facts(verdict: "Verdict") -> dict[str, Any]:
    """A verdict for a face."""
    issue = verdict.issue
    return {
        "score": round(verdict.heat.score, 4),
        "level": str(verdict.heat.level),
        "main_issue": issue.sentence if issue else None,
        "kind": issue.kind if issue else None,
        "facts": list(issue.facts) if issue else [],
        "wants": issue.wants if issue else "",
        "by": issue.by if issue else "",
        "asked": issue.asked if issue else "",
        "findings": [
            {"signal": f.signal, "words": f.words, "weight": round(f.weight, 3), "place": f.place}
            for f in verdict.heat.findings
        ],
    }


def _scored(line: Mapping[str, Any], rules: "TeamRules") -> dict[str, Any]:
    from triage.judging.verdicts import judge
    from triage.reading.messages import parse_text

    message = parse_text(string_of(line, "text", required=True), string_of(line, "subject"))
    facts = verdict_facts(judge(message, rules.measure()))
    return {key: facts[key] for key in ("score", "level", "main_issue")}


def settings_for(config_file: str | None, name: str) -> "tuple[Team, tuple[Account, ...]]":
    """The team whose rules and words hold, with its accounts; the shipped ones where there is no config."""
    import os

    from triage import config as files
    from triage.daemon.offices import default_team, settings_of

    try:
        path = files.find(config_file, os.environ)
    except BadInput:
        if config_file or name or os.environ.get("TRIAGE_CONFIG"):
            raise
        return default_team(), ()
    settings = settings_of(files.load(path))
    if not name and len(settings.teams) > 1:
        raise BadInput(f"Name one of your teams with --team: {', '.join(sorted(settings.teams))}.")
    if name and name not in settings.teams:
        raise BadInput(f'There is no team "{name}"; there are {", ".join(sorted(settings.teams))}.')
    team = settings.teams[name] if name else next(iter(settings.teams.values()))
    return team, tuple(account for account in settings.accounts.values() if account.team == team.name)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@with_team
@with_config
@with_json
def suggest(file: Path, team: str, config_file: str | None, as_json: bool) -> None:
    """Suggest a reply to a message (`-` is stdin): the issue, the solution first, options, a time.

    \b
    triage suggest complaint.eml
    """
    from triage.clock import SystemClock
    from triage.desk.suggesting import suggestion_for
    from triage.judging.verdicts import judge

    rules, accounts = settings_for(config_file, team)
    message = first_of(file)
    verdict = judge(message, rules.rules.measure())
    rep = accounts[0].name if len(accounts) == 1 else ""
    suggestion = suggestion_for(message, verdict, rules, SystemClock().now(), rep=rep)
    if note := _NEEDLESS.get(verdict.heat.level):
        click.echo(note, err=True)
    if as_json:
        print_json(
            {
                "body": suggestion.body,
                "template": suggestion.template,
                "ready": suggestion.ready,
                "blanks": suggestion.blanks,
                **{k: v for k, v in verdict_facts(verdict).items() if k != "findings"},
            }
        )
        return
    click.echo(suggestion.body)
    if suggestion.blanks:
        click.echo(f"Not ready: fill in {', '.join(suggestion.blanks)}", err=True)


_NEEDLESS = {
    "calm": "This message is calm: perhaps it needs no such answer.",
    "grateful": "This message is grateful: perhaps it needs no such answer.",
    "unsure": "Whether this message is heated cannot be told: perhaps it needs no such answer.",
}


def first_of(file: Path) -> "Message":
    """The one message of a file, or its first; then that is said."""
    from triage.cli.letters import every_file, read_letters

    letters = [letter for each in every_file((file,)) for letter in read_letters(each)]
    if not letters:
        raise BadInput(f"{file} holds no mail.")
    name, message = letters[0]
    if len(letters) > 1:
        click.echo(f"{file} holds {len(letters)} messages; this answers the first, {name}.", err=True)
    return message
