"""Known grams: a row of words is found by going from word to word."""

import pytest

from triage.reading.grams import Gram, Grams

WORTHS = {("rotten",): 2, ("rotten", "deal"): 1, ("last", "straw", "now"): 7}
GRAMS = Grams(WORTHS.items(), 0)


@pytest.mark.parametrize(
    ("words", "worths"),
    [
        ("a rotten deal", [[0, 2, 0], [0, 1], [0]]),
        ("the last straw now", [[0, 0, 0, 0], [0, 0, 0], [0, 7]]),
        ("deal rotten", [[0, 2], [0]]),
        ("straw now", [[0, 0], [0]]),
        ("rotten", [[2]]),
        ("", [[]]),
    ],
)
def test_what_begins_with_each_word(words: str, worths: list[list[int]]) -> None:
    found = [[GRAMS.worths[number] for number in numbers] for numbers in GRAMS.find(words.split())]
    assert [row for row in found if row] == [row for row in worths if row]


def test_they_are_what_they_were_made_of() -> None:
    assert dict(GRAMS) == WORTHS
    assert len(GRAMS) == len(WORTHS)


@pytest.mark.parametrize("gram", [(), ("deal",), ("rotten", "egg"), ("rotten", "deal", "now")])
def test_others_are_not_known(gram: Gram) -> None:
    assert gram not in GRAMS


def test_of_a_row_that_is_known_its_beginning_is_worth_nothing() -> None:
    assert GRAMS[("last", "straw")] == 0
    assert ("last", "straw") not in list(GRAMS)
