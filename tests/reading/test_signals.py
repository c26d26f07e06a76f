"""Each signal with what it must find and what it must leave alone."""

import json
from importlib.resources import files

import pytest

from triage.reading.evidence import read
from triage.reading.phrases import compile_book
from triage.reading.sentences import split, words_of
from triage.reading.signals import SIGNALS


def found(signal: str, text: str, *, calm: tuple[str, ...] = (), heated: tuple[str, ...] = ()) -> list[str]:
    """The words that fired, as far as they speak for what the signal is named after."""
    readings = read(split(text), calm=calm, heated=heated)
    return [text[hit.start : hit.end] for r in readings for hit in SIGNALS[signal](r) if hit.strength > 0.1]


EXAMPLES: dict[str, tuple[list[str], list[str]]] = {
    "threat_to_leave": (
        [
            "Please send your final invoice, another supplier starts on Monday.",
            "We are taking our business elsewhere.",
            "I will never order from you again.",
            "Wir werden den Vertrag kündigen.",
            "Nous allons changer de fournisseur.",
            "Vamos a rescindir el contrato.",
        ],
        [
            "Please cancel the meeting on Tuesday.",
            "We do not want to cancel the contract.",
            "Please send the invoice for March.",
            "The supplier starts production on Monday.",
        ],
    ),
    "threat_of_law": (
        [
            "You will hear from our lawyer.",
            "We will sue you.",
            "Unser Anwalt wird sich melden.",
            "Notre avocat vous écrira.",
        ],
        [
            "Sue from accounts will call you.",
            "Our legal department has reviewed the draft.",
            "We will not sue you.",
        ],
    ),
    "threat_to_report_or_post": (
        [
            "I am going to post this on LinkedIn.",
            "We will report you to the regulator.",
            "We shall lodge a formal complaint.",
        ],
        ["Please post the parcel today.", "Can you report the hours by Friday?"],
    ),
    "ultimatum": (
        [
            "Fix it or we leave.",
            "This is your last warning.",
            "Letzte Frist ist Freitag.",
            "Faute de quoi nous partirons.",
        ],
        ["Please ship it by Friday.", "The final notice template is attached."],
    ),
    "repeated_asking": (
        [
            "This is the third time I ask.",
            "I have asked you four times.",
            "Das ist schon wieder falsch.",
            "Es la tercera vez.",
        ],
        ["The third pallet is here.", "It is the first time we order this."],
    ),
    "no_answer": (
        [
            "Nobody calls back.",
            "I got no reply to my mails.",
            "Niemand antwortet.",
            "Personne ne répond.",
            "Nadie contesta.",
        ],
        ["No answer is needed.", "Please call me back."],
    ),
    "broken_promise": (
        ["You promised delivery for Monday.", "Another empty promise.", "Sie haben uns Freitag versprochen."],
        ["I promise to send it today.", "The sample is promising."],
    ),
    "contempt": (
        [
            "What a joke of a company.",
            "Your support is pathetic.",
            "Your driver was rude to us.",
            "Do you even read our mails?",
            "Das ist lächerlich.",
        ],
        [
            "He told us a joke at lunch.",
            "The doctor examined his tongue.",
            "Not bad at all.",
            "The rain made a mess of the yard.",
            "The school play was a disaster, and a joy.",
        ],
    ),
    "insult": (
        [
            "You're a terrible liar and a cheat.",
            "You are all crooks.",
            "Ihr seid Betrüger.",
            "Bande de menteurs.",
        ],
        ["You are not a liar.", "The liar paradox is on page 3.", "The clamp is a snug fit."],
    ),
    "profanity": (
        [
            "Where is the fucking truck?",
            "This is sh*t.",
            "Verdammt, wo bleibt die Ware?",
            "Putain, encore en retard.",
        ],
        [
            "Scunthorpe and Essex are on the route.",
            "The class passes the assessment.",
            "Use * as a wildcard.",
        ],
    ),
    "accusation": (
        ["You lied to us.", "It is your fault.", "How could you let that happen?", "Sie haben gelogen."],
        ["You always do great work, thank you for that!", "Did you lock the gate?", "It was our fault."],
    ),
    "demand_for_manager": (
        ["Let me speak to your manager.", "Get me a supervisor.", "Ich will Ihren Vorgesetzten sprechen."],
        ["I will ask my manager.", "Our manager signed the order."],
    ),
    "sarcasm": (
        [
            "Thanks a lot for nothing.",
            "Great, another delay.",
            "Great job as always.",
            "Danke für nichts.",
            "Merci pour rien.",
        ],
        [
            "Thanks a lot for the samples.",
            "Great news, it works.",
            "Good job on the drawings.",
            "Ship it as usual.",
        ],
    ),
    "refusal": (
        ["Do not contact me again.", "We will not pay this invoice.", "I am fed up.", "Mir reicht es."],
        [
            "Do not hesitate to call.",
            "We will pay this invoice on Friday.",
            "Please unsubscribe from the old list.",
        ],
    ),
    "loss_named": (
        ["This is costing us 4,000 a day.", "We are losing customers.", "Unsere Produktion steht."],
        ["What does it cost?", "The cost is 40 euros."],
    ),
    "unacceptable": (
        [
            "This is unacceptable.",
            "This is not acceptable.",
            "Das ist inakzeptabel.",
            "C'est inadmissible.",
            "Es inaceptable.",
        ],
        ["It is not unacceptable.", "The terms are acceptable."],
    ),
    "trouble": (["The box is damaged.", "Die Ware ist defekt."], ["The box is blue."]),
    "anger": (
        [
            "I am furious.",
            "You have made us very angry.",
            "We are extremely disappointed.",
            "Ich bin wütend.",
            "Je suis furieux.",
            "Estoy harto de esto.",
        ],
        [
            "I am not angry.",
            "The machine is running.",
            "A furious storm took the roof.",
            "Sorry if I upset your plans.",
        ],
    ),
    "capitals": (
        ["WHERE IS MY ORDER", "You NEVER answer."],
        ["Please use ISO and ANSI parts.", "The PO is with ACME GMBH.", "THANK YOU SO MUCH FOR YOUR HELP"],
    ),
    "punctuation": (["Where is it???", "Do something!!"], ["Really?", "Thank you so much!!!", "Great!! :-)"]),
    "cold_farewell": (
        ["Goodbye and good riddance.", "Do as you please."],
        ["Goodbye to Anna, who retires.", "Best regards"],
    ),
    "polarity": (["That was a terrible week."], ["The week has seven days."]),
    "thanks": (
        [
            "Thank you so much for your help!",
            "Vielen Dank für Ihre Hilfe.",
            "Merci beaucoup.",
            "Muchas gracias por todo.",
        ],
        ["Thanks a lot for nothing.", "No news yet."],
    ),
    "courtesy": (["Best regards", "Please see below."], ["Send it."]),
    "customer_apology": (
        ["Sorry for the confusion, my mistake.", "Das tut mir leid."],
        ["You never said sorry."],
    ),
    "no_rush": (["No rush at all.", "Keine Eile.", "Pas urgent.", "Sin prisa."], ["We are in a rush."]),
    "routine": (["Please find attached the drawings.", "Anbei die Zeichnung."], ["The drawings are wrong."]),
}


@pytest.mark.parametrize(("signal", "text"), [(name, t) for name, (yes, _) in EXAMPLES.items() for t in yes])
def test_signal_fires(signal: str, text: str) -> None:
    assert found(signal, text)


@pytest.mark.parametrize(("signal", "text"), [(name, t) for name, (_, no) in EXAMPLES.items() for t in no])
def test_signal_leaves_alone(signal: str, text: str) -> None:
    assert found(signal, text) == []


def test_every_signal_has_examples_a_docstring_and_a_weight() -> None:
    by_team = {"team_phrase", "calm_phrase"}
    assert set(SIGNALS) - by_team == set(EXAMPLES)
    weights = json.loads(files("triage.reading").joinpath("data/weights.json").read_text("utf-8"))["weights"]
    assert set(weights) == set(SIGNALS) - {"calm_phrase"}  # which only screens others
    assert all(function.__doc__ for function in SIGNALS.values())


def test_the_words_that_fired_are_named_exactly() -> None:
    assert found("repeated_asking", "Hello,\nthis is the third\ntime I ask.") == ["third\ntime I"]


def test_a_team_phrase_ignores_case_and_line_breaks() -> None:
    assert found("team_phrase", "Your Lead  Times\nare a JOKE.", heated=("lead times are a joke",)) == [
        "Lead  Times\nare a JOKE"
    ]


def test_a_team_phrase_is_plain_text_and_no_pattern() -> None:
    assert found("team_phrase", "abc", heated=("(a+)+$", ".*", "")) == []


def test_words_inside_a_calm_phrase_do_not_count() -> None:
    text = "The pathetic fallacy chapter is ready."
    assert found("contempt", text)
    assert found("contempt", text, calm=("pathetic fallacy",)) == []


@pytest.mark.parametrize(
    "pattern", ["", ".. late", "_ late", "late? order", "ab* order", "order a*", "don't", "(a|b)"]
)
def test_a_bad_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError):
        compile_book([("x", 1.0, pattern)], {})


@pytest.mark.parametrize(
    ("pattern", "text", "words"),
    [
        ("call back", "Please CALL  back now", (1, 3)),
        ("cancel|end the? deal", "we end deal", (1, 3)),
        ("deliver* late", "delivered late", (0, 2)),
        ("if .. then", "if a b c then", (0, 5)),
        ("wait # days", "wait 12 days", (0, 3)),
        ("lose _ order", "lose this order", (0, 3)),
        ("find <who>", "find somebody", (0, 2)),
        ("do not", "Don’t!", (0, 2)),
    ],
)
def test_the_language_of_phrases(pattern: str, text: str, words: tuple[int, int]) -> None:
    book = compile_book([("x", 1.0, pattern)], {"who": ["anybody", "somebody"]})
    assert [(m.first, m.last) for m in book.find(words_of(text))] == [words]


def test_a_gap_has_an_end() -> None:
    book = compile_book([("x", 1.0, "if .. then")], {})
    assert not list(book.find(words_of("if a b c d then")))
