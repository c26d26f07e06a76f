"""The whole verdict on a mail (read, stripped, weighed, its main issue found), beside one part of it alone.

Seconds of one core, so that a busy machine counts little; each round reads mails that nobody has read before.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from time import process_time

from textblob import TextBlob
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from benchmarks.speed.mails import letters
from benchmarks.speed.rows import Found, Row, in_turn
from triage.judging.verdicts import Measure, judge
from triage.reading.messages import parse

MAILS, ROUNDS = 300, 5
AT_ONCE = 32
"""Texts that the transformer is given together: so it is at its fastest."""
ONE, MANY = "MiniLM, int8, one text at once", f"MiniLM, int8, {AT_ONCE} texts at once"


def measure(share: float) -> Iterator[Found]:
    """Mails a second of one core."""
    count = max(20, int(MAILS * share))
    raws = [*letters(count * ROUNDS)]
    texts = [parse(raw).new_text for raw in raws]
    ours, vader = Measure(), SentimentIntensityAnalyzer()
    judge(parse(raws[0]), ours)
    ways: dict[str, Callable[[], float]] = {
        "ours": _rate(lambda raw: judge(parse(raw), ours), raws, count),
        "reading": _rate(parse, raws, count),
        "TextBlob": _rate(lambda text: TextBlob(text).sentiment, texts, count),
        "VADER": _rate(vader.polarity_scores, texts, count),
    }
    ways |= _transformer(texts, count)
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
    for name in (ONE, MANY):
        peer = rate.get(name)
        yield Row(what=what, ours=rate["ours"], beside=name, peer=peer, unit=unit, at_least=15)
    yield Row(
        what="of it, reading the mail",
        ours=rate["reading"],
        beside="TextBlob(text).sentiment alone",
        peer=rate["TextBlob"],
        unit=unit,
    )


def _transformer(texts: Sequence[str], count: int) -> dict[str, Callable[[], float]]:
    """Nothing where it is not installed. All texts of a round are one item for it."""
    try:
        from benchmarks.speed.minilm import MiniLM

        model = MiniLM()
    except ImportError:
        return {}
    rounds = [texts[first : first + count] for first in range(0, len(texts), count)]
    singly, together = (
        _rate(partial(model.embed_all, at_once=at_once), rounds, 1) for at_once in (1, AT_ONCE)
    )
    return {ONE: lambda: singly() * count, MANY: lambda: together() * count}


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
