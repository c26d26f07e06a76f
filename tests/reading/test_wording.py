"""The learned words: what is read, which words are named, and that the shipped weights are those measured."""

import pytest

from triage.reading.heat import Level, Tuning, assess
from triage.reading.messages import parse
from triage.reading.sentences import split, words_of
from triage.reading.wording import HEADS, Model, rows, shipped_model, weigh


def heat_of(weight: float) -> tuple[float, ...]:
    """A gram that says nothing to any other head."""
    return tuple(weight if head == "heated" else 0.0 for head in HEADS)


MODEL = Model(
    grams={("rotten",): heat_of(2.0), ("rotten", "deal"): heat_of(1.0), ("kind",): heat_of(-1.0)},
    intercepts=dict.fromkeys(HEADS, 0.0),
    heat=1.0,
    calm=1.0,
)


def test_a_word_is_read_alone_and_with_those_before_it() -> None:
    assert rows(words_of("You lied twice"))[2] == (
        ("twice",),
        ("lied", "twice"),
        ("you", "lied", "twice"),
    )


def test_which_number_it_is_says_nothing() -> None:
    assert rows(words_of("4711")) == rows(words_of("12"))


def test_the_passage_that_weighs_most_is_named() -> None:
    (found,) = assess("It was a rotten deal, my kind friend.", model=MODEL).findings
    assert (found.signal, found.words) == ("wording", "rotten deal")
    assert found.weight > 0


def test_a_longer_text_needs_more_of_it() -> None:
    short, long = (
        assess(f"A rotten deal{more}", model=MODEL).score
        for more in (".", " that came by post one day in May.")
    )
    assert short > long


def test_words_in_a_quote_or_a_calm_phrase_do_not_count() -> None:
    quoted = assess('He wrote "it is a rotten deal, I say" on the wall.', model=MODEL)
    calm = assess("A rotten deal.", model=MODEL, tuning=Tuning(phrases_calm=("rotten deal",)))
    assert not [f for f in (*quoted.findings, *calm.findings) if f.signal == "wording"]


def test_kind_words_in_sarcasm_say_nothing() -> None:
    meant, not_meant = (
        assess(text, model=MODEL) for text in ("Thanks, kind sir.", "Thanks for nothing, kind sir.")
    )
    assert [f.words for f in meant.findings if f.signal == "wording"] == ["kind"]
    assert not [f for f in not_meant.findings if f.signal == "wording"]


def test_a_sentence_said_twice_counts_once() -> None:
    once, twice = assess("A rotten deal.", model=MODEL), assess("A rotten deal. A rotten deal.", model=MODEL)
    assert once.score == twice.score


def test_a_word_counts_where_it_is_said_first() -> None:
    found = assess("A rotten day. Such rotten weather, and rotten luck.", model=MODEL).findings
    assert [(f.words, f.start) for f in found if f.signal == "wording"] == [("rotten", 2)]


def test_a_word_said_in_a_quote_counts_where_the_writer_says_it_too() -> None:
    text = 'He wrote "a rotten deal, I say" on the wall. It is a rotten wall.'
    (found,) = (f for f in assess(text, model=MODEL).findings if f.signal == "wording")
    assert found.start == text.rindex("rotten")


def test_the_subject_is_not_hidden_by_a_quote_in_the_text() -> None:
    heat = assess('"A rotten deal, I say," he wrote.', subject="A rotten deal", model=MODEL)
    assert [f.place for f in heat.findings if f.signal == "wording"] == ["subject"]


def test_every_question_is_answered_by_the_same_words() -> None:
    sentences = split("A rotten deal.")
    assert weigh(sentences, MODEL) == pytest.approx({"heated": 3 / 15**0.5, "displeased": 0, "grateful": 0})


def test_a_team_turns_the_wording_off() -> None:
    heat = assess("A rotten deal.", model=MODEL, tuning=Tuning(factors={"wording": 0}))
    assert not [f for f in heat.findings if f.signal == "wording"]


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("You lied to us twice, and nobody calls back.", 0.9912),
        ("Could you send the drawings by Friday?", 0.0015),
        ("Please send your final invoice, another supplier starts on Monday.", 0.9833),
        ("Thank you so much, the pumps run well.", 0.0048),
        ("Wir warten seit drei Wochen, und niemand meldet sich.", 0.9713),
    ],
)
def test_the_shipped_weights_are_those_that_were_measured(text: str, score: float) -> None:
    assert assess(text).score == pytest.approx(score, abs=0.001)


def test_every_head_is_shipped() -> None:
    heads = zip(*shipped_model().grams.values(), strict=True)
    assert [any(weights) for weights in heads] == [True] * len(HEADS)


HEADERS = "From: Ada <ada@customer.example>\r\nTo: rep@example.com\r\nSubject: Pumps\r\n\r\n"
TAILS = [
    "\r\n\r\n-- \r\nAda Pell\r\nHead of Purchasing\r\nKILLER DEALS EVERY DAY!!!",
    "\r\n\r\nOn Mon, 2 Mar 2026 at 10:00, Rep <rep@example.com> wrote:\r\n> You are liars!\r\n> We will sue.",
]


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("text", ["Could you send the drawings by Friday?", "Thank you, the pumps run well."])
def test_no_signature_and_no_history_makes_a_mail_hotter(text: str, tail: str) -> None:
    alone, longer = (assess(parse((HEADERS + body).encode()).new_text) for body in (text, text + tail))
    assert longer.score <= alone.score + 1e-9
    assert longer.level is alone.level is not Level.HEATED
