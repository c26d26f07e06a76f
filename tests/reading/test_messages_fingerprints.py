"""The same letter has the same key, however a client packs it; another letter has another."""

import pytest

from triage.reading.fingerprints import content_key, text_key

LETTER = b"""From: rep@fastenworks.example
Subject: =?utf-8?q?PO_4471?=
Message-ID: <first@fastenworks.example>
Date: Tue, 1 Jun 2027 09:00:00 +0200
Content-Type: multipart/mixed; boundary="one"

--one
Content-Type: text/plain; charset=utf-8

Grace, two lorries are on their way.
--one
Content-Type: application/pdf; name="cmr.pdf"
Content-Transfer-Encoding: base64

JVBERi0xLjcK
--one--
"""
SAME = [
    LETTER.replace(b"\n", b"\r\n"),
    LETTER.replace(b"first@", b"second@").replace(b"09:00:00", b"09:04:10"),
    LETTER.replace(b"one", b"another-boundary"),
    LETTER.replace(b"=?utf-8?q?PO_4471?=", b"PO 4471"),
    LETTER.replace(b"way.\n", b"way.   \n\n"),
    LETTER.replace(b"JVBERi0xLjcK", b"JVBE\nRi0x\nLjcK"),
    LETTER.replace(b"utf-8\n\nGrace", b"utf-8\nContent-Transfer-Encoding: quoted-printable\n\n=47race"),
    LETTER.replace(b"From: rep", b"User-Agent: other\nFrom: Dale <rep"),
]
OTHER = [
    LETTER.replace(b"two lorries", b"ten lorries"),
    LETTER.replace(b"JVBERi0xLjcK", b"JVBERi0xLjgK"),
    LETTER.replace(b"cmr.pdf", b"cmr2.pdf"),
    LETTER.replace(b"PO_4471", b"PO_4472"),
    LETTER.replace(b"text/plain", b"text/html"),
    LETTER.replace(b"--one--", b"--one\n\nmore\n--one--"),
    LETTER.replace(b"Subject", b"X-Subject"),
]


@pytest.mark.parametrize("raw", SAME)
def test_sent_again_is_the_same(raw: bytes) -> None:
    assert content_key(raw) == content_key(LETTER)


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\r\n"])
def test_how_its_lines_end_does_not_matter(end: bytes) -> None:
    head, lines = b"Subject: PO 4471\r\n\r\n", (b"Grace,", b"two lorries", b"are on their way.")
    assert content_key(head + end.join(lines)) == content_key(head + b"\r\n".join(lines))


@pytest.mark.parametrize("raw", OTHER)
def test_one_change_makes_another(raw: bytes) -> None:
    assert content_key(raw) != content_key(LETTER)


def test_beyond_the_parts_that_are_read_every_byte_counts() -> None:
    head = b"Content-Type: multipart/mixed; boundary=b\n\n"
    many = head + b"--b\n\nx\n" * 1000
    assert content_key(many + b"--b\n\ny\n--b--\n") != content_key(many + b"--b\n\nz\n--b--\n")


def test_a_text_is_the_same_however_it_was_wrapped() -> None:
    assert text_key("I can send two\nlorries today.\r\n") == text_key("  I can send two lorries\ttoday.")
    assert text_key("I can send two lorries today.") != text_key("I can send ten lorries today.")
