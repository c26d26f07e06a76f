"""Chance looks for the sequence that loses, doubles, hurries or rewrites a reply.

The desk runs over a real store in a file, so that a crash can be survived; mailbox and upstream are fakes.
`TRIAGE_HYPOTHESIS=deep` looks for longer.
"""

import os
from collections import Counter
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule

from tests.desk.world import CALM, HOT, REP, World
from tests.fakes.relay import TROUBLES, Crash, Trouble
from triage.errors import Unreachable
from triage.judging.holds import OPEN, REPLACED, Door, HeldReply, State
from triage.mail.mailbox import Letter
from triage.reading.messages import parse
from triage.store import open_store

DEEP = os.environ.get("TRIAGE_HYPOTHESIS") == "deep"
FIRST = "<customer.1@acme.example>"
FILED_AT_ONCE = ("Drafts", "Cooldown/Send")


@cache
def empty_store() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        open_store(path).close()
        return path.read_bytes()


@cache
def message_id(raw: bytes) -> str:
    return parse(raw).message_id


@cache
def words(raw: bytes) -> str:
    return parse(raw).text.strip()


class HoldMachine(RuleBasedStateMachine):
    """One rep, one customer, one mailbox. What the rep did and was told stands in the test's own ledger."""

    mails = Bundle("mails")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp())
        store = self.folder / "store.db"
        store.write_bytes(empty_store())  # migrating one each time is most of the work
        self.world = World(path=store)
        self.held: dict[str, bytes] = {}
        """What was answered 250 as held, by the id in the answer."""
        self.due: dict[str, Any] = {}
        self.let_go: set[str] = set()
        """What the rep has released, before its time or after."""
        self.allowed: Counter[str] = Counter()
        """How often a mail may go out beyond the once, because the rep said so."""
        self.passed: set[int] = set()
        """Which of the mails that left went straight through the gate."""
        self.checked = 0
        """How many of the mails that left have been looked at."""
        self.written: set[str] = set()
        """The words that the rep trusted to a folder of ours."""
        self.edited: set[str] = set()
        """The words in place of which the rep wrote others."""
        self.numbers = 0
        self.world.customer_writes(HOT)
        self.look()

    def teardown(self) -> None:
        try:
            self.nothing_is_lost_in_the_end()
        finally:
            self.world.close()
            rmtree(self.folder)

    # -- the world ----------------------------------------------------------------------------------------

    @rule(heated=st.booleans())
    def customer_writes_again(self, *, heated: bool) -> None:
        self.world.customer_writes(HOT if heated else CALM, references=[FIRST])

    @rule(kind=st.sampled_from(TROUBLES[1:]))
    def upstream_has_trouble(self, kind: Trouble) -> None:
        self.world.upstream.trouble.append(kind)

    @rule(
        when=st.sampled_from(["before", "after"]), verb=st.sampled_from(["append", "move", "search", "fetch"])
    )
    def the_line_will_drop(self, when: str, verb: Any) -> None:
        self.world.server.cut(**{when: verb})

    @rule(verb=st.sampled_from(["append", "move", "expunge", "flag"]))
    def the_mail_server_will_refuse(self, verb: Any) -> None:
        self.world.server.refuse(verb)

    @rule(seconds=st.sampled_from([-20, 1, 61, 300, 1800, 2000, 4000, 86_400]))
    def time_passes(self, seconds: int) -> None:
        self.world.clock.move(seconds=seconds)

    # -- the daemon ---------------------------------------------------------------------------------------

    @rule()
    def look(self) -> None:
        try:
            self.world.look()
        except Unreachable:
            self.world.box = self.world.server.connect()

    @rule()
    def tick(self) -> None:
        try:
            self.world.tick()
        except Crash:
            self.world.restart()

    @rule()
    def half_an_hour_passes(self) -> None:
        self.world.clock.move(minutes=30)
        self.tick()
        self.look()

    @rule()
    def the_process_is_killed(self) -> None:
        self.world.restart()

    # -- the rep ------------------------------------------------------------------------------------------

    @rule(target=mails)
    def writes(self) -> bytes:
        self.numbers += 1
        return self.world.reply(f"Answer number {self.numbers}.")

    @rule(mail=mails)
    def submits(self, mail: bytes) -> None:
        before = len(self.world.upstream.may_have_gone)
        try:
            answer = self.world.rep_sends(mail)
        except Crash:
            answer = ""
            self.world.restart()
        self.passed |= set(range(before, len(self.world.upstream.may_have_gone)))
        if "(triage " in answer:
            self._was_held(answer.rpartition(" ")[2].rstrip(")"), mail)

    def _was_held(self, id_: str, mail: bytes) -> None:
        reply = self.reply(id_)
        assert message_id(mail) in reply.message_ids or self.is_known_as(id_, mail)
        if id_ not in self.held:
            self.held[id_] = mail
            self.due[id_] = reply.due_at
            assert self.raw(id_) == mail or reply.door is Door.HAND_OFF, "or the rep had handed it off before"

    @rule(mail=mails, target=mails)
    def submits_the_same_under_a_new_id(self, mail: bytes) -> bytes:
        self.numbers += 1
        again = mail.replace(message_id(mail).encode(), f"<again.{self.numbers}@example.com>".encode())
        self.submits(again)
        return again

    @rule(mail=mails)
    def client_files_its_copy(self, mail: bytes) -> None:
        if any(raw == mail for raw in self.held.values()):
            self.world.client_files(mail)

    @rule(mail=mails, folder=st.sampled_from(FILED_AT_ONCE))
    def saves(self, mail: bytes, folder: str) -> None:
        if folder in self.world.server.folders():
            self.world.client_files(mail, folder)
            self.written.add(words(mail))

    @rule(to=st.sampled_from(["Drafts", "Trash", "Cooldown/Send", ""]), data=st.data())
    def takes_a_copy_from_held(self, to: str, data: st.DataObject) -> None:
        lies = self.inside("Cooldown/Held")
        if lies and (not to or to in self.world.server.folders()):
            letter = data.draw(st.sampled_from(lies))
            if to:
                self.world.server.move("Cooldown/Held", letter.uid, to)
            else:
                self.throws_away(letter)

    def throws_away(self, letter: Letter) -> None:
        """What was edited in Held lies nowhere else: thrown away by the rep, it is gone."""
        self.world.server.expunge("Cooldown/Held", letter.uid)
        if words(letter.raw).startswith("Edited"):
            self.written.discard(words(letter.raw))

    @rule(same_id=st.booleans(), data=st.data())
    def edits_a_copy_in_held(self, *, same_id: bool, data: st.DataObject) -> None:
        """As clients do it: the new draft is put beside the old one, which is then taken away."""
        lies = self.inside("Cooldown/Held")
        if lies:
            self.numbers += 1
            letter = data.draw(st.sampled_from(lies))
            id_ = message_id(letter.raw) if same_id else None
            edited = self.world.reply(f"Edited, number {self.numbers}.", message_id=id_)
            self.world.server.deliver("Cooldown/Held", edited, flags=["\\Draft"])
            self.throws_away(letter)
            self.edited.add(words(letter.raw))
            self.written.add(words(edited))

    @rule(folder=st.sampled_from(["Drafts", "Sent", "Cooldown/Held", "Cooldown/Send"]))
    def a_folder_is_made_anew(self, folder: str) -> None:
        """Restored from a backup, say: the same messages, other numbers."""
        lies = self.inside(folder)
        if folder in self.world.server.folders():
            self.world.server.delete(folder)
            self.world.server.create(folder)
            for letter in lies:
                self.world.server.deliver(folder, letter.raw, flags=letter.flags, at=letter.internal_date)

    @rule()
    def answers_from_the_phone(self) -> None:
        self.numbers += 1
        self.world.client_files(self.world.reply(f"From the phone, number {self.numbers}."))

    @precondition(lambda self: self.world.replies)
    @rule(
        data=st.data(),
        verb=st.sampled_from(["release", "withdraw", "settle", "not-heated", "acknowledge"]),
        argument=st.sampled_from(["", "the truck leaves", "discard", "arrived", "not arrived"]),
    )
    def asks_for(self, data: st.DataObject, verb: str, argument: str) -> None:
        reply: HeldReply = data.draw(st.sampled_from(self.world.replies))
        before = reply.state
        siblings = [r for r in self.world.replies if verb == "not-heated" and r.cooldown == reply.cooldown]
        gone = set(map(message_id, self.world.upstream.may_have_gone))
        # What is asked for is obeyed and acted upon within the same tick.
        let_go_before = set(self.let_go)
        if verb == "release" and before in (State.HELD, State.ASKED, State.FAILED):
            self.let_go.add(reply.id)
            self.allowed.update(i for i in reply.message_ids if i in gone)
        if verb == "settle" and argument != "arrived" and before is State.UNKNOWN:
            self.let_go.add(reply.id)
            self.allowed.update(reply.message_ids)
        if verb == "not-heated":
            self.let_go |= {r.id for r in siblings}
        try:
            done = self.world.asks(verb, reply.id, argument)
        except Crash:
            self.world.restart()
            return
        if verb == "release" and done.exit_code:
            self.let_go = let_go_before
        early = before is State.HELD and self.world.clock.now() < reply.due_at and not reply.released_at
        if verb == "release" and early and not argument:
            assert done.exit_code == 2

    @rule(verb=st.sampled_from(["pause", "resume"]))
    def pauses(self, verb: str) -> None:
        try:
            self.world.asks(verb)
        except Crash:
            self.world.restart()

    # -- always true --------------------------------------------------------------------------------------

    @invariant()
    def what_was_answered_250_is_in_the_store(self) -> None:
        for id_ in self.held:
            assert self.reply(id_).due_at == self.due[id_], "a running clock never restarts"

    @invariant()
    def nobody_is_being_sent_while_nobody_sends(self) -> None:
        assert State.RELEASING not in self.world.states

    @invariant()
    def nothing_goes_out_twice(self) -> None:
        gone = enumerate(self.world.upstream.may_have_gone)
        times = Counter(message_id(raw) for at, raw in gone if at not in self.passed)
        assert all(times[id_] <= 1 + self.allowed[id_] for id_ in times)

    @invariant()
    def what_leaves_is_what_came_and_not_before_its_time(self) -> None:
        with self.world.store.look() as records:
            for at, raw in enumerate(self.world.upstream.may_have_gone):
                if at in self.passed or at < self.checked:
                    continue
                owners = records.replies_called(REP, message_id(raw))
                assert raw in [records.raw(r.id) or raw for r in owners]
                gone = [r for r in owners if r.state in (State.SENT, State.UNKNOWN) or r.id in self.let_go]
                assert gone, (raw, owners)
                now = self.world.clock.now()
                assert any(r.due_at <= now or r.id in self.let_go for r in gone)
        self.checked = len(self.world.upstream.may_have_gone)

    @invariant()
    def the_bookmark_is_never_ahead_of_the_messages(self) -> None:
        with self.world.store.look() as records:
            bookmark = records.bookmark(REP, "INBOX")
            for letter in self.world.server.inside("INBOX"):
                if bookmark and letter.uid <= bookmark.uid:
                    assert records.messages_called(message_id(letter.raw), account=REP)

    @invariant()
    def a_suggestion_is_put_once(self) -> None:
        ids = Counter(message_id(raw) for raw in self.everything())
        assert all(ids[id_] == 1 for id_ in ids if id_.startswith("<suggestion."))

    @invariant()
    def what_the_rep_wrote_is_somewhere(self) -> None:
        there = {words(raw) for raw in self.everything()}
        gone = {words(raw) for raw in self.world.upstream.may_have_gone}
        loose = [r for r in self.world.replies if r.state in OPEN or not r.copy.settled]
        kept = {words(self.raw(r.id) or b"") for r in loose}
        assert self.written <= there | gone | kept

    def nothing_is_lost_in_the_end(self) -> None:
        """All is well again, and the daemon may finish what it was at."""
        self.world.upstream.trouble.clear()
        self.world.server.heal()
        for _ in range(4):
            self.world.clock.move(minutes=2)
            self.look()
        there = {words(raw) for raw in self.everything()}
        for id_, mail in self.held.items():
            reply = self.reply(id_)
            if reply.state is State.WITHDRAWN and reply.because != REPLACED:
                assert words(mail) in there | self.edited, (reply, there)
            elif reply.state is State.SENT and reply.last_answer.startswith("250"):
                assert words(mail) in {words(x.raw) for x in self.world.upstream.taken}
            elif reply.state is not State.SENT:
                assert reply.state in OPEN or reply.because == REPLACED
        held = self.world.server.inside("Cooldown/Held")
        open_ = {i for r in self.world.replies if r.state in OPEN for i in r.message_ids}
        named = {i for r in self.world.replies for i in r.message_ids}
        left = {message_id(x.raw) for x in held if "\\Deleted" not in x.flags} & named
        assert left <= open_, "what has ended does not look held"

    # -- to look at ---------------------------------------------------------------------------------------

    def reply(self, id_: str) -> HeldReply:
        with self.world.store.look() as records:
            return records.reply(id_)

    def raw(self, id_: str) -> bytes | None:
        with self.world.store.look() as records:
            return records.raw(id_)

    def is_known_as(self, id_: str, mail: bytes) -> bool:
        with self.world.store.look() as records:
            return id_ in [r.id for r in records.replies_called(REP, message_id(mail))]

    def inside(self, folder: str) -> list[Letter]:
        return self.world.server.inside(folder) if folder in self.world.server.folders() else []

    def everything(self) -> list[bytes]:
        folders = self.world.server.folders()
        return [x.raw for f in folders for x in self.world.server.inside(f) if "\\Deleted" not in x.flags]


TestHolds = pytest.mark.timeout(7200 if DEEP else 600)(HoldMachine.TestCase)
TestHolds.settings = settings(
    max_examples=2_000 if DEEP else 60,
    stateful_step_count=60 if DEEP else 40,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
