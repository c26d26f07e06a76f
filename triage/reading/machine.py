"""Was this written by a person? Only what says so plainly counts: a person's mail must never be missed.

A mailing list's mail is a person's where the list takes answers (List-Post), and so is what a web form sends
from a no-reply address with the customer in Reply-To. X-Auto-Response-Suppress alone means little: Exchange
puts it on letters, too.
"""

import re
from collections.abc import Callable, Sequence

from triage.reading.decoding import decode_header
from triage.reading.headers import Headers
from triage.reading.parts import Tree

_ROBOT = re.compile(
    r"(?:.*[._+-])?(?:(?:no|do[._-]?not|dont|not?)[._-]?(?:reply|respond|answer)|keine?[._-]?antwort|nicht[._-]?antworten"
    r"|ne[._-]?pas[._-]?repondre|no[._-]?responder|niet[._-]?(?:be)?antwoorden|non[._-]?rispondere|nao[._-]?responda"
    r"|mailer-daemon|postmaster|bounces?)(?:[._+-].*)?@.*"
)
_AUTOMATIC_REPLY = re.compile(
    r"(?:automatic reply|auto(?:matic)?[- ]?reply|auto(?:mated)? response|out of (?:the )?office"
    r"|automatische antwort|abwesenheits(?:notiz|nachricht)|réponse automatique|absence du bureau"
    r"|respuesta automática|automatisch antwoord|risposta automatica|resposta automática)\s?:",
    re.IGNORECASE,
)
_PRECEDENCE = ("bulk", "junk", "list", "auto_reply")


def machine_made(tree: Tree, *, sender: str, reply_to: Sequence[str], subject: str) -> str:
    """Why nobody wrote this by hand, as "Auto-Submitted: auto-replied"; empty for a person's mail."""
    reasons = (
        _declared(tree.headers),
        _by_type(tree),
        _by_sender(tree.headers, sender, reply_to),
        _bulk(tree.headers),
        f"subject: {subject.partition(':')[0]}" if _AUTOMATIC_REPLY.match(subject) else "",
    )
    return next(filter(None, reasons), "")


def _declared(headers: Headers) -> str:
    for name, shown, counts in _DECLARATIONS:
        if headers.has(name):
            value = decode_header(headers.get(name)).lower()[:60]
            if value and counts(value, headers):
                return f"{shown}: {value}"
    return ""


def _is_yes(value: str, _: Headers) -> bool:
    return not re.match(r"(?:no|false|0)\b", value)


def _is_from_no_client(value: str, headers: Headers) -> bool:
    """Suppressing all answers, from no mail client, in no thread: what programs send."""
    marks = ("thread-index", "x-mailer", "user-agent", "in-reply-to", "references", "x-ms-has-attach")
    return value == "all" and not any(map(headers.has, marks))


_DECLARATIONS: Sequence[tuple[str, str, Callable[[str, Headers], bool]]] = (
    ("x-triage-notice", "X-Triage-Notice", _is_yes),
    ("auto-submitted", "Auto-Submitted", _is_yes),  # RFC 3834, 5
    ("x-autoreply", "X-Autoreply", _is_yes),
    ("x-autorespond", "X-Autorespond", _is_yes),
    ("x-autoresponder", "X-Autoresponder", _is_yes),
    ("x-failed-recipients", "X-Failed-Recipients", _is_yes),
    ("x-auto-response-suppress", "X-Auto-Response-Suppress", _is_from_no_client),
)


def _by_type(tree: Tree) -> str:
    if "multipart/report" in tree.containers[:1]:
        return "multipart/report"
    invites = any(
        part.content_type == "text/calendar"
        and part.disposition != "attachment"
        and "method" in part.parameters
        for part in tree.leaves
    )
    return "text/calendar" if invites else ""


def _by_sender(headers: Headers, sender: str, reply_to: Sequence[str]) -> str:
    if b"<>" in headers.get("return-path").split():
        return "empty Return-Path"
    answers_to_a_person = any(not _ROBOT.fullmatch(address) for address in reply_to if address != sender)
    if _ROBOT.fullmatch(sender) and not answers_to_a_person:
        return f"sender: {sender.partition('@')[0]}"
    return ""


def _bulk(headers: Headers) -> str:
    """Newsletters and announcements; a discussion, where anybody may post, is written by people."""
    if b"mailto:" in headers.get("list-post").lower():
        return ""
    precedence = decode_header(headers.get("precedence")).lower()
    if precedence in _PRECEDENCE:
        return f"Precedence: {precedence}"
    marks = (
        "list-id",
        "list-unsubscribe-post",
        "feedback-id",
        "x-campaign",
        "x-campaignid",
        "x-csa-complaints",
    )
    if headers.has("list-unsubscribe") and any(map(headers.has, marks)):
        return "List-Unsubscribe"
    return ""
