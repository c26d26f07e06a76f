"""Cuts in the header block, byte by byte: what is sent of a draft, and what is put back into Drafts."""

import pytest

from triage.reading.headers import completed, header_block, with_bcc, without_private_headers

BODY = b"Dear Grace,\r\n\r\nBcc: this line is text, and stays.\r\n"
DRAFT = (
    b"X-Mozilla-Draft-Info: internal/draft; vcard=0; receipt=0\r\n"
    b"X-Identity-Key: id1\r\n"
    b"Fcc: imap://rep@imap.fastenworks.example/Sent\r\n"
    b"Message-ID: <d1@fastenworks.example>\r\n"
    b"Date: Tue, 1 Jun 2027 09:00:00 +0200\r\n"
    b"From: Dale Hobbs <rep@fastenworks.example>\r\n"
    b"bcc: boss@fastenworks.example,\r\n"
    b"\tsecond.boss@fastenworks.example\r\n"
    b"Subject: =?utf-8?q?PO_4471?=   \r\n"
    b"X-Customer-Tag: kept\r\n"
    b"\r\n"
)


def test_private_headers_are_cut_out_with_their_folded_lines_and_nothing_else() -> None:
    assert (
        without_private_headers(DRAFT + BODY)
        == (
            b"Message-ID: <d1@fastenworks.example>\r\n"
            b"Date: Tue, 1 Jun 2027 09:00:00 +0200\r\n"
            b"From: Dale Hobbs <rep@fastenworks.example>\r\n"
            b"Subject: =?utf-8?q?PO_4471?=   \r\n"
            b"X-Customer-Tag: kept\r\n"
            b"\r\n"
        )
        + BODY
    )


@pytest.mark.parametrize(
    "name",
    [
        "Bcc", "BCC ", "Resent-Bcc", "Fcc", "X-Account-Key", "X-Enigmail-Draft-Status", "X-Mozilla-Status2",
        "X-Apple-Mail-Plain-Text-Draft", "X-Apple-Base-Url", "X-Uniform-Type-Identifier",
        "X-Universally-Unique-Identifier", "X-Evolution-Identity", "X-KMail-Transport", "X-Triage-Id",
    ],
)  # fmt: skip
def test_each_private_header_goes(name: str) -> None:
    raw = f"Subject: a\r\n{name}: secret\r\n more secret\r\nTo: b@x.example\r\n\r\ntext".encode()
    assert without_private_headers(raw) == b"Subject: a\r\nTo: b@x.example\r\n\r\ntext"


def test_bare_line_ends_become_crlf() -> None:
    assert without_private_headers(b"Subject: a\nBcc: b\n\none\ntwo\rthree\r\n") == (
        b"Subject: a\r\n\r\none\r\ntwo\r\nthree\r\n"
    )


def test_eight_bit_bytes_stay() -> None:
    raw = b"Subject: D\xfcbel\r\n\r\n\xff\x00\xfe"
    assert without_private_headers(raw) == raw


COMPLETE = b"From: a@x.example\r\nDate: today\r\nMessage-ID: <m@x.example>\r\n\r\ntext\r\n"


def complete(raw: bytes) -> bytes:
    return completed(raw, message_id="<m@x.example>", date="today", sender="a@x.example")


def test_a_complete_message_is_left_alone() -> None:
    raw = b"DATE: yesterday\r\nMessage-Id: <old@x.example>\r\nFrom: b@x.example\r\n\r\ntext\r\n"
    assert complete(raw) == raw


@pytest.mark.parametrize("raw", [b"text\r\n", b"\r\ntext\r\n", b"From: \r\nDate:\r\n\r\ntext\r\n"])
def test_what_is_missing_or_blank_is_put_in(raw: bytes) -> None:
    assert complete(raw) == COMPLETE


def test_what_is_put_in_cannot_start_a_field_of_its_own() -> None:
    raw = completed(b"Subject: a\r\n\r\n", message_id="<m@x>\r\nBcc: v@x", date="d", sender="s\n\nbody")
    assert raw == b"From: sbody\r\nDate: d\r\nMessage-ID: <m@x>Bcc: v@x\r\nSubject: a\r\n\r\n"


def test_bcc_is_added_at_the_end_of_the_header_block() -> None:
    raw = b"From: a@x.example\r\nSubject: b\r\n folded\r\n\r\ntext\n"
    assert with_bcc(raw, ["c@x.example", "d@x.example"]) == (
        b"From: a@x.example\r\nSubject: b\r\n folded\r\nBcc: c@x.example,\r\n d@x.example\r\n\r\ntext\n"
    )


def test_nobody_to_add_changes_nothing() -> None:
    assert with_bcc(DRAFT + BODY, []) == DRAFT + BODY


def test_bcc_comes_and_goes_without_a_trace() -> None:
    raw = b"From: a@x.example\r\nSubject: b\r\n\r\ntext\r\n"
    assert without_private_headers(with_bcc(raw, ["c@x.example"])) == raw


@pytest.mark.parametrize(
    ("raw", "block"),
    [
        (b"", b""),
        (b"just text", b""),
        (b"A: b\r\n\r\ntext", b"A: b\r\n"),
        (b"A: b\n c\nno header: d\n", b"A: b\n c\n"),
        (b"A: b", b"A: b"),
    ],
)
def test_the_header_block_ends_at_the_first_line_that_is_no_header(raw: bytes, block: bytes) -> None:
    assert header_block(raw) == block


def test_a_blank_before_the_colon_makes_no_mailbox_line_of_from() -> None:
    """RFC 5322 still allows it (4.5); a line "From jane@x Mon May 3" of a mailbox file is another thing."""
    raw = b"From : Jane <jane@x.example>\r\nSubject: a\r\n\r\ntext\r\n"
    assert without_private_headers(raw) == raw
    assert header_block(b"From jane@x Mon May 3\r\n" + raw).endswith(b"Subject: a\r\n")
