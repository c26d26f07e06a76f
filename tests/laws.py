"""What holds of reading for any bytes and any text, however hostile. Chance and the fuzzer look for a breach.

No pytest in here: `fuzz/reading.py` uses it too.
"""

from datetime import UTC, datetime
from unicodedata import bidirectional, category
from zoneinfo import ZoneInfo

from triage.reading.acknowledging import names_matter
from triage.reading.deadlines import Standpoint
from triage.reading.fingerprints import content_key, text_key
from triage.reading.headers import completed, header_block, with_bcc, without_private_headers
from triage.reading.heat import assess
from triage.reading.issues import main_issue
from triage.reading.keeping import keeps
from triage.reading.language import language_of
from triage.reading.messages import parse, read_new_text
from triage.reading.promises import find as find_promises
from triage.reading.replies import check, takes_ownership

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

SAYINGS = (
    "I will ", "I'll ", "we ", "you will have it ", "call you ", "by ", "before ", "no later than ",
    "within ", "in ", "at ", "on ", "between ", " and ", " or ", "but ", "if ", "3 ", "12:30", "25:61",
    "noon", "10am", " pm", " CET", "0/0", "31/12", "2026-02-30", "the 31st", "29 February", "Monday",
    "tomorrow", "next week", "end of the month", "the weekend", "two hours", "999 months", "0 working days",
    "tonight", "first thing ", "sorry ", "as I said ", "you should have ", "unfortunately ", "our policy ",
    "would you rather ", "asap", "order 4711 ", "- ", "\n", "\n\n", ". ", "? ", "! ", ", ", "; ", "’",
    "don't ", "Best regards,\n", "> ",
)  # fmt: skip
"""The same for a reply: what promises and faults are made of."""

MARCH = datetime(2026, 3, 6, 22, 30, tzinfo=UTC)
STANDPOINTS = (
    Standpoint(now=MARCH, zone=ZoneInfo("America/New_York")),
    Standpoint(now=datetime(2026, 10, 24, 14, tzinfo=UTC), zone=ZoneInfo("Europe/Berlin"), written_at=MARCH),
    Standpoint(now=datetime(2024, 2, 29, 12, tzinfo=UTC), zone=ZoneInfo("Pacific/Kiritimati")),
)
"""On the eve of changed clocks, in a leap day, and beyond the date line."""


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
    assert read_new_text(raw) == message.new_text
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


def reviews_reply(text: str, main_issue: str = "", where: Standpoint = STANDPOINTS[0]) -> None:
    """Any reply is reviewed; what is shown are the writer's words, and no promise is for a day gone by."""
    language_of(text)
    takes_ownership(text)
    names_matter(text, main_issue)
    keeps(main_issue, text)
    for fault in check(text, where, main_issue=main_issue):
        assert fault.instead
        assert fault.start is None or _stands(fault.words, text, fault.start)
    for promise in find_promises(text, where):
        assert promise.text
        assert _stands(promise.text, text, promise.start)
        if isinstance(promise.due, datetime):
            assert promise.due.utcoffset() is not None
        elif promise.due:
            assert promise.due >= where.today


def _stands(words: str, text: str, start: int) -> bool:
    """Whether these words, spaces aside, stand at that place of the text."""
    return " ".join(text[start : start + 2 * len(words) + 2_000].split()).startswith(words)
