"""One mail on a line that is logged in: MAIL, RCPT, DATA, the content, the final dot (RFC 5321, 3.3).

Driven step by step, because each step's refusal means something else: at MAIL it is the account's condition,
at RCPT and DATA it is about this mail, and once the final dot may have left a lost line means that nobody
knows. To all recipients or to none.
"""

import smtplib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from triage.errors import MailRefused, OutcomeUnknown, UpstreamUnavailable
from triage.mail.conversation import FAREWELL_SECONDS, Reply, at, expect_good, plain, read, sock_of
from triage.mail.lines import BARE_LINE_END, has_bare_line_end, is_address

_CHUNK = 64 * 1024
_GO_ON = 354
_AT_ONCE = 100
"""Commands; their answers must fit what the system keeps for us while we are still talking."""
_LAST_PATIENCE = 10
"""The answer to the final dot may take ten times as long as others (RFC 5321, 4.5.3.2.6: ten minutes):
whoever hangs up early on a server that is about to say yes makes the mail go out twice."""


def refuse_unsendable(mail_from: str, rcpt_tos: Sequence[str], options: Sequence[str], raw: bytes) -> None:
    """What must not even begin: it could say something else to the server than what was meant."""
    if not rcpt_tos:
        raise MailRefused(554, "5.5.1 The mail has no recipient")
    for address in (mail_from, *rcpt_tos) if mail_from else rcpt_tos:
        if not is_address(address):
            raise MailRefused(554, "5.1.3 This is not an address that mail can be sent to", ascii(address))
    if not all(option.isascii() and option.isprintable() and " " not in option for option in options):
        raise MailRefused(554, "5.5.4 A parameter of the mail cannot be passed on")
    if has_bare_line_end(raw):
        raise MailRefused(554, BARE_LINE_END.removeprefix("554 "))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """A command of the envelope."""

    stage: Literal["MAIL", "RCPT", "DATA"]
    words: str
    address: str = ""


def begin(
    smtp: smtplib.SMTP, sender: str, rcpt_tos: Sequence[str], options: Sequence[str], content: bytes
) -> None:
    """Everything up to the upstream's 354, in one go where it takes that (RFC 2920). Next is the content."""
    steps = [
        _mail(smtp, sender, rcpt_tos, options, content),
        *(_Step(stage="RCPT", words=f"RCPT TO:<{address}>", address=address) for address in rcpt_tos),
        _Step(stage="DATA", words="DATA"),
    ]
    at_once = _AT_ONCE if smtp.has_extn("pipelining") else 1
    for start in range(0, len(steps), at_once):
        _go(smtp, steps[start : start + at_once])


def name_sender(smtp: smtplib.SMTP, sender: str) -> None:
    """MAIL alone: the server says whether this login may send as that address."""
    _go(smtp, [_mail(smtp, sender, (), (), b"")])


def _mail(
    smtp: smtplib.SMTP, sender: str, rcpt_tos: Sequence[str], options: Sequence[str], content: bytes
) -> _Step:
    parameters = _parameters(smtp, [sender, *rcpt_tos], options, content)
    return _Step(stage="MAIL", words=" ".join([f"MAIL FROM:<{sender}>", *parameters]))


def _go(smtp: smtplib.SMTP, steps: Sequence[_Step]) -> None:
    """Say these, and hear an answer to each; the first refusal is raised when the last was heard."""
    with at(steps[0].stage):
        smtp.send("".join(f"{step.words}\r\n" for step in steps))
    refused: MailRefused | UpstreamUnavailable | None = None
    for step in steps:
        try:
            _hear(smtp, step)
        except (MailRefused, UpstreamUnavailable) as refusal:
            refused = refused or refusal
            if not refusal.code:
                break
        else:
            if refused and step.stage == "DATA":
                smtp.close()  # it waits for a content now that must not come
    if refused:
        raise refused


def _hear(smtp: smtplib.SMTP, step: _Step) -> None:
    with at(step.stage):
        reply = read(smtp)
    if step.stage == "MAIL":
        expect_good("MAIL", reply)
    elif step.stage == "RCPT":
        _refuse_mail("RCPT", reply, step.address)
    elif reply[0] != _GO_ON:
        code, text = reply
        _refuse_mail("DATA", (code if code >= 400 else 0, text))


def _parameters(
    smtp: smtplib.SMTP, addresses: Sequence[str], options: Sequence[str], content: bytes
) -> list[str]:
    """The parameters of MAIL: what the mail came with, as far as the upstream advertises it.

    Without 8BITMIME the bytes go as they are, as everybody does. Clients say SMTPUTF8 of every mail where
    it is offered, so it is dropped where nothing needs it, and refused (RFC 6531, 3.5) where something does.
    """
    keywords = {option.partition("=")[0].upper(): option for option in options}
    keywords.pop("SIZE", None)
    if not content.isascii():
        keywords.setdefault("BODY", "BODY=8BITMIME")
    foreign = not all(address.isascii() for address in addresses)
    if foreign:
        keywords["SMTPUTF8"] = "SMTPUTF8"
        smtp.command_encoding = "utf-8"
    if "SMTPUTF8" in keywords and not smtp.has_extn("smtputf8"):
        if foreign or not content.partition(b"\r\n\r\n")[0].isascii():
            raise MailRefused(
                550, "5.6.7 The server does not take addresses or headers beyond ASCII (SMTPUTF8)"
            )
        del keywords["SMTPUTF8"]
    known = [
        option
        for keyword, option in keywords.items()
        if smtp.has_extn("8bitmime" if keyword == "BODY" else keyword)
    ]
    return [*_size(smtp, len(content)), *known]


def _size(smtp: smtplib.SMTP, size: int) -> list[str]:
    """SIZE (RFC 1870). Too large is said here: at MAIL it would look like the account's condition."""
    if not smtp.has_extn("size"):
        return []
    limit = smtp.esmtp_features["size"]
    if limit.isdigit() and 0 < int(limit) < size:
        raise MailRefused(552, f"5.3.4 The mail has {size} bytes, and the server takes at most {limit}")
    return [f"SIZE={size}"]


def hand_over(smtp: smtplib.SMTP, content: bytes, timeout: float) -> str:
    """The content, and the upstream's last answer.

    The final dot is the point of no return: once it may have left, a lost line leaves it open.
    """
    stuffed = content.replace(b"\r\n.", b"\r\n..")
    patience = timeout * _LAST_PATIENCE
    try:
        _pour(smtp, b"." + stuffed if stuffed.startswith(b".") else stuffed)
    except OSError as error:
        _hear_refusal(smtp)
        raise UpstreamUnavailable("DATA", 0, plain(error)) from None
    try:
        _pour(smtp, b".\r\n")
    except OSError:
        patience = FAREWELL_SECONDS  # it may have hung up with an answer that is still to be read
    try:
        sock_of(smtp).settimeout(patience)
        code, text = read(smtp)
    except OSError as error:
        raise OutcomeUnknown(
            f"{plain(error)}, after the whole mail had left: it may have been sent"
        ) from None
    if code >= 400:
        raise MailRefused(code, text)
    if not 200 <= code < 300:
        raise OutcomeUnknown("the server's last answer makes no sense: the mail may have been sent")
    return f"{code} {text}".rstrip()


def _pour(smtp: smtplib.SMTP, content: bytes) -> None:
    """In pieces, because a socket's time-out counts for the whole of one `sendall`: a large attachment on a
    slow line takes longer than any patience with a silent server should.
    """
    wire = memoryview(content)
    for start in range(0, len(wire), _CHUNK):
        sock_of(smtp).sendall(wire[start : start + _CHUNK])


def _hear_refusal(smtp: smtplib.SMTP) -> None:
    """A server may refuse in the middle and hang up; its answer is then still there to be read."""
    with suppress(OSError):
        sock_of(smtp).settimeout(FAREWELL_SECONDS)
        code, text = read(smtp)
        if code >= 400:
            raise MailRefused(code, text)


def _refuse_mail(stage: str, reply: Reply, address: str = "") -> None:
    """MailRefused where the upstream says no; nonsense is no answer to this mail."""
    code, text = reply
    if code >= 400:
        raise MailRefused(code, text, address)
    if not 200 <= code < 300:
        raise UpstreamUnavailable(stage, 0, "the server's answer makes no sense")
