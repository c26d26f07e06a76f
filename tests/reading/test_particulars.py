"""What a mail says to be exact, in the writer's own words."""

import pytest

from triage.reading.particulars import (
    FactKind,
    by_when,
    fact_kind,
    facts_of,
    facts_to_repeat,
    times_asked,
    wanted,
)
from triage.reading.sentences import split


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("PO 4500012345 and ticket #7781", ("PO 4500012345", "ticket #7781")),
        (
            "Rechnung Nr. 2024-118 vom 03.05.2026 über 1.240,50 EUR",
            ("Rechnung Nr. 2024-118", "03.05.2026", "1.240,50 EUR"),
        ),
        ("12 pieces of AX-200/B on 2026-05-03", ("AX-200", "2026-05-03")),
        ("batch 22-108, serial no. 77A", ("batch 22-108", "serial no. 77A")),
        ("by last Friday, 14,000 euros a day", ("last Friday", "14,000 euros")),
        ("purchase order 4711, delivery note 55/2", ("purchase order 4711", "delivery note 55/2")),
        ("12 mai, 3 de marzo, 4. April", ("12 mai", "3 de marzo", "4. April")),
        ("3 marbles and 12 mayors", ()),
        ("RAL 7016 for CHF 1'112.40, 40k in all", ("RAL 7016", "CHF 1'112.40", "40k")),
        ("broken since Friday, a new one by Monday", ("Friday",)),
        ("in order to go on, in case of rain", ()),
        ("we have 12 people", ()),
    ],
)
def test_facts(text: str, facts: tuple[str, ...]) -> None:
    assert facts_of(text) == facts


@pytest.mark.parametrize(
    ("fact", "kind"),
    [
        ("order 4711", FactKind.NUMBER),
        ("invoice MAR-17", FactKind.NUMBER),
        ("INV-2093", FactKind.NUMBER),
        ("#7781", FactKind.NUMBER),
        ("3 March", FactKind.DATE),
        ("last Friday", FactKind.DATE),
        ("$1,200", FactKind.AMOUNT),
        ("12 %", FactKind.AMOUNT),
        ("AX-200", FactKind.PRODUCT),
        ("part 77-A", FactKind.PRODUCT),
        ("the parcel", None),
    ],
)
def test_a_fact_is_of_a_kind(fact: str, kind: FactKind | None) -> None:
    assert fact_kind(fact) == kind


@pytest.mark.parametrize(
    ("sentence", "facts"),
    [
        ("Order 4711 is late.", ("Order 4711",)),
        ("It was due on 3 March.", ("3 March",)),
        ("You took $1,200 too much.", ("$1,200", "invoice 88", "Monday")),
        ("The AX-200 leaks.", ("AX-200", "invoice 88", "Monday")),
        ("It leaks.", ("invoice 88", "Monday")),
    ],
)
def test_an_amount_or_a_product_does_not_say_which_order(sentence: str, facts: tuple[str, ...]) -> None:
    message = f"About invoice 88 of 300 EUR\nI wrote on Monday. {sentence}"
    assert facts_to_repeat(sentence, message) == facts


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("This is the third reminder.", "third reminder"),
        ("I have called you five times.", "called you five times"),
        ("Pour la troisième fois : le volet est cassé.", "Pour la troisième fois"),
        ("J'ai appelé six fois.", "appelé six fois"),
        ("Ich habe schon dreimal angerufen.", "dreimal angerufen"),
        ("Four emails, no answer.", "Four emails"),
        ("The pump failed for the second time.", ""),
        ("We have three machines.", ""),
        ("I have two letters from you, which one is right?", ""),
        ("You sent me three reminders for a bill that I paid.", ""),
        ("I sent you three letters.", "three letters"),
        ("Three letters, and not a word from you.", "Three letters"),
    ],
)
def test_how_often_they_have_asked(text: str, asked: str) -> None:
    assert times_asked(split(text)) == asked


@pytest.mark.parametrize(
    ("text", "wants"),
    [
        ("The pump leaks. Please send a new one. Regards", "Please send a new one."),
        ("Take it back. I am furious.", "Take it back."),
        ("Is that a joke? What is your plan?", "What is your plan?"),
        ("You take us for fools.", ""),
        ("Are you serious?? Money back by Friday.", "Money back by Friday."),
        ("What is wrong with you people? Is this a joke?", ""),
    ],
)
def test_what_they_ask_for(text: str, wants: str) -> None:
    assert wanted(split(text)) == wants


@pytest.mark.parametrize(
    ("request_", "message", "by"),
    [
        ("Send it by Friday noon.", "", "by Friday noon"),
        ("Call me within two hours.", "", "within two hours"),
        ("Bitte bis morgen.", "", "bis morgen"),
        ("Refund it today.", "", "today"),
        ("Refund it.", "It broke today. You have until 5 pm.", "until 5 pm"),
        ("Refund it.", "It broke today.", ""),
        ("Stand by me.", "", ""),
        ("It is off by 90 dollars.", "", ""),
        ("Call me by 9.", "", "by 9"),
        ("Call me by 5 pm tomorrow.", "", "by 5 pm tomorrow"),
        ("Merci de la refaire avant le 30.", "", "avant le 30"),
    ],
)
def test_by_when(request_: str, message: str, by: str) -> None:
    assert by_when(request_, message) == by
