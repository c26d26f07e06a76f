"""Hostile and huge mail: every call ends soon, decodes little and says what it left out.

A megabyte may take a second; the bound is twice that, as machines differ, and in CPU time: it catches what
hangs, not what is slow today.
"""

import time
from collections.abc import Callable

import pytest

from triage.reading.decoding import decode_transfer
from triage.reading.fingerprints import content_key
from triage.reading.messages import parse
from triage.reading.parts import MOST_PARTS

pytestmark = pytest.mark.timeout(20)

HEAD = b"From: a@x.example\r\nSubject: s\r\n"
PLAIN = HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
HTML = HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n"
MIXED = HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
MEGABYTE = 1_000_000


def filled(start: bytes, piece: bytes) -> bytes:
    return start + piece * (MEGABYTE // len(piece))


HOSTILE = {
    "newlines": filled(PLAIN, b"\n"),
    "blanks": filled(PLAIN, b" " * 900 + b"x\n"),
    "on on on": filled(PLAIN, b"On "),
    "openers": filled(PLAIN, b"On \n"),
    "header blocks": filled(PLAIN, b"From: a\n"),
    "attributions": filled(PLAIN, b"On 1.1.2020 10:00 a@b.c wrote:\n"),
    "quoted attributions": filled(PLAIN, b"On 1.1.2020 10:00 a@b.c wrote:\n> x\n"),
    "verbs": filled(PLAIN, b"On " + b"wrote " * 50 + b"\n"),
    "signature marks": filled(PLAIN, b"-- \n"),
    "text parts": filled(MIXED, b"--b\r\n\r\n" + b"x " * 5_000 + b"\r\n"),
    "sign-offs": filled(PLAIN, b"Best regards\n"),
    "one long name": filled(PLAIN + b"x\nBest, ", b"Aa "),
    "rules": filled(PLAIN, b"_ " * 400 + b"x\n"),
    "one word": filled(PLAIN, b"a"),
    "disclaimers": filled(PLAIN, b"this e-mail "),
    "banners": filled(PLAIN, b"warning external\n\n"),
    "numbers": filled(PLAIN, b"1-" * 490 + b"\n"),
    "polish": filled(PLAIN, "Do: i nie jest na się z do że w\n".encode()),
    "swedish": filled(PLAIN, "Den och är inte skrev jag vi ".encode()),
    "japanese": filled(PLAIN, "2020年1月1日のに".encode() * 30 + b"\n"),
    "flowed quotes": filled(HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\n", b"> a \n"),
    "punycode": filled(HEAD + b"Content-Type: text/plain; charset=punycode\r\n\r\n", b"a"),
    "nested divs": filled(HTML, b"<div>"),
    "fonts": filled(HTML, b"<font color=1>"),
    "comments": filled(HTML, b"<!--"),
    "attributes": filled(HTML, b"<a x=1 "),
    "many headers": filled(b"", b"a:\n"),
    "one long header": filled(b"Subject: ", b"x"),
    "folded header": filled(b"Subject: a\r\n", b" b\r\n"),
    "encoded words": filled(b"Subject: ", b"=?utf-8?q?a?= "),
    "prefixes": filled(b"Subject: ", b"Re: "),
    "addresses": filled(b"To: ", b"a@b.c, "),
    "names": filled(b"To: ", b"a, "),
    "angles": filled(b"To: ", b"<"),
    "parentheses": filled(b"To: ", b"("),
    "references": filled(b"References: ", b"<a@b> "),
    "references without brackets": filled(b"References: ", b"fastenworks.example"),
    "references in words": filled(b"References: ", b"a@b "),
    "a long name": HEAD + b"To: " + b"a" * MEGABYTE + b" @\r\n\r\n",
    "digits": filled(PLAIN, b"1"),
    "digits beside markup": HEAD
    + b"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\n"
    + b"1" * MEGABYTE
    + b"\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>It is late.\r\n--b--\r\n",
    "base64 of nothing": filled(HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n", b"=\r\n"),
    "quoted-printable of nothing": filled(
        HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n", b"=\r\n"
    ),
    "carriage returns": filled(b"", b"\r"),
    "delimiters": filled(MIXED, b"--b "),
    "empty parts": filled(MIXED, b"--b\r\n"),
    "parameters": filled(b"Content-Type: text/plain; ", b"a=b; "),
}


@pytest.mark.parametrize("read", [parse, content_key])
@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_megabyte_is_read_soon(raw: bytes, read: Callable[[bytes], object]) -> None:
    begin = time.process_time()
    assert read(raw)
    assert time.process_time() - begin < 2


def nested(levels: int) -> bytes:
    raw = b"Content-Type: text/plain\r\n\r\ndeep\r\n"
    for level in range(levels):
        boundary = b"n%d" % level
        raw = b"".join(
            [b"Content-Type: multipart/mixed; boundary=", boundary, b"\r\n\r\n--", boundary, b"\r\n", raw]
        )
    return HEAD + raw


@pytest.mark.parametrize("levels", [100, 3_000])
def test_deep_nesting_is_given_up_and_said(levels: int) -> None:
    assert "parts nested too deep" in parse(nested(levels)).problems


def test_nesting_as_people_cause_it_is_read() -> None:
    assert parse(nested(30)).new_text == "deep"


def test_a_hundred_thousand_parts_are_cut_and_said() -> None:
    message = parse(MIXED + b"--b\r\nContent-Type: image/gif\r\n\r\nx\r\n" * 100_000 + b"--b--\r\n")
    assert message.problems == ("too many parts",)
    assert len(message.attachments) == MOST_PARTS


def test_an_attachment_of_50_megabytes_is_named_and_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[int] = []

    def watched(data: bytes, encoding: str) -> tuple[bytes, str]:
        decoded.append(len(data))
        return decode_transfer(data, encoding)

    monkeypatch.setattr("triage.reading.parts.decode_transfer", watched)
    line = b"QUJD" * 19 + b"\r\n"
    message = parse(
        MIXED
        + b"--b\r\nContent-Type: text/plain\r\n\r\nThe scan is attached.\r\n"
        + b"--b\r\nContent-Type: application/pdf; name=scan.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + line * (50_000_000 // 57)
        + b"--b--\r\n"
    )
    assert message.new_text == "The scan is attached."
    assert message.attachments == ("scan.pdf",)
    assert sum(decoded) < 1_000


def test_a_very_long_text_is_cut_and_said() -> None:
    message = parse(filled(PLAIN, b"All is well. "))
    assert message.problems == ("text cut off, as it is too long",)
    assert len(message.text) <= 210_000


def test_an_answer_below_a_very_long_quote_is_found() -> None:
    raw = PLAIN + b"> an older line that was quoted\r\n" * 3_000 + b"\r\nNo. Not again.\r\n"
    assert parse(raw).new_text == "No. Not again."


def test_only_the_newest_references_are_kept() -> None:
    ids = [f"<{n}@x.example>" for n in range(1_000)]
    raw = (
        f"From: a@x.example\r\nReferences: {' '.join(ids)}\r\nIn-Reply-To: <last@x.example>\r\n\r\n".encode()
    )
    assert parse(raw).references == (*ids[-199:], "<last@x.example>")
