"""`score`, `suggest`, `explain`: what the program makes of a text, and why."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from triage.cli.common import (
    load_config,
    opened_office,
    plain,
    print_json,
    print_table,
    with_config,
    with_json,
    with_team,
)
from triage.errors import BadInput

if TYPE_CHECKING:
    from triage.desk import Team
    from triage.judging.rules import TeamRules
    from triage.judging.verdicts import Verdict


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--jsonl", is_flag=True, help='Read {"id","text"} lines on stdin, write a verdict for each, in order.'
)
@with_team
@with_config
@with_json
def score(files: tuple[Path, ...], jsonl: bool, team: str, config_file: str | None, as_json: bool) -> None:
    """Score mail or text: .eml, .mbox, Maildir folders, plain text; stdin where no file is named.

    \b
    triage score complaint.eml archive.mbox ~/Maildir
    triage score --jsonl < texts.jsonl > verdicts.jsonl
    """
    from triage.cli.letters import read_letters

    rules = team_of(config_file, team).rules
    if jsonl:
        score_lines(sys.stdin.buffer, rules)
        return
    from triage.judging.verdicts import judge

    rows = []
    for name, message in read_letters(files):
        rows.append({"id": name, **verdict_facts(judge(message, rules))})
    if as_json:
        print_json(rows)
    else:
        print_table(("mail", "level", "score", "words", "main issue"), [_row(r) for r in rows])


def _row(facts: dict[str, Any]) -> tuple[str, ...]:
    words = ", ".join(f"“{f['words']}”" for f in facts["findings"] if f["weight"] > 0)
    return facts["id"], facts["level"], f"{facts['score']:.2f}", words, facts["main_issue"] or ""


def verdict_facts(verdict: "Verdict") -> dict[str, Any]:
    """A verdict for a face."""
    issue = verdict.issue
    return {
        "score": round(verdict.heat.score, 4),
        "level": str(verdict.heat.level),
        "main_issue": issue.sentence if issue else None,
        "kind": issue.kind if issue else None,
        "facts": list(issue.facts) if issue else [],
        "findings": [
            {"signal": f.signal, "words": f.words, "weight": round(f.weight, 3), "place": f.place}
            for f in verdict.heat.findings
        ],
    }


def score_lines(lines: Iterable[bytes], rules: "TeamRules") -> None:
    """One verdict a line, in order, in constant memory; what cannot be read gets an error in its place."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            sys.stdout.write(json.dumps(_scored(line, number, rules), ensure_ascii=False) + "\n")


def _scored(line: bytes, number: int, rules: "TeamRules") -> dict[str, Any]:
    from triage.cli.letters import message_of
    from triage.judging.verdicts import judge

    asked: Any = None
    try:
        asked = json.loads(line)
        facts = verdict_facts(judge(message_of(asked["text"], asked.get("subject") or ""), rules))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as wrong:
        id_ = asked.get("id") if isinstance(asked, dict) else None
        return {"id": id_, "line": number, "error": f"cannot be read: {wrong}"}
    return {"id": asked.get("id"), **{key: facts[key] for key in ("score", "level", "main_issue")}}


def team_of(config_file: str | None, name: str) -> "Team":
    """The team whose rules and words hold; the shipped ones where there is no configuration."""
    import os

    from triage import config as files
    from triage.daemon import default_team, settings_of

    if config_file is None and not name:
        try:
            path = files.find(None, os.environ)
        except BadInput:
            return default_team()
    else:
        path = files.find(config_file, os.environ)
    teams = settings_of(files.load(path)).teams
    if not name and len(teams) > 1:
        raise BadInput(f"Name one of your teams with --team: {', '.join(sorted(teams))}.")
    if name and name not in teams:
        raise BadInput(f'There is no team "{name}"; there are {", ".join(sorted(teams))}.')
    return teams[name] if name else next(iter(teams.values()))


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@with_team
@with_config
@with_json
def suggest(file: Path, team: str, config_file: str | None, as_json: bool) -> None:
    """Suggest a reply to a message: the issue, the solution first, options, a time."""
    from triage.cli.letters import read_letters
    from triage.clock import SystemClock
    from triage.desk.suggesting import suggestion_for
    from triage.judging.verdicts import judge

    rules = team_of(config_file, team)
    (_, message), *_ = read_letters((file,))
    verdict = judge(message, rules.rules)
    suggestion = suggestion_for(message, verdict, rules, SystemClock().now())
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


@click.command()
@click.argument("id_", metavar="ID")
@with_config
@with_json
def explain(id_: str, config_file: str | None, as_json: bool) -> None:
    """Explain a message (m34, or its Message-ID), a reply (r12) or a cool-down (c5)."""
    from triage.desk.views import explained

    with opened_office(load_config(config_file)) as office, office.store.look() as records:
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
    if facts.get("findings"):
        print_table(
            ("signal", "weight", "words"),
            [(f["signal"], f"{f['weight']:+.2f}", f"“{f['words']}”") for f in facts["findings"]],
        )
