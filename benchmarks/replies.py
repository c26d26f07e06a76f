"""How good is the reply check, and how good are the promises? By kind, on labelled sets.

    python benchmarks/replies.py [FOLDER] [--json FILE]

FOLDER (tests/reading/sets where none is named) holds replies*.toml and promises*.toml as they stand there.
A fault counts as found where the kind is right; `words` is the share of those that show the labelled words.
Only what was never tuned on tells how good it is: the sets named "held-out".
"""

import argparse
import json
import tomllib
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from triage.judging.rules import TeamRules
from triage.reading.deadlines import Standpoint
from triage.reading.promises import find
from triage.reading.replies import check

SETS = Path(__file__).parent.parent / "tests" / "reading" / "sets"
Row = dict[str, Any]
ALL, INNOCENT = "all", "innocent"
WHERE = Standpoint(now=datetime(2026, 3, 3, 16, 15, tzinfo=UTC), zone=ZoneInfo("America/Chicago"))
"""A Tuesday morning: every time that the replies name is still to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Found rightly, found wrongly, missed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right else 0.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (2 * self.right + self.wrong + self.missed) if self.right else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies:
    """The reply check on one set."""

    replies: int
    kinds: dict[str, Score]
    """By kind, and for `all` together."""
    words: float
    good: int
    """Replies without a fault."""
    serious_on_good: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """The promises of one set."""

    sentences: int
    found: Score
    due_right: float
    """Of the promises found, how many are due when they should be."""


@dataclass(slots=True)
class Tally:
    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)

    def scores(self) -> dict[str, Score]:
        kinds = sorted({*self.right, *self.wrong, *self.missed})
        by_kind = {k: Score(right=self.right[k], wrong=self.wrong[k], missed=self.missed[k]) for k in kinds}
        return by_kind | {
            ALL: Score(right=self.right.total(), wrong=self.wrong.total(), missed=self.missed.total())
        }


def load_replies(path: Path) -> tuple[list[Row], dict[str, list[str]]]:
    """Whole replies, and single sentences by kind."""
    data = tomllib.loads(path.read_text("utf-8"))
    return data["reply"], data.get("sentences", {})


def load_promises(path: Path) -> list[Row]:
    letters: list[Row] = tomllib.loads(path.read_text("utf-8"))["letters"]
    return letters


def bench_replies(rows: list[Row], sentences: dict[str, list[str]]) -> Replies:
    serious = TeamRules().check.serious
    tally = tally_of(sentences)
    shown = good = alarmed = 0
    for row in rows:
        says: dict[str, str] = row.get("says", {})
        wanted = {*says, *row.get("lacks", ())}
        faults = check(row["body"], WHERE, main_issue=row.get("issue", ""))
        found = {str(fault.kind) for fault in faults}
        tally.right.update(wanted & found)
        tally.wrong.update(found - wanted)
        tally.missed.update(wanted - found)
        shown += sum(
            any(f.kind == kind and overlap(words, f.words) for f in faults) for kind, words in says.items()
        )
        good += not wanted
        alarmed += not wanted and any(fault.kind in serious for fault in faults)
    said = sum(len(set(row.get("says", {}))) for row in rows)
    return Replies(
        replies=len(rows),
        kinds=tally.scores(),
        words=shown / said if said else 0.0,
        good=good,
        serious_on_good=alarmed / good if good else 0.0,
    )


def tally_of(sentences: dict[str, list[str]]) -> Tally:
    """Single sentences: the kind they are there for, or none at all."""
    tally = Tally()
    for kind, texts in sentences.items():
        for text in texts:
            found = {str(fault.kind) for fault in check(text, WHERE) if fault.words}
            if kind == INNOCENT:
                tally.wrong.update(found)
            else:
                (tally.right if kind in found else tally.missed).update([kind])
    return tally


def overlap(one: str, other: str) -> bool:
    """Whether two quotes of a reply show the same place: one holds a part of the other."""
    first, second = one.lower().split(), set(other.lower().split())
    return any(word in second for word in first)


def bench_promises(letters: list[Row]) -> Promises:
    right = wrong = missed = due_right = sentences = 0
    for letter in letters:
        zone = ZoneInfo(letter["zone"])
        where = Standpoint(now=datetime.fromisoformat(letter["sent_at"]).replace(tzinfo=zone), zone=zone)
        for sentence, *dues in [*letter["promises"], *([text] for text in letter["none"])]:
            found = [written(promise.due) for promise in find(sentence, where)]
            right += min(len(found), len(dues))
            wrong += max(0, len(found) - len(dues))
            missed += max(0, len(dues) - len(found))
            due_right += sum(one == other for one, other in zip(found, dues, strict=False))
            sentences += 1
    score = Score(right=right, wrong=wrong, missed=missed)
    return Promises(sentences=sentences, found=score, due_right=due_right / right if right else 0.0)


def written(due: object) -> str:
    """A due time as the sets write it: by the clock of the zone, empty where there is none."""
    if isinstance(due, datetime):
        return due.strftime("%Y-%m-%dT%H:%M")
    return str(due or "")


def show(name: str, result: Replies | Promises) -> None:
    if isinstance(result, Promises):
        score = result.found
        print(f"\n{name}: {result.sentences} sentences")
        print(f"precision {score.precision:.2f}  recall {score.recall:.2f}  F1 {score.f1:.2f}", end="  ")
        print(f"due time right {result.due_right:.2f}")
        return
    print(f"\n{name}: {result.replies} replies, {result.good} of them good")
    print(f"{'kind':<24}{'precision':>10}{'recall':>8}{'right':>7}{'wrong':>7}{'missed':>8}")
    for kind, score in result.kinds.items():
        print(f"{kind:<24}{score.precision:>10.2f}{score.recall:>8.2f}", end="")
        print(f"{score.right:>7}{score.wrong:>7}{score.missed:>8}")
    print(f"the labelled words shown: {result.words:.2f}", end="; ")
    print(f"good replies marked serious: {result.serious_on_good:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, nargs="?", default=SETS)
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    options = parser.parse_args()
    results: dict[str, Replies | Promises] = {}
    for path in sorted(options.folder.glob("replies*.toml")):
        results[path.stem] = bench_replies(*load_replies(path))
    for path in sorted(options.folder.glob("promises*.toml")):
        results[path.stem] = bench_promises(load_promises(path))
    for name, result in results.items():
        show(name, result)
    if options.json:
        options.json.write_text(json.dumps({k: asdict(v) for k, v in results.items()}, indent=1) + "\n")


if __name__ == "__main__":
    main()
