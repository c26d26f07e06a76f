"""Judging in a process of its own: the daemon stays small, and who sends waits for nothing that is only read.

The process is started when it is needed, and ended when there was nothing to judge for some minutes: only
there are the learned words and the lexicons, and what checks the human's files. A function, by its name, and
plain values go there, and what it makes of them comes back. It has no line or lock of the daemon's, and
remembers nothing. Where it dies another takes its place, and where that dies too the work is done here: no
mail stays unjudged.
"""

import gc
import logging
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from threading import Lock
from typing import Any, ParamSpec, Self, TypeAlias, TypeVar

from triage.errors import BadInput
from triage.judging.verdicts import Measure, judge
from triage.reading.messages import Message

REST = 120.0
"""Seconds without work after which the process ends."""
PATIENCE = 60.0
"""Seconds after which one that gives no answer is ended."""
TRIES = 2
_READY = "ready"
"""Says that nobody waits yet: all is loaded before the first question, else behind its answer."""

P = ParamSpec("P")
R = TypeVar("R")
_Answer: TypeAlias = Sequence[Any] | BadInput
"""One value, or none where the function fails; or what a person has to mend."""

log = logging.getLogger("triage")


class Apart:
    """The process, if there is one. One call at a time goes there, whichever thread it comes from."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        """Take a clock that nobody can set back."""
        self._seconds = seconds
        self._turn = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._used_at = seconds()
        self._stopped = False

    def __enter__(self) -> Self:
        """Start the process for a question that comes as soon as it can answer."""
        with suppress(OSError):  # it is tried again with the question
            self._begun()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __call__(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call it there. BadInput is raised as it is there; what else fails is done here, and raises here."""
        with self._turn:
            answer = self._answer(_packed(function, args, kwargs))
            if isinstance(answer, BadInput):
                raise answer
            found: Sequence[R] = answer
            return found[0] if found else function(*args, **kwargs)

    def begin(self) -> None:
        """Start the process, if there is none: it has all loaded when it is needed. Waits for nothing."""
        if self._turn.acquire(blocking=False):
            with suppress(OSError):  # it is tried again when it is needed
                self._begun(_READY)
            self._turn.release()

    def rest(self) -> None:
        """To be called now and then: let go of a process that has nothing to do, or does not come back."""
        since = self._seconds() - self._used_at
        if self._turn.acquire(blocking=False):
            if since > REST:
                self._end()
            self._turn.release()
        elif since > PATIENCE:
            self._kill()

    def stop(self) -> None:
        """Let go of it for good: what is asked from now on is done here."""
        self._stopped = True
        self._kill()
        with self._turn:
            self._end()

    def _answer(self, work: bytes) -> _Answer:
        """What the process makes of it; nothing where it makes nothing of it."""
        for _ in range(TRIES if work else 0):
            if self._stopped:
                break
            self._used_at = self._seconds()
            try:
                return _asked(self._begun(), work)
            except (EOFError, OSError, pickle.UnpicklingError) as error:
                log.warning(
                    "the process that judges mail was lost (%s): its work is done again", type(error).__name__
                )
                self._end()
        return ()

    def _begun(self, *words: str) -> "subprocess.Popen[bytes]":
        if self._process is None:
            self._used_at = self._seconds()
            self._process = _new(*words)
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process:
            process.kill()
            process.communicate()

    def _kill(self) -> None:
        """Whoever waits for its answer learns at once that there is none."""
        if process := self._process:
            process.kill()


def _new(*words: str) -> "subprocess.Popen[bytes]":
    """It finds what we find, and nothing else: with -P no file of the folder that it is started in."""
    return subprocess.Popen(  # noqa: S603 (this very program)
        [sys.executable, "-P", "-m", __name__, *words],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a library's last words may quote mail
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # on Windows
    )


def _packed(*work: object) -> bytes:
    """Work as it goes there; empty where it cannot: a zone that was read from a file by itself, say."""
    try:
        return pickle.dumps(work)
    except (AttributeError, TypeError, pickle.PicklingError):
        return b""


def _asked(process: "subprocess.Popen[bytes]", work: bytes) -> _Answer:
    assert process.stdin
    assert process.stdout
    process.stdin.write(work)
    process.stdin.flush()
    answer: _Answer = pickle.load(process.stdout)  # noqa: S301 (what our own process says)
    return answer


def main() -> None:
    """The process itself: answers until the daemon lets go of it, or is gone."""
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):  # who stops the daemon lets it say when this one ends
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    work, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what anybody prints is no answer
    if _READY in sys.argv:
        _load()
    with suppress(EOFError, BrokenPipeError):
        while True:
            function, args, kwargs = pickle.load(work)  # noqa: S301 (what our own daemon asks)
            answers.write(_made(function, args, kwargs))
            answers.flush()
            _load()


def _made(function: Callable[..., object], args: Sequence[Any], kwargs: dict[str, Any]) -> bytes:
    try:
        return pickle.dumps((function(*args, **kwargs),))
    except BadInput as wrong:  # a person's mistake would be the same a second time
        return pickle.dumps(wrong)
    except Exception:
        return pickle.dumps(())


@cache
def _load() -> None:
    """Judge some words, so that all that it takes is loaded; the collector need never look through that."""
    gc.disable()
    judge(Message(new_text="Where is order 4711? This is unacceptable."), Measure())
    gc.freeze()
    gc.enable()


if __name__ == "__main__":
    main()
