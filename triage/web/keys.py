"""Who may see the page: whoever can read its key, a file that only the rep can open.

The key itself stands in the first link alone. From it come, each by HMAC, the cookie of a browser that came
in by that link, and the word that every form carries: who has one has not the other.
"""

import hmac
import secrets
from hashlib import sha256
from pathlib import Path

from triage.private import write_private

_SHORTEST = 32
"""Characters of a whole key."""


class PageKey:
    """The page's key and what is made of it."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    @classmethod
    def of(cls, folder: Path) -> "PageKey":
        """The key kept in `folder`, made at the first call with mode 0600."""
        file = folder / "page.key"
        if not file.exists() or len(file.read_bytes()) < _SHORTEST:  # made by nobody yet, or cut short
            write_private(file, secrets.token_urlsafe(24).encode())
        file.chmod(0o600)
        return cls(file.read_text("ascii").strip())

    def __repr__(self) -> str:
        return "PageKey(...)"

    def link(self, address: str) -> str:
        """The first link: it lets a browser in, which then keeps a cookie."""
        return f"{address}/enter?key={self._key.decode()}"

    def opens(self, key: str) -> bool:
        """Whether this is the key."""
        return hmac.compare_digest(key.encode(), self._key)

    @property
    def cookie(self) -> str:
        """What the browser keeps."""
        return self._made("cookie")

    @property
    def form_word(self) -> str:
        """What each form carries."""
        return self._made("form")

    def is_cookie(self, value: str) -> bool:
        """Whether a browser came in by the link."""
        return hmac.compare_digest(value.encode(), self.cookie.encode())

    def is_form_word(self, value: str) -> bool:
        """Whether a form is one of ours."""
        return hmac.compare_digest(value.encode(), self.form_word.encode())

    def _made(self, purpose: str) -> str:
        return hmac.new(self._key, purpose.encode(), sha256).hexdigest()
