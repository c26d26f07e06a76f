"""What holds of reading for any bytes and any text, however hostile. Chance and the fuzzer look for a breach.

No pytest in here: `fuzz/reading.py` uses it too.
"""

from unicodedata import bidirectional, category

from triage.reading.fingerprints import content_key, text_key
from triage.reading.headers import completed, header_block, with_bcc, without_private_headers
from triage.reading.heat import assess
from triage.reading.issues import main_issue
from triage.reading.messages import parse

BITS = (
    b"\r\n", b"\n", b"\r", b"\r\n\r\n", b": ", b";", b"=", b'"', b"<", b">", b"@", b",", b"\x00", b"\xff\xfe",
    b"=?", b"?=", b"=?utf-8?b?", b"=?x?q?=", b"--", b"From: ", b"To: ", b"Date: ", b"Content-Type: ",
    b"multipart/mixed", b"boundary=", b"text/html", b"message/rfc822", b"charset=", b"utf-7", b"utf-16",
    b"idna", b"Content-Transfer-Encoding: ", b"base64", b"quoted-printable", b"filename*0*=",
    b"filename*=x''%", b"<div>", b"<blockquote type=cite>", b"On 1.1.2020 1:00 a@b wrote:",
    b"References: ", b"Message-ID: ", b"Subject: Re: ", b"Bcc: ", b"text/plain; format=flowed; delsp=yes",
    b"\r\n-- \r\n", b"> ", b"From: a@b\r\nSent: 1\r\nTo: b\r\nSubject: c\r\n", b"<!--", b"&#x202e;",
    b"<style>", b'style="display:none"', b"=E2=80=AE", b"\xe2\x80\xae", b"\xed\xa0\x80", b"Best regards\n",
    b"multipart/alternative", b"multipart/digest", b"iso-2022-jp", b"gb18030", b"punycode", b"{{ x }}", b"(",
)  # fmt: skip
"""Pieces that mean something in mail: what a blind search would not come upon."""


_CONTROLS = {"Cc", "Cs", "Zl", "Zp"}
_TURNS = {"LRE", "LRO", "RLE", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def is_harmless(line: str) -> bool:
    """Whether a text holds nothing that ends a line, turns its direction or cannot be written as UTF-8."""
    return all(category(char) not in _CONTROLS and bidirectional(char) not in _TURNS for char in line)


def reads_mail(raw: bytes) -> None:
    """Any bytes are read, and nothing in what was read can harm a screen, a log or a header."""
    message = parse(raw)
    people = filter(None, (message.sender, *message.reply_to, *message.to, *message.cc, *message.bcc))
    words = [word for person in people for word in (person.name, person.address)]
    for line in (message.subject, message.subject_key, message.message_id, *message.references, *words):
        assert is_harmless(line), ascii(line)
    for line in (*message.problems, *message.attachments, message.machine_made):
        assert is_harmless(line), ascii(line)
    for text in (message.text, message.new_text):
        assert is_harmless(text.replace("\n", "").replace("\t", "")), ascii(text)
    if message.date:
        assert message.date.utcoffset() is not None
        message.date.isoformat()
    content_key(raw)
    text_key(message.new_text)


def cuts_mail(raw: bytes) -> None:
    """What is taken out of a header block or put in never touches the rest, and happens once."""
    cut = without_private_headers(raw)
    assert without_private_headers(cut) == cut
    whole = completed(cut, message_id="<m@x.example>", date="d", sender="s@x.example")
    assert completed(whole, message_id="<other@x>", date="e", sender="t@x.example") == whole
    assert raw.startswith(header_block(raw))
    added = with_bcc(raw, ["c@x.example"])
    assert added.replace(b"Bcc: c@x.example\r\n", b"", 1).replace(b"\r\n", b"") == raw.replace(b"\r\n", b"")


def judges_text(text: str, subject: str = "") -> None:
    """Any text has a score from 0 to 1, and each finding shows the writer's own words at their place."""
    heat = assess(text, subject=subject)
    assert 0 <= heat.score <= 1
    for finding in heat.findings:
        source = subject if finding.place == "subject" else text
        assert source[finding.start : finding.end] == finding.words
    main_issue(text, heat, subject=subject)
