"""The main issue: which sentence states it, and which kind of issue it is.

A threat or an insult is loud, but the answer must name what went wrong: so a sentence that states the
problem goes before one that only vents.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from triage.reading.features import Seen, look
from triage.reading.heat import WORDING, Heat, Level
from triage.reading.particulars import by_when, facts_to_repeat, times_asked, wanted
from triage.reading.phrases import Phrasebook, compile_book
from triage.reading.ranking import Ranking, kinds_of, rank, shipped_ranking
from triage.reading.sentences import LIMIT, Sentence, split

GENERAL = "general"
_LEAST = -0.75
"""Below this it is doubtful that the best sentence states a problem; calm mail then has no issue, unless
a phrase says so. Less than zero: a fault reported quietly is missed more dearly than a sentence is named
that was no problem.
"""
_WORD, _SENTENCE = 0.008, 0.03
"""How much likelier each further word and sentence must make it that what is told states the problem."""
_OWN = 3.0
"""What a team's word adds to the log-odds of its sentence and of its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MainIssue:
    """`sentence` is the customer's own, or a few in a row; `kind` one that the rules name, or "general"."""

    sentence: str
    kind: str
    facts: tuple[str, ...] = ()
    """Numbers, dates, amounts and products in it; where it names no number of an order, invoice or
    ticket and no date, those of the message and its subject too.
    """
    wants: str = ""
    """The sentence that asks for something, if there is one."""
    by: str = ""
    """The time that they set: "by Friday"."""
    asked: str = ""
    """How often they have asked: "third time"."""


def main_issue(
    text: str,
    heat: Heat,
    *,
    subject: str = "",
    kinds: Mapping[str, tuple[str, ...]] | None = None,
    ranking: Ranking | None = None,
) -> MainIssue | None:
    """Find the sentence that states the problem. `kinds` adds a team's own words by kind of issue.

    None where the text is calm and states no problem. `ranking` is for those who train one.
    """
    ranking = ranking or shipped_ranking()
    letter = look((*split(subject, place="subject"), *split(text)))
    own = [_own_kinds(seen.sentence, kinds or {}) for seen in letter]
    ranks = [each + sum(votes.values()) for each, votes in zip(rank(letter, heat, ranking), own, strict=True)]
    at = max(range(len(ranks)), key=ranks.__getitem__, default=None)
    if at is None:
        return None
    doubtful = ranks[at] < _LEAST
    stated = heat.level in (Level.HEATED, Level.TENSE) or any(seen.states_a_problem for seen in letter)
    if doubtful and not stated:
        return None
    main, message = letter[at], f"{subject}\n{text[:LIMIT]}"
    said = _statement(letter, ranks, at, heat)
    vents = doubtful and not main.names_a_matter
    learned = {} if vents else kinds_of(main, letter, ranking)
    wants = wanted([seen.sentence for seen in letter if seen.sentence.place == "text"])
    return MainIssue(
        sentence=said,
        kind=_kind(learned, own[at]),
        facts=facts_to_repeat(said, message),
        wants=wants,
        by=by_when(wants, message),
        asked=times_asked(seen.sentence for seen in letter),
    )


def _statement(letter: Sequence[Seen], ranks: Sequence[float], at: int, heat: Heat) -> str:
    """The main sentence, on one line, with those around it that are worth their words: trouble is often told
    in several sentences, and which of them is meant is a guess.
    """
    top, place = max(ranks[at], 0.0), letter[at].sentence.place
    odds = [math.exp(rank - top) for rank in ranks]
    total = sum(odds) + math.exp(-top)  # that nothing is at issue ranks zero
    gains = [
        each / total - _WORD * len(seen.sentence.words) - _SENTENCE
        if seen.sentence.place == place and not _only_vents(seen, heat)
        else -math.inf
        for seen, each in zip(letter, odds, strict=True)
    ]
    first, last = at - _stretch(gains[:at][::-1]), at + _stretch(gains[at + 1 :])
    return " ".join(" ".join(seen.sentence.text.split()) for seen in letter[first : last + 1])


def _only_vents(seen: Seen, heat: Heat) -> bool:
    """Whether there is temper in the sentence and no matter."""
    here = seen.sentence
    return not seen.names_a_matter and any(
        finding.place == here.place and here.start <= finding.start < here.end
        for finding in heat.findings
        if finding.signal != WORDING and finding.weight > 0
    )


def _stretch(gains: Sequence[float]) -> int:
    """How many of the first ones bring most, taken together."""
    sums = [*accumulate(gains, initial=0.0)]
    return sums.index(max(sums))


def _own_kinds(sentence: Sentence, kinds: Mapping[str, tuple[str, ...]]) -> dict[str, float]:
    """What the team's own words say for each kind."""
    team = tuple((kind, words) for kind, words in kinds.items() if words)
    votes: dict[str, float] = {}
    for match in _team_book(team).find(sentence.words) if team else ():
        votes[match.name] = votes.get(match.name, 0.0) + match.strength
    return votes


def _kind(learned: Mapping[str, float], own: Mapping[str, float]) -> str:
    votes = {kind: learned.get(kind, 0.0) + own.get(kind, 0.0) for kind in (*learned, *own)}
    return max(votes, key=votes.__getitem__, default=GENERAL)


@lru_cache(maxsize=32)
def _team_book(team: tuple[tuple[str, tuple[str, ...]], ...]) -> Phrasebook:
    return compile_book((), {}, [(kind, word) for kind, words in team for word in words], strength=_OWN)
