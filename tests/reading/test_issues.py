"""The sentence that states the problem, its kind, and the facts that a reply must name."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.reading.heat import assess
from triage.reading.issues import MainIssue, main_issue


def issue(text: str, subject: str = "", kinds: dict[str, tuple[str, ...]] | None = None) -> MainIssue | None:
    return main_issue(text, assess(text, subject=subject), subject=subject, kinds=kinds)


@pytest.mark.parametrize(
    ("text", "sentence", "kind"),
    [
        (
            "You people are unbelievable. Order 4711 has still not arrived. I will call my lawyer.",
            "Order 4711 has still not arrived.",
            "delivery",
        ),
        (
            "Hello,\n\nhalf of the valves are broken. This is a disgrace.",
            "half of the valves are broken.",
            "quality",
        ),
        (
            "You overcharged us again on invoice 88. Thieves!",
            "You overcharged us again on invoice 88.",
            "billing",
        ),
        ("Nobody calls back. I am fed up with you.", "Nobody calls back.", "no_response"),
        (
            "The portal is down since Monday. Fix it or we leave.",
            "The portal is down since Monday.",
            "outage",
        ),
        ("Your technician was rude and left. Never again.", "Your technician was rude and left.", "service"),
        (
            "This is a breach of our contract. We are done with you.",
            "This is a breach of our contract.",
            "contract",
        ),
        ("Der Motor ist defekt. Das ist inakzeptabel!", "Der Motor ist defekt.", "quality"),
        ("You are a liar and a cheat!", "You are a liar and a cheat!", "general"),
    ],
)
def test_the_problem_goes_before_the_temper(text: str, sentence: str, kind: str) -> None:
    found = issue(text)
    assert found is not None
    assert (found.sentence, found.kind) == (sentence, kind)


@pytest.mark.parametrize(
    "text",
    ["", "See you on Monday.", "Thank you so much, all arrived well.", "We would like to order 40 pumps."],
)
def test_calm_mail_without_a_problem_has_no_issue(text: str) -> None:
    assert issue(text) is None


def test_a_calm_problem_is_an_issue_too() -> None:
    found = issue("Good morning. The parcel arrived damaged, could you send a new one? Thanks")
    assert found is not None
    assert found.sentence == "The parcel arrived damaged, could you send a new one?"


def test_asking_again_does_not_hide_what_was_asked_for() -> None:
    found = issue("This is the third time that I ask for a corrected invoice 20417. You are useless.")
    assert found is not None
    assert found.kind == "billing"


def test_a_wrapped_sentence_comes_on_one_line() -> None:
    found = issue("The order\nhas still not\narrived. This is unacceptable.")
    assert found is not None
    assert found.sentence == "The order has still not arrived."


def test_trouble_that_is_told_in_several_sentences_is_told_whole() -> None:
    found = issue("Two pallets are missing. The third came soaked. You will hear from my lawyer.")
    assert found is not None
    assert found.sentence == "Two pallets are missing. The third came soaked."


def test_a_teams_word_may_stand_very_often() -> None:
    found = issue("The sprocket is late. " + "late " * 1_000, kinds={"delivery": ("late",)})
    assert found is not None
    assert found.kind == "delivery"


def test_facts_come_from_the_sentence_and_else_from_the_message() -> None:
    text = "The parts are still missing. This is unacceptable. My letter of 3 March names order 4711."
    near = issue("Order 4711 is still missing, I paid $1,200 for it on 3 March. Unacceptable.")
    far = issue(text, subject="Invoice INV-2093")
    assert near is not None
    assert far is not None
    assert near.facts == ("Order 4711", "$1,200", "3 March")
    assert far.facts == ("Invoice INV-2093", "3 March", "order 4711")


def test_an_issue_says_what_is_asked_for_how_often_and_by_when() -> None:
    found = issue("For the third time: the crane is broken. Send a fitter by Thursday. You are useless.")
    assert found is not None
    assert found.asked == "For the third time"
    assert found.wants == "Send a fitter by Thursday."
    assert found.by == "by Thursday"


def test_a_team_adds_words_and_kinds() -> None:
    text = "The sprocket carousel wobbles. I am fed up with you."
    found = issue(text, kinds={"carousel": ("carousel wobbles",)})
    assert found is not None
    assert (found.sentence, found.kind) == ("The sprocket carousel wobbles.", "carousel")


def test_the_subject_states_it_where_the_body_does_not() -> None:
    found = issue("Call me now. I am furious.", subject="Order 4711 has not arrived")
    assert found is not None
    assert found.sentence == "Order 4711 has not arrived"


@given(st.text())
@settings(max_examples=100, deadline=None)
def test_any_text_can_be_asked(text: str) -> None:
    found = issue(text, subject=text[:20])
    assert found is None or found.sentence
