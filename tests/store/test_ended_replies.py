"""The history of replies: looked up in the store, a page at a time, by words in any case and language."""

from dataclasses import replace

import pytest

from tests.store.records import ACME, COOLDOWN, NOW, REPLY
from triage.judging.customers import Customer
from triage.judging.holds import Door, Envelope, State
from triage.store import Store

KUNDE = Customer(
    addresses=("jörg@müller.example",), domains=("müller.example",), name="Jörg Müller-Lüdenscheidt"
)


@pytest.fixture
def filled(store: Store) -> Store:
    """r1 to r7: to Acme; to Müller; held; withdrawn, with no cool-down; failed; asked; the day's summary."""
    with store.begin() as records:
        acme = records.add_cooldown(replace(COOLDOWN, customer=ACME))
        muller = records.add_cooldown(replace(COOLDOWN, customer=KUNDE))
        ended = replace(REPLY, state=State.SENT, finished_at=NOW, subject="Re: Order 4711", cooldown=acme.id)
        to_muller = Envelope(mail_from="rep@example.com", rcpt_tos=("jörg@müller.example",))
        to_ben = Envelope(mail_from="rep@example.com", rcpt_tos=("Ben@Other.example", "cc@third.example"))
        for reply in (
            ended,
            replace(ended, subject="AW: Straße 5", envelope=to_muller, cooldown=muller.id),
            replace(ended, state=State.HELD, finished_at=None),
            replace(ended, state=State.WITHDRAWN, subject="100% _sure_", envelope=to_ben, cooldown=""),
            replace(ended, state=State.FAILED),
            replace(ended, state=State.ASKED),
            replace(ended, door=Door.SUMMARY, cooldown=""),
        ):
            records.add_reply(reply, b"raw")
    return store


def found(store: Store, *words: str, before: str = "", most: int = 50) -> list[str]:
    with store.look() as records:
        return [reply.id for reply in records.ended_replies(words, before=before, most=most)]


def test_the_newest_first_and_only_what_has_ended(filled: Store) -> None:
    assert found(filled) == ["r5", "r4", "r2", "r1"]


def test_a_page_at_a_time(filled: Store) -> None:
    assert found(filled, most=2) == ["r5", "r4"]
    assert found(filled, before="r4", most=2) == ["r2", "r1"]
    assert found(filled, before="r1") == []


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (("4711",), ["r5", "r1"]),
        (("ORDER", "acme"), ["r5", "r1"]),
        (("dana",), ["r5", "r1"]),
        (("dana lee",), ["r5", "r1"]),
        (("r4",), ["r4"]),
        (("MÜLLER",), ["r2"]),
        (("jörg",), ["r2"]),
        (("strasse",), ["r2"]),
        (("STRASSE", "lüdenscheidt"), ["r2"]),
        (("ben@other.example",), ["r4"]),
        (("third.example",), ["r4"]),
        (("order", "müller"), []),
        (("nobody",), []),
        (("rep@example.com",), []),
    ],
)
def test_by_words(filled: Store, words: tuple[str, ...], ids: list[str]) -> None:
    assert found(filled, *words) == ids


@pytest.mark.parametrize("word", ["%", "_", "'", '"', "\\", "' or 1=1 --", "*", "\x00"])
def test_no_sign_means_anything_but_itself(filled: Store, word: str) -> None:
    assert found(filled, word) == (["r4"] if word in ("%", "_") else [])
