"""`check`: what in a reply makes things worse, in which words, what instead; and what it promises."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from triage.cli.common import print_json, with_config, with_json, with_team
from triage.cli.lines import Line, answer_lines, string_of
from triage.cli.texts import first_of, settings_for
from triage.errors import BadInput

if TYPE_CHECKING:
    from triage.desk import Team
    from triage.judging.reviews import Review

_FIRST_YEAR, _LAST_YEAR = 1970, 2999


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--reply-to",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The customer's message that it answers.",
)
@click.option(
    "--jsonl",
    is_flag=True,
    help='Read {"id","body"} lines on stdin, write faults and promises for each, in order.',
)
@with_team
@with_config
@with_json
def check(
    file: Path | None, reply_to: Path | None, jsonl: bool, team: str, config_file: str | None, as_json: bool
) -> int:
    """Check a reply (`-` is stdin): which words make it worse, why, and what to write instead.

    Exit code 1 says that something was found. With --jsonl each line may also hold "main_issue",
    "sent_at" (ISO 8601) and "timezone"; the exit code is 0, as each answer says what was found.

    \b
    triage check reply.txt --reply-to complaint.eml
    pbpaste | triage check -
    triage check --jsonl < replies.jsonl > faults.jsonl
    """
    rules = settings_for(config_file, team)[0]
    if jsonl:
        if file or reply_to:
            raise BadInput("With --jsonl the replies come from stdin: name no files.")
        answer_lines(sys.stdin.buffer, lambda line: _answer(line, rules))
        return 0
    if file is None:
        raise BadInput("Name the file that holds the reply, or - for stdin.")
    from triage.desk.views import review_facts

    review = _review(file, reply_to, rules)
    facts = review_facts(review)
    if as_json:
        print_json(facts)
    else:
        print_review(facts)
    return 1 if review.faults or review.impossible else 0


def _review(file: Path, reply_to: Path | None, team: "Team") -> "Review":
    from triage.clock import SystemClock
    from triage.judging.reviews import matter_of, review
    from triage.judging.rules import standpoint
    from triage.judging.verdicts import judge

    matter = ""
    if reply_to:
        asked = first_of(reply_to)
        issue = judge(asked, team.rules.measure()).issue
        matter = matter_of(asked.subject, issue.sentence, issue.facts) if issue else ""
    where = standpoint(SystemClock().now(), team.working_zone, team.rules)
    text = first_of(file).new_text
    return review(text, team.rules.check.serious, where, main_issue=matter)


def _answer(line: Line, team: "Team") -> dict[str, Any]:
    """What `check --jsonl` says of one line."""
    from triage.clock import SystemClock
    from triage.judging.reviews import review
    from triage.judging.rules import standpoint
    from triage.reading.messages import parse_text

    body, main_issue = string_of(line, "body", required=True), string_of(line, "main_issue")
    zone = _zone(string_of(line, "timezone")) or team.working_zone
    sent_at = _moment(string_of(line, "sent_at"), zone) or SystemClock().now()
    where = standpoint(sent_at, zone, team.rules)
    found = review(parse_text(body).new_text, team.rules.check.serious, where, main_issue=main_issue)
    return {
        "serious": bool(found.serious),
        "faults": [{"kind": f.kind, "text": f.words, "instead": f.instead} for f in found.faults],
        "promises": [{"text": p.text, "due": p.due.isoformat() if p.due else None} for p in found.promises],
    }


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (LookupError, OSError, ValueError):  # no such zone, or no name of one at all
        raise BadInput("its `timezone` is no IANA name, as America/Chicago is one") from None


def _moment(written: str, zone: ZoneInfo) -> datetime | None:
    """A time in ISO 8601; without an offset, by the clock of the zone."""
    if not written:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise BadInput("its `sent_at` is no time in ISO 8601, as 2026-03-04T14:00:00-06:00 is one") from None
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise BadInput("its `sent_at` is not of these times")
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def print_review(facts: dict[str, Any]) -> None:
    """The check's findings, one below the other."""
    if not facts["read"]:
        click.echo("The check reads English only, and is not sure that this is English.")
    for fault in facts["faults"]:
        asks = " (asks you before it is sent)" if fault["serious"] else ""
        words = f": “{fault['text']}”" if fault["text"] else ""
        click.echo(f"{fault['name'][:1].upper()}{fault['name'][1:]}{words}{asks}")
        click.echo(f"    Why: {fault['why']}\n    Instead: {fault['instead']}")
    if facts["read"] and not facts["faults"]:
        click.echo("Nothing found.")
    if facts["read"] and not facts["owned"]:
        click.echo("It never says “I”: say what you do yourself.")
    for promise in facts["promises"]:
        late = ": over before it leaves" if promise["impossible"] else ""
        click.echo(f"You promise: “{promise['text']}”, due {promise['due'] or 'at no set time'}{late}")
