"""Labelled texts, and what each scorer makes of them: ours, TextBlob, VADER."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from ruamel.yaml import YAML
from textblob.sentiments import PatternAnalyzer
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from triage.reading.heat import Heat, assess
from triage.reading.wording import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One labelled text. Of a borrowed one the level is heated or calm."""

    text: str
    subject: str
    level: str
    issue: str

    @property
    def whole(self) -> str:
        """Subject and text, for scorers that know of no subjects."""
        return "\n\n".join(filter(None, (self.subject, self.text)))


Scorer = Callable[[Text], float]
Files = Mapping[str, Sequence[Text]]
EVERYDAY = "everyday"
"""The name of the second calm pool, of nobody's heat."""
CHAT = "data/english"
"""Where the package chatterbot-corpus keeps what people say to a chat program: read, never imported."""
UNPLAIN = frozenset({"ai", "botprofile", "emotion", "gossip", "humor", "psychology"})
"""Files in which the program is called names, and speaks of its temper: not calm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What a scorer gave the texts of one file; `rest` are those that are neither heated nor calm."""

    heated: list[float] = field(default_factory=list)
    calm: list[float] = field(default_factory=list)
    rest: list[float] = field(default_factory=list)

    @property
    def cool(self) -> list[float]:
        """All that are not heated."""
        return self.calm + self.rest


def read(folder: Path, pattern: str) -> dict[str, list[Text]]:
    """The labelled texts by file."""
    return {
        str(path.relative_to(folder).with_suffix("")): [*texts_of(path)]
        for path in sorted(folder.rglob(pattern))
    }


def texts_of(path: Path) -> Iterator[Text]:
    with path.open(encoding="utf-8") as lines:
        for row in map(json.loads, filter(str.strip, lines)):
            level = row.get("level") or ("heated" if row["label"] else "calm")
            yield Text(
                text=row["text"],
                subject=row.get("subject", ""),
                level=level,
                issue=row.get("main_issue", ""),
            )


def everyday(files: Files) -> list[Text]:
    """Calm mail, of the other calm texts those that ask something, and plain chat, where it is installed."""
    mail = [text for texts in files.values() if not _has_heat(texts) for text in texts]
    asked = [text for texts in files.values() if _has_heat(texts) for text in texts if _asks(text)]
    return mail + asked + [*_chat()]


def _has_heat(texts: Sequence[Text]) -> bool:
    return any(text.level == "heated" for text in texts)


def _asks(text: Text) -> bool:
    return text.level == "calm" and text.text.rstrip().endswith("?")


def _chat() -> Iterator[Text]:
    """Each of three words or more, once."""
    found = find_spec("chatterbot_corpus")
    folders = found.submodule_search_locations if found else None
    paths = sorted(Path(folders[0], CHAT).glob("*.yml")) if folders else []
    said: dict[str, None] = {}
    for path in paths:
        if path.stem not in UNPLAIN:
            for talk in YAML(typ="safe").load(path)["conversations"]:
                said |= dict.fromkeys(each.strip() for each in talk)
    return (Text(text=each, subject="", level="calm", issue="") for each in said if len(each.split()) >= 3)


def scorers() -> dict[str, Scorer]:
    polarity, vader = PatternAnalyzer(), SentimentIntensityAnalyzer()
    return {
        "ours": ours,
        "textblob": lambda text: -float(polarity.analyze(text.whole).polarity),
        "vader": lambda text: -float(vader.polarity_scores(text.whole)["compound"]),
    }


def ours(text: Text, model: Model | None = None) -> float:
    return heat_of(text, model).score


def heat_of(text: Text, model: Model | None = None) -> Heat:
    return assess(text.text, subject=text.subject, model=model)


def score_all(scorer: Scorer, files: Files) -> dict[str, Scores]:
    found = {}
    for file, texts in files.items():
        scores = found[file] = Scores()
        kept = {"heated": scores.heated, "calm": scores.calm, "grateful": scores.calm}
        for text in texts:
            kept.get(text.level, scores.rest).append(scorer(text))
    return found
