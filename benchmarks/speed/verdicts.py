"""The whole verdict on a mail (read, stripped, weighed, its main issue found), beside one part of it alone.

Seconds of one core, so that a busy machine counts little; each round reads mails that nobody has read before.
"""

from collections.abc import Callable, Iterator, Sequence
from time import process_time

from textblob import TextBlob
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from benchmarks.speed.mails import letters
from benchmarks.speed.rows import Found, Row, in_turn
from triage.judging.rules import TeamRules
from triage.judging.verdicts import judge
from triage.reading.messages import parse

MAILS, ROUNDS = 300, 5


def measure(share: float) -> Iterator[Found]:
    """Mails a second of one core."""
    count = max(20, int(MAILS * share))
    raws = [*letters(count * ROUNDS)]
    texts = [parse(raw).new_text for raw in raws]
    rules, vader = TeamRules(), SentimentIntensityAnalyzer()
    judge(parse(raws[0]), rules)
    ways: dict[str, Callable[[], float]] = {
        "ours": _rate(lambda raw: judge(parse(raw), rules), raws, count),
        "reading": _rate(parse, raws, count),
        "TextBlob": _rate(lambda text: TextBlob(text).sentiment, texts, count),
        "VADER": _rate(vader.polarity_scores, texts, count),
    }
    rate = in_turn(ROUNDS, **ways)
    what, unit = "the whole verdict on a mail", "mails/s"
    yield Row(
        what=what,
        ours=rate["ours"],
        beside="TextBlob(text).sentiment alone",
        peer=rate["TextBlob"],
        unit=unit,
        at_least=0.5,
    )
    yield Row(what=what, ours=rate["ours"], beside="VADER alone", peer=rate["VADER"], unit=unit)
    yield Row(
        what="of it, reading the mail",
        ours=rate["reading"],
        beside="TextBlob(text).sentiment alone",
        peer=rate["TextBlob"],
        unit=unit,
    )


def _rate(work: Callable[..., object], items: Sequence[object], count: int) -> Callable[[], float]:
    """Works off the next `count` items at each call; how many a second of one core."""
    batches = iter(range(0, len(items), count))

    def once() -> float:
        first = next(batches)
        start = process_time()
        for item in items[first : first + count]:
            work(item)
        return count / (process_time() - start)

    return once
