"""A desktop in memory, or none."""

from triage.errors import Unreachable


class FakeDesktop:
    """Remembers what it was shown."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, str]] = []
        self.away = False

    def show(self, title: str, text: str) -> None:
        """Show a notice of plain text. Raises Unreachable where there is no desktop."""
        if self.away:
            raise Unreachable("nobody sits there")
        self.shown.append((title, text))
