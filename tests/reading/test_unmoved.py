"""What stands around a letter is not the letter: signature, disclaimer and history never make it hotter."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.judging.verdicts import Measure, judge
from triage.reading.heat import Heat, Level
from triage.reading.messages import parse_text

LETTERS = [
    "Could you send the drawings of the pump by Friday?",
    "Thank you so much for your help, the line runs again.",
    "Order 4711 came with two pallets missing. When can we have the rest?",
    "This is the third time I ask. Nobody calls back, and we will take our business elsewhere.",
    "You lied to us. I want your manager on the phone today.",
    "Könnten Sie uns bitte das Angebot bis Freitag schicken?",
    "C'est inadmissible, personne ne répond à mes appels.",
    "ok, fine for us",
]
SIGNATURES = [
    "\n\n-- \nJ. Savage\nHead of Purchasing\nKILLER DEALS EVERY DAY!!!",
    "\n\nBest regards,\nJane Ferrari\nCrash & Fury Motors Ltd.\nTel. +44 20 7946 0018",
    "\n\nMit freundlichen Grüßen\nJörg Zorn\nEinkauf",
    "\n\nSent from my iPhone",
]
DISCLAIMERS = [
    """

This e-mail is confidential and intended solely for the addressee. If you have received it in error, delete it
at once; any unauthorised use is prohibited and may be unlawful.""",
    """

Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind oder diese E-Mail
irrtümlich erhalten haben, informieren Sie bitte den Absender und vernichten Sie diese E-Mail.""",
]
HISTORIES = [
    "\n\nOn Mon, 2 Mar 2026 at 10:00, Rep <rep@example.com> wrote:\n> You are liars!\n> We will sue you.",
    """

-----Original Message-----
From: Rep <rep@example.com>
Sent: Monday, 2 March 2026 10:00
To: Ada <ada@customer.example>
Subject: Pumps

This is a disgrace, you crooks. We cancel everything.""",
    "\n\nAm 02.03.2026 um 10:00 schrieb Rep <rep@example.com>:\n> Das ist eine Unverschämtheit!",
]
ORDER = [Level.GRATEFUL, Level.CALM, Level.UNSURE, Level.TENSE, Level.HEATED]


def heat_of(text: str) -> Heat:
    return judge(parse_text(text), Measure()).heat


@given(
    letter=st.sampled_from(LETTERS),
    signature=st.sampled_from(["", *SIGNATURES]),
    disclaimer=st.sampled_from(["", *DISCLAIMERS]),
    history=st.sampled_from(["", *HISTORIES]),
)
@settings(deadline=None)
def test_nothing_below_a_letter_makes_it_hotter(
    letter: str, signature: str, disclaimer: str, history: str
) -> None:
    alone, longer = heat_of(letter), heat_of(letter + signature + disclaimer + history)
    assert longer.score <= alone.score + 1e-9
    assert ORDER.index(longer.level) <= ORDER.index(alone.level)


CODE = "import sys; from tests.reading.test_unmoved import told; print(told(sys.argv[1]))"


def told(seed: str) -> str:
    """The verdicts on all letters, judged in an order of that seed, in the order in which they stand here."""
    letters = [letter + history for letter in LETTERS for history in ("", *HISTORIES)]
    shuffled = random.Random(seed).sample(letters, len(letters))
    heats = {letter: heat_of(letter) for letter in shuffled}
    return repr([heats[letter] for letter in letters])


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_same_text_is_judged_the_same_in_every_process_and_order(seed: str) -> None:
    process = subprocess.run(
        [sys.executable, "-c", CODE, seed],
        env={**os.environ, "PYTHONHASHSEED": seed},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
        text=True,
    )
    assert process.stdout == f"{told('here')}\n"
