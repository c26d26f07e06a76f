"""Did waiting help, in one line."""

from triage.judging.waiting import Waiting


def waiting_line(waiting: Waiting) -> str:
    """ "7 replies were sent after waiting, 3 of them rewritten; ..."; empty where none was."""
    if not waiting.sent:
        return ""
    replies = "1 reply was" if waiting.sent == 1 else f"{waiting.sent} replies were"
    line = f"{replies} sent after waiting, {waiting.rewritten} of them rewritten"
    if not waiting.answered:
        return f"{line}; no customer has written again yet."
    wrote = "1 customer wrote" if waiting.answered == 1 else f"{waiting.answered} customers wrote"
    return f"{line}; {wrote} again, {waiting.answered - waiting.heated_again} of them no longer heated."
