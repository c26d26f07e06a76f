"""Did waiting help, in one line: for the manager, and with what the check found for the rep."""

from collections.abc import Sequence

from triage.judging.waiting import Waited, Waiting


def waiting_line(waiting: Waiting) -> str:
    """ "7 replies were sent after waiting, 3 of them rewritten; ..."; empty where none was."""
    if not waiting.sent:
        return ""
    replies = "1 reply was" if waiting.sent == 1 else f"{waiting.sent} replies were"
    line = f"{replies} sent after waiting, {waiting.rewritten} of them rewritten"
    if not waiting.answered:
        return f"{line}; no customer has written again yet."
    heated = f"still heated after {waiting.heated_again}"
    return f"{line}; the customer wrote again after {waiting.answered}, {heated}."


def found_line(waited: Sequence[Waited]) -> str:
    """ "The reply check found 9 faults in them when they were held, 2 in what left."; for the rep alone."""
    if not waited:
        return ""
    held, left = (
        sum(len(each.held.faults) for each in waited),
        sum(len(each.left.faults) for each in waited),
    )
    faults = "1 fault" if held == 1 else f"{held} faults"
    return f"The reply check found {faults} in them when they were held, {left} in what left."
