"""Chance looks for the mail that makes reading raise; there must be none."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from triage.reading.fingerprints import content_key, text_key
from triage.reading.headers import completed, header_block, with_bcc, without_private_headers
from triage.reading.messages import Message, parse

LETTERS = [path.read_bytes() for path in sorted((Path(__file__).parents[1] / "corpus").glob("*.eml"))]
_BITS = [
    b"\r\n", b"\n", b"\r", b"\r\n\r\n", b": ", b";", b"=", b'"', b"<", b">", b"@", b",", b"\x00", b"\xff\xfe",
    b"=?", b"?=", b"=?utf-8?b?", b"=?x?q?=", b"--", b"From: ", b"To: ", b"Date: ", b"Content-Type: ",
    b"multipart/mixed", b"boundary=", b"text/html", b"message/rfc822", b"charset=", b"utf-7", b"utf-16",
    b"idna", b"Content-Transfer-Encoding: ", b"base64", b"quoted-printable", b"filename*0*=",
    b"filename*=x''%", b"<div>", b"<blockquote type=cite>", b"On 1.1.2020 1:00 a@b wrote:",
]  # fmt: skip

mail_like = st.lists(st.sampled_from(_BITS) | st.binary(max_size=8), max_size=60).map(b"".join)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A letter of the corpus with some of its bytes cut out and others put in."""
    raw = draw(st.sampled_from(LETTERS))
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(raw)))
        gone = draw(st.integers(0, 30))
        raw = raw[:start] + draw(st.sampled_from(_BITS) | st.binary(max_size=4)) + raw[start + gone :]
    return raw


@given(st.binary() | mail_like | mutated())
@settings(max_examples=400, deadline=None)
def test_reading_never_raises_and_is_always_the_same(raw: bytes) -> None:
    message = parse(raw)
    assert isinstance(message, Message)
    assert message == parse(raw)
    assert content_key(raw) == content_key(raw)
    for line in (message.subject, message.subject_key, *message.problems, *message.references):
        assert line.isprintable()
    message.new_text.encode()
    assert "\r" not in message.text
    assert "\x00" not in message.text


@given(st.binary() | mail_like | mutated())
@settings(max_examples=300, deadline=None)
def test_cuts_never_raise_and_can_be_made_twice(raw: bytes) -> None:
    cut = without_private_headers(raw)
    assert without_private_headers(cut) == cut
    whole = completed(cut, message_id="<m@x.example>", date="d", sender="s@x.example")
    assert completed(whole, message_id="<other@x>", date="e", sender="t@x.example") == whole
    assert raw.startswith(header_block(raw))
    added = with_bcc(raw, ["c@x.example"])
    assert added.replace(b"Bcc: c@x.example\r\n", b"", 1).replace(b"\r\n", b"") == raw.replace(b"\r\n", b"")


@given(st.text())
def test_any_text_has_a_key(text: str) -> None:
    assert text_key(text) == text_key(f" {text}\n")
