"""Chance looks for the mail that breaks a law of reading; there must be none.

What chance alone does not find in a second, `fuzz/reading.py` looks for with the coverage as its guide.
"""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.laws import BITS, SAYINGS, STANDPOINTS, cuts_mail, judges_text, reads_mail, reviews_reply
from triage.reading.deadlines import Standpoint
from triage.reading.fingerprints import content_key, text_key
from triage.reading.messages import parse

LETTERS = [path.read_bytes() for path in sorted((Path(__file__).parents[1] / "corpus").glob("*.eml"))]
HTML = [
    "<div>", "</div>", "<p", "<br/>", "<table><tr>", "</td>", "<blockquote type=cite>", "<!--", "-->",
    "<pre>", "<![CDATA[", "<style>", "<script>", "<svg>", "&#0;", "&#x202e;", "&amp", "&lt;b&gt;", "<a href=",
    "'", '"', ">", "<", "<div style='display:none'>",
]  # fmt: skip
FIELDS = [
    b"From", b"To", b"Cc", b"Bcc", b"Reply-To", b"Subject", b"Date", b"Message-ID", b"References",
    b"Content-Type", b"Precedence", b"From ",
]  # fmt: skip
WORDS = [
    "not", "never", "this", "is", "the", "third", "time", "I", "we", "you", "cancel", "lawyer",
    "unacceptable", "thanks", "great", "order", "4711", "!!!", "???", ".", ",", "\n\n", "JOKE", "😡", "n't",
    "“quoted”", "3,5%", "http://x.example",
]  # fmt: skip

mail_like = st.lists(st.sampled_from(BITS) | st.binary(max_size=8), max_size=60).map(b"".join)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A letter of the corpus with some of its bytes cut out and others put in."""
    raw = draw(st.sampled_from(LETTERS))
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(raw)))
        gone = draw(st.integers(0, 30))
        raw = raw[:start] + draw(st.sampled_from(BITS) | st.binary(max_size=4)) + raw[start + gone :]
    return raw


@st.composite
def trees(draw: st.DrawFn, depth: int = 3) -> bytes:
    """A MIME tree whose headers, boundaries and ends may each be wrong."""
    encoding = draw(st.sampled_from([b"", b"7bit", b"base64", b"quoted-printable", b"x-uuencode"]))
    head = b"Content-Transfer-Encoding: " + encoding + b"\r\n"
    if not depth or draw(st.booleans()):
        kind = draw(st.sampled_from([b"text/plain", b"text/html", b"message/rfc822", b"image/gif", b"x"]))
        charset = draw(
            st.sampled_from([b"", b"utf-8", b"utf-7", b"utf-16", b"iso-2022-jp", b"hz", b"no-such"])
        )
        head += b"Content-Type: " + kind + b"; charset=" + charset
        return head + b"\r\n\r\n" + draw(st.binary(max_size=40) | mail_like | hypertext)
    boundary = draw(st.sampled_from([b"a", b"a--", b" ", b"=_b", b"b" * 80]))
    used = draw(st.sampled_from([boundary, boundary + b"x", b"a"]))
    parts = draw(st.lists(trees(depth - 1), max_size=4))
    head += b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\r\n\r\n'
    end = draw(st.sampled_from([b"--" + used + b"--\r\n", b"", b"--" + used]))
    return head + b"".join(b"--" + used + b"\r\n" + part + b"\r\n" for part in parts) + end


hypertext = st.lists(
    st.sampled_from(HTML) | st.text(max_size=5),
    max_size=40,
).map(lambda bits: " ".join(bits).encode("utf-8", "replace"))
header_soup = st.lists(
    st.tuples(
        st.sampled_from(FIELDS),
        st.sampled_from([b":", b" :", b"::", b"", b": =?", b":\r\n ", b":\x00"]),
        mail_like | st.binary(max_size=20),
    ).map(b"".join),
    max_size=12,
).map(lambda lines: b"\r\n".join(lines) + b"\r\n\r\nHello.\r\n")
anything = st.binary() | mail_like | mutated() | trees() | header_soup


@given(anything)
@settings(max_examples=200, deadline=None)
def test_reading_never_raises_and_is_always_the_same(raw: bytes) -> None:
    reads_mail(raw)
    assert parse(raw) == parse(raw)
    assert content_key(raw) == content_key(raw)


@given(hypertext)
@settings(max_examples=60, deadline=None)
def test_any_markup_is_read(html: bytes) -> None:
    reads_mail(b"From: a@x.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html)


@given(anything)
@settings(max_examples=150, deadline=None)
def test_cuts_never_raise_and_can_be_made_twice(raw: bytes) -> None:
    cuts_mail(raw)


words = st.lists(
    st.sampled_from(WORDS) | st.text(max_size=6),
    max_size=60,
).map(" ".join)


@given(words, words)
@settings(max_examples=60, deadline=None)
def test_any_text_is_judged(text: str, subject: str) -> None:
    judges_text(text, subject)


replies = st.lists(st.sampled_from(SAYINGS) | st.text(max_size=6), max_size=60).map("".join)


@given(replies, replies, st.sampled_from(STANDPOINTS))
@settings(max_examples=100, deadline=None)
def test_any_reply_is_reviewed(text: str, main_issue: str, where: Standpoint) -> None:
    reviews_reply(text, main_issue, where)


@given(st.text())
def test_any_text_has_a_key(text: str) -> None:
    assert text_key(text) == text_key(f" {text}\n")
