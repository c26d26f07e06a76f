"""Where a sentence ends."""

import pytest

from triage.reading.sentences import split


@pytest.mark.parametrize(
    "sentences",
    [
        ["Dear Dr. Okonjo, it broke.", "Mr. Vance lied."],
        ["Ich schrieb am 12. Januar und am 3. Februar.", "Keine Antwort."],
        ["Wir haben am 1. Oktober bestellt, Nr. 4711, z. B. zwei Pumpen.", "Nichts kam."],
        ["It was due on the 4.", "It did not come."],
    ],
)
def test_a_full_stop_that_ends_nothing(sentences: list[str]) -> None:
    assert [each.text for each in split(" ".join(sentences))] == sentences


def test_a_broken_line_does_not_part_a_day_from_its_month() -> None:
    (found,) = split("Zugesagt war die Lieferung verbindlich bis spätestens zum 20.\nMärz dieses Jahres.")
    assert found.text.endswith("März dieses Jahres.")
