"""When a draft has settled. Every autosave is a new message with a new UID: what counts is the content."""

from collections.abc import Collection
from datetime import datetime


class Settling:
    """Since when each content has been lying there unchanged; kept in memory, a restart counts anew."""

    def __init__(self) -> None:
        self._since: dict[tuple[str, str], datetime] = {}

    def since(self, folder: str, content: str, now: datetime) -> datetime:
        """When this content was first seen in that folder; not after now: clocks are set back."""
        since = min(now, self._since.get((folder, content), now))
        self._since[folder, content] = since
        return since

    def forget_others(self, folder: str, contents: Collection[str]) -> None:
        """What is no longer there starts anew should it come back."""
        gone = [k for k in self._since if k[0] == folder and k[1] not in contents]
        for k in gone:
            del self._since[k]
