"""A person at a terminal: a command that asks is answered. No pytest in here."""

import os
import pty
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """All that was on the terminal, and the exit code."""

    text: str
    code: int


def converse(words: Sequence[str], answers: Sequence[tuple[str, str]], environ: Mapping[str, str]) -> Shown:
    """Type `triage WORDS`; each question, in this order, gets its answer as soon as it stands there."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "triage", *words]
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environ, start_new_session=True
    ) as process:
        os.close(theirs)
        text, since, waiting = "", 0, list(answers)
        while chunk := _read(ours):
            text += chunk
            if waiting and waiting[0][0] in text[since:] and text.endswith(": "):
                since = len(text)
                os.write(ours, f"{waiting.pop(0)[1]}\n".encode())
    os.close(ours)
    assert not waiting, f"was not asked: {waiting[0][0]}\n{text}"
    return Shown(text=text, code=process.returncode)


def _read(terminal: int) -> str:
    try:
        return os.read(terminal, 65536).decode()
    except OSError:  # EIO: the other side is closed
        return ""
