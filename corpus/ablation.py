"""What each group of signals brings: every file of the corpus judged by what the other files teach.

    python corpus/ablation.py [--borrowed DIR] [--mistakes FILE]

Prints a line for all signals together, then one for each group turned off; the words stay as they were
learned. AUC and the recall where 1 % is flagged are heated against calm and grateful texts; the next
columns say how many of each level are called heated, the last how well thanks and tension are told.
`--mistakes` writes the texts on the wrong side, the worst first. Files named test-* are not read.
"""

import argparse
import json
import sys
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

from learning import Example, School, corpus, model_of, others, scales_of
from sklearn.metrics import roc_auc_score

from triage.reading.heat import Heat, Tuning, assess
from triage.reading.wording import Model

GROUPS: dict[str, str] = {
    "": "",
    "wording": "wording",
    "threats": "threat_to_leave threat_of_law threat_to_report_or_post ultimatum cold_farewell",
    "asking in vain": "repeated_asking no_answer broken_promise demand_for_manager",
    "tempers": "contempt insult profanity accusation sarcasm refusal unacceptable anger",
    "tone": "polarity capitals punctuation trouble loss_named",
    "calm evidence": "thanks courtesy customer_apology no_rush routine",
}
TITLES = ("AUC", "R@1%", "heated", "calm", "grateful", "tense", "thanks P", "thanks R", "tense P", "tense R")


def main() -> None:
    """Judge and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--borrowed", type=Path, help="a folder of labelled texts, weighed low")
    parser.add_argument("--mistakes", type=Path, help="write the texts on the wrong side to this file")
    options = parser.parse_args()
    warnings.filterwarnings("ignore", module="sklearn")
    school = School([*corpus(), *others(options.borrowed)])
    folds = school.by_the_others()
    scales = scales_of(school.examples, {file: model_of(heads) for file, heads in folds.items()})
    models = {file: model_of(heads, scales) for file, heads in folds.items()}
    sys.stdout.write(f"{'':28}" + "".join(f"{title:>9}" for title in TITLES) + "\n")
    for kind in ("messages", "sentences"):
        chosen = [each for each in school.examples if each.folder == kind]
        for name, signals in GROUPS.items():
            heats = judge(chosen, models, Tuning(factors=dict.fromkeys(signals.split(), 0.0)))
            tell(f"{kind} {'without ' + name if name else 'all'}", figures(chosen, heats))
            if options.mistakes and not name:
                mistakes(options.mistakes.with_suffix(f".{kind}"), chosen, heats)


def judge(examples: Sequence[Example], models: Mapping[str, Model], tuning: Tuning) -> list[Heat]:
    """Each text by the words of the other files."""
    return [assess(e.text, subject=e.subject, tuning=tuning, model=models[e.file]) for e in examples]


def figures(examples: Sequence[Example], heats: Sequence[Heat]) -> list[float]:
    """In the order of TITLES."""
    scores = {
        level: sorted(h.score for e, h in zip(examples, heats, strict=True) if e.level == level)
        for level in ("heated", "tense", "calm", "grateful")
    }
    pool = sorted(scores["calm"] + scores["grateful"])
    edge = pool[int(0.99 * len(pool))]
    told = [(e.level, h.level.value) for e, h in zip(examples, heats, strict=True)]

    def share(of: str, said: str) -> float:
        return told.count((of, said)) / max(1, sum(level == of for level, _ in told))

    def right(level: str) -> float:
        return told.count((level, level)) / max(1, sum(said == level for _, said in told))

    return [
        roc_auc_score([True] * len(scores["heated"]) + [False] * len(pool), scores["heated"] + pool),
        sum(score > edge for score in scores["heated"]) / len(scores["heated"]),
        *(share(level, "heated") for level in ("heated", "calm", "grateful", "tense")),
        *(right("grateful"), share("grateful", "grateful"), right("tense"), share("tense", "tense")),
    ]


def mistakes(path: Path, examples: Sequence[Example], heats: Sequence[Heat]) -> None:
    """Calm texts that were called heated, then heated ones that were not; the worst first."""
    rows = [
        {"level": e.level, "said": h.level, "score": round(h.score, 3), "file": e.file, "subject": e.subject}
        | {"text": e.text, "words": h.words[:4]}
        for e, h in zip(examples, heats, strict=True)
        if (e.level == "heated") != (h.level == "heated")
    ]
    rows.sort(key=lambda row: (row["level"] == "heated", -abs(row["score"] - (row["level"] == "heated"))))
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def tell(name: str, numbers: Sequence[float]) -> None:
    """One line of the table."""
    sys.stdout.write(f"{name:28}" + "".join(f"{number:>9.3f}" for number in numbers) + "\n")


if __name__ == "__main__":
    main()
