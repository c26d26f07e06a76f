"""Learns triage/reading/data/ranking.json from the messages of the corpus: same data, same file.

    python corpus/issues.py [--check] [--test]

The ranks are those of a conditional logit: the sentences of a message, and "nothing is at issue", stand for
election. The kinds are a logistic regression each, on the labelled sentence and its message. `--check` writes
nothing and prints how each file is read by what the other files teach; `--test` how the files test-* are,
which nothing is ever fitted or tuned on.

A sentence is **right** where, without case, accents and punctuation, it contains the labelled one or is
contained in it, or where the two share words with an F1 of at least .5. Only messages that have a main issue
are counted; where none is named, that is a miss. A kind is right where it is the labelled one, whichever
sentence it was read from.

Needs the dependency group `train`: pip install --group train
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from scipy import optimize, sparse
from sklearn.linear_model import LogisticRegression

from triage.reading.features import Features, Seen, features_of, grams_of, kind_features, look
from triage.reading.heat import Heat, assess
from triage.reading.issues import main_issue
from triage.reading.ranking import Ranking
from triage.reading.sentences import split, words_of

HERE = Path(__file__).parent
TARGET = HERE.parent / "triage/reading/data/ranking.json"
CAUTION = 1.5
"""How firmly the weights of the ranks are held near zero."""
FREEDOM = 1.0
"""How freely those of the kinds may follow the data (scikit-learn's C)."""
FILES = 2
"""A feature is learned if it stands in so many files: that leaves out names and one trade's words."""
LEAST = 0.08
"""Smaller weights are left out of the file."""
KINDS_FILES, KINDS_LEAST = 3, 0.15
"""The same for the kinds, of which there are eight."""
SENTENCE = 0.5
"""What a labelled sentence without its mail teaches of the kinds, beside a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One message, as the ranks see it."""

    file: str
    text: str
    subject: str
    level: str
    kind: str
    issue: str
    heat: Heat
    letter: Sequence[Seen]
    features: Sequence[Mapping[str, float]]
    right: tuple[bool, ...]

    @property
    def ranked(self) -> bool:
        """Whether the ranks can learn from it: no issue, or one that a sentence states."""
        return bool(self.issue) == any(self.right)

    @property
    def kind_features(self) -> dict[str, float]:
        """What its kind is learned from: the labelled sentence and the whole."""
        return kind_row(self.letter[self.right.index(True)], self.letter)


def main() -> None:
    """Learn, or check by leaving each file out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="each file by the others; write nothing")
    parser.add_argument("--test", action="store_true", help="the test files; write nothing")
    options = parser.parse_args()
    examples = list(messages())
    training = [example for example in examples if not is_test(example.file)]
    if options.check:
        for file in sorted({example.file for example in training}):
            ranking = learn([example for example in training if example.file != file], without=file)
            report(file, [example for example in training if example.file == file], ranking)
    if options.test:
        report("test", [example for example in examples if is_test(example.file)], learn(training))
    if not (options.check or options.test):
        save(learn(training))


def messages() -> Iterator[Example]:
    """The messages of all files."""
    for file, row in lines("messages"):
        text, subject, issue = row["text"], row["subject"], row["main_issue"]
        letter = look((*split(subject, place="subject"), *split(text)))
        heat = assess(text, subject=subject)
        if letter:
            yield Example(
                file=file,
                text=text,
                subject=subject,
                level=row["level"],
                kind=row["kind"],
                issue=issue,
                heat=heat,
                letter=letter,
                features=[
                    added(chain(features, grams_of([seen])))
                    for seen, features in zip(letter, features_of(letter, heat), strict=True)
                ],
                right=tuple(is_right(seen.sentence.text, issue) for seen in letter),
            )


def added(features: Features) -> dict[str, float]:
    """Features as a row of a table."""
    row: dict[str, float] = {}
    for name, value in features:
        row[name] = row.get(name, 0.0) + value
    return row


def kind_row(main: Seen, letter: Sequence[Seen]) -> dict[str, float]:
    """What a kind is learned from."""
    return added(chain(kind_features(main, letter), grams_of([main]), grams_of(letter)))


def lines(folder: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The lines of a folder of the corpus, each with the name of its file."""
    for path in sorted((HERE / folder).glob("*.jsonl")):
        for line in filter(None, path.read_text("utf-8").split("\n")):
            yield path.stem, json.loads(line)


def is_test(file: str) -> bool:
    """Whether a file is kept apart."""
    return file.startswith("test-")


def is_right(said: str, issue: str) -> bool:
    """Whether a sentence is the labelled one, near enough; see the head of this file."""
    ours, theirs = (words_of(text) for text in (said, issue))
    if not ours or not theirs:
        return False
    one, other = f" {' '.join(ours)} ", f" {' '.join(theirs)} "
    shared = (Counter(ours) & Counter(theirs)).total()
    return one in other or other in one or 2 * shared / (len(ours) + len(theirs)) >= 0.5


# --- learning ---------------------------------------------------------------------------------------


def learn(examples: Sequence[Example], *, without: str = "") -> Ranking:
    """The parameters. `without` names the file whose sentences are left out too."""
    return Ranking(
        sentences=elect([example for example in examples if example.ranked]),
        kinds=sort_out([example for example in examples if example.kind and any(example.right)], without),
    )


def elect(examples: Sequence[Example]) -> dict[str, float]:
    """Weights of the features by which the right sentence is chosen among all, or none of them."""
    names = shared((example.file, features) for example in examples for features in example.features)
    nothing: dict[str, float] = {}
    options = [option for example in examples for option in (*example.features, nothing)]
    chosen = [yes for example in examples for yes in (*example.right, not example.issue)]
    sizes = [len(example.features) + 1 for example in examples]
    matrix, right = table(options, names), np.array(chosen, dtype=float)
    turned = matrix.T.tocsr()
    first, of = np.cumsum([0, *sizes[:-1]]), np.repeat(np.arange(len(sizes)), sizes)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        ranks = matrix @ weights
        odds = np.exp(ranks - np.maximum.reduceat(ranks, first)[of])
        share = odds / np.add.reduceat(odds, first)[of]
        won = np.add.reduceat(share * right, first)
        slope = turned @ (share - share * right / won[of]) + CAUTION * weights
        return float(-np.log(won).sum() + CAUTION / 2 * weights @ weights), slope

    found = optimize.minimize(
        loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 60}
    )
    return kept(dict(zip(names, found.x.tolist(), strict=True)))


def sort_out(examples: Sequence[Example], without: str) -> dict[str, dict[str, float]]:
    """What each feature says for each kind."""
    rows = [(e.file, e.kind_features, e.kind, 1.0) for e in examples]
    for file, row in lines("sentences"):
        letter = look(split(row["text"]))
        if row["kind"] and letter and file != without and not is_test(file):
            rows.append((file, kind_row(letter[0], letter), row["kind"], SENTENCE))
    names = shared(((file, features) for file, features, *_ in rows), KINDS_FILES)
    matrix = table([features for _, features, *_ in rows], names)
    weights = [weight for *_, weight in rows]
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for kind in sorted({kind for *_, kind, _ in rows}):
        model = LogisticRegression(
            C=FREEDOM, solver="liblinear", dual=True, tol=1e-2, fit_intercept=False, random_state=0
        )
        model.fit(matrix, [each == kind for *_, each, _ in rows], sample_weight=weights)
        for name, weight in kept(dict(zip(names, model.coef_[0].tolist(), strict=True)), KINDS_LEAST).items():
            found[name][kind] = weight
    return {name: found[name] for name in sorted(found)}


def shared(rows: Iterable[tuple[str, Mapping[str, float]]], least: int = FILES) -> list[str]:
    """The features that stand in several files."""
    files: dict[str, set[str]] = defaultdict(set)
    for file, features in rows:
        for name in features:
            files[name].add(file)
    return sorted(name for name, where in files.items() if len(where) >= least)


def table(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> sparse.csr_matrix:
    """Rows by features."""
    column = {name: at for at, name in enumerate(names)}
    cells = [
        (at, column[name], value)
        for at, row in enumerate(rows)
        for name, value in row.items()
        if name in column
    ]
    place, name, value = zip(*cells, strict=True)
    return sparse.csr_matrix((value, (place, name)), shape=(len(rows), len(names)))


def kept(weights: Mapping[str, float], least: float = LEAST) -> dict[str, float]:
    """The weights that count, as they are written."""
    return {name: round(weight, 2) for name, weight in weights.items() if abs(weight) >= least}


# --- telling ----------------------------------------------------------------------------------------


def report(file: str, examples: Sequence[Example], ranking: Ranking) -> None:
    """One JSON line: how many messages, how many right, by level; and which kind was taken for which."""
    told: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    for example in examples:
        group = "heated or tense" if example.level in ("heated", "tense") else "other"
        found = main_issue(example.text, example.heat, subject=example.subject, ranking=ranking)
        if not example.issue:
            told["nothing at issue"] += 1
            told["nothing at issue, one named"] += found is not None
            continue
        told[group] += 1
        told[f"{group}: sentence"] += found is not None and is_right(found.sentence, example.issue)
        told[f"{group}: kind"] += found is not None and found.kind == example.kind
        if found and found.kind != example.kind:
            taken[f"{example.kind} > {found.kind}"] += 1
    line = {"file": file, **told, "taken": dict(taken.most_common(12))}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def save(ranking: Ranking) -> None:
    """Write the parameters, one line each."""
    parts = (
        f'"{name}":{json.dumps(part, ensure_ascii=False, separators=(",", ":"))}'
        for name, part in asdict(ranking).items()
    )
    TARGET.write_text("{" + ",\n".join(parts) + "}\n", "utf-8")


if __name__ == "__main__":
    main()
