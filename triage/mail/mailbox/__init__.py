"""The mailbox door: one account's mail over IMAP, in bytes and strings, without the house's words.

`ImapMailbox` is one connection, used by one thread; who wants to listen (`wait`) and to work at the same
time opens two. A connection that broke stays broken: connect anew. What `triage.desk.ports.Mailbox`
asks for is fitted by shape. Submission is next door, in `gate` and `relay`.
"""

from triage.mail.mailbox.imap import ImapMailbox
from triage.mail.mailbox.letters import Letter, Place
from triage.mail.mailbox.line import Secret
from triage.mail.mailbox.waker import Waker

__all__ = ["ImapMailbox", "Letter", "Place", "Secret", "Waker"]
