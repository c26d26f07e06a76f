"""The main issue: which sentence states it, and which kind of issue it is.

A threat or an insult is loud, but the answer must name what went wrong: so a sentence that states the
problem goes before one that only vents. Words by kind are data (data/issues.toml).
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from triage.reading.heat import WORDING, Heat, Level
from triage.reading.phrases import Phrasebook, compile_book
from triage.reading.sentences import LIMIT, Sentence, split
from triage.reading.wording import Model, shipped_model, weigh

GENERAL = "general"
_STATES, _ABOUT, _OWN = 2.5, 1.0, 3.0
_TOLD, _TOLD_TENSE = 6.0, 3.0
"""From here the wording alone states a problem; in a tense message sooner."""
_SUBJECT = 1.0
"""So much less is a subject worth: it names the matter more often than the problem."""
_MOST_FACTS = 6
_GREETING = re.compile(
    r"(?:dear|hello|hi|hey|good (?:morning|day|afternoon)|guten tag|hallo|bonjour|hola)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MainIssue:
    """`sentence` is the customer's own; `kind` one of the kinds that the rules name, or "general"."""

    sentence: str
    kind: str
    facts: tuple[str, ...] = ()
    """Order, invoice and ticket numbers, dates and amounts in that sentence; where it has none, the
    message's and its subject's."""


class _Candidate(NamedTuple):
    sentence: Sentence
    kinds: Mapping[str, float]
    states: bool
    told: float
    """How much its wording is that of a sentence which states a problem."""
    worth: float


def main_issue(
    text: str,
    heat: Heat,
    *,
    subject: str = "",
    kinds: Mapping[str, tuple[str, ...]] | None = None,
    model: Model | None = None,
) -> MainIssue | None:
    """Find the sentence that states the problem. `kinds` adds a team's own words by kind of issue.

    None where the text is calm and states no problem.
    """
    model = model or shipped_model()
    team = tuple((kind, words) for kind, words in (kinds or {}).items() if words)
    candidates = [_weigh(sentence, heat, team, model) for sentence in _sentences(text, subject)]
    best = max(candidates, key=lambda each: each.worth, default=None)
    least = _TOLD_TENSE if heat.level is Level.TENSE else _TOLD
    stated = any(each.states or each.told >= least for each in candidates)
    if best is None or not (stated or heat.level is Level.HEATED):
        return None
    return MainIssue(
        sentence=" ".join(best.sentence.text.split()),
        kind=_kind(best, candidates),
        facts=facts_of(best.sentence.text) or facts_of(f"{subject}\n{text[:LIMIT]}"),
    )


def facts_of(text: str) -> tuple[str, ...]:
    """Numbers of orders, invoices and tickets, product codes, amounts and dates, as they are written."""
    found = (" ".join(match[0].split()) for match in _facts(text))
    return tuple(dict.fromkeys(found))[:_MOST_FACTS]


def _facts(text: str) -> Iterator[re.Match[str]]:
    return _FACT.finditer(text) if _MAY_HOLD_FACTS.search(text) else iter(())


def _sentences(text: str, subject: str) -> Iterator[Sentence]:
    yield from split(subject, place="subject")
    yield from (s for s in split(text) if not (len(s.words) < 6 and _GREETING.match(s.text)))


def _weigh(
    sentence: Sentence, heat: Heat, team: tuple[tuple[str, tuple[str, ...]], ...], model: Model
) -> _Candidate:
    """What speaks for a sentence: it states a problem, names things, and is where the heat is."""
    kinds: dict[str, float] = {}
    states = False
    for match in (*_book().find(sentence.words), *(_team_book(team).find(sentence.words) if team else ())):
        kinds[match.name] = kinds.get(match.name, 0.0) + match.strength
        states = states or match.strength >= _STATES
    fired = [
        f.weight
        for f in heat.findings
        if _within(f.place, f.start, sentence) and f.weight > 0 and f.signal != WORDING
    ]
    worth = min(sum(kinds.values()), 4.0) + (2.0 if states else 0.0) + 0.6 * max(fired, default=0.0)
    if worth and any(_facts(sentence.text)):
        worth += 0.5
    told = weigh("issue", [sentence], model)
    worth += told
    if sentence.place == "subject":
        worth -= _SUBJECT
    return _Candidate(sentence, kinds, states, told, worth)


def _within(place: str, start: int, sentence: Sentence) -> bool:
    return place == sentence.place and sentence.start <= start < sentence.end


def _kind(best: _Candidate, candidates: Sequence[_Candidate]) -> str:
    """By the words of the main sentence; the rest of the message settles what that leaves open."""
    votes = {kind: 3 * votes for kind, votes in best.kinds.items() if kind != GENERAL}
    for candidate in candidates:
        for kind, vote in candidate.kinds.items():
            if kind != GENERAL and (kind in votes or not best.kinds):
                votes[kind] = votes.get(kind, 0.0) + 0.1 * vote
    return max(votes, key=lambda kind: votes[kind], default=GENERAL)


_MAY_HOLD_FACTS = re.compile(r"\d|day", re.IGNORECASE)
"""Number or weekday: a look at this spares most sentences the long one."""
_LABEL = (
    r"order|invoice|inv|ticket|case|p\.?o|purchase order|quote|quotation|rma|ref|reference|contract|shipment"
    "|delivery note|batch|lot|part|article|serial|account|customer|auftrag|bestellung|rechnung|lieferschein"
    "|vertrag|commande|facture|contrat|pedido|factura|contrato"
)
_NUMBER = r"(?:(?:no|nr|number|num|nummer|id)\b\.?|n°|\#)?[ \t]?[:\#]?[ \t]?(?=[a-z-]{0,6}\d)[\w-]{2,30}"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez)[a-zé]{0,6}\.?"
_FACT = re.compile(
    rf"""
      (?:\b(?=\w)|(?=[$€£\#]))(?=\D{{0,40}}\d)(?:                          # no look where no number is near
      \b(?:{_LABEL})s?\.?[ \t]?{_NUMBER}                                                    # order 4711
    | [$€£][ \t]?\d[\d.,]{{0,15}}(?<=\d)(?:[ \t]?[km]\b)?                                  # $12,400
    | \b\d[\d.,]{{0,15}}[ \t]?(?:eur|usd|gbp|chf|euros?|dollars?|pounds|€|\$|%)(?!\w)      # 300 EUR
    | \b\d{{4}}-\d{{2}}-\d{{2}}\b | \b\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}\b | \b\d{{1,2}}/\d{{1,2}}\b
    | \b\d{{1,2}}(?:st|nd|rd|th|\.)?[ \t](?:of[ \t])?{_MONTH}\b(?:[ \t]\d{{4}})?            # 3rd of March
    | \b{_MONTH}[ \t]\d{{1,2}}(?:st|nd|rd|th)?\b                                           # March 3
    | \b[a-z]{{1,5}}-?\d[\w-]{{1,20}}\b | \#\d{{2,12}}\b | \b\d{{5,14}}\b                   # AX-200, #77
    ) | \b(?:(?:last|next|this)[ ])?(?:mon|tues|wednes|thurs|fri|satur|sun)day\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


@cache
def _book() -> Phrasebook:
    data = tomllib.loads(files(__package__).joinpath("data/issues.toml").read_text("utf-8"))
    classes = data.pop("classes")
    return compile_book(
        (
            (kind, _STATES if part == "states" else _ABOUT, pattern)
            for kind, parts in data.items()
            for part, patterns in parts.items()
            for pattern in patterns
        ),
        classes,
    )


@lru_cache(maxsize=32)
def _team_book(team: tuple[tuple[str, tuple[str, ...]], ...]) -> Phrasebook:
    return compile_book((), {}, [(kind, word) for kind, words in team for word in words], strength=_OWN)
