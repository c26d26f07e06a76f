"""What the faces show: the terminal, the page, programs by `--json`. Plain facts; nothing is decided here.

Times are times, so that JSON has them as ISO 8601; beside them, or in a sentence, they are the team's own.
"""

from triage.desk.views.board import board, history
from triage.desk.views.explaining import explained
from triage.desk.views.matters import matter_lines
from triage.desk.views.relations import account_facts, given_promises
from triage.desk.views.replies import held_replies, held_reply, whole_reply
from triage.desk.views.reviews import Facts, review_facts
from triage.desk.views.standing import standing
from triage.desk.views.tones import mirror_facts, waiting_facts

__all__ = [
    "Facts",
    "account_facts",
    "board",
    "explained",
    "given_promises",
    "held_replies",
    "held_reply",
    "history",
    "matter_lines",
    "mirror_facts",
    "review_facts",
    "standing",
    "waiting_facts",
    "whole_reply",
]
