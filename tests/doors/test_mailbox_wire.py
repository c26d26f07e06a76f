r"""Servers that no honest test server plays: each trap of the wire, as one scripted conversation.

`Peer` answers every command by a script: "{tag}" stands for the command's tag, None hangs up, STALL says
nothing at all, and at a PAUSE the rest lingers. What is not in the script is answered as a small plain server
would.
"""

import logging
import re
import socket
import time
from base64 import b64decode
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from threading import Thread
from time import monotonic
from types import TracebackType
from typing import Self

import pytest

from tests.certs import Authority
from triage.errors import BadInput, LoginRefused, MailboxRefused, Unreachable
from triage.mail.mailbox import ImapMailbox, Waker
from triage.mail.tls import Security

STALL = ""
PAUSE = "\f"

PLAIN_SERVER: dict[str, str | None] = {
    "GREETING": "* OK ready\r\n",
    "CAPABILITY": "* CAPABILITY IMAP4rev1 AUTH=PLAIN IDLE\r\n{tag} OK done\r\n",
    "LIST": '* LIST () "/" INBOX\r\n{tag} OK done\r\n',
    "SELECT": (
        "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] fine\r\n* OK [UIDNEXT 42] fine\r\n"
        "* OK [PERMANENTFLAGS (\\Seen \\*)] fine\r\n{tag} OK [READ-WRITE] done\r\n"
    ),
    "IDLE": "+ idling\r\n",
    "LOGOUT": "* BYE\r\n{tag} OK done\r\n",
}


class Peer:
    """One scripted IMAP server for one connection; `heard` is what the client said, line by line."""

    def __init__(
        self, script: Mapping[str, str | None] | None = None, authority: Authority | None = None
    ) -> None:
        self._script = {**PLAIN_SERVER, **(script or {})}
        self._authority = authority
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = Thread(target=self._serve, daemon=True)
        self._idling = ""
        self.port: int = self._listener.getsockname()[1]
        self.heard: list[str] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
        self._thread.join(10)

    def connect(
        self,
        *,
        user: str = "rep@example.com",
        password: str = "hunter2",
        token: bool = False,
        security: Security | None = None,
        timeout: float = 5,
    ) -> ImapMailbox:
        return ImapMailbox.connect(
            host="127.0.0.1",
            port=self.port,
            security=security or ("tls" if self._authority else "none"),
            ca_file=self._authority.ca_file if self._authority else None,
            user=user,
            password=lambda: password,
            token=token,
            timeout=timeout,
        )

    def said(self, word: str) -> list[str]:
        """The commands that hold a word."""
        return [line for line in self.heard if word in line]

    def _serve(self) -> None:
        with suppress(OSError), self._accepted() as conversation, conversation.makefile("rb") as lines:
            conversation.sendall((self._script["GREETING"] or "").encode())
            for line in lines:
                answer = self._answer(line.decode("utf-8").rstrip("\r\n"))
                if answer is None:
                    return
                first, *rest = answer.split(PAUSE)
                conversation.sendall(first.encode())
                for piece in rest:
                    time.sleep(0.1)
                    conversation.sendall(piece.encode())

    def _accepted(self) -> socket.socket:
        conversation, _ = self._listener.accept()
        if self._authority is None:
            return conversation
        return self._authority.server_context().wrap_socket(conversation, server_side=True)

    def _answer(self, line: str) -> str | None:
        self.heard.append(line)
        if line == "DONE":
            return f"{self._idling} OK done\r\n"
        if " " not in line:  # an answer to `+`, in base64
            self.heard[-1] = b64decode(line).decode()
            return f"{self.heard[-2].split()[0]} {self._script.get('AUTHENTICATED', 'OK in')}\r\n"
        tag, _, command = line.partition(" ")
        word = command.removeprefix("UID ").split()[0].upper()
        self._idling = tag if word == "IDLE" else self._idling
        default = "+ \r\n" if word == "AUTHENTICATE" else "{tag} OK done\r\n"
        answer = self._script.get(word, default)
        return answer if answer is None else answer.replace("{tag}", tag)


# Logging in


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("NO [AUTHENTICATIONFAILED] wrong", LoginRefused),
        ("NO wrong", LoginRefused),
        ("NO [UNAVAILABLE] the directory is down", Unreachable),
        ("NO [LIMIT] too many connections", Unreachable),
    ],
)
def test_refused_and_not_reached_are_told_apart(answer: str, error: type[Unreachable]) -> None:
    with Peer({"AUTHENTICATED": answer}) as peer, pytest.raises(Unreachable) as caught:
        peer.connect()
    assert type(caught.value) is error


@pytest.mark.parametrize(
    "greeting", ["* BYE too many connections from your address\r\n", "220 smtp ready\r\n"]
)
def test_a_server_that_does_not_want_us_is_unreachable(greeting: str) -> None:
    with Peer({"GREETING": greeting}) as peer, pytest.raises(Unreachable):
        peer.connect()


def test_nobody_listening_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(Unreachable):
        ImapMailbox.connect(host="127.0.0.1", port=port, security="none", user="rep", password=lambda: "")


def test_the_password_is_in_no_error_even_if_the_server_repeats_it() -> None:
    script = {
        "CAPABILITY": "* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n",
        "LOGIN": "{tag} BAD unknown command: LOGIN rep hunter2\r\n",
    }
    with Peer(script) as peer, pytest.raises(LoginRefused) as caught:
        peer.connect(password="hunter2")
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_name_with_spaces_and_quotes_is_quoted_where_there_is_only_login() -> None:
    script = {"CAPABILITY": "* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n"}
    with Peer(script) as peer:
        peer.connect(user='the "rep"', password='a"b c').close()
    assert [line.partition(" ")[2] for line in peer.said("LOGIN")] == [r'LOGIN "the \"rep\"" "a\"b c"']


def test_a_password_outside_ascii_goes_by_authenticate() -> None:
    with Peer() as peer:
        peer.connect(user="rep", password="Paßwort").close()
    assert "\0rep\0Paßwort" in peer.heard


def test_a_password_outside_ascii_that_the_server_cannot_take_is_refused() -> None:
    script = {"CAPABILITY": "* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n"}
    with Peer(script) as peer, pytest.raises(LoginRefused):
        peer.connect(user="rep", password="Paßwort")


def test_an_access_token_goes_by_xoauth2() -> None:
    script = {"CAPABILITY": "* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n{tag} OK done\r\n"}
    with Peer(script) as peer:
        peer.connect(user="rep", password="ya29.token", token=True).close()
    assert "user=rep\1auth=Bearer ya29.token\1\1" in peer.heard


def test_no_password_leaves_where_the_server_wants_tls_or_cannot_do_it() -> None:
    disabled = {"CAPABILITY": "* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n{tag} OK done\r\n"}
    with Peer(disabled) as peer, pytest.raises(Unreachable, match="TLS"):
        peer.connect()
    with Peer() as stripped, pytest.raises(Unreachable):
        stripped.connect(security="starttls")
    assert not [line for line in (*peer.heard, *stripped.heard) if "hunter2" in line or "LOGIN" in line]


def test_mail_without_tls_stays_on_this_machine() -> None:
    with pytest.raises(BadInput, match="security"):
        ImapMailbox.connect(host="192.0.2.1", port=143, security="none", user="rep", password=lambda: "")


# A line that breaks


def test_a_stalled_server_is_found_out_and_left_quickly() -> None:
    with Peer({"SELECT": STALL, "LOGOUT": STALL}) as peer:
        box = peer.connect(timeout=0.3)
        with pytest.raises(Unreachable):
            box.select("INBOX")
        began = monotonic()
        box.close()
        assert monotonic() - began < 1


def test_a_farewell_in_the_middle_is_unreachable() -> None:
    with (
        Peer({"SEARCH": "* BYE going down\r\n"}) as peer,
        closing(peer.connect(timeout=1)) as box,
        pytest.raises(Unreachable),
    ):
        box.uids("INBOX")


def test_an_answer_that_makes_no_sense_ends_the_line() -> None:
    script = {"NOOP": "* 3 EXISTS (((\r\n{tag} OK done\r\n"}
    with Peer(script) as peer, closing(peer.connect(timeout=1)) as box:
        box.select("INBOX")
        for _ in range(2):
            with pytest.raises(Unreachable):
                box.uids("INBOX")


def test_a_secret_that_cannot_be_had_leaves_no_line_open() -> None:
    def locked() -> str:
        raise BadInput("the keychain is locked")

    with Peer() as peer, pytest.raises(BadInput):
        ImapMailbox.connect(host="127.0.0.1", port=peer.port, security="none", user="rep", password=locked)


@pytest.mark.parametrize("idle", [None, "* BYE idle too long\r\n", "{tag} NO not now\r\n", "* 3 EXISTS\r\n"])
def test_an_idle_that_goes_wrong_is_unreachable_at_once(idle: str | None) -> None:
    with Peer({"IDLE": idle}) as peer, closing(peer.connect(timeout=1)) as box:
        box.select("INBOX")
        began = monotonic()
        with pytest.raises(Unreachable):
            box.wait("INBOX", 60, Waker())
        assert monotonic() - began < 3


# The doorbell


@pytest.mark.parametrize("news", ["* 2 EXISTS\r\n", "* OK Still here\r\n* 2 EXISTS\r\n", "* 1 EXPUNGE\r\n"])
def test_news_in_the_same_packet_as_the_answer_to_idle_rings(news: str) -> None:
    with Peer({"IDLE": f"+ idling\r\n{news}"}) as peer, closing(peer.connect()) as box:
        box.select("INBOX")
        began = monotonic()
        box.wait("INBOX", 60, Waker())
        assert monotonic() - began < 1
        assert peer.said("DONE")
        box.select("INBOX")


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize(
    "pieces",
    [
        f"+ idling\r\n{PAUSE}* 2 EX{PAUSE}ISTS\r\n",
        f"+ idling\r\n* 2 EX{PAUSE}ISTS\r\n",
        f"+ idling\r\n{PAUSE}* 1 FETCH {PAUSE}(FLAGS (\\Seen))\r\n{PAUSE}*{PAUSE} 2 EXISTS\r\n",
        f"+ idling\r\n{PAUSE}* OK Still here\r\n* 2 EXISTS\r{PAUSE}\n",
    ],
)
def test_a_line_that_comes_in_pieces_rings_like_any_other(
    authority: Authority, pieces: str, *, tls: bool
) -> None:
    with Peer({"IDLE": pieces}, authority if tls else None) as peer, closing(peer.connect()) as box:
        box.select("INBOX")
        began = monotonic()
        box.wait("INBOX", 60, Waker())
        assert monotonic() - began < 2
        box.select("INBOX")


def test_half_a_line_without_its_rest_is_a_line_that_hangs() -> None:
    with Peer({"IDLE": "+ idling\r\n* 2 EX"}) as peer, closing(peer.connect(timeout=0.5)) as box:
        box.select("INBOX")
        began = monotonic()
        with pytest.raises(Unreachable):
            box.wait("INBOX", 60, Waker())
        assert monotonic() - began < 2


@pytest.mark.parametrize("news", ["* OK Still here\r\n", "* 7 FETCH (FLAGS (\\Seen))\r\n" * 500])
def test_signs_of_life_and_flags_do_not_ring(news: str) -> None:
    with Peer({"IDLE": f"+ idling\r\n{news}"}) as peer, closing(peer.connect()) as box:
        box.select("INBOX")
        began = monotonic()
        box.wait("INBOX", 1, Waker())
        assert monotonic() - began > 0.4


# Looking


def test_without_uidnext_the_highest_uid_stands_for_it() -> None:
    script = {
        "SELECT": "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] fine\r\n{tag} OK done\r\n",
        "SEARCH": "* SEARCH 41\r\n{tag} OK done\r\n",
    }
    with Peer(script) as peer, closing(peer.connect()) as box:
        assert box.select("INBOX").uidnext == 42


def test_without_uidnext_an_empty_folder_begins_at_one() -> None:
    script = {"SELECT": "* 0 EXISTS\r\n* OK [UIDVALIDITY 7] fine\r\n{tag} OK done\r\n"}
    with Peer(script) as peer, closing(peer.connect()) as box:
        assert box.select("INBOX").uidnext == 1
    assert not peer.said("SEARCH")


def test_keywords_cannot_be_kept_where_permanentflags_has_no_star() -> None:
    script = {
        "SELECT": (
            "* 0 EXISTS\r\n* OK [UIDVALIDITY 7] fine\r\n* OK [UIDNEXT 1] fine\r\n"
            "* OK [PERMANENTFLAGS (\\Seen \\Deleted)] fine\r\n{tag} OK done\r\n"
        )
    }
    with Peer(script) as peer, closing(peer.connect()) as box:
        assert not box.select("INBOX").keywords


def test_the_last_message_is_not_new_because_the_range_is_empty() -> None:
    with Peer({"SEARCH": "* SEARCH 41\r\n{tag} OK done\r\n"}) as peer, closing(peer.connect()) as box:
        assert box.uids("INBOX", above=41) == []
        assert box.uids("INBOX", above=40) == [41]


def test_more_uids_than_imaplib_takes_for_granted() -> None:
    many = range(1_000_000, 1_150_000)
    script = {"SEARCH": f"* SEARCH {' '.join(map(str, many))}\r\n{{tag}} OK done\r\n"}
    with Peer(script) as peer, closing(peer.connect()) as box:
        assert len(box.uids("INBOX")) == len(many)


def test_since_names_the_day_before_because_the_server_counts_days_in_another_zone() -> None:
    with Peer() as peer, closing(peer.connect()) as box:
        box.uids("INBOX", since=datetime(2026, 3, 1, 0, 30, tzinfo=UTC))
    assert peer.said("SEARCH")[0].endswith("UNDELETED SINCE 28-Feb-2026")


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process cannot be changed here")
def test_the_hour_that_comes_twice_in_autumn_is_told_rightly(monkeypatch: pytest.MonkeyPatch) -> None:
    row = '* 1 FETCH (UID 1 FLAGS () INTERNALDATE "01-Nov-2026 07:30:00 +0000" BODY[HEADER] "A: b")\r\n'
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "America/Chicago")
        time.tzset()
        with Peer({"FETCH": row + "{tag} OK done\r\n"}) as peer, closing(peer.connect()) as box:
            (letter,) = box.headers("INBOX", [1])
    time.tzset()
    assert letter.internal_date == datetime(2026, 11, 1, 7, 30, tzinfo=UTC)


FINE = (
    '* {n} FETCH (UID {n} FLAGS () INTERNALDATE "20-Nov-2026 10:00:00 +0100" BODY[HEADER] {{4}}\r\nA: b)\r\n'
)


@pytest.mark.parametrize(
    "broken",
    [
        "* 2 FETCH (UID 2 FLAGS ())\r\n",
        "* 2 FETCH (UID 2 FLAGS () BODY[HEADER] NIL)\r\n",
        '* 2 FETCH (UID 2 FLAGS () BODY[HEADER] "")\r\n',
        '* 2 FETCH (UID 2 BODY[HEADER] "A: b")\r\n',
        "* 99 FETCH (UID 99 FLAGS ())\r\n",
    ],
)
def test_an_answer_that_lacks_something_is_left_out(broken: str) -> None:
    script = {"FETCH": FINE.format(n=1) + broken + FINE.format(n=3) + "{tag} OK done\r\n"}
    with Peer(script) as peer, closing(peer.connect()) as box:
        letters = list(box.headers("INBOX", [1, 2, 3]))
    assert [(letter.uid, letter.raw, letter.internal_date.hour) for letter in letters] == [
        (1, b"A: b", 9),
        (3, b"A: b", 9),
    ]


def test_a_malformed_answer_does_not_hide_the_others(caplog: pytest.LogCaptureFixture) -> None:
    class Poisoned(Peer):
        def _answer(self, line: str) -> str | None:
            asked = re.match(r"(\S+) UID FETCH ([\d,]+) ", line)
            if asked is None:
                return super()._answer(line)
            rows = [FINE.format(n=n) if n != "2" else "* 2 FETCH (UID\r\n" for n in asked[2].split(",")]
            return "".join(rows) + f"{asked[1]} OK done\r\n"

    with Poisoned() as peer, closing(peer.connect()) as box:
        assert [letter.uid for letter in box.headers("INBOX", [1, 2, 3])] == [1, 3]
    assert "message 2 cannot be read" in caplog.text


# Folders


class OneFolderMore(Peer):
    """Creates what `allowed` matches, and refuses everything else; LIST shows what was created."""

    def __init__(self, listed: Sequence[str], allowed: str, script: Mapping[str, str | None]) -> None:
        super().__init__(script)
        self._listed, self._allowed = list(listed), allowed

    def _answer(self, line: str) -> str | None:
        tag, _, command = line.partition(" ")
        if command.startswith("CREATE "):
            self.heard.append(line)
            made = command.removeprefix("CREATE ").strip('"')
            if not re.fullmatch(self._allowed, made):
                return f"{tag} NO not there\r\n"
        if command.startswith(("LIST ", "XLIST ")):
            self.heard.append(line)
            word = command.split()[0]
            return "".join(f"* {word} {row}\r\n" for row in self._listed) + f"{tag} OK done\r\n"
        return super()._answer(line)


def test_without_namespace_a_refused_folder_is_tried_below_inbox() -> None:
    listed = [r'(\HasChildren) "." INBOX', '() "." INBOX.Projects']
    with OneFolderMore(listed, r"INBOX\..*", {}) as peer, closing(peer.connect()) as box:
        assert box.folder("held") == "INBOX.Cooldown.Held"
        assert box.folder("drafts") == "INBOX.Drafts"
    assert peer.said('SUBSCRIBE "INBOX.Cooldown.Held"')


def test_xlist_tells_the_uses_where_special_use_does_not() -> None:
    capability = {"CAPABILITY": "* CAPABILITY IMAP4rev1 AUTH=PLAIN XLIST\r\n{tag} OK done\r\n"}
    listed = [r'(\Inbox) "/" INBOX', r'(\Drafts) "/" "[Gmail]/Brouillons"']
    with OneFolderMore(listed, "", capability) as peer, closing(peer.connect()) as box:
        assert box.folder("drafts") == "[Gmail]/Brouillons"


def test_a_folder_that_nobody_lets_us_create_is_refused() -> None:
    with (
        OneFolderMore(['() "/" INBOX'], "", {}) as peer,
        closing(peer.connect()) as box,
        pytest.raises(MailboxRefused, match="CREATE"),
    ):
        box.folder("held")


# Moving and filing


def test_a_copy_that_did_not_arrive_leaves_the_source_alone() -> None:
    script = {
        "FETCH": '* 1 FETCH (UID 1 FLAGS () BODY[HEADER] "Message-ID: <a@b>")\r\n{tag} OK done\r\n',
        "SEARCH": "* SEARCH\r\n{tag} OK done\r\n",
    }
    with (
        Peer(script) as peer,
        closing(peer.connect()) as box,
        pytest.raises(MailboxRefused, match="did not arrive"),
    ):
        box.move("INBOX", 1, "Held")
    assert peer.said("COPY")
    assert not peer.said("STORE")


def test_nothing_is_ever_expunged_but_by_uid() -> None:
    with Peer() as peer, closing(peer.connect()) as box:
        box.select("INBOX")
        box.expunge("INBOX", 1)
    assert peer.said("STORE")
    assert not peer.said("EXPUNGE")
    assert not peer.said("CLOSE")


def test_no_secret_and_no_mail_reaches_a_log(caplog: pytest.LogCaptureFixture) -> None:
    body = "Message-ID: <a@b>\r\n\r\nconfidential"
    row = f"* 1 FETCH (UID 1 FLAGS () RFC822.SIZE {len(body)} BODY[] {{{len(body)}}}\r\n{body})\r\n"
    script = {"FETCH": row + "{tag} OK done\r\n"}
    with caplog.at_level(logging.DEBUG), Peer(script) as peer, closing(peer.connect()) as box:
        (letter,) = box.letters("INBOX", [1])
        assert b"confidential" in letter.raw
        assert "confidential" not in repr(letter)
    assert "confidential" not in caplog.text
    assert "hunter2" not in caplog.text
