"""Who is no longer there? An automatic answer or a bounce that says so, and of whom.

Only machines are believed: a person who writes "Dana has left" may mean the building, or the meeting.
"""

import re

from triage.reading.messages import Message

_LEFT = re.compile(
    r"\bno longer (?:with|at|works?|working|employed|part of|a member of)\b"
    r"|\b(?:has|have) left (?:the )?(?:company|organi[sz]ation|firm|business|our team)\b",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(
    r"\b5\.1\.(?:1|10)\b|\b(?:user|recipient|mailbox) unknown\b|\bunknown (?:user|recipient)\b"
    r"|\bno such (?:user|recipient|mailbox)\b|\b(?:address|mailbox|user|account) (?:does not|doesn't) exist\b"
    r"|\baddress (?:couldn't be|could not be|not) found\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")


def departed(message: Message) -> str:
    """The address of a contact who is no longer there, in lower case; empty where nothing says so."""
    if not message.machine_made or message.sender is None:
        return ""
    if _UNKNOWN.search(message.new_text):
        return next((found[0].lower() for found in _ADDRESS.finditer(message.new_text)), "")
    return message.sender.address if _LEFT.search(message.new_text) else ""
