"""Mail of the past: who is asked about, and what comes back of each."""

import gc
from datetime import UTC, datetime
from pathlib import Path

from triage.judging.customers import Insiders
from triage.judging.past import Reader, sent
from triage.judging.verdicts import Measure

NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)
CORPUS = sorted((Path(__file__).parents[1] / "corpus").glob("*.eml"))
READER = Reader(
    insiders=Insiders(rep=frozenset({"rep@example.com"}), domains=frozenset({"example.com"})),
    measure=Measure(),
    never_hold=("friend.example",),
    free_mail=frozenset({"mail.example"}),
)
HOT = "Where is order 4711? This is unacceptable. I ask for the third time, and we will go elsewhere."


def mail(sender: str, text: str, *more: str) -> tuple[datetime, bytes]:
    head = [
        f"From: {sender}",
        "To: rep@example.com",
        "Subject: Order 4711",
        "Message-ID: <1@x.example>",
        *more,
    ]
    return NOW, "\r\n".join([*head, "", text, ""]).encode()


def test_of_a_heated_message_its_words_and_its_main_issue_come_back() -> None:
    (one,) = READER.received([mail("Dana <dana@acme.example>", HOT, "References: <0@x.example>")])
    assert one.score > 0.5
    assert "third time" in " ".join(one.words)
    assert one.main_issue in HOT
    assert one.main_issue
    assert (one.at, one.message_id, one.references) == (NOW, "<1@x.example>", ("<0@x.example>",))
    assert (one.subject, one.customer.label, one.ignored_because) == ("Order 4711", "acme.example", "")


def test_of_a_calm_one_only_its_score() -> None:
    (one,) = READER.received([mail("dana@mail.example", "Thank you, order 4711 has come.")])
    assert (one.score < 0.5, one.words, one.main_issue) == (True, (), "")
    assert one.customer.label == "dana@mail.example"


def test_our_own_people_friends_and_machines_are_not_judged() -> None:
    mails = [
        mail("Robin <rep+orders@example.com>", HOT),
        mail("ann@friend.example", HOT),
        mail("dana@acme.example", HOT, "Auto-Submitted: auto-replied"),
        mail("", HOT),
    ]
    found = READER.received(mails)
    assert [one.ignored_because.split(" (")[0] for one in found] == [
        "written by one of our own",
        "your team's rules never hold for this sender",
        "machine-made",
        "no sender can be read",
    ]
    assert {(one.score, one.words) for one in found} == {(0.0, ())}


def test_of_what_the_rep_wrote_the_header_block_is_enough() -> None:
    (one,) = sent(
        [(NOW, b"To: Dana <dana@acme.example>\r\nCc: x@y.example\r\nMessage-ID: <2@example.com>\r\n\r\n")]
    )
    assert (one.recipients, one.message_id) == (("dana@acme.example", "x@y.example"), "<2@example.com>")


def test_to_read_and_judge_leaves_nothing_to_the_collector_of_garbage() -> None:
    """So that a process which does nothing else need hardly ever look for it."""
    mails = [(NOW, file.read_bytes()) for file in CORPUS]
    READER.received(mails)
    gc.collect()
    gc.disable()
    try:
        READER.received(mails)
        assert gc.collect() < len(mails)
    finally:
        gc.enable()
