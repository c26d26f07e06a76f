"""How the corpus teaches: texts -> grams and evidence -> the heads of triage/reading/wording.py.

Each head is a logistic regression. That of heat learns its words beside the evidence of the hand-written
phrases, so that words say only what the evidence leaves to say. What is done with it is for train.py. Needs
the dependency group `train`.
"""

import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from triage.reading.heat import assess
from triage.reading.sentences import Sentence, split, words_of
from triage.reading.wording import HEADS, Head, Model, length, rows, weigh

HERE = Path(__file__).parent
STRENGTH = 0.5
"""How freely the weights may follow the data (scikit-learn's C)."""
FILES = 2
"""A gram is learned if it stands in so many files: that leaves out names and most of one trade's words."""
LEAST = 0.2
"""Smaller weights are left out of the file."""
BORROWED = {
    "goemotions": 0.09,
    "skytrax": 0.15,
    "enron_calm": 1.5,
    "spamham_calm": 0.3,
    "rated_tweets": 0.15,
    "rated_products": 0.15,
    "rated_films": 0.06,
    "rated_opinions": 0.06,
}
"""What a borrowed text weighs beside one of ours, by file: they teach how others write."""
BORROWED_CALM = 1.5
"""A calm one weighs so much more: false alarms are the first enemy."""
BANTER = {"goemotions": 2.0}
"""And so much more again: it was taken for heat."""
BORROWED_TEXTS = 4
"""A word that only borrowed texts have is learned if it stands in so many of them."""
LEXICON = 1.0
"""How freely a word may follow VADER's lexicon, beside what is learned of it."""
LEVELS = {"heated": 1.0, "tense": 1.0, "calm": 1.2, "grateful": 1.6}
"""What a text of each level weighs: false alarms are the first enemy, and thanks are the worst of them."""
MIX: Mapping[Head, float] = {"heated": 1.0, "displeased": 0.3, "grateful": -0.1}
"""What tells displeased from calm, and thanks from all others, helps to tell what is heated: by so much."""
RARE = 0.95
"""By so much a heated mail is taken to be rarer in a mailbox than in the corpus, where it is every third."""
THANKS = frozenset(
    words_of(
        "thank thanks thankful thx ty grateful gratitude appreciate appreciated kudos "
        "danke dank merci gracias"
    )
)
DOUBTFUL = 0.3
"""Nobody said which of the borrowed texts are thanks: all are taken for none, but one with such a word counts
so much less for it.
"""
FOLDS = 7
"""The files are judged in so many turns, each by what the others teach."""
NONE = (0.0, 0.0)
"""No evidence."""
BLANK = Model(grams={}, intercepts=dict.fromkeys(HEADS, 0.0), heat=1.0, calm=1.0)
"""Knows no words: what it finds is the evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One labelled text, as the scorer reads it."""

    folder: str
    file: str
    text: str
    subject: str
    level: str
    sentences: tuple[Sentence, ...]
    evidence: tuple[float, float]
    """Of heat and of calm."""
    weight: float

    @property
    def is_message(self) -> bool:
        """Whether it is a whole message."""
        return self.folder == "messages"

    @property
    def is_ours(self) -> bool:
        """Whether it stands in the corpus."""
        return self.folder in ("messages", "sentences")


def corpus(*, tests: bool = False) -> Iterator[Example]:
    """Our own texts: those that teach, or those that are kept apart."""
    for path in sorted(HERE.glob("*/*.jsonl")):
        if path.name.startswith("test-") == tests:
            yield from read(path, weight=1.0)


def others(*folders: Path) -> list[Example]:
    """Borrowed texts, labelled 1 for heated and 0 for calm."""
    paths = [path for folder in folders for path in sorted(folder.rglob("*.jsonl"))]
    return [
        example
        for path in paths
        for example in read(
            path,
            weight=BORROWED.get(path.stem, 0.06),
            calm=BORROWED_CALM * BANTER.get(path.stem, 1.0),
        )
    ]


def read(path: Path, *, weight: float, calm: float = 1.0) -> Iterator[Example]:
    """The texts of one file; a calm one weighs `calm` times as much."""
    for line in filter(None, path.read_text("utf-8").split("\n")):
        row = json.loads(line)
        subject = row.get("subject", "")
        sentences = (*split(subject, place="subject"), *split(row["text"]))
        level = row.get("level") or ("heated" if row["label"] else "calm")
        if sentences:
            yield Example(
                folder=path.parent.name,
                file=path.stem,
                text=row["text"],
                subject=subject,
                level=level,
                sentences=sentences,
                evidence=evidence(row["text"], subject),
                weight=weight * LEVELS.get(level, 1.0) * (calm if level == "calm" else 1.0),
            )


def count(sentences: Sequence[Sentence]) -> dict[str, float]:
    """The grams of a text, each for what it counts there: as the scorer will see them."""
    share = 1 / length([sentence.words for sentence in sentences])
    return {" ".join(gram): share for sentence in sentences for row in rows(sentence.words) for gram in row}


def evidence(text: str, subject: str) -> tuple[float, float]:
    """What the phrases say of heat and of calm, each in its own measure."""
    weights = [finding.weight for finding in assess(text, subject=subject, model=BLANK).findings]
    return math.fsum(w for w in weights if w > 0), math.fsum(w for w in weights if w < 0)


@cache
def lexicon() -> Mapping[str, float]:
    """What people said of single words, from -4 to +4: the lexicon of VADER (MIT licence)."""
    valued = SentimentIntensityAnalyzer().lexicon.items()
    alone = ((words_of(token), float(value)) for token, value in valued)
    return {words[0]: value for words, value in alone if len(words) == 1 and words[0].isalpha()}


# --- learning the heads -----------------------------------------------------------------------------


class Learned(NamedTuple):
    """One head; `evidence` is what that of heat and of calm is worth beside the words."""

    grams: Mapping[str, float]
    evidence: tuple[float, float]
    intercept: float


Heads: TypeAlias = dict[Head, Learned]


class Text(NamedTuple):
    """What a head learns from, beside the grams: `yes` is the answer."""

    file: str
    evidence: tuple[float, float]
    yes: bool
    weight: float
    is_ours: bool


class Table(NamedTuple):
    """Texts by grams; counted once, for each head and each fold takes some rows of it."""

    names: np.ndarray
    counts: sparse.csr_matrix

    def rows(self, wanted: Sequence[bool]) -> "Table":
        """Some of the texts."""
        return Table(self.names, self.counts[np.flatnonzero(wanted)])


def table(texts: Sequence[Mapping[str, float]]) -> Table:
    """Texts by grams, of which those are left out that stand in one text only."""
    often = Counter(gram for grams in texts for gram in grams)
    names = sorted(gram for gram, number in often.items() if number > 1)
    column = {name: at for at, name in enumerate(names)}
    places, values, ends = [], [], [0]
    for grams in texts:
        for gram, value in grams.items():
            if gram in column:
                places.append(column[gram])
                values.append(value)
        ends.append(len(places))
    return Table(np.array(names), sparse.csr_matrix((values, places, ends), shape=(len(texts), len(names))))


class School:
    """All texts that may teach, counted once."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.examples = [example for example in examples if example.level != "unsure"]
        self._table = table([count(example.sentences) for example in self.examples])

    @property
    def files(self) -> list[str]:
        """The files of the corpus: messages and sentences of one name are one brief, and stay together."""
        return sorted({example.file for example in self.examples if example.is_ours})

    def learn(self, without: Sequence[str] = ()) -> Heads:
        """Heads from all files but these. Among the borrowed texts none is taken for thanks."""
        chosen = [not (e.is_ours and e.file in without) for e in self.examples]
        return {
            "heated": self._fit(chosen, "heated", beside_evidence=True),
            "displeased": self._fit(chosen, "heated tense"),
            "grateful": self._fit(chosen, "grateful"),
        }

    def by_the_others(self) -> dict[str, Heads]:
        """For each file what other files teach: two are left out at a time."""
        pairs = [self.files[at::FOLDS] for at in range(FOLDS)]
        return {file: heads for pair in pairs if pair for heads in [self.learn(pair)] for file in pair}

    def _fit(self, chosen: Sequence[bool], levels: str, *, beside_evidence: bool = False) -> Learned:
        texts = [
            Text(e.file, e.evidence, e.level in levels.split(), weight_for(e, levels), e.is_ours)
            for e, wanted in zip(self.examples, chosen, strict=True)
            if wanted
        ]
        if not beside_evidence:
            texts = [text._replace(evidence=NONE) for text in texts]
        return fit(self._table.rows(chosen), texts)


def weight_for(example: Example, levels: str) -> float:
    """What it counts where one head is learned."""
    doubtful = levels == "grateful" and not example.is_ours and not THANKS.isdisjoint(words_of(example.text))
    return example.weight * (DOUBTFUL if doubtful else 1.0)


def fit(grams: Table, texts: Sequence[Text]) -> Learned:
    """A logistic regression over the grams that stand in several files; rare ones weigh more.

    What the lexicon says of words is one feature for the bad and one for the good: what it proves to be worth
    goes to all words of the lexicon, those among them that no text has.
    """
    columns = vocabulary(grams, texts)
    names = grams.names[columns].tolist()
    often = grams.counts.getnnz(axis=0)[columns]
    scale = 1 + np.log(len(texts) / (1 + often))
    valued = LEXICON * np.array([lexicon().get(name, 0.0) for name in grams.names])
    matrix = [
        grams.counts[:, columns] @ sparse.diags(scale),
        sparse.csr_matrix([text.evidence for text in texts]),
        sparse.csr_matrix(grams.counts @ np.stack([np.minimum(valued, 0), np.maximum(valued, 0)], axis=1)),
    ]
    model = LogisticRegression(
        C=STRENGTH, solver="liblinear", dual=True, max_iter=100, tol=1e-2, random_state=0
    ).fit(
        sparse.hstack(matrix).tocsr(),
        [text.yes for text in texts],
        sample_weight=[text.weight for text in texts],
    )
    fitted = model.coef_[0].tolist()
    heat, calm, bad, good = fitted[len(names) :]
    weights = {word: LEXICON * value * (bad if value < 0 else good) for word, value in lexicon().items()}
    for name, weight, by in zip(names, fitted, scale.tolist(), strict=False):
        weights[name] = weights.get(name, 0.0) + weight * by
    return Learned(weights, (heat, calm), float(model.intercept_[0]))


def vocabulary(grams: Table, texts: Sequence[Text]) -> np.ndarray:
    """Where the grams of several of our files stand, and the words that many borrowed texts have."""
    own = np.zeros(len(grams.names), int)
    for file in sorted({text.file for text in texts if text.is_ours}):
        of_file = grams.rows([text.is_ours and text.file == file for text in texts])
        own += of_file.counts.getnnz(axis=0) > 0
    borrowed = grams.rows([not text.is_ours for text in texts]).counts.getnnz(axis=0)
    is_word = np.array([" " not in name for name in grams.names])
    return np.flatnonzero((own >= FILES) | (is_word & (borrowed >= BORROWED_TEXTS)))


# --- from heads to the scorer's parameters ----------------------------------------------------------


class Scale(NamedTuple):
    """How log-odds become probabilities: seen on texts that the heads have not read."""

    slope: float
    intercept: float


Scales: TypeAlias = dict[Head, Scale]
PLAIN: Scales = dict.fromkeys(HEADS, Scale(1.0, 0.0))


def model_of(heads: Heads, scales: Scales | None = None) -> Model:
    """The parameters as the scorer takes them."""
    scales = PLAIN | (scales or {})
    grams: dict[Head, Mapping[str, float]] = {head: learned.grams for head, learned in heads.items()}
    grams["heated"] = {
        gram: sum(share * heads[head].grams.get(gram, 0.0) for head, share in MIX.items())
        for gram in heads["heated"].grams
    }
    heat, calm = (round(each * scales["heated"].slope, 3) for each in heads["heated"].evidence)
    vectors = {
        gram: tuple(kept(grams[head].get(gram, 0.0) * scales[head].slope) for head in HEADS)
        for gram in sorted({gram for each in grams.values() for gram in each})
    }
    return Model(
        grams={tuple(gram.split(" ")): vector for gram, vector in vectors.items() if any(vector)},
        intercepts={head: round(intercept(head, heads, scales[head]), 3) for head in HEADS},
        heat=heat,
        calm=calm,
    )


def kept(weight: float) -> float:
    """A weight as it stands in the file."""
    return round(weight, 2) if abs(weight) >= LEAST else 0


def intercept(head: Head, heads: Heads, scale: Scale) -> float:
    """Where the log-odds of a head begin."""
    plain = heads[head].intercept
    if head == "heated":
        plain = sum(share * heads[each].intercept for each, share in MIX.items())
    return plain * scale.slope + scale.intercept - (math.log(RARE) if head == "heated" else 0.0)


def scales_of(examples: Sequence[Example], models: Mapping[str, Model]) -> Scales:
    """Fit the scales on messages, each judged by what the other files teach."""
    known = [e for e in examples if e.is_message]
    yes: dict[Head, Callable[[Example], bool]] = {
        "heated": lambda e: e.level == "heated",
        "displeased": lambda e: e.level in ("heated", "tense"),
        "grateful": lambda e: e.level == "grateful",
    }
    weights = [e.weight for e in known]
    scales: Scales = {}
    for head, answer in yes.items():
        told = [[judged(head, e, models[e.file])] for e in known]
        fitted = LogisticRegression(C=100.0).fit(told, [answer(e) for e in known], sample_weight=weights)
        scales[head] = Scale(float(fitted.coef_[0][0]), float(fitted.intercept_[0]))
    return scales


def judged(head: Head, example: Example, model: Model) -> float:
    """The log-odds of a head, as the scorer comes to them, in a corpus where heat is not rare."""
    if head != "heated":
        return model.intercepts[head] + weigh(example.sentences, model)[head]
    findings = assess(example.text, subject=example.subject, model=model).findings
    return model.intercepts[head] + math.log(RARE) + math.fsum(finding.weight for finding in findings)
