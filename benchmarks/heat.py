"""How good is the heat? Ours against TextBlob and VADER, on a folder of labelled texts and on our own tests.

    python -m benchmarks.heat DATA [--json FILE] [--curves FOLDER] [--leave-one-out [--borrowed FOLDER]]

DATA holds *.jsonl files of {"id", "text", "label"} (1 heated, 0 calm): in DATA/dev those to be judged, in
DATA/train those that words may be learned from; without these folders all are judged. A file of calm texts
alone is taken for business mail. The calm pool is all calm texts of DATA that are judged; a recall "at 1 %"
uses the threshold that flags 1 % of the pool. The everyday pool is calm mail, what else asks something, and
chat (the package chatterbot-corpus). Our own tests are the files test-* of corpus/.

`--leave-one-out` learns the words again without each of DATA/train's files, and without all that is borrowed,
and judges that. `--borrowed` names what is learned from beside them: what corpus/borrow.py has fetched.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from importlib import import_module
from pathlib import Path

from benchmarks.heat_measures import (
    Bin,
    auc,
    average_precision,
    calibration_error,
    precision_recall,
    recall_at,
    reliability,
    share_from,
)
from benchmarks.heat_texts import (
    EVERYDAY,
    Files,
    Scores,
    Text,
    everyday,
    heat_of,
    ours,
    read,
    score_all,
    scorers,
)
from triage.reading.heat import Heat, Level
from triage.reading.issues import main_issue

CORPUS = Path(__file__).parent.parent / "corpus"
HEATED_AT = {"ours": 0.5, "textblob": 0.25, "vader": 0.5}
LENGTH = range(250, 351)
"""Of so many characters are the texts by which speed is measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one scorer reached on one file. None where the file has no texts of the kind."""

    file: str
    scorer: str
    texts: int
    auc: float | None
    average_precision: float | None
    recall_at_1: float | None
    recall_at_5: float | None
    recall_at_1_mail: float | None
    recall_at_5_mail: float | None
    recall_at_1_everyday: float | None
    heated_found: float | None
    calm_flagged: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """How our own tests were judged at the default threshold: shares of the level that is named."""

    file: str
    texts: int
    auc_heated_tense: float | None
    """Angry against calmly worded complaints. No borrowed file tells these two apart."""
    heated_found: float
    tense_called_heated: float
    calm_called_heated: float
    thanks_called_heated: float
    grateful_precision: float
    grateful_recall: float
    main_issue_right: float | None
    """Of the heated and tense ones: one contains the other. None for single sentences."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    parser.add_argument("--curves", type=Path, help="draw the curves into this folder")
    parser.add_argument("--leave-one-out", action="store_true", help="learn anew without each source, too")
    parser.add_argument("--borrowed", type=Path, nargs="*", default=[], help="more to learn from")
    options = parser.parse_args()
    judged = options.data / "dev" if (options.data / "dev").is_dir() else options.data
    dev, own = read(judged, "*.jsonl"), read(CORPUS, "test-*.jsonl")
    texts = {**dev, **own, EVERYDAY: everyday(dev)}
    scores = {name: score_all(scorer, texts) for name, scorer in scorers().items()}
    rows = [row for name, each in scores.items() for row in rows_of(name, each, dev)]
    told = [judged_own(file, each) for file, each in own.items()]
    bins = {
        "borrowed texts": bins_of(scores["ours"][file] for file in dev),
        "our own tests": bins_of(scores["ours"][file] for file in own),
    }
    speed = speeds([text for each in {**dev, **own}.values() for text in each])
    show(rows, told, bins, speed)
    learned = (options.data / "train", *options.borrowed)
    left_out = leave_one_out(learned, texts, dev) if options.leave_one_out else []
    if options.curves:
        draw(options.curves, scores, bins)
    if options.json:
        figures = {
            "rows": [asdict(row) for row in rows],
            "own": [asdict(each) for each in told],
            "calibration": {title: [each._asdict() for each in found] for title, found in bins.items()},
            "texts_a_second": speed,
            "left_out": left_out,
        }
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


# --- figures ----------------------------------------------------------------------------------------


def rows_of(name: str, scores: Mapping[str, Scores], dev: Files) -> list[Row]:
    """A row for each file, by the pools of the borrowed files."""
    pool = [value for file in dev for value in scores[file].calm]
    mail = [value for file in dev if not scores[file].heated for value in scores[file].calm] or pool
    pools = pool, mail, scores[EVERYDAY].calm
    return [row_of(file, name, each, pools) for file, each in scores.items()]


def row_of(file: str, name: str, scores: Scores, pools: tuple[Sequence[float], ...]) -> Row:
    hot, calm, threshold = scores.heated, scores.calm, HEATED_AT[name]
    pool, mail, daily = pools
    return Row(
        file=file,
        scorer=name,
        texts=len(hot) + len(scores.cool),
        auc=auc(hot, calm) if hot and calm else None,
        average_precision=average_precision(hot, calm) if hot and calm else None,
        recall_at_1=recall_at(hot, pool, 0.01) if hot else None,
        recall_at_5=recall_at(hot, pool, 0.05) if hot else None,
        recall_at_1_mail=recall_at(hot, mail, 0.01) if hot else None,
        recall_at_5_mail=recall_at(hot, mail, 0.05) if hot else None,
        recall_at_1_everyday=recall_at(hot, daily, 0.01) if hot else None,
        heated_found=share_from(hot, threshold) if hot else None,
        calm_flagged=share_from(calm, threshold) if calm else None,
    )


def judged_own(file: str, texts: Sequence[Text]) -> Own:
    """How the levels of one of our own tests were met, and the main issue."""
    heats = [(text, heat_of(text)) for text in texts]

    def called(level: str, verdict: Level) -> float:
        verdicts = [heat.level is verdict for text, heat in heats if text.level == level]
        return sum(verdicts) / max(1, len(verdicts))

    grateful = [text.level == "grateful" for text, heat in heats if heat.level is Level.GRATEFUL]
    hot, tense = (
        [heat.score for text, heat in heats if text.level == level] for level in ("heated", "tense")
    )
    stated = [
        names_issue(text, heat) for text, heat in heats if text.level in ("heated", "tense") and text.issue
    ]
    return Own(
        file=file,
        texts=len(texts),
        auc_heated_tense=auc(hot, tense) if hot and tense else None,
        heated_found=called("heated", Level.HEATED),
        tense_called_heated=called("tense", Level.HEATED),
        calm_called_heated=called("calm", Level.HEATED),
        thanks_called_heated=called("grateful", Level.HEATED),
        grateful_precision=sum(grateful) / max(1, len(grateful)),
        grateful_recall=called("grateful", Level.GRATEFUL),
        main_issue_right=sum(stated) / len(stated) if stated else None,
    )


def names_issue(text: Text, heat: Heat) -> bool:
    found = main_issue(text.text, heat, subject=text.subject)
    its, mine = " ".join(text.issue.split()), found.sentence if found else ""
    return bool(mine) and (its in mine or mine in its)


def bins_of(scores: Iterator[Scores]) -> list[Bin]:
    found = [*scores]
    return reliability([v for each in found for v in each.heated], [v for each in found for v in each.cool])


def speeds(texts: Sequence[Text]) -> dict[str, float]:
    """Verdicts a second of one core, on texts of about 300 characters: the best of three runs in turn."""
    chosen = [text for text in texts if len(text.text) in LENGTH][:500]
    ways: dict[str, Callable[[Text], object]] = {
        **scorers(),
        "ours, with main issue": lambda text: main_issue(text.text, heat_of(text), subject=text.subject),
    }
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(3):
        for name, way in ways.items():
            started = time.process_time()
            for text in chosen:
                way(text)
            best[name] = min(best[name], time.process_time() - started)
    return {name: len(chosen) / seconds for name, seconds in best.items()} if chosen else {}


# --- leaving one source out -------------------------------------------------------------------------


def leave_one_out(folders: Sequence[Path], texts: Files, dev: Files) -> list[dict[str, object]]:
    """Rows for the words as they are learned without each source in the first folder, and without any."""
    sys.path.insert(0, str(CORPUS))
    learning = import_module("learning")  # its libraries are needed for this alone

    examples, borrowed = [*learning.corpus()], learning.others(*folders)
    every = sorted({example.file for example in borrowed})
    sources = [source for source in every if (folders[0] / f"{source}.jsonl").exists()]
    school = learning.School(examples + borrowed)
    folds = {file: learning.model_of(school.learn([file])) for file in _FOLDS}
    scales = learning.scales_of([e for e in school.examples if e.file in folds], folds)
    rows = []
    print("\nLearned anew, each time without one source:")
    print(f"{'without':38}{'judged':38}{'AUC':>8}{'R@1%':>8}{'heated':>8}{'calm':>8}")
    for out in ([], *([source] for source in sources), every):
        kept = [example for example in borrowed if example.file not in out]
        model = learning.model_of(learning.School(examples + kept).learn(), scales)
        for row in rows_of("ours", score_all(partial(ours, model=model), texts), dev):
            name = ", ".join(out) if out != every else "all that is borrowed"
            rows.append({"without": name, **asdict(row)})
            cells = (row.auc, row.recall_at_1, row.heated_found, row.calm_flagged)
            print(f"{name or '-':38}{row.file:38}{''.join(map(cell, cells))}", flush=True)
    return rows


_FOLDS = ("machine-parts", "software", "german-heavy")
"""Files on which it is seen what a score means: three, for all take too long."""


# --- telling ----------------------------------------------------------------------------------------


def cell(value: float | None) -> str:
    return f"{value:>8.3f}" if value is not None else f"{'-':>8}"


def show(
    rows: Sequence[Row], own: Sequence[Own], bins: Mapping[str, Sequence[Bin]], speed: Mapping[str, float]
) -> None:
    titles = ("AUC", "AP", "R@1%", "R@5%", "R@1%m", "R@5%m", "R@1%e", "heated", "calm")
    print(f"{'file':38}{'scorer':10}{'texts':>6}{''.join(f'{title:>8}' for title in titles)}")
    for row in sorted(rows, key=lambda row: row.file):
        cells = [value for value in asdict(row).values() if not isinstance(value, str | int)]
        print(f"{row.file:38}{row.scorer:10}{row.texts:>6}{''.join(map(cell, cells))}")
    print(
        "R@: recall where so much of the calm pool is flagged, m: of business mail, e: of the everyday pool. "
        "Then: flagged by default."
    )
    print(
        "\nour own tests, by default"
        + " " * 19
        + "texts AUC.h/t  heated   tense    calm  thanks  grat.P  grat.R   issue"
    )
    for each in own:
        cells = [value for value in asdict(each).values() if not isinstance(value, str | int)]
        print(f"{each.file:42}{each.texts:>7}{''.join(map(cell, cells))}")
    for title, found in bins.items():
        print(f"\ncalibration on {title}: off by {calibration_error(found):.3f} on the mean")
        print("  score " + "".join(f"{each.score:>8.2f}" for each in found))
        print("  heated" + "".join(f"{each.heated:>8.2f}" for each in found))
        print("  texts " + "".join(f"{each.texts:>8}" for each in found))
    print("\ntexts of 300 characters a second, on one core")
    for name, rate in speed.items():
        print(f"  {name:24}{rate:>8.0f}   {rate / speed['textblob']:.2f} of TextBlob's")


def draw(folder: Path, scores: Mapping[str, Mapping[str, Scores]], bins: Mapping[str, Sequence[Bin]]) -> None:
    from benchmarks.heat_curves import draw_calibration, draw_precision_recall

    folder.mkdir(parents=True, exist_ok=True)
    panels = {
        file: {name: precision_recall(each[file].heated, each[file].calm) for name, each in scores.items()}
        for file, ours in scores["ours"].items()
        if ours.heated and ours.calm
    }
    draw_precision_recall(folder / "precision-recall.png", panels)
    draw_calibration(folder / "calibration.png", bins)


if __name__ == "__main__":
    main()
