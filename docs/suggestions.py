"""Writes docs/suggestions.md, all suggestions as a rep gets them: `make gallery`. A test sees that it is new.

Each is rendered by the program, with its own templates and rules, from the facts that stand above it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from triage.config import default_team
from triage.judging.rules import TeamRules
from triage.reading.issues import MainIssue
from triage.writing.accounts import Note, write_note
from triage.writing.suggestions import History, SuggestionFacts, acknowledge, suggest
from triage.writing.templates import Templates

FILE = Path(__file__).with_suffix(".md")
NAME, REP, BY = "Dana", "Robin Reyes", "Tue 10:30 CST"
NOTES: tuple[Note, ...] = ("thanks", "reference", "what-happened")
ISSUES = {
    "delivery": ("Where is order 20418?", ("order 20418", "3 March")),
    "quality": ("Half of the valves of delivery note 7731 leak.", ("delivery note 7731",)),
    "billing": ("Invoice 2207 charges us twice.", ("invoice 2207", "$4,300")),
    "service": ("Ticket 88-120: your fitter shouted at our receptionist.", ("ticket 88-120",)),
    "no_response": ("Nobody has answered my three mails on ticket 551.", ("ticket 551",)),
    "contract": ("We will not renew contract C-19.", ("contract C-19",)),
    "outage": ("The press stands since the update of 3 March.", ("3 March",)),
    "general": ("The new conditions of order 90 do not work for us.", ("order 90",)),
}
HISTORIES = {
    "A promise to them is broken": History(promised="Mon 16:00 CST"),
    "They threaten to leave": History(leaving=True),
    "They have been with us for long": History(long_standing=True),
}
HEAD = """\
# The suggestions

What the program suggests as a reply, for each kind of issue: with all known, and with nothing known.
The words stand in `templates/replies/`, the options in `rules/default.yaml`; a team writes its own. What only
the rep can know is a blank, `[[...]]`: a reply with a blank is never sent by itself. The page is made by
`make gallery`, and our own reply check finds nothing in it (`tests/writing/test_gallery.py`).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One text of the gallery, and what it answers."""

    title: str
    asked: str
    """What the customer wrote; empty where nothing is answered."""
    body: str
    ready: bool
    """No blank is left in it."""
    offers: bool = False
    """It is a reply with options, and no note."""


def pieces() -> Iterator[Piece]:
    """All of them, in the order of the page."""
    team = default_team()
    for kind, (sentence, found) in ISSUES.items():
        yield from _of_kind(kind, sentence, found, team.rules, team.templates)
    yield from _special(team.rules, team.templates)
    for note in NOTES:
        body = write_note(note, team.templates, contact="Dana Lee", rep=REP)
        yield Piece(title=f"Note: {note}", asked="", body=body, ready=True)


def _of_kind(
    kind: str, sentence: str, found: tuple[str, ...], rules: TeamRules, templates: Templates
) -> Iterator[Piece]:
    name = kind.replace("_", " ").capitalize()
    full = _facts(kind, sentence, found, rules)
    yield _piece(name, sentence, full, templates)
    yield _piece(f"{name}, nothing known", "", SuggestionFacts(issue=_issue(kind)), templates)


def _special(rules: TeamRules, templates: Templates) -> Iterator[Piece]:
    """Law, words in place of a number, what went before, and the short word that goes out at once."""
    sentence, found = ISSUES["billing"]
    law = _facts("billing", sentence, found, rules, legal=True)
    yield _piece("Law is threatened", f"{sentence} Our lawyer will write to you.", law, templates)
    spoken = _facts("quality", "The pump still leaks.", (), rules)
    yield _piece("No number: the customer's own calm words", "The pump still leaks.", spoken, templates)
    for title, history in HISTORIES.items():
        facts = replace(_facts("delivery", *ISSUES["delivery"], rules), history=history)
        yield _piece(title, ISSUES["delivery"][0], facts, templates)
    sentence, found = ISSUES["no_response"]
    issue = replace(_issue("no_response", sentence, found), asked="third time")
    again = replace(_facts("no_response", sentence, found, rules), issue=issue, wanted_by="Fri 20 Mar")
    yield _piece("Asked before, and a time is set", f"{sentence} I need it by Friday.", again, templates)
    body = acknowledge(_facts("delivery", *ISSUES["delivery"], rules), templates).body
    yield Piece(title="Acknowledgement", asked=ISSUES["delivery"][0], body=body, ready=True)


def _facts(
    kind: str, sentence: str, found: tuple[str, ...], rules: TeamRules, *, legal: bool = False
) -> SuggestionFacts:
    return SuggestionFacts(
        issue=_issue(kind, sentence, found),
        name=NAME,
        options=rules.issues[kind].options,
        rep=REP,
        by=BY,
        legal_threat=legal,
    )


def _issue(kind: str, sentence: str = "", found: tuple[str, ...] = ()) -> MainIssue:
    return MainIssue(sentence=sentence, kind=kind, facts=found)


def _piece(title: str, asked: str, facts: SuggestionFacts, templates: Templates) -> Piece:
    made = suggest(facts, templates)
    return Piece(title=title, asked=asked, body=made.body, ready=made.ready, offers=True)


def page() -> str:
    """The whole page."""
    return "\n".join((HEAD, *(_section(piece) for piece in pieces())))


def _section(piece: Piece) -> str:
    asked = f"> {piece.asked}\n\n" if piece.asked else ""
    return f"## {piece.title}\n\n{asked}```\n{piece.body}\n```\n"


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
