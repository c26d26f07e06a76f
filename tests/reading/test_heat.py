"""Verdicts: the failures that made jokes of the predecessors, contrast pairs, and what must always hold."""

import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.reading.heat import Heat, Level, Tuning, assess
from triage.reading.polarity import polarity
from triage.reading.sentences import split, words_of
from triage.reading.wording import shipped_model


@pytest.mark.parametrize(
    ("text", "level"),
    [
        # what the predecessors got wrong
        ("The doctor examined his tongue", Level.CALM),
        ("You're a terrible liar and a cheat", Level.HEATED),
        ("This is unacceptable.", Level.HEATED),
        ("THIS IS UNACCEPTABLE!!!", Level.HEATED),
        ("Thanks a lot for nothing, great job", Level.HEATED),
        ("Best regards", Level.CALM),
        # trade words and hurry
        ("dead stock, black, cold storage", Level.CALM),
        ("please ship asap", Level.CALM),
        ("kill the process", Level.CALM),
        ("final notice template", Level.CALM),
        ("URGENT: machine down, please ship two seals today. Thanks!", Level.CALM),
        ("The pump came with a cracked housing. Could you send a new one?", Level.CALM),
        ("Your invoice 2231 shows the wrong VAT number. Could you correct it?", Level.CALM),
        # cold anger
        ("Please send your final invoice, another supplier starts on Monday", Level.HEATED),
        ("This is the third time I ask where order 4711 is. Nobody calls back.", Level.HEATED),
        ("We will cancel the contract and call our lawyer", Level.HEATED),
        ("Do not contact me again.", Level.HEATED),
        ("My patience is over. Either it runs tomorrow or the machine goes back.", Level.HEATED),
        # other languages
        ("Ihre Lieferung ist zum dritten Mal zu spät. Wir werden den Rahmenvertrag kündigen.", Level.HEATED),
        ("C'est inadmissible, personne ne répond à mes appels.", Level.HEATED),
        ("Es una vergüenza. Llevamos tres semanas esperando y nadie contesta.", Level.HEATED),
        ("Könnten Sie uns bitte das Angebot bis Freitag schicken?", Level.CALM),
        # in between
        ("I am disappointed. We still have no date.", Level.TENSE),
        # thanks
        ("No rush at all, thank you so much for your help!", Level.GRATEFUL),
        ("Vielen Dank für Ihre schnelle Hilfe!", Level.GRATEFUL),
        # nothing to go on
        ("", Level.UNSURE),
        ("Ok.", Level.UNSURE),
        ("???", Level.UNSURE),
        ("Это совершенно неприемлемо, верните деньги", Level.UNSURE),
        ("Ik heb deze bestelling nog niet ontvangen en het is al drie weken te laat", Level.UNSURE),
    ],
)
def test_level(text: str, level: Level) -> None:
    assert assess(text).level is level


@pytest.mark.parametrize(
    ("hotter", "cooler"),
    [
        pytest.param("You are a liar.", "You are not a liar.", id="negation"),
        pytest.param("This isn't acceptable to us.", "This is acceptable to us.", id="contraction"),
        pytest.param(
            "I am furious about the delay.", "If it were late, I would be furious.", id="hypothetical"
        ),
        pytest.param("I am furious with you.", "Their customer was furious with them.", id="third party"),
        pytest.param(
            "You are a disgrace to the trade.",
            'In the play he shouts "you are a disgrace to the trade" at a judge.',
            id="quote",
        ),
        pytest.param("You idiots broke it.", "You idiots broke it, haha :-)", id="jest"),
        pytest.param("WHERE IS MY ORDER", "Where is my order", id="capitals"),
        pytest.param("Where is my order???", "Where is my order?", id="punctuation"),
        pytest.param("Thanks for nothing.", "Thanks for the samples.", id="sarcasm"),
        pytest.param(
            "We will cancel the contract.", "We will not cancel the contract.", id="a denied threat"
        ),
        pytest.param("Your driver is an idiot.", "We need a box of idiot lights.", id="trade word"),
        pytest.param("You lied to us.", "All is well.\n\n-- \nYou lied to us.", id="signature"),
        pytest.param("You lied to us.", "All is well.\n> You lied to us.", id="history"),
    ],
)
def test_one_change_cools_it(hotter: str, cooler: str) -> None:
    assert assess(hotter).score > assess(cooler).score
    assert assess(cooler).level is not Level.HEATED


FURIOUS = "We will cancel the contract and call our lawyer."
POLITE = "Thank you for the visit last week. The team enjoyed the tour very much. The lunch was excellent. "


def test_a_polite_paragraph_does_not_hide_a_furious_sentence() -> None:
    alone, wrapped = (
        assess(FURIOUS),
        assess(POLITE * 5 + FURIOUS + " Please give my regards to Anna. " + POLITE * 5),
    )
    assert alone.level is wrapped.level is Level.HEATED


@pytest.mark.parametrize(
    "tail",
    ["\n\n-- \nJ. Ferrari\nDEATH VALLEY KILLER DEALS!!!", "\n\nBest regards,\nJane Savage\nVice President"],
)
@pytest.mark.parametrize(
    "text", [FURIOUS, "Please send the drawings of the pump.", "Thank you so much for your help!"]
)
def test_a_signature_changes_nothing(text: str, tail: str) -> None:
    assert assess(text + tail) == assess(text)


@pytest.mark.parametrize(
    "history",
    [
        "\n> You are all liars and crooks!\n> I will sue you.",
        "\n\n-----Original Message-----\nYou are all liars!",
    ],
)
def test_quoted_history_changes_nothing(history: str) -> None:
    assert assess("Thank you, all is well now." + history) == assess("Thank you, all is well now.")


def test_a_telex_writer_is_not_shouting() -> None:
    telex = "GOOD DAY. VESSEL ARRIVED AT NOON. CARGO WILL BE LOADED TONIGHT. AGENT IS ON BOARD. ALL IS WELL."
    assert assess(telex).level is Level.CALM


def test_the_findings_account_for_the_whole_score() -> None:
    heat = assess(
        "Nobody calls back. This is unacceptable!!! Thank you for reading.", subject="Third time I ask"
    )
    log_odds = shipped_model().intercepts["heated"] + sum(finding.weight for finding in heat.findings)
    assert heat.score == pytest.approx(1 / (1 + 2.718281828459045**-log_odds))


def test_findings_come_strongest_first_with_the_sentence_they_stand_in() -> None:
    heat = assess("Good morning. You lied to us. The parcel is late.")
    assert heat.findings[0].words == "You lied to us"
    assert heat.findings[0].sentence == "You lied to us."
    assert heat.words[0] == "You lied to us"
    assert [f.weight for f in heat.findings if f.weight > 0] == sorted(
        (f.weight for f in heat.findings if f.weight > 0), reverse=True
    )


def test_a_finding_in_the_subject_says_so() -> None:
    heat = assess("Please call me.", subject="This is unacceptable")
    finding = next(each for each in heat.findings if each.signal == "unacceptable")
    assert (finding.place, finding.words, finding.start) == ("subject", "unacceptable", 8)


def test_a_team_makes_a_phrase_hot_or_calm() -> None:
    text = "Your lead times are a circus act."
    assert assess(text, tuning=Tuning(phrases_heated=("circus act",))).level is Level.HEATED
    assert assess("You lied.", tuning=Tuning(phrases_calm=("you lied",))).level is not Level.HEATED


def test_a_team_weighs_a_signal() -> None:
    text = "This is unacceptable."
    off = {"unacceptable": 0, "polarity": 0, "wording": 0}
    assert assess(text, tuning=Tuning(factors=off)).findings == ()
    assert assess(text, tuning=Tuning(factors={"unacceptable": 2})).score > assess(text).score


def test_a_team_sets_the_threshold() -> None:
    assert assess("This is unacceptable.", tuning=Tuning(heated_at=0.99)).level is Level.TENSE


@pytest.mark.parametrize("language", ["nl", "ru", "ja"])
def test_a_language_that_cannot_be_read_is_unsure(language: str) -> None:
    assert assess("Some words that could be anything here", language=language).level is Level.UNSURE


TEXT = st.text() | st.lists(
    st.sampled_from(
        [
            "You",
            "lied",
            "don’t",
            "NEVER",
            "again",
            "!!",
            "\n",
            "\n\n",
            "- ",
            "ß",
            "İ",
            "ﬁ",
            "“",
            "f**k",
            "> ",
            "thanks",
            "é",
        ]
    ),
    max_size=40,
).map(" ".join)


@given(text=TEXT, subject=TEXT)
@settings(max_examples=200, deadline=None)
def test_any_text_is_judged_and_the_words_stand_where_they_are_said_to(text: str, subject: str) -> None:
    heat = assess(text, subject=subject)
    assert 0 <= heat.score <= 1
    for finding in heat.findings:
        source = subject if finding.place == "subject" else text
        assert source[finding.start : finding.end] == finding.words != ""


@given(text=TEXT)
@settings(max_examples=50, deadline=None)
def test_sentences_stand_where_they_are_said_to(text: str) -> None:
    for sentence in split(text):
        assert text[sentence.start : sentence.end] == sentence.text != ""


def test_the_same_text_scores_the_same_in_every_process() -> None:
    text = "You lied, nobody calls back and this is unacceptable!! Thanks for nothing, you clowns."
    code = f"from triage.reading.heat import assess; print(repr(assess({text!r})))"
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert told == {f"{assess(text)!r}\n"}


@pytest.mark.parametrize(
    "piece", ["idiot ", "!?", "don't ", "- a\n", "\n", "a*", '"a', "if not ", "regards\n", "x"]
)
def test_a_hostile_megabyte_is_judged_at_once(piece: str) -> None:
    assess("warm up, this is bad")
    started = time.process_time()
    assert isinstance(assess(piece * (1_000_000 // len(piece))), Heat)
    assert time.process_time() - started < 2  # a second, doubled for a busy machine


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("This isn't good", "bad"),
        ("It won't be great", "bad"),
        ("I don't think this is good", "bad"),
        ("I have never seen such terrible work", "bad"),
        ("unacceptable", "bad"),
        ("Best regards", "plain"),
        ("I am really here", "plain"),
        ("dead stock, black, cold storage", "plain"),
        ("The work was excellent", "good"),
    ],
)
def test_polarity_is_mended(text: str, kind: str) -> None:
    value = polarity(words_of(text)).value
    assert kind == ("bad" if value < -0.1 else "good" if value > 0.1 else "plain")


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Order no. 42 is late. Dr. Mori knows.", ["Order no. 42 is late.", "Dr. Mori knows."]),
        ("Dear Ms Vance,\nthe pump\nis broken.", ["Dear Ms Vance,", "the pump\nis broken."]),
        ("We need:\n- a pump\n- a seal", ["We need:", "- a pump", "- a seal"]),
        ("First.\n\nSecond", ["First.", "Second"]),
        ("Mine\n> theirs\nmine again", ["Mine", "mine again"]),
        ("All well.\n\nKind regards,\nAda Pell\nBuyer", ["All well."]),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert [sentence.text for sentence in split(text)] == sentences
