"""Made-up business mail, the same on every run: what customers wrote, in what mail programs put around it."""

import json
import random
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

CORPUS = Path(__file__).parents[2] / "corpus" / "messages"
SMALLEST, LARGEST = 1_000, 20_000
"""Bytes of a mail without attachments; small ones are more frequent."""
ATTACHED = 150_000
"""Bytes of a mail with attachments, on average."""


@cache
def texts() -> list[tuple[str, str]]:
    """Subject and text of every mail of the corpus, in one fixed disorder."""
    rows = [
        json.loads(line)
        for path in sorted(CORPUS.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
        if line.strip()
    ]
    random.Random(1).shuffle(rows)
    return [(" ".join(row.get("subject", "").split()), row["text"]) for row in rows]


def letters(count: int) -> Iterator[bytes]:
    """Mails of 1 to 20 kB: new text, signature, the history below it, and in most the same as HTML."""
    chance = random.Random(2)
    for number in range(count):
        size = int(SMALLEST * (LARGEST / SMALLEST) ** chance.random())
        head, (kind, *body) = _header(number, chance), _text(number, size, chance)
        yield _crlf([*head, kind, *body])


def parcels(count: int) -> Iterator[bytes]:
    """The same with one to three attachments."""
    chance = random.Random(3)
    for number in range(count):
        pieces = chance.choice((1, 1, 2, 3))
        attached = [_attachment(n, int(ATTACHED * 0.7 / pieces), chance) for n in range(pieces)]
        yield _crlf(
            [*_header(number, chance), *_multipart("mixed", [_text(number, 6_000, chance), *attached])]
        )


def _attachment(number: int, size: int, chance: random.Random) -> list[str]:
    return [
        "Content-Type: application/pdf",
        "Content-Transfer-Encoding: base64",
        f'Content-Disposition: attachment; filename="order-{number}.pdf"',
        "",
        encodebytes(chance.randbytes(int(chance.uniform(0.3, 1.7) * size))).decode(),
    ]


def _header(number: int, chance: random.Random) -> list[str]:
    subject, _ = texts()[number % len(texts())]
    customer = f"customer{number % 997}.example"
    hops = [
        f"Received: from mx{hop}.{customer} (mx{hop}.{customer} [198.51.100.{hop}])\n\tby mx.example.com "
        f"with ESMTPS id {chance.randbytes(8).hex()}\n\tfor <rep@example.com>; "
        f"Sat, 21 Nov 2026 09:1{hop}:00 +0000"
        for hop in range(3)
    ]
    signature = "\n\t".join(chance.randbytes(30).hex() for _ in range(8))
    return [
        *hops,
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={customer}; s=k;\n\tb={signature}",
        f"From: Dana Lee <dana@{customer}>",
        "To: Robin Reyes <rep@example.com>",
        f"Subject: {subject.encode('ascii', 'replace').decode()}",
        "Date: Sat, 21 Nov 2026 09:15:00 +0000",
        f"Message-ID: <{number}.{chance.randbytes(6).hex()}@{customer}>",
        "MIME-Version: 1.0",
    ]


def _text(number: int, size: int, chance: random.Random) -> list[str]:
    """The text of a mail of about that size: a part, or two that say the same."""
    _, text = texts()[number % len(texts())]
    customer = f"customer{number % 997}.example"
    written = f"{text}\n\n-- \nDana Lee\nBuyer, {customer}\nPhone +1 555 0100\n"
    if size < 3_000 or chance.random() < 0.3:
        return _part("plain", written + _history(number, size - 2_000))
    history = _history(number, (size - 3_000) // 3)
    return _multipart(
        "alternative", [_part("plain", written + history), _part("html", _html(written, history))]
    )


def _history(number: int, size: int) -> str:
    """What was written before, quoted as clients do."""
    lines: list[str] = []
    filled = step = 0
    while filled < size:
        step += 1
        _, text = texts()[(number + step) % len(texts())]
        lines += [f"> {line}" for line in (*text.splitlines(), "")]
        filled += len(text) + 20
    return "\n".join(
        ["", "On Fri, 20 Nov 2026, Robin Reyes <rep@example.com> wrote:", *lines, ""] if lines else []
    )


def _html(written: str, history: str) -> str:
    def paragraphs(text: str) -> str:
        return "\n".join(
            f'<div style="font-family:Calibri">{line or "<br>"}</div>' for line in text.splitlines()
        )

    quoted = paragraphs(history.replace("> ", ""))
    quoted = f'<blockquote class="gmail_quote">{quoted}</blockquote>'
    return f"<html><body>{paragraphs(written)}{quoted}</body></html>"


def _part(kind: str, text: str) -> list[str]:
    return [
        f'Content-Type: text/{kind}; charset="utf-8"',
        "Content-Transfer-Encoding: quoted-printable",
        "",
        b2a_qp(text.encode(), istext=True).decode(),
    ]


def _multipart(kind: str, parts: Sequence[Sequence[str]]) -> list[str]:
    line = f"=_{kind}_0001"
    inner = [piece for part in parts for piece in (f"--{line}", *part)]
    return [f'Content-Type: multipart/{kind}; boundary="{line}"', "", *inner, f"--{line}--", ""]


def _crlf(lines: Sequence[str]) -> bytes:
    return "\n".join(lines).replace("\n", "\r\n").encode()
