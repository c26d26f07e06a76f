"""Forgetting an address: no byte of it is left in the file, its log or its copies; others stay whole."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.records import (
    COOLDOWN,
    INTENTION,
    MESSAGE,
    NOTICE,
    NOW,
    OUTGOING,
    REPLY,
    TEAM,
)
from triage.errors import NotAllowed
from triage.judging.customers import Customer
from triage.judging.holds import Envelope, HeldReply, State
from triage.judging.promises import GivenPromise
from triage.judging.tones import Tone
from triage.store import Store, open_store
from triage.store.engine import _back_up

DANA, JODANA = "dana@acme.example", "jo-dana@acme.example"
SENT = replace(REPLY, state=State.SENT, finished_at=NOW)
PROMISE = GivenPromise(
    account=REPLY.account,
    team=TEAM,
    customer=COOLDOWN.customer,
    thread=COOLDOWN.thread,
    message_id="<r1@example.com>",
    text="I will call dana@acme.example at four",
    made_at=NOW,
    due_at=NOW + timedelta(hours=4),
    remind_at=None,
)

TONE = Tone(
    account=REPLY.account, team=TEAM, thread=COOLDOWN.thread, at=NOW, left=True, text_key="1f", read=True
)


def remember(store: Store, reply: HeldReply = SENT) -> None:
    """One of each, all of them about Dana."""
    with store.begin() as records:
        records.add_message(MESSAGE)
        records.add_cooldown(COOLDOWN)
        records.add_reply(reply, f"To: {DANA}\r\n\r\nWords to Dana".encode())
        records.add_outgoing(OUTGOING)
        records.add_promise(PROMISE)
        records.add_tone(TONE)
        records.tell(replace(NOTICE, about="r1"))
        records.intend(replace(INTENTION, argument=f"{DANA} waits"))
        records.correct(TEAM, DANA, ["a joke"], NOW)


def test_nothing_that_names_it_is_left(store: Store) -> None:
    remember(store)
    with store.begin() as records:
        records.forget_address(DANA)
    with store.look() as records:
        left = [name for name, record in records.everything() if "dana" in repr(record).lower()]
        assert left == []
        assert records.corrections(TEAM, DANA) == []
        assert records.tones_between(TEAM, NOW, NOW + timedelta(1)) == []
        assert records.raw("r1") is None
        assert records.replies_called(REPLY.account, "<r1@example.com>") == []
        assert records.notices(NOW) == []


def test_no_byte_is_left_in_any_file(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store.db")
    remember(store)
    backup = tmp_path / "store.db.0003.backup"
    _back_up(store._engine, tmp_path / "store.db", backup)  # as before a migration
    assert b"dana" in backup.read_bytes()
    with store.begin() as records:
        records.forget_address(DANA)
    store.scrub()
    assert traces(tmp_path, b"dana") == []
    store.close()
    assert traces(tmp_path, b"dana") == []


def test_before_that_there_were(tmp_path: Path) -> None:
    """The search finds what is there; else the test above could not fail."""
    store = open_store(tmp_path / "store.db")
    remember(store)
    assert traces(tmp_path, b"dana")
    store.close()


def traces(folder: Path, words: bytes) -> list[str]:
    return [file.name for file in sorted(folder.iterdir()) if words in file.read_bytes().lower()]


def test_how_mail_to_others_reads_stays(store: Store) -> None:
    with store.begin() as records:
        elsewhere = records.add_tone(replace(TONE, thread="<other@bigco.example>"))
        nowhere = records.add_tone(replace(TONE, thread=""))
    remember(store)
    with store.begin() as records:
        records.forget_address(DANA)
        assert records.tones_between(TEAM, NOW, NOW + timedelta(1)) == [elsewhere, nowhere]


def test_a_longer_address_is_somebody_else(store: Store) -> None:
    other = replace(MESSAGE, message_id="<2@acme.example>", customer=Customer(addresses=(JODANA,)))
    with store.begin() as records:
        kept = records.add_message(other)
        assert records.forget_address(DANA) == 0
        assert records.message(kept.id) == kept


@pytest.mark.parametrize("address", ["d%na@acme.example", "d_na@acme.example"])
def test_signs_that_a_search_takes_for_any_letter_are_letters(store: Store, address: str) -> None:
    remember(store)
    with store.begin() as records:
        assert records.forget_address(address) == 0


def test_an_address_beyond_ascii_is_found_in_json_too(store: Store) -> None:
    unusual = "dänä@acme.example"
    with store.begin() as records:
        records.add_message(replace(MESSAGE, customer=Customer(addresses=(unusual,))))
        assert records.forget_address(unusual) == 1


@pytest.mark.parametrize("state", [State.HELD, State.ASKED, State.FAILED, State.UNKNOWN])
def test_it_is_refused_while_a_reply_to_it_is_open(store: Store, state: State) -> None:
    remember(store, replace(REPLY, state=state))
    with store.begin() as records, pytest.raises(NotAllowed, match="r1"):
        records.forget_address(DANA)
    with store.look() as records:
        assert records.message("m1").customer == MESSAGE.customer


def test_a_reply_to_somebody_else_that_a_forgotten_message_heated_goes_with_it(store: Store) -> None:
    """Its row would name a cool-down that is gone."""
    to_boss = replace(SENT, envelope=Envelope(mail_from=REPLY.account, rcpt_tos=("boss@acme.example",)))
    remember(store, to_boss)
    with store.begin() as records:
        records.forget_address(DANA)
        assert records.all_replies() == []
