"""How good is the main issue: its sentence, its kind, and what the customer asks for, on labelled mail.

    python -m benchmarks.issues [FOLDER] [--json FILE]

FOLDER (tests/reading/sets where none is named) holds issues*.toml and particulars*.toml as they stand there;
the test files of the corpus, on which nothing is ever fitted or tuned, are read beside them.

A sentence is right where one contains the other, or where the two share words with an F1 of .5 (`alike`);
`strict` counts the second alone. Where none is named, that is a miss. Of the particulars a number, date or
time must be the labelled one; of what they ask for and how often, the words must be alike.
"""

import argparse
import json
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.replies import SETS, Row, Score, Tally
from triage.reading.heat import assess
from triage.reading.issues import main_issue
from triage.reading.particulars import by_when, facts_of, times_asked, wanted
from triage.reading.sentences import split, words_of

CORPUS = Path(__file__).parent.parent / "corpus" / "messages"
DISPLEASED = ("heated", "tense")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issues:
    """The main issue on one set; shares of its messages."""

    messages: int
    sentence: float
    strict: float
    kind: float


def alike(said: str, label: str, *, strict: bool = False) -> bool:
    """Whether two texts are one sentence, near enough; see the head of this file."""
    ours, theirs = (words_of(text) for text in (said, label))
    one, other = f" {' '.join(ours)} ", f" {' '.join(theirs)} "
    shared = (Counter(ours) & Counter(theirs)).total()
    inside = not strict and (one in other or other in one)
    return bool(ours and theirs) and (inside or 4 * shared >= len(ours) + len(theirs))


def bench_issues(rows: Iterable[Row]) -> Issues:
    """Rows as the sets hold them; `says` is the label, `or` another that is as good."""
    told: Counter[str] = Counter()
    for row in rows:
        text, subject = row["text"], row.get("subject", "")
        found = main_issue(text, assess(text, subject=subject), subject=subject)
        labels = [row["says"], *([row["or"]] if "or" in row else [])]
        said = found.sentence if found else ""
        told["messages"] += 1
        told["sentence"] += any(alike(said, label) for label in labels)
        told["strict"] += any(alike(said, label, strict=True) for label in labels)
        told["kind"] += found is not None and found.kind == row["kind"]
    number = told["messages"]
    return Issues(
        messages=number,
        sentence=told["sentence"] / number,
        strict=told["strict"] / number,
        kind=told["kind"] / number,
    )


def corpus_sets(folder: Path) -> dict[str, list[Row]]:
    """The test files of the corpus: displeased mail, and other mail in which something is at issue."""
    sets: dict[str, list[Row]] = {}
    for path in sorted(folder.glob("test-*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            if row["main_issue"]:
                group = "heated and tense" if row["level"] in DISPLEASED else "calm"
                sets.setdefault(f"{path.stem}, {group}", []).append(row | {"says": row["main_issue"]})
    return sets


def bench_particulars(rows: Iterable[Row]) -> dict[str, Score]:
    """By what was looked for; what is found and not labelled is wrong."""
    tally = Tally()
    for row in rows:
        text = row["text"]
        sentences = split(text)
        facts, labelled = set(facts_of(text)), set(row.get("facts", ()))
        tally.right["facts"] += len(facts & labelled)
        tally.wrong["facts"] += len(facts - labelled)
        tally.missed["facts"] += len(labelled - facts)
        wants = wanted(sentences)
        by, label = by_when(wants, text), row.get("by", "")
        _count(tally, "by", by, label, right=by == label)
        for name, said in (("wants", wants), ("asked", times_asked(sentences))):
            _count(tally, name, said, row.get(name, ""), right=alike(said, row.get(name, "")))
    return tally.scores()


def _count(tally: Tally, name: str, said: str, label: str, *, right: bool) -> None:
    right = right and bool(label)
    tally.right[name] += right
    tally.wrong[name] += bool(said) and not right
    tally.missed[name] += bool(label) and not right


def labelled(path: Path) -> list[Row]:
    """The messages of a set."""
    rows: list[Row] = tomllib.loads(path.read_text("utf-8"))["message"]
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, nargs="?", default=SETS)
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    options = parser.parse_args()
    own = {path.stem: labelled(path) for path in sorted(options.folder.glob("issues*.toml"))}
    issues = {name: bench_issues(rows) for name, rows in (own | corpus_sets(CORPUS)).items()}
    print(f"{'main issue':<44}{'messages':>9}{'sentence':>10}{'strict':>8}{'kind':>7}")
    for name, each in issues.items():
        print(f"{name:<44}{each.messages:>9}{each.sentence:>10.2f}{each.strict:>8.2f}{each.kind:>7.2f}")
    paths = sorted(options.folder.glob("particulars*.toml"))
    particulars = {path.stem: bench_particulars(labelled(path)) for path in paths}
    for name, scores in particulars.items():
        print(f"\n{name:<24}{'precision':>10}{'recall':>8}{'right':>7}{'wrong':>7}{'missed':>8}")
        for kind, score in scores.items():
            print(f"{kind:<24}{score.precision:>10.2f}{score.recall:>8.2f}", end="")
            print(f"{score.right:>7}{score.wrong:>7}{score.missed:>8}")
    if options.json:
        told = {name: asdict(each) for name, each in issues.items()}
        told |= {name: {k: asdict(v) for k, v in each.items()} for name, each in particulars.items()}
        options.json.write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
