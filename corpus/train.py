"""Learns the words of triage/reading/data/wording.json from the corpus: same data, same file.

    python corpus/train.py [--borrowed DIR] [--check]

Three heads are fitted (is it heated, is it grateful, does it state the problem), each a logistic regression
over words, rows of words and parts of words. Then, on texts that the heads have not seen, what the wording is
worth beside the evidence of the hand-written phrases. `--check` writes nothing and prints how each file is
judged by what the other files teach. Files named test-* are never read.

Needs the dependency group `train`: pip install --group train
"""

import argparse
import json
import math
import sys
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from triage.reading.heat import assess
from triage.reading.sentences import Sentence, split
from triage.reading.wording import HEADS, Head, Model, length, parts, rows

HERE = Path(__file__).parent
TARGET = HERE.parent / "triage/reading/data/wording.json"
STRENGTH = 20.0
"""How freely the weights may follow the data (scikit-learn's C)."""
PART = 0.35
"""Parts of words overlap, and so weigh less."""
FILES = 2
"""A gram is learned if it stands in so many files: that leaves out names and most of one trade's words."""
LEAST = 0.1
"""Smaller weights are left out of the file."""
BORROWED = {"goemotions": 0.015, "skytrax": 0.05, "enron_calm": 0.3, "spamham_calm": 0.1}
"""What a borrowed text weighs beside one of ours, by file: they teach what others' mail looks like."""
BORROWED_FILES = 10
"""A word that only borrowed texts have is learned if it stands in so many of them."""
LEVELS = {"heated": 1.0, "tense": 1.0, "calm": 1.2, "grateful": 1.6}
"""What a text of each level weighs: false alarms are the first enemy, and thanks are the worst of them."""
OFFSET = 5.0
"""Takes up how often a borrowed file is heated, so that the words need not."""
RARE = 3.5
"""By so much a heated mail is rarer in a mailbox than in the corpus, where it is every third."""
EVIDENCE = 0.55
"""What the evidence of heat is worth at least beside the wording. Fitted on the corpus it would be 0.25; but
what other people write is further from the corpus than one file of it is from the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One labelled text, as the scorer reads it."""

    folder: str
    file: str
    text: str
    subject: str
    level: str
    issue: str
    sentences: tuple[Sentence, ...]
    grams: Mapping[str, float]
    weight: float

    @property
    def is_message(self) -> bool:
        """Whether it is a whole message."""
        return self.folder == "messages"

    @property
    def is_ours(self) -> bool:
        """Whether it stands in the corpus."""
        return self.folder in ("messages", "sentences")


def main() -> None:
    """Train, or check by leaving each file out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--borrowed", type=Path, help="a folder of labelled texts, weighed low")
    parser.add_argument("--check", action="store_true", help="print cross-validated figures, write nothing")
    options = parser.parse_args()
    warnings.filterwarnings("ignore", module="sklearn")
    examples = list(corpus())
    borrowed = list(others(options.borrowed)) if options.borrowed else []
    folds = {file: learn([e for e in examples if e.file != file] + borrowed) for file in files_of(examples)}
    shares = weigh_up(examples, folds)
    if options.check:
        for file, grams in folds.items():
            report(file, [e for e in examples if e.file == file], model_of(grams, shares))
        return
    save(model_of(learn(examples + borrowed), shares))


def corpus() -> Iterator[Example]:
    """Our own texts, without the test files."""
    for path in sorted(HERE.glob("*/*.jsonl")):
        if not path.name.startswith("test-"):
            yield from read(path, weight=1.0)


def others(folder: Path) -> Iterator[Example]:
    """Borrowed texts, labelled 1 for heated and 0 for calm."""
    for path in sorted(folder.rglob("*.jsonl")):
        yield from read(path, weight=BORROWED.get(path.stem, 0.02))


def read(path: Path, *, weight: float) -> Iterator[Example]:
    """The texts of one file."""
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
                issue=row.get("main_issue", ""),
                sentences=sentences,
                grams=count(sentences),
                weight=weight * (LEVELS.get(level, 1.0) if weight == 1 else 1.0),
            )


def files_of(examples: Iterable[Example]) -> list[str]:
    """The names of the files: messages and sentences of one name are one brief, and stay together."""
    return sorted({example.file for example in examples})


# --- learning the words -----------------------------------------------------------------------------


class Learned(NamedTuple):
    """One head."""

    grams: Mapping[str, float]
    intercept: float


Heads: TypeAlias = dict[Head, Learned]


def learn(examples: Sequence[Example]) -> Heads:
    """Weights and intercept of each head."""
    known = [example for example in examples if example.is_ours and example.level != "unsure"]
    hot = [Text(e.file, e.grams, e.level == "heated", e.weight) for e in examples if e.level != "unsure"]
    glad = [Text(e.file, e.grams, e.level == "grateful", e.weight) for e in known]
    told = [
        Text(e.file, count([sentence]), states(sentence, e.issue), e.weight)
        for e in known
        if e.issue
        for sentence in e.sentences
        if sentence.place == "text" and sentence.words
    ]
    return dict(zip(HEADS, (fit(hot), fit(glad), fit(told)), strict=True))


def states(sentence: Sentence, issue: str) -> bool:
    """Whether this sentence, or a good part of it, is the main issue."""
    mine, its = " ".join(sentence.text.split()), " ".join(issue.split())
    return its in mine or (mine in its and len(mine) > len(its) / 3)


def count(sentences: Sequence[Sentence]) -> dict[str, float]:
    """How often each gram stands in a text, as the scorer will see it: by the root of its length."""
    found: Counter[str] = Counter()
    for sentence in sentences:
        for row in rows(sentence.words):
            found.update(row)
        for word in sentence.words:
            found.update(parts(word.text))
    norm = 1 / length(sum(len(sentence.words) for sentence in sentences))
    return {gram: number * norm for gram, number in found.items()}


class Text(NamedTuple):
    """What one head learns from."""

    file: str
    grams: Mapping[str, float]
    yes: bool
    weight: float

    @property
    def is_ours(self) -> bool:
        """Whether it stands in the corpus; what is borrowed weighs less."""
        return self.weight >= 1


def fit(texts: Sequence[Text]) -> Learned:
    """A logistic regression over the grams that stand in several files; rare ones weigh more."""
    often = Counter(gram for text in texts if text.is_ours for gram in text.grams)
    names = vocabulary(texts)
    ours = sum(text.is_ours for text in texts)
    scale = np.array(
        [(PART if name.startswith("~") else 1) * (1 + math.log(ours / (1 + often[name]))) for name in names]
    )
    mixed = sorted({text.file for text in texts if text.yes and not text.is_ours})
    matrix = table([text.grams for text in texts], names) @ sparse.diags(scale)
    offsets = sparse.csr_matrix([[OFFSET * (text.file == file) for file in mixed] or [0.0] for text in texts])
    model = LogisticRegression(
        C=STRENGTH, solver="liblinear", dual=True, max_iter=100, tol=1e-2, random_state=0
    ).fit(
        sparse.hstack([matrix, offsets]).tocsr(),
        [text.yes for text in texts],
        sample_weight=[text.weight for text in texts],
    )
    weights = model.coef_[0][: len(names)] * scale
    return Learned(dict(zip(names, weights.tolist(), strict=True)), float(model.intercept_[0]))


def vocabulary(texts: Sequence[Text]) -> list[str]:
    """The grams of several of our files, and the words that many borrowed texts have."""
    files: dict[str, set[str]] = defaultdict(set)
    borrowed: Counter[str] = Counter()
    for text in texts:
        if text.is_ours:
            for gram in text.grams:
                files[gram].add(text.file)
        else:
            borrowed.update(gram for gram in text.grams if " " not in gram and not gram.startswith("~"))
    own = {gram for gram, where in files.items() if len(where) >= FILES}
    return sorted(own | {word for word, number in borrowed.items() if number >= BORROWED_FILES})


def table(texts: Sequence[dict[str, float]], names: Sequence[str]) -> sparse.csr_matrix:
    """Texts by grams."""
    column = {name: at for at, name in enumerate(names)}
    places, values, ends = [], [], [0]
    for grams in texts:
        for gram, value in grams.items():
            if gram in column:
                places.append(column[gram])
                values.append(value)
        ends.append(len(places))
    return sparse.csr_matrix((values, places, ends), shape=(len(texts), len(names)))


# --- weighing wording and evidence ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """What the parts are worth beside one another, and where a score begins."""

    wording: float
    heat: float
    calm: float
    intercept: float


def model_of(heads: Heads, shares: Shares) -> Model:
    """The parameters as the scorer takes them."""
    factors = {"heated": shares.wording}
    return Model(
        grams={
            head: {
                gram: round(w, 2)
                for gram, each in grams.items()
                if abs(w := each * factors.get(head, 1.0)) >= LEAST
            }
            for head, (grams, _) in heads.items()
        },
        intercepts={head: intercept for head, (_, intercept) in heads.items()}
        | {"heated": round(shares.intercept, 3)},
        heat=round(shares.heat, 3),
        calm=round(shares.calm, 3),
    )


def weigh_up(examples: Sequence[Example], folds: dict[str, Heads]) -> Shares:
    """Fit the shares on the wording as the other files teach it."""
    plain = Shares(wording=1.0, heat=1.0, calm=1.0, intercept=0.0)
    models = {file: model_of(heads, plain) for file, heads in folds.items()}
    known = [example for example in examples if example.level != "unsure"]
    table = np.array([parts_of(example, models[example.file]) for example in known])
    heated = np.array([example.level == "heated" for example in known])
    fitted = LogisticRegression(C=10, max_iter=1000).fit(
        table, heated, sample_weight=[example.weight for example in known]
    )
    wording, heat, calm = fitted.coef_[0].tolist()
    return Shares(
        wording=wording,
        heat=max(heat, EVIDENCE),
        calm=calm,
        intercept=float(fitted.intercept_[0]) - math.log(RARE),
    )


def parts_of(example: Example, model: Model) -> tuple[float, float, float]:
    """Wording, evidence of heat and calm evidence, each in its own measure."""
    findings = assess(example.text, subject=example.subject, model=model).findings
    return (
        sum(f.weight for f in findings if f.signal == "wording"),
        sum(f.weight for f in findings if f.signal != "wording" and f.weight > 0),
        sum(f.weight for f in findings if f.signal != "wording" and f.weight < 0),
    )


# --- telling ----------------------------------------------------------------------------------------


def report(file: str, examples: Sequence[Example], model: Model) -> None:
    """How one file is judged by what the others teach."""
    for kind, chosen in (
        ("messages", [e for e in examples if e.is_message]),
        ("sentences", [e for e in examples if not e.is_message]),
    ):
        verdicts = Counter(
            (e.level, assess(e.text, subject=e.subject, model=model).level.value) for e in chosen
        )
        sys.stdout.write(f"{file} {kind} {dict(verdicts)}\n")


def save(model: Model) -> None:
    """Write the parameters, one head a line."""
    data = {
        "heat": model.heat,
        "calm": model.calm,
        "intercepts": {head: round(intercept, 3) for head, intercept in model.intercepts.items()},
        "grams": model.grams,
    }
    TARGET.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main()
