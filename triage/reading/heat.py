"""How heated is this text? Weighs the findings of `signals` into a score and a level.

Evidence decides, polarity only nudges; where there is nothing to go on it says UNSURE. The weights are
data (data/weights.json). The strongest evidence counts whole, each further one less, so that neither a
polite paragraph dilutes a furious sentence nor many small words make one. The contributions of the findings
and the intercept add up to the score's log-odds: what `explain` shows is the whole account.
"""

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from triage.reading.evidence import Hit, Reading, read, tone, unmeant
from triage.reading.language import language_of
from triage.reading.sentences import LIMIT, Place, Sentence, split
from triage.reading.signals import SIGNALS, asked_of
from triage.reading.wording import Head, Model, shipped_model, weigh, weigh_heat


class Level(StrEnum):
    """How a message stands, from hot to warm-hearted; UNSURE where it cannot be told."""

    HEATED = "heated"
    TENSE = "tense"
    CALM = "calm"
    GRATEFUL = "grateful"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One piece of evidence: the exact words, where they stand, and what they weigh.

    `start` and `end` are offsets into the text that was assessed, or into its subject where `place` says
    so: `text[start:end] == words`. `weight` is a contribution in log-odds; negative for calm evidence.
    """

    signal: str
    words: str
    start: int
    end: int
    sentence: str
    weight: float
    place: Place = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """What a team may set about the scorer; made by `judging.rules` from the team's YAML."""

    heated_at: float = 0.5
    phrases_heated: tuple[str, ...] = ()
    phrases_calm: tuple[str, ...] = ()
    factors: Mapping[str, float] = field(default_factory=dict)
    """Factor by signal name; 0 turns a signal off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """The verdict: `score` in 0..1, strongest finding first."""

    score: float
    level: Level
    findings: tuple[Finding, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The writer's own words that speak for heat, strongest first."""
        return tuple(dict.fromkeys(f.words for f in self.findings if f.weight > 0))


class Weights(NamedTuple):
    """The parameters of the scorer; `weights` by signal, in log-odds."""

    tense_at: float
    grateful_at: float
    decay: float
    cushion: float
    weights: Mapping[str, float]


class _Evidence(NamedTuple):
    signal: str
    hit: Hit
    sentence: Sentence
    weight: float


WORDING = "wording"
"""The name of the signal that was learned: it stands beside those of `signals`."""
_LANGUAGES = ("en", "de", "fr", "es")
_NOT_LATIN = re.compile(r"[^\W\d_a-zA-Z\u00c0-\u024f]")
_LETTER = re.compile(r"[^\W\d_]")
_FEW_WORDS = 3
_MERE_TONE = frozenset({"polarity", "punctuation", "capitals", WORDING})
"""Of these alone a few words say nothing: "???", "Ok"."""
_OF_LEVELS: tuple[Head, Head] = ("grateful", "displeased")
_MOST = 30
_AGAIN = 0.8
"""What a signal is worth the second time, beside what its rank takes from it."""
_THREATS = frozenset({"threat_to_leave", "threat_of_law", "threat_to_report_or_post", "ultimatum"})
_POLITE, _POLITE_SPAN = 5.0, 1.0
"""Threats that weigh so much in one sentence leave nothing of the calm wording around; a span less, all."""


def assess(
    text: str,
    *,
    subject: str = "",
    language: str = "",
    tuning: Tuning | None = None,
    model: Model | None = None,
) -> Heat:
    """Judge the author's new text. The subject is read as a first sentence where it is the author's own.

    `language` is ISO 639-1 or empty; `model` is for those who train one. Only the first 20,000 characters
    are read.
    """
    tuning, model = tuning or Tuning(), model or shipped_model()
    sentences = (*split(subject, place="subject"), *split(text))
    readings = read(sentences, heated=tuning.phrases_heated, calm=tuning.phrases_calm)
    evidence = _evidence(readings, model, tuning)
    wording = _wording(readings, model, tuning, threat=_threat(evidence, model))
    weighed = sorted((*evidence, *wording), key=lambda each: -each.weight)
    score = _logistic(model.intercepts["heated"] + math.fsum(each.weight for each in weighed))
    findings = tuple(_finding(each) for each in weighed if each.weight)
    if score >= tuning.heated_at:
        level = Level.HEATED
    elif not _legible(f"{subject}\n{text[:LIMIT]}", language):
        level = Level.UNSURE
    else:
        level = _below(weighed, sentences, model)
    return Heat(score=score, level=level, findings=findings)


@cache
def shipped_weights() -> Weights:
    """The shipped parameters."""
    data = json.loads(files(__package__).joinpath("data/weights.json").read_text("utf-8"))
    return Weights(**data)


def _wording(
    readings: Sequence[Reading], model: Model, tuning: Tuning, *, threat: float
) -> Iterator[_Evidence]:
    """What the learned words say, sentence by sentence; politeness around a clear threat says nothing."""
    factor = tuning.factors.get(WORDING, 1.0)
    left = min(1.0, max(0.0, (_POLITE - threat) / _POLITE_SPAN))
    if not factor:
        return
    sentences = [reading.sentence for reading in readings]
    tones = [tone(reading) for reading in readings]
    hidden = [[*unmeant(reading)] for reading in readings]
    for sentence, weight, start, end in weigh_heat(sentences, model, tones=tones, hidden=hidden):
        yield _Evidence(WORDING, Hit(start, end), sentence, weight * factor * (left if weight < 0 else 1.0))


def _evidence(readings: Sequence[Reading], model: Model, tuning: Tuning) -> list[_Evidence]:
    """What the phrases say: heat, each for what it adds; calm for what the heat leaves of it."""
    found = _gather(readings, tuning.factors)
    shipped = shipped_weights()
    hot = _fade([each for each in found if each.weight > 0], shipped.decay)
    left = max(0.0, 1.0 - sum(each.weight for each in hot) / shipped.cushion)
    calm = _fade([each for each in found if each.weight < 0], shipped.decay)
    return [
        *(_scaled(each, 1.0 if each.signal == "team_phrase" else model.heat) for each in hot),
        *(_scaled(each, model.calm * left) for each in calm),
    ]


def _threat(evidence: Sequence[_Evidence], model: Model) -> float:
    """What the threats of one sentence weigh at most, in the measure of data/weights.json."""
    sums: dict[tuple[str, int], float] = defaultdict(float)
    for each in evidence:
        if each.signal in _THREATS:
            sums[each.sentence.place, each.sentence.start] += each.weight
    return max(sums.values(), default=0.0) / (model.heat or 1.0)


def _scaled(each: _Evidence, factor: float) -> _Evidence:
    return each._replace(weight=each.weight * factor)


def _gather(readings: Sequence[Reading], factors: Mapping[str, float]) -> list[_Evidence]:
    weights = shipped_weights().weights
    return [
        _Evidence(name, hit, reading.sentence, weight * hit.strength)
        for reading in readings
        for name in asked_of(reading)
        if (weight := weights.get(name, 0.0) * factors.get(name, 1.0))
        for hit in SIGNALS[name](reading)
    ]


def _fade(found: Sequence[_Evidence], decay: float) -> list[_Evidence]:
    """Strongest first; each further one weighs less, and words that were counted once count no more."""
    ranked = sorted(found, key=lambda e: (-abs(e.weight), e.sentence.place, e.hit.start, e.hit.end, e.signal))
    kept: list[_Evidence] = []
    for each in ranked:
        if len(kept) == _MOST:  # what comes behind these adds nothing
            break
        if not any(_overlap(each, before) for before in kept):
            again = sum(before.signal == each.signal for before in kept)
            kept.append(each._replace(weight=each.weight * decay ** len(kept) * _AGAIN**again))
    return kept


def _overlap(one: _Evidence, other: _Evidence) -> bool:
    return (
        one.sentence.place == other.sentence.place
        and one.hit.start < other.hit.end
        and other.hit.start < one.hit.end
        and "capitals" not in (one.signal, other.signal)
    )


def _finding(each: _Evidence) -> Finding:
    start, end = each.hit.start, each.hit.end
    words = each.sentence.text[start - each.sentence.start : end - each.sentence.start]
    return Finding(
        signal=each.signal,
        words=words,
        start=start,
        end=end,
        sentence=each.sentence.text,
        weight=each.weight,
        place=each.sentence.place,
    )


def _below(weighed: Sequence[_Evidence], sentences: Sequence[Sentence], model: Model) -> Level:
    """The level of a text that is not heated."""
    shipped = shipped_weights()
    wording = weigh(sentences, model)
    gratitude, displeasure = (_logistic(model.intercepts[head] + wording[head]) for head in _OF_LEVELS)
    if gratitude >= shipped.grateful_at:
        return Level.GRATEFUL
    known = any(each.signal not in _MERE_TONE for each in weighed)
    if not (known or sum(len(sentence.words) for sentence in sentences) >= _FEW_WORDS):
        return Level.UNSURE
    return Level.TENSE if displeasure >= shipped.tense_at else Level.CALM


def _legible(text: str, language: str) -> bool:
    """Whether the text is in a language that the phrases are written in, as far as one can tell."""
    language = language or language_of(text)
    if language:
        return language[:2].lower() in _LANGUAGES
    return 2 * len(_NOT_LATIN.findall(text)) <= len(_LETTER.findall(text))


def _logistic(x: float) -> float:
    """Exact enough at both ends: never overflows."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
