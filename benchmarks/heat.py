"""How good is the heat? Ours against TextBlob and VADER, on a folder of labelled texts.

    python benchmarks/heat.py DATA [--json FILE] [--curves FOLDER]

DATA holds *.jsonl files, in folders or not, of {"id", "text"} and a "label" (1 heated, 0 calm) or a "level"
as in the corpus; of levels, tense is told apart and stands in no pool. The test files of corpus/ come beside
them. The calm pool is the calm lines of all files together; a recall "at 1 %" uses the threshold that flags
1 % of it. VADER (vaderSentiment) and the curves (matplotlib) are left out where they are not installed.
"""

import argparse
import json
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from textblob.sentiments import PatternAnalyzer

from triage.reading.heat import assess

Scorer = Callable[[str], float]
Text = tuple[str, str]
"""A text and its label: heated, calm or tense."""
LABELS = {"heated": "heated", "tense": "tense", "calm": "calm", "grateful": "calm", 1: "heated", 0: "calm"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one scorer reached on one file. None where the file has texts of one label only."""

    file: str
    scorer: str
    texts: int
    auc: float | None
    precision: float | None
    """Average precision."""
    recall_at_1: float | None
    recall_at_5: float | None
    flagged_heated: float | None
    """Share of the heated texts above the default threshold."""
    flagged_calm: float | None
    """Share of the calm texts above the default threshold."""
    flagged_tense: float | None
    """Share of the tense texts above the default threshold."""
    calibration: list[tuple[float, float, int]]
    """For each tenth of the scale that has texts: mean score, share of heated ones, number of texts."""
    texts_a_second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One file's texts as one scorer saw them."""

    heated: list[float]
    calm: list[float]
    tense: list[float]
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    parser.add_argument("--curves", type=Path, help="draw the curves into this folder")
    options = parser.parse_args()
    own = Path(__file__).parent.parent / "corpus"
    files = {str(path.relative_to(options.data)): path for path in sorted(options.data.rglob("*.jsonl"))}
    files |= {str(path.relative_to(own)): path for path in sorted(own.glob("*/test-*.jsonl"))}
    rows = bench({name: load(path) for name, path in files.items()}, options.curves)
    show(rows)
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")


def load(path: Path) -> list[Text]:
    """The texts of a file, each with its label; a subject stands first, as the scorers read one text."""
    with path.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.strip()]
    labelled = [(row, LABELS.get(row.get("level", row.get("label")))) for row in rows]
    return [
        ("\n\n".join(filter(None, (row.get("subject"), row["text"]))), label)
        for row, label in labelled
        if label
    ]


def scorers() -> dict[str, tuple[Scorer, float]]:
    """Each scorer with its threshold."""
    polarity = PatternAnalyzer()
    found: dict[str, tuple[Scorer, float]] = {
        "ours": (lambda text: assess(text).score, 0.5),
        "textblob": (lambda text: -float(polarity.analyze(text).polarity), 0.25),
    }
    if find_spec("vaderSentiment"):
        vader = import_module("vaderSentiment.vaderSentiment").SentimentIntensityAnalyzer()
        found["vader"] = (lambda text: -float(vader.polarity_scores(text)["compound"]), 0.5)
    return found


def bench(data: dict[str, list[Text]], curves: Path | None = None) -> list[Row]:
    """Every file by every scorer."""
    rows = []
    for name, (scorer, threshold) in scorers().items():
        scorer("warm up")
        scored = {file: score(texts, scorer) for file, texts in data.items()}
        pool = sorted(value for each in scored.values() for value in each.calm)
        rows += [row(file, name, each, pool, threshold) for file, each in scored.items()]
        if curves:
            draw(curves / f"{name}.png", name, scored)
    return sorted(rows, key=lambda row: row.file)


def score(texts: Sequence[Text], scorer: Scorer) -> Scored:
    started = time.perf_counter()
    scores = [(scorer(text), label) for text, label in texts]
    seconds = time.perf_counter() - started
    heated, calm, tense = (
        [v for v, label in scores if label == kind] for kind in ("heated", "calm", "tense")
    )
    return Scored(heated=heated, calm=calm, tense=tense, seconds=seconds)


def row(file: str, scorer: str, scored: Scored, pool: Sequence[float], threshold: float) -> Row:
    texts = len(scored.heated) + len(scored.calm) + len(scored.tense)
    both = bool(scored.heated and scored.calm)
    return Row(
        file=file,
        scorer=scorer,
        texts=texts,
        auc=auc(scored.heated, scored.calm) if both else None,
        precision=average_precision(scored.heated, scored.calm) if both else None,
        recall_at_1=share_above(scored.heated, at_share(pool, 0.01)),
        recall_at_5=share_above(scored.heated, at_share(pool, 0.05)),
        flagged_heated=share_at_least(scored.heated, threshold),
        flagged_calm=share_at_least(scored.calm, threshold),
        flagged_tense=share_at_least(scored.tense, threshold),
        calibration=calibration(scored) if scorer == "ours" else [],
        texts_a_second=texts / scored.seconds if scored.seconds else 0.0,
    )


def calibration(scored: Scored) -> list[tuple[float, float, int]]:
    bins: dict[int, list[tuple[float, bool]]] = {}
    for values, heated in ((scored.heated, True), (scored.calm, False), (scored.tense, False)):
        for value in values:
            bins.setdefault(min(9, int(value * 10)), []).append((value, heated))
    return [
        (sum(v for v, _ in each) / len(each), sum(h for _, h in each) / len(each), len(each))
        for _, each in sorted(bins.items())
    ]


def average_precision(heated: Sequence[float], calm: Sequence[float]) -> float:
    """The mean over the heated texts of the precision at their score."""
    hot, cold = sorted(heated), sorted(calm)
    total = 0.0
    for value in heated:
        right = len(hot) - bisect_left(hot, value)
        total += right / (right + len(cold) - bisect_left(cold, value))
    return total / len(heated)


def draw(path: Path, name: str, scored: dict[str, Scored]) -> None:
    """Recall against the share of calm texts flagged, a line a file."""
    if not find_spec("matplotlib"):
        return
    plot = import_module("matplotlib.figure").Figure()
    axes = plot.subplots()
    for file, each in scored.items():
        if each.heated and each.calm:
            marks = sorted({*each.heated, *each.calm})
            axes.plot(
                [share_at_least(each.calm, mark) for mark in marks],
                [share_at_least(each.heated, mark) for mark in marks],
                label=file,
            )
    axes.set(title=name, xlabel="calm texts flagged", ylabel="heated texts found")
    axes.legend()
    path.parent.mkdir(parents=True, exist_ok=True)
    plot.savefig(path)


def auc(heated: Sequence[float], calm: Sequence[float]) -> float:
    """The chance that a heated text scores above a calm one; ties count half."""
    ranked = sorted(calm)
    wins = sum(bisect_left(ranked, value) + bisect_right(ranked, value) for value in heated)
    return wins / 2 / (len(heated) * len(calm))


def at_share(pool: Sequence[float], share: float) -> float:
    """The threshold above which at most this share of a sorted pool lies."""
    return pool[max(0, len(pool) - 1 - int(share * len(pool)))] if pool else 0.0


def share_above(values: Sequence[float], threshold: float) -> float | None:
    return sum(value > threshold for value in values) / len(values) if values else None


def share_at_least(values: Sequence[float], threshold: float) -> float | None:
    return sum(value >= threshold for value in values) / len(values) if values else None


def show(rows: Sequence[Row]) -> None:
    titles = ("AUC", "AP", "R@1%", "R@5%", "heated", "calm", "tense")
    print(f"{'file':38}{'scorer':10}{'texts':>6}" + "".join(f"{title:>8}" for title in titles) + f"{'/s':>8}")
    for each in rows:
        figures = (each.auc, each.precision, each.recall_at_1, each.recall_at_5)
        shares = (each.flagged_heated, each.flagged_calm, each.flagged_tense)
        print(f"{each.file:38}{each.scorer:10}{each.texts:>6}", end="")
        print("".join(f"{each:>8.3f}" if each is not None else f"{'-':>8}" for each in figures), end="")
        print("".join(f"{each:>8.1%}" if each is not None else f"{'-':>8}" for each in shares), end="")
        print(f"{each.texts_a_second:>8.0f}")
        if each.calibration:
            told = "  ".join(f"{mean:.2f}:{share:.2f}({number})" for mean, share, number in each.calibration)
            print(f"    score:heated(texts)  {told}")
    print("\nR@1%, R@5%: recall where 1 % or 5 % of the calm pool is flagged; the rest: flagged by default.")


if __name__ == "__main__":
    main()
