"""Excerpts: what is read of them is what is read of the whole message, or they are the whole message."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.doors.rigs import Box, Rig, dovecot_rig
from tests.dovecot import Dovecot, Flavour, dovecot_or_skip
from triage.errors import MailboxRefused
from triage.mail.mailbox import ImapMailbox, fetching
from triage.mail.mailbox.answers import Fetched
from triage.mail.mailbox.excerpts import MOST, PROBE, excerpt, items
from triage.mail.mailbox.structure import Part, structure
from triage.reading.messages import parse

CORPUS = sorted((Path(__file__).parents[1] / "corpus").glob("*.eml"))
TEXT = "Where is order 4711? This is the third time that I ask.\n"
PDF = bytes(range(256)) * 400


def letter() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "dana@acme.example", "rep@example.com", "Order 4711"
    mail.set_content(TEXT)
    return mail


def with_files(*names: str) -> EmailMessage:
    mail = letter()
    mail.add_alternative(f"<p>{TEXT}</p>", subtype="html")
    for name in names:
        mail.add_attachment(PDF, maintype="application", subtype="pdf", filename=name)
    return mail


def text_after_a_file() -> EmailMessage:
    mail = with_files("order.pdf")
    end = EmailMessage()
    end.set_content("I am waiting for your call.\n")
    mail.attach(end)
    return mail


def with_files_of_text() -> EmailMessage:
    mail = with_files("order.pdf")
    mail.add_attachment("log\n" * 20_000, filename="log.txt")
    mail.add_attachment("a,b\n" * 20_000, subtype="csv", filename="liste für März.csv")
    return mail


def forwarded() -> EmailMessage:
    mail = letter()
    mail.add_attachment(with_files("inner.pdf"))
    return mail


def signed() -> EmailMessage:
    mail = with_files("order.pdf")
    mail.replace_header("Content-Type", 'multipart/signed; protocol="application/pkcs7-signature"')
    mail.add_attachment(PDF, maintype="application", subtype="pkcs7-signature", filename="smime.p7s")
    return mail


def only_a_file() -> EmailMessage:
    mail = letter()
    mail.set_content(PDF, maintype="application", subtype="pdf", filename="scan.pdf")
    return mail


def longer_than_is_read() -> EmailMessage:
    mail = with_files("order.pdf")
    mail.attach(only_a_file())
    mail.add_attachment("no end\n" * (MOST // 5), filename="long.txt")
    return mail


MADE = (
    letter,
    with_files,
    text_after_a_file,
    with_files_of_text,
    forwarded,
    signed,
    only_a_file,
    longer_than_is_read,
)


def wire(mail: EmailMessage) -> bytes:
    return bytes(mail).replace(b"\n", b"\r\n")


def with_preamble(raw: bytes) -> bytes:
    head, body = raw.split(b"\r\n\r\n", 1)
    return head + b"\r\n\r\nThis is a multi-part message in MIME format.\r\n" + body


def mails() -> Iterator[bytes]:
    """Those that are built in every way, and the whole corpus."""
    for make in MADE:
        yield wire(make())
    yield with_preamble(wire(with_files("order.pdf")))
    yield wire(with_files("order.pdf"))[:-40_000]  # without its end
    for file in CORPUS:
        yield file.read_bytes()


@pytest.fixture
def nothing_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SMALL", 0)


@pytest.mark.usefixtures("nothing_is_small")
def test_an_excerpt_reads_as_the_whole_message_does(box: Box) -> None:
    for raw in mails():
        with suppress(MailboxRefused):  # NUL, and what else a server does not store
            box.append("INBOX", raw)
    box.select("INBOX")
    uids = box.uids("INBOX")
    assert len(uids) > len(CORPUS) * 0.9
    whole = list(box.letters("INBOX", uids))
    excerpts = list(box.excerpts("INBOX", uids))
    assert [letter.uid for letter in excerpts] == [letter.uid for letter in whole] == uids
    for one, other in zip(excerpts, whole, strict=True):
        assert parse(one.raw) == parse(other.raw), other.raw[:300]
        assert (one.flags, one.internal_date) == (other.flags, other.internal_date)
        assert "\\Seen" not in one.flags


def test_excerpts_of_messages_that_vanished_are_not_there(rig: Rig, box: Box) -> None:
    for name in ("one", "two", "three"):
        rig.deliver("INBOX", wire(with_files(name)))
    box.select("INBOX")
    first, second, third = box.uids("INBOX")
    rig.expunge("INBOX", second)
    assert [letter.uid for letter in box.excerpts("INBOX", [first, second, third])] == [first, third]


@pytest.fixture
def real(dovecot: Callable[[Flavour], Dovecot], accounts: Iterator[str]) -> Iterator[ImapMailbox]:
    dovecot_or_skip()
    with closing(dovecot_rig("as_it_is", dovecot("as_it_is"), next(accounts)).connect()) as box:
        yield box


@pytest.mark.parametrize(
    "raw",
    [
        wire(with_files("one.pdf", "two.pdf")),
        with_preamble(wire(with_files("one.pdf", "two.pdf"))),
        wire(forwarded()),
        wire(signed()),
        wire(text_after_a_file()),
    ],
)
def test_attachments_are_not_fetched(real: ImapMailbox, raw: bytes) -> None:
    uid = real.append("INBOX", raw)
    assert uid
    (letter,) = real.excerpts("INBOX", [uid])
    assert letter.size == len(raw) > 130_000
    assert len(letter.raw) < 2_000
    assert parse(letter.raw).attachments == parse(raw).attachments != ()


def test_an_endless_text_is_cut_off(real: ImapMailbox) -> None:
    mail = letter()
    mail.set_content("And another thing.\n" * 1_000_000)
    uid = real.append("INBOX", wire(mail))
    assert uid
    (cut,) = real.excerpts("INBOX", [uid])
    assert len(cut.raw) == MOST
    (whole,) = real.letters("INBOX", [uid])
    assert parse(cut.raw) == parse(whole.raw)


# A server that does not agree with itself

HEADER = b"Subject: order\r\nContent-Type: multipart/mixed; boundary=cut\r\n\r\n"
START = (
    b"--cut\r\nContent-Type: text/plain\r\n\r\nWhere is it?\r\n"
    b"--cut\r\nContent-Type: image/png; name=a.png\r\n\r\n"
)
FILE, END = b"x" * 5_000, b"\r\n--cut--\r\n"
WHOLE = HEADER + START + FILE + END
SECTIONS = {
    "HEADER": HEADER,
    "TEXT": (START + FILE + END)[:PROBE],
    "1.MIME": b"Content-Type: text/plain\r\n\r\n",
    "1": b"Where is it?",
    "2.MIME": b"Content-Type: image/png; name=a.png\r\n\r\n",
}
BUILT = Part(
    section="",
    content_type="multipart/mixed",
    boundary=b"cut",
    inner=(
        Part(section="1", content_type="text/plain", octets=12),
        Part(section="2", content_type="image/png", octets=5_000),
    ),
)


def test_what_agrees_is_put_together() -> None:
    assert excerpt(BUILT, SECTIONS, len(WHOLE)) == HEADER + START + END.rstrip()


@pytest.mark.parametrize(
    ("lie", "size"),
    [
        ({}, len(WHOLE) - 9),  # without "--cut--", for one
        ({}, len(WHOLE) + 1),
        ({}, len(WHOLE) + 60),  # a part that the server does not tell of
        ({"1": b"Where"}, len(WHOLE)),
        ({"2.MIME": b"Content-Type: text/plain; name=a.png\r\n\r\n"}, len(WHOLE)),
        ({"2.MIME": b"Content-Typ: image/png; name=a.jpeg\r\n\r\n"}, len(WHOLE)),
        ({"2.MIME": b"no header\r\nContent-Type: image/png\r\n\r\n"}, len(WHOLE)),
        ({"HEADER": HEADER.replace(b"=cut", b"=cat")}, len(WHOLE)),
        ({"HEADER": HEADER.replace(b"mixed", b"other")}, len(WHOLE)),
        ({"TEXT": b"no parts at all"}, len(WHOLE)),
        ({"TEXT": SECTIONS["TEXT"].replace(b"\r\n--cut\r\n", b"\r\n--cut;\r\n")}, len(WHOLE)),
    ],
)
def test_what_does_not_agree_is_no_excerpt(lie: dict[str, bytes], size: int) -> None:
    assert excerpt(BUILT, SECTIONS | lie, size) is None


LETTER = Part(section="", content_type="text/plain", octets=2 * MOST)
LONG = b"Content-Type: text/plain\r\n\r\n" + b"x" * MOST


@pytest.mark.parametrize(
    ("raw", "size", "is_taken"),
    [
        (LONG[:MOST], 2 * MOST, True),
        (LONG[:1_000], 1_000, True),
        (LONG[:1_000], 2 * MOST, False),
        (LONG.replace(b"text/plain", b"multipart/mixed; boundary=x")[:MOST], 2 * MOST, False),
        (b"no header\r\n" + LONG[: MOST - 11], 2 * MOST, False),
    ],
)
def test_of_a_letter_without_parts_the_beginning_is_enough(raw: bytes, size: int, *, is_taken: bool) -> None:
    assert excerpt(LETTER, {"": raw}, size) == (raw if is_taken else None)


@pytest.mark.parametrize("missing", SECTIONS)
def test_without_every_section_there_is_no_excerpt(missing: str) -> None:
    assert excerpt(BUILT, {k: v for k, v in SECTIONS.items() if k != missing}, len(WHOLE)) is None


def test_messages_that_are_built_alike_are_fetched_together() -> None:
    other = Part(section="", content_type="multipart/related", boundary=b"another", inner=BUILT.inner)
    assert items(BUILT) == items(other)


@pytest.mark.parametrize(
    "said",
    [
        None,
        (),
        (b"TEXT",),
        (b"TEXT", b"PLAIN", None, None, None, b"7BIT", b"many"),
        ([(b"TEXT", b"PLAIN", None, None, None, b"7BIT", 12)], b"MIXED"),
        ([(b"TEXT", b"PLAIN", None, None, None, b"7BIT", 12)], b"MIXED", None),
        ([(b"TEXT", b"PLAIN", None, None, None, b"7BIT", 12)], b"MIXED", (b"CHARSET", b"utf-8")),
    ],
)
def test_a_structure_that_makes_no_sense_is_none(said: object) -> None:
    assert structure(said) is None


class Server:
    """FETCH of one message of 5 kB in two parts; `refuses` what holds one of these words."""

    def __init__(self, *refuses: str) -> None:
        self.refuses = refuses
        self.asked: list[tuple[str, ...]] = []

    def __call__(self, uids: Sequence[int], *items: str) -> dict[int, Fetched]:
        self.asked.append(items)
        if any(word in item for word in self.refuses for item in items):
            raise MailboxRefused("BAD unknown word")
        said = Fetched(
            flags=frozenset(),
            internal_date=None,
            size=len(WHOLE),
            structure=BUILT,
            sections={"": WHOLE} if "BODY.PEEK[]" in items else SECTIONS,
        )
        return dict.fromkeys(uids, said)


def fetched_from(server: Server) -> bytes:
    (letter,) = fetching.excerpts(server, [7])
    return letter.raw


@pytest.mark.usefixtures("nothing_is_small")
def test_what_can_be_cut_is_asked_for_in_parts() -> None:
    server = Server()
    assert fetched_from(server) == HEADER + START + END.rstrip()
    assert not any("BODY.PEEK[]" in items for items in server.asked)


@pytest.mark.usefixtures("nothing_is_small")
@pytest.mark.parametrize("word", ["BODYSTRUCTURE", "MIME", "<0."])
def test_where_the_server_refuses_to_say_more_the_message_is_fetched_whole(word: str) -> None:
    assert fetched_from(Server(word)) == WHOLE


def test_a_small_message_is_not_asked_about() -> None:
    server = Server()
    assert fetched_from(server) == WHOLE
    assert [items[-1] for items in server.asked] == ["RFC822.SIZE", "BODY.PEEK[]"]


def test_a_message_that_cannot_be_had_at_all_is_refused() -> None:
    with pytest.raises(MailboxRefused):
        fetched_from(Server("BODY.PEEK[]"))
