"""Records and plain values: what one program wrote, the next one reads."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from triage.reading.replies import FaultKind
from triage.store.plain import reader, writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    folder: str
    uid: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    id: str
    places: tuple[Place, ...] = ()
    words: tuple[str, ...] = ()
    faults: tuple[FaultKind, ...] = ()
    length: timedelta = timedelta()


RECORD = Record(
    id="r1",
    places=(Place(folder="INBOX", uid=3),),
    words=("order", "4711"),
    faults=(FaultKind.SARCASM,),
    length=timedelta(minutes=30),
)
PLAIN = {
    "id": "r1",
    "places": [{"folder": "INBOX", "uid": 3}],
    "words": ["order", "4711"],
    "faults": ["sarcasm"],
    "length": "PT1800.000000S",
}


def test_a_record_is_taken_apart_and_put_together_again() -> None:
    assert writer(Record)(RECORD) == PLAIN
    assert reader(Record)(PLAIN) == RECORD


def test_what_an_earlier_version_did_not_know_has_its_default_and_what_it_knew_besides_is_left_out() -> None:
    earlier = {"id": "r1", "places": [{"folder": "INBOX", "flags": []}], "colour": "red"}
    assert reader(Record)(earlier) == Record(id="r1", places=(Place(folder="INBOX"),))


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("PT30M", timedelta(minutes=30)),
        ("PT1800.000000S", timedelta(minutes=30)),
        ("P7D", timedelta(days=7)),
        ("P6DT23H59M59.5S", timedelta(days=7, seconds=-0.5)),
        ("PT0S", timedelta()),
    ],
)
def test_how_long_is_read_however_it_was_written(text: str, length: timedelta) -> None:
    assert reader(Record)({"id": "r1", "length": text}).length == length


def test_a_type_that_no_row_holds_is_refused_when_the_program_is_made() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Odd:
        id: str
        words: frozenset[str] = frozenset()

    with pytest.raises(TypeError, match="no row holds"):
        reader(Odd)
