"""How good is the heat? Ours against TextBlob's polarity, on a folder of labelled texts.

    python benchmarks/heat.py DATA [--json FILE]

DATA holds *.jsonl files, in folders or not, of {"id", "text", "label"}; label 1 is heated, 0 calm. The calm
pool is the calm lines of all files together; a recall "at 1 %" uses the threshold that flags 1 % of it.
"""

import argparse
import json
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from textblob.sentiments import PatternAnalyzer

from triage.reading.heat import assess

Scorer = Callable[[str], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one scorer reached on one file. None where the file has texts of one label only."""

    file: str
    scorer: str
    texts: int
    auc: float | None
    recall_at_1: float | None
    recall_at_5: float | None
    flagged_heated: float | None
    """Share of the heated texts above the default threshold."""
    flagged_calm: float | None
    """Share of the calm texts above the default threshold."""
    texts_a_second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One file's texts as one scorer saw them."""

    heated: list[float]
    calm: list[float]
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    options = parser.parse_args()
    rows = bench(
        {str(path.relative_to(options.data)): load(path) for path in sorted(options.data.rglob("*.jsonl"))}
    )
    show(rows)
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")


def load(path: Path) -> list[tuple[str, bool]]:
    """The texts of a file, each with whether it is heated."""
    with path.open(encoding="utf-8") as file:
        lines = [json.loads(line) for line in file if line.strip()]
    return [(line["text"], bool(line["label"])) for line in lines]


def bench(data: dict[str, list[tuple[str, bool]]]) -> list[Row]:
    """Every file by every scorer."""
    polarity = PatternAnalyzer()
    scorers: dict[str, tuple[Scorer, float]] = {
        "ours": (lambda text: assess(text).score, 0.5),
        "textblob": (lambda text: -float(polarity.analyze(text).polarity), 0.25),
    }
    rows = []
    for name, (scorer, threshold) in scorers.items():
        scorer("warm up")
        scored = {file: score(texts, scorer) for file, texts in data.items()}
        pool = sorted(value for each in scored.values() for value in each.calm)
        rows += [row(file, name, each, pool, threshold) for file, each in scored.items()]
    return sorted(rows, key=lambda row: row.file)


def score(texts: Sequence[tuple[str, bool]], scorer: Scorer) -> Scored:
    started = time.perf_counter()
    scores = [(scorer(text), heated) for text, heated in texts]
    seconds = time.perf_counter() - started
    return Scored(
        heated=[value for value, heated in scores if heated],
        calm=[value for value, heated in scores if not heated],
        seconds=seconds,
    )


def row(file: str, scorer: str, scored: Scored, pool: Sequence[float], threshold: float) -> Row:
    texts = len(scored.heated) + len(scored.calm)
    both = bool(scored.heated and scored.calm)
    return Row(
        file=file,
        scorer=scorer,
        texts=texts,
        auc=auc(scored.heated, scored.calm) if both else None,
        recall_at_1=share_above(scored.heated, at_share(pool, 0.01)),
        recall_at_5=share_above(scored.heated, at_share(pool, 0.05)),
        flagged_heated=share_at_least(scored.heated, threshold),
        flagged_calm=share_at_least(scored.calm, threshold),
        texts_a_second=texts / scored.seconds if scored.seconds else 0.0,
    )


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
    print(
        f"{'file':34}{'scorer':10}{'texts':>7}{'AUC':>7}{'R@1%':>7}{'R@5%':>7}{'heated':>8}{'calm':>8}{'/s':>8}"
    )
    for each in rows:
        figures = (each.auc, each.recall_at_1, each.recall_at_5)
        print(f"{each.file:34}{each.scorer:10}{each.texts:>7}", end="")
        print("".join(f"{figure:>7.3f}" if figure is not None else f"{'-':>7}" for figure in figures), end="")
        shares = (each.flagged_heated, each.flagged_calm)
        print("".join(f"{share:>8.1%}" if share is not None else f"{'-':>8}" for share in shares), end="")
        print(f"{each.texts_a_second:>8.0f}")
    print(
        "\nR@1%, R@5%: recall where 1 % or 5 % of the calm pool is flagged; heated, calm: flagged by default."
    )


if __name__ == "__main__":
    main()
