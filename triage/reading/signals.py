"""The signals: each finds one kind of evidence in a sentence, and says where.

A signal is one function under `@signal`; it yields `Hit`s and does not weigh them: `heat` does, by the
name of the function (data/weights.json). What a phrase is worth in its sentence is for `evidence`.
"""

import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

from triage.reading.evidence import WEAK, Hit, Reading, evidence, jests, words_for, written
from triage.reading.polarity import polarity as polarity_of

Signal: TypeAlias = Callable[[Reading], Iterator[Hit]]
SIGNALS: dict[str, Signal] = {}
"""All signals by name, in the order in which they stand here."""


def signal(function: Signal) -> Signal:
    """Register a signal under the name of its function."""
    SIGNALS[function.__name__] = function
    return function


# --- heat -------------------------------------------------------------------------------------------


@signal
def threat_to_leave(reading: Reading) -> Iterator[Hit]:
    """Ends the business, or names the one who takes it over."""
    return evidence(reading, "threat_to_leave")


@signal
def threat_of_law(reading: Reading) -> Iterator[Hit]:
    """Lawyers, courts, liability."""
    return evidence(reading, "threat_of_law")


@signal
def threat_to_report_or_post(reading: Reading) -> Iterator[Hit]:
    """Reports it to an authority, or to everybody."""
    return evidence(reading, "threat_to_report_or_post")


@signal
def ultimatum(reading: Reading) -> Iterator[Hit]:
    """Do this by then, or else."""
    return evidence(reading, "ultimatum")


@signal
def repeated_asking(reading: Reading) -> Iterator[Hit]:
    """Asks not for the first time, and says so."""
    return evidence(reading, "repeated_asking")


@signal
def no_answer(reading: Reading) -> Iterator[Hit]:
    """Nobody answers, nothing comes."""
    return evidence(reading, "no_answer")


@signal
def broken_promise(reading: Reading) -> Iterator[Hit]:
    """Holds up what was promised."""
    return evidence(reading, "broken_promise")


@signal
def contempt(reading: Reading) -> Iterator[Hit]:
    """Speaks of the work as of something worthless."""
    return evidence(reading, "contempt")


@signal
def insult(reading: Reading) -> Iterator[Hit]:
    """Calls names."""
    return evidence(reading, "insult")


_MASKED = re.compile(
    r"\b(?:f|fu|s|sh|bi|cr|cu|bullsh)\*{1,6}[a-z]{1,4}\b|\b[a-z]{1,3}\*{2,8}|(?<!\S)[#@$%&!*]{4,12}(?!\S)",
    re.IGNORECASE,
)


@signal
def profanity(reading: Reading) -> Iterator[Hit]:
    """Swears, in letters or in stars."""
    yield from evidence(reading, "profanity")
    for match in _MASKED.finditer(reading.sentence.text):
        if len(set(match[0])) > 1 and match[0].strip("!*"):
            yield Hit(reading.sentence.start + match.start(), reading.sentence.start + match.end(), WEAK)


@signal
def accusation(reading: Reading) -> Iterator[Hit]:
    """You lied, you failed, it is your fault."""
    if not reading.has("thanks"):  # "you always do great work"
        yield from evidence(reading, "accusation")


@signal
def demand_for_manager(reading: Reading) -> Iterator[Hit]:
    """Wants to speak to someone above."""
    return evidence(reading, "demand_for_manager")


@signal
def sarcasm(reading: Reading) -> Iterator[Hit]:
    """Praise that means the opposite."""
    return evidence(reading, "sarcasm")


@signal
def refusal(reading: Reading) -> Iterator[Hit]:
    """Will not pay, will not talk, will not take it any longer."""
    return evidence(reading, "refusal")


@signal
def loss_named(reading: Reading) -> Iterator[Hit]:
    """Names what it cost."""
    return evidence(reading, "loss_named")


@signal
def unacceptable(reading: Reading) -> Iterator[Hit]:
    """Says that it cannot be accepted."""
    return evidence(reading, "unacceptable")


@signal
def trouble(reading: Reading) -> Iterator[Hit]:
    """Plain words of things gone wrong."""
    return evidence(reading, "trouble")


@signal
def anger(reading: Reading) -> Iterator[Hit]:
    """Names the own anger or disappointment."""
    return evidence(reading, "anger")


@signal
def capitals(reading: Reading) -> Iterator[Hit]:
    """Shouts: most of a sentence in capitals, or a small word that nobody writes so without temper."""
    if reading.shouts or reading.has("thanks") or reading.sentence.place == "subject":
        return
    spelt = [(word, written(reading.sentence, word)) for word in reading.sentence.words]
    letters = [(word, text) for word, text in spelt if text.isalpha()]
    loud = [(word, text) for word, text in letters if len(text) > 1 and text.isupper()]
    if len({word.text for word, _ in loud}) >= 3 and len(loud) >= 0.7 * len(letters):
        yield Hit(loud[0][0].start, loud[-1][0].end)
        return
    for word, _ in loud:
        if word.text in words_for("stressed"):
            yield Hit(word.start, word.end, WEAK)


_SLIGHT = 0.1
"""A polarity nearer to nothing than this says nothing."""
_MARKS = re.compile(r"[!?]{2,}")


@signal
def punctuation(reading: Reading) -> Iterator[Hit]:
    """Runs of exclamation and question marks, where nobody is being thanked."""
    if (
        reading.has("thanks", "courtesy")
        or jests(reading.sentence)
        or polarity_of(reading.words).value > _SLIGHT
    ):
        return
    for match in _MARKS.finditer(reading.sentence.text):
        start = reading.sentence.start
        yield Hit(start + match.start(), start + match.end(), min(1.0, len(match[0]) / 3))


@signal
def cold_farewell(reading: Reading) -> Iterator[Hit]:
    """Ends the talk rather than the mail."""
    return evidence(reading, "cold_farewell")


@signal
def polarity(reading: Reading) -> Iterator[Hit]:
    """TextBlob's word for it, mended: nudges, never decides. Of less than no strength where it is kind."""
    value, word = polarity_of(reading.words)
    if word is not None and abs(value) >= _SLIGHT and not (value > 0 and reading.has("sarcasm")):
        yield Hit(word.start, word.end, -value if value < 0 else -value * WEAK)


@signal
def team_phrase(reading: Reading) -> Iterator[Hit]:
    """A phrase that the team's rules call heated."""
    return evidence(reading, "team_phrase")


# --- calm -------------------------------------------------------------------------------------------


@signal
def thanks(reading: Reading) -> Iterator[Hit]:
    """Thanks that are meant, and praise."""
    if not reading.has("sarcasm"):
        yield from evidence(reading, "thanks")


@signal
def courtesy(reading: Reading) -> Iterator[Hit]:
    """The small change of a polite mail."""
    if not reading.has("sarcasm"):
        yield from evidence(reading, "courtesy")


@signal
def customer_apology(reading: Reading) -> Iterator[Hit]:
    """The customer's own "sorry"."""
    return evidence(reading, "customer_apology")


@signal
def no_rush(reading: Reading) -> Iterator[Hit]:
    """Says that it can wait."""
    return evidence(reading, "no_rush")


@signal
def routine(reading: Reading) -> Iterator[Hit]:
    """Orders, asks for a quote, sends an attachment."""
    return evidence(reading, "routine")


@signal
def calm_phrase(reading: Reading) -> Iterator[Hit]:
    """A phrase that the team's rules call calm; words inside it count for no other signal."""
    return evidence(reading, "calm_phrase")
