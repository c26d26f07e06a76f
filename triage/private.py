"""Files that only the rep may open. Whoever keeps a secret or the rep's words in a file writes it by this."""

import os
from pathlib import Path


def open_private(path: str, flags: int) -> int:
    """An `opener` for `open`: a file that it makes is for the rep's eyes only."""
    return os.open(path, flags, 0o600)


def write_private(file: Path, content: bytes) -> None:
    """Whole or not at all, and for the rep's eyes only; its folder is made where it is missing."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f"{file.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(open_private(str(draft), os.O_CREAT | os.O_WRONLY | os.O_EXCL), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)


def is_open_to_others(path: Path) -> bool:
    """Whether somebody else on this machine can open it; on Windows the profile's folder sees to that."""
    return os.name == "posix" and bool(path.stat().st_mode & 0o077)
