"""The signals: each finds one kind of evidence in a sentence, and says where.

A signal is one function under `@signal`; it yields `Hit`s and does not weigh them: `heat` does, by the
name of the function (data/weights.json). What a phrase is worth in its sentence is for `evidence`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from triage.reading.books import WEAK
from triage.reading.evidence import Hit, Reading, evidence, jests, words_for
from triage.reading.polarity import polarity as polarity_of

Signal: TypeAlias = Callable[[Reading], Iterable[Hit]]
SIGNALS: dict[str, Signal] = {}
"""All signals by name, in the order in which they stand here."""
_WITHOUT_PHRASE: list[str] = []


def signal(function: Signal) -> Signal:
    """Register a signal under the name of its function: it is asked where a phrase of that name stands."""
    SIGNALS[function.__name__] = function
    return function


def signal_without_phrase(function: Signal) -> Signal:
    """Register a signal that looks at every sentence."""
    _WITHOUT_PHRASE.append(function.__name__)
    return signal(function)


def asked_of(reading: Reading) -> Iterable[str]:
    """The signals that may have something to say of a sentence."""
    named = [name for name in reading.matches if name in SIGNALS and name not in _WITHOUT_PHRASE]
    return [*_WITHOUT_PHRASE, *named]


# --- heat -------------------------------------------------------------------------------------------


@signal
def threat_to_leave(reading: Reading) -> Iterable[Hit]:
    """Ends the business, or names the one who takes it over."""
    return evidence(reading, "threat_to_leave")


@signal
def threat_of_law(reading: Reading) -> Iterable[Hit]:
    """Lawyers, courts, liability."""
    return evidence(reading, "threat_of_law")


@signal
def threat_to_report_or_post(reading: Reading) -> Iterable[Hit]:
    """Reports it to an authority, or to everybody."""
    return evidence(reading, "threat_to_report_or_post")


@signal
def ultimatum(reading: Reading) -> Iterable[Hit]:
    """Do this by then, or else."""
    return evidence(reading, "ultimatum")


@signal
def repeated_asking(reading: Reading) -> Iterable[Hit]:
    """Asks not for the first time, and says so."""
    return evidence(reading, "repeated_asking")


@signal
def no_answer(reading: Reading) -> Iterable[Hit]:
    """Nobody answers, nothing comes."""
    return evidence(reading, "no_answer")


@signal
def broken_promise(reading: Reading) -> Iterable[Hit]:
    """Holds up what was promised."""
    return evidence(reading, "broken_promise")


@signal
def contempt(reading: Reading) -> Iterable[Hit]:
    """Speaks of the work as of something worthless."""
    return evidence(reading, "contempt")


@signal
def insult(reading: Reading) -> Iterable[Hit]:
    """Calls names."""
    return evidence(reading, "insult")


_SIGNS, _STARS = re.compile(r"[*#@$%&!]"), re.compile(r"\*|[#@$%&!]{4}")
_MASKED = re.compile(
    r"\b(?:f|fu|s|sh|bi|cr|cu|bullsh)\*{1,6}[a-z]{1,4}\b|\b[a-z]{1,3}\*{2,8}|(?<!\S)[#@$%&!*]{4,12}(?!\S)",
    re.IGNORECASE,
)


@signal_without_phrase
def profanity(reading: Reading) -> Iterator[Hit]:
    """Swears, in letters or in stars."""
    yield from evidence(reading, "profanity")
    text = reading.sentence.text
    masked = _SIGNS.search(text) and _STARS.search(text)
    for match in _MASKED.finditer(text) if masked else ():
        if len(set(match[0])) > 1 and match[0].strip("!*"):
            yield Hit(reading.sentence.start + match.start(), reading.sentence.start + match.end(), WEAK)


@signal
def accusation(reading: Reading) -> Iterable[Hit]:
    """You lied, you failed, it is your fault."""
    return () if reading.has("thanks") else evidence(reading, "accusation")  # "you always do great work"


@signal
def demand_for_manager(reading: Reading) -> Iterable[Hit]:
    """Wants to speak to someone above."""
    return evidence(reading, "demand_for_manager")


@signal
def sarcasm(reading: Reading) -> Iterable[Hit]:
    """Praise that means the opposite."""
    return evidence(reading, "sarcasm")


@signal
def refusal(reading: Reading) -> Iterable[Hit]:
    """Will not pay, will not talk, will not take it any longer."""
    return evidence(reading, "refusal")


@signal
def loss_named(reading: Reading) -> Iterable[Hit]:
    """Names what it cost."""
    return evidence(reading, "loss_named")


@signal
def unacceptable(reading: Reading) -> Iterable[Hit]:
    """Says that it cannot be accepted."""
    return evidence(reading, "unacceptable")


@signal
def trouble(reading: Reading) -> Iterable[Hit]:
    """Plain words of things gone wrong."""
    return evidence(reading, "trouble")


@signal
def anger(reading: Reading) -> Iterable[Hit]:
    """Names the own anger or disappointment."""
    return evidence(reading, "anger")


_CAPITALS, _PLAIN_CAPITALS = re.compile(r"[^\W\d_a-z]{2}"), re.compile("[A-Z]{2}")
"""Two capitals in a row, or letters that are no Latin ones; and the same as plain ASCII has it."""


@signal_without_phrase
def capitals(reading: Reading) -> Iterator[Hit]:
    """Shouts: most of a sentence in capitals, or a small word that nobody writes so without temper."""
    if reading.shouts or reading.has("thanks") or reading.sentence.place == "subject":
        return
    sentence = reading.sentence
    if not (_PLAIN_CAPITALS if sentence.text.isascii() else _CAPITALS).search(sentence.text):
        return
    written = [sentence.text[start:end] for start, end in sentence.spans]
    letters = [at for at, word in enumerate(written) if word.isalpha()]
    loud = [at for at in letters if len(written[at]) > 1 and written[at].isupper()]
    if len({sentence.words[at] for at in loud}) >= 3 and len(loud) >= 0.7 * len(letters):
        yield Hit(*sentence.passage(loud[0], loud[-1] + 1))
        return
    for at in loud:
        if sentence.words[at] in words_for("stressed"):
            yield Hit(*sentence.passage(at, at + 1), WEAK)


_SLIGHT = 0.1
"""A polarity nearer to nothing than this says nothing."""
_MARKS = re.compile(r"[!?]{2,}")


@signal_without_phrase
def punctuation(reading: Reading) -> Iterator[Hit]:
    """Runs of exclamation and question marks, where nobody is being thanked."""
    if (
        not ("!" in reading.sentence.text or "?" in reading.sentence.text)
        or not _MARKS.search(reading.sentence.text)
        or reading.has("thanks", "courtesy")
        or jests(reading.sentence)
        or polarity_of(reading.words).value > _SLIGHT
    ):
        return
    for match in _MARKS.finditer(reading.sentence.text):
        start = reading.sentence.start
        yield Hit(start + match.start(), start + match.end(), min(1.0, len(match[0]) / 3))


@signal
def cold_farewell(reading: Reading) -> Iterable[Hit]:
    """Ends the talk rather than the mail."""
    return evidence(reading, "cold_farewell")


@signal_without_phrase
def polarity(reading: Reading) -> Iterator[Hit]:
    """TextBlob's word for it, mended: nudges, never decides. Of less than no strength where it is kind."""
    value, at = polarity_of(reading.words)
    if at is not None and abs(value) >= _SLIGHT and not (value > 0 and reading.has("sarcasm")):
        start, end = reading.spans[at]
        begin = reading.sentence.start
        yield Hit(begin + start, begin + end, -value if value < 0 else -value * WEAK)


@signal
def team_phrase(reading: Reading) -> Iterable[Hit]:
    """A phrase that the team's rules call heated."""
    return evidence(reading, "team_phrase")


# --- calm -------------------------------------------------------------------------------------------


@signal
def thanks(reading: Reading) -> Iterable[Hit]:
    """Thanks that are meant, and praise."""
    return () if reading.has("sarcasm") else evidence(reading, "thanks")


@signal
def courtesy(reading: Reading) -> Iterable[Hit]:
    """The small change of a polite mail."""
    return () if reading.has("sarcasm") else evidence(reading, "courtesy")


@signal
def customer_apology(reading: Reading) -> Iterable[Hit]:
    """The customer's own "sorry"."""
    return evidence(reading, "customer_apology")


@signal
def no_rush(reading: Reading) -> Iterable[Hit]:
    """Says that it can wait."""
    return evidence(reading, "no_rush")


@signal
def routine(reading: Reading) -> Iterable[Hit]:
    """Orders, asks for a quote, sends an attachment."""
    return evidence(reading, "routine")


@signal
def calm_phrase(reading: Reading) -> Iterable[Hit]:
    """A phrase that the team's rules call calm; words inside it count for no other signal."""
    return evidence(reading, "calm_phrase")
