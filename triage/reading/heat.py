"""How heated is this text? Weighs the findings of `signals` into a score and a level.

Evidence decides, polarity only nudges; where there is nothing to go on it says UNSURE.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


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

    `start` and `end` are offsets into the text that was assessed, so `text[start:end] == words`.
    `weight` is a contribution in log-odds; negative for calm evidence.
    """

    signal: str
    words: str
    start: int
    end: int
    sentence: str
    weight: float


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


def assess(text: str, *, subject: str = "", language: str = "", tuning: Tuning | None = None) -> Heat:
    """Judge the author's new text. The subject is read as a first sentence where it is the author's own."""
    raise NotImplementedError
