"""What the desk and the mail door agree on without knowing each other: what a folder is for, equal copies.

Which folder of a server is which is known to the mail door; what belongs into it, to the desk.
"""

from typing import Literal

Role = Literal["inbox", "drafts", "sent", "trash", "held", "send", "earlier", "state"]
"""What a folder is for. The last four are ours, below `Cooldown`."""


def same_bytes(one: bytes, other: bytes) -> bool:
    """Whether two copies are the same message: servers normalise line ends and the last of them."""
    return b"\n".join(one.splitlines()).rstrip() == b"\n".join(other.splitlines()).rstrip()
