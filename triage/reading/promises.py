"""What a reply promises, and until when: "I'll call you by four" -> that, at 16:00 in the writer's zone.

Ours are sentences in which we say what we, our people or our goods will do. Not ours: the customer's part,
conditions, offers, habits, questions, what others said. Phrases are data (data/promises.toml), times are
`deadlines`'s. Remembering promises and reminding of them is the desk's.
"""

import re
import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files

from triage.reading import deadlines
from triage.reading.deadlines import Deadline, Due, Standpoint
from triage.reading.phrases import Match, Phrasebook, compile_book
from triage.reading.sentences import Sentence, split

_CUT = re.compile(r";|,? (?:and|but|so|while|then)\b(?: then\b)?|, then\b| [–—-] |: ", re.IGNORECASE)
_LEAVE = re.compile(r"(?:just |please )?(?:give|allow|grant) (?:me|us)\b[^,;]*$", re.IGNORECASE)
"""The time that is asked for is the promise's: "Give me ten minutes and I'll ring you"."""
_SUBJECTS = frozenset(
    [
        "i",
        "we",
        "you",
        "he",
        "she",
        "they",
        "it",
        "this",
        "that",
        "there",
        "please",
        "if",
        "tell",
        "let",
        "who",
        "which",
    ]
)
"""A clause that begins with one of these speaks of its own; any other goes on with what was said before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What was promised, in the writer's words, text[start:end]."""

    text: str
    start: int
    due: Due | None
    """A day where only that was named; None where it is vague or waits for something."""

    def is_impossible(self, leaves_at: datetime) -> bool:
        """Whether it is over before the reply has even left."""
        return isinstance(self.due, datetime) and self.due < leaves_at


@dataclass(frozen=True, slots=True)
class _Clause:
    start: int
    end: int
    ours: bool
    goes_on: bool
    to_you: bool
    """It tells what the reader will have of it."""
    deadlines: tuple[Deadline, ...]


def find(text: str, where: Standpoint) -> tuple[Promise, ...]:
    """The promises of a reply's new text, in order."""
    return tuple(promise for sentence in split(text) for promise in _promises(sentence, where))


def _promises(sentence: Sentence, where: Standpoint) -> Iterator[Promise]:
    marks = list(_book().find(sentence.words))
    if sentence.text.endswith("?") or _promises_nothing(marks):
        return
    waits = any(mark.name == "waits" for mark in marks)
    times = deadlines.find(sentence.text, where)
    for run in _runs(_clauses(sentence, marks, times)):
        for start, end, due in _pieces(run):
            words = sentence.text[start:end].strip(" ,;.!")
            at = sentence.start + sentence.text.index(words, start)
            yield Promise(text=" ".join(words.split()), start=at, due=None if waits else due)


def _promises_nothing(marks: Sequence[Match]) -> bool:
    """Whether a condition, a report or a request takes all promise from the sentence."""
    innocent = [mark for mark in marks if mark.name == "innocent"]
    return any(
        (mark.name in ("conditional", "habit", "reported") or (mark.name == "asked" and mark.first == 0))
        and not _overlaps(mark, innocent)
        for mark in marks
    )


def _clauses(sentence: Sentence, marks: Sequence[Match], times: Sequence[Deadline]) -> list[_Clause]:
    """The sentence's parts; none is cut within a time ("between 2 and 3"), or from the time it asks for."""
    cuts = [
        cut
        for cut in _CUT.finditer(sentence.text)
        if not any(t.start < cut.end() and cut.start() < t.end for t in times)
        and not _LEAVE.match(sentence.text[: cut.start()])
    ]
    starts = [0, *(cut.end() for cut in cuts)]
    ends = [*(cut.start() for cut in cuts), len(sentence.text)]
    return [
        _clause(sentence, start, end, marks, [t for t in times if start <= t.start < end])
        for start, end in zip(starts, ends, strict=True)
    ]


def _clause(
    sentence: Sentence, start: int, end: int, marks: Sequence[Match], times: list[Deadline]
) -> _Clause:
    places = [start for start, _ in sentence.spans]
    first = next((number for number, place in enumerate(places) if place >= start), len(places))
    last = next((number for number, place in enumerate(places) if place >= end), len(places))
    within = [mark for mark in marks if first <= mark.first < last]
    habit = any(mark.name == "always" for mark in within)
    kinds = ("own", "given", "timed") if times and not habit else ("own", "given")
    return _Clause(
        start=start,
        end=end,
        ours=any(mark.name in kinds and not _outdone(mark, within) for mark in within),
        goes_on=first < last and sentence.words[first] not in _SUBJECTS,
        to_you=first < last and sentence.words[first] == "you",
        deadlines=tuple(times),
    )


_RANKS = {"own": 0, "timed": 0, "not": 1, "given": 2, "never": 3}


def _outdone(mark: Match, marks: Collection[Match]) -> bool:
    """Whether a look-alike of a higher rank covers it."""
    rank = _RANKS[mark.name]
    return _overlaps(mark, [m for m in marks if m.name in ("not", "never") and _RANKS[m.name] > rank])


def _overlaps(mark: Match, others: Collection[Match]) -> bool:
    return any(mark.first < other.last and other.first < mark.last for other in others)


def _runs(clauses: Sequence[_Clause]) -> list[list[_Clause]]:
    """Each clause of ours with those that go on with it: "I'll find out and get back to you".

    What the reader has of it is the same promise: "I'll check, and you hear from me by four".
    """
    runs: list[list[_Clause]] = []
    open_run = False
    for clause in clauses:
        if open_run and (clause.goes_on or _is_outcome(clause, runs[-1])):
            runs[-1].append(clause)
        elif clause.ours:
            runs.append([clause])
            open_run = True
        else:
            open_run = False
    return runs


def _is_outcome(clause: _Clause, run: Sequence[_Clause]) -> bool:
    """With two times, it is two promises."""
    return clause.ours and clause.to_you and not (clause.deadlines and any(each.deadlines for each in run))


def _pieces(run: Sequence[_Clause]) -> Iterator[tuple[int, int, Due | None]]:
    """One promise for each time that the run names, or one without a time."""
    timed = [clause for clause in run if clause.deadlines]
    start = run[0].start
    for clause in timed[:-1]:
        yield start, clause.end, _due(clause.deadlines)
        start = clause.end
    yield start, run[-1].end, _due(timed[-1].deadlines) if timed else None


def _due(times: Sequence[Deadline]) -> Due:
    """What is said to be the latest, else the later of two: "on Monday or Tuesday"."""
    firm = [time for time in times if time.firm] or times
    return max(firm, key=lambda time: time.due.isoformat()).due


@cache
def _book() -> Phrasebook:
    data = tomllib.loads(files(__package__).joinpath("data/promises.toml").read_text("utf-8"))
    classes = data.pop("classes")
    return compile_book(
        (
            (name, 1.0, pattern)
            for part in data.values()
            for name, patterns in part.items()
            for pattern in patterns
        ),
        classes,
    )
