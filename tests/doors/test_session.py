"""What a client says at the gate, whatever it is and in whatever pieces it comes."""

import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from triage.mail.session import Session, Submission
from triage.mail.wire import Wire

LOGIN = b"EHLO me\r\nAUTH PLAIN AHJlcABzZWNyZXQ=\r\n"
ENVELOPE = b"MAIL FROM:<rep@example.com>\r\nRCPT TO:<a@x.example>\r\nDATA\r\n"

SAID = (
    b"EHLO me", b"HELO me", b"AUTH PLAIN", b"AUTH LOGIN", b"AHJlcABzZWNyZXQ=", b"*", b"MAIL FROM:<",
    b"RCPT TO:<", b"rep@example.com", b">", b"DATA", b"RSET", b"NOOP", b"STARTTLS", b"VRFY", b"BDAT 5 LAST",
    b" SIZE=", b"\xff", b"\r\n", b"\n", b"\r", b".", b"..", b"\r\n.\r\n", b"\n.\n", b" ", b"\x00",
    b"GET / HTTP/1.1", b"BODY=8BITMIME",
)  # fmt: skip


@dataclass
class Door:
    """Lets everybody in, and keeps every mail."""

    size_limit: int = 200
    tls_context: ssl.SSLContext | None = None
    taken: list[bytes] = field(default_factory=list)

    def account_of(self, user: bytes, password: bytes) -> str | None:
        return "rep@example.com" if password == b"secret" else None

    def may_send_as(self, account: str, sender: str) -> bool:
        return sender == account

    def is_flooded(self) -> bool:
        return False

    def ask(self, account: str, submission: Submission, raw: bytes) -> str:
        self.taken.append(raw)
        return "250 2.0.0 held"

    def is_closing(self) -> bool:
        return False


def conversation(said: bytes, cuts: list[int]) -> tuple[list[bytes], bytes]:
    """The mails that came in, and all that was answered, when a client says it in pieces."""
    door = Door()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ours = socket.create_connection(listener.getsockname())
        theirs, _ = listener.accept()
    speaker = threading.Thread(target=Session(door, Wire(theirs, 5.0)).run)
    heard = b""
    with ours, suppress(ConnectionError):  # the gate hangs up on some
        speaker.start()
        for start, end in zip([0, *cuts], [*cuts, len(said)], strict=True):
            ours.sendall(said[start:end])
        ours.shutdown(socket.SHUT_WR)
        while piece := ours.recv(65536):
            heard += piece
    speaker.join()
    return door.taken, heard


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([b".", b"..", b"", b"x", b".x", b"x" * 120, b"\rx"]), max_size=6),
    st.data(),
)
def test_it_does_not_matter_in_which_pieces_a_mail_comes(lines: list[bytes], data: st.DataObject) -> None:
    content = b"".join(line + b"\r\n" for line in lines)
    stuffed = b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines)
    said = LOGIN + ENVELOPE + stuffed + b".\r\nNOOP\r\n" + ENVELOPE + b"second\r\n.\r\nQUIT\r\n"
    cuts = sorted(data.draw(st.lists(st.integers(0, len(said)), max_size=5)))
    taken, heard = conversation(said, cuts)
    fits = len(content) <= Door.size_limit
    assert taken == [content] * fits + [b"second\r\n"]
    assert heard == conversation(said, [])[1]


@settings(deadline=None)
@given(st.lists(st.one_of(st.sampled_from(SAID), st.binary(max_size=8)), max_size=25), st.booleans())
def test_whatever_a_client_says_each_answer_is_one_and_no_mail_comes_of_it_unasked(
    words: list[bytes], logged_in: bool
) -> None:
    said = (LOGIN if logged_in else b"") + b"".join(words)
    taken, heard = conversation(said, [])
    answers = [line for line in heard.split(b"\r\n") if line[3:4] == b" "]
    assert heard.endswith(b"\r\n")
    assert not any(line.startswith(b"451") for line in answers)
    assert len(answers) <= 2 + said.count(b"\n")
    assert taken == [] or b"DATA\r\n" in said


def test_a_mail_without_its_final_dot_is_none() -> None:
    taken, heard = conversation(LOGIN + ENVELOPE + b"half a mail\r\n", [])
    assert taken == []
    assert heard.endswith(b"354 End with a dot on a line of its own\r\n")
